#include <string.h>

#include "book_check.h"
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

    sqlite_bind_text(&use, u->user);
    sqlite_bind_text(&use, u->name);
    sqlite_bind_integer(&use, u->role);
    sqlite_bind_bytes(&use, u->salt, sizeof(u->salt));
    sqlite_bind_integer(&use, u->rounds);
    sqlite_bind_bytes(&use, u->pin_check, sizeof(u->pin_check));
    sqlite_bind_integer(&use, u->cash_limit_minor);
    sqlite_bind_integer(&use, u->must_change_pin ? 1 : 0);
    return sqlite_run(&use);
}

static enum till_status read_user(const struct sqlite_use *use, struct book_user *out)
{
    uint64_t role = 0, rounds = 0;
    enum till_status st;

    memset(out, 0, sizeof(*out));
    st = sqlite_column_text(use, 0, out->user, sizeof(out->user));
    if (st == TILL_OK)
        st = sqlite_column_text(use, 1, out->name, sizeof(out->name));
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 2, &role);
    if (st == TILL_OK)
        st = sqlite_column_exact(use, 3, out->salt, sizeof(out->salt));
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 4, &rounds);
    if (st == TILL_OK)
        st = sqlite_column_exact(use, 5, out->pin_check, sizeof(out->pin_check));
    if (st != TILL_OK)
        return st;
    out->role = role <= INT32_MAX ? (int)role : 0;
    out->rounds = rounds <= UINT32_MAX ? (uint32_t)rounds : UINT32_MAX;
    out->cash_limit_minor = sqlite_column_integer(use, 6);
    out->must_change_pin = sqlite_column_integer(use, 7) != 0;
    return book_user_is_valid(out) ? TILL_OK : TILL_E_CORRUPT;
}

enum till_status store_sqlite_user_above(struct store *s, const char *user, struct book_user *out)
{
    struct sqlite_use use = store_use(s, STORE_USER_ABOVE);
    enum till_status st;

    sqlite_bind_text(&use, user);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = read_user(&use, out);
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

/* The columns of the store: more than the book's, and in an order of their own. */
static void bind_customer(struct sqlite_use *use, const struct book_customer *c)
{
    sqlite_bind_text(use, c->account);
    sqlite_bind_text(use, c->name);
    sqlite_bind_text(use, c->address);
    sqlite_bind_text(use, c->meter);
    sqlite_bind_text(use, c->phone);
    sqlite_bind_text(use, c->meter_book);
    sqlite_bind_integer(use, c->order);
    sqlite_bind_integer(use, (int64_t)c->class);
    sqlite_bind_integer(use, c->balance_minor);
    sqlite_bind_integer(use, c->last_paid_date);
    sqlite_bind_integer(use, c->last_paid_minor);
    sqlite_bind_integer(use, c->flags);
    sqlite_bind_integer(use, c->latitude_e7);
    sqlite_bind_integer(use, c->longitude_e7);
    sqlite_bind_integer(use, c->last_reading_cwh);
    sqlite_bind_integer(use, c->last_reading_date);
}

/* An integer column within a range; outside it the row is damaged. */
static int64_t column_within(const struct sqlite_use *use, int column, int64_t least, int64_t most,
                             bool *bad)
{
    int64_t value = sqlite_column_integer(use, column);

    if (value >= least && value <= most)
        return value;
    *bad = true;
    return least;
}

static enum till_status read_customer(const struct sqlite_use *use, struct book_customer *out)
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
        enum till_status st = sqlite_column_text(use, i, texts[i].text, texts[i].capacity);
        if (st != TILL_OK)
            return st;
    }
    out->order = (uint32_t)column_within(use, at++, 1, INT32_MAX, &bad);
    out->class = (enum customer_class)column_within(use, at++, 0, CUSTOMER_OTHER, &bad);
    out->balance_minor = sqlite_column_integer(use, at++);
    out->last_paid_date = (int32_t)column_within(use, at++, 0, INT32_MAX, &bad);
    out->last_paid_minor = sqlite_column_integer(use, at++);
    out->flags = (uint32_t)column_within(use, at++, 0, UINT32_MAX, &bad);
    out->latitude_e7 = (int32_t)column_within(use, at++, INT32_MIN, INT32_MAX, &bad);
    out->longitude_e7 = (int32_t)column_within(use, at++, INT32_MIN, INT32_MAX, &bad);
    out->last_reading_cwh = column_within(use, at++, -1, INT64_MAX, &bad);
    out->last_reading_date = (int32_t)column_within(use, at++, 0, INT32_MAX, &bad);
    return !bad && book_customer_is_valid(out) ? TILL_OK : TILL_E_CORRUPT;
}

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
    bind_customer(&use, c);
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
        st = read_customer(&use, out);
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
        st = read_customer(&use, out);
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
