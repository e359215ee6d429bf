/* The strict printer: what comes out, and what it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "roll.h"

static struct roll *new_roll(void)
{
    struct roll_profile profile;
    roll_profile_58(&profile);
    struct roll *roll = roll_create(&profile);
    assert_non_null(roll);
    return roll;
}

static enum till_status put(struct roll *roll, const void *bytes, size_t size)
{
    size_t used = 0;
    return roll_put(roll, (struct span){bytes, size}, 0, &used);
}
#define PUT(roll, literal) put(roll, literal, sizeof(literal) - 1)

static void expect_text(const struct roll *roll, const char *expected)
{
    char *text = roll_text(roll, 0);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void expect_refused(const char *bytes, size_t size, const char *why, uint64_t at)
{
    struct roll *roll = new_roll();
    uint64_t offset = 0;
    assert_int_equal(put(roll, bytes, size), TILL_E_PROTOCOL);
    const char *fault = roll_fault(roll, &offset);
    assert_non_null(fault);
    if (!strstr(fault, why)) {
        fail_msg("refused because of \"%s\", not \"%s\"", fault, why);
    }
    assert_int_equal(offset, at);
    assert_int_equal(PUT(roll, "more\n"), TILL_E_PROTOCOL);
    roll_power_cycle(roll);
    assert_int_equal(PUT(roll, "more\n"), TILL_OK);
    roll_destroy(roll);
}
#define REFUSED(literal, why, at) expect_refused(literal, sizeof(literal) - 1, why, at)

static void text_comes_out_in_columns_with_its_alignment(void **state)
{
    (void)state;
    struct roll *roll = new_roll();
    assert_int_equal(PUT(roll, "\x1b@left\n\x1b"
                               "a\x01mid\n\x1b"
                               "a\x02"
                               "right\n"),
                     TILL_OK);
    expect_text(roll, "left\n              mid\n                           right\n");
    size_t count = 0;
    const struct roll_op *ops = roll_ops(roll, &count);
    assert_int_equal(ops[0].kind, ROLL_TEXT);
    assert_int_equal(ops[0].x, 0);
    assert_int_equal(ops[0].width, 48);
    assert_int_equal(ops[0].height, 24);
    /* a line of 24 dots on a spacing of 30 leaves 6 */
    assert_int_equal(ops[1].kind, ROLL_FEED);
    assert_int_equal(ops[1].height, 6);
    assert_int_equal(ops[2].x, (384 - 36) / 2);
    assert_int_equal(ops[2].y, 30);
    assert_int_equal(ops[4].x, 384 - 60);
    assert_int_equal(roll_height(roll), 90);
    roll_destroy(roll);
}

static void chinese_is_read_as_gb18030_and_takes_two_columns(void **state)
{
    (void)state;
    struct roll *roll = new_roll();
    /* 户号 = BB A7 BA C5; 𠮷 is not in GBK: four bytes 95 32 86 36 is another rare one */
    assert_int_equal(PUT(roll, "\x1c&\xBB\xA7\xBA\xC5:61\n\x95\x32\x86\x36\n"), TILL_OK);
    size_t count = 0;
    const struct roll_op *ops = roll_ops(roll, &count);
    assert_int_equal(ops[0].advance, 24);
    assert_int_equal(ops[0].width, 48);
    assert_int_equal(ops[1].advance, 12);
    assert_int_equal(ops[1].x, 48);
    char *text = roll_text(roll, 0);
    assert_memory_equal(text, "户号:61\n", strlen("户号:61\n"));
    free(text);
    roll_destroy(roll);
}

static void bytes_may_come_one_by_one(void **state)
{
    (void)state;
    static const char job[] = "\x1b@\x1b"
                              "E\x01\xBB\xA7\x1d!\x11\xBA\xC5\n"
                              "\x1dv0\x00\x02\x00\x03\x00\xFF\x00\xAA\x55\x0A\x1B"
                              "x\n";
    struct roll *whole = new_roll();
    struct roll *bits = new_roll();
    assert_int_equal(PUT(whole, job), TILL_OK);
    for (size_t i = 0; i + 1 < sizeof job; i++) {
        assert_int_equal(put(bits, job + i, 1), TILL_OK);
    }
    size_t whole_count = 0;
    size_t bits_count = 0;
    const struct roll_op *a = roll_ops(whole, &whole_count);
    const struct roll_op *b = roll_ops(bits, &bits_count);
    assert_int_equal(whole_count, bits_count);
    for (size_t i = 0; i < whole_count; i++) {
        assert_int_equal(a[i].kind, b[i].kind);
        assert_int_equal(a[i].y, b[i].y);
        assert_int_equal(a[i].data_size, b[i].data_size);
    }
    roll_destroy(whole);
    roll_destroy(bits);
}

static void a_raster_keeps_its_bits_and_bands_that_touch_read_as_one(void **state)
{
    (void)state;
    struct roll *roll = new_roll();
    assert_int_equal(PUT(roll, "\x1b"
                               "a\x01\x1dv0\x00\x02\x00\x02\x00\x01\x02\x03\x04"
                               "\x1dv0\x00\x02\x00\x01\x00\x1b@"),
                     TILL_OK);
    expect_text(roll, "[raster 16x3]\n");
    size_t count = 0;
    const struct roll_op *ops = roll_ops(roll, &count);
    assert_int_equal(count, 2);
    assert_int_equal(ops[0].x, (384 - 16) / 2);
    struct span bits = roll_op_data(roll, &ops[0]);
    assert_int_equal(bits.size, 4);
    assert_memory_equal(bits.data, "\x01\x02\x03\x04", 4);
    /* ESC @ inside a raster is picture, as on a real printer */
    assert_memory_equal(roll_op_data(roll, &ops[1]).data, "\x1b@", 2);
    roll_destroy(roll);
}

static void a_qr_code_has_the_size_that_its_data_needs(void **state)
{
    (void)state;
    struct roll *roll = new_roll();
    assert_int_equal(PUT(roll, "\x1d(k\x04\x00\x31\x41\x32\x00"
                               "\x1d(k\x03\x00\x31\x43\x04"
                               "\x1d(k\x03\x00\x31\x45\x31"
                               "\x1d(k\x0b\x00\x31\x50\x30HTTPS://"
                               "\x1d(k\x03\x00\x31\x51\x30"),
                     TILL_OK);
    expect_text(roll, "[QR 21 modules]\n");
    size_t count = 0;
    const struct roll_op *op = roll_ops(roll, &count);
    assert_int_equal(op->width, 84);
    assert_int_equal(op->level, 'M');
    assert_memory_equal(roll_op_data(roll, op).data, "HTTPS://", 8);
    roll_destroy(roll);
}

/* Largest sizes of ISO/IEC 18004 table 7. */
static void qr_sizes_are_those_of_the_standard(void **state)
{
    (void)state;
    static uint8_t data[4296];
    static const struct {
        uint8_t fill;
        char level;
        uint16_t size;
        unsigned version;
    } most[] = {
        {'A', 'M', 20, 1},   {'A', 'M', 366, 11},  {'A', 'L', 4296, 40}, {'a', 'M', 14, 1},
        {'a', 'M', 251, 11}, {'a', 'H', 1273, 40}, {'7', 'L', 41, 1},    {'7', 'M', 604, 11},
        {'a', 'Q', 130, 9},  {'a', 'Q', 151, 10},  {'A', 'H', 910, 27},  {'a', 'L', 1367, 26},
    };
    for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
        memset(data, most[i].fill, sizeof data);
        struct span span = {data, most[i].size};
        assert_int_equal(roll_qr_modules(span, most[i].level), 17 + 4 * most[i].version);
        span.size++;
        unsigned larger = most[i].version == 40 ? 0 : 17 + 4 * (most[i].version + 1);
        if (span.size <= sizeof data) {
            assert_int_equal(roll_qr_modules(span, most[i].level), larger);
        }
    }
    assert_int_equal(roll_qr_modules((struct span){data, 0}, 'M'), 0);
    assert_int_equal(roll_qr_modules((struct span){data, 1}, 'X'), 0);
}

static void what_the_profile_lacks_is_refused_with_its_offset(void **state)
{
    (void)state;
    REFUSED("ab\n\x1dV\x00", "not in the profile", 3);
    REFUSED("\x1bt\x01", "not in the profile", 0);
    REFUSED("\x1b@\x1bz", "no such command", 2);
    REFUSED("a\tb", "control byte 09", 1);
    REFUSED("\x1d!\x44", "GS !", 0);
    REFUSED("ab\x80", "no character", 2);
    REFUSED("\xBB\xA7\x1c.\xBB", "no character here", 4);
    REFUSED("\x81\x7F", "no character of GB 18030", 0);
    REFUSED("\x1d(k\x03\x00\x31\x51\x30", "a QR code of 0 bytes", 0);
    REFUSED("x\x1b"
            "a\x01",
            "within a line", 1);
    REFUSED("x\x1dv0\x00\x01\x00\x01\x00", "within a line", 1);
    REFUSED("\x1dv0\x00\x31\x00\x01\x00", "a raster of 392 dots", 0);
    REFUSED("\x1dv0\x00\x01\x00\x00\x01", "a raster of 256 rows", 0);
    REFUSED("\x1d(L\x03\x00\x30\x51\x30", "GS ( 4C", 0);
}

static void a_line_that_would_wrap_is_refused(void **state)
{
    (void)state;
    struct roll *roll = new_roll();
    assert_int_equal(PUT(roll, "12345678901234567890123456789012\n"), TILL_OK);
    assert_int_equal(PUT(roll, "123456789012345678901234567890123\n"), TILL_E_PROTOCOL);
    assert_string_equal(roll_fault(roll, NULL), "the line is wider than 384 dots");
    roll_destroy(roll);
}

static void a_power_cut_loses_the_begun_line_and_keeps_the_paper(void **state)
{
    (void)state;
    struct roll *roll = new_roll();
    assert_int_equal(PUT(roll, "one\ntwo"), TILL_OK);
    assert_false(roll_is_idle(roll));
    roll_power_cycle(roll);
    assert_true(roll_is_idle(roll));
    assert_int_equal(PUT(roll, "three\n"), TILL_OK);
    expect_text(roll, "one\nthree\n");
    roll_destroy(roll);
}

static void a_power_cut_loses_the_stored_qr_code(void **state)
{
    (void)state;
    struct roll *roll = new_roll();
    assert_int_equal(PUT(roll, "\x1d(k\x04\x00\x31\x50\x30X"), TILL_OK);
    roll_power_cycle(roll);
    assert_int_equal(PUT(roll, "\x1d(k\x03\x00\x31\x51\x30"), TILL_E_PROTOCOL);
    assert_string_equal(roll_fault(roll, NULL), "a QR code of 0 bytes");
    roll_destroy(roll);
}

static void it_stops_where_the_paper_has_moved_far_enough(void **state)
{
    (void)state;
    struct roll *roll = new_roll();
    size_t used = 0;
    assert_int_equal(roll_put(roll, (struct span){(const uint8_t *)"a\nb\nc\n", 6}, 31, &used),
                     TILL_OK);
    assert_int_equal(used, 4);
    assert_int_equal(roll_height(roll), 60);
    roll_destroy(roll);
}

static void status_requests_are_handed_out_in_order(void **state)
{
    (void)state;
    struct roll *roll = new_roll();
    struct roll_request request;
    assert_int_equal(PUT(roll, "ab\x10\x04\x04"
                               "c\x1dr\x01\n"),
                     TILL_OK);
    assert_true(roll_take_request(roll, &request));
    assert_int_equal(request.kind, ROLL_REQUEST_REALTIME);
    assert_int_equal(request.number, 4);
    assert_true(roll_take_request(roll, &request));
    assert_int_equal(request.kind, ROLL_REQUEST_REPORT);
    assert_false(roll_take_request(roll, &request));
    expect_text(roll, "abc\n");
    roll_destroy(roll);
}

static void double_size_stands_on_the_foot_of_its_line(void **state)
{
    (void)state;
    struct roll *roll = new_roll();
    assert_int_equal(PUT(roll, "a\x1d!\x11"
                               "b\x1d!\x00\n\n\n\x1b"
                               "d\x02"),
                     TILL_OK);
    size_t count = 0;
    const struct roll_op *ops = roll_ops(roll, &count);
    assert_int_equal(ops[0].y, 24);
    assert_int_equal(ops[1].y, 0);
    assert_int_equal(ops[1].height, 48);
    /* the line took 48; two empty lines and two fed ones are one feed of 120 */
    assert_int_equal(count, 3);
    assert_int_equal(ops[2].height, 120);
    expect_text(roll, "ab\n\n\n\n\n\n");
    roll_destroy(roll);
}

static void torn_off_paper_begins_anew_at_its_top(void **state)
{
    (void)state;
    struct roll *roll = new_roll();
    assert_int_equal(PUT(roll, "one\n"), TILL_OK);
    roll_tear_off(roll);
    assert_int_equal(roll_height(roll), 0);
    assert_int_equal(PUT(roll, "two\n"), TILL_OK);
    expect_text(roll, "two\n");
    roll_destroy(roll);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_comes_out_in_columns_with_its_alignment),
        cmocka_unit_test(chinese_is_read_as_gb18030_and_takes_two_columns),
        cmocka_unit_test(bytes_may_come_one_by_one),
        cmocka_unit_test(a_raster_keeps_its_bits_and_bands_that_touch_read_as_one),
        cmocka_unit_test(a_qr_code_has_the_size_that_its_data_needs),
        cmocka_unit_test(qr_sizes_are_those_of_the_standard),
        cmocka_unit_test(what_the_profile_lacks_is_refused_with_its_offset),
        cmocka_unit_test(a_line_that_would_wrap_is_refused),
        cmocka_unit_test(a_power_cut_loses_the_begun_line_and_keeps_the_paper),
        cmocka_unit_test(a_power_cut_loses_the_stored_qr_code),
        cmocka_unit_test(it_stops_where_the_paper_has_moved_far_enough),
        cmocka_unit_test(status_requests_are_handed_out_in_order),
        cmocka_unit_test(double_size_stands_on_the_foot_of_its_line),
        cmocka_unit_test(torn_off_paper_begins_anew_at_its_top),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
