/*
 * Board files of named classes of handheld: every driver and option in them is known, every device
 * that the class has is there. Without any of the hardware, and without touching what this machine
 * may have: nodes are looked for in a folder that isn't there.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checked.h"
#include "driver.h"
#include "modem.h"
#include "printer.h"
#include "profile.h"

static const char *const sections[] = {
#define X(name, number, section) [number] = section,
    DEVICE_CLASS_LIST(X)
#undef X
};

static struct settings settings;
static struct board board;

/* Where this machine's own devices could stand. */
static const char *const elsewhere[] = {
    "display.device=/nonexistent/display",
    "display.tty=/nonexistent/tty",
    "keypad.folder=/nonexistent",
    "scanner.folder=/nonexistent",
    "sound.folder=/nonexistent",
    "sound.root=/nonexistent",
    "printer.device=/nonexistent/printer",
    "meter.device=/nonexistent/meter",
    "watchdog.device=/nonexistent/watchdog",
    "modem.bus=unix:path=/nonexistent/bus",
    "power.root=/nonexistent",
    "network.root=/nonexistent",
};

/* An option by its "section.key=" put in place of the file's, where the file has that key. */
static void replace(const char *option)
{
    for (size_t i = 0; i < settings.count; i++) {
        const struct settings_entry *e = &settings.entries[i];
        size_t size = strlen(e->section);
        if (strncmp(option, e->section, size) == 0 && option[size] == '.' &&
            strncmp(option + size + 1, e->key, strlen(e->key)) == 0 &&
            option[size + 1 + strlen(e->key)] == '=') {
            assert_int_equal(settings_override(&settings, option), TILL_OK);
            return;
        }
    }
}

/* Options that a file need not have, but that keep a driver away from this machine. */
static void keep_away(void)
{
    static const char *const needed[][3] = {
        {"keypad", "evdev", "keypad.folder=/nonexistent"},
        {"scanner", "evdev", "scanner.folder=/nonexistent"},
        {"sound", "evdev", "sound.folder=/nonexistent"},
        {"sound", "pwm", "sound.root=/nonexistent"},
        {"watchdog", "linux", "watchdog.device=/nonexistent/watchdog"},
        {"display", "drm", "display.device=/nonexistent/display"},
        {"printer", "escpos_usb", "printer.device=/nonexistent/lp*"},
        {"modem", "modemmanager", "modem.bus=unix:path=/nonexistent/bus"},
        {"power", "sysfs", "power.root=/nonexistent"},
    };
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        replace(elsewhere[i]);
    }
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        const char *driver = settings_text(&settings, needed[i][0], "driver", "");
        if (strcmp(driver, needed[i][1]) == 0) {
            assert_int_equal(settings_override(&settings, needed[i][2]), TILL_OK);
        }
    }
}

/* Opens every device of the file; a display may be missing, for it must be there to be asked. */
static void open_all(const char *path)
{
    struct opening opening = {&settings, "", NULL};
    memset(&board, 0, sizeof board);
    if (settings_load(path, &settings) != TILL_OK) {
        fail_msg("%s", settings.message);
    }
    keep_away();
    assert_non_null(settings_text(&settings, "board", "name", NULL));
    assert_non_null(settings_text(&settings, "board", "sector_size", NULL));
    (void)settings_text(&settings, "board", "serial_file", NULL); /* this machine has another */
    for (int class = 0; class < DEVICE_CLASSES; class ++) {
        opening.section = sections[class];
        const char *name = settings_text(&settings, sections[class], "driver", NULL);
        if (!name) {
            assert_false(settings_has_section(&settings, sections[class]));
            continue;
        }
        const struct driver *driver = driver_find((enum device_class) class, name);
        if (!driver) {
            fail_msg("%s: [%s] has no driver %s", path, sections[class], name);
        }
        settings.message[0] = '\0';
        enum till_status status = driver->open(&opening, &board);
        bool may_be_away =
            class == DEVICE_DISPLAY && (status == TILL_DEVICE_OFFLINE || status == TILL_E_DEVICE);
        if (status != TILL_OK && !may_be_away) {
            fail_msg("%s: [%s] %s: %s", path, sections[class], status_name(status),
                     settings.message);
        }
    }
}

/* Every line of the file was understood by somebody. */
static void expect_all_used(const char *path)
{
    for (size_t i = 0; i < settings.count; i++) {
        const struct settings_entry *e = &settings.entries[i];
        if (!e->used && e->line > 0) {
            fail_msg("%s:%u: [%s] %s: nobody knows this option", path, (unsigned)e->line,
                     e->section, e->key);
        }
    }
}

static void expect_profile(const char *path)
{
    const struct printer_profile *profile = NULL;
    if (profile_find(board.printer->profile, &profile) != TILL_OK) {
        fail_msg("%s: there is no printer profile %s", path, board.printer->profile);
    }
}

/* What a class of handheld has. */
static void expect_devices(const char *path, const char *wanted)
{
    char found[128];
    snprintf(found, sizeof found, "%s%s%s%s%s%s%s%s%s%s%s%s", board.keypad ? "keypad " : "",
             board.printer ? "printer " : "", board.modem ? "modem " : "",
             board.network ? "network " : "", board.power ? "power " : "",
             board.card ? "card " : "", board.meter ? "meter " : "",
             board.scanner ? "scanner " : "", board.sound ? "sound " : "",
             board.position ? "position " : "", board.stick ? "stick " : "",
             board.watchdog ? "watchdog" : "");
    if (strcmp(found, wanted) != 0) {
        fail_msg("%s has %s", path, found);
    }
}

static int close_all(void **state)
{
    (void)state;
    board_close_devices(&board);
    return 0;
}

static void check(const char *name, const char *devices)
{
    char path[96];
    snprintf(path, sizeof path, "hal/boards/%s.conf", name);
    open_all(path);
    expect_all_used(path);
    expect_devices(path, devices);
    expect_profile(path);
    assert_string_equal(settings_text(&settings, "board", "name", ""), name);
}

static void a_pda_with_4g_and_a_printer_of_58_mm_is_whole(void **state)
{
    (void)state;
    check("pda-4g-58", "keypad printer modem network power card meter scanner sound position "
                       "stick watchdog");
    assert_string_equal(board.modem->apn, "cmnet");
}

static void a_rugged_handheld_of_240x320_with_a_belt_printer_is_whole(void **state)
{
    (void)state;
    check("rugged-240x320", "keypad printer modem network power card meter scanner sound position "
                            "stick watchdog");
}

static void a_feature_handheld_of_128x64_with_gprs_is_whole(void **state)
{
    (void)state;
    check("gprs-128x64", "keypad printer modem network power meter sound watchdog");
    assert_string_equal(board.modem->apn, "cmnet");
}

static void a_shop_s_counter_with_80_mm_and_a_wire_is_whole(void **state)
{
    (void)state;
    check("counter-80", "keypad printer network card scanner sound position stick watchdog");
}

static void a_handheld_with_a_bluetooth_printer_is_whole(void **state)
{
    (void)state;
    check("portable-bluetooth", "keypad printer modem network power sound position stick watchdog");
}

/* So that a new one is not left out above. */
static void every_board_file_is_tried_by_some_test(void **state)
{
    (void)state;
    static const char *const known[] = {"sim.conf",
                                        "sim-panel.conf",
                                        "pda-4g-58.conf",
                                        "rugged-240x320.conf",
                                        "gprs-128x64.conf",
                                        "counter-80.conf",
                                        "portable-bluetooth.conf",
                                        "generic-linux-example.conf"};
    DIR *folder = opendir("hal/boards");
    assert_non_null(folder);
    for (const struct dirent *e = readdir(folder); e; e = readdir(folder)) {
        bool found = e->d_name[0] == '.';
        for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
            found = found || strcmp(e->d_name, known[i]) == 0;
        }
        if (!found) {
            fail_msg("hal/boards/%s is in no test", e->d_name);
        }
    }
    closedir(folder);
}

static void the_example_opens_as_it_stands_on_any_linux(void **state)
{
    (void)state;
    static const char *const overrides[] = {"meter.device=/nonexistent/meter",
                                            "printer.address=127.0.0.1", "printer.port=9"};
    char message[256];
    if (hal_open_options("hal/boards/generic-linux-example.conf", overrides, 3, &board, message) !=
        TILL_OK) {
        fail_msg("%s", message);
    }
    hal_close(&board);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, close_all)
    const struct CMUnitTest tests[] = {
        TEST(a_pda_with_4g_and_a_printer_of_58_mm_is_whole),
        TEST(a_rugged_handheld_of_240x320_with_a_belt_printer_is_whole),
        TEST(a_feature_handheld_of_128x64_with_gprs_is_whole),
        TEST(a_shop_s_counter_with_80_mm_and_a_wire_is_whole),
        TEST(a_handheld_with_a_bluetooth_printer_is_whole),
        cmocka_unit_test(every_board_file_is_tried_by_some_test),
        cmocka_unit_test(the_example_opens_as_it_stands_on_any_linux),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
