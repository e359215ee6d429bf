#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "book_check.h"
#include "book_file.h"
#include "book_write.h"
#include "sql.h"

enum {
    CHANGE_COPY_METER_BOOK,
    CHANGE_HEAD_BEGIN,
    CHANGE_LIST_METER_BOOK,
    CHANGE_COUNT_IN,
    CHANGE_UNLISTED,
    CHANGE_FORGET_UNLISTED,
    CHANGE_PUT_GONE,
    CHANGE_HAS_ACCOUNT,
    CHANGE_NUMBER_OF,
    CHANGE_CHANGED_AFTER,
    CHANGE_PLACES,
    CHANGE_STATEMENTS
};
/* Of the file that is written. */
static const char *const change_texts[CHANGE_STATEMENTS] = {
    [CHANGE_COPY_METER_BOOK] = SQL_BOOK_COPY_METER_BOOK,
    [CHANGE_HEAD_BEGIN] = SQL_BOOK_HEAD_BEGIN,
    [CHANGE_LIST_METER_BOOK] = SQL_BOOK_LIST_METER_BOOK,
    [CHANGE_COUNT_IN] = SQL_BOOK_COUNT_IN,
    [CHANGE_UNLISTED] = SQL_BOOK_UNLISTED,
    [CHANGE_FORGET_UNLISTED] = SQL_BOOK_FORGET_UNLISTED,
    [CHANGE_PUT_GONE] = SQL_BOOK_PUT_GONE,
    [CHANGE_HAS_ACCOUNT] = SQL_BOOK_HAS_ACCOUNT,
    [CHANGE_NUMBER_OF] = SQL_BOOK_NUMBER_OF,
    [CHANGE_CHANGED_AFTER] = SQL_BOOK_CHANGED_AFTER,
    [CHANGE_PLACES] = SQL_BOOK_DELTA_PLACES,
};

enum { LEFT_PUT, LEFT_HAS, LEFT_STATEMENTS };
/* Of the scratch file. */
static const char *const left_texts[LEFT_STATEMENTS] = {
    [LEFT_PUT] = SQL_BOOK_PUT_LEFT,
    [LEFT_HAS] = SQL_BOOK_HAS_LEFT,
};

/* What the end goes through. */
enum stage { CARRY_GONE, CARRY_ROWS, CLOSE_HEAD, CHECK_PLACES, MERGE };

struct book_change {
    struct book_writer writer;
    struct book *book; /* as it stands */
    sqlite3_stmt *statements[CHANGE_STATEMENTS];
    sqlite3_stmt *left[LEFT_STATEMENTS];
    sqlite3_stmt *book_of_row; /* of the whole book's file */
    uint64_t *gone;            /* bits of its rows */
    int64_t gone_count;
    bool has_head;
    bool has_rows;         /* a customer came: the head is over */
    char id[BOOK_ID_MAX];  /* the meter book last asked for */
    int64_t number;        /* its number; 0 = none yet */
    struct book_meta meta; /* from book_change_end on */
    enum stage stage;
    int64_t at; /* row or number that the stage came to */
};

/* ---- opening --------------------------------------------------------------------------------- */

static void free_change(struct book_change *c)
{
    sqlite_finalize(c->statements, CHANGE_STATEMENTS);
    sqlite_finalize(c->left, LEFT_STATEMENTS);
    sqlite_finalize(&c->book_of_row, 1);
    book_writer_close(&c->writer);
    book_close(c->book);
    free(c->gone);
    free(c);
}

void book_change_abandon(struct book_change *c)
{
    if (c != NULL)
        free_change(c);
}

/* Every meter book begins as it stands in the whole book; what goes and comes counts from there. */
static enum till_status copy_meter_books(struct book_change *c)
{
    static const char *const text = SQL_BOOK_HEAD_METER_BOOKS;
    sqlite3_stmt *statement = NULL;
    enum till_status st = sqlite_prepare(c->book->head->db, &text, &statement, 1);

    if (st != TILL_OK)
        return st;
    struct sqlite_use from = sqlite_begin(statement);
    while ((st = sqlite_next(&from)) == TILL_OK) {
        struct sqlite_use to = sqlite_begin(c->statements[CHANGE_COPY_METER_BOOK]);
        char id[BOOK_ID_MAX], name[BOOK_NAME_MAX];

        st = sqlite_column_text(&from, 1, id, sizeof(id));
        if (st == TILL_OK)
            st = sqlite_column_text(&from, 2, name, sizeof(name));
        sqlite_bind_integer(&to, sqlite_column_integer(&from, 0));
        sqlite_bind_text(&to, id);
        sqlite_bind_text(&to, name);
        sqlite_bind_integer(&to, sqlite_column_integer(&from, 3));
        sqlite_bind_integer(&to, sqlite_column_integer(&from, 4));
        if (st == TILL_OK)
            st = sqlite_run(&to);
        if (st != TILL_OK)
            break;
    }
    sqlite_finalize(&statement, 1);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

static enum till_status open_change(struct book_change *c,
                                    const struct book_writer_options *options)
{
    static const char *const book_of_row = SQL_BOOK_BOOK_OF_ROW;
    enum till_status st = book_open(options->path, options->vfs, options->mac, &c->book);

    if (st == TILL_OK)
        st = book_writer_open(options, &c->writer);
    if (st == TILL_OK)
        st = sqlite_execute(c->writer.part, SQL_BOOK_LEFT_TABLES);
    if (st == TILL_OK)
        st = sqlite_prepare(c->writer.file, change_texts, c->statements, CHANGE_STATEMENTS);
    if (st == TILL_OK)
        st = sqlite_prepare(c->writer.part, left_texts, c->left, LEFT_STATEMENTS);
    if (st == TILL_OK)
        st = sqlite_prepare(c->book->base.db, &book_of_row, &c->book_of_row, 1);
    if (st != TILL_OK)
        return st;
    c->gone = calloc(1, book_bits_size(c->book->base.rows));
    return c->gone != NULL ? copy_meter_books(c) : TILL_E_MEMORY;
}

enum till_status book_change_open(const char *path, const char *vfs, const struct book_mac *mac,
                                  struct book_change **change_out)
{
    const struct book_writer_options options = {.path = path,
                                                .to = BOOK_DELTA_SUFFIX,
                                                .vfs = vfs,
                                                .mac = mac,
                                                .application = BOOK_DELTA_APPLICATION};
    struct book_change *c = calloc(1, sizeof(*c));

    if (c == NULL)
        return TILL_E_MEMORY;
    enum till_status st = open_change(c, &options);
    if (st != TILL_OK) {
        free_change(c);
        return st;
    }
    *change_out = c;
    return TILL_OK;
}

const struct book_meta *book_change_over(const struct book_change *c)
{
    return book_meta(c->book);
}

/* ---- the head -------------------------------------------------------------------------------- */

enum till_status book_change_site(struct book_change *c, const struct site *site)
{
    struct sqlite_use use = sqlite_begin(c->statements[CHANGE_HEAD_BEGIN]);
    enum till_status st = book_writer_site(&c->writer, site);

    if (st == TILL_OK && c->has_rows)
        st = TILL_E_PROTOCOL;
    if (st == TILL_OK)
        st = sqlite_run(&use);
    c->has_head = true;
    return book_writer_noted(&c->writer, st);
}

/* Rows of the head come after its site and before any customer. */
static bool in_head(const struct book_change *c)
{
    return c->has_head && !c->has_rows;
}

enum till_status book_change_user(struct book_change *c, const struct book_user *u)
{
    return in_head(c) ? book_writer_user(&c->writer, u)
                      : book_writer_noted(&c->writer, TILL_E_PROTOCOL);
}

enum till_status book_change_team(struct book_change *c, const struct book_team *t)
{
    return in_head(c) ? book_writer_team(&c->writer, t)
                      : book_writer_noted(&c->writer, TILL_E_PROTOCOL);
}

enum till_status book_change_holder(struct book_change *c, const struct book_holder *h)
{
    return in_head(c) ? book_writer_holder(&c->writer, h)
                      : book_writer_noted(&c->writer, TILL_E_PROTOCOL);
}

enum till_status book_change_stock(struct book_change *c, const struct book_stock *s)
{
    return in_head(c) ? book_writer_stock(&c->writer, s)
                      : book_writer_noted(&c->writer, TILL_E_PROTOCOL);
}

enum till_status book_change_taken(struct book_change *c, const struct book_taken *t)
{
    return in_head(c) ? book_writer_taken(&c->writer, t)
                      : book_writer_noted(&c->writer, TILL_E_PROTOCOL);
}

enum till_status book_change_explained(struct book_change *c, const struct book_explained *e)
{
    return in_head(c) ? book_writer_explained(&c->writer, e)
                      : book_writer_noted(&c->writer, TILL_E_PROTOCOL);
}

enum till_status book_change_meter_book(struct book_change *c, const struct book_meter_book *m)
{
    struct sqlite_use use = sqlite_begin(c->statements[CHANGE_LIST_METER_BOOK]);

    if (c->writer.failed != TILL_OK || !in_head(c) || !book_meter_book_is_valid(m))
        return book_writer_noted(&c->writer, TILL_E_PROTOCOL);
    sqlite_bind_text(&use, m->id);
    sqlite_bind_text(&use, m->name);
    return book_writer_noted(&c->writer, sqlite_run(&use));
}

/* ---- rows that come and go ------------------------------------------------------------------- */

static enum till_status count_in(struct book_change *c, int64_t number, int64_t one)
{
    struct sqlite_use use = sqlite_begin(c->statements[CHANGE_COUNT_IN]);

    sqlite_bind_integer(&use, number);
    sqlite_bind_integer(&use, one);
    return sqlite_run(&use);
}

/* A row of the whole book is gone; harmless twice. */
static enum till_status put_gone(struct book_change *c, int64_t row)
{
    struct sqlite_use put = sqlite_begin(c->statements[CHANGE_PUT_GONE]);
    struct sqlite_use ask = sqlite_begin(c->book_of_row);
    int64_t number = 0;
    enum till_status st;

    if ((c->gone[row / 64] >> row % 64 & 1) != 0)
        return TILL_OK;
    sqlite_bind_integer(&ask, row);
    st = sqlite_next(&ask);
    if (st == TILL_OK)
        number = sqlite_column_integer(&ask, 0);
    sqlite_end(&ask);
    if (st != TILL_OK)
        return st == TILL_NOT_FOUND ? TILL_E_CORRUPT : st;
    c->gone[row / 64] |= UINT64_C(1) << row % 64;
    c->gone_count++;
    sqlite_bind_integer(&put, row);
    st = sqlite_run(&put);
    return st == TILL_OK ? count_in(c, number, -1) : st;
}

static enum till_status number_of(struct book_change *c, const char *id, int64_t *number_out)
{
    struct sqlite_use use = sqlite_begin(c->statements[CHANGE_NUMBER_OF]);
    enum till_status st = TILL_OK;

    if (c->number == 0 || strcmp(id, c->id) != 0) {
        sqlite_bind_text(&use, id);
        st = sqlite_next(&use);
        if (st == TILL_OK) {
            c->number = sqlite_column_integer(&use, 0);
            memcpy(c->id, id, strlen(id) + 1);
        }
        sqlite_end(&use);
    }
    *number_out = c->number;
    return st == TILL_NOT_FOUND ? TILL_E_PROTOCOL : st;
}

static enum till_status has(sqlite3_stmt *statement, const char *account, bool *has_out)
{
    struct sqlite_use use = sqlite_begin(statement);
    enum till_status st;

    sqlite_bind_text(&use, account);
    st = sqlite_next(&use);
    sqlite_end(&use);
    *has_out = st == TILL_OK;
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

/* Write it, whole with its bills. */
static enum till_status put_customer(struct book_change *c, const struct book_customer *customer)
{
    int64_t number = 0;
    enum till_status st = number_of(c, customer->meter_book, &number);

    if (st == TILL_OK)
        st = book_writer_customer(&c->writer, customer, number);
    return st == TILL_OK ? count_in(c, number, 1) : st;
}

enum till_status book_change_customer(struct book_change *c, const struct book_customer *customer)
{
    int64_t row = 0;
    bool left = false;
    enum till_status st = book_writer_settle(&c->writer);

    c->has_rows = true;
    if (st == TILL_OK && !book_customer_is_valid(customer))
        st = TILL_E_PROTOCOL;
    if (st == TILL_OK)
        st = has(c->left[LEFT_HAS], customer->account, &left);
    if (st == TILL_OK && left)
        st = TILL_E_PROTOCOL;
    if (st == TILL_OK) {
        st = book_row_in(&c->book->base, customer->account, &row);
        st = st == TILL_OK ? put_gone(c, row) : st == TILL_NOT_FOUND ? TILL_OK : st;
    }
    if (st == TILL_OK)
        st = put_customer(c, customer);
    return book_writer_noted(&c->writer, st);
}

enum till_status book_change_bill(struct book_change *c, const char *account,
                                  const struct bill *bill)
{
    return book_writer_bill(&c->writer, account, bill);
}

enum till_status book_change_corrected(struct book_change *c, const char *account,
                                       const struct book_corrected *corrected)
{
    return book_writer_corrected(&c->writer, account, corrected);
}

enum till_status book_change_gone(struct book_change *c, const char *account)
{
    struct sqlite_use use = sqlite_begin(c->left[LEFT_PUT]);
    int64_t row = 0;
    bool came = false;
    enum till_status st = book_writer_settle(&c->writer);

    c->has_rows = true;
    if (st == TILL_OK && !account_is_valid(account))
        st = TILL_E_PROTOCOL;
    if (st == TILL_OK)
        st = has(c->statements[CHANGE_HAS_ACCOUNT], account, &came);
    if (st == TILL_OK && came)
        st = TILL_E_PROTOCOL;
    if (st == TILL_OK)
        st = book_row_of_account(c->book, account, &row);
    if (st == TILL_OK) {
        sqlite_bind_text(&use, account);
        st = sqlite_run(&use);
    }
    if (st == TILL_OK && row < BOOK_DELTA_ROWS)
        st = put_gone(c, row);
    return book_writer_noted(&c->writer, st == TILL_NOT_FOUND ? TILL_E_PROTOCOL : st);
}

/* ---- the end --------------------------------------------------------------------------------- */

static enum till_status copy_users(struct book_change *c)
{
    static const char *const text = SQL_BOOK_COPY_USER;
    sqlite3_stmt *statement = NULL;
    struct book_user u = {.user = ""};
    enum till_status st = sqlite_prepare(c->book->head->db, &text, &statement, 1);

    while (st == TILL_OK) {
        struct sqlite_use use = sqlite_begin(statement);
        char after[USER_MAX];

        memcpy(after, u.user, sizeof(after));
        sqlite_bind_text(&use, after);
        st = sqlite_next(&use);
        if (st == TILL_OK)
            st = book_read_user_row(c->book, &use, &u);
        sqlite_end(&use);
        if (st == TILL_OK)
            st = book_writer_user(&c->writer, &u);
    }
    sqlite_finalize(&statement, 1);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

static enum till_status copy_team(struct book_change *c)
{
    static const char *const text = SQL_BOOK_COPY_TEAM;
    sqlite3_stmt *statement = NULL;
    struct book_team t = {.terminal = ""};
    enum till_status st = sqlite_prepare(c->book->head->db, &text, &statement, 1);

    while (st == TILL_OK) {
        struct sqlite_use use = sqlite_begin(statement);
        char after[TERMINAL_MAX];

        memcpy(after, t.terminal, sizeof(after));
        sqlite_bind_text(&use, after);
        st = sqlite_next(&use);
        if (st == TILL_OK)
            st = book_read_team_row(&use, &t);
        sqlite_end(&use);
        if (st == TILL_OK)
            st = book_writer_team(&c->writer, &t);
    }
    sqlite_finalize(&statement, 1);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

static enum till_status copy_holders(struct book_change *c)
{
    struct book_holder holders[BOOK_HOLDERS_MAX];
    size_t count = 0;
    enum till_status st = book_holders(c->book, holders, BOOK_HOLDERS_MAX, &count);

    for (size_t i = 0; i < count && st == TILL_OK; i++)
        st = book_writer_holder(&c->writer, &holders[i]);
    return st;
}

static enum till_status copy_stock(struct book_change *c)
{
    struct book_stock stock[BOOK_STOCK_MAX];
    size_t count = 0;
    enum till_status st = book_stock(c->book, stock, BOOK_STOCK_MAX, &count);

    for (size_t i = 0; i < count && st == TILL_OK; i++)
        st = book_writer_stock(&c->writer, &stock[i]);
    return st;
}

enum till_status book_change_end(struct book_change *c, const struct book_meta *meta)
{
    struct book_writer *w = &c->writer;
    enum till_status st = book_writer_settle(w);

    if (st == TILL_OK && !book_meta_is_valid(meta))
        st = TILL_E_PROTOCOL;
    if (st == TILL_OK && !c->has_head) {
        st = book_writer_site(w, book_site(c->book));
        if (st == TILL_OK)
            st = copy_users(c);
        if (st == TILL_OK)
            st = copy_team(c);
        if (st == TILL_OK)
            st = copy_holders(c);
        if (st == TILL_OK)
            st = copy_stock(c);
        if (st == TILL_OK)
            st = book_writer_copy_custody(w, c->book);
    }
    if (st == TILL_OK)
        st = book_writer_carry_corrected(w, c->book);
    c->meta = *meta;
    return book_writer_noted(w, st);
}

/* Stages: each does a little and says whether it is through. */

static enum till_status carry_gone(struct book_change *c, bool *through_out)
{
    uint64_t left = c->book->gone != NULL ? c->book->gone[c->at] : 0;
    enum till_status st = TILL_OK;

    for (; left != 0 && st == TILL_OK; left &= left - 1)
        st = put_gone(c, c->at * 64 + __builtin_ctzll(left));
    c->at++;
    *through_out = c->book->gone == NULL || c->at > c->book->base.rows / 64;
    return st;
}

/* A row of the delta before stays unless this one brought it anew or took it out. */
static enum till_status carry_row(struct book_change *c, bool *through_out)
{
    struct book_line line;
    struct arrears a;
    bool came = false, left = false;
    enum till_status st;

    *through_out = c->book->delta.db == NULL || c->at == c->book->delta.rows;
    if (*through_out)
        return TILL_OK;
    st = book_read_line(c->book, BOOK_DELTA_ROWS + ++c->at, &line, &a);
    if (st == TILL_OK)
        st = has(c->statements[CHANGE_HAS_ACCOUNT], line.customer.account, &came);
    if (st == TILL_OK)
        st = has(c->left[LEFT_HAS], line.customer.account, &left);
    if (st != TILL_OK || came || left)
        return st;
    st = put_customer(c, &line.customer);
    for (size_t i = 0; i < a.count && st == TILL_OK; i++)
        st = book_writer_bill(&c->writer, line.customer.account, &a.bills[i]);
    return st == TILL_OK ? book_writer_settle(&c->writer) : st;
}

static enum till_status close_head(struct book_change *c, bool *through_out)
{
    struct sqlite_use ask = sqlite_begin(c->statements[CHANGE_UNLISTED]);
    struct sqlite_use forget = sqlite_begin(c->statements[CHANGE_FORGET_UNLISTED]);
    enum till_status st = sqlite_next(&ask);

    *through_out = true;
    if (st == TILL_OK && sqlite_column_integer(&ask, 0) > 0)
        st = TILL_E_PROTOCOL;
    sqlite_end(&ask);
    return st == TILL_OK ? sqlite_run(&forget) : st;
}

/* The next place of a row that is not gone; INT64_MAX past the last. */
static enum till_status next_place(const struct book_change *c, struct sqlite_use *use,
                                   bool is_base, int64_t *place_out)
{
    enum till_status st;
    bool is_gone = false;

    do {
        st = sqlite_next(use);
        if (st == TILL_OK && is_base) {
            int64_t row = sqlite_column_integer(use, 0);

            is_gone =
                row >= 1 && row <= c->book->base.rows && (c->gone[row / 64] >> row % 64 & 1) != 0;
        }
    } while (st == TILL_OK && is_gone);
    *place_out = st == TILL_OK ? sqlite_column_integer(use, 1) : INT64_MAX;
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

/* No place of a meter book twice in both files; within each the file itself sees to that. */
static enum till_status check_places_of(struct book_change *c, int64_t number, int64_t first_row,
                                        int64_t rows)
{
    struct sqlite_use base = sqlite_begin(c->book->base.statements[BOOK_PLACES]);
    struct sqlite_use delta = sqlite_begin(c->statements[CHANGE_PLACES]);
    int64_t base_place = 0, delta_place = 0;
    enum till_status st;

    sqlite_bind_integer(&base, first_row);
    sqlite_bind_integer(&base, first_row + rows - 1);
    sqlite_bind_integer(&delta, number);
    st = next_place(c, &base, true, &base_place);
    if (st == TILL_OK)
        st = next_place(c, &delta, false, &delta_place);
    while (st == TILL_OK && base_place != INT64_MAX && delta_place != INT64_MAX) {
        if (base_place == delta_place)
            st = TILL_E_PROTOCOL;
        else if (base_place < delta_place)
            st = next_place(c, &base, true, &base_place);
        else
            st = next_place(c, &delta, false, &delta_place);
    }
    sqlite_end(&base);
    sqlite_end(&delta);
    return st;
}

static enum till_status check_places(struct book_change *c, bool *through_out)
{
    struct sqlite_use use = sqlite_begin(c->statements[CHANGE_CHANGED_AFTER]);
    int64_t first_row = 0, rows = 0;
    enum till_status st;

    sqlite_bind_integer(&use, c->at);
    st = sqlite_next(&use);
    if (st == TILL_OK) {
        c->at = sqlite_column_integer(&use, 0);
        first_row = sqlite_column_integer(&use, 1);
        rows = sqlite_column_integer(&use, 2);
    }
    sqlite_end(&use);
    *through_out = st == TILL_NOT_FOUND;
    if (*through_out)
        return TILL_OK;
    return st == TILL_OK ? check_places_of(c, c->at, first_row, rows) : st;
}

static enum till_status do_a_little(struct book_change *c, bool *done_out)
{
    bool through = false;
    enum till_status st = c->writer.failed;

    if (st != TILL_OK)
        return st;
    switch (c->stage) {
    case CARRY_GONE:
        st = carry_gone(c, &through);
        break;
    case CARRY_ROWS:
        st = carry_row(c, &through);
        break;
    case CLOSE_HEAD:
        st = close_head(c, &through);
        break;
    case CHECK_PLACES:
        st = check_places(c, &through);
        break;
    case MERGE:
        return book_writer_merge(&c->writer, done_out);
    }
    if (through) {
        c->stage++;
        c->at = 0;
    }
    return book_writer_noted(&c->writer, st);
}

static enum till_status commit(struct book_change *c)
{
    struct book_over over = {.revision = c->book->base_meta.revision};
    int64_t customers = c->book->base.rows - c->gone_count + c->writer.rows;

    memcpy(over.hash, c->book->base_meta.hash, HASH_SIZE);
    if (customers != c->meta.customers)
        return TILL_E_PROTOCOL;
    sqlite_finalize(c->statements, CHANGE_STATEMENTS);
    sqlite_finalize(c->left, LEFT_STATEMENTS);
    return book_writer_commit(&c->writer, &c->meta, c->meta.customers, &over);
}

enum till_status book_change_step(struct book_change *c, unsigned budget_ms, bool *done_out)
{
    uint64_t until = book_clock_ms() + budget_ms;
    bool done = false;
    enum till_status st;

    *done_out = false;
    do {
        st = do_a_little(c, &done);
    } while (st == TILL_OK && !done && book_clock_ms() < until);
    if (st == TILL_OK && !done)
        return TILL_OK;
    if (st == TILL_OK)
        st = commit(c);
    free_change(c);
    *done_out = st == TILL_OK;
    return st;
}

enum till_status book_change_finish(struct book_change *c, const struct book_meta *meta)
{
    enum { STEP_MS = 1000 };
    enum till_status st = book_change_end(c, meta);
    bool done = false;

    if (st != TILL_OK) {
        book_change_abandon(c);
        return st;
    }
    while (st == TILL_OK && !done)
        st = book_change_step(c, STEP_MS, &done);
    return st;
}
