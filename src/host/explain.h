/*
 * A difference of cash finds its owner at the office: a deposit or a hand-over that did not agree,
 * by its record or by the bank's line, and that no terminal explained. And a dispute finds its end.
 *
 * One person of the office says it, and neither whose record it is nor whom it is charged to. It
 * is posted in the open period, from `variance/TERMINAL/USER` to `overshort/OWNER`, and changes no
 * record and no Z. Pure over the store contract.
 */
#ifndef TILL_HOST_EXPLAIN_H
#define TILL_HOST_EXPLAIN_H

#include "store_explained.h"

struct explain_wanted {
    const char *terminal;
    uint64_t seq;         /* of the deposit, the drop by slip or the hand-over taken */
    int64_t amount_minor; /* as the difference is signed, short is positive; 0 = all that is open */
    bool slips;           /* of the slips that went with it, and not of the cash */
    const char *owner;
    int reason;       /* enum variance_reason */
    const char *slip; /* "" = none; the bank's, of a false note */
    const char *text; /* "" = nothing more to say */
    const char *by;   /* of the office (office_role.h) */
};

/*
 * Own transaction; the terminal is told by message.
 * TILL_NOT_FOUND: no such record of cash. TILL_UNCHANGED: nothing of it is open.
 * TILL_REFUSED: reason_out (an English msgid) says why. TILL_BAD_INPUT: texts that can't be.
 */
enum till_status explain_difference(struct store *s, const struct explain_wanted *wanted,
                                    int64_t now_s, struct store_explained *out,
                                    char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

/* What is disputed about cash, and ends so. */
struct settle_wanted {
    const char *terminal;
    uint64_t seq; /* of the hand-over given, of one that was taken, or of the close in absence */
    const char *text; /* why; never "" */
    const char *by;   /* of the office, and none of those concerned */
};

/*
 * End a dispute: a hand-over that somebody else took in the receiver's stead, a close in absence
 * that its owner disputes. Nothing is posted by it. Of a hand-over that was taken twice the taking
 * that does not stand is named: what it posted is posted the other way, and the other one stands.
 * So with the one taking that says another sum than the giver did: the cash is in transit again,
 * until it is taken over as it was given.
 *
 * Own transaction; the terminal is told by message. out->amount_minor: what was posted back.
 * TILL_NOT_FOUND: no such record of cash. TILL_UNCHANGED: nothing of it is disputed.
 * TILL_REFUSED: reason_out (an English msgid) says why. TILL_BAD_INPUT: texts that can't be.
 */
enum till_status settle_dispute(struct store *s, const struct settle_wanted *wanted, int64_t now_s,
                                struct store_explained *out,
                                char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

#endif
