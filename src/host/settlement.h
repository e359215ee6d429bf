/*
 * One customer's account in hand while a posting changes it: payments in, payments back.
 *
 * Money counts from the moment it was handed over. A payment that is told after a later one was
 * posted is settled before it: the later ones are lifted, it is settled as of its own date, and
 * they are settled again behind it, with never more late fee than was taken from them. So a fee
 * that was taken after an earlier payment elsewhere goes back as advance, and the second payment of
 * a bill becomes an advance, in the one posting of the payment that came late.
 *
 * A payment that goes back opens the very bills that it had paid. Where a part of it had become an
 * advance and was used since, the bills that the advance paid are opened again, the newest first,
 * as far as it must be. A bill that was opened so and that the balance covers whole is settled by
 * it at once.
 *
 * Private to the ledger. It writes bills, payments and the customer; the posting is the caller's,
 * who adds where the money came from and posts it.
 */
#ifndef TILL_HOST_SETTLEMENT_H
#define TILL_HOST_SETTLEMENT_H

#include "ledger.h"
#include "store_channel.h"

/* Payments of one customer that are settled again because of one. */
enum { SETTLEMENT_LATER_MAX = 64 };

struct settlement {
    const struct ledger_context *c;
    struct store_posting *p;       /* gets the lines of the customer */
    struct book_customer customer; /* written by settlement_end */
    struct arrears open;           /* bills as they stand in the store */
    bool opened;                   /* some that had been paid */
};

/* A payment, whoever took it. */
struct settlement_in {
    char holder[TERMINAL_MAX]; /* a terminal, or what store_channel.h says */
    uint64_t seq;
    int64_t at_s; /* when it was handed over */
    /* account, amount, the most late fee it may bear, chosen months */
    struct body_collection body;
};

/* What a payment was that was posted. */
struct settlement_paid {
    struct store_payment payment;
    struct store_posting posted; /* as it was; a transfer's holds the other account's lines too */
    int64_t at_s;
    int64_t amount_minor; /* that stands of it: without a cheque that came back */
    bool cheque_returned;
};

/* TILL_NOT_FOUND: no such customer. TILL_TOO_LARGE: more than BILLS_MAX open bills. */
enum till_status settlement_begin(struct settlement *s, const struct ledger_context *c,
                                  const char *account, struct store_posting *p) TILL_CHECKED;
/* Within a part (store_part_begin), for what goes on: lines, bills, the payment; then
 * settlement_end, then the posting. TILL_REFUSED: its amounts can't be added up.
 * TILL_LIMIT_REACHED, here and below: the advance would be more than a customer can have. */
enum till_status settlement_pay(struct settlement *s, const struct settlement_in *in) TILL_CHECKED;
/* The whole of it, posted. After anything but TILL_OK nothing was written. TILL_UNCHANGED: the
 * posting is there. TILL_REFUSED, TILL_E_OVERFLOW, TILL_TOO_LARGE: it can't be added up. */
enum till_status settlement_post(struct settlement *s, const struct settlement_in *in) TILL_CHECKED;
/* Within a part. Without the caller's side of it. undone_by: source of the posting that does it.
 * TILL_REFUSED: its bills can't be opened again. */
enum till_status settlement_take_back(struct settlement *s, const struct settlement_paid *paid,
                                      const char *undone_by) TILL_CHECKED;
/* A part of it goes back: the advance first, then the newest bill with its share of the fee; the
 * rest of the payment stands. */
enum till_status settlement_take_part_back(struct settlement *s, struct settlement_paid *paid,
                                           int64_t amount_minor) TILL_CHECKED;
/* Write the customer. */
enum till_status settlement_end(struct settlement *s) TILL_CHECKED;

/* TILL_NOT_FOUND: no payment was posted under that name. */
enum till_status settlement_load(const struct ledger_context *c, const char *holder, uint64_t seq,
                                 struct settlement_paid *paid_out) TILL_CHECKED;
/* The very record by which a terminal's payment was posted: of its journal, or of the customer's
 * paper while that is all that is known of it. TILL_E_CORRUPT: neither is there. */
enum till_status settlement_entry(const struct ledger_context *c,
                                  const struct settlement_paid *paid,
                                  struct entry *entry_out) TILL_CHECKED;
/* The sum of a posting's lines whose account begins so. */
int64_t settlement_sum(const struct store_posting *p, const char *prefix);
/* What was handed over by a posting: cash, cheques, other means, channels. */
int64_t settlement_taken(const struct store_posting *p);
/* "entry/0031/4127", "channel/alipay/17", "correction/12". */
void settlement_source(const char *holder, uint64_t seq, char out[48]);

#endif
