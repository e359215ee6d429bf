/*
 * Balances of ledger accounts in a transaction of the office: kept here and added to the database
 * at its end. An import posts thousands of bills against one account; PostgreSQL would keep a
 * version of its row for each until the commit, and look through all of them each time.
 */
#include <assert.h>
#include <stdlib.h>

#include "money.h"
#include "store_pg.h"

static bool may_wait(const struct store_pg *p)
{
    return p->transaction && p->alone && !p->failed;
}

static bool note(struct store_pg *p, struct pg_change change)
{
    struct pg_changes *c = &p->changes;

    if (c->count == c->capacity) {
        size_t wanted = c->capacity == 0 ? 1024 : c->capacity * 2;
        struct pg_change *grown = realloc(c->items, wanted * sizeof(*grown));

        if (grown == NULL)
            return false;
        c->items = grown;
        c->capacity = wanted;
    }
    c->items[c->count++] = change;
    return true;
}

enum till_status store_pg_account_open(struct store *s, const char *name, int64_t *id_out,
                                       int64_t *balance_out)
{
    struct store_pg *p = store_pg_of(s);
    struct unit_name *account;
    uint32_t item = 0;
    enum till_status st;

    if (!may_wait(p))
        return TILL_UNSUPPORTED;
    if (!store_pg_unit_name(p, name, &item))
        return TILL_E_MEMORY;
    account = &p->unit.names[item];
    if (!account->balance_known) {
        p->changes.opening = true;
        st = store_rows_account_read(s, name, &account->id, &account->balance_minor);
        p->changes.opening = false;
        if (st != TILL_OK)
            return st;
        account->balance_known = true;
        if (!note(p, (struct pg_change){.item = item, .opened = true}))
            return TILL_E_MEMORY;
    }
    p->changes.last = item;
    *id_out = account->id;
    *balance_out = account->balance_minor;
    return TILL_OK;
}

enum till_status store_pg_balance_add(struct store *s, int64_t id, int64_t amount_minor)
{
    struct store_pg *p = store_pg_of(s);
    struct unit_name *account;

    if (!may_wait(p) || p->changes.last >= p->unit.name_count)
        return TILL_UNSUPPORTED;
    account = &p->unit.names[p->changes.last];
    if (!account->balance_known || account->id != id)
        return TILL_UNSUPPORTED;
    if (money_add(account->balance_minor, amount_minor, &account->balance_minor) != TILL_OK)
        return TILL_E_OVERFLOW;
    return note(p, (struct pg_change){.item = p->changes.last, .amount_minor = amount_minor})
               ? TILL_OK
               : TILL_E_MEMORY;
}

enum till_status store_pg_accounts_flush(struct store_pg *p)
{
    struct pg_changes *c = &p->changes;
    enum till_status st = TILL_OK;
    bool any = false;

    if (p->failed || c->written == c->count)
        return TILL_OK;
    for (size_t i = c->written; i < c->count; i++) {
        struct unit_name *account = &p->unit.names[c->items[i].item];

        any = any || c->items[i].amount_minor != 0;
        account->delta_minor += c->items[i].amount_minor;
    }
    c->written = c->count;
    if (any)
        st = store_pg_write_deltas(p);
    for (size_t i = 0; i < p->unit.name_count; i++)
        p->unit.names[i].delta_minor = 0;
    if (st != TILL_OK)
        p->failed = true;
    return st;
}

enum till_status store_pg_accounts_mark(struct store_pg *p)
{
    struct pg_changes *c = &p->changes;

    if (c->depth == PG_MARKS_MAX)
        return TILL_TOO_LARGE;
    c->marks[c->depth++] = (struct pg_mark){.count = c->count, .written = c->written};
    return TILL_OK;
}

void store_pg_accounts_keep(struct store_pg *p)
{
    assert(p->changes.depth > 0);
    p->changes.depth--;
}

void store_pg_accounts_undo(struct store_pg *p)
{
    struct pg_changes *c = &p->changes;
    struct pg_mark mark;

    assert(c->depth > 0);
    mark = c->marks[--c->depth];
    while (c->count > mark.count) {
        const struct pg_change *change = &c->items[--c->count];
        struct unit_name *account = &p->unit.names[change->item];

        account->balance_minor -= change->amount_minor;
        /* It may have been made since: whoever wants it looks again. */
        if (change->opened)
            account->balance_known = false;
    }
    c->written = mark.written;
}

void store_pg_accounts_end(struct store_pg *p)
{
    p->changes.count = p->changes.written = p->changes.depth = 0;
}
