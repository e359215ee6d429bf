#include "pg_bytes.h"

#include <stdlib.h>
#include <string.h>

#include "pg.h"

enum { FIRST_CAPACITY = 4096, CAPACITY_MAX = 1 << 30, INT8_OID = 20, TEXT_OID = 25 };
/* dimensions, flags, type of the elements, their count, the first one's number */
enum { ARRAY_HEADER = 20, ARRAY_COUNT_AT = 12, ARRAY_TYPE_AT = 8 };

void pg_bytes_clear(struct pg_bytes *b)
{
    b->size = 0;
    b->count = 0;
    b->failed = false;
}

void pg_bytes_free(struct pg_bytes *b)
{
    free(b->data);
    memset(b, 0, sizeof(*b));
}

/* Room for `size` more; NULL once it has failed. */
static char *room(struct pg_bytes *b, size_t size)
{
    size_t capacity = b->capacity == 0 ? FIRST_CAPACITY : b->capacity;
    char *at;

    if (b->failed)
        return NULL;
    while (capacity - b->size < size && capacity < CAPACITY_MAX)
        capacity *= 2;
    if (capacity - b->size < size) {
        b->failed = true;
        return NULL;
    }
    if (capacity != b->capacity) {
        char *grown = realloc(b->data, capacity);

        if (grown == NULL) {
            b->failed = true;
            return NULL;
        }
        b->data = grown;
        b->capacity = capacity;
    }
    at = b->data + b->size;
    b->size += size;
    return at;
}

static void big_endian(char *at, uint64_t value, int size)
{
    for (int i = size - 1; i >= 0; i--) {
        at[i] = (char)(value & 0xff);
        value >>= 8;
    }
}

static void put_number(struct pg_bytes *b, uint64_t value, int size)
{
    char *at = room(b, (size_t)size);

    if (at != NULL)
        big_endian(at, value, size);
}

static void put(struct pg_bytes *b, const void *data, size_t size)
{
    char *at = room(b, size);

    if (at != NULL && size > 0)
        memcpy(at, data, size);
}

/* A value behind its length. */
static void put_integer(struct pg_bytes *b, int64_t value)
{
    put_number(b, 8, 4);
    put_number(b, (uint64_t)value, 8);
}

static void put_sized(struct pg_bytes *b, const void *data, size_t size)
{
    put_number(b, size, 4);
    put(b, data, size);
}

/* ---- rows ------------------------------------------------------------------------------------ */

void pg_row(struct pg_bytes *b, uint16_t columns)
{
    static const char signature[11] = "PGCOPY\n\377\r\n";

    if (b->size == 0) {
        put(b, signature, sizeof(signature));
        put_number(b, 0, 4); /* flags */
        put_number(b, 0, 4); /* no extension */
    }
    put_number(b, columns, 2);
    b->count++;
}

void pg_row_integer(struct pg_bytes *b, int64_t value)
{
    put_integer(b, value);
}

void pg_row_text(struct pg_bytes *b, const char *text)
{
    put_sized(b, text, strlen(text));
}

void pg_row_bytes(struct pg_bytes *b, const void *data, size_t size)
{
    put_sized(b, data, size);
}

static enum till_status drain(PGconn *conn, const char *sql)
{
    enum till_status st = TILL_OK;
    PGresult *result;

    while ((result = PQgetResult(conn)) != NULL) {
        if (st == TILL_OK && !pg_is_done(result))
            st = pg_failed(conn, result, sql);
        PQclear(result);
    }
    return st;
}

enum till_status pg_copy_rows(PGconn *conn, const char *sql, struct pg_bytes *b)
{
    PGresult *result;
    bool ready;

    if (b->count == 0)
        return TILL_OK;
    put_number(b, UINT16_MAX, 2); /* the end */
    if (b->failed)
        return TILL_E_MEMORY;
    result = PQexec(conn, sql);
    ready = PQresultStatus(result) == PGRES_COPY_IN;
    if (!ready) {
        enum till_status st = pg_failed(conn, result, sql);

        PQclear(result);
        return st;
    }
    PQclear(result);
    if (PQputCopyData(conn, b->data, (int)b->size) != 1 || PQputCopyEnd(conn, NULL) != 1) {
        enum till_status st = pg_failed(conn, NULL, sql);
        enum till_status ended = drain(conn, sql);

        return ended == TILL_OK ? st : ended;
    }
    return drain(conn, sql);
}

/* ---- arrays ---------------------------------------------------------------------------------- */

static void begin_array(struct pg_bytes *b)
{
    if (b->size == 0) {
        char *at = room(b, ARRAY_HEADER);

        if (at != NULL)
            memset(at, 0, ARRAY_HEADER);
    }
}

void pg_array_integer(struct pg_bytes *b, int64_t value)
{
    begin_array(b);
    put_integer(b, value);
    b->count++;
}

void pg_array_text(struct pg_bytes *b, const char *text)
{
    begin_array(b);
    put_sized(b, text, strlen(text));
    b->count++;
}

void pg_array_close(struct pg_bytes *b, Oid array_type)
{
    begin_array(b);
    if (b->failed)
        return;
    big_endian(b->data, b->count > 0 ? 1 : 0, 4); /* dimensions */
    big_endian(b->data + ARRAY_TYPE_AT, array_type == PG_OID_TEXT_ARRAY ? TEXT_OID : INT8_OID, 4);
    big_endian(b->data + ARRAY_COUNT_AT, b->count, 4);
    big_endian(b->data + ARRAY_COUNT_AT + 4, 1, 4);
    if (b->count == 0)
        b->size = ARRAY_COUNT_AT;
}
