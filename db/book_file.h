/*
 * What the parts of the book share: its file, and an open one.  Private to db/book*.c.
 */
#ifndef TILL_BOOK_FILE_H
#define TILL_BOOK_FILE_H

#include <stdbool.h>

#include "book.h"
#include "sqlite.h"

/* "FTbk" in SQLite's application_id. */
enum { BOOK_APPLICATION = 0x4654626B, BOOK_MIGRATIONS = 1, BOOK_PAGE_SIZE = 4096 };
extern const char *const book_migrations[BOOK_MIGRATIONS];

/* Does it keep its own rules: who for, seqs that fit, an unapplied list that ascends below
 * applied_seq? Without its count of customers: that the file tells. */
bool book_meta_is_valid(const struct book_meta *m);

enum {
    BOOK_META,
    BOOK_USER,
    BOOK_METER_BOOK_AT,
    BOOK_METER_BOOK,
    BOOK_LINES,
    BOOK_BILLS,
    BOOK_ROW_OF_ACCOUNT,
    BOOK_ROWS_OF_METER,
    BOOK_FIND,
    BOOK_STATEMENTS
};
struct book {
    sqlite3 *db;
    sqlite3_stmt *statements[BOOK_STATEMENTS];
    struct book_meta meta;
    struct site site;
    size_t longest_account;
};

/* TILL_NOT_FOUND. */
enum till_status book_row_of_account(struct book *b, const char *account, int64_t *row_out,
                                     int64_t *balance_out) TILL_CHECKED;
/* Rows from `row` on, exactly `count` of them: a gap is damage, TILL_E_CORRUPT. */
enum till_status book_read_lines(struct book *b, int64_t row, size_t count,
                                 struct book_line *lines_out) TILL_CHECKED;

#endif
