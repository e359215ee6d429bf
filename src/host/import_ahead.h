/*
 * Rows of an import, some hundred at a time: read before they are taken, so that the store can be
 * told what they are about (store_ahead.h). Private to the import.
 *
 * Memory: bounded, whatever the file's size; wiped at the end, rows may hold PINs.
 */
#ifndef TILL_HOST_IMPORT_AHEAD_H
#define TILL_HOST_IMPORT_AHEAD_H

#include "csv.h"
#include "store_ahead.h"

enum { IMPORT_AHEAD_ROWS = 2000, IMPORT_AHEAD_BYTES = 4 << 20 };

struct import_ahead_row {
    enum till_status status; /* what csv_next said of it */
    uint32_t line;
    size_t count;           /* fields, one behind the other, terminated */
    size_t fields_at, size; /* in the bytes: the fields, then the raw row */
    size_t raw_at, raw_size;
};

struct import_ahead {
    struct import_ahead_row rows[IMPORT_AHEAD_ROWS];
    size_t count;
    char *bytes; /* IMPORT_AHEAD_BYTES */
    size_t used;
    enum till_status ended; /* TILL_OK: there may be more rows; else what comes behind these */

    /* What they name. */
    char (*accounts)[ACCOUNT_MAX];
    struct store_ahead_bill *bills;
    char (*meter_books)[BOOK_ID_MAX];
    char (*names)[STORE_LEDGER_ACCOUNT_MAX];
    size_t account_count, bill_count, book_count, name_count;
};

/* Each row names at most so many. */
enum { IMPORT_AHEAD_NAMES = 3 };

enum till_status import_ahead_open(struct import_ahead **ahead_out) TILL_CHECKED;
void import_ahead_close(struct import_ahead *a);
/* The next rows, as many as there is room for; count is 0 at the end of them, and `ended` says
 * why. */
void import_ahead_read(struct import_ahead *a, struct csv *csv);
/* Row i as csv_next gave it; valid until the next reading. */
enum till_status import_ahead_get(const struct import_ahead *a, size_t i, struct csv_row *row_out);

/* Of a row that is about to come: at most one account, bill and meter book, and so many names. What
 * is too long is left out. */
void import_ahead_account(struct import_ahead *a, const char *account);
void import_ahead_bill(struct import_ahead *a, const char *account, int32_t month, int16_t type);
void import_ahead_meter_book(struct import_ahead *a, const char *id);
void import_ahead_name(struct import_ahead *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* All that was named, to the store. */
enum till_status import_ahead_tell(const struct import_ahead *a, struct store *s,
                                   const char *source) TILL_CHECKED;

#endif
