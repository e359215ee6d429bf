/*
 * What a database behind the store does: transactions, and rows as rows_use.h has them. What the
 * rows mean is written once, above it.
 *
 * Private to db/. A back end puts `struct store` first in its own struct.
 */
#ifndef TILL_STORE_BACKEND_H
#define TILL_STORE_BACKEND_H

#include "rows_use.h"
#include "store_ahead.h"
#include "store_office.h"
#include "store_rows.h"

/* How a transaction stands to others that write: alone, beside those of other terminals, or beside
 * all, seeing one moment; or only reading, as long as it takes. */
enum store_way { STORE_ALONE, STORE_ALONG, STORE_VIEW, STORE_WHOLE };

enum rows_kind { ROWS_NULL, ROWS_INTEGER, ROWS_TEXT, ROWS_BYTES };

/*
 * Rows that a back end may read and write many at a time, where it has reasons to (a network
 * between it and its rows). TILL_UNSUPPORTED: not now, go on row by row. Else as the function of
 * the same name in store_rows.h.
 */
struct store_bulk {
    enum till_status (*expect)(struct store *s, const struct store_expected *e);
    enum till_status (*entry_get)(struct store *s, const char *terminal, uint64_t seq,
                                  struct entry *out);
    enum till_status (*entry_add)(struct store *s, const char *terminal, const struct entry *e);
    enum till_status (*customer_get)(struct store *s, const char *account,
                                     struct book_customer *out);
    enum till_status (*customer_put)(struct store *s, const struct book_customer *c);
    enum till_status (*bill_get)(struct store *s, const char *account, int32_t month, int16_t type,
                                 struct bill *out);
    enum till_status (*bill_open_set)(struct store *s, const char *account,
                                      const struct bill *bill);
    enum till_status (*bills_open)(struct store *s, const char *account, struct arrears *out);
    enum till_status (*payment_add)(struct store *s, const struct store_payment *p);
    enum till_status (*account_open)(struct store *s, const char *name, int64_t *id_out,
                                     int64_t *balance_out);
    enum till_status (*balance_add)(struct store *s, int64_t account, int64_t amount_minor);
    /* Checked already, all of store_post but that. */
    enum till_status (*post)(struct store *s, const struct store_posting *p);

    /* NULL: never. The first is store_look_ahead, what comes after it of rows that are new. */
    enum till_status (*look_ahead)(struct store *s, const struct store_ahead *a);
    enum till_status (*bill_add)(struct store *s, const char *account, const struct bill *bill);
    enum till_status (*balance)(struct store *s, const char *name, int64_t *balance_out);
};

struct store_backend {
    void (*close)(struct store *s);
    /* terminal: of STORE_ALONG, whose row is locked where it is there; else NULL. */
    enum till_status (*begin)(struct store *s, enum store_way way, const char *terminal);
    enum till_status (*commit)(struct store *s);
    void (*rollback)(struct store *s);
    /* Within a transaction: `undo` takes back everything since the last `mark` that was neither
     * kept nor undone. */
    enum till_status (*mark)(struct store *s);
    enum till_status (*keep)(struct store *s);
    enum till_status (*undo)(struct store *s);

    /* store_copy. NULL: the database has a tool of its own for it. */
    enum till_status (*copy)(struct store *s, const char *path);

    /* rows_use.h, one by one. `use` comes with its store and zeros. */
    void (*rows_start)(struct rows_use *use, enum store_statement which);
    void (*rows_bind_integer)(struct rows_use *use, int64_t value);
    void (*rows_bind_text)(struct rows_use *use, const char *text, size_t size);
    void (*rows_bind_bytes)(struct rows_use *use, const void *data, size_t size);
    void (*rows_bind_null)(struct rows_use *use);
    /* *dangling_out: it refers to a row that is not there (and TILL_BAD_INPUT). */
    enum till_status (*rows_run)(struct rows_use *use, bool *dangling_out);
    enum till_status (*rows_next)(struct rows_use *use);
    void (*rows_end)(struct rows_use *use);
    enum rows_kind (*rows_kind)(const struct rows_use *use, int column);
    int64_t (*rows_integer)(const struct rows_use *use, int column);
    struct span (*rows_span)(const struct rows_use *use, int column);

    const struct store_bulk *bulk; /* NULL: everything row by row */
};

/* Meter books with a row that this transaction changed; counted at its end (store_holding.c). */
enum { STORE_TOUCHED_MAX = 32 };
struct store_touched {
    char ids[STORE_TOUCHED_MAX][BOOK_ID_MAX];
    size_t count;
    bool all;                  /* more than that */
    char account[ACCOUNT_MAX]; /* the customer looked at last, and in which meter book they are */
    char meter_book[BOOK_ID_MAX];
};

struct store {
    const struct store_backend *backend;
    bool in_transaction;
    bool no_dispute; /* of any account; asked once in this transaction (store_dispute.c) */
    struct store_touched touched;
};

/* The record's number in a posting's source "entry/TERMINAL/SEQ"; 0: it is of another. */
uint64_t store_source_seq(const char *source, const char *terminal);

void store_touch(struct store *s, const char *meter_book);
/* That of a customer; nothing where there is no such one. */
enum till_status store_touch_account(struct store *s, const char *account) TILL_CHECKED;
/* Before a commit. */
enum till_status store_touched_count(struct store *s) TILL_CHECKED;

/* Opens or makes the database at `path`. */
enum till_status store_sqlite_open(const char *path, struct store **store_out) TILL_CHECKED;
/* A new file that need not survive anything. */
enum till_status store_sqlite_scratch(const char *path, struct store **store_out) TILL_CHECKED;
/* url: postgresql://… The schema is made where there is none. */
enum till_status store_pg_open(const char *url, struct store **store_out) TILL_CHECKED;

#endif
