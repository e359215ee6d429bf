#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "book_check.h"
#include "book_file.h"
#include "book_write.h"
#include "sql.h"

enum { BUILD_METER_BOOK, BUILD_PLACE, BUILD_NUMBER_OF, BUILD_STATEMENTS };
static const char *const build_texts[BUILD_STATEMENTS] = {
    [BUILD_METER_BOOK] = SQL_BOOK_INSERT_METER_BOOK,
    [BUILD_PLACE] = SQL_BOOK_PLACE_METER_BOOK,
    [BUILD_NUMBER_OF] = SQL_BOOK_NUMBER_OF,
};

struct book_builder {
    struct book_writer writer;
    sqlite3_stmt *statements[BUILD_STATEMENTS];
    /* the meter book whose customers come */
    char id[BOOK_ID_MAX];
    int64_t number; /* 0 = none yet */
    int64_t first_row;
    uint32_t place; /* of its latest customer */
    int64_t customers;
    struct book_meta meta; /* from book_builder_end on */
};

static void free_builder(struct book_builder *b)
{
    sqlite_finalize(b->statements, BUILD_STATEMENTS);
    book_writer_close(&b->writer);
    free(b);
}

enum till_status book_builder_open(const char *path, const char *vfs, const struct book_mac *mac,
                                   struct book_builder **builder_out)
{
    const struct book_writer_options options = {.path = path,
                                                .to = "",
                                                .vfs = vfs,
                                                .mac = mac,
                                                .application = BOOK_APPLICATION,
                                                .watch_accounts = true};
    struct book_builder *b = calloc(1, sizeof(*b));

    if (b == NULL)
        return TILL_E_MEMORY;
    enum till_status st = book_writer_open(&options, &b->writer);
    if (st == TILL_OK)
        st = sqlite_prepare(b->writer.file, build_texts, b->statements, BUILD_STATEMENTS);
    if (st != TILL_OK) {
        free_builder(b);
        return st;
    }
    *builder_out = b;
    return TILL_OK;
}

void book_builder_abandon(struct book_builder *b)
{
    if (b != NULL)
        free_builder(b);
}

/* ---- rows ------------------------------------------------------------------------------------ */

enum till_status book_builder_site(struct book_builder *b, const struct site *site)
{
    return book_writer_site(&b->writer, site);
}

enum till_status book_builder_user(struct book_builder *b, const struct book_user *u)
{
    return book_writer_user(&b->writer, u);
}

enum till_status book_builder_team(struct book_builder *b, const struct book_team *t)
{
    return book_writer_team(&b->writer, t);
}

enum till_status book_builder_holder(struct book_builder *b, const struct book_holder *h)
{
    return book_writer_holder(&b->writer, h);
}

enum till_status book_builder_stock(struct book_builder *b, const struct book_stock *s)
{
    return book_writer_stock(&b->writer, s);
}

enum till_status book_builder_taken(struct book_builder *b, const struct book_taken *t)
{
    return book_writer_taken(&b->writer, t);
}

enum till_status book_builder_explained(struct book_builder *b, const struct book_explained *e)
{
    return book_writer_explained(&b->writer, e);
}

enum till_status book_builder_meter_book(struct book_builder *b, const struct book_meter_book *m)
{
    struct sqlite_use use = sqlite_begin(b->statements[BUILD_METER_BOOK]);

    if (b->writer.failed != TILL_OK || !book_meter_book_is_valid(m))
        return book_writer_noted(&b->writer, TILL_E_PROTOCOL);
    sqlite_bind_text(&use, m->id);
    sqlite_bind_text(&use, m->name);
    return book_writer_noted(&b->writer, sqlite_run(&use));
}

/* Note where the customers of the meter book stand that ends here. */
static enum till_status end_meter_book(struct book_builder *b)
{
    struct sqlite_use use = sqlite_begin(b->statements[BUILD_PLACE]);

    if (b->number == 0)
        return TILL_OK;
    sqlite_bind_integer(&use, b->number);
    sqlite_bind_integer(&use, b->first_row);
    sqlite_bind_integer(&use, b->writer.rows + 1 - b->first_row);
    b->number = 0;
    return sqlite_run(&use);
}

/* TILL_E_PROTOCOL: unknown, or its customers were there already. */
static enum till_status begin_meter_book(struct book_builder *b, const char *id)
{
    struct sqlite_use use = sqlite_begin(b->statements[BUILD_NUMBER_OF]);
    enum till_status st;

    sqlite_bind_text(&use, id);
    st = sqlite_next(&use);
    if (st == TILL_OK) {
        b->number = sqlite_column_integer(&use, 0);
        b->first_row = b->writer.rows + 1;
        b->place = 0;
        memcpy(b->id, id, strlen(id) + 1);
        if (sqlite_column_integer(&use, 1) != 0)
            st = TILL_E_PROTOCOL;
    }
    sqlite_end(&use);
    return st == TILL_NOT_FOUND ? TILL_E_PROTOCOL : st;
}

enum till_status book_builder_customer(struct book_builder *b, const struct book_customer *c)
{
    struct book_writer *w = &b->writer;
    enum till_status st = book_writer_settle(w);

    if (st == TILL_OK && !book_customer_is_valid(c))
        st = TILL_E_PROTOCOL;
    if (st == TILL_OK && (b->number == 0 || strcmp(c->meter_book, b->id) != 0)) {
        st = end_meter_book(b);
        if (st == TILL_OK)
            st = begin_meter_book(b, c->meter_book);
    }
    if (st == TILL_OK && c->order <= b->place)
        st = TILL_E_PROTOCOL;
    if (st == TILL_OK)
        st = book_writer_customer(w, c, b->number);
    b->place = c->order;
    return book_writer_noted(w, st);
}

enum till_status book_builder_bill(struct book_builder *b, const char *account,
                                   const struct bill *bill)
{
    return book_writer_bill(&b->writer, account, bill);
}

enum till_status book_builder_corrected(struct book_builder *b, const char *account,
                                        const struct book_corrected *c)
{
    return book_writer_corrected(&b->writer, account, c);
}

/* ---- the end --------------------------------------------------------------------------------- */

enum till_status book_builder_end(struct book_builder *b, const struct book_meta *meta)
{
    struct book_writer *w = &b->writer;
    enum till_status st = book_writer_settle(w);

    if (st == TILL_OK && (w->site[0] == '\0' || !book_meta_is_valid(meta)))
        st = TILL_E_PROTOCOL;
    if (st == TILL_OK && w->rows != meta->customers)
        st = TILL_E_PROTOCOL;
    if (st == TILL_OK)
        st = end_meter_book(b);
    b->meta = *meta;
    return book_writer_noted(w, st);
}

static enum till_status commit(struct book_builder *b)
{
    const struct book_over over = {0};
    struct book_writer *w = &b->writer;
    char delta[BOOK_PATH_MAX + 8];
    enum till_status st;

    snprintf(delta, sizeof(delta), "%s.delta", w->to_path);
    sqlite_finalize(b->statements, BUILD_STATEMENTS);
    st = book_writer_commit(w, &b->meta, b->meta.customers, &over);
    /* The delta over the book before fits nothing now; who finds it takes it as none. */
    if (st == TILL_OK)
        (void)!sqlite_file_remove(w->vfs, delta);
    return st;
}

enum till_status book_builder_step(struct book_builder *b, unsigned budget_ms, bool *done_out)
{
    uint64_t until = book_clock_ms() + budget_ms;
    bool merged = false;
    enum till_status st;

    *done_out = false;
    do {
        st = book_writer_merge(&b->writer, &merged);
    } while (st == TILL_OK && !merged && book_clock_ms() < until);
    if (st == TILL_OK && !merged)
        return TILL_OK;
    if (st == TILL_OK)
        st = commit(b);
    free_builder(b);
    *done_out = st == TILL_OK;
    return st;
}

enum till_status book_builder_finish(struct book_builder *b, const struct book_meta *meta)
{
    enum { STEP_MS = 1000 };
    enum till_status st = book_builder_end(b, meta);
    bool done = false;

    if (st != TILL_OK) {
        book_builder_abandon(b);
        return st;
    }
    while (st == TILL_OK && !done)
        st = book_builder_step(b, STEP_MS, &done);
    return st;
}
