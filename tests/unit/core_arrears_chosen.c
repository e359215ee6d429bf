/* Chosen months, carried change, and payments that are put back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "settle.h"

enum { TODAY = 20261122, FEE_DAYS = 33 };

static struct site site;
static struct arrears a;
static struct allocation out;

static void add_bill(int32_t month, int16_t type, int64_t amount_minor, int32_t due_date)
{
    a.bills[a.count++] = (struct bill){
        .month = month, .type = type, .amount_minor = amount_minor, .due_date = due_date};
}

static void assess(void)
{
    assert_int_equal(arrears_assess(&site, CUSTOMER_RESIDENT, TODAY, &a), TILL_OK);
}

/* August 100.00 (33 days late: 3.30), September 200.00, October 50.00 of two types, November 80.00;
 * nothing else is overdue. */
static int five_bills(void **state)
{
    (void)state;
    site_default(&site);
    memset(&a, 0, sizeof a);
    add_bill(202608, 1, 10000, 20261020);
    add_bill(202609, 1, 20000, TODAY);
    add_bill(202610, 1, 3000, TODAY);
    add_bill(202610, 2, 2000, TODAY);
    add_bill(202611, 1, 8000, TODAY);
    assess();
    assert_int_equal(a.bills[0].late_fee_minor, FEE_DAYS * 10);
    return 0;
}

static enum till_status choose(int64_t amount_minor, const char *text)
{
    memset(&out, 0xA5, sizeof out);
    return arrears_allocate_chosen(&a, amount_minor, text, &out);
}

static void assert_line(size_t i, int32_t month, int64_t amount_minor, int64_t fee, bool whole)
{
    assert_true(i < out.count);
    assert_int_equal(out.lines[i].month, month);
    assert_int_equal(out.lines[i].amount_minor, amount_minor);
    assert_int_equal(out.lines[i].late_fee_minor, fee);
    assert_int_equal(out.lines[i].whole, whole);
}

/* ---- allocating ------------------------------------------------------------------------------ */

static void nothing_chosen_is_oldest_first(void **state)
{
    (void)state;
    struct allocation oldest;
    assert_int_equal(choose(15000, ""), TILL_OK);
    assert_int_equal(arrears_allocate(&a, 15000, &oldest), TILL_OK);
    assert_memory_equal(&out, &oldest, sizeof out);
}

static void a_chosen_month_is_paid_and_the_older_stand(void **state)
{
    (void)state;
    assert_int_equal(choose(20000, "202609"), TILL_OK);
    assert_int_equal(out.count, 1);
    assert_line(0, 202609, 20000, 0, true);
    assert_int_equal(out.advance_minor, 0);
    assert_int_equal(out.still_owed_minor, 10330 + 5000 + 8000);
}

static void a_month_is_chosen_with_all_its_bills(void **state)
{
    (void)state;
    assert_int_equal(choose(4999, "202610"), TILL_BAD_INPUT);
    assert_int_equal(choose(5000, "202610"), TILL_OK);
    assert_int_equal(out.count, 2);
    assert_line(0, 202610, 3000, 0, true);
    assert_line(1, 202610, 2000, 0, true);
}

static void ranges_go_over_months_that_nothing_is_owed_of(void **state)
{
    (void)state;
    a.bills[1].amount_minor = 0;
    a.bills[1].month = 202603;
    assess();
    assert_int_equal(choose(15330, "202608-202610"), TILL_OK);
    assert_int_equal(out.count, 3);
    assert_line(0, 202608, 10000, 330, true);
}

static void the_last_may_get_a_part_and_its_fee_goes_with_it(void **state)
{
    (void)state;
    assert_int_equal(choose(8000 + 5165, "202611,202608:5165"), TILL_OK);
    assert_int_equal(out.count, 2);
    assert_line(0, 202608, 5000, 165, false);
    assert_line(1, 202611, 8000, 0, true);
    assert_int_equal(out.late_fee_minor, 165);
}

static void what_is_left_over_goes_oldest_first_and_then_ahead(void **state)
{
    (void)state;
    assert_int_equal(choose(8000 + 1033, "202611"), TILL_OK);
    assert_line(0, 202608, 1000, 33, false);
    assert_line(1, 202611, 8000, 0, true);
    assert_int_equal(choose(50000, "202611"), TILL_OK);
    assert_int_equal(out.advance_minor, 50000 - 43330);
    assert_int_equal(out.still_owed_minor, 0);
    /* A part is a part: the rest of that month waits for its turn. */
    assert_int_equal(choose(10330 + 500, "202611:500"), TILL_OK);
    assert_line(0, 202608, 10000, 330, true);
    assert_line(1, 202611, 500, 0, false);
}

static void the_balance_helps_only_where_all_is_settled(void **state)
{
    (void)state;
    a.balance_minor = 1000;
    assess();
    assert_int_equal(choose(42330, "202611"), TILL_OK);
    assert_int_equal(out.balance_used_minor, 1000);
    assert_int_equal(out.still_owed_minor, 0);
    assert_int_equal(choose(8000, "202611"), TILL_OK);
    assert_int_equal(out.balance_used_minor, 0);
    assert_int_equal(out.balance_after_minor, 1000);
    assert_int_equal(choose(7500, "202611"), TILL_BAD_INPUT);
}

static void months_that_nobody_owes_are_refused(void **state)
{
    (void)state;
    static const char *const refused[] = {"202607",        "202607-202609", "202609-202612",
                                          "202609,202607", "202609x",       "202609,202609"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (choose(50000, refused[i]) != TILL_BAD_INPUT) {
            fail_msg("allocated: %s", refused[i]);
        }
    }
    assert_int_equal(choose(0, "202609"), TILL_BAD_INPUT);
}

/* ---- writing --------------------------------------------------------------------------------- */

static void assert_written(const char *bits, int64_t amount_minor, const char *expected,
                           int64_t due_minor)
{
    bool chosen[BILLS_MAX] = {false};
    char text[ALLOCATION_MAX];
    int64_t due = -1;
    for (size_t i = 0; bits[i] != '\0'; i++) {
        chosen[i] = bits[i] == '1';
    }
    assert_int_equal(allocation_write_part(&a, chosen, amount_minor, text, &due), TILL_OK);
    assert_string_equal(text, expected);
    assert_int_equal(due, due_minor);
}

static void what_is_chosen_is_written_as_short_as_it_can_be(void **state)
{
    (void)state;
    assert_written("00000", INT64_MAX, "", 0);
    assert_written("01000", INT64_MAX, "202609", 20000);
    assert_written("01111", INT64_MAX, "202609-202611", 33000);
    assert_written("01001", INT64_MAX, "202609,202611", 28000);
    /* Half a month is the whole month. */
    assert_written("00010", INT64_MAX, "202610", 5000);
    /* The oldest are where money goes anyway. */
    assert_written("11000", INT64_MAX, "", 30330);
    assert_written("11111", INT64_MAX, "", 43330);
}

static void less_than_it_costs_ends_in_a_part(void **state)
{
    (void)state;
    assert_written("01001", 20500, "202609,202611:500", 28000);
    assert_written("01001", 20000, "202609", 28000);
    assert_written("01111", 20001, "202609-202611:20001", 33000);
    assert_written("01111", 33000, "202609-202611", 33000);
}

static void more_ranges_than_a_body_holds_are_refused(void **state)
{
    (void)state;
    bool chosen[BILLS_MAX] = {false};
    char text[ALLOCATION_MAX] = "as it was";
    int64_t due = 0;
    memset(&a, 0, sizeof a);
    for (int i = 0; i < 16; i++) {
        add_bill(202501 + i % 12 + i / 12 * 100, 1, 100, TODAY);
        chosen[i] = i % 2 == 1;
    }
    assess();
    assert_int_equal(allocation_write(&a, chosen, text, &due), TILL_TOO_LARGE);
    assert_string_equal(text, "as it was");
    chosen[15] = false;
    assert_int_equal(allocation_write(&a, chosen, text, &due), TILL_OK);
    assert_int_equal(strlen(text), ALLOCATION_MAX - 1);
    assert_int_equal(choose(due, text), TILL_OK);
    assert_int_equal(out.count, 7);
}

/* ---- small change ---------------------------------------------------------------------------- */

static void small_change_bears_no_fee(void **state)
{
    (void)state;
    int64_t fee = -1;
    struct bill bill = {.month = 202608, .due_date = 20251020, .amount_minor = 50};
    site.late_fee_minimum_minor = 100;
    assert_int_equal(late_fee(&site, CUSTOMER_OTHER, &bill, TODAY, &fee), TILL_OK);
    assert_true(fee > 0);
    site.tolerance_minor = 50;
    assert_int_equal(late_fee(&site, CUSTOMER_OTHER, &bill, TODAY, &fee), TILL_OK);
    assert_int_equal(fee, 0);
    bill.amount_minor = 51;
    assert_int_equal(late_fee(&site, CUSTOMER_OTHER, &bill, TODAY, &fee), TILL_OK);
    assert_true(fee > 0);
}

static void a_tolerance_is_never_negative(void **state)
{
    (void)state;
    site.tolerance_minor = -1;
    assert_int_equal(site_check(&site), TILL_BAD_INPUT);
}

/* ---- putting back ---------------------------------------------------------------------------- */

/* The payment that was allocated last, as the office and the overlay take it out. */
static void settle(int64_t amount_minor, const char *text)
{
    struct body_collection body = {.amount_minor = amount_minor,
                                   .late_fee_minor = out.late_fee_minor};
    struct settled settled;
    (void)snprintf(body.allocation, sizeof body.allocation, "%s", text);
    assert_int_equal(settle_payment(&site, CUSTOMER_RESIDENT, TODAY, &body, &a, &settled), TILL_OK);
    settle_apply(&settled, &a);
}

static void a_reversed_payment_leaves_the_debt_as_it_was(void **state)
{
    (void)state;
    struct arrears before = a;
    assert_int_equal(choose(15000, "202609:15000"), TILL_OK);
    settle(15000, "202609:15000");
    assert_int_equal(arrears_restore(&a, out.lines, out.count, out.advance_minor), TILL_OK);
    assess();
    assert_int_equal(a.owed_minor, before.owed_minor);
    assert_int_equal(a.late_fee_minor, before.late_fee_minor);
}

static void a_bill_that_was_settled_comes_back_without_fee(void **state)
{
    (void)state;
    assert_int_equal(choose(60000, ""), TILL_OK);
    settle(60000, "");
    assert_int_equal(a.count, 0);
    assert_int_equal(a.balance_minor, 60000 - 43330);
    assert_int_equal(arrears_restore(&a, out.lines, out.count, out.advance_minor), TILL_OK);
    assess();
    assert_int_equal(a.count, 5);
    assert_int_equal(a.owed_minor, 43000);
    assert_int_equal(a.late_fee_minor, 0);
    assert_int_equal(a.balance_minor, 0);
    assert_int_equal(a.bills[0].month, 202608);
}

static void an_advance_that_is_spent_is_not_taken_twice(void **state)
{
    (void)state;
    assert_int_equal(arrears_restore(&a, NULL, 0, 500), TILL_OK);
    assert_int_equal(a.balance_minor, 0);
    assert_int_equal(arrears_restore(&a, NULL, 0, -700), TILL_OK);
    assert_int_equal(a.balance_minor, 700);
}

static void too_many_bills_to_put_back_change_nothing(void **state)
{
    (void)state;
    static struct arrears full;
    struct allocation_line lines[2] = {{.month = 202608, .type = 1, .amount_minor = 5},
                                       {.month = 202407, .type = 1, .amount_minor = 5}};
    full = a;
    while (full.count < BILLS_MAX) {
        full.bills[full.count] = full.bills[4];
        full.bills[full.count].type = (int16_t)full.count;
        full.count++;
    }
    struct arrears before = full;
    assert_int_equal(arrears_restore(&full, lines, 2, 0), TILL_TOO_LARGE);
    assert_memory_equal(&full, &before, sizeof full);
    assert_int_equal(arrears_restore(&full, lines, 1, 0), TILL_OK);
    assert_int_equal(full.bills[0].amount_minor, 10005);
}

#define BILL_TEST(name) cmocka_unit_test_setup(name, five_bills)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BILL_TEST(nothing_chosen_is_oldest_first),
        BILL_TEST(a_chosen_month_is_paid_and_the_older_stand),
        BILL_TEST(a_month_is_chosen_with_all_its_bills),
        BILL_TEST(ranges_go_over_months_that_nothing_is_owed_of),
        BILL_TEST(the_last_may_get_a_part_and_its_fee_goes_with_it),
        BILL_TEST(what_is_left_over_goes_oldest_first_and_then_ahead),
        BILL_TEST(the_balance_helps_only_where_all_is_settled),
        BILL_TEST(months_that_nobody_owes_are_refused),
        BILL_TEST(what_is_chosen_is_written_as_short_as_it_can_be),
        BILL_TEST(less_than_it_costs_ends_in_a_part),
        BILL_TEST(more_ranges_than_a_body_holds_are_refused),
        BILL_TEST(small_change_bears_no_fee),
        BILL_TEST(a_tolerance_is_never_negative),
        BILL_TEST(a_reversed_payment_leaves_the_debt_as_it_was),
        BILL_TEST(a_bill_that_was_settled_comes_back_without_fee),
        BILL_TEST(an_advance_that_is_spent_is_not_taken_twice),
        BILL_TEST(too_many_bills_to_put_back_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
