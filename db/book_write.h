/*
 * A book's file that is being written: what the builder and the delta have in common.
 *
 * Rows are numbered as they come. A customer's bills follow them, so that row, bills, seal and
 * terms are written together when the next one comes.  Private to db/book*.c.
 */
#ifndef TILL_BOOK_WRITE_H
#define TILL_BOOK_WRITE_H

#include "book.h"
#include "book_index.h"
#include "book_indexer.h"
#include "record.h"
#include "sqlite.h"

enum { BOOK_PATH_MAX = 4096, BOOK_VFS_NAME_MAX = 64, BOOK_SUSPECTS_MAX = 64 };

enum {
    WRITE_META,
    WRITE_USER,
    WRITE_TEAM,
    WRITE_CUSTOMER,
    WRITE_POSTING,
    WRITE_LONG,
    WRITE_ACCOUNT_OF,
    WRITE_STATEMENTS
};
enum { PART_PUT, PART_GET, PART_STATEMENTS };

struct book_writer_options {
    const char *path;
    const char *to;  /* the suffix of the file: "" or ".delta" */
    const char *vfs; /* NULL = VFS_SECTOR_NAME */
    const struct book_mac *mac;
    int32_t application;
    bool watch_accounts; /* nothing else keeps an account from coming twice */
    bool alone;          /* no thread beside this one, however large it gets */
};

struct book_writer {
    char to_path[BOOK_PATH_MAX];
    char new_path[BOOK_PATH_MAX];
    char part_path[BOOK_PATH_MAX];
    char vfs_name[BOOK_VFS_NAME_MAX];
    const char *vfs;         /* vfs_name or NULL */
    enum till_status failed; /* sticky: a book with a hole is never finished */
    struct book_mac mac;     /* .mac NULL: not sealed */
    sqlite3 *file;
    sqlite3 *part;
    sqlite3_stmt *statements[WRITE_STATEMENTS];
    sqlite3_stmt *part_statements[PART_STATEMENTS];
    char site[RECORD_SIZE_MAX]; /* "" = none came */
    int64_t rows;               /* customers written so far */
    int64_t longest_account;
    /* the customer whose bills come */
    bool pending;
    int64_t number; /* of their meter book */
    struct book_customer customer;
    struct arrears bills;
    /* the index */
    struct book_indexer *indexer;
    struct book_run runs[BOOK_RUNS_MAX];
    size_t run_count;
    int64_t next_piece;
    struct book_merge *merge;
    bool merged;
    bool watch_accounts;
    int64_t suspects[BOOK_SUSPECTS_MAX][3]; /* rows whose accounts have one hash; 0 = none */
    size_t suspect_count;
};

/* On failure everything is closed and removed. Both files have a transaction open. */
enum till_status book_writer_open(const struct book_writer_options *options,
                                  struct book_writer *w) TILL_CHECKED;
/* Closes and removes what is not finished; harmless twice. */
void book_writer_close(struct book_writer *w);

/* The first failure stays the answer of every later call; a constraint that says no is what the
 * host sent. */
enum till_status book_writer_noted(struct book_writer *w, enum till_status st) TILL_CHECKED;

enum till_status book_writer_site(struct book_writer *w, const struct site *site) TILL_CHECKED;
enum till_status book_writer_user(struct book_writer *w, const struct book_user *u) TILL_CHECKED;
enum till_status book_writer_team(struct book_writer *w, const struct book_team *t) TILL_CHECKED;
enum till_status book_writer_holder(struct book_writer *w,
                                    const struct book_holder *h) TILL_CHECKED;
enum till_status book_writer_stock(struct book_writer *w, const struct book_stock *s) TILL_CHECKED;
enum till_status book_writer_taken(struct book_writer *w, const struct book_taken *t) TILL_CHECKED;
enum till_status book_writer_explained(struct book_writer *w,
                                       const struct book_explained *e) TILL_CHECKED;
/* Both, as the head of `b` has them. */
enum till_status book_writer_copy_custody(struct book_writer *w, struct book *b) TILL_CHECKED;
/* The dates of a deputy, of a user that was written; nothing where there are none. */
enum till_status book_writer_deputy(struct book_writer *w, const struct book_user *u) TILL_CHECKED;
/* Of the customer whose bills come. */
enum till_status book_writer_corrected(struct book_writer *w, const char *account,
                                       const struct book_corrected *c) TILL_CHECKED;
/* What the delta of `b` has of them and this one not. */
enum till_status book_writer_carry_corrected(struct book_writer *w, struct book *b) TILL_CHECKED;
/* After book_writer_settle, which writes the one before; checked by book_customer_is_valid. */
enum till_status book_writer_customer(struct book_writer *w, const struct book_customer *c,
                                      int64_t number) TILL_CHECKED;
enum till_status book_writer_bill(struct book_writer *w, const char *account,
                                  const struct bill *bill) TILL_CHECKED;
enum till_status book_writer_settle(struct book_writer *w) TILL_CHECKED;

/* After the last customer: the index, piece by piece. */
enum till_status book_writer_merge(struct book_writer *w, bool *done_out) TILL_CHECKED;

/* Write meta, commit, sync, rename into place, remove the scratch file. Closes. */
struct book_over {
    uint64_t revision; /* 0 = this is a whole book */
    uint8_t hash[HASH_SIZE];
};
enum till_status book_writer_commit(struct book_writer *w, const struct book_meta *meta,
                                    uint32_t customers, const struct book_over *over) TILL_CHECKED;

/* Monotonic, for budgets. */
uint64_t book_clock_ms(void);

#endif
