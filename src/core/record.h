/*
 * Canonical records: the flat subset of JSON in which money travels.
 *
 * One object on one line, no spaces; keys are 1..24 characters of [a-z0-9_] in the order the
 * schema gives, none twice; values are integers (no leading zero, no "-0", within int64) or
 * strings of clean UTF-8. In strings only `"` and `\` are escaped, each by one `\`; nothing else
 * may be. So every record has exactly one spelling: what is hashed is what is stored, sent, shown.
 * The grammar stands in db/JOURNAL.md.
 */
#ifndef TILL_RECORD_H
#define TILL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "status.h"

enum { RECORD_KEY_MAX = 24, RECORD_FIELDS_MAX = 48, RECORD_SIZE_MAX = 4096 };

/* Writing: fields in order, then record_end. Overflow and unclean text are sticky. */
struct record_writer {
    struct buffer *out;
    size_t fields;
    bool bad;
};
void record_begin(struct record_writer *w, struct buffer *out);
void record_put_integer(struct record_writer *w, const char *key, int64_t value);
void record_put_text(struct record_writer *w, const char *key, const char *value);
/* TILL_TOO_LARGE: did not fit. TILL_BAD_INPUT: a text that is not clean UTF-8. */
enum till_status record_end(struct record_writer *w) TILL_CHECKED;

/* Reading: parse once, strictly, then take fields in order. */
struct record_field {
    struct span key;
    bool is_text;
    int64_t integer;
    struct span raw; /* text between the quotes, escapes still in place */
};
struct record {
    struct record_field fields[RECORD_FIELDS_MAX];
    size_t count;
    size_t next; /* the reading position of the takes below */
    bool bad;    /* sticky: a required field is missing, or of the wrong type */
};

/* TILL_E_PROTOCOL: no canonical record. The spans point into `line`, which must outlive them. */
enum till_status record_parse(struct span line, struct record *record_out) TILL_CHECKED;

/* Required fields: missing or of the other type sets bad. Text is unescaped and terminated;
 * one that does not fit sets bad. */
int64_t record_take_integer(struct record *r, const char *key);
void record_take_text(struct record *r, const char *key, char *out, size_t capacity);
/* Optional ones: false and `otherwise` / "" where the next field has another key. */
int64_t record_take_integer_or(struct record *r, const char *key, int64_t otherwise);
bool record_take_text_or(struct record *r, const char *key, char *out, size_t capacity,
                         const char *otherwise);
/* All fields taken, none bad? Else TILL_E_PROTOCOL. */
enum till_status record_finish(const struct record *r) TILL_CHECKED;

#endif
