/* What goes back: reversals, cheques, drops; and disputes, which stop the late fee. */
#include "office.h"

#include <stdio.h>
#include <string.h>

#include "alarm.h"
#include "ledger.h"
#include "store_office.h"
#include "text.h"

static struct device device;

static void pay_at(const char *account, int64_t amount_minor)
{
    struct body_collection body = device_cash(account, amount_minor);
    device_collect(&device, &body, 0);
}

static void reverse(uint64_t seq, const char *account, int64_t amount_minor, int64_t cash_minor)
{
    struct entry e = {0};
    struct body_reversal body = {.seq = seq,
                                 .amount_minor = amount_minor,
                                 .cash_minor = cash_minor,
                                 .way = REVERSAL_OWN_LOST,
                                 .reason = REVERSAL_WRONG_ACCOUNT};
    text_copy(body.account, sizeof(body.account), account);
    assert_int_equal(entry_write_reversal(&e, &body), TILL_OK);
    device_append(&device, &e);
}

static struct book_customer customer_of(const char *account)
{
    struct book_customer customer;
    assert_int_equal(store_customer_get(office.store, account, &customer), TILL_OK);
    return customer;
}

static const char *aside(uint64_t seq)
{
    static char reason[ALARM_SHOWN_MAX];
    char text[ALARM_SHOWN_MAX];
    struct store_alarm alarm = {0};
    char begin[32];
    (void)snprintf(begin, sizeof(begin), "record %llu ", (unsigned long long)seq);
    reason[0] = '\0';
    while (store_alarm_next(office.store, alarm.id, &alarm) == TILL_OK) {
        alarm_show_english(alarm.text, text);
        if (strcmp(alarm.kind, "quarantine") == 0 && strncmp(text, begin, strlen(begin)) == 0) {
            text_copy(reason, sizeof(reason), text);
        }
    }
    return reason;
}

static void assert_aside(uint64_t seq, const char *why)
{
    if (strstr(aside(seq), why) == NULL) {
        fail_msg("record %llu: '%s' has no '%s'", (unsigned long long)seq, aside(seq), why);
    }
}

/* ---- reversals ------------------------------------------------------------------------------- */

static void a_reversal_opens_the_very_bills_that_were_paid(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    pay_at(OFFICE_ACCOUNT, 10000);
    reverse(device.count, OFFICE_ACCOUNT, 10000, 10000);
    struct ingest_outcome outcome = device_hand_in(&device);
    assert_int_equal(outcome.quarantined, 0);
    struct arrears a = office_arrears(OFFICE_ACCOUNT);
    assert_int_equal(a.count, 2);
    assert_int_equal(a.bills[0].amount_minor, 9210);
    assert_int_equal(a.bills[1].amount_minor, 9432);
    assert_int_equal(office_balance("cash/0031/1001"), 10000);
    assert_int_equal(office_balance("receivable/" OFFICE_ACCOUNT "/1"), 9210 + 9432);
    assert_int_equal(customer_of(OFFICE_ACCOUNT).last_paid_date, 0);
    assert_int_equal(office_alarms("exception"), 1);
    office_assert_sound();
    device_end(&device);
}

static void a_reversal_takes_late_fee_and_advance_back(void **state)
{
    (void)state;
    struct body_collection body = device_cash(OFFICE_LATE, 10600);
    body.late_fee_minor = 100;
    device_begin(&device, "0031");
    device_collect(&device, &body, 0);
    reverse(device.count, OFFICE_LATE, 10600, 10600);
    (void)device_hand_in(&device);
    assert_int_equal(office_balance("late_fee/1"), 0);
    assert_int_equal(office_balance("advance/" OFFICE_LATE), 0);
    assert_int_equal(customer_of(OFFICE_LATE).balance_minor, 0);
    assert_int_equal(office_arrears(OFFICE_LATE).bills[0].amount_minor, 10000);
    office_assert_sound();
    device_end(&device);
}

static void another_payment_in_between_keeps_its_bills(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    pay_at(OFFICE_ACCOUNT, 9210);
    uint64_t first = device.count;
    pay_at(OFFICE_ACCOUNT, 9000);
    reverse(first, OFFICE_ACCOUNT, 9210, 9210);
    (void)device_hand_in(&device);
    struct arrears a = office_arrears(OFFICE_ACCOUNT);
    assert_int_equal(a.count, 2);
    assert_int_equal(a.bills[0].month, 202609);
    assert_int_equal(a.bills[0].amount_minor, 9210);
    assert_int_equal(a.bills[1].amount_minor, 432);
    assert_int_equal(customer_of(OFFICE_ACCOUNT).last_paid_minor, 9000);
    office_assert_sound();
    device_end(&device);
}

static void one_payment_is_reversed_once(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    pay_at(OFFICE_ACCOUNT, 9210);
    uint64_t paid = device.count;
    reverse(paid, OFFICE_ACCOUNT, 9210, 9210);
    reverse(paid, OFFICE_ACCOUNT, 9210, 9210);
    assert_int_equal(device_hand_in(&device).quarantined, 1);
    assert_aside(paid + 2, "undone already");
    assert_int_equal(office_balance("cash/0031/1001"), 10000);
    office_assert_sound();
    device_end(&device);
}

static void a_reversal_of_what_was_set_aside_goes_with_it(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    pay_at("6999999999", 9210);
    uint64_t paid = device.count;
    reverse(paid, "6999999999", 9210, 9210);
    pay_at(OFFICE_ACCOUNT, 9210);
    assert_int_equal(device_hand_in(&device).quarantined, 2);
    assert_aside(paid + 1, "set aside, or is no payment");
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 9210);
    office_assert_sound();
    device_end(&device);
}

static void a_reversal_that_says_another_amount_is_set_aside(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    pay_at(OFFICE_ACCOUNT, 9210);
    uint64_t paid = device.count;
    reverse(paid, OFFICE_ACCOUNT, 9211, 9211);
    reverse(paid, OFFICE_OTHER, 9210, 9210);
    reverse(paid, OFFICE_ACCOUNT, 9210, 9000);
    assert_int_equal(device_hand_in(&device).quarantined, 3);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 9210);
    office_assert_sound();
    device_end(&device);
}

static void a_reversal_opens_a_bill_that_its_advance_had_paid_as_far_as_it_must(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    pay_at(OFFICE_OTHER, 3000);
    uint64_t paid = device.count;
    (void)device_hand_in(&device);
    (void)office_import("account,month,type,kwh,amount,due_date\n" OFFICE_OTHER
                        ",202611,1,60.00,45.00,20261231\n");
    assert_int_equal(customer_of(OFFICE_OTHER).balance_minor, 2000 + 3000 - 4500);
    reverse(paid, OFFICE_OTHER, 3000, 3000);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    /* 20.00 were brought: they pay what they can of it, the rest is owed again. */
    struct arrears a = office_arrears(OFFICE_OTHER);
    assert_int_equal(a.count, 1);
    assert_int_equal(a.bills[0].amount_minor, 4500 - 2000);
    assert_int_equal(a.balance_minor, 0);
    assert_int_equal(office_balance("receivable/" OFFICE_OTHER "/1"), 2500);
    assert_int_equal(office_balance("advance/" OFFICE_OTHER), 0);
    assert_int_equal(office_balance("cash/0031/1001"), 10000);
    office_assert_sound();
    device_end(&device);
}

/* The newest use goes first: an older bill stays paid. */
static void of_two_bills_that_an_advance_paid_the_newer_is_opened(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    pay_at(OFFICE_OTHER, 8000);
    uint64_t paid = device.count;
    (void)device_hand_in(&device);
    (void)office_import("account,month,type,kwh,amount,due_date\n" OFFICE_OTHER
                        ",202610,1,60.00,45.00,20261231\n" OFFICE_OTHER
                        ",202611,1,60.00,40.00,20261231\n");
    assert_int_equal(customer_of(OFFICE_OTHER).balance_minor, 2000 + 8000 - 8500);
    reverse(paid, OFFICE_OTHER, 8000, 8000);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    struct arrears a = office_arrears(OFFICE_OTHER);
    assert_int_equal(a.count, 2);
    assert_int_equal(a.bills[0].month, 202610);
    assert_int_equal(a.bills[0].amount_minor, 2500);
    assert_int_equal(a.bills[1].amount_minor, 4000);
    assert_int_equal(a.balance_minor, 0);
    office_assert_sound();
    device_end(&device);
}

/* 50.00 of the bill came from the balance, which came from the payment that goes back. */
static void a_payment_that_the_balance_helped_gives_the_help_back(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    pay_at(OFFICE_OTHER, 3000); /* an advance; 50.00 with what was brought */
    uint64_t first = device.count;
    (void)device_hand_in(&device);
    (void)office_import("account,month,type,kwh,amount,due_date\n" OFFICE_OTHER
                        ",202611,1,60.00,90.00,20261231\n");
    pay_at(OFFICE_OTHER, 4000);
    (void)device_hand_in(&device);
    assert_int_equal(office_arrears(OFFICE_OTHER).count, 0);
    reverse(first, OFFICE_OTHER, 3000, 3000);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    struct arrears a = office_arrears(OFFICE_OTHER);
    assert_int_equal(a.count, 1);
    assert_int_equal(a.bills[0].amount_minor, 3000);
    assert_int_equal(a.balance_minor, 0);
    /* The second payment, what is left of it, can go back too. */
    reverse(first + 1, OFFICE_OTHER, 4000, 4000);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    a = office_arrears(OFFICE_OTHER);
    assert_int_equal(a.bills[0].amount_minor - a.balance_minor, 9000 - 2000);
    office_assert_sound();
    device_end(&device);
}

static void a_reversal_in_training_moves_nothing(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    pay_at(OFFICE_ACCOUNT, 9210);
    device_raw(&device, KIND_REVERSAL | KIND_TRAINING,
               "{\"s\":5,\"a\":\"" OFFICE_ACCOUNT "\",\"m\":9210,\"h\":1,\"r\":1}");
    (void)device_hand_in(&device);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 9210);
    assert_int_equal(office_alarms("exception"), 0);
    office_assert_sound();
    device_end(&device);
}

/* ---- tenders and cheques --------------------------------------------------------------------- */

static void pay_by_cheque(int64_t amount_minor, int64_t cheque_minor)
{
    struct body_collection body = device_cash(OFFICE_ACCOUNT, amount_minor);
    body.tender = TENDER_CHEQUE;
    body.other_minor = cheque_minor;
    body.tendered_minor = amount_minor - cheque_minor;
    text_copy(body.reference, sizeof(body.reference), "00123456");
    device_collect(&device, &body, 0);
}

static enum till_status give_back(uint64_t seq)
{
    char reason[STORE_REASON_MAX] = "";
    struct site site;
    assert_int_equal(store_site_get(office.store, &site), TILL_OK);
    struct ledger_context c = {.store = office.store,
                               .site = &site,
                               .terminal = "0031",
                               .user = LEDGER_NOBODY,
                               .now_s = OFFICE_NOW_S + 86400};
    assert_int_equal(store_begin(office.store), TILL_OK);
    enum till_status status = ledger_return_cheque(&c, seq, reason);
    assert_int_equal(store_commit(office.store), TILL_OK);
    return status;
}

static void a_mixed_payment_is_split_into_its_means(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    pay_by_cheque(18642, 18000);
    (void)device_hand_in(&device);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 642);
    assert_int_equal(office_balance("cheque/0031/1001"), 18000);
    office_assert_sound();
    device_end(&device);
}

static void a_cheque_that_came_back_opens_the_bills_again(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    pay_by_cheque(18642, 0);
    (void)device_hand_in(&device);
    assert_int_equal(give_back(device.count), TILL_OK);
    assert_int_equal(office_balance("cheque/0031/1001"), 0);
    assert_int_equal(office_arrears(OFFICE_ACCOUNT).count, 2);
    assert_true((customer_of(OFFICE_ACCOUNT).flags & BOOK_CUSTOMER_CHEQUE_RETURNED) != 0);
    office_assert_sound();
    assert_int_equal(give_back(device.count), TILL_UNCHANGED);
    device_end(&device);
}

static void of_a_mixed_payment_the_cash_stays_and_the_newest_bill_opens_first(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    pay_by_cheque(18642 + 500, 10000);
    (void)device_hand_in(&device);
    assert_int_equal(give_back(device.count), TILL_OK);
    struct arrears a = office_arrears(OFFICE_ACCOUNT);
    assert_int_equal(a.balance_minor, 0);
    assert_int_equal(a.count, 2);
    assert_int_equal(a.bills[1].amount_minor, 9432);
    assert_int_equal(a.bills[0].amount_minor, 10000 - 500 - 9432);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 18642 + 500 - 10000);
    assert_int_equal(office_balance("cheque/0031/1001"), 0);
    office_assert_sound();
    device_end(&device);
}

static void cash_is_no_cheque(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    pay_at(OFFICE_ACCOUNT, 9210);
    (void)device_hand_in(&device);
    assert_int_equal(give_back(device.count), TILL_NOT_FOUND);
    assert_int_equal(give_back(2), TILL_NOT_FOUND);
    assert_int_equal(customer_of(OFFICE_ACCOUNT).flags, 0);
    office_assert_sound();
    device_end(&device);
}

/* ---- drops ----------------------------------------------------------------------------------- */

static void a_drop_leaves_the_bag_for_whoever_took_it(void **state)
{
    (void)state;
    struct entry e = {0};
    struct body_cash_drop drop = {.amount_minor = 6000, .to = 1, .receiver = "1002"};
    device_begin(&device, "0031");
    assert_int_equal(entry_write_cash_drop(&e, &drop), TILL_OK);
    device_append(&device, &e);
    drop = (struct body_cash_drop){.amount_minor = 1500, .to = 2, .receiver = "8812-77"};
    assert_int_equal(entry_write_cash_drop(&e, &drop), TILL_OK);
    device_append(&device, &e);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 - 7500);
    assert_int_equal(office_balance("transit/supervisor/1002"), 6000);
    assert_int_equal(office_balance("transit/bank/8812-77"), 1500);
    office_assert_sound();
    device_end(&device);
}

/* ---- disputes -------------------------------------------------------------------------------- */

static void dispute(const char *account)
{
    struct entry e = {0};
    struct body_dispute body = {.proof = DISPUTE_CHANNEL, .amount_minor = 10000};
    text_copy(body.account, sizeof(body.account), account);
    text_copy(body.reference, sizeof(body.reference), "A20261112");
    assert_int_equal(entry_write_dispute(&e, &body), TILL_OK);
    device_append(&device, &e);
}

static void answer(int64_t id)
{
    char source[48];
    int64_t held;
    struct site site;
    assert_int_equal(store_site_get(office.store, &site), TILL_OK);
    struct ledger_context c = {.store = office.store,
                               .site = &site,
                               .terminal = "",
                               .user = LEDGER_NOBODY,
                               .now_s = OFFICE_NOW_S + 3600};
    (void)snprintf(source, sizeof(source), "answer/%lld", (long long)id);
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(store_matter_answer(office.store, id, c.now_s, "not paid", DISPUTE_OWED),
                     TILL_OK);
    assert_int_equal(ledger_answer_dispute(&c, source, OFFICE_LATE, DISPUTE_OWED, &held), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
}

static void a_dispute_stops_the_late_fee(void **state)
{
    (void)state;
    struct body_collection body = device_cash(OFFICE_LATE, 10100);
    body.late_fee_minor = 100;
    device_begin(&device, "0031");
    dispute(OFFICE_LATE);
    device_collect(&device, &body, 0);
    (void)device_hand_in(&device);
    assert_true((customer_of(OFFICE_LATE).flags & BOOK_CUSTOMER_DISPUTED) != 0);
    assert_int_equal(office_balance("late_fee/1"), 0);
    assert_int_equal(customer_of(OFFICE_LATE).balance_minor, 100);
    office_assert_sound();
    device_end(&device);
}

static void after_the_answer_the_fee_goes_on(void **state)
{
    (void)state;
    struct body_collection body = device_cash(OFFICE_LATE, 10100);
    body.late_fee_minor = 100;
    device_begin(&device, "0031");
    dispute(OFFICE_LATE);
    (void)device_hand_in(&device);
    answer(1);
    assert_int_equal(customer_of(OFFICE_LATE).flags, 0);
    device_collect(&device, &body, 0);
    (void)device_hand_in(&device);
    assert_int_equal(office_balance("late_fee/1"), -100);
    office_assert_sound();
    device_end(&device);
}

static void an_import_does_not_answer_a_dispute(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    dispute(OFFICE_LATE);
    (void)device_hand_in(&device);
    (void)office_import(
        "account,name,address,meter,meter_book,order,class,keep_supply\n" OFFICE_LATE
        ",李四,城东村15号,0001236,CX02,1,resident,yes\n");
    assert_int_equal(customer_of(OFFICE_LATE).flags,
                     BOOK_CUSTOMER_DISPUTED | BOOK_CUSTOMER_KEEP_SUPPLY);
    device_end(&device);
}

static void a_dispute_that_was_hidden_from_the_ledger_is_found(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    dispute(OFFICE_LATE);
    (void)device_hand_in(&device);
    office_tamper("DELETE FROM line WHERE posting = (SELECT number FROM posting WHERE source = "
                  "'entry/0031/5')");
    office_assert_wrong("posting");
    device_end(&device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(a_reversal_opens_the_very_bills_that_were_paid),
        OFFICE_TEST(a_reversal_takes_late_fee_and_advance_back),
        OFFICE_TEST(another_payment_in_between_keeps_its_bills),
        OFFICE_TEST(one_payment_is_reversed_once),
        OFFICE_TEST(a_reversal_of_what_was_set_aside_goes_with_it),
        OFFICE_TEST(a_reversal_that_says_another_amount_is_set_aside),
        OFFICE_TEST(a_reversal_opens_a_bill_that_its_advance_had_paid_as_far_as_it_must),
        OFFICE_TEST(of_two_bills_that_an_advance_paid_the_newer_is_opened),
        OFFICE_TEST(a_payment_that_the_balance_helped_gives_the_help_back),
        OFFICE_TEST(a_reversal_in_training_moves_nothing),
        OFFICE_TEST(a_mixed_payment_is_split_into_its_means),
        OFFICE_TEST(a_cheque_that_came_back_opens_the_bills_again),
        OFFICE_TEST(of_a_mixed_payment_the_cash_stays_and_the_newest_bill_opens_first),
        OFFICE_TEST(cash_is_no_cheque),
        OFFICE_TEST(a_drop_leaves_the_bag_for_whoever_took_it),
        OFFICE_TEST(a_dispute_stops_the_late_fee),
        OFFICE_TEST(after_the_answer_the_fee_goes_on),
        OFFICE_TEST(an_import_does_not_answer_a_dispute),
        OFFICE_TEST(a_dispute_that_was_hidden_from_the_ledger_is_found),
    };
    return office_run("host_undo", tests, sizeof(tests) / sizeof(tests[0]));
}
