/*
 * The check of the ledger: everything once more, from the beginning.
 *
 * Every import that was kept and every entry of every terminal is replayed, in the order in which
 * it was posted, into an empty store by the same rules; then posting after posting, balance after
 * balance and customer after customer must be the same. It reads one moment of the live store, in
 * long answers (store_walk.h), and writes nothing there: nobody waits for it.
 *
 * Memory: some 200 MB of cache, and 700 bytes a terminal, whatever there is. Blocking: minutes for
 * millions of postings; the empty store needs about as much room on disk as they do.
 */
#ifndef TILL_HOST_LEDGER_CHECK_H
#define TILL_HOST_LEDGER_CHECK_H

#include "store.h"

enum { LEDGER_DIFFERENCE_MAX = 256 };

struct ledger_verdict {
    bool sound;
    int64_t postings, entries, imports;     /* looked at */
    char difference[LEDGER_DIFFERENCE_MAX]; /* the first one, in English; "" = none */
};

/* dir: the host's folder; the empty store lives there as a file while it is needed.
 * TILL_OK: looked at everything, verdict_out tells. Else the check itself failed. */
enum till_status ledger_check(struct store *live, const char *dir,
                              struct ledger_verdict *verdict_out) TILL_CHECKED;

#endif
