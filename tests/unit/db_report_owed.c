/* What is outstanding by meter book and age of the bill, and what was recovered of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cut_vfs.h"
#include "report_story.h"
#include "text.h"

enum { ROWS = 32, DAY = 20261122, FOREVER = 99991231 };

static struct report_story s;
static struct report *r;
static struct book *book;
static struct report_recovery recovered[ROWS], all;
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

static size_t ask_recoveries(void)
{
    size_t count = 0;
    int64_t as_of_s = 0;
    read_all();
    assert_int_equal(
        report_recoveries(r, 0, FOREVER, 0, recovered, ROWS, &count, &total, &all, &as_of_s),
        TILL_OK);
    assert_int_equal(as_of_s, book != NULL ? REPORT_STORY_BEGIN_S : 0);
    return count;
}

static void build(const struct report_story_book *what)
{
    book_close(book);
    book = report_story_build(what, CUT_VFS, "/book.db");
}

/* ---- what was recovered, what is outstanding ------------------------------------------------- */

/* Four customers in two books, each with 14 months: 2 young, 3 up to a quarter (counted from
 * 202611), 8 up to a year and the rest older. */
static const struct report_story_book township = {
    .revision = 1, .customers = 4, .per_book = 2, .months = 14};

static void what_is_outstanding_is_told_by_meter_book_and_age(void **state)
{
    (void)state;
    build(&township);
    assert_int_equal(ask_recoveries(), 2);
    assert_int_equal(total, 2);
    assert_string_equal(recovered[0].meter_book, "B0");
    assert_string_equal(recovered[0].name, "Lane 0");
    assert_int_equal(recovered[0].customers, 2);
    assert_int_equal(recovered[0].owing, 2);
    assert_int_equal(recovered[0].outstanding_minor[0], 1 * 2001);
    assert_int_equal(recovered[0].outstanding_minor[1], 2 * 2001);
    assert_int_equal(recovered[0].outstanding_minor[2], 9 * 2001);
    assert_int_equal(recovered[0].outstanding_minor[3], 2 * 2001);
    assert_int_equal(recovered[1].outstanding_minor[0], 1 * 2005);
    assert_int_equal(recovered[0].rate_ppm, 0);
    assert_int_equal(all.customers, 4);
    assert_int_equal(all.outstanding_minor[0], 4006);
}

static void pay_months(const char *account, int32_t first, size_t months, int64_t amount_minor)
{
    struct report_story_payment p = {.account = account, .count = months};
    for (size_t i = 0; i < months; i++)
        p.lines[i] = (struct allocation_line){
            .month = first + (int32_t)i, .type = 1, .amount_minor = amount_minor};
    report_story_pay(&s, &p);
}

/* More customers than a piece takes, and each piece by another opening. */
static void a_book_is_gone_through_over_many_starts(void **state)
{
    const struct report_story_book large = {
        .revision = 1, .customers = 450, .per_book = 450, .months = 1};
    bool done = false;
    int starts = 0;
    (void)state;
    build(&large);
    for (; !done && starts < 50; starts++) {
        report_close(r);
        assert_int_equal(report_open("/report.db", CUT_VFS, &r), TILL_OK);
        assert_int_equal(report_read(r, s.journal, book, &s.paper, 0, &done), TILL_OK);
    }
    assert_true(starts > 4);
    assert_int_equal(ask_recoveries(), 1);
    assert_int_equal(recovered[0].customers, 450);
    assert_int_equal(recovered[0].owing, 450);
    assert_int_equal(recovered[0].outstanding_minor[0], 450 * 1000 + 449 * 450 / 2);
}

static void what_is_paid_here_comes_off_and_is_recovered(void **state)
{
    (void)state;
    build(&township);
    assert_int_equal(ask_recoveries(), 2);
    pay_months("6100000001", 202509, 3, 1001); /* two older ones, one of a year */
    assert_int_equal(ask_recoveries(), 2);
    assert_int_equal(recovered[0].outstanding_minor[3], 2 * 2001 - 2 * 1001);
    assert_int_equal(recovered[0].outstanding_minor[2], 9 * 2001 - 1001);
    assert_int_equal(recovered[0].recovered_minor[3], 2 * 1001);
    assert_int_equal(recovered[0].recovered_minor[2], 1001);
    assert_int_equal(recovered[0].rate_ppm, 3003 * INT64_C(1000000) / (14 * 2001));
    assert_int_equal(recovered[1].recovered_minor[2], 0);
}

/* Before any book was read, and entered by hand. */
static void a_manual_receipt_comes_off_when_the_book_is_read(void **state)
{
    (void)state;
    report_story_manual(&s, "6100000001", 1001, s.at_s - 60);
    build(&township);
    assert_int_equal(ask_recoveries(), 2);
    assert_int_equal(recovered[0].outstanding_minor[3], 2 * 2001 - 1001);
}

static void who_pays_all_of_it_owes_no_more(void **state)
{
    struct report_story_payment p = {.account = "6100000000", .over_minor = 14000};
    (void)state;
    p.kind = KIND_ADVANCE;
    build(&township);
    report_story_pay(&s, &p);
    assert_int_equal(ask_recoveries(), 2);
    assert_int_equal(recovered[0].owing, 1);
    assert_int_equal(recovered[0].outstanding_minor[3], 2 * 1001);
}

static void a_reversal_makes_it_owed_again(void **state)
{
    (void)state;
    build(&township);
    pay_months("6100000001", 202509, 1, 1001);
    assert_int_equal(ask_recoveries(), 2);
    report_story_undo(&s, journal_fold(s.journal)->last_receipt_seq);
    assert_int_equal(ask_recoveries(), 2);
    assert_int_equal(recovered[0].outstanding_minor[3], 2 * 2001);
    assert_int_equal(recovered[0].recovered_minor[3], 0);
}

static void a_newer_book_holds_what_the_overlay_held(void **state)
{
    struct report_story_book newer = township;
    (void)state;
    build(&township);
    pay_months("6100000001", 202609, 1, 1001);
    assert_int_equal(ask_recoveries(), 2);
    newer.revision = 2;
    newer.applied_seq = journal_fold(s.journal)->seq;
    newer.fewer = "6100000001";
    build(&newer);
    assert_int_equal(ask_recoveries(), 2);
    assert_int_equal(all.outstanding_minor[0], 4006 - 1001);
    assert_int_equal(all.outstanding_minor[1], 2 * 4006);
    /* What that book holds and is undone now is owed again by its paper. */
    report_story_undo(&s, journal_fold(s.journal)->last_receipt_seq);
    assert_int_equal(ask_recoveries(), 2);
    assert_int_equal(all.outstanding_minor[0] + all.outstanding_minor[1], 3 * 4006);
}

static void a_stranger_stands_under_no_meter_book(void **state)
{
    (void)state;
    build(&township);
    report_story_cash(&s, "6199999999", 500);
    assert_int_equal(ask_recoveries(), 3);
    assert_string_equal(recovered[0].meter_book, "");
    assert_int_equal(recovered[0].recovered_minor[0], 500);
    assert_int_equal(recovered[0].rate_ppm, 1000000);
}

static void with_the_first_book_receipts_find_their_meter_books(void **state)
{
    struct report_question q = {.by = REPORT_BY_BOOK, .to = FOREVER};
    struct report_row rows[ROWS];
    size_t count = 0;
    (void)state;
    report_story_cash(&s, "6100000001", 500);
    report_story_cash(&s, "6100000002", 600);
    read_all();
    assert_int_equal(report_takings(r, &q, 0, rows, ROWS, &count, &total, NULL), TILL_OK);
    assert_int_equal(count, 1);
    assert_string_equal(rows[0].key, "");
    build(&township);
    read_all();
    assert_int_equal(report_takings(r, &q, 0, rows, ROWS, &count, &total, NULL), TILL_OK);
    assert_int_equal(count, 2);
    assert_string_equal(rows[0].key, "B1");
    assert_int_equal(rows[0].amount_minor, 600);
}

static void many_meter_books_are_shown_page_by_page(void **state)
{
    const struct report_story_book many = {
        .revision = 1, .customers = 200, .per_book = 1, .months = 1};
    size_t count = 0, seen = 0;
    int64_t as_of_s = 0;
    char before[BOOK_ID_MAX] = "";
    (void)state;
    build(&many);
    read_all();
    do {
        assert_int_equal(
            report_recoveries(r, 0, FOREVER, seen, recovered, 30, &count, &total, &all, &as_of_s),
            TILL_OK);
        assert_int_equal(total, 200);
        for (size_t i = 0; i < count; i++) {
            assert_true(strcmp(before, recovered[i].meter_book) < 0);
            text_copy(before, sizeof before, recovered[i].meter_book);
        }
        seen += count;
    } while (count > 0);
    assert_int_equal(seen, 200);
    assert_int_equal(all.customers, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
        TEST(what_is_outstanding_is_told_by_meter_book_and_age),
        TEST(a_book_is_gone_through_over_many_starts),
        TEST(what_is_paid_here_comes_off_and_is_recovered),
        TEST(a_manual_receipt_comes_off_when_the_book_is_read),
        TEST(who_pays_all_of_it_owes_no_more),
        TEST(a_reversal_makes_it_owed_again),
        TEST(a_newer_book_holds_what_the_overlay_held),
        TEST(a_stranger_stands_under_no_meter_book),
        TEST(with_the_first_book_receipts_find_their_meter_books),
        TEST(many_meter_books_are_shown_page_by_page),
    };
    return cmocka_run_group_tests_name("db_report_owed", tests, NULL, NULL);
}
