/*
 * What every database of Fieldtill shares: opening, migrating, statements, statuses.
 *
 * Private to db/. It knows SQLite and files; it does not know a table. SQL lives in db/schema and
 * arrives here as the SQL_… constants of "sql.h" (db/embed.awk).
 *
 * Threads: one handle, one thread.  Memory: what open and prepare give is freed by sqlite_close.
 */
#ifndef TILL_SQLITE_H
#define TILL_SQLITE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "status.h"

struct sqlite_options {
    const char *path;
    const char *vfs;               /* NULL = VFS_SECTOR_NAME (vfs_register came before) */
    bool create;                   /* the file must not exist; without: it must */
    uint32_t page_size;            /* of a new file, 512..4096 */
    int32_t application;           /* SQLite's application_id: whose file it is */
    const char *pragmas;           /* run first: journal mode, synchronous, locking */
    const char *const *migrations; /* [0] makes version 1 from nothing, [n] version n+1 from n */
    int migration_count;
    /* May be NULL. Called once the file is locked and nothing has been written to it; anything but
     * TILL_OK is sqlite_open's answer, and the file and its WAL stay as they were. */
    enum till_status (*inspect)(void *context, const struct sqlite_options *options);
    void *inspect_context;
};

/*
 * Open, and bring the schema up to date in one transaction for each step.
 *   newer_out  the file's version is above migration_count: nothing was changed; NULL = that is
 *              TILL_READ_ONLY
 * Pages get a checksum where the VFS is one of vfs.h's. TILL_NOT_FOUND: no such file.
 * TILL_BUSY: locked by another. TILL_E_CORRUPT: no database, another application's, damaged.
 */
enum till_status sqlite_open(const struct sqlite_options *options, bool *newer_out,
                             sqlite3 **db_out) TILL_CHECKED;
/* NULL is nothing. All statements must be finalized. */
void sqlite_close(sqlite3 *db);

/* A result code as a status: FULL -> TILL_DISK_FULL, BUSY and LOCKED -> TILL_BUSY, CORRUPT,
 * NOTADB and a failed page checksum -> TILL_E_CORRUPT, NOMEM -> TILL_E_MEMORY, CANTOPEN, IOERR ->
 * TILL_E_IO, the rest TILL_E_DATABASE. OK, ROW, DONE -> TILL_OK. */
enum till_status sqlite_status(int code) TILL_CHECKED;
/* The same, and says it once in the log with SQLite's own words. */
enum till_status sqlite_failed(sqlite3 *db, int code, const char *what) TILL_CHECKED;

/* Run statements that give no rows (rows are thrown away). */
enum till_status sqlite_execute(sqlite3 *db, const char *sql) TILL_CHECKED;
/* For one value, e.g. a pragma. TILL_NOT_FOUND: no row. */
enum till_status sqlite_integer(sqlite3 *db, const char *sql, int64_t *value_out) TILL_CHECKED;

/* Prepare once, all of them: texts[i] -> statements_out[i]. On failure none is left. */
enum till_status sqlite_prepare(sqlite3 *db, const char *const *texts,
                                sqlite3_stmt **statements_out, size_t count) TILL_CHECKED;
void sqlite_finalize(sqlite3_stmt **statements, size_t count);

/* ---- one use of a statement: bind in order, then run or read rows ---------------------------- */

struct sqlite_use {
    sqlite3_stmt *statement;
    int at;   /* last parameter bound */
    int code; /* sticky SQLite result */
};
/* Resets the statement. Texts and blobs are not copied: they must live until it has run. */
struct sqlite_use sqlite_begin(sqlite3_stmt *statement);
void sqlite_bind_integer(struct sqlite_use *use, int64_t value);
/* seq and the like; asserts that it fits int64. */
void sqlite_bind_unsigned(struct sqlite_use *use, uint64_t value);
void sqlite_bind_text(struct sqlite_use *use, const char *text);
void sqlite_bind_bytes(struct sqlite_use *use, const void *data, size_t size);
void sqlite_bind_null(struct sqlite_use *use);
/* Step to the end and reset. A constraint that says no: TILL_BAD_INPUT. */
enum till_status sqlite_run(struct sqlite_use *use) TILL_CHECKED;
/* Next row: TILL_OK, or TILL_NOT_FOUND past the last (then it is reset). Callers that stop early
 * call sqlite_end. */
enum till_status sqlite_next(struct sqlite_use *use) TILL_CHECKED;
void sqlite_end(struct sqlite_use *use);

/* Columns of the row. What does not fit its memory is damage: TILL_E_CORRUPT. */
int64_t sqlite_column_integer(const struct sqlite_use *use, int column);
/* TILL_E_CORRUPT: negative, or no integer. */
enum till_status sqlite_column_unsigned(const struct sqlite_use *use, int column,
                                        uint64_t *value_out) TILL_CHECKED;
enum till_status sqlite_column_text(const struct sqlite_use *use, int column, char *text_out,
                                    size_t capacity) TILL_CHECKED;
/* Valid until the next step; size 0 for NULL. */
struct span sqlite_column_span(const struct sqlite_use *use, int column);
/* Exactly `size` bytes. */
enum till_status sqlite_column_exact(const struct sqlite_use *use, int column, void *out,
                                     size_t size) TILL_CHECKED;

/* ---- transactions ---------------------------------------------------------------------------- */

/* BEGIN IMMEDIATE; durable when commit returns TILL_OK; a commit that failed was rolled back. */
enum till_status sqlite_transaction(sqlite3 *db) TILL_CHECKED;
enum till_status sqlite_commit(sqlite3 *db) TILL_CHECKED;
void sqlite_rollback(sqlite3 *db);

/* ---- files, through the VFS so that the power-cut tests see them ----------------------------- */

/* vfs NULL = VFS_SECTOR_NAME. */
bool sqlite_file_exists(const char *vfs, const char *path);
/* With its -wal and -journal; missing ones are no fault. Durable when it returns. */
enum till_status sqlite_file_remove(const char *vfs, const char *path) TILL_CHECKED;
/* Replace `to` by `from`, both closed; durable (directory synced) when it returns. */
enum till_status sqlite_file_rename(const char *vfs, const char *from, const char *to) TILL_CHECKED;

#endif
