#include "store_pg_ahead.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "money.h"
#include "store_pg.h"
#include "text.h"

enum { FIRST_ITEMS = 64 };

/* ---- arrays ---------------------------------------------------------------------------------- */

void *store_pg_ahead_grow(struct ahead_array *array, size_t size)
{
    char *item;

    if (array->count == array->capacity) {
        size_t wanted = array->capacity == 0 ? FIRST_ITEMS : 2 * array->capacity;
        void *grown = realloc(array->items, wanted * size);

        if (grown == NULL)
            return NULL;
        array->items = grown;
        array->capacity = wanted;
    }
    item = (char *)array->items + array->count++ * size;
    memset(item, 0, size);
    return item;
}

static bool same_account(const void *array, uint32_t item, const void *key)
{
    return strcmp(((const struct ahead_customer *)array)[item].row.account, key) == 0;
}

static bool same_name(const void *array, uint32_t item, const void *key)
{
    return strcmp(((const struct ahead_name *)array)[item].name, key) == 0;
}

static bool same_book(const void *array, uint32_t item, const void *key)
{
    return strcmp(((const struct ahead_book *)array)[item].id, key) == 0;
}

static bool same_place(const void *array, uint32_t item, const void *key)
{
    const struct ahead_place *place = &((const struct ahead_place *)array)[item];
    const struct ahead_place *wanted = key;

    return place->book == wanted->book && place->place == wanted->place;
}

/* ---- customers and bills --------------------------------------------------------------------- */

struct ahead_customer *store_pg_ahead_customer(const struct store_pg_ahead *a, const char *account)
{
    uint32_t item = pg_index_find(&a->by_account, pg_index_hash(account), same_account,
                                  a->customers.items, account);

    return item == PG_INDEX_NONE ? NULL : (struct ahead_customer *)a->customers.items + item;
}

struct ahead_customer *store_pg_ahead_add(struct store_pg_ahead *a, const char *account)
{
    struct ahead_customer *c = store_pg_ahead_grow(&a->customers, sizeof(*c));

    if (c == NULL)
        return NULL;
    text_copy(c->row.account, sizeof(c->row.account), account);
    return pg_index_add(&a->by_account, pg_index_hash(account), (uint32_t)a->customers.count - 1)
               ? c
               : NULL;
}

struct ahead_bill *store_pg_ahead_bill(struct ahead_customer *c, int32_t month, int16_t type)
{
    for (size_t i = 0; i < c->count; i++) {
        if (c->bills[i].issued.month == month && c->bills[i].issued.type == type)
            return &c->bills[i];
    }
    return NULL;
}

struct ahead_bill *store_pg_ahead_add_bill(struct ahead_customer *c, const struct bill *bill)
{
    struct ahead_array array = {c->bills, c->count, c->capacity};
    struct ahead_bill *added = store_pg_ahead_grow(&array, sizeof(*added));

    if (added == NULL)
        return NULL;
    added->issued = *bill;
    c->bills = array.items;
    c->count = array.count;
    c->capacity = array.capacity;
    return added;
}

static struct ahead_customer *known_customer(struct store *s, const char *account)
{
    struct ahead_customer *c = store_pg_ahead_customer(&store_pg_of(s)->ahead, account);

    return c != NULL && c->read ? c : NULL;
}

static enum till_status customer_get(struct store *s, const char *account,
                                     struct book_customer *out)
{
    const struct ahead_customer *c;

    if (!store_pg_of(s)->ahead.active)
        return store_pg_bulk.customer_get(s, account, out);
    c = known_customer(s, account);
    if (c == NULL)
        return TILL_UNSUPPORTED;
    if (!c->there)
        return TILL_NOT_FOUND;
    *out = c->row;
    return TILL_OK;
}

/* ---- places ---------------------------------------------------------------------------------- */

uint32_t store_pg_ahead_book(const struct store_pg_ahead *a, const char *id)
{
    return pg_index_find(&a->by_book, pg_index_hash(id), same_book, a->books.items, id);
}

static uint32_t place_hash(uint32_t book, uint32_t place)
{
    uint64_t mixed = ((uint64_t)book << 32 | place) * UINT64_C(0x9e3779b97f4a7c15);

    return (uint32_t)(mixed >> 32);
}

struct ahead_place *store_pg_ahead_place(const struct store_pg_ahead *a, uint32_t book,
                                         uint32_t place)
{
    struct ahead_place wanted = {.book = book, .place = place};
    uint32_t item =
        pg_index_find(&a->by_place, place_hash(book, place), same_place, a->places.items, &wanted);

    return item == PG_INDEX_NONE ? NULL : (struct ahead_place *)a->places.items + item;
}

bool store_pg_ahead_stand(struct store_pg_ahead *a, uint32_t book, uint32_t place,
                          const char *account)
{
    struct ahead_book *b = (struct ahead_book *)a->books.items + book;
    struct ahead_place *at = store_pg_ahead_place(a, book, place);

    if (at == NULL) {
        at = store_pg_ahead_grow(&a->places, sizeof(*at));
        if (at == NULL ||
            !pg_index_add(&a->by_place, place_hash(book, place), (uint32_t)a->places.count - 1))
            return false;
        at->book = book;
        at->place = place;
    }
    b->count += at->account[0] == '\0' ? 1 : 0;
    b->last = place > b->last ? place : b->last;
    text_copy(at->account, sizeof(at->account), account);
    return true;
}

static void leave(struct store_pg_ahead *a, const struct book_customer *row)
{
    uint32_t book = store_pg_ahead_book(a, row->meter_book);
    struct ahead_place *at =
        book == PG_INDEX_NONE ? NULL : store_pg_ahead_place(a, book, row->order);

    if (at != NULL && strcmp(at->account, row->account) == 0) {
        at->account[0] = '\0';
        ((struct ahead_book *)a->books.items + book)->count--;
    }
}

/* The greatest place that somebody has; those above have left. */
static uint32_t last_place(struct store_pg_ahead *a, uint32_t book)
{
    struct ahead_book *b = (struct ahead_book *)a->books.items + book;
    size_t steps = 0;

    while (b->last > 0 && steps++ < a->places.count) {
        const struct ahead_place *at = store_pg_ahead_place(a, book, b->last);

        if (at != NULL && at->account[0] != '\0')
            return b->last;
        b->last--;
    }
    /* A wide gap: look at all of them. */
    b->last = 0;
    for (size_t i = 0; i < a->places.count; i++) {
        const struct ahead_place *at = (const struct ahead_place *)a->places.items + i;

        if (at->book == book && at->account[0] != '\0' && at->place > b->last)
            b->last = at->place;
    }
    return b->last;
}

/* Whoever else stands at that place goes to the end. */
static enum till_status make_room(struct store_pg_ahead *a, uint32_t book,
                                  const struct book_customer *c)
{
    struct ahead_place *at = store_pg_ahead_place(a, book, c->order);
    struct ahead_customer *other;
    char account[ACCOUNT_MAX];
    uint32_t last;

    if (at == NULL || at->account[0] == '\0' || strcmp(at->account, c->account) == 0)
        return TILL_OK;
    last = last_place(a, book);
    if (last >= INT32_MAX)
        return TILL_UNSUPPORTED;
    memcpy(account, at->account, sizeof(account));
    other = store_pg_ahead_customer(a, account);
    if (other == NULL)
        other = store_pg_ahead_add(a, account);
    if (other == NULL)
        return TILL_E_MEMORY;
    other->row.order = last + 1;
    other->changed = true;
    a->waits = true;
    at->account[0] = '\0';
    ((struct ahead_book *)a->books.items + book)->count--;
    return store_pg_ahead_stand(a, book, last + 1, account) ? TILL_OK : TILL_E_MEMORY;
}

static enum till_status customer_put(struct store *s, const struct book_customer *row)
{
    struct store_pg_ahead *a = &store_pg_of(s)->ahead;
    struct ahead_customer *c;
    uint32_t book;
    enum till_status st;

    if (!a->active)
        return store_pg_bulk.customer_put(s, row);
    book = store_pg_ahead_book(a, row->meter_book);
    if (known_customer(s, row->account) == NULL || book == PG_INDEX_NONE)
        return TILL_UNSUPPORTED;
    st = make_room(a, book, row);
    if (st != TILL_OK)
        return st;
    c = known_customer(s, row->account); /* others may have moved it in memory */
    if (c->there)
        leave(a, &c->row);
    c->row = *row;
    c->row.row = 0;
    c->there = c->changed = a->waits = true;
    return store_pg_ahead_stand(a, book, row->order, row->account) ? TILL_OK : TILL_E_MEMORY;
}

/* ---- bills ----------------------------------------------------------------------------------- */

static enum till_status bill_get(struct store *s, const char *account, int32_t month, int16_t type,
                                 struct bill *out)
{
    struct ahead_customer *c;
    const struct ahead_bill *bill;

    if (!store_pg_of(s)->ahead.active)
        return store_pg_bulk.bill_get(s, account, month, type, out);
    c = known_customer(s, account);
    bill = c != NULL ? store_pg_ahead_bill(c, month, type) : NULL;
    if (bill == NULL)
        return TILL_UNSUPPORTED;
    if (!bill->there)
        return TILL_NOT_FOUND;
    *out = bill->issued;
    return TILL_OK;
}

static enum till_status bill_add(struct store *s, const char *account, const struct bill *bill)
{
    struct store_pg_ahead *a = &store_pg_of(s)->ahead;
    struct ahead_customer *c = a->active ? known_customer(s, account) : NULL;
    struct ahead_bill *to = c != NULL ? store_pg_ahead_bill(c, bill->month, bill->type) : NULL;

    if (to == NULL || to->there)
        return TILL_UNSUPPORTED;
    if (!c->there)
        return TILL_NOT_FOUND;
    to->issued = *bill;
    to->open_minor = bill->amount_minor;
    to->there = to->added = a->waits = true;
    return TILL_OK;
}

static enum till_status bill_open_set(struct store *s, const char *account,
                                      const struct bill *wanted)
{
    struct store_pg_ahead *a = &store_pg_of(s)->ahead;
    struct ahead_customer *c;
    struct ahead_bill *bill;

    if (!a->active)
        return store_pg_bulk.bill_open_set(s, account, wanted);
    c = known_customer(s, account);
    bill = c != NULL ? store_pg_ahead_bill(c, wanted->month, wanted->type) : NULL;
    if (bill == NULL || !bill->there)
        return TILL_UNSUPPORTED;
    bill->open_minor = wanted->amount_minor;
    bill->changed = a->waits = true;
    return TILL_OK;
}

/* As the database orders them. */
static void put_in_order(struct arrears *out, const struct bill *bill)
{
    size_t at = out->count++;

    while (at > 0 &&
           (out->bills[at - 1].month > bill->month ||
            (out->bills[at - 1].month == bill->month && out->bills[at - 1].type > bill->type))) {
        out->bills[at] = out->bills[at - 1];
        at--;
    }
    out->bills[at] = *bill;
}

static enum till_status bills_open(struct store *s, const char *account, struct arrears *out)
{
    const struct ahead_customer *c;

    if (!store_pg_of(s)->ahead.active)
        return store_pg_bulk.bills_open(s, account, out);
    c = known_customer(s, account);
    if (c == NULL)
        return TILL_UNSUPPORTED;
    out->count = 0;
    for (size_t i = 0; i < c->count; i++) {
        struct bill bill = c->bills[i].issued;

        if (!c->bills[i].there || c->bills[i].open_minor == 0)
            continue;
        if (out->count == BILLS_MAX)
            return TILL_TOO_LARGE;
        bill.amount_minor = c->bills[i].open_minor;
        put_in_order(out, &bill);
    }
    return TILL_OK;
}

/* ---- the ledger ------------------------------------------------------------------------------ */

uint32_t store_pg_ahead_name(const struct store_pg_ahead *a, const char *name)
{
    return pg_index_find(&a->by_name, pg_index_hash(name), same_name, a->names.items, name);
}

static enum till_status balance(struct store *s, const char *name, int64_t *balance_out)
{
    const struct store_pg_ahead *a = &store_pg_of(s)->ahead;
    uint32_t item = a->active ? store_pg_ahead_name(a, name) : PG_INDEX_NONE;

    if (item == PG_INDEX_NONE)
        return TILL_UNSUPPORTED;
    *balance_out = ((const struct ahead_name *)a->names.items)[item].balance_minor;
    return TILL_OK;
}

/* One that this import may post, and did not yet: it names each of its rows once. */
static bool is_fresh(const struct store_pg_ahead *a, const char *source)
{
    return strncmp(source, a->source, strlen(a->source)) == 0 &&
           strcmp(source, a->last_source) != 0;
}

/* Balances with these lines in them, or as they were: TILL_E_OVERFLOW. */
static enum till_status add_lines(struct store_pg_ahead *a, const struct store_posting *posting,
                                  const uint32_t items[STORE_LINES_MAX])
{
    struct ahead_name *names = a->names.items;
    size_t done = 0;

    while (done < posting->count &&
           money_add(names[items[done]].balance_minor, posting->lines[done].amount_minor,
                     &names[items[done]].balance_minor) == TILL_OK)
        done++;
    if (done == posting->count)
        return TILL_OK;
    while (done-- > 0)
        names[items[done]].balance_minor -= posting->lines[done].amount_minor;
    return TILL_E_OVERFLOW;
}

static enum till_status post(struct store *s, const struct store_posting *posting)
{
    struct store_pg_ahead *a = &store_pg_of(s)->ahead;
    uint32_t items[STORE_LINES_MAX];
    struct ahead_posting *added;
    enum till_status st;

    if (!a->active)
        return store_pg_bulk.post(s, posting);
    if (!is_fresh(a, posting->source))
        return TILL_UNSUPPORTED;
    for (size_t i = 0; i < posting->count; i++) {
        items[i] = store_pg_ahead_name(a, posting->lines[i].account);
        if (items[i] == PG_INDEX_NONE)
            return TILL_UNSUPPORTED;
    }
    st = add_lines(a, posting, items);
    if (st != TILL_OK)
        return st;
    added = store_pg_ahead_grow(&a->postings, sizeof(*added));
    if (added == NULL)
        return TILL_E_MEMORY;
    memcpy(added->source, posting->source, sizeof(added->source));
    memcpy(a->last_source, posting->source, sizeof(a->last_source));
    added->value_at_s = posting->value_at_s;
    added->posted_at_s = posting->posted_at_s;
    added->lines = posting->count;
    a->waits = true;
    for (size_t i = 0; i < posting->count; i++) {
        struct ahead_line *line = store_pg_ahead_grow(&a->lines, sizeof(*line));
        struct ahead_name *name = (struct ahead_name *)a->names.items + items[i];

        if (line == NULL)
            return TILL_E_MEMORY;
        line->name = items[i];
        line->amount_minor = posting->lines[i].amount_minor;
        name->delta_minor += line->amount_minor;
        name->posted = true;
    }
    return TILL_OK;
}

/* ---- begin and end --------------------------------------------------------------------------- */

void store_pg_ahead_hands(struct store_bulk *hands_io)
{
    hands_io->look_ahead = store_pg_ahead_look;
    hands_io->customer_get = customer_get;
    hands_io->customer_put = customer_put;
    hands_io->bill_get = bill_get;
    hands_io->bill_add = bill_add;
    hands_io->bill_open_set = bill_open_set;
    hands_io->bills_open = bills_open;
    hands_io->balance = balance;
    hands_io->post = post;
}

void store_pg_ahead_forget(struct store_pg *p)
{
    struct store_pg_ahead *a = &p->ahead;
    struct ahead_customer *customers = a->customers.items;

    for (size_t i = 0; i < a->customers.count; i++)
        free(customers[i].bills);
    a->customers.count = a->names.count = a->books.count = a->places.count = 0;
    a->postings.count = a->lines.count = 0;
    pg_index_clear(&a->by_account);
    pg_index_clear(&a->by_name);
    pg_index_clear(&a->by_book);
    pg_index_clear(&a->by_place);
    a->waits = a->active = false;
}

void store_pg_ahead_end(struct store_pg *p)
{
    store_pg_ahead_forget(p);
    p->ahead.source[0] = p->ahead.last_source[0] = '\0';
}

void store_pg_ahead_free(struct store_pg *p)
{
    struct store_pg_ahead *a = &p->ahead;
    struct ahead_array *const arrays[] = {&a->customers, &a->names,    &a->books,
                                          &a->places,    &a->postings, &a->lines};
    struct pg_index *const indexes[] = {&a->by_account, &a->by_name, &a->by_book, &a->by_place};

    store_pg_ahead_forget(p);
    for (size_t i = 0; i < sizeof(arrays) / sizeof(arrays[0]); i++)
        free(arrays[i]->items);
    for (size_t i = 0; i < sizeof(indexes) / sizeof(indexes[0]); i++)
        pg_index_free(indexes[i]);
}
