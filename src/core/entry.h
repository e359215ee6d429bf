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
    uint64_t count; /* n  of the board's monotonic counter; omitted when 0: it has none */
};

struct body_login {      /* login, logout, login_failed, user_switched */
    char user[USER_MAX]; /* u */
    uint32_t failures;   /* n  login_failed only: how many in a row; omitted when 0 */
};

/* pin_changed: the new check travels to the office sealed. `sealed` is PBKDF2(pin) with each byte
 * combined by exclusive or with HMAC(device secret, "fieldtill/pin/1" ‖ user ‖ salt). */
struct body_pin_changed {
    char user[USER_MAX];       /* u */
    uint8_t salt[16];          /* s */
    uint32_t rounds;           /* n */
    uint8_t sealed[HASH_SIZE]; /* k */
};

/* settings_changed: by a technician; `device` and `stopped` by the program. A value that is a
 * secret is never written: it is "*". */
struct body_settings_changed {
    char key[25];   /* k  [a-z0-9_] */
    char value[65]; /* v  clean UTF-8; may be "" */
};

/* limits_applied: signed limits of the office came into force. */
struct body_limits_applied {
    uint64_t serial;         /* n  higher than any before */
    uint8_t hash[HASH_SIZE]; /* h  SHA-256 of the signed record */
};

/* message_shown: the operator has seen a message of the office and said so by OK. */
struct body_message_shown {
    uint64_t id; /* n */
};

/* limit_lifted: a code from the office or a supervisor raised one limit for this business date. */
struct body_limit_lifted {
    int limit;               /* l  enum limit of limit.h */
    int64_t value;           /* v  the limit that holds until the day ends */
    char approver[USER_MAX]; /* u  supervisor's user number; "0" = the office */
};

/* retired: the last entry a journal ever has; every record before it is at the office. */
struct body_retired {
    int reason; /* r  1 replaced, 2 wiped, 3 repaired elsewhere */
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

/*
 * collection and advance: money was taken. With a tender that is not cash, other_minor of the
 * amount came by it and the rest in cash; tendered_minor is cash that was handed over, for the
 * whole basket where it has one, and then stands in its first entry only.
 */
struct body_collection {
    char account[ACCOUNT_MAX]; /* a  never a book index */
    int64_t amount_minor;      /* m  what is kept, > 0 */
    int64_t late_fee_minor;    /* f  part of amount_minor; omitted when 0 */
    int64_t tendered_minor;    /* t  what was handed over; omitted when equal to amount_minor */
    int tender;                /* k  omitted when cash */
    char reference[33];        /* r  of the tender, e.g. a cheque number; omitted when "" */
    int64_t other_minor;       /* x  part by the tender, 0 < x < m; omitted when it is all of it */
    uint64_t basket;     /* g  seq of the basket's first entry, its own in that; omitted when 0 */
    char allocation[49]; /* p  chosen months, arrears.h; omitted when oldest first */
    char payer[25];      /* w  who paid, when not the customer; omitted when "" */
};
/* The part of it that came in cash. */
int64_t collection_cash_minor(const struct body_collection *b);

/* reversal: a collection or advance of this journal and an open shift is undone whole. */
enum reversal_way {
    REVERSAL_OWN_PAPER = 1,  /* the collector's own latest, paper scanned back */
    REVERSAL_OWN_LOST = 2,   /* the same, paper declared lost */
    REVERSAL_SUPERVISOR = 3, /* a supervisor present, by PIN */
    REVERSAL_CODE = 4        /* far away, by a one-time code */
};
#define REVERSAL_REASON_LIST(X)                                                                    \
    X(REVERSAL_WRONG_ACCOUNT, 1, "Wrong account")                                                  \
    X(REVERSAL_WRONG_AMOUNT, 2, "Wrong amount")                                                    \
    X(REVERSAL_CUSTOMER_WITHDREW, 3, "The customer withdrew")                                      \
    X(REVERSAL_PAID_ELSEWHERE, 4, "Already paid elsewhere")                                        \
    X(REVERSAL_OTHER, 5, "Other reason")
enum reversal_reason {
#define X(name, number, text) name = number,
    REVERSAL_REASON_LIST(X)
#undef X
};
const char *reversal_reason_text(int reason); /* msgid */
struct body_reversal {
    uint64_t seq;              /* s  of what is reversed */
    char account[ACCOUNT_MAX]; /* a  as in it */
    int64_t amount_minor;      /* m  as in it */
    int64_t cash_minor;        /* c  of it given back from the bag; omitted when equal to m */
    int way;                   /* h  enum reversal_way */
    int reason;                /* r  enum reversal_reason */
    char approver[USER_MAX];   /* u  supervisor, or "0" for the office; omitted when own */
};

/* dispute: the customer says it was paid already (已缴争议). Moves no money; late fee and
 * disconnection wait until the office has answered. */
enum dispute_proof {
    DISPUTE_PAPER_OURS = 1,  /* a receipt of this terminal was scanned; its record was found */
    DISPUTE_PAPER_OTHER = 2, /* a receipt of another terminal was scanned or typed */
    DISPUTE_CHANNEL = 3,     /* bank, Alipay, WeChat …: number noted */
    DISPUTE_WORD = 4         /* nothing but the customer's word */
};
struct body_dispute {
    char account[ACCOUNT_MAX]; /* a */
    int proof;                 /* h  enum dispute_proof */
    char reference[33];        /* r  receipt number or the channel's; omitted when "" */
    int64_t amount_minor;      /* m  that was paid, as claimed; omitted when 0 */
};

/* correction_request: after the day close only the office corrects; this asks it to. */
struct body_correction_request {
    char account[ACCOUNT_MAX]; /* a */
    char receipt[29];          /* s  receipt number; "" = not known, then omitted */
    int reason;                /* r  enum reversal_reason */
    int64_t amount_minor;      /* m  in question; omitted when 0 */
};

/* stop_skipped: a house that was reached and not finished. */
#define SKIP_REASON_LIST(X)                                                                        \
    X(SKIP_NOBODY_HOME, 1, "Nobody at home")                                                       \
    X(SKIP_NO_MONEY, 2, "No money today")                                                          \
    X(SKIP_REFUSED, 3, "Refuses to pay")                                                           \
    X(SKIP_NOT_FOUND, 4, "House not found")                                                        \
    X(SKIP_VACANT, 5, "Vacant or demolished")                                                      \
    X(SKIP_PAYS_ELSEWHERE, 6, "Pays elsewhere")                                                    \
    X(SKIP_DISPUTE, 7, "Says it is paid")                                                          \
    X(SKIP_OTHER, 8, "Other reason")
enum skip_reason {
#define X(name, number, text) name = number,
    SKIP_REASON_LIST(X)
#undef X
};
const char *skip_reason_text(int reason); /* msgid */
struct body_stop_skipped {
    char account[ACCOUNT_MAX]; /* a */
    int reason;                /* r  enum skip_reason */
};

/* notice: a bill notice (电费通知单) was printed for the account. */
struct body_notice {
    char account[ACCOUNT_MAX]; /* a */
    int64_t due_minor;         /* m  as it said */
};

/* reading: a meter was read by eye and typed in. */
struct body_reading {
    char account[ACCOUNT_MAX]; /* a */
    char meter[33];            /* e  asset number, as in the book; omitted when "" */
    int64_t energy_cwh;        /* v  register, 0.01 kWh, >= 0 */
    bool doubted;              /* d  1: outside what is plausible, confirmed; omitted when false */
};

/* cash_drop: cash left the bag: handed to a supervisor, or into the bank by slip. */
struct body_cash_drop {
    int64_t amount_minor; /* m  > 0 */
    int to;               /* h  1 supervisor present, by PIN; 2 bank, by slip */
    char receiver[33];    /* r  supervisor's user number, or the slip's number */
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
enum till_status entry_write_pin_changed(struct entry *e,
                                         const struct body_pin_changed *b) TILL_CHECKED;
enum till_status entry_write_settings_changed(struct entry *e,
                                              const struct body_settings_changed *b) TILL_CHECKED;
enum till_status entry_write_limits_applied(struct entry *e,
                                            const struct body_limits_applied *b) TILL_CHECKED;
enum till_status entry_write_message_shown(struct entry *e,
                                           const struct body_message_shown *b) TILL_CHECKED;
enum till_status entry_write_limit_lifted(struct entry *e,
                                          const struct body_limit_lifted *b) TILL_CHECKED;
enum till_status entry_write_retired(struct entry *e, const struct body_retired *b) TILL_CHECKED;
enum till_status entry_write_reversal(struct entry *e, const struct body_reversal *b) TILL_CHECKED;
enum till_status entry_write_dispute(struct entry *e, const struct body_dispute *b) TILL_CHECKED;
enum till_status entry_write_correction_request(
    struct entry *e, const struct body_correction_request *b) TILL_CHECKED;
enum till_status entry_write_stop_skipped(struct entry *e,
                                          const struct body_stop_skipped *b) TILL_CHECKED;
enum till_status entry_write_notice(struct entry *e, const struct body_notice *b) TILL_CHECKED;
enum till_status entry_write_reading(struct entry *e, const struct body_reading *b) TILL_CHECKED;
enum till_status entry_write_cash_drop(struct entry *e,
                                       const struct body_cash_drop *b) TILL_CHECKED;

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
enum till_status entry_read_pin_changed(const struct entry *e,
                                        struct body_pin_changed *out) TILL_CHECKED;
enum till_status entry_read_settings_changed(const struct entry *e,
                                             struct body_settings_changed *out) TILL_CHECKED;
enum till_status entry_read_limits_applied(const struct entry *e,
                                           struct body_limits_applied *out) TILL_CHECKED;
enum till_status entry_read_message_shown(const struct entry *e,
                                          struct body_message_shown *out) TILL_CHECKED;
enum till_status entry_read_limit_lifted(const struct entry *e,
                                         struct body_limit_lifted *out) TILL_CHECKED;
enum till_status entry_read_retired(const struct entry *e, struct body_retired *out) TILL_CHECKED;
enum till_status entry_read_reversal(const struct entry *e, struct body_reversal *out) TILL_CHECKED;
enum till_status entry_read_dispute(const struct entry *e, struct body_dispute *out) TILL_CHECKED;
enum till_status entry_read_correction_request(const struct entry *e,
                                               struct body_correction_request *out) TILL_CHECKED;
enum till_status entry_read_stop_skipped(const struct entry *e,
                                         struct body_stop_skipped *out) TILL_CHECKED;
enum till_status entry_read_notice(const struct entry *e, struct body_notice *out) TILL_CHECKED;
enum till_status entry_read_reading(const struct entry *e, struct body_reading *out) TILL_CHECKED;
enum till_status entry_read_cash_drop(const struct entry *e,
                                      struct body_cash_drop *out) TILL_CHECKED;

/*
 * Is the body one this software can vouch for? Known kinds pass their reader; unknown ones must
 * still be a canonical record. What every verifier and the host's ingest ask.
 * TILL_E_PROTOCOL: not a body of this kind. TILL_READ_ONLY: a kind newer than this software.
 */
enum till_status entry_check_body(const struct entry *e) TILL_CHECKED;

/* What any entry is about, for lists: empty where the kind has none, or the body is bad. */
struct entry_figures {
    char account[ACCOUNT_MAX];
    int64_t amount_minor; /* negative where it left the bag or was taken back */
    uint64_t about;       /* reversal, duplicate, print ends: the entry that is meant; 0 = none */
};
void entry_figures(const struct entry *e, struct entry_figures *out);

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
