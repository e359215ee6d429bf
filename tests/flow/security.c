/*
 * Who may do what, and what a start notices: locks, PINs of one's own, settings, storage that was
 * altered, put back or carried to another device, and the end of a number.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "handheld.h"
#include "keypad.h"
#include "rolls.h"
#include "text.h"

enum { IDLE_MS = 301000 };

static struct handheld h;

static int begin(void **state)
{
    (void)state;
    handheld_make(&h, NULL);
    handheld_enrol(&h);
    return 0;
}

static int begin_locking(void **state)
{
    const struct handheld_setup setup = {.idle_lock = true};
    (void)state;
    handheld_make(&h, &setup);
    handheld_enrol(&h);
    return 0;
}

static int end(void **state)
{
    (void)state;
    handheld_free(&h);
    return 0;
}

static void log_in(const char *user, const char *pin)
{
    handheld_expect_screen(&h, "login");
    handheld_type(&h, user);
    handheld_keys(&h, "ok");
    handheld_type(&h, pin);
    handheld_keys(&h, "ok");
}

static void give(const char *digits)
{
    handheld_type(&h, digits);
    handheld_keys(&h, "ok");
}

/* ---- locks ----------------------------------------------------------------------------------- */

static void begin_work(void)
{
    handheld_login(&h);
    handheld_open_shift(&h, "100");
}

static void without_a_key_for_five_minutes_it_locks(void **state)
{
    (void)state;
    begin_work();
    handheld_wait(&h, IDLE_MS / 2);
    handheld_expect_screen(&h, "home");
    handheld_wait(&h, IDLE_MS / 2 + 1000);
    handheld_expect_screen(&h, "lock");
    handheld_expect_not(&h, "100.00");
}

static void what_stood_below_the_lock_stands_after_it(void **state)
{
    (void)state;
    begin_work();
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "tender");
    handheld_type(&h, "250");
    handheld_wait(&h, IDLE_MS);
    handheld_expect_screen(&h, "lock");
    give(UTILITY_PIN);
    handheld_expect_screen(&h, "tender");
    handheld_expect(&h, "250");
    handheld_expect(&h, "186.42");
}

static void a_wrong_pin_does_not_unlock_and_is_counted(void **state)
{
    (void)state;
    begin_work();
    handheld_keys(&h, "6 6");
    handheld_expect_screen(&h, "lock");
    give("9999");
    handheld_expect_screen(&h, "lock");
    handheld_expect(&h, _(status_text(TILL_WRONG_PIN)));
    assert_int_equal(handheld_count(&h, KIND_LOGIN_FAILED), 1);
    give(UTILITY_PIN);
    handheld_expect_screen(&h, "more");
    assert_int_equal(handheld_fold(&h)->login_failures, 0);
}

static void another_user_works_with_their_own_shift_and_the_first_comes_back(void **state)
{
    (void)state;
    begin_work();
    handheld_keys(&h, "6 6 f1");
    give("1002");
    give("1357");
    handheld_expect_screen(&h, "shift");
    handheld_open_shift(&h, "30");
    assert_int_equal(handheld_cash(&h), 3000);
    handheld_keys(&h, "6 6 f1");
    give(UTILITY_USER);
    give(UTILITY_PIN);
    handheld_expect_screen(&h, "home");
    assert_int_equal(handheld_cash(&h), 10000);
    assert_int_equal(handheld_count(&h, KIND_USER_SWITCHED), 2);
}

static void a_number_of_the_office_does_not_take_over(void **state)
{
    (void)state;
    begin_work();
    handheld_keys(&h, "6 6 f1");
    give(UTILITY_OFFICE);
    give(UTILITY_OFFICE_PIN);
    handheld_expect_screen(&h, "lock");
    handheld_expect(&h, _("This number is the office's: it takes no money. Log in with a "
                          "collector's."));
    assert_int_equal(handheld_count(&h, KIND_USER_SWITCHED), 0);
}

static void each_further_wrong_pin_doubles_the_wait(void **state)
{
    (void)state;
    handheld_type(&h, UTILITY_USER);
    handheld_keys(&h, "ok");
    for (int i = 0; i < 5; i++)
        give("9999");
    handheld_wait(&h, 61000);
    give("9999");
    handheld_wait(&h, 61000);
    give(UTILITY_PIN);
    handheld_expect(&h, _(status_text(TILL_LOCKED_OUT)));
    handheld_wait(&h, 61000);
    give(UTILITY_PIN);
    handheld_expect_screen(&h, "shift");
}

static void a_clock_set_forward_does_not_shorten_the_wait(void **state)
{
    (void)state;
    handheld_type(&h, UTILITY_USER);
    handheld_keys(&h, "ok");
    for (int i = 0; i < 5; i++)
        give("9999");
    sim_set_clock(h.world, handheld_fold(&h)->at_s + 7200);
    give(UTILITY_PIN);
    handheld_expect(&h, _(status_text(TILL_LOCKED_OUT)));
}

/* ---- PINs ------------------------------------------------------------------------------------ */

static void a_pin_of_the_office_must_be_changed_before_any_work(void **state)
{
    (void)state;
    h.utility->must_change_pin = true;
    utility_publish(h.utility);
    handheld_settle(&h);
    log_in(UTILITY_USER, UTILITY_PIN);
    handheld_expect_screen(&h, "pin");
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "login");
    log_in(UTILITY_USER, UTILITY_PIN);
    give("7391");
    give("7391");
    handheld_expect_screen(&h, "shift");
    handheld_stop(&h);
    handheld_start(&h);
    log_in(UTILITY_USER, "7391");
    handheld_expect_screen(&h, "shift");
}

static void the_old_pin_is_worth_nothing_after_a_change(void **state)
{
    (void)state;
    begin_work();
    handheld_keys(&h, "6 7");
    give(UTILITY_PIN);
    give("7391");
    give("7391");
    handheld_expect_screen(&h, "home");
    handheld_keys(&h, "6 0 ok");
    log_in(UTILITY_USER, UTILITY_PIN);
    handheld_expect(&h, _(status_text(TILL_WRONG_PIN)));
    give("7391");
    handheld_expect_screen(&h, "home");
}

static void an_easy_pin_is_refused_with_the_reason(void **state)
{
    static const char *const easy[] = {"1111", "1234", "9876", UTILITY_USER};
    (void)state;
    begin_work();
    handheld_keys(&h, "6 7");
    give(UTILITY_PIN);
    for (size_t i = 0; i < sizeof easy / sizeof easy[0]; i++) {
        give(easy[i]);
        give(easy[i]);
        handheld_expect(&h, _("Too easy"));
    }
    give(UTILITY_PIN);
    give(UTILITY_PIN);
    handheld_expect(&h, _("That is the old one"));
    give("7391");
    give("7392");
    handheld_expect(&h, _("The two are not the same"));
    assert_int_equal(handheld_count(&h, KIND_PIN_CHANGED), 0);
}

/* As a value, or a part of one that is no hex: digits of a hash may be any number by chance. */
static bool stands_in(const char *body, const char *pin)
{
    static const char hex[] = "0123456789abcdef";
    for (const char *at = strstr(body, pin); at != NULL; at = strstr(at + 1, pin)) {
        bool within = strchr(hex, at[-1]) != NULL && at[strlen(pin)] != '\0' &&
                      strchr(hex, at[strlen(pin)]) != NULL;
        if (!within) {
            return true;
        }
    }
    return false;
}

static void neither_pin_stands_in_the_journal(void **state)
{
    struct entry e;
    (void)state;
    begin_work();
    handheld_keys(&h, "6 7");
    give(UTILITY_PIN);
    give("73915");
    give("73915");
    assert_int_equal(handheld_count(&h, KIND_PIN_CHANGED), 1);
    handheld_entry(&h, handheld_head(&h), &e);
    assert_false(stands_in(e.body, "73915"));
    assert_false(stands_in(e.body, UTILITY_PIN));
}

/* ---- settings -------------------------------------------------------------------------------- */

static void only_a_technician_sees_the_settings(void **state)
{
    (void)state;
    begin_work();
    handheld_keys(&h, "6 up");
    handheld_expect_not(&h, _("Settings"));
    handheld_expect_not(&h, _("Retire this terminal"));
}

static void a_changed_setting_is_journalled_and_kept(void **state)
{
    struct entry e;
    struct body_settings_changed body;
    (void)state;
    log_in(UTILITY_TECHNICIAN, UTILITY_TECHNICIAN_PIN);
    handheld_expect_screen(&h, "home");
    handheld_keys(&h, "6 up up ok");
    handheld_expect_screen(&h, "settings");
    handheld_keys(&h, "2");
    handheld_expect(&h, _("Changed and recorded"));
    handheld_entry(&h, handheld_head(&h), &e);
    assert_int_equal(entry_read_settings_changed(&e, &body), TILL_OK);
    assert_string_equal(body.key, "battery_low");
    assert_string_equal(body.value, "20");
    handheld_stop(&h);
    handheld_start(&h);
    log_in(UTILITY_TECHNICIAN, UTILITY_TECHNICIAN_PIN);
    handheld_keys(&h, "6 up up ok");
    handheld_expect(&h, "20");
}

static void how_dark_it_prints_is_a_setting(void **state)
{
    static const uint8_t usual[] = {0x12, '#', 76}, darker[] = {0x12, '#', 81};
    const struct printer_profile *profile;
    struct handheld_setup setup = {.language = NULL};
    struct sim_setup sim;
    (void)state;
    handheld_free(&h);
    sim_setup_default(&sim);
    text_copy(sim.profile, sizeof sim.profile, "handheld58-dc2");
    assert_int_equal(profile_find(sim.profile, &profile), TILL_OK);
    roll_profile_of_printer(profile, &sim.paper);
    setup.sim = &sim;
    handheld_make(&h, &setup);
    handheld_enrol(&h);
    log_in(UTILITY_TECHNICIAN, UTILITY_TECHNICIAN_PIN);
    handheld_keys(&h, "6 5 2");
    struct span bytes = sim_printed_bytes(h.world);
    assert_non_null(memmem(bytes.data, bytes.size, usual, sizeof usual));
    free(handheld_tear_off(&h));
    handheld_keys(&h, "cancel cancel 6 up up ok 5");
    handheld_expect(&h, _("Changed and recorded"));
    assert_int_equal(handheld_count(&h, KIND_SETTINGS_CHANGED), 1);
    handheld_keys(&h, "cancel cancel 6 5 2");
    bytes = sim_printed_bytes(h.world);
    assert_non_null(memmem(bytes.data, bytes.size, darker, sizeof darker));
    assert_null(sim_printer_fault(h.world));
}

/* ---- a key that sticks ----------------------------------------------------------------------- */

static unsigned sticks_left;

static enum till_status poll_stuck(void *context, struct keypad_event *event_out)
{
    const struct keypad *below = context;
    if (sticks_left > 0) {
        sticks_left--;
        return TILL_E_DEVICE;
    }
    return below->poll(below->context, event_out);
}

static int keypad_fd_below(void *context)
{
    const struct keypad *below = context;
    return below->fd(below->context);
}

static void a_key_that_sticks_is_said_and_recorded(void **state)
{
    struct entry e;
    struct body_anomaly body;
    (void)state;
    begin_work();
    struct keypad *below = h.board.keypad;
    struct keypad stuck = {.context = below, .fd = keypad_fd_below, .poll = poll_stuck};
    h.board.keypad = &stuck;
    handheld_keys(&h, "4");
    handheld_expect_screen(&h, "sync");
    sticks_left = 1;
    handheld_settle(&h);
    handheld_expect_screen(&h, "notice");
    handheld_expect(&h, _("A key is stuck"));
    handheld_entry(&h, handheld_head(&h), &e);
    assert_int_equal(entry_read_anomaly(&e, &body), TILL_OK);
    assert_int_equal(body.code, TILL_E_DEVICE);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "sync"); /* what stood below stands as it did */
    h.board.keypad = below;
}

static void rewrite(const char *name, const char *from, const char *to)
{
    char path[HANDHELD_PATH_MAX + 32], text[2048];
    snprintf(path, sizeof path, "%s/%s", h.state_dir, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(text, 1, sizeof text - 1, file);
    assert_int_equal(fclose(file), 0);
    text[size] = '\0';
    char *at = strstr(text, from);
    assert_non_null(at);
    assert_int_equal(strlen(from), strlen(to));
    memcpy(at, to, strlen(to));
    file = fopen(path, "wb");
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void settings_altered_from_outside_are_not_believed(void **state)
{
    (void)state;
    handheld_stop(&h);
    rewrite("settings", "idle_lock_s=300", "idle_lock_s=000");
    handheld_start(&h);
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 1);
    handheld_settle(&h);
    log_in(UTILITY_USER, UTILITY_PIN); /* the book was fetched anew, and the PIN with it */
    handheld_expect_screen(&h, "shift");
}

static void a_folder_that_is_open_to_others_is_shut(void **state)
{
    struct stat st;
    (void)state;
    handheld_stop(&h);
    assert_int_equal(chmod(h.state_dir, 0755), 0);
    handheld_start(&h);
    assert_int_equal(stat(h.state_dir, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
}

/* ---- what a start notices -------------------------------------------------------------------- */

static void an_older_image_than_the_counter_knows_stops_collecting(void **state)
{
    (void)state;
    handheld_stop(&h);
    sim_counter_set(h.world, 40);
    handheld_start(&h);
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 1);
    begin_work();
    handheld_expect(&h, _("Collecting is stopped: call the office"));
}

static void starts_in_their_order_are_not_suspicious(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        handheld_stop(&h);
        handheld_start(&h);
    }
    handheld_cut_power(&h);
    handheld_start(&h);
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 0);
}

static void the_storage_on_another_device_stops_collecting(void **state)
{
    (void)state;
    handheld_stop(&h);
    h.setup.serial = "SN-1";
    handheld_start(&h);
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 0);
    handheld_stop(&h);
    h.setup.serial = "SN-2";
    handheld_start(&h);
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 1);
    begin_work();
    handheld_expect(&h, _("Collecting is stopped: call the office"));
}

/* ---- battery --------------------------------------------------------------------------------- */

static void an_empty_battery_stops_in_order_and_goes_on_when_it_is_charged(void **state)
{
    (void)state;
    begin_work();
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    sim_battery_set(h.world, 4, false);
    handheld_wait(&h, 1500);
    handheld_expect_screen(&h, "power");
    sim_battery_set(h.world, 9, true);
    handheld_wait(&h, 1500);
    handheld_expect_screen(&h, "customer");
}

/* The battery falls while the paper is on its way. */
static void drain(void *context, struct handheld *handheld)
{
    (void)context;
    if (strcmp(handheld_screen(handheld), "paper") == 0)
        sim_battery_set(handheld->world, 4, false);
}

static void a_paper_is_finished_before_the_battery_stops_the_work(void **state)
{
    (void)state;
    begin_work();
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    h.watch = drain;
    handheld_keys(&h, "ok ok");
    h.watch = NULL;
    handheld_wait(&h, 1500);
    assert_int_equal(handheld_count(&h, KIND_PRINT_DONE), 1);
    handheld_expect_screen(&h, "power");
}

/* ---- the end of a number --------------------------------------------------------------------- */

static void a_terminal_with_unsent_records_is_not_retired(void **state)
{
    (void)state;
    handheld_signal(&h, NETWORK_NONE);
    log_in(UTILITY_TECHNICIAN, UTILITY_TECHNICIAN_PIN);
    handheld_keys(&h, "6 up ok");
    handheld_expect_screen(&h, "retire");
    handheld_expect(&h, _("Not yet"));
    handheld_keys(&h, "1 ok ok");
    assert_int_equal(handheld_count(&h, KIND_RETIRED), 0);
}

static void a_terminal_with_an_open_shift_is_not_retired(void **state)
{
    (void)state;
    begin_work();
    handheld_keys(&h, "6 0 ok");
    log_in(UTILITY_TECHNICIAN, UTILITY_TECHNICIAN_PIN);
    handheld_settle(&h);
    handheld_keys(&h, "6 up ok");
    handheld_expect(&h, _("Not yet"));
    handheld_expect(&h, "1001 has an open shift here. Count and close it first.");
    handheld_keys(&h, "1 ok ok");
    assert_int_equal(handheld_count(&h, KIND_RETIRED), 0);
}

static bool exists(const char *name)
{
    char path[HANDHELD_PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", h.state_dir, name);
    return access(path, F_OK) == 0;
}

static void retiring_sends_the_last_record_and_then_wipes_every_secret(void **state)
{
    (void)state;
    log_in(UTILITY_TECHNICIAN, UTILITY_TECHNICIAN_PIN);
    handheld_settle(&h);
    handheld_keys(&h, "6 up ok");
    handheld_keys(&h, "2 ok");
    handheld_settle(&h);
    assert_int_equal(handheld_count(&h, KIND_RETIRED), 1);
    handheld_expect(&h, _("The office has everything"));
    assert_true(exists("secret.key"));
    handheld_keys(&h, "ok");
    assert_true(app_wants_restart(h.app));
    assert_false(exists("secret.key"));
    assert_false(exists("journal.key"));
    assert_false(exists("settings"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
#define LOCKING(name) cmocka_unit_test_setup_teardown(name, begin_locking, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOCKING(without_a_key_for_five_minutes_it_locks),
        LOCKING(what_stood_below_the_lock_stands_after_it),
        TEST(a_wrong_pin_does_not_unlock_and_is_counted),
        TEST(another_user_works_with_their_own_shift_and_the_first_comes_back),
        TEST(a_number_of_the_office_does_not_take_over),
        TEST(each_further_wrong_pin_doubles_the_wait),
        TEST(a_clock_set_forward_does_not_shorten_the_wait),
        TEST(a_pin_of_the_office_must_be_changed_before_any_work),
        TEST(the_old_pin_is_worth_nothing_after_a_change),
        TEST(an_easy_pin_is_refused_with_the_reason),
        TEST(neither_pin_stands_in_the_journal),
        TEST(only_a_technician_sees_the_settings),
        TEST(a_changed_setting_is_journalled_and_kept),
        TEST(how_dark_it_prints_is_a_setting),
        TEST(a_key_that_sticks_is_said_and_recorded),
        TEST(settings_altered_from_outside_are_not_believed),
        TEST(a_folder_that_is_open_to_others_is_shut),
        TEST(an_older_image_than_the_counter_knows_stops_collecting),
        TEST(starts_in_their_order_are_not_suspicious),
        TEST(the_storage_on_another_device_stops_collecting),
        TEST(an_empty_battery_stops_in_order_and_goes_on_when_it_is_charged),
        TEST(a_paper_is_finished_before_the_battery_stops_the_work),
        TEST(a_terminal_with_unsent_records_is_not_retired),
        TEST(a_terminal_with_an_open_shift_is_not_retired),
        TEST(retiring_sends_the_last_record_and_then_wipes_every_secret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
