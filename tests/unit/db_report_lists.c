/* The reports' lists: each sort of exception, shifts until they are settled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cut_vfs.h"
#include "limit.h"
#include "report_story.h"
#include "text.h"

enum { ROWS = 32, DAY = 20261122, FOREVER = 99991231, DAY_S = 86400 };

static struct report_story s;
static struct report *r;
static struct book *book;
static struct report_exception found[ROWS];
static struct report_shift shifts[ROWS];
static size_t total;

static int begin(void **state)
{
    (void)state;
    cut_vfs_create(1, 512);
    report_story_begin(&s, CUT_VFS, "/journal.db");
    report_story_person(&s, KIND_LOGIN, "1001");
    report_story_shift(&s, DAY, 0);
    book = NULL;
    return report_open("/report.db", CUT_VFS, &r) == TILL_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    report_close(r);
    r = NULL;
    book_close(book);
    report_story_end(&s);
    return 0;
}

static void read_all(void)
{
    assert_int_equal(report_story_read(&s, r, book), TILL_OK);
}

static size_t of_kind(enum report_exception_kind kind)
{
    size_t count = 0;
    read_all();
    assert_int_equal(
        report_exceptions(r, 0, FOREVER, UINT32_C(1) << kind, "", 0, found, ROWS, &count, &total),
        TILL_OK);
    return count;
}

static size_t ask_shifts(bool settled_too)
{
    size_t count = 0;
    read_all();
    assert_int_equal(report_shifts(r, settled_too, 0, shifts, ROWS, &count, &total), TILL_OK);
    assert_int_equal(count, total);
    return count;
}

static void build(const struct report_story_book *what)
{
    book_close(book);
    book = report_story_build(what, CUT_VFS, "/book.db");
}

/* ---- the terminal's own life ----------------------------------------------------------------- */

static void failed_logins_stand_under_the_number_that_was_typed(void **state)
{
    struct entry e = {0};
    struct body_login b = {.user = "1777", .failures = 3};
    (void)state;
    assert_int_equal(entry_write_login(&e, KIND_LOGIN_FAILED, &b), TILL_OK);
    uint64_t seq = report_story_append(&s, &e, false);
    assert_int_equal(of_kind(REPORT_LOGIN_FAILED), 1);
    assert_string_equal(found[0].user, "1777");
    assert_int_equal(found[0].number, 3);
    assert_int_equal(found[0].seq, seq);
}

static void a_clock_set_back_is_told_in_seconds(void **state)
{
    struct entry e = {0};
    struct body_clock_changed b = {.from_s = s.at_s, .to_s = s.at_s - 7200};
    (void)state;
    assert_int_equal(entry_write_clock_changed(&e, &b), TILL_OK);
    report_story_append(&s, &e, false);
    assert_int_equal(of_kind(REPORT_CLOCK), 1);
    assert_int_equal(found[0].number, -7200);
}

static void a_lifted_limit_and_an_anomaly_are_told(void **state)
{
    struct entry e = {0};
    struct body_limit_lifted lifted = {.limit = LIMIT_CASH, .value = 800000, .approver = "2001"};
    struct body_anomaly anomaly = {.code = TILL_E_FORK, .text = "head"};
    (void)state;
    assert_int_equal(entry_write_limit_lifted(&e, &lifted), TILL_OK);
    report_story_append(&s, &e, false);
    assert_int_equal(entry_write_anomaly(&e, &anomaly), TILL_OK);
    report_story_append(&s, &e, false);
    assert_int_equal(of_kind(REPORT_LIMIT_LIFTED), 1);
    assert_int_equal(found[0].number, LIMIT_CASH);
    assert_int_equal(found[0].amount_minor, 800000);
    assert_int_equal(of_kind(REPORT_ANOMALY), 1);
    assert_int_equal(found[0].number, TILL_E_FORK);
}

/* ---- paper ----------------------------------------------------------------------------------- */

static void a_paper_is_uncertain_until_it_is_told_whole(void **state)
{
    (void)state;
    uint64_t seq = report_story_cash(&s, "6100000001", 900);
    report_story_print(&s, KIND_PRINT_UNCERTAIN, seq, 0);
    assert_int_equal(of_kind(REPORT_UNCERTAIN), 1);
    assert_true(found[0].open);
    assert_int_equal(found[0].about, seq);
    report_story_print(&s, KIND_PRINT_DONE, seq, 0);
    assert_int_equal(of_kind(REPORT_UNCERTAIN), 1);
    assert_false(found[0].open);
}

static void put_range(uint64_t first, uint64_t last)
{
    struct entry e = {0};
    struct body_stock_range b = {
        .type = STOCK_RECEIPT, .series = "B", .first = first, .last = last, .other = "2001"};
    assert_int_equal(entry_write_stock_range(&e, KIND_STATIONERY_RECEIVED, &b), TILL_OK);
    report_story_append(&s, &e, false);
}

/* After a jam that was printed again on the next number somebody holds the first paper. */
static void a_paper_whose_number_ended_is_not_uncertain_any_more(void **state)
{
    struct entry e = {0};
    struct body_stock_used used = {.number = {STOCK_RECEIPT, "B", 100}};
    struct body_stock_ended spoiled = {.number = {STOCK_RECEIPT, "B", 100}, .reason = SPOIL_JAM};
    (void)state;
    put_range(100, 120);
    used.seq = spoiled.seq = report_story_cash(&s, "6100000001", 900);
    assert_int_equal(entry_write_stock_used(&e, &used), TILL_OK);
    report_story_append(&s, &e, false);
    report_story_print(&s, KIND_PRINT_UNCERTAIN, used.seq, 0);
    assert_int_equal(of_kind(REPORT_UNCERTAIN), 1);
    assert_true(found[0].open);
    assert_int_equal(entry_write_stock_ended(&e, KIND_STATIONERY_SPOILED, &spoiled), TILL_OK);
    report_story_append(&s, &e, false);
    assert_int_equal(of_kind(REPORT_UNCERTAIN), 1);
    assert_false(found[0].open);
}

static void a_manual_receipt_is_told_and_counted(void **state)
{
    struct report_question q = {.by = REPORT_BY_TYPE, .to = FOREVER};
    struct report_row row, sum;
    size_t count = 0;
    (void)state;
    report_story_manual(&s, "6100000001", 900, s.at_s - 3600);
    assert_int_equal(of_kind(REPORT_MANUAL), 1);
    assert_int_equal(found[0].amount_minor, 900);
    assert_string_equal(found[0].account, "6100000001");
    assert_int_equal(report_takings(r, &q, 0, &row, 1, &count, &total, &sum), TILL_OK);
    assert_int_equal(row.number, 0);
    assert_int_equal(row.amount_minor, 900);
}

static void spoiled_and_skipped_numbers_are_told_with_how_many(void **state)
{
    struct entry e = {0};
    struct body_stock_ended spoiled = {.number = {STOCK_RECEIPT, "B", 100}, .reason = SPOIL_JAM};
    struct body_stock_adjusted adjusted = {
        .screen = {STOCK_RECEIPT, "B", 101}, .hand = 104, .reason = SPOIL_SKIPPED};
    (void)state;
    put_range(100, 120);
    assert_int_equal(entry_write_stock_ended(&e, KIND_STATIONERY_SPOILED, &spoiled), TILL_OK);
    report_story_append(&s, &e, false);
    assert_int_equal(entry_write_stock_adjusted(&e, &adjusted), TILL_OK);
    report_story_append(&s, &e, false);
    assert_int_equal(of_kind(REPORT_STATIONERY), 2);
    assert_int_equal(found[0].number, 3);
    assert_int_equal(found[1].number, 1);
}

/* ---- money ----------------------------------------------------------------------------------- */

static void the_cash_limit_is_told_once_when_it_is_reached(void **state)
{
    (void)state;
    s.paper.cash_limit_minor = 1000;
    report_story_cash(&s, "6100000001", 999);
    assert_int_equal(of_kind(REPORT_CASH_LIMIT), 0);
    uint64_t seq = report_story_cash(&s, "6100000001", 1);
    report_story_cash(&s, "6100000001", 50);
    assert_int_equal(of_kind(REPORT_CASH_LIMIT), 1);
    assert_int_equal(found[0].seq, seq);
    assert_int_equal(found[0].amount_minor, 1000);
    assert_int_equal(found[0].number, 1000);
}

static void a_users_own_cash_limit_is_tighter(void **state)
{
    const struct report_story_book what = {
        .revision = 1, .customers = 1, .per_book = 1, .cash_limit_minor = 500};
    (void)state;
    s.paper.cash_limit_minor = 1000;
    build(&what);
    report_story_cash(&s, "6100000001", 500);
    assert_int_equal(of_kind(REPORT_CASH_LIMIT), 1);
    assert_int_equal(found[0].number, 500);
}

static void read_meter(const char *account)
{
    struct entry e = {0};
    struct body_reading b = {.energy_cwh = 16542};
    text_copy(b.account, sizeof b.account, account);
    assert_int_equal(entry_write_reading(&e, &b), TILL_OK);
    report_story_append(&s, &e, false);
}

static void money_long_after_a_reading_of_here_is_a_late_receipt(void **state)
{
    const struct report_story_book what = {
        .revision = 1, .customers = 2, .per_book = 2, .late_receipt_days = 3};
    (void)state;
    build(&what);
    read_meter("6100000001");
    report_story_cash(&s, "6100000001", 100);
    s.at_s += 3 * DAY_S;
    uint64_t seq = report_story_cash(&s, "6100000001", 900);
    report_story_cash(&s, "6100000000", 700); /* never read */
    assert_int_equal(of_kind(REPORT_LATE_RECEIPT), 1);
    assert_int_equal(found[0].seq, seq);
    assert_int_equal(found[0].number, 3);
    assert_int_equal(found[0].amount_minor, 900);
}

static void money_long_after_the_books_reading_is_a_late_receipt_too(void **state)
{
    const struct report_story_book what = {.revision = 1,
                                           .customers = 2,
                                           .per_book = 2,
                                           .late_receipt_days = 10,
                                           .last_reading_date = 20261110};
    (void)state;
    build(&what);
    report_story_cash(&s, "6100000001", 900);
    assert_int_equal(of_kind(REPORT_LATE_RECEIPT), 1);
    assert_int_equal(found[0].number, 12);
}

static void a_manual_receipt_counts_from_when_it_was_handed_over(void **state)
{
    const struct report_story_book what = {
        .revision = 1, .customers = 2, .per_book = 2, .late_receipt_days = 3};
    (void)state;
    build(&what);
    read_meter("6100000001");
    int64_t taken_at_s = s.at_s;
    s.at_s += 9 * DAY_S;
    report_story_manual(&s, "6100000001", 900, taken_at_s);
    assert_int_equal(of_kind(REPORT_LATE_RECEIPT), 0);
}

/* ---- long without the office ----------------------------------------------------------------- */

static void money_that_waits_for_days_is_a_gap_until_the_office_has_it(void **state)
{
    struct entry e;
    (void)state;
    uint64_t first = report_story_cash(&s, "6100000001", 900);
    assert_int_equal(of_kind(REPORT_OFFLINE), 0);
    s.at_s += 3 * DAY_S;
    uint64_t last = report_story_cash(&s, "6100000001", 900);
    assert_int_equal(of_kind(REPORT_OFFLINE), 1);
    assert_true(found[0].open);
    assert_int_equal(found[0].seq, last);
    assert_int_equal(found[0].about, first);
    assert_int_equal(found[0].number, 3 * DAY_S + 20);
    assert_int_equal(journal_read(s.journal, last, &e, NULL), TILL_OK);
    struct journal_ack ack = {.seq = last, .at_s = s.at_s, .serial = 1};
    memcpy(ack.hash, e.hash, HASH_SIZE);
    assert_int_equal(journal_acknowledge(s.journal, &ack), TILL_OK);
    assert_int_equal(of_kind(REPORT_OFFLINE), 0);
}

/* The totals say how many the office has not: here all but `heard`. */
static void close_unsent(uint64_t heard)
{
    struct fold_user user = *fold_current(journal_fold(s.journal));
    struct entry e = {0};
    struct body_count_begun begun = {user.shift};
    struct body_cash_count count = {.purpose = COUNT_CLOSING,
                                    .shift = user.shift,
                                    .attempt = 1,
                                    .amount_minor = user.cash_minor};
    assert_int_equal(entry_write_count_begun(&e, &begun), TILL_OK);
    report_story_append(&s, &e, false);
    assert_int_equal(entry_write_cash_count(&e, &count), TILL_OK);
    struct body_count_accepted accepted = {report_story_append(&s, &e, false)};
    assert_int_equal(entry_write_count_accepted(&e, &accepted), TILL_OK);
    uint64_t head = report_story_append(&s, &e, false);
    struct body_shift_totals totals = {.shift = user.shift,
                                       .business_date = user.business_date,
                                       .first_seq = 2,
                                       .unsent = head - heard,
                                       .grand_minor = journal_fold(s.journal)->grand_minor};
    snprintf(totals.tenders, sizeof totals.tenders, "0:%lld", (long long)user.taken_minor);
    snprintf(totals.types, sizeof totals.types, "1:%lld", (long long)user.taken_minor);
    snprintf(totals.months, sizeof totals.months, "202610:%lld", (long long)user.taken_minor);
    assert_int_equal(entry_write_shift_totals(&e, &totals), TILL_OK);
    report_story_append(&s, &e, false);
    struct body_shift_closed z = {.z = journal_fold(s.journal)->last_z + 1,
                                  .shift = user.shift,
                                  .expected_minor = user.cash_minor,
                                  .counted_minor = user.cash_minor,
                                  .taken_minor = user.taken_minor,
                                  .receipts = user.receipts};
    assert_int_equal(entry_write_shift_closed(&e, &z), TILL_OK);
    report_story_append(&s, &e, false);
}

static void each_z_of_one_gap_tells_it_in_the_place_of_the_one_before(void **state)
{
    (void)state;
    uint64_t first = report_story_cash(&s, "6100000001", 900);
    s.at_s += 3 * DAY_S;
    close_unsent(0);
    assert_int_equal(of_kind(REPORT_OFFLINE), 1);
    assert_int_equal(found[0].about, first);
    assert_false(found[0].open);
    report_story_shift(&s, DAY + 3, 0);
    report_story_cash(&s, "6100000001", 900);
    s.at_s += DAY_S;
    close_unsent(0);
    assert_int_equal(of_kind(REPORT_OFFLINE), 1);
    assert_true(found[0].number > 4 * DAY_S);
}

static void what_the_office_had_heard_of_is_no_gap(void **state)
{
    (void)state;
    uint64_t first = report_story_cash(&s, "6100000001", 900);
    s.at_s += 3 * DAY_S;
    report_story_cash(&s, "6100000001", 900);
    close_unsent(first);
    assert_int_equal(of_kind(REPORT_OFFLINE), 0);
}

/* ---- shifts ---------------------------------------------------------------------------------- */

static void give(int64_t amount_minor, const char *closes, int source)
{
    struct entry e = {0};
    struct body_handover_given b = {
        .amount_minor = amount_minor, .receiver = "2001", .source = source};
    text_copy(b.closes, sizeof b.closes, closes);
    assert_int_equal(entry_write_handover_given(&e, &b), TILL_OK);
    report_story_append(&s, &e, false);
}

static void a_shift_is_open_then_held_then_settled(void **state)
{
    (void)state;
    report_story_cash(&s, "6100000001", 900);
    assert_int_equal(ask_shifts(false), 1);
    assert_int_equal(shifts[0].state, REPORT_SHIFT_OPEN);
    assert_int_equal(shifts[0].taken_minor, 900);
    assert_int_equal(shifts[0].receipts, 1);
    uint64_t z = report_story_close(&s, -50);
    assert_int_equal(ask_shifts(false), 1);
    assert_int_equal(shifts[0].state, REPORT_SHIFT_HELD);
    assert_int_equal(shifts[0].z, 1);
    assert_int_equal(shifts[0].z_seq, z);
    assert_int_equal(shifts[0].expected_minor, 900);
    assert_int_equal(shifts[0].counted_minor, 850);
    give(800, "1", CASH_HELD);
    assert_int_equal(ask_shifts(false), 0);
    assert_int_equal(ask_shifts(true), 1);
    assert_int_equal(shifts[0].state, REPORT_SHIFT_SETTLED);
}

static void a_shift_that_is_counted_shows_nothing_expected(void **state)
{
    struct entry e = {0};
    struct body_count_begun begun = {1};
    (void)state;
    report_story_cash(&s, "6100000001", 900);
    assert_int_equal(entry_write_count_begun(&e, &begun), TILL_OK);
    report_story_append(&s, &e, false);
    assert_int_equal(ask_shifts(false), 1);
    assert_int_equal(shifts[0].state, REPORT_SHIFT_COUNTING);
    assert_int_equal(shifts[0].expected_minor, 0);
}

static void only_the_zs_that_are_named_are_settled_while_something_is_left(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        if (i > 0)
            report_story_shift(&s, DAY + i, 0);
        report_story_cash(&s, "6100000001", 900);
        report_story_close(&s, 0);
    }
    give(2700, "1,3-4", CASH_HELD);
    assert_int_equal(ask_shifts(false), 1);
    assert_int_equal(shifts[0].z, 2);
    give(900, "", CASH_HELD);
    assert_int_equal(ask_shifts(false), 0);
    assert_int_equal(ask_shifts(true), 4);
    assert_int_equal(shifts[0].z, 4);
}

static void short_at_the_close_is_an_exception_with_its_reason(void **state)
{
    (void)state;
    report_story_cash(&s, "6100000001", 900);
    report_story_close(&s, -50);
    assert_int_equal(of_kind(REPORT_OVER_SHORT), 1);
    assert_int_equal(found[0].amount_minor, 50);
    assert_int_equal(found[0].number, VARIANCE_OTHER);
    assert_int_equal(found[0].date, DAY);
    assert_string_equal(found[0].user, "1001");
}

/* 2001 closes what 1001 left open. */
static void close_absent(void)
{
    struct fold_user user = *fold_current(journal_fold(s.journal));
    struct entry e = {0};
    report_story_person(&s, KIND_USER_SWITCHED, "2001");
    struct body_count_begun begun = {user.shift};
    struct body_cash_count count = {.purpose = COUNT_ABSENCE,
                                    .shift = user.shift,
                                    .attempt = 1,
                                    .amount_minor = user.cash_minor};
    assert_int_equal(entry_write_count_begun(&e, &begun), TILL_OK);
    report_story_append(&s, &e, false);
    assert_int_equal(entry_write_cash_count(&e, &count), TILL_OK);
    report_story_append(&s, &e, false);
    count.attempt = 2;
    assert_int_equal(entry_write_cash_count(&e, &count), TILL_OK);
    struct body_count_accepted accepted = {report_story_append(&s, &e, false)};
    assert_int_equal(entry_write_count_accepted(&e, &accepted), TILL_OK);
    report_story_append(&s, &e, false);
    struct body_shift_totals totals = {.shift = user.shift,
                                       .business_date = user.business_date,
                                       .first_seq = 2,
                                       .grand_minor = journal_fold(s.journal)->grand_minor};
    snprintf(totals.tenders, sizeof totals.tenders, "0:%lld", (long long)user.taken_minor);
    snprintf(totals.types, sizeof totals.types, "1:%lld", (long long)user.taken_minor);
    snprintf(totals.months, sizeof totals.months, "202610:%lld", (long long)user.taken_minor);
    assert_int_equal(entry_write_shift_totals(&e, &totals), TILL_OK);
    report_story_append(&s, &e, false);
    struct body_closed_in_absence z = {.owner = "1001",
                                       .witness = "1009",
                                       .z = 1,
                                       .shift = user.shift,
                                       .expected_minor = user.cash_minor,
                                       .counted_minor = user.cash_minor,
                                       .taken_minor = user.taken_minor,
                                       .receipts = user.receipts};
    assert_int_equal(entry_write_closed_in_absence(&e, &z), TILL_OK);
    report_story_append(&s, &e, false);
}

static void a_close_in_absence_is_open_until_its_owner_answers(void **state)
{
    struct entry e = {0};
    struct body_absence_answered answered = {.z = 1, .disputed = true};
    (void)state;
    report_story_cash(&s, "6100000001", 900);
    close_absent();
    assert_int_equal(of_kind(REPORT_ABSENCE), 1);
    assert_true(found[0].open);
    assert_string_equal(found[0].user, "1001");
    assert_int_equal(found[0].amount_minor, 900);
    assert_int_equal(of_kind(REPORT_RECOUNT), 1);
    assert_string_equal(found[0].user, "1001");
    assert_int_equal(ask_shifts(false), 1);
    assert_int_equal(shifts[0].state, REPORT_SHIFT_UNANSWERED);
    report_story_person(&s, KIND_USER_SWITCHED, "1001");
    assert_int_equal(entry_write_absence_answered(&e, &answered), TILL_OK);
    report_story_append(&s, &e, false);
    assert_int_equal(of_kind(REPORT_ABSENCE), 1);
    assert_false(found[0].open);
    assert_int_equal(found[0].number, 1);
    assert_int_equal(ask_shifts(false), 1);
    assert_int_equal(shifts[0].state, REPORT_SHIFT_HELD);
}

static void kept_cash_of_an_absent_shift_is_settled_by_who_kept_it(void **state)
{
    struct entry e = {0};
    struct body_absence_answered answered = {.z = 1};
    (void)state;
    report_story_cash(&s, "6100000001", 900);
    close_absent();
    report_story_person(&s, KIND_USER_SWITCHED, "1001");
    assert_int_equal(entry_write_absence_answered(&e, &answered), TILL_OK);
    report_story_append(&s, &e, false);
    report_story_person(&s, KIND_USER_SWITCHED, "2001");
    struct body_handover_given b = {.amount_minor = 900, .receiver = "3001", .source = CASH_KEPT};
    assert_int_equal(entry_write_handover_given(&e, &b), TILL_OK);
    report_story_append(&s, &e, false);
    assert_int_equal(ask_shifts(false), 0);
}

static void a_variance_is_open_until_all_of_it_is_explained(void **state)
{
    struct entry e = {0};
    struct body_deposit deposit = {.bank = "ABC",
                                   .slip = "778",
                                   .source = CASH_HELD,
                                   .amount_minor = 700,
                                   .expected_minor = 900,
                                   .closes = "1"};
    struct body_variance_explained explained = {
        .amount_minor = 150, .reason = VARIANCE_LOST, .owner = "1001"};
    (void)state;
    report_story_cash(&s, "6100000001", 900);
    report_story_close(&s, 0);
    assert_int_equal(entry_write_deposit(&e, &deposit), TILL_OK);
    explained.seq = report_story_append(&s, &e, false);
    assert_int_equal(of_kind(REPORT_VARIANCE), 1);
    assert_true(found[0].open);
    assert_int_equal(found[0].amount_minor, 200);
    assert_int_equal(entry_write_variance_explained(&e, &explained), TILL_OK);
    report_story_append(&s, &e, false);
    assert_int_equal(of_kind(REPORT_VARIANCE), 1);
    assert_true(found[0].open);
    assert_int_equal(found[0].number, 50);
    explained.amount_minor = 50;
    assert_int_equal(entry_write_variance_explained(&e, &explained), TILL_OK);
    report_story_append(&s, &e, false);
    assert_int_equal(of_kind(REPORT_VARIANCE), 1);
    assert_false(found[0].open);
    assert_int_equal(ask_shifts(false), 0);
}

/* ---- pages ----------------------------------------------------------------------------------- */

/* More than stand between two places that are remembered. */
static void pages_follow_each_other_newest_first(void **state)
{
    size_t count = 0;
    uint64_t before = UINT64_MAX;
    (void)state;
    uint64_t seq = report_story_cash(&s, "6100000001", 900);
    for (uint32_t i = 1; i <= 100; i++)
        report_story_print(&s, KIND_DUPLICATE, seq, i);
    report_story_close(&s, 0);
    report_story_shift(&s, DAY + 1, 0);
    report_story_print(&s, KIND_DUPLICATE, seq, 101);
    read_all();
    for (size_t offset = 0; offset < 102; offset += 7) {
        assert_int_equal(
            report_exceptions(r, DAY, DAY + 1, 0, "", offset, found, 7, &count, &total), TILL_OK);
        assert_int_equal(total, 101);
        assert_int_equal(count, offset < 98 ? 7 : 3);
        for (size_t i = 0; i < count; i++) {
            assert_true(found[i].seq < before);
            assert_int_equal(found[i].number, 101 - offset - i);
            before = found[i].seq;
        }
    }
    assert_int_equal(report_exceptions(r, DAY + 2, DAY + 9, 0, "", 0, found, 3, &count, &total),
                     TILL_OK);
    assert_int_equal(total, 0);
}

static void twelve_digits_are_added_up_whole(void **state)
{
    struct report_question q = {.by = REPORT_BY_DAY, .to = FOREVER};
    struct report_row row, sum;
    size_t count = 0;
    (void)state;
    for (int i = 0; i < 20; i++)
        report_story_cash(&s, "6100000001", INT64_C(999999999999));
    read_all();
    assert_int_equal(report_takings(r, &q, 0, &row, 1, &count, &total, &sum), TILL_OK);
    assert_int_equal(row.amount_minor, INT64_C(999999999999) * 20);
    assert_int_equal(sum.amount_minor, INT64_C(999999999999) * 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
        TEST(failed_logins_stand_under_the_number_that_was_typed),
        TEST(a_clock_set_back_is_told_in_seconds),
        TEST(a_lifted_limit_and_an_anomaly_are_told),
        TEST(a_paper_is_uncertain_until_it_is_told_whole),
        TEST(a_paper_whose_number_ended_is_not_uncertain_any_more),
        TEST(a_manual_receipt_is_told_and_counted),
        TEST(spoiled_and_skipped_numbers_are_told_with_how_many),
        TEST(the_cash_limit_is_told_once_when_it_is_reached),
        TEST(a_users_own_cash_limit_is_tighter),
        TEST(money_long_after_a_reading_of_here_is_a_late_receipt),
        TEST(money_long_after_the_books_reading_is_a_late_receipt_too),
        TEST(a_manual_receipt_counts_from_when_it_was_handed_over),
        TEST(money_that_waits_for_days_is_a_gap_until_the_office_has_it),
        TEST(each_z_of_one_gap_tells_it_in_the_place_of_the_one_before),
        TEST(what_the_office_had_heard_of_is_no_gap),
        TEST(a_shift_is_open_then_held_then_settled),
        TEST(a_shift_that_is_counted_shows_nothing_expected),
        TEST(only_the_zs_that_are_named_are_settled_while_something_is_left),
        TEST(short_at_the_close_is_an_exception_with_its_reason),
        TEST(a_close_in_absence_is_open_until_its_owner_answers),
        TEST(kept_cash_of_an_absent_shift_is_settled_by_who_kept_it),
        TEST(a_variance_is_open_until_all_of_it_is_explained),
        TEST(pages_follow_each_other_newest_first),
        TEST(twelve_digits_are_added_up_whole),
    };
    return cmocka_run_group_tests_name("db_report_lists", tests, NULL, NULL);
}
