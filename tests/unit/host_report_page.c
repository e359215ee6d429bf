/* A team's report page by page: all pages of one time, exceptions one by one, arrears by age, and
 * no amount of what somebody still has to count. */
#include "office.h"

#include <stdio.h>
#include <string.h>

#include "query_page.h"
#include "report.h"
#include "store_taking.h"
#include "team.h"
#include "text.h"

enum { TODAY = 20261122, BOOKS = QUERY_PAGE_ROWS_MAX + 6 };

static struct device boss, other;
static struct api api;
static struct api_answer answer;
static struct query_page page;
static int64_t now_s;

#define APPEND(device, type, ...)                                                                  \
    do {                                                                                           \
        struct entry e_ = {0};                                                                     \
        assert_int_equal(entry_write_##type(&e_, __VA_ARGS__), TILL_OK);                           \
        device_append(device, &e_);                                                                \
    } while (0)

static int get(const struct device *d, const char *path)
{
    struct crypto_cert cert;
    struct api_request r = {.path = path, .terminal = d->terminal, .has_peer = true};
    assert_int_equal(crypto_cert_read(d->answer.line_cert, &cert), TILL_OK);
    memcpy(r.peer_name, cert.name, sizeof(r.peer_name));
    memcpy(r.peer_fingerprint, cert.fingerprint, HASH_SIZE);
    api_answer_free(&answer);
    api_handle(&api, &r, now_s, &answer);
    return answer.code;
}

static const struct query_page *ask_of(const struct device *d, const char *of, uint32_t kinds,
                                       int64_t as_of_s, uint32_t offset)
{
    char path[120];
    (void)snprintf(path, sizeof(path), "/v1/report/%s/20261122/20261122/%u/%lld-%u", of,
                   (unsigned)kinds, (long long)as_of_s, (unsigned)offset);
    assert_int_equal(get(d, path), 200);
    assert_int_equal(
        query_page_read((struct span){(const uint8_t *)answer.content, answer.size}, &page),
        TILL_OK);
    return &page;
}

static const struct query_page *ask(const char *of)
{
    return ask_of(&boss, of, 0, 0, 0);
}

static bool tells(const char *text)
{
    return memmem(answer.content, answer.size, text, strlen(text)) != NULL;
}

static void set_team(const char *supervisor, const char *members)
{
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(team_set(office.store, supervisor, members), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
}

static void collect(struct device *d, const char *account, int64_t amount_minor)
{
    struct body_collection body = device_cash(account, amount_minor);
    device_collect(d, &body, 0);
}

/* Of 130.00 that should be there one yuan is missing. */
static void close_short(struct device *d)
{
    struct body_shift_closed b = {.z = 1,
                                  .shift = 1,
                                  .expected_minor = 13000,
                                  .counted_minor = 12900,
                                  .taken_minor = 3000,
                                  .receipts = 1};
    APPEND(d, shift_closed, &b);
}

static void take_books(int count)
{
    assert_int_equal(store_begin(office.store), TILL_OK);
    for (int i = 0; i < count; i++) {
        struct store_taking t = {.dimension = TAKING_BOOK,
                                 .date = TODAY,
                                 .receipts = 1,
                                 .amount_minor = 100 * (count - i)};
        (void)snprintf(t.key, sizeof(t.key), "B%03d", i);
        assert_int_equal(store_taking_add(office.store, "0031", &t), TILL_OK);
    }
    assert_int_equal(store_commit(office.store), TILL_OK);
}

static int begin(void **state)
{
    (void)office_open(state);
    now_s = OFFICE_NOW_S;
    api = (struct api){.store = office.store,
                       .authority = &office.authority,
                       .books = {.store = office.store,
                                 .dir = office.dir,
                                 .statement = &office.authority.statement,
                                 .interval_s = 3600},
                       .shelf = shelf_new()};
    assert_non_null(api.shelf);
    device_begin(&boss, "0031");
    device_begin(&other, "0032");
    set_team("0031", "0032");
    return 0;
}

static int end(void **state)
{
    api_answer_free(&answer);
    shelf_free(api.shelf);
    device_end(&boss);
    device_end(&other);
    return office_close(state);
}

/* ---- pages ----------------------------------------------------------------------------------- */

static void the_pages_of_a_report_are_of_one_time(void **state)
{
    (void)state;
    take_books(BOOKS);
    (void)ask("book");
    assert_int_equal(page.at_s, now_s);
    assert_int_equal(page.total, BOOKS);
    assert_int_equal(page.count, QUERY_PAGE_ROWS_MAX);
    assert_string_equal(page.rows[0].as.takings.key, "B000");
    take_books(2); /* what is taken meanwhile */
    now_s += 60;
    (void)ask_of(&boss, "book", 0, OFFICE_NOW_S, QUERY_PAGE_ROWS_MAX);
    assert_int_equal(page.at_s, OFFICE_NOW_S);
    assert_int_equal(page.total, BOOKS);
    assert_int_equal(page.count, BOOKS - QUERY_PAGE_ROWS_MAX);
    assert_string_equal(page.rows[0].as.takings.key, "B024");
    assert_int_equal(page.rows[0].as.takings.amount_minor, 600);
    (void)ask("book"); /* as of now */
    assert_int_equal(page.at_s, now_s);
    assert_int_equal(page.rows[0].as.takings.amount_minor, 100 * BOOKS + 200);
}

static void a_page_of_a_report_that_is_gone_says_so_by_its_time(void **state)
{
    (void)state;
    take_books(BOOKS);
    (void)ask("book");
    now_s += SHELF_S + 1;
    (void)ask_of(&boss, "book", 0, OFFICE_NOW_S, QUERY_PAGE_ROWS_MAX);
    assert_int_equal(page.at_s, now_s);
    assert_int_equal(page.ask.offset, QUERY_PAGE_ROWS_MAX);
    assert_int_equal(page.count, BOOKS - QUERY_PAGE_ROWS_MAX);
    (void)ask_of(&boss, "book", 0, now_s, 20 * QUERY_PAGE_ROWS_MAX);
    assert_int_equal(page.count, 0);
}

static void what_one_terminal_was_told_no_other_gets(void **state)
{
    (void)state;
    take_books(BOOKS);
    (void)ask("book");
    set_team("0032", "");
    (void)ask_of(&other, "book", 0, OFFICE_NOW_S, 0);
    assert_int_equal(page.total, 0);
}

static void more_reports_than_are_kept_let_the_oldest_go(void **state)
{
    (void)state;
    take_books(BOOKS);
    (void)ask("book");
    for (uint32_t kinds = 1; kinds <= SHELF_MAX; kinds++) {
        (void)ask_of(&boss, "exceptions", 2 * kinds, 0, 0);
    }
    now_s += 60;
    (void)ask_of(&boss, "book", 0, OFFICE_NOW_S, QUERY_PAGE_ROWS_MAX);
    assert_int_equal(page.at_s, now_s);
}

static void a_question_that_is_none_is_not_found(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/v1/report/colour/20261122/20261122/0/0-0",   "/v1/report/close/20261122/20261122/0/0-0",
        "/v1/report/book/20261122/20261121/0/0-0",     "/v1/report/book/20261131/20261131/0/0-0",
        "/v1/report/book/20261122/20261122/2/0-0",     "/v1/report/book/20261122/20261122/0/0-1",
        "/v1/report/book/20261122/20261122/0/0",       "/v1/report/book/20261122/20261122/0/00-0",
        "/v1/report/book/20261122/20261122/0/0-24000", "/v1/report/book/20261122/20261122/0",
        "/v1/report/book/20261122/20261122/0/-0"};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        assert_int_equal(get(&boss, paths[i]), 404);
    }
    assert_int_equal(get(&other, "/v1/report/book/20261122/20261122/0/0-0"), 404); /* no team */
}

/* ---- exceptions ------------------------------------------------------------------------------ */

static void exceptions_are_told_one_by_one_newest_first(void **state)
{
    (void)state;
    struct body_clock_changed clock = {.from_s = OFFICE_NOW_S, .to_s = OFFICE_NOW_S + 60};
    collect(&boss, OFFICE_ACCOUNT, 3000);
    struct body_reversal back = {.seq = boss.count,
                                 .amount_minor = 3000,
                                 .cash_minor = 3000,
                                 .way = REVERSAL_OWN_PAPER,
                                 .reason = REVERSAL_WRONG_AMOUNT,
                                 .account = OFFICE_ACCOUNT};
    APPEND(&boss, reversal, &back);
    other.at_s += 600;
    APPEND(&other, clock_changed, &clock);
    (void)device_hand_in(&boss);
    (void)device_hand_in(&other);
    (void)ask("exceptions");
    assert_int_equal(page.total, 2);
    const struct query_exception *e = &page.rows[0].as.exception;
    assert_int_equal(e->kind, REPORT_CLOCK);
    assert_string_equal(e->terminal, "0032");
    assert_string_equal(e->user, "1001");
    assert_int_equal(e->number, 60);
    e = &page.rows[1].as.exception;
    assert_int_equal(e->kind, REPORT_REVERSAL);
    assert_string_equal(e->terminal, "0031");
    assert_int_equal(e->seq, boss.count);
    assert_int_equal(e->about, back.seq);
    assert_string_equal(e->account, OFFICE_ACCOUNT);
    assert_int_equal(e->amount_minor, 3000);
    assert_int_equal(e->number, REVERSAL_WRONG_AMOUNT);
    assert_int_equal(e->date, TODAY);
    (void)ask_of(&boss, "exceptions", 1U << REPORT_CLOCK, 0, 0);
    assert_int_equal(page.total, 1);
    assert_int_equal(page.exceptions, 2);
}

/* ---- what waits to be counted ---------------------------------------------------------------- */

static void expect_hidden(void)
{
    (void)ask("exceptions");
    assert_int_equal(page.total, 1);
    assert_int_equal(page.rows[0].as.exception.kind, REPORT_OVER_SHORT);
    assert_true(page.rows[0].as.exception.hidden);
    assert_int_equal(page.rows[0].as.exception.amount_minor, 0);
}

static void until_it_is_counted_no_terminal_is_told_how_much_it_is(void **state)
{
    struct body_handover_given given = {
        .amount_minor = 12900, .receiver = "1002", .closes = "1", .source = CASH_HELD};
    struct body_handover_taken taken = {.amount_minor = 12900, .counted_minor = 12900};
    (void)state;
    collect(&other, OFFICE_ACCOUNT, 3000);
    close_short(&other);
    (void)device_hand_in(&other);
    expect_hidden();
    (void)ask("shifts");
    assert_int_equal(page.total, 1);
    const struct query_shift *s = &page.rows[0].as.shift;
    assert_int_equal(s->state, QUERY_SHIFT_HELD);
    assert_string_equal(s->terminal, "0032");
    assert_string_equal(s->user, "1001");
    assert_int_equal(s->date, TODAY);
    assert_false(tells("129") || tells("130"));
    assert_int_equal(get(&boss, "/v1/report/close/20261122/20261122"), 200);
    assert_false(tells("129") || tells("130")); /* as older terminals ask */
    APPEND(&other, handover_given, &given);
    (void)device_hand_in(&other);
    memcpy(taken.hash, other.entries[other.count - 1].hash, HASH_SIZE);
    now_s++;
    expect_hidden();
    (void)ask("shifts");
    assert_int_equal(page.total, 1);
    s = &page.rows[0].as.shift;
    assert_int_equal(s->state, QUERY_SHIFT_WAITING);
    assert_int_equal(s->z, 1);
    assert_int_equal(s->since_s, other.entries[other.count - 1].at_s);
    assert_false(tells("129") || tells("130"));
    device_login(&boss, KIND_USER_SWITCHED, "1002");
    APPEND(&boss, handover_taken, &taken);
    (void)device_hand_in(&boss);
    now_s++;
    (void)ask("shifts");
    assert_int_equal(page.total, 0);
    (void)ask("exceptions");
    assert_false(page.rows[0].as.exception.hidden);
    assert_int_equal(page.rows[0].as.exception.amount_minor, 100);
    assert_string_equal(page.rows[0].as.exception.user, "1001");
}

/* ---- arrears --------------------------------------------------------------------------------- */

static void arrears_are_told_by_meter_book_and_age(void **state)
{
    (void)state;
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(store_assign(office.store, "0031", "CX01"), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    collect(&other, OFFICE_LATE, 5000); /* of another book, taken by the team */
    collect(&boss, OFFICE_ACCOUNT, 9210);
    collect(&boss, OFFICE_ACCOUNT, 9432);
    struct body_reversal back = {.seq = boss.count,
                                 .amount_minor = 9432,
                                 .cash_minor = 9432,
                                 .way = REVERSAL_OWN_PAPER,
                                 .reason = REVERSAL_WRONG_AMOUNT,
                                 .account = OFFICE_ACCOUNT};
    APPEND(&boss, reversal, &back);
    (void)device_hand_in(&boss);
    (void)device_hand_in(&other);
    (void)ask("arrears");
    assert_int_equal(page.total, 2);
    for (size_t i = 0; i < page.total; i++) {
        const struct query_arrears *a = &page.rows[i].as.arrears;
        if (strcmp(a->meter_book, "CX01") == 0) {
            assert_string_equal(a->name, "城东一册");
            assert_int_equal(a->customers, 2);
            assert_int_equal(a->owing, 1);
            assert_int_equal(a->owed_minor[0], 9432); /* of 10 */
            assert_int_equal(a->owed_minor[1], 0);
            assert_int_equal(a->paid_minor[1], 9210); /* of 09 */
            assert_int_equal(a->paid_minor[0], 0);    /* undone */
        } else {
            assert_string_equal(a->meter_book, "CX02");
            assert_int_equal(a->owing, 1);
            assert_true(a->paid_minor[0] + a->paid_minor[1] > 0);
        }
    }
    const struct query_arrears *sum = &page.sum.as.arrears;
    assert_int_equal(sum->customers, 3);
    assert_int_equal(sum->owing, 2);
    assert_int_equal(sum->paid_minor[1] + sum->paid_minor[0],
                     page.rows[0].as.arrears.paid_minor[0] + page.rows[0].as.arrears.paid_minor[1] +
                         page.rows[1].as.arrears.paid_minor[0] +
                         page.rows[1].as.arrears.paid_minor[1]);
}

#define PAGE_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAGE_TEST(the_pages_of_a_report_are_of_one_time),
        PAGE_TEST(a_page_of_a_report_that_is_gone_says_so_by_its_time),
        PAGE_TEST(what_one_terminal_was_told_no_other_gets),
        PAGE_TEST(more_reports_than_are_kept_let_the_oldest_go),
        PAGE_TEST(a_question_that_is_none_is_not_found),
        PAGE_TEST(exceptions_are_told_one_by_one_newest_first),
        PAGE_TEST(until_it_is_counted_no_terminal_is_told_how_much_it_is),
        PAGE_TEST(arrears_are_told_by_meter_book_and_age),
    };
    return office_run("report_page", tests, sizeof(tests) / sizeof(tests[0]));
}
