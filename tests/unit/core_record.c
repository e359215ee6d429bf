/* Canonical records: every record has one spelling, and everything else is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "record.h"

static struct span span_of(const char *text)
{
    return (struct span){(const uint8_t *)text, strlen(text)};
}

static enum till_status parse(const char *text, struct record *record)
{
    return record_parse(span_of(text), record);
}

/* Write what was parsed, unescaped through a take, and compare. */
static void assert_written_again(const char *text)
{
    struct record r;
    assert_int_equal(parse(text, &r), TILL_OK);
    char memory[RECORD_SIZE_MAX];
    struct buffer out;
    buffer_init(&out, memory, sizeof(memory));
    struct record_writer w;
    record_begin(&w, &out);
    for (size_t i = 0; i < r.count; i++) {
        char key[RECORD_KEY_MAX + 1] = {0};
        memcpy(key, r.fields[i].key.data, r.fields[i].key.size);
        if (r.fields[i].is_text) {
            char value[RECORD_SIZE_MAX];
            record_take_text(&r, key, value, sizeof(value));
            record_put_text(&w, key, value);
        } else {
            record_put_integer(&w, key, record_take_integer(&r, key));
        }
    }
    assert_int_equal(record_finish(&r), TILL_OK);
    assert_int_equal(record_end(&w), TILL_OK);
    assert_int_equal(out.size, strlen(text));
    assert_memory_equal(out.data, text, out.size);
}

static void a_record_that_was_read_is_written_again_as_the_same_bytes(void **state)
{
    (void)state;
    static const char *const records[] = {
        "{}",
        "{\"a\":0}",
        "{\"a\":-1}",
        "{\"a\":9223372036854775807,\"b\":-9223372036854775808}",
        "{\"abcdefghijklmnopqrstuvwx\":1}",
        "{\"_0\":\"\"}",
        "{\"n\":\"王秀英\",\"m\":18642}",
        "{\"q\":\"a\\\"b\\\\c\"}",
        "{\"q\":\"/'{},:[]\"}",
        "{\"u\":\"\xf0\x9f\x92\xa1 \xc2\xa0\"}",
    };
    for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
        assert_written_again(records[i]);
    }
}

static const char *const refused[] = {
    "",
    "{",
    "}",
    "[]",
    "null",
    "{}{}",
    "{} ",
    " {}",
    "{}\n",
    "{ }",
    "{,}",
    "{\"a\":1,}",
    "{,\"a\":1}",
    "{\"a\":1 }",
    "{\"a\": 1}",
    "{\"a\" :1}",
    "{\"a\":1, \"b\":2}",
    "{\"a\":1\"b\":2}",
    "{\"a\"}",
    "{\"a\":}",
    "{a:1}",
    "{\"\":1}",
    "{\"A\":1}",
    "{\"a-b\":1}",
    "{\"\xc3\xa4\":1}",
    "{\"abcdefghijklmnopqrstuvwxy\":1}",
    "{\"a\":1,\"a\":1}",
    "{\"a\":1,\"b\":2,\"a\":\"x\"}",
    "{\"a\":01}",
    "{\"a\":00}",
    "{\"a\":-0}",
    "{\"a\":-01}",
    "{\"a\":+1}",
    "{\"a\":-}",
    "{\"a\":1.0}",
    "{\"a\":1e2}",
    "{\"a\":0x1}",
    "{\"a\":9223372036854775808}",
    "{\"a\":-9223372036854775809}",
    "{\"a\":99999999999999999999999999999999}",
    "{\"a\":true}",
    "{\"a\":null}",
    "{\"a\":{}}",
    "{\"a\":[1]}",
    "{\"a\":\"x}",
    "{\"a\":\"x\"",
    "{\"a\":\"x\\\"}",
    "{\"a\":\"\\n\"}",
    "{\"a\":\"\\/\"}",
    "{\"a\":\"\\u0041\"}",
    "{\"a\":\"\x01\"}",
    "{\"a\":\"\t\"}",
    "{\"a\":\"\n\"}",
    "{\"a\":\"\x7f\"}",
    "{\"a\":\"\xc2\x85\"}",
    "{\"a\":\"\x80\"}",
    "{\"a\":\"\xc0\xaf\"}",
    "{\"a\":\"\xed\xa0\x80\"}",
    "{\"a\":\"\xf4\x90\x80\x80\"}",
    "{\"a\":\"\xe7\x8e\"}",
    "{'a':1}",
};

static void a_second_spelling_or_a_foreign_byte_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct record r;
        if (parse(refused[i], &r) != TILL_E_PROTOCOL) {
            fail_msg("accepted: %s", refused[i]);
        }
    }
}

static void a_nul_byte_inside_is_refused(void **state)
{
    (void)state;
    struct record r;
    static const char line[] = "{\"a\":\"x\0y\"}";
    struct span span = {(const uint8_t *)line, sizeof(line) - 1};
    assert_int_equal(record_parse(span, &r), TILL_E_PROTOCOL);
}

static size_t numbered_fields(char *out, size_t capacity, int count)
{
    size_t size = 0;
    for (int i = 0; i < count; i++) {
        int length =
            snprintf(out + size, capacity - size, "%s\"k%d\":%d", i == 0 ? "{" : ",", i, i);
        size += (size_t)length;
    }
    size += (size_t)snprintf(out + size, capacity - size, "}");
    return size;
}

static void forty_eight_fields_pass_and_one_more_is_refused(void **state)
{
    (void)state;
    char line[RECORD_SIZE_MAX];
    struct record r;
    struct span span = {(const uint8_t *)line, 0};
    span.size = numbered_fields(line, sizeof(line), RECORD_FIELDS_MAX);
    assert_int_equal(record_parse(span, &r), TILL_OK);
    assert_int_equal(r.count, RECORD_FIELDS_MAX);
    span.size = numbered_fields(line, sizeof(line), RECORD_FIELDS_MAX + 1);
    assert_int_equal(record_parse(span, &r), TILL_E_PROTOCOL);
}

static void a_line_over_the_size_limit_is_refused(void **state)
{
    (void)state;
    static char line[RECORD_SIZE_MAX + 2];
    struct record r;
    memset(line, 'x', sizeof(line));
    memcpy(line, "{\"a\":\"", 6);
    memcpy(line + RECORD_SIZE_MAX - 2, "\"}", 2);
    struct span span = {(const uint8_t *)line, RECORD_SIZE_MAX};
    assert_int_equal(record_parse(span, &r), TILL_OK);
    memset(line + RECORD_SIZE_MAX - 2, 'x', 2);
    memcpy(line + RECORD_SIZE_MAX - 1, "\"}", 2);
    span.size = RECORD_SIZE_MAX + 1;
    assert_int_equal(record_parse(span, &r), TILL_E_PROTOCOL);
}

static void fields_are_taken_in_order_and_optional_ones_may_be_missing(void **state)
{
    (void)state;
    struct record r;
    char text[8];
    assert_int_equal(parse("{\"a\":1,\"c\":\"x\",\"d\":4}", &r), TILL_OK);
    assert_int_equal(record_take_integer(&r, "a"), 1);
    assert_int_equal(record_take_integer_or(&r, "b", 7), 7);
    assert_true(record_take_text_or(&r, "c", text, sizeof(text), "no"));
    assert_string_equal(text, "x");
    assert_false(record_take_text_or(&r, "cc", text, sizeof(text), "no"));
    assert_string_equal(text, "no");
    assert_int_equal(record_take_integer(&r, "d"), 4);
    assert_int_equal(record_finish(&r), TILL_OK);
}

static void a_missing_required_field_spoils_the_record(void **state)
{
    (void)state;
    struct record r;
    assert_int_equal(parse("{\"a\":1}", &r), TILL_OK);
    assert_int_equal(record_take_integer(&r, "b"), 0);
    assert_int_equal(record_take_integer(&r, "a"), 1);
    assert_int_equal(record_finish(&r), TILL_E_PROTOCOL);
}

static void a_field_of_the_other_type_spoils_the_record(void **state)
{
    (void)state;
    struct record r;
    char text[8];
    assert_int_equal(parse("{\"a\":1}", &r), TILL_OK);
    (void)record_take_text_or(&r, "a", text, sizeof(text), "");
    assert_int_equal(record_finish(&r), TILL_E_PROTOCOL);
    assert_int_equal(parse("{\"a\":\"1\"}", &r), TILL_OK);
    assert_int_equal(record_take_integer_or(&r, "a", 5), 5);
    assert_int_equal(record_finish(&r), TILL_E_PROTOCOL);
}

static void a_text_that_does_not_fit_spoils_the_record(void **state)
{
    (void)state;
    struct record r;
    char text[4];
    assert_int_equal(parse("{\"a\":\"123\"}", &r), TILL_OK);
    record_take_text(&r, "a", text, sizeof(text));
    assert_int_equal(record_finish(&r), TILL_OK);
    assert_int_equal(parse("{\"a\":\"1234\"}", &r), TILL_OK);
    record_take_text(&r, "a", text, sizeof(text));
    assert_string_equal(text, "");
    assert_int_equal(record_finish(&r), TILL_E_PROTOCOL);
}

static void a_field_left_over_spoils_the_record(void **state)
{
    (void)state;
    struct record r;
    assert_int_equal(parse("{\"a\":1,\"b\":2}", &r), TILL_OK);
    (void)record_take_integer(&r, "a");
    assert_int_equal(record_finish(&r), TILL_E_PROTOCOL);
}

static void unclean_text_is_not_written(void **state)
{
    (void)state;
    static const char *const unclean[] = {"a\nb", "\x7f", "\xff", "\xc3"};
    for (size_t i = 0; i < sizeof(unclean) / sizeof(unclean[0]); i++) {
        char memory[64];
        struct buffer out;
        struct record_writer w;
        buffer_init(&out, memory, sizeof(memory));
        record_begin(&w, &out);
        record_put_text(&w, "a", unclean[i]);
        record_put_integer(&w, "b", 1);
        assert_int_equal(record_end(&w), TILL_BAD_INPUT);
    }
}

static void a_record_that_does_not_fit_is_reported(void **state)
{
    (void)state;
    char memory[8];
    struct buffer out;
    struct record_writer w;
    buffer_init(&out, memory, sizeof(memory));
    record_begin(&w, &out);
    record_put_integer(&w, "a", 12);
    assert_int_equal(record_end(&w), TILL_OK);
    buffer_init(&out, memory, sizeof(memory));
    record_begin(&w, &out);
    record_put_integer(&w, "a", 123);
    assert_int_equal(record_end(&w), TILL_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_that_was_read_is_written_again_as_the_same_bytes),
        cmocka_unit_test(a_second_spelling_or_a_foreign_byte_is_refused),
        cmocka_unit_test(a_nul_byte_inside_is_refused),
        cmocka_unit_test(forty_eight_fields_pass_and_one_more_is_refused),
        cmocka_unit_test(a_line_over_the_size_limit_is_refused),
        cmocka_unit_test(fields_are_taken_in_order_and_optional_ones_may_be_missing),
        cmocka_unit_test(a_missing_required_field_spoils_the_record),
        cmocka_unit_test(a_field_of_the_other_type_spoils_the_record),
        cmocka_unit_test(a_text_that_does_not_fit_spoils_the_record),
        cmocka_unit_test(a_field_left_over_spoils_the_record),
        cmocka_unit_test(unclean_text_is_not_written),
        cmocka_unit_test(a_record_that_does_not_fit_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
