/*
 * What one payment does to one customer: which bills it pays, which fee it bears, what is left.
 *
 * Pure. The office posts by it, and a terminal lays its newer payments over the book by it, so that
 * both say the same. The customer keeps the paper, so nobody takes a larger fee than the paper
 * says; a fee that was too high (someone had paid before, elsewhere) goes back as money paid.
 */
#ifndef TILL_SETTLE_H
#define TILL_SETTLE_H

#include "arrears.h"

struct settled {
    int64_t paid_minor[BILLS_MAX]; /* of arrears->bills[i], fee excluded */
    int64_t fee_minor[BILLS_MAX];
    int64_t held_minor[BILLS_MAX]; /* fee of the part paid, due and not asked for */
    int64_t balance_minor;         /* the advance balance after it */
};

/*
 * Sorts and assesses *a as of on_date, then works out the payment. body is a collection's, an
 * advance's or a manual receipt's. Chosen months that are no longer owed are no fault: the money
 * goes to the oldest bills.
 *   on_date  of the day when the money was handed over: fees are those of then
 * TILL_BAD_INPUT: no amount that can be. TILL_E_OVERFLOW: absurd data.
 */
enum till_status settle_payment(const struct site *site, enum customer_class class, int32_t on_date,
                                const struct body_collection *body, struct arrears *a,
                                struct settled *settled_out) TILL_CHECKED;

/* The same while the office owes the customer an answer: no fee is taken, and what each part would
 * have borne on that day stands in held_minor. Where months were chosen that are owed no more, the
 * paper's fee stands and is not held. */
enum till_status settle_disputed(const struct site *site, enum customer_class class,
                                 int32_t on_date, const struct body_collection *body,
                                 struct arrears *a, struct settled *settled_out) TILL_CHECKED;

/* What is left of the arrears that it was worked out for: bills that are paid whole are dropped;
 * fees and sums must be assessed again. */
void settle_apply(const struct settled *settled, struct arrears *a);

#endif
