#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ledger_check_inside.h"

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
    if (was.balance_minor != is.balance_minor) {
        return ledger_differ(c, "customer %s: advance %" PRId64 " should be %" PRId64, account,
                             was.balance_minor, is.balance_minor);
    }
    if (was.count != is.count) {
        return ledger_differ(c, "customer %s: %zu open bills should be %zu", account, was.count,
                             is.count);
    }
    for (size_t i = 0; i < was.count; i++) {
        const struct bill *a = &was.bills[i], *b = &is.bills[i];
        if (a->month != b->month || a->type != b->type || a->amount_minor != b->amount_minor) {
            return ledger_differ(c, "customer %s: open of %d is %" PRId64 ", should be %" PRId64,
                                 account, (int)b->month, a->amount_minor, b->amount_minor);
        }
    }
    return TILL_OK;
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
    const char *slash = strchr(name, '/');
    bool of_customer = strncmp(name, "receivable/", strlen("receivable/")) == 0 ||
                       strncmp(name, "advance/", strlen("advance/")) == 0;
    if (status != TILL_OK || slash == NULL || !of_customer) {
        return status;
    }
    size_t size = strcspn(slash + 1, "/");
    memcpy(account, slash + 1, size);
    account[size] = '\0';
    return compare_customer(c, account);
}

enum till_status ledger_compare_accounts(struct check *c)
{
    int64_t number = 0;
    for (;;) {
        enum till_status status = store_posting_next(c->live, number, &number, &c->was);
        if (status == TILL_NOT_FOUND) {
            return TILL_OK;
        }
        for (size_t i = 0; status == TILL_OK && i < c->was.count; i++) {
            status = compare_account(c, c->was.lines[i].account);
        }
        if (status != TILL_OK) {
            return status;
        }
    }
}
