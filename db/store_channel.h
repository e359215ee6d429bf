/*
 * The host's store, continued: payments that came through a bank, Alipay, WeChat, a direct debit,
 * and what payments of an account, from wherever, need to be settled anew.
 *
 * Transactions, threads and strings as in store.h.
 */
#ifndef TILL_STORE_CHANNEL_H
#define TILL_STORE_CHANNEL_H

#include "store_office.h"

enum { CHANNEL_NAME_MAX = 12, CHANNEL_NUMBER_MAX = 65 };

/* ---- channels -------------------------------------------------------------------------------- */

/* A name is 1..11 of [0-9a-z]. */
struct store_channel {
    char name[CHANNEL_NAME_MAX];
    char title[BOOK_NAME_MAX]; /* what people call it: 支付宝 */
    uint8_t
        certificate[HASH_SIZE]; /* fingerprint of the one it may use the API with; zeros = none */
    bool stopped;               /* the API refuses it */
};
bool channel_name_is_valid(const char *name);
/* Write it whole, new or not. TILL_BAD_INPUT. */
enum till_status store_channel_put(struct store *s, const struct store_channel *c) TILL_CHECKED;
enum till_status store_channel_get(struct store *s, const char *name,
                                   struct store_channel *out) TILL_CHECKED;
/* By name ascending, the first above `after` ("" = first); TILL_NOT_FOUND past the end. */
enum till_status store_channel_next(struct store *s, const char *after,
                                    struct store_channel *out) TILL_CHECKED;

/* ---- their payments -------------------------------------------------------------------------- */

struct store_channel_payment {
    char channel[CHANNEL_NAME_MAX];
    int64_t id; /* 1, 2, 3 … of the channel */
    char number[CHANNEL_NUMBER_MAX];
    char account[ACCOUNT_MAX];
    int64_t amount_minor;
    int64_t value_at_s;    /* when it was paid there */
    int64_t received_at_s; /* when we were told first */
    bool posted;
    char reason[STORE_REASON_MAX]; /* why it is set aside */
};
/* p->id 0: a new one, which gets the next id. Else that one is written anew; its number stays.
 * TILL_NOT_FOUND: no such channel. TILL_BAD_INPUT: no number, account or amount that can be. */
enum till_status store_channel_payment_put(struct store *s,
                                           struct store_channel_payment *p) TILL_CHECKED;
enum till_status store_channel_payment_get(struct store *s, const char *channel, int64_t id,
                                           struct store_channel_payment *out) TILL_CHECKED;
enum till_status store_channel_payment_find(struct store *s, const char *channel,
                                            const char *number,
                                            struct store_channel_payment *out) TILL_CHECKED;
/* By id, the first above `after`; TILL_NOT_FOUND past the end. */
enum till_status store_channel_payment_next(struct store *s, const char *channel, int64_t after,
                                            struct store_channel_payment *out) TILL_CHECKED;
/* The same, of those alone that are set aside. */
enum till_status store_channel_payment_next_aside(struct store *s, const char *channel,
                                                  int64_t after,
                                                  struct store_channel_payment *out) TILL_CHECKED;
/* Evidence of another content under a number that is there. TILL_UNCHANGED: that very content is
 * kept already. */
enum till_status store_channel_conflict_put(struct store *s,
                                            const struct store_channel_payment *p) TILL_CHECKED;

/* ---- a part of a transaction ----------------------------------------------------------------- */

/* What can be taken back alone; not nested. end: kept where status is TILL_OK, else taken back;
 * gives that status, or the fault of the database. */
enum till_status store_part_begin(struct store *s) TILL_CHECKED;
enum till_status store_part_end(struct store *s, enum till_status status) TILL_CHECKED;

/* ---- payments of an account ------------------------------------------------------------------ */

/*
 * A payment that did not come from a terminal's entry is kept by store_payment_put all the same:
 * its `terminal` is STORE_HOLDER_MARK and the channel's name, its seq the id there; of a transfer
 * the mark alone and the correction's id. No terminal's number begins so.
 */
#define STORE_HOLDER_MARK "+"
bool store_holder_is_valid(const char *holder);

/* Those that stand, by terminal and seq, the first after (terminal, seq); "" and 0 = first.
 * TILL_NOT_FOUND past the end. `after_terminal` may be out->terminal. */
enum till_status store_payment_next(struct store *s, const char *account,
                                    const char *after_terminal, uint64_t after_seq,
                                    struct store_payment *out) TILL_CHECKED;
/* What it settled, anew: bills and count alone are looked at. TILL_NOT_FOUND: no such payment. */
enum till_status store_payment_settle(struct store *s, const struct store_payment *p) TILL_CHECKED;
/* Bills that the advance balance paid, whole or in part, newest first; at most BILLS_MAX. */
enum till_status store_from_balance(struct store *s, const char *account,
                                    struct store_paid paid_out[BILLS_MAX],
                                    size_t *count_out) TILL_CHECKED;

#endif
