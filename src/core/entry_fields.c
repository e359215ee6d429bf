#include <assert.h>
#include <string.h>

#include "entry_inside.h"

/* ---- writing --------------------------------------------------------------------------------- */

void body_begin(struct body_writer *w, struct entry *e, enum entry_kind kind)
{
    w->entry = e;
    e->kind = (uint16_t)kind;
    size_t capacity = kind_has_receipt(e->kind) ? ENTRY_RECEIPT_BODY_MAX : ENTRY_BODY_MAX;
    buffer_init(&w->out, e->body, capacity);
    record_begin(&w->record, &w->out);
}

void body_put(struct body_writer *w, const char *key, int64_t value)
{
    record_put_integer(&w->record, key, value);
}

void body_put_unless(struct body_writer *w, const char *key, int64_t value, int64_t usual)
{
    if (value != usual) {
        body_put(w, key, value);
    }
}

void body_put_text(struct body_writer *w, const char *key, const char *value)
{
    record_put_text(&w->record, key, value);
}

void body_put_text_if(struct body_writer *w, const char *key, const char *value)
{
    if (value[0] != '\0') {
        body_put_text(w, key, value);
    }
}

void body_put_hex(struct body_writer *w, const char *key, const uint8_t *bytes, size_t size)
{
    char hex[2 * PUBLIC_KEY_SIZE + 1];
    assert(size <= PUBLIC_KEY_SIZE);
    hex_encode((struct span){bytes, size}, hex);
    body_put_text(w, key, hex);
}

static const char base64url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
enum { HASH_TEXT = (HASH_SIZE * 8 + 5) / 6 };

void body_put_hash(struct body_writer *w, const char *key, const uint8_t *hash)
{
    char text[HASH_TEXT + 1];
    for (size_t i = 0; i < HASH_TEXT; i++) {
        size_t bit = i * 6;
        unsigned two = (unsigned)hash[bit / 8] << 8;
        two |= bit / 8 + 1 < HASH_SIZE ? hash[bit / 8 + 1] : 0;
        text[i] = base64url[two >> (10 - bit % 8) & 63];
    }
    text[HASH_TEXT] = '\0';
    body_put_text(w, key, text);
}

enum till_status body_end(struct body_writer *w)
{
    enum till_status status = record_end(&w->record);
    if (status != TILL_OK) {
        return status;
    }
    w->entry->body_size = (uint16_t)w->out.size;
    w->entry->body[w->out.size] = '\0';
    return TILL_OK;
}

/* ---- reading --------------------------------------------------------------------------------- */

bool body_open(struct body_reader *r, const struct entry *e, uint16_t kind)
{
    r->bad = false;
    if (kind_base(e->kind) != kind || e->body_size > ENTRY_BODY_MAX) {
        return false;
    }
    struct span line = {(const uint8_t *)e->body, e->body_size};
    return record_parse(line, &r->record) == TILL_OK;
}

int64_t body_take(struct body_reader *r, const char *key)
{
    return record_take_integer(&r->record, key);
}

int64_t body_take_or(struct body_reader *r, const char *key, int64_t otherwise)
{
    return record_take_integer_or(&r->record, key, otherwise);
}

static uint64_t in_range(struct body_reader *r, int64_t value, uint64_t max)
{
    if (value < 0 || (uint64_t)value > max) {
        r->bad = true;
        return 0;
    }
    return (uint64_t)value;
}

uint64_t body_take_number(struct body_reader *r, const char *key, uint64_t max)
{
    return in_range(r, body_take(r, key), max);
}

uint64_t body_take_number_or(struct body_reader *r, const char *key, uint64_t max,
                             int64_t otherwise)
{
    return in_range(r, body_take_or(r, key, otherwise), max);
}

uint64_t body_take_number_or_zero(struct body_reader *r, const char *key, uint64_t max)
{
    return body_take_number_or(r, key, max, 0);
}

static int32_t narrow(struct body_reader *r, int64_t value)
{
    if (value < INT32_MIN || value > INT32_MAX) {
        r->bad = true;
        return 0;
    }
    return (int32_t)value;
}

int32_t body_take_narrow(struct body_reader *r, const char *key)
{
    return narrow(r, body_take(r, key));
}

int32_t body_take_narrow_or(struct body_reader *r, const char *key, int32_t otherwise)
{
    return narrow(r, body_take_or(r, key, otherwise));
}

void body_take_text(struct body_reader *r, const char *key, char *out, size_t capacity)
{
    record_take_text(&r->record, key, out, capacity);
}

void body_take_text_or_empty(struct body_reader *r, const char *key, char *out, size_t capacity)
{
    (void)record_take_text_or(&r->record, key, out, capacity, "");
}

void body_take_hex(struct body_reader *r, const char *key, uint8_t *out, size_t size)
{
    char hex[2 * PUBLIC_KEY_SIZE + 1];
    record_take_text(&r->record, key, hex, sizeof(hex));
    if (hex_decode(hex, strlen(hex), out, size) != TILL_OK) {
        r->bad = true;
        memset(out, 0, size);
    }
}

/* What the last character says beyond the last byte is for body_compare: written again it is 0. */
void body_take_hash(struct body_reader *r, const char *key, uint8_t *out)
{
    char text[HASH_TEXT + 1];
    memset(out, 0, HASH_SIZE);
    record_take_text(&r->record, key, text, sizeof(text));
    if (strlen(text) != HASH_TEXT) {
        r->bad = true;
        return;
    }
    for (size_t i = 0; i < HASH_TEXT; i++) {
        const char *at = strchr(base64url, text[i]);
        if (at == NULL) {
            r->bad = true;
            return;
        }
        size_t bit = i * 6;
        unsigned two = (unsigned)(at - base64url) << (10 - bit % 8);
        out[bit / 8] = (uint8_t)(out[bit / 8] | two >> 8);
        if (bit / 8 + 1 < HASH_SIZE) {
            out[bit / 8 + 1] = (uint8_t)(out[bit / 8 + 1] | (two & 0xff));
        }
    }
}

bool body_close(const struct body_reader *r)
{
    return record_finish(&r->record) == TILL_OK && !r->bad;
}

enum till_status body_compare(enum till_status written, const struct entry *again,
                              const struct entry *e)
{
    bool same = written == TILL_OK && again->body_size == e->body_size &&
                memcmp(again->body, e->body, e->body_size) == 0;
    return same ? TILL_OK : TILL_E_PROTOCOL;
}
