/* Months that are closed and never open again. */
#include "office.h"

#include <stdio.h>
#include <string.h>

#include "period.h"

#define BOSS "2001"
/* 2026-12-01 00:00 in China, and a day of December. */
#define DECEMBER_S INT64_C(1796054400)
enum { DAY_S = 24 * 60 * 60 };

static struct device device;
static const char *why;

static int open_office(void **state)
{
    int code = office_open(state);
    (void)office_import("user,name,role,pin\n2001,班长,supervisor,481516\n");
    device_begin(&device, "0031");
    return code;
}

static int close_office(void **state)
{
    device_end(&device);
    return office_close(state);
}

static void pay(const char *account, int64_t amount_minor)
{
    struct body_collection body = device_cash(account, amount_minor);
    device_collect(&device, &body, 0);
}

static struct ingest_outcome hand_in_at(int64_t now_s)
{
    static uint8_t memory[BATCH_PACKED_MAX];
    struct ingest_outcome outcome;
    struct span batch = device_batch(&device, 1, device.count, memory);
    assert_int_equal(ingest_batch(office.store, device.terminal, office.authority.fingerprint,
                                  batch, now_s, &outcome),
                     TILL_OK);
    return outcome;
}

static enum till_status close_month(int32_t month, const char *user, int64_t now_s)
{
    struct store_period p;
    return period_close(office.store, month, user, now_s, &p, &why);
}

static struct store_posting posting_of(uint64_t seq)
{
    struct store_posting p;
    char source[48];
    (void)snprintf(source, sizeof(source), "entry/0031/%llu", (unsigned long long)seq);
    assert_int_equal(store_posting_of(office.store, source, &p), TILL_OK);
    return p;
}

static void a_month_that_is_not_over_is_not_closed(void **state)
{
    (void)state;
    assert_int_equal(close_month(202611, BOSS, DECEMBER_S - 1), TILL_REFUSED);
    assert_string_equal(why, "that month is not over yet");
    assert_int_equal(close_month(202611, BOSS, DECEMBER_S), TILL_OK);
}

static void a_month_is_closed_once_and_in_its_order(void **state)
{
    (void)state;
    assert_int_equal(close_month(202609, BOSS, DECEMBER_S), TILL_OK);
    assert_int_equal(close_month(202609, BOSS, DECEMBER_S), TILL_UNCHANGED);
    assert_int_equal(close_month(202608, BOSS, DECEMBER_S), TILL_UNCHANGED);
    assert_int_equal(close_month(202611, BOSS, DECEMBER_S), TILL_REFUSED);
    assert_string_equal(why, "the month before it is not closed yet");
    assert_int_equal(close_month(202610, BOSS, DECEMBER_S), TILL_OK);
}

static void december_is_followed_by_january(void **state)
{
    (void)state;
    assert_int_equal(close_month(202612, BOSS, DECEMBER_S + 90 * DAY_S), TILL_OK);
    assert_int_equal(close_month(202701, BOSS, DECEMBER_S + 90 * DAY_S), TILL_OK);
}

static void only_a_supervisor_closes_a_month(void **state)
{
    (void)state;
    assert_int_equal(close_month(202610, "1001", DECEMBER_S), TILL_REFUSED);
    assert_int_equal(close_month(202610, "9999", DECEMBER_S), TILL_REFUSED);
    assert_int_equal(close_month(202610, "", DECEMBER_S), TILL_REFUSED);
}

static void what_comes_late_is_posted_to_the_open_month_with_its_own_value_date(void **state)
{
    (void)state;
    (void)hand_in_at(OFFICE_NOW_S);
    assert_int_equal(close_month(202611, BOSS, DECEMBER_S + DAY_S), TILL_OK);
    pay(OFFICE_ACCOUNT, 9210);
    assert_int_equal(hand_in_at(DECEMBER_S + 2 * DAY_S).quarantined, 0);
    struct store_posting p = posting_of(device.count);
    assert_int_equal(p.value_at_s, device.entries[device.count - 1].at_s);
    assert_int_equal(p.posted_at_s, DECEMBER_S + 2 * DAY_S);
    office_assert_sound();
}

/* Money is never refused because a clock is wrong. */
static void a_host_whose_clock_was_put_back_posts_to_the_open_month_all_the_same(void **state)
{
    (void)state;
    assert_int_equal(close_month(202611, BOSS, DECEMBER_S + DAY_S), TILL_OK);
    pay(OFFICE_ACCOUNT, 9210);
    assert_int_equal(hand_in_at(OFFICE_NOW_S).quarantined, 0);
    assert_int_equal(posting_of(device.count).posted_at_s, DECEMBER_S);
    office_assert_sound();
}

static void the_check_names_a_closed_month_that_was_changed(void **state)
{
    (void)state;
    pay(OFFICE_ACCOUNT, 9210);
    (void)hand_in_at(OFFICE_NOW_S);
    assert_int_equal(close_month(202611, BOSS, DECEMBER_S), TILL_OK);
    office_assert_sound();
    office_tamper("UPDATE posting SET posted_at_s = posted_at_s + 1 WHERE number = 2");
    office_assert_wrong("period 202611: its postings are not those that were closed");
}

static void the_check_names_what_was_posted_into_a_closed_month(void **state)
{
    (void)state;
    assert_int_equal(close_month(202611, BOSS, DECEMBER_S), TILL_OK);
    pay(OFFICE_ACCOUNT, 9210);
    (void)hand_in_at(DECEMBER_S + DAY_S);
    office_tamper("UPDATE posting SET posted_at_s = 1795309200 "
                  "WHERE number = (SELECT max(number) FROM posting)");
    office_assert_wrong("period 202611: something was posted into it");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_office, close_office)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_month_that_is_not_over_is_not_closed),
        TEST(a_month_is_closed_once_and_in_its_order),
        TEST(december_is_followed_by_january),
        TEST(only_a_supervisor_closes_a_month),
        TEST(what_comes_late_is_posted_to_the_open_month_with_its_own_value_date),
        TEST(a_host_whose_clock_was_put_back_posts_to_the_open_month_all_the_same),
        TEST(the_check_names_a_closed_month_that_was_changed),
        TEST(the_check_names_what_was_posted_into_a_closed_month),
    };
    return office_run("host_period", tests, sizeof(tests) / sizeof(tests[0]));
}
