/*
 * Numbered paper, number by number, out of the entries alone: each is in exactly one state, and the
 * state that it was in before is one out of which it may come.
 */
#ifndef TILL_DAYS_STOCK_H
#define TILL_DAYS_STOCK_H

#include "days_log.h"

enum days_paper_state {
    DAYS_UNUSED = 1,
    DAYS_USED,
    DAYS_SPOILED,
    DAYS_SKIPPED, /* spoiled as passed over by a correction: it may come back */
    DAYS_VOIDED,
    DAYS_RETURNED,
    DAYS_WRITTEN /* by hand */
};

struct days_number {
    struct stock_number number;
    enum days_paper_state state;
    uint64_t used_seq;    /* stationery_used or manual_receipt that took it; 0 = none */
    uint64_t ended_seq;   /* spoiled, voided, adjusted; 0 = none */
    uint64_t receipt_seq; /* whose paper it is or was; 0 = nobody's */
    int64_t face_minor;   /* of a used one */
    uint64_t range_seq;   /* stationery_received that it came with; 0 = none */
    uint64_t told_seq;    /* the latest count in which its end would be told; 0 = none yet */
};

/* One range in hand, as stationery_counted tells it. */
struct days_range {
    int type;
    char series[SERIES_MAX];
    uint64_t next, last;
    uint64_t received_seq;
    uint64_t counted_seq; /* received, or counted last */
};

struct days_stock {
    struct days_number *list;
    size_t count, capacity;
    struct days_range ranges[FOLD_STOCK_MAX];
    size_t range_count;
};

/* Go over all entries. What can't be: *f says which number and why. Freed by days_stock_free. */
void days_stock_make(struct days_stock *s, const struct days_log *log, struct days_fault *f);
void days_stock_free(struct days_stock *s);
/* NULL: nobody ever had it. */
struct days_number *days_stock_find(const struct days_stock *s, const struct stock_number *n);
/* The number that a receipt's paper bears now; NULL: none. */
const struct days_number *days_stock_of(const struct days_stock *s, uint64_t receipt_seq);
/* What a count of that range must say now. */
void days_stock_count(const struct days_stock *s, const struct days_range *range,
                      struct body_stock_counted *out);

#endif
