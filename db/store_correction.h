/*
 * The host's store, continued: corrections, which two people of the office make after a day was
 * closed.
 *
 * Transactions, threads and strings as in store.h.
 */
#ifndef TILL_STORE_CORRECTION_H
#define TILL_STORE_CORRECTION_H

#include "store_office.h"

enum correction_kind { CORRECTION_TRANSFER = 1, CORRECTION_REFUND = 2, CORRECTION_CANCEL = 3 };
enum correction_state { CORRECTION_PROPOSED = 1, CORRECTION_APPROVED = 2, CORRECTION_REFUSED = 3 };
enum { CORRECTION_SLIP_MAX = 33 };

struct store_correction {
    int64_t id;
    enum correction_kind kind;
    enum correction_state state;
    char terminal[TERMINAL_MAX]; /* the payment, as store_payment names it */
    uint64_t seq;
    uint8_t hash[HASH_SIZE]; /* of the original entry; of a channel's payment over its content */
    char account[ACCOUNT_MAX];
    char to_account[ACCOUNT_MAX]; /* of a transfer */
    int64_t amount_minor;
    int64_t value_at_s; /* when the money was handed over */
    char reason[STORE_ANSWER_MAX];
    int64_t matter; /* store_matter's id; 0 = none asked */
    char proposed_by[USER_MAX];
    int64_t proposed_at_s;
    char decided_by[USER_MAX]; /* "" = not yet */
    int64_t decided_at_s;
    char slip[CORRECTION_SLIP_MAX]; /* by which a refund was paid out; "" = not yet */
    char paid_by[USER_MAX];
    int64_t paid_at_s;
};

/* id 0: a new one, whose id is given. Else that one: state, decision and payout are written; where
 * it is not there it is added whole. TILL_REFUSED: another one of that payment is proposed or
 * approved. TILL_BAD_INPUT. */
enum till_status store_correction_put(struct store *s, struct store_correction *c) TILL_CHECKED;
enum till_status store_correction_get(struct store *s, int64_t id,
                                      struct store_correction *out) TILL_CHECKED;
/* The first with id above `after`; TILL_NOT_FOUND past the end. */
enum till_status store_correction_next(struct store *s, int64_t after,
                                       struct store_correction *out) TILL_CHECKED;
/* Of a payment, not refused. TILL_NOT_FOUND. */
enum till_status store_correction_of(struct store *s, const char *terminal, uint64_t seq,
                                     struct store_correction *out) TILL_CHECKED;
/* Approved ones that took from an account or gave to it, the first with id above `after`. */
enum till_status store_correction_of_account(struct store *s, const char *account, int64_t after,
                                             struct store_correction *out) TILL_CHECKED;

#endif
