#include "record.h"

#include <assert.h>
#include <string.h>

#include "text.h"

static bool key_character(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* ---- writing --------------------------------------------------------------------------------- */

void record_begin(struct record_writer *w, struct buffer *out)
{
    *w = (struct record_writer){.out = out};
    buffer_put_u8(out, '{');
}

/* ,"key": in one piece: an audit puts a dozen for each entry. */
static void put_key(struct record_writer *w, const char *key)
{
    uint8_t bytes[RECORD_KEY_MAX + 4];
    size_t size = 0;
    assert(w->fields < RECORD_FIELDS_MAX);
    if (w->fields++ > 0) {
        bytes[size++] = ',';
    }
    bytes[size++] = '"';
    size_t from = size;
    for (; key_character((uint8_t)*key); key++) {
        assert(size - from < RECORD_KEY_MAX);
        bytes[size++] = (uint8_t)*key;
    }
    assert(*key == '\0' && size > from);
    bytes[size++] = '"';
    bytes[size++] = ':';
    buffer_put(w->out, bytes, size);
}

void record_put_integer(struct record_writer *w, const char *key, int64_t value)
{
    put_key(w, key);
    buffer_put_decimal(w->out, value);
}

void record_put_text(struct record_writer *w, const char *key, const char *value)
{
    put_key(w, key);
    size_t size = strlen(value);
    if (!text_is_clean(value, size)) {
        w->bad = true;
        return;
    }
    buffer_put_u8(w->out, '"');
    for (size_t at = 0; at < size; at++) {
        size_t from = at;
        while (at < size && value[at] != '"' && value[at] != '\\') {
            at++;
        }
        buffer_put(w->out, value + from, at - from);
        if (at < size) {
            buffer_put_u8(w->out, '\\');
            buffer_put_u8(w->out, (uint8_t)value[at]);
        }
    }
    buffer_put_u8(w->out, '"');
}

enum till_status record_end(struct record_writer *w)
{
    buffer_put_u8(w->out, '}');
    if (w->bad) {
        return TILL_BAD_INPUT;
    }
    return buffer_status(w->out);
}

/* ---- reading --------------------------------------------------------------------------------- */

struct scanner {
    const uint8_t *at;
    const uint8_t *end;
    uint64_t keys; /* a bit for each first character that a key had, modulo 64 */
};

static bool accept(struct scanner *s, uint8_t c)
{
    if (s->at == s->end || *s->at != c) {
        return false;
    }
    s->at++;
    return true;
}

static bool scan_key(struct scanner *s, struct span *key_out)
{
    if (!accept(s, '"')) {
        return false;
    }
    const uint8_t *from = s->at;
    while (s->at < s->end && key_character(*s->at)) {
        s->at++;
    }
    *key_out = (struct span){from, (size_t)(s->at - from)};
    return key_out->size >= 1 && key_out->size <= RECORD_KEY_MAX && accept(s, '"');
}

static bool scan_text(struct scanner *s, struct span *raw_out)
{
    if (!accept(s, '"')) {
        return false;
    }
    const uint8_t *from = s->at;
    while (s->at < s->end && *s->at != '"') {
        if (*s->at == '\\') {
            s->at++;
            if (s->at == s->end || (*s->at != '"' && *s->at != '\\')) {
                return false;
            }
        }
        s->at++;
    }
    *raw_out = (struct span){from, (size_t)(s->at - from)};
    /* Escapes are ASCII, so they don't disturb the check of what stands between them. */
    return text_is_clean((const char *)from, raw_out->size) && accept(s, '"');
}

static bool scan_integer(struct scanner *s, int64_t *value_out)
{
    bool negative = accept(s, '-');
    const uint8_t *from = s->at;
    int64_t value = 0;
    while (s->at < s->end && *s->at >= '0' && *s->at <= '9') {
        /* Downwards, because INT64_MIN has no positive twin. */
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, *s->at - '0', &value)) {
            return false;
        }
        s->at++;
    }
    size_t digits = (size_t)(s->at - from);
    if (digits == 0 || (*from == '0' && (digits > 1 || negative))) {
        return false;
    }
    if (!negative && __builtin_sub_overflow(0, value, &value)) {
        return false;
    }
    *value_out = value;
    return true;
}

static bool same_bytes(struct span a, struct span b)
{
    /* Keys mostly differ in their first character. */
    return a.size == b.size && a.data[0] == b.data[0] && memcmp(a.data, b.data, a.size) == 0;
}

static bool scan_field(struct scanner *s, struct record *r)
{
    if (r->count == RECORD_FIELDS_MAX) {
        return false;
    }
    struct record_field *field = &r->fields[r->count];
    *field = (struct record_field){0};
    if (!scan_key(s, &field->key) || !accept(s, ':')) {
        return false;
    }
    uint64_t bit = UINT64_C(1) << field->key.data[0] % 64;
    for (size_t i = 0; (s->keys & bit) != 0 && i < r->count; i++) {
        if (same_bytes(r->fields[i].key, field->key)) {
            return false;
        }
    }
    s->keys |= bit;
    r->count++;
    field->is_text = s->at < s->end && *s->at == '"';
    return field->is_text ? scan_text(s, &field->raw) : scan_integer(s, &field->integer);
}

enum till_status record_parse(struct span line, struct record *record_out)
{
    record_out->count = 0;
    record_out->next = 0;
    record_out->bad = false;
    if (line.size > RECORD_SIZE_MAX || line.size == 0) {
        return TILL_E_PROTOCOL;
    }
    struct scanner s = {.at = line.data, .end = line.data + line.size};
    if (!accept(&s, '{')) {
        return TILL_E_PROTOCOL;
    }
    if (!accept(&s, '}')) {
        do {
            if (!scan_field(&s, record_out)) {
                return TILL_E_PROTOCOL;
            }
        } while (accept(&s, ','));
        if (!accept(&s, '}')) {
            return TILL_E_PROTOCOL;
        }
    }
    return s.at == s.end ? TILL_OK : TILL_E_PROTOCOL;
}

/* The next field if it bears this key. */
static const struct record_field *next_field(const struct record *r, const char *key)
{
    if (r->next == r->count) {
        return NULL;
    }
    const struct record_field *field = &r->fields[r->next];
    if (field->key.data[0] != (uint8_t)key[0]) {
        return NULL;
    }
    struct span wanted = {(const uint8_t *)key, strlen(key)};
    return same_bytes(field->key, wanted) ? field : NULL;
}

int64_t record_take_integer_or(struct record *r, const char *key, int64_t otherwise)
{
    const struct record_field *field = next_field(r, key);
    if (field == NULL) {
        return otherwise;
    }
    r->next++;
    if (field->is_text) {
        r->bad = true;
        return otherwise;
    }
    return field->integer;
}

int64_t record_take_integer(struct record *r, const char *key)
{
    r->bad = r->bad || next_field(r, key) == NULL;
    return record_take_integer_or(r, key, 0);
}

bool record_take_text_or(struct record *r, const char *key, char *out, size_t capacity,
                         const char *otherwise)
{
    assert(capacity > 0);
    const struct record_field *field = next_field(r, key);
    if (field == NULL) {
        out[0] = '\0';
        if (otherwise[0] != '\0') {
            text_copy(out, capacity, otherwise);
        }
        return false;
    }
    r->next++;
    size_t size = 0;
    bool fits = field->is_text;
    for (size_t i = 0; fits && i < field->raw.size; i++) {
        if (field->raw.data[i] == '\\') {
            i++; /* the parser saw that one follows */
        }
        fits = size + 1 < capacity;
        if (fits) {
            out[size++] = (char)field->raw.data[i];
        }
    }
    out[fits ? size : 0] = '\0';
    r->bad = r->bad || !fits;
    return true;
}

void record_take_text(struct record *r, const char *key, char *out, size_t capacity)
{
    if (!record_take_text_or(r, key, out, capacity, "")) {
        r->bad = true;
    }
}

enum till_status record_finish(const struct record *r)
{
    return !r->bad && r->next == r->count ? TILL_OK : TILL_E_PROTOCOL;
}
