#include "store_walk.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rows_use.h"
#include "store_rows.h"

/* One row ahead: the first of what comes next. */
struct store_walk {
    struct rows_use use;
    bool begun, ended;
};

static enum till_status open_walk(struct store *s, enum store_statement which,
                                  struct store_walk **walk_out)
{
    struct store_walk *w = calloc(1, sizeof(*w));

    if (w == NULL)
        return TILL_E_MEMORY;
    w->use = rows_of(s, which);
    *walk_out = w;
    return TILL_OK;
}

void store_walk_close(struct store_walk *walk)
{
    if (walk != NULL)
        rows_end(&walk->use);
    free(walk);
}

/* TILL_NOT_FOUND: no row is left; so it stays. */
static enum till_status step(struct store_walk *w)
{
    enum till_status st = w->ended ? TILL_NOT_FOUND : rows_next(&w->use);

    w->begun = true;
    w->ended = st != TILL_OK;
    return st;
}

static enum till_status begin(struct store_walk *w)
{
    if (!w->begun)
        return step(w);
    return w->ended ? TILL_NOT_FOUND : TILL_OK;
}

/* ---- postings -------------------------------------------------------------------------------- */

enum till_status store_walk_postings(struct store *s, struct store_walk **walk_out)
{
    return open_walk(s, STORE_WALK_POSTINGS, walk_out);
}

enum till_status store_walk_postings_between(struct store *s, int64_t after, int64_t last,
                                             struct store_walk **walk_out)
{
    enum till_status st = open_walk(s, STORE_WALK_POSTINGS_BETWEEN, walk_out);

    assert(after >= 0 && last - after <= STORE_WALK_NUMBERS_MAX);
    if (st == TILL_OK) {
        rows_bind_integer(&(*walk_out)->use, after);
        rows_bind_integer(&(*walk_out)->use, last);
    }
    return st;
}

/* number, source, value_at_s, posted_at_s, account, amount_minor; no account: no lines. */
static enum till_status read_line(const struct rows_use *use, struct store_posting *out)
{
    struct store_line *line = &out->lines[out->count];
    enum till_status st;

    if (rows_column_is_null(use, 4))
        return TILL_OK;
    if (out->count == STORE_LINES_MAX)
        return TILL_E_CORRUPT;
    st = rows_column_text(use, 4, line->account, sizeof(line->account));
    line->amount_minor = rows_column_integer(use, 5);
    out->count += st == TILL_OK ? 1 : 0;
    return st;
}

enum till_status store_walk_posting(struct store_walk *walk, int64_t *number_out,
                                    struct store_posting *out)
{
    enum till_status st = begin(walk);
    int64_t number;

    if (st != TILL_OK)
        return st;
    out->count = 0;
    number = rows_column_integer(&walk->use, 0);
    out->value_at_s = rows_column_integer(&walk->use, 2);
    out->posted_at_s = rows_column_integer(&walk->use, 3);
    st = rows_column_text(&walk->use, 1, out->source, sizeof(out->source));
    while (st == TILL_OK && rows_column_integer(&walk->use, 0) == number) {
        st = read_line(&walk->use, out);
        if (st == TILL_OK)
            st = step(walk);
    }
    *number_out = number;
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

/* ---- balances -------------------------------------------------------------------------------- */

enum till_status store_walk_balances(struct store *s, struct store_walk **walk_out)
{
    return open_walk(s, STORE_WALK_BALANCES, walk_out);
}

enum till_status store_walk_balance(struct store_walk *walk,
                                    char name_out[STORE_LEDGER_ACCOUNT_MAX], int64_t *balance_out)
{
    enum till_status st = step(walk);

    if (st == TILL_OK)
        st = rows_column_text(&walk->use, 0, name_out, STORE_LEDGER_ACCOUNT_MAX);
    if (st == TILL_OK)
        *balance_out = rows_column_integer(&walk->use, 1);
    return st;
}

/* ---- customers ------------------------------------------------------------------------------- */

enum till_status store_walk_customers(struct store *s, struct store_walk **walk_out)
{
    return open_walk(s, STORE_WALK_CUSTOMERS, walk_out);
}

/* month, type, due_date, energy_cwh, open_minor, account, balance_minor; no month: nothing open. */
static enum till_status read_bill(const struct rows_use *use, struct arrears *out)
{
    enum till_status st;

    if (rows_column_is_null(use, 0))
        return TILL_OK;
    if (out->count == BILLS_MAX)
        return TILL_TOO_LARGE;
    st = store_rows_read_bill(use, &out->bills[out->count]);
    out->count += st == TILL_OK ? 1 : 0;
    return st;
}

enum till_status store_walk_customer(struct store_walk *walk, char account_out[ACCOUNT_MAX],
                                     struct arrears *out)
{
    enum till_status st = begin(walk);
    char account[ACCOUNT_MAX];

    if (st == TILL_OK)
        st = rows_column_text(&walk->use, 5, account_out, ACCOUNT_MAX);
    if (st != TILL_OK)
        return st;
    memset(out, 0, sizeof(*out));
    out->balance_minor = rows_column_integer(&walk->use, 6);
    memcpy(account, account_out, sizeof(account));
    while (st == TILL_OK && strcmp(account, account_out) == 0) {
        st = read_bill(&walk->use, out);
        if (st == TILL_OK)
            st = step(walk);
        if (st == TILL_OK)
            st = rows_column_text(&walk->use, 5, account, sizeof(account));
    }
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}
