/*
 * Many values at once, as PostgreSQL's binary formats have them: rows for COPY, arrays for unnest.
 *
 * Private to db/store_pg*.c. Memory grows; what ran out of it says so once, when it is sent.
 */
#ifndef TILL_PG_BYTES_H
#define TILL_PG_BYTES_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

struct pg_bytes {
    char *data; /* pg_bytes_free */
    size_t size, capacity;
    size_t count; /* rows, or elements */
    bool failed;  /* no memory, or past 1 GB */
};
void pg_bytes_clear(struct pg_bytes *b); /* keeps its memory */
void pg_bytes_free(struct pg_bytes *b);

/* ---- rows ------------------------------------------------------------------------------------ */

/* Begin a row, then its columns in order. */
void pg_row(struct pg_bytes *b, uint16_t columns);
void pg_row_integer(struct pg_bytes *b, int64_t value);
void pg_row_text(struct pg_bytes *b, const char *text);
void pg_row_bytes(struct pg_bytes *b, const void *data, size_t size);
/* sql: COPY … FROM STDIN (FORMAT binary). Nothing is sent where there is no row. */
enum till_status pg_copy_rows(PGconn *conn, const char *sql, struct pg_bytes *b) TILL_CHECKED;

/* ---- arrays ---------------------------------------------------------------------------------- */

enum { PG_OID_INT8_ARRAY = 1016, PG_OID_TEXT_ARRAY = 1009 };

void pg_array_integer(struct pg_bytes *b, int64_t value);
void pg_array_text(struct pg_bytes *b, const char *text);
/* Ready to be sent as a value; an array of none is made too, so its type has to be said. */
void pg_array_close(struct pg_bytes *b, Oid array_type);

#endif
