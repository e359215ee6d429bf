/*
 * What reached the office by another way than a terminal, and what it corrects: payments of
 * channels, corrections, refunds.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "ledger_inside.h"
#include "posting.h"
#include "text.h"

/* ---- channels -------------------------------------------------------------------------------- */

enum till_status ledger_post_channel(const struct ledger_context *c,
                                     const struct store_channel_payment *paid,
                                     char reason_out[STORE_REASON_MAX])
{
    struct store_posting p;
    struct settlement settlement;
    struct settlement_in in = {.seq = (uint64_t)paid->id, .at_s = paid->value_at_s};
    assert(paid->id > 0);
    (void)snprintf(in.holder, sizeof(in.holder), STORE_HOLDER_MARK "%s", paid->channel);
    /* Nobody holds a paper that says which fee: the office's rule alone decides. */
    in.body.amount_minor = in.body.late_fee_minor = paid->amount_minor;
    ledger_begin(&p, paid->value_at_s, c->now_s);
    settlement_source(in.holder, in.seq, p.source);
    enum till_status status = ledger_begin_customer(&settlement, c, paid->account, &p, reason_out);
    if (status == TILL_OK) {
        status = posting_add(&p, paid->amount_minor, "channel/%s", paid->channel);
    }
    return status == TILL_OK ? ledger_post_paid(&settlement, &in, reason_out) : status;
}

/* ---- corrections ----------------------------------------------------------------------------- */

static enum till_status give_to_other(const struct ledger_context *c,
                                      const struct store_correction *correction,
                                      struct store_posting *p)
{
    struct settlement other;
    struct settlement_in in = {.holder = STORE_HOLDER_MARK,
                               .seq = (uint64_t)correction->id,
                               .at_s = correction->value_at_s};
    in.body.amount_minor = in.body.late_fee_minor = correction->amount_minor;
    enum till_status status = settlement_begin(&other, c, correction->to_account, p);
    if (status == TILL_OK) {
        other.customer.flags |= BOOK_CUSTOMER_CORRECTED;
        status = settlement_pay(&other, &in);
    }
    return status == TILL_OK ? settlement_end(&other) : status;
}

static enum till_status correct(const struct ledger_context *c,
                                const struct store_correction *correction,
                                const struct settlement_paid *paid, struct store_posting *p)
{
    struct settlement settlement;
    enum till_status status = settlement_begin(&settlement, c, correction->account, p);
    if (status == TILL_OK) {
        settlement.customer.flags |= BOOK_CUSTOMER_CORRECTED;
        status = settlement_take_back(&settlement, paid, p->source);
    }
    if (status == TILL_OK) {
        status = settlement_end(&settlement);
    }
    if (status != TILL_OK) {
        return status;
    }
    switch (correction->kind) {
    case CORRECTION_TRANSFER:
        status = give_to_other(c, correction, p);
        break;
    case CORRECTION_REFUND:
        status = posting_add(p, -correction->amount_minor, "refund_due/%s", correction->account);
        break;
    case CORRECTION_CANCEL:
        status = ledger_add_taken_back(p, paid);
        break;
    }
    return status == TILL_OK ? posting_close(c->store, p) : status;
}

/* What was proposed must still be what stands. */
static enum till_status check_correction(const struct ledger_context *c,
                                         const struct store_correction *correction,
                                         const struct settlement_paid *paid,
                                         char reason_out[STORE_REASON_MAX])
{
    struct book_customer other;
    if (paid->payment.undone_by[0] != '\0') {
        return ledger_refuse(reason_out, N_("the payment was undone already"));
    }
    if (strcmp(paid->payment.account, correction->account) != 0 ||
        paid->amount_minor != correction->amount_minor || paid->at_s != correction->value_at_s) {
        return ledger_refuse(reason_out, N_("it says another account or amount than the payment"));
    }
    if (correction->kind != CORRECTION_TRANSFER) {
        return TILL_OK;
    }
    if (strcmp(correction->to_account, correction->account) == 0) {
        return ledger_refuse(reason_out, N_("both accounts are the same"));
    }
    enum till_status status = store_customer_get(c->store, correction->to_account, &other);
    return status == TILL_NOT_FOUND
               ? ledger_refuse(reason_out, N_("no customer has this account number"))
               : status;
}

enum till_status ledger_post_correction(const struct ledger_context *c,
                                        const struct store_correction *correction,
                                        char reason_out[STORE_REASON_MAX])
{
    struct store_posting p;
    struct settlement_paid paid;
    enum till_status status = settlement_load(c, correction->terminal, correction->seq, &paid);
    if (status == TILL_NOT_FOUND) {
        return ledger_refuse(reason_out, N_("that record was set aside, or is no payment"));
    }
    if (status == TILL_OK) {
        status = check_correction(c, correction, &paid, reason_out);
    }
    ledger_begin(&p, correction->value_at_s, c->now_s);
    (void)snprintf(p.source, sizeof(p.source), "correction/%lld", (long long)correction->id);
    if (status == TILL_OK) {
        status = store_part_begin(c->store);
    }
    if (status != TILL_OK) {
        return status;
    }
    status = store_part_end(c->store, correct(c, correction, &paid, &p));
    return ledger_refuse_undo(status, reason_out);
}

/* ---- differences of cash --------------------------------------------------------------------- */

enum till_status ledger_post_explained(const struct ledger_context *c,
                                       const struct store_explained *e,
                                       char reason_out[STORE_REASON_MAX])
{
    struct store_posting p;
    ledger_begin(&p, e->at_s, c->now_s);
    (void)snprintf(p.source, sizeof(p.source), "explained/%lld", (long long)e->id);
    enum till_status status =
        posting_add(&p, -e->amount_minor,
                    e->reason > EXPLAINED_SLIPS ? LEDGER_SLIPS_VARIANCE "%s/%s" : "variance/%s/%s",
                    e->terminal, e->user);
    if (status == TILL_OK) {
        status = posting_add(&p, e->amount_minor, "overshort/%s", e->owner);
    }
    if (status == TILL_OK) {
        status = store_post(c->store, &p);
    }
    return status == TILL_E_OVERFLOW
               ? ledger_refuse(reason_out, N_("its amounts can't be added up"))
               : status;
}

/* ---- refunds --------------------------------------------------------------------------------- */

/* What is owed still: a cheque may have come back since. */
static enum till_status owed_minor(const struct ledger_context *c,
                                   const struct store_correction *correction, int64_t *owed_out)
{
    char source[48];
    struct store_posting returned;
    *owed_out = correction->amount_minor;
    ledger_source_of_cheque(correction->terminal, correction->seq, source);
    enum till_status status = store_posting_of(c->store, source, &returned);
    if (status == TILL_OK) {
        *owed_out -= settlement_sum(&returned, "refund_due/");
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status ledger_post_refund(const struct ledger_context *c,
                                    const struct store_correction *correction,
                                    char reason_out[STORE_REASON_MAX])
{
    struct store_posting p;
    int64_t owed = 0;
    enum till_status status = owed_minor(c, correction, &owed);
    if (status == TILL_OK && owed <= 0) {
        return ledger_refuse(reason_out, N_("its cheque came back: nothing is owed"));
    }
    ledger_begin(&p, correction->paid_at_s, c->now_s);
    (void)snprintf(p.source, sizeof(p.source), "refund/%lld", (long long)correction->id);
    if (status == TILL_OK) {
        status = posting_add(&p, owed, "refund_due/%s", correction->account);
    }
    if (status == TILL_OK) {
        status = posting_add(&p, -owed, "refunded/%s", correction->slip);
    }
    if (status == TILL_OK) {
        status = store_post(c->store, &p);
    }
    return status == TILL_E_OVERFLOW
               ? ledger_refuse(reason_out, N_("its amounts can't be added up"))
               : status;
}
