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

static void an_account_of_no_book_is_not_found(void **state)
{
    struct customer_view view;
    (void)state;
    assert_int_equal(roster_customer(h.app, "9999999999", &view), TILL_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

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
        TEST(the_list_counts_those_who_still_owe),
        TEST(an_account_of_no_book_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
