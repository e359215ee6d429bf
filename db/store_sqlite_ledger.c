#include <string.h>

#include "money.h"
#include "store_sqlite.h"

/* ---- posting --------------------------------------------------------------------------------- */

enum till_status store_sqlite_posting_of(struct store *s, const char *source, int64_t *number_out)
{
    struct sqlite_use use = store_use(s, STORE_POSTING_OF_SOURCE);
    enum till_status st;

    sqlite_bind_text(&use, source);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        *number_out = sqlite_column_integer(&use, 0);
    sqlite_end(&use);
    return st;
}

enum till_status store_sqlite_posting_add(struct store *s, const struct store_posting *p,
                                          int64_t *number_out)
{
    struct sqlite_use use = store_use(s, STORE_PUT_POSTING);
    enum till_status st;

    sqlite_bind_text(&use, p->source);
    sqlite_bind_integer(&use, p->value_at_s);
    sqlite_bind_integer(&use, p->posted_at_s);
    st = sqlite_run(&use);
    if (st == TILL_OK)
        *number_out = store_last_id(s);
    return st;
}

static enum till_status account_of(struct store *s, const char *name, int64_t *id_out,
                                   int64_t *balance_out)
{
    struct sqlite_use use = store_use(s, STORE_LEDGER_ACCOUNT);
    enum till_status st;

    sqlite_bind_text(&use, name);
    st = sqlite_next(&use);
    if (st == TILL_OK) {
        *id_out = sqlite_column_integer(&use, 0);
        *balance_out = sqlite_column_integer(&use, 1);
    }
    sqlite_end(&use);
    return st;
}

enum till_status store_sqlite_account_open(struct store *s, const char *name, int64_t *id_out,
                                           int64_t *balance_out)
{
    struct sqlite_use use = store_use(s, STORE_ADD_LEDGER_ACCOUNT);
    enum till_status st = account_of(s, name, id_out, balance_out);

    if (st != TILL_NOT_FOUND)
        return st;
    sqlite_bind_text(&use, name);
    st = sqlite_run(&use);
    if (st == TILL_OK) {
        *id_out = store_last_id(s);
        *balance_out = 0;
    }
    return st;
}

enum till_status store_sqlite_line_add(struct store *s, int64_t posting, size_t place,
                                       int64_t account, int64_t amount_minor)
{
    struct sqlite_use use = store_use(s, STORE_PUT_LINE);

    sqlite_bind_integer(&use, posting);
    sqlite_bind_unsigned(&use, place);
    sqlite_bind_integer(&use, account);
    sqlite_bind_integer(&use, amount_minor);
    return sqlite_run(&use);
}

enum till_status store_sqlite_balance_set(struct store *s, int64_t account, int64_t balance_minor)
{
    struct sqlite_use use = store_use(s, STORE_SET_BALANCE);

    sqlite_bind_integer(&use, account);
    sqlite_bind_integer(&use, balance_minor);
    return sqlite_run(&use);
}

/* ---- reading --------------------------------------------------------------------------------- */

enum till_status store_sqlite_balance(struct store *s, const char *name, int64_t *balance_out)
{
    int64_t id = 0;
    enum till_status st = account_of(s, name, &id, balance_out);

    if (st == TILL_NOT_FOUND) {
        *balance_out = 0;
        return TILL_OK;
    }
    return st;
}

enum till_status store_sqlite_balance_prefix(struct store *s, const char *prefix,
                                             int64_t *balance_out)
{
    struct sqlite_use use = store_use(s, STORE_LEDGER_ACCOUNTS_FROM);
    char name[STORE_LEDGER_ACCOUNT_MAX];
    int64_t sum = 0;
    enum till_status st;

    sqlite_bind_text(&use, prefix);
    while ((st = sqlite_next(&use)) == TILL_OK) {
        st = sqlite_column_text(&use, 0, name, sizeof(name));
        if (st != TILL_OK)
            break;
        /* In order of their bytes: past the first that begins otherwise comes no other. */
        if (strncmp(name, prefix, strlen(prefix)) != 0)
            break;
        st = money_add(sum, sqlite_column_integer(&use, 1), &sum);
        if (st != TILL_OK)
            break;
    }
    sqlite_end(&use);
    if (st != TILL_OK && st != TILL_NOT_FOUND)
        return st;
    *balance_out = sum;
    return TILL_OK;
}

static enum till_status read_posting_lines(struct store *s, int64_t number,
                                           struct store_posting *out)
{
    struct sqlite_use use = store_use(s, STORE_POSTING_LINES);
    enum till_status st;

    sqlite_bind_integer(&use, number);
    while ((st = sqlite_next(&use)) == TILL_OK) {
        struct store_line *line = &out->lines[out->count];

        st = out->count < STORE_LINES_MAX
                 ? sqlite_column_text(&use, 0, line->account, sizeof(line->account))
                 : TILL_E_CORRUPT;
        if (st != TILL_OK)
            break;
        line->amount_minor = sqlite_column_integer(&use, 1);
        out->count++;
    }
    sqlite_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

enum till_status store_sqlite_posting_above(struct store *s, int64_t number, int64_t *number_out,
                                            struct store_posting *out)
{
    struct sqlite_use use = store_use(s, STORE_POSTING_ABOVE);
    int64_t found = 0;
    enum till_status st;

    memset(out, 0, sizeof(*out));
    sqlite_bind_integer(&use, number);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = sqlite_column_text(&use, 1, out->source, sizeof(out->source));
    if (st == TILL_OK) {
        found = sqlite_column_integer(&use, 0);
        out->value_at_s = sqlite_column_integer(&use, 2);
        out->posted_at_s = sqlite_column_integer(&use, 3);
    }
    sqlite_end(&use);
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

static void running_add(struct running *r, const struct sqlite_use *use, int column)
{
    if (sqlite3_column_type(use->statement, column) == SQLITE_NULL)
        return;
    r->lines++;
    if (money_add(r->sum, sqlite_column_integer(use, column), &r->sum) != TILL_OK)
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
    struct sqlite_use use = store_use(s, STORE_LINES_BY_POSTING);
    struct running r = {0};
    enum till_status st;

    while ((st = sqlite_next(&use)) == TILL_OK) {
        int64_t number = sqlite_column_integer(&use, 0);

        if (number != r.id) {
            end_posting(&r, out);
            r = (struct running){.id = number};
        }
        running_add(&r, &use, 1);
    }
    sqlite_end(&use);
    end_posting(&r, out);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

static enum till_status check_accounts(struct store *s, struct store_ledger_verdict *out)
{
    struct sqlite_use use = store_use(s, STORE_LINES_BY_ACCOUNT);
    char name[STORE_LEDGER_ACCOUNT_MAX] = "";
    int64_t balance = 0;
    struct running r = {0};
    enum till_status st;

    for (;;) {
        st = sqlite_next(&use);
        bool ended = st != TILL_OK;
        int64_t id = ended ? 0 : sqlite_column_integer(&use, 0);

        if (id != r.id) {
            if (r.id != 0 && (r.overflow || r.sum != balance))
                break;
            r = (struct running){.id = id};
        }
        if (ended)
            break;
        balance = sqlite_column_integer(&use, 2);
        st = sqlite_column_text(&use, 1, name, sizeof(name));
        if (st != TILL_OK)
            break;
        running_add(&r, &use, 3);
    }
    sqlite_end(&use);
    if (r.id != 0 && (st == TILL_OK || st == TILL_NOT_FOUND))
        memcpy(out->wrong_account, name, sizeof(name));
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

enum till_status store_sqlite_ledger_check(struct store *s, struct store_ledger_verdict *out)
{
    enum till_status st;

    memset(out, 0, sizeof(*out));
    st = check_postings(s, out);
    return st == TILL_OK ? check_accounts(s, out) : st;
}
