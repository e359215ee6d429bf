/* Board files, settings, and the wrappers that a board file asks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "checked.h"
#include "fault.h"
#include "settings.h"
#include "sim.h"
#include "spy.h"

static struct settings settings;

static enum till_status parse(const char *text)
{
    return settings_parse((struct span){(const uint8_t *)text, strlen(text)}, "x.conf", &settings);
}

static void settings_are_read_with_their_ranges(void **state)
{
    (void)state;
    int64_t number = 7;
    bool flag = false;
    assert_int_equal(parse("; a comment\ntop = 1\n[host]\nurl = https://e.cn/a ; inline\r\n"
                           "port=8443\nfast = yes\n"),
                     TILL_OK);
    assert_string_equal(settings_text(&settings, "host", "url", ""), "https://e.cn/a");
    assert_string_equal(settings_text(&settings, "", "top", ""), "1");
    assert_null(settings_text(&settings, "host", "none", NULL));
    assert_int_equal(settings_integer(&settings, "host", "port", 1, 1, 65535, &number), TILL_OK);
    assert_int_equal(number, 8443);
    assert_int_equal(settings_integer(&settings, "host", "other", 5, 1, 9, &number), TILL_OK);
    assert_int_equal(number, 5);
    assert_int_equal(settings_integer(&settings, "host", "port", 1, 1, 99, &number), TILL_E_CONFIG);
    assert_string_equal(settings.message, "x.conf:5: [host] port: must be an integer from 1 to 99");
    assert_int_equal(number, 5);
    assert_int_equal(settings_flag(&settings, "host", "fast", false, &flag), TILL_OK);
    assert_true(flag);
    assert_int_equal(settings_unused(&settings), TILL_OK);
}

static void a_bad_line_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"a=1\nnonsense\n", "x.conf:2: neither [section] nor key = value"},
        {"[a]\nb=1\nb=2\n", "x.conf:3: this key was given before"},
        {"[a]\nb=1\n more\n", "x.conf:3: the line begins with a space"},
        {"[a]\nb=\x01\n", "x.conf:2: the value is no clean UTF-8"},
        {"[a]\nkey567890123456789012345678901234567890=1\n",
         "x.conf:2: too many entries, or a name that is too long"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(parse(bad[i].text), TILL_E_CONFIG);
        assert_string_equal(settings.message, bad[i].message);
    }
    char line[256] = "a=";
    memset(line + 2, 'x', 200);
    assert_int_equal(parse(line), TILL_E_CONFIG);
    assert_string_equal(settings.message, "x.conf:1: the line is too long");
}

static void an_override_rules_over_the_file(void **state)
{
    (void)state;
    assert_int_equal(parse("[sim]\nscale=1\n"), TILL_OK);
    assert_int_equal(settings_override(&settings, "sim.scale=2"), TILL_OK);
    assert_int_equal(settings_override(&settings, "sim.bus=/a.b/c=d"), TILL_OK);
    assert_string_equal(settings_text(&settings, "sim", "scale", ""), "2");
    assert_string_equal(settings_text(&settings, "sim", "bus", ""), "/a.b/c=d");
    assert_int_equal(settings_override(&settings, "nonsense"), TILL_E_CONFIG);
    assert_int_equal(settings_override(&settings, "a=b.c"), TILL_E_CONFIG);
}

static void the_boards_that_ship_are_whole(void **state)
{
    (void)state;
    struct board board;
    char message[256];
    assert_int_equal(hal_open("hal/boards/sim.conf", &board, message), TILL_OK);
    assert_string_equal(board.name, "sim");
    assert_null(board_missing(&board));
    assert_int_equal(board.sector_size, 512);
    struct sim_world *world = sim_world_of(&board);
    assert_non_null(world);
    struct keypad_event event;
    sim_press(world, PAD_5);
    assert_int_equal(keypad_poll(board.keypad, &event), TILL_OK);
    assert_int_equal(event.key, PAD_5);
    hal_close(&board);
    assert_null(board.keypad);
    const char *const overrides[] = {"sim.bus=", "sim.scale=1"};
    assert_int_equal(hal_open_options("hal/boards/sim-panel.conf", overrides, 2, &board, message),
                     TILL_OK);
    hal_close(&board);
}

/* A board file with these lines beside whole required devices. */
static enum till_status open_with(const char *lines, struct board *board, char message[256])
{
    char path[] = "/tmp/hal-board-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    fputs(lines, file);
    fclose(file);
    enum till_status status = hal_open(path, board, message);
    unlink(path);
    return status;
}

#define REQUIRED "[keypad]\ndriver=sim\n[display]\ndriver=sim\n[clock]\ndriver=sim\n"

static void a_board_that_is_not_whole_is_refused_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        const char *lines, *why;
    } bad[] = {
        {"", "[board] name: must be"},
        {"[board]\nname=x\n[keypad]\ndriver=sim\n[clock]\ndriver=sim\n",
         "the board has no display"},
        {"[board]\nname=x\n[keypad]\ndriver=foo\n",
         ":4: [keypad] driver: no such driver; there is: "
         "evdev, sim"},
        {"[board]\nname=x\n[keypad]\nfoo=1\n", "[keypad] driver: this option must be given"},
        {"[board]\nname=x\nsector_size=700\n" REQUIRED, ":3: [board] sector_size: must be a power"},
        {"[board]\nname=x\n" REQUIRED "[sim]\nscale=3\n", "[sim] scale: must be an integer from 1"},
        {"[board]\nname=x\n" REQUIRED "[sim]\nscle=1\n", ":10: [sim] scle: nobody knows this"},
        {"[board]\nname=x\n" REQUIRED "[printr]\ndriver=sim\n", "[printr] driver: nobody knows"},
        {"[board]\nname=x\nwrap=foo\n" REQUIRED, "[board] wrap: there is fault and spy"},
        {"[board]\nname=x\nwrap=fault\nplan=printer.write=3\n" REQUIRED, "is not operation:when"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct board board;
        char message[256];
        assert_int_equal(open_with(bad[i].lines, &board, message), TILL_E_CONFIG);
        if (!strstr(message, bad[i].why)) {
            fail_msg("%s\nsays: %s", bad[i].lines, message);
        }
    }
    struct board board;
    char message[256];
    assert_int_equal(hal_open("/nonexistent.conf", &board, message), TILL_E_CONFIG);
    assert_non_null(strstr(message, "/nonexistent.conf: No such file"));
}

static void a_board_may_lack_what_is_not_required(void **state)
{
    (void)state;
    struct board board;
    char message[256];
    assert_int_equal(
        open_with("[board]\nname=x\n" REQUIRED "[printer]\ndriver=none\n", &board, message),
        TILL_OK);
    assert_null(board.printer);
    assert_null(board.card);
    hal_close(&board);
}

static void missing_operations_are_found(void **state)
{
    (void)state;
    struct sim_world *world = sim_world_create(NULL);
    struct board board;
    assert_int_equal(sim_world_board(world, &board), TILL_OK);
    struct printer lame = *board.printer;
    lame.settle = NULL;
    board.printer = &lame;
    assert_string_equal(board_missing(&board), "printer.settle");
    sim_world_destroy(world);
}

static void a_planned_fault_is_answered_in_the_device_s_place(void **state)
{
    (void)state;
    struct board board;
    char message[256];
    size_t taken = 9;
    struct span bytes = {(const uint8_t *)"a\n", 2};
    assert_int_equal(open_with("[board]\nname=x\nwrap=fault\nplan=printer.write:2=paper_out, "
                               "printer.settle:2+=e_io\n" REQUIRED "[printer]\ndriver=sim\n",
                               &board, message),
                     TILL_OK);
    assert_int_equal(printer_write(board.printer, bytes, &taken), TILL_OK);
    assert_int_equal(printer_write(board.printer, bytes, &taken), TILL_PAPER_OUT);
    assert_int_equal(taken, 0);
    assert_int_equal(printer_write(board.printer, bytes, &taken), TILL_OK);
    assert_int_equal(printer_settle(board.printer), TILL_OK);
    assert_int_equal(printer_settle(board.printer), TILL_E_IO);
    assert_int_equal(printer_settle(board.printer), TILL_E_IO);
    assert_int_equal(sim_printed_bytes(sim_world_of(&board)).size, 4);
    hal_close(&board);
}

static uint64_t faults_of(uint64_t seed)
{
    struct wrap_hook hook;
    char why[96];
    assert_int_equal(fault_open("*:~4=busy", seed, &hook, why), TILL_OK);
    uint64_t pattern = 0;
    for (int i = 0; i < 64; i++) {
        pattern = pattern << 1 | (hook.before(hook.context, "printer.write") == TILL_BUSY);
    }
    assert_int_equal(fault_count(&hook), __builtin_popcountll(pattern));
    hook.close(hook.context);
    return pattern;
}

static void random_faults_are_those_of_their_seed(void **state)
{
    (void)state;
    uint64_t once = faults_of(42);
    assert_true(once == faults_of(42));
    assert_true(once != faults_of(43));
    assert_in_range(__builtin_popcountll(once), 4, 32);
}

static void the_spy_writes_down_what_was_asked(void **state)
{
    (void)state;
    struct sim_world *world = sim_world_create(NULL);
    struct board board;
    struct wrap_hook hook;
    size_t taken = 0;
    struct keypad_event event;
    assert_int_equal(sim_world_board(world, &board), TILL_OK);
    assert_int_equal(spy_open(NULL, &hook), TILL_OK);
    struct wrap *wrap = wrap_board(&board, &hook);
    assert_non_null(wrap);
    assert_null(board_missing(&board));
    assert_int_equal(keypad_poll(board.keypad, &event), TILL_UNCHANGED);
    sim_press(world, PAD_OK);
    assert_int_equal(keypad_poll(board.keypad, &event), TILL_OK);
    assert_int_equal(printer_write(board.printer, (struct span){(const uint8_t *)"a\n", 2}, &taken),
                     TILL_OK);
    display_describe(board.display, "home", "text");
    assert_int_equal(sound_play(board.sound, SOUND_OK), TILL_OK);
    assert_string_equal(spy_text(&hook), "keypad.poll ok down = TILL_OK\n"
                                         "printer.write 2 of 2 = TILL_OK\n"
                                         "display.describe home = TILL_OK\n"
                                         "sound.play ok = TILL_OK\n");
    hal_close(&board);
    wrap_close(wrap);
    sim_world_destroy(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_read_with_their_ranges),
        cmocka_unit_test(a_bad_line_is_named),
        cmocka_unit_test(an_override_rules_over_the_file),
        cmocka_unit_test(the_boards_that_ship_are_whole),
        cmocka_unit_test(a_board_that_is_not_whole_is_refused_with_the_reason),
        cmocka_unit_test(a_board_may_lack_what_is_not_required),
        cmocka_unit_test(missing_operations_are_found),
        cmocka_unit_test(a_planned_fault_is_answered_in_the_device_s_place),
        cmocka_unit_test(random_faults_are_those_of_their_seed),
        cmocka_unit_test(the_spy_writes_down_what_was_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
