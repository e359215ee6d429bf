/*
 * The host's store, continued: when an account was in dispute, the late fee that is held meanwhile,
 * and the bill that it becomes.
 *
 * Kept by the ledger alone, which decides by it what a payment of that time bore; a replay of the
 * ledger makes it anew. The matters of store_office.h are what people read and answer.
 *
 * Transactions, threads and strings as in store.h.
 */
#ifndef TILL_STORE_DISPUTE_H
#define TILL_STORE_DISPUTE_H

#include "store_office.h"

/* ---- when an account was in dispute ---------------------------------------------------------- */

struct store_dispute {
    int64_t opened_at_s;
    int64_t answered_at_s; /* 0 = open */
    enum dispute_outcome outcome;
};
/* One that is open already goes on, from the earlier of both moments. */
enum till_status store_dispute_open(struct store *s, const char *account,
                                    int64_t at_s) TILL_CHECKED;
/* The office has answered; TILL_OK too where none is open. */
enum till_status store_dispute_close(struct store *s, const char *account, int64_t at_s,
                                     enum dispute_outcome outcome) TILL_CHECKED;
/* The one that was open at that moment. TILL_NOT_FOUND: there was none. */
enum till_status store_dispute_at(struct store *s, const char *account, int64_t at_s,
                                  struct store_dispute *out) TILL_CHECKED;

/* ---- late fee that is held ------------------------------------------------------------------- */

/* Of what a payment settled of one bill. */
struct store_held {
    int32_t month;
    int16_t type;
    int64_t amount_minor; /* > 0 */
    bool claimed;         /* the office said that it is owed: it is a bill now */
};
/* Of one payment, by month and type; what stood there before goes. `holder` as in
 * store_channel.h. */
enum till_status store_held_put(struct store *s, const char *holder, uint64_t seq,
                                const char *account, const struct store_held *held,
                                size_t count) TILL_CHECKED;
enum till_status store_held_get(struct store *s, const char *holder, uint64_t seq,
                                struct store_held held_out[BILLS_MAX],
                                size_t *count_out) TILL_CHECKED;
/* Of an account, all payments together, by month and type: what is not claimed. TILL_TOO_LARGE:
 * more than BILLS_MAX. */
enum till_status store_held_of(struct store *s, const char *account,
                               struct store_held held_out[BILLS_MAX],
                               size_t *count_out) TILL_CHECKED;
/* It is claimed, or no longer held. */
enum till_status store_held_end(struct store *s, const char *account, bool claim) TILL_CHECKED;

/* ---- the bill that it becomes ---------------------------------------------------------------- */

/* So much more is owed of that month and type; the first time by that due date. TILL_BAD_INPUT.
 * TILL_NOT_FOUND: no such customer. */
enum till_status store_bill_claim(struct store *s, const char *account,
                                  const struct bill *bill) TILL_CHECKED;
/* So much less, of what is open. TILL_NOT_FOUND: not so much is open. */
enum till_status store_bill_withdraw(struct store *s, const char *account, int32_t month,
                                     int16_t type, int64_t amount_minor) TILL_CHECKED;

#endif
