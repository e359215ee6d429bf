/*
 * What an import is about to read and write, said before it does.
 *
 * A hint: nothing is true or false because of it, and every function of the store gives what it
 * gives without. Where a network lies before the database (PostgreSQL) all that is named is read at
 * once, and what is written of it waits, is seen by whoever reads it, and goes out set by set: at
 * the next hint, before anything that was not named is asked, or with the commit. SQLite takes row
 * by row.
 *
 * Transactions, threads and strings as in store.h.
 */
#ifndef TILL_STORE_AHEAD_H
#define TILL_STORE_AHEAD_H

#include "store.h"

struct store_ahead_bill {
    char account[ACCOUNT_MAX];
    int32_t month;
    int16_t type;
};
/* The caller's, until the call returns; anything may be named twice, and need not exist. */
struct store_ahead {
    const char *source; /* what will be posted is named so: the front of it, "import/7/" */
    const char (*accounts)[ACCOUNT_MAX]; /* customers, with what they owe */
    size_t account_count;
    const struct store_ahead_bill *bills; /* that may be added */
    size_t bill_count;
    const char (*meter_books)[BOOK_ID_MAX]; /* in which customers may be put */
    size_t meter_book_count;
    const char (*names)[STORE_LEDGER_ACCOUNT_MAX]; /* ledger accounts that may be posted to */
    size_t name_count;
};
/* Within store_begin. */
enum till_status store_look_ahead(struct store *s, const struct store_ahead *a) TILL_CHECKED;

#endif
