/*
 * The store on SQLite: one file in WAL mode, synchronous=FULL, pages with checksums and no sector
 * shared between two commits (db/vfs.h). One writer at a time; readers beside it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sql.h"
#include "sqlite.h"
#include "store_sqlite_unit.h"
#include "store_turn.h"
#include "vfs.h"

/* "FTst" in SQLite's application_id. */
enum { STORE_APPLICATION = 0x46547374, STORE_PAGE_SIZE = 4096, STORE_SECTOR_SIZE = 4096 };
enum { PATH_CAPACITY = 4096 };
#define STORE_VFS_NAME "fieldtill-store"

/* Another program of the host (an import, a report) may have the lock for a moment. */
static const char PRAGMAS[] = "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL;"
                              "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                              "PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY;"
                              "PRAGMA wal_autocheckpoint=4000;";

/* Nothing of it is wanted after a crash: no sync, and what a savepoint needs in memory. */
static const char SCRATCH_PRAGMAS[] = "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;"
                                      "PRAGMA foreign_keys=ON; PRAGMA locking_mode=EXCLUSIVE;"
                                      "PRAGMA cache_size=-131072;";

/* Versions from 3 on have many authors: their parts are put together when a store is opened. */
#define X(noun) SQL_STORE_TABLES_3_##noun,
static const char *const version_3[] = {STORE_TABLES_3(X) NULL};
#undef X
#define X(noun) SQL_STORE_TABLES_4_##noun,
static const char *const version_4[] = {STORE_TABLES_4(X) NULL};
#undef X
#define X(noun) SQL_STORE_TABLES_5_##noun,
static const char *const version_5[] = {STORE_TABLES_5(X) NULL};
#undef X
enum { MIGRATIONS = 5, JOINED_FROM = 3, JOINED = MIGRATIONS - JOINED_FROM + 1 };

static const char *const texts[STORE_STATEMENTS] = {
#define X(name) [STORE_##name] = SQL_STORE_##name,
    STORE_STATEMENT_LIST(X)
#undef X
};

struct store_sqlite {
    struct store store; /* first: a struct store * is one of these */
    sqlite3 *db;
    sqlite3_stmt *statements[STORE_STATEMENTS];
    bool accounts[STORE_STATEMENTS]; /* it reads or writes balances */
    struct sqlite_unit unit;
    struct store_turn *turn; /* of the file; NULL: not yet open */
    bool holds;              /* it has the turn */
};

static struct store_sqlite *self(struct store *s)
{
    return (struct store_sqlite *)s;
}

struct sqlite_unit *store_sqlite_unit(struct store *s)
{
    return &self(s)->unit;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static struct sqlite_use of(const struct rows_use *use)
{
    return (struct sqlite_use){.statement = use->statement, .at = use->at, .code = use->code};
}

static void rows_start(struct rows_use *use, enum store_statement which)
{
    struct store_sqlite *s = self(use->store);

    /* Balances that wait are seen by whoever looks at one. */
    if (s->accounts[which] && sqlite_unit_flush(use->store) != TILL_OK)
        use->code = SQLITE_ERROR;
    use->statement = sqlite_begin(s->statements[which]).statement;
}

static void bound(struct rows_use *use, const struct sqlite_use *now)
{
    use->at = now->at;
    use->code = now->code;
}

static void bind_integer(struct rows_use *use, int64_t value)
{
    struct sqlite_use now = of(use);

    sqlite_bind_integer(&now, value);
    bound(use, &now);
}

static void bind_text(struct rows_use *use, const char *text, size_t size)
{
    struct sqlite_use now = of(use);

    (void)size;
    sqlite_bind_text(&now, text);
    bound(use, &now);
}

static void bind_bytes(struct rows_use *use, const void *data, size_t size)
{
    struct sqlite_use now = of(use);

    sqlite_bind_bytes(&now, data, size);
    bound(use, &now);
}

static void bind_null(struct rows_use *use)
{
    struct sqlite_use now = of(use);

    sqlite_bind_null(&now);
    bound(use, &now);
}

static enum till_status rows_run_once(struct rows_use *use, bool *dangling_out)
{
    struct sqlite_use now = of(use);
    enum till_status st = sqlite_run(&now);

    use->changes = st == TILL_OK ? sqlite3_changes64(self(use->store)->db) : 0;
    *dangling_out = now.code == SQLITE_CONSTRAINT_FOREIGNKEY;
    return st;
}

static enum till_status rows_step(struct rows_use *use)
{
    struct sqlite_use now = of(use);
    enum till_status st = sqlite_next(&now);

    use->code = now.code;
    return st;
}

static void rows_stop(struct rows_use *use)
{
    struct sqlite_use now = of(use);

    sqlite_end(&now);
}

static enum rows_kind column_kind(const struct rows_use *use, int column)
{
    switch (sqlite3_column_type(use->statement, column)) {
    case SQLITE_NULL:
        return ROWS_NULL;
    case SQLITE_INTEGER:
        return ROWS_INTEGER;
    case SQLITE_TEXT:
        return ROWS_TEXT;
    default:
        return ROWS_BYTES;
    }
}

static int64_t column_integer(const struct rows_use *use, int column)
{
    return sqlite3_column_int64(use->statement, column);
}

static struct span column_span(const struct rows_use *use, int column)
{
    const struct sqlite_use now = of(use);

    return sqlite_column_span(&now, column);
}

/* ---- transactions ---------------------------------------------------------------------------- */

static void give_turn(struct store_sqlite *s)
{
    if (s->holds)
        store_turn_give(s->turn);
    s->holds = false;
}

/* One writer at a time, whoever it is, in turn; and readers beside it. */
static enum till_status begin(struct store *s, enum store_way way, const char *terminal)
{
    enum till_status st;

    if (way == STORE_VIEW || way == STORE_WHOLE)
        return sqlite_execute(self(s)->db, "BEGIN");
    st = store_turn_take(self(s)->turn);
    if (st != TILL_OK)
        return st;
    self(s)->holds = true;
    st = sqlite_transaction(self(s)->db);
    if (st == TILL_OK)
        sqlite_unit_begin(s, terminal);
    else
        give_turn(self(s));
    return st;
}

static enum till_status commit(struct store *s)
{
    enum till_status st = sqlite_unit_flush(s);

    if (st == TILL_OK)
        st = sqlite_commit(self(s)->db);
    else
        sqlite_rollback(self(s)->db);
    sqlite_unit_end(&self(s)->unit);
    give_turn(self(s));
    return st;
}

static void rollback(struct store *s)
{
    sqlite_unit_end(&self(s)->unit);
    sqlite_rollback(self(s)->db);
    give_turn(self(s));
}

static enum till_status run(struct store *s, enum store_statement which)
{
    struct rows_use use = rows_of(s, which);

    return rows_run(&use);
}

static enum till_status mark(struct store *s)
{
    enum till_status st = sqlite_unit_flush(s);

    /* Whoever marks may post row by row. */
    self(s)->unit.last_number = 0;
    return st == TILL_OK ? run(s, STORE_MARK) : st;
}

static enum till_status keep(struct store *s)
{
    return run(s, STORE_KEEP);
}

static enum till_status undo(struct store *s)
{
    enum till_status st;

    sqlite_unit_forget(&self(s)->unit);
    st = run(s, STORE_UNDO);
    return st == TILL_OK ? keep(s) : st;
}

/* ---- opening --------------------------------------------------------------------------------- */

static void close_store(struct store *s)
{
    sqlite_finalize(self(s)->statements, STORE_STATEMENTS);
    sqlite_close(self(s)->db);
    sqlite_unit_free(&self(s)->unit);
    store_turn_close(self(s)->turn);
    free(s);
}

static enum till_status copy(struct store *s, const char *path);

static const struct store_backend backend = {
    .close = close_store,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .mark = mark,
    .keep = keep,
    .undo = undo,
    .copy = copy,
    .rows_start = rows_start,
    .rows_bind_integer = bind_integer,
    .rows_bind_text = bind_text,
    .rows_bind_bytes = bind_bytes,
    .rows_bind_null = bind_null,
    .rows_run = rows_run_once,
    .rows_next = rows_step,
    .rows_end = rows_stop,
    .rows_kind = column_kind,
    .rows_integer = column_integer,
    .rows_span = column_span,
    .bulk = &store_sqlite_bulk,
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

/* The parts of a version as one text, the caller's to free. */
static char *join(const char *const *parts)
{
    size_t size = 1;
    char *joined;

    for (size_t i = 0; parts[i] != NULL; i++)
        size += strlen(parts[i]);
    joined = malloc(size);
    if (joined == NULL)
        return NULL;
    size = 0;
    for (size_t i = 0; parts[i] != NULL; i++) {
        size_t part = strlen(parts[i]);

        memcpy(joined + size, parts[i], part);
        size += part;
    }
    joined[size] = '\0';
    return joined;
}

static enum till_status open_file(struct store_sqlite *s, const char *path,
                                  char *const joined[JOINED], const char *pragmas)
{
    const char *const migrations[MIGRATIONS] = {SQL_STORE_TABLES_1, SQL_STORE_TABLES_2, joined[0],
                                                joined[1], joined[2]};
    const struct sqlite_options options = {.path = path,
                                           .vfs = STORE_VFS_NAME,
                                           .page_size = STORE_PAGE_SIZE,
                                           .application = STORE_APPLICATION,
                                           .pragmas = pragmas,
                                           .migrations = migrations,
                                           .migration_count = MIGRATIONS};
    enum till_status st = register_vfs();

    if (st == TILL_OK && !sqlite_file_exists(STORE_VFS_NAME, path))
        st = create(&options);
    if (st == TILL_OK)
        st = sqlite_open(&options, NULL, &s->db);
    if (st == TILL_OK)
        st = store_turn_open(path, &s->turn);
    for (int i = 0; i < STORE_STATEMENTS; i++)
        s->accounts[i] = strstr(texts[i], "ledger_account") != NULL;
    return st == TILL_OK ? sqlite_prepare(s->db, texts, s->statements, STORE_STATEMENTS) : st;
}

static enum till_status open_with(const char *path, const char *pragmas, struct store **store_out)
{
    struct store_sqlite *s = calloc(1, sizeof(*s));
    char *joined[JOINED] = {join(version_3), join(version_4), join(version_5)};
    bool enough = s != NULL;
    enum till_status st;

    for (int i = 0; i < JOINED; i++)
        enough = enough && joined[i] != NULL;
    st = enough ? open_file(s, path, joined, pragmas) : TILL_E_MEMORY;
    for (int i = 0; i < JOINED; i++)
        free(joined[i]);
    if (st != TILL_OK) {
        if (s != NULL) {
            sqlite_close(s->db);
            store_turn_close(s->turn);
        }
        free(s);
        return st;
    }
    s->store.backend = &backend;
    *store_out = &s->store;
    return TILL_OK;
}

enum till_status store_sqlite_open(const char *path, struct store **store_out)
{
    return open_with(path, PRAGMAS, store_out);
}

enum till_status store_sqlite_scratch(const char *path, struct store **store_out)
{
    return open_with(path, SCRATCH_PRAGMAS, store_out);
}

/* Into a store of its own, so that its pages have checksums too. One step reads it all in one
 * transaction, while others write. */
static enum till_status copy(struct store *s, const char *path)
{
    struct store *other = NULL;
    enum till_status st = store_sqlite_open(path, &other);
    sqlite3_backup *backup;
    int code;

    if (st != TILL_OK)
        return st;
    backup = sqlite3_backup_init(self(other)->db, "main", self(s)->db, "main");
    code = backup == NULL ? sqlite3_errcode(self(other)->db) : sqlite3_backup_step(backup, -1);
    if (code != SQLITE_DONE)
        st = sqlite_failed(self(other)->db, code, "copying");
    if (backup != NULL && sqlite3_backup_finish(backup) != SQLITE_OK && st == TILL_OK)
        st = TILL_E_DATABASE;
    store_close(other);
    return st;
}
