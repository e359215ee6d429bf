/*
 * One record, row or paper among many, taken whole or not at all: the rule by which none of them is
 * in the way of the next. Within the caller's transaction; parts within parts are allowed.
 *
 *     status = apart_begin(s, reason);
 *     if (status == TILL_OK) {
 *         status = apart_end(s, post(…, reason), reason);
 *     }
 */
#ifndef TILL_HOST_APART_H
#define TILL_HOST_APART_H

#include "store.h"

/* Is it the store that failed, and not what it was given? Then another try may go well, and nothing
 * is to be concluded about the record. */
bool apart_is_the_stores(enum till_status status);

enum till_status apart_begin(struct store *s, char reason_out[STORE_REASON_MAX]) TILL_CHECKED;
/* The end of what came to `status`. TILL_OK, TILL_UNCHANGED: it stands. TILL_REFUSED: nothing of it
 * is left, and the reason is never empty. Else the store failed. */
enum till_status apart_end(struct store *s, enum till_status status,
                           char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

#endif
