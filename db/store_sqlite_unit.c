#include "store_sqlite_unit.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "money.h"

/* Amounts and balances above go row by row, where each sum is checked before it is written. */
#define AMOUNT_MAX INT64_C(1000000000000000)
#define BALANCE_MAX INT64_C(9000000000000000000)
enum { FIRST_NAMES = 512 };

/* ---- the transaction ------------------------------------------------------------------------- */

void sqlite_unit_forget(struct sqlite_unit *u)
{
    u->has_customer = false;
    u->last_number = 0;
    u->waits = false;
    u->opened = SIZE_MAX;
    if (u->count > 0)
        memset(u->slots, 0, u->slot_count * sizeof(*u->slots));
    u->count = 0;
}

void sqlite_unit_begin(struct store *s, const char *terminal)
{
    struct sqlite_unit *u = store_sqlite_unit(s);

    sqlite_unit_forget(u);
    (void)snprintf(u->terminal, sizeof(u->terminal), "%s", terminal != NULL ? terminal : "");
    u->fresh_from = u->fresh_end = 0;
    u->last_entry = u->last_posted = 0;
    u->active = true;
}

void sqlite_unit_end(struct sqlite_unit *u)
{
    sqlite_unit_forget(u);
    u->active = false;
}

void sqlite_unit_free(struct sqlite_unit *u)
{
    free(u->names);
    free(u->slots);
}

/* ---- entries --------------------------------------------------------------------------------- */

static enum till_status unit_expect(struct store *s, const struct store_expected *e)
{
    struct sqlite_unit *u = store_sqlite_unit(s);
    struct rows_use use = rows_of(s, STORE_LAST_ENTRY);
    uint64_t last = 0;
    enum till_status st;

    rows_bind_text(&use, e->terminal);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = rows_column_unsigned(&use, 0, &last);
    rows_end(&use);
    if (st != TILL_OK || strcmp(e->terminal, u->terminal) != 0 || e->from_seq == 0 ||
        e->from_seq > INT64_MAX - e->entries)
        return st;
    u->fresh_from = last >= e->from_seq ? last + 1 : e->from_seq;
    u->fresh_end = e->from_seq + e->entries;
    return TILL_OK;
}

static bool is_fresh(const struct sqlite_unit *u, const char *terminal, uint64_t seq)
{
    return u->active && seq >= u->fresh_from && seq < u->fresh_end &&
           strcmp(terminal, u->terminal) == 0;
}

static enum till_status unit_entry_get(struct store *s, const char *terminal, uint64_t seq,
                                       struct entry *out)
{
    const struct sqlite_unit *u = store_sqlite_unit(s);

    if (!is_fresh(u, terminal, seq) || seq <= u->last_entry)
        return TILL_UNSUPPORTED;
    out->seq = seq;
    return TILL_NOT_FOUND;
}

/* Written as any other; noted, because its posting may come now. */
static enum till_status unit_entry_add(struct store *s, const char *terminal, const struct entry *e)
{
    struct sqlite_unit *u = store_sqlite_unit(s);

    if (is_fresh(u, terminal, e->seq) && e->seq > u->last_entry)
        u->last_entry = e->seq;
    return TILL_UNSUPPORTED;
}

/* ---- customers ------------------------------------------------------------------------------- */

static enum till_status unit_customer_get(struct store *s, const char *account,
                                          struct book_customer *out)
{
    struct sqlite_unit *u = store_sqlite_unit(s);
    struct rows_use use;
    enum till_status st;

    if (!u->active)
        return TILL_UNSUPPORTED;
    if (u->has_customer && strcmp(u->customer.account, account) == 0) {
        *out = u->customer;
        return TILL_OK;
    }
    use = rows_of(s, STORE_CUSTOMER);
    rows_bind_text(&use, account);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = store_rows_read_customer(&use, &u->customer);
    rows_end(&use);
    u->has_customer = st == TILL_OK;
    if (st == TILL_OK)
        *out = u->customer;
    return st;
}

/* What a payment or a reading changes; all else goes the long way. */
static enum till_status unit_customer_put(struct store *s, const struct book_customer *c)
{
    struct sqlite_unit *u = store_sqlite_unit(s);
    const struct book_customer *was = &u->customer;
    struct rows_use use;
    enum till_status st;
    bool known = u->active && u->has_customer && strcmp(was->account, c->account) == 0;

    u->has_customer = false;
    if (!known || strcmp(c->name, was->name) != 0 || strcmp(c->address, was->address) != 0 ||
        strcmp(c->meter, was->meter) != 0 || strcmp(c->phone, was->phone) != 0 ||
        strcmp(c->meter_book, was->meter_book) != 0 || c->order != was->order ||
        c->class != was->class || c->latitude_e7 != was->latitude_e7 ||
        c->longitude_e7 != was->longitude_e7)
        return TILL_UNSUPPORTED;
    use = rows_of(s, STORE_SET_CUSTOMER);
    rows_bind_text(&use, c->account);
    rows_bind_integer(&use, c->balance_minor);
    rows_bind_integer(&use, c->last_paid_date);
    rows_bind_integer(&use, c->last_paid_minor);
    rows_bind_integer(&use, c->flags);
    rows_bind_integer(&use, c->last_reading_cwh);
    rows_bind_integer(&use, c->last_reading_date);
    st = rows_run(&use);
    if (st == TILL_OK && rows_changes(&use) != 1)
        st = TILL_E_CORRUPT;
    if (st == TILL_OK) {
        u->customer = *c;
        u->has_customer = true;
    }
    return st;
}

/* ---- ledger accounts ------------------------------------------------------------------------- */

/* FNV-1a. */
static uint32_t hash_of(const char *name)
{
    uint32_t hash = 2166136261U;

    for (; *name != '\0'; name++)
        hash = (hash ^ (uint8_t)*name) * 16777619U;
    return hash;
}

/* Its slot, or the free one where it belongs. */
static uint32_t *slot_of(const struct sqlite_unit *u, const char *name)
{
    size_t at = hash_of(name) & (u->slot_count - 1);

    while (u->slots[at] != 0 && strcmp(u->names[u->slots[at] - 1].name, name) != 0)
        at = (at + 1) & (u->slot_count - 1);
    return &u->slots[at];
}

/* Room for one more; half of the slots stay free. */
static bool make_room(struct sqlite_unit *u)
{
    size_t wanted = u->capacity == 0 ? FIRST_NAMES : u->capacity * 2;
    struct sqlite_unit_name *names;
    uint32_t *slots;

    if (u->count < u->capacity)
        return true;
    names = realloc(u->names, wanted * sizeof(*names));
    if (names == NULL)
        return false;
    u->names = names;
    slots = calloc(2 * wanted, sizeof(*slots));
    if (slots == NULL)
        return false;
    free(u->slots);
    u->slots = slots;
    u->slot_count = 2 * wanted;
    u->capacity = wanted;
    for (size_t i = 0; i < u->count; i++)
        *slot_of(u, u->names[i].name) = (uint32_t)i + 1;
    return true;
}

enum till_status sqlite_unit_flush(struct store *s)
{
    struct sqlite_unit *u = store_sqlite_unit(s);
    enum till_status st = TILL_OK;

    if (!u->waits || u->writing)
        return TILL_OK;
    u->writing = true;
    for (size_t i = 0; st == TILL_OK && i < u->count; i++) {
        struct rows_use use;

        if (u->names[i].waits_minor == 0)
            continue;
        use = rows_of(s, STORE_ADD_BALANCE);
        rows_bind_integer(&use, u->names[i].id);
        rows_bind_integer(&use, u->names[i].waits_minor);
        st = rows_run(&use);
        u->names[i].waits_minor = 0;
    }
    u->writing = false;
    u->waits = st != TILL_OK;
    return st;
}

/* Those of a whole import are too many to be remembered. */
static enum till_status limit_names(struct store *s, size_t more)
{
    struct sqlite_unit *u = store_sqlite_unit(s);
    enum till_status st = TILL_OK;

    if (u->count + more > SQLITE_UNIT_NAMES_MAX) {
        st = sqlite_unit_flush(s);
        u->count = 0;
        u->opened = SIZE_MAX;
        memset(u->slots, 0, u->slot_count * sizeof(*u->slots));
    }
    return st;
}

/* Read, or made. */
static enum till_status open_name(struct store *s, const char *name, struct sqlite_unit_name **out)
{
    struct sqlite_unit *u = store_sqlite_unit(s);
    struct sqlite_unit_name *added;
    uint32_t *slot;
    enum till_status st = TILL_OK;

    if (!make_room(u))
        return TILL_E_MEMORY;
    slot = slot_of(u, name);
    if (*slot == 0) {
        added = &u->names[u->count];
        memset(added, 0, sizeof(*added));
        (void)snprintf(added->name, sizeof(added->name), "%s", name);
        u->writing = true; /* it can't be one that waits */
        st = store_rows_account_read(s, name, &added->id, &added->balance_minor);
        u->writing = false;
        if (st != TILL_OK)
            return st;
        *slot = (uint32_t)++u->count;
    }
    u->opened = *slot - 1;
    *out = &u->names[u->opened];
    return TILL_OK;
}

static enum till_status unit_account_open(struct store *s, const char *name, int64_t *id_out,
                                          int64_t *balance_out)
{
    const struct sqlite_unit *u = store_sqlite_unit(s);
    struct sqlite_unit_name *account = NULL;
    enum till_status st;

    if (!u->active || strlen(name) >= sizeof(account->name))
        return TILL_UNSUPPORTED;
    st = limit_names(s, 1);
    if (st == TILL_OK)
        st = open_name(s, name, &account);
    if (st == TILL_OK) {
        *id_out = account->id;
        *balance_out = account->balance_minor;
    }
    return st;
}

static void add_to(struct sqlite_unit *u, struct sqlite_unit_name *account, int64_t amount_minor)
{
    account->balance_minor += amount_minor;
    account->waits_minor += amount_minor;
    u->waits = true;
}

static enum till_status unit_balance_add(struct store *s, int64_t id, int64_t amount_minor)
{
    struct sqlite_unit *u = store_sqlite_unit(s);
    struct sqlite_unit_name *account;
    int64_t sum;

    if (!u->active || u->opened >= u->count || u->names[u->opened].id != id)
        return TILL_UNSUPPORTED;
    account = &u->names[u->opened];
    if (money_add(account->balance_minor, amount_minor, &sum) != TILL_OK ||
        money_add(account->waits_minor, amount_minor, &sum) != TILL_OK)
        return TILL_E_OVERFLOW;
    add_to(u, account, amount_minor);
    return TILL_OK;
}

/* ---- postings -------------------------------------------------------------------------------- */

/* "entry/TERMINAL/SEQ" of the newest record, once: such a posting comes with its record, so there
 * is none from one that was not there before. */
static bool source_is_fresh(struct sqlite_unit *u, const char *source)
{
    uint64_t seq = u->active ? store_source_seq(source, u->terminal) : 0;

    if (seq == 0 || !is_fresh(u, u->terminal, seq) || seq != u->last_entry || seq <= u->last_posted)
        return false;
    u->last_posted = seq;
    return true;
}

static enum till_status next_number(struct store *s, int64_t *number_out)
{
    struct sqlite_unit *u = store_sqlite_unit(s);
    struct rows_use use;
    enum till_status st = TILL_OK;

    if (u->last_number == 0) {
        use = rows_of(s, STORE_LAST_POSTING);
        st = rows_next(&use);
        if (st == TILL_OK)
            u->last_number = rows_column_integer(&use, 0);
        rows_end(&use);
    }
    *number_out = u->last_number + 1;
    return st;
}

static enum till_status add_posting(struct store *s, const struct store_posting *p, int64_t number)
{
    struct rows_use use = rows_of(s, STORE_PUT_NUMBERED_POSTING);

    rows_bind_integer(&use, number);
    rows_bind_text(&use, p->source);
    rows_bind_integer(&use, p->value_at_s);
    rows_bind_integer(&use, p->posted_at_s);
    return rows_run(&use);
}

static bool amounts_fit(const struct store_posting *p)
{
    for (size_t i = 0; i < p->count; i++) {
        if (p->lines[i].amount_minor > AMOUNT_MAX || p->lines[i].amount_minor < -AMOUNT_MAX)
            return false;
    }
    return true;
}

/* The accounts of its lines, by their places in names; *large_out: one has more money than there
 * is. */
static enum till_status open_names(struct store *s, const struct store_posting *p,
                                   size_t names_out[STORE_LINES_MAX], bool *large_out)
{
    const struct sqlite_unit *u = store_sqlite_unit(s);
    struct sqlite_unit_name *account = NULL;
    enum till_status st = limit_names(s, p->count);

    *large_out = false;
    for (size_t i = 0; st == TILL_OK && i < p->count; i++) {
        st = open_name(s, p->lines[i].account, &account);
        if (st == TILL_OK) {
            names_out[i] = u->opened;
            *large_out = *large_out || account->balance_minor > BALANCE_MAX ||
                         account->balance_minor < -BALANCE_MAX;
        }
    }
    return st;
}

/* Without a savepoint: nothing in it can be refused. */
static enum till_status unit_post(struct store *s, const struct store_posting *p)
{
    struct sqlite_unit *u = store_sqlite_unit(s);
    size_t names[STORE_LINES_MAX];
    bool large = false;
    int64_t number = 0;
    enum till_status st;

    if (!amounts_fit(p) || !source_is_fresh(u, p->source))
        return TILL_UNSUPPORTED;
    st = open_names(s, p, names, &large);
    if (st == TILL_OK && large)
        return TILL_UNSUPPORTED;
    if (st == TILL_OK)
        st = next_number(s, &number);
    if (st == TILL_OK)
        st = add_posting(s, p, number);
    if (st == TILL_OK)
        u->last_number = number;
    for (size_t i = 0; st == TILL_OK && i < p->count; i++) {
        struct sqlite_unit_name *account = &u->names[names[i]];

        st = store_rows_line_add(s, number, i, account->id, p->lines[i].amount_minor);
        if (st == TILL_OK)
            add_to(u, account, p->lines[i].amount_minor);
    }
    /* Half of a posting is none: the whole batch ends. */
    return st == TILL_BAD_INPUT || st == TILL_E_OVERFLOW ? TILL_E_DATABASE : st;
}

/* ---- what has no other way ------------------------------------------------------------------- */

static enum till_status no_bill_get(struct store *s, const char *account, int32_t month,
                                    int16_t type, struct bill *out)
{
    (void)s, (void)account, (void)month, (void)type, (void)out;
    return TILL_UNSUPPORTED;
}

static enum till_status no_bill_open_set(struct store *s, const char *account,
                                         const struct bill *bill)
{
    (void)s, (void)account, (void)bill;
    return TILL_UNSUPPORTED;
}

static enum till_status no_bills_open(struct store *s, const char *account, struct arrears *out)
{
    (void)s, (void)account, (void)out;
    return TILL_UNSUPPORTED;
}

static enum till_status no_payment_add(struct store *s, const struct store_payment *p)
{
    (void)s, (void)p;
    return TILL_UNSUPPORTED;
}

const struct store_bulk store_sqlite_bulk = {.expect = unit_expect,
                                             .entry_get = unit_entry_get,
                                             .entry_add = unit_entry_add,
                                             .customer_get = unit_customer_get,
                                             .customer_put = unit_customer_put,
                                             .bill_get = no_bill_get,
                                             .bill_open_set = no_bill_open_set,
                                             .bills_open = no_bills_open,
                                             .payment_add = no_payment_add,
                                             .account_open = unit_account_open,
                                             .balance_add = unit_balance_add,
                                             .post = unit_post};
