/* Columns and batch format 2: whatever goes in comes out byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <zstd.h>

#include "batch.h"
#include "column.h"
#include "columns.h"
#include "dictionary.h"

enum { LINES_MAX = 1000, ROOM = 512 * 1024 };

static uint8_t bytes_memory[ROOM], bits_memory[ROOM], bodies_memory[2 * ROOM];
static char bodies_in[2 * ROOM];
static struct column_line lines[LINES_MAX + 1], back[LINES_MAX];

static uint64_t random_state = 1;
static uint64_t random_64(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}
static size_t random_below(size_t limit)
{
    return (size_t)(random_64() >> 20) % limit;
}

/* Any integer, of any length. */
static int64_t random_integer(void)
{
    int64_t value = (int64_t)(random_64() >> random_below(64));
    switch (random_below(8)) {
    case 0:
        return INT64_MIN;
    case 1:
        return INT64_MAX;
    case 2:
        return 0;
    case 3:
        return -value;
    default:
        return value;
    }
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* Packs lines[0..count), unpacks them and compares. */
static void assert_round_trip(size_t count, uint64_t from)
{
    struct buffer bytes, bits, bodies;
    buffer_init(&bytes, bytes_memory, sizeof bytes_memory);
    buffer_init(&bits, bits_memory, sizeof bits_memory);
    buffer_init(&bodies, bodies_memory, sizeof bodies_memory);
    assert_int_equal(columns_pack(lines, count, from, &bytes, &bits), TILL_OK);
    struct span b = {bytes.data, bytes.size}, i = {bits.data, bits.size};
    assert_int_equal(columns_unpack(b, i, count, from, &bodies, back), TILL_OK);
    for (size_t n = 0; n < count; n++) {
        assert_int_equal(back[n].kind, lines[n].kind);
        assert_true(back[n].delta_s == lines[n].delta_s);
        assert_int_equal(back[n].body.size, lines[n].body.size);
        assert_memory_equal(back[n].body.data, lines[n].body.data, lines[n].body.size);
    }
}

static size_t bodies_size;

static void add_body(struct column_line *line, const void *body, size_t size)
{
    char *at = bodies_in + bodies_size;
    assert_true(bodies_size + size <= sizeof bodies_in);
    memcpy(at, body, size);
    line->body = (struct span){(const uint8_t *)at, size};
    bodies_size += size;
}

static void set_line(size_t n, uint16_t kind, int64_t delta_s, const char *body)
{
    lines[n] = (struct column_line){.kind = kind, .delta_s = delta_s};
    add_body(&lines[n], body, strlen(body));
}

/* A canonical record with any of a few keys, in an order that differs at times. */
static size_t random_record(char *out, size_t capacity)
{
    static const char *const keys[] = {"a", "m", "f", "t", "s", "reference", "x1", "_"};
    static const char *const texts[] = {
        "",     "6100000001", "6100000002",           "0",      "00",    "户名", "\\\"",
        "\\\\", "x",          "99999999999999999999", "123456", "000123"};
    size_t size = 0;
    size_t key = random_below(3) == 0 ? random_below(8) : 0;
    bool downwards = random_below(10) == 0;
    size_t fields = random_below(6);
    out[size++] = '{';
    for (size_t i = 0; i < fields; i++) {
        size += (size_t)snprintf(out + size, capacity - size, "%s\"%s\":", i > 0 ? "," : "",
                                 keys[(downwards ? 15 - key - i : key + i) % 8]);
        if (random_below(3) == 0) {
            size += (size_t)snprintf(out + size, capacity - size, "\"%s\"",
                                     texts[random_below(sizeof texts / sizeof texts[0])]);
        } else {
            size +=
                (size_t)snprintf(out + size, capacity - size, "%lld", (long long)random_integer());
        }
    }
    size += (size_t)snprintf(out + size, capacity - size, "}");
    return size;
}

static void random_line(struct column_line *line)
{
    char body[1024];
    size_t size = 0;
    size_t lot = random_below(20);
    line->kind = (uint16_t)(random_below(4) == 0 ? random_below(8) * 9001 : 0x8100);
    line->delta_s = random_below(4) == 0 ? random_integer() : (int64_t)random_below(400) - 20;
    if (lot == 0) { /* any bytes; as canonical as they happen to be */
        size = random_below(sizeof body);
        for (size_t i = 0; i < size; i++) {
            body[i] = (char)random_below(256);
        }
    } else if (lot == 1) { /* hardly a record */
        size = random_record(body, sizeof body) - 1;
    } else {
        size = random_record(body, sizeof body);
    }
    add_body(line, body, size);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void any_sequence_of_entries_comes_out_byte_for_byte(void **state)
{
    (void)state;
    for (int round = 0; round < 300; round++) {
        size_t count = round % 50 == 0 ? LINES_MAX : random_below(60);
        bodies_size = 0;
        for (size_t n = 0; n < count; n++) {
            random_line(&lines[n]);
        }
        assert_round_trip(count, random_64() >> (1 + random_below(60)));
    }
}

static void bodies_that_are_no_records_come_out_as_they_were(void **state)
{
    (void)state;
    bodies_size = 0;
    set_line(0, 1, 0, "");
    set_line(1, 1, INT64_MIN, "{}");
    set_line(2, 1, INT64_MAX, "{\"a\":01}");
    set_line(3, 1, -1, "{\"a\":-0}");
    set_line(4, 1, 0, "{\"a\":1 }");
    set_line(5, 1, 0, "{\"a\":1,\"a\":1}");
    set_line(6, 65535, 0, "\n\xff,\r");
    set_line(7, 1, 0, "{\"a\":1}");
    set_line(8, 1, 0, "{\"a\":\"1\"}");
    set_line(9, 1, 0, "{\"a\":9223372036854775808}");
    set_line(10, 1, 0, "{\"a\":-9223372036854775808}");
    assert_round_trip(11, 1);
}

static void a_kind_that_nobody_knows_takes_no_more_than_one_that_is_known(void **state)
{
    (void)state;
    size_t sizes[2];
    for (int unknown = 0; unknown < 2; unknown++) {
        struct buffer bytes, bits;
        bodies_size = 0;
        for (size_t n = 0; n < 100; n++) {
            char body[80];
            snprintf(body, sizeof body, "{\"a\":\"61%08zu\",\"m\":%zu}", n * 2, n * 37 % 9000);
            set_line(n, unknown ? 0xBFFE : KIND_COLLECTION, 60, body);
        }
        buffer_init(&bytes, bytes_memory, sizeof bytes_memory);
        buffer_init(&bits, bits_memory, sizeof bits_memory);
        assert_int_equal(columns_pack(lines, 100, 1, &bytes, &bits), TILL_OK);
        sizes[unknown] = bytes.size + bits.size;
        assert_round_trip(100, 1);
    }
    assert_int_equal(sizes[0], sizes[1]);
}

static void fields_that_some_entries_lack_share_the_columns_of_the_others(void **state)
{
    (void)state;
    struct buffer bytes, bits;
    bodies_size = 0;
    for (size_t n = 0; n < 90; n++) {
        static const char *const bodies[] = {"{\"a\":\"1\",\"m\":5}",
                                             "{\"a\":\"2\",\"m\":5,\"t\":9}",
                                             "{\"a\":\"3\",\"f\":1,\"m\":5}"};
        set_line(n, KIND_COLLECTION, 60, bodies[n % 3]);
    }
    buffer_init(&bytes, bytes_memory, sizeof bytes_memory);
    buffer_init(&bits, bits_memory, sizeof bits_memory);
    assert_int_equal(columns_pack(lines, 90, 1, &bytes, &bits), TILL_OK);
    assert_int_equal(bytes.data[0], 1); /* shapes */
    assert_round_trip(90, 1);
}

static void more_shapes_than_there_may_be_are_refused_and_sent_as_lines(void **state)
{
    (void)state;
    struct buffer bytes, bits;
    bodies_size = 0;
    for (size_t n = 0; n <= COLUMNS_SHAPES_MAX; n++) {
        set_line(n, (uint16_t)n, 0, "{}");
    }
    buffer_init(&bytes, bytes_memory, sizeof bytes_memory);
    buffer_init(&bits, bits_memory, sizeof bits_memory);
    assert_int_equal(columns_pack(lines, COLUMNS_SHAPES_MAX + 1, 1, &bytes, &bits), TILL_TOO_LARGE);
    buffer_init(&bytes, bytes_memory, sizeof bytes_memory);
    assert_int_equal(columns_pack(lines, LINES_MAX + 1, 1, &bytes, &bits), TILL_TOO_LARGE);
    buffer_init(&bytes, bytes_memory, 4);
    assert_int_equal(columns_pack(lines, 3, 1, &bytes, &bits), TILL_TOO_LARGE);
}

static void columns_with_a_byte_changed_or_cut_are_read_whole_or_refused(void **state)
{
    (void)state;
    struct buffer bytes, bits, bodies;
    bodies_size = 0;
    for (size_t n = 0; n < 40; n++) {
        random_line(&lines[n]);
    }
    buffer_init(&bytes, bytes_memory, sizeof bytes_memory);
    buffer_init(&bits, bits_memory, sizeof bits_memory);
    assert_int_equal(columns_pack(lines, 40, 7, &bytes, &bits), TILL_OK);
    for (size_t i = 0; i < bytes.size; i++) {
        uint8_t was = bytes.data[i];
        bytes.data[i] = (uint8_t)(was ^ (1u << random_below(8)));
        buffer_init(&bodies, bodies_memory, 64 * 1024);
        enum till_status status =
            columns_unpack((struct span){bytes.data, bytes.size},
                           (struct span){bits.data, bits.size}, 40, 7, &bodies, back);
        assert_true(status == TILL_OK || status == TILL_E_PROTOCOL || status == TILL_TOO_LARGE);
        bytes.data[i] = was;
        buffer_init(&bodies, bodies_memory, 64 * 1024);
        assert_int_not_equal(columns_unpack((struct span){bytes.data, i},
                                            (struct span){bits.data, bits.size}, 40, 7, &bodies,
                                            back),
                             TILL_OK);
    }
    struct span whole = {bytes.data, bytes.size};
    buffer_init(&bodies, bodies_memory, 64 * 1024);
    bits.data[bits.size] = 0;
    assert_int_equal(
        columns_unpack(whole, (struct span){bits.data, bits.size + 1}, 40, 7, &bodies, back),
        TILL_E_PROTOCOL);
    bytes.data[bytes.size] = 0;
    assert_int_equal(columns_unpack((struct span){bytes.data, bytes.size + 1},
                                    (struct span){bits.data, bits.size}, 40, 7, &bodies, back),
                     TILL_E_PROTOCOL);
}

/* ---- batches in format 2 --------------------------------------------------------------------- */

static const uint8_t prev[HASH_SIZE] = {1, 2, 3};
static uint8_t packed_memory[BATCH_PACKED_MAX];

static void make_receipt(uint64_t seq, struct entry *e)
{
    *e = (struct entry){.seq = seq, .at_s = 1795314000 + (int64_t)seq * 50};
    if (seq % 2 == 0) {
        e->kind = KIND_PRINT_DONE;
        snprintf(e->body, sizeof e->body, "{\"s\":%d}", (int)seq - 1);
    } else {
        e->kind = KIND_COLLECTION;
        snprintf(e->body, sizeof e->body, "{\"a\":\"61%08d\",\"m\":%d}", 420000 + (int)seq,
                 5000 + (int)(seq * 7919 % 9000));
    }
    e->body_size = (uint16_t)strlen(e->body);
    memset(e->hash, (int)(seq & 0xFF), HASH_SIZE);
    memset(e->signature, (int)(seq & 0xFF), SIGNATURE_SIZE);
}

static struct span write_receipts(size_t count, int format)
{
    struct batch_writer *w = NULL;
    struct buffer out;
    struct entry e;
    buffer_init(&out, packed_memory, sizeof packed_memory);
    assert_int_equal(batch_begin("0031", prev, &w), TILL_OK);
    for (size_t i = 0; i < count; i++) {
        make_receipt(1001 + i, &e);
        assert_int_equal(batch_add(w, &e), TILL_OK);
    }
    assert_int_equal(batch_finish_as(w, format, &out), TILL_OK);
    return (struct span){packed_memory, out.size};
}

static void both_formats_say_the_same(void **state)
{
    (void)state;
    for (int format = BATCH_FORMAT_LINES; format <= BATCH_FORMAT_COLUMNS; format++) {
        struct batch *b = NULL;
        struct entry e, expected;
        assert_int_equal(batch_open(write_receipts(400, format), &b), TILL_OK);
        assert_int_equal(packed_memory[0], format);
        assert_string_equal(batch_header(b)->terminal, "0031");
        assert_int_equal(batch_header(b)->from, 1001);
        assert_int_equal(batch_header(b)->count, 400);
        assert_int_equal(batch_header(b)->version, BATCH_VERSION);
        assert_memory_equal(batch_header(b)->prev, prev, HASH_SIZE);
        for (size_t i = 0; i < 400; i++) {
            make_receipt(1001 + i, &expected);
            assert_int_equal(batch_next(b, &e), TILL_OK);
            assert_int_equal(e.seq, expected.seq);
            assert_int_equal(e.at_s, expected.at_s);
            assert_int_equal(e.kind, expected.kind);
            assert_string_equal(e.body, expected.body);
        }
        assert_memory_equal(e.hash, expected.hash, HASH_SIZE);
        assert_memory_equal(e.signature, expected.signature, SIGNATURE_SIZE);
        assert_int_equal(batch_next(b, &e), TILL_UNCHANGED);
        batch_close(b);
    }
}

static void columns_take_less_than_half_of_what_lines_take(void **state)
{
    (void)state;
    size_t size = write_receipts(400, BATCH_FORMAT_COLUMNS).size;
    assert_in_range(size, 128, write_receipts(400, BATCH_FORMAT_LINES).size / 2);
}

static void a_batch_that_columns_can_not_carry_is_written_as_lines(void **state)
{
    (void)state;
    struct batch_writer *w = NULL;
    struct batch *b = NULL;
    struct buffer out;
    struct entry e;
    buffer_init(&out, packed_memory, sizeof packed_memory);
    assert_int_equal(batch_begin("0031", prev, &w), TILL_OK);
    for (size_t i = 0; i < 100; i++) {
        make_receipt(1 + i, &e);
        e.kind = (uint16_t)i; /* more shapes than columns have */
        assert_int_equal(batch_add(w, &e), TILL_OK);
    }
    assert_int_equal(batch_finish_as(w, BATCH_FORMAT_COLUMNS, &out), TILL_OK);
    assert_int_equal(packed_memory[0], BATCH_FORMAT_LINES);
    assert_int_equal(batch_open((struct span){packed_memory, out.size}, &b), TILL_OK);
    batch_close(b);
}

static void a_dictionary_that_this_software_lacks_is_said(void **state)
{
    (void)state;
    struct batch *b = NULL;
    struct span packed = write_receipts(400, BATCH_FORMAT_COLUMNS);
    static const uint8_t magic[] = {0x28, 0xB5, 0x2F, 0xFD};
    uint8_t *frame = memmem(packed_memory, packed.size, magic, sizeof magic);
    assert_non_null(frame);
    assert_int_equal(frame[4] & 3, 2); /* a dictionary id of two bytes */
    frame[5] ^= 0x55;
    assert_int_equal(batch_open(packed, &b), TILL_UNSUPPORTED);
}

/* A whole batch of format 2 around any bytes. */
static struct span wrap(const void *plain, size_t plain_size, unsigned count)
{
    struct span whole = write_receipts(1, BATCH_FORMAT_COLUMNS);
    struct buffer out;
    (void)whole;
    buffer_init(&out, packed_memory, sizeof packed_memory);
    buffer_put_u8(&out, BATCH_FORMAT_COLUMNS);
    buffer_put_u8(&out, 4);
    buffer_put_text(&out, "0031");
    buffer_put_varint(&out, 1);
    buffer_put_zigzag(&out, 1795314000);
    buffer_put_varint(&out, count);
    for (int i = 0; i < HASH_SIZE * 2 + SIGNATURE_SIZE; i++) {
        buffer_put_u8(&out, 7);
    }
    buffer_put_varint(&out, 0);
    size_t size = ZSTD_compress(out.data + out.size, out.capacity - out.size, plain, plain_size, 3);
    assert_false(ZSTD_isError(size));
    return (struct span){packed_memory, out.size + size};
}

static void few_bytes_that_unpack_to_very_many_are_refused(void **state)
{
    (void)state;
    struct batch *b = NULL;
    static uint8_t zeros[BATCH_PLAIN_MAX + 1];
    assert_int_equal(batch_open(wrap(zeros, sizeof zeros, 1000), &b), TILL_TOO_LARGE);
    assert_int_equal(batch_open(wrap(zeros, sizeof zeros - 1, 1000), &b), TILL_E_PROTOCOL);
    /* A thousand rows of 40 fields: small in columns, far over the limit in lines. */
    struct buffer plain;
    static uint8_t memory[64 * 1024];
    buffer_init(&plain, memory, sizeof memory);
    buffer_put_varint(&plain, 1);
    buffer_put_varint(&plain, 0x8100);
    buffer_put_varint(&plain, 1000);
    buffer_put_varint(&plain, 41);
    for (int f = 0; f < 40; f++) {
        buffer_put_varint(&plain, 19 << 1);
        for (int i = 0; i < 20; i++) {
            buffer_put_u8(&plain, (uint8_t)('a' + (i < 2 ? (f >> (3 * i)) & 7 : 0)));
        }
    }
    for (int column = 0; column < 43; column++) {
        buffer_put_u8(&plain, 0);
        buffer_put_u8(&plain, 0);
        for (int row = 0; row < 1000; row++) {
            buffer_put_varint(&plain, column == 2 ? (UINT64_C(1) << 40) - 1 : 0);
        }
    }
    assert_false(plain.overflow);
    assert_int_equal(batch_open(wrap(plain.data, plain.size, 1000), &b), TILL_TOO_LARGE);
}

static void a_header_that_claims_too_much_is_refused(void **state)
{
    (void)state;
    struct batch *b = NULL;
    assert_int_equal(batch_open(wrap("x", 1, 1001), &b), TILL_TOO_LARGE);
    assert_int_equal(batch_open(wrap("x", 1, 0), &b), TILL_E_PROTOCOL);
    struct span packed = write_receipts(10, BATCH_FORMAT_COLUMNS);
    for (size_t size = 0; size < packed.size; size++) {
        assert_int_not_equal(batch_open((struct span){packed_memory, size}, &b), TILL_OK);
    }
    packed_memory[packed.size] = 0;
    assert_int_not_equal(batch_open((struct span){packed_memory, packed.size + 1}, &b), TILL_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_sequence_of_entries_comes_out_byte_for_byte),
        cmocka_unit_test(bodies_that_are_no_records_come_out_as_they_were),
        cmocka_unit_test(a_kind_that_nobody_knows_takes_no_more_than_one_that_is_known),
        cmocka_unit_test(fields_that_some_entries_lack_share_the_columns_of_the_others),
        cmocka_unit_test(more_shapes_than_there_may_be_are_refused_and_sent_as_lines),
        cmocka_unit_test(columns_with_a_byte_changed_or_cut_are_read_whole_or_refused),
        cmocka_unit_test(both_formats_say_the_same),
        cmocka_unit_test(columns_take_less_than_half_of_what_lines_take),
        cmocka_unit_test(a_batch_that_columns_can_not_carry_is_written_as_lines),
        cmocka_unit_test(a_dictionary_that_this_software_lacks_is_said),
        cmocka_unit_test(few_bytes_that_unpack_to_very_many_are_refused),
        cmocka_unit_test(a_header_that_claims_too_much_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
