/* Battery and charger from /sys, in all the shapes that kernels give them, and what wakes us. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "power.h"
#include "power_gauge.h"
#include "uevent.h"

static struct board board;
static char root[32];

#define SUPPLIES "sys/class/power_supply"
static const char *const folders[] = {
    "sys",          "sys/class", SUPPLIES, SUPPLIES "/BAT0", SUPPLIES "/BAT1", SUPPLIES "/stylus",
    SUPPLIES "/usb"};
static const char *const files[] = {
    "capacity",   "capacity_level", "charge_full", "charge_full_design",
    "charge_now", "energy_full",    "energy_now",  "energy_full_design",
    "health",     "online",         "present",     "scope",
    "status",     "temp",           "type"};

static int make_root(void **state)
{
    (void)state;
    char path[128];
    snprintf(root, sizeof root, "/tmp/hal-power-XXXXXX");
    if (!mkdtemp(root)) {
        return -1;
    }
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s/%s", root, folders[i]);
        if (mkdir(path, 0700) != 0) {
            return -1;
        }
    }
    return 0;
}

static int drop_root(void **state)
{
    (void)state;
    char path[160];
    hal_close(&board);
    for (size_t i = sizeof folders / sizeof *folders; i > 0; i--) {
        for (size_t k = 0; i > 3 && k < sizeof files / sizeof *files; k++) {
            snprintf(path, sizeof path, "%s/%s/%s", root, folders[i - 1], files[k]);
            unlink(path);
        }
        snprintf(path, sizeof path, "%s/%s", root, folders[i - 1]);
        rmdir(path);
    }
    snprintf(path, sizeof path, "%s/board", root);
    unlink(path);
    snprintf(path, sizeof path, "%s/uevent", root);
    unlink(path);
    return rmdir(root);
}

/* what: "BAT0/capacity"; NULL text: it isn't there. */
static void put(const char *what, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/" SUPPLIES "/%s", root, what);
    if (!text) {
        unlink(path);
        return;
    }
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "%s\n", text);
    fclose(file);
}

static void open_power(const char *more)
{
    char message[256] = "";
    char path[64];
    snprintf(path, sizeof path, "%s/board", root);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file,
            "[board]\nname=x\n[keypad]\ndriver=sim\n[display]\ndriver=sim\n[clock]\n"
            "driver=system\n[power]\ndriver=sysfs\nroot=%s\n%s",
            root, more);
    fclose(file);
    if (hal_open(path, &board, message) != TILL_OK) {
        fail_msg("%s", message);
    }
}

static struct power_state now(void)
{
    struct power_state state;
    memset(&state, 0, sizeof state);
    assert_int_equal(power_state(board.power, &state), TILL_OK);
    return state;
}

/* ---- what is read ---------------------------------------------------------------------------- */

static void without_capacity_energy_or_charge_tells_the_percent(void **state)
{
    (void)state;
    struct power_state unused;
    open_power("every_ms=0\n");
    assert_int_equal(power_state(board.power, &unused), TILL_DEVICE_OFFLINE);
    put("BAT0/type", "Battery");
    assert_int_equal(power_state(board.power, &unused), TILL_E_DEVICE);
    put("BAT0/energy_now", "21000000");
    assert_int_equal(power_state(board.power, &unused), TILL_E_DEVICE);
    put("BAT0/energy_full", "30000000");
    assert_int_equal(now().percent, 70);
    put("BAT0/energy_now", NULL);
    put("BAT0/charge_now", "1960000");
    put("BAT0/charge_full", "0");
    put("BAT0/charge_full_design", "2800000");
    assert_int_equal(now().percent, 70);
    put("BAT0/charge_now", NULL);
    put("BAT0/capacity_level", "Normal");
    assert_int_equal(now().percent, 55);
    put("BAT0/capacity", "64");
    assert_int_equal(now().percent, 64);
}

static void a_percent_beyond_what_there_can_be_is_clamped(void **state)
{
    (void)state;
    open_power("every_ms=0\n");
    put("BAT0/capacity", "104");
    assert_int_equal(now().percent, 100);
    hal_close(&board);
    open_power("every_ms=0\n");
    put("BAT0/capacity", "-3");
    assert_int_equal(now().percent, 0);
}

static void the_charger_is_told_by_itself_or_by_the_battery_s_word(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        bool charging;
    } words[] = {{"Charging", true},     {"Full", true},     {"Not charging", true},
                 {"Discharging", false}, {"Unknown", false}, {"", false}};
    put("BAT0/capacity", "50");
    open_power("every_ms=0\n");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        put("BAT0/status", words[i].word);
        if (now().charging != words[i].charging) {
            fail_msg("%s", words[i].word);
        }
    }
    hal_close(&board);
    put("BAT0/status", "Discharging");
    put("usb/type", "USB");
    put("usb/online", "1");
    open_power("every_ms=0\ncharger=auto\n");
    assert_true(now().charging);
    put("usb/online", "0");
    put("BAT0/status", "Charging");
    assert_false(now().charging);
}

static void several_batteries_count_together_by_what_they_hold(void **state)
{
    (void)state;
    put("BAT0/capacity", "100");
    put("BAT1/capacity", "20");
    open_power("every_ms=0\nbattery=BAT0, BAT1\n");
    assert_int_equal(now().percent, 60);
    put("BAT0/energy_full", "10000000");
    put("BAT1/energy_full", "30000000");
    hal_close(&board);
    open_power("every_ms=0\nbattery=BAT0, BAT1\n");
    assert_int_equal(now().percent, 40);
    put("BAT1/present", "0");
    hal_close(&board);
    open_power("every_ms=0\nbattery=BAT0, BAT1\n");
    assert_int_equal(now().percent, 100);
}

static void batteries_that_count_in_different_units_weigh_the_same(void **state)
{
    (void)state;
    put("BAT0/capacity", "100");
    put("BAT0/energy_full", "10000000");
    put("BAT1/capacity", "20");
    put("BAT1/charge_full", "30000000");
    open_power("every_ms=0\nbattery=BAT0, BAT1\n");
    assert_int_equal(now().percent, 60);
}

static void batteries_are_found_by_themselves_but_not_those_of_accessories(void **state)
{
    (void)state;
    struct power_state unused;
    open_power("every_ms=0\nbattery=auto\n");
    assert_int_equal(power_state(board.power, &unused), TILL_DEVICE_OFFLINE);
    put("stylus/type", "Battery");
    put("stylus/scope", "Device");
    put("stylus/capacity", "3");
    assert_int_equal(power_state(board.power, &unused), TILL_DEVICE_OFFLINE);
    put("BAT1/type", "Battery");
    put("BAT1/capacity", "77");
    assert_int_equal(now().percent, 77);
}

static void health_and_temperature_are_told_where_the_battery_knows_them(void **state)
{
    (void)state;
    put("BAT0/capacity", "50");
    open_power("every_ms=0\n");
    assert_int_equal(now().health, POWER_HEALTH_UNKNOWN);
    assert_int_equal(now().temperature_dc, 0);
    put("BAT0/health", "Good");
    put("BAT0/temp", "-52");
    assert_int_equal(now().health, POWER_GOOD);
    assert_int_equal(now().temperature_dc, -52);
    put("BAT0/health", "Overheat");
    put("BAT0/temp", "99999");
    assert_int_equal(now().health, POWER_HOT);
    assert_int_equal(now().temperature_dc, 0);
    put("BAT0/health", "Dead");
    assert_int_equal(now().health, POWER_WORN);
}

/* ---- jumps ----------------------------------------------------------------------------------- */

static void one_reading_that_jumps_is_not_believed(void **state)
{
    (void)state;
    struct power_gauge g = {.has = false};
    assert_int_equal(power_gauge_read(&g, 64, 1000), 64);
    assert_int_equal(power_gauge_read(&g, 0, 6000), 64);
    assert_int_equal(power_gauge_read(&g, 63, 11000), 63);
    assert_int_equal(power_gauge_read(&g, 255, 16000), 63);
    assert_int_equal(power_gauge_read(&g, 2, 21000), 63);
    assert_int_equal(power_gauge_read(&g, 62, 26000), 62);
}

static void a_jump_that_stands_is_believed(void **state)
{
    (void)state;
    struct power_gauge g = {.has = false};
    assert_int_equal(power_gauge_read(&g, 64, 1000), 64);
    assert_int_equal(power_gauge_read(&g, 8, 6000), 64);
    assert_int_equal(power_gauge_read(&g, 7, 7000), 64);
    assert_int_equal(power_gauge_read(&g, 6, 10000), 6);
    assert_int_equal(power_gauge_read(&g, 5, 15000), 5);
}

static void after_a_long_sleep_any_reading_is_believed(void **state)
{
    (void)state;
    struct power_gauge g = {.has = false};
    assert_int_equal(power_gauge_read(&g, 64, 1000), 64);
    assert_int_equal(power_gauge_read(&g, 20, 1000 + GAUGE_FORGET_MS), 20);
}

static void a_battery_of_the_device_that_jumps_once_is_shown_as_before(void **state)
{
    (void)state;
    put("BAT0/capacity", "64");
    open_power("every_ms=0\n");
    assert_int_equal(now().percent, 64);
    put("BAT0/capacity", "0");
    assert_int_equal(now().percent, 64);
    put("BAT0/capacity", "63");
    assert_int_equal(now().percent, 63);
}

/* ---- events ---------------------------------------------------------------------------------- */

#define EVENT(action, path, subsystem)                                                             \
    action "@" path "\0ACTION=" action "\0DEVPATH=" path "\0SUBSYSTEM=" subsystem "\0SEQNUM=9"

static void send_event(const char *bytes, size_t size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s/uevent", root);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    ssize_t sent = sendto(fd, bytes, size, 0, (const struct sockaddr *)&address, sizeof address);
    close(fd);
    assert_int_equal(sent, (ssize_t)size);
}

static bool is_readable(int timeout_ms)
{
    struct pollfd waiting = {power_fd(board.power), POLLIN, 0};
    return poll(&waiting, 1, timeout_ms) == 1;
}

static void a_charger_that_is_plugged_in_is_seen_at_once(void **state)
{
    (void)state;
    static const char other[] = EVENT("add", "/devices/pci0/net/eth0", "net");
    static const char ours[] =
        EVENT("change", "/devices/platform/usb/power_supply/usb", "power_supply");
    put("BAT0/capacity", "50");
    put("usb/online", "0");
    open_power("charger=usb\n"); /* asked every five seconds at most, but for events */
    assert_false(now().charging);
    put("usb/online", "1");
    assert_false(now().charging);
    send_event(other, sizeof other);
    assert_true(is_readable(1000));
    assert_false(now().charging);
    assert_false(is_readable(0));
    send_event(ours, sizeof ours);
    send_event(ours, sizeof ours);
    assert_true(is_readable(1000));
    assert_true(now().charging);
    assert_false(is_readable(0));
}

static void an_event_is_read_and_what_is_none_refused(void **state)
{
    (void)state;
    static const char whole[] = EVENT("add", "/devices/a/tty/ttyUSB0", "tty");
    static const char cut[] = "change@/devices/x\0SUBSYSTEM=power_supply";
    struct uevent event;
    assert_true(uevent_parse((struct span){(const uint8_t *)whole, sizeof whole}, &event));
    assert_string_equal(event.action, "add");
    assert_string_equal(event.device, "ttyUSB0");
    assert_string_equal(event.subsystem, "tty");
    assert_false(uevent_parse((struct span){(const uint8_t *)cut, sizeof cut - 1}, &event));
    assert_false(uevent_parse((struct span){(const uint8_t *)"libudev\0\1\2", 11}, &event));
    assert_false(uevent_parse((struct span){(const uint8_t *)"a@b", 4}, &event));
    assert_false(uevent_parse((struct span){(const uint8_t *)"@/b", 4}, &event));
    assert_false(uevent_parse((struct span){(const uint8_t *)"", 0}, &event));
}

/* The kernel repeats an event for whoever writes its name into /sys: where that is allowed, and
 * this is no container without events. */
static void the_kernel_s_own_events_arrive(void **state)
{
    (void)state;
    struct uevent event;
    int fd = uevent_open("");
    FILE *file = fd >= 0 ? fopen("/sys/class/net/lo/uevent", "w") : NULL;
    bool asked = file && fputs("change", file) >= 0;
    asked = file && fclose(file) == 0 && asked;
    struct pollfd waiting = {fd, POLLIN, 0};
    if (!asked || poll(&waiting, 1, 500) != 1) {
        if (fd >= 0) {
            close(fd);
        }
        skip();
    }
    bool found = uevent_next(fd, "net", &event);
    bool quiet = !uevent_next(fd, "none", &event);
    close(fd);
    assert_true(found && quiet);
}

static void wrong_options_are_named(void **state)
{
    (void)state;
    static const char *const wrong[] = {"battery=\n", "battery=../x\n", "charger=a/b\n",
                                        "battery=a b c d e\n", "every_ms=-1\n"};
    char message[256];
    char path[64];
    snprintf(path, sizeof path, "%s/board", root);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fprintf(file,
                "[board]\nname=x\n[keypad]\ndriver=sim\n[display]\ndriver=sim\n[clock]\n"
                "driver=system\n[power]\ndriver=sysfs\n%s",
                wrong[i]);
        fclose(file);
        if (hal_open(path, &board, message) != TILL_E_CONFIG) {
            fail_msg("%s", wrong[i]);
        }
        assert_non_null(strstr(message, "[power]"));
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_root, drop_root)
    const struct CMUnitTest tests[] = {
        TEST(without_capacity_energy_or_charge_tells_the_percent),
        TEST(a_percent_beyond_what_there_can_be_is_clamped),
        TEST(the_charger_is_told_by_itself_or_by_the_battery_s_word),
        TEST(several_batteries_count_together_by_what_they_hold),
        TEST(batteries_that_count_in_different_units_weigh_the_same),
        TEST(batteries_are_found_by_themselves_but_not_those_of_accessories),
        TEST(health_and_temperature_are_told_where_the_battery_knows_them),
        cmocka_unit_test(one_reading_that_jumps_is_not_believed),
        cmocka_unit_test(a_jump_that_stands_is_believed),
        cmocka_unit_test(after_a_long_sleep_any_reading_is_believed),
        TEST(a_battery_of_the_device_that_jumps_once_is_shown_as_before),
        TEST(a_charger_that_is_plugged_in_is_seen_at_once),
        cmocka_unit_test(an_event_is_read_and_what_is_none_refused),
        cmocka_unit_test(the_kernel_s_own_events_arrive),
        TEST(wrong_options_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
