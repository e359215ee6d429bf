/* What the office knows of cash that was handed on or did not agree here: hand-overs of this
 * terminal that were taken over on another one, differences that it explained. Rows of the head, in
 * many books none. */
#include <string.h>

#include "book_file.h"
#include "book_write.h"
#include "sql.h"

/* ---- writing --------------------------------------------------------------------------------- */

static enum till_status insert_taken(struct book_writer *w, const struct book_taken *t)
{
    static const char *const text = SQL_BOOK_INSERT_TAKEN;
    sqlite3_stmt *statement = NULL;
    enum till_status st = sqlite_execute(w->file, SQL_BOOK_TAKEN_TABLE);

    if (st == TILL_OK)
        st = sqlite_prepare(w->file, &text, &statement, 1);
    if (st == TILL_OK) {
        struct sqlite_use use = sqlite_begin(statement);

        sqlite_bind_unsigned(&use, t->given);
        sqlite_bind_text(&use, t->terminal);
        sqlite_bind_unsigned(&use, t->seq);
        sqlite_bind_text(&use, t->user);
        sqlite_bind_integer(&use, t->at_s);
        st = sqlite_run(&use);
    }
    sqlite_finalize(&statement, 1);
    return st;
}

enum till_status book_writer_taken(struct book_writer *w, const struct book_taken *t)
{
    if (w->failed != TILL_OK)
        return w->failed;
    return book_writer_noted(w, book_taken_is_valid(t) ? insert_taken(w, t) : TILL_E_PROTOCOL);
}

static enum till_status insert_explained(struct book_writer *w, const struct book_explained *e)
{
    static const char *const text = SQL_BOOK_INSERT_EXPLAINED;
    sqlite3_stmt *statement = NULL;
    enum till_status st = sqlite_execute(w->file, SQL_BOOK_EXPLAINED_TABLE);

    if (st == TILL_OK)
        st = sqlite_prepare(w->file, &text, &statement, 1);
    if (st == TILL_OK) {
        struct sqlite_use use = sqlite_begin(statement);

        sqlite_bind_unsigned(&use, e->seq);
        sqlite_bind_text(&use, e->user);
        sqlite_bind_integer(&use, e->amount_minor);
        st = sqlite_run(&use);
    }
    sqlite_finalize(&statement, 1);
    return st;
}

enum till_status book_writer_explained(struct book_writer *w, const struct book_explained *e)
{
    if (w->failed != TILL_OK)
        return w->failed;
    return book_writer_noted(w,
                             book_explained_is_valid(e) ? insert_explained(w, e) : TILL_E_PROTOCOL);
}

/* ---- reading --------------------------------------------------------------------------------- */

enum till_status book_open_taken(struct book *b)
{
    static const char *const text = SQL_BOOK_TAKEN;
    bool has = false;
    enum till_status st = book_has_table(b->head->db, "taken", &has);

    if (st != TILL_OK || !has)
        return st;
    return sqlite_prepare(b->head->db, &text, &b->taken, 1);
}

static enum till_status read_taken(const struct sqlite_use *use, struct book_taken *out)
{
    enum till_status st = sqlite_column_unsigned(use, 0, &out->given);

    if (st == TILL_OK)
        st = sqlite_column_text(use, 1, out->terminal, sizeof(out->terminal));
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 2, &out->seq);
    if (st == TILL_OK)
        st = sqlite_column_text(use, 3, out->user, sizeof(out->user));
    out->at_s = sqlite_column_integer(use, 4);
    return st == TILL_OK && !book_taken_is_valid(out) ? TILL_E_CORRUPT : st;
}

/* The first whose number is not below `first` and not above `last`. */
static enum till_status find_taken(struct book *b, uint64_t first, uint64_t last,
                                   struct book_taken *out)
{
    enum till_status st = TILL_NOT_FOUND;

    memset(out, 0, sizeof(*out));
    if (b->taken != NULL && first <= last && last <= INT64_MAX) {
        struct sqlite_use use = sqlite_begin(b->taken);

        sqlite_bind_unsigned(&use, first);
        sqlite_bind_unsigned(&use, last);
        st = sqlite_next(&use);
        if (st == TILL_OK)
            st = read_taken(&use, out);
        sqlite_end(&use);
    }
    if (st != TILL_OK)
        memset(out, 0, sizeof(*out));
    return st;
}

enum till_status book_taken(struct book *b, uint64_t given, struct book_taken *out)
{
    return find_taken(b, given, given, out);
}

static enum till_status read_explained(const struct sqlite_use *use, void *item_out)
{
    struct book_explained *out = item_out;
    enum till_status st;

    memset(out, 0, sizeof(*out));
    st = sqlite_column_unsigned(use, 0, &out->seq);
    if (st == TILL_OK)
        st = sqlite_column_text(use, 1, out->user, sizeof(out->user));
    out->amount_minor = sqlite_column_integer(use, 2);
    return st == TILL_OK && !book_explained_is_valid(out) ? TILL_E_CORRUPT : st;
}

enum till_status book_explained(struct book *b, struct book_explained *out, size_t capacity,
                                size_t *count_out)
{
    static const struct book_rows_of list = {"explained", SQL_BOOK_EXPLAINED, read_explained,
                                             sizeof(struct book_explained)};

    return book_rows_read(b, &list, out, capacity, count_out);
}

/* ---- from book to book ----------------------------------------------------------------------- */

enum till_status book_writer_copy_custody(struct book_writer *w, struct book *b)
{
    struct book_explained explained[BOOK_EXPLAINED_MAX];
    struct book_taken at = {.given = 0};
    size_t count = 0;
    enum till_status st;

    while ((st = find_taken(b, at.given + 1, INT64_MAX, &at)) == TILL_OK) {
        st = book_writer_taken(w, &at);
        if (st != TILL_OK)
            return st;
    }
    if (st == TILL_NOT_FOUND)
        st = book_explained(b, explained, BOOK_EXPLAINED_MAX, &count);
    for (size_t i = 0; i < count && st == TILL_OK; i++)
        st = book_writer_explained(w, &explained[i]);
    return st;
}
