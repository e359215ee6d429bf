/*
 * A stint of a collector: houses of a county in the order of their meter books, what they pay, how
 * long it takes, and what the printer says. The entries of a batch, without a journal.
 *
 * The n-th stint is always the same. Accounts are nearly consecutive within a meter book, as in
 * life (crowd.h); who owes nothing is passed by.
 */
#ifndef TILL_STINT_H
#define TILL_STINT_H

#include "entry.h"

enum stint_kind {
    STINT_RECEIPTS, /* receipts and their prints, in turn */
    STINT_DAY       /* also logins, skips, notices, readings, disputes, reversals, drops */
};

/* count entries from seq `from` on; hash and signature are random. */
void stint_tell(uint32_t n, enum stint_kind kind, uint64_t from, struct entry *entries_out,
                size_t count);

#endif
