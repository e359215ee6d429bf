/*
 * What the files that write and read bodies share: the values' rules, and the two hands that put
 * and take fields. Private to src/core/entry_*.c.
 */
#ifndef TILL_ENTRY_INSIDE_H
#define TILL_ENTRY_INSIDE_H

#include "entry.h"
#include "record.h"

/* ---- values: entry_values.c ------------------------------------------------------------------ */

/* A text of a fixed-size field: terminated, clean, at least `least` bytes. */
bool text_is_valid(const char *text, size_t capacity, size_t least);
bool currency_is_valid(const char *currency);
/* The name of a setting: [a-z0-9_], terminated, not empty. */
bool setting_is_valid(const char *key, size_t capacity);
/* A clock may be wrong, but it is one: 1970 to the end of 9999. */
bool clock_is_valid(int64_t at_s);
/* least_minor .. MONEY_MAX_MINOR. */
bool money_is_valid(int64_t amount_minor, int64_t least_minor);
/* least .. 2^63 - 1. */
bool number_is_valid(uint64_t number, uint64_t least);
bool tender_is_known(int tender);
bool reversal_reason_is_known(int reason);
bool skip_reason_is_known(int reason);
bool cash_reason_is_known(int reason);
bool variance_reason_is_known(int reason);
bool spoil_reason_is_known(int reason);

/* ---- writing: entry_fields.c ----------------------------------------------------------------- */

struct body_writer {
    struct entry *entry;
    struct buffer out;
    struct record_writer record;
};
void body_begin(struct body_writer *w, struct entry *e, enum entry_kind kind);
void body_put(struct body_writer *w, const char *key, int64_t value);
void body_put_unless(struct body_writer *w, const char *key, int64_t value, int64_t usual);
void body_put_text(struct body_writer *w, const char *key, const char *value);
void body_put_text_if(struct body_writer *w, const char *key, const char *value);
/* At most PUBLIC_KEY_SIZE bytes. */
void body_put_hex(struct body_writer *w, const char *key, const uint8_t *bytes, size_t size);
/* HASH_SIZE bytes in base64url (RFC 4648 §5) without padding: 43 characters where hex takes 64. */
void body_put_hash(struct body_writer *w, const char *key, const uint8_t *hash);
enum till_status body_end(struct body_writer *w) TILL_CHECKED;

/* ---- reading: entry_fields.c ----------------------------------------------------------------- */

/*
 * A reader takes the fields, writes the body again and compares: so the rules stand only in the
 * writers, and a body with a second spelling (an optional field spelt out, a field too many) is
 * none.
 */
struct body_reader {
    struct record record;
    bool bad;
};
/* false: not of that kind, or no record. */
bool body_open(struct body_reader *r, const struct entry *e, uint16_t kind);
int64_t body_take(struct body_reader *r, const char *key);
int64_t body_take_or(struct body_reader *r, const char *key, int64_t otherwise);
/* From 0 to max. */
uint64_t body_take_number(struct body_reader *r, const char *key, uint64_t max);
uint64_t body_take_number_or_zero(struct body_reader *r, const char *key, uint64_t max);
uint64_t body_take_number_or(struct body_reader *r, const char *key, uint64_t max,
                             int64_t otherwise);
/* 32 bits, signed. */
int32_t body_take_narrow(struct body_reader *r, const char *key);
int32_t body_take_narrow_or(struct body_reader *r, const char *key, int32_t otherwise);
void body_take_text(struct body_reader *r, const char *key, char *out, size_t capacity);
void body_take_text_or_empty(struct body_reader *r, const char *key, char *out, size_t capacity);
void body_take_hex(struct body_reader *r, const char *key, uint8_t *out, size_t size);
void body_take_hash(struct body_reader *r, const char *key, uint8_t *out);
/* All fields taken, and none bad? */
bool body_close(const struct body_reader *r);
/* Did the writer take it, and give the very bytes that were read? Else TILL_E_PROTOCOL. */
enum till_status body_compare(enum till_status written, const struct entry *again,
                              const struct entry *e) TILL_CHECKED;

#endif
