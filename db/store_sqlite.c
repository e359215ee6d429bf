#include "store_sqlite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vfs.h"

/* "FTst" in SQLite's application_id. */
enum { STORE_APPLICATION = 0x46547374, STORE_PAGE_SIZE = 4096, STORE_SECTOR_SIZE = 4096 };
enum { PATH_CAPACITY = 4096 };
#define STORE_VFS_NAME "fieldtill-store"

/* Another program of the host (an import, a report) may have the lock for a moment. */
static const char PRAGMAS[] = "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL;"
                              "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                              "PRAGMA cache_size=-16384;";

static const char *const migrations[] = {SQL_STORE_TABLES_1, SQL_STORE_TABLES_2};
enum { MIGRATIONS = sizeof(migrations) / sizeof(migrations[0]) };

static const char *const texts[STORE_STATEMENTS] = {
#define X(name) [STORE_##name] = SQL_STORE_##name,
    STORE_STATEMENT_LIST(X)
#undef X
};

static struct store_sqlite *self(struct store *s)
{
    return (struct store_sqlite *)s;
}

struct sqlite_use store_use(struct store *s, enum store_statement which)
{
    return sqlite_begin(self(s)->statements[which]);
}

int64_t store_last_id(struct store *s)
{
    return sqlite3_last_insert_rowid(self(s)->db);
}

int64_t store_changes(struct store *s)
{
    return sqlite3_changes64(self(s)->db);
}

enum till_status store_run_referring(struct sqlite_use *use)
{
    enum till_status st = sqlite_run(use);

    return use->code == SQLITE_CONSTRAINT_FOREIGNKEY ? TILL_NOT_FOUND : st;
}

/* ---- transactions ---------------------------------------------------------------------------- */

static enum till_status begin(struct store *s)
{
    return sqlite_transaction(self(s)->db);
}

static enum till_status commit(struct store *s)
{
    return sqlite_commit(self(s)->db);
}

static void rollback(struct store *s)
{
    sqlite_rollback(self(s)->db);
}

static enum till_status mark(struct store *s)
{
    struct sqlite_use use = store_use(s, STORE_MARK);

    return sqlite_run(&use);
}

static enum till_status keep(struct store *s)
{
    struct sqlite_use use = store_use(s, STORE_KEEP);

    return sqlite_run(&use);
}

static enum till_status undo(struct store *s)
{
    struct sqlite_use use = store_use(s, STORE_UNDO);
    enum till_status st = sqlite_run(&use);

    return st == TILL_OK ? keep(s) : st;
}

/* ---- terminals ------------------------------------------------------------------------------- */

static enum till_status terminal_put(struct store *s, const struct store_terminal *t)
{
    struct sqlite_use use = store_use(s, STORE_PUT_TERMINAL);

    sqlite_bind_text(&use, t->terminal);
    sqlite_bind_integer(&use, (int64_t)t->state);
    sqlite_bind_text(&use, t->name);
    sqlite_bind_text(&use, t->code_hash);
    sqlite_bind_integer(&use, t->code_expires_s);
    sqlite_bind_bytes(&use, t->journal_key, sizeof(t->journal_key));
    sqlite_bind_bytes(&use, t->line_cert, sizeof(t->line_cert));
    sqlite_bind_text(&use, t->line_pem);
    sqlite_bind_bytes(&use, t->secret, sizeof(t->secret));
    sqlite_bind_integer(&use, t->enrolled_at_s);
    sqlite_bind_integer(&use, t->seen_at_s);
    sqlite_bind_unsigned(&use, t->head_seq);
    sqlite_bind_bytes(&use, t->head_hash, sizeof(t->head_hash));
    sqlite_bind_bytes(&use, t->head_signature, sizeof(t->head_signature));
    sqlite_bind_unsigned(&use, t->head_serial);
    sqlite_bind_unsigned(&use, t->book_revision);
    sqlite_bind_integer(&use, t->stopped ? 1 : 0);
    return sqlite_run(&use);
}

static enum till_status read_terminal(const struct sqlite_use *use, struct store_terminal *out)
{
    int64_t state = sqlite_column_integer(use, 1);
    enum till_status st = sqlite_column_text(use, 0, out->terminal, sizeof(out->terminal));

    if (st == TILL_OK)
        st = sqlite_column_text(use, 2, out->name, sizeof(out->name));
    if (st == TILL_OK)
        st = sqlite_column_text(use, 3, out->code_hash, sizeof(out->code_hash));
    if (st == TILL_OK)
        st = sqlite_column_exact(use, 5, out->journal_key, sizeof(out->journal_key));
    if (st == TILL_OK)
        st = sqlite_column_exact(use, 6, out->line_cert, sizeof(out->line_cert));
    if (st == TILL_OK)
        st = sqlite_column_text(use, 7, out->line_pem, sizeof(out->line_pem));
    if (st == TILL_OK)
        st = sqlite_column_exact(use, 8, out->secret, sizeof(out->secret));
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 11, &out->head_seq);
    if (st == TILL_OK)
        st = sqlite_column_exact(use, 12, out->head_hash, sizeof(out->head_hash));
    if (st == TILL_OK)
        st = sqlite_column_exact(use, 13, out->head_signature, sizeof(out->head_signature));
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 14, &out->head_serial);
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 15, &out->book_revision);
    if (st == TILL_OK && (state < TERMINAL_NEW || state > TERMINAL_RETIRED))
        st = TILL_E_CORRUPT;
    out->state = (enum terminal_state)state;
    out->code_expires_s = sqlite_column_integer(use, 4);
    out->enrolled_at_s = sqlite_column_integer(use, 9);
    out->seen_at_s = sqlite_column_integer(use, 10);
    out->stopped = sqlite_column_integer(use, 16) != 0;
    return st;
}

static enum till_status terminal_by(struct store *s, enum store_statement which, const char *number,
                                    struct store_terminal *out)
{
    struct sqlite_use use = store_use(s, which);
    enum till_status st;

    memset(out, 0, sizeof(*out));
    sqlite_bind_text(&use, number);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = read_terminal(&use, out);
    sqlite_end(&use);
    return st;
}

static enum till_status terminal_get(struct store *s, const char *number,
                                     struct store_terminal *out)
{
    return terminal_by(s, STORE_TERMINAL, number, out);
}

static enum till_status terminal_above(struct store *s, const char *number,
                                       struct store_terminal *out)
{
    return terminal_by(s, STORE_TERMINAL_ABOVE, number, out);
}

static enum till_status assign(struct store *s, const char *terminal,
                               const char (*ids)[BOOK_ID_MAX], size_t count)
{
    struct sqlite_use use = store_use(s, STORE_CLEAR_ASSIGNMENT);
    enum till_status st;

    sqlite_bind_text(&use, terminal);
    st = sqlite_run(&use);
    for (size_t i = 0; st == TILL_OK && i < count; i++) {
        use = store_use(s, STORE_PUT_ASSIGNMENT);
        sqlite_bind_text(&use, terminal);
        sqlite_bind_unsigned(&use, i);
        sqlite_bind_text(&use, ids[i]);
        st = store_run_referring(&use);
    }
    return st;
}

static enum till_status assigned(struct store *s, const char *terminal,
                                 char (*ids_out)[BOOK_ID_MAX], size_t capacity, size_t *count_out)
{
    struct sqlite_use use = store_use(s, STORE_ASSIGNMENTS);
    enum till_status st;

    *count_out = 0;
    sqlite_bind_text(&use, terminal);
    while ((st = sqlite_next(&use)) == TILL_OK) {
        st = *count_out < capacity
                 ? sqlite_column_text(&use, 0, ids_out[*count_out], sizeof(ids_out[0]))
                 : TILL_E_CORRUPT;
        if (st != TILL_OK)
            break;
        ++*count_out;
    }
    sqlite_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

/* ---- opening --------------------------------------------------------------------------------- */

static void close_store(struct store *s)
{
    sqlite_finalize(self(s)->statements, STORE_STATEMENTS);
    sqlite_close(self(s)->db);
    free(s);
}

static const struct store_backend backend = {
    .close = close_store,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .mark = mark,
    .keep = keep,
    .undo = undo,
    .terminal_put = terminal_put,
    .terminal_above = terminal_above,
    .terminal_get = terminal_get,
    .assign = assign,
    .assigned = assigned,
    .entry_add = store_sqlite_entry_add,
    .entry_get = store_sqlite_entry_get,
    .fork_add = store_sqlite_fork_add,
    .fork_count = store_sqlite_fork_count,
    .quarantine_add = store_sqlite_quarantine_add,
    .quarantined = store_sqlite_quarantined,
    .alarm_add = store_sqlite_alarm_add,
    .alarm_above = store_sqlite_alarm_above,
    .posting_of = store_sqlite_posting_of,
    .posting_add = store_sqlite_posting_add,
    .account_open = store_sqlite_account_open,
    .line_add = store_sqlite_line_add,
    .balance_set = store_sqlite_balance_set,
    .balance = store_sqlite_balance,
    .balance_prefix = store_sqlite_balance_prefix,
    .posting_above = store_sqlite_posting_above,
    .ledger_check = store_sqlite_ledger_check,
    .payment_add = store_sqlite_payment_add,
    .payment_get = store_sqlite_payment_get,
    .payment_undo = store_sqlite_payment_undo,
    .matter_add = store_sqlite_matter_add,
    .matter_above = store_sqlite_matter_above,
    .matter_answer = store_sqlite_matter_answer,
    .matters_open = store_sqlite_matters_open,
    .site_put = store_sqlite_site_put,
    .site_get = store_sqlite_site_get,
    .user_put = store_sqlite_user_put,
    .user_above = store_sqlite_user_above,
    .meter_book_put = store_sqlite_meter_book_put,
    .meter_book_get = store_sqlite_meter_book_get,
    .customer_put = store_sqlite_customer_put,
    .customer_get = store_sqlite_customer_get,
    .customer_above = store_sqlite_customer_above,
    .bill_add = store_sqlite_bill_add,
    .bill_get = store_sqlite_bill_get,
    .bill_open_set = store_sqlite_bill_open_set,
    .bills_open = store_sqlite_bills_open,
    .value_put = store_sqlite_value_put,
    .value_get = store_sqlite_value_get,
};

static enum till_status register_vfs(void)
{
    const sqlite3_vfs *system = sqlite3_vfs_find(NULL);
    struct vfs_layer layer = {.name = STORE_VFS_NAME, .sector_size = STORE_SECTOR_SIZE};

    if (system == NULL)
        return TILL_E_DATABASE;
    layer.base = system->zName;
    return sqlite3_vfs_find(STORE_VFS_NAME) != NULL ? TILL_OK : vfs_register_layer(&layer);
}

/* A new store is made beside its path and renamed: a program killed at its first start leaves
 * nothing that the second can't begin with. */
static enum till_status create(const struct sqlite_options *options)
{
    char beside[PATH_CAPACITY];
    struct sqlite_options made = *options;
    sqlite3 *db = NULL;
    int size = snprintf(beside, sizeof(beside), "%s.new", options->path);
    enum till_status st;

    if (size < 0 || size >= PATH_CAPACITY)
        return TILL_TOO_LARGE;
    made.path = beside;
    made.create = true;
    st = sqlite_file_remove(options->vfs, beside);
    if (st == TILL_OK)
        st = sqlite_open(&made, NULL, &db);
    if (st != TILL_OK)
        return st;
    sqlite_close(db);
    return sqlite_file_rename(options->vfs, beside, options->path);
}

enum till_status store_sqlite_open(const char *path, struct store **store_out)
{
    const struct sqlite_options options = {.path = path,
                                           .vfs = STORE_VFS_NAME,
                                           .page_size = STORE_PAGE_SIZE,
                                           .application = STORE_APPLICATION,
                                           .pragmas = PRAGMAS,
                                           .migrations = migrations,
                                           .migration_count = MIGRATIONS};
    struct store_sqlite *s = calloc(1, sizeof(*s));
    enum till_status st = register_vfs();

    if (s == NULL)
        return TILL_E_MEMORY;
    if (st == TILL_OK && !sqlite_file_exists(STORE_VFS_NAME, path))
        st = create(&options);
    if (st == TILL_OK)
        st = sqlite_open(&options, NULL, &s->db);
    if (st == TILL_OK)
        st = sqlite_prepare(s->db, texts, s->statements, STORE_STATEMENTS);
    if (st != TILL_OK) {
        sqlite_close(s->db);
        free(s);
        return st;
    }
    s->store.backend = &backend;
    *store_out = &s->store;
    return TILL_OK;
}
