#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal_private.h"
#include "log.h"
#include "sql.h"
#include "vfs.h"
#include "wal.h"

enum { PATH_SIZE_MAX = 4096, WAL_SIZE_MAX = 1 << 30 };

static const char *const migrations[] = {SQL_JOURNAL_MIGRATION_1};

static struct sqlite_options database_options(const struct journal_options *options)
{
    return (struct sqlite_options){.path = options->path,
                                   .vfs = options->vfs,
                                   .page_size = JOURNAL_PAGE_SIZE,
                                   .application = JOURNAL_APPLICATION,
                                   .pragmas = SQL_JOURNAL_PRAGMAS,
                                   .migrations = migrations,
                                   .migration_count =
                                       (int)(sizeof migrations / sizeof migrations[0])};
}

void journal_close(struct journal *j)
{
    if (j == NULL)
        return;
    sqlite_finalize(j->statements, STATEMENT_COUNT);
    sqlite_close(j->db);
    free(j);
}

/* How many frames the WAL has: what journal_store asks before it writes back. */
static int count_frames(void *context, sqlite3 *db, const char *name, int frames)
{
    struct journal *j = context;

    (void)db;
    (void)name;
    j->wal_frames = frames;
    return SQLITE_OK;
}

/* Frees nothing on failure: the caller closes. */
static enum till_status prepare(struct journal *j, const struct journal_options *options)
{
    j->sealer = options->sealer;
    sqlite3_wal_hook(j->db, count_frames, j);
    return sqlite_prepare(j->db, journal_statement_texts, j->statements, STATEMENT_COUNT);
}

/* ---- creating -------------------------------------------------------------------------------- */

static enum till_status first_entry(struct journal *j, int64_t at_s,
                                    const struct body_enrolled *body)
{
    uint8_t genesis[HASH_SIZE];
    struct journal_item item = {0};

    fold_init(&j->fold);
    enum till_status status = sqlite_execute(j->db, SQL_JOURNAL_INSERT_STATE);
    if (status == TILL_OK)
        status =
            chain_genesis(&j->sealer, body->terminal, body->public_key, body->authority, genesis);
    if (status == TILL_OK)
        status = entry_write_enrolled(&item.entry, body);
    if (status != TILL_OK)
        return status;
    return journal_append_after(j, body->terminal, genesis, at_s, false, &item, 1);
}

/*
 * A journal is there whole or not at all: it is made under another name, written back, closed and
 * renamed. What a cut leaves of the other name is removed by the next attempt.
 */
enum till_status journal_create(const struct journal_options *options, int64_t at_s,
                                const struct body_enrolled *body, struct journal **journal_out)
{
    const char *vfs = options->vfs;
    char path[PATH_SIZE_MAX];
    struct sqlite_options database = database_options(options);
    struct journal_found found;

    if (sqlite_file_exists(vfs, options->path))
        return TILL_BAD_INPUT;
    int size = snprintf(path, sizeof path, "%s.new", options->path);
    if (size < 0 || (size_t)size >= sizeof path)
        return TILL_TOO_LARGE;
    struct journal *j = calloc(1, sizeof *j);
    if (j == NULL)
        return TILL_E_MEMORY;
    enum till_status status = sqlite_file_remove(vfs, path);
    database.path = path;
    database.create = true;
    if (status == TILL_OK)
        status = sqlite_open(&database, NULL, &j->db);
    if (status == TILL_OK)
        status = prepare(j, options);
    if (status == TILL_OK)
        status = first_entry(j, at_s, body);
    if (status == TILL_OK)
        status = journal_checkpoint(j);
    journal_close(j);
    if (status == TILL_OK)
        status = sqlite_file_rename(vfs, path, options->path);
    if (status == TILL_OK)
        status = journal_open(options, &found, journal_out);
    return status;
}

/* ---- opening --------------------------------------------------------------------------------- */

/* Is what SQLite drops from the end of the WAL explained by a write that never finished? */
static enum till_status inspect_tail(void *context, const struct sqlite_options *options)
{
    struct wal_found *found = context;
    const char *vfs = options->vfs != NULL ? options->vfs : VFS_SECTOR_NAME;
    const struct vfs_layer *layer = vfs_layer_named(vfs);
    uint8_t *wal = NULL;
    size_t size = 0;
    enum till_status status =
        vfs_read_file(vfs, options->path, VFS_PART_WAL, WAL_SIZE_MAX, &wal, &size);

    *found = (struct wal_found){.tail = WAL_WHOLE};
    if (status == TILL_NOT_FOUND)
        return TILL_OK;
    if (status != TILL_OK)
        return status;
    wal_inspect((struct span){wal, size}, JOURNAL_PAGE_SIZE, layer != NULL ? layer->sector_size : 0,
                found);
    sqlite3_free(wal);
    if (found->tail != WAL_DAMAGED)
        return TILL_OK;
    log_error("%s-wal: damaged at byte %zu; no torn write explains it", options->path,
              found->bad_offset);
    return TILL_E_CORRUPT;
}

static enum till_status read_row(struct journal *j, uint64_t seq, struct entry *entry)
{
    struct sqlite_use use = sqlite_begin(j->statements[STATEMENT_SELECT_ENTRY]);

    sqlite_bind_unsigned(&use, seq);
    enum till_status status = sqlite_next(&use);
    if (status == TILL_OK)
        status = journal_row_entry(&use, entry);
    sqlite_end(&use);
    return status == TILL_NOT_FOUND ? TILL_E_CORRUPT : status;
}

/*
 * Fold the entries from the one after j->fold on, each checked against the one before; the very
 * last must bear this terminal's signature. How they touched customers is kept
 * in the group.
 *   last   seq of the last entry
 *   prev   hash of the entry that j->fold ends with, the genesis before the first
 */
static enum till_status fold_rest(struct journal *j, uint64_t last, const char *terminal,
                                  uint8_t prev[HASH_SIZE])
{
    struct fold_touch touch;
    struct entry entry;
    enum till_status status = TILL_OK;

    for (uint64_t seq = j->fold.seq + 1; seq <= last && status == TILL_OK; seq++) {
        status = read_row(j, seq, &entry);
        if (status == TILL_OK)
            status = chain_check(&j->sealer, terminal, &entry, prev, seq == last);
        if (status == TILL_OK)
            status = fold_apply(&j->fold, &entry, &touch);
        if (status != TILL_OK)
            break;
        memcpy(prev, entry.hash, HASH_SIZE);
        if (!kind_is_known(entry.kind))
            j->read_only = true;
        if (seq > last - last % JOURNAL_GROUP)
            journal_group_add(&j->group, seq, &touch);
        else if (seq == last - last % JOURNAL_GROUP && j->fold_is_old && !j->read_only)
            status = journal_renew_fold(j, entry.hash);
    }
    if (status != TILL_OK)
        log_error("journal: the last entries do not hold (%s)", status_name(status));
    return status;
}

static enum till_status check_last(struct journal *j, const struct entry *last)
{
    struct entry before;
    enum till_status status = read_row(j, last->seq - 1, &before);

    if (status == TILL_OK)
        status = chain_check(&j->sealer, journal_terminal(j), last, before.hash, true);
    if (status != TILL_OK)
        log_error("journal: the last entry does not hold (%s)", status_name(status));
    return status;
}

/*
 * The fold as it was kept with the last full group, which ends with *group_end. TILL_NOT_FOUND:
 * newer or earlier software packed it in another way.
 */
static enum till_status load_fold(struct journal *j, const struct entry *group_end,
                                  const struct journal_state *state)
{
    uint8_t check[JOURNAL_FOLD_CHECK_SIZE];

    fold_init(&j->fold);
    if (group_end->seq == 0)
        return state->fold.size == 0 && state->fold_check.size == 0 ? TILL_OK : TILL_E_CORRUPT;
    enum till_status status = journal_fold_check(&j->sealer, state->fold, group_end->hash, check);
    if (status != TILL_OK)
        return status;
    if (state->fold_check.size != sizeof check ||
        memcmp(state->fold_check.data, check, sizeof check) != 0)
        return TILL_E_CORRUPT;
    status = fold_unpack(state->fold, &j->fold);
    if (status == TILL_UNSUPPORTED || (status != TILL_OK && j->read_only)) {
        fold_init(&j->fold);
        j->fold_is_old = true;
        return TILL_NOT_FOUND;
    }
    return status == TILL_OK && j->fold.seq == group_end->seq ? TILL_OK : TILL_E_CORRUPT;
}

static enum till_status load_state(struct journal *j, const struct entry *group_end, uint64_t last)
{
    struct journal_state state;
    struct sqlite_use use = sqlite_begin(j->statements[STATEMENT_SELECT_STATE]);
    enum till_status status = sqlite_next(&use);

    if (status == TILL_OK)
        status = journal_row_state(&use, &state);
    else if (status == TILL_NOT_FOUND)
        status = TILL_E_CORRUPT;
    if (status == TILL_OK && state.ack.seq > last)
        status = TILL_E_CORRUPT;
    if (status == TILL_OK) {
        j->ack = state.ack;
        if (state.kind_count > journal_kind_count())
            j->read_only = true;
        status = load_fold(j, group_end, &state);
    }
    sqlite_end(&use);
    return status;
}

static enum till_status last_seq(struct journal *j, uint64_t *last_out)
{
    struct sqlite_use use = sqlite_begin(j->statements[STATEMENT_SELECT_LAST]);
    enum till_status status = sqlite_next(&use);

    if (status == TILL_OK)
        status = sqlite_column_unsigned(&use, 0, last_out);
    sqlite_end(&use);
    return status == TILL_OK && *last_out == 0 ? TILL_E_CORRUPT : status;
}

/* Everything from the last full group on; the whole chain is the audit's. */
static enum till_status check(struct journal *j)
{
    struct entry entry = {0}; /* the first, then the end of the last full group */
    struct body_enrolled enrolled;
    uint8_t prev[HASH_SIZE];
    uint64_t last = 0;
    enum till_status status = last_seq(j, &last);

    if (status == TILL_OK)
        status = read_row(j, 1, &entry);
    /* The first entry says whose journal it is and where its chain begins. */
    if (status == TILL_OK && entry_read_enrolled(&entry, &enrolled) != TILL_OK)
        status = TILL_E_CORRUPT;
    if (status == TILL_OK)
        status = chain_genesis(&j->sealer, enrolled.terminal, enrolled.public_key,
                               enrolled.authority, prev);
    entry.seq = 0;
    if (status == TILL_OK && last >= JOURNAL_GROUP)
        status = read_row(j, last - last % JOURNAL_GROUP, &entry);
    if (status != TILL_OK)
        return status;
    status = load_state(j, &entry, last);
    if (status == TILL_OK) {
        j->fold.enrolled = enrolled;
        if (entry.seq != 0)
            memcpy(prev, entry.hash, HASH_SIZE);
    } else if (status == TILL_NOT_FOUND) {
        status = TILL_OK; /* fold from the first entry on */
    }
    /* A group that is just full: its last entry is checked all the same. */
    if (status == TILL_OK && entry.seq == last)
        status = check_last(j, &entry);
    if (status == TILL_OK)
        status = fold_rest(j, last, enrolled.terminal, prev);
    memcpy(j->head, prev, HASH_SIZE);
    return status;
}

/*
 * A file that ends within a page: a write that never finished, where the log has commits to write
 * again (the start then mends it), and damage where it has none.
 */
static enum till_status check_size(struct journal *j, const struct wal_found *tail)
{
    sqlite3_file *file = NULL;
    sqlite3_int64 size = 0;

    if (sqlite3_file_control(j->db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK ||
        file->pMethods->xFileSize(file, &size) != SQLITE_OK)
        return TILL_E_IO;
    if (size % JOURNAL_PAGE_SIZE == 0 || tail->frames > 0)
        return TILL_OK;
    log_error("journal: the file ends within a page, at byte %lld", (long long)size);
    return TILL_E_CORRUPT;
}

static enum till_status open_checked(struct journal *j, const struct journal_options *options,
                                     struct wal_found *tail)
{
    struct sqlite_options database = database_options(options);

    database.inspect = inspect_tail;
    database.inspect_context = tail;
    enum till_status status = sqlite_open(&database, &j->read_only, &j->db);
    if (status != TILL_OK)
        return status;
    sqlite3_db_config(j->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    status = check_size(j, tail);
    if (status == TILL_OK)
        status = prepare(j, options);
    if (status == TILL_OK)
        status = check(j);
    return status;
}

enum till_status journal_open(const struct journal_options *options,
                              struct journal_found *found_out, struct journal **journal_out)
{
    struct wal_found tail = {.tail = WAL_WHOLE};
    struct journal *j = calloc(1, sizeof *j);

    if (j == NULL)
        return TILL_E_MEMORY;
    enum till_status status = open_checked(j, options, &tail);
    if (status != TILL_OK) {
        journal_close(j);
        return status;
    }
    /* What a cut left of an unfinished write goes now: it must never stand behind new frames. */
    j->tail_dirty = true;
    status = journal_checkpoint(j);
    if (status != TILL_OK && status != TILL_DISK_FULL) {
        journal_close(j);
        return status;
    }
    /* With a full disk it can still be read and sent; the next append tries again. */
    sqlite3_db_config(j->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    *found_out = (struct journal_found){.read_only = j->read_only};
    if (tail.tail == WAL_TORN) {
        found_out->repaired = true;
        found_out->repaired_from = j->fold.seq + 1;
        log_warning("journal: an unfinished write behind entry %llu was cut off",
                    (unsigned long long)j->fold.seq);
    }
    *journal_out = j;
    return TILL_OK;
}
