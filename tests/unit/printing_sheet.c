/* Sheets as PDF: read back by poppler, which knows nothing of how they were made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "command.h"
#include "sheet.h"

static char dir[256], path[300];

static int set_up(void **state)
{
    const char *tmp = getenv("TMPDIR");
    (void)state;
    (void)snprintf(dir, sizeof dir, "%s/sheet-XXXXXX", tmp != NULL ? tmp : "/tmp");
    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/day.pdf", dir);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(dir);
}

/* What the page says, as somebody else's program reads it. */
static const char *read_back(void)
{
    static struct command c;
    const char *const argv[] = {"pdftotext", "-layout", path, "-", NULL};
    command_run(&c, argv);
    assert_int_equal(c.exit_code, 0);
    return c.output;
}

static const struct sheet_column columns[] = {{"Who", 3, false}, {"Amount", 2, true}};

static struct sheet *begin(void)
{
    struct sheet *sheet = NULL;
    assert_int_equal(sheet_open(path, "国网示范供电公司", &sheet), TILL_OK);
    sheet_title(sheet, "日结汇总 2026-11-22", "as of 2026-11-22 19:04");
    sheet_table(sheet, "Closes 日结", columns, 2);
    return sheet;
}

static void what_was_said_stands_on_the_page(void **state)
{
    const char *cells[] = {"张三 1001", "1,240.50"};
    (void)state;
    struct sheet *sheet = begin();
    sheet_row(sheet, cells);
    sheet_line(sheet, "合计: 1,240.50", true);
    assert_int_equal(sheet_close(sheet), TILL_OK);
    const char *text = read_back();
    assert_non_null(strstr(text, "日结汇总 2026-11-22"));
    assert_non_null(strstr(text, "as of 2026-11-22 19:04"));
    assert_non_null(strstr(text, "张三 1001"));
    assert_non_null(strstr(text, "1,240.50"));
    assert_non_null(strstr(text, "1/1"));
}

static void every_page_bears_title_and_head(void **state)
{
    char who[32];
    const char *cells[] = {who, "1.00"};
    unsigned titles = 0, heads = 0;
    (void)state;
    struct sheet *sheet = begin();
    for (int i = 0; i < 200; i++) {
        (void)snprintf(who, sizeof who, "row %d", i);
        sheet_row(sheet, cells);
    }
    assert_int_equal(sheet_close(sheet), TILL_OK);
    const char *text = read_back();
    for (const char *at = text; (at = strstr(at, "as of ")) != NULL; at++) {
        titles++;
    }
    for (const char *at = text; (at = strstr(at, "Amount")) != NULL; at++) {
        heads++;
    }
    assert_true(titles >= 4);
    assert_int_equal(titles, heads);
    assert_non_null(strstr(text, "row 0"));
    assert_non_null(strstr(text, "row 199"));
    assert_null(strstr(text, "row 200"));
}

static void a_long_text_is_cut_and_harms_nobody(void **state)
{
    char name[1000];
    const char *cells[] = {name, "9.99"};
    (void)state;
    memset(name, 'W', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    struct sheet *sheet = begin();
    sheet_row(sheet, cells);
    assert_int_equal(sheet_close(sheet), TILL_OK);
    const char *text = read_back();
    assert_non_null(strstr(text, "9.99"));
}

/* Real ones, as long as they get; every column as narrow as on a page that lies. */
static void no_figure_is_cut_in_any_column(void **state)
{
    static const struct sheet_column many[] = {
        {"Number", 5, false},  {"抄表册 Meter book", 8, false}, {"户数", 5, true},
        {"Owing", 4, true},    {"本月及上月欠费", 6, true},     {"Owed, up to 3 months", 6, true},
        {"一年内", 6, true},   {"Owed, older", 6, true},        {"欠费合计", 7, true},
        {"Recovered", 6, true}};
    const char *cells[] = {"CX01",        "城西新村抄表册三里屯二十一号",
                           "12840",       "11975",
                           "10000001.99", "99999992.98",
                           "99999993.97", "99999994.96",
                           "99999995.95", "-123456789012.94"};
    struct sheet *sheet = NULL;
    (void)state;
    assert_int_equal(sheet_open(path, "x", &sheet), TILL_OK);
    sheet_lie(sheet);
    sheet_title(sheet, "Arrears 欠费", "");
    sheet_table(sheet, "Arrears", many, 10);
    sheet_row(sheet, cells);
    assert_int_equal(sheet_close(sheet), TILL_OK);
    const char *text = read_back();
    for (size_t i = 2; i < 10; i++) {
        assert_non_null(strstr(text, cells[i]));
    }
    assert_null(strstr(text, "…"));
}

static void a_sheet_is_drawn_a_page_at_a_time(void **state)
{
    char who[32];
    const char *cells[] = {who, "1,240.50"};
    bool done = false;
    int parts = 0;
    (void)state;
    struct sheet *sheet = begin();
    for (int i = 0; i < 500; i++) {
        (void)snprintf(who, sizeof who, "row %d", i);
        sheet_row(sheet, cells);
    }
    for (; !done && parts < 100; parts++) {
        assert_int_equal(sheet_draw(sheet, &done), TILL_OK);
    }
    assert_true(done && parts > 10);
    assert_int_equal(sheet_close(sheet), TILL_OK);
    assert_non_null(strstr(read_back(), "row 499"));
}

static void a_file_that_can_not_be_written_is_told_and_leaves_nothing(void **state)
{
    struct stat found;
    struct sheet *sheet = NULL;
    (void)state;
    assert_int_equal(sheet_open("/nowhere/at/all.pdf", "x", &sheet), TILL_OK);
    sheet_title(sheet, "x", "");
    assert_int_equal(sheet_close(sheet), TILL_E_IO);
    assert_int_not_equal(stat("/nowhere/at/all.pdf", &found), 0);
}

static void too_many_rows_are_refused(void **state)
{
    const char *cells[] = {"x", "1"};
    struct stat found;
    (void)state;
    struct sheet *sheet = begin();
    for (int i = 0; i <= SHEET_ROWS_MAX; i++) {
        sheet_row(sheet, cells);
    }
    assert_int_equal(sheet_close(sheet), TILL_TOO_LARGE);
    assert_int_not_equal(stat(path, &found), 0);
}

int main(void)
{
#define SHEET_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        SHEET_TEST(what_was_said_stands_on_the_page),
        SHEET_TEST(every_page_bears_title_and_head),
        SHEET_TEST(a_long_text_is_cut_and_harms_nobody),
        SHEET_TEST(no_figure_is_cut_in_any_column),
        SHEET_TEST(a_sheet_is_drawn_a_page_at_a_time),
        SHEET_TEST(a_file_that_can_not_be_written_is_told_and_leaves_nothing),
        SHEET_TEST(too_many_rows_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
