/* What a team took in a period: as the supervisor's terminal asks, and as it is added up. */
#include "office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entry_stock.h"
#include "query.h"
#include "report.h"
#include "store_sent.h"
#include "takings.h"
#include "team.h"
#include "text.h"

enum { DAY_S = 86400, TODAY = 20261122, TOMORROW = 20261123 };

static struct device boss, other;
static struct api api;
static struct api_answer answer;
static struct query_report report;

#define APPEND(device, type, ...)                                                                  \
    do {                                                                                           \
        struct entry e_ = {0};                                                                     \
        assert_int_equal(entry_write_##type(&e_, __VA_ARGS__), TILL_OK);                           \
        device_append(device, &e_);                                                                \
    } while (0)

static void get(const struct device *d, const char *path)
{
    struct crypto_cert cert;
    struct api_request r = {.path = path, .terminal = d->terminal, .has_peer = true};
    assert_int_equal(crypto_cert_read(d->answer.line_cert, &cert), TILL_OK);
    memcpy(r.peer_name, cert.name, sizeof(r.peer_name));
    memcpy(r.peer_fingerprint, cert.fingerprint, HASH_SIZE);
    api_answer_free(&answer);
    api_handle(&api, &r, OFFICE_NOW_S, &answer);
}

/* Asked by the supervisor's terminal. */
static const struct query_report *ask(const char *by, int32_t from, int32_t to)
{
    char path[80];
    (void)snprintf(path, sizeof(path), "/v1/report/%s/%d/%d", by, (int)from, (int)to);
    get(&boss, path);
    assert_int_equal(answer.code, 200);
    assert_int_equal(
        query_report_read((struct span){(const uint8_t *)answer.content, answer.size}, &report),
        TILL_OK);
    assert_string_equal(query_by_name(report.by), by);
    assert_int_equal(report.from, from);
    assert_int_equal(report.to, to);
    return &report;
}

/* "0:6000/2 2:700/1": key, amount and receipts of each row, in their order. */
static const char *rows(const char *by, int32_t from, int32_t to)
{
    static char text[2048];
    size_t used = 0;
    (void)ask(by, from, to);
    text[0] = '\0';
    for (size_t i = 0; i < report.count; i++) {
        used +=
            (size_t)snprintf(text + used, sizeof(text) - used, "%s%s:%lld/%lld", i > 0 ? " " : "",
                             report.rows[i].key, (long long)report.rows[i].amount_minor,
                             (long long)report.rows[i].receipts);
    }
    return text;
}

static void set_team(const char *members)
{
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(team_set(office.store, "0031", members), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
}

static void collect(struct device *d, const char *account, int64_t amount_minor, int tender)
{
    struct body_collection body = device_cash(account, amount_minor);
    body.tender = tender;
    if (tender != TENDER_CASH) {
        text_copy(body.reference, sizeof(body.reference), "77");
    }
    device_collect(d, &body, 0);
}

static void reverse(struct device *d, uint64_t seq, const char *account, int64_t amount_minor,
                    int64_t cash_minor)
{
    struct body_reversal back = {.seq = seq,
                                 .amount_minor = amount_minor,
                                 .cash_minor = cash_minor,
                                 .way = REVERSAL_OWN_PAPER,
                                 .reason = REVERSAL_WRONG_AMOUNT};
    text_copy(back.account, sizeof(back.account), account);
    APPEND(d, reversal, &back);
}

/* The Z of the open shift; its cash as counted. */
static void close_shift(struct device *d, uint32_t z, int64_t expected_minor, int64_t counted_minor)
{
    struct body_shift_closed b = {.z = z,
                                  .shift = z,
                                  .expected_minor = expected_minor,
                                  .counted_minor = counted_minor,
                                  .taken_minor = expected_minor,
                                  .receipts = 1};
    APPEND(d, shift_closed, &b);
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
    device_begin(&boss, "0031");
    device_begin(&other, "0032");
    set_team("0032");
    return 0;
}

static int end(void **state)
{
    api_answer_free(&answer);
    device_end(&boss);
    device_end(&other);
    return office_close(state);
}

/* ---- divided --------------------------------------------------------------------------------- */

static void a_period_is_told_by_collector_with_its_sum(void **state)
{
    (void)state;
    collect(&boss, OFFICE_ACCOUNT, 3000, TENDER_CASH);
    device_login(&other, KIND_LOGIN, "1002");
    collect(&other, OFFICE_LATE, 5000, TENDER_CASH);
    collect(&other, OFFICE_LATE, 700, TENDER_QR);
    (void)device_hand_in(&boss);
    (void)device_hand_in(&other);
    assert_string_equal(rows("collector", TODAY, TODAY), "1002:5700/2 1001:3000/1");
    assert_int_equal(report.sum.amount_minor, 8700);
    assert_int_equal(report.sum.receipts, 3);
    assert_int_equal(report.terminals, 2);
    assert_int_equal(report.at_s, OFFICE_NOW_S);
    assert_int_equal(report.total, 2);
    assert_string_equal(rows("terminal", TODAY, TODAY), "0032:5700/2 0031:3000/1");
    assert_string_equal(rows("tender", TODAY, TODAY), "0:8000/2 2:700/1");
    assert_string_equal(rows("day", TODAY, TODAY), "20261122:8700/3");
    /* Another period has nothing. */
    assert_string_equal(rows("collector", TOMORROW, TOMORROW), "");
    assert_int_equal(report.sum.amount_minor, 0);
}

static void a_meter_book_has_what_its_accounts_paid(void **state)
{
    (void)state;
    struct book_customer customer;
    char expected[80];
    collect(&boss, OFFICE_ACCOUNT, 3000, TENDER_CASH);
    collect(&boss, "6199999999", 40, TENDER_CASH); /* nobody's account: set aside */
    (void)device_hand_in(&boss);
    assert_int_equal(store_customer_get(office.store, OFFICE_ACCOUNT, &customer), TILL_OK);
    (void)snprintf(expected, sizeof(expected), "%s:3000/1 :40/1", customer.meter_book);
    assert_string_equal(rows("book", TODAY, TODAY), expected);
}

static void bill_types_and_fees_are_as_they_were_posted(void **state)
{
    (void)state;
    /* 100.00 owed and a fee of 1.00; 4.00 are left over. */
    collect(&boss, OFFICE_LATE, 10500, TENDER_CASH);
    collect(&boss, "6199999999", 40, TENDER_CASH);
    (void)device_hand_in(&boss);
    (void)ask("type", TODAY, TODAY);
    int64_t sum_minor = 0;
    for (size_t i = 0; i < report.count; i++) {
        sum_minor += report.rows[i].amount_minor;
    }
    assert_int_equal(sum_minor, 10540);
    assert_string_equal(report.rows[0].key, "1");
    assert_int_equal(report.rows[0].amount_minor, 10000);
}

static void a_reversal_is_taken_off_from_each_row_of_its_receipt(void **state)
{
    (void)state;
    collect(&boss, OFFICE_ACCOUNT, 3000, TENDER_CASH);
    collect(&boss, OFFICE_LATE, 700, TENDER_QR);
    reverse(&boss, boss.count, OFFICE_LATE, 700, 0);
    (void)device_hand_in(&boss);
    assert_string_equal(rows("tender", TODAY, TODAY), "0:3000/1 2:0/1");
    assert_int_equal(report.rows[1].reversals, 1);
    assert_int_equal(report.rows[1].reversed_minor, 700);
    assert_int_equal(report.sum.amount_minor, 3000);
    assert_int_equal(report.sum.reversals, 1);
    assert_int_equal(report.sum.reversed_minor, 700);
    (void)ask("type", TODAY, TODAY);
    int64_t sum_minor = 0, reversed_minor = 0;
    for (size_t i = 0; i < report.count; i++) {
        assert_string_not_equal(report.rows[i].key, "0"); /* all of it was posted */
        sum_minor += report.rows[i].amount_minor;
        reversed_minor += report.rows[i].reversed_minor;
    }
    assert_int_equal(sum_minor, 3000);
    assert_int_equal(reversed_minor, 700);
}

static void what_is_told_in_training_is_none(void **state)
{
    (void)state;
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 3000);
    device_collect(&boss, &body, KIND_TRAINING);
    (void)device_hand_in(&boss);
    assert_string_equal(rows("collector", TODAY, TODAY), "");
}

static void a_receipt_after_midnight_is_of_its_business_date(void **state)
{
    (void)state;
    boss.at_s += DAY_S;
    collect(&boss, OFFICE_ACCOUNT, 3000, TENDER_CASH);
    (void)device_hand_in(&boss);
    assert_string_equal(rows("day", TODAY, TOMORROW), "20261122:3000/1");
    /* Without a shift the day of the record is all there is. */
    close_shift(&boss, 1, 13000, 13000);
    collect(&boss, OFFICE_LATE, 200, TENDER_CASH);
    (void)device_hand_in(&boss);
    assert_string_equal(rows("day", TODAY, TOMORROW), "20261123:200/1 20261122:3000/1");
}

/* ---- reading on ------------------------------------------------------------------------------ */

static void what_comes_later_is_added_once(void **state)
{
    (void)state;
    collect(&boss, OFFICE_ACCOUNT, 3000, TENDER_CASH);
    (void)device_hand_in(&boss);
    assert_string_equal(rows("collector", TODAY, TODAY), "1001:3000/1");
    assert_string_equal(rows("collector", TODAY, TODAY), "1001:3000/1");
    collect(&boss, OFFICE_ACCOUNT, 500, TENDER_CASH);
    (void)device_hand_in(&boss);
    (void)device_hand_in(&boss); /* the same again */
    assert_string_equal(rows("collector", TODAY, TODAY), "1001:3500/2");
}

static void whoever_empties_the_sums_gets_the_same_again(void **state)
{
    (void)state;
    char before[256];
    collect(&boss, OFFICE_ACCOUNT, 3000, TENDER_CASH);
    collect(&other, OFFICE_LATE, 700, TENDER_QR);
    (void)device_hand_in(&boss);
    (void)device_hand_in(&other);
    text_copy(before, sizeof(before), rows("tender", TODAY, TODAY));
    office_tamper("DELETE FROM taking");
    office_tamper("DELETE FROM taking_mark");
    assert_string_equal(rows("tender", TODAY, TODAY), before);
}

static void without_time_it_goes_on_with_the_next_question(void **state)
{
    (void)state;
    bool done = true;
    collect(&boss, OFFICE_ACCOUNT, 3000, TENDER_CASH);
    (void)device_hand_in(&boss);
    assert_int_equal(takings_read_on(office.store, "0031", takings_until_ms(-1), &done), TILL_OK);
    assert_false(done);
    assert_int_equal(takings_read_on(office.store, "0031", takings_until_ms(60000), &done),
                     TILL_OK);
    assert_true(done);
}

/* ---- exceptions and Zs ----------------------------------------------------------------------- */

static void exceptions_are_counted_by_their_kind(void **state)
{
    (void)state;
    struct body_clock_changed clock = {.from_s = OFFICE_NOW_S, .to_s = OFFICE_NOW_S + 60};
    char expected[64];
    APPEND(&other, clock_changed, &clock);
    APPEND(&other, clock_changed, &clock);
    collect(&boss, OFFICE_ACCOUNT, 3000, TENDER_CASH);
    reverse(&boss, boss.count, OFFICE_ACCOUNT, 3000, 3000);
    (void)device_hand_in(&boss);
    (void)device_hand_in(&other);
    (void)snprintf(expected, sizeof(expected), "%d:0/2 %d:3000/1", REPORT_CLOCK, REPORT_REVERSAL);
    assert_string_equal(rows("exception", TODAY, TODAY), expected);
    assert_int_equal(report.exceptions, 3);
    (void)ask("exception", TOMORROW, TOMORROW);
    assert_int_equal(report.exceptions, 0);
}

/* As the office sees it: no terminal is told how much waits to be counted. */
static void look_at_the_office(void)
{
    struct takings_team team;
    report = (struct query_report){.by = QUERY_BY_CLOSE, .from = TODAY, .to = TODAY};
    takings_team_begin(&team);
    assert_int_equal(takings_team_of(&team, office.store, "0031", takings_until_ms(6000)), TILL_OK);
    assert_int_equal(takings_report(office.store, &team, OFFICE_NOW_S, &report), TILL_OK);
    takings_team_free(&team);
}

static void a_z_waits_until_its_cash_is_on_its_way(void **state)
{
    (void)state;
    struct body_handover_given given = {
        .amount_minor = 12900, .receiver = "1002", .closes = "1", .source = CASH_HELD};
    collect(&boss, OFFICE_ACCOUNT, 3000, TENDER_CASH);
    close_shift(&boss, 1, 13000, 12900);
    (void)device_hand_in(&boss);
    (void)ask("close", TODAY, TODAY);
    assert_int_equal(report.count, 1);
    assert_string_equal(report.rows[0].key, "0031/1");
    assert_string_equal(report.rows[0].user, "1001");
    assert_int_equal(report.rows[0].date, TODAY);
    assert_int_equal(report.rows[0].amount_minor, 0);
    assert_int_equal(report.unsettled_minor, 0);
    look_at_the_office();
    assert_int_equal(report.rows[0].amount_minor, 12900);
    assert_int_equal(report.unsettled, 1);
    assert_int_equal(report.unsettled_minor, 12900);
    assert_int_equal(report.exceptions, 1); /* one yuan short */
    APPEND(&boss, handover_given, &given);
    (void)device_hand_in(&boss);
    (void)ask("close", TODAY, TODAY);
    assert_int_equal(report.count, 0);
    assert_int_equal(report.unsettled, 0);
}

static void one_closed_in_absence_waits_for_its_owner_too(void **state)
{
    (void)state;
    struct body_closed_in_absence absent = {.owner = "1001",
                                            .witness = "1003",
                                            .z = 1,
                                            .shift = 1,
                                            .expected_minor = 10000,
                                            .counted_minor = 10000,
                                            .taken_minor = 0,
                                            .receipts = 0};
    struct body_deposit deposit = {.bank = "ICBC",
                                   .slip = "1",
                                   .amount_minor = 10000,
                                   .expected_minor = 10000,
                                   .closes = "1",
                                   .source = CASH_KEPT};
    struct body_absence_answered answered = {.z = 1};
    device_login(&boss, KIND_USER_SWITCHED, "1002");
    APPEND(&boss, closed_in_absence, &absent);
    APPEND(&boss, deposit, &deposit);
    (void)device_hand_in(&boss);
    (void)ask("close", TODAY, TODAY);
    assert_int_equal(report.count, 1);
    assert_true(report.rows[0].absent);
    assert_string_equal(report.rows[0].user, "1001");
    assert_int_equal(report.rows[0].amount_minor, 0);
    device_login(&boss, KIND_USER_SWITCHED, "1001");
    APPEND(&boss, absence_answered, &answered);
    (void)device_hand_in(&boss);
    (void)ask("close", TODAY, TODAY);
    assert_int_equal(report.unsettled, 0);
}

/* ---- who and what ---------------------------------------------------------------------------- */

static void who_has_no_team_is_told_nothing(void **state)
{
    (void)state;
    get(&other, "/v1/report/collector/20261122/20261122");
    assert_int_equal(answer.code, 404);
    set_team("");
    collect(&other, OFFICE_LATE, 700, TENDER_CASH);
    (void)device_hand_in(&other);
    assert_string_equal(rows("collector", TODAY, TODAY), ""); /* not of the team */
}

static void a_question_that_is_none_is_not_found(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/v1/report/colour/20261122/20261122",    "/v1/report/collector/20261122/20261121",
        "/v1/report/collector/20261131/20261131", "/v1/report/collector/2026112/20261122",
        "/v1/report/collector/20261122",          "/v1/report/collector/20261122/20261122/1",
        "/v1/report/a'b/20261122/20261122",       "/v1/report/collector/020261122/20261122"};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        get(&boss, paths[i]);
        assert_int_equal(answer.code, 404);
    }
}

static void more_rows_than_fit_are_told_as_a_number(void **state)
{
    (void)state;
    enum { DAYS = QUERY_REPORT_ROWS_MAX + 5 };
    assert_int_equal(store_begin(office.store), TILL_OK);
    for (int i = 0; i < DAYS; i++) {
        struct store_taking t = {.dimension = TAKING_BOOK,
                                 .date = TODAY,
                                 .receipts = INT32_MAX,
                                 .amount_minor = -1000000000000000 - i,
                                 .reversals = INT32_MAX,
                                 .reversed_minor = 1000000000000000};
        (void)snprintf(t.key, sizeof(t.key), "BOOK\"\\BOOK%05u", (unsigned)i % 100000);
        assert_int_equal(store_taking_add(office.store, "0031", &t), TILL_OK);
    }
    assert_int_equal(store_commit(office.store), TILL_OK);
    (void)ask("book", TODAY, TODAY);
    assert_int_equal(report.count, QUERY_REPORT_ROWS_MAX);
    assert_int_equal(report.total, DAYS);
    assert_string_equal(report.rows[0].key, "BOOK\"\\BOOK00000");
}

/* ---- reports that are sent ------------------------------------------------------------------- */

static int post(const struct device *d, const char *path, const void *content, size_t size)
{
    struct crypto_cert cert;
    struct api_request r = {.post = true,
                            .path = path,
                            .terminal = d->terminal,
                            .body = {content, size},
                            .has_peer = true};
    assert_int_equal(crypto_cert_read(d->answer.line_cert, &cert), TILL_OK);
    memcpy(r.peer_name, cert.name, sizeof(r.peer_name));
    memcpy(r.peer_fingerprint, cert.fingerprint, HASH_SIZE);
    api_answer_free(&answer);
    api_handle(&api, &r, OFFICE_NOW_S, &answer);
    return answer.code;
}

static unsigned sent_count(void)
{
    struct store_sent v = {.seq = 0};
    unsigned count = 0;
    while (store_sent_next(office.store, v.terminal, v.seq, &v) == TILL_OK) {
        count++;
    }
    return count;
}

static void a_report_that_is_sent_is_kept_with_who_and_when(void **state)
{
    (void)state;
    static uint8_t content[STORE_SENT_SIZE_MAX];
    static const char table[] = "\xEF\xBB\xBF"
                                "a,b\r\n";
    struct store_sent v;
    assert_int_equal(post(&other, "/v1/reports/0032-x.csv/1002/1795309000", table, 8), 200);
    assert_int_equal(post(&other, "/v1/reports/0032-x.csv/1002/1795309001", table, 8), 200);
    assert_int_equal(sent_count(), 1); /* the same again */
    assert_int_equal(store_sent_get(office.store, "0032", 1, &v, content), TILL_OK);
    assert_string_equal(v.name, "0032-x.csv");
    assert_string_equal(v.user, "1002");
    assert_int_equal(v.at_s, 1795309000);
    assert_int_equal(v.received_at_s, OFFICE_NOW_S);
    assert_int_equal(v.size, 8);
    assert_memory_equal(content, table, 8);
    assert_int_equal(post(&other, "/v1/reports/0032-x.csv/1002/1795309001", table, 7), 200);
    assert_int_equal(sent_count(), 2); /* other content under that name */
    assert_int_equal(store_sent_get(office.store, "0032", 3, &v, content), TILL_NOT_FOUND);
}

static void the_oldest_go(void **state)
{
    (void)state;
    char path[80];
    struct store_sent v = {.seq = 0};
    assert_int_equal(post(&boss, "/v1/reports/a.csv/1001/1", "x", 1), 200);
    for (int i = 0; i < STORE_SENT_KEPT + 2; i++) {
        (void)snprintf(path, sizeof(path), "/v1/reports/n%d.csv/1002/%d", i, i + 1);
        assert_int_equal(post(&other, path, "x", 1), 200);
    }
    assert_int_equal(sent_count(), STORE_SENT_KEPT + 1); /* one is another terminal's */
    assert_int_equal(store_sent_next(office.store, "0032", 0, &v), TILL_OK);
    assert_string_equal(v.name, "n2.csv");
}

static void what_is_no_report_is_refused(void **state)
{
    (void)state;
    static uint8_t large[STORE_SENT_SIZE_MAX + 1];
    static const char *const paths[] = {
        "/v1/reports/a.pdf/1001/1",    "/v1/reports/..csv/1001/1",
        "/v1/reports/a%2f.csv/1001/1", "/v1/reports/a.csv/10-1/1",
        "/v1/reports/a.csv/1001/0",    "/v1/reports/a.csv/1001/01",
        "/v1/reports/a.csv/1001/-1",   "/v1/reports/a.csv/1001/999999999999999999"};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        assert_int_equal(post(&boss, paths[i], "x", 1), 400);
    }
    assert_int_equal(post(&boss, "/v1/reports/a.csv/1001/1", "x", 0), 400);
    assert_int_equal(post(&boss, "/v1/reports/a.csv/1001/1", large, sizeof(large)), 413);
    assert_int_equal(post(&boss, "/v1/reports/a.csv/1001", "x", 1), 404);
    assert_int_equal(sent_count(), 0);
    memset(large, 'x', sizeof(large));
    assert_int_equal(post(&boss, "/v1/reports/a.csv/1001/1", large, STORE_SENT_SIZE_MAX), 200);
    assert_int_equal(sent_count(), 1);
}

#define REPORT_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        REPORT_TEST(a_period_is_told_by_collector_with_its_sum),
        REPORT_TEST(a_meter_book_has_what_its_accounts_paid),
        REPORT_TEST(bill_types_and_fees_are_as_they_were_posted),
        REPORT_TEST(a_reversal_is_taken_off_from_each_row_of_its_receipt),
        REPORT_TEST(what_is_told_in_training_is_none),
        REPORT_TEST(a_receipt_after_midnight_is_of_its_business_date),
        REPORT_TEST(what_comes_later_is_added_once),
        REPORT_TEST(whoever_empties_the_sums_gets_the_same_again),
        REPORT_TEST(without_time_it_goes_on_with_the_next_question),
        REPORT_TEST(exceptions_are_counted_by_their_kind),
        REPORT_TEST(a_z_waits_until_its_cash_is_on_its_way),
        REPORT_TEST(one_closed_in_absence_waits_for_its_owner_too),
        REPORT_TEST(who_has_no_team_is_told_nothing),
        REPORT_TEST(a_question_that_is_none_is_not_found),
        REPORT_TEST(more_rows_than_fit_are_told_as_a_number),
        REPORT_TEST(a_report_that_is_sent_is_kept_with_who_and_when),
        REPORT_TEST(the_oldest_go),
        REPORT_TEST(what_is_no_report_is_refused),
    };
    return office_run("report", tests, sizeof(tests) / sizeof(tests[0]));
}
