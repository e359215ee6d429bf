#include <assert.h>

#include "book_check.h"
#include "money.h"
#include "store_backend.h"

static enum till_status check_posting(const struct store_posting *p)
{
    int64_t sum = 0;

    if (p->source[0] == '\0' || !book_text_is_clean(p->source, sizeof(p->source)) ||
        p->count == 0 || p->count > STORE_LINES_MAX)
        return TILL_BAD_INPUT;
    for (size_t i = 0; i < p->count; i++) {
        const struct store_line *line = &p->lines[i];

        if (line->account[0] == '\0' || !book_text_is_clean(line->account, sizeof(line->account)))
            return TILL_BAD_INPUT;
        if (money_add(sum, line->amount_minor, &sum) != TILL_OK)
            return TILL_E_OVERFLOW;
    }
    return sum == 0 ? TILL_OK : TILL_BAD_INPUT;
}

static enum till_status write_posting(struct store *s, const struct store_posting *p)
{
    int64_t number = 0, account = 0, balance_minor = 0;
    enum till_status st = store_rows_posting_add(s, p, &number);

    for (size_t i = 0; st == TILL_OK && i < p->count; i++) {
        st = store_rows_account_open(s, p->lines[i].account, &account, &balance_minor);
        if (st == TILL_OK)
            st = money_add(balance_minor, p->lines[i].amount_minor, &balance_minor);
        if (st == TILL_OK)
            st = store_rows_line_add(s, number, i, account, p->lines[i].amount_minor);
        if (st == TILL_OK)
            st = store_rows_balance_add(s, account, p->lines[i].amount_minor);
    }
    return st;
}

static enum till_status post_row_by_row(struct store *s, const struct store_posting *p)
{
    int64_t number = 0;
    enum till_status st, undone;

    st = store_rows_posting_of(s, p->source, &number);
    if (st != TILL_NOT_FOUND)
        return st == TILL_OK ? TILL_UNCHANGED : st;
    st = s->backend->mark(s);
    if (st != TILL_OK)
        return st;
    st = write_posting(s, p);
    if (st == TILL_OK)
        return s->backend->keep(s);
    undone = s->backend->undo(s);
    return undone == TILL_OK ? st : undone;
}

enum till_status store_post(struct store *s, const struct store_posting *p)
{
    const struct store_bulk *bulk = s->backend->bulk;
    enum till_status st = check_posting(p);

    assert(s->in_transaction);
    if (st != TILL_OK)
        return st;
    st = bulk != NULL ? bulk->post(s, p) : TILL_UNSUPPORTED;
    return st == TILL_UNSUPPORTED ? post_row_by_row(s, p) : st;
}

enum till_status store_balance(struct store *s, const char *account, int64_t *balance_out)
{
    return store_rows_balance(s, account, balance_out);
}

enum till_status store_balance_prefix(struct store *s, const char *prefix, int64_t *balance_out)
{
    return store_rows_balance_prefix(s, prefix, balance_out);
}

enum till_status store_balances_of(struct store *s, const char *prefix, struct store_line *out,
                                   size_t capacity, size_t *count_out)
{
    return store_rows_balances_of(s, prefix, out, capacity, count_out);
}

enum till_status store_posting_of(struct store *s, const char *source, struct store_posting *out)
{
    int64_t number = 0;
    enum till_status st = store_rows_posting_of(s, source, &number);

    /* Numbers are above 0 and go up: the first above the one before is that very one. */
    return st == TILL_OK ? store_rows_posting_above(s, number - 1, &number, out) : st;
}

enum till_status store_posting_next(struct store *s, int64_t after, int64_t *number_out,
                                    struct store_posting *out)
{
    return store_rows_posting_above(s, after, number_out, out);
}

enum till_status store_ledger_check(struct store *s, struct store_ledger_verdict *verdict_out)
{
    return store_rows_ledger_check(s, verdict_out);
}
