#include "batch.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <zstd.h>
#include <zstd_errors.h>

#include "batch_columns.h"
#include "record.h"
#include "record_hex.h"
#include "zstd_frame.h"

enum {
    HEADER_MAX = 640,
    LINE_MAX_SIZE = 6 + 21 + ENTRY_BODY_MAX + 1, /* kind, Δ, body, LF */
    /* So much plain text always packs into BATCH_PACKED_MAX, even if nothing in it repeats:
     * ZSTD_COMPRESSBOUND is size + size/256 from 128 KiB up. */
    WRITER_PLAIN_MAX = 195000,
    PACK_LEVEL = 12 /* 200 receipts with prints: 1,912 bytes in 1.5 ms; 3 gives 2,331, 19 1,897 */
};
static_assert(ZSTD_COMPRESSBOUND(WRITER_PLAIN_MAX) + 1 <= BATCH_PACKED_MAX,
              "a finished batch must fit");
static_assert((int)WRITER_PLAIN_MAX <= (int)BATCH_PLAIN_MAX, "what is written must be readable");

/* ---- lines ----------------------------------------------------------------------------------- */

/* The first line, without its LF; advances *left past both. */
static bool take_line(struct span *left, struct span *line_out)
{
    const uint8_t *end = left->size == 0 ? NULL : memchr(left->data, '\n', left->size);
    if (end == NULL) {
        return false;
    }
    *line_out = (struct span){left->data, (size_t)(end - left->data)};
    left->size -= line_out->size + 1;
    left->data = end + 1;
    return true;
}

/* A decimal in its only spelling, up to a comma that is taken too. */
static bool take_decimal(struct span *line, int64_t *value_out)
{
    size_t at = 0;
    bool negative = line->size > 0 && line->data[0] == '-';
    int64_t value = 0;
    size_t first = negative ? 1 : 0;
    for (at = first; at < line->size && line->data[at] >= '0' && line->data[at] <= '9'; at++) {
        int digit = line->data[at] - '0';
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, negative ? -digit : digit, &value)) {
            return false;
        }
    }
    size_t digits = at - first;
    bool padded = digits > 1 && line->data[first] == '0';
    if (digits == 0 || padded || (negative && value == 0) || at == line->size ||
        line->data[at] != ',') {
        return false;
    }
    line->data += at + 1;
    line->size -= at + 1;
    *value_out = value;
    return true;
}

/* A line's three parts; the body is what is left. */
static bool take_entry(struct span *line, struct column_line *out)
{
    int64_t kind = 0;
    if (line->size > LINE_MAX_SIZE || !take_decimal(line, &kind) ||
        !take_decimal(line, &out->delta_s) || kind < 0 || kind > UINT16_MAX) {
        return false;
    }
    out->kind = (uint16_t)kind;
    out->body = *line;
    return true;
}

/* ---- writing --------------------------------------------------------------------------------- */

struct batch_writer {
    struct batch_header header;
    int64_t last_at_s;
    size_t lines_size;
    uint8_t plain[WRITER_PLAIN_MAX]; /* HEADER_MAX bytes of room, then the lines */
};

enum till_status batch_begin(const char *terminal, const uint8_t prev[HASH_SIZE],
                             struct batch_writer **writer_out)
{
    if (!terminal_is_valid(terminal)) {
        return TILL_BAD_INPUT;
    }
    struct batch_writer *w = calloc(1, sizeof(*w));
    if (w == NULL) {
        return TILL_E_MEMORY;
    }
    w->header.version = BATCH_VERSION;
    memcpy(w->header.terminal, terminal, strlen(terminal) + 1);
    memcpy(w->header.prev, prev, HASH_SIZE);
    *writer_out = w;
    return TILL_OK;
}

enum till_status batch_add(struct batch_writer *w, const struct entry *e)
{
    struct batch_header *h = &w->header;
    int64_t delta_s = 0;
    if (e->seq == 0 || e->seq > INT64_MAX || e->body_size == 0 || e->body_size > ENTRY_BODY_MAX ||
        memchr(e->body, '\n', e->body_size) != NULL) {
        return TILL_BAD_INPUT;
    }
    if (h->count > 0 &&
        (e->seq != h->from + h->count || __builtin_sub_overflow(e->at_s, w->last_at_s, &delta_s))) {
        return TILL_BAD_INPUT;
    }
    if (h->count == BATCH_ENTRIES_MAX) {
        return TILL_TOO_LARGE;
    }
    struct buffer line;
    uint8_t *lines = w->plain + HEADER_MAX;
    buffer_init(&line, lines + w->lines_size, sizeof(w->plain) - HEADER_MAX - w->lines_size);
    buffer_put_decimal(&line, e->kind);
    buffer_put_u8(&line, ',');
    buffer_put_decimal(&line, delta_s);
    buffer_put_u8(&line, ',');
    buffer_put(&line, e->body, e->body_size);
    buffer_put_u8(&line, '\n');
    if (buffer_status(&line) != TILL_OK) {
        return TILL_TOO_LARGE;
    }
    if (h->count == 0) {
        h->from = e->seq;
        h->at_s = e->at_s;
    }
    h->count++;
    memcpy(h->hash, e->hash, HASH_SIZE);
    memcpy(h->signature, e->signature, SIGNATURE_SIZE);
    w->last_at_s = e->at_s;
    w->lines_size += line.size;
    return TILL_OK;
}

static enum till_status write_header(const struct batch_header *h, struct buffer *out)
{
    struct record_writer w;
    record_begin(&w, out);
    record_put_integer(&w, "v", h->version);
    record_put_text(&w, "terminal", h->terminal);
    record_put_integer(&w, "from", (int64_t)h->from);
    record_put_integer(&w, "at_s", h->at_s);
    record_put_integer(&w, "n", h->count);
    record_put_hex(&w, "prev", h->prev, HASH_SIZE);
    record_put_hex(&w, "hash", h->hash, HASH_SIZE);
    record_put_hex(&w, "sig", h->signature, SIGNATURE_SIZE);
    enum till_status status = record_end(&w);
    if (status != TILL_OK) {
        return status;
    }
    buffer_put_u8(out, '\n');
    return buffer_status(out);
}

static enum till_status finish_lines(struct batch_writer *w, struct buffer *out)
{
    char memory[HEADER_MAX];
    struct buffer header;
    buffer_init(&header, memory, sizeof(memory));
    enum till_status status = write_header(&w->header, &header);
    if (status != TILL_OK) {
        return status;
    }
    uint8_t *plain = w->plain + HEADER_MAX - header.size;
    memcpy(plain, memory, header.size);
    buffer_put_u8(out, BATCH_FORMAT_LINES);
    if (out->overflow) {
        return TILL_TOO_LARGE;
    }
    size_t packed = ZSTD_compress(out->data + out->size, out->capacity - out->size, plain,
                                  header.size + w->lines_size, PACK_LEVEL);
    if (ZSTD_isError(packed)) {
        return ZSTD_getErrorCode(packed) == ZSTD_error_dstSize_tooSmall ? TILL_TOO_LARGE
                                                                        : TILL_E_MEMORY;
    }
    out->size += packed;
    return TILL_OK;
}

static enum till_status finish_columns(struct batch_writer *w, struct buffer *out)
{
    struct span left = {w->plain + HEADER_MAX, w->lines_size};
    struct column_line *lines = calloc(w->header.count, sizeof *lines);
    if (lines == NULL) {
        return TILL_E_MEMORY;
    }
    for (uint32_t i = 0; i < w->header.count; i++) {
        struct span line;
        bool read = take_line(&left, &line) && take_entry(&line, &lines[i]);
        assert(read);
    }
    buffer_put_u8(out, BATCH_FORMAT_COLUMNS);
    enum till_status status =
        out->overflow ? TILL_TOO_LARGE : batch_columns_pack(&w->header, lines, out);
    free(lines);
    return status;
}

enum till_status batch_finish_as(struct batch_writer *w, int format, struct buffer *out)
{
    enum till_status status = w->header.count == 0 ? TILL_BAD_INPUT : TILL_UNSUPPORTED;
    size_t size_before = out->size;
    if (w->header.count > 0 && format == BATCH_FORMAT_COLUMNS) {
        status = finish_columns(w, out);
    }
    if (w->header.count > 0 && status != TILL_OK) {
        /* What columns can't carry, lines can. */
        out->size = size_before;
        out->overflow = false;
        status = finish_lines(w, out);
    }
    free(w);
    return status;
}

enum till_status batch_finish(struct batch_writer *w, struct buffer *out)
{
    return batch_finish_as(w, BATCH_FORMAT_LINES, out);
}

void batch_abandon(struct batch_writer *w)
{
    free(w);
}

/* ---- reading --------------------------------------------------------------------------------- */

struct batch {
    struct batch_header header;
    struct span left;              /* format 1: lines not yet read */
    struct batch_columns *columns; /* format 2 */
    uint32_t read;
    bool failed;
    int64_t at_s;
    size_t plain_size;
    uint8_t plain[];
};

static enum till_status read_header(struct span line, struct batch_header *h)
{
    struct record r;
    enum till_status status = record_parse(line, &r);
    if (status != TILL_OK) {
        return status;
    }
    int64_t version = record_take_integer(&r, "v");
    if (!r.bad && version != BATCH_VERSION) {
        /* Another version may have other fields: its number is all that can be trusted. */
        return TILL_UNSUPPORTED;
    }
    h->version = BATCH_VERSION;
    record_take_text(&r, "terminal", h->terminal, sizeof(h->terminal));
    int64_t from = record_take_integer(&r, "from");
    h->at_s = record_take_integer(&r, "at_s");
    int64_t count = record_take_integer(&r, "n");
    record_take_hex(&r, "prev", h->prev, HASH_SIZE);
    record_take_hex(&r, "hash", h->hash, HASH_SIZE);
    record_take_hex(&r, "sig", h->signature, SIGNATURE_SIZE);
    status = record_finish(&r);
    if (status != TILL_OK) {
        return status;
    }
    if (!terminal_is_valid(h->terminal) || from < 1 || count < 1 ||
        from > INT64_MAX - BATCH_ENTRIES_MAX) {
        return TILL_E_PROTOCOL;
    }
    if (count > BATCH_ENTRIES_MAX) {
        return TILL_TOO_LARGE;
    }
    h->from = (uint64_t)from;
    h->count = (uint32_t)count;
    return TILL_OK;
}

static uint32_t count_lines(struct span text)
{
    uint32_t lines = 0;
    for (size_t i = 0; i < text.size; i++) {
        lines += text.data[i] == '\n';
    }
    return lines;
}

static enum till_status unpack(struct span frame, struct batch **batch_out)
{
    size_t plain_size = 0;
    enum till_status status = zstd_frame_size(frame, BATCH_PLAIN_MAX, &plain_size);
    if (status != TILL_OK) {
        return status;
    }
    struct batch *b = calloc(1, sizeof(*b) + plain_size);
    if (b == NULL) {
        return TILL_E_MEMORY;
    }
    size_t got = ZSTD_decompress(b->plain, plain_size, frame.data, frame.size);
    if (ZSTD_isError(got) || got != plain_size) {
        free(b);
        return TILL_E_PROTOCOL;
    }
    b->plain_size = plain_size;
    *batch_out = b;
    return TILL_OK;
}

static enum till_status open_columns(struct span payload, struct batch **batch_out)
{
    struct batch *b = calloc(1, sizeof *b);
    if (b == NULL) {
        return TILL_E_MEMORY;
    }
    enum till_status status = batch_columns_open(payload, &b->columns);
    if (status != TILL_OK) {
        free(b);
        return status;
    }
    b->header = b->columns->header;
    b->at_s = b->header.at_s;
    *batch_out = b;
    return TILL_OK;
}

enum till_status batch_open(struct span packed, struct batch **batch_out)
{
    if (packed.size > BATCH_PACKED_MAX) {
        return TILL_TOO_LARGE;
    }
    if (packed.size < 1) {
        return TILL_E_PROTOCOL;
    }
    struct batch *b = NULL;
    if (packed.data[0] == BATCH_FORMAT_COLUMNS) {
        return open_columns((struct span){packed.data + 1, packed.size - 1}, batch_out);
    }
    if (packed.data[0] != BATCH_FORMAT_LINES) {
        return packed.data[0] == 0 ? TILL_E_PROTOCOL : TILL_UNSUPPORTED;
    }
    enum till_status status = unpack((struct span){packed.data + 1, packed.size - 1}, &b);
    if (status != TILL_OK) {
        return status;
    }
    struct span line;
    b->left = (struct span){b->plain, b->plain_size};
    status = take_line(&b->left, &line) ? read_header(line, &b->header) : TILL_E_PROTOCOL;
    if (status == TILL_OK && (b->left.size == 0 || b->left.data[b->left.size - 1] != '\n' ||
                              count_lines(b->left) != b->header.count)) {
        status = TILL_E_PROTOCOL;
    }
    if (status != TILL_OK) {
        batch_close(b);
        return status;
    }
    b->at_s = b->header.at_s;
    *batch_out = b;
    return TILL_OK;
}

const struct batch_header *batch_header(const struct batch *b)
{
    return &b->header;
}

/* The next one, whatever the format. false: it can't be read. */
static bool next_line(struct batch *b, struct column_line *out)
{
    struct span line;
    if (b->columns != NULL) {
        *out = b->columns->lines[b->read];
        return true;
    }
    return take_line(&b->left, &line) && take_entry(&line, out);
}

enum till_status batch_next(struct batch *b, struct entry *entry_out)
{
    const struct batch_header *h = &b->header;
    if (b->failed) {
        return TILL_E_PROTOCOL;
    }
    if (b->read == h->count) {
        return TILL_UNCHANGED;
    }
    struct column_line line;
    int64_t at_s = 0;
    struct record body;
    if (!next_line(b, &line) || line.body.size == 0 || line.body.size > ENTRY_BODY_MAX ||
        (b->read == 0 && line.delta_s != 0) ||
        __builtin_add_overflow(b->at_s, line.delta_s, &at_s) ||
        record_parse(line.body, &body) != TILL_OK) {
        /* The reading ends here: what follows can't be dated any more. */
        b->failed = true;
        return TILL_E_PROTOCOL;
    }
    *entry_out = (struct entry){.seq = h->from + b->read,
                                .at_s = at_s,
                                .kind = line.kind,
                                .body_size = (uint16_t)line.body.size};
    memcpy(entry_out->body, line.body.data, line.body.size);
    b->at_s = at_s;
    b->read++;
    if (b->read == h->count) {
        memcpy(entry_out->hash, h->hash, HASH_SIZE);
        memcpy(entry_out->signature, h->signature, SIGNATURE_SIZE);
    }
    return TILL_OK;
}

void batch_close(struct batch *b)
{
    if (b != NULL) {
        free(b->columns);
    }
    free(b);
}
