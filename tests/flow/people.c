/*
 * Who works with the terminal: PINs, the lock-out, shifts, languages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "handheld.h"
#include "text.h"

static struct handheld h;

static int begin(void **state)
{
    (void)state;
    handheld_make(&h, NULL);
    handheld_enrol(&h);
    return 0;
}

static int end(void **state)
{
    (void)state;
    handheld_free(&h);
    return 0;
}

static void try_pin(const char *pin)
{
    handheld_type(&h, pin);
    handheld_keys(&h, "ok");
}

static void fail_five_times(void)
{
    handheld_type(&h, UTILITY_USER);
    handheld_keys(&h, "ok");
    for (int i = 0; i < 5; i++)
        try_pin("9999");
    assert_int_equal(handheld_count(&h, KIND_LOGIN_FAILED), 5);
}

/* ---- PINs ------------------------------------------------------------------------------------ */

static void the_right_pin_opens_and_is_journalled(void **state)
{
    struct entry e;
    struct body_login body;
    (void)state;
    handheld_login(&h);
    handheld_expect_screen(&h, "shift");
    handheld_entry(&h, handheld_head(&h), &e);
    assert_int_equal(entry_read_login(&e, &body), TILL_OK);
    assert_string_equal(body.user, UTILITY_USER);
}

static void the_pin_is_never_on_the_screen(void **state)
{
    (void)state;
    handheld_type(&h, UTILITY_USER);
    handheld_keys(&h, "ok 2 4 6 8");
    handheld_expect(&h, "●●●●");
    handheld_expect_not(&h, "2468");
}

static void an_unknown_user_looks_like_a_wrong_pin(void **state)
{
    (void)state;
    handheld_type(&h, "7777");
    handheld_keys(&h, "ok");
    try_pin(UTILITY_PIN);
    handheld_expect(&h, _(status_text(TILL_WRONG_PIN)));
    assert_int_equal(handheld_count(&h, KIND_LOGIN_FAILED), 1);
}

static void another_user_s_pin_does_not_open(void **state)
{
    (void)state;
    handheld_type(&h, "1002");
    handheld_keys(&h, "ok");
    try_pin(UTILITY_PIN);
    handheld_expect(&h, _(status_text(TILL_WRONG_PIN)));
    handheld_keys(&h, "cancel clear 1 ok");
    try_pin(UTILITY_PIN);
    handheld_expect_screen(&h, "shift");
}

static void a_number_of_the_office_is_told_that_it_collects_nothing(void **state)
{
    (void)state;
    handheld_type(&h, UTILITY_OFFICE);
    handheld_keys(&h, "ok");
    try_pin("9999");
    handheld_expect(&h, _(status_text(TILL_WRONG_PIN)));
    try_pin(UTILITY_OFFICE_PIN);
    handheld_expect_screen(&h, "login");
    handheld_expect(&h, _("This number is the office's: it takes no money. Log in with a "
                          "collector's."));
    assert_int_equal(handheld_count(&h, KIND_LOGIN), 0);
    assert_int_equal(handheld_count(&h, KIND_LOGIN_FAILED), 1);
}

static void five_wrong_pins_lock_it_for_a_minute(void **state)
{
    (void)state;
    fail_five_times();
    try_pin(UTILITY_PIN);
    handheld_expect(&h, _(status_text(TILL_LOCKED_OUT)));
    handheld_expect_screen(&h, "login");
    handheld_wait(&h, 50 * 1000);
    try_pin(UTILITY_PIN);
    handheld_expect(&h, _(status_text(TILL_LOCKED_OUT)));
    handheld_wait(&h, 20 * 1000);
    try_pin(UTILITY_PIN);
    handheld_expect_screen(&h, "shift");
    assert_int_equal(handheld_count(&h, KIND_LOGIN_FAILED), 5);
}

static void four_wrong_pins_do_not_lock_it(void **state)
{
    (void)state;
    handheld_type(&h, UTILITY_USER);
    handheld_keys(&h, "ok");
    for (int i = 0; i < 4; i++)
        try_pin("9999");
    try_pin(UTILITY_PIN);
    handheld_expect_screen(&h, "shift");
}

static void a_restart_does_not_undo_the_lock(void **state)
{
    (void)state;
    fail_five_times();
    handheld_cut_power(&h);
    handheld_start(&h);
    handheld_login(&h);
    handheld_expect(&h, _(status_text(TILL_LOCKED_OUT)));
    handheld_expect_screen(&h, "login");
    handheld_wait(&h, 61 * 1000);
    try_pin(UTILITY_PIN);
    handheld_expect_screen(&h, "shift");
}

static void a_wrong_pin_after_the_wait_locks_it_again(void **state)
{
    (void)state;
    fail_five_times();
    handheld_wait(&h, 61 * 1000);
    try_pin("9999");
    assert_int_equal(handheld_count(&h, KIND_LOGIN_FAILED), 6);
    try_pin(UTILITY_PIN);
    handheld_expect(&h, _(status_text(TILL_LOCKED_OUT)));
}

static void a_clock_set_back_does_not_lengthen_the_lock(void **state)
{
    (void)state;
    int64_t now_s = h.board.clock->now_s(h.board.clock->context);
    fail_five_times();
    sim_set_clock(h.world, now_s - 7 * 86400);
    handheld_wait(&h, 1000);
    handheld_wait(&h, 61 * 1000);
    try_pin(UTILITY_PIN);
    handheld_expect_screen(&h, "shift");
}

/* ---- shifts ---------------------------------------------------------------------------------- */

static void a_shift_counts_the_opening_cash(void **state)
{
    struct entry e;
    struct body_shift_opened body;
    (void)state;
    handheld_login(&h);
    handheld_open_shift(&h, "250*50");
    assert_int_equal(handheld_cash(&h), 25050);
    handheld_entry(&h, handheld_head(&h), &e);
    assert_int_equal(entry_read_shift_opened(&e, &body), TILL_OK);
    assert_int_equal(body.business_date, 20261123);
    assert_int_equal(body.shift, 1);
    assert_int_equal(body.opening_minor, 25050);
}

static void a_shift_may_open_with_an_empty_bag(void **state)
{
    (void)state;
    handheld_login(&h);
    handheld_open_shift(&h, "");
    assert_int_equal(handheld_cash(&h), 0);
}

static void the_shift_stays_open_over_a_logout_and_a_restart(void **state)
{
    (void)state;
    handheld_login(&h);
    handheld_open_shift(&h, "100");
    handheld_keys(&h, "6 0");
    handheld_expect(&h, _("Log out?"));
    handheld_keys(&h, "cancel cancel");
    handheld_expect(&h, _("Walk the book"));
    handheld_keys(&h, "6 0 ok");
    handheld_login(&h);
    handheld_expect_screen(&h, "home");
    handheld_stop(&h);
    handheld_start(&h);
    handheld_login(&h);
    handheld_expect_screen(&h, "home");
    assert_int_equal(handheld_cash(&h), 10000);
    assert_int_equal(handheld_count(&h, KIND_SHIFT_OPENED), 1);
}

static void two_collectors_have_a_bag_each(void **state)
{
    (void)state;
    handheld_login(&h);
    handheld_open_shift(&h, "100");
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok ok ok 6 0 ok");
    handheld_type(&h, "1002");
    handheld_keys(&h, "ok");
    try_pin("1357");
    handheld_open_shift(&h, "20");
    handheld_expect(&h, "王芳");
    assert_int_equal(handheld_cash(&h), 2000);
    handheld_open_customer(&h, CUSTOMER_LARGE);
    handheld_keys(&h, "ok ok ok");
    assert_int_equal(handheld_cash(&h), 2000 + 41288);
    handheld_keys(&h, "6 0 ok");
    handheld_login(&h);
    assert_int_equal(handheld_cash(&h), 10000 + 18642);
}

static void nobody_collects_before_the_shift_is_open(void **state)
{
    (void)state;
    handheld_login(&h);
    handheld_expect_screen(&h, "shift");
    handheld_scan(&h, "6101000285");
    handheld_expect_screen(&h, "shift");
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "login");
    handheld_expect_kinds(&h, 4, "login logout");
}

static void the_language_is_kept_over_a_restart(void **state)
{
    (void)state;
    handheld_expect(&h, "User number");
    handheld_keys(&h, "f2");
    handheld_expect_not(&h, "User number");
    h.setup.language = NULL; /* as the program starts: the setting decides */
    handheld_stop(&h);
    handheld_start(&h);
    handheld_expect_not(&h, "User number");
    handheld_keys(&h, "f2");
    handheld_expect(&h, "User number");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_right_pin_opens_and_is_journalled),
        TEST(the_pin_is_never_on_the_screen),
        TEST(an_unknown_user_looks_like_a_wrong_pin),
        TEST(another_user_s_pin_does_not_open),
        TEST(a_number_of_the_office_is_told_that_it_collects_nothing),
        TEST(five_wrong_pins_lock_it_for_a_minute),
        TEST(four_wrong_pins_do_not_lock_it),
        TEST(a_restart_does_not_undo_the_lock),
        TEST(a_wrong_pin_after_the_wait_locks_it_again),
        TEST(a_clock_set_back_does_not_lengthen_the_lock),
        TEST(a_shift_counts_the_opening_cash),
        TEST(a_shift_may_open_with_an_empty_bag),
        TEST(the_shift_stays_open_over_a_logout_and_a_restart),
        TEST(two_collectors_have_a_bag_each),
        TEST(nobody_collects_before_the_shift_is_open),
        TEST(the_language_is_kept_over_a_restart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
