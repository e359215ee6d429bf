#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "paper_lines.h"
#include "paper_rows.h"

static struct paper paper;

static void expect(int columns, const char *text)
{
    static char memory[16384];
    struct buffer out;
    buffer_init(&out, memory, sizeof memory - 1);
    assert_int_equal(paper_text(&paper, columns, &out), TILL_OK);
    memory[out.size] = '\0';
    assert_string_equal(memory, text);
    assert_false(paper.overflow);
}

static int begin(void **state)
{
    (void)state;
    paper_init(&paper);
    return 0;
}

static void an_amount_stands_at_the_right_edge(void **state)
{
    (void)state;
    paper_sides(&paper, PAPER_NORMAL, "违约金 31 天", "2.86");
    expect(32, "违约金 31 天                2.86\n");
}

static void a_long_left_side_wraps_and_the_amount_stays_whole(void **state)
{
    (void)state;
    paper_sides(&paper, PAPER_NORMAL, "2026-09 something that takes more than one row", "92.10");
    expect(32, "2026-09 something that takes\n"
               "more than one row          92.10\n");
}

static void an_amount_that_fits_beside_nothing_gets_its_own_row(void **state)
{
    (void)state;
    paper_sides(&paper, PAPER_NORMAL, "2026-09 电费 1234567890.12 度", "8,888,888,888.88");
    expect(32, "2026-09 电费 1234567890.12 度\n"
               "                8,888,888,888.88\n");
}

static void a_long_value_wraps_evenly_beside_its_short_name(void **state)
{
    (void)state;
    paper_sides(&paper, PAPER_NORMAL, "地址", "龙潭镇吉祥村民委员会第十二村民小组");
    expect(32, "地址          龙潭镇吉祥村民委员\n"
               "                会第十二村民小组\n");
}

static void a_centred_line_breaks_at_the_middle_dot_and_drops_it(void **state)
{
    (void)state;
    paper_center(&paper, PAPER_NORMAL, "供电公司已确认至 0031-0004115 · 校验码 9f3c 21ab");
    expect(32, " 供电公司已确认至 0031-0004115\n"
               "        校验码 9f3c 21ab\n");
}

static void a_middle_dot_that_fits_stays(void **state)
{
    (void)state;
    paper_center(&paper, PAPER_NORMAL, "客户联 · 非发票");
    expect(32, "        客户联 · 非发票\n");
}

static void a_row_never_begins_with_closing_punctuation(void **state)
{
    (void)state;
    paper_sides(&paper, PAPER_NORMAL, "一二三四五六七八，九", "");
    expect(16, "一二三四五六七\n八，九\n");
}

static void a_no_break_space_holds_a_word_and_its_amount_together(void **state)
{
    (void)state;
    paper_sides(&paper, PAPER_NORMAL,
                "Cash\xC2\xA0"
                "2,000.00 Change\xC2\xA0"
                "13.58",
                "");
    expect(24, "Cash 2,000.00\nChange 13.58\n");
}

static void a_word_longer_than_the_row_is_cut_not_lost(void **state)
{
    (void)state;
    paper_sides(&paper, PAPER_NORMAL, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "");
    expect(10, "ABCDEFGHIJ\nKLMNOPQRST\nUVWXYZ\n");
}

static void a_large_line_that_needs_two_rows_is_set_tall_in_one(void **state)
{
    (void)state;
    int columns = 32;
    struct paper_ruler ruler = paper_cells_ruler(&columns);
    struct paper_rows rows;
    paper_sides(&paper, PAPER_LARGE, "实收", "¥186.42");
    paper_sides(&paper, PAPER_LARGE, "实收", "¥9,999,999,999.99");
    paper_rows(&paper, &paper.lines[0], &ruler, &rows);
    assert_int_equal(rows.style, PAPER_LARGE);
    assert_int_equal(rows.count, 1);
    paper_rows(&paper, &paper.lines[1], &ruler, &rows);
    assert_int_equal(rows.style, PAPER_TALL);
    assert_int_equal(rows.count, 1);
}

static void marks_take_no_cell_and_stay_with_their_letter(void **state)
{
    (void)state;
    const char *e_acute = "e\xCC\x81"; /* e, U+0301 */
    assert_int_equal(paper_cluster(e_acute, e_acute + 3), 3);
    assert_int_equal(paper_cells("cafe\xCC\x81", 6), 4);
}

static void what_does_not_fit_is_remembered(void **state)
{
    (void)state;
    for (int i = 0; i <= PAPER_LINES_MAX; i++) {
        paper_rule(&paper);
    }
    assert_int_equal(paper.count, PAPER_LINES_MAX);
    assert_true(paper.overflow);
    paper_init(&paper);
    static char text[1001];
    memset(text, 'x', sizeof text - 1);
    for (int i = 0; i < 13; i++) {
        paper_center(&paper, PAPER_NORMAL, text);
    }
    assert_true(paper.overflow);
    paper_init(&paper);
    paper_qr(&paper, "A");
    paper_qr(&paper, "B"); /* one paper, one proof */
    assert_true(paper.overflow);
}

static void a_line_with_too_many_rows_is_refused(void **state)
{
    (void)state;
    char text[301];
    memset(text, 'x', 300);
    text[300] = '\0';
    paper_sides(&paper, PAPER_NORMAL, text, "");
    char memory[4096];
    struct buffer out;
    buffer_init(&out, memory, sizeof memory);
    assert_int_equal(paper_text(&paper, 8, &out), TILL_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_amount_stands_at_the_right_edge, begin),
        cmocka_unit_test_setup(a_long_left_side_wraps_and_the_amount_stays_whole, begin),
        cmocka_unit_test_setup(an_amount_that_fits_beside_nothing_gets_its_own_row, begin),
        cmocka_unit_test_setup(a_long_value_wraps_evenly_beside_its_short_name, begin),
        cmocka_unit_test_setup(a_centred_line_breaks_at_the_middle_dot_and_drops_it, begin),
        cmocka_unit_test_setup(a_middle_dot_that_fits_stays, begin),
        cmocka_unit_test_setup(a_row_never_begins_with_closing_punctuation, begin),
        cmocka_unit_test_setup(a_no_break_space_holds_a_word_and_its_amount_together, begin),
        cmocka_unit_test_setup(a_word_longer_than_the_row_is_cut_not_lost, begin),
        cmocka_unit_test_setup(a_large_line_that_needs_two_rows_is_set_tall_in_one, begin),
        cmocka_unit_test_setup(marks_take_no_cell_and_stay_with_their_letter, begin),
        cmocka_unit_test_setup(what_does_not_fit_is_remembered, begin),
        cmocka_unit_test_setup(a_line_with_too_many_rows_is_refused, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
