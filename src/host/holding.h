/*
 * Meter books that change hands: who held which, and has it reported since?
 *
 * An earlier holder has reported when a record of its journal says that it works by a book without
 * the meter book: everything that it took before is here then, for records come in order. Until
 * then each customer of the meter book may have paid there (可能已收), and the new holder's book
 * says so. A terminal that was lost never reports: holding_release ends the waiting.
 *
 * Pure over the store contract. Each call that writes is within the caller's transaction; books
 * notice by themselves.
 */
#ifndef TILL_HOST_HOLDING_H
#define TILL_HOST_HOLDING_H

#include "store_holding.h"

/* The meter books that a terminal carries from now on: replaced whole, dated. Statuses of
 * store_assign. */
enum till_status holding_assign(struct store *s, const char *terminal, const char *ids,
                                int64_t now_s) TILL_CHECKED;
/* One meter book goes to a terminal, from whoever else has it. TILL_UNCHANGED: it alone has it.
 * TILL_NOT_FOUND: no such terminal. TILL_TOO_LARGE: it carries too many. */
enum till_status holding_give(struct store *s, const char *meter_book, const char *to,
                              int64_t now_s) TILL_CHECKED;

/* The first of a comma-separated list that is no meter book's id; "" = all are. */
enum till_status holding_unknown(struct store *s, const char *ids,
                                 char id_out[BOOK_ID_MAX]) TILL_CHECKED;
/* Of such a list those that no terminal carries; out holds STORE_ASSIGNED_TEXT_MAX bytes. */
enum till_status holding_nobodys(struct store *s, const char *ids, char *out) TILL_CHECKED;

/* A terminal has applied the newest book that was made for it. */
enum till_status holding_applied(struct store *s, const char *terminal, uint64_t revision,
                                 uint64_t seq, int64_t at_s) TILL_CHECKED;
/* It works by a book that this store did not make: only those above `newest` will say anything. */
enum till_status holding_astray(struct store *s, const char *terminal,
                                uint64_t newest) TILL_CHECKED;
/* Its journal has ended with record `seq`: nothing will come of it any more. Holds nothing now. */
enum till_status holding_retired(struct store *s, const char *terminal, uint64_t seq,
                                 int64_t at_s) TILL_CHECKED;
/* It is lost, and what is known of it is all that ever will be: nobody waits for it any more. Holds
 * nothing now. */
enum till_status holding_release(struct store *s, const char *terminal, int64_t now_s) TILL_CHECKED;

/* Who held the meter book before and has not reported, `but` left out; at most `capacity`. */
enum till_status holding_pending(struct store *s, const char *meter_book, const char *but,
                                 struct book_holder *out, size_t capacity,
                                 size_t *count_out) TILL_CHECKED;

#endif
