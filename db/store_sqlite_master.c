#include <string.h>

#include "book_rows.h"
#include "store_sqlite.h"

enum till_status store_sqlite_site_put(struct store *s, const char *record)
{
    struct sqlite_use use = store_use(s, STORE_PUT_SITE);

    sqlite_bind_text(&use, record);
    return sqlite_run(&use);
}

enum till_status store_sqlite_site_get(struct store *s, char *record_out, size_t capacity)
{
    struct sqlite_use use = store_use(s, STORE_SITE);
    enum till_status st = sqlite_next(&use);

    if (st == TILL_OK)
        st = sqlite_column_text(&use, 0, record_out, capacity);
    sqlite_end(&use);
    return st;
}

enum till_status store_sqlite_user_put(struct store *s, const struct book_user *u)
{
    struct sqlite_use use = store_use(s, STORE_PUT_USER);

    book_bind_user(&use, u);
    return sqlite_run(&use);
}

enum till_status store_sqlite_user_above(struct store *s, const char *user, struct book_user *out)
{
    struct sqlite_use use = store_use(s, STORE_USER_ABOVE);
    enum till_status st;

    sqlite_bind_text(&use, user);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = book_read_user(&use, out);
    sqlite_end(&use);
    return st;
}

enum till_status store_sqlite_meter_book_put(struct store *s, const struct book_meter_book *m)
{
    struct sqlite_use use = store_use(s, STORE_PUT_METER_BOOK);

    sqlite_bind_text(&use, m->id);
    sqlite_bind_text(&use, m->name);
    return sqlite_run(&use);
}

enum till_status store_sqlite_meter_book_get(struct store *s, const char *id,
                                             struct book_meter_book *out)
{
    struct sqlite_use use = store_use(s, STORE_METER_BOOK);
    enum till_status st;

    memset(out, 0, sizeof(*out));
    sqlite_bind_text(&use, id);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = book_read_meter_book(&use, out);
    sqlite_end(&use);
    return st;
}

/* ---- customers ------------------------------------------------------------------------------- */

static enum till_status make_room(struct store *s, const struct book_customer *c)
{
    struct sqlite_use use = store_use(s, STORE_MAKE_ROOM);

    sqlite_bind_text(&use, c->meter_book);
    sqlite_bind_integer(&use, c->order);
    sqlite_bind_text(&use, c->account);
    return sqlite_run(&use);
}

enum till_status store_sqlite_customer_put(struct store *s, const struct book_customer *c)
{
    struct sqlite_use use = store_use(s, STORE_PUT_CUSTOMER);
    enum till_status st = make_room(s, c);

    if (st != TILL_OK)
        return st;
    book_bind_customer(&use, c);
    return store_run_referring(&use);
}

enum till_status store_sqlite_customer_get(struct store *s, const char *account,
                                           struct book_customer *out)
{
    struct sqlite_use use = store_use(s, STORE_CUSTOMER);
    enum till_status st;

    sqlite_bind_text(&use, account);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = book_read_customer(&use, 0, out);
    sqlite_end(&use);
    return st;
}

enum till_status store_sqlite_customer_above(struct store *s, const char *meter_book,
                                             uint32_t order, struct book_customer *out)
{
    struct sqlite_use use = store_use(s, STORE_CUSTOMER_ABOVE);
    enum till_status st;

    sqlite_bind_text(&use, meter_book);
    sqlite_bind_integer(&use, order);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = book_read_customer(&use, 0, out);
    sqlite_end(&use);
    return st;
}

/* ---- bills ----------------------------------------------------------------------------------- */

enum till_status store_sqlite_bill_add(struct store *s, const char *account,
                                       const struct bill *bill)
{
    struct sqlite_use use = store_use(s, STORE_PUT_BILL);

    sqlite_bind_text(&use, account);
    book_bind_bill(&use, bill);
    return store_run_referring(&use);
}

enum till_status store_sqlite_bill_get(struct store *s, const char *account, int32_t month,
                                       int16_t type, struct bill *out)
{
    struct sqlite_use use = store_use(s, STORE_BILL);
    enum till_status st;

    sqlite_bind_text(&use, account);
    sqlite_bind_integer(&use, month);
    sqlite_bind_integer(&use, type);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = book_read_bill(&use, out);
    sqlite_end(&use);
    return st;
}

enum till_status store_sqlite_bill_open_set(struct store *s, const char *account,
                                            const struct bill *bill)
{
    struct sqlite_use use = store_use(s, STORE_SET_BILL_OPEN);

    sqlite_bind_text(&use, account);
    sqlite_bind_integer(&use, bill->month);
    sqlite_bind_integer(&use, bill->type);
    sqlite_bind_integer(&use, bill->amount_minor);
    return sqlite_run(&use);
}

enum till_status store_sqlite_bills_open(struct store *s, const char *account, struct arrears *out)
{
    struct sqlite_use use = store_use(s, STORE_OPEN_BILLS);

    sqlite_bind_text(&use, account);
    return book_read_bills(&use, out);
}

/* ---- values ---------------------------------------------------------------------------------- */

enum till_status store_sqlite_value_put(struct store *s, const char *key, const char *value)
{
    struct sqlite_use use = store_use(s, STORE_PUT_VALUE);

    sqlite_bind_text(&use, key);
    sqlite_bind_text(&use, value);
    return sqlite_run(&use);
}

enum till_status store_sqlite_value_get(struct store *s, const char *key, char *value_out,
                                        size_t capacity)
{
    struct sqlite_use use = store_use(s, STORE_VALUE);
    enum till_status st;

    sqlite_bind_text(&use, key);
    st = sqlite_next(&use);
    if (st == TILL_OK && sqlite_column_span(&use, 0).size >= capacity)
        st = TILL_TOO_LARGE;
    if (st == TILL_OK)
        st = sqlite_column_text(&use, 0, value_out, capacity);
    sqlite_end(&use);
    return st;
}
