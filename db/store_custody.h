/*
 * The host's store, continued: who has the cash. One row for each record of a terminal that closes
 * a shift, hands cash on, brings it to the bank or explains a difference; never changed. Beside
 * them stand marks on those that may still wait for somebody: more than do, never fewer. What fits
 * together is asked by their hashes and numbers: a hand-over is complete when both sides are there,
 * whichever came first.
 *
 * Transactions, threads and strings as in store.h.
 */
#ifndef TILL_STORE_CUSTODY_H
#define TILL_STORE_CUSTODY_H

#include "entry_shift.h"
#include "store.h"

/* Whose record it is, while a paper of it is all that is known. */
#define STORE_CUSTODY_PAPER "-paper"

struct store_custody {
    char terminal[TERMINAL_MAX];
    uint64_t seq;
    uint16_t kind; /* SHIFT_CLOSED, CLOSED_IN_ABSENCE, ABSENCE_ANSWERED, CASH_DROP, HANDOVER_GIVEN,
                      HANDOVER_TAKEN, DEPOSIT, VARIANCE_EXPLAINED, CASH_IN, CASH_OUT */
    int64_t at_s;
    uint8_t hash[HASH_SIZE];  /* of the record */
    uint8_t named[HASH_SIZE]; /* HANDOVER_TAKEN: of the giver's record; else zeros */
    char user[USER_MAX];      /* whose record it is; "-" = nobody was logged in */
    char other[USER_MAX];     /* receiver; owner of a shift or of a variance; who agreed; "" */
    int64_t amount_minor;     /* counted, given, taken as counted, at the bank, explained */
    int64_t expected_minor;   /* as the entries, the giver, the Zs or an explanation's record say;
                                 else as amount_minor */
    int64_t other_minor;      /* slips of other tenders; a Z: taken in all */
    uint32_t z;               /* a Z's number, also of ABSENCE_ANSWERED; else 0 */
    char closes[CLOSES_TEXT_MAX];
    char bank[13];  /* DEPOSIT; a drop to the bank: "" */
    char slip[33];  /* DEPOSIT, a drop to the bank, a false note; "" */
    int reason;     /* VARIANCE_EXPLAINED, CASH_IN, CASH_OUT, ABSENCE_ANSWERED (1 = disputed);
                       else 0 */
    uint64_t about; /* VARIANCE_EXPLAINED: seq of the record where it arose; else 0 */
};

/* TILL_UNCHANGED: it is there. TILL_BAD_INPUT. */
enum till_status store_custody_put(struct store *s, const struct store_custody *c) TILL_CHECKED;
/* The journal of a record of STORE_CUSTODY_PAPER has come: it is this user's. Of another record, or
 * none, nothing is changed. */
enum till_status store_custody_claim(struct store *s, const char *terminal, uint64_t seq,
                                     const char *user) TILL_CHECKED;
enum till_status store_custody_get(struct store *s, const char *terminal, uint64_t seq,
                                   struct store_custody *out) TILL_CHECKED;
/* By terminal, then seq; the first behind that one ("", 0 = first). TILL_NOT_FOUND past the end. */
enum till_status store_custody_next(struct store *s, const char *after_terminal, uint64_t after_seq,
                                    struct store_custody *out) TILL_CHECKED;
/* By time, then terminal and seq; the first behind that one. TILL_NOT_FOUND past the end. */
enum till_status store_custody_at(struct store *s, int64_t after_at_s, const char *after_terminal,
                                  uint64_t after_seq, struct store_custody *out) TILL_CHECKED;
/* Those that are marked: they may wait for somebody. As store_custody_next. */
enum till_status store_custody_open(struct store *s, const char *after_terminal, uint64_t after_seq,
                                    struct store_custody *out) TILL_CHECKED;
enum till_status store_custody_mark(struct store *s, const char *terminal, uint64_t seq,
                                    bool open) TILL_CHECKED;
/* The close in absence with that number. TILL_NOT_FOUND. */
enum till_status store_custody_absence(struct store *s, const char *terminal, uint32_t z,
                                       struct store_custody *out) TILL_CHECKED;
/* The record with that hash. TILL_NOT_FOUND. */
enum till_status store_custody_of_hash(struct store *s, const uint8_t hash[HASH_SIZE],
                                       struct store_custody *out) TILL_CHECKED;
/* The first that names that hash, by terminal and seq behind that one. TILL_NOT_FOUND. */
enum till_status store_custody_naming(struct store *s, const uint8_t hash[HASH_SIZE],
                                      const char *after_terminal, uint64_t after_seq,
                                      struct store_custody *out) TILL_CHECKED;
/* How much of the difference of that record was explained, by terminals and by the office
 * (store_explained.h); 0 = none. */
enum till_status store_custody_explained(struct store *s, const char *terminal, uint64_t seq,
                                         int64_t *amount_out) TILL_CHECKED;
/* The same of its slips, which the office alone explains. */
enum till_status store_custody_explained_slips(struct store *s, const char *terminal, uint64_t seq,
                                               int64_t *amount_out) TILL_CHECKED;
/* What the office has decided about that record (store_explained.h, EXPLAINED_SETTLED). */
struct store_custody_settled {
    bool settled;
    int64_t undone_minor; /* of a hand-over that was taken twice: this taking does not stand */
};
enum till_status store_custody_settled(struct store *s, const char *terminal, uint64_t seq,
                                       struct store_custody_settled *out) TILL_CHECKED;

#endif
