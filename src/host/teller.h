/*
 * Who was logged in on a terminal when an entry was made: whose cash it is.
 *
 * It follows login, user_switched and logout alone. The device's own fold is stricter (no money
 * without a shift); here a record that breaks such a rule must not take the ones after it along.
 */
#ifndef TILL_HOST_TELLER_H
#define TILL_HOST_TELLER_H

#include "store.h"

struct teller {
    uint64_t seq;        /* of the last entry followed; 0 = none */
    char user[USER_MAX]; /* LEDGER_NOBODY where nobody is logged in */
};

void teller_init(struct teller *t);
/* The next entry: seq is t->seq + 1, asserted. A body that can't be read changes nothing. */
void teller_follow(struct teller *t, const struct entry *e);

/* Who was logged in when entry `seq` was made, from the entries themselves: reads all before it.
 * TILL_E_CORRUPT: an entry of the main branch is missing. */
enum till_status teller_at(struct store *s, const char *terminal, uint64_t seq,
                           struct teller *teller_out) TILL_CHECKED;
/* As kept in the store for the terminal's head; by teller_at where what is kept is not of `seq`. */
enum till_status teller_load(struct store *s, const char *terminal, uint64_t seq,
                             struct teller *teller_out) TILL_CHECKED;
enum till_status teller_save(struct store *s, const char *terminal,
                             const struct teller *t) TILL_CHECKED;

#endif
