/*
 * The host's store: what every terminal did, and one ledger for all of it.
 *
 * A contract with two databases behind it, SQLite and PostgreSQL: one suite runs against each. It
 * knows rows and transactions; it does not know HTTP, batches or what an entry means for the
 * ledger: src/host/ingest and src/host/ledger decide, between begin and commit.
 *
 * Threads: one store handle, one thread. All strings are copied. Blocking: a commit takes one
 * fdatasync; nothing is acknowledged before it returned.
 */
#ifndef TILL_STORE_H
#define TILL_STORE_H

#include "arrears.h"
#include "book.h"
#include "chain.h"

struct store;

enum { STORE_REASON_MAX = 161, STORE_CODE_MAX = 17, STORE_LEDGER_ACCOUNT_MAX = 64 };

/* url: "sqlite:PATH", a path, or what libpq reads, "postgresql://USER@HOST/DATABASE". The schema is
 * made where there is none. TILL_UNSUPPORTED: a scheme this build has no back end for.
 * TILL_READ_ONLY: newer software made it. */
enum till_status store_open(const char *url, struct store **store_out) TILL_CHECKED;
/* A new one in a file that is thrown away afterwards: nothing is synced. TILL_BUSY and the like
 * can't come: it is nobody else's. */
enum till_status store_open_scratch(const char *path, struct store **store_out) TILL_CHECKED;
void store_close(struct store *s);

/*
 * One transaction at a time; everything below that writes needs one. store_begin waits at most
 * five seconds for another program (an import): then TILL_BUSY. After a failed commit nothing of
 * the transaction is left. Rollback without a transaction does nothing.
 */
enum till_status store_begin(struct store *s) TILL_CHECKED;
/*
 * The same for what one terminal hands in: on PostgreSQL those of different terminals run beside
 * each other, in one host process or several. The terminal's row is locked, so two of one terminal
 * come one after the other; so is each customer that is read. What else is read may be changed by
 * another before the commit: whoever decides by it uses store_begin. TILL_BUSY also comes later, of
 * any function, where two wait for each other: roll back and begin anew.
 */
enum till_status store_begin_terminal(struct store *s, const char *terminal) TILL_CHECKED;
/*
 * For reading much and writing little, such as making a book: nobody waits for it, and everything
 * that it reads is of one moment. What it writes and another changed meanwhile: TILL_BUSY.
 */
enum till_status store_begin_view(struct store *s) TILL_CHECKED;
/* For reading everything, for minutes, and writing nothing: one moment, and nobody waits. */
enum till_status store_begin_whole(struct store *s) TILL_CHECKED;
enum till_status store_commit(struct store *s) TILL_CHECKED; /* durable when it returns */
void store_rollback(struct store *s);
/* The end of a transaction that came to `status`: commit where that is TILL_OK, else roll back and
 * give it back. */
enum till_status store_finish(struct store *s, enum till_status status) TILL_CHECKED;

/* A copy of all that was committed, as a database of its own at `path`, where nothing may be yet;
 * others go on writing meanwhile. It is not synced. TILL_UNSUPPORTED: the database has a tool of
 * its own for it (pg_dump). */
enum till_status store_copy(struct store *s, const char *path) TILL_CHECKED;

/*
 * What a batch of this terminal will touch, said before it does: read and locked at once, in one
 * order, where a network lies between. A hint: nothing is true or false because of it.
 */
struct store_expected {
    const char *terminal;
    uint64_t from_seq; /* of the new entries, and how many */
    size_t entries;
    const char (*accounts)[ACCOUNT_MAX]; /* customers, may be named twice */
    size_t account_count;
};
/* Within store_begin_terminal. */
enum till_status store_expect(struct store *s, const struct store_expected *e) TILL_CHECKED;

/* ---- terminals ------------------------------------------------------------------------------- */

enum terminal_state {
    TERMINAL_NEW = 0,
    TERMINAL_ACTIVE = 1,
    TERMINAL_REVOKED = 2,
    TERMINAL_RETIRED = 3 /* its journal has ended; it may still ask what the host has */
};

struct store_terminal {
    char terminal[TERMINAL_MAX];
    enum terminal_state state;
    char name[BOOK_NAME_MAX];
    char code_hash[2 * HASH_SIZE + 1]; /* of the one-time code; "" once used */
    int64_t code_expires_s;
    uint8_t journal_key[PUBLIC_KEY_SIZE];
    uint8_t line_cert[HASH_SIZE]; /* fingerprint of the TLS certificate in force */
    char line_pem[2048];          /* that certificate, so that a lost answer can be given again */
    uint8_t secret[HASH_SIZE];    /* device secret for PIN checks */
    int64_t enrolled_at_s, seen_at_s;
    uint64_t head_seq;            /* main branch; 0 = nothing */
    uint8_t head_hash[HASH_SIZE]; /* genesis while head_seq is 0 */
    uint8_t head_signature[SIGNATURE_SIZE];
    uint64_t head_serial; /* of signed heads given out; goes up with each */
    uint64_t book_revision;
    bool stopped; /* no new collections, e.g. after a fork */
};
/* Write it whole, new or not. TILL_BAD_INPUT: a text that is not clean, a number that can't be. */
enum till_status store_terminal_put(struct store *s, const struct store_terminal *t) TILL_CHECKED;
enum till_status store_terminal_get(struct store *s, const char *terminal,
                                    struct store_terminal *out) TILL_CHECKED;
/* By number ascending, the first above `after` ("" = first); TILL_NOT_FOUND past the end. */
enum till_status store_terminal_next(struct store *s, const char *after,
                                     struct store_terminal *out) TILL_CHECKED;
/*
 * Which meter books a terminal carries; replaced whole. ids: comma-separated, "" = none; at most
 * STORE_ASSIGNED_MAX, none twice, given back in the same order. They need not be imported yet.
 * TILL_NOT_FOUND: no such terminal. TILL_BAD_INPUT, TILL_TOO_LARGE.
 */
enum { STORE_ASSIGNED_MAX = 64, STORE_ASSIGNED_TEXT_MAX = STORE_ASSIGNED_MAX * BOOK_ID_MAX };
enum till_status store_assign(struct store *s, const char *terminal, const char *ids) TILL_CHECKED;
enum till_status store_assigned(struct store *s, const char *terminal, char *ids_out,
                                size_t capacity) TILL_CHECKED;

/* ---- entries --------------------------------------------------------------------------------- */

/* Main branch. TILL_E_FORK: (terminal, seq) is there with another hash; nothing was written.
 * TILL_UNCHANGED: the very same is there already. TILL_NOT_FOUND: no such terminal.
 * A signature of zeros stands for one that has not come, here and in the fork below. */
enum till_status store_entry_put(struct store *s, const char *terminal,
                                 const struct entry *e) TILL_CHECKED;
enum till_status store_entry_get(struct store *s, const char *terminal, uint64_t seq,
                                 struct entry *out) TILL_CHECKED;
/* Evidence: an entry of another branch, with the hash before it. The same one again: TILL_OK, kept
 * once. TILL_NOT_FOUND: no such terminal. */
enum till_status store_fork_put(struct store *s, const char *terminal, const struct entry *e,
                                const uint8_t prev[HASH_SIZE]) TILL_CHECKED;
uint64_t store_fork_count(struct store *s, const char *terminal);
/* Set aside: stays in the chain, is not posted, named in the next book's unapplied list. Again:
 * TILL_OK, the first reason stays. TILL_NOT_FOUND: no such entry. A reason longer than
 * STORE_REASON_MAX - 1 is cut. */
enum till_status store_quarantine_put(struct store *s, const char *terminal, uint64_t seq,
                                      const char *reason) TILL_CHECKED;
/* Ascending. TILL_TOO_LARGE: more than BOOK_UNAPPLIED_MAX. */
enum till_status store_quarantined(struct store *s, const char *terminal,
                                   uint64_t seqs_out[BOOK_UNAPPLIED_MAX],
                                   size_t *count_out) TILL_CHECKED;

/* ---- alarms ---------------------------------------------------------------------------------- */

/* U+001F parts what an alarm's text is made of; nothing else in it is a control character. */
#define STORE_PART_MARK '\x1f'
enum { STORE_ALARM_MAX = 513 };

struct store_alarm {
    int64_t id, at_s;
    char terminal[TERMINAL_MAX];
    char kind[25]; /* "fork", "quarantine", "behind" */
    char text[STORE_ALARM_MAX];
};
/* The id is the store's to give: a->id is not looked at. */
enum till_status store_alarm_put(struct store *s, const struct store_alarm *a) TILL_CHECKED;
/* The first with id above `after`; TILL_NOT_FOUND past the end. */
enum till_status store_alarm_next(struct store *s, int64_t after,
                                  struct store_alarm *out) TILL_CHECKED;

/* ---- ledger: double entry -------------------------------------------------------------------- */

/* Names of ledger accounts are paths: "cash/0031/1001", "receivable/6100234567/1",
 * "advance/6100234567", "late_fee/1", "suspense/0031", "billed/1". Debit is positive. */
struct store_line {
    char account[STORE_LEDGER_ACCOUNT_MAX];
    int64_t amount_minor;
};
enum { STORE_LINES_MAX = 2 * BILLS_MAX + 8 };
struct store_posting {
    char source[48];    /* what it came from, unique: "entry/0031/4127", "import/<hash>/17" */
    int64_t value_at_s; /* when money was handed over */
    int64_t posted_at_s;
    struct store_line lines[STORE_LINES_MAX]; /* sum zero, checked */
    size_t count;
};
/* TILL_UNCHANGED: that source is posted already. TILL_E_OVERFLOW: a sum leaves int64.
 * TILL_BAD_INPUT: no lines, no zero sum, a text that is not clean. After anything but TILL_OK
 * nothing of it was written and the transaction goes on. */
enum till_status store_post(struct store *s, const struct store_posting *p) TILL_CHECKED;
/* 0 for an account that nothing was posted to. */
enum till_status store_balance(struct store *s, const char *account,
                               int64_t *balance_out) TILL_CHECKED;
/* Sum of all accounts whose name begins so; for checks and reports. */
enum till_status store_balance_prefix(struct store *s, const char *prefix,
                                      int64_t *balance_out) TILL_CHECKED;
/* Each of them that is not zero, with its balance, in order. TILL_TOO_LARGE: more than capacity. */
enum till_status store_balances_of(struct store *s, const char *prefix, struct store_line *out,
                                   size_t capacity, size_t *count_out) TILL_CHECKED;
/*
 * Is the ledger sound? Reads every line: each posting sums to zero, each account's balance is the
 * sum of its lines. For `ledger check`; blocks as long as it takes (3 s for a million lines).
 */
struct store_ledger_verdict {
    int64_t postings, lines;
    int64_t unbalanced;                           /* first posting without a zero sum; 0 = none */
    char wrong_account[STORE_LEDGER_ACCOUNT_MAX]; /* first whose balance is wrong; "" = none */
};
enum till_status store_ledger_check(struct store *s,
                                    struct store_ledger_verdict *verdict_out) TILL_CHECKED;
/* The posting of that source. TILL_NOT_FOUND. */
enum till_status store_posting_of(struct store *s, const char *source,
                                  struct store_posting *out) TILL_CHECKED;
/* Postings in order of their number, the first above `after`; TILL_NOT_FOUND past the end. */
enum till_status store_posting_next(struct store *s, int64_t after, int64_t *number_out,
                                    struct store_posting *out) TILL_CHECKED;

/* ---- master data ----------------------------------------------------------------------------- */

/* Texts must be clean and rows valid (db/book_check.h), else TILL_BAD_INPUT. Where nothing is
 * there: TILL_NOT_FOUND. */
enum till_status store_site_put(struct store *s, const struct site *site) TILL_CHECKED;
enum till_status store_site_get(struct store *s, struct site *site_out) TILL_CHECKED;
enum till_status store_user_put(struct store *s, const struct book_user *u) TILL_CHECKED;
/* By user ascending, the first above `after` ("" = first); TILL_NOT_FOUND past the end. */
enum till_status store_user_next(struct store *s, const char *after,
                                 struct book_user *out) TILL_CHECKED;
/* `customers` is counted at each get, not taken from *m. */
enum till_status store_meter_book_put(struct store *s,
                                      const struct book_meter_book *m) TILL_CHECKED;
enum till_status store_meter_book_get(struct store *s, const char *id,
                                      struct book_meter_book *out) TILL_CHECKED;
/*
 * The row whole, the advance balance with it: store_arrears gives that balance, so whoever posts an
 * advance puts the customer anew. `row` is not kept.
 * TILL_UNCHANGED: the same row is there. TILL_NOT_FOUND: no such meter book. A place that is taken:
 * whoever held it goes to the end of the book until their own row comes, so that a book can be
 * put in a new order row by row and nobody is lost from it.
 */
enum till_status store_customer_put(struct store *s, const struct book_customer *c) TILL_CHECKED;
enum till_status store_customer_get(struct store *s, const char *account,
                                    struct book_customer *out) TILL_CHECKED;
/* Customers of a meter book in order, the first with order above `after`. */
enum till_status store_customer_next(struct store *s, const char *meter_book, uint32_t after,
                                     struct book_customer *out) TILL_CHECKED;
/*
 * A bill as issued (amount as billed) and what is still open of it (by allocation of postings).
 * put: open whole. TILL_UNCHANGED: the same bill is there, paid or not. TILL_BAD_INPUT: another
 * bill of that month and type is there; what was issued is corrected by a posting, not rewritten.
 * open_set: amount_minor is what is open, 0 … as billed, else TILL_BAD_INPUT; month and type name
 * it.
 * TILL_NOT_FOUND: no such customer, no such bill.
 */
enum till_status store_bill_put(struct store *s, const char *account,
                                const struct bill *bill) TILL_CHECKED;
enum till_status store_bill_open_set(struct store *s, const char *account,
                                     const struct bill *bill) TILL_CHECKED;
/* Open bills and advance balance, oldest first, not assessed. TILL_NOT_FOUND: no such customer.
 * TILL_TOO_LARGE: more than BILLS_MAX. */
enum till_status store_arrears(struct store *s, const char *account,
                               struct arrears *out) TILL_CHECKED;

/* Small values of the host itself: keys' serials, schema of imports. Keys are 1..63 bytes, values
 * at most 1023, clean. get: TILL_NOT_FOUND, TILL_TOO_LARGE (over capacity). */
enum { STORE_KEY_MAX = 64, STORE_VALUE_MAX = 1024 };
enum till_status store_value_put(struct store *s, const char *key, const char *value) TILL_CHECKED;
enum till_status store_value_get(struct store *s, const char *key, char *value_out,
                                 size_t capacity) TILL_CHECKED;
/* One that is not there is fine. */
enum till_status store_value_remove(struct store *s, const char *key) TILL_CHECKED;
/* One that is a number; 0 where there is none. raise: one more. */
uint64_t store_value_number(struct store *s, const char *key);
enum till_status store_value_raise(struct store *s, const char *key) TILL_CHECKED;

#endif
