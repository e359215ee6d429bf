/*
 * A unit of work: what a transaction of one terminal has read and means to write, so that a batch
 * of hundreds of records costs a dozen round trips and is written by COPY.
 *
 * It begins with store_begin_terminal and ends with the transaction. What is read through it is
 * locked (customers), so it stays true; what is written through it is seen by whoever reads through
 * it, and goes to the database before any other statement of the transaction runs. A statement that
 * may have changed a customer's row past it makes it forget what it has read.
 *
 * Private to db/store_pg*.c.
 */
#ifndef TILL_STORE_PG_UNIT_H
#define TILL_STORE_PG_UNIT_H

#include "pg_bytes.h"
#include "store_backend.h"

/* An index over names: slots hold number + 1 of what stands in an array beside it. */
struct unit_index {
    uint32_t *slots;
    size_t capacity; /* a power of two */
    size_t count;
};

struct unit_bill {
    struct bill issued;
    int64_t open_minor;
    bool changed;
};

struct unit_customer {
    struct book_customer row;
    bool there; /* false: no such customer */
    bool changed;
    struct unit_bill *bills; /* all that were open when it was read, by month and type */
    size_t count, capacity;
};

/* A ledger account that is posted to. */
struct unit_name {
    char name[STORE_LEDGER_ACCOUNT_MAX];
    int64_t delta_minor;
    int64_t id; /* 0 = not known yet */
    /* In a transaction of the office (store_pg_accounts.c): what it is, changes that wait in it. */
    bool balance_known;
    int64_t balance_minor;
};

struct unit_line {
    uint32_t name;
    int64_t amount_minor;
};

struct unit_posting {
    char source[sizeof(((struct store_posting *)0)->source)];
    int64_t value_at_s, posted_at_s;
    size_t lines; /* how many of the lines are its own, in order */
};

struct store_pg_unit {
    bool active;
    char terminal[TERMINAL_MAX];
    /* What store_expect found: entries and postings of these numbers are not there yet. */
    uint64_t fresh_from, fresh_end;

    struct unit_customer **customers;
    size_t customer_count, customer_capacity;
    struct unit_index by_account;

    struct unit_name *names;
    size_t name_count, name_capacity;
    struct unit_index by_name;
    struct unit_posting *postings;
    size_t posting_count, posting_capacity;
    struct unit_line *lines;
    size_t line_count, line_capacity;

    uint64_t last_entry, last_posted;              /* of the new ones */
    struct pg_bytes entries, payments, paid_bills; /* rows for COPY */
};

struct store_pg;

void store_pg_unit_begin(struct store_pg *p, const char *terminal);
/* With the transaction; committed: what was learned of accounts may be kept. */
void store_pg_unit_end(struct store_pg *p, bool committed);
void store_pg_unit_free(struct store_pg *p);
/* Something waits to be written? */
bool store_pg_unit_waits(const struct store_pg *p);
/* Write what waits. The cache stays. */
enum till_status store_pg_unit_flush(struct store_pg *p) TILL_CHECKED;
/* Forget what was read; nothing may wait. */
void store_pg_unit_forget(struct store_pg *p);

/* store_backend.h: what is done in bulk. */
extern const struct store_bulk store_pg_bulk;

/* Between store_pg_unit.c and store_pg_flush.c: a customer by account, NULL = not read yet. */
struct unit_customer *store_pg_unit_find(struct store_pg_unit *u, const char *account);
/* Read these, lock them, all at once. Those that are there already are left out. */
enum till_status store_pg_unit_load(struct store_pg *p, const char (*accounts)[ACCOUNT_MAX],
                                    size_t count) TILL_CHECKED;

#endif
