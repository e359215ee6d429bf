/* Batches: what goes in comes out; hostile bytes come out as a status. */
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

static const uint8_t prev[HASH_SIZE] = {1, 2, 3};
static uint8_t packed_memory[BATCH_PACKED_MAX];

static uint32_t random_state = 1;
static uint32_t random_below(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % limit;
}

static void make_entry(uint64_t seq, int64_t at_s, size_t text_size, struct entry *e)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-";
    *e = (struct entry){.seq = seq, .at_s = at_s, .kind = KIND_COLLECTION};
    char *at = e->body;
    at += snprintf(at, 7, "{\"a\":\"");
    for (size_t i = 0; i < text_size; i++) {
        *at++ = letters[random_below(64)];
    }
    memcpy(at, "\"}", 3);
    e->body_size = (uint16_t)strlen(e->body);
    for (size_t i = 0; i < HASH_SIZE; i++) {
        e->hash[i] = (uint8_t)random_below(256);
    }
    memset(e->signature, (int)(seq & 0xff), SIGNATURE_SIZE);
}

static struct span write_batch(const struct entry *entries, size_t count)
{
    struct batch_writer *w = NULL;
    struct buffer out;
    buffer_init(&out, packed_memory, sizeof(packed_memory));
    assert_int_equal(batch_begin("0031", prev, &w), TILL_OK);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(batch_add(w, &entries[i]), TILL_OK);
    }
    assert_int_equal(batch_finish(w, &out), TILL_OK);
    return (struct span){packed_memory, out.size};
}

/* Any plain text as a batch, for what no writer would write. */
static struct span pack_text(const void *text, size_t size)
{
    packed_memory[0] = 1;
    size_t got = ZSTD_compress(packed_memory + 1, sizeof(packed_memory) - 1, text, size, 3);
    assert_false(ZSTD_isError(got));
    return (struct span){packed_memory, got + 1};
}

#define HEADER_OF(n)                                                                               \
    "{\"v\":1,\"terminal\":\"0031\",\"from\":5,\"at_s\":100,\"n\":" n ",\"prev\":\""               \
    "0000000000000000000000000000000000000000000000000000000000000000\",\"hash\":\""               \
    "0000000000000000000000000000000000000000000000000000000000000000\",\"sig\":\""                \
    "0000000000000000000000000000000000000000000000000000000000000000"                             \
    "0000000000000000000000000000000000000000000000000000000000000000\"}\n"

/* The first status that is not TILL_OK while reading all of it; TILL_UNCHANGED is the good end. */
static enum till_status read_all(struct span packed)
{
    struct batch *b = NULL;
    struct entry e;
    enum till_status status = batch_open(packed, &b);
    if (status != TILL_OK) {
        return status;
    }
    do {
        status = batch_next(b, &e);
    } while (status == TILL_OK);
    batch_close(b);
    return status;
}

static enum till_status read_text(const char *text)
{
    return read_all(pack_text(text, strlen(text)));
}

static void entries_come_back_in_order_with_times_and_kinds(void **state)
{
    (void)state;
    struct entry entries[50];
    int64_t at_s = 1795314000;
    for (size_t i = 0; i < 50; i++) {
        make_entry(1000 + i, at_s, random_below(80), &entries[i]);
        entries[i].kind = (uint16_t)random_below(65536);
        at_s += (int64_t)random_below(4000) - 1000; /* clocks are set back, too */
    }
    struct batch *b = NULL;
    assert_int_equal(batch_open(write_batch(entries, 50), &b), TILL_OK);
    const struct batch_header *h = batch_header(b);
    assert_string_equal(h->terminal, "0031");
    assert_int_equal(h->from, 1000);
    assert_int_equal(h->at_s, 1795314000);
    assert_int_equal(h->count, 50);
    assert_memory_equal(h->prev, prev, HASH_SIZE);
    assert_memory_equal(h->hash, entries[49].hash, HASH_SIZE);
    assert_memory_equal(h->signature, entries[49].signature, SIGNATURE_SIZE);
    for (size_t i = 0; i < 50; i++) {
        struct entry e;
        assert_int_equal(batch_next(b, &e), TILL_OK);
        assert_int_equal(e.seq, entries[i].seq);
        assert_int_equal(e.at_s, entries[i].at_s);
        assert_int_equal(e.kind, entries[i].kind);
        assert_string_equal(e.body, entries[i].body);
        assert_int_equal(e.body_size, entries[i].body_size);
        static const uint8_t nothing[HASH_SIZE];
        assert_memory_equal(e.hash, i == 49 ? entries[49].hash : nothing, HASH_SIZE);
    }
    struct entry e;
    assert_int_equal(batch_next(b, &e), TILL_UNCHANGED);
    batch_close(b);
}

static void a_full_batch_of_bodies_that_do_not_repeat_still_fits(void **state)
{
    (void)state;
    struct batch_writer *w = NULL;
    struct buffer out;
    struct entry e;
    buffer_init(&out, packed_memory, sizeof(packed_memory));
    assert_int_equal(batch_begin("0031", prev, &w), TILL_OK);
    enum till_status status = TILL_OK;
    uint64_t seq = 1;
    while (status == TILL_OK) {
        make_entry(seq++, 1795314000, 1000, &e);
        status = batch_add(w, &e);
    }
    assert_int_equal(status, TILL_TOO_LARGE);
    assert_int_equal(batch_finish(w, &out), TILL_OK);
    assert_int_equal(read_all((struct span){packed_memory, out.size}), TILL_UNCHANGED);
}

static void a_batch_ends_at_its_largest_count(void **state)
{
    (void)state;
    struct batch_writer *w = NULL;
    struct entry e;
    assert_int_equal(batch_begin("0031", prev, &w), TILL_OK);
    for (uint64_t seq = 1; seq <= BATCH_ENTRIES_MAX; seq++) {
        make_entry(seq, 1795314000, 2, &e);
        assert_int_equal(batch_add(w, &e), TILL_OK);
    }
    make_entry(BATCH_ENTRIES_MAX + 1, 1795314000, 2, &e);
    assert_int_equal(batch_add(w, &e), TILL_TOO_LARGE);
    batch_abandon(w);
}

static void an_entry_out_of_order_is_not_added(void **state)
{
    (void)state;
    struct batch_writer *w = NULL;
    struct entry e;
    assert_int_equal(batch_begin("0031", prev, &w), TILL_OK);
    make_entry(7, 1795314000, 2, &e);
    assert_int_equal(batch_add(w, &e), TILL_OK);
    assert_int_equal(batch_add(w, &e), TILL_BAD_INPUT);
    batch_abandon(w);
}

static void a_batch_without_entries_is_not_finished(void **state)
{
    (void)state;
    struct batch_writer *w = NULL;
    struct buffer out;
    buffer_init(&out, packed_memory, sizeof(packed_memory));
    assert_int_equal(batch_begin("0031", prev, &w), TILL_OK);
    assert_int_equal(batch_finish(w, &out), TILL_BAD_INPUT);
}

static void no_truncated_batch_reads_to_its_end(void **state)
{
    (void)state;
    struct entry entries[20];
    for (size_t i = 0; i < 20; i++) {
        make_entry(i + 1, 1795314000, 60, &entries[i]);
    }
    struct span packed = write_batch(entries, 20);
    for (size_t size = 0; size < packed.size; size++) {
        assert_int_not_equal(read_all((struct span){packed.data, size}), TILL_UNCHANGED);
    }
    assert_int_equal(read_all(packed), TILL_UNCHANGED);
}

static void a_byte_after_the_frame_is_refused(void **state)
{
    (void)state;
    struct entry e;
    make_entry(1, 1795314000, 60, &e);
    struct span packed = write_batch(&e, 1);
    packed_memory[packed.size] = 0;
    packed.size++;
    assert_int_equal(read_all(packed), TILL_E_PROTOCOL);
}

static void altered_bytes_never_do_harm(void **state)
{
    (void)state;
    struct entry entries[20];
    for (size_t i = 0; i < 20; i++) {
        make_entry(i + 1, 1795314000, 60, &entries[i]);
    }
    struct span packed = write_batch(entries, 20);
    for (size_t round = 0; round < 20000; round++) {
        size_t at = random_below((uint32_t)packed.size);
        uint8_t before = packed_memory[at];
        packed_memory[at] = (uint8_t)random_below(256);
        (void)read_all(packed); /* what it says is free; the sanitizers watch how */
        packed_memory[at] = before;
    }
}

static void a_packed_size_that_claims_too_much_is_refused_unread(void **state)
{
    (void)state;
    static uint8_t zeros[BATCH_PLAIN_MAX + 1];
    struct span bomb = pack_text(zeros, sizeof(zeros));
    assert_true(bomb.size < 200);
    assert_int_equal(read_all(bomb), TILL_TOO_LARGE);
}

static void a_frame_that_hides_its_size_is_refused(void **state)
{
    (void)state;
    static uint8_t zeros[1000];
    ZSTD_CCtx *c = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(c, ZSTD_c_contentSizeFlag, 0);
    packed_memory[0] = 1;
    size_t got = ZSTD_compress2(c, packed_memory + 1, sizeof(packed_memory) - 1, zeros, 1000);
    ZSTD_freeCCtx(c);
    assert_int_equal(read_all((struct span){packed_memory, got + 1}), TILL_E_PROTOCOL);
}

static void unknown_formats_and_versions_are_told_apart_from_nonsense(void **state)
{
    (void)state;
    struct entry e;
    make_entry(1, 1795314000, 60, &e);
    struct span packed = write_batch(&e, 1);
    packed_memory[0] = BATCH_FORMAT_NEWEST + 1;
    assert_int_equal(read_all(packed), TILL_UNSUPPORTED);
    packed_memory[0] = 0;
    assert_int_equal(read_all(packed), TILL_E_PROTOCOL);
    assert_int_equal(read_text("{\"v\":2,\"other\":\"x\"}\n1,0,{}\n"), TILL_UNSUPPORTED);
}

static void each_line_has_one_spelling(void **state)
{
    (void)state;
    assert_int_equal(read_text(HEADER_OF("1") "64,0,{\"u\":\"w\"}\n"), TILL_UNCHANGED);
    assert_int_equal(read_text(HEADER_OF("2") "64,0,{\"u\":\"w\"}\n64,-5,{\"u\":\"w\"}\n"),
                     TILL_UNCHANGED);
    static const char *const wrong[] = {
        HEADER_OF("1") "64,1,{\"u\":\"w\"}\n",                     /* the first has no Δ */
        HEADER_OF("1") "064,0,{\"u\":\"w\"}\n",                    /* padded */
        HEADER_OF("1") "64,-0,{\"u\":\"w\"}\n",                    /* minus zero */
        HEADER_OF("1") "+64,0,{\"u\":\"w\"}\n",                    /* plus */
        HEADER_OF("1") "65536,0,{\"u\":\"w\"}\n",                  /* no kind */
        HEADER_OF("1") "-1,0,{\"u\":\"w\"}\n",                     /* no kind */
        HEADER_OF("1") "64,0,\n",                                  /* no body */
        HEADER_OF("1") "64,0,{\"u\": \"w\"}\n",                    /* no canonical body */
        HEADER_OF("1") "64,0\n",                                   /* a field short */
        HEADER_OF("1") "64,0,{\"u\":\"w\"}",                       /* no LF at the end */
        HEADER_OF("1") "64,0,{\"u\":\"w\"}\n64,0,{\"u\":\"w\"}\n", /* one too many */
        HEADER_OF("1") "\n64,0,{\"u\":\"w\"}\n",                   /* a line more */
        HEADER_OF("2") "64,0,{\"u\":\"w\"}\n",                     /* a line short */
        HEADER_OF("0") "",                                         /* none */
        HEADER_OF("-1") "64,0,{\"u\":\"w\"}\n",                    /* less than none */
        "64,0,{\"u\":\"w\"}\n",                                    /* no header */
        HEADER_OF("2") "64,0,{\"u\":\"w\"}\n64,9223372036854775807,{\"u\":\"w\"}\n", /* overflow */
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        enum till_status status = read_text(wrong[i]);
        if (status != TILL_E_PROTOCOL) {
            fail_msg("case %zu gives %d", i, status);
        }
    }
}

static void a_count_over_the_limit_is_too_large(void **state)
{
    (void)state;
    assert_int_equal(read_text(HEADER_OF("1001") "64,0,{\"u\":\"w\"}\n"), TILL_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_come_back_in_order_with_times_and_kinds),
        cmocka_unit_test(a_full_batch_of_bodies_that_do_not_repeat_still_fits),
        cmocka_unit_test(a_batch_ends_at_its_largest_count),
        cmocka_unit_test(an_entry_out_of_order_is_not_added),
        cmocka_unit_test(a_batch_without_entries_is_not_finished),
        cmocka_unit_test(no_truncated_batch_reads_to_its_end),
        cmocka_unit_test(a_byte_after_the_frame_is_refused),
        cmocka_unit_test(altered_bytes_never_do_harm),
        cmocka_unit_test(a_packed_size_that_claims_too_much_is_refused_unread),
        cmocka_unit_test(a_frame_that_hides_its_size_is_refused),
        cmocka_unit_test(unknown_formats_and_versions_are_told_apart_from_nonsense),
        cmocka_unit_test(each_line_has_one_spelling),
        cmocka_unit_test(a_count_over_the_limit_is_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
