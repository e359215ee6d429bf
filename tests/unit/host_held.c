/* The late fee of an account in dispute: held, and after the answer owed or dropped. */
#include "office.h"

#include <stdio.h>
#include <string.h>

#include "channel.h"
#include "ledger.h"
#include "text.h"

enum { DAY_S = 24 * 60 * 60, BILL_MINOR = 10000, FEE_MINOR = 100 };
#define HELD "held_fee/" OFFICE_LATE "/1"
#define BILLED "billed/9999"

static struct device device, other;

static void dispute_at(struct device *d)
{
    struct entry e = {0};
    struct body_dispute body = {.account = OFFICE_LATE, .proof = DISPUTE_WORD};
    assert_int_equal(entry_write_dispute(&e, &body), TILL_OK);
    device_append(d, &e);
}

static uint64_t pay_at(struct device *d, int64_t amount_minor, int64_t fee_minor)
{
    struct body_collection body = device_cash(OFFICE_LATE, amount_minor);
    body.late_fee_minor = fee_minor;
    device_collect(d, &body, 0);
    return d->count;
}

static void hand_in(const struct device *d)
{
    assert_int_equal(device_hand_in(d).quarantined, 0);
}

/* A dispute, and the whole bill paid without its fee. */
static uint64_t pay_in_dispute(void)
{
    device_begin(&device, "0031");
    dispute_at(&device);
    uint64_t seq = pay_at(&device, BILL_MINOR, 0);
    hand_in(&device);
    return seq;
}

static int64_t answer_at(int64_t id, enum dispute_outcome outcome, int64_t at_s)
{
    char source[48];
    struct site site;
    int64_t held_minor = 0;
    assert_int_equal(store_site_get(office.store, &site), TILL_OK);
    struct ledger_context c = {
        .store = office.store, .site = &site, .terminal = "", .user = LEDGER_NOBODY, .now_s = at_s};
    (void)snprintf(source, sizeof(source), "answer/%lld", (long long)id);
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(store_matter_answer(office.store, id, at_s, "looked up", outcome), TILL_OK);
    assert_int_equal(ledger_answer_dispute(&c, source, OFFICE_LATE, outcome, &held_minor), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    return held_minor;
}

static int64_t answer(enum dispute_outcome outcome)
{
    return answer_at(1, outcome, OFFICE_NOW_S + DAY_S);
}

static void reverse(struct device *d, uint64_t seq, int64_t amount_minor)
{
    struct entry e = {0};
    struct body_reversal body = {.seq = seq,
                                 .account = OFFICE_LATE,
                                 .amount_minor = amount_minor,
                                 .cash_minor = amount_minor,
                                 .way = REVERSAL_OWN_LOST,
                                 .reason = REVERSAL_WRONG_ACCOUNT};
    assert_int_equal(entry_write_reversal(&e, &body), TILL_OK);
    device_append(d, &e);
    hand_in(d);
}

static void pay_by_bank(int64_t amount_minor, int64_t at_s)
{
    struct store_channel c = {.name = "bank"};
    struct channel_row row = {
        .number = "1", .account = OFFICE_LATE, .amount_minor = amount_minor, .paid_at_s = at_s};
    enum channel_result result = CHANNEL_BAD;
    char reason[STORE_REASON_MAX];
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(store_channel_put(office.store, &c), TILL_OK);
    assert_int_equal(
        channel_take(office.store, "bank", &row, OFFICE_NOW_S + 2 * DAY_S, &result, reason),
        TILL_OK);
    assert_int_equal(result, CHANNEL_POSTED);
    assert_int_equal(store_commit(office.store), TILL_OK);
}

/* What is owed, of which type, and the advance. */
static void assert_owes(int64_t bill_minor, int64_t fee_minor, int64_t advance_minor)
{
    struct arrears a = office_arrears(OFFICE_LATE);
    int64_t bill = 0, fee = 0;
    for (size_t i = 0; i < a.count; i++) {
        *(a.bills[i].type == BILL_LATE_FEE ? &fee : &bill) += a.bills[i].amount_minor;
        assert_int_equal(a.bills[i].month, 202610);
    }
    assert_int_equal(bill, bill_minor);
    assert_int_equal(fee, fee_minor);
    assert_int_equal(a.balance_minor, advance_minor);
    assert_int_equal(office_balance("receivable/" OFFICE_LATE "/1"), bill_minor);
    assert_int_equal(office_balance("receivable/" OFFICE_LATE "/9999"), fee_minor);
    assert_int_equal(office_balance("advance/" OFFICE_LATE), -advance_minor);
}

static void assert_held(int64_t held_minor, int64_t billed_minor)
{
    assert_int_equal(office_balance(HELD), held_minor);
    assert_int_equal(office_balance("held_fee_income/1"), -held_minor);
    assert_int_equal(office_balance(BILLED), -billed_minor);
}

/* ---- until the answer ------------------------------------------------------------------------ */

static void a_bill_paid_in_dispute_holds_its_fee(void **state)
{
    (void)state;
    (void)pay_in_dispute();
    assert_owes(0, 0, 0);
    assert_held(FEE_MINOR, 0);
    assert_int_equal(office_balance("late_fee/1"), 0);
    office_assert_sound();
    device_end(&device);
}

static void of_a_part_its_share_is_held_and_the_rest_bears_its_own_fee(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    dispute_at(&device);
    (void)pay_at(&device, BILL_MINOR / 4, 0);
    hand_in(&device);
    assert_owes(BILL_MINOR * 3 / 4, 0, 0);
    assert_held(FEE_MINOR / 4, 0);
    office_assert_sound();
    device_end(&device);
}

static void a_payment_before_the_dispute_holds_nothing(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    dispute_at(&device);
    hand_in(&device);
    device_begin(&other, "0032");
    other.at_s = OFFICE_NOW_S - 3600; /* told after it, paid before it */
    (void)pay_at(&other, BILL_MINOR + FEE_MINOR, FEE_MINOR);
    hand_in(&other);
    assert_int_equal(office_balance("late_fee/1"), -FEE_MINOR);
    assert_held(0, 0);
    assert_owes(0, 0, 0);
    office_assert_sound();
    device_end(&other);
    device_end(&device);
}

static void a_reversed_payment_holds_nothing(void **state)
{
    (void)state;
    uint64_t seq = pay_in_dispute();
    reverse(&device, seq, BILL_MINOR);
    assert_owes(BILL_MINOR, 0, 0);
    assert_held(0, 0);
    assert_int_equal(answer(DISPUTE_OWED), 0);
    office_assert_sound();
    device_end(&device);
}

/* Paid by the bank on the day that it was due: no fee was ever due. */
static void an_earlier_payment_elsewhere_leaves_nothing_held(void **state)
{
    (void)state;
    (void)pay_in_dispute();
    pay_by_bank(BILL_MINOR, OFFICE_NOW_S - 10 * DAY_S);
    assert_owes(0, 0, BILL_MINOR);
    assert_held(0, 0);
    office_assert_sound();
    device_end(&device);
}

static void return_cheque(uint64_t seq)
{
    struct site site;
    char reason[STORE_REASON_MAX];
    assert_int_equal(store_site_get(office.store, &site), TILL_OK);
    struct ledger_context c = {.store = office.store,
                               .site = &site,
                               .terminal = "0031",
                               .user = LEDGER_NOBODY,
                               .now_s = OFFICE_NOW_S + 2 * DAY_S};
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(ledger_return_cheque(&c, seq, reason), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
}

/* Six tenths of it were a cheque that came back, before the answer or after it. */
static void a_cheque_that_came_back_takes_its_share_along(void **state)
{
    (void)state;
    for (int answered = 0; answered < 2; answered++) {
        struct body_collection body = device_cash(OFFICE_LATE, BILL_MINOR);
        body.tender = TENDER_CHEQUE;
        body.other_minor = BILL_MINOR * 6 / 10;
        body.tendered_minor = BILL_MINOR * 4 / 10;
        text_copy(body.reference, sizeof(body.reference), "12345678");
        device_begin(&device, "0031");
        dispute_at(&device);
        device_collect(&device, &body, 0);
        hand_in(&device);
        assert_held(FEE_MINOR, 0);
        if (answered) {
            (void)answer(DISPUTE_OWED);
        }
        return_cheque(device.count);
        assert_held(answered ? 0 : FEE_MINOR * 4 / 10, answered ? FEE_MINOR * 4 / 10 : 0);
        assert_owes(BILL_MINOR * 6 / 10, answered ? FEE_MINOR * 4 / 10 : 0, 0);
        office_assert_sound();
        device_end(&device);
        assert_int_equal(office_close(NULL), 0);
        assert_int_equal(office_open(NULL), 0);
    }
}

/* ---- the answer ------------------------------------------------------------------------------ */

static void what_was_held_is_owed_where_it_was_not_paid(void **state)
{
    (void)state;
    (void)pay_in_dispute();
    assert_int_equal(answer(DISPUTE_OWED), FEE_MINOR);
    assert_held(0, FEE_MINOR);
    assert_owes(0, FEE_MINOR, 0);
    office_assert_sound();
    device_end(&device);
}

static void what_was_held_is_dropped_where_it_was_paid(void **state)
{
    (void)state;
    (void)pay_in_dispute();
    assert_int_equal(answer(DISPUTE_PAID), FEE_MINOR);
    assert_held(0, 0);
    assert_owes(0, 0, 0);
    office_assert_sound();
    device_end(&device);
}

static void what_is_owed_of_it_is_paid_like_any_bill_without_a_fee(void **state)
{
    struct arrears a;
    struct site site;
    (void)state;
    (void)pay_in_dispute();
    (void)answer(DISPUTE_OWED);
    a = office_arrears(OFFICE_LATE);
    assert_int_equal(store_site_get(office.store, &site), TILL_OK);
    assert_int_equal(arrears_assess(&site, CUSTOMER_RESIDENT, 20271231, &a), TILL_OK);
    assert_int_equal(a.due_minor, FEE_MINOR);
    device.at_s = OFFICE_NOW_S + 40 * DAY_S;
    (void)pay_at(&device, FEE_MINOR + 5, 0);
    hand_in(&device);
    assert_owes(0, 0, 5);
    office_assert_sound();
    device_end(&device);
}

static void an_advance_that_covers_it_pays_it(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    dispute_at(&device);
    (void)pay_at(&device, BILL_MINOR + 500, 0);
    hand_in(&device);
    assert_owes(0, 0, 500);
    (void)answer(DISPUTE_OWED);
    assert_owes(0, 0, 500 - FEE_MINOR);
    office_assert_sound();
    device_end(&device);
}

/* Another terminal that knew of the dispute hands in after the answer. */
static void a_payment_of_that_time_told_after_the_answer_goes_by_it(void **state)
{
    (void)state;
    for (int owed = 0; owed < 2; owed++) {
        device_begin(&device, "0031");
        dispute_at(&device);
        hand_in(&device);
        device_begin(&other, "0032");
        other.at_s = OFFICE_NOW_S + 3600;
        (void)pay_at(&other, BILL_MINOR, 0);
        (void)answer(owed ? DISPUTE_OWED : DISPUTE_PAID);
        hand_in(&other);
        assert_held(0, owed ? FEE_MINOR : 0);
        assert_owes(0, owed ? FEE_MINOR : 0, 0);
        office_assert_sound();
        device_end(&other);
        device_end(&device);
        assert_int_equal(office_close(NULL), 0);
        assert_int_equal(office_open(NULL), 0);
    }
}

static void a_payment_that_goes_back_takes_what_was_claimed_along(void **state)
{
    (void)state;
    uint64_t seq = pay_in_dispute();
    (void)answer(DISPUTE_OWED);
    device.at_s = OFFICE_NOW_S + 2 * DAY_S;
    reverse(&device, seq, BILL_MINOR);
    assert_held(0, 0);
    assert_owes(BILL_MINOR, 0, 0);
    office_assert_sound();
    device_end(&device);
}

static void what_was_paid_of_it_is_an_advance_then(void **state)
{
    (void)state;
    uint64_t seq = pay_in_dispute();
    (void)answer(DISPUTE_OWED);
    device.at_s = OFFICE_NOW_S + 2 * DAY_S;
    (void)pay_at(&device, 60, 0);
    reverse(&device, seq, BILL_MINOR);
    assert_held(0, 0);
    assert_owes(BILL_MINOR, 0, 60);
    office_assert_sound();
    device_end(&device);
}

/* The bank's file comes after all: what was claimed goes, and what was paid of it is theirs. */
static void an_earlier_payment_told_after_the_answer_withdraws_the_claim(void **state)
{
    (void)state;
    (void)pay_in_dispute();
    (void)answer(DISPUTE_OWED);
    device.at_s = OFFICE_NOW_S + 2 * DAY_S;
    (void)pay_at(&device, FEE_MINOR, 0);
    hand_in(&device);
    assert_owes(0, 0, 0);
    pay_by_bank(BILL_MINOR, OFFICE_NOW_S - 10 * DAY_S);
    assert_held(0, 0);
    assert_owes(0, 0, BILL_MINOR + FEE_MINOR);
    office_assert_sound();
    device_end(&device);
}

static void two_disputes_one_after_the_other_have_their_own_answers(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    dispute_at(&device);
    (void)pay_at(&device, BILL_MINOR / 2, 0);
    hand_in(&device);
    assert_int_equal(answer(DISPUTE_PAID), FEE_MINOR / 2);
    device.at_s = OFFICE_NOW_S + 10 * DAY_S; /* 20 days late */
    dispute_at(&device);
    (void)pay_at(&device, BILL_MINOR / 2, 0);
    hand_in(&device);
    assert_held(FEE_MINOR, 0);
    assert_int_equal(answer_at(2, DISPUTE_OWED, OFFICE_NOW_S + 11 * DAY_S), FEE_MINOR);
    assert_owes(0, FEE_MINOR, 0);
    office_assert_sound();
    device_end(&device);
}

/* ---- the check ------------------------------------------------------------------------------- */

static void a_changed_outcome_is_found(void **state)
{
    (void)state;
    (void)pay_in_dispute();
    (void)answer(DISPUTE_OWED);
    office_tamper("UPDATE matter SET outcome = 1");
    office_assert_wrong("answer/1");
    device_end(&device);
}

/* What an older host posted waived the fee and held nothing. */
static void what_was_posted_before_fees_were_held_is_sound(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    dispute_at(&device);
    (void)pay_at(&device, BILL_MINOR, 0);
    hand_in(&device);
    office_tamper(
        "DELETE FROM line WHERE account IN (SELECT id FROM ledger_account WHERE name LIKE "
        "'held_fee%')");
    office_tamper("UPDATE ledger_account SET balance_minor = 0 WHERE name LIKE 'held_fee%'");
    office_tamper("DELETE FROM held_fee");
    office_assert_wrong("lines");
    office_tamper("INSERT INTO value SELECT 'held_after', CAST(max(number) AS TEXT) FROM posting");
    office_assert_sound();
    assert_int_equal(answer(DISPUTE_OWED), 0);
    office_assert_sound();
    device_end(&device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(a_bill_paid_in_dispute_holds_its_fee),
        OFFICE_TEST(of_a_part_its_share_is_held_and_the_rest_bears_its_own_fee),
        OFFICE_TEST(a_payment_before_the_dispute_holds_nothing),
        OFFICE_TEST(a_reversed_payment_holds_nothing),
        OFFICE_TEST(an_earlier_payment_elsewhere_leaves_nothing_held),
        OFFICE_TEST(a_cheque_that_came_back_takes_its_share_along),
        OFFICE_TEST(what_was_held_is_owed_where_it_was_not_paid),
        OFFICE_TEST(what_was_held_is_dropped_where_it_was_paid),
        OFFICE_TEST(what_is_owed_of_it_is_paid_like_any_bill_without_a_fee),
        OFFICE_TEST(an_advance_that_covers_it_pays_it),
        OFFICE_TEST(a_payment_of_that_time_told_after_the_answer_goes_by_it),
        OFFICE_TEST(a_payment_that_goes_back_takes_what_was_claimed_along),
        OFFICE_TEST(what_was_paid_of_it_is_an_advance_then),
        OFFICE_TEST(an_earlier_payment_told_after_the_answer_withdraws_the_claim),
        OFFICE_TEST(two_disputes_one_after_the_other_have_their_own_answers),
        OFFICE_TEST(a_changed_outcome_is_found),
        OFFICE_TEST(what_was_posted_before_fees_were_held_is_sound),
    };
    return office_run("host_held", tests, sizeof(tests) / sizeof(tests[0]));
}
