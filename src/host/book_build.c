#include "book_build.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book_content.h"
#include "book_files.h"
#include "book_lines.h"
#include "crypto.h"
#include "holding.h"
#include "import.h"
#include "log.h"
#include "store_stock.h"
#include "store_told.h"

/* As many books as a store may have forgotten: more is no restored copy, and numbers must last. */
enum { FOREIGN_REVISIONS_MAX = 1000000 };

/* What a book was made from; a change of any calls for a new look. */
struct marks {
    int64_t built_at_s;
    uint64_t generation; /* of what every book may tell: users, the site, teams */
    uint64_t rows;       /* of what the office changed of single meter books */
    uint64_t forks;
    size_t unapplied_count;
    uint64_t unapplied[BOOK_UNAPPLIED_MAX];
    uint8_t unapplied_hash[HASH_SIZE];
    uint8_t assigned_hash[HASH_SIZE];
    uint8_t changes_hash[HASH_SIZE]; /* of its meter books' counts of changes, and who reported */
    uint8_t content_hash[HASH_SIZE]; /* of the book that was made */
};

/* ---- files ----------------------------------------------------------------------------------- */

enum till_status book_build_manifest(const struct book_build *b, const char *terminal,
                                     uint64_t revision, char out[STATEMENT_MAX])
{
    char path[FILES_PATH_MAX];
    enum till_status status = book_files_path(b, terminal, revision, 0, ".txt", path);
    if (status == TILL_OK) {
        status = files_read_text(path, out, STATEMENT_MAX);
    }
    return status == TILL_NOT_FOUND ? TILL_NO_BOOK : status;
}

enum till_status book_build_content(const struct book_build *b, const char *terminal,
                                    uint64_t revision, struct files_piece *piece,
                                    char **content_out, size_t *size_out)
{
    char path[FILES_PATH_MAX];
    enum till_status status = book_files_path(b, terminal, revision, 0, ".zst", path);
    if (status == TILL_OK) {
        status = files_read_piece(path, BOOK_BUILD_PACKED_MAX, piece, content_out, size_out);
    }
    return status == TILL_NOT_FOUND ? TILL_NO_BOOK : status;
}

/* ---- marks ----------------------------------------------------------------------------------- */

static enum till_status hash_text(struct crypto_hash *hash, const char *text, size_t size)
{
    return crypto_hash_add(hash, (struct span){(const uint8_t *)text, size});
}

/* Whose reports are waited for there belongs to what is assigned; through when they have reported
 * to what changes by itself. */
static enum till_status hash_holders(const struct book_build *b, const char *terminal,
                                     const char *meter_book, struct crypto_hash *assigned,
                                     struct crypto_hash *changes)
{
    struct book_holder holders[BOOK_HOLDERS_MAX];
    char through[24];
    size_t count = 0;
    enum till_status status =
        holding_pending(b->store, meter_book, terminal, holders, BOOK_HOLDERS_MAX, &count);
    for (size_t i = 0; status == TILL_OK && i < count; i++) {
        const struct book_holder *h = &holders[i];
        int size = snprintf(through, sizeof(through), "%" PRId64 ";", h->through_s);
        status = hash_text(assigned, h->meter_book, sizeof(h->meter_book));
        if (status == TILL_OK) {
            status = hash_text(assigned, h->terminal, sizeof(h->terminal));
        }
        if (status == TILL_OK) {
            status = hash_text(changes, through, (size_t)size);
        }
    }
    return status;
}

static enum till_status hash_meter_books(const struct book_build *b, const char *terminal,
                                         const char *ids, struct crypto_hash *assigned,
                                         struct crypto_hash *changes)
{
    char id[BOOK_ID_MAX], text[BOOK_ID_MAX + 24];
    enum till_status status = hash_text(assigned, ids, strlen(ids));
    for (const char *at = ids; status == TILL_OK && book_content_next_id(&at, id);) {
        uint64_t count = 0;
        status = store_meter_book_changes(b->store, id, &count);
        int size = snprintf(text, sizeof(text), "%s=%" PRIu64 ";", id, count);
        if (status == TILL_OK) {
            status = hash_text(changes, text, (size_t)size);
        }
        if (status == TILL_OK) {
            status = hash_holders(b, terminal, id, assigned, changes);
        }
    }
    return status;
}

/* Paper that was issued is waited for: it belongs to what is assigned. */
static enum till_status hash_stock(const struct book_build *b, const char *terminal,
                                   struct crypto_hash *assigned)
{
    struct book_stock ranges[BOOK_STOCK_MAX];
    char text[128];
    size_t count = 0;
    enum till_status status =
        store_stock_waiting(b->store, terminal, ranges, BOOK_STOCK_MAX, &count);
    for (size_t i = 0; status == TILL_OK && i < count; i++) {
        const struct book_stock *r = &ranges[i];
        int size = snprintf(text, sizeof(text), "%" PRIu64 "/%" PRIu64 "-%" PRIu64 "/%s/%s;",
                            r->issue, r->first, r->last, r->user, r->from);
        status = hash_text(assigned, text, (size_t)size);
    }
    return status;
}

static enum till_status hash_taken(const struct book_build *b, const char *terminal, int64_t now_s,
                                   struct crypto_hash *assigned)
{
    struct book_taken taken[BOOK_TAKEN_MAX];
    char text[128];
    size_t count = 0;
    enum till_status status = store_told_taken(b->store, terminal, book_content_taken_from_s(now_s),
                                               taken, BOOK_TAKEN_MAX, &count);
    for (size_t i = 0; status == TILL_OK && i < count; i++) {
        const struct book_taken *t = &taken[i];
        int size = snprintf(text, sizeof(text), "%" PRIu64 "<%s-%" PRIu64 "/%s;", t->given,
                            t->terminal, t->seq, t->user);
        status = hash_text(assigned, text, (size_t)size);
    }
    return status;
}

/* Whoever could count or explain it once more is to know at once: it belongs to what is assigned,
 * too. */
static enum till_status hash_custody(const struct book_build *b, const char *terminal,
                                     int64_t now_s, struct crypto_hash *assigned)
{
    struct book_explained explained[BOOK_EXPLAINED_MAX];
    char text[64];
    size_t count = 0;
    enum till_status status = hash_taken(b, terminal, now_s, assigned);
    if (status == TILL_OK) {
        status = store_told_explained(b->store, terminal, explained, BOOK_EXPLAINED_MAX, &count);
    }
    for (size_t i = 0; status == TILL_OK && i < count; i++) {
        int size = snprintf(text, sizeof(text), "%" PRIu64 "~%" PRId64 ";", explained[i].seq,
                            explained[i].amount_minor);
        status = hash_text(assigned, text, (size_t)size);
    }
    return status;
}

static enum till_status hash_assigned(const struct book_build *b, const char *terminal,
                                      int64_t now_s, struct marks *marks)
{
    char ids[STORE_ASSIGNED_TEXT_MAX], older[24];
    struct crypto_hash *assigned = NULL, *changes = NULL;
    uint8_t unused[HASH_SIZE];
    enum till_status status = store_assigned(b->store, terminal, ids, sizeof(ids));
    if (status == TILL_OK) {
        status = crypto_hash_begin(&assigned);
    }
    if (status != TILL_OK) {
        return status;
    }
    status = crypto_hash_begin(&changes);
    if (status != TILL_OK) {
        (void)!crypto_hash_end(assigned, unused);
        return status;
    }
    int level = BOOK_LINES_NEWEST;
    status = book_lines_get(b->store, terminal, &level);
    if (status == TILL_OK && level != BOOK_LINES_NEWEST) {
        int size = snprintf(older, sizeof(older), "lines=%d;", level);
        status = hash_text(assigned, older, (size_t)size);
    }
    if (status == TILL_OK) {
        status = hash_meter_books(b, terminal, ids, assigned, changes);
    }
    if (status == TILL_OK && level >= BOOK_LINES_CASH) {
        status = hash_stock(b, terminal, assigned);
    }
    if (status == TILL_OK && level >= BOOK_LINES_CUSTODY) {
        status = hash_custody(b, terminal, now_s, assigned);
    }
    enum till_status ended = crypto_hash_end(assigned, marks->assigned_hash);
    status = status == TILL_OK ? ended : status;
    ended = crypto_hash_end(changes, marks->changes_hash);
    return status == TILL_OK ? ended : status;
}

static enum till_status marks_now(const struct book_build *b, const char *terminal, int64_t now_s,
                                  struct marks *marks)
{
    memset(marks, 0, sizeof(*marks));
    marks->generation = import_generation(b->store);
    marks->rows = import_rows_generation(b->store);
    marks->forks = store_fork_count(b->store, terminal);
    enum till_status status =
        store_quarantined(b->store, terminal, marks->unapplied, &marks->unapplied_count);
    if (status == TILL_OK) {
        status = hash_assigned(b, terminal, now_s, marks);
    }
    if (status == TILL_OK) {
        status = crypto_sha256((struct span){(const uint8_t *)marks->unapplied,
                                             marks->unapplied_count * sizeof(uint64_t)},
                               marks->unapplied_hash);
    }
    return status;
}

static void marks_key(const char *terminal, char out[STORE_KEY_MAX])
{
    (void)snprintf(out, STORE_KEY_MAX, "book/%s", terminal);
}

/* Its hashes, in the order in which they are kept. */
static uint8_t *hash_at(struct marks *marks, size_t i)
{
    uint8_t *const hashes[] = {marks->unapplied_hash, marks->assigned_hash, marks->changes_hash,
                               marks->content_hash};
    return i < sizeof(hashes) / sizeof(hashes[0]) ? hashes[i] : NULL;
}

static enum till_status marks_save(const struct book_build *b, const char *terminal,
                                   struct marks *marks)
{
    char key[STORE_KEY_MAX], value[STORE_VALUE_MAX], hex[2 * HASH_SIZE + 1];
    struct buffer out;
    marks_key(terminal, key);
    buffer_init(&out, value, sizeof(value) - 1);
    for (size_t i = 0; hash_at(marks, i) != NULL; i++) {
        hex_encode((struct span){hash_at(marks, i), HASH_SIZE}, hex);
        buffer_put_text(&out, hex);
    }
    const int64_t numbers[] = {marks->built_at_s, (int64_t)marks->generation, (int64_t)marks->rows,
                               (int64_t)marks->forks};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        buffer_put_u8(&out, ' ');
        buffer_put_decimal(&out, numbers[i]);
    }
    value[out.size] = '\0';
    enum till_status status = buffer_status(&out);
    return status == TILL_OK ? store_value_put(b->store, key, value) : status;
}

/* False: there are none, or none that can be read; the book is made anew then. */
static bool marks_load(struct store *s, const char *terminal, struct marks *marks)
{
    enum { DIGITS = 2 * HASH_SIZE };
    char key[STORE_KEY_MAX], value[STORE_VALUE_MAX];
    char *at = value;
    memset(marks, 0, sizeof(*marks));
    marks_key(terminal, key);
    if (store_value_get(s, key, value, sizeof(value)) != TILL_OK) {
        return false;
    }
    for (size_t i = 0; hash_at(marks, i) != NULL; i++, at += DIGITS) {
        if (strlen(at) < DIGITS ||
            hex_decode(at, DIGITS, hash_at(marks, i), HASH_SIZE) != TILL_OK) {
            return false;
        }
    }
    marks->built_at_s = strtoll(at, &at, 10);
    marks->generation = strtoull(at, &at, 10);
    marks->rows = strtoull(at, &at, 10);
    marks->forks = strtoull(at, &at, 10);
    return *at == '\0';
}

static bool same_list(const struct marks *a, const struct marks *b)
{
    return memcmp(a->unapplied_hash, b->unapplied_hash, HASH_SIZE) == 0;
}

enum till_status book_build_follow(struct store *s, const struct body_book_applied *applied,
                                   const struct entry *e, struct store_terminal *t)
{
    struct marks marks;
    enum till_status status = book_applied_put(s, t->terminal, applied);
    if (status != TILL_OK || applied->revision < t->book_revision ||
        applied->revision - t->book_revision > FOREIGN_REVISIONS_MAX) {
        return status;
    }
    bool ours = applied->revision == t->book_revision && marks_load(s, t->terminal, &marks) &&
                memcmp(marks.content_hash, applied->hash, HASH_SIZE) == 0;
    if (ours) {
        return holding_applied(s, t->terminal, applied->revision, e->seq, e->at_s);
    }
    /* No file bears this number: book_build_refresh takes it as lost and makes the next. */
    t->book_revision = applied->revision + 1;
    return holding_astray(s, t->terminal, t->book_revision);
}

/* ---- making one ------------------------------------------------------------------------------ */

static enum till_status write_book(const struct book_build *b, const struct store_terminal *t,
                                   const struct marks *marks, const struct book_content *content,
                                   int64_t now_s)
{
    struct book_manifest manifest = {0};
    uint8_t text[STATEMENT_MAX];
    struct buffer out;
    char path[FILES_PATH_MAX];
    (void)snprintf(manifest.meta.terminal, sizeof(manifest.meta.terminal), "%s", t->terminal);
    manifest.meta.revision = t->book_revision;
    manifest.meta.as_of_s = now_s;
    manifest.meta.applied_seq = t->head_seq;
    manifest.meta.unapplied_count = marks->unapplied_count;
    memcpy(manifest.meta.unapplied, marks->unapplied, sizeof(marks->unapplied));
    manifest.meta.customers = content->customers;
    memcpy(manifest.meta.hash, content->hash, HASH_SIZE);
    manifest.packed_size = content->packed_size;
    manifest.plain_size = content->plain_size;
    buffer_init(&out, text, sizeof(text));
    enum till_status status =
        crypto_sha256((struct span){content->packed, content->packed_size}, manifest.content_hash);
    if (status == TILL_OK) {
        status = manifest_write(b->statement, &manifest, &out);
    }
    if (status == TILL_OK) {
        status = files_path(b->dir, "books", path);
    }
    if (status == TILL_OK) {
        status = files_folder(path);
    }
    if (status == TILL_OK) {
        status = book_files_path(b, t->terminal, t->book_revision, 0, ".zst", path);
    }
    if (status == TILL_OK) {
        status = files_write(path, (struct span){content->packed, content->packed_size});
    }
    if (status == TILL_OK) {
        status = book_files_path(b, t->terminal, t->book_revision, 0, ".txt", path);
    }
    return status == TILL_OK ? files_write(path, (struct span){out.data, out.size}) : status;
}

/* A book that may become the next one: everything in it is of one moment. */
struct draft {
    struct store_terminal t;
    struct marks marks;
    struct book_content content;
};

/* Nobody waits meanwhile. */
static enum till_status take_snapshot(const struct book_build *b, const char *terminal,
                                      int64_t now_s, struct draft *d)
{
    enum till_status status = store_begin_view(b->store);
    if (status != TILL_OK) {
        return status;
    }
    status = store_terminal_get(b->store, terminal, &d->t);
    if (status == TILL_OK) {
        status = marks_now(b, terminal, now_s, &d->marks);
    }
    if (status == TILL_OK) {
        status = book_content_make(b->store, &d->t, now_s, &d->content);
    }
    store_rollback(b->store); /* it was only read */
    d->marks.built_at_s = now_s;
    memcpy(d->marks.content_hash, d->content.hash, HASH_SIZE);
    return status;
}

/* Within a transaction of its own: a number for it, where it is another book than the last. */
static enum till_status keep_draft(const struct book_build *b, struct draft *d, bool lost,
                                   uint64_t *revision_out)
{
    struct store_terminal now;
    struct marks before;
    const char *terminal = d->t.terminal;
    enum till_status status = store_terminal_get(b->store, terminal, &now);
    if (status != TILL_OK || now.book_revision != d->t.book_revision) {
        /* Another one was made meanwhile: it does. */
        *revision_out = status == TILL_OK ? now.book_revision : *revision_out;
        crypto_wipe(&now, sizeof(now));
        return status;
    }
    bool same = marks_load(b->store, terminal, &before) && same_list(&before, &d->marks) &&
                memcmp(before.content_hash, d->content.hash, HASH_SIZE) == 0;
    if (!same || lost || now.book_revision == 0) {
        d->t.book_revision = ++now.book_revision;
        status = write_book(b, &d->t, &d->marks, &d->content, d->marks.built_at_s);
        if (status == TILL_OK) {
            status = store_terminal_put(b->store, &now);
        }
        log_info("book %s-%" PRIu64 ": %u customers, %zu bytes", terminal, now.book_revision,
                 (unsigned)d->content.customers, d->content.packed_size);
    }
    *revision_out = now.book_revision;
    crypto_wipe(&now, sizeof(now));
    return status == TILL_OK ? marks_save(b, terminal, &d->marks) : status;
}

static enum till_status make_book(const struct book_build *b, const char *terminal, int64_t now_s,
                                  bool lost, uint64_t *revision_out)
{
    struct draft *d = calloc(1, sizeof(*d));
    if (d == NULL) {
        return TILL_E_MEMORY;
    }
    enum till_status status = take_snapshot(b, terminal, now_s, d);
    if (status == TILL_OK) {
        status = store_begin_terminal(b->store, terminal);
        if (status == TILL_OK) {
            status = keep_draft(b, d, lost, revision_out);
            if (status == TILL_OK) {
                status = store_commit(b->store);
            } else {
                store_rollback(b->store);
            }
        }
    }
    book_content_free(&d->content);
    crypto_wipe(d, sizeof(*d));
    free(d);
    return status;
}

/* Is anything there that the last book does not tell? Counted, not compared: it costs a look at
 * each meter book. What the terminal's own collections changed can wait: it knows them. */
static enum till_status is_due(const struct book_build *b, const struct store_terminal *t,
                               int64_t now_s, bool *due_out, bool *lost_out)
{
    struct marks now, before;
    char path[FILES_PATH_MAX];
    *due_out = true;
    *lost_out = false;
    if (t->book_revision == 0) {
        return TILL_OK;
    }
    enum till_status status = book_files_path(b, t->terminal, t->book_revision, 0, ".txt", path);
    if (status == TILL_OK) {
        *lost_out = !files_exist(path);
        status = marks_now(b, t->terminal, now_s, &now);
    }
    if (status != TILL_OK || *lost_out || !marks_load(b->store, t->terminal, &before)) {
        return status;
    }
    bool changed = memcmp(before.changes_hash, now.changes_hash, HASH_SIZE) != 0;
    bool at_once = before.rows != now.rows || now_s - before.built_at_s >= b->interval_s ||
                   now_s < before.built_at_s;
    *due_out = before.generation != now.generation || before.forks != now.forks ||
               !same_list(&before, &now) ||
               memcmp(before.assigned_hash, now.assigned_hash, HASH_SIZE) != 0 ||
               (changed && at_once);
    return TILL_OK;
}

enum till_status book_build_refresh(const struct book_build *b, const char *terminal, int64_t now_s,
                                    uint64_t *revision_out)
{
    struct store_terminal t;
    bool due = false, lost = false;
    enum till_status status = store_terminal_get(b->store, terminal, &t);
    if (status == TILL_OK) {
        *revision_out = t.book_revision;
        status = is_due(b, &t, now_s, &due, &lost);
    }
    crypto_wipe(t.secret, sizeof(t.secret));
    if (status != TILL_OK || !due) {
        return status;
    }
    uint64_t revision = t.book_revision;
    status = make_book(b, terminal, now_s, lost, &revision);
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND ? TILL_OK : status; /* no site yet: no book yet */
    }
    if (revision != t.book_revision) {
        book_files_tidy(b, terminal, revision);
    }
    *revision_out = revision;
    return TILL_OK;
}
