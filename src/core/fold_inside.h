/*
 * What the files of the fold share. Private to src/core/fold*.c.
 */
#ifndef TILL_FOLD_INSIDE_H
#define TILL_FOLD_INSIDE_H

#include "fold.h"

/* The user who is logged in, or NULL. */
struct fold_user *fold_who(struct fold *f);
/* The same, where their shift is open and its count has not begun; else NULL. */
struct fold_user *fold_at_work(struct fold *f);
/* Sums: TILL_E_OVERFLOW; and TILL_E_PROTOCOL below nothing. */
enum till_status fold_move(int64_t *sum_minor, int64_t amount_minor) TILL_CHECKED;
enum till_status fold_take_off(int64_t *sum_minor, int64_t amount_minor) TILL_CHECKED;

/* ---- fold_failures.c ------------------------------------------------------------------------- */

/* One more wrong PIN or code at that number. */
void fold_count_failure(struct fold *f, const char *user, int64_t at_s);
/* They logged in. */
void fold_end_failures(struct fold *f, const char *user);
/* The clock was set: what passed since each failure is what passed in truth. */
enum till_status fold_move_failures(struct fold *f, const struct entry *e) TILL_CHECKED;

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

/* What happens at a stop: money, and marks on a customer. */
enum till_status fold_apply_stop(struct fold *f, const struct entry *e,
                                 struct fold_touch *touch) TILL_CHECKED;

/* ---- fold_shift.c ---------------------------------------------------------------------------- */

/* Open, cash in and out, count, close. */
enum till_status fold_apply_shift(struct fold *f, const struct entry *e) TILL_CHECKED;

/* ---- fold_carry.c ---------------------------------------------------------------------------- */

/* Drop, hand-over, deposit, variance: cash that leaves a bag or a hand. */
enum till_status fold_apply_carry(struct fold *f, const struct entry *e) TILL_CHECKED;

/* ---- fold_stock.c ---------------------------------------------------------------------------- */

/* Numbered paper; and all kinds that no rule is of. */
enum till_status fold_apply_stock(struct fold *f, const struct entry *e) TILL_CHECKED;
/* A manual receipt was entered: its number, where it is the next of a range, is gone. */
void fold_stock_manual(struct fold *f, const char *number);

#endif
