#include "arrears.h"

#include <assert.h>

#include "arrears_inside.h"
#include "money.h"
#include "text.h"
#include "when.h"

enum { PPM = 1000000, MONTH_MAX = 999912 };

/* ---- late fee -------------------------------------------------------------------------------- */

static enum till_status check_bill(const struct bill *bill)
{
    bool valid = bill->amount_minor >= 0 && when_date_is_valid(bill->due_date) &&
                 bill->month <= MONTH_MAX && when_date_is_valid(bill->month * 100 + 1);
    return valid ? TILL_OK : TILL_BAD_INPUT;
}

/* Sum of the daily rates, in ppm. A debt of other customers that is carried over New Year costs
 * more from the 1st of January. */
static int64_t rate_ppm(const struct site *site, enum customer_class class, int32_t due_date,
                        int32_t on_date)
{
    int64_t days = when_days_between(due_date, on_date);
    if (class == CUSTOMER_RESIDENT) {
        return days * site->late_fee_resident_ppm;
    }
    int32_t year_end = due_date / 10000 * 10000 + 1231;
    int64_t same_year = on_date <= year_end ? days : when_days_between(due_date, year_end);
    return same_year * site->late_fee_other_ppm +
           (days - same_year) * site->late_fee_cross_year_ppm;
}

enum till_status late_fee(const struct site *site, enum customer_class class,
                          const struct bill *bill, int32_t on_date, int64_t *fee_out)
{
    enum till_status status = check_bill(bill);
    if (status != TILL_OK || !when_date_is_valid(on_date)) {
        return TILL_BAD_INPUT;
    }
    if (on_date <= bill->due_date || bill->amount_minor <= site->tolerance_minor ||
        bill->type == BILL_LATE_FEE) {
        *fee_out = 0;
        return TILL_OK;
    }
    int64_t rate = rate_ppm(site, class, bill->due_date, on_date);
    /* amount * rate / PPM in two parts, so that no product passes 64 bits. */
    int64_t fee = 0;
    int64_t below = bill->amount_minor % PPM * rate; /* < 10^6 * 4*10^12 */
    if (__builtin_mul_overflow(bill->amount_minor / PPM, rate, &fee) ||
        money_add(fee, (below + PPM / 2) / PPM, &fee) != TILL_OK || fee > MONEY_MAX_MINOR) {
        return TILL_E_OVERFLOW;
    }
    if (fee > 0 && fee < site->late_fee_minimum_minor) {
        fee = site->late_fee_minimum_minor;
    }
    *fee_out = fee;
    return TILL_OK;
}

const char *bill_type_text(int16_t type)
{
    return type == BILL_ELECTRICITY ? N_("Electricity")
           : type == BILL_LATE_FEE  ? N_("Late fee after a dispute")
                                    : NULL;
}

/* ---- what is owed ---------------------------------------------------------------------------- */

static bool is_older(const struct bill *a, const struct bill *b)
{
    if (a->month != b->month) {
        return a->month < b->month;
    }
    if (a->due_date != b->due_date) {
        return a->due_date < b->due_date;
    }
    return a->type < b->type;
}

/* By insertion: at most 64, and nearly always in order already. */
void arrears_sort(struct arrears *a)
{
    for (size_t i = 1; i < a->count; i++) {
        struct bill bill = a->bills[i];
        size_t at = i;
        for (; at > 0 && is_older(&bill, &a->bills[at - 1]); at--) {
            a->bills[at] = a->bills[at - 1];
        }
        a->bills[at] = bill;
    }
}

enum till_status arrears_assess(const struct site *site, enum customer_class class, int32_t on_date,
                                struct arrears *a)
{
    assert(a->count <= BILLS_MAX);
    if (a->balance_minor < 0 || !when_date_is_valid(on_date)) {
        return TILL_BAD_INPUT;
    }
    int64_t owed = 0;
    int64_t fees = 0;
    for (size_t i = 0; i < a->count; i++) {
        struct bill *bill = &a->bills[i];
        enum till_status status = late_fee(site, class, bill, on_date, &bill->late_fee_minor);
        if (status != TILL_OK) {
            return status;
        }
        bill->held_minor = 0;
        bill->late_days = on_date > bill->due_date ? when_days_between(bill->due_date, on_date) : 0;
        if (money_add(owed, bill->amount_minor, &owed) != TILL_OK ||
            money_add(fees, bill->late_fee_minor, &fees) != TILL_OK) {
            return TILL_E_OVERFLOW;
        }
    }
    int64_t due = 0;
    if (money_add(owed, fees, &due) != TILL_OK || due > MONEY_MAX_MINOR) {
        return TILL_E_OVERFLOW;
    }
    arrears_sort(a);
    a->owed_minor = owed;
    a->late_fee_minor = fees;
    a->due_minor = due > a->balance_minor ? due - a->balance_minor : 0;
    return TILL_OK;
}

void arrears_hold_fees(struct arrears *a)
{
    for (size_t i = 0; i < a->count; i++) {
        a->bills[i].held_minor = a->bills[i].late_fee_minor;
    }
    arrears_waive_fees(a);
}

void arrears_waive_fees(struct arrears *a)
{
    for (size_t i = 0; i < a->count; i++) {
        a->bills[i].late_fee_minor = 0;
    }
    a->late_fee_minor = 0;
    a->due_minor = a->owed_minor > a->balance_minor ? a->owed_minor - a->balance_minor : 0;
}
