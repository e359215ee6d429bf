/*
 * What the parts of the book share: its files, and an open one.  Private to db/book*.c.
 */
#ifndef TILL_BOOK_FILE_H
#define TILL_BOOK_FILE_H

#include <stdbool.h>

#include "book.h"
#include "book_index.h"
#include "sqlite.h"

/* "FTbn" and "FTbf" in SQLite's application_id. Of the forms before "FTbm" and "FTbe" had no seal
 * of the head, "FTbl" and "FTbd" another index, "FTbk" none. */
enum {
    BOOK_APPLICATION = 0x4654626E,
    BOOK_DELTA_APPLICATION = 0x46546266,
    BOOK_MIGRATIONS = 1,
    BOOK_PAGE_SIZE = 4096
};
extern const char *const book_migrations[BOOK_MIGRATIONS];
#define BOOK_DELTA_SUFFIX ".delta"

/* Does it keep its own rules: who for, seqs that fit, an unapplied list that ascends below
 * applied_seq? Without its count of customers: that the file tells. */
bool book_meta_is_valid(const struct book_meta *m);

enum {
    BOOK_META,
    BOOK_USER,
    BOOK_TEAM,
    BOOK_ANY_TEAM,
    BOOK_METER_BOOK_AT,
    BOOK_METER_BOOK_AFTER,
    BOOK_METER_BOOK,
    BOOK_LINE,
    BOOK_IDS,
    BOOK_TEXTS,
    BOOK_POSITION,
    BOOK_PLACES,
    BOOK_DELTA_PLACES,
    BOOK_POSTINGS,
    BOOK_LONG,
    BOOK_STATEMENTS
};

/* One of the two files. */
struct book_volume {
    sqlite3 *db; /* NULL: there is none */
    sqlite3_stmt *statements[BOOK_STATEMENTS];
    int64_t rows;
    uint64_t *bits[2]; /* room to mark rows in: 0..rows, whole words */
    struct book_postings postings;
};

/* A row of either: of the delta's from BOOK_DELTA_ROWS on. */
#define BOOK_DELTA_ROWS (INT64_C(1) << 40)

struct book {
    struct book_volume base, delta;
    struct book_volume *head; /* whose site, users, meter books and meta count */
    sqlite3_stmt *deputy;     /* of the head; NULL: nobody is one */
    sqlite3_stmt *taken;      /* the same; NULL: no hand-over was */
    struct book_mac mac;      /* .mac NULL: seals are not looked at */
    struct book_meta meta;
    struct book_meta base_meta;
    struct site site;
    size_t longest_account;
    uint64_t *gone; /* bits of base rows; NULL = none */
    /* where book_meter_book_at came to */
    size_t at_index;
    char at_id[BOOK_ID_MAX];
    char (*ids)[BOOK_ID_MAX]; /* of meter books by number; NULL = not asked for yet */
    size_t id_count;
    /* the rows of the meter book last asked for, where a delta changed it */
    int64_t *order;
    int64_t order_number;
    size_t order_count;
};

bool book_row_is_gone(const struct book *b, int64_t row);
struct book_volume *book_volume_of(struct book *b, int64_t row);
size_t book_bits_size(int64_t rows);
/* Most tables beside the customers are made with their first row. */
enum till_status book_has_table(sqlite3 *file, const char *name, bool *has_out) TILL_CHECKED;
/* One of them from the head, read whole: what does not fit is left out. No such table: no rows. */
struct book_rows_of {
    const char *table, *text; /* text: its statement, without parameters */
    enum till_status (*read)(const struct sqlite_use *use, void *item_out);
    size_t item_size;
};
enum till_status book_rows_read(struct book *b, const struct book_rows_of *list, void *items_out,
                                size_t capacity, size_t *count_out) TILL_CHECKED;

/* TILL_NOT_FOUND leaves *row_out. */
enum till_status book_row_of_account(struct book *b, const char *account,
                                     int64_t *row_out) TILL_CHECKED;
enum till_status book_row_in(struct book_volume *v, const char *account,
                             int64_t *row_out) TILL_CHECKED;
/* What the head may have besides: the dates of deputies. Once, when it is known. */
enum till_status book_open_deputies(struct book *b) TILL_CHECKED;
/* The same of hand-overs that were taken elsewhere. */
enum till_status book_open_taken(struct book *b) TILL_CHECKED;
/* A row of book_user or book_copy_user, with its dates as a deputy; of book_team or
 * book_copy_team. */
enum till_status book_read_user_row(struct book *b, const struct sqlite_use *use,
                                    struct book_user *out) TILL_CHECKED;
enum till_status book_read_team_row(const struct sqlite_use *use,
                                    struct book_team *out) TILL_CHECKED;
/* A customer with what they owe, seal checked; arrears_out may be NULL. */
enum till_status book_read_line(struct book *b, int64_t row, struct book_line *line_out,
                                struct arrears *arrears_out) TILL_CHECKED;
/* The same of an account, whole. TILL_NOT_FOUND. */
enum till_status book_line_of_account(struct book *b, const char *account,
                                      struct book_line *line_out,
                                      struct arrears *arrears_out) TILL_CHECKED;

#endif
