#include "store_taking.h"

#include <assert.h>
#include <string.h>

#include "book_check.h"
#include "rows_use.h"
#include "store_backend.h"
#include "store_rows.h"

/* ---- days ------------------------------------------------------------------------------------ */

static bool taking_is_valid(const struct store_taking *t)
{
    return t->dimension >= TAKING_COLLECTOR && t->dimension <= TAKING_EXCEPTION && t->date > 0 &&
           book_text_is_clean(t->key, sizeof(t->key));
}

enum till_status store_taking_add(struct store *s, const char *terminal,
                                  const struct store_taking *t)
{
    struct rows_use use;

    assert(s->in_transaction);
    if (!terminal_is_valid(terminal) || !taking_is_valid(t))
        return TILL_BAD_INPUT;
    use = rows_of(s, STORE_ADD_TAKING);
    rows_bind_text(&use, terminal);
    rows_bind_integer(&use, t->dimension);
    rows_bind_integer(&use, t->date);
    rows_bind_text(&use, t->key);
    rows_bind_integer(&use, t->receipts);
    rows_bind_integer(&use, t->amount_minor);
    rows_bind_integer(&use, t->reversals);
    rows_bind_integer(&use, t->reversed_minor);
    return rows_run(&use);
}

enum till_status store_takings(struct store *s, const struct store_taking_question *q,
                               struct store_taking *rows_out, size_t capacity, size_t *count_out,
                               size_t *total_out)
{
    struct rows_use use = rows_of(s, STORE_TAKINGS);
    enum till_status st = TILL_OK;

    *count_out = *total_out = 0;
    rows_bind_text(&use, q->terminals);
    rows_bind_integer(&use, q->dimension);
    rows_bind_integer(&use, q->from);
    rows_bind_integer(&use, q->to);
    rows_bind_integer(&use, q->group);
    rows_bind_unsigned(&use, capacity);
    while (*count_out < capacity && (st = rows_next(&use)) == TILL_OK) {
        struct store_taking *t = &rows_out[*count_out];

        *t = (struct store_taking){.dimension = q->dimension};
        st = rows_column_text(&use, 0, t->key, sizeof(t->key));
        if (st != TILL_OK)
            break;
        t->receipts = rows_column_integer(&use, 1);
        t->amount_minor = rows_column_integer(&use, 2);
        t->reversals = rows_column_integer(&use, 3);
        t->reversed_minor = rows_column_integer(&use, 4);
        *total_out = (size_t)rows_column_integer(&use, 5);
        ++*count_out;
    }
    rows_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

/* ---- how far --------------------------------------------------------------------------------- */

enum till_status store_taking_mark_put(struct store *s, const char *terminal,
                                       const struct store_taking_mark *m)
{
    struct rows_use use;

    assert(s->in_transaction);
    if (!terminal_is_valid(terminal) || !book_text_is_clean(m->user, sizeof(m->user)) ||
        !book_text_is_clean(m->shifts, sizeof(m->shifts)))
        return TILL_BAD_INPUT;
    use = rows_of(s, STORE_PUT_TAKING_MARK);
    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, m->seq);
    rows_bind_text(&use, m->user);
    rows_bind_text(&use, m->shifts);
    return rows_run(&use);
}

enum till_status store_taking_mark_get(struct store *s, const char *terminal,
                                       struct store_taking_mark *out)
{
    struct rows_use use = rows_of(s, STORE_TAKING_MARK);
    enum till_status st;

    memset(out, 0, sizeof(*out));
    rows_bind_text(&use, terminal);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = rows_column_unsigned(&use, 0, &out->seq);
    if (st == TILL_OK)
        st = rows_column_text(&use, 1, out->user, sizeof(out->user));
    if (st == TILL_OK)
        st = rows_column_text(&use, 2, out->shifts, sizeof(out->shifts));
    rows_end(&use);
    return st;
}

/* ---- Zs that wait ---------------------------------------------------------------------------- */

enum till_status store_taking_close_put(struct store *s, const struct store_taking_close *c)
{
    struct rows_use use;

    assert(s->in_transaction);
    if (!terminal_is_valid(c->terminal) || c->z == 0 || c->date <= 0 ||
        !book_text_is_clean(c->user, sizeof(c->user)))
        return TILL_BAD_INPUT;
    use = rows_of(s, STORE_PUT_TAKING_CLOSE);
    rows_bind_text(&use, c->terminal);
    rows_bind_unsigned(&use, c->z);
    rows_bind_integer(&use, c->date);
    rows_bind_text(&use, c->user);
    rows_bind_integer(&use, c->amount_minor);
    rows_bind_integer(&use, c->absent);
    return rows_run(&use);
}

enum till_status store_taking_close_remove(struct store *s, const char *terminal, uint32_t z)
{
    struct rows_use use = rows_of(s, STORE_REMOVE_TAKING_CLOSE);

    assert(s->in_transaction);
    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, z);
    return rows_run(&use);
}

static enum till_status take_close(const struct rows_use *use, struct store_taking_close *out)
{
    bool bad = false;
    enum till_status st;

    memset(out, 0, sizeof(*out));
    st = rows_column_text(use, 0, out->terminal, sizeof(out->terminal));
    if (st == TILL_OK)
        st = rows_column_text(use, 3, out->user, sizeof(out->user));
    out->z = (uint32_t)rows_column_within(use, 1, 1, UINT32_MAX, &bad);
    out->date = (int32_t)rows_column_within(use, 2, 1, INT32_MAX, &bad);
    out->amount_minor = rows_column_integer(use, 4);
    out->absent = rows_column_integer(use, 5) != 0;
    return st == TILL_OK && bad ? TILL_E_CORRUPT : st;
}

enum till_status store_taking_close_next(struct store *s, const char *terminal, uint32_t after,
                                         struct store_taking_close *out)
{
    struct rows_use use = rows_of(s, STORE_TAKING_CLOSE_ABOVE);
    enum till_status st;

    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, after);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = take_close(&use, out);
    rows_end(&use);
    return st;
}

enum till_status store_taking_closes(struct store *s, const char *terminals,
                                     struct store_taking_close *rows_out, size_t capacity,
                                     size_t *count_out, size_t *total_out, int64_t *sum_out)
{
    struct rows_use use = rows_of(s, STORE_TAKING_CLOSES);
    enum till_status st = TILL_OK;

    *count_out = *total_out = 0;
    *sum_out = 0;
    rows_bind_text(&use, terminals);
    rows_bind_unsigned(&use, capacity);
    while (*count_out < capacity && (st = rows_next(&use)) == TILL_OK) {
        st = take_close(&use, &rows_out[*count_out]);
        if (st != TILL_OK)
            break;
        *total_out = (size_t)rows_column_integer(&use, 6);
        *sum_out = rows_column_integer(&use, 7);
        ++*count_out;
    }
    rows_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

/* ---- entries --------------------------------------------------------------------------------- */

enum till_status store_taking_entries(struct store *s, const char *terminal, uint64_t after,
                                      const char *kinds, struct entry *entries_out, size_t capacity,
                                      size_t *count_out)
{
    struct rows_use use = rows_of(s, STORE_TAKING_ENTRIES);
    enum till_status st = TILL_OK;

    *count_out = 0;
    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, after);
    rows_bind_text(&use, kinds);
    rows_bind_unsigned(&use, capacity);
    while (*count_out < capacity && (st = rows_next(&use)) == TILL_OK) {
        st = store_rows_entry_take(&use, &entries_out[*count_out]);
        if (st != TILL_OK)
            break;
        ++*count_out;
    }
    rows_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

/* ---- arrears by meter book ------------------------------------------------------------------- */

/* Meter book, month, amount. */
static enum till_status take_months(struct rows_use *use, struct store_taking_month *rows_out,
                                    size_t capacity, size_t *count_out)
{
    enum till_status st;
    bool bad = false;

    *count_out = 0;
    while ((st = rows_next(use)) == TILL_OK) {
        struct store_taking_month *m = &rows_out[*count_out];

        if (*count_out == capacity)
            st = TILL_TOO_LARGE;
        else
            st = rows_column_text(use, 0, m->meter_book, sizeof(m->meter_book));
        if (st != TILL_OK)
            break;
        m->month = (int32_t)rows_column_within(use, 1, 1, INT32_MAX, &bad);
        m->amount_minor = rows_column_integer(use, 2);
        ++*count_out;
    }
    rows_end(use);
    if (st == TILL_NOT_FOUND)
        st = TILL_OK;
    return st == TILL_OK && bad ? TILL_E_CORRUPT : st;
}

enum till_status store_taking_owed(struct store *s, const char *meter_book,
                                   struct store_taking_month *rows_out, size_t capacity,
                                   size_t *count_out)
{
    struct rows_use use = rows_of(s, STORE_TAKING_OWED);

    rows_bind_text(&use, meter_book);
    return take_months(&use, rows_out, capacity, count_out);
}

enum till_status store_taking_owing(struct store *s, const char *meter_book, int64_t *customers_out,
                                    int64_t *owing_out)
{
    struct rows_use use = rows_of(s, STORE_TAKING_OWING);
    enum till_status st;

    *customers_out = *owing_out = 0;
    rows_bind_text(&use, meter_book);
    st = rows_next(&use);
    if (st == TILL_OK) {
        *customers_out = rows_column_integer(&use, 0);
        *owing_out = rows_column_integer(&use, 1);
    }
    rows_end(&use);
    return st;
}

enum till_status store_taking_paid(struct store *s, const char *terminal, uint64_t after,
                                   int64_t from_s, int64_t until_s,
                                   struct store_taking_month *rows_out, size_t capacity,
                                   size_t *count_out)
{
    struct rows_use use = rows_of(s, STORE_TAKING_PAID);

    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, after);
    rows_bind_integer(&use, from_s);
    rows_bind_integer(&use, until_s);
    return take_months(&use, rows_out, capacity, count_out);
}
