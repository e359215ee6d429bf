/*
 * A unit of work on SQLite: what a transaction has read of customers and ledger accounts, so that a
 * batch of hundreds of records asks for each once and writes each balance once, at its end.
 *
 * All but balances is written at once; they wait for the commit, for the next savepoint, or for a
 * statement that looks at them. A unit never outlives its transaction: other processes write too.
 *
 * Private to db/store_sqlite*.c.
 */
#ifndef TILL_STORE_SQLITE_UNIT_H
#define TILL_STORE_SQLITE_UNIT_H

#include "store_backend.h"

enum { SQLITE_UNIT_NAMES_MAX = 32768 };

/* A ledger account that was looked at. */
struct sqlite_unit_name {
    char name[STORE_LEDGER_ACCOUNT_MAX];
    int64_t id;
    int64_t balance_minor; /* with what waits */
    int64_t waits_minor;   /* what the database lacks */
};

struct sqlite_unit {
    bool active; /* within a transaction that writes */
    char terminal[TERMINAL_MAX];
    /* What store_expect found: entries and postings of these numbers are not there yet. */
    uint64_t fresh_from, fresh_end;
    uint64_t last_entry, last_posted; /* of the new ones */
    int64_t last_number;              /* of the postings; 0 = not known */

    struct sqlite_unit_name *names;
    size_t count, capacity;
    uint32_t *slots; /* place + 1 in names, by hash; 0 = free */
    size_t slot_count;
    size_t opened; /* the account that was asked for last */
    bool waits, writing;

    bool has_customer;
    struct book_customer customer; /* that was looked at last */
};

/* store_sqlite.c. */
struct sqlite_unit *store_sqlite_unit(struct store *s);

/* terminal: NULL where it is the office's. */
void sqlite_unit_begin(struct store *s, const char *terminal);
/* With the transaction, or with what was taken back of it. */
void sqlite_unit_forget(struct sqlite_unit *u);
void sqlite_unit_end(struct sqlite_unit *u);
void sqlite_unit_free(struct sqlite_unit *u);
/* Write what waits. */
enum till_status sqlite_unit_flush(struct store *s) TILL_CHECKED;

extern const struct store_bulk store_sqlite_bulk;

#endif
