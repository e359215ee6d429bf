#include "settle.h"

#include <string.h>

#include "money.h"

static void from_allocation(const struct arrears *a, const struct allocation *allocation,
                            struct settled *s)
{
    for (size_t i = 0; i < a->count; i++) {
        for (size_t j = 0; j < allocation->count; j++) {
            const struct allocation_line *line = &allocation->lines[j];
            if (line->month == a->bills[i].month && line->type == a->bills[i].type) {
                s->paid_minor[i] = line->amount_minor;
                s->fee_minor[i] = line->late_fee_minor;
            }
        }
    }
    s->balance_minor = allocation->balance_after_minor;
}

/* Money without a rule of ours: the fee as the paper says, the rest to the oldest bills. */
static enum till_status by_the_paper(const struct arrears *a, int64_t amount_minor,
                                     int64_t fee_minor, struct settled *s)
{
    int64_t left = amount_minor - fee_minor;
    size_t first = a->count;
    for (size_t i = 0; i < a->count && left > 0; i++) {
        int64_t owed = a->bills[i].amount_minor;
        s->paid_minor[i] = owed < left ? owed : left;
        left -= s->paid_minor[i];
        if (first == a->count && s->paid_minor[i] > 0) {
            first = i;
        }
    }
    if (first < a->count) {
        s->fee_minor[first] = fee_minor;
    } else if (a->count > 0) {
        s->fee_minor[0] = fee_minor;
    } else {
        left += fee_minor; /* nothing is owed, so no fee can be: it is the customer's */
    }
    return money_add(a->balance_minor, left, &s->balance_minor);
}

/* One "month:amount" of an explicit allocation, e.g. "202609:9210"; advances *at. */
static bool read_number(const char **at, int64_t most, int64_t *value_out)
{
    int64_t value = 0;
    const char *from = *at;
    for (; **at >= '0' && **at <= '9'; (*at)++) {
        value = value * 10 + (**at - '0');
        if (value > most) {
            return false;
        }
    }
    *value_out = value;
    return *at != from;
}

static bool pay_month(const struct arrears *a, int64_t month, int64_t *amount_minor,
                      struct settled *s)
{
    for (size_t i = 0; i<a->count && * amount_minor> 0; i++) {
        if (a->bills[i].month != month) {
            continue;
        }
        int64_t open = a->bills[i].amount_minor - s->paid_minor[i];
        int64_t part = open < *amount_minor ? open : *amount_minor;
        s->paid_minor[i] += part;
        *amount_minor -= part;
    }
    return *amount_minor == 0;
}

/* "202609:9210,202610:500": those bills and no others; the fee as the paper says. */
static enum till_status as_named(const struct arrears *a, const struct body_collection *body,
                                 struct settled *s)
{
    int64_t left = body->amount_minor - body->late_fee_minor;
    const char *at = body->allocation;
    size_t first = a->count;
    while (*at != '\0') {
        int64_t month, amount;
        if (!read_number(&at, 999912, &month) || *at != ':') {
            return TILL_BAD_INPUT;
        }
        at++;
        if (!read_number(&at, MONEY_MAX_MINOR, &amount) || (*at != ',' && *at != '\0')) {
            return TILL_BAD_INPUT;
        }
        left -= amount;
        if (amount == 0 || left < 0 || !pay_month(a, month, &amount, s)) {
            return TILL_BAD_INPUT;
        }
        if (*at == ',' && *++at == '\0') {
            return TILL_BAD_INPUT;
        }
    }
    for (size_t i = 0; i < a->count && first == a->count; i++) {
        first = s->paid_minor[i] > 0 ? i : first;
    }
    if (first == a->count) {
        return TILL_BAD_INPUT;
    }
    s->fee_minor[first] = body->late_fee_minor;
    return money_add(a->balance_minor, left, &s->balance_minor);
}

enum till_status settle_payment(const struct site *site, enum customer_class class, int32_t on_date,
                                const struct body_collection *body, struct arrears *a,
                                struct settled *settled_out)
{
    struct allocation allocation;
    memset(settled_out, 0, sizeof(*settled_out));
    enum till_status status = arrears_assess(site, class, on_date, a);
    if (status != TILL_OK) {
        return status;
    }
    if (body->allocation[0] != '\0') {
        return as_named(a, body, settled_out);
    }
    status = arrears_allocate(a, body->amount_minor, &allocation);
    if (status != TILL_OK) {
        return status;
    }
    if (allocation.late_fee_minor > body->late_fee_minor) {
        return by_the_paper(a, body->amount_minor, body->late_fee_minor, settled_out);
    }
    from_allocation(a, &allocation, settled_out);
    return TILL_OK;
}
