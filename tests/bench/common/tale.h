/*
 * A long journal, told quickly: a collector who takes money and prints, as many entries as one
 * likes. Written by the journal's own appends, with papers' lines and touches, but without waiting
 * for the disk, and signed only where asked: to sign a million entries takes a quarter of an hour.
 */
#ifndef TILL_TALE_H
#define TILL_TALE_H

#include "journal.h"

/* The key's sealer, but signatures of entries are zeros while `resting`. */
struct tale_seal {
    struct sealer key;
    bool resting;
};
/* A sealer over *seal, which outlives it. */
struct sealer tale_sealer(struct tale_seal *seal);

#define TALE_USER "1002"
enum { TALE_STEP_S = 20 };
/*
 * Append until the journal ends with entry `last`, which alone is signed: a login, a shift, then
 * receipts, what their printer said and, every twenty receipts, a drop of the cash in the bag.
 *   seal  of the journal's sealer
 *   account_of  the n-th customer's account
 *   at_s  of the next entry; each comes TALE_STEP_S after the one before
 * The journal's disk is not waited for from now on. Whatever fails ends the program.
 */
void tale_tell(struct journal *journal, struct tale_seal *seal, uint64_t last, int64_t at_s,
               void (*account_of)(uint32_t n, char account_out[ACCOUNT_MAX]));

#endif
