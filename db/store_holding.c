#include "store_holding.h"

#include <assert.h>
#include <string.h>

#include "book_check.h"
#include "rows.h"
#include "store_backend.h"

static bool holding_is_valid(const struct store_holding *h)
{
    return h->meter_book[0] != '\0' && book_text_is_clean(h->meter_book, sizeof(h->meter_book)) &&
           terminal_is_valid(h->terminal) && h->from_s >= 0 &&
           (h->until_s == 0 || h->until_s >= h->from_s) && h->after_revision <= INT64_MAX &&
           h->report >= HOLDING_OPEN && h->report <= HOLDING_LOST && h->reported_s >= 0 &&
           (h->report == HOLDING_OPEN) == (h->reported_s == 0) && h->reported_seq <= INT64_MAX &&
           (h->report == HOLDING_OPEN || h->until_s != 0);
}

static enum till_status add(struct store *s, const struct store_holding *h, int64_t *id_out)
{
    struct rows_use use = rows_of(s, STORE_ADD_HOLDING);
    enum till_status st;

    rows_bind_text(&use, h->meter_book);
    rows_bind_text(&use, h->terminal);
    rows_bind_integer(&use, h->from_s);
    rows_bind_integer(&use, h->until_s);
    rows_bind_unsigned(&use, h->after_revision);
    rows_bind_integer(&use, h->report);
    rows_bind_integer(&use, h->reported_s);
    rows_bind_unsigned(&use, h->reported_seq);
    st = rows_next(&use);
    if (st == TILL_OK)
        *id_out = rows_column_integer(&use, 0);
    rows_end(&use);
    return st;
}

static enum till_status set(struct store *s, const struct store_holding *h)
{
    struct rows_use use = rows_of(s, STORE_SET_HOLDING);
    enum till_status st;

    rows_bind_integer(&use, h->id);
    rows_bind_integer(&use, h->until_s);
    rows_bind_unsigned(&use, h->after_revision);
    rows_bind_integer(&use, h->report);
    rows_bind_integer(&use, h->reported_s);
    rows_bind_unsigned(&use, h->reported_seq);
    st = rows_run(&use);
    return st == TILL_OK && rows_changes(&use) == 0 ? TILL_NOT_FOUND : st;
}

enum till_status store_holding_put(struct store *s, const struct store_holding *h, int64_t *id_out)
{
    struct store_terminal t;
    enum till_status st;

    assert(s->in_transaction);
    if (!holding_is_valid(h))
        return TILL_BAD_INPUT;
    *id_out = h->id;
    if (h->id != 0)
        return set(s, h);
    st = store_terminal_get(s, h->terminal, &t);
    explicit_bzero(&t, sizeof(t)); /* its secret */
    return st == TILL_OK ? add(s, h, id_out) : st;
}

static enum till_status read_holding(struct rows_use *use, struct store_holding *out)
{
    enum till_status st = rows_next(use);

    memset(out, 0, sizeof(*out));
    if (st == TILL_OK)
        st = rows_column_text(use, 1, out->meter_book, sizeof(out->meter_book));
    if (st == TILL_OK)
        st = rows_column_text(use, 2, out->terminal, sizeof(out->terminal));
    if (st == TILL_OK)
        st = rows_column_unsigned(use, 5, &out->after_revision);
    if (st == TILL_OK)
        st = rows_column_unsigned(use, 8, &out->reported_seq);
    if (st == TILL_OK) {
        bool bad = false;

        out->id = rows_column_integer(use, 0);
        out->from_s = rows_column_integer(use, 3);
        out->until_s = rows_column_integer(use, 4);
        out->report = (int)rows_column_within(use, 6, HOLDING_OPEN, HOLDING_LOST, &bad);
        out->reported_s = rows_column_integer(use, 7);
        st = bad || !holding_is_valid(out) ? TILL_E_CORRUPT : TILL_OK;
    }
    rows_end(use);
    return st;
}

enum till_status store_holding_next(struct store *s, int64_t after, struct store_holding *out)
{
    struct rows_use use = rows_of(s, STORE_HOLDING_ABOVE);

    rows_bind_integer(&use, after);
    return read_holding(&use, out);
}

enum till_status store_holding_of_terminal(struct store *s, const char *terminal, int64_t after,
                                           struct store_holding *out)
{
    struct rows_use use = rows_of(s, STORE_HOLDING_OF_TERMINAL);

    rows_bind_text(&use, terminal);
    rows_bind_integer(&use, after);
    return read_holding(&use, out);
}

enum till_status store_holding_of_book(struct store *s, const char *meter_book, int64_t after,
                                       struct store_holding *out)
{
    struct rows_use use = rows_of(s, STORE_HOLDING_OF_BOOK);

    rows_bind_text(&use, meter_book);
    rows_bind_integer(&use, after);
    return read_holding(&use, out);
}
