/* What a payment leaves: at the office, and laid over the book, as its receipt said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "settle.h"

enum { TODAY = 20261122, RANDOM_CASES = 20000, PAYMENTS_MOST = 3 };

static struct site site;
static struct arrears a;

static void owe(int32_t month, int32_t due_date, int64_t amount_minor)
{
    a.bills[a.count++] = (struct bill){
        .month = month, .due_date = due_date, .type = 1, .amount_minor = amount_minor};
}

/* September 92.10 (38 days late: 3.50), October 94.32 (7 days late: 0.66). */
static int begin(void **state)
{
    (void)state;
    site_default(&site);
    memset(&a, 0, sizeof a);
    owe(202610, 20261115, 9432);
    owe(202609, 20261015, 9210);
    return 0;
}

static enum till_status settle(int64_t amount_minor, int64_t late_fee_minor, const char *chosen)
{
    struct body_collection body = {.amount_minor = amount_minor, .late_fee_minor = late_fee_minor};
    struct settled settled;
    (void)snprintf(body.allocation, sizeof body.allocation, "%s", chosen);
    enum till_status status = settle_payment(&site, CUSTOMER_RESIDENT, TODAY, &body, &a, &settled);
    if (status == TILL_OK) {
        settle_apply(&settled, &a);
        assert_int_equal(arrears_assess(&site, CUSTOMER_RESIDENT, TODAY, &a), TILL_OK);
    }
    return status;
}

/* ---- one payment ----------------------------------------------------------------------------- */

static void a_payment_is_taken_out_oldest_first(void **state)
{
    (void)state;
    assert_int_equal(settle(10000, 353, ""), TILL_OK);
    assert_int_equal(a.count, 1);
    assert_int_equal(a.bills[0].month, 202610);
    assert_int_equal(a.bills[0].amount_minor, 9210 + 9432 - (10000 - 353));
    assert_int_equal(a.balance_minor, 0);
}

static void what_a_payment_had_too_much_is_in_the_balance(void **state)
{
    (void)state;
    assert_int_equal(settle(20000, 416, ""), TILL_OK);
    assert_int_equal(a.count, 0);
    assert_int_equal(a.balance_minor, 942);
}

static void a_payment_that_used_the_balance_leaves_nothing_owed(void **state)
{
    (void)state;
    a.balance_minor = 1058;
    assert_int_equal(settle(18000, 416, ""), TILL_OK);
    assert_int_equal(a.count, 0);
    assert_int_equal(a.balance_minor, 0);
}

/* 100.00 with 8.30 of fee, 50.00 of balance: 55.30 leaves 53.00 owed, as the receipt says. With the
 * balance it would cover the bill, not the fee. */
static void a_balance_that_does_not_cover_the_fee_is_left_alone(void **state)
{
    struct allocation receipt;
    (void)state;
    a.count = 0;
    owe(202608, 20260831, 10000);
    a.balance_minor = 5000;
    assert_int_equal(arrears_assess(&site, CUSTOMER_RESIDENT, TODAY, &a), TILL_OK);
    assert_int_equal(a.late_fee_minor, 830);
    assert_int_equal(arrears_allocate(&a, 5530, &receipt), TILL_OK);
    assert_int_equal(receipt.still_owed_minor, 5300);
    assert_int_equal(settle(5530, receipt.late_fee_minor, ""), TILL_OK);
    assert_int_equal(a.owed_minor + a.late_fee_minor, 5300);
    assert_int_equal(a.balance_minor, 5000);
}

static void chosen_months_are_paid_and_the_older_stand(void **state)
{
    (void)state;
    assert_int_equal(settle(9498, 66, "202610"), TILL_OK);
    assert_int_equal(a.count, 1);
    assert_int_equal(a.bills[0].month, 202609);
    /* One that nobody owes any more: the money goes on. */
    assert_int_equal(settle(5000, 0, "202610"), TILL_OK);
    assert_int_equal(a.bills[0].amount_minor, 4210);
    assert_int_equal(settle(1000, 0, "2026"), TILL_OK);
    assert_int_equal(a.bills[0].amount_minor, 3210);
}

/* 50.00 of October, its fee in it, and not a fen more: the rest is September's. */
static void a_part_that_was_chosen_has_its_fee_in_it(void **state)
{
    struct allocation receipt;
    (void)state;
    assert_int_equal(arrears_assess(&site, CUSTOMER_RESIDENT, TODAY, &a), TILL_OK);
    assert_int_equal(arrears_allocate_chosen(&a, 7000, "202610:5000", &receipt), TILL_OK);
    assert_int_equal(settle(7000, receipt.late_fee_minor, "202610:5000"), TILL_OK);
    assert_int_equal(a.bills[0].amount_minor, 9210 - receipt.lines[0].amount_minor);
    assert_int_equal(a.bills[1].amount_minor, 9432 - receipt.lines[1].amount_minor);
}

/* The door knew of no payment before it: more fee was taken than is due, and it is theirs. */
static void a_fee_that_was_too_high_pays_bills(void **state)
{
    (void)state;
    a.bills[1].amount_minor = 1000; /* of September; 0.38 of fee, where the paper has 3.50 */
    assert_int_equal(settle(10000, 350, ""), TILL_OK);
    assert_int_equal(a.count, 1);
    assert_int_equal(a.bills[0].month, 202610);
    assert_true(a.bills[0].amount_minor + a.bills[0].late_fee_minor ==
                1000 + 38 + 9432 + 66 - 10000);
}

static void a_bill_of_nothing_takes_no_money_of_another_of_its_month(void **state)
{
    (void)state;
    a.count = 0;
    owe(202610, 20261115, 0);
    owe(202610, 20261115, 9432);
    assert_int_equal(settle(5000, 35, ""), TILL_OK);
    assert_int_equal(a.count, 1);
    assert_int_equal(a.bills[0].amount_minor, 9432 - 4965);
}

static void no_amount_settles_nothing(void **state)
{
    (void)state;
    assert_int_equal(settle(0, 0, ""), TILL_BAD_INPUT);
    assert_int_equal(settle(-1, 0, ""), TILL_BAD_INPUT);
    assert_int_equal(a.count, 2);
}

/* ---- any payments ---------------------------------------------------------------------------- */

static uint64_t random_state;

static uint64_t next_random(uint64_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % below;
}

/* A debt, and the days on which it is paid. */
struct story {
    enum customer_class class;
    struct arrears book, office; /* as it was; as the office has it now */
    size_t count;
    int32_t on_date[PAYMENTS_MOST];
    struct body_collection bodies[PAYMENTS_MOST];
};

static void random_debt(struct story *s)
{
    memset(s, 0, sizeof *s);
    s->class = next_random(2) == 0 ? CUSTOMER_RESIDENT : CUSTOMER_OTHER;
    site.late_fee_minimum_minor = next_random(3) == 0 ? 100 : 0;
    site.tolerance_minor = next_random(3) == 0 ? 50 : 0;
    a = (struct arrears){.count = 0};
    for (int32_t month = 202601; month <= 202608; month++) {
        for (int16_t type = 1; type <= 2; type++) {
            if (next_random(3) == 0) {
                owe(month, month * 100 + 1 + (int32_t)next_random(28),
                    1 + (int64_t)next_random(30000));
                a.bills[a.count - 1].type = type;
            }
        }
    }
    a.balance_minor = next_random(2) == 0 ? 0 : (int64_t)next_random(20000);
    s->book = s->office = a;
}

static void pay(const struct story *s, size_t i, struct arrears *arrears)
{
    struct settled settled;
    assert_int_equal(
        settle_payment(&site, s->class, s->on_date[i], &s->bodies[i], arrears, &settled), TILL_OK);
    settle_apply(&settled, arrears);
}

/* The book with all payments so far laid over it. */
static struct arrears overlay_of(const struct story *s)
{
    struct arrears laid = s->book;
    for (size_t i = 0; i < s->count; i++) {
        pay(s, i, &laid);
    }
    return laid;
}

static int64_t random_amount(const struct arrears *door)
{
    int64_t all = door->owed_minor + door->late_fee_minor;
    switch (next_random(5)) {
    case 0:
        return door->due_minor > 0 ? door->due_minor : 1;
    case 1: /* with the balance it covers the bills, not all of the fees */
        all -= door->balance_minor + (int64_t)next_random((uint64_t)door->late_fee_minor + 1);
        return all > 0 ? all : 1;
    case 2:
        return all + 1;
    default:
        return 1 + (int64_t)next_random(120000);
    }
}

/* At the door; with a choice of months sometimes. */
static void allocate(const struct arrears *door, struct body_collection *body,
                     struct allocation *receipt)
{
    bool chosen[BILLS_MAX];
    int64_t due_minor = 0;
    for (size_t i = 0; i < door->count; i++) {
        chosen[i] = next_random(3) == 0;
    }
    body->amount_minor = random_amount(door);
    if (next_random(2) != 0 || allocation_write_part(door, chosen, body->amount_minor,
                                                     body->allocation, &due_minor) != TILL_OK) {
        body->allocation[0] = '\0';
    }
    assert_int_equal(arrears_allocate_chosen(door, body->amount_minor, body->allocation, receipt),
                     TILL_OK);
    body->late_fee_minor = receipt->late_fee_minor;
}

static void assert_same(const struct arrears *x, const struct arrears *y)
{
    assert_int_equal(x->count, y->count);
    for (size_t i = 0; i < x->count; i++) {
        assert_int_equal(x->bills[i].month, y->bills[i].month);
        assert_int_equal(x->bills[i].type, y->bills[i].type);
        assert_int_equal(x->bills[i].amount_minor, y->bills[i].amount_minor);
    }
    assert_int_equal(x->balance_minor, y->balance_minor);
}

/* What the receipt says is left, bill by bill, is what stands afterwards. */
static void assert_kept(const struct arrears *door, const struct allocation *receipt,
                        const struct arrears *after)
{
    int64_t owed_minor = 0;
    for (size_t i = 0; i < door->count; i++) {
        int64_t left_minor = door->bills[i].amount_minor;
        int64_t stands_minor = 0;
        for (size_t j = 0; j < receipt->count; j++) {
            if (receipt->lines[j].month == door->bills[i].month &&
                receipt->lines[j].type == door->bills[i].type) {
                left_minor -= receipt->lines[j].amount_minor;
            }
        }
        for (size_t j = 0; j < after->count; j++) {
            if (after->bills[j].month == door->bills[i].month &&
                after->bills[j].type == door->bills[i].type) {
                stands_minor = after->bills[j].amount_minor;
            }
        }
        assert_int_equal(stands_minor, left_minor);
        owed_minor += stands_minor;
    }
    int64_t fees_minor = door->late_fee_minor - receipt->late_fee_minor;
    assert_int_equal(owed_minor + fees_minor, receipt->still_owed_minor);
    assert_int_equal(after->balance_minor, receipt->balance_after_minor);
}

static void receipt_overlay_and_office_say_the_same_of_any_payments(void **state)
{
    static struct story s;
    (void)state;
    random_state = 4127;
    for (int i = 0; i < RANDOM_CASES; i++) {
        random_debt(&s);
        int32_t on_date = 20260901;
        size_t count = 1 + (size_t)next_random(PAYMENTS_MOST);
        while (s.count < count) {
            struct allocation receipt;
            struct arrears door = overlay_of(&s);
            on_date += (int32_t)next_random(20);
            on_date = on_date % 100 > 30 ? on_date + 100 - 30 : on_date;
            assert_int_equal(arrears_assess(&site, s.class, on_date, &door), TILL_OK);
            s.on_date[s.count] = on_date;
            allocate(&door, &s.bodies[s.count], &receipt);
            pay(&s, s.count, &s.office);
            s.count++;
            struct arrears after = overlay_of(&s);
            assert_kept(&door, &receipt, &after);
            assert_same(&after, &s.office);
        }
    }
}

/* No fee was asked for at the door, of whom an answer is owed to: none is taken afterwards. */
static void a_fee_that_was_waived_at_the_door_is_waived_everywhere(void **state)
{
    static struct story s;
    (void)state;
    random_state = 77;
    for (int i = 0; i < RANDOM_CASES; i++) {
        struct allocation with_fees;
        struct allocation receipt;
        random_debt(&s);
        struct arrears door = s.book;
        s.on_date[0] = TODAY;
        assert_int_equal(arrears_assess(&site, s.class, TODAY, &door), TILL_OK);
        struct arrears assessed = door;
        arrears_waive_fees(&door);
        allocate(&door, &s.bodies[0], &receipt);
        /* Where what is paid bears no fee anyway, the record can't tell. */
        if (arrears_allocate_chosen(&assessed, s.bodies[0].amount_minor, s.bodies[0].allocation,
                                    &with_fees) != TILL_OK ||
            with_fees.late_fee_minor == 0) {
            continue;
        }
        s.count = 1;
        struct arrears after = overlay_of(&s);
        assert_kept(&door, &receipt, &after);
    }
}

/* ---- while an answer is owed ----------------------------------------------------------------- */

static struct settled disputed(int64_t amount_minor, int32_t on_date, const char *chosen,
                               int64_t late_fee_minor)
{
    struct body_collection body = {.amount_minor = amount_minor, .late_fee_minor = late_fee_minor};
    struct settled settled;
    (void)snprintf(body.allocation, sizeof body.allocation, "%s", chosen);
    assert_int_equal(settle_disputed(&site, CUSTOMER_RESIDENT, on_date, &body, &a, &settled),
                     TILL_OK);
    return settled;
}

static void a_bill_paid_in_dispute_holds_the_fee_of_that_day(void **state)
{
    (void)state;
    struct settled s = disputed(9210, TODAY, "", 0);
    assert_int_equal(s.paid_minor[0], 9210);
    assert_int_equal(s.fee_minor[0], 0);
    assert_int_equal(s.held_minor[0], 350);
    assert_int_equal(s.held_minor[1], 0);
    assert_int_equal(s.balance_minor, 0);
}

static void of_a_part_paid_in_dispute_its_share_is_held(void **state)
{
    (void)state;
    struct settled s = disputed(4605, TODAY, "", 0);
    assert_int_equal(s.held_minor[0], 175);
    settle_apply(&s, &a);
    s = disputed(4605, TODAY, "", 0);
    assert_int_equal(s.held_minor[0], 175);
}

/* A debt of twenty years costs more than itself. */
static void a_fee_that_is_larger_than_its_bill_is_held(void **state)
{
    (void)state;
    a.count = 0;
    owe(200609, 20061015, 100);
    struct settled s = disputed(50, TODAY, "", 0);
    assert_int_equal(s.paid_minor[0], 50);
    assert_int_equal(s.held_minor[0], 367); /* 7343 days at 0.1 %: 7.34 of the whole */
}

static void what_a_paper_took_all_the_same_is_not_held(void **state)
{
    (void)state;
    /* A month that is owed no more: the fee is the paper's, and 2.50 of September's is left. */
    struct settled s = disputed(9310, TODAY, "202601", 100);
    assert_int_equal(s.paid_minor[0], 9210);
    assert_int_equal(s.fee_minor[0], 100);
    assert_int_equal(s.held_minor[0], 250);
}

static void a_fee_that_nobody_asked_for_is_known(void **state)
{
    struct body_collection body = {.amount_minor = 9210};
    struct settled s;
    (void)state;
    assert_int_equal(settle_payment(&site, CUSTOMER_RESIDENT, TODAY, &body, &a, &s), TILL_OK);
    assert_int_equal(s.fee_minor[0], 0);
    assert_int_equal(s.held_minor[0], 350);
}

static void a_held_fee_that_became_a_bill_bears_none(void **state)
{
    (void)state;
    a.count = 0;
    owe(202609, 20261015, 350);
    a.bills[0].type = BILL_LATE_FEE;
    assert_int_equal(arrears_assess(&site, CUSTOMER_RESIDENT, TODAY, &a), TILL_OK);
    assert_int_equal(a.late_fee_minor, 0);
    assert_int_equal(a.due_minor, 350);
}

/* Whatever is paid in whatever parts while it is held: the fee of the whole on the day of the last
 * part, and half a fen of rounding a part, is the most that can be held. */
static void no_parts_hold_more_than_the_whole_on_the_last_day(void **state)
{
    (void)state;
    srand(20261122);
    for (int i = 0; i < RANDOM_CASES; i++) {
        struct bill whole = {.month = 202609, .due_date = 20261015, .type = 1};
        int32_t day = 20261101;
        int64_t held = 0, fee = 0;
        int parts = 0;
        a.count = 0;
        whole.amount_minor = 1 + rand() % 100000;
        owe(whole.month, whole.due_date, whole.amount_minor);
        while (a.count > 0) {
            day += rand() % 2;
            struct settled s = disputed(1 + rand() % (parts > 8 ? 100000 : 20000), day, "", 0);
            held += s.held_minor[0];
            settle_apply(&s, &a);
            a.balance_minor = 0;
            parts++;
        }
        assert_int_equal(late_fee(&site, CUSTOMER_RESIDENT, &whole, day, &fee), TILL_OK);
        if (held > fee + (parts + 1) / 2) {
            fail_msg("%d parts hold %lld of %lld", parts, (long long)held, (long long)fee);
        }
    }
}

#define SETTLE_TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SETTLE_TEST(a_payment_is_taken_out_oldest_first),
        SETTLE_TEST(what_a_payment_had_too_much_is_in_the_balance),
        SETTLE_TEST(a_payment_that_used_the_balance_leaves_nothing_owed),
        SETTLE_TEST(a_balance_that_does_not_cover_the_fee_is_left_alone),
        SETTLE_TEST(chosen_months_are_paid_and_the_older_stand),
        SETTLE_TEST(a_part_that_was_chosen_has_its_fee_in_it),
        SETTLE_TEST(a_fee_that_was_too_high_pays_bills),
        SETTLE_TEST(a_bill_of_nothing_takes_no_money_of_another_of_its_month),
        SETTLE_TEST(no_amount_settles_nothing),
        SETTLE_TEST(receipt_overlay_and_office_say_the_same_of_any_payments),
        SETTLE_TEST(a_fee_that_was_waived_at_the_door_is_waived_everywhere),
        SETTLE_TEST(a_bill_paid_in_dispute_holds_the_fee_of_that_day),
        SETTLE_TEST(of_a_part_paid_in_dispute_its_share_is_held),
        SETTLE_TEST(a_fee_that_is_larger_than_its_bill_is_held),
        SETTLE_TEST(what_a_paper_took_all_the_same_is_not_held),
        SETTLE_TEST(a_fee_that_nobody_asked_for_is_known),
        SETTLE_TEST(a_held_fee_that_became_a_bill_bears_none),
        SETTLE_TEST(no_parts_hold_more_than_the_whole_on_the_last_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
