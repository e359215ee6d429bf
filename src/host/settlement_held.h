/*
 * The late fee of an account in dispute: not taken while the office owes an answer, and held.
 *
 * What each part of a bill that is paid meanwhile would have borne on that day is a memo in the
 * posting of the payment: held_fee/ACCOUNT/TYPE against held_fee_income/TYPE. The answer ends it:
 * paid, and it is dropped; owed, and it is a bill of type BILL_LATE_FEE of the same month, which
 * bears no fee. A payment that is told after the answer, of a day before it, goes by the answer at
 * once; one that is lifted or taken back takes its held fee, or what was claimed of it, along.
 *
 * Private to the ledger.
 */
#ifndef TILL_HOST_SETTLEMENT_HELD_H
#define TILL_HOST_SETTLEMENT_HELD_H

#include "settle.h"
#include "settlement.h"
#include "store_dispute.h"

/* How a payment is settled: what it pays, and what of its fee is held or owed as a bill. */
struct settlement_held {
    struct settled settled;
    bool claimed; /* the office has answered that it is owed */
    struct store_held rows[BILLS_MAX];
    size_t count;
};

/* Against s->open, which has its balance. again: it was settled before. Writes nothing.
 * TILL_BAD_INPUT, TILL_E_OVERFLOW: settle.h. */
enum till_status settlement_work_out(struct settlement *s, const struct settlement_in *in,
                                     bool again, struct settlement_held *held_out) TILL_CHECKED;
/* Its lines. TILL_TOO_LARGE, TILL_E_OVERFLOW: posting.h. */
enum till_status settlement_held_lines(struct settlement *s,
                                       const struct settlement_held *held) TILL_CHECKED;
/* Keep it with the payment; once s->open is no longer needed as it was. */
enum till_status settlement_held_write(struct settlement *s, const char *holder, uint64_t seq,
                                       const struct settlement_held *held) TILL_CHECKED;

/* The payment settles nothing any more: nothing of it is held or claimed. */
enum till_status settlement_held_lift(struct settlement *s,
                                      const struct store_payment *p) TILL_CHECKED;
/* Of that bill it settles now_minor instead of was_minor: so is what is held of it. */
enum till_status settlement_held_cut(struct settlement *s, const struct store_payment *p,
                                     const struct store_paid *bill, int64_t was_minor) TILL_CHECKED;

/* The answer: all that is held of the account; *held_minor_out how much it was. */
enum till_status settlement_held_end(struct settlement *s, enum dispute_outcome outcome,
                                     int64_t *held_minor_out) TILL_CHECKED;

#endif
