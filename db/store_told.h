/*
 * The host's store, continued: what the office knows of a terminal's cash and its book tells it
 * (book_row.h). Derived from the rows of store_custody.h and store_explained.h; nothing is kept.
 *
 * Transactions, threads and strings as in store.h.
 */
#ifndef TILL_STORE_TOLD_H
#define TILL_STORE_TOLD_H

#include "book_row.h"
#include "store.h"

/*
 * Hand-overs and drops that the terminal gave from from_s on and that were taken over on another
 * one, by a taking that stands; by number. More than capacity: the newest. Looked for among its
 * newest thousand records of cash.
 *   capacity  at most BOOK_TAKEN_MAX
 */
enum till_status store_told_taken(struct store *s, const char *terminal, int64_t from_s,
                                  struct book_taken *out, size_t capacity,
                                  size_t *count_out) TILL_CHECKED;
/*
 * Of differences that the terminal itself still has open: how much of each the office explained, no
 * more than is open there; all of one whose taking does not stand. By number. More than capacity:
 * the newest.
 *   capacity  at most BOOK_EXPLAINED_MAX
 */
enum till_status store_told_explained(struct store *s, const char *terminal,
                                      struct book_explained *out, size_t capacity,
                                      size_t *count_out) TILL_CHECKED;

#endif
