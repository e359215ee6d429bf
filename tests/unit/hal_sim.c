/* The simulated handheld as a test plays it. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim.h"

static struct sim_world *world;
static struct board board;

static int open_world(void **state)
{
    (void)state;
    world = sim_world_create(NULL);
    assert_non_null(world);
    assert_int_equal(sim_world_board(world, &board), TILL_OK);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    hal_close(&board);
    sim_world_destroy(world);
    return 0;
}

static bool readable(int fd)
{
    struct pollfd waiting = {fd, POLLIN, 0};
    return poll(&waiting, 1, 0) == 1;
}

static size_t print(const char *text, enum till_status expected)
{
    size_t taken = 0;
    struct span bytes = {(const uint8_t *)text, strlen(text)};
    assert_int_equal(printer_write(board.printer, bytes, &taken), expected);
    return taken;
}

static void a_key_goes_down_and_comes_up_sixty_milliseconds_later(void **state)
{
    (void)state;
    struct keypad_event event;
    assert_false(readable(keypad_fd(board.keypad)));
    assert_int_equal(keypad_poll(board.keypad, &event), TILL_UNCHANGED);
    sim_press(world, PAD_OK);
    assert_true(readable(keypad_fd(board.keypad)));
    assert_int_equal(keypad_poll(board.keypad, &event), TILL_OK);
    assert_int_equal(event.key, PAD_OK);
    assert_true(event.down);
    int64_t down_ms = event.at_ms;
    assert_int_equal(keypad_poll(board.keypad, &event), TILL_OK);
    assert_false(event.down);
    assert_int_equal(event.at_ms - down_ms, 60);
    assert_int_equal(keypad_poll(board.keypad, &event), TILL_UNCHANGED);
    assert_false(readable(keypad_fd(board.keypad)));
}

static void an_unplugged_keypad_says_so_and_comes_back(void **state)
{
    (void)state;
    struct keypad_event event;
    sim_keypad_unplug(world, true);
    assert_int_equal(keypad_poll(board.keypad, &event), TILL_DEVICE_OFFLINE);
    sim_keypad_unplug(world, false);
    sim_press(world, PAD_1);
    assert_int_equal(keypad_poll(board.keypad, &event), TILL_OK);
}

static void the_clock_stands_until_it_is_advanced(void **state)
{
    (void)state;
    int64_t ms = clock_now_ms(board.clock);
    assert_int_equal(clock_now_s(board.clock), SIM_START_S);
    sim_advance(world, 2500);
    assert_int_equal(clock_now_ms(board.clock), ms + 2500);
    assert_int_equal(clock_now_s(board.clock), SIM_START_S + 2);
    assert_int_equal(clock_set(board.clock, SIM_START_S - 86400), TILL_OK);
    assert_int_equal(clock_now_s(board.clock), SIM_START_S - 86400);
    assert_int_equal(clock_now_ms(board.clock), ms + 2500);
    assert_int_equal(clock_set(board.clock, 0), TILL_BAD_INPUT);
}

static void the_screen_keeps_what_was_shown(void **state)
{
    (void)state;
    static uint32_t frame[320 * 240];
    struct display_shape shape;
    frame[10 * 320 + 20] = 0x00123456;
    frame[11 * 320 + 20] = 0x00654321;
    struct display_area area = {20, 10, 1, 1};
    assert_int_equal(display_show(board.display, frame, 320, area), TILL_OK);
    const uint32_t *pixels = sim_pixels(world, &shape);
    assert_int_equal(pixels[10 * 320 + 20], 0x00123456);
    assert_int_equal(pixels[11 * 320 + 20], 0);
    display_describe(board.display, "home", "Home\n1 Collect\n");
    assert_string_equal(sim_screen_name(world), "home");
    assert_string_equal(sim_screen_text(world), "Home\n1 Collect\n");
}

static void what_is_printed_is_on_the_paper_at_once(void **state)
{
    (void)state;
    assert_int_equal(print("hello\n", TILL_OK), 6);
    assert_int_equal(printer_settle(board.printer), TILL_OK);
    assert_true(sim_paper_has(world, "hello"));
    assert_int_equal(sim_printed_bytes(world).size, 6);
    sim_paper_tear_off(world);
    assert_false(sim_paper_has(world, "hello"));
}

static void a_begun_line_is_not_settled(void **state)
{
    (void)state;
    print("half", TILL_OK);
    assert_int_equal(printer_settle(board.printer), TILL_BUSY);
    print(" whole\n", TILL_OK);
    assert_int_equal(printer_settle(board.printer), TILL_OK);
}

static void paper_that_runs_out_stops_the_print_in_its_middle(void **state)
{
    (void)state;
    struct printer_state now;
    sim_paper_left(world, 60, -1);
    print("one\ntwo\nthree\n", TILL_PAPER_OUT);
    assert_int_equal(printer_settle(board.printer), TILL_PAPER_OUT);
    assert_int_equal(printer_state(board.printer, &now), TILL_OK);
    assert_int_equal(now.status, TILL_PAPER_OUT);
    assert_true(sim_paper_has(world, "two"));
    assert_false(sim_paper_has(world, "three"));
    /* a printer goes on with what it holds */
    sim_printer_set(world, SIM_PRINTER_OK);
    assert_int_equal(printer_settle(board.printer), TILL_OK);
    assert_true(sim_paper_has(world, "three"));
}

static void a_reset_forgets_what_the_printer_held(void **state)
{
    (void)state;
    sim_paper_left(world, -1, 6);
    print("one\ntwo\nthree\n", TILL_PAPER_OUT);
    sim_printer_set(world, SIM_PRINTER_OK);
    assert_int_equal(printer_reset(board.printer), TILL_OK);
    assert_int_equal(printer_settle(board.printer), TILL_OK);
    print("again\n", TILL_OK);
    char *text = sim_paper_text(world);
    assert_string_equal(text, "one\nagain\n");
    free(text);
}

static void a_cover_or_a_hot_head_is_said_and_low_paper_only_warns(void **state)
{
    (void)state;
    struct printer_state now;
    sim_printer_set(world, SIM_PRINTER_COVER);
    assert_int_equal(print("x\n", TILL_COVER_OPEN), 0);
    sim_printer_set(world, SIM_PRINTER_HOT);
    assert_int_equal(print("x\n", TILL_PRINTER_HOT), 0);
    sim_printer_set(world, SIM_PRINTER_OFFLINE);
    assert_int_equal(printer_reset(board.printer), TILL_DEVICE_OFFLINE);
    sim_printer_set(world, SIM_PRINTER_LOW);
    print("x\n", TILL_OK);
    assert_int_equal(printer_state(board.printer, &now), TILL_OK);
    assert_int_equal(now.status, TILL_OK);
    assert_int_equal(now.flags, PRINTER_PAPER_LOW);
}

static void a_command_that_the_printer_lacks_is_an_error_until_it_is_reset(void **state)
{
    (void)state;
    print("ok\n\x1dV\x41\x10", TILL_E_DEVICE);
    assert_non_null(sim_printer_fault(world));
    assert_non_null(strstr(sim_printer_fault(world), "byte 3"));
    assert_int_equal(printer_settle(board.printer), TILL_E_DEVICE);
    assert_int_equal(printer_reset(board.printer), TILL_OK);
    print("ok\n", TILL_OK);
    assert_non_null(sim_printer_fault(world));
    sim_printer_forgive(world);
    assert_null(sim_printer_fault(world));
}

static void a_slow_printer_takes_its_buffer_and_prints_poll_by_poll(void **state)
{
    (void)state;
    sim_print_speed(world, 0, 30);
    assert_int_equal(print("one\ntwo\nthree\n", TILL_OK), 14);
    assert_false(sim_paper_has(world, "one"));
    assert_int_equal(printer_settle(board.printer), TILL_BUSY);
    assert_true(sim_paper_has(world, "one"));
    assert_false(sim_paper_has(world, "two"));
    assert_int_equal(printer_settle(board.printer), TILL_BUSY);
    assert_int_equal(printer_settle(board.printer), TILL_OK);
    assert_true(sim_paper_has(world, "three"));
}

static void a_printer_with_a_speed_follows_the_clock(void **state)
{
    (void)state;
    sim_print_speed(world, 100, 0);
    print("one\ntwo\nthree\n", TILL_OK);
    sim_advance(world, 300);
    assert_int_equal(printer_settle(board.printer), TILL_BUSY);
    assert_true(sim_paper_has(world, "one"));
    assert_false(sim_paper_has(world, "two"));
    sim_advance(world, 10000);
    assert_int_equal(printer_settle(board.printer), TILL_OK);
}

static void a_full_buffer_takes_no_more(void **state)
{
    (void)state;
    char line[5001];
    memset(line, '\n', sizeof line);
    line[5000] = '\0';
    sim_print_speed(world, 0, 30);
    assert_int_equal(print(line, TILL_OK), 4096);
    assert_int_equal(print(line, TILL_OK), 0);
    assert_int_equal(printer_settle(board.printer), TILL_BUSY);
    assert_int_equal(print(line, TILL_OK), 1);
}

static void a_power_cut_loses_the_buffer_and_not_the_paper(void **state)
{
    (void)state;
    struct keypad_event event;
    sim_print_speed(world, 0, 30);
    print("one\ntwo\nthree\n", TILL_OK);
    assert_int_equal(printer_settle(board.printer), TILL_BUSY);
    sim_press(world, PAD_OK);
    assert_int_equal(counter_increase(board.counter, &(uint64_t){0}), TILL_OK);
    sim_power_cut(world);
    hal_close(&board);
    assert_int_equal(sim_world_board(world, &board), TILL_OK);
    assert_int_equal(printer_settle(board.printer), TILL_OK);
    assert_true(sim_paper_has(world, "one"));
    assert_false(sim_paper_has(world, "two"));
    assert_int_equal(keypad_poll(board.keypad, &event), TILL_UNCHANGED);
    uint64_t count = 0;
    assert_int_equal(counter_read(board.counter, &count), TILL_OK);
    assert_int_equal(count, 1);
}

static void a_card_answers_its_script_and_refuses_the_rest(void **state)
{
    (void)state;
    static const uint8_t atr[] = {0x3B, 0x69, 0x00};
    static const uint8_t select[] = {0x00, 0xA4, 0x00, 0x00, 0x02, 0x3F, 0x00};
    static const uint8_t good[] = {0x90, 0x00};
    uint8_t response[CARD_RESPONSE_MAX];
    size_t size = 0;
    struct card_atr got;
    bool present = true;
    struct span command = {select, sizeof select};
    assert_int_equal(card_present(board.card, &present), TILL_OK);
    assert_false(present);
    assert_int_equal(card_connect(board.card, &got), TILL_NOT_FOUND);
    assert_int_equal(sim_card_insert(world, (struct span){atr, sizeof atr}), TILL_OK);
    assert_int_equal(sim_card_answer(world, command, (struct span){good, sizeof good}), TILL_OK);
    assert_true(readable(card_fd(board.card)));
    assert_int_equal(card_connect(board.card, &got), TILL_OK);
    assert_memory_equal(got.bytes, atr, sizeof atr);
    assert_int_equal(card_transmit(board.card, command, response, sizeof response, &size), TILL_OK);
    assert_int_equal(size, 2);
    assert_memory_equal(response, good, 2);
    command.size = 5;
    assert_int_equal(card_transmit(board.card, command, response, sizeof response, &size), TILL_OK);
    assert_memory_equal(response, "\x6D\x00", 2);
    sim_card_remove(world);
    assert_int_equal(card_transmit(board.card, command, response, sizeof response, &size),
                     TILL_NOT_FOUND);
}

static void a_meter_answers_when_it_is_attached(void **state)
{
    (void)state;
    /* read address, DL/T 645-2007 §7.4: control code 13H, no data */
    uint8_t ask[] = {0x68, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0x68, 0x13, 0x00, 0xDF, 0x16};
    uint8_t tell[] = {0x68, 1, 0, 0, 0, 0, 0, 0x68, 0x93, 0x00, 0x64, 0x16};
    uint8_t answer[METER_FRAME_MAX];
    size_t size = 0;
    struct span request = {ask, sizeof ask};
    assert_int_equal(sim_meter_answer(world, request, (struct span){tell, sizeof tell}), TILL_OK);
    int64_t before_ms = clock_now_ms(board.clock);
    assert_int_equal(meter_exchange(board.meter, request, 500, answer, sizeof answer, &size),
                     TILL_TIMEOUT);
    assert_int_equal(clock_now_ms(board.clock) - before_ms, 500);
    sim_meter_attach(world, true);
    assert_int_equal(meter_exchange(board.meter, request, 500, answer, sizeof answer, &size),
                     TILL_OK);
    assert_int_equal(size, sizeof tell);
    tell[10]++;
    assert_int_equal(sim_meter_answer(world, request, (struct span){tell, sizeof tell}),
                     TILL_TOO_LARGE);
}

static void scans_come_in_order_and_a_text_too_long_is_said(void **state)
{
    (void)state;
    static char large[SCANNER_TEXT_MAX + 1];
    struct scanner_text text;
    memset(large, 'a', sizeof large);
    sim_scan(world, "first", 5);
    sim_scan(world, large, sizeof large);
    sim_scan(world, large, SCANNER_TEXT_MAX);
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_OK);
    assert_string_equal(text.bytes, "first");
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_TOO_LARGE);
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_OK);
    assert_int_equal(text.size, SCANNER_TEXT_MAX);
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_UNCHANGED);
}

static void line_battery_and_place_are_as_the_world_says(void **state)
{
    (void)state;
    struct network_state network;
    struct power_state power;
    struct position_fix fix;
    enum sound_pattern sounds[4];
    sim_network_set(world, NETWORK_4G, 3, false);
    assert_true(readable(network_fd(board.network)));
    assert_int_equal(network_state(board.network, &network), TILL_OK);
    assert_int_equal(network.bearer, NETWORK_4G);
    assert_false(readable(network_fd(board.network)));
    sim_battery_set(world, 7, true);
    assert_int_equal(power_state(board.power, &power), TILL_OK);
    assert_int_equal(power.percent, 7);
    assert_int_equal(position_read(board.position, &fix), TILL_NOT_FOUND);
    sim_position_set(world, &(struct position_fix){303000000, 1203000000, 50, 1, 3});
    assert_int_equal(position_read(board.position, &fix), TILL_OK);
    assert_int_equal(fix.longitude_e7, 1203000000);
    assert_int_equal(sound_play(board.sound, SOUND_OK), TILL_OK);
    assert_int_equal(sound_play(board.sound, SOUND_ERROR), TILL_OK);
    assert_int_equal(sim_take_sounds(world, sounds, 4), 2);
    assert_int_equal(sounds[1], SOUND_ERROR);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(a_key_goes_down_and_comes_up_sixty_milliseconds_later),
        TEST(an_unplugged_keypad_says_so_and_comes_back),
        TEST(the_clock_stands_until_it_is_advanced),
        TEST(the_screen_keeps_what_was_shown),
        TEST(what_is_printed_is_on_the_paper_at_once),
        TEST(a_begun_line_is_not_settled),
        TEST(paper_that_runs_out_stops_the_print_in_its_middle),
        TEST(a_reset_forgets_what_the_printer_held),
        TEST(a_cover_or_a_hot_head_is_said_and_low_paper_only_warns),
        TEST(a_command_that_the_printer_lacks_is_an_error_until_it_is_reset),
        TEST(a_slow_printer_takes_its_buffer_and_prints_poll_by_poll),
        TEST(a_printer_with_a_speed_follows_the_clock),
        TEST(a_full_buffer_takes_no_more),
        TEST(a_power_cut_loses_the_buffer_and_not_the_paper),
        TEST(a_card_answers_its_script_and_refuses_the_rest),
        TEST(a_meter_answers_when_it_is_attached),
        TEST(scans_come_in_order_and_a_text_too_long_is_said),
        TEST(line_battery_and_place_are_as_the_world_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
