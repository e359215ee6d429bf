/*
 * A wrong clock: what the office's word, a hand and the monotonic clock make of it, and that no
 * money is taken by it meanwhile.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "handheld.h"
#include "parts.h"
#include "when.h"

#define DAY_S INT64_C(86400)
#define RTC_LOST_S INT64_C(100000000) /* 1973-03-03 */

static struct handheld h;

static int begin(void **state)
{
    (void)state;
    handheld_begin_day(&h, NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    handheld_free(&h);
    return 0;
}

static int64_t now_s(void)
{
    return clock_now_s(h.board.clock);
}

/* The battery was flat, and there is no line. */
static void start_at(int64_t at_s)
{
    handheld_signal(&h, NETWORK_NONE);
    handheld_stop(&h);
    sim_set_clock(h.world, at_s);
    handheld_start(&h);
    handheld_settle(&h);
}

static void expect_now(int64_t at_s)
{
    assert_in_range(now_s(), at_s - 60, at_s + 60);
}

static void expect_change(uint64_t seq, int64_t from_s, int64_t to_s)
{
    struct entry e;
    struct body_clock_changed body;
    handheld_entry(&h, seq, &e);
    assert_int_equal(entry_read_clock_changed(&e, &body), TILL_OK);
    assert_in_range(body.from_s, from_s - 60, from_s + 60);
    assert_in_range(body.to_s, to_s - 60, to_s + 60);
}

static void expect_refused(unsigned customer)
{
    unsigned taken = handheld_count(&h, KIND_COLLECTION);
    handheld_open_customer(&h, customer);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "notice");
    assert_int_equal(handheld_count(&h, KIND_COLLECTION), taken);
}

static void collect(unsigned customer)
{
    unsigned taken = handheld_count(&h, KIND_COLLECTION);
    handheld_open_customer(&h, customer);
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "paper");
    assert_int_equal(handheld_count(&h, KIND_COLLECTION), taken + 1);
    handheld_keys(&h, "ok");
}

static void type_minute(int64_t at_s)
{
    struct civil c;
    char digits[16];
    when_civil("CST-8", at_s, &c);
    snprintf(digits, sizeof digits, "%04u%02u%02u%02u%02u", (unsigned)c.year % 10000,
             c.month % 100u, c.day % 100u, c.hour % 100u, c.minute % 100u);
    handheld_type(&h, digits);
    handheld_keys(&h, "ok");
}

static enum till_status refuse(void *context, int64_t at_s)
{
    (void)context;
    (void)at_s;
    return TILL_REFUSED;
}

/* ---- the office tells the time --------------------------------------------------------------- */

static void a_head_sets_a_clock_that_is_a_year_ahead(void **state)
{
    (void)state;
    int64_t true_s = now_s();
    uint64_t head = handheld_head(&h);
    h.utility->clock_s = true_s;
    sim_set_clock(h.world, true_s + 400 * DAY_S);
    handheld_wait(&h, 1000);
    expect_now(true_s);
    handheld_expect_kinds(&h, head + 1, "clock_changed clock_changed");
    expect_change(head + 2, true_s + 400 * DAY_S, true_s);
    collect(CUSTOMER_PLAIN);
}

static void a_clock_is_set_once_by_a_head(void **state)
{
    (void)state;
    int64_t true_s = now_s();
    h.utility->clock_s = true_s - 300;
    handheld_wait(&h, 1000);
    utility_tell_head(h.utility);
    handheld_wait(&h, 1000);
    expect_now(true_s - 300);
    unsigned changes = handheld_count(&h, KIND_CLOCK_CHANGED);
    handheld_signal(&h, NETWORK_NONE);
    sim_set_clock(h.world, true_s);
    handheld_wait(&h, 1000);
    expect_now(true_s);
    assert_int_equal(handheld_count(&h, KIND_CLOCK_CHANGED), changes + 1);
}

static void a_head_that_somebody_kept_tells_no_time(void **state)
{
    (void)state;
    int64_t true_s = now_s();
    struct utility *u = h.utility;
    utility_tell_head(u);
    handheld_wait(&h, 1000);
    handheld_wait(&h, 3600 * 1000);
    memcpy(u->before_head, u->last_head, sizeof u->before_head);
    u->before_head_size = u->last_head_size;
    u->replay_head = true;
    handheld_wait(&h, 1000);
    assert_false(u->replay_head);
    expect_now(true_s + 3600);
    assert_int_equal(handheld_count(&h, KIND_CLOCK_CHANGED), 0);
}

static void a_clock_within_two_minutes_is_left_alone(void **state)
{
    (void)state;
    int64_t true_s = now_s();
    h.utility->clock_s = true_s - 100;
    utility_tell_head(h.utility);
    handheld_wait(&h, 1000);
    assert_in_range(now_s(), true_s, true_s + 10);
}

static void a_host_that_is_before_what_it_signed_sets_no_clock_and_no_money_is_taken(void **state)
{
    (void)state;
    int64_t true_s = now_s();
    h.utility->clock_s = true_s - 2 * DAY_S;
    utility_tell_head(h.utility);
    handheld_wait(&h, 1000);
    expect_now(true_s);
    assert_int_equal(handheld_count(&h, KIND_CLOCK_CHANGED), 0);
    expect_refused(CUSTOMER_PLAIN);
}

static void a_sum_that_is_about_to_be_confirmed_waits_for_the_right_clock(void **state)
{
    (void)state;
    int64_t true_s = now_s() + 40 * DAY_S;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "tender");
    h.utility->clock_s = true_s;
    utility_tell_head(h.utility);
    handheld_wait(&h, 1000);
    expect_now(true_s - 40 * DAY_S);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "notice");
    handheld_expect(&h, "it is set by itself");
    assert_int_equal(handheld_count(&h, KIND_COLLECTION), 0);
    handheld_keys(&h, "ok cancel");
    handheld_wait(&h, 1000);
    expect_now(true_s);
    handheld_expect_screen(&h, "customer");
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "paper");
    assert_int_equal(handheld_count(&h, KIND_COLLECTION), 1);
}

static void a_clock_that_lets_nobody_set_it_takes_no_money_until_it_agrees(void **state)
{
    (void)state;
    int64_t true_s = now_s();
    h.board.clock->set = refuse;
    h.utility->clock_s = true_s;
    sim_set_clock(h.world, true_s + 400 * DAY_S);
    handheld_wait(&h, 1000);
    expect_now(true_s + 400 * DAY_S);
    handheld_expect(&h, "nothing is taken");
    expect_refused(CUSTOMER_PLAIN);
    handheld_expect(&h, "the office another time");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "clock_off");
    handheld_keys(&h, "cancel cancel cancel");
    handheld_signal(&h, NETWORK_NONE);
    sim_set_clock(h.world, true_s + 10); /* the network's time, at last */
    handheld_wait(&h, 1000);
    handheld_expect_not(&h, "nothing is taken");
    collect(CUSTOMER_PLAIN);
}

/* ---- nobody tells it ------------------------------------------------------------------------- */

static void a_clock_in_1973_takes_no_money_until_it_is_typed(void **state)
{
    (void)state;
    int64_t true_s = now_s() + 3600;
    struct entry e;
    start_at(RTC_LOST_S);
    handheld_expect_screen(&h, "login");
    handheld_expect(&h, "The date or time is wrong");
    handheld_login(&h);
    handheld_expect(&h, "nothing is taken");
    expect_refused(CUSTOMER_PLAIN);
    handheld_expect(&h, "1973-03-03");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "clock");
    uint64_t head = handheld_head(&h);
    type_minute(true_s);
    expect_now(true_s);
    expect_change(head + 1, RTC_LOST_S, true_s);
    assert_int_equal(handheld_head(&h), head + 1);
    handheld_expect_screen(&h, "customer");
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "paper");
    handheld_entry(&h, handheld_fold(&h)->last_receipt_seq, &e);
    assert_in_range(e.at_s, true_s - 60, true_s + 60);
}

static void what_is_typed_lies_between_what_is_known_and_400_days_after(void **state)
{
    (void)state;
    int64_t floor_s = h.app->facts.clock_floor_s;
    start_at(RTC_LOST_S);
    handheld_login(&h);
    expect_refused(CUSTOMER_PLAIN);
    handheld_keys(&h, "ok");
    unsigned changes = handheld_count(&h, KIND_CLOCK_CHANGED);
    type_minute(floor_s - DAY_S);
    handheld_expect(&h, "not before what is known");
    handheld_keys(&h, "clear");
    type_minute(floor_s + 401 * DAY_S);
    handheld_expect(&h, "400 days after");
    assert_int_equal(handheld_count(&h, KIND_CLOCK_CHANGED), changes);
    assert_in_range(now_s(), RTC_LOST_S, RTC_LOST_S + 600);
}

static void no_shift_opens_by_a_clock_that_is_wrong(void **state)
{
    (void)state;
    int64_t true_s = now_s();
    handheld_free(&h);
    handheld_make(&h, NULL);
    handheld_enrol(&h);
    start_at(RTC_LOST_S);
    handheld_login(&h);
    handheld_expect_screen(&h, "shift");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "clock");
    type_minute(true_s);
    handheld_expect_screen(&h, "shift");
    handheld_open_shift(&h, "100");
    assert_int_equal(fold_current(handheld_fold(&h))->business_date, 20261123);
}

static void a_clock_that_cant_be_set_here_says_so(void **state)
{
    (void)state;
    start_at(RTC_LOST_S);
    h.board.clock->set = refuse;
    handheld_login(&h);
    expect_refused(CUSTOMER_PLAIN);
    handheld_keys(&h, "ok");
    type_minute(SIM_START_S + 7200);
    handheld_expect(&h, "does not let its clock be set");
    handheld_expect_not(&h, "The office refused");
}

/* ---- far ahead ------------------------------------------------------------------------------- */

static void a_start_far_ahead_is_recorded_and_asked_about(void **state)
{
    (void)state;
    int64_t true_s = now_s();
    uint64_t head = handheld_head(&h);
    start_at(true_s + 400 * DAY_S);
    handheld_expect_kinds(&h, head + 1, "clock_changed opened");
    expect_change(head + 1, true_s, true_s + 400 * DAY_S);
    handheld_login(&h);
    handheld_expect_screen(&h, "clock_sure");
    handheld_expect(&h, "2027-12-28");
    handheld_keys(&h, "f1");
    handheld_expect_screen(&h, "clock");
    type_minute(true_s);
    handheld_expect_screen(&h, "home");
    expect_now(true_s);
    collect(CUSTOMER_PLAIN);
}

static void a_long_pause_is_agreed_to_by_one_press(void **state)
{
    (void)state;
    int64_t true_s = now_s() + 60 * DAY_S;
    start_at(true_s);
    handheld_login(&h);
    handheld_expect_screen(&h, "clock_sure");
    uint64_t head = handheld_head(&h);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "home");
    handheld_expect_kinds(&h, head + 1, "clock_changed");
    expect_now(true_s);
}

static void a_head_answers_the_question_about_a_long_pause(void **state)
{
    (void)state;
    start_at(now_s() + 60 * DAY_S);
    handheld_login(&h);
    handheld_expect_screen(&h, "clock_sure");
    handheld_signal(&h, NETWORK_4G);
    handheld_wait(&h, 1000);
    handheld_expect_screen(&h, "home");
}

static void three_weeks_in_a_drawer_ask_nothing(void **state)
{
    (void)state;
    uint64_t head = handheld_head(&h);
    start_at(now_s() + 21 * DAY_S);
    handheld_expect_kinds(&h, head + 1, "opened");
    handheld_login(&h);
    handheld_expect_screen(&h, "home");
}

/* ---- time without contact -------------------------------------------------------------------- */

static void hours_without_contact_do_not_shrink_with_the_clock(void **state)
{
    (void)state;
    handheld_signal(&h, NETWORK_NONE);
    handheld_wait(&h, 5 * 3600 * 1000);
    assert_in_range(h.app->facts.used.value[LIMIT_OFFLINE], 5 * 3600, 5 * 3600 + 60);
    sim_set_clock(h.world, now_s() - 5 * 3600);
    handheld_wait(&h, 1000);
    assert_in_range(h.app->facts.used.value[LIMIT_OFFLINE], 5 * 3600, 5 * 3600 + 60);
    handheld_signal(&h, NETWORK_4G);
    handheld_wait(&h, 1000);
    assert_in_range(h.app->facts.used.value[LIMIT_OFFLINE], 0, 60);
}

static void a_start_with_the_clock_put_back_keeps_the_hours_without_contact(void **state)
{
    (void)state;
    handheld_signal(&h, NETWORK_NONE);
    handheld_wait(&h, 5 * 3600 * 1000);
    collect(CUSTOMER_PLAIN);
    start_at(now_s() - 5 * 3600);
    assert_in_range(h.app->facts.used.value[LIMIT_OFFLINE], 5 * 3600 - 60, 5 * 3600 + 600);
}

/* ---- a technician ---------------------------------------------------------------------------- */

static void a_clock_that_was_set_by_a_minute_is_recorded(void **state)
{
    (void)state;
    handheld_keys(&h, "6 0 ok");
    handheld_type(&h, UTILITY_TECHNICIAN);
    handheld_keys(&h, "ok");
    handheld_type(&h, UTILITY_TECHNICIAN_PIN);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "home");
    handheld_keys(&h, "6");
    handheld_choose(&h, "Settings");
    handheld_keys(&h, "9");
    int64_t from_s = now_s();
    uint64_t head = handheld_head(&h);
    type_minute(from_s - 60);
    handheld_expect(&h, "Changed and recorded");
    handheld_wait(&h, 1000);
    handheld_expect_kinds(&h, head + 1, "clock_changed");
    expect_change(head + 1, from_s, from_s - 60);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_head_sets_a_clock_that_is_a_year_ahead),
        TEST(a_clock_is_set_once_by_a_head),
        TEST(a_head_that_somebody_kept_tells_no_time),
        TEST(a_clock_within_two_minutes_is_left_alone),
        TEST(a_host_that_is_before_what_it_signed_sets_no_clock_and_no_money_is_taken),
        TEST(a_sum_that_is_about_to_be_confirmed_waits_for_the_right_clock),
        TEST(a_clock_that_lets_nobody_set_it_takes_no_money_until_it_agrees),
        TEST(a_clock_in_1973_takes_no_money_until_it_is_typed),
        TEST(what_is_typed_lies_between_what_is_known_and_400_days_after),
        TEST(no_shift_opens_by_a_clock_that_is_wrong),
        TEST(a_clock_that_cant_be_set_here_says_so),
        TEST(a_start_far_ahead_is_recorded_and_asked_about),
        TEST(a_long_pause_is_agreed_to_by_one_press),
        TEST(a_head_answers_the_question_about_a_long_pause),
        TEST(three_weeks_in_a_drawer_ask_nothing),
        TEST(hours_without_contact_do_not_shrink_with_the_clock),
        TEST(a_start_with_the_clock_put_back_keeps_the_hours_without_contact),
        TEST(a_clock_that_was_set_by_a_minute_is_recorded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
