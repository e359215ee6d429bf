#include "arrears.h"

#include <assert.h>
#include <string.h>

#include "allocation.h"
#include "arrears_inside.h"
#include "money.h"

/* Where a payment goes: oldest first, or to chosen months. */

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

static int64_t cost_of(const struct bill *bill)
{
    return bill->amount_minor + bill->late_fee_minor;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ---- allocating ------------------------------------------------------------------------------ */

/* What goes to each bill, its fee included. */
struct payment {
    const struct arrears *arrears;
    int64_t paid_minor[BILLS_MAX];
    int64_t left_minor;
};

/* Up to most_minor more towards one bill. */
static int64_t pay(struct payment *p, size_t i, int64_t most_minor)
{
    int64_t open = cost_of(&p->arrears->bills[i]) - p->paid_minor[i];
    int64_t part = least(open, least(most_minor, p->left_minor));
    p->paid_minor[i] += part;
    p->left_minor -= part;
    return part;
}

/* What is held back of a bill goes with the part that is paid, as a fee would. It may be more than
 * the bill itself. */
int64_t arrears_held_share(const struct bill *bill, int64_t paid_minor)
{
    if (bill->held_minor == 0) {
        return 0;
    }
    assert(bill->late_fee_minor == 0 && bill->amount_minor > 0);
    int64_t times = bill->held_minor / bill->amount_minor;
    return times * paid_minor +
           share(paid_minor, bill->held_minor % bill->amount_minor, bill->amount_minor);
}

static void add_line(const struct bill *bill, int64_t paid_minor, struct allocation *out)
{
    int64_t cost = cost_of(bill);
    int64_t fee = share(paid_minor, bill->late_fee_minor, cost);
    out->lines[out->count++] = (struct allocation_line){
        .month = bill->month,
        .type = bill->type,
        .energy_cwh = bill->energy_cwh,
        .late_days = bill->late_days,
        .amount_minor = paid_minor - fee,
        .late_fee_minor = fee,
        .held_minor = arrears_held_share(bill, paid_minor),
        .whole = paid_minor == cost,
    };
    out->bills_minor += paid_minor - fee;
    out->late_fee_minor += fee;
    out->held_minor += out->lines[out->count - 1].held_minor;
}

/* Pay what is left oldest first, and say what became of everything. */
static void finish(struct payment *p, int64_t balance_used_minor, struct allocation *out)
{
    const struct arrears *a = p->arrears;
    *out = (struct allocation){.balance_used_minor = balance_used_minor};
    for (size_t i = 0; i < a->count; i++) {
        (void)pay(p, i, p->left_minor);
        if (p->paid_minor[i] > 0) {
            add_line(&a->bills[i], p->paid_minor[i], out);
        }
    }
    out->advance_minor = p->left_minor;
    out->still_owed_minor =
        a->owed_minor + a->late_fee_minor - out->bills_minor - out->late_fee_minor;
    out->balance_after_minor = a->balance_minor - balance_used_minor + out->advance_minor;
}

/* The money, and the balance with it where both together settle everything. */
static enum till_status begin(const struct arrears *a, int64_t amount_minor, struct payment *p,
                              int64_t *balance_used_out)
{
    assert(a->count <= BILLS_MAX && is_assessed(a));
    int64_t total = a->owed_minor + a->late_fee_minor; /* arrears_assess saw that it fits */
    int64_t with_balance = 0;
    if (amount_minor <= 0 || amount_minor > MONEY_MAX_MINOR) {
        return TILL_BAD_INPUT;
    }
    if (money_add(amount_minor, a->balance_minor, &with_balance) != TILL_OK) {
        return TILL_E_OVERFLOW;
    }
    bool together = amount_minor < total && with_balance >= total;
    *balance_used_out = together ? total - amount_minor : 0;
    *p = (struct payment){.arrears = a, .left_minor = amount_minor + *balance_used_out};
    return TILL_OK;
}

enum till_status arrears_allocate(const struct arrears *a, int64_t amount_minor,
                                  struct allocation *allocation_out)
{
    struct payment p;
    int64_t balance_used = 0;
    enum till_status status = begin(a, amount_minor, &p, &balance_used);
    if (status == TILL_OK) {
        finish(&p, balance_used, allocation_out);
    }
    return status;
}

static bool is_within(const struct bill *bill, const struct allocation_item *item)
{
    return bill->month >= item->from && bill->month <= item->to;
}

/* Both ends of it are months that something is owed of. */
static bool has_bills(const struct arrears *a, const struct allocation_item *item)
{
    bool from = false;
    bool to = false;
    for (size_t i = 0; i < a->count; i++) {
        from = from || a->bills[i].month == item->from;
        to = to || a->bills[i].month == item->to;
    }
    return from && to;
}

/* At most most_minor for one item; false: there is not enough for it. */
static bool pay_item(struct payment *p, const struct allocation_item *item, int64_t most_minor)
{
    const struct arrears *a = p->arrears;
    int64_t left = most_minor;
    for (size_t i = 0; i < a->count; i++) {
        if (!is_within(&a->bills[i], item)) {
            continue;
        }
        int64_t wanted = least(left, cost_of(&a->bills[i]));
        if (pay(p, i, wanted) != wanted) {
            return false;
        }
        left -= wanted;
    }
    return true;
}

enum till_status arrears_allocate_chosen(const struct arrears *a, int64_t amount_minor,
                                         const char *chosen, struct allocation *allocation_out)
{
    struct allocation_choice choice;
    struct payment p;
    int64_t balance_used = 0;
    enum till_status status = begin(a, amount_minor, &p, &balance_used);
    if (status != TILL_OK) {
        return status;
    }
    if (!allocation_read(chosen, &choice)) {
        return TILL_BAD_INPUT;
    }
    for (size_t i = 0; i < choice.count; i++) {
        bool partly = i + 1 == choice.count && choice.last_minor > 0;
        int64_t most = partly ? choice.last_minor : INT64_MAX;
        if (!has_bills(a, &choice.items[i]) || !pay_item(&p, &choice.items[i], most)) {
            return TILL_BAD_INPUT;
        }
    }
    finish(&p, balance_used, allocation_out);
    return TILL_OK;
}

/* ---- writing a choice ------------------------------------------------------------------------ */

static bool same_month(const struct arrears *a, size_t i, size_t j)
{
    return i < a->count && j < a->count && a->bills[i].month == a->bills[j].month;
}

/* A month is chosen whole: its bills stand together. */
static void choose_months(const struct arrears *a, const bool chosen[BILLS_MAX],
                          bool whole_out[BILLS_MAX])
{
    for (size_t i = 0; i < a->count;) {
        bool any = false;
        size_t end = i;
        for (; same_month(a, i, end); end++) {
            any = any || chosen[end];
        }
        for (; i < end; i++) {
            whole_out[i] = any;
        }
    }
}

/* The oldest and no gap: that is where money goes anyway. */
static bool is_oldest_first(const struct arrears *a, const bool chosen[BILLS_MAX])
{
    for (size_t i = 1; i < a->count; i++) {
        if (chosen[i] && !chosen[i - 1]) {
            return false;
        }
    }
    return a->count == 0 || chosen[0];
}

static void put_months(struct buffer *out, const struct bill *from, const struct bill *to)
{
    if (out->size > 0) {
        buffer_put_text(out, ",");
    }
    buffer_put_decimal(out, from->month);
    if (to->month != from->month) {
        buffer_put_text(out, "-");
        buffer_put_decimal(out, to->month);
    }
}

/* Ranges of bills that stand together, until left_minor is spent; the last may get less. */
static void put_choice(const struct arrears *a, const bool chosen[BILLS_MAX], int64_t left_minor,
                       struct buffer *out)
{
    for (size_t i = 0; i < a->count && left_minor > 0; i++) {
        if (!chosen[i]) {
            continue;
        }
        size_t first = i;
        int64_t cost = cost_of(&a->bills[i]);
        for (; i + 1 < a->count && chosen[i + 1]; i++) {
            cost += cost_of(&a->bills[i + 1]);
        }
        put_months(out, &a->bills[first], &a->bills[i]);
        if (cost > left_minor) {
            buffer_put_text(out, ":");
            buffer_put_decimal(out, left_minor);
        }
        left_minor -= least(cost, left_minor);
    }
}

enum till_status allocation_write_part(const struct arrears *a, const bool chosen[BILLS_MAX],
                                       int64_t amount_minor, char text_out[ALLOCATION_MAX],
                                       int64_t *due_minor_out)
{
    assert(a->count <= BILLS_MAX && is_assessed(a));
    bool whole[BILLS_MAX] = {false};
    char text[ALLOCATION_MAX];
    struct buffer out;
    int64_t due = 0;
    bool any = false;
    choose_months(a, chosen, whole);
    for (size_t i = 0; i < a->count; i++) {
        due += whole[i] ? cost_of(&a->bills[i]) : 0;
        any = any || whole[i];
    }
    buffer_init(&out, text, sizeof(text) - 1);
    if (any && !is_oldest_first(a, whole)) {
        put_choice(a, whole, least(amount_minor, due), &out);
    }
    if (buffer_status(&out) != TILL_OK) {
        return TILL_TOO_LARGE;
    }
    text[out.size] = '\0';
    memcpy(text_out, text, out.size + 1);
    *due_minor_out = due;
    return TILL_OK;
}

enum till_status allocation_write(const struct arrears *a, const bool chosen[BILLS_MAX],
                                  char text_out[ALLOCATION_MAX], int64_t *due_minor_out)
{
    return allocation_write_part(a, chosen, INT64_MAX, text_out, due_minor_out);
}
