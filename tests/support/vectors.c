#include "vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct span vectors_load(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("%s: not there; tests run from the repository's root", path);
    }
    uint8_t *bytes = malloc(VECTORS_FILE_MAX);
    assert_non_null(bytes);
    size_t size = fread(bytes, 1, VECTORS_FILE_MAX, file);
    assert_true(feof(file) && !ferror(file));
    assert_int_equal(fclose(file), 0);
    return (struct span){bytes, size};
}

struct span vectors_hex(struct span digits, uint8_t *out, size_t capacity)
{
    size_t size = digits.size / 2;
    if (size > capacity ||
        hex_decode((const char *)digits.data, digits.size, out, size) != TILL_OK) {
        fail_msg("no hex of at most %zu bytes: %.*s", capacity, (int)digits.size,
                 (const char *)digits.data);
    }
    return (struct span){out, size};
}

void json_begin(struct json_walk *w, struct span text)
{
    *w = (struct json_walk){.at = text.data, .end = text.data + text.size};
}

bool json_is(const struct json_token *t, const char *text)
{
    return t->text.size == strlen(text) && memcmp(t->text.data, text, t->text.size) == 0;
}

static struct json_token bad(struct json_walk *w)
{
    w->bad = true;
    return (struct json_token){.kind = JSON_BAD};
}

static void skip_space(struct json_walk *w)
{
    while (w->at < w->end &&
           (*w->at == ' ' || *w->at == '\n' || *w->at == '\r' || *w->at == '\t')) {
        w->at++;
    }
}

static bool in_object(const struct json_walk *w)
{
    return w->depth > 0 && w->closers[w->depth - 1] == '}';
}

/* A string whose opening quote is at w->at; false if it does not end. */
static bool take_string(struct json_walk *w, struct span *text_out)
{
    const uint8_t *begin = ++w->at;
    while (w->at < w->end && *w->at != '"' && *w->at >= 0x20) {
        w->at += *w->at == '\\' && w->at + 1 < w->end ? 2 : 1;
    }
    if (w->at >= w->end || *w->at != '"') {
        return false;
    }
    *text_out = (struct span){begin, (size_t)(w->at - begin)};
    w->at++;
    return true;
}

static struct json_token take_open(struct json_walk *w, bool object)
{
    if (w->depth == JSON_DEPTH_MAX) {
        return bad(w);
    }
    w->closers[w->depth++] = object ? '}' : ']';
    w->at++;
    w->after_value = w->after_key = false;
    return (struct json_token){.kind = object ? JSON_OBJECT_BEGIN : JSON_ARRAY_BEGIN};
}

static struct json_token take_close(struct json_walk *w)
{
    if (w->depth == 0 || w->closers[w->depth - 1] != *w->at || w->after_key) {
        return bad(w);
    }
    w->at++;
    w->depth--;
    w->after_value = true;
    return (struct json_token){.kind =
                                   w->closers[w->depth] == '}' ? JSON_OBJECT_END : JSON_ARRAY_END};
}

static struct json_token take_key(struct json_walk *w)
{
    struct json_token t = {.kind = JSON_KEY};
    if (*w->at != '"' || !take_string(w, &t.text)) {
        return bad(w);
    }
    skip_space(w);
    if (w->at == w->end || *w->at != ':') {
        return bad(w);
    }
    w->at++;
    w->after_key = true;
    return t;
}

static struct json_token take_plain(struct json_walk *w)
{
    const uint8_t *begin = w->at;
    while (w->at < w->end &&
           ((*w->at >= 'a' && *w->at <= 'z') || (*w->at >= '0' && *w->at <= '9') || *w->at == '-' ||
            *w->at == '+' || *w->at == '.' || *w->at == 'E')) {
        w->at++;
    }
    struct json_token t = {.text = {begin, (size_t)(w->at - begin)}};
    if (json_is(&t, "true") || json_is(&t, "false") || json_is(&t, "null")) {
        t.kind = JSON_WORD;
    } else if (t.text.size > 0 && (*begin == '-' || (*begin >= '0' && *begin <= '9'))) {
        t.kind = JSON_NUMBER;
    } else {
        return bad(w);
    }
    return t;
}

struct json_token json_next(struct json_walk *w)
{
    skip_space(w);
    if (w->bad) {
        return bad(w);
    }
    if (w->at == w->end) {
        return w->depth == 0 && w->after_value ? (struct json_token){.kind = JSON_END} : bad(w);
    }
    if (*w->at == '}' || *w->at == ']') {
        return take_close(w);
    }
    if (w->after_value) {
        if (*w->at != ',' || w->depth == 0) {
            return bad(w);
        }
        w->at++;
        w->after_value = false;
        skip_space(w);
        if (w->at == w->end || *w->at == '}' || *w->at == ']') {
            return bad(w);
        }
    }
    if (in_object(w) && !w->after_key) {
        return take_key(w);
    }
    if (*w->at == '{' || *w->at == '[') {
        return take_open(w, *w->at == '{');
    }
    struct json_token t = {.kind = JSON_STRING};
    if (*w->at == '"' ? !take_string(w, &t.text) : (t = take_plain(w)).kind == JSON_BAD) {
        return bad(w);
    }
    w->after_value = true;
    w->after_key = false;
    return t;
}
