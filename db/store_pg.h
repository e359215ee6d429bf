/*
 * The store on PostgreSQL, inside: one connection, its prepared statements, its transaction.
 *
 * Private to db/store_pg*.c.
 */
#ifndef TILL_STORE_PG_H
#define TILL_STORE_PG_H

#include "pg.h"
#include "store_backend.h"

enum { PG_PARAMETERS_MAX = 32 };

struct pg_parameter {
    Oid type;
    const char *data; /* NULL = NULL */
    int size;
    char integer[8]; /* big-endian, where it is one */
};

/* One statement of the list, in one of its two texts. */
struct pg_statement {
    const char *text; /* ?1, as it stands in db/schema */
    char name[12];    /* on the server */
    bool prepared;
    bool writes;   /* in a transaction it runs in a savepoint */
    bool streamed; /* too long to be held whole */
    PGresult *result;
    int row; /* of result; -1 before the first */
    struct pg_parameter parameters[PG_PARAMETERS_MAX];
};

struct store_pg {
    struct store store; /* first: a struct store * is one of these */
    PGconn *conn;
    bool transaction;
    bool failed; /* the transaction can only be rolled back */
    int64_t tried_at_ms;
    struct pg_statement *streaming; /* whose rows are still on their way */
    /* As it is read, and as it is read within a transaction. */
    struct pg_statement statements[2][STORE_STATEMENTS];
};

static inline struct store_pg *store_pg_of(struct store *s)
{
    return (struct store_pg *)s;
}

/* A lost connection is made anew, at most once a second. TILL_BUSY: it is gone still, or the
 * transaction went with it. */
enum till_status store_pg_ready(struct store_pg *p) TILL_CHECKED;

/* store_pg_rows.c: rows.h, as store_backend.h has it. */
void store_pg_rows_init(struct store_pg *p);
void store_pg_rows_forget(struct store_pg *p); /* what is prepared, what is held */
void store_pg_rows_start(struct rows_use *use, enum store_statement which);
void store_pg_bind_integer(struct rows_use *use, int64_t value);
void store_pg_bind_text(struct rows_use *use, const char *text, size_t size);
void store_pg_bind_bytes(struct rows_use *use, const void *data, size_t size);
void store_pg_bind_null(struct rows_use *use);
enum till_status store_pg_rows_run(struct rows_use *use, bool *dangling_out) TILL_CHECKED;
enum till_status store_pg_rows_next(struct rows_use *use) TILL_CHECKED;
void store_pg_rows_end(struct rows_use *use);
enum rows_kind store_pg_kind(const struct rows_use *use, int column);
int64_t store_pg_integer(const struct rows_use *use, int column);
struct span store_pg_span(const struct rows_use *use, int column);
/* What is still on its way is thrown away. */
void store_pg_drain(struct store_pg *p);

#endif
