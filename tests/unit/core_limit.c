/* Limits: when they warn, when new collections stop, and what never does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "limit.h"

static struct limits limits;
static struct limits_used used;
static struct limits_verdict verdict;

static int reset(void **state)
{
    (void)state;
    memset(&limits, 0, sizeof limits);
    memset(&used, 0, sizeof used);
    memset(&verdict, 0xA5, sizeof verdict);
    return 0;
}

static void assert_verdict(enum limit limit, int percent, bool reached, int64_t left)
{
    assert_int_equal(verdict.limit, limit);
    assert_int_equal(verdict.percent, percent);
    assert_int_equal(verdict.reached, reached);
    assert_int_equal(verdict.left, left);
}

static void without_limits_nothing_is_said(void **state)
{
    (void)state;
    used.value[LIMIT_CASH] = INT64_MAX;
    used.value[LIMIT_UNSENT] = INT64_MAX;
    limits_check_collection(&limits, &used, INT64_MAX, INT64_MAX, &verdict);
    assert_verdict(LIMIT_NONE, 0, false, 0);
    limits_check_reversal(&limits, &used, INT64_MAX, &verdict);
    assert_verdict(LIMIT_NONE, 0, false, 0);
}

static void cash_warns_from_four_fifths_and_stops_above_all_of_it(void **state)
{
    (void)state;
    limits.value[LIMIT_CASH] = 10000;
    used.value[LIMIT_CASH] = 7999;
    limits_check_collection(&limits, &used, 0, 0, &verdict);
    assert_verdict(LIMIT_NONE, 0, false, 0);
    used.value[LIMIT_CASH] = 8000;
    limits_check_collection(&limits, &used, 0, 0, &verdict);
    assert_verdict(LIMIT_CASH, 80, false, 2000);
    limits_check_collection(&limits, &used, 2000, 2000, &verdict);
    assert_verdict(LIMIT_CASH, 100, false, 2000);
    limits_check_collection(&limits, &used, 2001, 2001, &verdict);
    assert_verdict(LIMIT_CASH, 100, true, 2000);
    used.value[LIMIT_CASH] = 10000;
    limits_check_collection(&limits, &used, 0, 0, &verdict);
    assert_verdict(LIMIT_CASH, 100, true, 0);
}

static void a_card_is_taken_though_the_bag_is_full(void **state)
{
    (void)state;
    limits.value[LIMIT_CASH] = 10000;
    used.value[LIMIT_CASH] = 12000;
    limits_check_collection(&limits, &used, 500, 0, &verdict);
    assert_verdict(LIMIT_CASH, 120, false, 0);
    limits_check_collection(&limits, &used, 500, 1, &verdict);
    assert_true(verdict.reached);
}

static void records_and_hours_stop_when_they_are_reached(void **state)
{
    (void)state;
    limits.value[LIMIT_UNSENT] = 200;
    used.value[LIMIT_UNSENT] = 199;
    limits_check_collection(&limits, &used, 5, 5, &verdict);
    assert_verdict(LIMIT_UNSENT, 99, false, 1);
    used.value[LIMIT_UNSENT] = 200;
    limits_check_collection(&limits, &used, 5, 5, &verdict);
    assert_verdict(LIMIT_UNSENT, 100, true, 0);
    reset(NULL);
    limits.value[LIMIT_OFFLINE] = 86400;
    used.value[LIMIT_OFFLINE] = 90000;
    limits_check_collection(&limits, &used, 0, 0, &verdict);
    assert_verdict(LIMIT_OFFLINE, 104, true, 0);
}

static void one_receipt_too_large_stops_and_never_warns(void **state)
{
    (void)state;
    limits.value[LIMIT_RECEIPT] = 1000;
    limits_check_collection(&limits, &used, 1000, 1000, &verdict);
    assert_verdict(LIMIT_NONE, 0, false, 0);
    limits_check_collection(&limits, &used, 1001, 0, &verdict);
    assert_verdict(LIMIT_RECEIPT, 100, true, 1000);
    used.value[LIMIT_RECEIPT] = 2000;
    limits_check_collection(&limits, &used, 0, 0, &verdict);
    assert_true(verdict.reached);
}

static void the_day_counts_every_tender(void **state)
{
    (void)state;
    limits.value[LIMIT_DAY] = 1000;
    used.value[LIMIT_DAY] = 900;
    limits_check_collection(&limits, &used, 101, 0, &verdict);
    assert_verdict(LIMIT_DAY, 100, true, 100);
    limits_check_collection(&limits, &used, 100, 0, &verdict);
    assert_verdict(LIMIT_DAY, 100, false, 100);
}

static void what_is_reached_is_named_before_what_is_nearer(void **state)
{
    (void)state;
    limits.value[LIMIT_CASH] = 1000;
    limits.value[LIMIT_UNSENT] = 100;
    used.value[LIMIT_CASH] = 990;
    used.value[LIMIT_UNSENT] = 85;
    limits_check_collection(&limits, &used, 0, 0, &verdict);
    assert_verdict(LIMIT_CASH, 99, false, 10);
    used.value[LIMIT_UNSENT] = 100;
    used.value[LIMIT_CASH] = 999;
    limits_check_collection(&limits, &used, 0, 0, &verdict);
    assert_verdict(LIMIT_UNSENT, 100, true, 0);
}

static void own_reversals_are_counted_and_summed(void **state)
{
    (void)state;
    limits.value[LIMIT_REVERSALS] = 3;
    limits.value[LIMIT_REVERSED] = 50000;
    used.value[LIMIT_REVERSALS] = 2;
    limits_check_reversal(&limits, &used, 50000, &verdict);
    assert_false(verdict.reached);
    used.value[LIMIT_REVERSALS] = 3;
    limits_check_reversal(&limits, &used, 1, &verdict);
    assert_int_equal(verdict.limit, LIMIT_REVERSALS);
    assert_true(verdict.reached);
    limits_check_reversal(&limits, &used, 0, &verdict);
    assert_true(verdict.reached);
    used.value[LIMIT_REVERSALS] = 0;
    used.value[LIMIT_REVERSED] = 1;
    limits_check_reversal(&limits, &used, 50000, &verdict);
    assert_int_equal(verdict.limit, LIMIT_REVERSED);
    assert_true(verdict.reached);
}

static void where_none_is_allowed_not_the_smallest_is_reversed_alone(void **state)
{
    (void)state;
    limits.value[LIMIT_REVERSALS] = LIMIT_REVERSALS_NONE;
    limits_check_reversal(&limits, &used, 1, &verdict);
    assert_true(verdict.reached);
    assert_int_equal(verdict.limit, LIMIT_REVERSALS);
    limits_check_reversal(&limits, &used, 0, &verdict);
    assert_true(verdict.reached);
    limits.value[LIMIT_REVERSALS] = 0;
    limits_check_reversal(&limits, &used, 1, &verdict);
    assert_false(verdict.reached);
}

static void a_user_s_own_limit_only_tightens(void **state)
{
    (void)state;
    limits_tighten_cash(&limits, 500);
    assert_int_equal(limits.value[LIMIT_CASH], 500);
    limits_tighten_cash(&limits, 700);
    assert_int_equal(limits.value[LIMIT_CASH], 500);
    limits_tighten_cash(&limits, 0);
    assert_int_equal(limits.value[LIMIT_CASH], 500);
    limits_tighten_cash(&limits, 400);
    assert_int_equal(limits.value[LIMIT_CASH], 400);
}

static void sums_beyond_64_bits_are_beyond_every_limit(void **state)
{
    (void)state;
    limits.value[LIMIT_CASH] = INT64_MAX - 1;
    limits.value[LIMIT_DAY] = 3;
    used.value[LIMIT_CASH] = INT64_MAX - 2;
    used.value[LIMIT_DAY] = INT64_MAX;
    limits_check_collection(&limits, &used, INT64_MAX, INT64_MAX, &verdict);
    assert_int_equal(verdict.percent, 999);
    assert_true(verdict.reached);
    used.value[LIMIT_CASH] = INT64_MIN;
    used.value[LIMIT_DAY] = 0;
    limits_check_collection(&limits, &used, 0, 0, &verdict);
    assert_verdict(LIMIT_NONE, 0, false, 0);
}

#define LIMIT_TEST(name) cmocka_unit_test_setup(name, reset)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIMIT_TEST(without_limits_nothing_is_said),
        LIMIT_TEST(cash_warns_from_four_fifths_and_stops_above_all_of_it),
        LIMIT_TEST(a_card_is_taken_though_the_bag_is_full),
        LIMIT_TEST(records_and_hours_stop_when_they_are_reached),
        LIMIT_TEST(one_receipt_too_large_stops_and_never_warns),
        LIMIT_TEST(the_day_counts_every_tender),
        LIMIT_TEST(what_is_reached_is_named_before_what_is_nearer),
        LIMIT_TEST(own_reversals_are_counted_and_summed),
        LIMIT_TEST(where_none_is_allowed_not_the_smallest_is_reversed_alone),
        LIMIT_TEST(a_user_s_own_limit_only_tightens),
        LIMIT_TEST(sums_beyond_64_bits_are_beyond_every_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
