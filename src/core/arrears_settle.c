#include "arrears.h"

#include <assert.h>

#include "allocation.h"
#include "arrears_inside.h"
#include "money.h"

/* Payments that the book does not know yet, taken out of its bills; and put back again. */

/* Drop the bills that nothing is owed of. */
static void drop_settled(struct arrears *a)
{
    size_t kept = 0;
    for (size_t i = 0; i < a->count; i++) {
        if (a->bills[i].amount_minor > 0) {
            a->bills[kept++] = a->bills[i];
        }
    }
    a->count = kept;
}

enum till_status arrears_settle(struct arrears *a, int64_t amount_minor, int64_t late_fee_minor)
{
    return arrears_settle_chosen(a, amount_minor, late_fee_minor, "");
}

static void settle_bill(struct bill *bill, int64_t most_minor, int64_t *left_minor)
{
    int64_t part = bill->amount_minor;
    part = part < most_minor ? part : most_minor;
    part = part < *left_minor ? part : *left_minor;
    bill->amount_minor -= part;
    *left_minor -= part;
}

static void settle_item(struct arrears *a, const struct allocation_item *item, int64_t most_minor,
                        int64_t *left_minor)
{
    for (size_t i = 0; i < a->count; i++) {
        struct bill *bill = &a->bills[i];
        if (bill->month >= item->from && bill->month <= item->to) {
            int64_t before = *left_minor;
            settle_bill(bill, most_minor, left_minor);
            most_minor -= before - *left_minor;
        }
    }
}

enum till_status arrears_settle_chosen(struct arrears *a, int64_t amount_minor,
                                       int64_t late_fee_minor, const char *chosen)
{
    struct allocation_choice choice;
    assert(a->count <= BILLS_MAX);
    if (amount_minor <= 0 || amount_minor > MONEY_MAX_MINOR || late_fee_minor < 0 ||
        late_fee_minor > amount_minor || a->balance_minor < 0 ||
        !allocation_read(chosen, &choice)) {
        return TILL_BAD_INPUT;
    }
    int64_t owed = 0;
    int64_t left = amount_minor - late_fee_minor;
    int64_t with_balance = 0;
    for (size_t i = 0; i < a->count; i++) {
        if (a->bills[i].amount_minor < 0) {
            return TILL_BAD_INPUT;
        }
        if (money_add(owed, a->bills[i].amount_minor, &owed) != TILL_OK) {
            return TILL_E_OVERFLOW;
        }
    }
    if (money_add(left, a->balance_minor, &with_balance) != TILL_OK) {
        return TILL_E_OVERFLOW;
    }
    /* The payment settled everything, with the advance balance where it had to: as allocated. */
    if (with_balance >= owed) {
        a->balance_minor = with_balance - owed;
        a->count = 0;
        return TILL_OK;
    }
    arrears_sort(a);
    for (size_t i = 0; i < choice.count; i++) {
        bool partly = i + 1 == choice.count && choice.last_minor > 0;
        settle_item(a, &choice.items[i], partly ? choice.last_minor : INT64_MAX, &left);
    }
    for (size_t i = 0; i < a->count; i++) {
        settle_bill(&a->bills[i], INT64_MAX, &left);
    }
    drop_settled(a);
    return TILL_OK;
}

/* ---- putting back ---------------------------------------------------------------------------- */

/* Never overdue: what it fell due on is not known any more, and nobody is fined for our doubt. */
enum { NEVER_DUE = 99991231 };

static enum till_status restore_line(struct arrears *a, const struct allocation_line *line)
{
    for (size_t i = 0; i < a->count; i++) {
        struct bill *bill = &a->bills[i];
        if (bill->month == line->month && bill->type == line->type) {
            return money_add(bill->amount_minor, line->amount_minor, &bill->amount_minor);
        }
    }
    if (a->count == BILLS_MAX) {
        return TILL_TOO_LARGE;
    }
    a->bills[a->count++] = (struct bill){.month = line->month,
                                         .due_date = NEVER_DUE,
                                         .type = line->type,
                                         .energy_cwh = line->energy_cwh,
                                         .amount_minor = line->amount_minor};
    return TILL_OK;
}

enum till_status arrears_restore(struct arrears *a, const struct allocation_line *lines,
                                 size_t count, int64_t advance_minor)
{
    struct arrears restored = *a;
    int64_t balance = 0;
    enum till_status status = money_sub(a->balance_minor, advance_minor, &balance);
    for (size_t i = 0; i < count && status == TILL_OK; i++) {
        if (lines[i].amount_minor < 0) {
            return TILL_BAD_INPUT;
        }
        status = restore_line(&restored, &lines[i]);
    }
    if (status != TILL_OK) {
        return status;
    }
    /* What was advanced and is spent already is the office's to find. */
    restored.balance_minor = balance > 0 ? balance : 0;
    arrears_sort(&restored);
    *a = restored;
    return TILL_OK;
}
