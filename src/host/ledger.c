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

enum till_status ledger_post_paid(struct settlement *settlement, const struct settlement_in *in,
                                  char reason_out[STORE_REASON_MAX])
{
    enum till_status status = settlement_post(settlement, in);
    if (status == TILL_LIMIT_REACHED) {
        return ledger_refuse_balance(reason_out);
    }
    bool absurd = status == TILL_REFUSED || status == TILL_E_OVERFLOW || status == TILL_TOO_LARGE;
    return absurd ? ledger_refuse(reason_out, N_("its amounts can't be added up")) : status;
}

enum till_status ledger_begin_customer(struct settlement *settlement,
                                       const struct ledger_context *c, const char *account,
                                       struct store_posting *p, char reason_out[STORE_REASON_MAX])
{
    enum till_status status = settlement_begin(settlement, c, account, p);
    if (status == TILL_NOT_FOUND) {
        return ledger_refuse(reason_out, N_("no customer has this account number"));
    }
    return status == TILL_TOO_LARGE ? ledger_refuse(reason_out, N_("too many open bills")) : status;
}

static enum till_status post_collection(const struct ledger_context *c, const struct entry *e,
                                        struct store_posting *p, char reason_out[STORE_REASON_MAX])
{
    struct settlement settlement;
    struct settlement_in in = {.seq = e->seq, .at_s = p->value_at_s};
    if (entry_read_payment(e, &in.body, NULL) != TILL_OK) {
        return ledger_refuse(reason_out, N_("its content breaks the rules of its kind"));
    }
    text_copy(in.holder, sizeof(in.holder), c->terminal);
    enum till_status status = ledger_begin_customer(&settlement, c, in.body.account, p, reason_out);
    if (status != TILL_OK) {
        return status;
    }
    status = add_taken(p, c, c->user, &in.body);
    if (status == TILL_E_OVERFLOW || status == TILL_TOO_LARGE) {
        return ledger_refuse(reason_out, N_("its amounts can't be added up"));
    }
    return status == TILL_OK ? ledger_post_paid(&settlement, &in, reason_out) : status;
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

/* When the money was handed over: what was written by hand says so itself, and it was never later
 * than its record. */
static int64_t value_time(const struct entry *e)
{
    struct body_collection body;
    int64_t paid_at_s = e->at_s;
    bool manual = kind_base(e->kind) == KIND_MANUAL_RECEIPT &&
                  entry_read_payment(e, &body, &paid_at_s) == TILL_OK;
    return manual && paid_at_s < e->at_s ? paid_at_s : e->at_s;
}

static bool means_nothing(const struct entry *e)
{
    uint16_t kind = kind_base(e->kind);
    return kind_is_training(e->kind) ||
           (!kind_is_money(e->kind) && kind != KIND_DISPUTE && kind != KIND_ABSENCE_ANSWERED);
}

enum till_status ledger_post_entry(const struct ledger_context *c, const struct entry *e,
                                   char reason_out[STORE_REASON_MAX])
{
    struct store_posting p;
    uint16_t kind = kind_base(e->kind);
    int64_t value_at_s = c->value_at_s != 0 ? c->value_at_s : value_time(e);
    if (means_nothing(e)) {
        return TILL_OK;
    }
    if (value_at_s < WHEN_MIN_S || value_at_s > WHEN_MAX_S) {
        return ledger_refuse(reason_out,
                             N_("the terminal's clock was wrong: no date can be given to it"));
    }
    ledger_begin(&p, value_at_s, c->now_s);
    ledger_source_of_entry(c->terminal, e->seq, p.source);
    if (ledger_is_cash(kind)) {
        return ledger_post_cash(c, e, &p, reason_out);
    }
    switch (kind) {
    case KIND_COLLECTION:
    case KIND_ADVANCE:
    case KIND_MANUAL_RECEIPT:
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
    if (entry_read_payment(e, &collection, NULL) == TILL_OK) {
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
    return status == TILL_OK ? posting_close(c->store, &p) : status;
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
    if (after > MONEY_MAX_MINOR) {
        return TILL_LIMIT_REACHED;
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
