/*
 * What an import has read and means to write (store_ahead.h), on PostgreSQL.
 *
 * Customers, their bills and ledger accounts as they were named; of each meter book that was named
 * who stands where, so that whoever loses a place goes to the end of the book as they would row by
 * row. Only in a transaction of the office, which writes alone: nothing is locked. A statement that
 * writes past it makes it forget all.
 *
 * Private to db/store_pg*.c.
 */
#ifndef TILL_STORE_PG_AHEAD_H
#define TILL_STORE_PG_AHEAD_H

#include "pg_bytes.h"
#include "pg_index.h"
#include "store_ahead.h"
#include "store_backend.h"

struct ahead_bill {
    struct bill issued;
    int64_t open_minor;
    bool there;   /* false: it was asked for, and there is none */
    bool added;   /* by this transaction, and waits */
    bool changed; /* what is open of it, and that waits */
};

struct ahead_customer {
    struct book_customer row;
    bool read;  /* false: only a new place of theirs is known, which waits */
    bool there; /* false: no such customer */
    bool changed;
    struct ahead_bill *bills; /* those open, and those asked for */
    size_t count, capacity;
};

struct ahead_name {
    char name[STORE_LEDGER_ACCOUNT_MAX];
    int64_t balance_minor;
    int64_t delta_minor; /* waits */
    int64_t id;
    bool posted; /* a line that waits names it */
};

struct ahead_book {
    char id[BOOK_ID_MAX];
    uint32_t last; /* no place is above it */
    size_t count;  /* of its customers */
};

struct ahead_place {
    uint32_t book, place;
    char account[ACCOUNT_MAX]; /* "" = free */
};

struct ahead_posting {
    char source[sizeof(((struct store_posting *)0)->source)];
    int64_t value_at_s, posted_at_s;
    size_t lines; /* how many of the lines are its own, in order */
};

struct ahead_line {
    uint32_t name;
    int64_t amount_minor;
};

struct ahead_array {
    void *items;
    size_t count, capacity;
};

struct store_pg_ahead {
    bool active;
    char source[32]; /* nothing was posted by such a name before this transaction */
    char last_source[sizeof(((struct store_posting *)0)->source)];
    struct ahead_array customers, names, books, places, postings, lines;
    struct pg_index by_account, by_name, by_book, by_place;
    bool waits;
};

struct store_pg;

enum till_status store_pg_ahead_look(struct store *s, const struct store_ahead *a) TILL_CHECKED;
/* What waits goes to the database; what was read stays. */
enum till_status store_pg_ahead_flush(struct store_pg *p) TILL_CHECKED;
void store_pg_ahead_forget(struct store_pg *p); /* nothing may wait */
void store_pg_ahead_end(struct store_pg *p);    /* with the transaction */
void store_pg_ahead_free(struct store_pg *p);

/* Its part of store_bulk; where it knows nothing, the rest goes on as it was. */
void store_pg_ahead_hands(struct store_bulk *hands_io);

/* ---- between store_pg_ahead*.c --------------------------------------------------------------- */

/* One more of `size` bytes, zeros; NULL: no memory. */
void *store_pg_ahead_grow(struct ahead_array *array, size_t size);
struct ahead_customer *store_pg_ahead_customer(const struct store_pg_ahead *a, const char *account);
struct ahead_customer *store_pg_ahead_add(struct store_pg_ahead *a, const char *account);
/* NULL: neither there nor asked for. */
struct ahead_bill *store_pg_ahead_bill(struct ahead_customer *c, int32_t month, int16_t type);
struct ahead_bill *store_pg_ahead_add_bill(struct ahead_customer *c, const struct bill *bill);
uint32_t store_pg_ahead_name(const struct store_pg_ahead *a, const char *name);
uint32_t store_pg_ahead_book(const struct store_pg_ahead *a, const char *id);
/* NULL: nobody ever stood there. */
struct ahead_place *store_pg_ahead_place(const struct store_pg_ahead *a, uint32_t book,
                                         uint32_t place);
bool store_pg_ahead_stand(struct store_pg_ahead *a, uint32_t book, uint32_t place,
                          const char *account);

#endif
