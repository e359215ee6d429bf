/*
 * What a journal keeps beside its entries, gone over for the sweep: receipts' texts and touches.
 *
 * Touches are compared with those that the entries make as two sums of keyed hashes, one a touch,
 * over all of them in any order: with a key that is drawn anew each time and never leaves the
 * process, two different sets have the same sum once in 2^64.  Private to db/journal*.c.
 */
#ifndef TILL_JOURNAL_BESIDE_H
#define TILL_JOURNAL_BESIDE_H

#include "journal_private.h"
#include "journal_tree.h"

struct journal_touch_sum {
    uint64_t key[2];
    uint64_t sum, count;
};
void journal_touch_sum_begin(struct journal_touch_sum *s);
void journal_touch_sum_add(struct journal_touch_sum *s, const struct journal_touch *touch);

/* Receipts' texts: context of the walk over them. */
struct journal_texts {
    uint64_t count;
    int64_t first, last; /* the lowest and highest seq that has one, if any has */
};
bool journal_text_visit(void *context, const struct journal_cell *cell);

/* All touches, read by themselves. */
struct journal_beside {
    struct journal_pages pages; /* its own view */
    uint32_t touch_root;
    struct journal_touch_sum touches; /* of the table; begun by the caller */
};
/* A journal_crew_job: its context is the struct. False: a tree or a row is not sound. */
bool journal_beside_read(void *context);

#endif
