#include "settlement_held.h"

#include <string.h>

#include "money.h"
#include "posting.h"
#include "when.h"

/* ---- working it out -------------------------------------------------------------------------- */

static int64_t sum_of(const int64_t *list, size_t count)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += list[i];
    }
    return sum;
}

/* As it was before fees were held: none at all was kept in mind. */
static struct site site_of_before(const struct settlement *s, bool again)
{
    struct site site = *s->c->site;
    if (!again && (s->customer.flags & BOOK_CUSTOMER_DISPUTED) != 0) {
        site.late_fee_resident_ppm = 0;
        site.late_fee_other_ppm = 0;
        site.late_fee_cross_year_ppm = 0;
        site.late_fee_minimum_minor = 0;
    }
    return site;
}

/* A fee was due and none asked for, or a channel's payment bears what the office says; else what
 * the paper took stands, unless the answer is still owed. */
static bool may_be_disputed(const struct settlement *s, const struct settlement_in *in,
                            const struct settled *settled)
{
    bool by_office = in->holder[0] == STORE_HOLDER_MARK[0];
    return (s->customer.flags & BOOK_CUSTOMER_DISPUTED) != 0 ||
           sum_of(settled->held_minor, s->open.count) > 0 ||
           (by_office && sum_of(settled->fee_minor, s->open.count) > 0);
}

/* Who has so many open bills that those of fees would not fit is not charged. */
static void list_held(const struct settlement *s, struct settlement_held *held)
{
    bool fits = !held->claimed || 2 * s->open.count <= BILLS_MAX;
    for (size_t i = 0; i < s->open.count && fits; i++) {
        if (held->settled.held_minor[i] > 0) {
            held->rows[held->count++] =
                (struct store_held){.month = s->open.bills[i].month,
                                    .type = s->open.bills[i].type,
                                    .amount_minor = held->settled.held_minor[i],
                                    .claimed = held->claimed};
        }
    }
}

enum till_status settlement_work_out(struct settlement *s, const struct settlement_in *in,
                                     bool again, struct settlement_held *held_out)
{
    struct settlement_held *held = held_out;
    struct store_dispute dispute = {0};
    int32_t on_date = when_date(s->c->site->zone, in->at_s);
    bool before = s->c->before_held;
    struct site site = before ? site_of_before(s, again) : *s->c->site;
    memset(held, 0, sizeof(*held));
    enum till_status status =
        settle_payment(&site, s->customer.class, on_date, &in->body, &s->open, &held->settled);
    if (status != TILL_OK || before || !may_be_disputed(s, in, &held->settled)) {
        return status;
    }
    status = store_dispute_at(s->c->store, s->customer.account, in->at_s, &dispute);
    bool undecided = dispute.answered_at_s != 0 && dispute.outcome == DISPUTE_UNDECIDED;
    if (status != TILL_OK || undecided) {
        return status == TILL_NOT_FOUND ? TILL_OK : status;
    }
    held->claimed = dispute.outcome == DISPUTE_OWED;
    status =
        settle_disputed(&site, s->customer.class, on_date, &in->body, &s->open, &held->settled);
    if (status == TILL_OK && dispute.outcome != DISPUTE_PAID) {
        list_held(s, held);
    }
    return status;
}

/* ---- lines and rows -------------------------------------------------------------------------- */

/* More of it, or less. */
static enum till_status add_memo(struct settlement *s, int16_t type, int64_t amount_minor)
{
    enum till_status status =
        posting_add(s->p, amount_minor, "held_fee/%s/%d", s->customer.account, type);
    return status == TILL_OK ? posting_add(s->p, -amount_minor, "held_fee_income/%d", type)
                             : status;
}

static enum till_status add_bill(struct settlement *s, int64_t amount_minor)
{
    enum till_status status =
        posting_add(s->p, amount_minor, "receivable/%s/%d", s->customer.account, BILL_LATE_FEE);
    return status == TILL_OK ? posting_add(s->p, -amount_minor, "billed/%d", BILL_LATE_FEE)
                             : status;
}

enum till_status settlement_held_lines(struct settlement *s, const struct settlement_held *held)
{
    enum till_status status = TILL_OK;
    for (size_t i = 0; i < held->count && status == TILL_OK; i++) {
        const struct store_held *row = &held->rows[i];
        status = row->claimed ? add_bill(s, row->amount_minor)
                              : add_memo(s, row->type, row->amount_minor);
    }
    return status;
}

static enum till_status read_open(struct settlement *s)
{
    enum till_status status = store_arrears(s->c->store, s->customer.account, &s->open);
    return status == TILL_TOO_LARGE ? TILL_REFUSED : status;
}

/* The bill is there from now on, or larger. An advance that covers it whole pays it at the end. */
static enum till_status claim(struct settlement *s, const struct store_held *row)
{
    const struct bill bill = {.month = row->month,
                              .type = BILL_LATE_FEE,
                              .due_date = when_date(s->c->site->zone, s->c->now_s),
                              .amount_minor = row->amount_minor};
    enum till_status status = store_bill_claim(s->c->store, s->customer.account, &bill);
    if (status == TILL_OK) {
        status = read_open(s);
    }
    s->opened = true;
    return status == TILL_BAD_INPUT ? TILL_REFUSED : status;
}

enum till_status settlement_held_write(struct settlement *s, const char *holder, uint64_t seq,
                                       const struct settlement_held *held)
{
    if (held->count == 0) {
        return TILL_OK;
    }
    enum till_status status =
        store_held_put(s->c->store, holder, seq, s->customer.account, held->rows, held->count);
    for (size_t i = 0; i < held->count && held->claimed && status == TILL_OK; i++) {
        status = claim(s, &held->rows[i]);
    }
    return status;
}

/* ---- taking it back -------------------------------------------------------------------------- */

static int64_t open_of(const struct settlement *s, int32_t month)
{
    for (size_t i = 0; i < s->open.count; i++) {
        if (s->open.bills[i].month == month && s->open.bills[i].type == BILL_LATE_FEE) {
            return s->open.bills[i].amount_minor;
        }
    }
    return 0;
}

/* What was claimed is not owed: less is open of it, and what was paid of it is an advance. */
static enum till_status withdraw(struct settlement *s, int32_t month, int64_t amount_minor)
{
    enum till_status status = read_open(s);
    int64_t open_minor = open_of(s, month);
    int64_t less_minor = amount_minor < open_minor ? amount_minor : open_minor;
    int64_t paid_minor = amount_minor - less_minor;
    if (status == TILL_OK && less_minor > 0) {
        status =
            store_bill_withdraw(s->c->store, s->customer.account, month, BILL_LATE_FEE, less_minor);
    }
    if (status == TILL_OK && less_minor > 0) {
        status = read_open(s);
    }
    if (status == TILL_OK) {
        status = add_bill(s, -less_minor);
    }
    if (status == TILL_OK) {
        status = posting_add(s->p, paid_minor, "billed/%d", BILL_LATE_FEE);
    }
    if (status == TILL_OK) {
        status = posting_add(s->p, -paid_minor, "advance/%s", s->customer.account);
    }
    return status == TILL_OK
               ? money_add(s->customer.balance_minor, paid_minor, &s->customer.balance_minor)
               : status;
}

static enum till_status give_up(struct settlement *s, const struct store_held *row,
                                int64_t amount_minor)
{
    return row->claimed ? withdraw(s, row->month, amount_minor)
                        : add_memo(s, row->type, -amount_minor);
}

enum till_status settlement_held_lift(struct settlement *s, const struct store_payment *p)
{
    struct store_held rows[BILLS_MAX];
    size_t count = 0;
    enum till_status status = store_held_get(s->c->store, p->terminal, p->seq, rows, &count);
    for (size_t i = 0; i < count && status == TILL_OK; i++) {
        status = give_up(s, &rows[i], rows[i].amount_minor);
    }
    return status == TILL_OK && count > 0
               ? store_held_put(s->c->store, p->terminal, p->seq, s->customer.account, NULL, 0)
               : status;
}

/* amount * part / whole, rounded down; part is less than whole. */
static bool share_of(int64_t amount_minor, int64_t part, int64_t whole, int64_t *share_out)
{
    int64_t product;
    if (__builtin_mul_overflow(amount_minor, part, &product)) {
        return false;
    }
    *share_out = product / whole;
    return true;
}

enum till_status settlement_held_cut(struct settlement *s, const struct store_payment *p,
                                     const struct store_paid *bill, int64_t was_minor)
{
    struct store_held rows[BILLS_MAX];
    size_t count = 0, kept = 0;
    bool any = false;
    enum till_status status = store_held_get(s->c->store, p->terminal, p->seq, rows, &count);
    for (size_t i = 0; i < count && status == TILL_OK; i++) {
        struct store_held row = rows[i];
        if (row.month == bill->month && row.type == bill->type && bill->amount_minor < was_minor) {
            int64_t left_minor = 0;
            if (!share_of(row.amount_minor, bill->amount_minor, was_minor, &left_minor)) {
                return TILL_REFUSED;
            }
            status = give_up(s, &row, row.amount_minor - left_minor);
            row.amount_minor = left_minor;
            any = true;
        }
        if (row.amount_minor > 0) {
            rows[kept++] = row;
        }
    }
    return status == TILL_OK && any
               ? store_held_put(s->c->store, p->terminal, p->seq, s->customer.account, rows, kept)
               : status;
}

/* ---- the answer ------------------------------------------------------------------------------ */

enum till_status settlement_held_end(struct settlement *s, enum dispute_outcome outcome,
                                     int64_t *held_minor_out)
{
    struct store_held rows[BILLS_MAX];
    size_t count = 0;
    bool owed = outcome == DISPUTE_OWED;
    *held_minor_out = 0;
    enum till_status status = store_held_of(s->c->store, s->customer.account, rows, &count);
    for (size_t i = 0; i < count && status == TILL_OK; i++) {
        *held_minor_out += rows[i].amount_minor;
        status = add_memo(s, rows[i].type, -rows[i].amount_minor);
        if (status == TILL_OK && owed) {
            status = add_bill(s, rows[i].amount_minor);
        }
        if (status == TILL_OK && owed) {
            status = claim(s, &rows[i]);
        }
    }
    return status == TILL_OK && count > 0 ? store_held_end(s->c->store, s->customer.account, owed)
                                          : status;
}
