#include "arrears.h"

#include <assert.h>

#include "money.h"
#include "when.h"

enum { PPM = 1000000, MONTH_MAX = 999912 };

/* part * of / whole, rounded half up, without the 128 bits that not every target has.
 * part and of are at most whole, whole below 2^62. */
static int64_t share(int64_t part, int64_t of, int64_t whole)
{
    assert(part >= 0 && of >= 0 && part <= whole && of <= whole && whole > 0);
    assert(whole < INT64_C(1) << 62);
    int64_t quotient = 0;
    int64_t rest = 0;
    /* Long multiplication from the top bit: quotient * whole + rest is what is done so far. */
    for (int bit = 61; bit >= 0; bit--) {
        quotient *= 2;
        rest *= 2;
        if (rest >= whole) {
            rest -= whole;
            quotient++;
        }
        if ((part >> bit & 1) != 0) {
            rest += of;
            if (rest >= whole) {
                rest -= whole;
                quotient++;
            }
        }
    }
    return rest >= whole - rest ? quotient + 1 : quotient;
}

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
    if (on_date <= bill->due_date) {
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
static void sort_bills(struct arrears *a)
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
    sort_bills(a);
    a->owed_minor = owed;
    a->late_fee_minor = fees;
    a->due_minor = due > a->balance_minor ? due - a->balance_minor : 0;
    return TILL_OK;
}

/* ---- where a payment goes -------------------------------------------------------------------- */

static bool is_assessed(const struct arrears *a)
{
    int64_t owed = 0;
    int64_t fees = 0;
    for (size_t i = 0; i < a->count; i++) {
        owed += a->bills[i].amount_minor;
        fees += a->bills[i].late_fee_minor;
    }
    return owed == a->owed_minor && fees == a->late_fee_minor;
}

/* Put up to `left` towards one bill and its fee; returns what it took. */
static int64_t pay_bill(const struct bill *bill, int64_t left_minor, struct allocation *out)
{
    int64_t cost = bill->amount_minor + bill->late_fee_minor;
    int64_t paid = left_minor < cost ? left_minor : cost;
    if (paid == 0) {
        return 0;
    }
    int64_t fee = share(paid, bill->late_fee_minor, cost);
    out->lines[out->count++] = (struct allocation_line){
        .month = bill->month,
        .type = bill->type,
        .energy_cwh = bill->energy_cwh,
        .late_days = bill->late_days,
        .amount_minor = paid - fee,
        .late_fee_minor = fee,
        .whole = paid == cost,
    };
    out->bills_minor += paid - fee;
    out->late_fee_minor += fee;
    return paid;
}

enum till_status arrears_allocate(const struct arrears *a, int64_t amount_minor,
                                  struct allocation *allocation_out)
{
    assert(a->count <= BILLS_MAX && is_assessed(a));
    if (amount_minor <= 0 || amount_minor > MONEY_MAX_MINOR) {
        return TILL_BAD_INPUT;
    }
    int64_t total = a->owed_minor + a->late_fee_minor; /* arrears_assess saw that it fits */
    int64_t with_balance = 0;
    if (money_add(amount_minor, a->balance_minor, &with_balance) != TILL_OK) {
        return TILL_E_OVERFLOW;
    }
    *allocation_out = (struct allocation){0};
    struct allocation *out = allocation_out;
    if (amount_minor < total && with_balance >= total) {
        out->balance_used_minor = total - amount_minor;
    }
    int64_t left = amount_minor + out->balance_used_minor;
    for (size_t i = 0; i < a->count; i++) {
        left -= pay_bill(&a->bills[i], left, out);
    }
    out->advance_minor = left;
    out->still_owed_minor = total - out->bills_minor - out->late_fee_minor;
    out->balance_after_minor = a->balance_minor - out->balance_used_minor + out->advance_minor;
    return TILL_OK;
}

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
    assert(a->count <= BILLS_MAX);
    if (amount_minor <= 0 || amount_minor > MONEY_MAX_MINOR || late_fee_minor < 0 ||
        late_fee_minor > amount_minor || a->balance_minor < 0) {
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
    sort_bills(a);
    for (size_t i = 0; i < a->count && left > 0; i++) {
        struct bill *bill = &a->bills[i];
        int64_t part = left < bill->amount_minor ? left : bill->amount_minor;
        bill->amount_minor -= part;
        left -= part;
    }
    drop_settled(a);
    return TILL_OK;
}
