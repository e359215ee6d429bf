/*
 * The sets of an import, from the database and to it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sql.h"
#include "store_pg.h"
#include "text.h"

/* More places than these are read anew when they are named again. */
enum { PLACES_KEPT = 500000 };

static void bind_array(struct rows_use *use, struct pg_bytes *values, Oid type)
{
    pg_array_close(values, type);
    store_pg_bind_array(use, type, values);
}

static enum till_status ended(enum till_status st)
{
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Room for each that is named, and the names as an array. */
static enum till_status ask_customers(struct store_pg_ahead *a, const struct store_ahead *wanted,
                                      struct pg_bytes *accounts)
{
    struct ahead_customer *c;

    for (size_t i = 0; i < wanted->account_count; i++) {
        if (store_pg_ahead_customer(a, wanted->accounts[i]) != NULL)
            continue;
        c = store_pg_ahead_add(a, wanted->accounts[i]);
        if (c == NULL)
            return TILL_E_MEMORY;
        c->read = true;
        pg_array_text(accounts, wanted->accounts[i]);
    }
    return accounts->failed ? TILL_E_MEMORY : TILL_OK;
}

static enum till_status read_customers(struct store_pg *p, struct pg_bytes *accounts)
{
    struct rows_use use = store_pg_use(p, PG_AHEAD_CUSTOMERS);
    struct book_customer row;
    enum till_status st;

    bind_array(&use, accounts, PG_OID_TEXT_ARRAY);
    while ((st = rows_next(&use)) == TILL_OK) {
        struct ahead_customer *c;

        st = store_rows_read_customer(&use, &row);
        if (st != TILL_OK)
            break;
        c = store_pg_ahead_customer(&p->ahead, row.account);
        if (c != NULL) {
            c->row = row;
            c->there = true;
        }
    }
    rows_end(&use);
    return ended(st);
}

static enum till_status take_bills(struct store_pg *p, struct rows_use *use)
{
    char account[ACCOUNT_MAX];
    struct bill issued;
    enum till_status st;

    while ((st = rows_next(use)) == TILL_OK) {
        int64_t open_minor = rows_column_integer(use, 5);
        struct ahead_customer *c;
        struct ahead_bill *bill;

        st = rows_column_text(use, 6, account, sizeof(account));
        if (st == TILL_OK)
            st = store_rows_read_bill(use, &issued);
        if (st == TILL_OK && (open_minor < 0 || open_minor > issued.amount_minor))
            st = TILL_E_CORRUPT;
        if (st != TILL_OK)
            break;
        c = store_pg_ahead_customer(&p->ahead, account);
        if (c == NULL)
            continue;
        bill = store_pg_ahead_bill(c, issued.month, issued.type);
        if (bill == NULL)
            bill = store_pg_ahead_add_bill(c, &issued);
        if (bill == NULL) {
            st = TILL_E_MEMORY;
            break;
        }
        bill->issued = issued;
        bill->open_minor = open_minor;
        bill->there = true;
    }
    rows_end(use);
    return ended(st);
}

/* What is open of all of them, and the very bills that were named. */
static enum till_status read_bills(struct store_pg *p, const struct store_ahead *wanted,
                                   struct pg_bytes *accounts)
{
    struct pg_bytes owners = {0}, months = {0}, types = {0};
    struct rows_use use = store_pg_use(p, PG_AHEAD_OPEN_BILLS);
    enum till_status st;

    bind_array(&use, accounts, PG_OID_TEXT_ARRAY);
    st = take_bills(p, &use);
    for (size_t i = 0; st == TILL_OK && i < wanted->bill_count; i++) {
        const struct store_ahead_bill *named = &wanted->bills[i];
        const struct bill none = {.month = named->month, .type = named->type};
        struct ahead_customer *c = store_pg_ahead_customer(&p->ahead, named->account);

        if (c == NULL || store_pg_ahead_bill(c, named->month, named->type) != NULL)
            continue;
        if (store_pg_ahead_add_bill(c, &none) == NULL)
            st = TILL_E_MEMORY;
        pg_array_text(&owners, named->account);
        pg_array_integer(&months, named->month);
        pg_array_integer(&types, named->type);
    }
    if (st == TILL_OK && owners.count > 0) {
        use = store_pg_use(p, PG_AHEAD_BILLS);
        bind_array(&use, &owners, PG_OID_TEXT_ARRAY);
        bind_array(&use, &months, PG_OID_INT8_ARRAY);
        bind_array(&use, &types, PG_OID_INT8_ARRAY);
        st = owners.failed || months.failed || types.failed ? TILL_E_MEMORY : take_bills(p, &use);
    }
    pg_bytes_free(&owners);
    pg_bytes_free(&months);
    pg_bytes_free(&types);
    return st;
}

static enum till_status look_at_customers(struct store_pg *p, const struct store_ahead *wanted)
{
    struct pg_bytes accounts = {0};
    enum till_status st = ask_customers(&p->ahead, wanted, &accounts);

    if (st == TILL_OK && accounts.count > 0)
        st = read_customers(p, &accounts);
    if (st == TILL_OK && accounts.count > 0)
        st = read_bills(p, wanted, &accounts);
    pg_bytes_free(&accounts);
    return st;
}

/* Which of the named meter books there are. */
static enum till_status read_books(struct store_pg *p, struct pg_bytes *ids)
{
    struct rows_use use = store_pg_use(p, PG_AHEAD_BOOKS);
    char id[BOOK_ID_MAX];
    enum till_status st;

    bind_array(&use, ids, PG_OID_TEXT_ARRAY);
    while ((st = rows_next(&use)) == TILL_OK) {
        struct ahead_book *book;

        st = rows_column_text(&use, 0, id, sizeof(id));
        if (st != TILL_OK)
            break;
        book = store_pg_ahead_grow(&p->ahead.books, sizeof(*book));
        if (book == NULL || !pg_index_add(&p->ahead.by_book, pg_index_hash(id),
                                          (uint32_t)p->ahead.books.count - 1)) {
            st = TILL_E_MEMORY;
            break;
        }
        memcpy(book->id, id, sizeof(id));
    }
    rows_end(&use);
    return ended(st);
}

static enum till_status read_places(struct store_pg *p, struct pg_bytes *ids)
{
    struct rows_use use = store_pg_use(p, PG_AHEAD_PLACES);
    char id[BOOK_ID_MAX], account[ACCOUNT_MAX];
    enum till_status st;
    bool bad = false;

    bind_array(&use, ids, PG_OID_TEXT_ARRAY);
    while ((st = rows_next(&use)) == TILL_OK) {
        uint32_t book, place = (uint32_t)rows_column_within(&use, 1, 1, INT32_MAX, &bad);

        st = rows_column_text(&use, 0, id, sizeof(id));
        if (st == TILL_OK)
            st = rows_column_text(&use, 2, account, sizeof(account));
        if (st == TILL_OK && bad)
            st = TILL_E_CORRUPT;
        if (st != TILL_OK)
            break;
        book = store_pg_ahead_book(&p->ahead, id);
        if (book != PG_INDEX_NONE && !store_pg_ahead_stand(&p->ahead, book, place, account)) {
            st = TILL_E_MEMORY;
            break;
        }
    }
    rows_end(&use);
    return ended(st);
}

static bool is_named_before(const struct store_ahead *wanted, size_t item)
{
    for (size_t i = 0; i < item; i++) {
        if (strcmp(wanted->meter_books[i], wanted->meter_books[item]) == 0)
            return true;
    }
    return false;
}

static enum till_status look_at_books(struct store_pg *p, const struct store_ahead *wanted)
{
    struct pg_bytes ids = {0};
    enum till_status st = TILL_OK;

    for (size_t i = 0; i < wanted->meter_book_count; i++) {
        if (store_pg_ahead_book(&p->ahead, wanted->meter_books[i]) == PG_INDEX_NONE &&
            !is_named_before(wanted, i))
            pg_array_text(&ids, wanted->meter_books[i]);
    }
    if (ids.count > 0)
        st = ids.failed ? TILL_E_MEMORY : read_books(p, &ids);
    if (st == TILL_OK && ids.count > 0) {
        /* Closed already: the same bytes once more. */
        st = read_places(p, &ids);
    }
    pg_bytes_free(&ids);
    return st;
}

static enum till_status read_balances(struct store_pg *p, struct pg_bytes *names)
{
    struct rows_use use = store_pg_use(p, PG_AHEAD_BALANCES);
    char name[STORE_LEDGER_ACCOUNT_MAX];
    enum till_status st;

    bind_array(&use, names, PG_OID_TEXT_ARRAY);
    while ((st = rows_next(&use)) == TILL_OK) {
        uint32_t item;

        st = rows_column_text(&use, 0, name, sizeof(name));
        if (st != TILL_OK)
            break;
        item = store_pg_ahead_name(&p->ahead, name);
        if (item != PG_INDEX_NONE)
            ((struct ahead_name *)p->ahead.names.items + item)->balance_minor =
                rows_column_integer(&use, 1);
    }
    rows_end(&use);
    return ended(st);
}

static enum till_status look_at_names(struct store_pg *p, const struct store_ahead *wanted)
{
    struct pg_bytes names = {0};
    enum till_status st = TILL_OK;

    for (size_t i = 0; st == TILL_OK && i < wanted->name_count; i++) {
        struct ahead_name *name;

        if (store_pg_ahead_name(&p->ahead, wanted->names[i]) != PG_INDEX_NONE)
            continue;
        name = store_pg_ahead_grow(&p->ahead.names, sizeof(*name));
        if (name == NULL || !pg_index_add(&p->ahead.by_name, pg_index_hash(wanted->names[i]),
                                          (uint32_t)p->ahead.names.count - 1)) {
            st = TILL_E_MEMORY;
            break;
        }
        memcpy(name->name, wanted->names[i], sizeof(name->name));
        pg_array_text(&names, wanted->names[i]);
    }
    if (st == TILL_OK && names.count > 0)
        st = names.failed ? TILL_E_MEMORY : read_balances(p, &names);
    pg_bytes_free(&names);
    return st;
}

/* Nothing may be posted by such a name yet: then whatever the import posts is new. */
static enum till_status look_at_source(struct store_pg *p, const char *source)
{
    struct rows_use use = store_pg_use(p, PG_AHEAD_POSTED);
    char behind[sizeof(p->ahead.source)];
    size_t size = strlen(source);
    enum till_status st;
    int64_t count = 0;

    if (strcmp(source, p->ahead.source) == 0)
        return TILL_OK;
    text_copy(behind, sizeof(behind), source);
    behind[size - 1]++;
    rows_bind_text(&use, source);
    rows_bind_text(&use, behind);
    st = rows_next(&use);
    if (st == TILL_OK)
        count = rows_column_integer(&use, 0);
    rows_end(&use);
    if (st == TILL_OK && count > 0)
        return TILL_UNSUPPORTED;
    if (st == TILL_OK)
        text_copy(p->ahead.source, sizeof(p->ahead.source), source);
    return st;
}

/* The office's own, "import/7/": those of terminals go another way. */
static bool is_source(const char *source)
{
    size_t size = strlen(source);

    return size > 1 && size < sizeof(((struct store_pg_ahead *)0)->source) &&
           source[size - 1] == '/' && strncmp(source, "entry/", 6) != 0 &&
           strncmp(source, "fork/", 5) != 0;
}

/* Places stay from one hint to the next. */
static void clear(struct store_pg_ahead *a)
{
    struct ahead_customer *customers = a->customers.items;

    for (size_t i = 0; i < a->customers.count; i++)
        free(customers[i].bills);
    a->customers.count = a->names.count = 0;
    pg_index_clear(&a->by_account);
    pg_index_clear(&a->by_name);
    if (a->places.count > PLACES_KEPT) {
        a->places.count = a->books.count = 0;
        pg_index_clear(&a->by_book);
        pg_index_clear(&a->by_place);
    }
}

enum till_status store_pg_ahead_look(struct store *s, const struct store_ahead *wanted)
{
    struct store_pg *p = store_pg_of(s);
    enum till_status st;

    if (!p->transaction || !p->alone || p->unit.active || !is_source(wanted->source))
        return TILL_UNSUPPORTED;
    st = store_pg_ahead_flush(p);
    if (st == TILL_OK)
        st = store_pg_accounts_flush(p);
    if (st == TILL_OK)
        st = look_at_source(p, wanted->source);
    if (st != TILL_OK)
        return st;
    clear(&p->ahead);
    st = look_at_customers(p, wanted);
    if (st == TILL_OK)
        st = look_at_books(p, wanted);
    if (st == TILL_OK)
        st = look_at_names(p, wanted);
    p->ahead.active = st == TILL_OK;
    if (st != TILL_OK)
        store_pg_ahead_forget(p);
    return st;
}

/* ---- writing --------------------------------------------------------------------------------- */

enum { CUSTOMER_TEXTS = 6, CUSTOMER_NUMBERS = 10 };

static void add_customer(const struct book_customer *c, struct pg_bytes texts[CUSTOMER_TEXTS],
                         struct pg_bytes numbers[CUSTOMER_NUMBERS])
{
    const char *const words[CUSTOMER_TEXTS] = {c->account, c->name,  c->address,
                                               c->meter,   c->phone, c->meter_book};
    const int64_t values[CUSTOMER_NUMBERS] = {
        c->order, (int64_t)c->class, c->balance_minor, c->last_paid_date,   c->last_paid_minor,
        c->flags, c->latitude_e7,    c->longitude_e7,  c->last_reading_cwh, c->last_reading_date};

    for (size_t i = 0; i < CUSTOMER_TEXTS; i++)
        pg_array_text(&texts[i], words[i]);
    for (size_t i = 0; i < CUSTOMER_NUMBERS; i++)
        pg_array_integer(&numbers[i], values[i]);
}

static enum till_status write_customers(struct store_pg *p)
{
    const struct ahead_customer *customers = p->ahead.customers.items;
    struct pg_bytes texts[CUSTOMER_TEXTS] = {{0}}, numbers[CUSTOMER_NUMBERS] = {{0}};
    enum till_status st = TILL_OK;
    bool failed = false;

    for (size_t i = 0; i < p->ahead.customers.count; i++) {
        if (customers[i].changed && customers[i].read)
            add_customer(&customers[i].row, texts, numbers);
    }
    if (texts[0].count > 0) {
        struct rows_use use = store_pg_use(p, PG_AHEAD_PUT_CUSTOMERS);

        for (size_t i = 0; i < CUSTOMER_TEXTS; i++) {
            bind_array(&use, &texts[i], PG_OID_TEXT_ARRAY);
            failed = failed || texts[i].failed;
        }
        for (size_t i = 0; i < CUSTOMER_NUMBERS; i++) {
            bind_array(&use, &numbers[i], PG_OID_INT8_ARRAY);
            failed = failed || numbers[i].failed;
        }
        st = failed ? TILL_E_MEMORY : store_pg_run_all(&use, texts[0].count, "customers");
    }
    for (size_t i = 0; i < CUSTOMER_TEXTS; i++)
        pg_bytes_free(&texts[i]);
    for (size_t i = 0; i < CUSTOMER_NUMBERS; i++)
        pg_bytes_free(&numbers[i]);
    return st;
}

/* Of whom only the place is known. */
static enum till_status move_customers(struct store_pg *p)
{
    const struct ahead_customer *customers = p->ahead.customers.items;
    struct pg_bytes accounts = {0}, places = {0};
    enum till_status st = TILL_OK;

    for (size_t i = 0; i < p->ahead.customers.count; i++) {
        if (customers[i].changed && !customers[i].read) {
            pg_array_text(&accounts, customers[i].row.account);
            pg_array_integer(&places, customers[i].row.order);
        }
    }
    if (accounts.count > 0) {
        struct rows_use use = store_pg_use(p, PG_AHEAD_MOVE_CUSTOMERS);

        bind_array(&use, &accounts, PG_OID_TEXT_ARRAY);
        bind_array(&use, &places, PG_OID_INT8_ARRAY);
        st = accounts.failed || places.failed ? TILL_E_MEMORY
                                              : store_pg_run_all(&use, accounts.count, "places");
    }
    pg_bytes_free(&accounts);
    pg_bytes_free(&places);
    return st;
}

struct bill_sets {
    struct pg_bytes fresh; /* rows */
    struct pg_bytes accounts, months, types, open;
};

static void add_bills(const struct ahead_customer *c, struct bill_sets *to)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct ahead_bill *bill = &c->bills[i];

        if (bill->added) {
            pg_row(&to->fresh, 7);
            pg_row_text(&to->fresh, c->row.account);
            pg_row_integer(&to->fresh, bill->issued.month);
            pg_row_integer(&to->fresh, bill->issued.type);
            pg_row_integer(&to->fresh, bill->issued.due_date);
            pg_row_integer(&to->fresh, bill->issued.energy_cwh);
            pg_row_integer(&to->fresh, bill->issued.amount_minor);
            pg_row_integer(&to->fresh, bill->open_minor);
        } else if (bill->changed) {
            pg_array_text(&to->accounts, c->row.account);
            pg_array_integer(&to->months, bill->issued.month);
            pg_array_integer(&to->types, bill->issued.type);
            pg_array_integer(&to->open, bill->open_minor);
        }
    }
}

static enum till_status write_bills(struct store_pg *p)
{
    const struct ahead_customer *customers = p->ahead.customers.items;
    struct bill_sets sets = {.fresh = {0}};
    enum till_status st;

    for (size_t i = 0; i < p->ahead.customers.count; i++)
        add_bills(&customers[i], &sets);
    st = pg_copy_rows(p->conn, SQL_PG_COPY_BILLS, &sets.fresh);
    if (st == TILL_OK && sets.accounts.count > 0) {
        struct rows_use use = store_pg_use(p, PG_AHEAD_SET_BILLS);

        bind_array(&use, &sets.accounts, PG_OID_TEXT_ARRAY);
        bind_array(&use, &sets.months, PG_OID_INT8_ARRAY);
        bind_array(&use, &sets.types, PG_OID_INT8_ARRAY);
        bind_array(&use, &sets.open, PG_OID_INT8_ARRAY);
        st = sets.accounts.failed || sets.open.failed
                 ? TILL_E_MEMORY
                 : store_pg_run_all(&use, sets.accounts.count, "bills");
    }
    pg_bytes_free(&sets.fresh);
    pg_bytes_free(&sets.accounts);
    pg_bytes_free(&sets.months);
    pg_bytes_free(&sets.types);
    pg_bytes_free(&sets.open);
    return st;
}

/* Accounts that are new are made; all say their id. */
static enum till_status add_balances(struct store_pg *p)
{
    struct ahead_name *names = p->ahead.names.items;
    struct pg_bytes texts = {0}, deltas = {0};
    struct rows_use use = store_pg_use(p, PG_AHEAD_ADD_BALANCES);
    char name[STORE_LEDGER_ACCOUNT_MAX];
    enum till_status st = TILL_OK;
    size_t found = 0;

    for (size_t i = 0; i < p->ahead.names.count; i++) {
        if (names[i].posted) {
            pg_array_text(&texts, names[i].name);
            pg_array_integer(&deltas, names[i].delta_minor);
        }
    }
    bind_array(&use, &texts, PG_OID_TEXT_ARRAY);
    bind_array(&use, &deltas, PG_OID_INT8_ARRAY);
    if (texts.failed || deltas.failed)
        st = TILL_E_MEMORY;
    while (st == TILL_OK && (st = rows_next(&use)) == TILL_OK) {
        uint32_t item;

        st = rows_column_text(&use, 1, name, sizeof(name));
        item = st == TILL_OK ? store_pg_ahead_name(&p->ahead, name) : PG_INDEX_NONE;
        if (item == PG_INDEX_NONE)
            break;
        names[item].id = rows_column_integer(&use, 0);
        found++;
    }
    rows_end(&use);
    st = ended(st);
    if (st == TILL_OK && found != texts.count)
        st = TILL_E_DATABASE;
    pg_bytes_free(&texts);
    pg_bytes_free(&deltas);
    return st;
}

static enum till_status write_postings(struct store_pg *p)
{
    const struct store_pg_ahead *a = &p->ahead;
    const struct ahead_posting *postings = a->postings.items;
    const struct ahead_line *line = a->lines.items;
    const struct ahead_name *names = a->names.items;
    struct pg_bytes heads = {0}, lines = {0};
    struct rows_use use = store_pg_use(p, PG_POSTING_NUMBERS);
    enum till_status st = TILL_OK;

    rows_bind_unsigned(&use, a->postings.count);
    for (size_t i = 0; st == TILL_OK && i < a->postings.count; i++) {
        int64_t number;

        st = rows_next(&use);
        if (st != TILL_OK)
            break;
        number = rows_column_integer(&use, 0);
        pg_row(&heads, 5);
        pg_row_text(&heads, "");
        pg_row_integer(&heads, number);
        pg_row_text(&heads, postings[i].source);
        pg_row_integer(&heads, postings[i].value_at_s);
        pg_row_integer(&heads, postings[i].posted_at_s);
        for (size_t place = 0; place < postings[i].lines; place++, line++) {
            pg_row(&lines, 5);
            pg_row_text(&lines, "");
            pg_row_integer(&lines, number);
            pg_row_integer(&lines, (int64_t)place);
            pg_row_integer(&lines, names[line->name].id);
            pg_row_integer(&lines, line->amount_minor);
        }
    }
    rows_end(&use);
    if (st == TILL_OK)
        st = pg_copy_rows(p->conn, SQL_PG_COPY_POSTINGS, &heads);
    if (st == TILL_OK)
        st = pg_copy_rows(p->conn, SQL_PG_COPY_LINES, &lines);
    pg_bytes_free(&heads);
    pg_bytes_free(&lines);
    return st;
}

static void written(struct store_pg_ahead *a)
{
    struct ahead_customer *customers = a->customers.items;
    struct ahead_name *names = a->names.items;

    for (size_t i = 0; i < a->customers.count; i++) {
        customers[i].changed = false;
        for (size_t j = 0; j < customers[i].count; j++)
            customers[i].bills[j].added = customers[i].bills[j].changed = false;
    }
    for (size_t i = 0; i < a->names.count; i++) {
        names[i].delta_minor = 0;
        names[i].posted = false;
    }
    a->postings.count = a->lines.count = 0;
    a->waits = false;
}

enum till_status store_pg_ahead_flush(struct store_pg *p)
{
    enum till_status st;

    if (!p->ahead.active || !p->ahead.waits)
        return TILL_OK;
    if (p->failed)
        return TILL_BUSY;
    store_pg_drain(p);
    st = write_customers(p);
    if (st == TILL_OK)
        st = move_customers(p);
    if (st == TILL_OK)
        st = write_bills(p);
    if (st == TILL_OK && p->ahead.postings.count > 0)
        st = add_balances(p);
    if (st == TILL_OK && p->ahead.postings.count > 0)
        st = write_postings(p);
    if (st == TILL_OK) {
        written(&p->ahead);
        return TILL_OK;
    }
    p->failed = true;
    /* What was checked before it waited can't be refused now: then it is the database's fault. */
    return st == TILL_BAD_INPUT || st == TILL_E_OVERFLOW ? TILL_E_DATABASE : st;
}
