#include "arrears.h"

#include "arrears_inside.h"
#include "money.h"

/* A payment that was reversed, put back into the bills. */

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
