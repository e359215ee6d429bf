/*
 * Rows of reports as words and cells: what a spreadsheet, a reader and a person make of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "flow_bench.h"
#include "report_cells.h"
#include "report_words.h"
#include "sheet.h"
#include "text.h"

enum { LINE_MAX_HERE = 4096 };

static struct report_cells cells;
static struct flow_report_page page;
static struct flow_report_row row;

static const char *csv_line(bool heads)
{
    static char text[LINE_MAX_HERE];
    struct buffer out;
    buffer_init(&out, text, sizeof text - 1);
    report_csv_line(&cells, heads, &out);
    assert_false(out.overflow);
    text[out.size] = '\0';
    return text;
}

static const char *csv_of(const char *text, bool number)
{
    memset(&cells, 0, sizeof cells);
    cells.columns[0].number = number;
    text_copy(cells.cells[0], REPORT_CELL_MAX, text);
    cells.count = 1;
    return csv_line(false);
}

static int begin(void **state)
{
    (void)state;
    bench_begin();
    memset(&page, 0, sizeof page);
    memset(&row, 0, sizeof row);
    page.ask.of = REPORT_OF_TAKINGS;
    page.ask.question =
        (struct report_question){.by = REPORT_BY_COLLECTOR, .from = 20261101, .to = 20261130};
    page.total = page.count = 1;
    page.seq = 4127;
    page.at_s = bench.facts.now_s;
    return 0;
}

/* ---- tables ---------------------------------------------------------------------------------- */

static void what_a_spreadsheet_would_take_for_a_formula_is_a_text(void **state)
{
    (void)state;
    assert_string_equal(csv_of("=1+1", false), "\"'=1+1\"\r\n");
    assert_string_equal(csv_of("+86", false), "\"'+86\"\r\n");
    assert_string_equal(csv_of("-x", false), "\"'-x\"\r\n");
    assert_string_equal(csv_of("@SUM(A1)", false), "\"'@SUM(A1)\"\r\n");
    assert_string_equal(csv_of("＝1", false), "\"'＝1\"\r\n");
    assert_string_equal(csv_of("=\"a\",b", false), "\"'=\"\"a\"\",b\"\r\n");
}

static void an_amount_below_nothing_stays_a_number(void **state)
{
    (void)state;
    assert_string_equal(csv_of("-133.70", true), "-133.70\r\n");
}

static void commas_quotes_and_line_ends_are_quoted(void **state)
{
    (void)state;
    assert_string_equal(csv_of("a,b", false), "\"a,b\"\r\n");
    assert_string_equal(csv_of("he said \"no\"", false), "\"he said \"\"no\"\"\"\r\n");
    assert_string_equal(csv_of("a\nb", false), "\"a\nb\"\r\n");
    assert_string_equal(csv_of("", false), "\r\n");
    assert_string_equal(csv_of("李建国", false), "李建国\r\n");
}

static void a_name_of_the_book_runs_nothing_at_the_office(void **state)
{
    (void)state;
    text_copy(row.as.takings.key, sizeof row.as.takings.key, "1001");
    text_copy(row.name, sizeof row.name, "=cmd|' /C calc'!A0");
    row.as.takings.amount_minor = -13370;
    report_cells(&bench.facts, &page, &row, &cells);
    const char *line = csv_line(false);
    assert_non_null(strstr(line, "1001,\"'=cmd|' /C calc'!A0\",0,-133.70,"));
}

static void every_row_has_as_many_cells_as_there_are_heads(void **state)
{
    (void)state;
    for (int of = REPORT_OF_TAKINGS; of <= REPORT_OF_RECOVERY; of++) {
        for (int by = REPORT_BY_DAY; by < REPORT_BY_COUNT; by++) {
            page.ask.of = (enum report_of)of;
            page.ask.question.by = (enum report_by)by;
            report_cells(&bench.facts, &page, NULL, &cells);
            size_t heads = cells.count, shown = 0;
            for (size_t i = 0; i < heads; i++) {
                assert_true(cells.columns[i].head[0]);
                shown += cells.columns[i].share > 0;
            }
            assert_true(shown > 0 && shown <= SHEET_COLUMNS_MAX);
            row.as.takings.number = by == REPORT_BY_DAY ? 20261123 : 1;
            report_cells(&bench.facts, &page, &row, &cells);
            assert_int_equal(cells.count, heads);
        }
    }
}

static void each_row_says_whose_it_is_and_when_its_data_is_from(void **state)
{
    (void)state;
    report_cells(&bench.facts, &page, &row, &cells);
    assert_string_equal(cells.cells[cells.count - 5], bench.facts.terminal);
    assert_string_equal(cells.cells[cells.count - 4], "2026-11-01");
    assert_string_equal(cells.cells[cells.count - 3], "2026-11-30");
    assert_string_equal(cells.cells[cells.count - 2], "0031-0004127");
    assert_int_equal(strlen(cells.cells[cells.count - 1]), 16);
}

/* ---- words ----------------------------------------------------------------------------------- */

static void every_kind_of_exception_has_words_and_they_fit(void **state)
{
    struct report_texts texts;
    struct report_detail details[REPORT_DETAILS_MAX];
    (void)state;
    page.ask.of = REPORT_OF_EXCEPTIONS;
    for (int kind = 1; kind < REPORT_EXCEPTION_COUNT; kind++) {
        row.as.exception = (struct report_exception){.kind = (enum report_exception_kind)kind,
                                                     .seq = 12,
                                                     .about = 10,
                                                     .at_s = bench.facts.now_s,
                                                     .date = 20261123,
                                                     .number = -7200,
                                                     .open = true};
        report_texts(&bench.facts, &page, &row, &texts);
        assert_string_equal(texts.name, report_exception_text(kind));
        size_t count = report_details(&bench.facts, &page, &row, details);
        assert_true(count >= 4 && count <= REPORT_DETAILS_MAX);
    }
}

static void a_difference_is_told_by_a_word_not_by_a_sign(void **state)
{
    struct report_texts texts;
    (void)state;
    page.ask.of = REPORT_OF_EXCEPTIONS;
    row.as.exception = (struct report_exception){
        .kind = REPORT_VARIANCE, .seq = 9, .date = 20261123, .amount_minor = 500, .open = true};
    report_texts(&bench.facts, &page, &row, &texts);
    assert_string_equal(texts.amount, "¥5.00");
    assert_string_equal(texts.tag, "short · not explained");
    row.as.exception.amount_minor = -500;
    row.as.exception.open = false;
    report_texts(&bench.facts, &page, &row, &texts);
    assert_string_equal(texts.amount, "¥5.00");
    assert_string_equal(texts.tag, "over · explained");
}

static void expect_more(enum report_exception_kind kind, int64_t amount_minor, int64_t number,
                        int64_t shown_minor, const char *more)
{
    char text[SCREEN_TEXT_MAX];
    struct flow_report_row told = {
        .as.exception = {.kind = kind, .amount_minor = amount_minor, .number = number}};
    report_exception_more(&bench.facts, &told, text, sizeof text);
    assert_string_equal(text, more);
    assert_int_equal(report_exception_amount(&told.as.exception), shown_minor);
}

static void each_kind_says_what_its_number_means(void **state)
{
    (void)state;
    expect_more(REPORT_REVERSAL, 13370, REVERSAL_WRONG_ACCOUNT, 13370,
                reversal_reason_text(REVERSAL_WRONG_ACCOUNT));
    expect_more(REPORT_DUPLICATE, 18642, 2, 18642, "copy 2");
    expect_more(REPORT_CLOCK, 0, -7200, 0, "-2 h 0 min");
    expect_more(REPORT_CLOCK, 0, 7200, 0, "+2 h 0 min");
    expect_more(REPORT_OFFLINE, 0, 259200, 0, "3 days");
    expect_more(REPORT_LATE_RECEIPT, 10200, 12, 10200, "12 days");
    expect_more(REPORT_LATE_RECEIPT, 10200, 1, 10200, "1 day");
    expect_more(REPORT_CASH_LIMIT, 510000, 500000, 510000, "limit ¥5,000.00");
    expect_more(REPORT_VARIANCE, -500, -300, 500, "¥3.00 not explained");
    expect_more(REPORT_STATIONERY, 0, 3, 0, "3 sheets");
    expect_more(REPORT_ANOMALY, 0, TILL_E_CHAIN, 0, status_text(TILL_E_CHAIN));
    expect_more(REPORT_MANUAL, 4200, 0, 4200, "");
}

static void a_lifted_limit_of_entries_is_no_money(void **state)
{
    (void)state;
    expect_more(REPORT_LIMIT_LIFTED, 800000, LIMIT_CASH, 800000, limit_text(LIMIT_CASH));
    expect_more(REPORT_LIMIT_LIFTED, 500, LIMIT_UNSENT, 0, "Records not sent 500");
    expect_more(REPORT_LIMIT_LIFTED, 259200, LIMIT_OFFLINE, 0, "Time without contact 3 days");
}

static void a_rate_is_in_percent_and_none_is_a_dash(void **state)
{
    char text[16];
    (void)state;
    report_rate(241900, text, sizeof text);
    assert_string_equal(text, "24.1 %");
    report_rate(1000000, text, sizeof text);
    assert_string_equal(text, "100.0 %");
    report_rate(-1, text, sizeof text);
    assert_string_equal(text, "-");
}

static void words_stand_without_a_book(void **state)
{
    struct report_texts texts;
    struct report_detail details[REPORT_DETAILS_MAX];
    char period[SCREEN_TEXT_MAX];
    (void)state;
    bench.facts.site = NULL;
    for (int of = REPORT_OF_TAKINGS; of <= REPORT_OF_RECOVERY; of++) {
        page.ask.of = (enum report_of)of;
        report_texts(&bench.facts, &page, &row, &texts);
        assert_true(report_details(&bench.facts, &page, &row, details) > 0);
        report_period(&bench.facts, &page.ask, period);
        report_cells(&bench.facts, &page, &row, &cells);
    }
}

/* ---- the flow -------------------------------------------------------------------------------- */

static struct flow_report_row rows[FLOW_REPORT_ROWS_MAX];

/* A page of `total` rows by day, as the application answers. */
static void answer(size_t total)
{
    const struct flow_effect *effect = bench_effect(EFFECT_REPORT);
    struct flow_event event = {.type = EVENT_REPORT, .status = TILL_OK};
    page.ask = effect->as.report;
    page.rows = rows;
    page.total = total;
    page.count = 0;
    for (size_t i = page.ask.offset; i < total && page.count < FLOW_REPORT_ROWS_MAX; i++) {
        memset(&rows[page.count], 0, sizeof rows[0]);
        rows[page.count].as.takings.number =
            20260000 + (int32_t)(i / 28 + 1) * 100 + (int32_t)(i % 28 + 1);
        rows[page.count++].as.takings.amount_minor = (int64_t)i * 100 + 1;
    }
    event.as.report.page = &page;
    bench_tell(&event);
}

static void open_days(size_t total)
{
    bench.args.report.of = REPORT_OF_TAKINGS;
    bench.args.report.question =
        (struct report_question){.by = REPORT_BY_DAY, .from = 20260101, .to = 20261231};
    bench_open(FLOW_REPORT);
    answer(total);
}

static void a_year_is_turned_by_pages_and_no_row_is_lost(void **state)
{
    (void)state;
    enum { DAYS = 300 };
    char amount[24];
    open_days(DAYS);
    bench_sees("All together");
    for (size_t i = 0; i < DAYS; i++) {
        bench_press(ACTION_DOWN);
        if (bench_has(EFFECT_REPORT))
            answer(DAYS);
        snprintf(amount, sizeof amount, "¥%zu.01", i);
        bench_sees(amount);
        assert_int_equal(bench.screen.first + bench.screen.selected, i + 1);
    }
    bench_press(ACTION_DOWN);
    assert_false(bench_has(EFFECT_REPORT));
    for (size_t i = DAYS; i > 0; i--) {
        bench_press(ACTION_UP);
        if (bench_has(EFFECT_REPORT))
            answer(DAYS);
        bench_sees("2026");
        assert_int_equal(bench.screen.first + bench.screen.selected, i - 1);
    }
    bench_sees("All together");
}

static void digits_leap_to_the_end_by_ten_pages_and_back(void **state)
{
    (void)state;
    open_days(300);
    bench_digits("9");
    answer(300);
    bench_sees("¥299.01");
    bench_digits("7");
    answer(300);
    bench_sees("¥249.01");
    bench_digits("0");
    answer(300);
    bench_sees("All together");
    bench_digits("3");
    bench_sees("¥1.01");
    bench_sees("Net taken");
}

static void rows_that_became_fewer_leave_the_last_page(void **state)
{
    (void)state;
    open_days(300);
    bench_digits("9");
    answer(7);
    answer(7);
    bench_sees("¥6.01");
}

static void a_report_on_its_way_says_how_far_and_can_be_left(void **state)
{
    struct flow_event busy = {.type = EVENT_REPORT, .status = TILL_BUSY};
    (void)state;
    bench.args.report.of = REPORT_OF_TAKINGS;
    bench.args.report.question =
        (struct report_question){.by = REPORT_BY_DAY, .from = 20260101, .to = 20261231};
    bench_open(FLOW_REPORT);
    busy.as.report.percent = 42;
    bench_tell(&busy);
    bench_sees("42 %");
    bench_press(ACTION_BACK);
    assert_true(bench_has(EFFECT_BACK));
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_a_spreadsheet_would_take_for_a_formula_is_a_text),
        TEST(an_amount_below_nothing_stays_a_number),
        TEST(commas_quotes_and_line_ends_are_quoted),
        TEST(a_name_of_the_book_runs_nothing_at_the_office),
        TEST(every_row_has_as_many_cells_as_there_are_heads),
        TEST(each_row_says_whose_it_is_and_when_its_data_is_from),
        TEST(every_kind_of_exception_has_words_and_they_fit),
        TEST(a_difference_is_told_by_a_word_not_by_a_sign),
        TEST(each_kind_says_what_its_number_means),
        TEST(a_lifted_limit_of_entries_is_no_money),
        TEST(a_rate_is_in_percent_and_none_is_a_dash),
        TEST(words_stand_without_a_book),
        TEST(a_year_is_turned_by_pages_and_no_row_is_lost),
        TEST(digits_leap_to_the_end_by_ten_pages_and_back),
        TEST(rows_that_became_fewer_leave_the_last_page),
        TEST(a_report_on_its_way_says_how_far_and_can_be_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
