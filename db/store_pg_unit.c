#include "store_pg_unit.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "money.h"
#include "store_pg.h"

/* Amounts above go row by row, where the balance is read before it is added to. */
#define UNIT_AMOUNT_MAX INT64_C(1000000000000000)
enum { FIRST_SLOTS = 1024, FIRST_ITEMS = 256 };

/* ---- arrays and indexes ---------------------------------------------------------------------- */

/* Room for one more item of `size` bytes in an array of *capacity. */
static bool grow(void **items, size_t count, size_t *capacity, size_t size)
{
    size_t wanted = *capacity == 0 ? FIRST_ITEMS : *capacity * 2;
    void *grown;

    if (count < *capacity)
        return true;
    grown = realloc(*items, wanted * size);
    if (grown == NULL)
        return false;
    *items = grown;
    *capacity = wanted;
    return true;
}

/* FNV-1a. */
static uint32_t hash_of(const char *name)
{
    uint32_t hash = 2166136261U;

    for (; *name != '\0'; name++)
        hash = (hash ^ (uint8_t)*name) * 16777619U;
    return hash;
}

static bool index_make(struct unit_index *index, size_t capacity)
{
    index->slots = calloc(capacity, sizeof(*index->slots));
    index->capacity = index->slots != NULL ? capacity : 0;
    index->count = 0;
    return index->slots != NULL;
}

static void index_clear(struct unit_index *index)
{
    if (index->count > 0)
        memset(index->slots, 0, index->capacity * sizeof(*index->slots));
    index->count = 0;
}

/* The name of the item that stands in a slot. */
typedef const char *unit_name_at(const struct store_pg_unit *u, uint32_t item);

static const char *account_at(const struct store_pg_unit *u, uint32_t item)
{
    return u->customers[item]->row.account;
}

static const char *name_at(const struct store_pg_unit *u, uint32_t item)
{
    return u->names[item].name;
}

/* Its slot, or the empty one where it belongs; NULL: there is no index yet. */
static uint32_t *index_find(const struct store_pg_unit *u, const struct unit_index *index,
                            unit_name_at *at, const char *name)
{
    size_t slot;

    if (index->capacity == 0)
        return NULL;
    slot = hash_of(name) & (index->capacity - 1);
    while (index->slots[slot] != 0 && strcmp(at(u, index->slots[slot] - 1), name) != 0)
        slot = (slot + 1) & (index->capacity - 1);
    return &index->slots[slot];
}

/* Half of the slots stay empty. */
static bool index_add(const struct store_pg_unit *u, struct unit_index *index, unit_name_at *at,
                      uint32_t item)
{
    if (index->capacity == 0 && !index_make(index, FIRST_SLOTS))
        return false;
    if (index->count * 2 >= index->capacity) {
        struct unit_index wider;

        if (!index_make(&wider, index->capacity * 2))
            return false;
        for (size_t i = 0; i < index->capacity; i++) {
            if (index->slots[i] != 0)
                *index_find(u, &wider, at, at(u, index->slots[i] - 1)) = index->slots[i];
        }
        wider.count = index->count;
        free(index->slots);
        *index = wider;
    }
    *index_find(u, index, at, at(u, item)) = item + 1;
    index->count++;
    return true;
}

/* ---- begin and end --------------------------------------------------------------------------- */

void store_pg_unit_begin(struct store_pg *p, const char *terminal)
{
    struct store_pg_unit *u = &p->unit;

    (void)snprintf(u->terminal, sizeof(u->terminal), "%s", terminal);
    u->fresh_from = u->fresh_end = 0;
    u->last_entry = u->last_posted = 0;
    u->active = true;
}

void store_pg_unit_forget(struct store_pg *p)
{
    struct store_pg_unit *u = &p->unit;

    for (size_t i = 0; i < u->customer_count; i++) {
        free(u->customers[i]->bills);
        free(u->customers[i]);
    }
    u->customer_count = 0;
    index_clear(&u->by_account);
    /* An account that was made may have been unmade. */
    u->name_count = 0;
    index_clear(&u->by_name);
}

static void keep_account_ids(struct store_pg *p)
{
    const struct store_pg_unit *u = &p->unit;

    for (size_t i = 0; i < u->name_count; i++) {
        struct pg_known_account *known = &p->known[hash_of(u->names[i].name) % PG_KNOWN_ACCOUNTS];

        if (u->names[i].id == 0)
            continue;
        memcpy(known->name, u->names[i].name, sizeof(known->name));
        known->id = u->names[i].id;
    }
}

void store_pg_unit_end(struct store_pg *p, bool committed)
{
    struct store_pg_unit *u = &p->unit;

    if (committed && u->active)
        keep_account_ids(p);
    store_pg_unit_forget(p);
    u->posting_count = u->line_count = 0;
    pg_bytes_clear(&u->entries);
    pg_bytes_clear(&u->payments);
    pg_bytes_clear(&u->paid_bills);
    u->active = false;
}

void store_pg_unit_free(struct store_pg *p)
{
    struct store_pg_unit *u = &p->unit;

    store_pg_unit_end(p, false);
    pg_bytes_free(&u->entries);
    pg_bytes_free(&u->payments);
    pg_bytes_free(&u->paid_bills);
    free(u->customers);
    free(u->names);
    free(u->postings);
    free(u->lines);
    free(u->by_account.slots);
    free(u->by_name.slots);
}

bool store_pg_unit_waits(const struct store_pg *p)
{
    const struct store_pg_unit *u = &p->unit;

    if (!u->active)
        return false;
    if (u->entries.count > 0 || u->payments.count > 0 || u->posting_count > 0)
        return true;
    for (size_t i = 0; i < u->customer_count; i++) {
        if (u->customers[i]->changed)
            return true;
    }
    return false;
}

/* ---- entries --------------------------------------------------------------------------------- */

static bool is_fresh(const struct store_pg_unit *u, const char *terminal, uint64_t seq)
{
    return u->active && seq >= u->fresh_from && seq < u->fresh_end &&
           strcmp(terminal, u->terminal) == 0;
}

static enum till_status unit_entry_get(struct store *s, const char *terminal, uint64_t seq,
                                       struct entry *out)
{
    const struct store_pg_unit *u = &store_pg_of(s)->unit;

    if (!is_fresh(u, terminal, seq) || seq <= u->last_entry)
        return TILL_UNSUPPORTED;
    memset(out, 0, sizeof(*out));
    return TILL_NOT_FOUND;
}

static enum till_status unit_entry_add(struct store *s, const char *terminal, const struct entry *e)
{
    static const uint8_t no_signature[SIGNATURE_SIZE];
    struct store_pg_unit *u = &store_pg_of(s)->unit;
    bool is_signed = memcmp(e->signature, no_signature, SIGNATURE_SIZE) != 0;

    if (!is_fresh(u, terminal, e->seq) || e->seq <= u->last_entry)
        return TILL_UNSUPPORTED;
    pg_row(&u->entries, 7);
    pg_row_text(&u->entries, terminal);
    pg_row_integer(&u->entries, (int64_t)e->seq);
    pg_row_integer(&u->entries, e->at_s);
    pg_row_integer(&u->entries, e->kind);
    pg_row_bytes(&u->entries, e->body, e->body_size);
    pg_row_bytes(&u->entries, e->hash, HASH_SIZE);
    pg_row_bytes(&u->entries, e->signature, is_signed ? SIGNATURE_SIZE : 0);
    u->last_entry = e->seq;
    return TILL_OK;
}

/* ---- customers and bills --------------------------------------------------------------------- */

struct unit_customer *store_pg_unit_find(struct store_pg_unit *u, const char *account)
{
    const uint32_t *slot = index_find(u, &u->by_account, account_at, account);

    return slot != NULL && *slot != 0 ? u->customers[*slot - 1] : NULL;
}

struct unit_customer *store_pg_unit_add(struct store_pg_unit *u, const char *account)
{
    struct unit_customer *c = calloc(1, sizeof(*c));

    if (c == NULL ||
        !grow((void **)&u->customers, u->customer_count, &u->customer_capacity, sizeof(c))) {
        free(c);
        return NULL;
    }
    (void)snprintf(c->row.account, sizeof(c->row.account), "%s", account);
    u->customers[u->customer_count] = c;
    if (!index_add(u, &u->by_account, account_at, (uint32_t)u->customer_count)) {
        free(c);
        return NULL;
    }
    u->customer_count++;
    return c;
}

bool store_pg_unit_add_bill(struct unit_customer *c, const struct bill *issued, int64_t open_minor)
{
    if (!grow((void **)&c->bills, c->count, &c->capacity, sizeof(*c->bills)))
        return false;
    c->bills[c->count++] = (struct unit_bill){.issued = *issued, .open_minor = open_minor};
    return true;
}

/* Read, if it was not; *out NULL where there is none. */
static enum till_status unit_customer(struct store *s, const char *account,
                                      struct unit_customer **out)
{
    struct store_pg *p = store_pg_of(s);
    char one[1][ACCOUNT_MAX];
    enum till_status st;

    *out = NULL;
    if (!p->unit.active || strlen(account) >= ACCOUNT_MAX)
        return TILL_UNSUPPORTED;
    *out = store_pg_unit_find(&p->unit, account);
    if (*out != NULL)
        return TILL_OK;
    (void)snprintf(one[0], sizeof(one[0]), "%s", account);
    st = store_pg_unit_load(p, (const char(*)[ACCOUNT_MAX])one, 1);
    if (st == TILL_OK)
        *out = store_pg_unit_find(&p->unit, account);
    return st == TILL_OK && *out == NULL ? TILL_E_MEMORY : st;
}

static enum till_status unit_customer_get(struct store *s, const char *account,
                                          struct book_customer *out)
{
    struct unit_customer *c;
    enum till_status st = unit_customer(s, account, &c);

    if (st != TILL_OK)
        return st;
    if (!c->there)
        return TILL_NOT_FOUND;
    *out = c->row;
    return TILL_OK;
}

/* Only what a payment or a reading changes is written in bulk. */
static enum till_status unit_customer_put(struct store *s, const struct book_customer *row)
{
    struct unit_customer *c;
    struct book_customer as_was;
    enum till_status st = unit_customer(s, row->account, &c);

    if (st != TILL_OK)
        return st;
    if (!c->there)
        return TILL_UNSUPPORTED;
    as_was = c->row;
    if (strcmp(row->name, as_was.name) != 0 || strcmp(row->address, as_was.address) != 0 ||
        strcmp(row->meter, as_was.meter) != 0 || strcmp(row->phone, as_was.phone) != 0 ||
        strcmp(row->meter_book, as_was.meter_book) != 0 || row->order != as_was.order ||
        row->class != as_was.class || row->latitude_e7 != as_was.latitude_e7 ||
        row->longitude_e7 != as_was.longitude_e7)
        return TILL_UNSUPPORTED;
    c->row = *row;
    c->changed = true;
    return TILL_OK;
}

static struct unit_bill *find_bill(struct unit_customer *c, int32_t month, int16_t type)
{
    for (size_t i = 0; i < c->count; i++) {
        if (c->bills[i].issued.month == month && c->bills[i].issued.type == type)
            return &c->bills[i];
    }
    return NULL;
}

static enum till_status unit_bill_get(struct store *s, const char *account, int32_t month,
                                      int16_t type, struct bill *out)
{
    struct unit_customer *c;
    struct unit_bill *bill;
    enum till_status st = unit_customer(s, account, &c);

    if (st != TILL_OK)
        return st;
    bill = find_bill(c, month, type);
    if (bill == NULL)
        return TILL_UNSUPPORTED; /* settled before it was read, or none */
    *out = bill->issued;
    return TILL_OK;
}

static enum till_status unit_bill_open_set(struct store *s, const char *account,
                                           const struct bill *wanted)
{
    struct unit_customer *c;
    struct unit_bill *bill;
    enum till_status st = unit_customer(s, account, &c);

    if (st != TILL_OK)
        return st;
    bill = find_bill(c, wanted->month, wanted->type);
    if (bill == NULL)
        return TILL_UNSUPPORTED;
    bill->open_minor = wanted->amount_minor;
    bill->changed = true;
    c->changed = true;
    return TILL_OK;
}

static enum till_status unit_bills_open(struct store *s, const char *account, struct arrears *out)
{
    struct unit_customer *c;
    enum till_status st = unit_customer(s, account, &c);

    if (st != TILL_OK)
        return st;
    out->count = 0;
    for (size_t i = 0; i < c->count; i++) {
        if (c->bills[i].open_minor == 0)
            continue;
        if (out->count == BILLS_MAX)
            return TILL_TOO_LARGE;
        out->bills[out->count] = c->bills[i].issued;
        out->bills[out->count++].amount_minor = c->bills[i].open_minor;
    }
    return TILL_OK;
}

/* ---- payments -------------------------------------------------------------------------------- */

static enum till_status unit_payment_add(struct store *s, const struct store_payment *payment)
{
    struct store_pg_unit *u = &store_pg_of(s)->unit;
    struct unit_customer *c;
    enum till_status st;

    if (!is_fresh(u, payment->terminal, payment->seq))
        return TILL_UNSUPPORTED;
    st = unit_customer(s, payment->account, &c);
    if (st != TILL_OK)
        return st;
    if (!c->there)
        return TILL_NOT_FOUND;
    pg_row(&u->payments, 6);
    pg_row_text(&u->payments, payment->terminal);
    pg_row_integer(&u->payments, (int64_t)payment->seq);
    pg_row_text(&u->payments, payment->account);
    pg_row_integer(&u->payments, payment->before_date);
    pg_row_integer(&u->payments, payment->before_minor);
    pg_row_text(&u->payments, payment->undone_by);
    for (size_t i = 0; i < payment->count; i++) {
        const struct store_paid *paid = &payment->bills[i];

        pg_row(&u->paid_bills, 6);
        pg_row_text(&u->paid_bills, payment->terminal);
        pg_row_integer(&u->paid_bills, (int64_t)payment->seq);
        pg_row_integer(&u->paid_bills, paid->month);
        pg_row_integer(&u->paid_bills, paid->type);
        pg_row_integer(&u->paid_bills, paid->amount_minor);
        pg_row_integer(&u->paid_bills, paid->late_fee_minor);
    }
    return TILL_OK;
}

/* ---- postings -------------------------------------------------------------------------------- */

bool store_pg_unit_name(struct store_pg *p, const char *name, uint32_t *item_out)
{
    struct store_pg_unit *u = &p->unit;
    const uint32_t *slot = index_find(u, &u->by_name, name_at, name);
    const struct pg_known_account *known = &p->known[hash_of(name) % PG_KNOWN_ACCOUNTS];
    struct unit_name *added;

    if (slot != NULL && *slot != 0) {
        *item_out = *slot - 1;
        return true;
    }
    if (!grow((void **)&u->names, u->name_count, &u->name_capacity, sizeof(*u->names)))
        return false;
    added = &u->names[u->name_count];
    memset(added, 0, sizeof(*added));
    (void)snprintf(added->name, sizeof(added->name), "%s", name);
    if (known->id != 0 && strcmp(known->name, name) == 0)
        added->id = known->id;
    *item_out = (uint32_t)u->name_count;
    if (!index_add(u, &u->by_name, name_at, *item_out))
        return false;
    u->name_count++;
    return true;
}

/* "entry/TERMINAL/SEQ" of the newest record, once: such a posting comes with its record, so there
 * is none from one that was not there before. */
static bool source_is_fresh(struct store_pg_unit *u, const char *source)
{
    uint64_t seq = u->active ? store_source_seq(source, u->terminal) : 0;

    if (seq == 0 || !is_fresh(u, u->terminal, seq) || seq != u->last_entry || seq <= u->last_posted)
        return false;
    u->last_posted = seq;
    return true;
}

static bool amounts_fit(const struct store_posting *posting)
{
    for (size_t i = 0; i < posting->count; i++) {
        if (posting->lines[i].amount_minor > UNIT_AMOUNT_MAX ||
            posting->lines[i].amount_minor < -UNIT_AMOUNT_MAX)
            return false;
    }
    return true;
}

static enum till_status unit_post(struct store *s, const struct store_posting *posting)
{
    struct store_pg *p = store_pg_of(s);
    struct store_pg_unit *u = &p->unit;
    struct unit_posting *added;

    if (!source_is_fresh(u, posting->source) || !amounts_fit(posting))
        return TILL_UNSUPPORTED;
    if (!grow((void **)&u->postings, u->posting_count, &u->posting_capacity, sizeof(*u->postings)))
        return TILL_E_MEMORY;
    added = &u->postings[u->posting_count];
    memcpy(added->source, posting->source, sizeof(added->source));
    added->value_at_s = posting->value_at_s;
    added->posted_at_s = posting->posted_at_s;
    added->lines = posting->count;
    for (size_t i = 0; i < posting->count; i++) {
        struct unit_line line = {.amount_minor = posting->lines[i].amount_minor};

        if (!store_pg_unit_name(p, posting->lines[i].account, &line.name) ||
            !grow((void **)&u->lines, u->line_count, &u->line_capacity, sizeof(*u->lines)))
            return TILL_E_MEMORY;
        u->names[line.name].delta_minor += line.amount_minor;
        u->lines[u->line_count++] = line;
    }
    u->posting_count++;
    return TILL_OK;
}

static enum till_status unit_expect(struct store *s, const struct store_expected *e);

const struct store_bulk store_pg_bulk = {.expect = unit_expect,
                                         .entry_get = unit_entry_get,
                                         .entry_add = unit_entry_add,
                                         .customer_get = unit_customer_get,
                                         .customer_put = unit_customer_put,
                                         .bill_get = unit_bill_get,
                                         .bill_open_set = unit_bill_open_set,
                                         .bills_open = unit_bills_open,
                                         .payment_add = unit_payment_add,
                                         .account_open = store_pg_account_open,
                                         .balance_add = store_pg_balance_add,
                                         .post = unit_post};

static enum till_status unit_expect(struct store *s, const struct store_expected *e)
{
    struct store_pg *p = store_pg_of(s);
    struct rows_use use;
    uint64_t last = 0;
    enum till_status st;

    if (!p->unit.active || strcmp(e->terminal, p->unit.terminal) != 0 || e->from_seq == 0 ||
        e->from_seq > INT64_MAX - e->entries)
        return TILL_UNSUPPORTED;
    use = store_pg_use(p, PG_LAST_KNOWN);
    rows_bind_text(&use, e->terminal);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = rows_column_unsigned(&use, 0, &last);
    rows_end(&use);
    if (st == TILL_OK)
        st = store_pg_unit_load(p, e->accounts, e->account_count);
    if (st != TILL_OK)
        return st;
    p->unit.fresh_from = last >= e->from_seq ? last + 1 : e->from_seq;
    p->unit.fresh_end = e->from_seq + e->entries;
    return TILL_OK;
}
