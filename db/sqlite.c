#include "sqlite.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "vfs.h"

enum { PAGE_SIZE_MIN = 512, PAGE_SIZE_MAX = 4096, FILE_NAME_MAX = 4096 };

static const char *vfs_or_default(const char *vfs)
{
    return vfs != NULL ? vfs : VFS_SECTOR_NAME;
}

enum till_status sqlite_status(int code)
{
    if (code == SQLITE_IOERR_DATA || code == SQLITE_IOERR_CORRUPTFS)
        return TILL_E_CORRUPT;
    if (code == SQLITE_IOERR_NOMEM)
        return TILL_E_MEMORY;
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return TILL_OK;
    case SQLITE_FULL:
        return TILL_DISK_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return TILL_BUSY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return TILL_E_CORRUPT;
    case SQLITE_NOMEM:
        return TILL_E_MEMORY;
    case SQLITE_READONLY:
        return TILL_READ_ONLY;
    case SQLITE_TOOBIG:
        return TILL_TOO_LARGE;
    case SQLITE_CONSTRAINT:
        return TILL_BAD_INPUT;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_PERM:
        return TILL_E_IO;
    default:
        return TILL_E_DATABASE;
    }
}

enum till_status sqlite_failed(sqlite3 *db, int code, const char *what)
{
    enum till_status status = sqlite_status(code);

    assert(status != TILL_OK);
    log_error("%s: %s (%d)", what, db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(code), code);
    return status;
}

enum till_status sqlite_execute(sqlite3 *db, const char *sql)
{
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);

    return code == SQLITE_OK ? TILL_OK : sqlite_failed(db, sqlite3_extended_errcode(db), "sql");
}

enum till_status sqlite_integer(sqlite3 *db, const char *sql, int64_t *value_out)
{
    sqlite3_stmt *statement = NULL;
    enum till_status status = sqlite_prepare(db, &sql, &statement, 1);

    if (status != TILL_OK)
        return status;
    struct sqlite_use use = sqlite_begin(statement);
    status = sqlite_next(&use);
    if (status == TILL_OK)
        *value_out = sqlite_column_integer(&use, 0);
    sqlite_finalize(&statement, 1);
    return status;
}

/* ---- opening --------------------------------------------------------------------------------- */

/* A new file gets room for the page checksum; the VFS is told to fill and check it. */
static enum till_status configure_pages(sqlite3 *db, const struct sqlite_options *options)
{
    char sql[64];
    int on = 1;
    int code = sqlite3_file_control(db, "main", VFS_CONTROL_CHECKSUMS, &on);

    if (code != SQLITE_OK && code != SQLITE_NOTFOUND)
        return sqlite_failed(db, code, options->path);
    if (!options->create)
        return TILL_OK;
    if (code == SQLITE_OK) {
        int reserve = VFS_CHECKSUM_SIZE;

        code = sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
        if (code != SQLITE_OK)
            return sqlite_failed(db, code, options->path);
    }
    snprintf(sql, sizeof sql, "PRAGMA page_size = %u", options->page_size);
    return sqlite_execute(db, sql);
}

static enum till_status migrate_step(sqlite3 *db, const struct sqlite_options *options, int from)
{
    char sql[96];
    enum till_status status = sqlite_transaction(db);

    if (status != TILL_OK)
        return status;
    snprintf(sql, sizeof sql, "PRAGMA user_version = %d; PRAGMA application_id = %d", from + 1,
             (int)options->application);
    status = sqlite_execute(db, options->migrations[from]);
    if (status == TILL_OK)
        status = sqlite_execute(db, sql);
    if (status == TILL_OK)
        return sqlite_commit(db);
    sqlite_rollback(db);
    return status;
}

static enum till_status migrate(sqlite3 *db, const struct sqlite_options *options, bool *newer_out)
{
    int64_t version = 0;
    int64_t application = 0;
    enum till_status status = sqlite_integer(db, "PRAGMA user_version", &version);

    if (status == TILL_OK)
        status = sqlite_integer(db, "PRAGMA application_id", &application);
    if (status != TILL_OK)
        return status;
    if (!options->create && application != options->application) {
        log_error("%s: not a file of this program, or of another version of it", options->path);
        return TILL_E_CORRUPT;
    }
    if (options->inspect != NULL) {
        status = options->inspect(options->inspect_context, options);
        if (status != TILL_OK)
            return status;
    }
    if (version > options->migration_count) {
        if (newer_out == NULL)
            return TILL_READ_ONLY;
        *newer_out = true;
        return TILL_OK;
    }
    if (version < (options->create ? 0 : 1))
        return TILL_E_CORRUPT;
    for (int v = (int)version; v < options->migration_count && status == TILL_OK; v++)
        status = migrate_step(db, options, v);
    return status;
}

enum till_status sqlite_open(const struct sqlite_options *options, bool *newer_out,
                             sqlite3 **db_out)
{
    const char *vfs = vfs_or_default(options->vfs);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    sqlite3 *db = NULL;
    enum till_status status;

    assert(options->page_size >= PAGE_SIZE_MIN && options->page_size <= PAGE_SIZE_MAX);
    if (newer_out != NULL)
        *newer_out = false;
    if (sqlite_file_exists(vfs, options->path) == options->create)
        return options->create ? TILL_BAD_INPUT : TILL_NOT_FOUND;
    if (options->create)
        flags |= SQLITE_OPEN_CREATE;
    int code = sqlite3_open_v2(options->path, &db, flags, vfs);
    if (code != SQLITE_OK) {
        status = sqlite_failed(db, code, options->path);
        sqlite_close(db);
        return status;
    }
    /* A file of ours never has triggers or views that run what a stranger wrote. */
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    /* What is found bad stays as it lies, WAL included. */
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    status = configure_pages(db, options);
    if (status == TILL_OK && options->pragmas != NULL)
        status = sqlite_execute(db, options->pragmas);
    if (status == TILL_OK)
        status = migrate(db, options, newer_out);
    if (status != TILL_OK) {
        sqlite_close(db);
        return status;
    }
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    *db_out = db;
    return TILL_OK;
}

void sqlite_close(sqlite3 *db)
{
    int code = sqlite3_close(db);

    assert(code == SQLITE_OK);
}

/* ---- statements ------------------------------------------------------------------------------ */

enum till_status sqlite_prepare(sqlite3 *db, const char *const *texts,
                                sqlite3_stmt **statements_out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        statements_out[i] = NULL;
        int code = sqlite3_prepare_v3(db, texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                                      &statements_out[i], NULL);
        if (code != SQLITE_OK) {
            sqlite_finalize(statements_out, i);
            return sqlite_failed(db, code, texts[i]);
        }
    }
    return TILL_OK;
}

void sqlite_finalize(sqlite3_stmt **statements, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sqlite3_finalize(statements[i]);
        statements[i] = NULL;
    }
}

struct sqlite_use sqlite_begin(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    return (struct sqlite_use){.statement = statement};
}

static void bound(struct sqlite_use *use, int code)
{
    if (use->code == SQLITE_OK)
        use->code = code;
}

void sqlite_bind_integer(struct sqlite_use *use, int64_t value)
{
    bound(use, sqlite3_bind_int64(use->statement, ++use->at, value));
}

void sqlite_bind_unsigned(struct sqlite_use *use, uint64_t value)
{
    assert(value <= INT64_MAX);
    sqlite_bind_integer(use, (int64_t)value);
}

void sqlite_bind_text(struct sqlite_use *use, const char *text)
{
    bound(use, sqlite3_bind_text(use->statement, ++use->at, text, -1, SQLITE_STATIC));
}

void sqlite_bind_bytes(struct sqlite_use *use, const void *data, size_t size)
{
    /* A NULL pointer would bind NULL: an empty blob is not that. */
    bound(use, sqlite3_bind_blob64(use->statement, ++use->at, data != NULL ? data : "", size,
                                   SQLITE_STATIC));
}

void sqlite_bind_null(struct sqlite_use *use)
{
    bound(use, sqlite3_bind_null(use->statement, ++use->at));
}

enum till_status sqlite_next(struct sqlite_use *use)
{
    if (use->code == SQLITE_OK) {
        int code = sqlite3_step(use->statement);

        if (code == SQLITE_ROW)
            return TILL_OK;
        sqlite3_reset(use->statement);
        if (code == SQLITE_DONE)
            return TILL_NOT_FOUND;
        use->code = code;
    }
    return sqlite_failed(sqlite3_db_handle(use->statement), use->code, sqlite3_sql(use->statement));
}

enum till_status sqlite_run(struct sqlite_use *use)
{
    if (use->code == SQLITE_OK) {
        int code = sqlite3_step(use->statement);

        sqlite3_reset(use->statement);
        if (code == SQLITE_DONE || code == SQLITE_ROW)
            return TILL_OK;
        use->code = code;
        if ((code & 0xff) == SQLITE_CONSTRAINT)
            return TILL_BAD_INPUT;
    }
    return sqlite_failed(sqlite3_db_handle(use->statement), use->code, sqlite3_sql(use->statement));
}

void sqlite_end(struct sqlite_use *use)
{
    sqlite3_reset(use->statement);
}

int64_t sqlite_column_integer(const struct sqlite_use *use, int column)
{
    return sqlite3_column_int64(use->statement, column);
}

enum till_status sqlite_column_unsigned(const struct sqlite_use *use, int column,
                                        uint64_t *value_out)
{
    int64_t value = sqlite3_column_int64(use->statement, column);

    if (sqlite3_column_type(use->statement, column) != SQLITE_INTEGER || value < 0)
        return TILL_E_CORRUPT;
    *value_out = (uint64_t)value;
    return TILL_OK;
}

enum till_status sqlite_column_text(const struct sqlite_use *use, int column, char *text_out,
                                    size_t capacity)
{
    const unsigned char *text = sqlite3_column_text(use->statement, column);
    size_t size = (size_t)sqlite3_column_bytes(use->statement, column);

    if (text == NULL || size >= capacity || memchr(text, '\0', size) != NULL)
        return TILL_E_CORRUPT;
    memcpy(text_out, text, size);
    text_out[size] = '\0';
    return TILL_OK;
}

struct span sqlite_column_span(const struct sqlite_use *use, int column)
{
    const void *data = sqlite3_column_blob(use->statement, column);
    size_t size = (size_t)sqlite3_column_bytes(use->statement, column);

    return (struct span){.data = data, .size = data != NULL ? size : 0};
}

enum till_status sqlite_column_exact(const struct sqlite_use *use, int column, void *out,
                                     size_t size)
{
    struct span bytes = sqlite_column_span(use, column);

    if (bytes.size != size)
        return TILL_E_CORRUPT;
    if (size > 0)
        memcpy(out, bytes.data, size);
    return TILL_OK;
}

/* ---- transactions ---------------------------------------------------------------------------- */

enum till_status sqlite_transaction(sqlite3 *db)
{
    return sqlite_execute(db, "BEGIN IMMEDIATE");
}

enum till_status sqlite_commit(sqlite3 *db)
{
    enum till_status status = sqlite_execute(db, "COMMIT");

    if (status != TILL_OK)
        sqlite_rollback(db);
    return status;
}

void sqlite_rollback(sqlite3 *db)
{
    /* SQLite rolls back by itself on some failures: then there is nothing left to do. */
    if (sqlite3_get_autocommit(db) == 0)
        (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
}

/* ---- files ----------------------------------------------------------------------------------- */

bool sqlite_file_exists(const char *vfs, const char *path)
{
    return vfs_exists(vfs_or_default(vfs), path);
}

enum till_status sqlite_file_remove(const char *vfs, const char *path)
{
    static const char *const suffixes[] = {"", "-wal", "-journal"};
    char name[FILE_NAME_MAX];

    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        int size = snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
        if (size < 0 || (size_t)size >= sizeof name)
            return TILL_TOO_LARGE;
        enum till_status status = vfs_remove(vfs_or_default(vfs), name);
        if (status != TILL_OK && status != TILL_NOT_FOUND)
            return status;
    }
    return TILL_OK;
}

enum till_status sqlite_file_rename(const char *vfs, const char *from, const char *to)
{
    return vfs_rename(vfs_or_default(vfs), from, to);
}
