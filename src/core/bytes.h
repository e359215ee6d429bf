/*
 * Spans and bounded buffers: how bytes pass between modules.
 *
 * A span never owns. A buffer writes into memory of its caller, and remembers an overflow instead
 * of writing past the end: callers check once, at the end. All integers are big-endian.
 */
#ifndef TILL_BYTES_H
#define TILL_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "status.h"

struct span {
    const uint8_t *data;
    size_t size;
};

struct buffer {
    uint8_t *data;
    size_t capacity;
    size_t size;
    bool overflow; /* sticky: something did not fit; size stays at what did */
};

void buffer_init(struct buffer *b, void *memory, size_t capacity);
/* Here and not in bytes.c, because an audit puts a hundred times for each entry. */
static inline void buffer_put(struct buffer *b, const void *data, size_t size)
{
    if (b->overflow || size > b->capacity - b->size) {
        b->overflow = true;
        return;
    }
    if (size > 0) {
        memcpy(b->data + b->size, data, size);
        b->size += size;
    }
}
static inline void buffer_put_text(struct buffer *b, const char *text)
{
    buffer_put(b, text, strlen(text));
}
static inline void buffer_put_u8(struct buffer *b, uint8_t value)
{
    if (b->overflow || b->size == b->capacity) {
        b->overflow = true;
        return;
    }
    b->data[b->size++] = value;
}
void buffer_put_u16(struct buffer *b, uint16_t value);
void buffer_put_u32(struct buffer *b, uint32_t value);
void buffer_put_u64(struct buffer *b, uint64_t value);
/* Seven bits a byte, least first, the high bit says that more follow; at most ten bytes. */
void buffer_put_varint(struct buffer *b, uint64_t value);
/* The same of a signed number by zigzag: 0, -1, 1, -2 … become 0, 1, 2, 3 … */
void buffer_put_zigzag(struct buffer *b, int64_t value);
/* Decimal, no leading zeros, '-' where negative. */
void buffer_put_decimal(struct buffer *b, int64_t value);
/* TILL_OK, or TILL_TOO_LARGE if anything did not fit. */
enum till_status buffer_status(const struct buffer *b) TILL_CHECKED;

/* A reader over a span; running out is sticky too (failed), and reads then give zero. */
struct reader {
    struct span left;
    bool failed;
};
void reader_init(struct reader *r, struct span from);
uint8_t reader_u8(struct reader *r);
uint16_t reader_u16(struct reader *r);
uint32_t reader_u32(struct reader *r);
uint64_t reader_u64(struct reader *r);
/* As written above; strict, so that a number has one spelling. Outside most, or least to most, is
 * a failure too. */
uint64_t reader_varint(struct reader *r, uint64_t most);
int64_t reader_zigzag(struct reader *r, int64_t least, int64_t most);
/* The next `size` bytes; an empty span with failed set if there are fewer. */
struct span reader_take(struct reader *r, size_t size);

/* Lower-case hex; text_out takes 2 * size + 1 bytes. */
void hex_encode(struct span bytes, char *text_out);
/* Exactly 2 * size digits, either case. TILL_BAD_INPUT otherwise; out is then undefined. */
enum till_status hex_decode(const char *text, size_t text_size, uint8_t *out,
                            size_t size) TILL_CHECKED;

/* RFC 4648 §6 base32, upper case, no padding. text_out takes (size * 8 + 4) / 5 + 1 bytes. */
void base32_encode(struct span bytes, char *text_out);
/* Strict: upper or lower case, no padding, unused bits zero. *size_out bytes are written.
 * TILL_BAD_INPUT: a foreign character or leftover bits. TILL_TOO_LARGE: over capacity. */
enum till_status base32_decode(const char *text, size_t text_size, uint8_t *out, size_t capacity,
                               size_t *size_out) TILL_CHECKED;

#endif
