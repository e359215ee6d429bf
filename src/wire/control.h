/*
 * Control messages: one flat JSON object of integers and strings.
 *
 * Used inside src/wire for what is not money. cJSON reads it, behind guards of our own, because
 * cJSON alone keeps duplicate keys, ignores case, nests a thousand deep and turns large integers
 * into doubles: here an object holds no object, array, fraction, exponent, true, false or null;
 * keys are few and none comes twice; integers stay below 2^53; strings hold no NUL.
 *
 * Memory: what was parsed lives until control_close, which overwrites it, for some of it is secret.
 */
#ifndef TILL_CONTROL_H
#define TILL_CONTROL_H

#include "bytes.h"

struct cJSON;

enum { CONTROL_KEYS_MAX = 16 };
/* 2^53 - 1: the largest below which no two integers become the same double. */
#define CONTROL_INTEGER_MAX INT64_C(9007199254740991)

/* ---- writing: begin, fields, end ------------------------------------------------------------- */
struct control_writer {
    struct buffer *out;
    bool first;
    bool bad; /* sticky: an integer out of range, or a text that is no UTF-8 */
};
void control_begin(struct control_writer *w, struct buffer *out);
void control_put_integer(struct control_writer *w, const char *key, int64_t value);
/* LF is allowed in a text (PEM); other control characters make it bad. */
void control_put_text(struct control_writer *w, const char *key, const char *value);
void control_put_hex(struct control_writer *w, const char *key, struct span bytes);
/* TILL_TOO_LARGE: did not fit. TILL_BAD_INPUT: a value that may not travel. */
enum till_status control_end(struct control_writer *w) TILL_CHECKED;

/* ---- reading: open, takes, finish, close ----------------------------------------------------- */
struct control {
    struct cJSON *root;
    size_t taken;
    bool bad; /* sticky: missing, of the wrong type, or out of range */
};
/* TILL_E_PROTOCOL: no such object. TILL_TOO_LARGE: over most_size. */
enum till_status control_open(struct span json, size_t most_size,
                              struct control *control_out) TILL_CHECKED;
/* Is there such a key? For what one side may not know yet. */
bool control_has(const struct control *c, const char *key);
int64_t control_take_integer(struct control *c, const char *key, int64_t least, int64_t most);
/* Clean UTF-8, terminated; lines: LF is allowed too. One that does not fit is bad. */
void control_take_text(struct control *c, const char *key, char *out, size_t capacity);
void control_take_lines(struct control *c, const char *key, char *out, size_t capacity);
void control_take_hex(struct control *c, const char *key, uint8_t *out, size_t size);
/* Ends the reading. TILL_E_PROTOCOL: something was bad, or there are keys that nobody took. */
enum till_status control_close(struct control *c) TILL_CHECKED;

#endif
