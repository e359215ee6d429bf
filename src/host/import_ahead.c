#include "import_ahead.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto.h"

enum { ROW_BYTES_MOST = CSV_ROW_MAX + CSV_FIELDS_MAX + CSV_RAW_MAX };

enum till_status import_ahead_open(struct import_ahead **ahead_out)
{
    struct import_ahead *a = calloc(1, sizeof(*a));
    if (a == NULL) {
        return TILL_E_MEMORY;
    }
    a->bytes = malloc(IMPORT_AHEAD_BYTES);
    a->accounts = calloc(IMPORT_AHEAD_ROWS, sizeof(a->accounts[0]));
    a->bills = calloc(IMPORT_AHEAD_ROWS, sizeof(a->bills[0]));
    a->meter_books = calloc(IMPORT_AHEAD_ROWS, sizeof(a->meter_books[0]));
    a->names = calloc((size_t)IMPORT_AHEAD_ROWS * IMPORT_AHEAD_NAMES, sizeof(a->names[0]));
    if (a->bytes == NULL || a->accounts == NULL || a->bills == NULL || a->meter_books == NULL ||
        a->names == NULL) {
        import_ahead_close(a);
        return TILL_E_MEMORY;
    }
    *ahead_out = a;
    return TILL_OK;
}

void import_ahead_close(struct import_ahead *a)
{
    if (a == NULL) {
        return;
    }
    if (a->bytes != NULL) {
        crypto_wipe(a->bytes, a->used);
    }
    free(a->bytes);
    free(a->accounts);
    free(a->bills);
    free(a->meter_books);
    free(a->names);
    free(a);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void put(struct import_ahead *a, const void *data, size_t size)
{
    assert(size <= IMPORT_AHEAD_BYTES - a->used);
    if (size > 0) {
        memcpy(a->bytes + a->used, data, size);
    }
    a->used += size;
}

static void keep_row(struct import_ahead *a, enum till_status status, const struct csv_row *row)
{
    struct import_ahead_row *kept = &a->rows[a->count++];
    *kept = (struct import_ahead_row){.status = status, .line = row->line};
    kept->fields_at = a->used;
    kept->count = status == TILL_OK ? row->count : 0;
    for (size_t i = 0; i < kept->count; i++) {
        put(a, row->fields[i], strlen(row->fields[i]) + 1);
    }
    kept->size = a->used - kept->fields_at;
    kept->raw_at = a->used;
    kept->raw_size = row->raw.size;
    put(a, row->raw.data, row->raw.size);
}

void import_ahead_read(struct import_ahead *a, struct csv *csv)
{
    a->count = a->used = 0;
    a->account_count = a->bill_count = a->book_count = a->name_count = 0;
    while (a->ended == TILL_OK && a->count < IMPORT_AHEAD_ROWS &&
           IMPORT_AHEAD_BYTES - a->used >= ROW_BYTES_MOST) {
        struct csv_row row = {0};
        enum till_status status = csv_next(csv, &row);
        if (status == TILL_OK || status == TILL_BAD_INPUT || status == TILL_TOO_LARGE) {
            keep_row(a, status, &row);
        } else {
            a->ended = status;
        }
    }
}

enum till_status import_ahead_get(const struct import_ahead *a, size_t i, struct csv_row *row_out)
{
    const struct import_ahead_row *kept = &a->rows[i];
    const char *field = a->bytes + kept->fields_at;
    *row_out = (struct csv_row){.line = kept->line, .count = kept->count};
    for (size_t j = 0; j < kept->count; j++) {
        row_out->fields[j] = field;
        field += strlen(field) + 1;
    }
    if (kept->raw_size > 0) {
        row_out->raw = (struct span){(const uint8_t *)a->bytes + kept->raw_at, kept->raw_size};
    }
    return kept->status;
}

/* ---- what they name -------------------------------------------------------------------------- */

static bool fits(char *out, size_t capacity, const char *text)
{
    size_t size = strlen(text);
    if (size == 0 || size >= capacity) {
        return false;
    }
    memcpy(out, text, size + 1);
    return true;
}

void import_ahead_account(struct import_ahead *a, const char *account)
{
    if (a->account_count < IMPORT_AHEAD_ROWS) {
        a->account_count += fits(a->accounts[a->account_count], ACCOUNT_MAX, account);
    }
}

void import_ahead_bill(struct import_ahead *a, const char *account, int32_t month, int16_t type)
{
    struct store_ahead_bill *bill = &a->bills[a->bill_count];
    if (a->bill_count < IMPORT_AHEAD_ROWS && fits(bill->account, ACCOUNT_MAX, account)) {
        bill->month = month;
        bill->type = type;
        a->bill_count++;
    }
}

void import_ahead_meter_book(struct import_ahead *a, const char *id)
{
    bool again = a->book_count > 0 && strcmp(a->meter_books[a->book_count - 1], id) == 0;
    if (!again && a->book_count < IMPORT_AHEAD_ROWS) {
        a->book_count += fits(a->meter_books[a->book_count], BOOK_ID_MAX, id);
    }
}

void import_ahead_name(struct import_ahead *a, const char *format, ...)
{
    va_list arguments;
    if (a->name_count == (size_t)IMPORT_AHEAD_ROWS * IMPORT_AHEAD_NAMES) {
        return;
    }
    va_start(arguments, format);
    int size = vsnprintf(a->names[a->name_count], STORE_LEDGER_ACCOUNT_MAX, format, arguments);
    va_end(arguments);
    a->name_count += size > 0 && size < STORE_LEDGER_ACCOUNT_MAX;
}

enum till_status import_ahead_tell(const struct import_ahead *a, struct store *s,
                                   const char *source)
{
    struct store_ahead wanted = {.source = source,
                                 .accounts = (const char(*)[ACCOUNT_MAX])a->accounts,
                                 .account_count = a->account_count,
                                 .bills = a->bills,
                                 .bill_count = a->bill_count,
                                 .meter_books = (const char(*)[BOOK_ID_MAX])a->meter_books,
                                 .meter_book_count = a->book_count,
                                 .names = (const char(*)[STORE_LEDGER_ACCOUNT_MAX])a->names,
                                 .name_count = a->name_count};
    return store_look_ahead(s, &wanted);
}
