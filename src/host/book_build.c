#include "book_build.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book_content.h"
#include "book_files.h"
#include "crypto.h"
#include "holding.h"
#include "import.h"
#include "log.h"

/* As many books as a store may have forgotten: more is no restored copy, and numbers must last. */
enum { FOREIGN_REVISIONS_MAX = 1000000 };

/* What a book was made from; a change of any calls for a new look. */
struct marks {
    int64_t built_at_s;
    uint64_t generation; /* of imports */
    uint64_t forks;
    size_t unapplied_count;
    uint64_t unapplied[BOOK_UNAPPLIED_MAX];
    uint8_t unapplied_hash[HASH_SIZE];
    uint8_t assigned_hash[HASH_SIZE];
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
                                    uint64_t revision, char **content_out, size_t *size_out)
{
    char path[FILES_PATH_MAX];
    enum till_status status = book_files_path(b, terminal, revision, 0, ".zst", path);
    if (status == TILL_OK) {
        status = files_read(path, BOOK_BUILD_PACKED_MAX, content_out, size_out);
    }
    return status == TILL_NOT_FOUND ? TILL_NO_BOOK : status;
}

/* ---- marks ----------------------------------------------------------------------------------- */

/* What a terminal carries, and whose reports are waited for there. */
static enum till_status hash_assigned(const struct book_build *b, const char *terminal,
                                      uint8_t hash_out[HASH_SIZE])
{
    char ids[STORE_ASSIGNED_TEXT_MAX], id[BOOK_ID_MAX];
    struct book_holder holders[BOOK_HOLDERS_MAX];
    struct crypto_hash *hash = NULL;
    enum till_status status = store_assigned(b->store, terminal, ids, sizeof(ids));
    if (status == TILL_OK) {
        status = crypto_hash_begin(&hash);
    }
    if (status != TILL_OK) {
        return status;
    }
    status = crypto_hash_add(hash, (struct span){(const uint8_t *)ids, strlen(ids)});
    for (const char *at = ids; status == TILL_OK && book_content_next_id(&at, id);) {
        size_t count = 0;
        status = holding_pending(b->store, id, terminal, holders, BOOK_HOLDERS_MAX, &count);
        for (size_t i = 0; status == TILL_OK && i < count; i++) {
            status = crypto_hash_add(hash, (struct span){(const uint8_t *)&holders[i].meter_book,
                                                         sizeof(holders[i].meter_book)});
            status =
                status == TILL_OK
                    ? crypto_hash_add(hash, (struct span){(const uint8_t *)&holders[i].terminal,
                                                          sizeof(holders[i].terminal)})
                    : status;
        }
    }
    enum till_status ended = crypto_hash_end(hash, hash_out);
    return status == TILL_OK ? ended : status;
}

static enum till_status marks_now(const struct book_build *b, const char *terminal,
                                  struct marks *marks)
{
    memset(marks, 0, sizeof(*marks));
    marks->generation = import_generation(b->store);
    marks->forks = store_fork_count(b->store, terminal);
    enum till_status status =
        store_quarantined(b->store, terminal, marks->unapplied, &marks->unapplied_count);
    if (status == TILL_OK) {
        status = hash_assigned(b, terminal, marks->assigned_hash);
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

static enum till_status marks_save(const struct book_build *b, const char *terminal,
                                   const struct marks *marks)
{
    char key[STORE_KEY_MAX], value[STORE_VALUE_MAX], hex[3][2 * HASH_SIZE + 1];
    marks_key(terminal, key);
    hex_encode((struct span){marks->unapplied_hash, HASH_SIZE}, hex[0]);
    hex_encode((struct span){marks->assigned_hash, HASH_SIZE}, hex[1]);
    hex_encode((struct span){marks->content_hash, HASH_SIZE}, hex[2]);
    (void)snprintf(value, sizeof(value), "%s%s%s %" PRId64 " %" PRIu64 " %" PRIu64, hex[0], hex[1],
                   hex[2], marks->built_at_s, marks->generation, marks->forks);
    return store_value_put(b->store, key, value);
}

/* False: there are none, or none that can be read; the book is made anew then. */
static bool marks_load(struct store *s, const char *terminal, struct marks *marks)
{
    enum { DIGITS = 2 * HASH_SIZE };
    char key[STORE_KEY_MAX], value[STORE_VALUE_MAX];
    memset(marks, 0, sizeof(*marks));
    marks_key(terminal, key);
    if (store_value_get(s, key, value, sizeof(value)) != TILL_OK ||
        strlen(value) < (size_t)3 * DIGITS ||
        hex_decode(value, DIGITS, marks->unapplied_hash, HASH_SIZE) != TILL_OK ||
        hex_decode(value + DIGITS, DIGITS, marks->assigned_hash, HASH_SIZE) != TILL_OK ||
        hex_decode(value + (size_t)2 * DIGITS, DIGITS, marks->content_hash, HASH_SIZE) != TILL_OK) {
        return false;
    }
    char *at = value + (size_t)3 * DIGITS;
    marks->built_at_s = strtoll(at, &at, 10);
    marks->generation = strtoull(at, &at, 10);
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

/* Within the transaction that is the snapshot. */
static enum till_status make_book(const struct book_build *b, const char *terminal, int64_t now_s,
                                  bool lost, uint64_t *revision_out)
{
    struct store_terminal t;
    struct book_content content = {0};
    struct marks now, before;
    enum till_status status = store_terminal_get(b->store, terminal, &t);
    if (status == TILL_OK) {
        status = marks_now(b, terminal, &now);
    }
    if (status == TILL_OK) {
        status = book_content_make(b->store, &t, &content);
    }
    if (status != TILL_OK) {
        return status;
    }
    now.built_at_s = now_s;
    memcpy(now.content_hash, content.hash, HASH_SIZE);
    bool same = marks_load(b->store, terminal, &before) && same_list(&before, &now) &&
                memcmp(before.content_hash, content.hash, HASH_SIZE) == 0;
    if (!same || lost || t.book_revision == 0) {
        t.book_revision++;
        status = write_book(b, &t, &now, &content, now_s);
        if (status == TILL_OK) {
            status = store_terminal_put(b->store, &t);
        }
        log_info("book %s-%" PRIu64 ": %u customers, %zu bytes", terminal, t.book_revision,
                 (unsigned)content.customers, content.packed_size);
    }
    if (status == TILL_OK) {
        status = marks_save(b, terminal, &now);
    }
    book_content_free(&content);
    *revision_out = t.book_revision;
    return status;
}

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
        status = marks_now(b, t->terminal, &now);
    }
    if (status != TILL_OK || *lost_out || !marks_load(b->store, t->terminal, &before)) {
        return status;
    }
    *due_out = before.generation != now.generation || before.forks != now.forks ||
               !same_list(&before, &now) ||
               memcmp(before.assigned_hash, now.assigned_hash, HASH_SIZE) != 0 ||
               now_s - before.built_at_s >= b->interval_s || now_s < before.built_at_s;
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
    if (status != TILL_OK || !due) {
        return status;
    }
    status = store_begin_view(b->store);
    if (status != TILL_OK) {
        return status;
    }
    uint64_t revision = t.book_revision;
    status = make_book(b, terminal, now_s, lost, &revision);
    if (status == TILL_OK) {
        status = store_commit(b->store);
    } else {
        store_rollback(b->store);
    }
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND ? TILL_OK : status; /* no site yet: no book yet */
    }
    if (revision != t.book_revision) {
        book_files_tidy(b, terminal, revision);
    }
    *revision_out = revision;
    return TILL_OK;
}
