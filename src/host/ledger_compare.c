#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger_check_inside.h"
#include "text.h"

enum till_status ledger_differ(struct check *c, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (c->verdict->difference[0] == '\0') {
        (void)vsnprintf(c->verdict->difference, LEDGER_DIFFERENCE_MAX, format, arguments);
    }
    va_end(arguments);
    return TILL_REFUSED;
}

enum till_status ledger_compare_posting(struct check *c, int64_t number)
{
    const struct store_posting *was = &c->was, *is = &c->is;
    enum till_status status = store_posting_next(c->fresh, c->fresh_after, &c->fresh_after, &c->is);
    if (status == TILL_NOT_FOUND) {
        return ledger_differ(c, "posting %" PRId64 " (%s) has no source", number, was->source);
    }
    if (status != TILL_OK) {
        return status;
    }
    if (strcmp(was->source, is->source) != 0 || was->value_at_s != is->value_at_s ||
        was->count != is->count) {
        return ledger_differ(c, "posting %" PRId64 " (%s) should be %s with %zu lines", number,
                             was->source, is->source, is->count);
    }
    for (size_t i = 0; i < was->count; i++) {
        if (strcmp(was->lines[i].account, is->lines[i].account) != 0 ||
            was->lines[i].amount_minor != is->lines[i].amount_minor) {
            return ledger_differ(
                c, "posting %" PRId64 " (%s), line %zu: %s %" PRId64 " should be %s %" PRId64,
                number, was->source, i + 1, was->lines[i].account, was->lines[i].amount_minor,
                is->lines[i].account, is->lines[i].amount_minor);
        }
    }
    return TILL_OK;
}

static enum till_status compare_arrears(struct check *c, const char *account,
                                        const struct arrears *was, const struct arrears *is)
{
    if (was->balance_minor != is->balance_minor) {
        return ledger_differ(c, "customer %s: advance %" PRId64 " should be %" PRId64, account,
                             was->balance_minor, is->balance_minor);
    }
    if (was->count != is->count) {
        return ledger_differ(c, "customer %s: %zu open bills should be %zu", account, was->count,
                             is->count);
    }
    for (size_t i = 0; i < was->count; i++) {
        const struct bill *a = &was->bills[i], *b = &is->bills[i];
        if (a->month != b->month || a->type != b->type || a->amount_minor != b->amount_minor) {
            return ledger_differ(c, "customer %s: open of %d is %" PRId64 ", should be %" PRId64,
                                 account, (int)b->month, a->amount_minor, b->amount_minor);
        }
    }
    return TILL_OK;
}

static enum till_status compare_customer(struct check *c, const char *account)
{
    struct arrears was, is;
    enum till_status status = store_arrears(c->live, account, &was);
    if (status == TILL_OK) {
        status = store_arrears(c->fresh, account, &is);
    }
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND ? ledger_differ(c, "customer %s is missing", account)
                                        : status;
    }
    return compare_arrears(c, account, &was, &is);
}

/* The customer whose ledger account it is. */
static bool customer_of(const char *name, char account_out[STORE_LEDGER_ACCOUNT_MAX])
{
    const char *slash = strchr(name, '/');
    bool of_customer = strncmp(name, "receivable/", strlen("receivable/")) == 0 ||
                       strncmp(name, "advance/", strlen("advance/")) == 0;
    if (slash == NULL || !of_customer) {
        return false;
    }
    size_t size = strcspn(slash + 1, "/");
    memcpy(account_out, slash + 1, size);
    account_out[size] = '\0';
    return true;
}

static enum till_status compare_account(struct check *c, const char *name)
{
    int64_t was, is;
    char account[STORE_LEDGER_ACCOUNT_MAX];
    enum till_status status = store_balance(c->live, name, &was);
    if (status == TILL_OK) {
        status = store_balance(c->fresh, name, &is);
    }
    if (status == TILL_OK && was != is) {
        status = ledger_differ(c, "account %s: %" PRId64 " should be %" PRId64, name, was, is);
    }
    return status == TILL_OK && customer_of(name, account) ? compare_customer(c, account) : status;
}

/* ---- all at once ----------------------------------------------------------------------------- */

/* Names that differ, ledger accounts and customers; `many`: more than are kept. */
enum { DIFFERING_MAX = 64 };
struct differing {
    char names[DIFFERING_MAX][STORE_LEDGER_ACCOUNT_MAX];
    size_t count;
    bool many;
};

static void differs(struct differing *d, const char *name)
{
    if (d->count == DIFFERING_MAX) {
        d->many = true;
    } else {
        text_copy(d->names[d->count++], sizeof(d->names[0]), name);
    }
}

static bool is_listed(const struct differing *d, const char *name)
{
    for (size_t i = 0; i < d->count; i++) {
        if (strcmp(d->names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* Two walks of the same kind, side by side: what the one has and the other lacks is "" there. */
struct pair {
    struct store_walk *was, *is;
    char was_name[STORE_LEDGER_ACCOUNT_MAX], is_name[STORE_LEDGER_ACCOUNT_MAX];
};

/* Which of them stands at the smaller name: <0 the live one, 0 both, >0 the fresh one. */
static int order_of(const struct pair *p)
{
    if (p->was_name[0] == '\0' || p->is_name[0] == '\0') {
        return p->was_name[0] != '\0' ? -1 : 1;
    }
    return strcmp(p->was_name, p->is_name);
}

static enum till_status ended(enum till_status status, char *name)
{
    if (status == TILL_NOT_FOUND) {
        name[0] = '\0';
        return TILL_OK;
    }
    return status;
}

static void close_pair(struct pair *p)
{
    store_walk_close(p->was);
    store_walk_close(p->is);
}

static enum till_status next_balance(struct store_walk *walk, char *name, int64_t *balance)
{
    return ended(store_walk_balance(walk, name, balance), name);
}

/* A name that no customer of the replay bears differs too. */
static enum till_status look_for_customer(struct check *c, const char *name, struct differing *d)
{
    char account[STORE_LEDGER_ACCOUNT_MAX];
    struct book_customer customer;
    if (!customer_of(name, account)) {
        return TILL_OK;
    }
    enum till_status status = strlen(account) < ACCOUNT_MAX
                                  ? store_customer_get(c->fresh, account, &customer)
                                  : TILL_NOT_FOUND;
    if (status == TILL_NOT_FOUND) {
        differs(d, name);
        status = TILL_OK;
    }
    return status;
}

static enum till_status find_balances(struct check *c, struct differing *d)
{
    struct pair p = {0};
    int64_t was = 0, is = 0;
    enum till_status status = store_walk_balances(c->live, &p.was);
    if (status == TILL_OK) {
        status = store_walk_balances(c->fresh, &p.is);
    }
    status = status == TILL_OK ? next_balance(p.was, p.was_name, &was) : status;
    status = status == TILL_OK ? next_balance(p.is, p.is_name, &is) : status;
    while (status == TILL_OK && (p.was_name[0] != '\0' || p.is_name[0] != '\0')) {
        int order = order_of(&p);
        if ((order == 0 && was != is) || (order < 0 && was != 0) || (order > 0 && is != 0)) {
            differs(d, order <= 0 ? p.was_name : p.is_name);
        }
        if (order <= 0) {
            status = look_for_customer(c, p.was_name, d);
        }
        if (status == TILL_OK && order <= 0) {
            status = next_balance(p.was, p.was_name, &was);
        }
        if (status == TILL_OK && order >= 0) {
            status = next_balance(p.is, p.is_name, &is);
        }
    }
    close_pair(&p);
    return status;
}

static enum till_status next_customer(struct store_walk *walk, char *name, struct arrears *arrears)
{
    return ended(store_walk_customer(walk, name, arrears), name);
}

static bool same_arrears(const struct arrears *a, const struct arrears *b)
{
    bool same = a->balance_minor == b->balance_minor && a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        same = a->bills[i].month == b->bills[i].month && a->bills[i].type == b->bills[i].type &&
               a->bills[i].amount_minor == b->bills[i].amount_minor;
    }
    return same;
}

static enum till_status find_customers(struct check *c, struct differing *d)
{
    struct pair p = {0};
    struct arrears was, is;
    enum till_status status = store_walk_customers(c->live, &p.was);
    if (status == TILL_OK) {
        status = store_walk_customers(c->fresh, &p.is);
    }
    status = status == TILL_OK ? next_customer(p.was, p.was_name, &was) : status;
    status = status == TILL_OK ? next_customer(p.is, p.is_name, &is) : status;
    while (status == TILL_OK && (p.was_name[0] != '\0' || p.is_name[0] != '\0')) {
        int order = order_of(&p);
        if (order != 0 || !same_arrears(&was, &is)) {
            differs(d, order <= 0 ? p.was_name : p.is_name);
        }
        if (order <= 0) {
            status = next_customer(p.was, p.was_name, &was);
        }
        if (status == TILL_OK && order >= 0) {
            status = next_customer(p.is, p.is_name, &is);
        }
    }
    close_pair(&p);
    return status;
}

/* The first posting that names one of them says which is the first difference. */
static enum till_status name_first(struct check *c, const struct differing *d)
{
    char account[STORE_LEDGER_ACCOUNT_MAX];
    struct store_walk *walk = NULL;
    int64_t number;
    enum till_status status = store_walk_postings(c->live, &walk);
    while (status == TILL_OK) {
        status = store_walk_posting(walk, &number, &c->was);
        for (size_t i = 0; status == TILL_OK && i < c->was.count; i++) {
            const char *name = c->was.lines[i].account;
            if (d->many || is_listed(d, name) ||
                (customer_of(name, account) && is_listed(d, account))) {
                status = compare_account(c, name);
            }
        }
    }
    store_walk_close(walk);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status ledger_compare_accounts(struct check *c)
{
    struct differing *d = calloc(1, sizeof(*d));
    if (d == NULL) {
        return TILL_E_MEMORY;
    }
    enum till_status status = find_balances(c, d);
    if (status == TILL_OK) {
        status = find_customers(c, d);
    }
    if (status == TILL_OK && d->count > 0) {
        status = name_first(c, d);
    }
    free(d);
    return status;
}
