/* What a terminal may ask besides its own line: a customer, a receipt, a team's day. */
#include "office.h"

#include <stdio.h>
#include <string.h>

#include "entry_stock.h"
#include "query.h"
#include "recover.h"
#include "store_correction.h"
#include "store_recover.h"
#include "team.h"
#include "text.h"

static struct device device;
static struct api_answer answer;
static struct api api;

static void get(const struct device *d, const char *path, int64_t now_s)
{
    struct crypto_cert cert;
    struct api_request r = {.path = path, .terminal = d->terminal, .has_peer = true};
    assert_int_equal(crypto_cert_read(d->answer.line_cert, &cert), TILL_OK);
    memcpy(r.peer_name, cert.name, sizeof(r.peer_name));
    memcpy(r.peer_fingerprint, cert.fingerprint, HASH_SIZE);
    api_answer_free(&answer);
    api_handle(&api, &r, now_s, &answer);
}

static struct span content(void)
{
    return (struct span){(const uint8_t *)answer.content, answer.size};
}

static int begin(void **state)
{
    (void)office_open(state);
    api = (struct api){.store = office.store,
                       .authority = &office.authority,
                       .books = {.store = office.store,
                                 .dir = office.dir,
                                 .statement = &office.authority.statement,
                                 .interval_s = 3600}};
    device_begin(&device, "0031");
    return 0;
}

static int end(void **state)
{
    api_answer_free(&answer);
    device_end(&device);
    return office_close(state);
}

/* ---- customers ------------------------------------------------------------------------------- */

static struct query_customer ask_customer(const char *account)
{
    char path[80];
    struct query_customer q;
    (void)snprintf(path, sizeof(path), "/v1/customer/%s", account);
    get(&device, path, OFFICE_NOW_S);
    assert_int_equal(answer.code, 200);
    assert_int_equal(query_customer_read(content(), &q), TILL_OK);
    return q;
}

static void a_customer_is_told_with_open_bills_and_todays_fee(void **state)
{
    (void)state;
    struct query_customer q = ask_customer(OFFICE_LATE);
    assert_string_equal(q.account, OFFICE_LATE);
    assert_int_equal(q.at_s, OFFICE_NOW_S);
    assert_int_equal(q.arrears.count, 1);
    assert_int_equal(q.arrears.bills[0].amount_minor, 10000);
    assert_int_equal(q.arrears.bills[0].late_fee_minor, 100);
    assert_int_equal(q.arrears.bills[0].late_days, 10);
    assert_int_equal(q.arrears.due_minor, 10100);
    q = ask_customer(OFFICE_OTHER);
    assert_int_equal(q.arrears.count, 0);
    assert_int_equal(q.arrears.balance_minor, 2000);
}

static void a_payment_shows_at_the_next_question(void **state)
{
    (void)state;
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 9210);
    device_collect(&device, &body, 0);
    (void)device_hand_in(&device);
    struct query_customer q = ask_customer(OFFICE_ACCOUNT);
    assert_int_equal(q.arrears.count, 1);
    assert_int_equal(q.arrears.bills[0].month, 202610);
    assert_int_equal(q.arrears.due_minor, 9432);
}

static void a_whole_name_is_not_told(void **state)
{
    (void)state;
    struct book_customer customer;
    struct query_customer q = ask_customer(OFFICE_ACCOUNT);
    assert_int_equal(store_customer_get(office.store, OFFICE_ACCOUNT, &customer), TILL_OK);
    assert_string_not_equal(q.name, customer.name);
    assert_non_null(strchr(q.name, '*'));
}

static void an_account_that_is_none_is_not_found(void **state)
{
    (void)state;
    static const char *const paths[] = {"/v1/customer/6199999999", "/v1/customer/a'b",
                                        "/v1/customer/", "/v1/customer",
                                        "/v1/customer/6100234567/"};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        get(&device, paths[i], OFFICE_NOW_S);
        assert_int_equal(answer.code, 404);
    }
}

static void nobody_is_told_without_a_certificate(void **state)
{
    (void)state;
    struct api_request r = {.path = "/v1/customer/" OFFICE_ACCOUNT, .terminal = "0031"};
    api_handle(&api, &r, OFFICE_NOW_S, &answer);
    assert_int_equal(answer.code, 403);
}

/* ---- receipts -------------------------------------------------------------------------------- */

static struct query_receipt ask_receipt(uint64_t seq, const uint8_t hash[HASH_SIZE])
{
    char path[160], hex[2 * HASH_SIZE + 1];
    struct query_receipt q;
    hex_encode((struct span){hash, HASH_SIZE}, hex);
    (void)snprintf(path, sizeof(path), "/v1/receipt/0031/%llu/%s", (unsigned long long)seq, hex);
    get(&device, path, OFFICE_NOW_S);
    assert_int_equal(answer.code, 200);
    assert_int_equal(query_receipt_read(content(), &q), TILL_OK);
    assert_string_equal(q.terminal, "0031");
    assert_int_equal(q.seq, seq);
    return q;
}

static const struct entry *collect(int64_t amount_minor)
{
    struct body_collection body = device_cash(OFFICE_ACCOUNT, amount_minor);
    device_collect(&device, &body, 0);
    return &device.entries[device.count - 1];
}

static void a_receipt_is_unknown_until_it_has_come(void **state)
{
    (void)state;
    const struct entry *e = collect(9210);
    struct query_receipt q = ask_receipt(e->seq, e->hash);
    assert_int_equal(q.state, QUERY_UNKNOWN);
    assert_int_equal(q.recorded_at_s, 0);
    (void)device_hand_in(&device);
    q = ask_receipt(e->seq, e->hash);
    assert_int_equal(q.state, QUERY_ACKNOWLEDGED);
    assert_int_equal(q.recorded_at_s, e->at_s);
}

static void another_record_under_the_number_is_said(void **state)
{
    (void)state;
    const struct entry *e = collect(9210);
    uint8_t hash[HASH_SIZE];
    (void)device_hand_in(&device);
    memcpy(hash, e->hash, sizeof(hash));
    hash[31] ^= 1;
    assert_int_equal(ask_receipt(e->seq, hash).state, QUERY_OTHER);
}

static void one_that_was_set_aside_is_said(void **state)
{
    (void)state;
    struct body_collection body = device_cash("6199999999", 100); /* nobody's account */
    device_collect(&device, &body, 0);
    const struct entry *e = &device.entries[device.count - 1];
    (void)device_hand_in(&device);
    assert_int_equal(ask_receipt(e->seq, e->hash).state, QUERY_SET_ASIDE);
}

static enum recovery recover(const struct entry *e)
{
    struct site site;
    struct proof proof = {.entry = *e};
    char text[PROOF_TEXT_MAX], reason[STORE_REASON_MAX];
    enum recovery recovery = RECOVERY_FALSE;
    text_copy(proof.terminal, sizeof(proof.terminal), device.terminal);
    memcpy(proof.prev, device.entries[e->seq - 2].hash, HASH_SIZE);
    assert_int_equal(proof_write("HTTPS://V.EXAMPLE/", &proof, text), TILL_OK);
    assert_int_equal(store_site_get(office.store, &site), TILL_OK);
    struct ledger_context c = {
        .store = office.store, .site = &site, .terminal = "", .user = "-", .now_s = OFFICE_NOW_S};
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(recover_paper(&c, text, strlen(text), &proof, &recovery, reason), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    return recovery;
}

/* In words that terminals of before know too. */
static void what_a_customers_paper_told_of_is_recorded(void **state)
{
    (void)state;
    const struct entry *e = collect(9210);
    uint8_t hash[HASH_SIZE];
    assert_int_equal(recover(e), RECOVERY_POSTED);
    struct query_receipt q = ask_receipt(e->seq, e->hash);
    assert_int_equal(q.state, QUERY_ACKNOWLEDGED);
    assert_int_equal(q.recorded_at_s, e->at_s);
    memcpy(hash, e->hash, sizeof(hash));
    hash[0] ^= 1;
    assert_int_equal(ask_receipt(e->seq, hash).state, QUERY_OTHER);
    assert_int_equal(ask_receipt(e->seq + 1, e->hash).state, QUERY_UNKNOWN);
}

static void a_paper_that_could_not_be_posted_is_looked_at(void **state)
{
    (void)state;
    struct body_collection body = device_cash("6199999999", 100); /* nobody's account */
    device_collect(&device, &body, 0);
    const struct entry *e = &device.entries[device.count - 1];
    assert_int_equal(recover(e), RECOVERY_KEPT);
    assert_int_equal(ask_receipt(e->seq, e->hash).state, QUERY_SET_ASIDE);
}

static void one_that_the_office_closed_is_still_theirs_to_explain(void **state)
{
    (void)state;
    struct body_collection body = device_cash("6199999999", 100);
    device_collect(&device, &body, 0);
    const struct entry *e = &device.entries[device.count - 1];
    (void)device_hand_in(&device);
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(
        store_aside_close(office.store, "0031", e->seq, OFFICE_NOW_S, "2001", "settled"), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    assert_int_equal(ask_receipt(e->seq, e->hash).state, QUERY_SET_ASIDE);
}

static void what_was_taken_back_is_reversed(void **state)
{
    (void)state;
    const struct entry *e = collect(9210);
    uint64_t seq = e->seq;
    uint8_t hash[HASH_SIZE];
    memcpy(hash, e->hash, sizeof(hash));
    struct body_reversal back = {.seq = seq,
                                 .account = OFFICE_ACCOUNT,
                                 .amount_minor = 9210,
                                 .cash_minor = 9210,
                                 .way = REVERSAL_OWN_PAPER,
                                 .reason = REVERSAL_WRONG_AMOUNT};
    struct entry undo = {.at_s = OFFICE_NOW_S};
    assert_int_equal(entry_write_reversal(&undo, &back), TILL_OK);
    device_append(&device, &undo);
    (void)device_hand_in(&device);
    assert_int_equal(ask_receipt(seq, hash).state, QUERY_REVERSED);
}

static void a_correction_shows_with_where_the_money_went(void **state)
{
    (void)state;
    const struct entry *e = collect(9210);
    struct store_correction c = {.kind = CORRECTION_TRANSFER,
                                 .state = CORRECTION_PROPOSED,
                                 .terminal = "0031",
                                 .seq = e->seq,
                                 .account = OFFICE_ACCOUNT,
                                 .to_account = OFFICE_OTHER,
                                 .amount_minor = 9210,
                                 .value_at_s = OFFICE_NOW_S,
                                 .reason = "wrong house",
                                 .proposed_by = "2001",
                                 .proposed_at_s = OFFICE_NOW_S};
    (void)device_hand_in(&device);
    memcpy(c.hash, e->hash, HASH_SIZE);
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(store_correction_put(office.store, &c), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    assert_int_equal(ask_receipt(e->seq, e->hash).state, QUERY_CORRECTING);
    c.state = CORRECTION_APPROVED;
    (void)snprintf(c.decided_by, sizeof(c.decided_by), "2002");
    c.decided_at_s = OFFICE_NOW_S;
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(store_correction_put(office.store, &c), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    struct query_receipt q = ask_receipt(e->seq, e->hash);
    assert_int_equal(q.state, QUERY_CORRECTED);
    assert_string_equal(q.account, OFFICE_OTHER);
}

static void a_receipt_that_can_not_be_is_not_found(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/v1/receipt/0031/1", "/v1/receipt/0031/1/abc",
        "/v1/receipt/0031/0/"
        "0000000000000000000000000000000000000000000000000000000000000000",
        "/v1/receipt/0-31/1/0000000000000000000000000000000000000000000000000000000000000000"};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        get(&device, paths[i], OFFICE_NOW_S);
        assert_int_equal(answer.code, 404);
    }
}

/* ---- teams ----------------------------------------------------------------------------------- */

static void a_team_is_told_terminal_by_terminal_for_today(void **state)
{
    (void)state;
    static struct device other;
    struct query_team team;
    device_begin(&other, "0032");
    struct body_collection body = device_cash(OFFICE_LATE, 5000);
    device_login(&other, KIND_LOGIN, "1002");
    device_collect(&other, &body, 0);
    body = device_cash(OFFICE_LATE, 700);
    body.tender = TENDER_QR;
    (void)snprintf(body.reference, sizeof(body.reference), "77");
    device_collect(&other, &body, 0);
    (void)device_hand_in(&other);
    get(&device, "/v1/team", OFFICE_NOW_S);
    assert_int_equal(answer.code, 404); /* nobody's supervisor */
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(team_set(office.store, "0031", "0032"), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    get(&device, "/v1/team", OFFICE_NOW_S);
    assert_int_equal(answer.code, 200);
    assert_int_equal(query_team_read(content(), &team), TILL_OK);
    assert_int_equal(team.date, 20261122);
    assert_int_equal(team.count, 2);
    assert_string_equal(team.terminals[0].terminal, "0031");
    assert_string_equal(team.terminals[1].terminal, "0032");
    assert_string_equal(team.terminals[1].user, "1002");
    assert_int_equal(team.terminals[1].count, 2);
    assert_int_equal(team.terminals[1].cash_minor, 5000);
    assert_int_equal(team.terminals[1].other_minor, 700);
    /* Tomorrow it is another day. */
    get(&device, "/v1/team", OFFICE_NOW_S + 86400);
    assert_int_equal(query_team_read(content(), &team), TILL_OK);
    assert_int_equal(team.terminals[1].count, 0);
    device_end(&other);
}

/* As on X, Z and reports. */
static void what_is_taken_back_stays_counted(void **state)
{
    struct query_team team;
    (void)state;
    (void)collect(9210);
    struct body_reversal back = {.seq = collect(700)->seq,
                                 .account = OFFICE_ACCOUNT,
                                 .amount_minor = 700,
                                 .cash_minor = 700,
                                 .way = REVERSAL_OWN_PAPER,
                                 .reason = REVERSAL_WRONG_AMOUNT};
    struct entry undo = {.at_s = OFFICE_NOW_S};
    assert_int_equal(entry_write_reversal(&undo, &back), TILL_OK);
    device_append(&device, &undo);
    (void)device_hand_in(&device);
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(team_set(office.store, "0031", ""), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    get(&device, "/v1/team", OFFICE_NOW_S);
    assert_int_equal(query_team_read(content(), &team), TILL_OK);
    assert_int_equal(team.terminals[0].count, 2);
    assert_int_equal(team.terminals[0].reversed, 1);
    assert_int_equal(team.terminals[0].cash_minor, 9210);
}

static struct query_takings my_takings(int64_t now_s)
{
    static struct device other;
    struct query_team team;
    device_begin(&other, "0032");
    device_end(&other);
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(team_set(office.store, "0031", "0032"), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    get(&device, "/v1/team", now_s);
    assert_int_equal(query_team_read(content(), &team), TILL_OK);
    assert_string_equal(team.terminals[0].terminal, "0031");
    return team.terminals[0];
}

static void a_manual_receipt_is_cash_of_its_team(void **state)
{
    struct entry e = {0};
    struct body_manual_receipt manual = {.account = OFFICE_LATE,
                                         .amount_minor = 1500,
                                         .number = "M-00000017",
                                         .taken_at_s = OFFICE_NOW_S - 3600,
                                         .reason = "battery"};
    (void)state;
    assert_int_equal(entry_write_manual_receipt(&e, &manual), TILL_OK);
    device_append(&device, &e);
    (void)device_hand_in(&device);
    struct query_takings mine = my_takings(OFFICE_NOW_S + 60);
    assert_int_equal(mine.count, 1);
    assert_int_equal(mine.cash_minor, 1500);
    assert_int_equal(mine.other_minor, 0);
}

/* 2026-10-25 in Berlin has 25 hours: its midnight is 22:00 UTC of the day before. */
static void today_begins_at_midnight_where_the_clock_was_put_back_since(void **state)
{
    enum { HOUR_S = 3600 };
    const int64_t midnight_s = INT64_C(1792879200);
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 100);
    struct site site;
    (void)state;
    assert_int_equal(store_site_get(office.store, &site), TILL_OK);
    (void)snprintf(site.zone, sizeof(site.zone), "CET-1CEST,M3.5.0,M10.5.0/3");
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(store_site_put(office.store, &site), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    device.at_s = midnight_s - HOUR_S / 2; /* yesterday */
    device_collect(&device, &body, 0);
    device.at_s = midnight_s + HOUR_S / 2; /* today */
    device_collect(&device, &body, 0);
    (void)device_hand_in(&device);
    assert_int_equal(my_takings(midnight_s + 12 * HOUR_S).count, 1);
}

static void an_answer_that_was_cut_or_changed_is_not_read(void **state)
{
    (void)state;
    struct query_customer q;
    struct query_team team;
    (void)ask_customer(OFFICE_ACCOUNT);
    struct span whole = content();
    for (size_t size = 0; size < whole.size; size++) {
        assert_int_equal(query_customer_read((struct span){whole.data, size}, &q), TILL_E_PROTOCOL);
    }
    assert_int_equal(query_team_read(whole, &team), TILL_E_PROTOCOL);
}

#define QUERY_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        QUERY_TEST(a_customer_is_told_with_open_bills_and_todays_fee),
        QUERY_TEST(a_payment_shows_at_the_next_question),
        QUERY_TEST(a_whole_name_is_not_told),
        QUERY_TEST(an_account_that_is_none_is_not_found),
        QUERY_TEST(nobody_is_told_without_a_certificate),
        QUERY_TEST(a_receipt_is_unknown_until_it_has_come),
        QUERY_TEST(another_record_under_the_number_is_said),
        QUERY_TEST(one_that_was_set_aside_is_said),
        QUERY_TEST(what_a_customers_paper_told_of_is_recorded),
        QUERY_TEST(a_paper_that_could_not_be_posted_is_looked_at),
        QUERY_TEST(one_that_the_office_closed_is_still_theirs_to_explain),
        QUERY_TEST(what_was_taken_back_is_reversed),
        QUERY_TEST(a_correction_shows_with_where_the_money_went),
        QUERY_TEST(a_receipt_that_can_not_be_is_not_found),
        QUERY_TEST(a_team_is_told_terminal_by_terminal_for_today),
        QUERY_TEST(what_is_taken_back_stays_counted),
        QUERY_TEST(a_manual_receipt_is_cash_of_its_team),
        QUERY_TEST(today_begins_at_midnight_where_the_clock_was_put_back_since),
        QUERY_TEST(an_answer_that_was_cut_or_changed_is_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
