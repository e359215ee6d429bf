#include "book_head.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "book_file.h"
#include "log.h"
#include "sql.h"

/* Chained: the code of a piece of the head begins the next one. */
static const char TAG[] = "fieldtill/head/1";
enum { PIECE_MAX = 16 * 1024, COLUMN_HEAD = 5, COLUMNS_MAX = 16 };

/* Each in the order of its key. Those from holder on are there only where they have a row; without
 * holder, deputy and stock the code is that of empty ones, and the others add to it only when they
 * are there: books were sealed before there were such. */
static const char *const tables[] = {
    SQL_BOOK_HEAD_META,       SQL_BOOK_HEAD_USER,   SQL_BOOK_HEAD_TEAM,
    SQL_BOOK_HEAD_METER_BOOK, SQL_BOOK_HEAD_HOLDER, SQL_BOOK_HEAD_DEPUTY,
    SQL_BOOK_HEAD_STOCK,      SQL_BOOK_HEAD_TAKEN,  SQL_BOOK_HEAD_EXPLAINED,
};
static const char *const names[] = {
    "meta", "user", "team", "meter_book", "holder", "deputy", "stock", "taken", "explained",
};
enum { TABLES = sizeof(tables) / sizeof(tables[0]), TABLES_FIRST = 7 };
static_assert(TABLES == sizeof(names) / sizeof(names[0]), "a name for each");

struct sealing {
    const struct book_mac *mac;
    uint8_t *piece;
    size_t size;
    uint8_t code[HASH_SIZE];
};

static enum till_status flush(struct sealing *s)
{
    enum till_status st = s->mac->mac(s->mac->context, (struct span){s->piece, s->size}, s->code);

    memcpy(s->piece, TAG, sizeof(TAG));
    memcpy(s->piece + sizeof(TAG), s->code, HASH_SIZE);
    s->size = sizeof(TAG) + HASH_SIZE;
    return st;
}

static enum till_status put(struct sealing *s, uint8_t type, const void *bytes, size_t size)
{
    enum till_status st = TILL_OK;

    if (size > PIECE_MAX - sizeof(TAG) - HASH_SIZE - COLUMN_HEAD)
        return TILL_E_CORRUPT; /* nothing of a head is so large */
    if (size + COLUMN_HEAD > PIECE_MAX - s->size)
        st = flush(s);
    if (st != TILL_OK)
        return st;
    uint8_t *to = s->piece + s->size;
    to[0] = type;
    for (int i = 1; i < COLUMN_HEAD; i++)
        to[i] = (uint8_t)(size >> 8 * (COLUMN_HEAD - 1 - i));
    if (size > 0)
        memcpy(to + COLUMN_HEAD, bytes, size);
    s->size += COLUMN_HEAD + size;
    return TILL_OK;
}

static enum till_status put_integer(struct sealing *s, int64_t value)
{
    uint8_t bytes[sizeof(value)];

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)((uint64_t)value >> 8 * (sizeof(bytes) - 1 - i));
    return put(s, SQLITE_INTEGER, bytes, sizeof(bytes));
}

static enum till_status put_row(struct sealing *s, const struct sqlite_use *use)
{
    int columns = sqlite3_column_count(use->statement);
    enum till_status st = columns <= COLUMNS_MAX ? TILL_OK : TILL_E_CORRUPT;

    for (int i = 0; i < columns && st == TILL_OK; i++) {
        struct span bytes;

        switch (sqlite3_column_type(use->statement, i)) {
        case SQLITE_INTEGER:
            st = put_integer(s, sqlite_column_integer(use, i));
            break;
        case SQLITE_TEXT:
        case SQLITE_BLOB:
            bytes = sqlite_column_span(use, i);
            st = put(s, (uint8_t)sqlite3_column_type(use->statement, i), bytes.data, bytes.size);
            break;
        default:
            st = TILL_E_CORRUPT; /* no column may be NULL or a fraction */
            break;
        }
    }
    return st;
}

static enum till_status put_table(struct sealing *s, sqlite3 *file, size_t table)
{
    sqlite3_stmt *statement = NULL;
    int64_t rows = 0;
    bool has = false;
    enum till_status st = book_has_table(file, names[table], &has);

    if (st == TILL_OK && !has && table >= TABLES_FIRST)
        return TILL_OK;
    if (st == TILL_OK)
        st = put(s, SQLITE_TEXT, names[table], strlen(names[table]));
    if (st == TILL_OK && has)
        st = sqlite_prepare(file, &tables[table], &statement, 1);
    if (st == TILL_OK && has) {
        struct sqlite_use use = sqlite_begin(statement);

        for (; st == TILL_OK && (st = sqlite_next(&use)) == TILL_OK; rows++)
            st = put_row(s, &use);
        sqlite_end(&use);
        st = st == TILL_NOT_FOUND ? TILL_OK : st;
    }
    sqlite_finalize(&statement, 1);
    return st == TILL_OK ? put_integer(s, rows) : st;
}

static enum till_status seal_of(sqlite3 *file, const struct book_mac *mac,
                                uint8_t seal_out[HASH_SIZE])
{
    struct sealing s = {.mac = mac, .piece = malloc(PIECE_MAX)};
    enum till_status st = TILL_OK;

    if (s.piece == NULL)
        return TILL_E_MEMORY;
    memcpy(s.piece, TAG, sizeof(TAG));
    s.size = sizeof(TAG);
    for (size_t i = 0; i < TABLES && st == TILL_OK; i++)
        st = put_table(&s, file, i);
    if (st == TILL_OK)
        st = flush(&s);
    memcpy(seal_out, s.code, HASH_SIZE);
    free(s.piece);
    return st;
}

enum till_status book_head_write(sqlite3 *file, const struct book_mac *mac)
{
    static const char *const text = SQL_BOOK_INSERT_HEAD_SEAL;
    sqlite3_stmt *statement = NULL;
    uint8_t seal[HASH_SIZE] = {0};
    enum till_status st = mac->mac != NULL ? seal_of(file, mac, seal) : TILL_OK;

    if (st == TILL_OK)
        st = sqlite_prepare(file, &text, &statement, 1);
    if (st == TILL_OK) {
        struct sqlite_use use = sqlite_begin(statement);

        sqlite_bind_bytes(&use, seal, mac->mac != NULL ? sizeof(seal) : 0);
        st = sqlite_run(&use);
    }
    sqlite_finalize(&statement, 1);
    return st;
}

enum till_status book_head_check(sqlite3 *file, const struct book_mac *mac)
{
    static const char *const text = SQL_BOOK_HEAD_SEAL;
    sqlite3_stmt *statement = NULL;
    uint8_t stored[HASH_SIZE], seal[HASH_SIZE];

    if (mac->mac == NULL)
        return TILL_OK;
    enum till_status st = sqlite_prepare(file, &text, &statement, 1);
    if (st != TILL_OK)
        return st;
    struct sqlite_use use = sqlite_begin(statement);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = sqlite_column_exact(&use, 0, stored, sizeof(stored));
    sqlite_end(&use);
    sqlite_finalize(&statement, 1);
    /* None, or an empty one: as good as a false one. */
    bool fits = st == TILL_OK;
    if (st == TILL_NOT_FOUND || st == TILL_E_CORRUPT)
        st = TILL_OK;
    if (fits) {
        st = seal_of(file, mac, seal);
        fits = st == TILL_OK && memcmp(stored, seal, sizeof(seal)) == 0;
    }
    if (st == TILL_OK && !fits) {
        log_error("the seal of the book's head does not fit");
        st = TILL_E_SIGNATURE;
    }
    return st;
}
