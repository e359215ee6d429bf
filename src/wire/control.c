#include "control.h"

#include <stdlib.h>
#include <string.h>

#include <cJSON.h>

#include "text.h"

enum { CONTROL_DIGITS_MAX = 16 };

/* ---- writing --------------------------------------------------------------------------------- */

void control_begin(struct control_writer *w, struct buffer *out)
{
    *w = (struct control_writer){.out = out, .first = true};
    buffer_put_u8(out, '{');
}

static void put_key(struct control_writer *w, const char *key)
{
    if (!w->first) {
        buffer_put_u8(w->out, ',');
    }
    w->first = false;
    buffer_put_u8(w->out, '"');
    buffer_put_text(w->out, key);
    buffer_put_text(w->out, "\":");
}

void control_put_integer(struct control_writer *w, const char *key, int64_t value)
{
    if (value > CONTROL_INTEGER_MAX || value < -CONTROL_INTEGER_MAX) {
        w->bad = true;
        return;
    }
    put_key(w, key);
    buffer_put_decimal(w->out, value);
}

/* Clean but for LF: each line between is checked alone. */
static bool lines_are_clean(const char *text)
{
    const char *line = text;
    for (;;) {
        const char *end = strchr(line, '\n');
        size_t size = end == NULL ? strlen(line) : (size_t)(end - line);
        if (!text_is_clean(line, size)) {
            return false;
        }
        if (end == NULL) {
            return true;
        }
        line = end + 1;
    }
}

void control_put_text(struct control_writer *w, const char *key, const char *value)
{
    if (!lines_are_clean(value)) {
        w->bad = true;
        return;
    }
    put_key(w, key);
    buffer_put_u8(w->out, '"');
    for (const char *at = value; *at != '\0'; at++) {
        if (*at == '\n') {
            buffer_put_text(w->out, "\\n");
            continue;
        }
        if (*at == '"' || *at == '\\') {
            buffer_put_u8(w->out, '\\');
        }
        buffer_put_u8(w->out, (uint8_t)*at);
    }
    buffer_put_u8(w->out, '"');
}

void control_put_hex(struct control_writer *w, const char *key, struct span bytes)
{
    put_key(w, key);
    buffer_put_u8(w->out, '"');
    for (size_t i = 0; i < bytes.size; i++) {
        char digits[3];
        hex_encode((struct span){bytes.data + i, 1}, digits);
        buffer_put(w->out, digits, 2);
    }
    buffer_put_u8(w->out, '"');
}

enum till_status control_end(struct control_writer *w)
{
    buffer_put_u8(w->out, '}');
    if (w->bad) {
        return TILL_BAD_INPUT;
    }
    return buffer_status(w->out);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* The string that begins after a quote: returns the index after its closing quote, 0 if there is
 * none. A NUL, plain or escaped, would cut what C sees of it. */
static size_t skip_string(struct span json, size_t at)
{
    while (at < json.size) {
        uint8_t c = json.data[at];
        if (c == '"') {
            return at + 1;
        }
        if (c < 0x20) {
            return 0;
        }
        if (c != '\\') {
            at++;
            continue;
        }
        if (json.size - at >= 6 && memcmp(json.data + at, "\\u0000", 6) == 0) {
            return 0;
        }
        at += 2;
    }
    return 0;
}

/* An integer in its only spelling: returns the index after it, 0 if it is none. */
static size_t skip_integer(struct span json, size_t at)
{
    if (json.data[at] == '-') {
        at++;
    }
    size_t first = at;
    while (at < json.size && json.data[at] >= '0' && json.data[at] <= '9') {
        at++;
    }
    size_t digits = at - first;
    bool padded = digits > 1 && json.data[first] == '0';
    bool minus_zero =
        digits == 1 && json.data[first] == '0' && first > 0 && json.data[first - 1] == '-';
    if (digits == 0 || digits > CONTROL_DIGITS_MAX || padded || minus_zero) {
        return 0;
    }
    return at;
}

/* What cJSON would let pass and we do not: everything but one flat object of strings and integers.
 * It need not find every error of grammar; cJSON finds the rest. */
static bool is_flat(struct span json)
{
    size_t depth = 0;
    size_t at = 0;
    while (at < json.size) {
        uint8_t c = json.data[at];
        if (c == '"') {
            at = skip_string(json, at + 1);
        } else if (c == '-' || (c >= '0' && c <= '9')) {
            at = skip_integer(json, at);
        } else if (c == '{') {
            if (at != 0) {
                return false;
            }
            depth = 1;
            at++;
        } else if (c == '}') {
            /* Nothing follows it. */
            return depth == 1 && at + 1 == json.size;
        } else if (c == ',' || c == ':' || c == ' ') {
            at++;
        } else {
            return false;
        }
        if (at == 0) {
            return false;
        }
    }
    return false;
}

static bool keys_are_single(const cJSON *root)
{
    size_t count = 0;
    for (const cJSON *a = root->child; a != NULL; a = a->next) {
        if (++count > CONTROL_KEYS_MAX) {
            return false;
        }
        for (const cJSON *b = root->child; b != a; b = b->next) {
            if (strcmp(a->string, b->string) == 0) {
                return false;
            }
        }
    }
    return true;
}

static void wipe_and_delete(cJSON *root)
{
    for (cJSON *item = root->child; item != NULL; item = item->next) {
        if (item->valuestring != NULL) {
            explicit_bzero(item->valuestring, strlen(item->valuestring));
        }
    }
    cJSON_Delete(root);
}

enum till_status control_open(struct span json, size_t most_size, struct control *control_out)
{
    *control_out = (struct control){0};
    if (json.size > most_size) {
        return TILL_TOO_LARGE;
    }
    if (json.size == 0 || !is_flat(json)) {
        return TILL_E_PROTOCOL;
    }
    const char *end = NULL;
    cJSON *root = cJSON_ParseWithLengthOpts((const char *)json.data, json.size, &end, 0);
    if (root == NULL) {
        return TILL_E_PROTOCOL;
    }
    if (!cJSON_IsObject(root) || end != (const char *)json.data + json.size ||
        !keys_are_single(root)) {
        wipe_and_delete(root);
        return TILL_E_PROTOCOL;
    }
    control_out->root = root;
    return TILL_OK;
}

bool control_has(const struct control *c, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(c->root, key) != NULL;
}

static const cJSON *take(struct control *c, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(c->root, key);
    if (item == NULL) {
        c->bad = true;
        return NULL;
    }
    c->taken++;
    return item;
}

int64_t control_take_integer(struct control *c, const char *key, int64_t least, int64_t most)
{
    const cJSON *item = take(c, key);
    if (item == NULL || !cJSON_IsNumber(item) || item->valuedouble > (double)CONTROL_INTEGER_MAX ||
        item->valuedouble < -(double)CONTROL_INTEGER_MAX) {
        c->bad = true;
        return 0;
    }
    /* Exact: the guard let only integers through, and below 2^53 a double holds each of them. */
    int64_t value = (int64_t)item->valuedouble;
    if (value < least || value > most) {
        c->bad = true;
        return 0;
    }
    return value;
}

static const char *take_string(struct control *c, const char *key)
{
    const cJSON *item = take(c, key);
    if (item == NULL || !cJSON_IsString(item)) {
        c->bad = true;
        return NULL;
    }
    return item->valuestring;
}

static void copy_out(struct control *c, const char *text, bool is_clean, char *out, size_t capacity)
{
    out[0] = '\0';
    size_t size = text == NULL ? 0 : strlen(text);
    if (text == NULL || !is_clean || size >= capacity) {
        c->bad = true;
        return;
    }
    memcpy(out, text, size + 1);
}

void control_take_text(struct control *c, const char *key, char *out, size_t capacity)
{
    const char *text = take_string(c, key);
    copy_out(c, text, text != NULL && text_is_clean(text, strlen(text)), out, capacity);
}

void control_take_lines(struct control *c, const char *key, char *out, size_t capacity)
{
    const char *text = take_string(c, key);
    copy_out(c, text, text != NULL && lines_are_clean(text), out, capacity);
}

void control_take_hex(struct control *c, const char *key, uint8_t *out, size_t size)
{
    const char *text = take_string(c, key);
    if (text == NULL || hex_decode(text, strlen(text), out, size) != TILL_OK) {
        memset(out, 0, size);
        c->bad = true;
    }
}

enum till_status control_close(struct control *c)
{
    size_t keys = 0;
    for (const cJSON *item = c->root->child; item != NULL; item = item->next) {
        keys++;
    }
    wipe_and_delete(c->root);
    c->root = NULL;
    return c->bad || keys != c->taken ? TILL_E_PROTOCOL : TILL_OK;
}
