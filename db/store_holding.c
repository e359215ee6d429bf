#include "store_holding.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "book_check.h"
#include "rows_use.h"
#include "store_backend.h"
#include "text.h"

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

enum till_status store_holding_waiting(struct store *s, const char *meter_book, int64_t after,
                                       struct store_holding *out)
{
    struct rows_use use = rows_of(s, STORE_HOLDING_WAITS);

    rows_bind_text(&use, meter_book);
    rows_bind_integer(&use, after);
    return read_holding(&use, out);
}

/* ---- changes of meter books ------------------------------------------------------------------ */

void store_touch(struct store *s, const char *meter_book)
{
    struct store_touched *t = &s->touched;

    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->ids[i], meter_book) == 0)
            return;
    if (t->count == STORE_TOUCHED_MAX)
        t->all = true;
    else
        text_copy(t->ids[t->count++], BOOK_ID_MAX, meter_book);
}

enum till_status store_touch_account(struct store *s, const char *account)
{
    struct book_customer customer;
    enum till_status st;

    if (strcmp(s->touched.account, account) == 0) {
        store_touch(s, s->touched.meter_book);
        return TILL_OK;
    }
    st = store_rows_customer_get(s, account, &customer);
    if (st == TILL_OK)
        store_touch(s, customer.meter_book);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* In one order, so that two transactions never wait for each other. */
enum till_status store_touched_count(struct store *s)
{
    struct store_touched *t = &s->touched;
    enum till_status st = TILL_OK;

    if (t->all) {
        struct rows_use use = rows_of(s, STORE_TOUCH_ALL);

        return rows_run(&use);
    }
    if (t->count > 1)
        qsort(t->ids, t->count, sizeof(t->ids[0]), by_id);
    for (size_t i = 0; i < t->count && st == TILL_OK; i++) {
        struct rows_use use = rows_of(s, STORE_TOUCH);

        rows_bind_text(&use, t->ids[i]);
        st = rows_run(&use);
    }
    return st;
}

enum till_status store_meter_book_changes(struct store *s, const char *id, uint64_t *changes_out)
{
    struct rows_use use = rows_of(s, STORE_CHANGES);
    enum till_status st;

    rows_bind_text(&use, id);
    st = rows_next(&use);
    *changes_out = 0;
    if (st == TILL_OK)
        st = rows_column_unsigned(&use, 0, changes_out);
    rows_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}
