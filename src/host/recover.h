/*
 * Records that come another way than by their journal: out of a customer's paper, or released after
 * they were set aside.
 *
 * Pure over the store contract: within the caller's transaction, like the ledger. A paper is a
 * whole signed entry (core/proof.h): it is posted at once, in the name of LEDGER_PAPER, because who
 * was logged in stands in a record that nobody has. When the journal comes after all, ingest asks
 * recover_meet about each of its entries: the money goes to its collector, and nothing is posted
 * twice; a journal that tells something else than the paper is another branch.
 */
#ifndef TILL_HOST_RECOVER_H
#define TILL_HOST_RECOVER_H

#include "ledger.h"
#include "proof.h"

enum recovery {
    RECOVERY_POSTED = 1, /* new, and in the ledger */
    RECOVERY_KEPT = 2,   /* new; a rule says no to its posting: the reason says which */
    RECOVERY_AGAIN = 3,  /* a paper with this record was read before */
    RECOVERY_STORED = 4, /* its journal has come: nothing to recover */
    RECOVERY_FORK = 5,   /* authentic, and another record bears its number: evidence */
    RECOVERY_FALSE = 6   /* altered, or not made by that terminal */
};
/* An English msgid. */
const char *recovery_text(enum recovery recovery);

/* The text of one QR. c: store and site and time; terminal and user are the paper's.
 * reason_out: STORE_REASON_MAX, for RECOVERY_KEPT. TILL_E_PROTOCOL: no proof at all. */
enum till_status recover_paper(const struct ledger_context *c, const char *text, size_t size,
                               struct proof *proof_out, enum recovery *recovery_out,
                               char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

/*
 * An entry that its journal brings (c: of that entry, its user with it), before it is posted.
 * TILL_OK: a paper told the same and was posted; its money is its collector's now. TILL_NOT_FOUND:
 * nothing was posted of it, so the entry may be. TILL_E_FORK: a paper of that number says
 * otherwise; nothing was done, and nothing of the entry may be posted under its number.
 */
enum till_status recover_meet(const struct ledger_context *c, const struct entry *e) TILL_CHECKED;
/* The same question alone. TILL_OK: a paper says the same. */
enum till_status recover_differs(const struct ledger_context *c,
                                 const struct entry *e) TILL_CHECKED;

/* ---- set aside, and released ----------------------------------------------------------------- */

/* Try to post a record that was set aside, as of its own time (or of c->value_at_s) and user; it
 * waits no longer. TILL_NOT_FOUND: it does not wait. TILL_REFUSED: reason_out says why it still
 * can't be. */
enum till_status recover_release(const struct ledger_context *c, uint64_t seq, const char *by,
                                 char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

/* It is never posted: the office settled its money another way. Its reversal, if one comes, is set
 * aside too. TILL_NOT_FOUND: it does not wait. TILL_BAD_INPUT: why is empty or not clean.
 * TILL_REFUSED: reason_out says why. */
enum till_status recover_close(const struct ledger_context *c, uint64_t seq, const char *by,
                               const char *why, char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

/* ---- what is lost ---------------------------------------------------------------------------- */

/* What is known of a terminal that does not come back. */
struct loss {
    uint64_t known_seq;      /* records 1 to this one are here */
    int64_t known_at_s;      /* when that was made; 0 = there is none */
    uint64_t recovered;      /* papers of later records */
    int64_t recovered_minor; /* taken by them, less what was given back */
    int64_t handed_minor;    /* cash that left the bags by them, for a supervisor or the bank */
    uint64_t last_seq;       /* highest number that a paper bears, or names as before it */
    uint64_t missing;        /* numbers between known and last without a record */
    int64_t cash_minor;      /* what should be in its bags, papers included, posted or not */
};
enum till_status recover_loss(struct store *s, const char *terminal,
                              struct loss *loss_out) TILL_CHECKED;

#endif
