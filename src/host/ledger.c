#include "ledger_inside.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "money.h"
#include "posting.h"
#include "settle.h"
#include "text.h"
#include "when.h"

/* The debit side of money that was taken: cash, and what came by another means. */
static enum till_status add_taken(struct store_posting *p, const struct ledger_context *c,
                                  const char *user, const struct body_collection *body)
{
    int64_t cash = collection_cash_minor(body);
    int64_t other = body->amount_minor - cash;
    enum till_status status = posting_add(p, cash, "cash/%s/%s", c->terminal, user);
    if (status != TILL_OK) {
        return status;
    }
    if (body->tender == TENDER_CHEQUE) {
        return posting_add(p, other, "cheque/%s/%s", c->terminal, user);
    }
    return posting_add(p, other, "tender/%d/%s/%s", body->tender, c->terminal, user);
}

/* ---- collections ----------------------------------------------------------------------------- */

static enum till_status add_settled(struct store_posting *p, const char *account,
                                    const struct arrears *a, const struct settled *s)
{
    enum till_status status = TILL_OK;
    for (size_t i = 0; i < a->count && status == TILL_OK; i++) {
        int type = a->bills[i].type;
        status = posting_add(p, -s->paid_minor[i], "receivable/%s/%d", account, type);
        if (status == TILL_OK) {
            status = posting_add(p, -s->fee_minor[i], "late_fee/%d", type);
        }
    }
    if (status == TILL_OK) {
        status = posting_add(p, a->balance_minor - s->balance_minor, "advance/%s", account);
    }
    return status;
}

static enum till_status write_open_bills(struct store *store, const char *account,
                                         const struct arrears *a, const struct settled *s)
{
    enum till_status status = TILL_OK;
    for (size_t i = 0; i < a->count && status == TILL_OK; i++) {
        if (s->paid_minor[i] != 0) {
            struct bill open = a->bills[i];
            open.amount_minor -= s->paid_minor[i];
            status = store_bill_open_set(store, account, &open);
        }
    }
    return status;
}

static enum till_status write_customer(struct store *store, struct book_customer *customer,
                                       int64_t balance_minor, int32_t on_date, int64_t paid_minor)
{
    customer->balance_minor = balance_minor;
    if (on_date >= customer->last_paid_date) {
        customer->last_paid_date = on_date;
        customer->last_paid_minor = paid_minor;
    }
    enum till_status status = store_customer_put(store, customer);
    return status == TILL_UNCHANGED ? TILL_OK : status;
}

/* So that it can be undone exactly, whatever happens to the bills meanwhile. */
static enum till_status keep_payment(const struct ledger_context *c, const struct entry *e,
                                     const struct book_customer *customer, const struct arrears *a,
                                     const struct settled *s)
{
    struct store_payment kept = {.seq = e->seq,
                                 .before_date = customer->last_paid_date,
                                 .before_minor = customer->last_paid_minor};
    text_copy(kept.terminal, sizeof(kept.terminal), c->terminal);
    text_copy(kept.account, sizeof(kept.account), customer->account);
    for (size_t i = 0; i < a->count; i++) {
        if (s->paid_minor[i] != 0 || s->fee_minor[i] != 0) {
            kept.bills[kept.count++] = (struct store_paid){.month = a->bills[i].month,
                                                           .type = a->bills[i].type,
                                                           .amount_minor = s->paid_minor[i],
                                                           .late_fee_minor = s->fee_minor[i]};
        }
    }
    return store_payment_put(c->store, &kept);
}

/* No late fee while the office owes the customer an answer. */
static struct site site_for(const struct site *site, const struct book_customer *customer)
{
    struct site as_it_holds = *site;
    if ((customer->flags & BOOK_CUSTOMER_DISPUTED) != 0) {
        as_it_holds.late_fee_resident_ppm = 0;
        as_it_holds.late_fee_other_ppm = 0;
        as_it_holds.late_fee_cross_year_ppm = 0;
        as_it_holds.late_fee_minimum_minor = 0;
    }
    return as_it_holds;
}

/* Work out and write a payment of a known customer. */
static enum till_status post_payment(const struct ledger_context *c, const struct entry *e,
                                     const struct body_collection *body,
                                     struct book_customer *customer, struct store_posting *p,
                                     char reason_out[STORE_REASON_MAX])
{
    struct arrears a;
    struct settled s;
    enum till_status status = store_arrears(c->store, body->account, &a);
    if (status != TILL_OK) {
        return status == TILL_TOO_LARGE ? ledger_refuse(reason_out, N_("too many open bills"))
                                        : status;
    }
    int32_t on_date = when_date(c->site->zone, e->at_s);
    struct site site = site_for(c->site, customer);
    status = settle_payment(&site, customer->class, on_date, body, &a, &s);
    if (status != TILL_OK) {
        return ledger_refuse(reason_out, N_("its amounts can't be added up"));
    }
    status = add_taken(p, c, c->user, body);
    if (status == TILL_OK) {
        status = add_settled(p, body->account, &a, &s);
    }
    if (status == TILL_OK) {
        status = store_post(c->store, p);
    }
    if (status == TILL_E_OVERFLOW || status == TILL_TOO_LARGE) {
        return ledger_refuse(reason_out, N_("its amounts can't be added up"));
    }
    if (status == TILL_OK) {
        status = write_open_bills(c->store, body->account, &a, &s);
    }
    if (status == TILL_OK) {
        status = keep_payment(c, e, customer, &a, &s);
    }
    if (status == TILL_OK) {
        status = write_customer(c->store, customer, s.balance_minor, on_date, body->amount_minor);
    }
    return status;
}

static enum till_status post_collection(const struct ledger_context *c, const struct entry *e,
                                        struct store_posting *p, char reason_out[STORE_REASON_MAX])
{
    struct body_collection body;
    struct book_customer customer;
    if (entry_read_collection(e, &body) != TILL_OK) {
        return ledger_refuse(reason_out, N_("its content breaks the rules of its kind"));
    }
    enum till_status status = store_customer_get(c->store, body.account, &customer);
    if (status == TILL_NOT_FOUND) {
        return ledger_refuse(reason_out, N_("no customer has this account number"));
    }
    if (status != TILL_OK) {
        return status;
    }
    return post_payment(c, e, &body, &customer, p, reason_out);
}

static enum till_status post_shift_opened(const struct ledger_context *c, const struct entry *e,
                                          struct store_posting *p,
                                          char reason_out[STORE_REASON_MAX])
{
    struct body_shift_opened body;
    if (entry_read_shift_opened(e, &body) != TILL_OK) {
        return ledger_refuse(reason_out, N_("its content breaks the rules of its kind"));
    }
    if (body.opening_minor == 0) {
        return TILL_OK;
    }
    enum till_status status =
        posting_add(p, body.opening_minor, "cash/%s/%s", c->terminal, c->user);
    if (status == TILL_OK) {
        status = posting_add(p, -body.opening_minor, "opening/%s/%s", c->terminal, c->user);
    }
    return status == TILL_OK ? store_post(c->store, p) : status;
}

enum till_status ledger_post_entry(const struct ledger_context *c, const struct entry *e,
                                   char reason_out[STORE_REASON_MAX])
{
    struct store_posting p;
    uint16_t kind = kind_base(e->kind);
    if (kind_is_training(e->kind) || (!kind_is_money(e->kind) && kind != KIND_DISPUTE)) {
        return TILL_OK;
    }
    if (e->at_s < WHEN_MIN_S || e->at_s > WHEN_MAX_S) {
        return ledger_refuse(reason_out,
                             N_("the terminal's clock was wrong: no date can be given to it"));
    }
    ledger_begin(&p, e->at_s, c->now_s);
    ledger_source_of_entry(c->terminal, e->seq, p.source);
    switch (kind) {
    case KIND_COLLECTION:
    case KIND_ADVANCE:
        return post_collection(c, e, &p, reason_out);
    case KIND_SHIFT_OPENED:
        return post_shift_opened(c, e, &p, reason_out);
    case KIND_REVERSAL:
        return ledger_post_reversal(c, e, &p, reason_out);
    case KIND_CASH_DROP:
        return ledger_post_drop(c, e, &p, reason_out);
    case KIND_DISPUTE:
        return ledger_post_dispute(c, e, &p, reason_out);
    default:
        return ledger_refuse(reason_out, N_("this host does not know its kind of money yet"));
    }
}

/* ---- other branches -------------------------------------------------------------------------- */

/* The debit side of an entry that is evidence; nothing where it says no amount. */
static enum till_status add_evidence(struct store_posting *p, const struct ledger_context *c,
                                     const struct entry *e, int64_t *amount_out)
{
    struct body_collection collection;
    struct body_shift_opened opened;
    struct body_reversal reversal;
    *amount_out = 0;
    if (entry_read_collection(e, &collection) == TILL_OK) {
        *amount_out = collection.amount_minor;
        return add_taken(p, c, LEDGER_FORK, &collection);
    }
    if (entry_read_shift_opened(e, &opened) == TILL_OK) {
        *amount_out = opened.opening_minor;
    } else if (entry_read_reversal(e, &reversal) == TILL_OK) {
        *amount_out = -reversal.amount_minor;
    }
    return posting_add(p, *amount_out, "cash/%s/%s", c->terminal, LEDGER_FORK);
}

enum till_status ledger_post_fork(const struct ledger_context *c, const struct entry *e)
{
    struct store_posting p;
    int64_t amount = 0;
    if (!kind_is_money(e->kind) || kind_is_training(e->kind)) {
        return TILL_OK;
    }
    ledger_begin(&p, e->at_s, c->now_s);
    (void)snprintf(p.source, sizeof(p.source), "fork/%s/%llu/%02x%02x%02x%02x", c->terminal,
                   (unsigned long long)e->seq, e->hash[0], e->hash[1], e->hash[2], e->hash[3]);
    enum till_status status = add_evidence(&p, c, e, &amount);
    if (status == TILL_OK && amount != 0) {
        status = posting_add(&p, -amount, "suspense/%s", c->terminal);
    }
    return status == TILL_OK && amount != 0 ? store_post(c->store, &p) : status;
}

/* ---- imports --------------------------------------------------------------------------------- */

static enum till_status post_issued(const struct ledger_context *c, const char *source,
                                    const char *account, const struct bill *bill,
                                    struct book_customer *customer)
{
    struct store_posting p;
    struct bill open = *bill;
    ledger_begin(&p, c->now_s, c->now_s);
    (void)snprintf(p.source, sizeof(p.source), "%s", source);
    enum till_status status =
        posting_add(&p, bill->amount_minor, "receivable/%s/%d", account, bill->type);
    if (status == TILL_OK) {
        status = posting_add(&p, -bill->amount_minor, "billed/%d", bill->type);
    }
    if (customer->balance_minor >= bill->amount_minor && status == TILL_OK) {
        customer->balance_minor -= bill->amount_minor;
        open.amount_minor = 0;
        status = posting_add(&p, -bill->amount_minor, "receivable/%s/%d", account, bill->type);
        if (status == TILL_OK) {
            status = posting_add(&p, bill->amount_minor, "advance/%s", account);
        }
        if (status == TILL_OK) {
            status = store_bill_open_set(c->store, account, &open);
        }
        if (status == TILL_OK) {
            status = store_customer_put(c->store, customer);
        }
    }
    /* A line that fell to zero says nothing. */
    size_t kept = 0;
    for (size_t i = 0; i < p.count; i++) {
        if (p.lines[i].amount_minor != 0) {
            p.lines[kept++] = p.lines[i];
        }
    }
    p.count = kept;
    return status == TILL_OK ? store_post(c->store, &p) : status;
}

enum till_status ledger_post_bill(const struct ledger_context *c, const char *source,
                                  const char *account, const struct bill *bill,
                                  char reason_out[STORE_REASON_MAX])
{
    struct book_customer customer;
    struct arrears a;
    enum till_status status = store_customer_get(c->store, account, &customer);
    if (status == TILL_NOT_FOUND) {
        return ledger_refuse(reason_out, N_("no customer has this account number"));
    }
    if (status == TILL_OK) {
        status = store_arrears(c->store, account, &a);
    }
    if (status != TILL_OK) {
        return status;
    }
    bool known = false;
    for (size_t i = 0; i < a.count; i++) {
        known = known || (a.bills[i].month == bill->month && a.bills[i].type == bill->type);
    }
    if (a.count == BILLS_MAX && !known) {
        return ledger_refuse(reason_out, N_("the customer has too many open bills already"));
    }
    status = store_bill_put(c->store, account, bill);
    if (status == TILL_BAD_INPUT) {
        return ledger_refuse(reason_out, N_("another bill of this month and type was issued"));
    }
    return status == TILL_OK ? post_issued(c, source, account, bill, &customer) : status;
}

enum till_status ledger_bring_balance(const struct ledger_context *c, const char *source,
                                      const char *account, int64_t brought_minor,
                                      int64_t *balance_io)
{
    struct store_posting p;
    char name[STORE_LEDGER_ACCOUNT_MAX];
    int64_t before, difference, after;
    (void)snprintf(name, sizeof(name), "brought/%s", account);
    enum till_status status = store_balance(c->store, name, &before);
    if (status != TILL_OK) {
        return status;
    }
    if (money_sub(brought_minor, before, &difference) != TILL_OK ||
        money_add(*balance_io, difference, &after) != TILL_OK || after < 0) {
        return TILL_REFUSED;
    }
    if (difference == 0) {
        return TILL_UNCHANGED;
    }
    ledger_begin(&p, c->now_s, c->now_s);
    (void)snprintf(p.source, sizeof(p.source), "%s", source);
    status = posting_add(&p, difference, "brought/%s", account);
    if (status == TILL_OK) {
        status = posting_add(&p, -difference, "advance/%s", account);
    }
    if (status == TILL_OK) {
        status = store_post(c->store, &p);
    }
    if (status == TILL_OK) {
        *balance_io = after;
    }
    return status;
}
