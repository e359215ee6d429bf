/* What is owed, the late fee, and where a payment goes: money is conserved whatever comes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "arrears.h"
#include "money.h"

enum { TODAY = 20261122, RANDOM_CASES = 20000 };

static struct site china(void)
{
    struct site site;
    site_default(&site);
    return site;
}

static struct bill bill_of(int32_t month, int32_t due_date, int64_t amount_minor)
{
    return (struct bill){
        .month = month, .due_date = due_date, .type = 1, .amount_minor = amount_minor};
}

/* September 92.10 (38 days late: 3.50), October 94.32 (7 days late: 0.66). */
static struct arrears two_bills(void)
{
    struct site site = china();
    struct arrears a = {.count = 2};
    a.bills[0] = bill_of(202610, 20261115, 9432);
    a.bills[1] = bill_of(202609, 20261015, 9210);
    assert_int_equal(arrears_assess(&site, CUSTOMER_RESIDENT, TODAY, &a), TILL_OK);
    return a;
}

static void assert_conserved(const struct arrears *a, int64_t amount, const struct allocation *x)
{
    int64_t bills = 0;
    int64_t fees = 0;
    for (size_t i = 0; i < x->count; i++) {
        assert_true(x->lines[i].amount_minor >= 0);
        assert_true(x->lines[i].late_fee_minor >= 0);
        bills += x->lines[i].amount_minor;
        fees += x->lines[i].late_fee_minor;
    }
    assert_int_equal(bills, x->bills_minor);
    assert_int_equal(fees, x->late_fee_minor);
    assert_int_equal(amount, bills + fees + x->advance_minor - x->balance_used_minor);
    assert_int_equal(x->still_owed_minor, a->owed_minor + a->late_fee_minor - bills - fees);
    assert_int_equal(x->balance_after_minor,
                     a->balance_minor - x->balance_used_minor + x->advance_minor);
    assert_true(x->still_owed_minor >= 0);
    assert_true(x->balance_after_minor >= 0);
    assert_true(x->advance_minor == 0 || x->still_owed_minor == 0);
}

/* ---- late fee -------------------------------------------------------------------------------- */

static void late_fees_are_those_of_the_published_rule(void **state)
{
    (void)state;
    struct site site = china();
    FILE *file = fopen("tests/vectors/late_fee.tsv", "r");
    assert_non_null(file);
    char line[256];
    int cases = 0;
    while (fgets(line, sizeof(line), file) != NULL) {
        char class[16];
        long long amount = 0;
        int due = 0;
        int on = 0;
        long long expected = 0;
        unsigned ppm = 0;
        if (sscanf(line, "rate resident %u", &ppm) == 1) {
            site.late_fee_resident_ppm = ppm;
        } else if (sscanf(line, "rate other %u", &ppm) == 1) {
            site.late_fee_other_ppm = ppm;
        } else if (sscanf(line, "rate other_cross_year %u", &ppm) == 1) {
            site.late_fee_cross_year_ppm = ppm;
        } else if (sscanf(line, "case %15s %lld %d %d %lld", class, &amount, &due, &on,
                          &expected) == 5) {
            struct bill bill = bill_of(due / 100, due, amount);
            int64_t fee = -1;
            enum customer_class c =
                strcmp(class, "other") == 0 ? CUSTOMER_OTHER : CUSTOMER_RESIDENT;
            assert_int_equal(late_fee(&site, c, &bill, on, &fee), TILL_OK);
            if (fee != expected) {
                fail_msg("%s: %lld", line, (long long)fee);
            }
            cases++;
        }
    }
    (void)fclose(file);
    assert_int_equal(cases, 12);
}

static void a_minimum_is_charged_only_where_there_is_a_fee(void **state)
{
    (void)state;
    struct site site = china();
    struct bill bill = bill_of(202609, 20261015, 9210);
    int64_t fee = -1;
    site.late_fee_minimum_minor = 100;
    assert_int_equal(late_fee(&site, CUSTOMER_RESIDENT, &bill, 20261015, &fee), TILL_OK);
    assert_int_equal(fee, 0);
    assert_int_equal(late_fee(&site, CUSTOMER_RESIDENT, &bill, 20261016, &fee), TILL_OK);
    assert_int_equal(fee, 100);
    assert_int_equal(late_fee(&site, CUSTOMER_RESIDENT, &bill, 20261122, &fee), TILL_OK);
    assert_int_equal(fee, 350);
}

static void absurd_bills_are_refused(void **state)
{
    (void)state;
    struct site site = china();
    int64_t fee = -1;
    struct bill bill = bill_of(202609, 20261015, -1);
    assert_int_equal(late_fee(&site, CUSTOMER_RESIDENT, &bill, TODAY, &fee), TILL_BAD_INPUT);
    bill = bill_of(202609, 20261315, 1);
    assert_int_equal(late_fee(&site, CUSTOMER_RESIDENT, &bill, TODAY, &fee), TILL_BAD_INPUT);
    bill = bill_of(INT32_MAX, 20261015, 1);
    assert_int_equal(late_fee(&site, CUSTOMER_RESIDENT, &bill, TODAY, &fee), TILL_BAD_INPUT);
    bill = bill_of(202609, 20261015, 1);
    assert_int_equal(late_fee(&site, CUSTOMER_RESIDENT, &bill, 0, &fee), TILL_BAD_INPUT);
    bill = bill_of(202609, 20261015, INT64_MAX);
    assert_int_equal(late_fee(&site, CUSTOMER_RESIDENT, &bill, TODAY, &fee), TILL_E_OVERFLOW);
    struct arrears a = {.count = 2};
    a.bills[0] = a.bills[1] = bill_of(202612, 20261215, INT64_MAX);
    assert_int_equal(arrears_assess(&site, CUSTOMER_RESIDENT, TODAY, &a), TILL_E_OVERFLOW);
}

/* ---- assessing ------------------------------------------------------------------------------- */

static void bills_are_sorted_oldest_first_and_summed_with_their_fees(void **state)
{
    (void)state;
    struct arrears a = two_bills();
    assert_int_equal(a.bills[0].month, 202609);
    assert_int_equal(a.bills[0].late_days, 38);
    assert_int_equal(a.bills[0].late_fee_minor, 350);
    assert_int_equal(a.bills[1].late_days, 7);
    assert_int_equal(a.bills[1].late_fee_minor, 66);
    assert_int_equal(a.owed_minor, 18642);
    assert_int_equal(a.late_fee_minor, 416);
    assert_int_equal(a.due_minor, 19058);
}

static void a_balance_lowers_what_is_asked_for_never_below_nothing(void **state)
{
    (void)state;
    struct site site = china();
    struct arrears a = two_bills();
    a.balance_minor = 1058;
    assert_int_equal(arrears_assess(&site, CUSTOMER_RESIDENT, TODAY, &a), TILL_OK);
    assert_int_equal(a.due_minor, 18000);
    a.balance_minor = 20000;
    assert_int_equal(arrears_assess(&site, CUSTOMER_RESIDENT, TODAY, &a), TILL_OK);
    assert_int_equal(a.due_minor, 0);
    a.balance_minor = -1;
    assert_int_equal(arrears_assess(&site, CUSTOMER_RESIDENT, TODAY, &a), TILL_BAD_INPUT);
}

static void assessing_again_on_another_day_gives_that_days_fees(void **state)
{
    (void)state;
    struct site site = china();
    struct arrears a = two_bills();
    assert_int_equal(arrears_assess(&site, CUSTOMER_RESIDENT, 20261015, &a), TILL_OK);
    assert_int_equal(a.late_fee_minor, 0);
    assert_int_equal(a.bills[0].late_days, 0);
    assert_int_equal(a.due_minor, 18642);
}

/* ---- allocating ------------------------------------------------------------------------------ */

static void the_full_amount_settles_every_bill(void **state)
{
    (void)state;
    struct arrears a = two_bills();
    struct allocation x;
    assert_int_equal(arrears_allocate(&a, 19058, &x), TILL_OK);
    assert_conserved(&a, 19058, &x);
    assert_int_equal(x.count, 2);
    assert_true(x.lines[0].whole && x.lines[1].whole);
    assert_int_equal(x.late_fee_minor, 416);
    assert_int_equal(x.still_owed_minor, 0);
    assert_int_equal(x.advance_minor, 0);
}

static void a_payment_larger_than_the_arrears_becomes_an_advance(void **state)
{
    (void)state;
    struct arrears a = two_bills();
    struct allocation x;
    assert_int_equal(arrears_allocate(&a, 20000, &x), TILL_OK);
    assert_conserved(&a, 20000, &x);
    assert_int_equal(x.advance_minor, 942);
    assert_int_equal(x.balance_after_minor, 942);
}

static void a_part_payment_settles_the_oldest_first(void **state)
{
    (void)state;
    struct arrears a = two_bills();
    struct allocation x;
    assert_int_equal(arrears_allocate(&a, 9560, &x), TILL_OK);
    assert_conserved(&a, 9560, &x);
    assert_int_equal(x.count, 1);
    assert_true(x.lines[0].whole);
    assert_int_equal(x.still_owed_minor, 9498);
    assert_int_equal(arrears_allocate(&a, 9561, &x), TILL_OK);
    assert_int_equal(x.count, 2);
    assert_false(x.lines[1].whole);
}

static void a_part_of_a_bill_bears_its_part_of_the_fee(void **state)
{
    (void)state;
    struct arrears a = two_bills();
    struct allocation x;
    /* half of 92.10 + 3.50 */
    assert_int_equal(arrears_allocate(&a, 4780, &x), TILL_OK);
    assert_conserved(&a, 4780, &x);
    assert_int_equal(x.lines[0].amount_minor, 4605);
    assert_int_equal(x.lines[0].late_fee_minor, 175);
    /* 100 * 350 / 9560 = 3.66 */
    assert_int_equal(arrears_allocate(&a, 100, &x), TILL_OK);
    assert_int_equal(x.lines[0].late_fee_minor, 4);
}

static void half_a_fen_of_fee_goes_up(void **state)
{
    (void)state;
    struct arrears a = {.count = 1, .owed_minor = 3, .late_fee_minor = 1, .due_minor = 4};
    struct allocation x;
    a.bills[0] = bill_of(202609, 20261015, 3);
    a.bills[0].late_fee_minor = 1;
    assert_int_equal(arrears_allocate(&a, 2, &x), TILL_OK);
    assert_int_equal(x.lines[0].late_fee_minor, 1);
    assert_int_equal(x.lines[0].amount_minor, 1);
}

static void the_balance_helps_only_where_the_sum_settles_everything(void **state)
{
    (void)state;
    struct arrears a = two_bills();
    struct allocation x;
    a.balance_minor = 58;
    assert_int_equal(arrears_allocate(&a, 19000, &x), TILL_OK);
    assert_conserved(&a, 19000, &x);
    assert_int_equal(x.balance_used_minor, 58);
    assert_int_equal(x.balance_after_minor, 0);
    assert_int_equal(x.still_owed_minor, 0);
    assert_int_equal(arrears_allocate(&a, 18999, &x), TILL_OK);
    assert_conserved(&a, 18999, &x);
    assert_int_equal(x.balance_used_minor, 0);
    assert_int_equal(x.balance_after_minor, 58);
    assert_int_equal(x.still_owed_minor, 59);
    assert_int_equal(arrears_allocate(&a, 19058, &x), TILL_OK);
    assert_int_equal(x.balance_used_minor, 0);
}

static void without_bills_everything_is_an_advance(void **state)
{
    (void)state;
    struct arrears a = {.balance_minor = 100};
    struct allocation x;
    assert_int_equal(arrears_allocate(&a, 5000, &x), TILL_OK);
    assert_conserved(&a, 5000, &x);
    assert_int_equal(x.count, 0);
    assert_int_equal(x.advance_minor, 5000);
    assert_int_equal(x.balance_after_minor, 5100);
}

static void no_amount_is_no_payment(void **state)
{
    (void)state;
    struct arrears a = two_bills();
    struct allocation x;
    assert_int_equal(arrears_allocate(&a, 0, &x), TILL_BAD_INPUT);
    assert_int_equal(arrears_allocate(&a, -1, &x), TILL_BAD_INPUT);
    assert_int_equal(arrears_allocate(&a, MONEY_MAX_MINOR + 1, &x), TILL_BAD_INPUT);
}

static void the_largest_amounts_are_shared_exactly(void **state)
{
    (void)state;
    struct site site = china();
    struct arrears a = {.count = 1};
    struct allocation x;
    a.bills[0] = bill_of(202609, 20261015, INT64_C(900000000000));
    assert_int_equal(arrears_assess(&site, CUSTOMER_RESIDENT, TODAY, &a), TILL_OK);
    assert_int_equal(a.late_fee_minor, INT64_C(34200000000));
    assert_int_equal(arrears_allocate(&a, INT64_C(467100000001), &x), TILL_OK);
    assert_conserved(&a, INT64_C(467100000001), &x);
    assert_int_equal(x.late_fee_minor, INT64_C(17100000000));
    assert_int_equal(x.bills_minor, INT64_C(450000000001));
}

/* A fixed sequence, so that a failure comes again. */
static uint64_t random_state;
static uint64_t next_random(uint64_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % below;
}

static struct arrears random_arrears(void)
{
    struct site site = china();
    site.late_fee_minimum_minor = next_random(3) == 0 ? 100 : 0;
    struct arrears a = {.count = (size_t)next_random(8)};
    for (size_t i = 0; i < a.count; i++) {
        int32_t month = 202600 + 1 + (int32_t)next_random(12);
        a.bills[i] =
            bill_of(month, month * 100 + 1 + (int32_t)next_random(28), (int64_t)next_random(30000));
        a.bills[i].type = (int16_t)(1 + next_random(2));
    }
    a.balance_minor = next_random(2) == 0 ? 0 : (int64_t)next_random(20000);
    enum customer_class class = next_random(2) == 0 ? CUSTOMER_RESIDENT : CUSTOMER_OTHER;
    int32_t on_date = next_random(2) == 0 ? TODAY : 20270215;
    assert_int_equal(arrears_assess(&site, class, on_date, &a), TILL_OK);
    return a;
}

static int64_t random_payment(const struct arrears *a)
{
    switch (next_random(4)) {
    case 0:
        return a->due_minor > 0 ? a->due_minor : 1;
    case 1:
        return a->owed_minor + a->late_fee_minor + 1;
    default:
        return 1 + (int64_t)next_random(120000);
    }
}

static void money_is_conserved_over_thousands_of_payments(void **state)
{
    (void)state;
    random_state = 20261122;
    for (int i = 0; i < RANDOM_CASES; i++) {
        struct arrears a = random_arrears();
        int64_t amount = random_payment(&a);
        struct allocation x;
        assert_int_equal(arrears_allocate(&a, amount, &x), TILL_OK);
        assert_conserved(&a, amount, &x);
        /* Oldest first: only the last line may be a part. */
        for (size_t l = 0; l + 1 < x.count; l++) {
            assert_true(x.lines[l].whole);
            assert_true(x.lines[l].month <= x.lines[l + 1].month);
        }
        if (amount >= a.due_minor) {
            assert_int_equal(x.still_owed_minor, 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(late_fees_are_those_of_the_published_rule),
        cmocka_unit_test(a_minimum_is_charged_only_where_there_is_a_fee),
        cmocka_unit_test(absurd_bills_are_refused),
        cmocka_unit_test(bills_are_sorted_oldest_first_and_summed_with_their_fees),
        cmocka_unit_test(a_balance_lowers_what_is_asked_for_never_below_nothing),
        cmocka_unit_test(assessing_again_on_another_day_gives_that_days_fees),
        cmocka_unit_test(the_full_amount_settles_every_bill),
        cmocka_unit_test(a_payment_larger_than_the_arrears_becomes_an_advance),
        cmocka_unit_test(a_part_payment_settles_the_oldest_first),
        cmocka_unit_test(a_part_of_a_bill_bears_its_part_of_the_fee),
        cmocka_unit_test(half_a_fen_of_fee_goes_up),
        cmocka_unit_test(the_balance_helps_only_where_the_sum_settles_everything),
        cmocka_unit_test(without_bills_everything_is_an_advance),
        cmocka_unit_test(no_amount_is_no_payment),
        cmocka_unit_test(the_largest_amounts_are_shared_exactly),
        cmocka_unit_test(money_is_conserved_over_thousands_of_payments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
