#include <string.h>

#include "money.h"
#include "rows_use.h"
#include "store_backend.h"

/* ---- posting --------------------------------------------------------------------------------- */

enum till_status store_rows_posting_of(struct store *s, const char *source, int64_t *number_out)
{
    struct rows_use use = rows_of(s, STORE_POSTING_OF_SOURCE);
    enum till_status st;

    rows_bind_text(&use, source);
    st = rows_next(&use);
    if (st == TILL_OK)
        *number_out = rows_column_integer(&use, 0);
    rows_end(&use);
    return st;
}

enum till_status store_rows_posting_add(struct store *s, const struct store_posting *p,
                                        int64_t *number_out)
{
    struct rows_use use = rows_of(s, STORE_PUT_POSTING);
    enum till_status st;

    rows_bind_text(&use, p->source);
    rows_bind_integer(&use, p->value_at_s);
    rows_bind_integer(&use, p->posted_at_s);
    st = rows_next(&use);
    if (st == TILL_OK)
        *number_out = rows_column_integer(&use, 0);
    rows_end(&use);
    return st;
}

static enum till_status account_of(struct store *s, const char *name, int64_t *id_out,
                                   int64_t *balance_out)
{
    struct rows_use use = rows_of(s, STORE_LEDGER_ACCOUNT);
    enum till_status st;

    rows_bind_text(&use, name);
    st = rows_next(&use);
    if (st == TILL_OK) {
        *id_out = rows_column_integer(&use, 0);
        *balance_out = rows_column_integer(&use, 1);
    }
    rows_end(&use);
    return st;
}

enum till_status store_rows_account_read(struct store *s, const char *name, int64_t *id_out,
                                         int64_t *balance_out)
{
    struct rows_use use = rows_of(s, STORE_ADD_LEDGER_ACCOUNT);
    enum till_status st = account_of(s, name, id_out, balance_out);

    if (st != TILL_NOT_FOUND)
        return st;
    rows_bind_text(&use, name);
    st = rows_next(&use);
    if (st == TILL_OK) {
        *id_out = rows_column_integer(&use, 0);
        *balance_out = rows_column_integer(&use, 1);
    }
    rows_end(&use);
    return st;
}

enum till_status store_rows_account_open(struct store *s, const char *name, int64_t *id_out,
                                         int64_t *balance_out)
{
    const struct store_bulk *bulk = s->backend->bulk;
    enum till_status st =
        bulk != NULL ? bulk->account_open(s, name, id_out, balance_out) : TILL_UNSUPPORTED;

    return st == TILL_UNSUPPORTED ? store_rows_account_read(s, name, id_out, balance_out) : st;
}

enum till_status store_rows_line_add(struct store *s, int64_t posting, size_t place,
                                     int64_t account, int64_t amount_minor)
{
    struct rows_use use = rows_of(s, STORE_PUT_LINE);

    rows_bind_integer(&use, posting);
    rows_bind_unsigned(&use, place);
    rows_bind_integer(&use, account);
    rows_bind_integer(&use, amount_minor);
    return rows_run(&use);
}

static enum till_status add_balance(struct store *s, int64_t account, int64_t amount_minor)
{
    struct rows_use use = rows_of(s, STORE_ADD_BALANCE);

    rows_bind_integer(&use, account);
    rows_bind_integer(&use, amount_minor);
    return rows_run(&use);
}

enum till_status store_rows_balance_add(struct store *s, int64_t account, int64_t amount_minor)
{
    const struct store_bulk *bulk = s->backend->bulk;
    enum till_status st =
        bulk != NULL ? bulk->balance_add(s, account, amount_minor) : TILL_UNSUPPORTED;

    return st == TILL_UNSUPPORTED ? add_balance(s, account, amount_minor) : st;
}

/* ---- reading --------------------------------------------------------------------------------- */

enum till_status store_rows_balance(struct store *s, const char *name, int64_t *balance_out)
{
    const struct store_bulk *bulk = s->backend->bulk;
    int64_t id = 0;
    enum till_status st = bulk != NULL && bulk->balance != NULL
                              ? bulk->balance(s, name, balance_out)
                              : TILL_UNSUPPORTED;

    if (st != TILL_UNSUPPORTED)
        return st;
    st = account_of(s, name, &id, balance_out);

    if (st == TILL_NOT_FOUND) {
        *balance_out = 0;
        return TILL_OK;
    }
    return st;
}

enum till_status store_rows_balances_of(struct store *s, const char *prefix, struct store_line *out,
                                        size_t capacity, size_t *count_out)
{
    struct rows_use use = rows_of(s, STORE_LEDGER_ACCOUNTS_FROM);
    char name[STORE_LEDGER_ACCOUNT_MAX];
    enum till_status st;

    *count_out = 0;
    rows_bind_text(&use, prefix);
    while ((st = rows_next(&use)) == TILL_OK) {
        st = rows_column_text(&use, 0, name, sizeof(name));
        if (st != TILL_OK || strncmp(name, prefix, strlen(prefix)) != 0)
            break;
        if (rows_column_integer(&use, 1) == 0)
            continue;
        if (*count_out == capacity) {
            st = TILL_TOO_LARGE;
            break;
        }
        memcpy(out[*count_out].account, name, sizeof(name));
        out[(*count_out)++].amount_minor = rows_column_integer(&use, 1);
    }
    rows_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

enum till_status store_rows_balance_prefix(struct store *s, const char *prefix,
                                           int64_t *balance_out)
{
    struct rows_use use = rows_of(s, STORE_LEDGER_ACCOUNTS_FROM);
    char name[STORE_LEDGER_ACCOUNT_MAX];
    int64_t sum = 0;
    enum till_status st;

    rows_bind_text(&use, prefix);
    while ((st = rows_next(&use)) == TILL_OK) {
        st = rows_column_text(&use, 0, name, sizeof(name));
        if (st != TILL_OK)
            break;
        /* In order of their bytes: past the first that begins otherwise comes no other. */
        if (strncmp(name, prefix, strlen(prefix)) != 0)
            break;
        st = money_add(sum, rows_column_integer(&use, 1), &sum);
        if (st != TILL_OK)
            break;
    }
    rows_end(&use);
    if (st != TILL_OK && st != TILL_NOT_FOUND)
        return st;
    *balance_out = sum;
    return TILL_OK;
}

static enum till_status read_posting_lines(struct store *s, int64_t number,
                                           struct store_posting *out)
{
    struct rows_use use = rows_of(s, STORE_POSTING_LINES);
    enum till_status st;

    rows_bind_integer(&use, number);
    while ((st = rows_next(&use)) == TILL_OK) {
        struct store_line *line = &out->lines[out->count];

        st = out->count < STORE_LINES_MAX
                 ? rows_column_text(&use, 0, line->account, sizeof(line->account))
                 : TILL_E_CORRUPT;
        if (st != TILL_OK)
            break;
        line->amount_minor = rows_column_integer(&use, 1);
        out->count++;
    }
    rows_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

enum till_status store_rows_posting_above(struct store *s, int64_t number, int64_t *number_out,
                                          struct store_posting *out)
{
    struct rows_use use = rows_of(s, STORE_POSTING_ABOVE);
    int64_t found = 0;
    enum till_status st;

    memset(out, 0, sizeof(*out));
    rows_bind_integer(&use, number);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = rows_column_text(&use, 1, out->source, sizeof(out->source));
    if (st == TILL_OK) {
        found = rows_column_integer(&use, 0);
        out->value_at_s = rows_column_integer(&use, 2);
        out->posted_at_s = rows_column_integer(&use, 3);
    }
    rows_end(&use);
    if (st == TILL_OK)
        st = read_posting_lines(s, found, out);
    if (st == TILL_OK)
        *number_out = found;
    return st;
}

/* ---- checking -------------------------------------------------------------------------------- */

/* A sum that leaves int64 is no sum that could have been posted: it counts as wrong. */
struct running {
    int64_t id; /* 0 = none yet */
    int64_t sum;
    int64_t lines;
    bool overflow;
};

static void running_add(struct running *r, const struct rows_use *use, int column)
{
    if (rows_column_is_null(use, column))
        return;
    r->lines++;
    if (money_add(r->sum, rows_column_integer(use, column), &r->sum) != TILL_OK)
        r->overflow = true;
}

static void end_posting(const struct running *r, struct store_ledger_verdict *out)
{
    if (r->id == 0)
        return;
    out->postings++;
    out->lines += r->lines;
    if (out->unbalanced == 0 && (r->sum != 0 || r->overflow || r->lines == 0))
        out->unbalanced = r->id;
}

static enum till_status check_postings(struct store *s, struct store_ledger_verdict *out)
{
    struct rows_use use = rows_of(s, STORE_LINES_BY_POSTING);
    struct running r = {0};
    enum till_status st;

    while ((st = rows_next(&use)) == TILL_OK) {
        int64_t number = rows_column_integer(&use, 0);

        if (number != r.id) {
            end_posting(&r, out);
            r = (struct running){.id = number};
        }
        running_add(&r, &use, 1);
    }
    rows_end(&use);
    end_posting(&r, out);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

static enum till_status check_accounts(struct store *s, struct store_ledger_verdict *out)
{
    struct rows_use use = rows_of(s, STORE_LINES_BY_ACCOUNT);
    char name[STORE_LEDGER_ACCOUNT_MAX] = "";
    int64_t balance = 0;
    struct running r = {0};
    enum till_status st;

    for (;;) {
        st = rows_next(&use);
        bool ended = st != TILL_OK;
        int64_t id = ended ? 0 : rows_column_integer(&use, 0);

        if (id != r.id) {
            if (r.id != 0 && (r.overflow || r.sum != balance))
                break;
            r = (struct running){.id = id};
        }
        if (ended)
            break;
        balance = rows_column_integer(&use, 2);
        st = rows_column_text(&use, 1, name, sizeof(name));
        if (st != TILL_OK)
            break;
        running_add(&r, &use, 3);
    }
    rows_end(&use);
    if (r.id != 0 && (st == TILL_OK || st == TILL_NOT_FOUND))
        memcpy(out->wrong_account, name, sizeof(name));
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

enum till_status store_rows_ledger_check(struct store *s, struct store_ledger_verdict *out)
{
    enum till_status st;

    memset(out, 0, sizeof(*out));
    st = check_postings(s, out);
    return st == TILL_OK ? check_accounts(s, out) : st;
}
