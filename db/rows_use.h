/*
 * Rows of the host's store: one use of a statement, whichever database runs it.
 *
 * Private to db/. What a statement says stands in db/schema/store_*statements.sql, by name
 * (db/store_statements.h); what is asked and what a row means stands in db/store*.c, once for all
 * databases. It knows neither SQLite nor PostgreSQL: db/store_sqlite.c and db/store_pg.c do.
 *
 *     struct rows_use use = rows_of(s, STORE_ALARM_ABOVE);
 *
 *     rows_bind_integer(&use, id);        the parameters ?1, ?2 … in order
 *     st = rows_next(&use);               TILL_OK: there is a row
 *     if (st == TILL_OK)
 *         st = rows_column_text(&use, 2, out->terminal, sizeof(out->terminal));
 *     rows_end(&use);                     always, once done with it
 *
 * An id that the database gives is asked for by `INSERT … RETURNING id` and rows_next.
 *
 * Threads: as the store.  Memory: nothing to free; texts and blobs that are bound are not copied
 * and must live until the statement has run. One use of one statement at a time: the second use of
 * the same statement ends the first.
 */
#ifndef TILL_ROWS_USE_H
#define TILL_ROWS_USE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "status.h"
#include "store_statements.h"

struct store;

struct rows_use {
    struct store *store;
    void *statement; /* the back end's */
    int at;          /* last parameter bound */
    int code;        /* the back end's first fault; sticky */
    int64_t changes;
};

struct rows_use rows_of(struct store *s, enum store_statement which);

void rows_bind_integer(struct rows_use *use, int64_t value);
/* seq and the like; asserts that it fits int64. */
void rows_bind_unsigned(struct rows_use *use, uint64_t value);
void rows_bind_text(struct rows_use *use, const char *text);
void rows_bind_bytes(struct rows_use *use, const void *data, size_t size);
void rows_bind_null(struct rows_use *use);

/* Run to the end. A constraint that says no: TILL_BAD_INPUT, nothing of the statement was done and
 * the transaction goes on. */
enum till_status rows_run(struct rows_use *use) TILL_CHECKED;
/* The same for a row that refers to another: that one missing is TILL_NOT_FOUND. */
enum till_status rows_run_referring(struct rows_use *use) TILL_CHECKED;
/* How many rows the statement wrote, changed or deleted; after rows_run. */
int64_t rows_changes(const struct rows_use *use);

/* Next row: TILL_OK, or TILL_NOT_FOUND past the last. */
enum till_status rows_next(struct rows_use *use) TILL_CHECKED;
/* Rows that were not read stay unread. */
void rows_end(struct rows_use *use);

/* Columns of the row, from 0. What does not fit its memory is damage: TILL_E_CORRUPT. */
bool rows_column_is_null(const struct rows_use *use, int column);
/* 0 for NULL. */
int64_t rows_column_integer(const struct rows_use *use, int column);
/* TILL_E_CORRUPT: negative, or no integer. */
enum till_status rows_column_unsigned(const struct rows_use *use, int column,
                                      uint64_t *value_out) TILL_CHECKED;
/* An integer within a range; outside it *bad is set and it is `least`. */
int64_t rows_column_within(const struct rows_use *use, int column, int64_t least, int64_t most,
                           bool *bad);
enum till_status rows_column_text(const struct rows_use *use, int column, char *text_out,
                                  size_t capacity) TILL_CHECKED;
/* Valid until the next row; size 0 for NULL. */
struct span rows_column_span(const struct rows_use *use, int column);
/* Exactly `size` bytes. */
enum till_status rows_column_exact(const struct rows_use *use, int column, void *out,
                                   size_t size) TILL_CHECKED;

#endif
