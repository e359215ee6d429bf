/*
 * The overlay: what a customer owes is the book with this terminal's newer payments laid over it,
 * each counted exactly once, whatever the office has applied.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "handheld.h"
#include "parts.h"
#include "rounds.h"
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

static void look(unsigned customer, struct customer_view *view)
{
    char account[ACCOUNT_MAX];
    utility_account(customer, account);
    assert_int_equal(roster_customer(h.app, account, view), TILL_OK);
}

static void assert_due(unsigned customer, int64_t due_minor, bool paid_here)
{
    struct customer_view view;
    look(customer, &view);
    assert_int_equal(view.arrears.due_minor, due_minor);
    assert_int_equal(view.paid_here, paid_here);
}

/* Straight into the journal, as a confirmed question does. Returns its number. */
static uint64_t pay(unsigned customer, int64_t amount_minor)
{
    struct flow_effect effect = {.type = EFFECT_COMMIT};
    struct flow_event event = {.type = EVENT_COMMITTED};
    struct entry entry;
    effect.as.commit.kind = KIND_COLLECTION;
    utility_account(customer, effect.as.commit.collection.account);
    effect.as.commit.collection.amount_minor = amount_minor;
    ledger_commit(h.app, &effect, &event, &entry);
    assert_int_equal(event.status, TILL_OK);
    handheld_settle(&h);
    return entry.seq;
}

static void renew(const uint64_t *unapplied, size_t count)
{
    h.utility->unapplied_count = count;
    for (size_t i = 0; i < count; i++)
        h.utility->unapplied[i] = unapplied[i];
    utility_publish(h.utility);
    handheld_wait(&h, 1000);
    assert_int_equal(handheld_fold(&h)->book_revision, h.utility->revision);
}

static void a_payment_lowers_what_is_owed_at_once(void **state)
{
    (void)state;
    assert_due(CUSTOMER_PLAIN, 18642, false);
    pay(CUSTOMER_PLAIN, 10000);
    assert_due(CUSTOMER_PLAIN, 8642, true);
    assert_due(CUSTOMER_TWO, 13370, false);
}

static void a_book_that_holds_the_payment_takes_its_place(void **state)
{
    (void)state;
    pay(CUSTOMER_PLAIN, 10000);
    renew(NULL, 0);
    assert_due(CUSTOMER_PLAIN, 8642, false);
    renew(NULL, 0);
    assert_due(CUSTOMER_PLAIN, 8642, false);
}

static void a_payment_newer_than_the_book_is_added_to_those_in_it(void **state)
{
    (void)state;
    pay(CUSTOMER_PLAIN, 10000);
    renew(NULL, 0);
    pay(CUSTOMER_PLAIN, 5000);
    assert_due(CUSTOMER_PLAIN, 3642, true);
    renew(NULL, 0);
    assert_due(CUSTOMER_PLAIN, 3642, false);
}

static void a_payment_that_is_set_aside_stays_in_the_overlay(void **state)
{
    (void)state;
    uint64_t first = pay(CUSTOMER_PLAIN, 10000);
    pay(CUSTOMER_PLAIN, 5000);
    renew(&first, 1);
    assert_due(CUSTOMER_PLAIN, 3642, true);
    renew(NULL, 0);
    assert_due(CUSTOMER_PLAIN, 3642, false);
}

static void the_overlay_outlives_a_restart(void **state)
{
    (void)state;
    uint64_t first = pay(CUSTOMER_PLAIN, 10000);
    renew(&first, 1);
    pay(CUSTOMER_PLAIN, 5000);
    handheld_cut_power(&h);
    handheld_start(&h);
    assert_due(CUSTOMER_PLAIN, 3642, true);
}

/* More entries than the journal keeps beside its fold. */
static void payments_of_many_groups_are_all_in_it(void **state)
{
    (void)state;
    for (int i = 0; i < 40; i++)
        pay(CUSTOMER_LARGE, 1000);
    assert_due(CUSTOMER_LARGE, 1288, true);
    renew(NULL, 0);
    pay(CUSTOMER_LARGE, 1000);
    assert_due(CUSTOMER_LARGE, 288, true);
}

static void too_much_becomes_balance_and_the_book_agrees(void **state)
{
    struct customer_view view;
    (void)state;
    pay(CUSTOMER_PLAIN, 20000);
    look(CUSTOMER_PLAIN, &view);
    assert_int_equal(view.arrears.due_minor, 0);
    assert_int_equal(view.arrears.balance_minor, 1358);
    renew(NULL, 0);
    look(CUSTOMER_PLAIN, &view);
    assert_int_equal(view.arrears.balance_minor, 1358);
}

static void a_late_fee_that_was_paid_is_not_asked_for_again(void **state)
{
    (void)state;
    assert_due(CUSTOMER_LATE, 10200, false);
    pay(CUSTOMER_LATE, 10200);
    assert_due(CUSTOMER_LATE, 0, true);
    renew(NULL, 0);
    assert_due(CUSTOMER_LATE, 0, false);
}

/* Bill and fee 102.00, 50.00 in advance: 51.00 leave 1.00 due, and the advance as it was. */
static void a_balance_is_not_used_where_the_fee_stays_owed(void **state)
{
    struct customer_view view;
    (void)state;
    h.utility->advanced_minor[CUSTOMER_LATE] = 5000;
    renew(NULL, 0);
    assert_due(CUSTOMER_LATE, 5200, false);
    pay(CUSTOMER_LATE, 5100);
    look(CUSTOMER_LATE, &view);
    assert_int_equal(view.arrears.owed_minor, 5000);
    assert_int_equal(view.arrears.balance_minor, 5000);
    assert_int_equal(view.arrears.due_minor, 100);
    renew(NULL, 0);
    assert_due(CUSTOMER_LATE, 100, false);
}

static void the_list_counts_those_who_still_owe(void **state)
{
    struct flow_row rows[FLOW_WINDOW_MAX];
    struct flow_effect effect = {.type = EFFECT_WINDOW};
    struct flow_event event = {.type = EVENT_WINDOW};
    (void)state;
    text_copy(effect.as.window.meter_book, sizeof effect.as.window.meter_book, "CX01");
    effect.as.window.seek = true;
    roster_window(h.app, &effect, &event, rows);
    assert_int_equal(event.as.window.total, UTILITY_FIRST_BOOK);
    assert_int_equal(event.as.window.owing, 16);
    assert_int_equal(event.as.window.select, CUSTOMER_PLAIN);
    pay(CUSTOMER_PLAIN, 18642);
    pay(CUSTOMER_TWO, 100); /* a part */
    roster_window(h.app, &effect, &event, rows);
    assert_int_equal(event.as.window.owing, 15);
    assert_int_equal(event.as.window.select, CUSTOMER_TWO);
    assert_true(rows[0].paid_here);
    assert_int_equal(rows[0].due_minor, 0);
    assert_int_equal(rows[1].due_minor, 13270);
}

/* ---- payments that were undone --------------------------------------------------------------- */

static void commit(const struct flow_effect *effect)
{
    struct flow_event event = {.type = EVENT_COMMITTED};
    struct entry entry;
    ledger_commit(h.app, effect, &event, &entry);
    assert_int_equal(event.status, TILL_OK);
    handheld_settle(&h);
}

/* The latest one, by its collector, its paper lost. */
static void reverse(unsigned customer, uint64_t seq, int64_t amount_minor)
{
    struct flow_effect effect = {.type = EFFECT_COMMIT};
    struct body_reversal *body = &effect.as.commit.body.reversal;
    effect.as.commit.kind = KIND_REVERSAL;
    body->seq = seq;
    utility_account(customer, body->account);
    body->amount_minor = body->cash_minor = amount_minor;
    body->way = REVERSAL_OWN_LOST;
    body->reason = REVERSAL_WRONG_ACCOUNT;
    commit(&effect);
}

static void a_payment_taken_and_undone_before_a_book_knew_of_it_is_gone(void **state)
{
    (void)state;
    reverse(CUSTOMER_PLAIN, pay(CUSTOMER_PLAIN, 10000), 10000);
    assert_due(CUSTOMER_PLAIN, 18642, false);
    renew(NULL, 0);
    assert_due(CUSTOMER_PLAIN, 18642, false);
}

static void a_payment_that_the_book_holds_and_was_undone_since_is_owed_again(void **state)
{
    (void)state;
    uint64_t seq = pay(CUSTOMER_TWO, 7000);
    renew(NULL, 0);
    assert_due(CUSTOMER_TWO, 6370, false);
    reverse(CUSTOMER_TWO, seq, 7000);
    assert_due(CUSTOMER_TWO, 13370, false);
    renew(NULL, 0); /* the office has undone it too */
    assert_due(CUSTOMER_TWO, 13370, false);
}

static void an_advance_that_was_undone_leaves_the_balance_as_it_was(void **state)
{
    struct customer_view view;
    (void)state;
    uint64_t seq = pay(CUSTOMER_PLAIN, 20000);
    renew(NULL, 0);
    reverse(CUSTOMER_PLAIN, seq, 20000);
    look(CUSTOMER_PLAIN, &view);
    assert_int_equal(view.arrears.balance_minor, 0);
    assert_int_equal(view.arrears.due_minor, 18642);
}

static void who_was_given_back_is_on_the_walk_again(void **state)
{
    struct flow_row rows[FLOW_WINDOW_MAX];
    struct flow_effect effect = {.type = EFFECT_WINDOW};
    struct flow_event event = {.type = EVENT_WINDOW};
    (void)state;
    text_copy(effect.as.window.meter_book, sizeof effect.as.window.meter_book, "CX01");
    effect.as.window.seek = true;
    uint64_t seq = pay(CUSTOMER_PLAIN, 18642);
    renew(NULL, 0);
    roster_window(h.app, &effect, &event, rows);
    assert_int_equal(event.as.window.owing, 15);
    reverse(CUSTOMER_PLAIN, seq, 18642);
    roster_window(h.app, &effect, &event, rows);
    assert_int_equal(event.as.window.owing, 16);
    assert_int_equal(event.as.window.select, CUSTOMER_PLAIN);
}

/* ---- what was done at a stop ----------------------------------------------------------------- */

static void skip_stop(unsigned customer, enum skip_reason reason)
{
    struct flow_effect effect = {.type = EFFECT_COMMIT};
    effect.as.commit.kind = KIND_STOP_SKIPPED;
    utility_account(customer, effect.as.commit.body.skipped.account);
    effect.as.commit.body.skipped.reason = (int)reason;
    commit(&effect);
}

static void dispute(unsigned customer)
{
    struct flow_effect effect = {.type = EFFECT_COMMIT};
    effect.as.commit.kind = KIND_DISPUTE;
    utility_account(customer, effect.as.commit.body.dispute.account);
    effect.as.commit.body.dispute.proof = DISPUTE_WORD;
    commit(&effect);
}

static void a_stop_that_was_skipped_is_marked_until_it_pays(void **state)
{
    struct customer_view view;
    (void)state;
    skip_stop(CUSTOMER_PLAIN, SKIP_NOBODY_HOME);
    skip_stop(CUSTOMER_PLAIN, SKIP_NO_MONEY);
    look(CUSTOMER_PLAIN, &view);
    assert_int_equal(view.marks.skip_reason, SKIP_NO_MONEY);
    assert_int_equal(view.marks.latest_receipt_seq, 0);
    uint64_t seq = pay(CUSTOMER_PLAIN, 1000);
    look(CUSTOMER_PLAIN, &view);
    assert_int_equal(view.marks.skip_reason, 0);
    assert_int_equal(view.marks.latest_receipt_seq, seq);
    reverse(CUSTOMER_PLAIN, seq, 1000);
    look(CUSTOMER_PLAIN, &view);
    assert_int_equal(view.marks.latest_receipt_seq, 0);
}

static void the_walk_comes_to_skipped_stops_last(void **state)
{
    struct flow_row rows[FLOW_WINDOW_MAX];
    struct flow_effect effect = {.type = EFFECT_WINDOW};
    struct flow_event event = {.type = EVENT_WINDOW};
    (void)state;
    text_copy(effect.as.window.meter_book, sizeof effect.as.window.meter_book, "CX01");
    effect.as.window.seek = true;
    skip_stop(CUSTOMER_PLAIN, SKIP_NOBODY_HOME);
    roster_window(h.app, &effect, &event, rows);
    assert_int_equal(event.as.window.select, CUSTOMER_TWO);
    assert_int_equal(event.as.window.owing, 16); /* still owed */
    assert_int_equal(rows[0].marks.skip_reason, SKIP_NOBODY_HOME);
    for (unsigned i = CUSTOMER_TWO; i < UTILITY_FIRST_BOOK; i++)
        skip_stop(i, SKIP_NO_MONEY);
    roster_window(h.app, &effect, &event, rows);
    assert_int_equal(event.as.window.select, CUSTOMER_PLAIN); /* nobody else is left */
}

static void assert_held(unsigned customer, int64_t held_minor)
{
    struct customer_view view;
    char account[ACCOUNT_MAX];
    utility_account(customer, account);
    assert_int_equal(roster_customer(h.app, account, &view), TILL_OK);
    assert_int_equal(view.arrears.bills[0].held_minor, held_minor);
}

static void a_dispute_waives_the_late_fee_until_a_book_knows_of_it(void **state)
{
    (void)state;
    dispute(CUSTOMER_LATE);
    assert_due(CUSTOMER_LATE, 10000, false);
    renew(NULL, 0); /* and the office did not uphold it */
    assert_due(CUSTOMER_LATE, 10200, false);
    h.utility->flags[CUSTOMER_LATE] = BOOK_CUSTOMER_DISPUTED;
    renew(NULL, 0);
    assert_due(CUSTOMER_LATE, 10000, false);
    assert_held(CUSTOMER_LATE, 200);
    h.utility->flags[CUSTOMER_LATE] = BOOK_CUSTOMER_MAYBE_COLLECTED;
    renew(NULL, 0);
    assert_due(CUSTOMER_LATE, 10000, false);
    assert_held(CUSTOMER_LATE, 0);
}

static void an_account_of_no_book_is_not_found(void **state)
{
    struct customer_view view;
    (void)state;
    assert_int_equal(roster_customer(h.app, "9999999999", &view), TILL_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

/* ---- who still owes, remembered -------------------------------------------------------------- */

/* What is remembered of a meter book, after all that was done, is what a new look says. */
static size_t assert_remembered(void)
{
    uint8_t before[64];
    const uint8_t *owing;
    size_t total = 0, count = 0, left = 0;
    assert_int_equal(rounds_of(h.app, "CX01", &owing, &total), TILL_OK);
    assert_true(total > 0 && total < sizeof before);
    memcpy(before, owing, total);
    rounds_forget(h.app);
    assert_int_equal(rounds_of(h.app, "CX01", &owing, &count), TILL_OK);
    assert_int_equal(count, total);
    assert_memory_equal(owing, before, total);
    for (size_t i = 0; i < total; i++)
        left += owing[i] != OWES_NOTHING;
    return left;
}

static void who_owes_is_remembered_through_what_a_shift_does(void **state)
{
    struct customer_view view;
    (void)state;
    size_t left = assert_remembered();
    look(CUSTOMER_PLAIN, &view);
    uint64_t seq = pay(CUSTOMER_PLAIN, view.arrears.due_minor);
    assert_int_equal(assert_remembered(), left - 1);
    reverse(CUSTOMER_PLAIN, seq, view.arrears.due_minor);
    assert_int_equal(assert_remembered(), left);
    handheld_walk(&h, 0);
    handheld_keys(&h, "f1 6 1"); /* skipped */
    assert_int_equal(assert_remembered(), left);
    handheld_wait(&h, INT64_C(24) * 3600 * 1000);
    assert_int_equal(assert_remembered(), left);
    utility_publish(h.utility);
    handheld_settle(&h);
    assert_int_equal(assert_remembered(), left);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_payment_lowers_what_is_owed_at_once),
        TEST(a_book_that_holds_the_payment_takes_its_place),
        TEST(a_payment_newer_than_the_book_is_added_to_those_in_it),
        TEST(a_payment_that_is_set_aside_stays_in_the_overlay),
        TEST(the_overlay_outlives_a_restart),
        TEST(payments_of_many_groups_are_all_in_it),
        TEST(too_much_becomes_balance_and_the_book_agrees),
        TEST(a_late_fee_that_was_paid_is_not_asked_for_again),
        TEST(a_balance_is_not_used_where_the_fee_stays_owed),
        TEST(the_list_counts_those_who_still_owe),
        TEST(a_payment_taken_and_undone_before_a_book_knew_of_it_is_gone),
        TEST(a_payment_that_the_book_holds_and_was_undone_since_is_owed_again),
        TEST(an_advance_that_was_undone_leaves_the_balance_as_it_was),
        TEST(who_was_given_back_is_on_the_walk_again),
        TEST(a_stop_that_was_skipped_is_marked_until_it_pays),
        TEST(the_walk_comes_to_skipped_stops_last),
        TEST(a_dispute_waives_the_late_fee_until_a_book_knows_of_it),
        TEST(an_account_of_no_book_is_not_found),
        TEST(who_owes_is_remembered_through_what_a_shift_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
