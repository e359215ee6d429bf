/*
 * What the files of the fold share. Private to src/core/fold*.c.
 */
#ifndef TILL_FOLD_INSIDE_H
#define TILL_FOLD_INSIDE_H

#include "fold.h"

/* The user who is logged in, where their shift is open; else NULL. */
struct fold_user *fold_at_work(struct fold *f);

/* ---- fold_paper.c ---------------------------------------------------------------------------- */

/* A new original begins. Those of an earlier basket that still wait never will: they become
 * duplicates, if anything. */
void fold_begin_original(struct fold *f, uint64_t seq);
/* The same for an entry that may be of a basket (0 = none): all but its first wait for the one
 * before. TILL_E_PROTOCOL: not the next of the basket that was begun last. */
enum till_status fold_begin_in_basket(struct fold *f, uint64_t seq, uint64_t basket) TILL_CHECKED;
enum till_status fold_apply_duplicate(struct fold *f, const struct entry *e) TILL_CHECKED;
/* print_done and print_uncertain. */
enum till_status fold_apply_print_end(struct fold *f, const struct entry *e) TILL_CHECKED;

/* ---- fold_stop.c ----------------------------------------------------------------------------- */

/* What happens at a stop: money, and marks on a customer; and all kinds that no rule is of. */
enum till_status fold_apply_stop(struct fold *f, const struct entry *e,
                                 struct fold_touch *touch) TILL_CHECKED;

#endif
