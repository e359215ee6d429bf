/*
 * A unit of work to and from the database: customers read at once, what waits written by COPY.
 */
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "sql.h"
#include "store_pg.h"

/* ---- reading --------------------------------------------------------------------------------- */

static int by_bytes(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void bind_array(struct rows_use *use, struct pg_bytes *values, Oid type)
{
    pg_array_close(values, type);
    store_pg_bind_array(use, type, values);
}

static enum till_status read_customers(struct store_pg *p, struct pg_bytes *accounts)
{
    struct rows_use use = store_pg_use(p, PG_CUSTOMERS);
    struct book_customer row;
    enum till_status st;

    bind_array(&use, accounts, PG_OID_TEXT_ARRAY);
    while ((st = rows_next(&use)) == TILL_OK) {
        struct unit_customer *c;

        st = store_rows_read_customer(&use, &row);
        c = st == TILL_OK ? store_pg_unit_find(&p->unit, row.account) : NULL;
        if (c == NULL)
            break;
        c->row = row;
        c->there = true;
    }
    rows_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

static enum till_status read_bills(struct store_pg *p, struct pg_bytes *accounts)
{
    struct rows_use use = store_pg_use(p, PG_OPEN_BILLS);
    char account[ACCOUNT_MAX];
    enum till_status st;

    bind_array(&use, accounts, PG_OID_TEXT_ARRAY);
    while ((st = rows_next(&use)) == TILL_OK) {
        struct unit_customer *c;
        struct bill issued;
        int64_t open_minor = rows_column_integer(&use, 5);

        st = rows_column_text(&use, 6, account, sizeof(account));
        if (st == TILL_OK)
            st = store_rows_read_bill(&use, &issued);
        if (st == TILL_OK && (open_minor <= 0 || open_minor > issued.amount_minor))
            st = TILL_E_CORRUPT;
        c = st == TILL_OK ? store_pg_unit_find(&p->unit, account) : NULL;
        if (c == NULL)
            break;
        if (!store_pg_unit_add_bill(c, &issued, open_minor)) {
            st = TILL_E_MEMORY;
            break;
        }
    }
    rows_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

enum till_status store_pg_unit_load(struct store_pg *p, const char (*accounts)[ACCOUNT_MAX],
                                    size_t count)
{
    struct pg_bytes wanted = {0};
    enum till_status st = TILL_OK;
    char(*sorted)[ACCOUNT_MAX] = calloc(count > 0 ? count : 1, sizeof(*sorted));

    if (sorted == NULL)
        return TILL_E_MEMORY;
    if (count > 0)
        memcpy(sorted, accounts, count * sizeof(*sorted));
    qsort(sorted, count, sizeof(*sorted), by_bytes);
    for (size_t i = 0; i < count && st == TILL_OK; i++) {
        if (store_pg_unit_find(&p->unit, sorted[i]) != NULL)
            continue;
        pg_array_text(&wanted, sorted[i]);
        if (store_pg_unit_add(&p->unit, sorted[i]) == NULL)
            st = TILL_E_MEMORY;
    }
    /* The bills behind their customers' locks: what another paid meanwhile is seen. */
    if (st == TILL_OK && wanted.count > 0)
        st = read_customers(p, &wanted);
    if (st == TILL_OK && wanted.count > 0)
        st = read_bills(p, &wanted);
    if (st == TILL_OK && wanted.failed)
        st = TILL_E_MEMORY;
    if (st != TILL_OK)
        p->failed = true; /* half of them is worse than none */
    pg_bytes_free(&wanted);
    free(sorted);
    return st;
}

/* ---- writing --------------------------------------------------------------------------------- */

enum till_status store_pg_run_all(struct rows_use *use, size_t expected, const char *what)
{
    enum till_status st = rows_run(use);

    if (st == TILL_OK && (size_t)rows_changes(use) != expected) {
        log_error("postgresql: %s: %lld rows instead of %zu", what, (long long)rows_changes(use),
                  expected);
        st = TILL_E_DATABASE;
    }
    return st;
}

static enum till_status write_customers(struct store_pg *p)
{
    enum { COLUMNS = 6 };
    struct store_pg_unit *u = &p->unit;
    struct pg_bytes accounts = {0}, numbers[COLUMNS] = {{0}};
    enum till_status st = TILL_OK;

    for (size_t i = 0; i < u->customer_count; i++) {
        const struct book_customer *row = &u->customers[i]->row;
        const int64_t values[COLUMNS] = {row->balance_minor,    row->last_paid_date,
                                         row->last_paid_minor,  row->flags,
                                         row->last_reading_cwh, row->last_reading_date};

        if (!u->customers[i]->changed)
            continue;
        pg_array_text(&accounts, row->account);
        for (size_t j = 0; j < COLUMNS; j++)
            pg_array_integer(&numbers[j], values[j]);
    }
    if (accounts.count > 0) {
        struct rows_use use = store_pg_use(p, PG_SET_CUSTOMERS);

        bind_array(&use, &accounts, PG_OID_TEXT_ARRAY);
        for (size_t j = 0; j < COLUMNS; j++)
            bind_array(&use, &numbers[j], PG_OID_INT8_ARRAY);
        st = accounts.failed || numbers[COLUMNS - 1].failed
                 ? TILL_E_MEMORY
                 : store_pg_run_all(&use, accounts.count, "customers");
    }
    pg_bytes_free(&accounts);
    for (size_t j = 0; j < COLUMNS; j++)
        pg_bytes_free(&numbers[j]);
    return st;
}

static void add_bills(const struct unit_customer *c, struct pg_bytes *accounts,
                      struct pg_bytes numbers[3])
{
    for (size_t i = 0; i < c->count; i++) {
        if (!c->bills[i].changed)
            continue;
        pg_array_text(accounts, c->row.account);
        pg_array_integer(&numbers[0], c->bills[i].issued.month);
        pg_array_integer(&numbers[1], c->bills[i].issued.type);
        pg_array_integer(&numbers[2], c->bills[i].open_minor);
    }
}

static enum till_status write_bills(struct store_pg *p)
{
    struct store_pg_unit *u = &p->unit;
    struct pg_bytes accounts = {0}, numbers[3] = {{0}};
    enum till_status st = TILL_OK;

    for (size_t i = 0; i < u->customer_count; i++) {
        if (u->customers[i]->changed)
            add_bills(u->customers[i], &accounts, numbers);
    }
    if (accounts.count > 0) {
        struct rows_use use = store_pg_use(p, PG_SET_BILLS);

        bind_array(&use, &accounts, PG_OID_TEXT_ARRAY);
        for (size_t j = 0; j < 3; j++)
            bind_array(&use, &numbers[j], PG_OID_INT8_ARRAY);
        st = accounts.failed || numbers[2].failed ? TILL_E_MEMORY
                                                  : store_pg_run_all(&use, accounts.count, "bills");
    }
    pg_bytes_free(&accounts);
    for (size_t j = 0; j < 3; j++)
        pg_bytes_free(&numbers[j]);
    return st;
}

/* ---- the ledger ------------------------------------------------------------------------------ */

struct named {
    const char *name;
    uint32_t item;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

/* Those whose id is known, or those of which it is not, in the order of their names. */
static size_t sort_names(const struct store_pg_unit *u, bool known, struct named *out)
{
    size_t count = 0;

    for (size_t i = 0; i < u->name_count; i++) {
        if (known ? u->names[i].id != 0 && u->names[i].delta_minor != 0 : u->names[i].id == 0)
            out[count++] = (struct named){u->names[i].name, (uint32_t)i};
    }
    qsort(out, count, sizeof(*out), by_name);
    return count;
}

/* Accounts that are new to this process are made, or found, and added to, in one statement. */
static enum till_status add_to_unknown(struct store_pg *p, const struct named *names, size_t count)
{
    struct store_pg_unit *u = &p->unit;
    struct pg_bytes texts = {0}, deltas = {0};
    struct rows_use use;
    size_t found = 0;
    enum till_status st = TILL_OK;

    for (size_t i = 0; i < count; i++) {
        pg_array_text(&texts, names[i].name);
        pg_array_integer(&deltas, u->names[names[i].item].delta_minor);
    }
    if (count > 0) {
        use = store_pg_use(p, PG_OPEN_ACCOUNTS);
        bind_array(&use, &texts, PG_OID_TEXT_ARRAY);
        bind_array(&use, &deltas, PG_OID_INT8_ARRAY);
        if (texts.failed || deltas.failed)
            st = TILL_E_MEMORY;
        /* They come back in the order in which they went. */
        while (st == TILL_OK && found < count && (st = rows_next(&use)) == TILL_OK)
            u->names[names[found++].item].id = rows_column_integer(&use, 0);
        rows_end(&use);
    }
    pg_bytes_free(&texts);
    pg_bytes_free(&deltas);
    return st == TILL_NOT_FOUND ? TILL_E_DATABASE : st;
}

/* What all batches add to, late fees and the like, comes last: it is locked until the commit. */
static enum till_status add_to_known(struct store_pg *p, const struct named *names, size_t count)
{
    const struct store_pg_unit *u = &p->unit;
    struct pg_bytes texts = {0}, deltas = {0};
    enum till_status st = TILL_OK;

    for (size_t i = 0; i < count; i++) {
        pg_array_text(&texts, names[i].name);
        pg_array_integer(&deltas, u->names[names[i].item].delta_minor);
    }
    if (count > 0) {
        struct rows_use use = store_pg_use(p, PG_ADD_BALANCES);

        bind_array(&use, &texts, PG_OID_TEXT_ARRAY);
        bind_array(&use, &deltas, PG_OID_INT8_ARRAY);
        st = texts.failed || deltas.failed ? TILL_E_MEMORY
                                           : store_pg_run_all(&use, count, "accounts");
    }
    pg_bytes_free(&texts);
    pg_bytes_free(&deltas);
    return st;
}

enum till_status store_pg_write_deltas(struct store_pg *p)
{
    struct named *known = calloc(p->unit.name_count + 1, sizeof(*known));
    enum till_status st = TILL_E_MEMORY;

    if (known != NULL)
        st = add_to_known(p, known, sort_names(&p->unit, true, known));
    free(known);
    return st;
}

static enum till_status copy_postings(struct store_pg *p)
{
    struct store_pg_unit *u = &p->unit;
    struct pg_bytes postings = {0}, lines = {0};
    struct rows_use use = store_pg_use(p, PG_POSTING_NUMBERS);
    const struct unit_line *line = u->lines;
    enum till_status st = TILL_OK;

    rows_bind_unsigned(&use, u->posting_count);
    for (size_t i = 0; st == TILL_OK && i < u->posting_count; i++) {
        const struct unit_posting *posting = &u->postings[i];
        int64_t number;

        st = rows_next(&use);
        if (st != TILL_OK)
            break;
        number = rows_column_integer(&use, 0);
        pg_row(&postings, 5);
        pg_row_text(&postings, u->terminal);
        pg_row_integer(&postings, number);
        pg_row_text(&postings, posting->source);
        pg_row_integer(&postings, posting->value_at_s);
        pg_row_integer(&postings, posting->posted_at_s);
        for (size_t place = 0; place < posting->lines; place++, line++) {
            pg_row(&lines, 5);
            pg_row_text(&lines, u->terminal);
            pg_row_integer(&lines, number);
            pg_row_integer(&lines, (int64_t)place);
            pg_row_integer(&lines, u->names[line->name].id);
            pg_row_integer(&lines, line->amount_minor);
        }
    }
    rows_end(&use);
    if (st == TILL_OK)
        st = pg_copy_rows(p->conn, SQL_PG_COPY_POSTINGS, &postings);
    if (st == TILL_OK)
        st = pg_copy_rows(p->conn, SQL_PG_COPY_LINES, &lines);
    pg_bytes_free(&postings);
    pg_bytes_free(&lines);
    return st;
}

static enum till_status write_ledger(struct store_pg *p)
{
    const struct store_pg_unit *u = &p->unit;
    struct named *known = calloc(2 * u->name_count + 1, sizeof(*known));
    struct named *unknown = known + u->name_count;
    size_t known_count, unknown_count;
    enum till_status st;

    if (known == NULL)
        return TILL_E_MEMORY;
    known_count = sort_names(u, true, known);
    unknown_count = sort_names(u, false, unknown);
    st = add_to_unknown(p, unknown, unknown_count);
    if (st == TILL_OK)
        st = copy_postings(p);
    if (st == TILL_OK)
        st = add_to_known(p, known, known_count);
    free(known);
    return st;
}

/* ---- all ------------------------------------------------------------------------------------- */

static void written(struct store_pg_unit *u)
{
    for (size_t i = 0; i < u->customer_count; i++) {
        u->customers[i]->changed = false;
        for (size_t j = 0; j < u->customers[i]->count; j++)
            u->customers[i]->bills[j].changed = false;
    }
    for (size_t i = 0; i < u->name_count; i++)
        u->names[i].delta_minor = 0;
    u->posting_count = u->line_count = 0;
    pg_bytes_clear(&u->entries);
    pg_bytes_clear(&u->payments);
    pg_bytes_clear(&u->paid_bills);
}

enum till_status store_pg_unit_flush(struct store_pg *p)
{
    struct store_pg_unit *u = &p->unit;
    enum till_status st;

    if (!store_pg_unit_waits(p))
        return TILL_OK;
    if (p->failed)
        return TILL_BUSY;
    store_pg_drain(p);
    st = pg_copy_rows(p->conn, SQL_PG_COPY_ENTRIES, &u->entries);
    if (st == TILL_OK)
        st = pg_copy_rows(p->conn, SQL_PG_COPY_PAYMENTS, &u->payments);
    if (st == TILL_OK)
        st = pg_copy_rows(p->conn, SQL_PG_COPY_PAYMENT_BILLS, &u->paid_bills);
    if (st == TILL_OK)
        st = write_customers(p);
    if (st == TILL_OK)
        st = write_bills(p);
    if (st == TILL_OK && u->posting_count > 0)
        st = write_ledger(p);
    if (st == TILL_OK) {
        written(u);
        return TILL_OK;
    }
    p->failed = true;
    /* What was checked before it waited can't be refused now: then it is the database's fault. */
    return st == TILL_BAD_INPUT || st == TILL_E_OVERFLOW ? TILL_E_DATABASE : st;
}
