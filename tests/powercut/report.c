/*
 * The report file under power cuts: at every write, truncation, sync, creation and removal of its
 * making and reading the power goes, in several ways each. Nothing of it is a truth: whatever is
 * left of it, opened again and read on it answers what an uncut one answers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cut_vfs.h"
#include "report_story.h"

#define REPORT_PATH "/report.db"
#define BOOK_PATH "/book.db"

enum { WAYS = 2, DAYS = 2, RECEIPTS = 18, TOLD_SIZE = 32768, OPERATIONS_MAX = 2000 };

static struct report_story s;
static struct cut_snapshot *lived;
static char expected[TOLD_SIZE], told[TOLD_SIZE];

static void live(void)
{
    char account[ACCOUNT_MAX];
    for (int day = 0; day < DAYS; day++) {
        report_story_person(&s, KIND_LOGIN, day % 2 == 0 ? "1001" : "1002");
        report_story_shift(&s, 20261122 + day, 5000);
        for (uint32_t i = 0; i < RECEIPTS; i++) {
            report_story_account(i % 7, account);
            uint64_t seq = report_story_cash(&s, account, 100 + i);
            if (i % 3 == 0)
                report_story_print(&s, KIND_DUPLICATE, seq, 1);
            if (i % 5 == 4)
                report_story_undo(&s, seq);
        }
        report_story_close(&s, day * -100);
    }
}

static void read_whole(struct book *book, char out[TOLD_SIZE])
{
    struct report *r = NULL;
    assert_int_equal(report_open(REPORT_PATH, CUT_VFS, &r), TILL_OK);
    assert_int_equal(report_story_read(&s, r, book), TILL_OK);
    report_story_tell(r, out, TOLD_SIZE);
    report_close(r);
}

static int begin(void **state)
{
    const struct report_story_book township = {
        .revision = 1, .customers = 6, .per_book = 3, .months = 14};
    (void)state;
    cut_vfs_create(1, 512);
    report_story_begin(&s, CUT_VFS, "/journal.db");
    live();
    struct book *book = report_story_build(&township, CUT_VFS, BOOK_PATH);
    journal_close(s.journal);
    book_close(book);
    lived = cut_vfs_save();
    report_story_open(&s);
    assert_int_equal(book_open(BOOK_PATH, CUT_VFS, NULL, &book), TILL_OK);
    read_whole(book, expected);
    book_close(book);
    journal_close(s.journal);
    s.journal = NULL;
    return 0;
}

static int end(void **state)
{
    (void)state;
    cut_vfs_forget(lived);
    return 0;
}

/* Open and read in the smallest slices until the power goes. False: it never did. */
static bool read_until_cut(uint64_t operation)
{
    struct report *r = NULL;
    struct book *book = NULL;
    bool done = false;
    report_story_open(&s);
    assert_int_equal(book_open(BOOK_PATH, CUT_VFS, NULL, &book), TILL_OK);
    cut_vfs_arm(operation);
    enum till_status status = report_open(REPORT_PATH, CUT_VFS, &r);
    while (status == TILL_OK && !done)
        status = report_read(r, s.journal, book, &s.paper, 0, &done);
    report_close(r);
    book_close(book);
    journal_close(s.journal);
    s.journal = NULL;
    assert_true(done || cut_vfs_is_cut());
    return cut_vfs_is_cut();
}

static void check_after(void)
{
    struct book *book = NULL;
    cut_vfs_reboot();
    report_story_open(&s);
    assert_int_equal(book_open(BOOK_PATH, CUT_VFS, NULL, &book), TILL_OK);
    read_whole(book, told);
    assert_string_equal(told, expected);
    book_close(book);
    journal_close(s.journal);
    s.journal = NULL;
}

static void wherever_the_power_goes_it_answers_the_same_afterwards(void **state)
{
    bool was_cut = true;
    uint64_t operation = 0;
    (void)state;
    while (was_cut && operation < OPERATIONS_MAX) {
        operation++;
        for (uint64_t way = 0; way < WAYS; way++) {
            cut_vfs_restore(lived, operation * WAYS + way + 1);
            was_cut = read_until_cut(operation);
            check_after();
        }
    }
    print_message("%llu operations\n", (unsigned long long)operation);
    assert_false(was_cut);
    assert_true(operation > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wherever_the_power_goes_it_answers_the_same_afterwards),
    };
    return cmocka_run_group_tests_name("report", tests, begin, end);
}
