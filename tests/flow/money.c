/*
 * Taking money in every way: chosen months, cheques and transfers, small change that is carried;
 * and the gate that says when it may not be taken, and what to do about it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "handheld.h"
#include "parts.h"
#include "text.h"

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

static void renew_the_book(void)
{
    utility_publish(h.utility);
    handheld_wait(&h, 1100);
    assert_int_equal(handheld_fold(&h)->book_revision, h.utility->revision);
}

/* What was taken last. */
static struct body_collection taken(void)
{
    struct body_collection body;
    handheld_collection(&h, handheld_fold(&h)->last_receipt_seq, &body);
    return body;
}

static unsigned receipts(void)
{
    return handheld_count(&h, KIND_COLLECTION) + handheld_count(&h, KIND_ADVANCE);
}

/* ---- months ---------------------------------------------------------------------------------- */

static void open_months(void)
{
    handheld_open_customer(&h, CUSTOMER_MONTHS);
    handheld_keys(&h, "f1 1");
    handheld_expect_screen(&h, "months");
}

static void chosen_months_are_paid_and_stand_in_the_record(void **state)
{
    (void)state;
    open_months();
    handheld_keys(&h, "down ok down down ok"); /* July and September */
    handheld_expect(&h, "2 chosen");
    handheld_expect(&h, "¥40.00");
    handheld_keys(&h, "f2");
    handheld_expect_screen(&h, "tender");
    handheld_expect(&h, _("Chosen months"));
    handheld_keys(&h, "ok");
    struct body_collection body = taken();
    assert_int_equal(body.amount_minor, 4000);
    assert_string_equal(body.allocation, "202607,202609");
    handheld_expect_paper(&h, "2026-07");
    handheld_expect_paper(&h, "2026-09");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "home");
    handheld_open_customer(&h, CUSTOMER_MONTHS);
    handheld_expect(&h, "2026-06");
    handheld_expect_not(&h, "2026-07");
    handheld_expect(&h, "2026-08");
    handheld_expect(&h, "¥60.00");
}

static void the_book_agrees_with_the_overlay_about_chosen_months(void **state)
{
    (void)state;
    open_months();
    handheld_keys(&h, "down down ok f2 ok ok"); /* August */
    renew_the_book();
    handheld_open_customer(&h, CUSTOMER_MONTHS);
    handheld_expect_not(&h, "2026-08");
    handheld_expect(&h, "2026-07");
    handheld_expect(&h, "¥80.00");
}

static void the_oldest_months_are_what_is_paid_anyway_and_nothing_is_written(void **state)
{
    (void)state;
    open_months();
    handheld_keys(&h, "ok down ok f2 ok");
    assert_string_equal(taken().allocation, "");
    assert_int_equal(taken().amount_minor, 4000);
}

static void ok_takes_a_month_out_again(void **state)
{
    (void)state;
    open_months();
    handheld_keys(&h, "ok down ok ok");
    handheld_expect(&h, "1 chosen");
    handheld_expect(&h, "¥20.00");
}

static void no_month_chosen_is_said(void **state)
{
    (void)state;
    open_months();
    handheld_keys(&h, "f2");
    handheld_expect_screen(&h, "months");
    handheld_expect(&h, _("Choose a month with OK first."));
}

static void a_part_of_chosen_months_pays_the_last_of_them_in_part(void **state)
{
    (void)state;
    open_months();
    handheld_keys(&h, "down ok down down ok f1");
    handheld_expect_screen(&h, "amount");
    handheld_expect(&h, "¥40.00");
    handheld_keys(&h, "3 0 ok ok");
    handheld_expect_screen(&h, "paper");
    assert_string_equal(taken().allocation, "202607,202609:1000");
    assert_int_equal(taken().amount_minor, 3000);
}

static void too_little_for_chosen_months_becomes_a_part_by_one_key(void **state)
{
    (void)state;
    open_months();
    handheld_keys(&h, "down ok down down ok f2 3 5 f2 ok");
    handheld_expect_screen(&h, "paper");
    assert_string_equal(taken().allocation, "202607,202609:1500");
}

static void months_that_a_new_book_has_settled_are_not_paid_twice(void **state)
{
    (void)state;
    open_months();
    handheld_keys(&h, "down ok f2");
    h.utility->elsewhere_minor[CUSTOMER_MONTHS] = 4000; /* June and July, at the bank */
    renew_the_book();
    handheld_expect_screen(&h, "tender_changed");
    handheld_expect(&h, _("Take no money."));
    handheld_keys(&h, "ok");
    assert_int_equal(receipts(), 0);
    handheld_expect_screen(&h, "months");
    handheld_expect_not(&h, "2026-07");
}

/* ---- means of payment ------------------------------------------------------------------------ */

static void a_cheque_pays_all_of_it_and_the_bag_stays_as_it_was(void **state)
{
    (void)state;
    int64_t cash = handheld_cash(&h);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok right");
    handheld_expect_screen(&h, "tender_reference");
    handheld_keys(&h, "4 7 1 1 ok");
    handheld_expect_screen(&h, "tender_part");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
    struct body_collection body = taken();
    assert_int_equal(body.tender, TENDER_CHEQUE);
    assert_string_equal(body.reference, "4711");
    assert_int_equal(body.other_minor, 0);
    assert_int_equal(body.amount_minor, 18642);
    assert_int_equal(handheld_cash(&h), cash);
    handheld_expect_paper(&h, "4711");
}

static void a_transfer_and_the_rest_in_cash_with_change(void **state)
{
    (void)state;
    int64_t cash = handheld_cash(&h);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok left 9 8 7 ok 1 0 0 ok");
    handheld_expect_screen(&h, "tender");
    handheld_expect(&h, "100.00");
    handheld_keys(&h, "1 0 0");
    handheld_expect(&h, "¥13.58");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
    handheld_expect(&h, "¥13.58");
    struct body_collection body = taken();
    assert_int_equal(body.tender, TENDER_TRANSFER);
    assert_int_equal(body.other_minor, 10000);
    assert_int_equal(body.tendered_minor, 10000);
    assert_int_equal(handheld_cash(&h), cash + 8642);
}

static void change_of_a_mixed_payment_becomes_an_advance_by_one_key(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok right 5 5 ok 1 0 0 ok 1 0 0 f2 ok");
    handheld_expect_screen(&h, "paper");
    struct body_collection body = taken();
    assert_int_equal(body.amount_minor, 20000);
    assert_int_equal(body.other_minor, 10000);
    assert_int_equal(handheld_cash(&h), 10000 + 10000);
    handheld_expect_paper(&h, "13.58");
}

static void a_cheque_without_a_number_is_refused(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok right ok");
    handheld_expect_screen(&h, "tender_reference");
    handheld_expect(&h, _("Type the number that stands on it."));
}

static void a_cheque_over_more_than_is_paid_is_refused(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok right 1 ok 5 0 0 ok");
    handheld_expect_screen(&h, "tender_part");
    handheld_expect(&h, _("More than is to be paid. Type what it pays of it."));
    assert_int_equal(receipts(), 0);
}

static void cancel_goes_back_step_by_step_and_loses_nothing(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok right 4 7 ok 5 0 ok cancel");
    handheld_expect_screen(&h, "tender_part");
    handheld_expect(&h, "_ 50");
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "tender_reference");
    handheld_expect(&h, "_ 47");
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "tender");
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "customer");
}

static void whose_cheque_came_back_pays_by_no_cheque(void **state)
{
    (void)state;
    h.utility->flags[CUSTOMER_PLAIN] = BOOK_CUSTOMER_CHEQUE_RETURNED;
    renew_the_book();
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_expect(&h, _("A cheque came back: no cheque"));
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("no cheque: one of theirs came back"));
    handheld_keys(&h, "right");
    handheld_expect(&h, _("Number of the transfer"));
    handheld_keys(&h, "right");
    handheld_expect_screen(&h, "tender");
}

static void an_amount_that_is_none_says_what_is_wrong(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok clear ok");
    handheld_expect(&h, _("Type the amount that is handed over."));
    handheld_keys(&h, "2 0 0 * 1 2 3 ok");
    handheld_expect(&h, _("This is no amount: too many decimals, or far too large."));
    handheld_keys(&h, "clear");
    handheld_expect_not(&h, _("Not taken"));
    assert_int_equal(receipts(), 0);
}

/* ---- small change ---------------------------------------------------------------------------- */

static void small_change_that_is_missing_is_carried_by_one_key(void **state)
{
    (void)state;
    h.utility->tolerance_minor = 50;
    renew_the_book();
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok 1 8 6 ok");
    handheld_expect(&h, _("Carry the rest"));
    handheld_keys(&h, "f2 ok");
    handheld_expect_screen(&h, "paper");
    assert_int_equal(taken().amount_minor, 18600);
    handheld_keys(&h, "ok");
    /* Who is left with so little is done for today. */
    handheld_walk(&h, 0);
    handheld_expect(&h, "> 李桂英");
}

static void f2_asks_for_the_press_anew(void **state)
{
    (void)state;
    h.utility->tolerance_minor = 50;
    renew_the_book();
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok 1 8 6 f2");
    assert_int_equal(receipts(), 0);
    assert_true(h.app->screen.fresh);
    handheld_expect(&h, "¥186.00");
}

static void more_than_small_change_is_a_part(void **state)
{
    (void)state;
    h.utility->tolerance_minor = 50;
    renew_the_book();
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok 1 8 5");
    handheld_expect_not(&h, _("Carry the rest"));
    handheld_expect(&h, _("Take as a part"));
}

/* ---- what is known of a customer ------------------------------------------------------------- */

static void who_disputes_bears_no_late_fee(void **state)
{
    (void)state;
    h.utility->flags[CUSTOMER_LATE] = BOOK_CUSTOMER_DISPUTED;
    renew_the_book();
    handheld_open_customer(&h, CUSTOMER_LATE);
    handheld_expect(&h, _("Says it is paid: no late fee, not cut off"));
    handheld_expect(&h, "¥100.00");
    handheld_expect_not(&h, "¥2.00");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "tender_maybe");
    handheld_expect(&h, _("Take nothing until the office has answered."));
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("Late fee held until the answer"));
    handheld_expect(&h, "¥2.00");
    handheld_keys(&h, "ok");
    assert_int_equal(taken().amount_minor, 10000);
    assert_int_equal(taken().late_fee_minor, 0);
    handheld_expect_paper(&h, _("Late fee held until the answer"));
    handheld_expect_paper(&h, " 2.00");
}

static void who_may_have_paid_before_is_shown_so(void **state)
{
    (void)state;
    h.utility->flags[CUSTOMER_PLAIN] = BOOK_CUSTOMER_MAYBE_COLLECTED | BOOK_CUSTOMER_KEEP_SUPPLY;
    renew_the_book();
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_expect(&h, _("May have paid another collector: ask for the paper"));
    handheld_expect(&h, _("keep supply"));
    handheld_expect(&h, "book today");
}

/* ---- the gate -------------------------------------------------------------------------------- */

static void expect_refused(const char *why)
{
    handheld_expect_screen(&h, "notice");
    handheld_expect(&h, why);
    assert_int_equal(receipts(), 0);
}

static void without_paper_nothing_is_collected(void **state)
{
    static const struct {
        enum sim_printer_status printer;
        enum till_status status;
    } troubles[] = {{SIM_PRINTER_OUT, TILL_PAPER_OUT},
                    {SIM_PRINTER_COVER, TILL_COVER_OPEN},
                    {SIM_PRINTER_HOT, TILL_PRINTER_HOT},
                    {SIM_PRINTER_OFFLINE, TILL_DEVICE_OFFLINE}};
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    for (size_t i = 0; i < sizeof troubles / sizeof troubles[0]; i++) {
        sim_printer_set(h.world, troubles[i].printer);
        handheld_wait(&h, 1100);
        handheld_keys(&h, "ok");
        expect_refused(_(status_text(troubles[i].status)));
        handheld_keys(&h, "ok f2");
        expect_refused(_(status_text(troubles[i].status)));
        handheld_keys(&h, "ok");
        handheld_expect_screen(&h, "customer");
    }
    sim_printer_set(h.world, SIM_PRINTER_OK);
    handheld_wait(&h, 1100);
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "paper");
}

static void paper_that_ends_while_the_cash_is_counted_is_seen_at_the_press(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok 2 0 0");
    sim_printer_set(h.world, SIM_PRINTER_OUT);
    handheld_keys(&h, "ok");
    expect_refused(_(status_text(TILL_PAPER_OUT)));
    sim_printer_set(h.world, SIM_PRINTER_OK);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "tender");
    handheld_expect(&h, "_ 200"); /* nothing typed was lost */
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
}

static enum till_status commit_straight(int64_t amount_minor)
{
    struct flow_effect effect = {.type = EFFECT_COMMIT};
    struct flow_event event = {.type = EVENT_COMMITTED};
    struct entry entry;
    effect.as.commit.kind = KIND_COLLECTION;
    utility_account(CUSTOMER_PLAIN, effect.as.commit.collection.account);
    effect.as.commit.collection.amount_minor = amount_minor;
    ledger_commit(h.app, &effect, &event, &entry);
    return event.status;
}

static void the_commit_itself_asks_the_gate_and_the_printer(void **state)
{
    (void)state;
    sim_printer_set(h.world, SIM_PRINTER_OUT); /* nobody has looked since */
    assert_int_equal(commit_straight(18642), TILL_PAPER_OUT);
    sim_printer_set(h.world, SIM_PRINTER_OK);
    h.app->ordered.value[LIMIT_DAY] = 18641;
    assert_int_equal(commit_straight(18642), TILL_LIMIT_REACHED);
    assert_int_equal(receipts(), 0);
    h.app->ordered.value[LIMIT_DAY] = 18642;
    assert_int_equal(commit_straight(18642), TILL_OK);
}

static void a_low_battery_is_one_quiet_line(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok");
    sim_battery_set(h.world, 12, false);
    handheld_wait(&h, 1100);
    handheld_expect(&h, "12 %");
    sim_battery_set(h.world, 12, true);
    handheld_wait(&h, 1100);
    handheld_expect_not(&h, "12 %");
}

static void paper_that_ends_soon_is_one_quiet_line(void **state)
{
    (void)state;
    sim_printer_set(h.world, SIM_PRINTER_LOW);
    handheld_wait(&h, 1100);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("The paper ends soon: have a roll ready"));
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
}

/* ---- limits ---------------------------------------------------------------------------------- */

static void limit(enum limit which, int64_t value)
{
    h.app->ordered.serial = 1;
    h.app->ordered.value[which] = value;
    handheld_wait(&h, 100);
}

static void a_limit_is_warned_of_at_four_fifths(void **state)
{
    (void)state;
    limit(LIMIT_CASH, 30000);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok");
    handheld_expect_not(&h, "of the limit");
    handheld_keys(&h, "ok ok");
    handheld_open_customer(&h, CUSTOMER_SMALL);
    handheld_keys(&h, "ok");
    handheld_expect(&h, "95 % of the limit");
}

static void cash_beyond_its_limit_is_refused_with_the_ways_out(void **state)
{
    (void)state;
    limit(LIMIT_CASH, 20000);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "tender"); /* said before the money is on the table */
    handheld_expect(&h, "Limit reached: Cash in hand");
    handheld_keys(&h, "ok");
    expect_refused("Limit reached: Cash in hand");
    handheld_expect(&h, "¥100.00"); /* still fits */
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "tender");
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "limits");
    handheld_keys(&h, "cancel");
    handheld_expect_screen(&h, "tender");
    /* What fits is taken. */
    handheld_keys(&h, "9 0 f2 ok");
    handheld_expect_screen(&h, "paper");
}

static void a_cheque_passes_the_limit_of_cash(void **state)
{
    (void)state;
    limit(LIMIT_CASH, 20000);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok right 5 5 ok");
    handheld_expect_not(&h, "Limit reached");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "paper");
    assert_int_equal(handheld_cash(&h), 10000);
}

static void one_receipt_over_its_limit_is_refused(void **state)
{
    (void)state;
    limit(LIMIT_RECEIPT, 15000);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok");
    expect_refused(_(limit_text(LIMIT_RECEIPT)));
}

static void what_was_taken_today_has_its_limit(void **state)
{
    (void)state;
    limit(LIMIT_DAY, 20000);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok ok ok");
    handheld_open_customer(&h, CUSTOMER_KEEP);
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "notice");
    handheld_expect(&h, _(limit_text(LIMIT_DAY)));
}

static void records_and_hours_have_their_limits_and_signal_lifts_them(void **state)
{
    (void)state;
    limit(LIMIT_UNSENT, 2);
    limit(LIMIT_OFFLINE, 7200);
    handheld_signal(&h, NETWORK_NONE);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok ok ok");
    handheld_open_customer(&h, CUSTOMER_KEEP);
    handheld_keys(&h, "ok");
    handheld_expect(&h, _(limit_text(LIMIT_UNSENT)));
    handheld_keys(&h, "cancel");
    handheld_signal(&h, NETWORK_4G);
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "paper");
    handheld_keys(&h, "ok");
    handheld_signal(&h, NETWORK_NONE);
    handheld_wait(&h, 7300 * INT64_C(1000));
    assert_int_equal(h.app->facts.limit.limit, LIMIT_OFFLINE);
    assert_true(h.app->facts.limit.reached);
}

static void a_user_s_own_limit_holds_without_orders(void **state)
{
    (void)state;
    h.utility->cash_limit_minor = 15000;
    renew_the_book();
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok ok");
    expect_refused(_(limit_text(LIMIT_CASH)));
}

static void the_site_s_largest_receipt_holds_without_orders(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_CLEAR);
    handheld_keys(&h, "ok 5 0 0 0 0 * 0 1 ok");
    expect_refused(_(limit_text(LIMIT_RECEIPT)));
}

static void a_duplicate_is_printed_whatever_the_limits(void **state)
{
    (void)state;
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok ok");
    limit(LIMIT_CASH, 1);
    handheld_keys(&h, "f1");
    handheld_expect_paper(&h, "DUPLICATE 1");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(chosen_months_are_paid_and_stand_in_the_record),
        TEST(the_book_agrees_with_the_overlay_about_chosen_months),
        TEST(the_oldest_months_are_what_is_paid_anyway_and_nothing_is_written),
        TEST(ok_takes_a_month_out_again),
        TEST(no_month_chosen_is_said),
        TEST(a_part_of_chosen_months_pays_the_last_of_them_in_part),
        TEST(too_little_for_chosen_months_becomes_a_part_by_one_key),
        TEST(months_that_a_new_book_has_settled_are_not_paid_twice),
        TEST(a_cheque_pays_all_of_it_and_the_bag_stays_as_it_was),
        TEST(a_transfer_and_the_rest_in_cash_with_change),
        TEST(change_of_a_mixed_payment_becomes_an_advance_by_one_key),
        TEST(a_cheque_without_a_number_is_refused),
        TEST(a_cheque_over_more_than_is_paid_is_refused),
        TEST(cancel_goes_back_step_by_step_and_loses_nothing),
        TEST(whose_cheque_came_back_pays_by_no_cheque),
        TEST(an_amount_that_is_none_says_what_is_wrong),
        TEST(small_change_that_is_missing_is_carried_by_one_key),
        TEST(f2_asks_for_the_press_anew),
        TEST(more_than_small_change_is_a_part),
        TEST(who_disputes_bears_no_late_fee),
        TEST(who_may_have_paid_before_is_shown_so),
        TEST(without_paper_nothing_is_collected),
        TEST(paper_that_ends_while_the_cash_is_counted_is_seen_at_the_press),
        TEST(the_commit_itself_asks_the_gate_and_the_printer),
        TEST(a_low_battery_is_one_quiet_line),
        TEST(paper_that_ends_soon_is_one_quiet_line),
        TEST(a_limit_is_warned_of_at_four_fifths),
        TEST(cash_beyond_its_limit_is_refused_with_the_ways_out),
        TEST(a_cheque_passes_the_limit_of_cash),
        TEST(one_receipt_over_its_limit_is_refused),
        TEST(what_was_taken_today_has_its_limit),
        TEST(records_and_hours_have_their_limits_and_signal_lifts_them),
        TEST(a_user_s_own_limit_holds_without_orders),
        TEST(the_site_s_largest_receipt_holds_without_orders),
        TEST(a_duplicate_is_printed_whatever_the_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
