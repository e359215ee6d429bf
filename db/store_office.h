/*
 * The host's store, continued: what undoes a payment, and what collectors ask the office.
 *
 * Transactions, threads and strings as in store.h.
 */
#ifndef TILL_STORE_OFFICE_H
#define TILL_STORE_OFFICE_H

#include "store.h"

/* ---- payments, as they were posted ----------------------------------------------------------- */

/* What a payment settled of one bill. */
struct store_paid {
    int32_t month;
    int16_t type;
    int64_t amount_minor; /* fee excluded */
    int64_t late_fee_minor;
};
/* What an entry that was posted did to its customer, so that it can be undone exactly. Lines of the
 * ledger name bill types; here stand the months. */
struct store_payment {
    char terminal[TERMINAL_MAX];
    uint64_t seq;
    char account[ACCOUNT_MAX];
    int32_t before_date; /* the customer's last payment before it */
    int64_t before_minor;
    char undone_by[48]; /* source of the posting that undid it; "" = it stands */
    struct store_paid bills[BILLS_MAX];
    size_t count;
};
/* Once for an entry. TILL_NOT_FOUND: no such customer. TILL_BAD_INPUT. */
enum till_status store_payment_put(struct store *s, const struct store_payment *p) TILL_CHECKED;
enum till_status store_payment_get(struct store *s, const char *terminal, uint64_t seq,
                                   struct store_payment *out) TILL_CHECKED;
/* Note that it was undone. TILL_UNCHANGED: it was already, or there is none. */
enum till_status store_payment_undo(struct store *s, const char *terminal, uint64_t seq,
                                    const char *source) TILL_CHECKED;

/* ---- matters: what a person at the office has to answer -------------------------------------- */

/* What the office found about 'I already paid'. */
enum dispute_outcome {
    DISPUTE_UNDECIDED = 0, /* open, or answered before there was a choice */
    DISPUTE_PAID = 1,      /* the customer was right */
    DISPUTE_OWED = 2
};
enum matter_kind { MATTER_DISPUTE = 1, MATTER_CORRECTION = 2 };
enum { STORE_ANSWER_MAX = 193 };
struct store_matter {
    int64_t id;
    enum matter_kind kind;
    char terminal[TERMINAL_MAX];
    uint64_t seq;
    int64_t at_s;
    char account[ACCOUNT_MAX];
    int code; /* enum dispute_proof, enum reversal_reason */
    char reference[33];
    int64_t amount_minor;
    int64_t answered_at_s; /* 0 = open */
    char answer[STORE_ANSWER_MAX];
    enum dispute_outcome outcome;
};
/* id, answer and outcome are the store's. TILL_UNCHANGED: the matter of that entry is there. */
enum till_status store_matter_put(struct store *s, const struct store_matter *m) TILL_CHECKED;
/* The first with id above `after`; TILL_NOT_FOUND past the end. */
enum till_status store_matter_next(struct store *s, int64_t after,
                                   struct store_matter *out) TILL_CHECKED;
/* An open one of that kind with that reference. TILL_NOT_FOUND. */
enum till_status store_matter_asking(struct store *s, enum matter_kind kind, const char *reference,
                                     int64_t *id_out) TILL_CHECKED;
/* TILL_NOT_FOUND: no such open matter. TILL_BAD_INPUT: no clean text. */
enum till_status store_matter_answer(struct store *s, int64_t id, int64_t at_s, const char *answer,
                                     enum dispute_outcome outcome) TILL_CHECKED;
enum till_status store_matters_open(struct store *s, const char *account, enum matter_kind kind,
                                    int64_t *count_out) TILL_CHECKED;

#endif
