/* Payments of other channels, and what a payment does that is told late. */
#include "office.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"
#include "host.h"
#include "money.h"
#include "text.h"
#include "when.h"

#define ZONE "CST-8"
enum { DAY_S = 24 * 60 * 60 };

static struct device device;

static void add_channel(const char *name)
{
    struct store_channel c = {0};
    text_copy(c.name, sizeof(c.name), name);
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(store_channel_put(office.store, &c), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
}

static struct channel_row row_of(const char *number, const char *account, int64_t amount_minor,
                                 int64_t paid_at_s)
{
    struct channel_row row = {.amount_minor = amount_minor, .paid_at_s = paid_at_s};
    text_copy(row.number, sizeof(row.number), number);
    text_copy(row.account, sizeof(row.account), account);
    return row;
}

static char reason[STORE_REASON_MAX];

static enum channel_result take(const struct channel_row *row)
{
    enum channel_result result = CHANNEL_BAD;
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(channel_take(office.store, "alipay", row, OFFICE_NOW_S, &result, reason),
                     TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    return result;
}

static enum channel_result pay_by_alipay(const char *number, const char *account,
                                         int64_t amount_minor, int64_t paid_at_s)
{
    struct channel_row row = row_of(number, account, amount_minor, paid_at_s);
    return take(&row);
}

/* Cash at the door, `fee_minor` of it late fee by the paper. */
static void pay_cash(const char *account, int64_t amount_minor, int64_t fee_minor)
{
    struct body_collection body = device_cash(account, amount_minor);
    body.late_fee_minor = fee_minor;
    device_collect(&device, &body, 0);
}

/* ---- one payment ----------------------------------------------------------------------------- */

static void a_channels_payment_pays_the_oldest_bill(void **state)
{
    (void)state;
    add_channel("alipay");
    assert_int_equal(pay_by_alipay("2026112200001", OFFICE_ACCOUNT, 10000, OFFICE_NOW_S - 60),
                     CHANNEL_POSTED);
    struct arrears a = office_arrears(OFFICE_ACCOUNT);
    assert_int_equal(a.count, 1);
    assert_int_equal(a.bills[0].month, 202610);
    assert_int_equal(a.bills[0].amount_minor, 9432 - (10000 - 9210));
    assert_int_equal(office_balance("channel/alipay"), 10000);
    office_assert_sound();
}

static void the_same_number_again_changes_nothing(void **state)
{
    (void)state;
    add_channel("alipay");
    assert_int_equal(pay_by_alipay("77", OFFICE_ACCOUNT, 9210, OFFICE_NOW_S), CHANNEL_POSTED);
    int64_t postings = office_postings();
    assert_int_equal(pay_by_alipay("77", OFFICE_ACCOUNT, 9210, OFFICE_NOW_S), CHANNEL_UNCHANGED);
    assert_int_equal(office_postings(), postings);
    assert_int_equal(office_alarms("channel"), 0);
}

static void the_same_number_with_another_amount_is_alarmed_once_and_not_posted(void **state)
{
    (void)state;
    add_channel("alipay");
    assert_int_equal(pay_by_alipay("77", OFFICE_ACCOUNT, 9210, OFFICE_NOW_S), CHANNEL_POSTED);
    assert_int_equal(pay_by_alipay("77", OFFICE_ACCOUNT, 9211, OFFICE_NOW_S), CHANNEL_CONFLICT);
    assert_int_equal(pay_by_alipay("77", OFFICE_ACCOUNT, 9211, OFFICE_NOW_S), CHANNEL_CONFLICT);
    assert_int_equal(office_alarms("channel"), 1);
    assert_int_equal(office_balance("channel/alipay"), 9210);
    office_assert_sound();
}

static void two_channels_may_use_one_number(void **state)
{
    struct channel_row row = row_of("77", OFFICE_ACCOUNT, 9432, OFFICE_NOW_S);
    enum channel_result result;
    (void)state;
    add_channel("alipay");
    add_channel("abc");
    assert_int_equal(pay_by_alipay("77", OFFICE_ACCOUNT, 9210, OFFICE_NOW_S), CHANNEL_POSTED);
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(channel_take(office.store, "abc", &row, OFFICE_NOW_S, &result, reason),
                     TILL_OK);
    assert_int_equal(result, CHANNEL_POSTED);
    assert_int_equal(store_commit(office.store), TILL_OK);
    assert_int_equal(office_arrears(OFFICE_ACCOUNT).count, 0);
    office_assert_sound();
}

/* ---- set aside ------------------------------------------------------------------------------- */

static void an_unknown_account_is_set_aside_until_it_is_known(void **state)
{
    uint32_t posted = 0, left = 0;
    (void)state;
    add_channel("alipay");
    assert_int_equal(pay_by_alipay("9", "6100999999", 5000, OFFICE_NOW_S), CHANNEL_ASIDE);
    assert_string_equal(reason, "no customer has this account number");
    assert_int_equal(pay_by_alipay("9", "6100999999", 5000, OFFICE_NOW_S), CHANNEL_ASIDE);
    assert_int_equal(office_alarms("channel"), 1);
    assert_int_equal(office_balance("channel/alipay"), 0);
    (void)office_import("account,name,address,meter,meter_book,order,class\n"
                        "6100999999,李四,1,M9,CX01,99,resident\n");
    assert_int_equal(channel_retry(office.store, "alipay", OFFICE_NOW_S, &posted, &left), TILL_OK);
    assert_int_equal(posted, 1);
    assert_int_equal(left, 0);
    assert_int_equal(office_balance("advance/6100999999"), -5000);
    office_assert_sound();
}

static void what_was_set_aside_may_be_put_right_under_its_number(void **state)
{
    (void)state;
    add_channel("alipay");
    assert_int_equal(pay_by_alipay("9", "6100999999", 9210, OFFICE_NOW_S), CHANNEL_ASIDE);
    assert_int_equal(pay_by_alipay("9", OFFICE_ACCOUNT, 9210, OFFICE_NOW_S), CHANNEL_POSTED);
    assert_int_equal(office_balance("channel/alipay"), 9210);
    office_assert_sound();
}

static void what_is_no_payment_is_bad_and_not_kept(void **state)
{
    (void)state;
    add_channel("alipay");
    assert_int_equal(pay_by_alipay("", OFFICE_ACCOUNT, 1, OFFICE_NOW_S), CHANNEL_BAD);
    assert_int_equal(pay_by_alipay("1\t2", OFFICE_ACCOUNT, 1, OFFICE_NOW_S), CHANNEL_BAD);
    assert_int_equal(pay_by_alipay("1", "61 00", 1, OFFICE_NOW_S), CHANNEL_BAD);
    assert_int_equal(pay_by_alipay("1", OFFICE_ACCOUNT, 0, OFFICE_NOW_S), CHANNEL_BAD);
    assert_int_equal(pay_by_alipay("1", OFFICE_ACCOUNT, -1, OFFICE_NOW_S), CHANNEL_BAD);
    assert_int_equal(pay_by_alipay("1", OFFICE_ACCOUNT, MONEY_MAX_MINOR + 1, OFFICE_NOW_S),
                     CHANNEL_BAD);
    assert_int_equal(pay_by_alipay("1", OFFICE_ACCOUNT, INT64_MAX, OFFICE_NOW_S), CHANNEL_BAD);
    assert_int_equal(pay_by_alipay("1", OFFICE_ACCOUNT, 1, 0), CHANNEL_BAD);
    assert_int_equal(pay_by_alipay("1", OFFICE_ACCOUNT, 1, OFFICE_NOW_S + 2 * DAY_S), CHANNEL_BAD);
    assert_int_equal(pay_by_alipay("1", OFFICE_ACCOUNT, 1, INT64_MAX), CHANNEL_BAD);
    assert_int_equal(pay_by_alipay("1", OFFICE_ACCOUNT, 1, INT64_MIN), CHANNEL_BAD);
    assert_int_equal(office_alarms("channel"), 0);
}

static void a_sum_that_leaves_the_ledger_is_set_aside_and_writes_nothing(void **state)
{
    (void)state;
    add_channel("alipay");
    assert_int_equal(pay_by_alipay("1", OFFICE_OTHER, 100, OFFICE_NOW_S), CHANNEL_POSTED);
    office_tamper("UPDATE ledger_account SET balance_minor = 9223372036854775807 "
                  "WHERE name = 'channel/alipay'");
    assert_int_equal(pay_by_alipay("2", OFFICE_ACCOUNT, 9210, OFFICE_NOW_S), CHANNEL_ASIDE);
    assert_string_equal(reason, "its amounts can't be added up");
    assert_int_equal(office_arrears(OFFICE_ACCOUNT).count, 2);
    struct store_payment p;
    assert_int_equal(store_payment_get(office.store, "+alipay", 2, &p), TILL_NOT_FOUND);
}

/* Told late besides: what was lifted for it must stand again. */
static void an_advance_beyond_what_can_be_is_set_aside_and_the_next_row_is_taken(void **state)
{
    (void)state;
    add_channel("alipay");
    struct import_report report =
        office_import("number,account,amount,paid_at,channel\n"
                      "T1," OFFICE_OTHER ",9999999999.99,2026-11-20 08:00:00,alipay\n"
                      "T2," OFFICE_OTHER ",5.00,2026-11-20,alipay\n");
    assert_int_equal(report.added, 1);
    assert_int_equal(report.bad, 1);
    assert_int_equal(office_balance("channel/alipay"), 500);
    assert_int_equal(office_arrears(OFFICE_OTHER).balance_minor, 2500);
    office_assert_sound();
}

static void a_late_one_that_can_not_be_added_up_leaves_the_others_as_they_were(void **state)
{
    (void)state;
    add_channel("alipay");
    device_begin(&device, "0031");
    pay_cash(OFFICE_LATE, 10060, 60);
    (void)device_hand_in(&device);
    int64_t fee = office_balance("late_fee/1");
    assert_int_equal(pay_by_alipay("1", OFFICE_OTHER, 100, OFFICE_NOW_S), CHANNEL_POSTED);
    office_tamper("UPDATE ledger_account SET balance_minor = 9223372036854775807 "
                  "WHERE name = 'channel/alipay'");
    assert_int_equal(pay_by_alipay("2", OFFICE_LATE, 10000, OFFICE_NOW_S - 11 * DAY_S),
                     CHANNEL_ASIDE);
    struct store_payment p;
    assert_int_equal(store_payment_get(office.store, "0031", device.count, &p), TILL_OK);
    assert_int_equal(p.count, 1);
    assert_int_equal(p.bills[0].amount_minor, 10000);
    assert_int_equal(office_balance("late_fee/1"), fee);
    assert_int_equal(office_arrears(OFFICE_LATE).count, 0);
    device_end(&device);
}

/* ---- by the time that money was handed over -------------------------------------------------- */

static void a_bill_that_was_paid_elsewhere_makes_the_second_payment_an_advance(void **state)
{
    (void)state;
    add_channel("alipay");
    device_begin(&device, "0031");
    pay_cash(OFFICE_ACCOUNT, 9210 + 9432, 0);
    assert_int_equal(pay_by_alipay("1", OFFICE_ACCOUNT, 9210 + 9432, device.at_s - 4 * 60 * 60),
                     CHANNEL_POSTED);
    (void)device_hand_in(&device);
    struct arrears a = office_arrears(OFFICE_ACCOUNT);
    assert_int_equal(a.count, 0);
    assert_int_equal(a.balance_minor, 9210 + 9432);
    office_assert_sound();
    device_end(&device);
}

static void a_fee_that_was_taken_after_a_payment_elsewhere_goes_back_as_advance(void **state)
{
    (void)state;
    add_channel("alipay");
    device_begin(&device, "0031");
    pay_cash(OFFICE_LATE, 10060, 60);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    int64_t fee = -office_balance("late_fee/1");
    assert_true(fee > 0);
    /* Paid on the day on which it was due, told ten days later. */
    assert_int_equal(pay_by_alipay("1", OFFICE_LATE, 10000, OFFICE_NOW_S - 10 * DAY_S),
                     CHANNEL_POSTED);
    assert_int_equal(office_balance("late_fee/1"), 0);
    struct arrears a = office_arrears(OFFICE_LATE);
    assert_int_equal(a.count, 0);
    assert_int_equal(a.balance_minor, 10060);
    assert_int_equal(office_balance("advance/" OFFICE_LATE), -10060);
    assert_int_equal(office_balance("receivable/" OFFICE_LATE "/1"), 0);
    office_assert_sound();
    device_end(&device);
}

static void a_collection_that_is_handed_in_late_counts_from_its_day_too(void **state)
{
    static struct device late;
    (void)state;
    device_begin(&device, "0031");
    pay_cash(OFFICE_LATE, 10060, 60);
    (void)device_hand_in(&device);
    device_begin(&late, "0032");
    late.at_s = OFFICE_NOW_S - 11 * DAY_S;
    struct body_collection body = device_cash(OFFICE_LATE, 10000);
    device_collect(&late, &body, 0);
    assert_int_equal(device_hand_in(&late).quarantined, 0);
    assert_int_equal(office_balance("late_fee/1"), 0);
    assert_int_equal(office_arrears(OFFICE_LATE).balance_minor, 10060);
    office_assert_sound();
    device_end(&late);
    device_end(&device);
}

/* The paper of the second payment proves it still: it can go back, all of it. */
static void what_was_settled_again_can_be_reversed(void **state)
{
    struct entry e = {0};
    struct body_reversal body = {.amount_minor = 10060,
                                 .cash_minor = 10060,
                                 .way = REVERSAL_OWN_LOST,
                                 .reason = REVERSAL_WRONG_ACCOUNT};
    (void)state;
    add_channel("alipay");
    device_begin(&device, "0031");
    pay_cash(OFFICE_LATE, 10060, 60);
    body.seq = device.count;
    (void)device_hand_in(&device);
    (void)pay_by_alipay("1", OFFICE_LATE, 10000, OFFICE_NOW_S - 10 * DAY_S);
    text_copy(body.account, sizeof(body.account), OFFICE_LATE);
    assert_int_equal(entry_write_reversal(&e, &body), TILL_OK);
    device_append(&device, &e);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    struct arrears a = office_arrears(OFFICE_LATE);
    assert_int_equal(a.count, 0);
    assert_int_equal(a.balance_minor, 0);
    assert_int_equal(office_balance("cash/0031/1001"), 10000);
    assert_int_equal(office_balance("late_fee/1"), 0);
    office_assert_sound();
    device_end(&device);
}

/* An advance paid November's bill; then a payment is told that was made before both. */
static void an_advance_that_was_used_is_settled_again_with_its_bill(void **state)
{
    (void)state;
    add_channel("alipay");
    device_begin(&device, "0031");
    pay_cash(OFFICE_OTHER, 5000, 0);
    (void)device_hand_in(&device);
    (void)office_import("account,month,type,kwh,amount,due_date\n" OFFICE_OTHER
                        ",202611,1,60.00,65.00,20261231\n");
    assert_int_equal(office_arrears(OFFICE_OTHER).balance_minor, 2000 + 5000 - 6500);
    assert_int_equal(pay_by_alipay("1", OFFICE_OTHER, 1000, OFFICE_NOW_S - 3 * DAY_S),
                     CHANNEL_POSTED);
    struct arrears a = office_arrears(OFFICE_OTHER);
    assert_int_equal(a.count, 0);
    assert_int_equal(a.balance_minor, 2000 + 5000 + 1000 - 6500);
    office_assert_sound();
    device_end(&device);
}

/* ---- the check ------------------------------------------------------------------------------- */

static void the_check_names_a_payment_that_was_changed_behind_the_ledger(void **state)
{
    (void)state;
    add_channel("alipay");
    (void)pay_by_alipay("1", OFFICE_ACCOUNT, 9210, OFFICE_NOW_S);
    office_assert_sound();
    office_tamper("UPDATE channel_payment SET amount_minor = 9211");
    office_assert_wrong("channel/alipay/1");
}

static void the_check_names_a_payment_that_was_never_posted(void **state)
{
    (void)state;
    add_channel("alipay");
    (void)pay_by_alipay("1", OFFICE_ACCOUNT, 9210, OFFICE_NOW_S);
    office_tamper("INSERT INTO channel_payment VALUES "
                  "('alipay', 2, '2', '" OFFICE_ACCOUNT "', 5, 1795309200, 1795309200, 1, '')");
    office_assert_wrong("channel/alipay/2 was not posted");
}

/* ---- files ----------------------------------------------------------------------------------- */

static void a_file_is_taken_once_and_its_bad_rows_are_named(void **state)
{
    static const char csv[] = "channel,number,account,amount,paid_at\n"
                              "alipay,1001," OFFICE_ACCOUNT ",92.10,2026-11-21 08:15:00\n"
                              "alipay,1002," OFFICE_ACCOUNT ",9e2,2026-11-21 08:15:00\n"
                              "alipay,1003," OFFICE_ACCOUNT ",94.32,2026-11-31\n"
                              "nobody,1004," OFFICE_ACCOUNT ",94.32,2026-11-21\n"
                              "alipay,1005," OFFICE_ACCOUNT ",99999999999999999999.99,2026-11-21\n"
                              "alipay,1006," OFFICE_ACCOUNT ",94.32,20261121\n";
    (void)state;
    add_channel("alipay");
    struct import_report report = office_import(csv);
    assert_string_equal(report.table, "payments");
    assert_int_equal(report.added, 2);
    assert_int_equal(report.bad, 4);
    assert_int_equal(office_arrears(OFFICE_ACCOUNT).count, 0);
    report = office_import(csv);
    assert_int_equal(report.added, 0);
    assert_int_equal(report.unchanged, 2);
    office_assert_sound();
}

/* Who is told that another program writes imports once more, as a person would: on a slow machine
 * the other's import may hold the store for longer than anybody waits for it (db/store.h). */
static bool import_until_free(const char *db, const char *path)
{
    enum { TRIES = 24 };
    struct store *mine = NULL;
    struct import_report report = {.bad = 0};
    enum till_status status = TILL_BUSY;
    bool open = store_open(db, &mine) == TILL_OK;
    for (int i = 0; open && status == TILL_BUSY && i < TRIES; i++) {
        status = import_file(mine, office.dir, path, OFFICE_NOW_S, NULL, NULL, &report);
    }
    store_close(mine);
    return status == TILL_OK && report.bad == 0;
}

/* The same file by two programs at once: each payment is posted once. */
static void two_programs_that_import_one_file_post_it_once(void **state)
{
    enum { ROWS = 100, PROGRAMS = 2 };
    static char csv[ROWS * 64 + 64];
    char path[FILES_PATH_MAX], db[HOST_DB_MAX];
    int size = snprintf(csv, sizeof(csv), "channel,number,account,amount,paid_at\n");
    (void)state;
    add_channel("alipay");
    for (int i = 0; i < ROWS; i++) {
        size += snprintf(csv + size, sizeof(csv) - (size_t)size,
                         "alipay,%d," OFFICE_ACCOUNT ",1.00,2026-11-21\n", i);
    }
    office_path("twice.csv", path);
    assert_int_equal(host_db(office.dir, db), TILL_OK);
    assert_int_equal(files_write(path, (struct span){(const uint8_t *)csv, (size_t)size}), TILL_OK);
    pid_t pids[PROGRAMS];
    for (int i = 0; i < PROGRAMS; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            _exit(import_until_free(db, path) ? 0 : 1);
        }
    }
    for (int i = 0; i < PROGRAMS; i++) {
        int status = 0;
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(office_balance("channel/alipay"), ROWS * 100);
    office_assert_sound();
}

static void times_are_read_as_banks_write_them(void **state)
{
    static const char *const same[] = {"2026-11-22 09:00:00", "2026-11-22T09:00:00",
                                       "20261122090000",      "2026/11/22 9:00",
                                       "2026.11.22 09:00",    "2026-11-22 09:00"};
    static const char *const none[] = {"",
                                       "2026",
                                       "2026-13-01",
                                       "2026-02-29",
                                       "2026-11-22 24:00",
                                       "2026-11-22 09:60",
                                       "2026-11-22 09:00:00Z",
                                       "2026-11-22 ",
                                       "-2026-11-22",
                                       "2026-11-22 09:00:0x",
                                       "20261122090",
                                       "0000-00-00"};
    int64_t at = 0;
    (void)state;
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        assert_true(channel_time(ZONE, same[i], &at));
        assert_int_equal(at, OFFICE_NOW_S);
    }
    assert_true(channel_time(ZONE, "20261122", &at));
    assert_int_equal(at, OFFICE_NOW_S + 3 * 60 * 60);
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        if (channel_time(ZONE, none[i], &at)) {
            fail_msg("'%s' was taken for a time", none[i]);
        }
    }
}

/* ---- the API --------------------------------------------------------------------------------- */

static struct api_answer answer;

/* A channel's request, by the certificate whose fingerprint is all `mark`. */
static void post(const char *name, uint8_t mark, const char *body)
{
    struct api api = {.store = office.store, .authority = &office.authority};
    struct api_request r = {.post = true,
                            .path = "/v1/payments",
                            .terminal = "",
                            .body = {(const uint8_t *)body, strlen(body)},
                            .has_peer = true};
    text_copy(r.peer_name, sizeof(r.peer_name), name);
    memset(r.peer_fingerprint, mark, HASH_SIZE);
    api_answer_free(&answer);
    api_handle(&api, &r, OFFICE_NOW_S, &answer);
}

static void certify(const char *name, uint8_t mark, bool stopped)
{
    struct store_channel c = {.stopped = stopped};
    text_copy(c.name, sizeof(c.name), name);
    memset(c.certificate, mark, HASH_SIZE);
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(store_channel_put(office.store, &c), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
}

static void assert_answered(const char *lines)
{
    char text[2048];
    assert_true(answer.size < sizeof(text));
    memcpy(text, answer.content, answer.size);
    text[answer.size] = '\0';
    assert_int_equal(answer.code, 200);
    assert_string_equal(text, lines);
}

#define GOOD                                                                                       \
    "{\"number\":\"7\",\"account\":\"" OFFICE_ACCOUNT                                              \
    "\",\"amount\":\"92.10\",\"paid_at\":\"2026-11-22 08:00:00\"}\n"

static void the_api_answers_each_line_and_posts_once(void **state)
{
    (void)state;
    certify("alipay", 7, false);
    post("channel.alipay", 7, GOOD "{\"number\":8}\n\n" GOOD);
    assert_answered("{\"line\":1,\"number\":\"7\",\"result\":\"posted\",\"reason\":\"\"}\n"
                    "{\"line\":2,\"number\":\"\",\"result\":\"bad\",\"reason\":"
                    "\"the line can't be read\"}\n"
                    "{\"line\":4,\"number\":\"7\",\"result\":\"unchanged\",\"reason\":\"\"}\n");
    post("channel.alipay", 7, GOOD);
    assert_answered("{\"line\":1,\"number\":\"7\",\"result\":\"unchanged\",\"reason\":\"\"}\n");
    assert_int_equal(office_balance("channel/alipay"), 9210);
    office_assert_sound();
}

static void the_api_takes_no_amount_that_is_a_number_and_no_key_twice(void **state)
{
    static const char *const hostile[] = {
        "{\"number\":\"7\",\"account\":\"" OFFICE_ACCOUNT
        "\",\"amount\":92.10,\"paid_at\":\"20261122\"}",
        "{\"number\":\"7\",\"account\":\"" OFFICE_ACCOUNT
        "\",\"amount\":9210,\"paid_at\":\"20261122\"}",
        "{\"number\":\"7\",\"account\":\"" OFFICE_ACCOUNT
        "\",\"amount\":\"1\",\"amount\":\"2\",\"paid_at\":\"20261122\"}",
        "{\"number\":\"7\",\"account\":\"" OFFICE_ACCOUNT
        "\",\"amount\":\"1\",\"Amount\":\"2\",\"paid_at\":\"20261122\"}",
        "{\"number\":\"7\",\"account\":\"" OFFICE_ACCOUNT
        "\",\"amount\":\"1e3\",\"paid_at\":\"20261122\"}",
        "{\"number\":\"7\",\"account\":\"" OFFICE_ACCOUNT
        "\",\"amount\":\"-1\",\"paid_at\":\"20261122\"}",
        "{\"number\":\"7\\u0000\",\"account\":\"" OFFICE_ACCOUNT
        "\",\"amount\":\"1\",\"paid_at\":\"20261122\"}",
        "{\"number\":[[[[[[\"7\"]]]]]],\"account\":\"1\",\"amount\":\"1\",\"paid_at\":\"1\"}",
        "[]",
        "{",
        "null",
        "\xff\xfe"};
    (void)state;
    certify("alipay", 7, false);
    for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
        post("channel.alipay", 7, hostile[i]);
        assert_int_equal(answer.code, 200);
        if (memmem(answer.content, answer.size, "\"result\":\"bad\"", 14) == NULL) {
            fail_msg("'%s': %.*s", hostile[i], (int)answer.size, answer.content);
        }
    }
    assert_int_equal(office_balance("channel/alipay"), 0);
}

static void the_api_knows_a_channel_by_its_certificate_alone(void **state)
{
    (void)state;
    certify("alipay", 7, false);
    certify("wechat", 9, true);
    post("channel.alipay", 8, GOOD);
    assert_int_equal(answer.code, 403);
    post("channel.nobody", 7, GOOD);
    assert_int_equal(answer.code, 403);
    post("0031", 7, GOOD);
    assert_int_equal(answer.code, 403);
    post("channel.wechat", 9, GOOD);
    assert_int_equal(answer.code, 403);
    assert_int_equal(answer.status, TILL_REVOKED);
    assert_int_equal(office_balance("channel"), 0);
}

static void more_lines_than_a_request_may_have_are_refused_whole(void **state)
{
    enum { LINES = 501 };
    static char body[LINES * 160];
    size_t size = 0;
    (void)state;
    certify("alipay", 7, false);
    for (int i = 0; i < LINES; i++) {
        size += (size_t)snprintf(body + size, sizeof(body) - size,
                                 "{\"number\":\"%d\",\"account\":\"" OFFICE_ACCOUNT
                                 "\",\"amount\":\"0.01\",\"paid_at\":\"20261121\"}\n",
                                 i);
    }
    post("channel.alipay", 7, body);
    assert_int_equal(answer.code, 413);
    assert_int_equal(office_balance("channel/alipay"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(a_channels_payment_pays_the_oldest_bill),
        OFFICE_TEST(the_same_number_again_changes_nothing),
        OFFICE_TEST(the_same_number_with_another_amount_is_alarmed_once_and_not_posted),
        OFFICE_TEST(two_channels_may_use_one_number),
        OFFICE_TEST(an_unknown_account_is_set_aside_until_it_is_known),
        OFFICE_TEST(what_was_set_aside_may_be_put_right_under_its_number),
        OFFICE_TEST(what_is_no_payment_is_bad_and_not_kept),
        OFFICE_TEST(a_sum_that_leaves_the_ledger_is_set_aside_and_writes_nothing),
        OFFICE_TEST(an_advance_beyond_what_can_be_is_set_aside_and_the_next_row_is_taken),
        OFFICE_TEST(a_late_one_that_can_not_be_added_up_leaves_the_others_as_they_were),
        OFFICE_TEST(a_bill_that_was_paid_elsewhere_makes_the_second_payment_an_advance),
        OFFICE_TEST(a_fee_that_was_taken_after_a_payment_elsewhere_goes_back_as_advance),
        OFFICE_TEST(a_collection_that_is_handed_in_late_counts_from_its_day_too),
        OFFICE_TEST(what_was_settled_again_can_be_reversed),
        OFFICE_TEST(an_advance_that_was_used_is_settled_again_with_its_bill),
        OFFICE_TEST(the_check_names_a_payment_that_was_changed_behind_the_ledger),
        OFFICE_TEST(the_check_names_a_payment_that_was_never_posted),
        OFFICE_TEST(a_file_is_taken_once_and_its_bad_rows_are_named),
        OFFICE_TEST(two_programs_that_import_one_file_post_it_once),
        OFFICE_TEST(the_api_answers_each_line_and_posts_once),
        OFFICE_TEST(the_api_takes_no_amount_that_is_a_number_and_no_key_twice),
        OFFICE_TEST(the_api_knows_a_channel_by_its_certificate_alone),
        OFFICE_TEST(more_lines_than_a_request_may_have_are_refused_whole),
        cmocka_unit_test(times_are_read_as_banks_write_them),
    };
    int failed = office_run("host_channel", tests, sizeof(tests) / sizeof(tests[0]));
    api_answer_free(&answer);
    return failed;
}
