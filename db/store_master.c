#include <assert.h>
#include <string.h>

#include "book_check.h"
#include "book_site.h"
#include "store_backend.h"
#include "text.h"
#include "when.h"

enum till_status store_site_put(struct store *s, const struct site *site)
{
    char record[RECORD_SIZE_MAX];
    enum till_status st = book_site_write(site, record);

    assert(s->in_transaction);
    return st == TILL_OK ? store_rows_site_put(s, record) : st;
}

enum till_status store_site_get(struct store *s, struct site *site_out)
{
    char record[RECORD_SIZE_MAX];
    enum till_status st = store_rows_site_get(s, record, sizeof(record));

    if (st != TILL_OK)
        return st;
    return book_site_read((struct span){.data = (const uint8_t *)record, .size = strlen(record)},
                          site_out);
}

enum till_status store_user_put(struct store *s, const struct book_user *u)
{
    assert(s->in_transaction);
    return book_user_is_valid(u) ? store_rows_user_put(s, u) : TILL_BAD_INPUT;
}

enum till_status store_user_next(struct store *s, const char *after, struct book_user *out)
{
    char from[USER_MAX];

    text_copy(from, sizeof from, after); /* as in store_terminal_next */
    return store_rows_user_above(s, from, out);
}

enum till_status store_meter_book_put(struct store *s, const struct book_meter_book *m)
{
    assert(s->in_transaction);
    if (!book_meter_book_is_valid(m))
        return TILL_BAD_INPUT;
    store_touch(s, m->id);
    return store_rows_meter_book_put(s, m);
}

enum till_status store_meter_book_get(struct store *s, const char *id, struct book_meter_book *out)
{
    return store_rows_meter_book_get(s, id, out);
}

/* What the terminal's book does not check: its host has. */
static bool place_is_valid(const struct book_customer *c)
{
    enum { LATITUDE_MOST = 900000000, LONGITUDE_MOST = 1800000000 };

    return c->latitude_e7 >= -LATITUDE_MOST && c->latitude_e7 <= LATITUDE_MOST &&
           c->longitude_e7 >= -LONGITUDE_MOST && c->longitude_e7 <= LONGITUDE_MOST &&
           c->last_reading_cwh >= -1 &&
           (c->last_reading_date == 0 || when_date_is_valid(c->last_reading_date));
}

static bool same_customer(const struct book_customer *a, const struct book_customer *b)
{
    return strcmp(a->account, b->account) == 0 && strcmp(a->name, b->name) == 0 &&
           strcmp(a->address, b->address) == 0 && strcmp(a->meter, b->meter) == 0 &&
           strcmp(a->phone, b->phone) == 0 && strcmp(a->meter_book, b->meter_book) == 0 &&
           a->order == b->order && a->class == b->class && a->balance_minor == b->balance_minor &&
           a->last_paid_date == b->last_paid_date && a->last_paid_minor == b->last_paid_minor &&
           a->flags == b->flags && a->latitude_e7 == b->latitude_e7 &&
           a->longitude_e7 == b->longitude_e7 && a->last_reading_cwh == b->last_reading_cwh &&
           a->last_reading_date == b->last_reading_date;
}

enum till_status store_customer_put(struct store *s, const struct book_customer *c)
{
    struct book_customer there;
    enum till_status st;

    assert(s->in_transaction);
    if (!book_customer_is_valid(c) || !place_is_valid(c))
        return TILL_BAD_INPUT;
    st = store_rows_customer_get(s, c->account, &there);
    if (st == TILL_OK && same_customer(&there, c))
        return TILL_UNCHANGED;
    if (st != TILL_OK && st != TILL_NOT_FOUND)
        return st;
    if (st == TILL_OK)
        store_touch(s, there.meter_book);
    store_touch(s, c->meter_book);
    return store_rows_customer_put(s, c);
}

enum till_status store_customer_get(struct store *s, const char *account, struct book_customer *out)
{
    return store_rows_customer_get(s, account, out);
}

enum till_status store_customer_next(struct store *s, const char *meter_book, uint32_t after,
                                     struct book_customer *out)
{
    return store_rows_customer_above(s, meter_book, after, out);
}

static bool same_bill(const struct bill *a, const struct bill *b)
{
    return a->month == b->month && a->type == b->type && a->due_date == b->due_date &&
           a->energy_cwh == b->energy_cwh && a->amount_minor == b->amount_minor;
}

enum till_status store_bill_put(struct store *s, const char *account, const struct bill *bill)
{
    struct bill there;
    enum till_status st;

    assert(s->in_transaction);
    if (!book_bill_is_valid(bill))
        return TILL_BAD_INPUT;
    st = store_rows_bill_get(s, account, bill->month, bill->type, &there);
    if (st == TILL_OK)
        return same_bill(&there, bill) ? TILL_UNCHANGED : TILL_BAD_INPUT;
    if (st == TILL_NOT_FOUND)
        st = store_touch_account(s, account);
    return st == TILL_OK ? store_rows_bill_add(s, account, bill) : st;
}

enum till_status store_bill_open_set(struct store *s, const char *account, const struct bill *bill)
{
    struct bill there;
    enum till_status st;

    assert(s->in_transaction);
    st = store_rows_bill_get(s, account, bill->month, bill->type, &there);
    if (st != TILL_OK)
        return st;
    if (bill->amount_minor < 0 || bill->amount_minor > there.amount_minor)
        return TILL_BAD_INPUT;
    st = store_touch_account(s, account);
    return st == TILL_OK ? store_rows_bill_open_set(s, account, bill) : st;
}

enum till_status store_look_ahead(struct store *s, const struct store_ahead *a)
{
    const struct store_bulk *bulk = s->backend->bulk;
    enum till_status st =
        bulk != NULL && bulk->look_ahead != NULL ? bulk->look_ahead(s, a) : TILL_UNSUPPORTED;

    assert(s->in_transaction);
    return st == TILL_UNSUPPORTED ? TILL_OK : st;
}

enum till_status store_arrears(struct store *s, const char *account, struct arrears *out)
{
    struct book_customer customer;
    enum till_status st;

    memset(out, 0, sizeof(*out));
    st = store_rows_customer_get(s, account, &customer);
    if (st != TILL_OK)
        return st;
    memcpy(s->touched.account, customer.account, sizeof(s->touched.account));
    memcpy(s->touched.meter_book, customer.meter_book, sizeof(s->touched.meter_book));
    out->balance_minor = customer.balance_minor;
    return store_rows_bills_open(s, account, out);
}
