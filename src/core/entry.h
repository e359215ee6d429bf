/*
 * Journal entries and their bodies.
 *
 * A body is one canonical record (record.h), at most ENTRY_BODY_MAX bytes; keys are one letter
 * because each byte is paid for on GPRS and in the receipt's QR. Every body has a struct, a writer
 * and a strict reader; both are total: what the writer accepts the reader gives back unchanged.
 * db/JOURNAL.md holds the table of keys and the reserved bodies.
 */
#ifndef TILL_ENTRY_H
#define TILL_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "kind.h"
#include "status.h"

enum {
    ENTRY_BODY_MAX = 1024,       /* any kind, checkpoint included */
    ENTRY_RECEIPT_BODY_MAX = 90, /* of a kind with a receipt: it must fit the QR */
    HASH_SIZE = 32,
    SIGNATURE_SIZE = 64,  /* r ‖ s, big-endian */
    PUBLIC_KEY_SIZE = 65, /* uncompressed point, 04 ‖ X ‖ Y; SEC 1 §2.3.3 */
    TERMINAL_MAX = 13,    /* 1..12 of [0-9A-Z], terminator included */
    ACCOUNT_MAX = 33,     /* terminator included */
    USER_MAX = 17,
    VERSION_MAX = 25
};

struct entry {
    uint64_t seq; /* 1, 2, 3 …; no gap, ever */
    int64_t at_s; /* UTC */
    uint16_t kind;
    uint16_t body_size;
    char body[ENTRY_BODY_MAX + 1]; /* terminated for convenience; body_size rules */
    uint8_t hash[HASH_SIZE];
    uint8_t signature[SIGNATURE_SIZE];
};

/* Means of payment; numbers are in bodies: append only. */
#define TENDER_LIST(X)                                                                             \
    X(TENDER_CASH, 0, "Cash")                                                                      \
    X(TENDER_CARD, 1, "Bank card")                                                                 \
    X(TENDER_QR, 2, "QR payment")                                                                  \
    X(TENDER_CHEQUE, 3, "Cheque")                                                                  \
    X(TENDER_TRANSFER, 4, "Bank transfer")                                                         \
    X(TENDER_VOUCHER, 5, "Voucher")
enum tender {
#define X(name, number, text) name = number,
    TENDER_LIST(X)
#undef X
};
const char *tender_text(int tender); /* msgid; "Other" outside the list */

/* enrolled: the first entry. Fixes what the whole journal is counted in. */
struct body_enrolled {
    char terminal[TERMINAL_MAX];         /* n */
    char currency[4];                    /* c */
    uint8_t exponent;                    /* e */
    char zone[48];                       /* z */
    uint8_t authority[HASH_SIZE];        /* h  SHA-256 of the CA certificate (DER) */
    uint8_t public_key[PUBLIC_KEY_SIZE]; /* k  of the journal key */
    char predecessor[TERMINAL_MAX];      /* o  "" = none; the number this one replaces */
    uint64_t predecessor_seq;            /* q  its last head that the host knew; 0 = none */
};

struct body_opened {           /* each start of the program */
    char version[VERSION_MAX]; /* v */
    char board[25];            /* b */
};

struct body_login {      /* login, logout, login_failed, user_switched */
    char user[USER_MAX]; /* u */
    uint32_t failures;   /* n  login_failed only: how many in a row; omitted when 0 */
};

struct body_clock_changed {
    int64_t from_s; /* f */
    int64_t to_s;   /* t */
};

struct body_anomaly {
    int32_t code;  /* c  a till_status */
    char text[65]; /* x  clean UTF-8, for the office; may be "" */
};

/* tail_repaired: a write that power cut short was taken back at start; nothing that was reported
 * committed. The numbers are given again, to this entry and those after it. */
struct body_tail_repaired {
    uint64_t from_seq; /* s  first number that went, >= 2 */
};

struct body_book_applied {
    uint64_t revision;       /* r */
    uint64_t applied_seq;    /* q  through which the host had posted this terminal */
    uint32_t customers;      /* n */
    uint8_t hash[HASH_SIZE]; /* h  of the book's content */
};

struct body_shift_opened {
    int32_t business_date; /* d  yyyymmdd */
    uint32_t shift;        /* s  counts up by one on this terminal */
    int64_t opening_minor; /* c  opening cash; omitted when 0 */
};

/* collection and advance: money was taken. */
struct body_collection {
    char account[ACCOUNT_MAX]; /* a  never a book index */
    int64_t amount_minor;      /* m  what is kept, > 0 */
    int64_t late_fee_minor;    /* f  part of amount_minor; omitted when 0 */
    int64_t tendered_minor;    /* t  what was handed over; omitted when equal to amount_minor */
    int tender;                /* k  omitted when cash */
    char reference[33];        /* r  of the tender, e.g. a cheque number; omitted when "" */
    uint64_t basket;           /* g  seq of the basket's first entry; omitted when 0 */
    char allocation[49];       /* p  "202609:9210,…" where not oldest first; omitted when "" */
    char payer[25];            /* w  who paid, when not the customer; omitted when "" */
};

/* print_done, print_uncertain, duplicate: about the paper of one receipt entry. */
struct body_print {
    uint64_t seq;   /* s  of the receipt entry */
    uint32_t copy;  /* c  0 = the original; omitted when 0. In duplicate: this copy's number */
    int32_t status; /* y  print_uncertain: why, a till_status; omitted when 0 */
};

/* Writers fill entry->kind (without training bit, that is the journal's), body and body_size.
 * TILL_BAD_INPUT: a value breaks its rule. TILL_TOO_LARGE: too long for the kind. */
enum till_status entry_write_enrolled(struct entry *e, const struct body_enrolled *b) TILL_CHECKED;
enum till_status entry_write_opened(struct entry *e, const struct body_opened *b) TILL_CHECKED;
enum till_status entry_write_login(struct entry *e, enum entry_kind kind,
                                   const struct body_login *b) TILL_CHECKED;
enum till_status entry_write_clock_changed(struct entry *e,
                                           const struct body_clock_changed *b) TILL_CHECKED;
enum till_status entry_write_anomaly(struct entry *e, const struct body_anomaly *b) TILL_CHECKED;
enum till_status entry_write_tail_repaired(struct entry *e,
                                           const struct body_tail_repaired *b) TILL_CHECKED;
enum till_status entry_write_book_applied(struct entry *e,
                                          const struct body_book_applied *b) TILL_CHECKED;
enum till_status entry_write_shift_opened(struct entry *e,
                                          const struct body_shift_opened *b) TILL_CHECKED;
enum till_status entry_write_collection(struct entry *e, enum entry_kind kind,
                                        const struct body_collection *b) TILL_CHECKED;
enum till_status entry_write_print(struct entry *e, enum entry_kind kind,
                                   const struct body_print *b) TILL_CHECKED;

/* Readers check the kind (any training bit) and every rule. TILL_E_PROTOCOL: not such a body. */
enum till_status entry_read_enrolled(const struct entry *e, struct body_enrolled *out) TILL_CHECKED;
enum till_status entry_read_opened(const struct entry *e, struct body_opened *out) TILL_CHECKED;
enum till_status entry_read_login(const struct entry *e, struct body_login *out) TILL_CHECKED;
enum till_status entry_read_clock_changed(const struct entry *e,
                                          struct body_clock_changed *out) TILL_CHECKED;
enum till_status entry_read_anomaly(const struct entry *e, struct body_anomaly *out) TILL_CHECKED;
enum till_status entry_read_tail_repaired(const struct entry *e,
                                          struct body_tail_repaired *out) TILL_CHECKED;
enum till_status entry_read_book_applied(const struct entry *e,
                                         struct body_book_applied *out) TILL_CHECKED;
enum till_status entry_read_shift_opened(const struct entry *e,
                                         struct body_shift_opened *out) TILL_CHECKED;
enum till_status entry_read_collection(const struct entry *e,
                                       struct body_collection *out) TILL_CHECKED;
enum till_status entry_read_print(const struct entry *e, struct body_print *out) TILL_CHECKED;

/*
 * Is the body one this software can vouch for? Known kinds pass their reader; unknown ones must
 * still be a canonical record. What every verifier and the host's ingest ask.
 * TILL_E_PROTOCOL: not a body of this kind. TILL_READ_ONLY: a kind newer than this software.
 */
enum till_status entry_check_body(const struct entry *e) TILL_CHECKED;

/* 1..12 of [0-9A-Z]. */
bool terminal_is_valid(const char *terminal);
/* 4..32 of [0-9A-Z-]: accounts are text; their check rule is a site's. */
bool account_is_valid(const char *account);
/* 1..16 of [0-9A-Za-z]. */
bool user_is_valid(const char *user);

enum { RECEIPT_NUMBER_MAX = 40 };
/* "0031-0004127": the one receipt number of paper and screens. Seven digits, more as needed. */
void receipt_number_format(const char *terminal, uint64_t seq, char out[RECEIPT_NUMBER_MAX]);

#endif
