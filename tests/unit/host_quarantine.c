/* How a record that was set aside ends: posted with another value date, or closed. */
#include "office.h"

#include <stdio.h>
#include <string.h>

#include "proof.h"
#include "receipt_check.h"
#include "recover.h"
#include "store_recover.h"
#include "store_report.h"
#include "text.h"

#define URL "HTTPS://V.EXAMPLE/"
#define STRANGER "6109999999"
enum { DAY_S = 86400 };

static struct device device;
static char reason[STORE_REASON_MAX];

/* Record 5 is of nobody's account, 6 is the next customer's. */
static int begin(void **state)
{
    int code = office_open(state);
    struct body_collection body = device_cash(STRANGER, 700);
    device_begin(&device, "0031");
    device_collect(&device, &body, 0);
    body = device_cash(OFFICE_LATE, 3000);
    device_collect(&device, &body, 0);
    assert_int_equal(device_hand_in(&device).quarantined, 1);
    return code;
}

static int end(void **state)
{
    device_end(&device);
    return office_close(state);
}

static enum till_status finish(enum till_status status)
{
    if (status == TILL_OK) {
        assert_int_equal(store_commit(office.store), TILL_OK);
    } else {
        store_rollback(office.store);
    }
    return status;
}

static struct ledger_context context(struct site *site, int64_t value_at_s)
{
    assert_int_equal(store_site_get(office.store, site), TILL_OK);
    assert_int_equal(store_begin(office.store), TILL_OK);
    return (struct ledger_context){.store = office.store,
                                   .site = site,
                                   .terminal = "0031",
                                   .user = LEDGER_NOBODY,
                                   .now_s = OFFICE_NOW_S + 60,
                                   .value_at_s = value_at_s};
}

static enum till_status close_it(uint64_t seq, const char *by, const char *why)
{
    struct site site;
    struct ledger_context c = context(&site, 0);
    return finish(recover_close(&c, seq, by, why, reason));
}

static enum till_status release(uint64_t seq, int64_t value_at_s)
{
    struct site site;
    struct ledger_context c = context(&site, value_at_s);
    return finish(recover_release(&c, seq, "2001", reason));
}

static size_t waiting(void)
{
    uint64_t seqs[BOOK_UNAPPLIED_MAX];
    size_t count = 0;
    assert_int_equal(store_quarantined(office.store, "0031", seqs, &count), TILL_OK);
    return count;
}

static struct store_aside aside_of(uint64_t seq)
{
    struct store_aside aside;
    assert_int_equal(store_aside_get(office.store, "0031", seq, &aside), TILL_OK);
    return aside;
}

static struct store_posting posting_of(uint64_t seq)
{
    struct store_posting p;
    char source[48];
    (void)snprintf(source, sizeof(source), "entry/0031/%llu", (unsigned long long)seq);
    assert_int_equal(store_posting_of(office.store, source, &p), TILL_OK);
    return p;
}

static void paper_of(uint64_t seq, char text_out[PROOF_TEXT_MAX])
{
    struct proof proof = {.entry = device.entries[seq - 1]};
    text_copy(proof.terminal, sizeof(proof.terminal), device.terminal);
    memcpy(proof.prev, device.entries[seq - 2].hash, HASH_SIZE);
    assert_int_equal(proof_write(URL, &proof, text_out), TILL_OK);
}

static enum receipt_verdict verdict_of(uint64_t seq)
{
    char text[PROOF_TEXT_MAX];
    struct proof proof;
    enum receipt_verdict verdict = RECEIPT_VERDICTS;
    paper_of(seq, text);
    assert_int_equal(receipt_check(office.store, text, strlen(text), &proof, &verdict), TILL_OK);
    return verdict;
}

static void import_the_stranger(void)
{
    (void)office_import("account,name,address,meter,meter_book,order,class,phone,balance,"
                        "keep_supply\n" STRANGER
                        ",郑新,翠湖路 99 号,340104409990,CX01,99,resident,,0.00,no\n");
}

/* ---- closed ---------------------------------------------------------------------------------- */

static void a_record_that_is_closed_waits_no_longer_and_says_why(void **state)
{
    (void)state;
    assert_int_equal(close_it(5, "2001", "paid back at the counter, slip 77"), TILL_OK);
    assert_int_equal(waiting(), 0);
    struct store_aside aside = aside_of(5);
    assert_true(aside.closed);
    assert_string_equal(aside.why, "paid back at the counter, slip 77");
    assert_string_equal(aside.ended_by, "2001");
    assert_int_equal(aside.ended_at_s, OFFICE_NOW_S + 60);
    assert_string_equal(aside.reason, "no customer has this account number");
}

static void nothing_of_it_is_posted_and_the_ledger_is_sound(void **state)
{
    (void)state;
    assert_int_equal(close_it(5, "2001", "settled"), TILL_OK);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 3000);
    office_assert_sound();
    import_the_stranger();
    assert_int_equal(release(5, 0), TILL_NOT_FOUND);
    assert_int_equal(close_it(5, "2001", "again"), TILL_NOT_FOUND);
    office_assert_sound();
}

static void a_record_that_was_closed_and_posted_is_found(void **state)
{
    (void)state;
    import_the_stranger();
    assert_int_equal(release(5, 0), TILL_OK);
    office_assert_sound();
    office_tamper("INSERT INTO value (key, value) VALUES ('closed/0031/5', 'settled')");
    office_assert_wrong("entry/0031/5: its record was closed without being posted");
}

static void one_without_a_reason_or_by_who_made_it_is_not_closed(void **state)
{
    (void)state;
    assert_int_equal(close_it(5, "2001", ""), TILL_BAD_INPUT);
    assert_int_equal(close_it(5, "2001", "a\nb"), TILL_BAD_INPUT);
    assert_int_equal(close_it(5, "1001", "settled"), TILL_REFUSED);
    assert_string_equal(reason, "who made the record can't close it");
    assert_int_equal(close_it(6, "2001", "it does not wait"), TILL_NOT_FOUND);
    assert_int_equal(waiting(), 1);
}

static void its_receipt_says_that_it_was_settled_another_way(void **state)
{
    (void)state;
    assert_int_equal(verdict_of(5), RECEIPT_QUARANTINED);
    assert_int_equal(close_it(5, "2001", "settled"), TILL_OK);
    assert_int_equal(verdict_of(5), RECEIPT_CLOSED);
    assert_int_equal(verdict_of(6), RECEIPT_ACKNOWLEDGED);
}

static void who_watches_sees_how_many_wait_and_were_closed(void **state)
{
    struct store_figures figures;
    (void)state;
    assert_int_equal(store_figures(office.store, OFFICE_NOW_S, &figures), TILL_OK);
    assert_int_equal(figures.waiting, 1);
    assert_int_equal(figures.closed, 0);
    assert_int_equal(close_it(5, "2001", "settled"), TILL_OK);
    assert_int_equal(store_figures(office.store, OFFICE_NOW_S, &figures), TILL_OK);
    assert_int_equal(figures.waiting, 0);
    assert_int_equal(figures.closed, 1);
}

static void a_reversal_of_what_was_closed_is_set_aside_too(void **state)
{
    struct entry e = {0};
    struct body_reversal body = {.seq = 5,
                                 .amount_minor = 700,
                                 .cash_minor = 700,
                                 .way = REVERSAL_OWN_LOST,
                                 .reason = REVERSAL_WRONG_ACCOUNT};
    (void)state;
    assert_int_equal(close_it(5, "2001", "settled"), TILL_OK);
    text_copy(body.account, sizeof(body.account), STRANGER);
    assert_int_equal(entry_write_reversal(&e, &body), TILL_OK);
    device_append(&device, &e);
    assert_int_equal(device_hand_in(&device).quarantined, 1);
    assert_int_equal(close_it(7, "2001", "goes with record 5"), TILL_OK);
    office_assert_sound();
}

/* ---- another value date ---------------------------------------------------------------------- */

static void a_record_is_posted_with_the_value_date_that_the_office_gives_it(void **state)
{
    (void)state;
    import_the_stranger();
    assert_int_equal(release(5, OFFICE_NOW_S - 40 * DAY_S), TILL_OK);
    assert_int_equal(posting_of(5).value_at_s, OFFICE_NOW_S - 40 * DAY_S);
    assert_int_equal(posting_of(5).posted_at_s, OFFICE_NOW_S + 60);
    assert_int_equal(aside_of(5).value_at_s, OFFICE_NOW_S - 40 * DAY_S);
    assert_false(aside_of(5).closed);
    office_assert_sound();
}

static void a_record_without_a_date_is_posted_once_it_has_one(void **state)
{
    (void)state;
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 9210);
    device.at_s = 86400;
    device_collect(&device, &body, 0);
    assert_int_equal(device_hand_in(&device).quarantined, 1);
    assert_int_equal(release(7, 0), TILL_REFUSED);
    assert_string_equal(reason, "the terminal's clock was wrong: no date can be given to it");
    assert_int_equal(release(7, OFFICE_NOW_S - DAY_S), TILL_OK);
    assert_int_equal(posting_of(7).value_at_s, OFFICE_NOW_S - DAY_S);
    assert_int_equal(office_balance("receivable/" OFFICE_ACCOUNT "/1"), 9432);
    office_assert_sound();
}

static void no_late_fee_is_due_for_the_days_after_the_value_date(void **state)
{
    (void)state;
    struct body_collection body = device_cash(OFFICE_LATE, 7000);
    device.at_s = 86400;
    device_collect(&device, &body, 0);
    assert_int_equal(device_hand_in(&device).quarantined, 1);
    assert_int_equal(release(7, OFFICE_NOW_S - 20 * DAY_S), TILL_OK);
    assert_int_equal(office_balance("late_fee/1"), 0);
    office_assert_sound();
}

static void a_value_date_that_was_changed_since_is_found(void **state)
{
    (void)state;
    import_the_stranger();
    assert_int_equal(release(5, OFFICE_NOW_S - 40 * DAY_S), TILL_OK);
    office_tamper("UPDATE value SET value = '1700000000' WHERE key = 'valued/0031/5'");
    office_assert_wrong("entry/0031/5");
}

/* ---- papers ---------------------------------------------------------------------------------- */

static enum recovery recover(uint64_t seq)
{
    char text[PROOF_TEXT_MAX];
    struct site site;
    struct proof proof;
    enum recovery recovery = RECOVERY_FALSE;
    struct ledger_context c = context(&site, 0);
    paper_of(seq, text);
    c.terminal = "";
    assert_int_equal(finish(recover_paper(&c, text, strlen(text), &proof, &recovery, reason)),
                     TILL_OK);
    return recovery;
}

static void a_receipt_that_a_paper_told_of_is_recorded(void **state)
{
    (void)state;
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 9210);
    device_collect(&device, &body, 0);
    assert_int_equal(verdict_of(7), RECEIPT_UNKNOWN);
    assert_int_equal(recover(7), RECOVERY_POSTED);
    assert_int_equal(verdict_of(7), RECEIPT_PAPER);
    assert_int_equal(recover(7), RECOVERY_AGAIN);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    assert_int_equal(verdict_of(7), RECEIPT_ACKNOWLEDGED);
    assert_int_equal(recover(7), RECOVERY_STORED);
}

static void one_that_a_paper_told_of_and_nobody_can_be_credited_with_is_kept(void **state)
{
    (void)state;
    struct body_collection body = device_cash(STRANGER, 9210);
    device_collect(&device, &body, 0);
    assert_int_equal(recover(7), RECOVERY_KEPT);
    assert_int_equal(verdict_of(7), RECEIPT_PAPER_KEPT);
}

/* A cheque, with that much cash beside it, that a paper tells of. */
static void pay_by_cheque(int64_t cash_minor)
{
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 9210);
    body.tender = TENDER_CHEQUE;
    body.other_minor = cash_minor > 0 ? 9210 - cash_minor : 0;
    body.tendered_minor = cash_minor > 0 ? cash_minor : body.amount_minor;
    text_copy(body.reference, sizeof(body.reference), "00123456");
    device_collect(&device, &body, 0);
    assert_int_equal(recover(7), RECOVERY_POSTED);
}

static enum till_status bounce(uint64_t seq)
{
    struct site site;
    struct ledger_context c = context(&site, 0);
    reason[0] = '\0';
    return finish(ledger_return_cheque(&c, seq, reason));
}

static void a_cheque_that_a_paper_told_of_comes_back_and_its_journal_after_it(void **state)
{
    (void)state;
    pay_by_cheque(0);
    assert_int_equal(office_balance("cheque/0031/-paper"), 9210);
    assert_int_equal(bounce(7), TILL_OK);
    assert_int_equal(office_balance("cheque/0031/-paper"), 0);
    assert_int_equal(office_balance("receivable/" OFFICE_ACCOUNT "/1"), 9210 + 9432);
    office_assert_sound();
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    assert_int_equal(office_balance("cheque/0031/-paper"), 0);
    assert_int_equal(office_balance("cheque/0031/1001"), 0);
    assert_int_equal(bounce(7), TILL_UNCHANGED);
    office_assert_sound();
}

static void the_cash_beside_it_is_its_collectors(void **state)
{
    (void)state;
    pay_by_cheque(1000);
    assert_int_equal(bounce(7), TILL_OK);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    assert_int_equal(office_balance("cheque/0031/-paper"), 0);
    assert_int_equal(office_balance("cheque/0031/1001"), 0);
    assert_int_equal(office_balance("cash/0031/-paper"), 0);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 3000 + 1000);
    office_assert_sound();
}

static void a_cheque_whose_record_is_not_posted_says_what_to_do(void **state)
{
    (void)state;
    struct body_collection body = device_cash(STRANGER, 9210);
    body.tender = TENDER_CHEQUE;
    device_collect(&device, &body, 0);
    assert_int_equal(bounce(7), TILL_NOT_FOUND);
    assert_int_equal(recover(7), RECOVERY_KEPT);
    assert_int_equal(bounce(7), TILL_REFUSED);
    assert_non_null(strstr(reason, "a customer's paper told of it"));
    assert_int_equal(bounce(5), TILL_REFUSED);
    assert_non_null(strstr(reason, "release it first"));
    assert_int_equal(close_it(5, "2001", "settled"), TILL_OK);
    assert_int_equal(bounce(5), TILL_REFUSED);
    assert_non_null(strstr(reason, "closed without being posted"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_record_that_is_closed_waits_no_longer_and_says_why),
        TEST(nothing_of_it_is_posted_and_the_ledger_is_sound),
        TEST(a_record_that_was_closed_and_posted_is_found),
        TEST(one_without_a_reason_or_by_who_made_it_is_not_closed),
        TEST(its_receipt_says_that_it_was_settled_another_way),
        TEST(who_watches_sees_how_many_wait_and_were_closed),
        TEST(a_reversal_of_what_was_closed_is_set_aside_too),
        TEST(a_record_is_posted_with_the_value_date_that_the_office_gives_it),
        TEST(a_record_without_a_date_is_posted_once_it_has_one),
        TEST(no_late_fee_is_due_for_the_days_after_the_value_date),
        TEST(a_value_date_that_was_changed_since_is_found),
        TEST(a_receipt_that_a_paper_told_of_is_recorded),
        TEST(one_that_a_paper_told_of_and_nobody_can_be_credited_with_is_kept),
        TEST(a_cheque_that_a_paper_told_of_comes_back_and_its_journal_after_it),
        TEST(the_cash_beside_it_is_its_collectors),
        TEST(a_cheque_whose_record_is_not_posted_says_what_to_do),
    };
    return office_run("host_quarantine", tests, sizeof(tests) / sizeof(tests[0]));
}
