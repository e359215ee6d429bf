/* The reports where something is wrong: another journal, a damaged file, a full disk, papers that
 * are lost, a book whose rows are spoilt. Nothing of it stops work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cut_vfs.h"
#include "fake_mac.h"
#include "report_file.h"
#include "report_story.h"
#include "vfs.h"

#define REPORT_PATH "/report.db"
enum { ROWS = 64, DAY = 20261122, FOREVER = 99991231, RECEIPTS = 40 };

static struct report_story s;
static struct report *r;
static struct book *book;

static int begin(void **state)
{
    (void)state;
    cut_vfs_create(1, 512);
    report_story_begin(&s, CUT_VFS, "/journal.db");
    report_story_person(&s, KIND_LOGIN, "1001");
    report_story_shift(&s, DAY, 20000);
    book = NULL;
    return report_open(REPORT_PATH, CUT_VFS, &r) == TILL_OK ? 0 : -1;
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
    assert_int_equal(report_seq(r), journal_fold(s.journal)->seq);
}

static struct report_row rows[ROWS];
static struct report_row sum;

static size_t ask(enum report_by by)
{
    struct report_question q = {.by = by, .from = 0, .to = FOREVER};
    size_t count = 0, total = 0;
    assert_int_equal(report_takings(r, &q, 0, rows, ROWS, &count, &total, &sum), TILL_OK);
    return count;
}

/* ---- what is wrong with the file ------------------------------------------------------------- */

static void of_another_journal_it_begins_anew(void **state)
{
    struct report_story other;
    bool done = false;
    (void)state;
    report_story_cash(&s, "6100000001", 900);
    read_all();
    report_story_begin(&other, CUT_VFS, "/other.db");
    report_story_person(&other, KIND_LOGIN, "1001");
    report_story_shift(&other, DAY, 0);
    report_story_cash(&other, "6100000001", 77);
    report_story_cash(&other, "6100000001", 77);
    assert_int_equal(report_read(r, other.journal, NULL, &other.paper, 50, &done), TILL_E_CHAIN);
    assert_int_equal(report_seq(r), 0);
    assert_int_equal(report_story_read(&other, r, NULL), TILL_OK);
    ask(REPORT_BY_DAY);
    assert_int_equal(sum.amount_minor, 154);
    report_story_end(&other);
}

static void a_flipped_bit_is_noticed_and_it_is_made_anew(void **state)
{
    (void)state;
    for (int i = 0; i < 40; i++)
        report_story_cash(&s, "6100000001", 900);
    read_all();
    report_close(r);
    r = NULL;
    size_t size = 0;
    uint8_t *bytes = cut_vfs_bytes(REPORT_PATH, &size);
    assert_non_null(bytes);
    for (size_t at = 4 * REPORT_PAGE_SIZE + 200; at < size; at += REPORT_PAGE_SIZE)
        bytes[at] ^= 1;
    assert_int_equal(report_open(REPORT_PATH, CUT_VFS, &r), TILL_OK);
    (void)report_story_read(&s, r, NULL);
    ask(REPORT_BY_DAY);
    read_all();
    ask(REPORT_BY_DAY);
    assert_int_equal(sum.amount_minor, 36000);
}

static void a_file_of_somebody_else_is_made_anew(void **state)
{
    (void)state;
    report_story_cash(&s, "6100000001", 900);
    report_story_end(&s);
    report_close(r);
    r = NULL;
    assert_int_equal(report_open("/journal.db", CUT_VFS, &r), TILL_OK);
    assert_int_equal(report_seq(r), 0);
}

static void an_older_image_of_the_journal_begins_anew(void **state)
{
    struct report_story older;
    bool done = false;
    (void)state;
    for (int i = 0; i < RECEIPTS; i++)
        report_story_cash(&s, "6100000001", 900);
    read_all();
    report_story_begin(&older, CUT_VFS, "/older.db");
    assert_int_equal(report_read(r, older.journal, NULL, &older.paper, 50, &done), TILL_E_CHAIN);
    assert_int_equal(report_story_read(&older, r, NULL), TILL_OK);
    assert_int_equal(report_seq(r), 1);
    report_story_end(&older);
}

static void damage_that_is_met_while_asking_is_no_answer(void **state)
{
    size_t size = 0;
    (void)state;
    for (int i = 0; i < RECEIPTS; i++)
        report_story_undo(&s, report_story_cash(&s, "6100000001", 900));
    read_all();
    report_close(r);
    uint8_t *bytes = cut_vfs_bytes(REPORT_PATH, &size);
    assert_non_null(bytes);
    assert_int_equal(report_open(REPORT_PATH, CUT_VFS, &r), TILL_OK);
    for (size_t at = REPORT_PAGE_SIZE + 200; at < size; at += REPORT_PAGE_SIZE)
        bytes[at] ^= 0x10;
    assert_int_equal(ask(REPORT_BY_DAY), 0);
    assert_int_equal(report_seq(r), 0);
    read_all();
    assert_int_equal(ask(REPORT_BY_DAY), 1);
    assert_int_equal(sum.reversals, RECEIPTS);
}

/* Wherever it is full: the slice is not there, and comes when there is room. */
static void a_full_disk_loses_no_receipt(void **state)
{
    (void)state;
    for (uint64_t writes = 1; writes < 12; writes++) {
        bool done = false;
        report_story_cash(&s, "6100000001", 900);
        cut_vfs_fill(writes);
        enum till_status status = report_read(r, s.journal, NULL, &s.paper, 50, &done);
        cut_vfs_fill(0);
        if (status != TILL_OK)
            assert_int_equal(status, TILL_DISK_FULL);
        read_all();
        ask(REPORT_BY_DAY);
        assert_int_equal(sum.receipts, writes);
        assert_int_equal(sum.amount_minor, 900 * (int64_t)writes);
    }
}

static enum till_status lose_paper(void *context, struct span packed,
                                   struct allocation_line lines_out[BILLS_MAX], size_t *count_out)
{
    (void)context;
    (void)packed;
    (void)lines_out;
    (void)count_out;
    return TILL_E_CORRUPT;
}

static void a_receipt_whose_paper_is_lost_is_counted_without_type(void **state)
{
    struct report_story_payment p = {.account = "6100000001", .count = 1};
    (void)state;
    p.lines[0] = (struct allocation_line){
        .month = 202510, .type = 3, .amount_minor = 900, .late_fee_minor = 20};
    uint64_t seq = report_story_pay(&s, &p);
    s.paper.lines = lose_paper;
    read_all();
    assert_int_equal(ask(REPORT_BY_TYPE), 2);
    assert_int_equal(rows[0].number, 0);
    assert_int_equal(rows[0].amount_minor, 900);
    assert_int_equal(rows[1].number, REPORT_TYPE_FEE);
    report_story_undo(&s, seq);
    read_all();
    assert_int_equal(ask(REPORT_BY_TYPE), 2);
    assert_int_equal(rows[0].amount_minor, 0);
    assert_int_equal(rows[1].amount_minor, 0);
}

/* Somebody who can write the file, and makes its pages fit their checksums again. */
static void spoil_the_rows(void)
{
    sqlite3 *db = NULL;
    int on = 1;

    assert_int_equal(sqlite3_open_v2("/book.db", &db, SQLITE_OPEN_READWRITE, CUT_VFS), SQLITE_OK);
    assert_int_equal(sqlite3_file_control(db, "main", VFS_CONTROL_CHECKSUMS, &on), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE customer SET seal = x'00'", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void a_book_whose_seals_do_not_fit_is_passed_over(void **state)
{
    const struct report_story_book township = {
        .mac = fake_mac(1), .revision = 1, .customers = 4, .per_book = 2, .months = 3};
    struct report_recovery row[ROWS], all;
    size_t count = 0, total = 0;
    int64_t as_of_s = 0;
    (void)state;
    book_close(report_story_build(&township, CUT_VFS, "/book.db"));
    spoil_the_rows();
    assert_int_equal(book_open("/book.db", CUT_VFS, fake_mac(1), &book), TILL_OK);
    report_story_cash(&s, "6100000001", 900);
    read_all();
    assert_int_equal(report_recoveries(r, 0, FOREVER, 0, row, ROWS, &count, &total, &all, &as_of_s),
                     TILL_OK);
    assert_int_equal(all.customers, 4);
    assert_int_equal(all.owing, 0);
    assert_int_equal(all.recovered_minor[0], 900);
    assert_int_equal(ask(REPORT_BY_DAY), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
        TEST(of_another_journal_it_begins_anew),
        TEST(an_older_image_of_the_journal_begins_anew),
        TEST(a_flipped_bit_is_noticed_and_it_is_made_anew),
        TEST(damage_that_is_met_while_asking_is_no_answer),
        TEST(a_file_of_somebody_else_is_made_anew),
        TEST(a_full_disk_loses_no_receipt),
        TEST(a_receipt_whose_paper_is_lost_is_counted_without_type),
        TEST(a_book_whose_seals_do_not_fit_is_passed_over),
    };
    return cmocka_run_group_tests_name("db_report_faults", tests, NULL, NULL);
}
