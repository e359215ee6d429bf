/* A report's lines: what is written is read, and what was cut or changed is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "query.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_largest_answer_fits_and_is_read_as_it_was_written),
        cmocka_unit_test(one_that_was_cut_is_not_read),
        cmocka_unit_test(what_can_not_be_is_not_read),
        cmocka_unit_test(each_way_has_one_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
