/* Any bytes as a batch: they are read to their end or refused. What is read can be packed again,
 * and says the same. */
#include <zstd.h>

#include "batch.h"
#include "fuzz.h"

/* An input that begins so is the plain text of a batch, or the plain columns with what stands
 * before them: hardly any other gets past zstd. */
enum { PLAIN_MARK = 0xFF, COLUMNS_MARK = 0xFE };

static struct span pack_plain(uint8_t memory[BATCH_PACKED_MAX], struct span plain)
{
    memory[0] = 1;
    size_t size = ZSTD_compress(memory + 1, BATCH_PACKED_MAX - 1, plain.data, plain.size, 1);
    return (struct span){memory, ZSTD_isError(size) ? 0 : size + 1};
}

/* count (u16), size of bits (u8), bits, columns */
static struct span pack_columns(uint8_t memory[BATCH_PACKED_MAX], struct span from)
{
    struct buffer out;
    struct reader r;
    reader_init(&r, from);
    unsigned count = reader_u16(&r) % (BATCH_ENTRIES_MAX + 1);
    struct span bits = reader_take(&r, reader_u8(&r));
    if (r.failed) {
        return (struct span){memory, 0};
    }
    buffer_init(&out, memory, BATCH_PACKED_MAX);
    buffer_put_u8(&out, BATCH_FORMAT_COLUMNS);
    buffer_put(&out,
               "\4"
               "0031",
               5);
    buffer_put_varint(&out, 1001);
    buffer_put_zigzag(&out, 1795314000);
    buffer_put_varint(&out, count);
    for (int i = 0; i < 2 * HASH_SIZE + SIGNATURE_SIZE; i++) {
        buffer_put_u8(&out, (uint8_t)i);
    }
    buffer_put_varint(&out, bits.size);
    buffer_put(&out, bits.data, bits.size);
    size_t size =
        ZSTD_compress(out.data + out.size, out.capacity - out.size, r.left.data, r.left.size, 1);
    return (struct span){memory, ZSTD_isError(size) ? 0 : out.size + size};
}

static void pack_again(struct span packed, size_t entries, int format)
{
    static uint8_t memory[BATCH_PACKED_MAX];
    struct batch *b = NULL;
    struct batch *again = NULL;
    struct batch_writer *w = NULL;
    struct entry e;
    struct entry e_again;
    struct buffer out;
    buffer_init(&out, memory, sizeof(memory));
    assert(batch_open(packed, &b) == TILL_OK);
    assert(batch_begin(batch_header(b)->terminal, batch_header(b)->prev, &w) == TILL_OK);
    while (batch_next(b, &e) == TILL_OK) {
        if (batch_add(w, &e) != TILL_OK) {
            /* Readers take more plain text than writers make. */
            batch_abandon(w);
            batch_close(b);
            return;
        }
    }
    batch_close(b);
    assert(batch_finish_as(w, format, &out) == TILL_OK);
    assert(batch_open(packed, &b) == TILL_OK);
    assert(batch_open((struct span){memory, out.size}, &again) == TILL_OK);
    assert(memcmp(batch_header(b), batch_header(again), sizeof(struct batch_header)) == 0);
    for (size_t i = 0; i < entries; i++) {
        assert(batch_next(b, &e) == TILL_OK && batch_next(again, &e_again) == TILL_OK);
        assert(e.seq == e_again.seq && e.at_s == e_again.at_s && e.kind == e_again.kind);
        assert(strcmp(e.body, e_again.body) == 0);
    }
    batch_close(b);
    batch_close(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t memory[BATCH_PACKED_MAX];
    struct span packed = {data, size};
    struct batch *b = NULL;
    struct entry e;
    if (size > 0 && data[0] == PLAIN_MARK) {
        packed = pack_plain(memory, (struct span){data + 1, size - 1});
    } else if (size > 0 && data[0] == COLUMNS_MARK) {
        packed = pack_columns(memory, (struct span){data + 1, size - 1});
    }
    if (batch_open(packed, &b) != TILL_OK) {
        return 0;
    }
    size_t entries = 0;
    enum till_status status = TILL_OK;
    while ((status = batch_next(b, &e)) == TILL_OK) {
        assert(e.body_size <= ENTRY_BODY_MAX && e.body[e.body_size] == '\0');
        entries++;
    }
    assert(status == TILL_UNCHANGED || status == TILL_E_PROTOCOL);
    assert(entries <= BATCH_ENTRIES_MAX);
    batch_close(b);
    if (status == TILL_UNCHANGED) {
        pack_again(packed, entries, BATCH_FORMAT_LINES);
        pack_again(packed, entries, BATCH_FORMAT_COLUMNS);
    }
    return 0;
}
