/*
 * The host's store, continued: differences of cash that the office explained, where no terminal's
 * record did. Rows are added and never changed; a custody row's difference is open by what these
 * and the terminals' records leave of it (store_custody_explained counts both).
 *
 * Transactions, threads and strings as in store.h.
 */
#ifndef TILL_STORE_EXPLAINED_H
#define TILL_STORE_EXPLAINED_H

#include "store_custody.h"
#include "store_office.h"

/* In place of a reason: the row explains no difference, it ends a dispute about a hand-over or a
 * close in absence. amount_minor: 0, or as much as a taking that does not stand took. */
enum { EXPLAINED_SETTLED = 0 };
/* Added to a reason: what differed are cheques or other slips, not cash. */
enum { EXPLAINED_SLIPS = 16 };

struct store_explained {
    int64_t id;
    char terminal[TERMINAL_MAX]; /* the custody row where the difference arose */
    uint64_t seq;
    char user[USER_MAX];  /* whose difference it was there */
    char owner[USER_MAX]; /* whose it is now: over or short of theirs */
    int64_t amount_minor; /* short is positive; never 0 but where it settles */
    int reason;           /* enum variance_reason, also of slips; or EXPLAINED_SETTLED */
    char slip[33];        /* of a false note; "" */
    char text[STORE_ANSWER_MAX];
    char by[USER_MAX];
    int64_t at_s;
};

/* id 0: a new one, whose id is given; else with that id. TILL_BAD_INPUT. */
enum till_status store_explained_put(struct store *s, struct store_explained *e) TILL_CHECKED;
enum till_status store_explained_get(struct store *s, int64_t id,
                                     struct store_explained *out) TILL_CHECKED;
/* The first with id above `after`; TILL_NOT_FOUND past the end. */
enum till_status store_explained_next(struct store *s, int64_t after,
                                      struct store_explained *out) TILL_CHECKED;

#endif
