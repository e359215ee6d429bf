#include "book_write.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "book_check.h"
#include "book_file.h"
#include "book_head.h"
#include "book_rows.h"
#include "book_seal.h"
#include "book_site.h"
#include "book_term.h"
#include "sql.h"

/* "FTbp": scratch, never taken for a book. */
enum { PART_APPLICATION = 0x46546270 };

/* Neither file needs a way back: a writer that fails leaves files that are removed. */
static const char PART_PRAGMAS[] = "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=OFF;"
                                   "PRAGMA synchronous=OFF; PRAGMA cache_size=-128;";
static const char NEW_PRAGMAS[] = "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY;"
                                  "PRAGMA synchronous=FULL; PRAGMA cache_size=-256;";
static const char *const part_migrations[] = {SQL_BOOK_PART_TABLES};

static const char *const texts[WRITE_STATEMENTS] = {
    [WRITE_META] = SQL_BOOK_INSERT_META,       [WRITE_USER] = SQL_BOOK_INSERT_USER,
    [WRITE_TEAM] = SQL_BOOK_INSERT_TEAM,       [WRITE_CUSTOMER] = SQL_BOOK_INSERT_CUSTOMER,
    [WRITE_POSTING] = SQL_BOOK_INSERT_POSTING, [WRITE_LONG] = SQL_BOOK_INSERT_LONG,
    [WRITE_ACCOUNT_OF] = SQL_BOOK_ACCOUNT_OF,
};
static const char *const part_texts[PART_STATEMENTS] = {
    [PART_PUT] = SQL_BOOK_PART_PUT,
    [PART_GET] = SQL_BOOK_PART_GET,
};

uint64_t book_clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---- opening and closing --------------------------------------------------------------------- */

static enum till_status remove_leftovers(const struct book_writer *w)
{
    enum till_status st = sqlite_file_remove(w->vfs, w->part_path);
    enum till_status also = sqlite_file_remove(w->vfs, w->new_path);

    return st != TILL_OK ? st : also;
}

static void close_files(struct book_writer *w)
{
    book_merge_close(w->merge);
    w->merge = NULL;
    book_indexer_close(w->indexer);
    w->indexer = NULL;
    sqlite_finalize(w->statements, WRITE_STATEMENTS);
    sqlite_finalize(w->part_statements, PART_STATEMENTS);
    if (w->part != NULL)
        sqlite_rollback(w->part);
    if (w->file != NULL)
        sqlite_rollback(w->file);
    sqlite_close(w->part);
    sqlite_close(w->file);
    w->part = NULL;
    w->file = NULL;
}

void book_writer_close(struct book_writer *w)
{
    close_files(w);
    /* What can't be removed now is removed by the next writer. */
    if (w->new_path[0] != '\0')
        (void)!remove_leftovers(w);
    w->new_path[0] = '\0';
}

static enum till_status flush_run(void *context, struct book_gather *gather)
{
    struct book_writer *w = context;

    if (w->run_count == BOOK_RUNS_MAX)
        return TILL_TOO_LARGE;
    return book_gather_flush(gather, w->part_statements[PART_PUT], &w->next_piece,
                             &w->runs[w->run_count++]);
}

static enum till_status open_files(struct book_writer *w, const struct book_writer_options *options)
{
    const struct sqlite_options part = {.path = w->part_path,
                                        .vfs = w->vfs,
                                        .create = true,
                                        .page_size = BOOK_PAGE_SIZE,
                                        .application = PART_APPLICATION,
                                        .pragmas = PART_PRAGMAS,
                                        .migrations = part_migrations,
                                        .migration_count = 1};
    const struct sqlite_options file = {.path = w->new_path,
                                        .vfs = w->vfs,
                                        .create = true,
                                        .page_size = BOOK_PAGE_SIZE,
                                        .application = options->application,
                                        .pragmas = NEW_PRAGMAS,
                                        .migrations = book_migrations,
                                        .migration_count = BOOK_MIGRATIONS};
    const struct book_indexer_options indexer = {
        .alone = options->alone, .flush = flush_run, .context = w};
    enum till_status st = remove_leftovers(w);

    if (st == TILL_OK)
        st = book_indexer_open(&indexer, &w->indexer);
    if (st == TILL_OK)
        st = sqlite_open(&part, NULL, &w->part);
    if (st == TILL_OK)
        st = sqlite_open(&file, NULL, &w->file);
    if (st == TILL_OK)
        st = sqlite_transaction(w->part);
    if (st == TILL_OK)
        st = sqlite_transaction(w->file);
    if (st == TILL_OK)
        st = sqlite_execute(w->file, SQL_BOOK_INDEX_TABLES);
    if (st == TILL_OK && options->application == BOOK_DELTA_APPLICATION)
        st = sqlite_execute(w->file, SQL_BOOK_DELTA_TABLES);
    if (st == TILL_OK)
        st = sqlite_prepare(w->part, part_texts, w->part_statements, PART_STATEMENTS);
    if (st == TILL_OK)
        st = sqlite_prepare(w->file, texts, w->statements, WRITE_STATEMENTS);
    return st;
}

enum till_status book_writer_open(const struct book_writer_options *options, struct book_writer *w)
{
    int to = snprintf(w->to_path, sizeof(w->to_path), "%s%s", options->path, options->to);
    int new = snprintf(w->new_path, sizeof(w->new_path), "%s%s.new", options->path, options->to);
    int part =
        snprintf(w->part_path, sizeof(w->part_path), "%s%s.part", options->path, options->to);
    int vfs =
        snprintf(w->vfs_name, sizeof(w->vfs_name), "%s", options->vfs != NULL ? options->vfs : "");

    if (to < 0 || new >= BOOK_PATH_MAX || part >= BOOK_PATH_MAX || vfs >= BOOK_VFS_NAME_MAX) {
        w->new_path[0] = '\0';
        return TILL_TOO_LARGE;
    }
    w->vfs = options->vfs != NULL ? w->vfs_name : NULL;
    if (options->mac != NULL)
        w->mac = *options->mac;
    w->watch_accounts = options->watch_accounts;
    w->next_piece = 1;
    enum till_status st = open_files(w, options);
    if (st != TILL_OK)
        book_writer_close(w);
    return st;
}

enum till_status book_writer_noted(struct book_writer *w, enum till_status st)
{
    if (st == TILL_BAD_INPUT)
        st = TILL_E_PROTOCOL;
    if (w->failed == TILL_OK)
        w->failed = st;
    return w->failed;
}

/* ---- the head -------------------------------------------------------------------------------- */

enum till_status book_writer_site(struct book_writer *w, const struct site *site)
{
    if (w->failed != TILL_OK || w->site[0] != '\0')
        return book_writer_noted(w, TILL_E_PROTOCOL);
    return book_writer_noted(w, book_site_write(site, w->site));
}

enum till_status book_writer_user(struct book_writer *w, const struct book_user *u)
{
    struct sqlite_use use = sqlite_begin(w->statements[WRITE_USER]);

    if (w->failed != TILL_OK || !book_user_is_valid(u))
        return book_writer_noted(w, TILL_E_PROTOCOL);
    book_bind_user(&use, u);
    sqlite_bind_integer(&use, u->must_change_pin ? 1 : 0);
    enum till_status st = sqlite_run(&use);
    if (st == TILL_OK)
        st = book_writer_deputy(w, u);
    return book_writer_noted(w, st);
}

enum till_status book_writer_team(struct book_writer *w, const struct book_team *t)
{
    struct sqlite_use use = sqlite_begin(w->statements[WRITE_TEAM]);

    if (w->failed != TILL_OK || !terminal_is_valid(t->terminal))
        return book_writer_noted(w, TILL_E_PROTOCOL);
    sqlite_bind_text(&use, t->terminal);
    sqlite_bind_bytes(&use, t->approval_key, sizeof(t->approval_key));
    return book_writer_noted(w, sqlite_run(&use));
}

/* ---- customers ------------------------------------------------------------------------------- */

static int compare_bills(const void *a, const void *b)
{
    const struct bill *x = a, *y = b;

    if (x->month != y->month)
        return x->month < y->month ? -1 : 1;
    return (x->type > y->type) - (x->type < y->type);
}

/* By month and type, each once. */
static enum till_status sort_bills(struct arrears *a)
{
    if (a->count > 1)
        qsort(a->bills, a->count, sizeof(a->bills[0]), compare_bills);
    for (size_t i = 1; i < a->count; i++)
        if (compare_bills(&a->bills[i - 1], &a->bills[i]) == 0)
            return TILL_E_PROTOCOL;
    return TILL_OK;
}

static enum till_status write_row(struct book_writer *w)
{
    struct sqlite_use use = sqlite_begin(w->statements[WRITE_CUSTOMER]);
    uint8_t seal[BOOK_SEAL_SIZE], packed[BOOK_BILLS_SIZE_MAX];
    struct span bills = {packed, 0};
    enum till_status st = sort_bills(&w->bills);

    if (st != TILL_OK)
        return st;
    bills.size = book_pack_bills(w->bills.bills, w->bills.count, packed);
    if (w->mac.mac != NULL)
        st = book_seal(&w->mac, &w->customer, bills, seal);
    if (st != TILL_OK)
        return st;
    book_bind_customer(&use, &w->customer, w->number);
    sqlite_bind_integer(&use, w->rows);
    sqlite_bind_bytes(&use, bills.data, bills.size);
    sqlite_bind_bytes(&use, seal, w->mac.mac != NULL ? sizeof(seal) : 0);
    return sqlite_run(&use);
}

enum till_status book_writer_settle(struct book_writer *w)
{
    int64_t size = (int64_t)strlen(w->customer.account);
    enum till_status st;

    if (w->failed != TILL_OK || !w->pending)
        return w->failed;
    w->pending = false;
    w->rows++;
    if (size > w->longest_account)
        w->longest_account = size;
    st = write_row(w);
    if (st == TILL_OK)
        st = book_indexer_put(w->indexer, w->rows, &w->customer);
    return book_writer_noted(w, st);
}

enum till_status book_writer_customer(struct book_writer *w, const struct book_customer *c,
                                      int64_t number)
{
    if (w->failed != TILL_OK || w->pending)
        return book_writer_noted(w, TILL_E_PROTOCOL);
    w->customer = *c;
    w->number = number;
    w->bills.count = 0;
    w->pending = true;
    return TILL_OK;
}

enum till_status book_writer_bill(struct book_writer *w, const char *account,
                                  const struct bill *bill)
{
    if (w->failed != TILL_OK || !w->pending || strcmp(account, w->customer.account) != 0 ||
        !book_bill_is_valid(bill) || w->bills.count == BILLS_MAX)
        return book_writer_noted(w, TILL_E_PROTOCOL);
    w->bills.bills[w->bills.count++] = *bill;
    return TILL_OK;
}

/* ---- the end --------------------------------------------------------------------------------- */

static enum till_status note_suspects(void *context, const int64_t *rows, size_t count)
{
    struct book_writer *w = context;

    /* Hashes of so many different accounts don't collide: these come twice. */
    if (w->suspect_count == BOOK_SUSPECTS_MAX)
        return TILL_E_PROTOCOL;
    memcpy(w->suspects[w->suspect_count++], rows, count * sizeof(*rows));
    return TILL_OK;
}

static enum till_status account_of(struct book_writer *w, int64_t row, char out[ACCOUNT_MAX])
{
    struct sqlite_use use = sqlite_begin(w->statements[WRITE_ACCOUNT_OF]);
    enum till_status st;

    sqlite_bind_integer(&use, row);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = sqlite_column_text(&use, 0, out, ACCOUNT_MAX);
    sqlite_end(&use);
    return st;
}

static enum till_status check_suspects(struct book_writer *w)
{
    char accounts[3][ACCOUNT_MAX] = {"", "", ""};
    enum till_status st = TILL_OK;

    for (size_t i = 0; i < w->suspect_count && st == TILL_OK; i++) {
        size_t count = w->suspects[i][2] != 0 ? 3 : 2;

        for (size_t j = 0; j < count && st == TILL_OK; j++)
            st = account_of(w, w->suspects[i][j], accounts[j]);
        if (st == TILL_OK && (strcmp(accounts[0], accounts[1]) == 0 ||
                              (count == 3 && (strcmp(accounts[0], accounts[2]) == 0 ||
                                              strcmp(accounts[1], accounts[2]) == 0))))
            st = TILL_E_PROTOCOL;
    }
    return st;
}

static enum till_status begin_merge(struct book_writer *w)
{
    struct book_merge_options options = {
        .statements = {w->part_statements[PART_GET], w->statements[WRITE_POSTING],
                       w->statements[WRITE_LONG]},
        .watched_class = w->watch_accounts ? BOOK_CLASS_ACCOUNT_KEY : 0,
        .several = note_suspects,
        .context = w};
    enum till_status st = book_writer_settle(w);

    if (st == TILL_OK)
        st = book_indexer_end(w->indexer);
    book_indexer_close(w->indexer);
    w->indexer = NULL;
    options.runs = w->runs;
    options.run_count = w->run_count;
    return st == TILL_OK ? book_merge_open(&options, &w->merge) : st;
}

enum till_status book_writer_merge(struct book_writer *w, bool *done_out)
{
    enum till_status st = w->failed;

    *done_out = false;
    if (st == TILL_OK && w->merged) {
        *done_out = true;
        return TILL_OK;
    }
    if (st == TILL_OK && w->merge == NULL)
        st = begin_merge(w);
    else if (st == TILL_OK)
        st = book_merge_step(w->merge, &w->merged);
    if (st == TILL_OK && w->merged)
        st = check_suspects(w);
    *done_out = w->merged;
    return book_writer_noted(w, st);
}

static enum till_status write_meta(struct book_writer *w, const struct book_meta *meta,
                                   uint32_t customers, const struct book_over *over)
{
    struct sqlite_use use = sqlite_begin(w->statements[WRITE_META]);
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
    sqlite_bind_integer(&use, customers);
    sqlite_bind_integer(&use, w->longest_account);
    sqlite_bind_bytes(&use, meta->hash, sizeof(meta->hash));
    sqlite_bind_text(&use, w->site);
    sqlite_bind_integer(&use, w->rows);
    sqlite_bind_unsigned(&use, over->revision);
    sqlite_bind_bytes(&use, over->hash, over->revision != 0 ? sizeof(over->hash) : 0);
    return sqlite_run(&use);
}

enum till_status book_writer_commit(struct book_writer *w, const struct book_meta *meta,
                                    uint32_t customers, const struct book_over *over)
{
    enum till_status st = w->failed;

    assert(st != TILL_OK || w->merged);
    if (st == TILL_OK)
        st = write_meta(w, meta, customers, over);
    if (st == TILL_OK)
        st = book_head_write(w->file, &w->mac);
    if (st == TILL_OK)
        st = sqlite_commit(w->file);
    close_files(w);
    if (st == TILL_OK)
        st = sqlite_file_rename(w->vfs, w->new_path, w->to_path);
    book_writer_close(w);
    return st;
}
