#include <string.h>

#include "book_check.h"
#include "rows_use.h"
#include "store_backend.h"

enum till_status store_rows_site_put(struct store *s, const char *record)
{
    struct rows_use use = rows_of(s, STORE_PUT_SITE);

    rows_bind_text(&use, record);
    return rows_run(&use);
}

enum till_status store_rows_site_get(struct store *s, char *record_out, size_t capacity)
{
    struct rows_use use = rows_of(s, STORE_SITE);
    enum till_status st = rows_next(&use);

    if (st == TILL_OK)
        st = rows_column_text(&use, 0, record_out, capacity);
    rows_end(&use);
    return st;
}

enum till_status store_rows_user_put(struct store *s, const struct book_user *u)
{
    struct rows_use use = rows_of(s, STORE_PUT_USER);

    rows_bind_text(&use, u->user);
    rows_bind_text(&use, u->name);
    rows_bind_integer(&use, u->role);
    rows_bind_bytes(&use, u->salt, sizeof(u->salt));
    rows_bind_integer(&use, u->rounds);
    rows_bind_bytes(&use, u->pin_check, sizeof(u->pin_check));
    rows_bind_integer(&use, u->cash_limit_minor);
    rows_bind_integer(&use, u->must_change_pin ? 1 : 0);
    rows_bind_integer(&use, u->deputy_from);
    rows_bind_integer(&use, u->deputy_to);
    return rows_run(&use);
}

static enum till_status read_user(const struct rows_use *use, struct book_user *out)
{
    uint64_t role = 0, rounds = 0;
    bool bad = false;
    enum till_status st;

    memset(out, 0, sizeof(*out));
    st = rows_column_text(use, 0, out->user, sizeof(out->user));
    if (st == TILL_OK)
        st = rows_column_text(use, 1, out->name, sizeof(out->name));
    if (st == TILL_OK)
        st = rows_column_unsigned(use, 2, &role);
    if (st == TILL_OK)
        st = rows_column_exact(use, 3, out->salt, sizeof(out->salt));
    if (st == TILL_OK)
        st = rows_column_unsigned(use, 4, &rounds);
    if (st == TILL_OK)
        st = rows_column_exact(use, 5, out->pin_check, sizeof(out->pin_check));
    if (st != TILL_OK)
        return st;
    out->role = role <= INT32_MAX ? (int)role : 0;
    out->rounds = rounds <= UINT32_MAX ? (uint32_t)rounds : UINT32_MAX;
    out->cash_limit_minor = rows_column_integer(use, 6);
    out->must_change_pin = rows_column_integer(use, 7) != 0;
    out->deputy_from = (int32_t)rows_column_within(use, 8, 0, INT32_MAX, &bad);
    out->deputy_to = (int32_t)rows_column_within(use, 9, 0, INT32_MAX, &bad);
    return !bad && book_user_is_valid(out) ? TILL_OK : TILL_E_CORRUPT;
}

enum till_status store_rows_user_above(struct store *s, const char *user, struct book_user *out)
{
    struct rows_use use = rows_of(s, STORE_USER_ABOVE);
    enum till_status st;

    rows_bind_text(&use, user);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = read_user(&use, out);
    rows_end(&use);
    return st;
}

enum till_status store_rows_meter_book_put(struct store *s, const struct book_meter_book *m)
{
    struct rows_use use = rows_of(s, STORE_PUT_METER_BOOK);

    rows_bind_text(&use, m->id);
    rows_bind_text(&use, m->name);
    return rows_run(&use);
}

static enum till_status read_meter_book(const struct rows_use *use, struct book_meter_book *out)
{
    uint64_t customers = 0;
    enum till_status st = rows_column_text(use, 0, out->id, sizeof(out->id));

    if (st == TILL_OK)
        st = rows_column_text(use, 1, out->name, sizeof(out->name));
    if (st == TILL_OK)
        st = rows_column_unsigned(use, 2, &customers);
    if (st == TILL_OK && customers > UINT32_MAX)
        st = TILL_E_CORRUPT;
    out->customers = (uint32_t)customers;
    return st;
}

enum till_status store_rows_meter_book_get(struct store *s, const char *id,
                                           struct book_meter_book *out)
{
    struct rows_use use = rows_of(s, STORE_METER_BOOK);
    enum till_status st;

    memset(out, 0, sizeof(*out));
    rows_bind_text(&use, id);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = read_meter_book(&use, out);
    rows_end(&use);
    return st;
}

/* ---- customers ------------------------------------------------------------------------------- */

/* The columns of the store: more than the book's, and in an order of their own. */
static void bind_customer(struct rows_use *use, const struct book_customer *c)
{
    rows_bind_text(use, c->account);
    rows_bind_text(use, c->name);
    rows_bind_text(use, c->address);
    rows_bind_text(use, c->meter);
    rows_bind_text(use, c->phone);
    rows_bind_text(use, c->meter_book);
    rows_bind_integer(use, c->order);
    rows_bind_integer(use, (int64_t)c->class);
    rows_bind_integer(use, c->balance_minor);
    rows_bind_integer(use, c->last_paid_date);
    rows_bind_integer(use, c->last_paid_minor);
    rows_bind_integer(use, c->flags);
    rows_bind_integer(use, c->latitude_e7);
    rows_bind_integer(use, c->longitude_e7);
    rows_bind_integer(use, c->last_reading_cwh);
    rows_bind_integer(use, c->last_reading_date);
}

enum till_status store_rows_read_customer(const struct rows_use *use, struct book_customer *out)
{
    struct {
        char *text;
        size_t capacity;
    } texts[] = {{out->account, sizeof(out->account)}, {out->name, sizeof(out->name)},
                 {out->address, sizeof(out->address)}, {out->meter, sizeof(out->meter)},
                 {out->phone, sizeof(out->phone)},     {out->meter_book, sizeof(out->meter_book)}};
    enum { TEXTS = sizeof(texts) / sizeof(texts[0]) };
    bool bad = false;
    int at = TEXTS;

    memset(out, 0, sizeof(*out));
    for (int i = 0; i < TEXTS; i++) {
        enum till_status st = rows_column_text(use, i, texts[i].text, texts[i].capacity);
        if (st != TILL_OK)
            return st;
    }
    out->order = (uint32_t)rows_column_within(use, at++, 1, INT32_MAX, &bad);
    out->class = (enum customer_class)rows_column_within(use, at++, 0, CUSTOMER_OTHER, &bad);
    out->balance_minor = rows_column_integer(use, at++);
    out->last_paid_date = (int32_t)rows_column_within(use, at++, 0, INT32_MAX, &bad);
    out->last_paid_minor = rows_column_integer(use, at++);
    out->flags = (uint32_t)rows_column_within(use, at++, 0, UINT32_MAX, &bad);
    out->latitude_e7 = (int32_t)rows_column_within(use, at++, INT32_MIN, INT32_MAX, &bad);
    out->longitude_e7 = (int32_t)rows_column_within(use, at++, INT32_MIN, INT32_MAX, &bad);
    out->last_reading_cwh = rows_column_within(use, at++, -1, INT64_MAX, &bad);
    out->last_reading_date = (int32_t)rows_column_within(use, at++, 0, INT32_MAX, &bad);
    return !bad && book_customer_is_valid(out) ? TILL_OK : TILL_E_CORRUPT;
}

static enum till_status make_room(struct store *s, const struct book_customer *c)
{
    struct rows_use use = rows_of(s, STORE_MAKE_ROOM);

    rows_bind_text(&use, c->meter_book);
    rows_bind_integer(&use, c->order);
    rows_bind_text(&use, c->account);
    return rows_run(&use);
}

static enum till_status put_customer(struct store *s, const struct book_customer *c)
{
    struct rows_use use = rows_of(s, STORE_PUT_CUSTOMER);
    enum till_status st = make_room(s, c);

    if (st != TILL_OK)
        return st;
    bind_customer(&use, c);
    return rows_run_referring(&use);
}

enum till_status store_rows_customer_put(struct store *s, const struct book_customer *c)
{
    const struct store_bulk *bulk = s->backend->bulk;
    enum till_status st = bulk != NULL ? bulk->customer_put(s, c) : TILL_UNSUPPORTED;

    return st == TILL_UNSUPPORTED ? put_customer(s, c) : st;
}

static enum till_status get_customer(struct store *s, const char *account,
                                     struct book_customer *out)
{
    struct rows_use use = rows_of(s, STORE_CUSTOMER);
    enum till_status st;

    rows_bind_text(&use, account);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = store_rows_read_customer(&use, out);
    rows_end(&use);
    return st;
}

enum till_status store_rows_customer_get(struct store *s, const char *account,
                                         struct book_customer *out)
{
    const struct store_bulk *bulk = s->backend->bulk;
    enum till_status st = bulk != NULL ? bulk->customer_get(s, account, out) : TILL_UNSUPPORTED;

    return st == TILL_UNSUPPORTED ? get_customer(s, account, out) : st;
}

enum till_status store_rows_customer_above(struct store *s, const char *meter_book, uint32_t order,
                                           struct book_customer *out)
{
    struct rows_use use = rows_of(s, STORE_CUSTOMER_ABOVE);
    enum till_status st;

    rows_bind_text(&use, meter_book);
    rows_bind_integer(&use, order);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = store_rows_read_customer(&use, out);
    rows_end(&use);
    return st;
}

/* ---- bills ----------------------------------------------------------------------------------- */

/* month, type, due_date, energy_cwh, amount_minor: in this order wherever a bill stands. */
static void bind_bill(struct rows_use *use, const struct bill *b)
{
    rows_bind_integer(use, b->month);
    rows_bind_integer(use, b->type);
    rows_bind_integer(use, b->due_date);
    rows_bind_integer(use, b->energy_cwh);
    rows_bind_integer(use, b->amount_minor);
}

enum till_status store_rows_read_bill(const struct rows_use *use, struct bill *out)
{
    bool bad = false;

    memset(out, 0, sizeof(*out));
    out->month = (int32_t)rows_column_within(use, 0, 0, INT32_MAX, &bad);
    out->type = (int16_t)rows_column_within(use, 1, 0, INT16_MAX, &bad);
    out->due_date = (int32_t)rows_column_within(use, 2, 0, INT32_MAX, &bad);
    out->energy_cwh = rows_column_integer(use, 3);
    out->amount_minor = rows_column_integer(use, 4);
    return !bad && book_bill_is_valid(out) ? TILL_OK : TILL_E_CORRUPT;
}

static enum till_status add_bill(struct store *s, const char *account, const struct bill *bill)
{
    struct rows_use use = rows_of(s, STORE_PUT_BILL);

    rows_bind_text(&use, account);
    bind_bill(&use, bill);
    return rows_run_referring(&use);
}

enum till_status store_rows_bill_add(struct store *s, const char *account, const struct bill *bill)
{
    const struct store_bulk *bulk = s->backend->bulk;
    enum till_status st = bulk != NULL && bulk->bill_add != NULL ? bulk->bill_add(s, account, bill)
                                                                 : TILL_UNSUPPORTED;

    return st == TILL_UNSUPPORTED ? add_bill(s, account, bill) : st;
}

static enum till_status get_bill(struct store *s, const char *account, int32_t month, int16_t type,
                                 struct bill *out)
{
    struct rows_use use = rows_of(s, STORE_BILL);
    enum till_status st;

    rows_bind_text(&use, account);
    rows_bind_integer(&use, month);
    rows_bind_integer(&use, type);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = store_rows_read_bill(&use, out);
    rows_end(&use);
    return st;
}

enum till_status store_rows_bill_get(struct store *s, const char *account, int32_t month,
                                     int16_t type, struct bill *out)
{
    const struct store_bulk *bulk = s->backend->bulk;
    enum till_status st =
        bulk != NULL ? bulk->bill_get(s, account, month, type, out) : TILL_UNSUPPORTED;

    return st == TILL_UNSUPPORTED ? get_bill(s, account, month, type, out) : st;
}

static enum till_status set_bill_open(struct store *s, const char *account, const struct bill *bill)
{
    struct rows_use use = rows_of(s, STORE_SET_BILL_OPEN);

    rows_bind_text(&use, account);
    rows_bind_integer(&use, bill->month);
    rows_bind_integer(&use, bill->type);
    rows_bind_integer(&use, bill->amount_minor);
    return rows_run(&use);
}

enum till_status store_rows_bill_open_set(struct store *s, const char *account,
                                          const struct bill *bill)
{
    const struct store_bulk *bulk = s->backend->bulk;
    enum till_status st = bulk != NULL ? bulk->bill_open_set(s, account, bill) : TILL_UNSUPPORTED;

    return st == TILL_UNSUPPORTED ? set_bill_open(s, account, bill) : st;
}

static enum till_status open_bills(struct store *s, const char *account, struct arrears *out)
{
    struct rows_use use = rows_of(s, STORE_OPEN_BILLS);
    enum till_status st;

    rows_bind_text(&use, account);
    out->count = 0;
    while ((st = rows_next(&use)) == TILL_OK) {
        st = out->count < BILLS_MAX ? store_rows_read_bill(&use, &out->bills[out->count])
                                    : TILL_TOO_LARGE;
        if (st != TILL_OK)
            break;
        out->count++;
    }
    rows_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

enum till_status store_rows_bills_open(struct store *s, const char *account, struct arrears *out)
{
    const struct store_bulk *bulk = s->backend->bulk;
    enum till_status st = bulk != NULL ? bulk->bills_open(s, account, out) : TILL_UNSUPPORTED;

    return st == TILL_UNSUPPORTED ? open_bills(s, account, out) : st;
}

/* ---- values ---------------------------------------------------------------------------------- */

enum till_status store_rows_value_put(struct store *s, const char *key, const char *value)
{
    struct rows_use use = rows_of(s, STORE_PUT_VALUE);

    rows_bind_text(&use, key);
    rows_bind_text(&use, value);
    return rows_run(&use);
}

enum till_status store_rows_value_remove(struct store *s, const char *key)
{
    struct rows_use use = rows_of(s, STORE_REMOVE_VALUE);

    rows_bind_text(&use, key);
    return rows_run(&use);
}

enum till_status store_rows_value_get(struct store *s, const char *key, char *value_out,
                                      size_t capacity)
{
    struct rows_use use = rows_of(s, STORE_VALUE);
    enum till_status st;

    rows_bind_text(&use, key);
    st = rows_next(&use);
    if (st == TILL_OK && rows_column_span(&use, 0).size >= capacity)
        st = TILL_TOO_LARGE;
    if (st == TILL_OK)
        st = rows_column_text(&use, 0, value_out, capacity);
    rows_end(&use);
    return st;
}
