#include "book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book_check.h"
#include "book_file.h"
#include "book_head.h"
#include "book_rows.h"
#include "book_site.h"
#include "log.h"
#include "sql.h"

const char *const book_migrations[BOOK_MIGRATIONS] = {SQL_BOOK_TABLES};

/* Nothing is written. Two MiB of pages hold what leads to 1,000,000 customers; their own pages come
 * and go. */
static const char READ_PRAGMAS[] = "PRAGMA query_only=ON; PRAGMA locking_mode=EXCLUSIVE;"
                                   "PRAGMA cache_size=-2048; PRAGMA temp_store=MEMORY;";
/* The file does not change: one transaction for as long as it is open spares each statement one. */
static const char BEGIN_READING[] = "BEGIN";
/* Above it, checking everything at each start would be felt (about 20 ms for 8 MiB). */
#define CHECK_WHOLE_MAX (INT64_C(8) << 20)
/* Rows that one file can number; more is damage. */
#define ROWS_MAX (INT64_C(1) << 30)

static const char *const book_texts[BOOK_STATEMENTS] = {
    [BOOK_META] = SQL_BOOK_META,
    [BOOK_USER] = SQL_BOOK_USER,
    [BOOK_TEAM] = SQL_BOOK_TEAM,
    [BOOK_ANY_TEAM] = SQL_BOOK_ANY_TEAM,
    [BOOK_METER_BOOK_AT] = SQL_BOOK_METER_BOOK_AT,
    [BOOK_METER_BOOK_AFTER] = SQL_BOOK_METER_BOOK_AFTER,
    [BOOK_METER_BOOK] = SQL_BOOK_METER_BOOK,
    [BOOK_LINE] = SQL_BOOK_LINE,
    [BOOK_IDS] = SQL_BOOK_IDS,
    [BOOK_TEXTS] = SQL_BOOK_TEXTS,
    [BOOK_POSITION] = SQL_BOOK_POSITION,
    [BOOK_PLACES] = SQL_BOOK_PLACES,
    [BOOK_DELTA_PLACES] = SQL_BOOK_DELTA_PLACES,
    [BOOK_POSTINGS] = SQL_BOOK_POSTINGS,
    [BOOK_LONG] = SQL_BOOK_LONG,
};

/* ---- opening --------------------------------------------------------------------------------- */

bool book_meta_is_valid(const struct book_meta *m)
{
    uint64_t before = 0;

    if (!terminal_is_valid(m->terminal) || m->revision > INT64_MAX || m->applied_seq > INT64_MAX ||
        m->as_of_s < 0 || m->unapplied_count > BOOK_UNAPPLIED_MAX)
        return false;
    for (size_t i = 0; i < m->unapplied_count; i++) {
        if (m->unapplied[i] <= before || m->unapplied[i] > m->applied_seq)
            return false;
        before = m->unapplied[i];
    }
    return true;
}

static enum till_status check_whole(sqlite3 *db)
{
    int64_t pages = 0, faults = 0;
    enum till_status st = sqlite_integer(db, "PRAGMA page_count", &pages);

    if (st != TILL_OK || pages > CHECK_WHOLE_MAX / BOOK_PAGE_SIZE)
        return st;
    st = sqlite_integer(db, SQL_BOOK_QUICK_CHECK, &faults);
    return st == TILL_OK && faults > 0 ? TILL_E_CORRUPT : st;
}

static enum till_status read_unapplied(struct span packed, struct book_meta *meta)
{
    struct reader r;

    meta->unapplied_count = packed.size / sizeof(uint64_t);
    if (packed.size % sizeof(uint64_t) != 0 || meta->unapplied_count > BOOK_UNAPPLIED_MAX)
        return TILL_E_CORRUPT;
    reader_init(&r, packed);
    for (size_t i = 0; i < meta->unapplied_count; i++)
        meta->unapplied[i] = reader_u64(&r);
    return TILL_OK;
}

/* What meta says of a file, besides what everybody may know. */
struct file_meta {
    struct book_meta meta;
    struct site site;
    uint64_t rows;
    uint64_t longest;
    uint64_t over_revision;
    uint8_t over_hash[HASH_SIZE];
};

static enum till_status read_meta_row(const struct sqlite_use *use, struct file_meta *f)
{
    struct book_meta *m = &f->meta;
    uint64_t as_of = 0, customers = 0;
    enum till_status st = sqlite_column_text(use, 0, m->terminal, sizeof(m->terminal));

    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 1, &m->revision);
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 2, &as_of);
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 3, &m->applied_seq);
    if (st == TILL_OK)
        st = read_unapplied(sqlite_column_span(use, 4), m);
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 5, &customers);
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 6, &f->longest);
    if (st == TILL_OK)
        st = sqlite_column_exact(use, 7, m->hash, sizeof(m->hash));
    if (st == TILL_OK)
        st = book_site_read(sqlite_column_span(use, 8), &f->site);
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 9, &f->rows);
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 10, &f->over_revision);
    if (st == TILL_OK && f->over_revision != 0)
        st = sqlite_column_exact(use, 11, f->over_hash, sizeof(f->over_hash));
    if (st != TILL_OK)
        return st;
    m->as_of_s = (int64_t)as_of;
    m->customers = (uint32_t)customers;
    return customers <= UINT32_MAX && f->rows <= ROWS_MAX && book_meta_is_valid(m) ? TILL_OK
                                                                                   : TILL_E_CORRUPT;
}

static enum till_status read_meta(struct book_volume *v, struct file_meta *out)
{
    struct sqlite_use use = sqlite_begin(v->statements[BOOK_META]);
    enum till_status st = sqlite_next(&use);

    memset(out, 0, sizeof(*out));
    if (st == TILL_OK)
        st = read_meta_row(&use, out);
    sqlite_end(&use);
    return st == TILL_NOT_FOUND ? TILL_E_CORRUPT : st;
}

/* ---- opening --------------------------------------------------------------------------------- */

enum till_status book_has_table(sqlite3 *file, const char *name, bool *has_out)
{
    static const char *const text = SQL_BOOK_HAS_TABLE;
    sqlite3_stmt *statement = NULL;
    enum till_status st = sqlite_prepare(file, &text, &statement, 1);

    if (st != TILL_OK)
        return st;
    struct sqlite_use use = sqlite_begin(statement);
    sqlite_bind_text(&use, name);
    st = sqlite_next(&use);
    *has_out = st == TILL_OK && sqlite_column_integer(&use, 0) != 0;
    sqlite_end(&use);
    sqlite_finalize(&statement, 1);
    return st;
}

enum till_status book_rows_read(struct book *b, const struct book_rows_of *list, void *items_out,
                                size_t capacity, size_t *count_out)
{
    sqlite3_stmt *statement = NULL;
    bool has = false;
    size_t count = 0;
    enum till_status st = book_has_table(b->head->db, list->table, &has);

    *count_out = 0;
    if (st != TILL_OK || !has)
        return st;
    st = sqlite_prepare(b->head->db, &list->text, &statement, 1);
    if (st == TILL_OK) {
        struct sqlite_use use = sqlite_begin(statement);

        while (count < capacity && st == TILL_OK) {
            st = sqlite_next(&use);
            if (st == TILL_OK)
                st = list->read(&use, (char *)items_out + count * list->item_size);
            count += st == TILL_OK ? 1 : 0;
        }
        sqlite_end(&use);
    }
    sqlite_finalize(&statement, 1);
    *count_out = count;
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

size_t book_bits_size(int64_t rows)
{
    return ((size_t)rows / 64 + 1) * sizeof(uint64_t);
}

static void close_volume(struct book_volume *v)
{
    sqlite_finalize(v->statements, BOOK_STATEMENTS);
    sqlite_close(v->db);
    free(v->bits[0]);
    free(v->bits[1]);
    memset(v, 0, sizeof(*v));
}

static enum till_status open_volume(const char *path, const char *vfs, int32_t application,
                                    const struct book_mac *mac, struct book_volume *v,
                                    struct file_meta *meta_out)
{
    const struct sqlite_options options = {.path = path,
                                           .vfs = vfs,
                                           .page_size = BOOK_PAGE_SIZE,
                                           .application = application,
                                           .pragmas = READ_PRAGMAS,
                                           .migrations = book_migrations,
                                           .migration_count = BOOK_MIGRATIONS};
    enum till_status st = sqlite_open(&options, NULL, &v->db);

    if (st == TILL_OK)
        st = check_whole(v->db);
    if (st == TILL_OK)
        st = sqlite_prepare(v->db, book_texts, v->statements, BOOK_STATEMENTS);
    if (st == TILL_OK)
        st = sqlite_execute(v->db, BEGIN_READING);
    if (st == TILL_OK)
        st = book_head_check(v->db, mac);
    if (st == TILL_OK)
        st = read_meta(v, meta_out);
    if (st == TILL_OK) {
        v->rows = (int64_t)meta_out->rows;
        v->bits[0] = malloc(book_bits_size(v->rows));
        v->bits[1] = malloc(book_bits_size(v->rows));
        v->postings =
            (struct book_postings){v->statements[BOOK_POSTINGS], v->statements[BOOK_LONG]};
        if (v->bits[0] == NULL || v->bits[1] == NULL)
            st = TILL_E_MEMORY;
    }
    if (st != TILL_OK)
        close_volume(v);
    /* A schema that SQLite can't read is damage like any other: fetch the book anew. */
    return st == TILL_E_DATABASE ? TILL_E_CORRUPT : st;
}

static enum till_status read_gone(struct book *b)
{
    static const char *const text = SQL_BOOK_GONE;
    sqlite3_stmt *statement = NULL;
    enum till_status st = sqlite_prepare(b->delta.db, &text, &statement, 1);

    if (st != TILL_OK)
        return st;
    struct sqlite_use use = sqlite_begin(statement);
    b->gone = calloc(1, book_bits_size(b->base.rows));
    if (b->gone == NULL)
        st = TILL_E_MEMORY;
    sqlite_bind_integer(&use, 0);
    while (st == TILL_OK && (st = sqlite_next(&use)) == TILL_OK) {
        int64_t row = sqlite_column_integer(&use, 0);

        if (row < 1 || row > b->base.rows)
            st = TILL_E_CORRUPT;
        else
            b->gone[row / 64] |= UINT64_C(1) << row % 64;
    }
    sqlite_finalize(&statement, 1);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

/* A delta over another book than this one was left behind by a cut: it is none. */
static enum till_status open_delta(struct book *b, const char *path, const char *vfs)
{
    char name[4096];
    struct file_meta f;
    int size = snprintf(name, sizeof(name), "%s" BOOK_DELTA_SUFFIX, path);

    if (size < 0 || (size_t)size >= sizeof(name))
        return TILL_TOO_LARGE;
    enum till_status st = open_volume(name, vfs, BOOK_DELTA_APPLICATION, &b->mac, &b->delta, &f);
    if (st != TILL_OK)
        return st == TILL_NOT_FOUND ? TILL_OK : st;
    if (f.over_revision != b->base_meta.revision ||
        memcmp(f.over_hash, b->base_meta.hash, HASH_SIZE) != 0) {
        log_info("%s is of another book and is left alone", name);
        close_volume(&b->delta);
        return TILL_OK;
    }
    b->head = &b->delta;
    b->meta = f.meta;
    b->site = f.site;
    if (f.longest > b->longest_account)
        b->longest_account = (size_t)f.longest;
    return read_gone(b);
}

enum till_status book_open(const char *path, const char *vfs, const struct book_mac *mac,
                           struct book **book_out)
{
    struct book *b = calloc(1, sizeof(*b));
    struct file_meta f;

    if (b == NULL)
        return TILL_E_MEMORY;
    if (mac != NULL)
        b->mac = *mac;
    b->head = &b->base;
    b->at_index = SIZE_MAX;
    enum till_status st = open_volume(path, vfs, BOOK_APPLICATION, &b->mac, &b->base, &f);
    if (st == TILL_OK) {
        b->meta = b->base_meta = f.meta;
        b->site = f.site;
        b->longest_account = (size_t)f.longest;
        st = open_delta(b, path, vfs);
    }
    if (st == TILL_OK)
        st = book_open_deputies(b);
    if (st == TILL_OK)
        st = book_open_taken(b);
    if (st != TILL_OK) {
        book_close(b);
        return st == TILL_NOT_FOUND ? TILL_NO_BOOK : st;
    }
    *book_out = b;
    return TILL_OK;
}

void book_close(struct book *b)
{
    if (b == NULL)
        return;
    sqlite_finalize(&b->deputy, 1);
    sqlite_finalize(&b->taken, 1);
    close_volume(&b->base);
    close_volume(&b->delta);
    free(b->gone);
    free(b->order);
    free(b->ids);
    free(b);
}

const struct book_meta *book_meta(const struct book *b)
{
    return &b->meta;
}

const struct site *book_site(const struct book *b)
{
    return &b->site;
}

/* ---- the head -------------------------------------------------------------------------------- */

enum till_status book_read_team_row(const struct sqlite_use *use, struct book_team *out)
{
    memset(out, 0, sizeof(*out));
    enum till_status st = sqlite_column_text(use, 0, out->terminal, sizeof(out->terminal));

    return st == TILL_OK ? sqlite_column_exact(use, 1, out->approval_key, sizeof(out->approval_key))
                         : st;
}

enum till_status book_find_user(struct book *b, const char *user, struct book_user *user_out)
{
    struct sqlite_use use = sqlite_begin(b->head->statements[BOOK_USER]);
    enum till_status st;

    sqlite_bind_text(&use, user);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = book_read_user_row(b, &use, user_out);
    sqlite_end(&use);
    return st;
}

enum till_status book_team_find(struct book *b, const char *terminal, struct book_team *team_out)
{
    struct sqlite_use use = sqlite_begin(b->head->statements[BOOK_TEAM]);
    enum till_status st;

    sqlite_bind_text(&use, terminal);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = book_read_team_row(&use, team_out);
    sqlite_end(&use);
    return st;
}

bool book_has_team(struct book *b)
{
    struct sqlite_use use = sqlite_begin(b->head->statements[BOOK_ANY_TEAM]);
    enum till_status st = sqlite_next(&use);

    sqlite_end(&use);
    return st == TILL_OK;
}

enum till_status book_meter_book_at(struct book *b, size_t index, struct book_meter_book *out)
{
    /* Lists go through one after the other: from where the last one was found. */
    bool follows = b->at_index != SIZE_MAX && index == b->at_index + 1;
    struct sqlite_use use =
        sqlite_begin(b->head->statements[follows ? BOOK_METER_BOOK_AFTER : BOOK_METER_BOOK_AT]);
    enum till_status st;

    memset(out, 0, sizeof(*out));
    if (follows)
        sqlite_bind_text(&use, b->at_id);
    else
        sqlite_bind_unsigned(&use, index < INT64_MAX ? (uint64_t)index : INT64_MAX);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = book_read_meter_book(&use, out);
    sqlite_end(&use);
    if (st == TILL_OK) {
        b->at_index = index;
        memcpy(b->at_id, out->id, sizeof(b->at_id));
    }
    return st;
}
