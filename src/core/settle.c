#include "settle.h"

#include <assert.h>
#include <string.h>

#include "arrears_inside.h"
#include "money.h"

static void from_allocation(const struct arrears *a, const struct allocation *allocation,
                            struct settled *s)
{
    /* Lines stand in the order of the bills; one of nothing has none. */
    for (size_t i = 0, j = 0; i < a->count && j < allocation->count; i++) {
        const struct allocation_line *line = &allocation->lines[j];
        if (a->bills[i].amount_minor > 0 && line->month == a->bills[i].month &&
            line->type == a->bills[i].type) {
            s->paid_minor[i] = line->amount_minor;
            s->fee_minor[i] = line->late_fee_minor;
            s->held_minor[i] = line->held_minor;
            j++;
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
    for (size_t i = 0; i < a->count; i++) {
        int64_t held = arrears_held_share(&a->bills[i], s->paid_minor[i]);
        s->held_minor[i] = held > s->fee_minor[i] ? held - s->fee_minor[i] : 0;
    }
    return money_add(a->balance_minor, left, &s->balance_minor);
}

/* By assessed arrears. */
static enum till_status settle(const struct body_collection *body, struct arrears *a,
                               struct settled *settled_out)
{
    struct allocation allocation;
    enum till_status status;
    bool chosen = body->allocation[0] != '\0';
    status = chosen ? arrears_allocate_chosen(a, body->amount_minor, body->allocation, &allocation)
                    : arrears_allocate(a, body->amount_minor, &allocation);
    /* Months that were chosen at the door and paid elsewhere meanwhile: the money is the
     * customer's, and goes where it is still owed. */
    bool gone = chosen && status == TILL_BAD_INPUT;
    /* None was asked for at the door, so the money went by that: a holder before had not reported,
     * or a dispute was not known here yet. */
    if (!gone && status == TILL_OK && body->late_fee_minor == 0 && allocation.late_fee_minor > 0) {
        arrears_hold_fees(a);
        status = chosen
                     ? arrears_allocate_chosen(a, body->amount_minor, body->allocation, &allocation)
                     : arrears_allocate(a, body->amount_minor, &allocation);
    }
    if (gone || (status == TILL_OK && allocation.late_fee_minor > body->late_fee_minor)) {
        return by_the_paper(a, body->amount_minor, body->late_fee_minor, settled_out);
    }
    if (status == TILL_OK) {
        from_allocation(a, &allocation, settled_out);
    }
    return status;
}

enum till_status settle_payment(const struct site *site, enum customer_class class, int32_t on_date,
                                const struct body_collection *body, struct arrears *a,
                                struct settled *settled_out)
{
    memset(settled_out, 0, sizeof(*settled_out));
    enum till_status status = arrears_assess(site, class, on_date, a);
    return status == TILL_OK ? settle(body, a, settled_out) : status;
}

enum till_status settle_disputed(const struct site *site, enum customer_class class,
                                 int32_t on_date, const struct body_collection *body,
                                 struct arrears *a, struct settled *settled_out)
{
    memset(settled_out, 0, sizeof(*settled_out));
    enum till_status status = arrears_assess(site, class, on_date, a);
    if (status == TILL_OK) {
        arrears_hold_fees(a);
        status = settle(body, a, settled_out);
    }
    return status;
}

void settle_apply(const struct settled *settled, struct arrears *a)
{
    size_t kept = 0;
    for (size_t i = 0; i < a->count; i++) {
        a->bills[i].amount_minor -= settled->paid_minor[i];
        assert(a->bills[i].amount_minor >= 0);
        if (a->bills[i].amount_minor > 0) {
            a->bills[kept++] = a->bills[i];
        }
    }
    a->count = kept;
    a->balance_minor = settled->balance_minor;
}
