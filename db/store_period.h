/*
 * The host's store, continued: accounting periods. One that was closed stays closed: rows are added
 * and never changed.
 *
 * Transactions and threads as in store.h.
 */
#ifndef TILL_STORE_PERIOD_H
#define TILL_STORE_PERIOD_H

#include "store.h"

struct store_period {
    int32_t month;        /* yyyymm */
    int64_t from_s, to_s; /* to_s: the first second after it */
    int64_t closed_at_s;
    char closed_by[USER_MAX];
    int64_t last_posting;    /* its last posting, or that of the period before */
    uint8_t hash[HASH_SIZE]; /* over its postings and the hash of the period before */
};

/* TILL_UNCHANGED: it is closed. TILL_REFUSED: it does not follow the last one in time.
 * TILL_BAD_INPUT. */
enum till_status store_period_add(struct store *s, const struct store_period *p) TILL_CHECKED;
/* The latest; TILL_NOT_FOUND: none was closed yet. */
enum till_status store_period_last(struct store *s, struct store_period *out) TILL_CHECKED;
/* By month, the first above `after` (0 = first); TILL_NOT_FOUND past the end. */
enum till_status store_period_next(struct store *s, int32_t after,
                                   struct store_period *out) TILL_CHECKED;

/* The last posting above number `after` that was made before before_s; INT64_MAX: the last of all.
 * TILL_NOT_FOUND: there is none. */
enum till_status store_posting_before(struct store *s, int64_t after, int64_t before_s,
                                      int64_t *number_out) TILL_CHECKED;

#endif
