/* Spans, buffers, hex and base32. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bytes.h"

static struct span span_of(const char *text)
{
    return (struct span){(const uint8_t *)text, strlen(text)};
}

static void integers_are_written_big_endian_and_read_back(void **state)
{
    (void)state;
    uint8_t memory[15];
    struct buffer b;
    buffer_init(&b, memory, sizeof(memory));
    buffer_put_u8(&b, 0x01);
    buffer_put_u16(&b, 0x0203);
    buffer_put_u32(&b, 0x04050607);
    buffer_put_u64(&b, UINT64_C(0x08090a0b0c0d0e0f));
    assert_int_equal(buffer_status(&b), TILL_OK);
    for (uint8_t i = 0; i < sizeof(memory); i++) {
        assert_int_equal(memory[i], i + 1);
    }
    struct reader r;
    reader_init(&r, (struct span){memory, sizeof(memory)});
    assert_int_equal(reader_u8(&r), 0x01);
    assert_int_equal(reader_u16(&r), 0x0203);
    assert_int_equal(reader_u32(&r), 0x04050607);
    assert_true(reader_u64(&r) == UINT64_C(0x08090a0b0c0d0e0f));
    assert_false(r.failed);
}

static void an_overflow_is_remembered_and_nothing_is_written_past_the_end(void **state)
{
    (void)state;
    uint8_t memory[4] = {0, 0, 0, 0xEE};
    struct buffer b;
    buffer_init(&b, memory, 3);
    buffer_put_u16(&b, 1);
    buffer_put_u16(&b, 2);
    buffer_put_u8(&b, 3); /* would fit, but the buffer is spoilt */
    assert_int_equal(buffer_status(&b), TILL_TOO_LARGE);
    assert_int_equal(b.size, 2);
    assert_int_equal(memory[3], 0xEE);
}

static void a_reader_that_runs_out_stays_failed_and_gives_zero(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {1, 2, 3};
    struct reader r;
    reader_init(&r, (struct span){bytes, sizeof(bytes)});
    assert_int_equal(reader_u32(&r), 0);
    assert_true(r.failed);
    assert_int_equal(reader_u8(&r), 0);
    assert_int_equal(reader_take(&r, 1).size, 0);
}

static void decimals_have_one_spelling(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        const char *text;
    } cases[] = {{0, "0"},
                 {-1, "-1"},
                 {18642, "18642"},
                 {INT64_MAX, "9223372036854775807"},
                 {INT64_MIN, "-9223372036854775808"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char memory[24];
        struct buffer b;
        buffer_init(&b, memory, sizeof(memory));
        buffer_put_decimal(&b, cases[i].value);
        buffer_put_u8(&b, '\0');
        assert_string_equal(memory, cases[i].text);
    }
}

static void hex_goes_there_and_back(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0x00, 0x9f, 0x3c, 0xff};
    char text[9];
    uint8_t back[4];
    hex_encode((struct span){bytes, 4}, text);
    assert_string_equal(text, "009f3cff");
    assert_int_equal(hex_decode("009F3cFf", 8, back, 4), TILL_OK);
    assert_memory_equal(back, bytes, 4);
}

static void wrong_hex_is_refused(void **state)
{
    (void)state;
    uint8_t back[2];
    assert_int_equal(hex_decode("0g", 2, back, 1), TILL_BAD_INPUT);
    assert_int_equal(hex_decode("000", 3, back, 1), TILL_BAD_INPUT);
    assert_int_equal(hex_decode("0000", 4, back, 1), TILL_BAD_INPUT);
    assert_int_equal(hex_decode("00", 2, back, 2), TILL_BAD_INPUT);
}

/* RFC 4648 §10, without the padding. */
static const struct {
    const char *plain;
    const char *base32;
} rfc4648[] = {{"", ""},
               {"f", "MY"},
               {"fo", "MZXQ"},
               {"foo", "MZXW6"},
               {"foob", "MZXW6YQ"},
               {"fooba", "MZXW6YTB"},
               {"foobar", "MZXW6YTBOI"}};

static void base32_gives_the_published_vectors_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rfc4648) / sizeof(rfc4648[0]); i++) {
        char text[16];
        uint8_t back[8];
        size_t size = 99;
        base32_encode(span_of(rfc4648[i].plain), text);
        assert_string_equal(text, rfc4648[i].base32);
        assert_int_equal(base32_decode(text, strlen(text), back, sizeof(back), &size), TILL_OK);
        assert_int_equal(size, strlen(rfc4648[i].plain));
        assert_memory_equal(back, rfc4648[i].plain, size);
    }
}

static void base32_of_any_length_comes_back(void **state)
{
    (void)state;
    uint8_t bytes[64];
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)(i * 37 + 11);
    }
    for (size_t size = 0; size <= sizeof(bytes); size++) {
        char text[(64 * 8 + 4) / 5 + 1];
        uint8_t back[64];
        size_t back_size = 0;
        base32_encode((struct span){bytes, size}, text);
        assert_int_equal(strlen(text), (size * 8 + 4) / 5);
        assert_int_equal(base32_decode(text, strlen(text), back, sizeof(back), &back_size),
                         TILL_OK);
        assert_int_equal(back_size, size);
        assert_memory_equal(back, bytes, size);
    }
}

static void base32_with_a_second_spelling_is_refused(void **state)
{
    (void)state;
    static const char *const refused[] = {"MZ======", "M", "MZX",       "MZXW6Y", "M1", "M0",
                                          "M8",       "A", "MZXW6YTBA", "M Y",    "MZ", "MZXX"};
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        uint8_t back[8];
        size_t size = 0;
        if (base32_decode(refused[i], strlen(refused[i]), back, sizeof(back), &size) !=
            TILL_BAD_INPUT) {
            fail_msg("accepted: %s", refused[i]);
        }
    }
}

static void base32_over_the_capacity_is_refused(void **state)
{
    (void)state;
    uint8_t back[2];
    size_t size = 0;
    assert_int_equal(base32_decode("MZXW6", 5, back, sizeof(back), &size), TILL_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_written_big_endian_and_read_back),
        cmocka_unit_test(an_overflow_is_remembered_and_nothing_is_written_past_the_end),
        cmocka_unit_test(a_reader_that_runs_out_stays_failed_and_gives_zero),
        cmocka_unit_test(decimals_have_one_spelling),
        cmocka_unit_test(hex_goes_there_and_back),
        cmocka_unit_test(wrong_hex_is_refused),
        cmocka_unit_test(base32_gives_the_published_vectors_both_ways),
        cmocka_unit_test(base32_of_any_length_comes_back),
        cmocka_unit_test(base32_with_a_second_spelling_is_refused),
        cmocka_unit_test(base32_over_the_capacity_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
