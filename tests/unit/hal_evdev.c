/* Keypads and wedge scanners by the kernel's input layer, against a kernel of our own. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "evdev_keys.h"
#include "fake_input.h"
#include "keypad.h"
#include "scanner.h"
#include "sysdev_drivers.h"

static char folder[64];
static char node_path[96];
static struct fake_kernel kernel;
static struct fake_input input;
static struct settings settings;
static struct board board;

static int make_folder(void **state)
{
    (void)state;
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%.40s/evdev-XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(folder)) {
        return -1;
    }
    snprintf(node_path, sizeof node_path, "%s/event0", folder);
    memset(&board, 0, sizeof board);
    fake_kernel_init(&kernel);
    fake_input_add(&kernel, &input, node_path, "gpio-keys", "gpio-keys/input0");
    return 0;
}

static int drop_folder(void **state)
{
    (void)state;
    if (board.keypad) {
        board.keypad->close(board.keypad->context);
    }
    if (board.scanner) {
        board.scanner->close(board.scanner->context);
    }
    fake_input_remove(&input);
    const char *complaint = fake_kernel_complaint(&kernel);
    if (complaint) {
        print_error("%s\n", complaint);
    }
    return rmdir(folder) != 0 || complaint ? -1 : 0;
}

static struct opening opening_of(const char *section, const char *options)
{
    char text[512];
    snprintf(text, sizeof text, "[%s]\n%s\n", section, options);
    assert_int_equal(
        settings_parse((struct span){(const uint8_t *)text, strlen(text)}, "x.conf", &settings),
        TILL_OK);
    return (struct opening){&settings, section, NULL};
}

static enum till_status open_keypad(const char *options)
{
    char text[400];
    snprintf(text, sizeof text, "device=%s\n%s", node_path, options);
    struct opening opening = opening_of("keypad", text);
    return evdev_keypad_open_by(&opening, &board, &kernel.sys);
}

static enum till_status open_scanner(const char *options)
{
    char text[400];
    snprintf(text, sizeof text, "device=%s\n%s", node_path, options);
    struct opening opening = opening_of("scanner", text);
    return evdev_scanner_open_by(&opening, &board, &kernel.sys);
}

/* "1+@1000 1-@1060": what the keypad has to say now, times since the kernel's start. */
static const char *said(void)
{
    static char text[512];
    struct keypad_event event;
    enum till_status status;
    size_t size = 0;
    text[0] = '\0';
    while ((status = keypad_poll(board.keypad, &event)) == TILL_OK && size < sizeof text - 32) {
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%s%s@%lld", size ? " " : "",
                                 key_name((int)event.key), event.down ? "+" : "-",
                                 (long long)(event.at_ms - 1000000));
    }
    if (status != TILL_UNCHANGED) {
        snprintf(text + size, sizeof text - size, "%s%s", size ? " " : "", status_name(status));
    }
    return text;
}

static bool readable(int fd, int timeout_ms)
{
    struct pollfd waiting = {fd, POLLIN, 0};
    return poll(&waiting, 1, timeout_ms) == 1;
}

/* ---- the keypad ------------------------------------------------------------------------------ */

static void keys_come_with_the_kernel_s_time(void **state)
{
    (void)state;
    assert_int_equal(open_keypad(""), TILL_OK);
    assert_string_equal(said(), "");
    fake_input_key(&input, KEY_5, 1);
    kernel.now_ms += 80;
    fake_input_key(&input, KEY_5, 0);
    kernel.now_ms += 500; /* the program was busy */
    assert_true(readable(keypad_fd(board.keypad), 0));
    assert_string_equal(said(), "5+@0 5-@80");
    assert_false(readable(keypad_fd(board.keypad), 0));
    fake_input_key(&input, KEY_KPENTER, 1);
    kernel.now_ms += 30;
    fake_input_key(&input, KEY_KPENTER, 0);
    assert_string_equal(said(), "ok+@580 ok-@610");
    assert_int_equal(input.grabbed_by >= 0, true);
}

static void a_kernel_that_knows_no_monotonic_events_gives_the_time_of_reading(void **state)
{
    (void)state;
    input.old = true;
    assert_int_equal(open_keypad(""), TILL_OK);
    fake_input_key(&input, KEY_5, 1);
    kernel.now_ms += 25;
    assert_string_equal(said(), "5+@25");
}

static void a_held_key_is_one_press_however_long(void **state)
{
    (void)state;
    assert_int_equal(open_keypad(""), TILL_OK);
    fake_input_key(&input, KEY_BACKSPACE, 1);
    for (int i = 0; i < 20; i++) {
        kernel.now_ms += 100;
        fake_input_key(&input, KEY_BACKSPACE, 2);
    }
    fake_input_key(&input, KEY_BACKSPACE, 0);
    assert_string_equal(said(), "clear+@0 clear-@2000");
}

static void bouncing_contacts_are_one_press(void **state)
{
    (void)state;
    assert_int_equal(open_keypad(""), TILL_OK);
    static const int waits[] = {2, 3, 4, 3, 2, 60};
    for (size_t i = 0; i < 6; i++) {
        fake_input_key(&input, KEY_7, i % 2 == 0);
        kernel.now_ms += waits[i];
    }
    /* down 0, up 2, down 5, up 9, down 12, up 14: it was a tap of 14 ms */
    assert_string_equal(said(), "7+@0 7-@20");
    fake_input_key(&input, KEY_7, 1);
    kernel.now_ms += 5;
    fake_input_key(&input, KEY_7, 0);
    kernel.now_ms += 3;
    fake_input_key(&input, KEY_7, 1);
    assert_string_equal(said(), "7+@74");
    kernel.now_ms += 100;
    assert_string_equal(said(), "");
    fake_input_key(&input, KEY_7, 0);
    assert_string_equal(said(), "7-@182");
}

static void the_end_of_a_short_tap_wakes_the_program(void **state)
{
    (void)state;
    assert_int_equal(open_keypad(""), TILL_OK);
    fake_input_key(&input, KEY_7, 1);
    fake_input_key(&input, KEY_7, 0);
    assert_string_equal(said(), "7+@0");
    assert_false(readable(keypad_fd(board.keypad), 0));
    assert_true(readable(keypad_fd(board.keypad), 1000)); /* by the real timer */
    kernel.now_ms += 20;
    assert_string_equal(said(), "7-@20");
    assert_false(readable(keypad_fd(board.keypad), 0));
}

static void two_codes_of_one_key_are_one_key(void **state)
{
    (void)state;
    assert_int_equal(open_keypad(""), TILL_OK);
    fake_input_key(&input, KEY_ENTER, 1);
    kernel.now_ms += 50;
    fake_input_key(&input, KEY_KPENTER, 1);
    kernel.now_ms += 50;
    fake_input_key(&input, KEY_ENTER, 0);
    kernel.now_ms += 50;
    fake_input_key(&input, KEY_KPENTER, 0);
    assert_string_equal(said(), "ok+@0 ok-@150");
}

static void a_stuck_key_is_let_go_and_said_once(void **state)
{
    (void)state;
    assert_int_equal(open_keypad("stuck=10"), TILL_OK);
    fake_input_key(&input, KEY_UP, 1);
    kernel.now_ms += 9999;
    assert_string_equal(said(), "up+@0");
    kernel.now_ms += 1;
    assert_string_equal(said(), "up-@10000 TILL_E_DEVICE");
    assert_string_equal(said(), "");
    kernel.now_ms += 60000;
    assert_string_equal(said(), "");
    fake_input_key(&input, KEY_4, 1); /* the others go on */
    assert_string_equal(said(), "4+@70000");
    fake_input_key(&input, KEY_UP, 0);
    kernel.now_ms += 50;
    fake_input_key(&input, KEY_UP, 1);
    assert_string_equal(said(), "up+@70050");
}

static void lost_events_are_made_good_by_the_kernel_s_own_state(void **state)
{
    (void)state;
    assert_int_equal(open_keypad(""), TILL_OK);
    fake_input_key(&input, KEY_1, 1);
    fake_input_key(&input, KEY_2, 1);
    assert_string_equal(said(), "1+@0 2+@0");
    kernel.now_ms += 1000;
    fake_input_event(&input, EV_KEY, KEY_1, 0);
    fake_input_key(&input, KEY_3, 1);
    fake_input_overflow(&input);
    fake_input_event(&input, EV_KEY, KEY_4, 1); /* half a report */
    fake_input_event(&input, EV_SYN, SYN_REPORT, 0);
    assert_string_equal(said(), "1-@1000 3+@1000 4+@1000");
    fake_input_key(&input, KEY_4, 0);
    fake_input_key(&input, KEY_2, 0);
    kernel.now_ms += 20;
    assert_string_equal(said(), "2-@1000 4-@1020");
}

static void events_older_than_the_kernel_s_state_press_nothing(void **state)
{
    (void)state;
    assert_int_equal(open_keypad(""), TILL_OK);
    fake_input_overflow(&input);
    fake_input_event(&input, EV_SYN, SYN_REPORT, 0);
    fake_input_key(&input, KEY_1, 1); /* read in the same go as the loss */
    for (int i = 0; i < 40; i++) {
        fake_input_key(&input, KEY_9, i % 2 == 0);
    }
    fake_input_key(&input, KEY_1, 0); /* dropped by the kernel when it is asked */
    assert_string_equal(said(), "");
    kernel.now_ms += 5000;
    assert_string_equal(said(), "");
}

static void an_unplugged_keypad_lets_its_keys_go_and_comes_back(void **state)
{
    (void)state;
    assert_int_equal(open_keypad(""), TILL_OK);
    fake_input_key(&input, KEY_OK, 1);
    assert_string_equal(said(), "ok+@0");
    kernel.now_ms += 300;
    fake_input_unplug(&input);
    assert_true(readable(keypad_fd(board.keypad), 0));
    assert_string_equal(said(), "ok-@300 TILL_DEVICE_OFFLINE");
    assert_string_equal(said(), "TILL_DEVICE_OFFLINE");
    assert_false(readable(keypad_fd(board.keypad), 0));
    fake_input_plug(&input);
    assert_true(readable(keypad_fd(board.keypad), 100)); /* inotify, before any retry */
    assert_string_equal(said(), "");
    fake_input_key(&input, KEY_8, 1);
    assert_string_equal(said(), "8+@300");
    assert_true(input.grabbed_by >= 0 && input.monotonic);
}

static void a_keypad_that_comes_late_is_found_without_a_note_too(void **state)
{
    (void)state;
    fake_input_unplug(&input);
    assert_int_equal(open_keypad(""), TILL_OK);
    assert_string_equal(said(), "TILL_DEVICE_OFFLINE");
    fake_input_plug(&input);
    input.node->refuse = EACCES; /* the node is there before its rights are */
    assert_true(readable(keypad_fd(board.keypad), 100));
    assert_string_equal(said(), "TILL_DEVICE_OFFLINE");
    input.node->refuse = 0;
    assert_string_equal(said(), "TILL_DEVICE_OFFLINE"); /* at most once a second */
    kernel.now_ms += 1000;
    assert_true(readable(keypad_fd(board.keypad), 1500));
    assert_string_equal(said(), "");
}

static void a_key_held_while_it_is_plugged_in_is_no_press(void **state)
{
    (void)state;
    fake_input_event(&input, EV_KEY, KEY_OK, 1);
    assert_int_equal(open_keypad(""), TILL_OK);
    assert_string_equal(said(), "");
    kernel.now_ms += 100;
    fake_input_key(&input, KEY_OK, 0);
    assert_string_equal(said(), "");
    kernel.now_ms += 100;
    fake_input_key(&input, KEY_OK, 1);
    assert_string_equal(said(), "ok+@200");
}

static void a_keypad_is_found_by_name_and_place(void **state)
{
    (void)state;
    char path[96];
    char text[400];
    struct fake_input other;
    snprintf(path, sizeof path, "%s/event5", folder);
    fake_input_add(&kernel, &other, path, "gpio-keys", "usb-1.2/input0");
    snprintf(text, sizeof text, "folder=%s\nname=gpio-keys\nphys=usb-1.2/input0", folder);
    struct opening opening = opening_of("keypad", text);
    assert_int_equal(evdev_keypad_open_by(&opening, &board, &kernel.sys), TILL_OK);
    fake_input_key(&other, KEY_6, 1);
    assert_string_equal(said(), "6+@0");
    assert_int_equal(fake_node_open_count(input.node), 0);
    fake_input_remove(&other);
}

static void a_keypad_in_use_elsewhere_is_offline_until_it_is_free(void **state)
{
    (void)state;
    input.grabbed_elsewhere = true;
    assert_int_equal(open_keypad(""), TILL_OK);
    assert_string_equal(said(), "TILL_DEVICE_OFFLINE");
    input.grabbed_elsewhere = false;
    kernel.now_ms += 1000;
    assert_string_equal(said(), "");
    fake_input_key(&input, KEY_6, 1);
    assert_string_equal(said(), "6+@1000");
}

static void the_board_file_s_map_rules_over_the_usual_one(void **state)
{
    (void)state;
    assert_int_equal(open_keypad("ok = KEY_F24 0x161\nf1=KEY_ENTER\nstar=BTN_0\nhash = 57"),
                     TILL_OK);
    static const uint16_t codes[] = {KEY_F24,   0x161,       KEY_ENTER, BTN_0,
                                     KEY_SPACE, KEY_KPENTER, KEY_ESC};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        fake_input_key(&input, codes[i], 1);
        kernel.now_ms += 25;
        fake_input_key(&input, codes[i], 0);
        kernel.now_ms += 25;
    }
    assert_string_equal(said(), "ok+@0 ok-@25 ok+@50 ok-@75 f1+@100 f1-@125 *+@150 *-@175 "
                                "#+@200 #-@225 cancel+@300 cancel-@325");
}

static void a_wrong_map_or_device_is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *options, *message;
    } bad[] = {
        {"ok=KEY_NONSENSE", "x.conf:3: [keypad] ok: the kernel has no key KEY_NONSENSE"},
        {"ok=KEY_1\nup=KEY_1", "x.conf:4: [keypad] up: KEY_1 means another key already"},
        {"ok=0x300", "x.conf:3: [keypad] ok: the kernel has no key 0x300"},
        {"ok=", "x.conf:3: [keypad] ok: names no key; leave it out for the usual one"},
        {"name=x", "x.conf:2: [keypad] device: give device, or name and phys in its place"},
        {"stuck=9999", "x.conf:3: [keypad] stuck: must be an integer from 0 to 3600"},
        {"grab=perhaps", "x.conf:3: [keypad] grab: must be yes or no"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(open_keypad(bad[i].options), TILL_E_CONFIG);
        assert_string_equal(settings.message, bad[i].message);
    }
    memset(input.keys, 0, sizeof input.keys);
    assert_int_equal(open_keypad(""), TILL_E_CONFIG);
    assert_string_equal(settings.message, "x.conf:2: [keypad] device: has none of the keys or "
                                          "tones that are needed");
}

static void a_file_that_is_no_input_device_is_refused_by_the_real_kernel(void **state)
{
    (void)state;
    char text[128];
    snprintf(text, sizeof text, "device=%s", node_path);
    struct opening opening = opening_of("keypad", text);
    assert_int_equal(evdev_keypad_open_by(&opening, &board, &sysdev_kernel), TILL_E_CONFIG);
    assert_string_equal(settings.message, "x.conf:2: [keypad] device: is no input device");
}

/* ---- the scanner ----------------------------------------------------------------------------- */

static void stroke(uint16_t code)
{
    fake_input_key(&input, code, 1);
    fake_input_key(&input, code, 0);
    kernel.now_ms += 2;
}

static void shifted(uint16_t code)
{
    fake_input_key(&input, KEY_RIGHTSHIFT, 1);
    stroke(code);
    fake_input_key(&input, KEY_RIGHTSHIFT, 0);
}

static struct scanner_text text;

static void a_wedge_types_a_text_in_us_layout(void **state)
{
    (void)state;
    assert_int_equal(open_scanner(""), TILL_OK);
    shifted(KEY_H);
    stroke(KEY_T);
    shifted(KEY_SEMICOLON);
    stroke(KEY_SLASH);
    shifted(KEY_SLASH);
    stroke(KEY_6);
    shifted(KEY_6);
    stroke(KEY_F5);
    stroke(KEY_CAPSLOCK);
    stroke(KEY_KP9);
    fake_input_key(&input, KEY_9, 2);
    fake_input_key(&input, KEY_LEFTCTRL, 1);
    stroke(KEY_RIGHTBRACE);
    fake_input_key(&input, KEY_LEFTCTRL, 0);
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_UNCHANGED);
    stroke(KEY_ENTER);
    assert_true(readable(scanner_fd(board.scanner), 0));
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_OK);
    assert_string_equal(text.bytes, "Ht:/?6^9\x1D");
    assert_int_equal(text.size, 9);
    stroke(KEY_ENTER); /* CR and LF: the second ends nothing */
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_UNCHANGED);
    assert_false(readable(scanner_fd(board.scanner), 0));
    assert_true(input.grabbed_by >= 0);
    assert_int_equal(scanner_aim(board.scanner, true), TILL_UNSUPPORTED);
}

static void a_gap_ends_a_text(void **state)
{
    (void)state;
    assert_int_equal(open_scanner("gap=50"), TILL_OK);
    stroke(KEY_1);
    stroke(KEY_2);
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_UNCHANGED);
    kernel.now_ms += 47;
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_UNCHANGED);
    assert_true(readable(scanner_fd(board.scanner), 1000)); /* the timer */
    kernel.now_ms += 1;
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_OK);
    assert_string_equal(text.bytes, "12");
    /* two texts in one go, by the strokes' own times */
    stroke(KEY_3);
    kernel.now_ms += 60;
    stroke(KEY_4);
    stroke(KEY_ENTER);
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_OK);
    assert_string_equal(text.bytes, "3");
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_OK);
    assert_string_equal(text.bytes, "4");
}

static void a_text_that_is_too_long_is_dropped_whole(void **state)
{
    (void)state;
    assert_int_equal(open_scanner(""), TILL_OK);
    for (int i = 0; i < SCANNER_TEXT_MAX + 1; i++) {
        stroke(KEY_1);
        if (i % 256 == 255) { /* a FIFO holds 64 KiB */
            assert_int_equal(scanner_poll(board.scanner, &text), TILL_UNCHANGED);
        }
    }
    stroke(KEY_ENTER);
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_TOO_LARGE);
    for (int i = 0; i < SCANNER_TEXT_MAX; i++) {
        stroke(KEY_2);
        if (i % 256 == 255) {
            assert_int_equal(scanner_poll(board.scanner, &text), TILL_UNCHANGED);
        }
    }
    stroke(KEY_ENTER);
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_OK);
    assert_int_equal(text.size, SCANNER_TEXT_MAX);
}

static void half_a_text_is_none(void **state)
{
    (void)state;
    assert_int_equal(open_scanner(""), TILL_OK);
    stroke(KEY_1);
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_UNCHANGED);
    stroke(KEY_2);
    fake_input_overflow(&input);
    fake_input_event(&input, EV_SYN, SYN_REPORT, 0);
    stroke(KEY_3);
    stroke(KEY_ENTER);
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_UNCHANGED);
    stroke(KEY_4);
    fake_input_unplug(&input);
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_DEVICE_OFFLINE);
    fake_input_plug(&input);
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_UNCHANGED);
    stroke(KEY_5);
    stroke(KEY_ENTER);
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_OK);
    assert_string_equal(text.bytes, "5");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, drop_folder)
    const struct CMUnitTest tests[] = {
        TEST(keys_come_with_the_kernel_s_time),
        TEST(a_kernel_that_knows_no_monotonic_events_gives_the_time_of_reading),
        TEST(a_held_key_is_one_press_however_long),
        TEST(bouncing_contacts_are_one_press),
        TEST(the_end_of_a_short_tap_wakes_the_program),
        TEST(two_codes_of_one_key_are_one_key),
        TEST(a_stuck_key_is_let_go_and_said_once),
        TEST(lost_events_are_made_good_by_the_kernel_s_own_state),
        TEST(events_older_than_the_kernel_s_state_press_nothing),
        TEST(an_unplugged_keypad_lets_its_keys_go_and_comes_back),
        TEST(a_keypad_that_comes_late_is_found_without_a_note_too),
        TEST(a_key_held_while_it_is_plugged_in_is_no_press),
        TEST(a_keypad_is_found_by_name_and_place),
        TEST(a_keypad_in_use_elsewhere_is_offline_until_it_is_free),
        TEST(the_board_file_s_map_rules_over_the_usual_one),
        TEST(a_wrong_map_or_device_is_refused_with_its_line),
        TEST(a_file_that_is_no_input_device_is_refused_by_the_real_kernel),
        TEST(a_wedge_types_a_text_in_us_layout),
        TEST(a_gap_ends_a_text),
        TEST(a_text_that_is_too_long_is_dropped_whole),
        TEST(half_a_text_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
