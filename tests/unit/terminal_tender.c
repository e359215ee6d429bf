/* Money on the table while something changes, or is far too much. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flow_bench.h"
#include "text.h"

static struct customer_view view;

static void answer_customer(void)
{
    struct flow_event event = {.type = EVENT_CUSTOMER};
    event.as.customer = &view;
    bench_tell(&event);
}

static void open_tender(int64_t amount_minor)
{
    bench.args = (struct flow_args){.digit = -1, .amount_minor = amount_minor};
    text_copy(bench.args.account, sizeof bench.args.account, "6101000100");
    bench_open(FLOW_TENDER);
    answer_customer();
}

static void owe(int64_t amount_minor)
{
    view.arrears.bills[0].amount_minor = amount_minor;
    view.arrears.count = amount_minor > 0;
    assert_int_equal(arrears_assess(&bench.site, CUSTOMER_RESIDENT, 20261123, &view.arrears),
                     TILL_OK);
}

static int begin(void **state)
{
    (void)state;
    bench_begin();
    memset(&view, 0, sizeof view);
    view.arrears.bills[0] = (struct bill){.month = 202610, .due_date = 20261231, .type = 1};
    owe(18642);
    return 0;
}

static void what_was_paid_elsewhere_meanwhile_is_said_before_money_is_taken(void **state)
{
    (void)state;
    open_tender(18642);
    owe(10000);
    answer_customer();
    bench_press(ACTION_OK);
    assert_false(bench_has(EFFECT_COMMIT));
    bench_sees("100.00");
    bench_press(ACTION_OK);
    assert_int_equal(bench_effect(EFFECT_COMMIT)->as.commit.collection.amount_minor, 10000);
}

static void a_part_stands_where_what_is_owed_changes(void **state)
{
    (void)state;
    open_tender(5000);
    owe(10000);
    answer_customer();
    bench_press(ACTION_OK);
    assert_false(bench_has(EFFECT_COMMIT));
    bench_press(ACTION_OK);
    assert_int_equal(bench_effect(EFFECT_COMMIT)->as.commit.collection.amount_minor, 5000);
}

static void nothing_is_taken_of_who_owes_nothing_any_more(void **state)
{
    (void)state;
    open_tender(18642);
    owe(0);
    answer_customer();
    bench_sees("Take no money.");
    bench_press(ACTION_OK);
    assert_false(bench_has(EFFECT_COMMIT));
    assert_true(bench_has(EFFECT_BACK));
}

static void the_same_figures_anew_ask_nothing(void **state)
{
    (void)state;
    open_tender(18642);
    answer_customer();
    bench_press(ACTION_OK);
    assert_true(bench_has(EFFECT_COMMIT));
}

static void who_says_it_is_paid_is_asked_before_money_is_taken(void **state)
{
    (void)state;
    view.marks.dispute_proof = DISPUTE_WORD;
    open_tender(18642);
    bench_press(ACTION_OK);
    assert_false(bench_has(EFFECT_COMMIT));
    bench_press(ACTION_OK);
    assert_true(bench_has(EFFECT_COMMIT));
}

static void the_late_fee_of_a_dispute_has_its_name_on_the_card(void **state)
{
    (void)state;
    view.arrears.bills[0].type = BILL_LATE_FEE;
    owe(350);
    text_copy(bench.args.account, sizeof bench.args.account, "6101000100");
    bench_open(FLOW_CUSTOMER);
    answer_customer();
    bench_sees("2026-10 Late fee after a dispute");
    bench_open(FLOW_MONTHS);
    answer_customer();
    bench_sees("Late fee after a dispute");
}

static void what_is_handed_over_far_above_the_due_is_asked_about(void **state)
{
    (void)state;
    open_tender(18642);
    bench_digits("933");
    bench_press(ACTION_OK);
    assert_false(bench_has(EFFECT_COMMIT));
    bench_sees("Is this sum right?");
    bench_press(ACTION_BACK);
    assert_false(bench_has(EFFECT_BACK));
    bench_sees("933");
    bench_press(ACTION_OK);
    assert_false(bench_has(EFFECT_COMMIT));
    bench_press(ACTION_OK);
    assert_true(bench_has(EFFECT_COMMIT));
}

static void up_to_five_times_the_due_is_not_asked_about(void **state)
{
    (void)state;
    open_tender(18642);
    bench_digits("932");
    bench_press(ACTION_OK);
    assert_true(bench_has(EFFECT_COMMIT));
}

static void a_large_note_for_a_small_bill_is_not_asked_about(void **state)
{
    (void)state;
    owe(350);
    open_tender(350);
    bench_digits("100");
    bench_press(ACTION_OK);
    assert_true(bench_has(EFFECT_COMMIT));
}

static void an_advance_far_above_the_due_is_asked_about(void **state)
{
    (void)state;
    open_tender(18642);
    bench_digits("1000");
    bench_press(ACTION_OPTION_2);
    bench_press(ACTION_OK);
    assert_false(bench_has(EFFECT_COMMIT));
    bench_press(ACTION_OK);
    assert_int_equal(bench_effect(EFFECT_COMMIT)->as.commit.collection.amount_minor, 100000);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_paid_elsewhere_meanwhile_is_said_before_money_is_taken),
        TEST(a_part_stands_where_what_is_owed_changes),
        TEST(nothing_is_taken_of_who_owes_nothing_any_more),
        TEST(the_same_figures_anew_ask_nothing),
        TEST(who_says_it_is_paid_is_asked_before_money_is_taken),
        TEST(the_late_fee_of_a_dispute_has_its_name_on_the_card),
        TEST(what_is_handed_over_far_above_the_due_is_asked_about),
        TEST(up_to_five_times_the_due_is_not_asked_about),
        TEST(a_large_note_for_a_small_bill_is_not_asked_about),
        TEST(an_advance_far_above_the_due_is_asked_about),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
