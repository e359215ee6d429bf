/*
 * Corrections after the day close: proposed by one person of the office, decided by another.
 *
 * A correction names one payment, by its record and the record's hash, and takes it back whole:
 * to another account, to the customer, or because no money was taken. It never changes what a
 * journal or a Z says: it is posted in the open period with the value date of the original, and
 * whoever asks about the receipt is told.
 *
 * Pure over the store contract; each function is a transaction of its own.
 */
#ifndef TILL_HOST_CORRECTION_H
#define TILL_HOST_CORRECTION_H

#include "store_correction.h"

/* What somebody wants corrected. */
struct correction_wanted {
    const char *entry; /* "0031/4127", "0031-0004127", "alipay/17", "correction/12" */
    enum correction_kind kind;
    const char *to_account; /* of a transfer; NULL otherwise */
    const char *reason;     /* clean text, below STORE_ANSWER_MAX */
    const char *by;         /* a number of the office (office_role.h) */
};

/*
 * An open request of a collector for that receipt is linked and answered by the decision.
 *   reason_out  with TILL_REFUSED: why, an English msgid
 * TILL_NOT_FOUND: no such payment. TILL_REFUSED: it was undone, its shift is open, or another
 * correction of it is there; the two accounts are one; nobody of that number may. TILL_BAD_INPUT:
 * no such entry, no clean reason. TILL_BUSY.
 */
enum till_status correction_propose(struct store *s, const struct correction_wanted *wanted,
                                    int64_t now_s, struct store_correction *out,
                                    const char **reason_out) TILL_CHECKED;

/*
 * Post it. Not by who proposed it, nor by who took the money.
 * TILL_NOT_FOUND: no such proposal. TILL_UNCHANGED: it is decided. TILL_REFUSED: reason_out says
 * why; the proposal stays.
 */
enum till_status correction_approve(struct store *s, int64_t id, const char *by, int64_t now_s,
                                    char reason_out[STORE_REASON_MAX]) TILL_CHECKED;
enum till_status correction_refuse(struct store *s, int64_t id, const char *by, int64_t now_s,
                                   char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

/* A refund was paid out by the bank or at the counter; once. slip: its number, 1..32 of clean text
 * without '/'. TILL_REFUSED: no refund, not approved. */
enum till_status correction_paid(struct store *s, int64_t id, const char *slip, const char *by,
                                 int64_t now_s, char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

/* "0031/4127", "0031-0004127" of a terminal; "alipay/17"; "correction/12": the holder as
 * store_payment names it. false: no such name. */
bool correction_entry_named(const char *text, char holder_out[TERMINAL_MAX], uint64_t *seq_out);
/* English msgids: "transfer", "proposed" … */
const char *correction_kind_text(enum correction_kind kind);
const char *correction_state_text(enum correction_state state);
/* "transfer", "refund", "cancel"; 0 = none of them. */
int correction_kind_named(const char *name);

#endif
