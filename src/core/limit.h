/*
 * Limits: how much may happen before the office has heard of it.
 *
 * They come signed from the host with a serial that never goes down. A warning from 80 %; at 100 %
 * only new collections stop: what is recorded stays, is printed, reversed and sent. Every limit has
 * an offline way out: a drop or deposit lowers the cash, a stick takes the entries, a code typed in
 * raises the limit until the business date ends. Pure arithmetic.
 */
#ifndef TILL_LIMIT_H
#define TILL_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "status.h"

/* name, number (in bodies: append only), what an operator calls it (msgid) */
#define LIMIT_LIST(X)                                                                              \
    X(LIMIT_NONE, 0, "No limit")                                                                   \
    X(LIMIT_CASH, 1, "Cash in hand")                                                               \
    X(LIMIT_UNSENT, 2, "Records not sent")                                                         \
    X(LIMIT_OFFLINE, 3, "Time without contact")                                                    \
    X(LIMIT_RECEIPT, 4, "One receipt")                                                             \
    X(LIMIT_DAY, 5, "Taken today")                                                                 \
    X(LIMIT_REVERSALS, 6, "Own reversals today")                                                   \
    X(LIMIT_REVERSED, 7, "Sum reversed today")
enum limit {
#define X(name, number, text) name = number,
    LIMIT_LIST(X)
#undef X
        LIMIT_COUNT
};
const char *limit_text(int limit); /* msgid */

enum { LIMIT_WARN_PERCENT = 80 };

/* As a value of LIMIT_REVERSALS: nobody reverses alone. (0 would be no limit.) */
#define LIMIT_REVERSALS_NONE INT64_C(4294967295)

/* 0 = no such limit. */
struct limits {
    uint64_t serial;
    /* minor units; entries; seconds (OFFLINE); count or LIMIT_REVERSALS_NONE (REVERSALS) */
    int64_t value[LIMIT_COUNT];
};

/* How far each has been used; in the units of limits.value. */
struct limits_used {
    int64_t value[LIMIT_COUNT]; /* RECEIPT: the amount that is asked about; 0 = none yet */
};

/* The tightest of them, for the bar and for the gate. */
struct limits_verdict {
    enum limit limit; /* that is nearest to being reached; LIMIT_NONE: none is at 80 % */
    int percent;      /* of it, 0..999 */
    bool reached;     /* new collections stop */
    int64_t left;     /* before it is reached; 0 = none */
};

/* A user's own cash limit (of the book) tightens the terminal's. 0 = none. */
void limits_tighten_cash(struct limits *l, int64_t cash_minor);

/* Does taking amount_minor more (0 = just looking), cash_minor of it in cash, keep within? Looks at
 * CASH, UNSENT, OFFLINE, RECEIPT, DAY. */
void limits_check_collection(const struct limits *l, const struct limits_used *used,
                             int64_t amount_minor, int64_t cash_minor,
                             struct limits_verdict *verdict_out);
/* May the collector reverse amount_minor alone? Looks at REVERSALS and REVERSED. With a supervisor
 * or a code these two don't hold. */
void limits_check_reversal(const struct limits *l, const struct limits_used *used,
                           int64_t amount_minor, struct limits_verdict *verdict_out);

#endif
