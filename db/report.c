/*
 * The report file: opened, made anew, read on in slices. What an entry means for it stands in
 * report_entry.c, what the book says in report_owed.c, what is answered in report_answers.c.
 */
#include "report.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "book_write.h"
#include "log.h"
#include "report_file.h"
#include "sql.h"
#include "text.h"

/* Entries between two looks at the clock. */
enum { ENTRIES_A_PIECE = 32 };

static const char *const migrations[] = {SQL_REPORT_TABLES};

/* clang-format off */
static const char *const texts[REPORT_STATEMENTS] = {
    [REPORT_STATE] = SQL_REPORT_STATE,
    [REPORT_PUT_STATE] = SQL_REPORT_PUT_STATE,
    [REPORT_NUMBER_OF] = SQL_REPORT_NUMBER_OF,
    [REPORT_ADD_NAME] = SQL_REPORT_ADD_NAME,
    [REPORT_ADD_PART] = SQL_REPORT_ADD_PART,
    [REPORT_ADD_EXCEPTION] = SQL_REPORT_ADD_EXCEPTION,
    [REPORT_DROP_EXCEPTION] = SQL_REPORT_DROP_EXCEPTION,
    [REPORT_END_DOUBT] = SQL_REPORT_END_DOUBT,
    [REPORT_EXPLAIN] = SQL_REPORT_EXPLAIN,
    [REPORT_ANSWER_ABSENCE] = SQL_REPORT_ANSWER_ABSENCE,
    [REPORT_OPEN_SHIFT] = SQL_REPORT_OPEN_SHIFT,
    [REPORT_WORK_SHIFT] = SQL_REPORT_WORK_SHIFT,
    [REPORT_CLOSE_SHIFT] = SQL_REPORT_CLOSE_SHIFT,
    [REPORT_SETTLE] = SQL_REPORT_SETTLE,
    [REPORT_ANSWER] = SQL_REPORT_ANSWER,
    [REPORT_Z_SEQ] = SQL_REPORT_Z_SEQ,
    [REPORT_ADD_OWED] = SQL_REPORT_ADD_OWED,
    [REPORT_LAID] = SQL_REPORT_LAID,
    [REPORT_PUT_LAID] = SQL_REPORT_PUT_LAID,
    [REPORT_DROP_OWED] = SQL_REPORT_DROP_OWED,
    [REPORT_DROP_LAID] = SQL_REPORT_DROP_LAID,
    [REPORT_SUM] = SQL_REPORT_SUM,
    [REPORT_DAYS] = SQL_REPORT_BY_DAY,
    [REPORT_COLLECTORS] = SQL_REPORT_BY_COLLECTOR,
    [REPORT_BOOKS] = SQL_REPORT_BY_BOOK,
    [REPORT_TENDERS] = SQL_REPORT_BY_TENDER,
    [REPORT_TYPES] = SQL_REPORT_BY_TYPE,
    [REPORT_EXCEPTION_PLACES] = SQL_REPORT_EXCEPTION_PLACES,
    [REPORT_EXCEPTIONS] = SQL_REPORT_EXCEPTIONS,
    [REPORT_UNSETTLED_TOTAL] = SQL_REPORT_UNSETTLED_COUNT,
    [REPORT_UNSETTLED] = SQL_REPORT_UNSETTLED,
    [REPORT_SHIFT_TOTAL] = SQL_REPORT_SHIFT_COUNT,
    [REPORT_SHIFTS] = SQL_REPORT_SHIFTS,
    [REPORT_RECOVERIES] = SQL_REPORT_RECOVERIES,
};
/* clang-format on */

struct sqlite_use report_use(struct report *r, enum report_statement which)
{
    return sqlite_begin(r->statements[which]);
}

/* ---- the file -------------------------------------------------------------------------------- */

/* What was answered is of another state of the file. */
static void forget_answers(struct report *r)
{
    free(r->answer.rows);
    free(r->list.places);
    free(r->recovered.rows);
    memset(&r->answer, 0, sizeof r->answer);
    memset(&r->list, 0, sizeof r->list);
    memset(&r->recovered, 0, sizeof r->recovered);
}

/* As if nothing had been read. */
static void forget(struct report *r)
{
    forget_answers(r);
    fold_init(&r->fold);
    memset(r->hash, 0, sizeof r->hash);
    memset(&r->progress, 0, sizeof r->progress);
    memset(r->names, 0, sizeof r->names);
    r->name_next = 0;
    r->part_count = 0;
}

static void close_file(struct report *r)
{
    sqlite_finalize(r->statements, REPORT_STATEMENTS);
    sqlite_close(r->db);
    r->db = NULL;
}

static enum till_status open_file(struct report *r, bool create)
{
    const struct sqlite_options options = {.path = r->path,
                                           .vfs = r->vfs,
                                           .create = create,
                                           .page_size = REPORT_PAGE_SIZE,
                                           .application = REPORT_APPLICATION + REPORT_VERSION,
                                           .pragmas = SQL_REPORT_PRAGMAS,
                                           .migrations = migrations,
                                           .migration_count = 1};
    enum till_status status = sqlite_open(&options, NULL, &r->db);

    if (status != TILL_OK)
        return status;
    if (create)
        status = sqlite_execute(r->db, SQL_REPORT_BEGIN);
    if (status == TILL_OK)
        status = sqlite_prepare(r->db, texts, r->statements, REPORT_STATEMENTS);
    if (status == TILL_OK)
        status = report_load(r);
    if (status != TILL_OK)
        close_file(r);
    return status;
}

/* An empty file in the place of what is there. */
static enum till_status begin_anew(struct report *r)
{
    close_file(r);
    forget(r);
    r->damaged = false;
    enum till_status status = sqlite_file_remove(r->vfs, r->path);
    if (status == TILL_OK)
        status = open_file(r, true);
    return status;
}

/* Of these nothing can be kept: a page that does not hold, a file of somebody else or of another
 * version, a schema that SQLite can't read. */
static bool is_lost(enum till_status status)
{
    return status == TILL_E_CORRUPT || status == TILL_READ_ONLY || status == TILL_UNSUPPORTED ||
           status == TILL_E_DATABASE;
}

enum till_status report_open(const char *path, const char *vfs, struct report **report_out)
{
    struct report *r = calloc(1, sizeof *r);

    if (r == NULL)
        return TILL_E_MEMORY;
    r->vfs = vfs;
    r->path = strdup(path);
    if (r->path == NULL) {
        free(r);
        return TILL_E_MEMORY;
    }
    forget(r);
    enum till_status status = open_file(r, false);
    if (is_lost(status))
        log_warning("%s can't be read (%s): it is made anew", path, status_name(status));
    if (is_lost(status) || status == TILL_NOT_FOUND)
        status = begin_anew(r);
    if (status != TILL_OK) {
        report_close(r);
        return status;
    }
    *report_out = r;
    return TILL_OK;
}

void report_close(struct report *r)
{
    if (r == NULL)
        return;
    close_file(r);
    forget_answers(r);
    free(r->path);
    free(r);
}

uint64_t report_seq(const struct report *r)
{
    return r->db == NULL || r->damaged ? 0 : r->fold.seq;
}

int64_t report_at_s(const struct report *r)
{
    return r->db == NULL || r->damaged ? 0 : r->fold.at_s;
}

bool report_is_open(const struct report *r)
{
    return r->db != NULL && !r->damaged;
}

/* A page that does not hold is damage by itself; else SQLite goes over all of it. */
static bool is_damaged(const struct report *r)
{
    int64_t faults = 0;

    return r->db != NULL &&
           (sqlite_integer(r->db, SQL_REPORT_QUICK_CHECK, &faults) != TILL_OK || faults > 0);
}

enum till_status report_outcome(struct report *r, enum till_status status)
{
    if (status != TILL_E_CORRUPT || !is_damaged(r))
        return status;
    log_warning("%s is damaged: it is made anew", r->path);
    r->damaged = true;
    return TILL_OK;
}

/* ---- names ----------------------------------------------------------------------------------- */

static enum till_status find_number(struct report *r, const char *text, int64_t *number_out)
{
    struct sqlite_use use = report_use(r, REPORT_NUMBER_OF);

    sqlite_bind_text(&use, text);
    enum till_status status = sqlite_next(&use);
    if (status == TILL_OK)
        *number_out = sqlite_column_integer(&use, 0);
    sqlite_end(&use);
    if (status != TILL_NOT_FOUND)
        return status;
    use = report_use(r, REPORT_ADD_NAME);
    sqlite_bind_text(&use, text);
    status = sqlite_next(&use);
    if (status == TILL_OK)
        *number_out = sqlite_column_integer(&use, 0);
    sqlite_end(&use);
    return status;
}

enum till_status report_number(struct report *r, const char *text, int64_t *number_out)
{
    for (size_t i = 0; i < REPORT_NAMES_KEPT; i++) {
        if (r->names[i].number != 0 && strcmp(r->names[i].text, text) == 0) {
            *number_out = r->names[i].number;
            return TILL_OK;
        }
    }
    enum till_status status = find_number(r, text, number_out);
    if (status == TILL_OK) {
        struct report_name *name = &r->names[r->name_next++ % REPORT_NAMES_KEPT];

        text_copy(name->text, sizeof name->text, text);
        name->number = *number_out;
    }
    return status;
}

/* ---- reading on ------------------------------------------------------------------------------ */

/* Is the entry that was read last still there? Then all before it are, by the chain. */
static enum till_status check_journal(const struct report *r, struct journal *journal)
{
    struct entry entry;

    if (r->fold.seq == 0)
        return TILL_OK;
    if (r->fold.seq > journal_fold(journal)->seq)
        return TILL_E_CHAIN;
    enum till_status status = journal_read(journal, r->fold.seq, &entry, NULL);
    if (status == TILL_OK && memcmp(entry.hash, r->hash, HASH_SIZE) != 0)
        return TILL_E_CHAIN;
    return status;
}

static bool same_edition(const struct report_edition *e, const struct book *book)
{
    const struct book_meta *meta = book_meta(book);

    return e->revision == meta->revision && memcmp(e->hash, meta->hash, HASH_SIZE) == 0;
}

static bool is_read(const struct report *r, const struct report_source *from)
{
    return r->fold.seq == journal_fold(from->journal)->seq &&
           r->progress.acked_seq == journal_acknowledged(from->journal)->seq &&
           (from->book == NULL ||
            (r->progress.scan == SCAN_NONE && same_edition(&r->progress.standing, from->book)));
}

static enum till_status read_entry(struct report *r, const struct report_source *from)
{
    struct entry entry;
    enum till_status status = journal_read(from->journal, r->fold.seq + 1, &entry, NULL);

    if (status == TILL_OK)
        status = report_entry(r, from, &entry);
    if (status == TILL_OK)
        memcpy(r->hash, entry.hash, HASH_SIZE);
    return status;
}

/* Entries first: what is outstanding needs to know which were read. */
static enum till_status read_piece(struct report *r, const struct report_source *from,
                                   bool *done_out)
{
    uint64_t last = journal_fold(from->journal)->seq;
    enum till_status status = TILL_OK;

    *done_out = false;
    if (r->fold.seq == last)
        return report_scan(r, from, done_out);
    for (int i = 0; i < ENTRIES_A_PIECE && r->fold.seq < last && status == TILL_OK; i++)
        status = read_entry(r, from);
    return status;
}

static enum till_status read_slice(struct report *r, const struct report_source *from,
                                   unsigned budget_ms, bool *done_out)
{
    uint64_t until = book_clock_ms() + budget_ms;
    enum till_status status;

    do {
        status = read_piece(r, from, done_out);
    } while (status == TILL_OK && !*done_out && book_clock_ms() < until);
    if (status == TILL_OK)
        status = report_entries_end(r, from, r->fold.seq == journal_fold(from->journal)->seq);
    if (status == TILL_OK)
        status = report_flush(r);
    return status == TILL_OK ? report_save(r) : status;
}

/* What stands in memory is what stands in the file. */
static void take_back(struct report *r, const struct fold *journals)
{
    sqlite_rollback(r->db);
    forget(r);
    if (report_load(r) != TILL_OK)
        r->damaged = true;
    r->fold.enrolled = journals->enrolled;
}

static enum till_status read_on(struct report *r, const struct report_source *from,
                                unsigned budget_ms, bool *done_out)
{
    if (is_read(r, from)) {
        *done_out = true;
        return TILL_OK;
    }
    r->fold.enrolled = journal_fold(from->journal)->enrolled;
    enum till_status status = sqlite_transaction(r->db);
    if (status != TILL_OK)
        return status;
    forget_answers(r);
    status = read_slice(r, from, budget_ms, done_out);
    if (status == TILL_OK)
        status = sqlite_commit(r->db);
    if (status != TILL_OK) {
        *done_out = false;
        take_back(r, journal_fold(from->journal));
    }
    return status;
}

enum till_status report_read(struct report *r, struct journal *journal, struct book *book,
                             const struct report_paper *paper, unsigned budget_ms, bool *done_out)
{
    const struct report_source from = {journal, book, paper};
    enum till_status status = TILL_OK;

    *done_out = false;
    if (!report_is_open(r))
        status = begin_anew(r);
    if (status == TILL_OK)
        status = check_journal(r, journal);
    if (status == TILL_E_CHAIN) {
        log_warning("%s: made from another journal: it is made anew", r->path);
        enum till_status begun = begin_anew(r);
        return begun == TILL_OK ? TILL_E_CHAIN : begun;
    }
    if (status == TILL_OK && book != NULL && r->progress.bookless > 0)
        status = begin_anew(r);
    if (status == TILL_OK)
        status = read_on(r, &from, budget_ms, done_out);
    return report_outcome(r, status);
}
