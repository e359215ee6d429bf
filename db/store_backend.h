/*
 * What a database behind the store does: transactions, and rows as rows.h has them. What the rows
 * mean is written once, above it.
 *
 * Private to db/. A back end puts `struct store` first in its own struct.
 */
#ifndef TILL_STORE_BACKEND_H
#define TILL_STORE_BACKEND_H

#include "rows.h"
#include "store_office.h"
#include "store_rows.h"

enum rows_kind { ROWS_NULL, ROWS_INTEGER, ROWS_TEXT, ROWS_BYTES };

struct store_backend {
    void (*close)(struct store *s);
    /* terminal NULL: the only writer there is. Else beside the writers of other terminals; its own
     * row is locked, where it is there. */
    enum till_status (*begin)(struct store *s, const char *terminal);
    enum till_status (*commit)(struct store *s);
    void (*rollback)(struct store *s);
    /* Within a transaction: `undo` takes back everything since `mark`; one at a time. */
    enum till_status (*mark)(struct store *s);
    enum till_status (*keep)(struct store *s);
    enum till_status (*undo)(struct store *s);

    /* rows.h, one by one. `use` comes with its store and zeros. */
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
};

struct store {
    const struct store_backend *backend;
    bool in_transaction;
};

/* Opens or makes the database at `path`. */
enum till_status store_sqlite_open(const char *path, struct store **store_out) TILL_CHECKED;
/* url: postgresql://… The schema is made where there is none. */
enum till_status store_pg_open(const char *url, struct store **store_out) TILL_CHECKED;

#endif
