/*
 * Published test vectors: files whole in memory, and a strict walk through JSON.
 *
 * The walk knows tokens (RFC 8259), not meaning: the test that reads a file names its keys. Texts
 * are given as they stand, escapes included; the vectors' own values have none.
 */
#ifndef TILL_VECTORS_H
#define TILL_VECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

enum { VECTORS_FILE_MAX = 4 * 1024 * 1024, JSON_DEPTH_MAX = 16 };

/* The whole file, to be freed by the caller; a test that lacks its file fails here. */
struct span vectors_load(const char *path);

/* Hex of any length up to 2 * capacity digits; fails the test on anything else. */
struct span vectors_hex(struct span digits, uint8_t *out, size_t capacity);

enum json_kind {
    JSON_END, /* after the one value of the text */
    JSON_OBJECT_BEGIN,
    JSON_OBJECT_END,
    JSON_ARRAY_BEGIN,
    JSON_ARRAY_END,
    JSON_KEY,
    JSON_STRING,
    JSON_NUMBER,
    JSON_WORD, /* true, false, null */
    JSON_BAD   /* no JSON; every later call says so too */
};
struct json_token {
    enum json_kind kind;
    struct span text; /* of keys, strings, numbers and words */
};
struct json_walk {
    const uint8_t *at, *end;
    uint8_t closers[JSON_DEPTH_MAX]; /* '}' or ']' of each open container */
    size_t depth;
    bool after_value; /* a ',' or a closer must come next */
    bool after_key;   /* a value must come next */
    bool bad;
};
void json_begin(struct json_walk *w, struct span text);
struct json_token json_next(struct json_walk *w);

/* Is the text of the token exactly this? */
bool json_is(const struct json_token *t, const char *text);

#endif
