/* A report's lines: what is written is read, and what was cut or changed is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "query_page.h"

static struct query_report wrote, got;
static uint8_t memory[QUERY_ANSWER_MAX];
static struct buffer out;

static void make(enum query_by by, size_t rows)
{
    wrote = (struct query_report){.at_s = INT64_MAX,
                                  .heard_at_s = INT64_MAX,
                                  .by = by,
                                  .from = 20261101,
                                  .to = 20261130,
                                  .terminals = 40,
                                  .exceptions = INT64_MAX,
                                  .unsettled = INT64_MAX,
                                  .unsettled_minor = INT64_MIN,
                                  .count = rows,
                                  .total = rows + 9};
    wrote.sum = (struct query_report_row){.receipts = INT64_MAX,
                                          .amount_minor = INT64_MIN,
                                          .reversals = INT64_MAX,
                                          .reversed_minor = INT64_MIN};
    for (size_t i = 0; i < rows; i++) {
        struct query_report_row *row = &wrote.rows[i];
        *row = wrote.sum;
        memset(row->key, 'K', sizeof(row->key) - 1);
        if (by == QUERY_BY_CLOSE) {
            *row = (struct query_report_row){
                .amount_minor = INT64_MIN, .date = 99991231, .absent = i % 2 == 1};
            memset(row->key, 'K', sizeof(row->key) - 1);
            memset(row->user, 'U', sizeof(row->user) - 1);
        }
    }
    buffer_init(&out, memory, sizeof(memory));
}

static struct span lines(void)
{
    return (struct span){out.data, out.size};
}

static void the_largest_answer_fits_and_is_read_as_it_was_written(void **state)
{
    (void)state;
    for (int by = QUERY_BY_DAY; by < QUERY_BYS; by++) {
        make((enum query_by)by, QUERY_REPORT_ROWS_MAX);
        assert_int_equal(query_report_write(&wrote, &out), TILL_OK);
        assert_int_equal(query_report_read(lines(), &got), TILL_OK);
        assert_memory_equal(&got.sum, &wrote.sum, sizeof(got.sum));
        assert_int_equal(got.total, wrote.total);
        assert_int_equal(got.by, by);
        for (size_t i = 0; i < wrote.count; i++) {
            assert_string_equal(got.rows[i].key, wrote.rows[i].key);
            assert_string_equal(got.rows[i].user, wrote.rows[i].user);
            assert_int_equal(got.rows[i].amount_minor, wrote.rows[i].amount_minor);
            assert_int_equal(got.rows[i].date, wrote.rows[i].date);
            assert_int_equal(got.rows[i].absent, wrote.rows[i].absent);
        }
    }
}

static void one_that_was_cut_is_not_read(void **state)
{
    (void)state;
    make(QUERY_BY_CLOSE, 3);
    assert_int_equal(query_report_write(&wrote, &out), TILL_OK);
    for (size_t size = 0; size < out.size; size++) {
        assert_int_equal(query_report_read((struct span){out.data, size}, &got), TILL_E_PROTOCOL);
    }
}

static void replace(const char *what, const char *with)
{
    make(QUERY_BY_TENDER, 1);
    assert_int_equal(query_report_write(&wrote, &out), TILL_OK);
    uint8_t *at = memmem(out.data, out.size, what, strlen(what));
    assert_non_null(at);
    assert_int_equal(strlen(what), strlen(with));
    memcpy(at, with, strlen(with));
    assert_int_equal(query_report_read(lines(), &got), TILL_E_PROTOCOL);
}

static void what_can_not_be_is_not_read(void **state)
{
    (void)state;
    replace("\"by\":\"tender\"", "\"by\":\"fender\"");
    replace("\"by\":\"tender\"", "\"by\":\"closes\"");
    replace("\"rows\":1", "\"rows\":2");
    replace("\"rows\":1", "\"rows\":0"); /* a line is left over */
    replace("\"total\":10", "\"total\":00");
    replace("\"from\":20261101", "\"from\":-2026110");
    replace("\"key\":", "\"kez\":");
    make(QUERY_BY_TENDER, 0);
    wrote.count = QUERY_REPORT_ROWS_MAX;
    assert_int_equal(query_report_write(&wrote, &out), TILL_OK);
    uint8_t *at = memmem(out.data, out.size, "\"rows\":60", 9);
    assert_non_null(at);
    at[8] = '1'; /* more than anybody has room for */
    assert_int_equal(query_report_read(lines(), &got), TILL_E_PROTOCOL);
}

static void each_way_has_one_name(void **state)
{
    (void)state;
    enum query_by by = QUERY_BYS;
    for (int i = QUERY_BY_DAY; i < QUERY_BYS; i++) {
        assert_true(query_by_named(query_by_name((enum query_by)i), &by));
        assert_int_equal(by, i);
    }
    assert_false(query_by_named("", &by));
    assert_false(query_by_named("Day", &by));
}

/* ---- page by page ---------------------------------------------------------------------------- */

static struct query_page page, told;

static void make_page(enum query_page_of of)
{
    page = (struct query_page){.ask = {.of = of,
                                       .by = of == QUERY_PAGE_TAKINGS ? QUERY_BY_TERMINAL : 0,
                                       .from = 20261101,
                                       .to = 20261130,
                                       .offset = 2 * QUERY_PAGE_ROWS_MAX},
                               .at_s = 4102444800,
                               .heard_at_s = 4102444800,
                               .terminals = UINT32_MAX,
                               .exceptions = UINT32_MAX,
                               .unsettled = UINT32_MAX,
                               .total = QUERY_PAGE_TOTAL_MAX,
                               .left = UINT32_MAX,
                               .count = QUERY_PAGE_ROWS_MAX};
    for (size_t i = 0; i < page.count; i++) {
        struct query_row *row = &page.rows[i];
        if (of == QUERY_PAGE_TAKINGS) {
            row->as.takings = (struct query_report_row){.amount_minor = INT64_MIN};
            memset(row->as.takings.key, '"', sizeof(row->as.takings.key) - 1);
        } else if (of == QUERY_PAGE_EXCEPTIONS) {
            row->as.exception = (struct query_exception){.terminal = "0031",
                                                         .kind = 31,
                                                         .seq = INT64_MAX,
                                                         .about = INT64_MAX,
                                                         .at_s = 4102444800,
                                                         .date = 99991231,
                                                         .amount_minor = INT64_MIN,
                                                         .number = INT64_MIN};
            memset(row->as.exception.user, 'U', sizeof(row->as.exception.user) - 1);
            memset(row->as.exception.account, '9', sizeof(row->as.exception.account) - 1);
        } else if (of == QUERY_PAGE_SHIFTS) {
            row->as.shift = (struct query_shift){.terminal = "0031",
                                                 .z = UINT32_MAX,
                                                 .date = 99991231,
                                                 .state = QUERY_SHIFT_WAITING};
        } else {
            memset(row->as.arrears.name, 'N', sizeof(row->as.arrears.name) - 1);
            for (size_t k = 0; k < QUERY_PAGE_AGES; k++) {
                row->as.arrears.owed_minor[k] = row->as.arrears.paid_minor[k] = INT64_MIN;
            }
        }
    }
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(query_page_write(&page, &out), TILL_OK);
}

static void the_largest_page_fits_and_is_read_as_it_was_written(void **state)
{
    (void)state;
    for (int of = QUERY_PAGE_TAKINGS; of <= QUERY_PAGE_ARREARS; of++) {
        make_page((enum query_page_of)of);
        assert_int_equal(query_page_read(lines(), &told), TILL_OK);
        assert_true(query_page_same(&told.ask, &page.ask));
        assert_int_equal(told.left, UINT32_MAX);
        assert_memory_equal(told.rows, page.rows, sizeof(told.rows));
    }
}

static void no_page_that_is_cut_is_read(void **state)
{
    (void)state;
    make_page(QUERY_PAGE_EXCEPTIONS);
    for (size_t size = 0; size < out.size; size++) {
        assert_int_equal(query_page_read((struct span){out.data, size}, &told), TILL_E_PROTOCOL);
    }
}

/* A page in the middle is full, and begins where a page can. */
static void no_page_with_a_gap_is_read(void **state)
{
    (void)state;
    make_page(QUERY_PAGE_SHIFTS);
    page.count--;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(query_page_write(&page, &out), TILL_OK);
    assert_int_equal(query_page_read(lines(), &told), TILL_E_PROTOCOL);
    page.count++;
    page.ask.offset++;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(query_page_write(&page, &out), TILL_OK);
    assert_int_equal(query_page_read(lines(), &told), TILL_E_PROTOCOL);
}

static void what_is_hidden_is_not_written(void **state)
{
    (void)state;
    make_page(QUERY_PAGE_EXCEPTIONS);
    page.rows[0].as.exception.hidden = true;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(query_page_write(&page, &out), TILL_OK);
    assert_int_equal(query_page_read(lines(), &told), TILL_OK);
    assert_int_equal(told.rows[0].as.exception.amount_minor, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_largest_answer_fits_and_is_read_as_it_was_written),
        cmocka_unit_test(one_that_was_cut_is_not_read),
        cmocka_unit_test(what_can_not_be_is_not_read),
        cmocka_unit_test(each_way_has_one_name),
        cmocka_unit_test(the_largest_page_fits_and_is_read_as_it_was_written),
        cmocka_unit_test(no_page_that_is_cut_is_read),
        cmocka_unit_test(no_page_with_a_gap_is_read),
        cmocka_unit_test(what_is_hidden_is_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
