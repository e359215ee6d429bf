/*
 * Everything of a kind, in order, for whoever looks at all of it: the ledger's check. What is asked
 * row by row elsewhere comes here as one long answer, read piece by piece: memory is bounded
 * whatever there is.
 *
 * Transactions, threads and strings as in store.h; within store_begin_whole, where it is of one
 * moment. One walk of a kind at a time on a handle; other functions may be used meanwhile.
 */
#ifndef TILL_STORE_WALK_H
#define TILL_STORE_WALK_H

#include "store.h"

struct store_walk;

/* Postings in the order of their numbers, lines and all. */
enum till_status store_walk_postings(struct store *s, struct store_walk **walk_out) TILL_CHECKED;
/* Those with numbers above `after`, through `last`: at most STORE_WALK_NUMBERS_MAX numbers, and
 * within any transaction. */
enum { STORE_WALK_NUMBERS_MAX = 1000 };
enum till_status store_walk_postings_between(struct store *s, int64_t after, int64_t last,
                                             struct store_walk **walk_out) TILL_CHECKED;
/* TILL_NOT_FOUND: past the last. TILL_E_CORRUPT: more lines than a posting can have. */
enum till_status store_walk_posting(struct store_walk *walk, int64_t *number_out,
                                    struct store_posting *out) TILL_CHECKED;

/* Ledger accounts in the order of their names. */
enum till_status store_walk_balances(struct store *s, struct store_walk **walk_out) TILL_CHECKED;
enum till_status store_walk_balance(struct store_walk *walk,
                                    char name_out[STORE_LEDGER_ACCOUNT_MAX],
                                    int64_t *balance_out) TILL_CHECKED;

/* Customers in the order of their accounts, with what they owe (store_arrears). */
enum till_status store_walk_customers(struct store *s, struct store_walk **walk_out) TILL_CHECKED;
/* TILL_TOO_LARGE: more than BILLS_MAX open bills. */
enum till_status store_walk_customer(struct store_walk *walk, char account_out[ACCOUNT_MAX],
                                     struct arrears *out) TILL_CHECKED;

void store_walk_close(struct store_walk *walk);

/* Entries of a terminal's main branch above `after`, the first ones, at most `capacity`. */
enum till_status store_entries_above(struct store *s, const char *terminal, uint64_t after,
                                     struct entry *entries_out, size_t capacity,
                                     size_t *count_out) TILL_CHECKED;

#endif
