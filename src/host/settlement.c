#include "settlement.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger_inside.h"
#include "log.h"
#include "money.h"
#include "posting.h"
#include "settlement_held.h"
#include "store_correction.h"
#include "store_recover.h"
#include "text.h"
#include "when.h"

/* ---- what was posted ------------------------------------------------------------------------- */

int64_t settlement_sum(const struct store_posting *p, const char *prefix)
{
    int64_t sum = 0;
    for (size_t i = 0; i < p->count; i++) {
        if (strncmp(p->lines[i].account, prefix, strlen(prefix)) == 0) {
            sum += p->lines[i].amount_minor;
        }
    }
    return sum;
}

int64_t settlement_taken(const struct store_posting *p)
{
    return settlement_sum(p, "cash/") + settlement_sum(p, "cheque/") +
           settlement_sum(p, "tender/") + settlement_sum(p, "channel/");
}

void settlement_source(const char *holder, uint64_t seq, char out[48])
{
    if (holder[0] != STORE_HOLDER_MARK[0]) {
        ledger_source_of_entry(holder, seq, out);
    } else if (holder[1] == '\0') {
        (void)snprintf(out, 48, "correction/%llu", (unsigned long long)seq);
    } else {
        (void)snprintf(out, 48, "channel/%s/%llu", holder + 1, (unsigned long long)seq);
    }
}

/* A transfer's posting holds two accounts' lines and no money that was taken: its row says it. */
static enum till_status amount_of(const struct ledger_context *c, struct settlement_paid *paid)
{
    const struct store_payment *p = &paid->payment;
    struct store_correction correction;
    if (strcmp(p->terminal, STORE_HOLDER_MARK) != 0) {
        paid->amount_minor = settlement_taken(&paid->posted);
        return TILL_OK;
    }
    enum till_status status = store_correction_get(c->store, (int64_t)p->seq, &correction);
    if (status == TILL_OK) {
        paid->amount_minor = correction.amount_minor;
    }
    return status;
}

static enum till_status without_cheque(const struct ledger_context *c, struct settlement_paid *paid)
{
    char source[48];
    struct store_posting returned;
    bool moved = strcmp(paid->payment.terminal, STORE_HOLDER_MARK) == 0;
    if (!moved && settlement_sum(&paid->posted, "cheque/") == 0) {
        return TILL_OK;
    }
    ledger_source_of_cheque(paid->payment.terminal, paid->payment.seq, source);
    enum till_status status = store_posting_of(c->store, source, &returned);
    if (status == TILL_OK) {
        paid->cheque_returned = true;
        paid->amount_minor += settlement_sum(&returned, "cheque/");
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status settlement_load(const struct ledger_context *c, const char *holder, uint64_t seq,
                                 struct settlement_paid *paid_out)
{
    char source[48];
    memset(paid_out, 0, sizeof(*paid_out));
    enum till_status status = store_payment_get(c->store, holder, seq, &paid_out->payment);
    settlement_source(holder, seq, source);
    if (status == TILL_OK) {
        status = store_posting_of(c->store, source, &paid_out->posted);
    }
    if (status == TILL_OK) {
        status = ledger_follow_claim(c->store, holder, seq, &paid_out->posted);
    }
    if (status == TILL_OK) {
        paid_out->at_s = paid_out->posted.value_at_s;
        status = amount_of(c, paid_out);
    }
    return status == TILL_OK ? without_cheque(c, paid_out) : status;
}

static enum till_status paper_entry(struct store *s, const char *terminal, uint64_t seq,
                                    struct entry *entry_out)
{
    struct store_recovered paper;
    enum till_status status = store_recovered_next(s, terminal, seq - 1, NULL, &paper);
    if (status == TILL_OK && paper.entry.seq != seq) {
        status = TILL_NOT_FOUND;
    }
    if (status == TILL_OK) {
        *entry_out = paper.entry;
    }
    return status;
}

enum till_status settlement_entry(const struct ledger_context *c,
                                  const struct settlement_paid *paid, struct entry *entry_out)
{
    const struct store_payment *p = &paid->payment;
    struct store *journals = c->journals != NULL ? c->journals : c->store;
    /* What its journal told since may be another record of that number: the paper was posted. */
    enum till_status status = ledger_is_papers(&paid->posted)
                                  ? paper_entry(journals, p->terminal, p->seq, entry_out)
                                  : store_entry_get(journals, p->terminal, p->seq, entry_out);
    return status == TILL_NOT_FOUND ? TILL_E_CORRUPT : status;
}

/* ---- bills and lines ------------------------------------------------------------------------- */

enum till_status settlement_begin(struct settlement *s, const struct ledger_context *c,
                                  const char *account, struct store_posting *p)
{
    memset(s, 0, sizeof(*s));
    s->c = c;
    s->p = p;
    enum till_status status = store_customer_get(c->store, account, &s->customer);
    return status == TILL_OK ? store_arrears(c->store, account, &s->open) : status;
}

static enum till_status add_receivable(struct settlement *s, int16_t type, int64_t amount_minor)
{
    return posting_add(s->p, amount_minor, "receivable/%s/%d", s->customer.account, type);
}

static enum till_status add_advance(struct settlement *s, int64_t amount_minor)
{
    return posting_add(s->p, amount_minor, "advance/%s", s->customer.account);
}

/* Part of a bill stands open again. TILL_REFUSED: the customer can't have more open bills. */
static enum till_status open_bill(struct settlement *s, int32_t month, int16_t type,
                                  int64_t amount_minor)
{
    size_t at = 0;
    if (amount_minor == 0) {
        return TILL_OK;
    }
    while (at < s->open.count &&
           (s->open.bills[at].month != month || s->open.bills[at].type != type)) {
        at++;
    }
    if (at == BILLS_MAX) {
        return TILL_REFUSED;
    }
    struct bill open = {.month = month, .type = type, .amount_minor = amount_minor};
    if (at < s->open.count) {
        open = s->open.bills[at];
        if (money_add(open.amount_minor, amount_minor, &open.amount_minor) != TILL_OK) {
            return TILL_REFUSED;
        }
    }
    enum till_status status = store_bill_open_set(s->c->store, s->customer.account, &open);
    if (status != TILL_OK) {
        return status == TILL_BAD_INPUT ? TILL_REFUSED : status;
    }
    s->opened = true;
    /* Anew: its due date came back with it. */
    status = store_arrears(s->c->store, s->customer.account, &s->open);
    return status == TILL_TOO_LARGE ? TILL_REFUSED : status;
}

static enum till_status put_open(struct settlement *s, size_t i, int64_t paid_minor)
{
    struct bill open = s->open.bills[i];
    open.amount_minor -= paid_minor;
    return store_bill_open_set(s->c->store, s->customer.account, &open);
}

/* ---- the advance balance --------------------------------------------------------------------- */

/* `amount_minor` of a bill is no longer paid by the balance. */
static enum till_status give_back_to_balance(struct settlement *s, int32_t month, int16_t type,
                                             int64_t amount_minor)
{
    enum till_status status = open_bill(s, month, type, amount_minor);
    if (status == TILL_OK) {
        status = add_receivable(s, type, amount_minor);
    }
    if (status == TILL_OK) {
        status = add_advance(s, -amount_minor);
    }
    s->customer.balance_minor += amount_minor;
    return status;
}

static int64_t shortfall(const struct settlement *s)
{
    return s->customer.balance_minor < 0 ? -s->customer.balance_minor : 0;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* What a payment settled beyond its own amount was the balance's. */
static enum till_status open_what_it_helped(struct settlement *s, struct settlement_paid *paid)
{
    int64_t settled = 0;
    for (size_t i = 0; i < paid->payment.count; i++) {
        settled += paid->payment.bills[i].amount_minor + paid->payment.bills[i].late_fee_minor;
    }
    int64_t left = least(settled - paid->amount_minor, shortfall(s));
    bool any = left > 0;
    enum till_status status = TILL_OK;
    for (size_t i = paid->payment.count; i-- > 0 && left > 0 && status == TILL_OK;) {
        struct store_paid *bill = &paid->payment.bills[i];
        int64_t part = least(bill->amount_minor, left);
        bill->amount_minor -= part;
        left -= part;
        status = give_back_to_balance(s, bill->month, bill->type, part);
        if (status == TILL_OK) {
            status = settlement_held_cut(s, &paid->payment, bill, bill->amount_minor + part);
        }
    }
    return any && status == TILL_OK ? store_payment_settle(s->c->store, &paid->payment) : status;
}

static enum till_status open_helped(struct settlement *s)
{
    struct settlement_paid *paid = calloc(1, sizeof(*paid));
    enum till_status status = paid == NULL ? TILL_E_MEMORY : TILL_OK;
    while (status == TILL_OK && shortfall(s) > 0) {
        char holder[TERMINAL_MAX];
        uint64_t seq = paid->payment.seq;
        text_copy(holder, sizeof(holder), paid->payment.terminal);
        status = store_payment_next(s->c->store, s->customer.account, holder, seq, &paid->payment);
        if (status == TILL_OK) {
            text_copy(holder, sizeof(holder), paid->payment.terminal);
            status = settlement_load(s->c, holder, paid->payment.seq, paid);
        }
        if (status == TILL_OK) {
            status = open_what_it_helped(s, paid);
        }
    }
    free(paid);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* The balance can't be below zero: what it paid is opened, the newest bill first. */
static enum till_status cover_shortfall(struct settlement *s)
{
    struct store_paid paid[BILLS_MAX];
    size_t count = 0;
    if (shortfall(s) == 0) {
        return TILL_OK;
    }
    enum till_status status = store_from_balance(s->c->store, s->customer.account, paid, &count);
    for (size_t i = 0; i < count && shortfall(s) > 0 && status == TILL_OK; i++) {
        status = give_back_to_balance(s, paid[i].month, paid[i].type,
                                      least(paid[i].amount_minor, shortfall(s)));
    }
    if (status == TILL_OK && shortfall(s) > 0) {
        status = open_helped(s);
    }
    return status == TILL_OK && shortfall(s) > 0 ? TILL_REFUSED : status;
}

/* What was opened and the balance covers whole, oldest first. */
static enum till_status settle_from_balance(struct settlement *s)
{
    enum till_status status = TILL_OK;
    for (size_t i = 0; i < s->open.count && status == TILL_OK; i++) {
        int64_t amount = s->open.bills[i].amount_minor;
        if (amount > s->customer.balance_minor) {
            continue;
        }
        status = put_open(s, i, amount);
        if (status == TILL_OK) {
            status = add_receivable(s, s->open.bills[i].type, -amount);
        }
        if (status == TILL_OK) {
            status = add_advance(s, amount);
        }
        s->customer.balance_minor -= amount;
    }
    return status;
}

enum till_status settlement_end(struct settlement *s)
{
    enum till_status status = cover_shortfall(s);
    if (status == TILL_OK && s->opened) {
        status = store_arrears(s->c->store, s->customer.account, &s->open);
    }
    if (status == TILL_OK && s->opened) {
        status = settle_from_balance(s);
    }
    if (status == TILL_OK && s->customer.balance_minor > MONEY_MAX_MINOR) {
        status = TILL_LIMIT_REACHED;
    }
    if (status == TILL_OK) {
        status = store_customer_put(s->c->store, &s->customer);
    }
    return status == TILL_UNCHANGED ? TILL_OK : status;
}

/* ---- one payment in -------------------------------------------------------------------------- */

/* One that is being settled. */
struct settling {
    struct store_payment kept;
    struct settlement_held held;
};

/* Settle against what stands open now: the lines, and in *one what it settled. */
static enum till_status settle_one(struct settlement *s, const struct settlement_in *in, bool again,
                                   struct settling *one)
{
    const struct settled *settled = &one->held.settled;
    struct store_payment *kept = &one->kept;
    struct arrears *a = &s->open;
    a->balance_minor = s->customer.balance_minor;
    enum till_status status = settlement_work_out(s, in, again, &one->held);
    if (status != TILL_OK) {
        return status == TILL_BAD_INPUT || status == TILL_E_OVERFLOW ? TILL_REFUSED : status;
    }
    /* More than any customer can have: before anything is written. */
    if (settled->balance_minor > MONEY_MAX_MINOR) {
        return TILL_LIMIT_REACHED;
    }
    kept->count = 0;
    for (size_t i = 0; i < a->count && status == TILL_OK; i++) {
        const struct bill *bill = &a->bills[i];
        if (settled->paid_minor[i] == 0 && settled->fee_minor[i] == 0) {
            continue;
        }
        kept->bills[kept->count++] = (struct store_paid){.month = bill->month,
                                                         .type = bill->type,
                                                         .amount_minor = settled->paid_minor[i],
                                                         .late_fee_minor = settled->fee_minor[i]};
        status = add_receivable(s, bill->type, -settled->paid_minor[i]);
        if (status == TILL_OK) {
            status = posting_add(s->p, -settled->fee_minor[i], "late_fee/%d", bill->type);
        }
    }
    if (status == TILL_OK) {
        status = add_advance(s, s->customer.balance_minor - settled->balance_minor);
    }
    if (status == TILL_OK) {
        status = settlement_held_lines(s, &one->held);
    }
    s->customer.balance_minor = settled->balance_minor;
    return status == TILL_E_OVERFLOW || status == TILL_TOO_LARGE ? TILL_REFUSED : status;
}

static enum till_status write_settled(struct settlement *s, const struct settling *one)
{
    const struct store_payment *kept = &one->kept;
    enum till_status status = TILL_OK;
    for (size_t i = 0; i < s->open.count && status == TILL_OK; i++) {
        const struct bill *bill = &s->open.bills[i];
        for (size_t j = 0; j < kept->count && status == TILL_OK; j++) {
            const struct store_paid *paid = &kept->bills[j];
            if (paid->month == bill->month && paid->type == bill->type && paid->amount_minor != 0) {
                status = put_open(s, i, paid->amount_minor);
            }
        }
    }
    return status == TILL_OK ? settlement_held_write(s, kept->terminal, kept->seq, &one->held)
                             : status;
}

/* It settles nothing any more: its bills stand open, its advance is gone. */
static enum till_status lift(struct settlement *s, const struct settlement_paid *paid)
{
    const struct store_payment *p = &paid->payment;
    int64_t settled = 0;
    enum till_status status = TILL_OK;
    for (size_t i = 0; i < p->count && status == TILL_OK; i++) {
        const struct store_paid *bill = &p->bills[i];
        settled += bill->amount_minor + bill->late_fee_minor;
        status = open_bill(s, bill->month, bill->type, bill->amount_minor);
        if (status == TILL_OK) {
            status = add_receivable(s, bill->type, bill->amount_minor);
        }
        if (status == TILL_OK) {
            status = posting_add(s->p, bill->late_fee_minor, "late_fee/%d", bill->type);
        }
    }
    int64_t advance = paid->amount_minor - settled;
    if (status == TILL_OK) {
        status = settlement_held_lift(s, p);
    }
    if (status == TILL_OK) {
        status = add_advance(s, advance);
    }
    if (status == TILL_OK &&
        money_sub(s->customer.balance_minor, advance, &s->customer.balance_minor) != TILL_OK) {
        status = TILL_E_OVERFLOW;
    }
    return status == TILL_E_OVERFLOW || status == TILL_TOO_LARGE ? TILL_REFUSED : status;
}

/* ---- payments that were posted and are later ------------------------------------------------- */

struct later {
    struct settlement_paid *paid;
    size_t count;
};

static int newest_first(const void *a, const void *b)
{
    const struct settlement_paid *one = a, *two = b;
    if (one->at_s != two->at_s) {
        return one->at_s > two->at_s ? -1 : 1;
    }
    int order = strcmp(two->payment.terminal, one->payment.terminal);
    return order != 0 ? order : (two->payment.seq > one->payment.seq) * 2 - 1;
}

/* All that stand and were handed over on a later day. */
static enum till_status find_later(const struct settlement *s, int32_t on_date, struct later *later)
{
    struct store_payment at = {0};
    enum till_status status = TILL_OK;
    later->paid = calloc(SETTLEMENT_LATER_MAX, sizeof(*later->paid));
    later->count = 0;
    if (later->paid == NULL) {
        return TILL_E_MEMORY;
    }
    while (status == TILL_OK) {
        struct settlement_paid *paid = &later->paid[later->count];
        status = store_payment_next(s->c->store, s->customer.account, at.terminal, at.seq, &at);
        if (status == TILL_OK) {
            status = settlement_load(s->c, at.terminal, at.seq, paid);
        }
        if (status == TILL_OK && when_date(s->c->site->zone, paid->at_s) > on_date &&
            ++later->count == SETTLEMENT_LATER_MAX) {
            /* So much since is no customer: what came first stays first. */
            log_warning("account %s has too many later payments: none is settled again",
                        s->customer.account);
            later->count = 0;
            return TILL_OK;
        }
    }
    qsort(later->paid, later->count, sizeof(*later->paid), newest_first);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* As it was taken: what months were chosen, and never more fee than it bore. */
static enum till_status body_of(const struct settlement *s, const struct settlement_paid *paid,
                                struct settlement_in *in)
{
    struct entry e;
    memset(in, 0, sizeof(*in));
    text_copy(in->holder, sizeof(in->holder), paid->payment.terminal);
    in->seq = paid->payment.seq;
    in->at_s = paid->at_s;
    enum till_status status = TILL_OK;
    if (in->holder[0] != STORE_HOLDER_MARK[0]) {
        status = settlement_entry(s->c, paid, &e);
        if (status == TILL_OK) {
            status = entry_read_payment(&e, &in->body, NULL);
        }
    }
    in->body.amount_minor = paid->amount_minor;
    in->body.late_fee_minor = 0;
    for (size_t i = 0; i < paid->payment.count; i++) {
        in->body.late_fee_minor += paid->payment.bills[i].late_fee_minor;
    }
    return status;
}

static enum till_status settle_again(struct settlement *s, struct settlement_paid *paid)
{
    struct settlement_in in;
    struct settling one = {.kept = paid->payment};
    enum till_status status = body_of(s, paid, &in);
    if (status == TILL_OK) {
        status = store_arrears(s->c->store, s->customer.account, &s->open);
    }
    if (status == TILL_OK) {
        status = settle_one(s, &in, true, &one);
    }
    if (status == TILL_OK) {
        status = write_settled(s, &one);
    }
    return status == TILL_OK ? store_payment_settle(s->c->store, &one.kept) : status;
}

/* ---- all together ---------------------------------------------------------------------------- */

static enum till_status lift_later(struct settlement *s, struct settlement_paid *paid)
{
    struct store_payment nothing = paid->payment;
    nothing.count = 0;
    enum till_status status = lift(s, paid);
    return status == TILL_OK ? store_payment_settle(s->c->store, &nothing) : status;
}

static void name_payment(const struct settlement *s, const struct settlement_in *in,
                         struct store_payment *kept)
{
    memset(kept, 0, sizeof(*kept));
    kept->seq = in->seq;
    kept->before_date = s->customer.last_paid_date;
    kept->before_minor = s->customer.last_paid_minor;
    text_copy(kept->terminal, sizeof(kept->terminal), in->holder);
    text_copy(kept->account, sizeof(kept->account), s->customer.account);
}

static void note_last_paid(struct settlement *s, const struct settlement_in *in)
{
    int32_t on_date = when_date(s->c->site->zone, in->at_s);
    if (on_date >= s->customer.last_paid_date) {
        s->customer.last_paid_date = on_date;
        s->customer.last_paid_minor = in->body.amount_minor;
    }
}

/* The later ones lifted, it settled, the later ones again. */
static enum till_status pay_among(struct settlement *s, const struct settlement_in *in,
                                  struct later *later)
{
    struct settling one;
    enum till_status status = TILL_OK;
    name_payment(s, in, &one.kept);
    for (size_t i = 0; i < later->count && status == TILL_OK; i++) {
        status = lift_later(s, &later->paid[i]);
    }
    if (status == TILL_OK) {
        status = cover_shortfall(s);
    }
    if (status == TILL_OK) {
        status = settle_one(s, in, false, &one);
    }
    if (status == TILL_OK) {
        status = write_settled(s, &one);
    }
    if (status == TILL_OK) {
        status = store_payment_put(s->c->store, &one.kept);
    }
    for (size_t i = later->count; i-- > 0 && status == TILL_OK;) {
        status = settle_again(s, &later->paid[i]);
    }
    note_last_paid(s, in);
    return status;
}

enum till_status settlement_pay(struct settlement *s, const struct settlement_in *in)
{
    struct later later = {0};
    int32_t on_date = when_date(s->c->site->zone, in->at_s);
    enum till_status status = TILL_OK;
    if (s->customer.last_paid_date > on_date) {
        status = find_later(s, on_date, &later);
    }
    if (status == TILL_OK) {
        status = pay_among(s, in, &later);
    }
    free(later.paid);
    return status;
}

/* Nothing is later: posted first, so that what the ledger refuses has written nothing. */
static enum till_status pay_last(struct settlement *s, const struct settlement_in *in)
{
    struct settling one;
    name_payment(s, in, &one.kept);
    enum till_status status = settle_one(s, in, false, &one);
    if (status == TILL_OK) {
        status = posting_close(s->c->store, s->p);
    }
    if (status == TILL_OK) {
        status = write_settled(s, &one);
    }
    if (status == TILL_OK) {
        status = store_payment_put(s->c->store, &one.kept);
    }
    note_last_paid(s, in);
    return status == TILL_OK ? settlement_end(s) : status;
}

enum till_status settlement_post(struct settlement *s, const struct settlement_in *in)
{
    if (s->customer.last_paid_date <= when_date(s->c->site->zone, in->at_s)) {
        return pay_last(s, in);
    }
    enum till_status status = store_part_begin(s->c->store);
    if (status != TILL_OK) {
        return status;
    }
    status = settlement_pay(s, in);
    if (status == TILL_OK) {
        status = settlement_end(s);
    }
    if (status == TILL_OK) {
        status = posting_close(s->c->store, s->p);
    }
    return store_part_end(s->c->store, status);
}

enum till_status settlement_take_back(struct settlement *s, const struct settlement_paid *paid,
                                      const char *undone_by)
{
    const struct store_payment *p = &paid->payment;
    enum till_status status = lift(s, paid);
    /* It stands no longer, so that what the balance paid is not looked for in it. */
    if (status == TILL_OK) {
        status = store_payment_undo(s->c->store, p->terminal, p->seq, undone_by);
    }
    /* Where nothing was paid since, the payment before it is the last one again. */
    if (s->customer.last_paid_minor == paid->amount_minor &&
        s->customer.last_paid_date == when_date(s->c->site->zone, paid->at_s)) {
        s->customer.last_paid_date = p->before_date;
        s->customer.last_paid_minor = p->before_minor;
    }
    return status == TILL_OK ? cover_shortfall(s) : status;
}

/* amount * part / whole, rounded half up; all of them >= 0, whole above 0. */
static bool share_of(int64_t amount_minor, int64_t part, int64_t whole, int64_t *share_out)
{
    int64_t product;
    if (__builtin_mul_overflow(amount_minor, part, &product) || product > INT64_MAX - whole / 2) {
        return false;
    }
    *share_out = (product + whole / 2) / whole;
    return true;
}

enum till_status settlement_take_part_back(struct settlement *s, struct settlement_paid *paid,
                                           int64_t amount_minor)
{
    struct store_payment *p = &paid->payment;
    int64_t advance = paid->amount_minor, left = amount_minor;
    for (size_t i = 0; i < p->count; i++) {
        advance -= p->bills[i].amount_minor + p->bills[i].late_fee_minor;
    }
    int64_t back = advance <= 0 ? 0 : least(advance, left);
    enum till_status status = add_advance(s, back);
    s->customer.balance_minor -= back;
    left -= back;
    for (size_t i = p->count; i-- > 0 && left > 0 && status == TILL_OK;) {
        struct store_paid *bill = &p->bills[i];
        int64_t whole = bill->amount_minor + bill->late_fee_minor;
        int64_t part = least(whole, left);
        int64_t fee = bill->late_fee_minor;
        if (part < whole && !share_of(bill->late_fee_minor, part, whole, &fee)) {
            return TILL_REFUSED;
        }
        status = add_receivable(s, bill->type, part - fee);
        if (status == TILL_OK) {
            status = posting_add(s->p, fee, "late_fee/%d", bill->type);
        }
        if (status == TILL_OK) {
            status = open_bill(s, bill->month, bill->type, part - fee);
        }
        bill->amount_minor -= part - fee;
        bill->late_fee_minor -= fee;
        left -= part;
        if (status == TILL_OK) {
            status = settlement_held_cut(s, p, bill, bill->amount_minor + part - fee);
        }
    }
    if (left > 0) {
        return TILL_REFUSED;
    }
    if (status == TILL_OK) {
        status = store_payment_settle(s->c->store, p);
    }
    return status == TILL_OK ? cover_shortfall(s) : status;
}
