#include "store_period.h"

#include <assert.h>
#include <string.h>

#include "rows_use.h"
#include "store_backend.h"

enum { MONTH_MIN = 200001, MONTH_MAX = 209912, MONTHS = 12 };

static bool period_is_valid(const struct store_period *p)
{
    return p->month >= MONTH_MIN && p->month <= MONTH_MAX && p->month % 100 >= 1 &&
           p->month % 100 <= MONTHS && p->from_s < p->to_s && p->last_posting >= 0 &&
           user_is_valid(p->closed_by);
}

enum till_status store_period_add(struct store *s, const struct store_period *p)
{
    struct store_period last;
    struct rows_use use;
    enum till_status st;

    assert(s->in_transaction);
    if (!period_is_valid(p))
        return TILL_BAD_INPUT;
    st = store_period_last(s, &last);
    if (st == TILL_OK && p->month == last.month)
        return TILL_UNCHANGED;
    if (st == TILL_OK &&
        (p->month < last.month || p->from_s < last.to_s || p->last_posting < last.last_posting))
        return TILL_REFUSED;
    if (st != TILL_OK && st != TILL_NOT_FOUND)
        return st;
    use = rows_of(s, STORE_ADD_PERIOD);
    rows_bind_integer(&use, p->month);
    rows_bind_integer(&use, p->from_s);
    rows_bind_integer(&use, p->to_s);
    rows_bind_integer(&use, p->closed_at_s);
    rows_bind_text(&use, p->closed_by);
    rows_bind_integer(&use, p->last_posting);
    rows_bind_bytes(&use, p->hash, sizeof(p->hash));
    return rows_run(&use);
}

static enum till_status read_period(struct rows_use *use, struct store_period *out)
{
    enum till_status st = rows_next(use);
    bool bad = false;

    memset(out, 0, sizeof(*out));
    if (st == TILL_OK)
        st = rows_column_text(use, 4, out->closed_by, sizeof(out->closed_by));
    if (st == TILL_OK)
        st = rows_column_exact(use, 6, out->hash, sizeof(out->hash));
    if (st == TILL_OK) {
        out->month = (int32_t)rows_column_within(use, 0, MONTH_MIN, MONTH_MAX, &bad);
        out->from_s = rows_column_integer(use, 1);
        out->to_s = rows_column_integer(use, 2);
        out->closed_at_s = rows_column_integer(use, 3);
        out->last_posting = rows_column_integer(use, 5);
    }
    rows_end(use);
    return st == TILL_OK && bad ? TILL_E_CORRUPT : st;
}

enum till_status store_period_last(struct store *s, struct store_period *out)
{
    struct rows_use use = rows_of(s, STORE_PERIOD_LAST);

    return read_period(&use, out);
}

enum till_status store_period_next(struct store *s, int32_t after, struct store_period *out)
{
    struct rows_use use = rows_of(s, STORE_PERIOD_ABOVE);

    rows_bind_integer(&use, after);
    return read_period(&use, out);
}

enum till_status store_posting_before(struct store *s, int64_t after, int64_t before_s,
                                      int64_t *number_out)
{
    struct rows_use use = rows_of(s, STORE_POSTING_BEFORE);
    enum till_status st;

    rows_bind_integer(&use, after);
    rows_bind_integer(&use, before_s);
    st = rows_next(&use);
    if (st == TILL_OK)
        *number_out = rows_column_integer(&use, 0);
    rows_end(&use);
    return st;
}
