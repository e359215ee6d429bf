#include "bytes.h"

#include <string.h>

void buffer_init(struct buffer *b, void *memory, size_t capacity)
{
    *b = (struct buffer){.data = memory, .capacity = capacity};
}

void buffer_put_u16(struct buffer *b, uint16_t value)
{
    const uint8_t bytes[] = {(uint8_t)(value >> 8), (uint8_t)value};
    buffer_put(b, bytes, sizeof(bytes));
}

void buffer_put_u32(struct buffer *b, uint32_t value)
{
    const uint8_t bytes[] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                             (uint8_t)value};
    buffer_put(b, bytes, sizeof(bytes));
}

void buffer_put_u64(struct buffer *b, uint64_t value)
{
    /* Written out, compilers make one swap of it. */
    const uint8_t bytes[] = {(uint8_t)(value >> 56), (uint8_t)(value >> 48), (uint8_t)(value >> 40),
                             (uint8_t)(value >> 32), (uint8_t)(value >> 24), (uint8_t)(value >> 16),
                             (uint8_t)(value >> 8),  (uint8_t)value};
    buffer_put(b, bytes, sizeof(bytes));
}

void buffer_put_decimal(struct buffer *b, int64_t value)
{
    char digits[20];
    size_t at = sizeof(digits);
    /* Negating as unsigned also holds for INT64_MIN. */
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0) {
        digits[--at] = '-';
    }
    buffer_put(b, digits + at, sizeof(digits) - at);
}

enum till_status buffer_status(const struct buffer *b)
{
    return b->overflow ? TILL_TOO_LARGE : TILL_OK;
}

void reader_init(struct reader *r, struct span from)
{
    *r = (struct reader){.left = from};
}

struct span reader_take(struct reader *r, size_t size)
{
    if (r->failed || size > r->left.size) {
        r->failed = true;
        return (struct span){0};
    }
    struct span taken = {r->left.data, size};
    if (size > 0) {
        r->left.data += size;
        r->left.size -= size;
    }
    return taken;
}

static uint64_t take_big_endian(struct reader *r, size_t size)
{
    struct span bytes = reader_take(r, size);
    uint64_t value = 0;
    for (size_t i = 0; i < bytes.size; i++) {
        value = value << 8 | bytes.data[i];
    }
    return value;
}

uint8_t reader_u8(struct reader *r)
{
    return (uint8_t)take_big_endian(r, 1);
}

uint16_t reader_u16(struct reader *r)
{
    return (uint16_t)take_big_endian(r, 2);
}

uint32_t reader_u32(struct reader *r)
{
    return (uint32_t)take_big_endian(r, 4);
}

uint64_t reader_u64(struct reader *r)
{
    return take_big_endian(r, 8);
}

void hex_encode(struct span bytes, char *text_out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.size; i++) {
        *text_out++ = digits[bytes.data[i] >> 4];
        *text_out++ = digits[bytes.data[i] & 15];
    }
    *text_out = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

enum till_status hex_decode(const char *text, size_t text_size, uint8_t *out, size_t size)
{
    if (text_size % 2 != 0 || text_size / 2 != size) {
        return TILL_BAD_INPUT;
    }
    for (size_t i = 0; i < size; i++) {
        int high = hex_value(text[2 * i]);
        int low = hex_value(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return TILL_BAD_INPUT;
        }
        out[i] = (uint8_t)(high << 4 | low);
    }
    return TILL_OK;
}

static const char base32_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

void base32_encode(struct span bytes, char *text_out)
{
    uint32_t pending = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < bytes.size; i++) {
        pending = (pending << 8 | bytes.data[i]) & 0xfff;
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            *text_out++ = base32_digits[pending >> bits & 31];
        }
    }
    if (bits > 0) {
        *text_out++ = base32_digits[pending << (5 - bits) & 31];
    }
    *text_out = '\0';
}

static int base32_value(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a';
    }
    if (c >= '2' && c <= '7') {
        return c - '2' + 26;
    }
    return -1;
}

enum till_status base32_decode(const char *text, size_t text_size, uint8_t *out, size_t capacity,
                               size_t *size_out)
{
    uint32_t pending = 0;
    unsigned bits = 0;
    size_t size = 0;
    for (size_t i = 0; i < text_size; i++) {
        int value = base32_value(text[i]);
        if (value < 0) {
            return TILL_BAD_INPUT;
        }
        pending = (pending << 5 | (uint32_t)value) & 0xfff;
        bits += 5;
        if (bits >= 8) {
            if (size == capacity) {
                return TILL_TOO_LARGE;
            }
            bits -= 8;
            out[size++] = (uint8_t)(pending >> bits);
        }
    }
    /* Five bits or more left over is a character too many; set ones are a second spelling. */
    if (bits >= 5 || (pending & ((1u << bits) - 1)) != 0) {
        return TILL_BAD_INPUT;
    }
    *size_out = size;
    return TILL_OK;
}

/* ---- numbers of few bytes -------------------------------------------------------------------- */

enum { VARINT_BYTES_MAX = 10 };

void buffer_put_varint(struct buffer *b, uint64_t value)
{
    while (value >= 0x80) {
        buffer_put_u8(b, (uint8_t)(value | 0x80));
        value >>= 7;
    }
    buffer_put_u8(b, (uint8_t)value);
}

void buffer_put_zigzag(struct buffer *b, int64_t value)
{
    uint64_t doubled = (uint64_t)value << 1;
    buffer_put_varint(b, value < 0 ? ~doubled : doubled);
}

uint64_t reader_varint(struct reader *r, uint64_t most)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < VARINT_BYTES_MAX; i++) {
        uint8_t byte = reader_u8(r);
        /* The tenth byte holds one bit; a zero at the end would be a second spelling. */
        if ((i == VARINT_BYTES_MAX - 1 && byte > 1) || (i > 0 && byte == 0)) {
            break;
        }
        value |= (uint64_t)(byte & 0x7F) << (7 * i);
        if ((byte & 0x80) == 0) {
            if (value > most) {
                break;
            }
            return value;
        }
    }
    r->failed = true;
    return 0;
}

int64_t reader_zigzag(struct reader *r, int64_t least, int64_t most)
{
    uint64_t doubled = reader_varint(r, UINT64_MAX);
    uint64_t half = doubled >> 1;
    int64_t value = (doubled & 1) != 0 ? -(int64_t)half - 1 : (int64_t)half;
    if (value < least || value > most) {
        r->failed = true;
        return 0;
    }
    return value;
}
