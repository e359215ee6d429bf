/*
 * The tables of an import, row by row. Private to the import: import.h says what is what.
 */
#ifndef TILL_HOST_IMPORT_ROWS_H
#define TILL_HOST_IMPORT_ROWS_H

#include "csv.h"
#include "import_ahead.h"
#include "mapping.h"
#include "store.h"

enum { IMPORT_COLUMNS_MAX = 20, IMPORT_KNOWN_BOOKS = 1024, IMPORT_SOURCE_MAX = 48 };

struct import_state {
    struct store *store;
    struct site site; /* how amounts are read; for the site table: what is being made */
    uint64_t number;  /* of this import: postings are named by it */
    int64_t now_s;
    const char *channel; /* of payments that don't say it; NULL = none */
    /* Meter books that were found, by their hash: looking one up counts its customers. */
    char known_books[IMPORT_KNOWN_BOOKS][BOOK_ID_MAX];
};

/* What a mapping may have to turn round. */
enum import_type { IMPORT_TEXT, IMPORT_AMOUNT, IMPORT_DATE, IMPORT_MONTH };

/* A column that a table knows. */
struct import_column {
    const char *name;
    bool required;
    enum import_type type;
};
struct import_table {
    const char *name;
    bool kept;                                        /* the file, for a replay of the ledger */
    struct import_column columns[IMPORT_COLUMNS_MAX]; /* up to the first without name */
    /*
     * One row; values[i] is of columns[i], "" where the file has no such column.
     * TILL_OK: added or, with *changed_out, changed. TILL_UNCHANGED. TILL_BAD_INPUT: *reason_out
     * says why, nothing was written. Else the store's.
     */
    enum till_status (*row)(struct import_state *state, uint32_t line, const char *const *values,
                            bool *changed_out, const char **reason_out);
    /* After the last row; NULL = nothing. */
    enum till_status (*end)(struct import_state *state, bool any);
    /* What a row is about, before it is taken; NULL = it is not said. */
    void (*ahead)(const struct import_state *state, const char *const *values,
                  struct import_ahead *to);
};

extern const struct import_table import_site_table;
extern const struct import_table import_users_table;
extern const struct import_table import_meter_books_table;
extern const struct import_table import_customers_table;
extern const struct import_table import_bills_table;
extern const struct import_table import_limits_table;
extern const struct import_table import_payments_table;
extern const struct import_table import_bank_table;

/* ---- a table, as a file has it --------------------------------------------------------------- */

/* Where each column of the table stands in the file; -1 = not there. */
struct import_header {
    const struct import_table *table;
    size_t count; /* fields that each row must have, or at least has */
    bool exact;   /* must have: a header row said so */
    int place[IMPORT_COLUMNS_MAX];
    const char *fixed[IMPORT_COLUMNS_MAX]; /* NULL = not the same in every row */
};
/* The table that has such a header row. False: none has. */
bool import_header_of(const struct csv_row *row, struct import_header *header_out);
/* As the mapping says; row: NULL where the file has no header. */
bool import_header_mapped(const struct mapping *m, const struct csv_row *row,
                          struct import_header *header_out);

/* Postings of this import are named "import/NUMBER/LINE"; line 0: the front of all of them. */
void import_source(const struct import_state *state, uint32_t line, char out[IMPORT_SOURCE_MAX]);

/* ---- values ---------------------------------------------------------------------------------- */

/* Decimal digits alone, at most `most`. */
bool import_integer(const char *text, int64_t most, int64_t *value_out);
/* "20261122" or "2026-11-22"; a date that exists. */
bool import_date(const char *text, int32_t *date_out);
/* "202609" or "2026-09". */
bool import_month(const char *text, int32_t *month_out);
/* Degrees with decimals, "-117.271234", within +-most, as 10^-7 degrees. */
bool import_degrees(const char *text, int32_t most, int32_t *degrees_e7_out);
/* kWh with at most two decimals as 0.01 kWh; "" is 0. */
bool import_energy(const char *text, int64_t *energy_cwh_out);
/* A clean text that fits. */
bool import_text(const char *text, char *out, size_t capacity);
/* Which of "a", "b", … (NULL-terminated) it is, or a number below their count; -1 if none. */
int import_choice(const char *text, const char *const *choices);

#endif
