/*
 * Statements: what the host signs, as text of two lines.
 *
 *   canonical record (src/core/record.h) LF signature (128 hex digits) LF
 *
 * The signature is over SHA-256(len8(tag) ‖ tag ‖ len32(record) ‖ record); the tag says what kind
 * of statement it is, so that none can pass for another. No cJSON here: heads and books decide
 * about money.
 */
#ifndef TILL_STATEMENT_H
#define TILL_STATEMENT_H

#include "book_row.h"
#include "chain.h"
#include "limit.h"
#include "record.h"

enum { STATEMENT_MAX = 8192 };

#define STATEMENT_TAG_HEAD "fieldtill/head/1"
#define STATEMENT_TAG_BOOK "fieldtill/book/1"
#define STATEMENT_TAG_ORDERS "fieldtill/orders/1"

/* Sign a finished record. TILL_TOO_LARGE, or the sealer's status. */
enum till_status statement_write(const struct sealer *sealer, const char *tag, struct span record,
                                 struct buffer *out) TILL_CHECKED;
/* Split and check; *record_out points into text. TILL_E_PROTOCOL: not two such lines.
 * TILL_E_SIGNATURE: not signed by this key under this tag. */
enum till_status statement_read(const struct sealer *sealer, const char *tag, struct span text,
                                struct span *record_out) TILL_CHECKED;

/* ---- the signed head: what the host has of a journal and can't lose -------------------------- */

struct head {
    char terminal[TERMINAL_MAX]; /* terminal */
    uint64_t seq;                /* seq */
    uint8_t hash[HASH_SIZE];     /* hash; genesis where seq is 0 */
    int64_t at_s;                /* at_s: the host's time */
    uint64_t serial;             /* serial: never goes down for a terminal */
    uint64_t book_revision;      /* book: newest for this terminal; 0 = none */
    bool stopped;                /* stopped: no new collections */
    uint64_t orders_serial;      /* orders: newest for this terminal; 0 = none */
    uint64_t trust_serial;       /* trust: newest word on the authorities (trust.h); 0 = none */
};
enum till_status head_write(const struct sealer *sealer, const struct head *head,
                            struct buffer *out) TILL_CHECKED;
enum till_status head_read(const struct sealer *sealer, struct span text,
                           struct head *head_out) TILL_CHECKED;
/* Five signs (base64url, thirty bits) of the hash of all that a head says but its time and serial:
 * who holds a head names it by them, and gets no other while nothing is new. They prove nothing.
 * The statuses of head_write. */
enum { HEAD_TAG_MAX = 6 };
enum till_status head_tag(const struct sealer *sealer, const struct head *head,
                          char tag_out[HEAD_TAG_MAX]) TILL_CHECKED;

/* ---- the signed orders: limits and messages of the office ------------------------------------ */

enum { ORDERS_MESSAGES_MAX = 8, ORDERS_MESSAGE_MAX = 361 };
struct orders_message {
    uint64_t id; /* ascending over all messages ever sent to this terminal */
    int64_t at_s;
    char text[ORDERS_MESSAGE_MAX]; /* clean UTF-8, at most 360 bytes */
};
/* Replaced whole by the one with the next serial; limits.serial is that of the orders, > 0. A limit
 * of 0 is none. orders_write: TILL_TOO_LARGE: the messages do not fit one record; drop the oldest.
 */
struct orders {
    char terminal[TERMINAL_MAX];
    int64_t at_s;
    struct limits limits;                                /* limit.h */
    struct orders_message messages[ORDERS_MESSAGES_MAX]; /* newest first */
    size_t message_count;
};
enum till_status orders_write(const struct sealer *sealer, const struct orders *orders,
                              struct buffer *out) TILL_CHECKED;
enum till_status orders_read(const struct sealer *sealer, struct span text,
                             struct orders *orders_out) TILL_CHECKED;

/* ---- the signed book manifest ---------------------------------------------------------------- */

/* meta (book_row.h) and how many bytes the content has that is fetched, packed and plain. meta.hash
 * is over the plain content of the whole book, by whichever way it came; meta.customers likewise.
 * unapplied goes as one text of decimal numbers with commas. */
struct book_manifest {
    struct book_meta meta;
    uint64_t since;                   /* 0: the whole book. Else a delta over that revision */
    uint8_t content_hash[HASH_SIZE];  /* of what is fetched, packed as it is */
    uint8_t base_hash[HASH_SIZE];     /* of a delta: meta.hash of the book that it is laid over */
    uint64_t packed_size, plain_size; /* bytes, of what is fetched */
};
enum till_status manifest_write(const struct sealer *sealer, const struct book_manifest *manifest,
                                struct buffer *out) TILL_CHECKED;
enum till_status manifest_read(const struct sealer *sealer, struct span text,
                               struct book_manifest *manifest_out) TILL_CHECKED;

#endif
