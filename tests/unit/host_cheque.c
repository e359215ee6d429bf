/* Cheques that come back after the money was moved: who has it now is charged. */
#include "office.h"

#include <stdio.h>
#include <string.h>

#include "correction.h"
#include "ledger.h"
#include "text.h"

#define ONE "4001"
#define OTHER "4002"
enum { DAY_S = 24 * 60 * 60, CHEQUE = 9210, CASH = 500 };

static struct device device;
static char reason[STORE_REASON_MAX];

static int begin(void **state)
{
    int code = office_open(state);
    (void)office_import("user,name,role,pin\n4001,会计,office,612734\n4002,主任,office,298173\n");
    device_begin(&device, "0031");
    return code;
}

static int end(void **state)
{
    device_end(&device);
    return office_close(state);
}

/* A cheque, with that much cash beside it. The record's number. */
static uint64_t pay(const char *account, int64_t cash_minor)
{
    struct body_collection body = device_cash(account, CHEQUE + cash_minor);
    body.tender = TENDER_CHEQUE;
    body.other_minor = cash_minor > 0 ? CHEQUE : 0;
    body.tendered_minor = cash_minor > 0 ? cash_minor : body.amount_minor;
    text_copy(body.reference, sizeof(body.reference), "00123456");
    device_collect(&device, &body, 0);
    uint64_t seq = device.count;
    device_close(&device, cash_minor);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    return seq;
}

static void correct(const char *entry, enum correction_kind kind, const char *to)
{
    struct correction_wanted wanted = {
        .entry = entry, .kind = kind, .to_account = to, .reason = "wrong house", .by = ONE};
    struct store_correction c;
    const char *why = "";
    assert_int_equal(correction_propose(office.store, &wanted, OFFICE_NOW_S, &c, &why), TILL_OK);
    assert_int_equal(correction_approve(office.store, c.id, OTHER, OFFICE_NOW_S + DAY_S, reason),
                     TILL_OK);
}

static void correct_record(uint64_t seq, enum correction_kind kind, const char *to)
{
    char entry[48];
    (void)snprintf(entry, sizeof(entry), "0031/%llu", (unsigned long long)seq);
    correct(entry, kind, to);
}

static enum till_status bounce(uint64_t seq)
{
    struct site site;
    assert_int_equal(store_site_get(office.store, &site), TILL_OK);
    struct ledger_context c = {.store = office.store,
                               .site = &site,
                               .terminal = "0031",
                               .user = LEDGER_NOBODY,
                               .now_s = OFFICE_NOW_S + 2 * DAY_S};
    assert_int_equal(store_begin(office.store), TILL_OK);
    enum till_status status = ledger_return_cheque(&c, seq, reason);
    assert_int_equal(store_commit(office.store), TILL_OK);
    return status;
}

static bool is_flagged(const char *account)
{
    struct book_customer c;
    assert_int_equal(store_customer_get(office.store, account, &c), TILL_OK);
    return (c.flags & BOOK_CUSTOMER_CHEQUE_RETURNED) != 0;
}

static void a_cheque_bounces_on_the_account_that_the_payment_was_moved_to(void **state)
{
    (void)state;
    uint64_t seq = pay(OFFICE_ACCOUNT, 0);
    correct_record(seq, CORRECTION_TRANSFER, OFFICE_LATE);
    assert_true(office_balance("receivable/" OFFICE_LATE "/1") < 10000);
    assert_int_equal(bounce(seq), TILL_OK);
    assert_int_equal(office_balance("cheque/0031/1001"), 0);
    assert_int_equal(office_balance("receivable/" OFFICE_LATE "/1"), 10000);
    assert_int_equal(office_balance("receivable/" OFFICE_ACCOUNT "/1"), 9210 + 9432);
    assert_int_equal(office_balance("late_fee/1"), 0);
    assert_true(is_flagged(OFFICE_LATE));
    assert_false(is_flagged(OFFICE_ACCOUNT));
    office_assert_sound();
    assert_int_equal(bounce(seq), TILL_UNCHANGED);
}

static void an_advance_that_it_became_is_charged_back(void **state)
{
    (void)state;
    uint64_t seq = pay(OFFICE_ACCOUNT, 0);
    correct_record(seq, CORRECTION_TRANSFER, OFFICE_OTHER);
    assert_int_equal(office_arrears(OFFICE_OTHER).balance_minor, 2000 + CHEQUE);
    assert_int_equal(bounce(seq), TILL_OK);
    assert_int_equal(office_arrears(OFFICE_OTHER).balance_minor, 2000);
    office_assert_sound();
}

static void of_what_was_moved_twice_the_last_one_is_charged_and_the_cash_stays(void **state)
{
    (void)state;
    uint64_t seq = pay(OFFICE_ACCOUNT, CASH);
    correct_record(seq, CORRECTION_TRANSFER, OFFICE_LATE);
    correct("correction/1", CORRECTION_TRANSFER, OFFICE_OTHER);
    assert_int_equal(bounce(seq), TILL_OK);
    assert_int_equal(office_arrears(OFFICE_OTHER).balance_minor, 2000 + CASH);
    assert_int_equal(office_balance("receivable/" OFFICE_LATE "/1"), 10000);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + CASH);
    office_assert_sound();
    assert_int_equal(bounce(seq), TILL_UNCHANGED);
    /* What is left of it can be moved on: the cash alone. */
    correct("correction/2", CORRECTION_TRANSFER, OFFICE_LATE);
    assert_int_equal(office_arrears(OFFICE_OTHER).balance_minor, 2000);
    office_assert_sound();
}

static void what_bounced_before_is_not_moved(void **state)
{
    (void)state;
    uint64_t seq = pay(OFFICE_ACCOUNT, CASH);
    assert_int_equal(bounce(seq), TILL_OK);
    correct_record(seq, CORRECTION_TRANSFER, OFFICE_OTHER);
    assert_int_equal(office_arrears(OFFICE_OTHER).balance_minor, 2000 + CASH);
    assert_int_equal(bounce(seq), TILL_UNCHANGED);
    office_assert_sound();
}

static void a_refund_of_a_cheque_that_bounced_is_not_paid_out(void **state)
{
    (void)state;
    uint64_t seq = pay(OFFICE_ACCOUNT, 0);
    correct_record(seq, CORRECTION_REFUND, NULL);
    assert_int_equal(bounce(seq), TILL_OK);
    assert_int_equal(office_balance("refund_due/" OFFICE_ACCOUNT), 0);
    assert_int_equal(office_balance("cheque/0031/1001"), 0);
    assert_int_equal(correction_paid(office.store, 1, "B77", ONE, OFFICE_NOW_S + 3 * DAY_S, reason),
                     TILL_REFUSED);
    assert_string_equal(reason, "its cheque came back: nothing is owed");
    assert_true(is_flagged(OFFICE_ACCOUNT));
    office_assert_sound();
}

static void of_a_mixed_one_the_cash_is_refunded(void **state)
{
    (void)state;
    uint64_t seq = pay(OFFICE_ACCOUNT, CASH);
    correct_record(seq, CORRECTION_REFUND, NULL);
    assert_int_equal(bounce(seq), TILL_OK);
    assert_int_equal(correction_paid(office.store, 1, "B77", ONE, OFFICE_NOW_S + 3 * DAY_S, reason),
                     TILL_OK);
    assert_int_equal(office_balance("refund_due/" OFFICE_ACCOUNT), 0);
    assert_int_equal(office_balance("refunded/B77"), -CASH);
    office_assert_sound();
}

static void who_was_refunded_before_it_bounced_owes_it(void **state)
{
    (void)state;
    uint64_t seq = pay(OFFICE_ACCOUNT, 0);
    correct_record(seq, CORRECTION_REFUND, NULL);
    assert_int_equal(correction_paid(office.store, 1, "B77", ONE, OFFICE_NOW_S + DAY_S, reason),
                     TILL_OK);
    assert_int_equal(bounce(seq), TILL_OK);
    assert_int_equal(office_balance("refund_due/" OFFICE_ACCOUNT), CHEQUE);
    office_assert_sound();
}

static void one_that_was_never_taken_can_not_bounce(void **state)
{
    (void)state;
    uint64_t seq = pay(OFFICE_ACCOUNT, 0);
    correct_record(seq, CORRECTION_CANCEL, NULL);
    assert_int_equal(bounce(seq), TILL_UNCHANGED);
    office_assert_sound();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_cheque_bounces_on_the_account_that_the_payment_was_moved_to),
        TEST(an_advance_that_it_became_is_charged_back),
        TEST(of_what_was_moved_twice_the_last_one_is_charged_and_the_cash_stays),
        TEST(what_bounced_before_is_not_moved),
        TEST(a_refund_of_a_cheque_that_bounced_is_not_paid_out),
        TEST(of_a_mixed_one_the_cash_is_refunded),
        TEST(who_was_refunded_before_it_bounced_owes_it),
        TEST(one_that_was_never_taken_can_not_bounce),
    };
    return office_run("host_cheque", tests, sizeof(tests) / sizeof(tests[0]));
}
