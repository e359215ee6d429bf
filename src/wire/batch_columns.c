#include "batch_columns.h"

#include <stdlib.h>
#include <string.h>

#include <zstd.h>

#include "dictionary.h"
#include "zstd_frame.h"

enum {
    /* 200 receipts with prints, packed and read back: 2 ms, of which zstd takes less than half. */
    PACK_LEVEL = 19,
    SLACK = 4096 /* what columns may take more than their lines before lines are better */
};

/* ---- the header ------------------------------------------------------------------------------ */

static void put_header(const struct batch_header *h, struct buffer *out)
{
    size_t size = strlen(h->terminal);
    buffer_put_u8(out, (uint8_t)size);
    buffer_put(out, h->terminal, size);
    buffer_put_varint(out, h->from);
    buffer_put_zigzag(out, h->at_s);
    buffer_put_varint(out, h->count);
    buffer_put(out, h->prev, HASH_SIZE);
    buffer_put(out, h->hash, HASH_SIZE);
    buffer_put(out, h->signature, SIGNATURE_SIZE);
}

static void take_bytes(struct reader *r, void *out, size_t size)
{
    struct span bytes = reader_take(r, size);
    if (!r->failed) {
        memcpy(out, bytes.data, size);
    }
}

static enum till_status take_header(struct reader *r, struct batch_header *h)
{
    size_t size = reader_u8(r);
    *h = (struct batch_header){.version = BATCH_VERSION};
    if (size >= TERMINAL_MAX) {
        return TILL_E_PROTOCOL;
    }
    take_bytes(r, h->terminal, size);
    h->from = reader_varint(r, INT64_MAX - BATCH_ENTRIES_MAX);
    h->at_s = reader_zigzag(r, INT64_MIN, INT64_MAX);
    uint64_t count = reader_varint(r, UINT32_MAX);
    take_bytes(r, h->prev, HASH_SIZE);
    take_bytes(r, h->hash, HASH_SIZE);
    take_bytes(r, h->signature, SIGNATURE_SIZE);
    if (r->failed || !terminal_is_valid(h->terminal) || strlen(h->terminal) != size ||
        h->from < 1 || count < 1) {
        return TILL_E_PROTOCOL;
    }
    if (count > BATCH_ENTRIES_MAX) {
        return TILL_TOO_LARGE;
    }
    h->count = (uint32_t)count;
    return TILL_OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

static enum till_status compress(struct span plain, struct buffer *out)
{
    struct span dictionary = dictionary_newest();
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    enum till_status status = TILL_E_MEMORY;
    if (zstd == NULL) {
        return status;
    }
    if (ZSTD_isError(ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, PACK_LEVEL)) ||
        ZSTD_isError(ZSTD_CCtx_loadDictionary(zstd, dictionary.data, dictionary.size))) {
        goto out;
    }
    size_t size = ZSTD_compress2(zstd, out->data + out->size, out->capacity - out->size, plain.data,
                                 plain.size);
    status = ZSTD_isError(size) ? TILL_TOO_LARGE : TILL_OK;
    if (status == TILL_OK) {
        out->size += size;
    }
out:
    ZSTD_freeCCtx(zstd);
    return status;
}

/* Does the payload say what went in? */
static enum till_status compare(struct span payload, const struct batch_header *h,
                                const struct column_line *lines)
{
    struct batch_columns *back = NULL;
    enum till_status status = batch_columns_open(payload, &back);
    if (status != TILL_OK) {
        return status == TILL_E_MEMORY ? status : TILL_E_CORRUPT;
    }
    bool same = memcmp(&back->header, h, sizeof *h) == 0;
    for (size_t i = 0; i < h->count && same; i++) {
        const struct column_line *a = &lines[i];
        const struct column_line *b = &back->lines[i];
        same = a->kind == b->kind && a->delta_s == b->delta_s && a->body.size == b->body.size &&
               memcmp(a->body.data, b->body.data, a->body.size) == 0;
    }
    free(back);
    return same ? TILL_OK : TILL_E_CORRUPT;
}

static size_t sum_of_bodies(const struct column_line *lines, size_t count)
{
    size_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += lines[i].body.size;
    }
    return sum;
}

enum till_status batch_columns_pack(const struct batch_header *header,
                                    const struct column_line *lines, struct buffer *out)
{
    size_t size_before = out->size;
    size_t room = sum_of_bodies(lines, header->count) + SLACK;
    struct buffer bytes;
    struct buffer bits;
    uint8_t *memory = malloc(2 * room);
    if (memory == NULL) {
        return TILL_E_MEMORY;
    }
    buffer_init(&bytes, memory, room);
    buffer_init(&bits, memory + room, room);
    enum till_status status = columns_pack(lines, header->count, header->from, &bytes, &bits);
    if (status == TILL_OK) {
        put_header(header, out);
        buffer_put_varint(out, bits.size);
        buffer_put(out, bits.data, bits.size);
        status = buffer_status(out);
    }
    if (status == TILL_OK) {
        status = compress((struct span){bytes.data, bytes.size}, out);
    }
    free(memory);
    if (status == TILL_OK) {
        struct span payload = {out->data + size_before, out->size - size_before};
        status = compare(payload, header, lines);
    }
    if (status != TILL_OK) {
        out->size = size_before;
        out->overflow = false;
    }
    return status;
}

/* ---- reading --------------------------------------------------------------------------------- */

static enum till_status decompress(struct span frame, uint8_t *plain, size_t plain_size)
{
    struct span dictionary;
    unsigned id = ZSTD_getDictID_fromFrame(frame.data, frame.size);
    enum till_status status = dictionary_find(id, &dictionary);
    if (status != TILL_OK) {
        return status;
    }
    ZSTD_DCtx *zstd = ZSTD_createDCtx();
    if (zstd == NULL) {
        return TILL_E_MEMORY;
    }
    size_t got = ZSTD_decompress_usingDict(zstd, plain, plain_size, frame.data, frame.size,
                                           dictionary.data, dictionary.size);
    ZSTD_freeDCtx(zstd);
    return ZSTD_isError(got) || got != plain_size ? TILL_E_PROTOCOL : TILL_OK;
}

/* Room for the lines and their bodies. Pages that no body reaches are never touched. */
static struct batch_columns *make(const struct batch_header *h, struct buffer *bodies_out)
{
    size_t lines_size = h->count * sizeof(struct column_line);
    struct batch_columns *c = malloc(sizeof *c + lines_size + BATCH_PLAIN_MAX);
    if (c == NULL) {
        return NULL;
    }
    c->header = *h;
    c->lines = (struct column_line *)(c + 1);
    buffer_init(bodies_out, (uint8_t *)(c + 1) + lines_size, BATCH_PLAIN_MAX);
    return c;
}

enum till_status batch_columns_open(struct span payload, struct batch_columns **columns_out)
{
    struct reader r;
    struct batch_header header;
    struct buffer bodies;
    size_t plain_size = 0;
    reader_init(&r, payload);
    enum till_status status = take_header(&r, &header);
    if (status != TILL_OK) {
        return status;
    }
    struct span bits = reader_take(&r, reader_varint(&r, BATCH_PACKED_MAX));
    if (r.failed) {
        return TILL_E_PROTOCOL;
    }
    status = zstd_frame_size(r.left, BATCH_PLAIN_MAX, &plain_size);
    if (status != TILL_OK) {
        return status;
    }
    struct batch_columns *c = make(&header, &bodies);
    uint8_t *plain = malloc(plain_size);
    status = c == NULL || plain == NULL ? TILL_E_MEMORY : decompress(r.left, plain, plain_size);
    if (status == TILL_OK) {
        status = columns_unpack((struct span){plain, plain_size}, bits, header.count, header.from,
                                &bodies, c->lines);
    }
    free(plain);
    if (status != TILL_OK) {
        free(c);
        return status;
    }
    *columns_out = c;
    return TILL_OK;
}
