/*
 * The store on PostgreSQL, inside: one connection, its prepared statements, its transaction.
 *
 * Private to db/store_pg*.c.
 */
#ifndef TILL_STORE_PG_H
#define TILL_STORE_PG_H

#include "pg.h"
#include "store_backend.h"
#include "store_pg_ahead.h"
#include "store_pg_unit.h"

enum { PG_PARAMETERS_MAX = 32, PG_KNOWN_ACCOUNTS = 1024 };

/* Statements that only PostgreSQL has: many rows at once, arrays in. They are run as they stand,
 * without a savepoint. */
#define PG_STATEMENT_LIST(X)                                                                       \
    X(LAST_KNOWN)                                                                                  \
    X(CUSTOMERS)                                                                                   \
    X(OPEN_BILLS)                                                                                  \
    X(SET_CUSTOMERS)                                                                               \
    X(SET_BILLS)                                                                                   \
    X(OPEN_ACCOUNTS)                                                                               \
    X(ADD_BALANCES)                                                                                \
    X(POSTING_NUMBERS)                                                                             \
    X(AHEAD_CUSTOMERS)                                                                             \
    X(AHEAD_OPEN_BILLS)                                                                            \
    X(AHEAD_BILLS)                                                                                 \
    X(AHEAD_BOOKS)                                                                                 \
    X(AHEAD_PLACES)                                                                                \
    X(AHEAD_BALANCES)                                                                              \
    X(AHEAD_POSTED)                                                                                \
    X(AHEAD_PUT_CUSTOMERS)                                                                         \
    X(AHEAD_MOVE_CUSTOMERS)                                                                        \
    X(AHEAD_SET_BILLS)                                                                             \
    X(AHEAD_ADD_BALANCES)
enum pg_bulk_statement {
    PG_BEFORE_FIRST = STORE_STATEMENTS - 1,
#define X(name) PG_##name,
    PG_STATEMENT_LIST(X)
#undef X
        PG_STATEMENTS
};

struct pg_parameter {
    Oid type;
    const char *data; /* NULL = NULL */
    int size;
    char integer[8]; /* big-endian, where it is one */
};

/* One statement of the list, in one of its two texts. */
struct pg_statement {
    const char *text; /* ?1, as it stands in db/schema */
    char name[16];    /* on the server */
    bool prepared;
    bool writes;   /* in a transaction it runs in a savepoint */
    bool streamed; /* too long to be held whole */
    bool bulk;     /* a unit of work's own */
    bool accounts; /* reads or writes balances */
    bool apart;    /* of no table of a unit of work */
    PGresult *result;
    int row; /* of result; -1 before the first */
    struct pg_parameter parameters[PG_PARAMETERS_MAX];
};

/* The id of a ledger account never changes: those that all batches post to are remembered. */
struct pg_known_account {
    char name[STORE_LEDGER_ACCOUNT_MAX];
    int64_t id; /* 0 = none */
};

/* What an office's transaction did to balances, in order (store_pg_accounts.c). */
struct pg_change {
    uint32_t item; /* of unit.names */
    bool opened;   /* read, perhaps made */
    int64_t amount_minor;
};
enum { PG_MARKS_MAX = 8 };
struct pg_mark {
    size_t count, written;
};
struct pg_changes {
    struct pg_change *items;
    size_t count, capacity;
    size_t written; /* through which the database has them */
    struct pg_mark marks[PG_MARKS_MAX];
    size_t depth;
    uint32_t last; /* account that was opened */
    bool opening;  /* one that is not known yet is read: what waits does not matter to it */
};

struct store_pg {
    struct store store; /* first: a struct store * is one of these */
    PGconn *conn;
    bool transaction;
    bool alone;  /* the office's: no other writes */
    bool locks;  /* what it reads to change */
    bool whole;  /* reads everything: long answers by cursors */
    bool failed; /* the transaction can only be rolled back */
    int64_t tried_at_ms;
    struct pg_statement *streaming; /* whose rows are still on their way */
    /* As it is read, and as it is read within a transaction. */
    struct pg_statement statements[2][PG_STATEMENTS];
    struct store_pg_unit unit;
    struct store_pg_ahead ahead;
    struct store_bulk hands; /* the unit's, and those of what was looked at ahead */
    struct store_backend backend;
    struct pg_changes changes;
    struct pg_known_account known[PG_KNOWN_ACCOUNTS];
};

static inline struct store_pg *store_pg_of(struct store *s)
{
    return (struct store_pg *)s;
}

/* A lost connection is made anew, at most once a second. TILL_BUSY: it is gone still, or the
 * transaction went with it. */
enum till_status store_pg_ready(struct store_pg *p) TILL_CHECKED;

/* store_pg_rows.c: rows_use.h, as store_backend.h has it. */
void store_pg_rows_init(struct store_pg *p);
void store_pg_rows_forget(struct store_pg *p); /* what is prepared, what is held */
void store_pg_rows_start(struct rows_use *use, enum store_statement which);
void store_pg_bind_integer(struct rows_use *use, int64_t value);
void store_pg_bind_text(struct rows_use *use, const char *text, size_t size);
void store_pg_bind_bytes(struct rows_use *use, const void *data, size_t size);
void store_pg_bind_null(struct rows_use *use);
struct rows_use store_pg_use(struct store_pg *p, enum pg_bulk_statement which);
/* values: closed (pg_bytes.h), and living until the statement has run. */
void store_pg_bind_array(struct rows_use *use, Oid type, const struct pg_bytes *values);
enum till_status store_pg_rows_run(struct rows_use *use, bool *dangling_out) TILL_CHECKED;
enum till_status store_pg_rows_next(struct rows_use *use) TILL_CHECKED;
void store_pg_rows_end(struct rows_use *use);
enum rows_kind store_pg_kind(const struct rows_use *use, int column);
int64_t store_pg_integer(const struct rows_use *use, int column);
struct span store_pg_span(const struct rows_use *use, int column);
/* store_pg_cursor.c: a statement that reads whole tables, within store_begin_whole. Its rows come
 * by a cursor, so that others run beside it. */
bool store_pg_is_walked(const struct rows_use *use);
enum till_status store_pg_cursor_next(struct rows_use *use) TILL_CHECKED;
void store_pg_cursor_end(struct rows_use *use);
/* What is still on its way is thrown away. */
void store_pg_drain(struct store_pg *p);

/* store_pg_accounts.c. A mark is kept or undone with the database's savepoint. */
enum till_status store_pg_account_open(struct store *s, const char *name, int64_t *id_out,
                                       int64_t *balance_out) TILL_CHECKED;
enum till_status store_pg_balance_add(struct store *s, int64_t id,
                                      int64_t amount_minor) TILL_CHECKED;
enum till_status store_pg_accounts_flush(struct store_pg *p) TILL_CHECKED;
enum till_status store_pg_accounts_mark(struct store_pg *p) TILL_CHECKED;
void store_pg_accounts_keep(struct store_pg *p);
void store_pg_accounts_undo(struct store_pg *p);
void store_pg_accounts_end(struct store_pg *p);
/* store_pg_flush.c: a statement that must have met `expected` rows; else TILL_E_DATABASE. */
enum till_status store_pg_run_all(struct rows_use *use, size_t expected,
                                  const char *what) TILL_CHECKED;
/* store_pg_flush.c: add what every name's delta says. */
enum till_status store_pg_write_deltas(struct store_pg *p) TILL_CHECKED;
/* store_pg_unit.c: the account of that name among those that are posted to. false: no memory. */
bool store_pg_unit_name(struct store_pg *p, const char *name, uint32_t *item_out);

/* store_pg_unit.c, for store_pg_flush.c. NULL, false: no memory. */
struct unit_customer *store_pg_unit_add(struct store_pg_unit *u, const char *account);
bool store_pg_unit_add_bill(struct unit_customer *c, const struct bill *issued, int64_t open_minor);

#endif
