#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "book_check.h"
#include "book_file.h"
#include "book_rows.h"
#include "book_site.h"
#include "bytes.h"
#include "sql.h"
#include "sqlite.h"

/* "FTbp": scratch, never taken for a book. */
enum { STAGE_APPLICATION = 0x46546270, PATH_CAPACITY = 4096, VFS_NAME_MAX = 64 };

/* Memory of both files together stays below 1 MiB. Neither needs a way back: a builder that fails
 * leaves files that are removed. */
static const char STAGE_PRAGMAS[] = "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY;"
                                    "PRAGMA synchronous=OFF; PRAGMA cache_size=-512;";
static const char NEW_PRAGMAS[] = "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY;"
                                  "PRAGMA synchronous=FULL; PRAGMA cache_size=-384;";
static const char *const stage_migrations[] = {SQL_BOOK_STAGE_TABLES};

enum {
    STAGE_PUT_METER_BOOK,
    STAGE_PUT_CUSTOMER,
    STAGE_PUT_BILL,
    STAGE_METER_BOOKS,
    STAGE_CUSTOMERS,
    STAGE_BILLS,
    STAGE_COUNT_IN_BOOK,
    STAGE_COUNTS,
    STAGE_STATEMENTS
};
static const char *const stage_texts[STAGE_STATEMENTS] = {
    [STAGE_PUT_METER_BOOK] = SQL_BOOK_STAGE_PUT_METER_BOOK,
    [STAGE_PUT_CUSTOMER] = SQL_BOOK_STAGE_PUT_CUSTOMER,
    [STAGE_PUT_BILL] = SQL_BOOK_STAGE_PUT_BILL,
    [STAGE_METER_BOOKS] = SQL_BOOK_STAGE_METER_BOOKS,
    [STAGE_CUSTOMERS] = SQL_BOOK_STAGE_CUSTOMERS,
    [STAGE_BILLS] = SQL_BOOK_STAGE_BILLS,
    [STAGE_COUNT_IN_BOOK] = SQL_BOOK_STAGE_COUNT_IN_BOOK,
    [STAGE_COUNTS] = SQL_BOOK_STAGE_COUNTS,
};

enum { NEW_META, NEW_USER, NEW_METER_BOOK, NEW_CUSTOMER, NEW_BILL, NEW_STATEMENTS };
static const char *const new_texts[NEW_STATEMENTS] = {
    [NEW_META] = SQL_BOOK_INSERT_META,
    [NEW_USER] = SQL_BOOK_INSERT_USER,
    [NEW_METER_BOOK] = SQL_BOOK_INSERT_METER_BOOK,
    [NEW_CUSTOMER] = SQL_BOOK_INSERT_CUSTOMER,
    [NEW_BILL] = SQL_BOOK_INSERT_BILL,
};

struct book_builder {
    char path[PATH_CAPACITY];
    char part_path[PATH_CAPACITY];
    char new_path[PATH_CAPACITY];
    char vfs_name[VFS_NAME_MAX];
    const char *vfs;         /* vfs_name or NULL */
    enum till_status failed; /* sticky: a book with a hole is never finished */
    sqlite3 *stage;
    sqlite3 *file;
    sqlite3_stmt *stage_statements[STAGE_STATEMENTS];
    sqlite3_stmt *new_statements[NEW_STATEMENTS];
    char site[RECORD_SIZE_MAX]; /* "" = none came */
    int64_t rows;               /* customers written so far */
    int64_t bills;
    int64_t longest_account;
};

/* ---- opening and closing --------------------------------------------------------------------- */

static void close_files(struct book_builder *b)
{
    sqlite_finalize(b->stage_statements, STAGE_STATEMENTS);
    sqlite_finalize(b->new_statements, NEW_STATEMENTS);
    if (b->stage != NULL)
        sqlite_rollback(b->stage);
    if (b->file != NULL)
        sqlite_rollback(b->file);
    sqlite_close(b->stage);
    sqlite_close(b->file);
    b->stage = NULL;
    b->file = NULL;
}

static enum till_status remove_leftovers(const struct book_builder *b)
{
    enum till_status st = sqlite_file_remove(b->vfs, b->part_path);
    enum till_status also = sqlite_file_remove(b->vfs, b->new_path);

    return st != TILL_OK ? st : also;
}

static enum till_status open_files(struct book_builder *b)
{
    const struct sqlite_options stage = {.path = b->part_path,
                                         .vfs = b->vfs,
                                         .create = true,
                                         .page_size = BOOK_PAGE_SIZE,
                                         .application = STAGE_APPLICATION,
                                         .pragmas = STAGE_PRAGMAS,
                                         .migrations = stage_migrations,
                                         .migration_count = 1};
    const struct sqlite_options file = {.path = b->new_path,
                                        .vfs = b->vfs,
                                        .create = true,
                                        .page_size = BOOK_PAGE_SIZE,
                                        .application = BOOK_APPLICATION,
                                        .pragmas = NEW_PRAGMAS,
                                        .migrations = book_migrations,
                                        .migration_count = BOOK_MIGRATIONS};
    enum till_status st = remove_leftovers(b);

    if (st == TILL_OK)
        st = sqlite_open(&stage, NULL, &b->stage);
    if (st == TILL_OK)
        st = sqlite_open(&file, NULL, &b->file);
    if (st == TILL_OK)
        st = sqlite_prepare(b->stage, stage_texts, b->stage_statements, STAGE_STATEMENTS);
    if (st == TILL_OK)
        st = sqlite_prepare(b->file, new_texts, b->new_statements, NEW_STATEMENTS);
    if (st == TILL_OK)
        st = sqlite_transaction(b->stage);
    if (st == TILL_OK)
        st = sqlite_transaction(b->file);
    return st;
}

enum till_status book_builder_open(const char *path, const char *vfs,
                                   struct book_builder **builder_out)
{
    struct book_builder *b = calloc(1, sizeof(*b));
    enum till_status st;

    if (b == NULL)
        return TILL_E_MEMORY;
    int path_size = snprintf(b->path, sizeof(b->path), "%s", path);
    int part_size = snprintf(b->part_path, sizeof(b->part_path), "%s.part", path);
    int new_size = snprintf(b->new_path, sizeof(b->new_path), "%s.new", path);
    int vfs_size = snprintf(b->vfs_name, sizeof(b->vfs_name), "%s", vfs != NULL ? vfs : "");
    if (path_size < 0 || part_size >= PATH_CAPACITY || new_size >= PATH_CAPACITY ||
        vfs_size >= VFS_NAME_MAX) {
        free(b);
        return TILL_TOO_LARGE;
    }
    b->vfs = vfs != NULL ? b->vfs_name : NULL;
    st = open_files(b);
    if (st != TILL_OK) {
        book_builder_abandon(b);
        return st;
    }
    *builder_out = b;
    return TILL_OK;
}

void book_builder_abandon(struct book_builder *b)
{
    if (b == NULL)
        return;
    close_files(b);
    /* What can't be removed now is removed by the next builder. */
    (void)!remove_leftovers(b);
    free(b);
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* The first failure stays the answer of every later call. */
static enum till_status noted(struct book_builder *b, enum till_status st)
{
    /* A constraint that says no (an account twice, a place twice) is what the host sent. */
    if (st == TILL_BAD_INPUT)
        st = TILL_E_PROTOCOL;
    if (b->failed == TILL_OK)
        b->failed = st;
    return b->failed;
}

enum till_status book_builder_site(struct book_builder *b, const struct site *site)
{
    if (b->failed != TILL_OK || b->site[0] != '\0')
        return noted(b, TILL_E_PROTOCOL);
    return noted(b, book_site_write(site, b->site));
}

enum till_status book_builder_user(struct book_builder *b, const struct book_user *u)
{
    struct sqlite_use use = sqlite_begin(b->new_statements[NEW_USER]);

    if (b->failed != TILL_OK || !book_user_is_valid(u))
        return noted(b, TILL_E_PROTOCOL);
    book_bind_user(&use, u);
    return noted(b, sqlite_run(&use));
}

enum till_status book_builder_meter_book(struct book_builder *b, const struct book_meter_book *m)
{
    struct sqlite_use use = sqlite_begin(b->stage_statements[STAGE_PUT_METER_BOOK]);

    if (b->failed != TILL_OK || !book_meter_book_is_valid(m))
        return noted(b, TILL_E_PROTOCOL);
    sqlite_bind_text(&use, m->id);
    sqlite_bind_text(&use, m->name);
    return noted(b, sqlite_run(&use));
}

enum till_status book_builder_customer(struct book_builder *b, const struct book_customer *c)
{
    struct sqlite_use use = sqlite_begin(b->stage_statements[STAGE_PUT_CUSTOMER]);

    if (b->failed != TILL_OK || !book_customer_is_valid(c))
        return noted(b, TILL_E_PROTOCOL);
    book_bind_customer(&use, c);
    return noted(b, sqlite_run(&use));
}

enum till_status book_builder_bill(struct book_builder *b, const char *account,
                                   const struct bill *bill)
{
    struct sqlite_use use = sqlite_begin(b->stage_statements[STAGE_PUT_BILL]);

    if (b->failed != TILL_OK || !book_bill_is_valid(bill) || !account_is_valid(account))
        return noted(b, TILL_E_PROTOCOL);
    sqlite_bind_text(&use, account);
    book_bind_bill(&use, bill);
    return noted(b, sqlite_run(&use));
}

/* ---- finishing: from the gathered rows to the book's order ----------------------------------- */

static enum till_status write_customer(struct book_builder *b, const struct book_customer *c)
{
    struct sqlite_use gathered = sqlite_begin(b->stage_statements[STAGE_BILLS]);
    struct sqlite_use use = sqlite_begin(b->new_statements[NEW_CUSTOMER]);
    struct arrears bills;
    int64_t size = (int64_t)strlen(c->account);
    enum till_status st;

    b->rows++;
    if (size > b->longest_account)
        b->longest_account = size;
    sqlite_bind_integer(&use, b->rows);
    book_bind_customer(&use, c);
    st = sqlite_run(&use);
    if (st != TILL_OK)
        return st;
    sqlite_bind_text(&gathered, c->account);
    st = book_read_bills(&gathered, &bills);
    if (st == TILL_TOO_LARGE)
        return TILL_E_PROTOCOL;
    for (size_t i = 0; st == TILL_OK && i < bills.count; i++) {
        use = sqlite_begin(b->new_statements[NEW_BILL]);
        sqlite_bind_integer(&use, b->rows);
        book_bind_bill(&use, &bills.bills[i]);
        st = sqlite_run(&use);
        b->bills++;
    }
    return st;
}

static enum till_status write_meter_book(struct book_builder *b, int64_t number, const char *id,
                                         const char *name, int64_t first_row, int64_t customers)
{
    struct sqlite_use use = sqlite_begin(b->new_statements[NEW_METER_BOOK]);

    sqlite_bind_integer(&use, number);
    sqlite_bind_text(&use, id);
    sqlite_bind_text(&use, name);
    sqlite_bind_integer(&use, first_row);
    sqlite_bind_integer(&use, customers);
    return sqlite_run(&use);
}

static enum till_status count_customers(struct book_builder *b, const char *id, int64_t *count_out)
{
    struct sqlite_use use = sqlite_begin(b->stage_statements[STAGE_COUNT_IN_BOOK]);
    enum till_status st;

    sqlite_bind_text(&use, id);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        *count_out = sqlite_column_integer(&use, 0);
    sqlite_end(&use);
    return st;
}

static enum till_status write_customers_of(struct book_builder *b, const char *id)
{
    struct sqlite_use use = sqlite_begin(b->stage_statements[STAGE_CUSTOMERS]);
    struct book_customer c;
    enum till_status st;

    sqlite_bind_text(&use, id);
    while ((st = sqlite_next(&use)) == TILL_OK) {
        st = book_read_customer(&use, 0, &c);
        if (st == TILL_OK)
            st = write_customer(b, &c);
        if (st != TILL_OK)
            break;
    }
    sqlite_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

static enum till_status write_all(struct book_builder *b)
{
    struct sqlite_use use = sqlite_begin(b->stage_statements[STAGE_METER_BOOKS]);
    struct book_meter_book m;
    int64_t number = 0, customers = 0;
    enum till_status st;

    while ((st = sqlite_next(&use)) == TILL_OK) {
        st = sqlite_column_text(&use, 0, m.id, sizeof(m.id));
        if (st == TILL_OK)
            st = sqlite_column_text(&use, 1, m.name, sizeof(m.name));
        if (st == TILL_OK)
            st = count_customers(b, m.id, &customers);
        if (st == TILL_OK)
            st = write_meter_book(b, ++number, m.id, m.name, b->rows + 1, customers);
        if (st == TILL_OK)
            st = write_customers_of(b, m.id);
        if (st != TILL_OK)
            break;
    }
    sqlite_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

/* Nothing that came may be missing: a customer of no meter book, a bill of no customer. */
static enum till_status check_complete(struct book_builder *b, const struct book_meta *meta)
{
    struct sqlite_use use = sqlite_begin(b->stage_statements[STAGE_COUNTS]);
    enum till_status st = sqlite_next(&use);

    if (st == TILL_OK && (sqlite_column_integer(&use, 0) != b->rows ||
                          sqlite_column_integer(&use, 1) != b->bills || b->rows != meta->customers))
        st = TILL_E_PROTOCOL;
    sqlite_end(&use);
    return st;
}

static enum till_status write_meta(struct book_builder *b, const struct book_meta *meta)
{
    struct sqlite_use use = sqlite_begin(b->new_statements[NEW_META]);
    uint8_t unapplied[BOOK_UNAPPLIED_MAX * sizeof(uint64_t)];
    struct buffer packed;

    buffer_init(&packed, unapplied, sizeof(unapplied));
    for (size_t i = 0; i < meta->unapplied_count; i++)
        buffer_put_u64(&packed, meta->unapplied[i]);
    assert(!packed.overflow);
    sqlite_bind_text(&use, meta->terminal);
    sqlite_bind_unsigned(&use, meta->revision);
    sqlite_bind_integer(&use, meta->as_of_s);
    sqlite_bind_unsigned(&use, meta->applied_seq);
    sqlite_bind_bytes(&use, packed.data, packed.size);
    sqlite_bind_integer(&use, b->rows);
    sqlite_bind_integer(&use, b->longest_account);
    sqlite_bind_bytes(&use, meta->hash, sizeof(meta->hash));
    sqlite_bind_text(&use, b->site);
    return sqlite_run(&use);
}

enum till_status book_builder_finish(struct book_builder *b, const struct book_meta *meta)
{
    enum till_status st = b->failed;

    if (st == TILL_OK && (b->site[0] == '\0' || !book_meta_is_valid(meta)))
        st = TILL_E_PROTOCOL;
    if (st == TILL_OK)
        st = write_all(b);
    if (st == TILL_OK)
        st = check_complete(b, meta);
    if (st == TILL_OK)
        st = write_meta(b, meta);
    if (st == TILL_OK)
        st = sqlite_execute(b->file, SQL_BOOK_INDEXES);
    if (st == TILL_OK)
        st = sqlite_commit(b->file);
    close_files(b);
    if (st == TILL_OK)
        st = sqlite_file_rename(b->vfs, b->new_path, b->path);
    (void)!remove_leftovers(b);
    free(b);
    return st;
}
