/* Corrections after the day close: two people, one payment, both customers. */
#include "office.h"

#include <stdio.h>
#include <string.h>

#include "channel.h"
#include "codes.h"
#include "correction.h"
#include "ledger.h"
#include "office_role.h"
#include "text.h"

#define ONE "2001"
#define OTHER "2002"
enum { DAY_S = 24 * 60 * 60 };

static struct device device;
static char reason[STORE_REASON_MAX];

static int open_office(void **state)
{
    int code = office_open(state);
    (void)office_import("user,name,role,pin\n2001,班长,supervisor,481516\n"
                        "2002,所长,supervisor,234217\n");
    device_begin(&device, "0031");
    return code;
}

static int close_office(void **state)
{
    device_end(&device);
    return office_close(state);
}

/* Cash at the door, handed in with the Z behind it. The record's number. */
static uint64_t pay(const char *account, int64_t amount_minor)
{
    struct body_collection body = device_cash(account, amount_minor);
    device_collect(&device, &body, 0);
    uint64_t seq = device.count;
    device_close(&device, amount_minor);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    return seq;
}

static enum till_status propose(const char *entry, enum correction_kind kind, const char *to,
                                const char *by, int64_t *id_out)
{
    struct correction_wanted wanted = {
        .entry = entry, .kind = kind, .to_account = to, .reason = "wrong house", .by = by};
    struct store_correction c;
    const char *why = "";
    enum till_status status = correction_propose(office.store, &wanted, OFFICE_NOW_S, &c, &why);
    text_copy(reason, sizeof(reason), why);
    *id_out = c.id;
    return status;
}

static const char *entry_name(uint64_t seq)
{
    static char name[48];
    (void)snprintf(name, sizeof(name), "0031/%llu", (unsigned long long)seq);
    return name;
}

static int64_t proposed(uint64_t seq, enum correction_kind kind, const char *to)
{
    int64_t id = 0;
    assert_int_equal(propose(entry_name(seq), kind, to, ONE, &id), TILL_OK);
    return id;
}

static enum till_status approve(int64_t id, const char *by)
{
    return correction_approve(office.store, id, by, OFFICE_NOW_S + DAY_S, reason);
}

/* ---- what becomes of the money --------------------------------------------------------------- */

static void a_transfer_opens_one_account_and_pays_the_other(void **state)
{
    (void)state;
    uint64_t seq = pay(OFFICE_ACCOUNT, 9210);
    int64_t id = proposed(seq, CORRECTION_TRANSFER, OFFICE_LATE);
    assert_int_equal(office_arrears(OFFICE_ACCOUNT).count, 1);
    assert_int_equal(approve(id, OTHER), TILL_OK);
    assert_int_equal(office_arrears(OFFICE_ACCOUNT).count, 2);
    assert_int_equal(office_balance("receivable/" OFFICE_ACCOUNT "/1"), 9210 + 9432);
    int64_t fee = -office_balance("late_fee/1");
    assert_int_equal(office_balance("receivable/" OFFICE_LATE "/1"), 10000 - (9210 - fee));
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 9210);
    office_assert_sound();
}

/* It was handed over on the day on which the bill was due: no fee there either. */
static void a_transfer_counts_from_the_day_of_the_original(void **state)
{
    (void)state;
    device.at_s = OFFICE_NOW_S - 11 * DAY_S;
    uint64_t seq = pay(OFFICE_OTHER, 10000);
    assert_int_equal(approve(proposed(seq, CORRECTION_TRANSFER, OFFICE_LATE), OTHER), TILL_OK);
    assert_int_equal(office_balance("late_fee/1"), 0);
    assert_int_equal(office_arrears(OFFICE_LATE).count, 0);
    assert_int_equal(office_arrears(OFFICE_LATE).balance_minor, 0);
    assert_int_equal(office_arrears(OFFICE_OTHER).balance_minor, 2000);
    struct store_posting p;
    assert_int_equal(store_posting_of(office.store, "correction/1", &p), TILL_OK);
    assert_int_equal(p.value_at_s, device.entries[seq - 1].at_s);
    assert_true(p.posted_at_s >= OFFICE_NOW_S + DAY_S);
    office_assert_sound();
}

static void a_refund_is_owed_until_it_is_paid_out(void **state)
{
    (void)state;
    uint64_t seq = pay(OFFICE_ACCOUNT, 9210);
    int64_t id = proposed(seq, CORRECTION_REFUND, NULL);
    assert_int_equal(correction_paid(office.store, id, "B77", ONE, OFFICE_NOW_S, reason),
                     TILL_REFUSED);
    assert_int_equal(approve(id, OTHER), TILL_OK);
    assert_int_equal(office_balance("refund_due/" OFFICE_ACCOUNT), -9210);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 9210); /* nobody's bag pays it */
    assert_int_equal(correction_paid(office.store, id, "B/77", ONE, OFFICE_NOW_S, reason),
                     TILL_BAD_INPUT);
    assert_int_equal(correction_paid(office.store, id, "B77", ONE, OFFICE_NOW_S, reason), TILL_OK);
    assert_int_equal(correction_paid(office.store, id, "B78", ONE, OFFICE_NOW_S, reason),
                     TILL_UNCHANGED);
    assert_int_equal(office_balance("refund_due/" OFFICE_ACCOUNT), 0);
    assert_int_equal(office_balance("refunded/B77"), -9210);
    office_assert_sound();
}

static void a_cancelled_payment_was_never_taken(void **state)
{
    (void)state;
    uint64_t seq = pay(OFFICE_ACCOUNT, 9210);
    assert_int_equal(approve(proposed(seq, CORRECTION_CANCEL, NULL), OTHER), TILL_OK);
    assert_int_equal(office_balance("cash/0031/1001"), 10000);
    assert_int_equal(office_arrears(OFFICE_ACCOUNT).count, 2);
    office_assert_sound();
}

static void a_channels_payment_can_be_corrected_too(void **state)
{
    struct store_channel channel = {.name = "alipay"};
    struct channel_row row = {
        .number = "7", .account = OFFICE_ACCOUNT, .amount_minor = 9210, .paid_at_s = OFFICE_NOW_S};
    enum channel_result result;
    int64_t id = 0;
    (void)state;
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(store_channel_put(office.store, &channel), TILL_OK);
    assert_int_equal(channel_take(office.store, "alipay", &row, OFFICE_NOW_S, &result, reason),
                     TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    assert_int_equal(propose("alipay/1", CORRECTION_TRANSFER, OFFICE_OTHER, ONE, &id), TILL_OK);
    assert_int_equal(approve(id, OTHER), TILL_OK);
    assert_int_equal(office_arrears(OFFICE_ACCOUNT).count, 2);
    assert_int_equal(office_arrears(OFFICE_OTHER).balance_minor, 2000 + 9210);
    assert_int_equal(office_balance("channel/alipay"), 9210);
    /* And what was moved can be moved on. */
    assert_int_equal(propose("correction/1", CORRECTION_REFUND, NULL, ONE, &id), TILL_OK);
    assert_int_equal(approve(id, OTHER), TILL_OK);
    assert_int_equal(office_arrears(OFFICE_OTHER).balance_minor, 2000);
    assert_int_equal(office_balance("refund_due/" OFFICE_OTHER), -9210);
    office_assert_sound();
}

/* ---- who and when ---------------------------------------------------------------------------- */

static void who_proposed_can_not_approve(void **state)
{
    (void)state;
    int64_t id = proposed(pay(OFFICE_ACCOUNT, 9210), CORRECTION_REFUND, NULL);
    assert_int_equal(approve(id, ONE), TILL_REFUSED);
    assert_string_equal(reason, "who proposed it can't approve it");
    assert_int_equal(office_balance("refund_due/" OFFICE_ACCOUNT), 0);
}

static void who_took_the_money_can_not_approve(void **state)
{
    (void)state;
    device_login(&device, KIND_USER_SWITCHED, OTHER);
    int64_t id = proposed(pay(OFFICE_ACCOUNT, 9210), CORRECTION_REFUND, NULL);
    assert_int_equal(approve(id, OTHER), TILL_REFUSED);
    assert_string_equal(reason, "who took the money can't approve it");
}

static void a_collector_and_a_stranger_may_do_neither(void **state)
{
    static const char *const nobodies[] = {"1001", "9999", "", "x y"};
    int64_t id = 0;
    (void)state;
    uint64_t seq = pay(OFFICE_ACCOUNT, 9210);
    for (size_t i = 0; i < sizeof(nobodies) / sizeof(nobodies[0]); i++) {
        assert_int_equal(propose(entry_name(seq), CORRECTION_REFUND, NULL, nobodies[i], &id),
                         TILL_REFUSED);
    }
    id = proposed(seq, CORRECTION_REFUND, NULL);
    for (size_t i = 0; i < sizeof(nobodies) / sizeof(nobodies[0]); i++) {
        assert_int_equal(approve(id, nobodies[i]), TILL_REFUSED);
        assert_int_equal(correction_refuse(office.store, id, nobodies[i], OFFICE_NOW_S, reason),
                         TILL_REFUSED);
    }
}

static void the_first_user_of_the_office_ends_the_supervisors_say(void **state)
{
    int64_t id;
    uint64_t seq = pay(OFFICE_ACCOUNT, 1000);
    (void)state;
    (void)office_import("user,name,role,pin\n4001,会计,office,612734\n4002,主任,office,298173\n");
    assert_int_equal(propose(entry_name(seq), CORRECTION_CANCEL, NULL, ONE, &id), TILL_REFUSED);
    assert_string_equal(reason, "only a user with the role office may do that");
    assert_int_equal(propose(entry_name(seq), CORRECTION_CANCEL, NULL, "4001", &id), TILL_OK);
    assert_int_equal(correction_approve(office.store, id, OTHER, OFFICE_NOW_S, reason),
                     TILL_REFUSED);
    assert_int_equal(correction_approve(office.store, id, "4001", OFFICE_NOW_S, reason),
                     TILL_REFUSED);
    assert_int_equal(correction_approve(office.store, id, "4002", OFFICE_NOW_S, reason), TILL_OK);
    office_assert_sound();
}

static void where_nobody_is_of_the_office_no_name_is_needed_but_for_what_always_asked(void **state)
{
    (void)state;
    assert_int_equal(office_role_check(office.store, NULL, false, reason), TILL_OK);
    assert_int_equal(office_role_check(office.store, NULL, true, reason), TILL_REFUSED);
    assert_int_equal(office_role_check(office.store, ONE, false, reason), TILL_OK);
    assert_int_equal(office_role_check(office.store, "1001", false, reason), TILL_REFUSED);
    (void)office_import("user,name,role,pin\n4001,会计,office,612734\n");
    assert_int_equal(office_role_check(office.store, NULL, false, reason), TILL_REFUSED);
    assert_int_equal(office_role_check(office.store, ONE, false, reason), TILL_REFUSED);
    assert_int_equal(office_role_check(office.store, "4001", true, reason), TILL_OK);
}

/* Neither a Z before it nor another's behind it closes the shift. */
static void a_payment_of_an_open_shift_is_not_corrected(void **state)
{
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 9210);
    int64_t id = 0;
    (void)state;
    (void)pay(OFFICE_OTHER, 100); /* a Z before it */
    device_collect(&device, &body, 0);
    uint64_t seq = device.count;
    device_login(&device, KIND_USER_SWITCHED, OTHER);
    device_close(&device, 0); /* and one of somebody else */
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    assert_int_equal(propose(entry_name(seq), CORRECTION_CANCEL, NULL, ONE, &id), TILL_REFUSED);
    assert_string_equal(reason, "the shift in which it was taken is open");
    device_login(&device, KIND_USER_SWITCHED, "1001");
    device_close(&device, 9210);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    assert_int_equal(propose(entry_name(seq), CORRECTION_CANCEL, NULL, ONE, &id), TILL_OK);
    assert_int_equal(approve(id, "2002"), TILL_OK);
    office_assert_sound();
}

/* No Z comes of it any more. */
static void a_blocked_terminals_payment_is_corrected_without_its_z(void **state)
{
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 9210);
    (void)state;
    device_collect(&device, &body, 0);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    assert_int_equal(codes_revoke(office.store, "0031", OFFICE_NOW_S), TILL_OK);
    assert_int_equal(approve(proposed(device.count, CORRECTION_CANCEL, NULL), OTHER), TILL_OK);
    office_assert_sound();
}

static void a_payment_is_corrected_once(void **state)
{
    int64_t id = 0, second = 0;
    (void)state;
    uint64_t seq = pay(OFFICE_ACCOUNT, 9210);
    id = proposed(seq, CORRECTION_REFUND, NULL);
    assert_int_equal(propose(entry_name(seq), CORRECTION_CANCEL, NULL, ONE, &second), TILL_REFUSED);
    assert_string_equal(reason, "a correction of it is proposed or approved already");
    assert_int_equal(approve(id, OTHER), TILL_OK);
    assert_int_equal(approve(id, OTHER), TILL_UNCHANGED);
    assert_int_equal(propose(entry_name(seq), CORRECTION_CANCEL, NULL, ONE, &second), TILL_REFUSED);
    assert_string_equal(reason, "the payment was undone already");
    office_assert_sound();
}

static void one_that_is_refused_moves_nothing_and_makes_room(void **state)
{
    (void)state;
    uint64_t seq = pay(OFFICE_ACCOUNT, 9210);
    int64_t id = proposed(seq, CORRECTION_CANCEL, NULL);
    int64_t postings = office_postings();
    assert_int_equal(correction_refuse(office.store, id, OTHER, OFFICE_NOW_S, reason), TILL_OK);
    assert_int_equal(approve(id, OTHER), TILL_UNCHANGED);
    assert_int_equal(office_postings(), postings);
    assert_int_equal(approve(proposed(seq, CORRECTION_REFUND, NULL), OTHER), TILL_OK);
    office_assert_sound();
}

static void one_that_was_reversed_meanwhile_is_not_corrected_as_well(void **state)
{
    struct entry e = {0};
    struct body_reversal body = {.amount_minor = 9210,
                                 .cash_minor = 9210,
                                 .way = REVERSAL_OWN_LOST,
                                 .reason = REVERSAL_WRONG_ACCOUNT};
    (void)state;
    uint64_t seq = pay(OFFICE_ACCOUNT, 9210);
    int64_t id = proposed(seq, CORRECTION_TRANSFER, OFFICE_OTHER);
    body.seq = seq;
    text_copy(body.account, sizeof(body.account), OFFICE_ACCOUNT);
    assert_int_equal(entry_write_reversal(&e, &body), TILL_OK);
    device_append(&device, &e);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    assert_int_equal(approve(id, OTHER), TILL_REFUSED);
    assert_int_equal(office_arrears(OFFICE_OTHER).balance_minor, 2000);
    office_assert_sound();
}

static void the_correction_names_the_record_by_its_hash(void **state)
{
    struct store_correction c;
    (void)state;
    uint64_t seq = pay(OFFICE_ACCOUNT, 9210);
    int64_t id = proposed(seq, CORRECTION_REFUND, NULL);
    assert_int_equal(store_correction_get(office.store, id, &c), TILL_OK);
    assert_memory_equal(c.hash, device.entries[seq - 1].hash, HASH_SIZE);
    office_tamper("UPDATE correction SET hash = (SELECT hash FROM entry WHERE seq = 1)");
    assert_int_equal(approve(id, OTHER), TILL_REFUSED);
    assert_string_equal(reason, "its record is not the one that was proposed");
}

static void what_is_no_entry_is_no_correction(void **state)
{
    static const char *const bad[] = {"",       "0031",    "0031/",   "/7",
                                      "0031/0", "0031/x",  "0031/-1", "0031/99999999999999999999",
                                      "../1",   "0031/7/8"};
    int64_t id = 0;
    (void)state;
    uint64_t seq = pay(OFFICE_ACCOUNT, 9210);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(propose(bad[i], CORRECTION_REFUND, NULL, ONE, &id), TILL_BAD_INPUT);
    }
    assert_int_equal(propose("0031/99", CORRECTION_REFUND, NULL, ONE, &id), TILL_NOT_FOUND);
    assert_int_equal(propose("0031/1", CORRECTION_REFUND, NULL, ONE, &id), TILL_NOT_FOUND);
    assert_int_equal(propose(entry_name(seq), CORRECTION_REFUND, OFFICE_OTHER, ONE, &id),
                     TILL_BAD_INPUT);
    assert_int_equal(propose(entry_name(seq), CORRECTION_TRANSFER, NULL, ONE, &id), TILL_BAD_INPUT);
    assert_int_equal(propose(entry_name(seq), CORRECTION_TRANSFER, OFFICE_ACCOUNT, ONE, &id),
                     TILL_REFUSED);
    assert_int_equal(propose(entry_name(seq), CORRECTION_TRANSFER, "6100000000", ONE, &id),
                     TILL_REFUSED);
}

static void a_sum_that_leaves_the_ledger_changes_nothing(void **state)
{
    (void)state;
    uint64_t seq = pay(OFFICE_ACCOUNT, 9210);
    int64_t id = proposed(seq, CORRECTION_REFUND, NULL);
    office_tamper("INSERT INTO ledger_account (name, balance_minor) VALUES "
                  "('refund_due/" OFFICE_ACCOUNT "', -9223372036854775807)");
    assert_int_equal(approve(id, OTHER), TILL_REFUSED);
    assert_int_equal(office_arrears(OFFICE_ACCOUNT).count, 1);
    struct store_payment p;
    assert_int_equal(store_payment_get(office.store, "0031", seq, &p), TILL_OK);
    assert_string_equal(p.undone_by, "");
    struct store_correction c;
    assert_int_equal(store_correction_get(office.store, id, &c), TILL_OK);
    assert_int_equal(c.state, CORRECTION_PROPOSED);
}

/* ---- who is told ----------------------------------------------------------------------------- */

static void the_collectors_request_is_answered_by_the_decision(void **state)
{
    struct entry e = {0};
    struct body_correction_request body = {.reason = REVERSAL_WRONG_ACCOUNT, .amount_minor = 9210};
    struct store_matter m;
    char number[RECEIPT_NUMBER_MAX];
    (void)state;
    uint64_t seq = pay(OFFICE_ACCOUNT, 9210);
    text_copy(body.account, sizeof(body.account), OFFICE_ACCOUNT);
    receipt_number_format("0031", seq, number);
    text_copy(body.receipt, sizeof(body.receipt), number);
    assert_int_equal(entry_write_correction_request(&e, &body), TILL_OK);
    device_append(&device, &e);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    int64_t id = proposed(seq, CORRECTION_TRANSFER, OFFICE_OTHER);
    assert_int_equal(store_matter_next(office.store, 0, &m), TILL_OK);
    assert_int_equal(m.answered_at_s, 0);
    assert_int_equal(approve(id, OTHER), TILL_OK);
    assert_int_equal(store_matter_next(office.store, 0, &m), TILL_OK);
    assert_true(m.answered_at_s > 0);
    assert_string_equal(m.answer, "correction 1: transfer, approved");
}

static void both_customers_bear_the_flag_that_brings_it_into_their_books(void **state)
{
    struct book_customer a, b;
    (void)state;
    uint64_t seq = pay(OFFICE_ACCOUNT, 9210);
    assert_int_equal(approve(proposed(seq, CORRECTION_TRANSFER, OFFICE_OTHER), OTHER), TILL_OK);
    assert_int_equal(store_customer_get(office.store, OFFICE_ACCOUNT, &a), TILL_OK);
    assert_int_equal(store_customer_get(office.store, OFFICE_OTHER, &b), TILL_OK);
    assert_true((a.flags & BOOK_CUSTOMER_CORRECTED) != 0);
    assert_true((b.flags & BOOK_CUSTOMER_CORRECTED) != 0);
}

static void the_check_names_an_approval_that_was_never_posted(void **state)
{
    (void)state;
    (void)proposed(pay(OFFICE_ACCOUNT, 9210), CORRECTION_REFUND, NULL);
    office_tamper("UPDATE correction SET state = 2");
    office_assert_wrong("correction/1 was not posted");
}

static void the_check_names_a_correction_that_was_changed(void **state)
{
    (void)state;
    uint64_t seq = pay(OFFICE_ACCOUNT, 9210);
    assert_int_equal(approve(proposed(seq, CORRECTION_TRANSFER, OFFICE_OTHER), OTHER), TILL_OK);
    office_tamper("UPDATE correction SET to_account = '" OFFICE_LATE "'");
    office_assert_wrong("correction/1");
}

/* ---- cheques --------------------------------------------------------------------------------- */

static void a_customer_is_trusted_with_cheques_again(void **state)
{
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 9210);
    struct ledger_context c = {.store = office.store, .terminal = "0031", .now_s = OFFICE_NOW_S};
    struct book_customer customer;
    struct site site;
    (void)state;
    assert_int_equal(store_site_get(office.store, &site), TILL_OK);
    c.site = &site;
    body.tender = TENDER_CHEQUE;
    device_collect(&device, &body, 0);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(ledger_trust_cheques(&c, OFFICE_ACCOUNT), TILL_UNCHANGED);
    assert_int_equal(ledger_return_cheque(&c, device.count, reason), TILL_OK);
    assert_int_equal(store_customer_get(office.store, OFFICE_ACCOUNT, &customer), TILL_OK);
    assert_true((customer.flags & BOOK_CUSTOMER_CHEQUE_RETURNED) != 0);
    assert_int_equal(ledger_trust_cheques(&c, OFFICE_ACCOUNT), TILL_OK);
    assert_int_equal(ledger_trust_cheques(&c, "6100000000"), TILL_NOT_FOUND);
    assert_int_equal(store_commit(office.store), TILL_OK);
    assert_int_equal(store_customer_get(office.store, OFFICE_ACCOUNT, &customer), TILL_OK);
    assert_true((customer.flags & BOOK_CUSTOMER_CHEQUE_RETURNED) == 0);
    office_assert_sound();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_office, close_office)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_transfer_opens_one_account_and_pays_the_other),
        TEST(a_transfer_counts_from_the_day_of_the_original),
        TEST(a_refund_is_owed_until_it_is_paid_out),
        TEST(a_cancelled_payment_was_never_taken),
        TEST(a_channels_payment_can_be_corrected_too),
        TEST(who_proposed_can_not_approve),
        TEST(who_took_the_money_can_not_approve),
        TEST(a_collector_and_a_stranger_may_do_neither),
        TEST(the_first_user_of_the_office_ends_the_supervisors_say),
        TEST(where_nobody_is_of_the_office_no_name_is_needed_but_for_what_always_asked),
        TEST(a_payment_of_an_open_shift_is_not_corrected),
        TEST(a_blocked_terminals_payment_is_corrected_without_its_z),
        TEST(a_payment_is_corrected_once),
        TEST(one_that_is_refused_moves_nothing_and_makes_room),
        TEST(one_that_was_reversed_meanwhile_is_not_corrected_as_well),
        TEST(the_correction_names_the_record_by_its_hash),
        TEST(what_is_no_entry_is_no_correction),
        TEST(a_sum_that_leaves_the_ledger_changes_nothing),
        TEST(the_collectors_request_is_answered_by_the_decision),
        TEST(both_customers_bear_the_flag_that_brings_it_into_their_books),
        TEST(the_check_names_an_approval_that_was_never_posted),
        TEST(the_check_names_a_correction_that_was_changed),
        TEST(a_customer_is_trusted_with_cheques_again),
    };
    return office_run("host_correction", tests, sizeof(tests) / sizeof(tests[0]));
}
