/*
 * The ledger: what an entry or an imported row means in double entry.
 *
 * Debit is positive. Accounts (docs/host.md lists them):
 *   cash/TERMINAL/USER            cash that a collector holds
 *   cheque/TERMINAL/USER          cheques that were taken, in the bag of the open shift
 *   tender/KIND/TERMINAL/USER     other means of payment, by tender number; the same, where it
 *                                 leaves a paper (card, transfer)
 *   slips/TERMINAL/USER           cheques and other slips, as counted at their closes
 *   slips_kept/TERMINAL/USER      the same, received from others or of a close in absence
 *   transit/slips/HASH            slips that were given, by the first digits of the hash of the
 *                                 giver's record, which the receiver's names
 *   clearing/NAME                 cheques that were brought to that bank and are not credited yet
 *   evidence/KIND                 slips of other tenders that were brought in, or were missing at
 *                                 a close: their money comes by the card's or the customer's bank
 *   variance_slips/TERMINAL/USER  what the slips of a hand-over did not agree by, not explained
 *   transit/supervisor/USER       cash that left a bag for a supervisor
 *   transit/bank/SLIP             cash that left a bag for the bank
 *   channel/NAME                  what a bank or another channel took for us and owes us
 *   receivable/ACCOUNT/TYPE       what a customer owes of a bill type
 *   advance/ACCOUNT               what a customer has paid in advance (credit)
 *   late_fee/TYPE, billed/TYPE    income
 *   opening/TERMINAL/USER         opening cash that was handed out
 *   supervisor/TERMINAL/USER      cash that a supervisor received from others
 *   bank/NAME                     cash that was deposited, by the bank account's short name: as the
 *                                 slip says; once the bank's line is known, as that says
 *   paid_in/REASON, paid_out/REASON  what was put into a bag or paid out of it
 *   variance/TERMINAL/USER        what a hand-over or deposit did not agree by, not explained
 *   overshort/USER                over and short, by whose it is, cheques too; short is debit
 *   refund_due/ACCOUNT            what the office owes a customer after a correction (credit)
 *   refunded/SLIP                 what was paid out of it
 *   brought/ACCOUNT               advance balances that came with an import
 *   suspense/TERMINAL             money of another branch of a journal: evidence, nobody's yet
 *   dispute/ACCOUNT               no money: when late fee stopped and went on, lines of zero
 *   held_fee/ACCOUNT/TYPE, held_fee_income/TYPE  a memo: late fee that was not taken of what was
 *                                 paid in dispute, until the office has answered
 *
 * Pure over the store contract: it reads and writes within the caller's transaction and knows
 * neither batches nor files. The same calls over an empty store replay everything (ledger_check.h).
 */
#ifndef TILL_HOST_LEDGER_H
#define TILL_HOST_LEDGER_H

#include "store_bank.h"
#include "store_channel.h"
#include "store_correction.h"
#include "store_dispute.h"
#include "store_explained.h"

/* Where money lands that a terminal took with nobody logged in, on another branch, or by a record
 * that is known from a customer's paper alone. */
#define LEDGER_NOBODY "-"
#define LEDGER_FORK "-fork"
#define LEDGER_PAPER "-paper"

/* What an entry of the main branch is posted by. */
struct ledger_context {
    struct store *store;
    const struct site *site;
    const char *terminal;
    const char *user;   /* logged in when the entry was made; LEDGER_NOBODY */
    bool replay;        /* each posting by itself: no slips beside a record's (ledger_slips.c) */
    int64_t now_s;      /* of posting; the value date is the entry's own */
    int64_t value_at_s; /* unless the office gave it this one; 0 = it didn't */
    struct store *journals; /* where entries are; NULL: in `store` */
    bool before_held;       /* a replay of what was posted before late fees were held */
};

/*
 * Post one entry. Training and entries without meaning for the ledger post nothing (TILL_OK); a
 * dispute posts a line of zero, so that its place among the payments is known. A reversal is the
 * exact mirror of what it undoes, once; one of an entry that was set aside goes with it.
 * TILL_UNCHANGED: posted already. TILL_REFUSED: a rule says no and nothing was written; reason_out
 * (STORE_REASON_MAX) says which, in English for the office: set the entry aside. Else the store's.
 */
enum till_status ledger_post_entry(const struct ledger_context *c, const struct entry *e,
                                   char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

/* ---- what the office does to what was posted ------------------------------------------------- */

/* A cheque that entry `seq` of the terminal took has come back: its part of the payment is undone,
 * the advance first, then the newest bill, and the customer is flagged. Once for a payment. Where
 * the payment was transferred, that of the account that has the money now; where it is to be
 * refunded, less is owed. (The terminal may be STORE_HOLDER_MARK: such a transfer's payment.)
 * TILL_NOT_FOUND: no such payment, or none of it by cheque. TILL_UNCHANGED: it was undone already.
 * TILL_REFUSED: reason_out says why. */
enum till_status ledger_return_cheque(const struct ledger_context *c, uint64_t seq,
                                      char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

/* A payment of another channel, as its row says it (p->id is given): settled as of its value date,
 * what was taken later elsewhere settled again behind it (settlement.h). Source "channel/NAME/ID".
 * TILL_UNCHANGED: posted already. TILL_REFUSED: reason_out says why; set the row aside. */
enum till_status ledger_post_channel(const struct ledger_context *c,
                                     const struct store_channel_payment *p,
                                     char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

/*
 * A correction that is approved, source "correction/ID": the payment no longer stands.
 *   transfer  the other account gets it, with the value date of the original
 *   refund    the customer is owed it: refund_due
 *   cancel    no money was taken: its other side is undone too
 * TILL_UNCHANGED: posted already. TILL_REFUSED: reason_out says why.
 */
enum till_status ledger_post_correction(const struct ledger_context *c,
                                        const struct store_correction *correction,
                                        char reason_out[STORE_REASON_MAX]) TILL_CHECKED;
/* A refund was paid out, source "refund/ID". Statuses as above. */
enum till_status ledger_post_refund(const struct ledger_context *c,
                                    const struct store_correction *correction,
                                    char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

/* A difference of cash that the office explained: from whoever had it to its owner by name, source
 * "explained/ID". */
enum till_status ledger_post_explained(const struct ledger_context *c,
                                       const struct store_explained *e,
                                       char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

/* What the office decided about a hand-over that was taken twice: that taking does not stand; the
 * exact mirror of what it posted, source "settled/ID". */
enum till_status ledger_post_settled(const struct ledger_context *c,
                                     const struct store_explained *e,
                                     char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

/* ---- cheques and other slips (ledger_slips.c) ------------------------------------------------ */

#define LEDGER_SLIPS "slips/"                 /* source "slips/TERMINAL/SEQ", beside "entry/…" */
#define LEDGER_SETTLED_SLIPS "settled_slips/" /* source "settled_slips/ID", beside "settled/ID" */
#define LEDGER_SLIPS_VARIANCE "variance_slips/"
#define LEDGER_CLEARING "clearing/"

/*
 * Post what a record of cash says of slips. It depends on nothing else that was posted: whenever it
 * is done it comes to the same. TILL_UNCHANGED: done already, or there is nothing of it to be
 * posted, as far as the journal is here.
 */
enum till_status ledger_post_slips(const struct ledger_context *c,
                                   const struct store_custody *row) TILL_CHECKED;
/* Of a taking that does not stand, the exact mirror. TILL_UNCHANGED: there were none. */
enum till_status ledger_post_settled_slips(const struct ledger_context *c,
                                           const struct store_explained *e) TILL_CHECKED;
/* What a record says of slips, as posted; zeros where nothing is. */
struct ledger_slips {
    bool known;            /* something is posted */
    int64_t moved_minor;   /* counted at a close or as received; given; brought to the bank */
    int64_t said_minor;    /* HANDOVER_TAKEN: by its giver; else as moved_minor */
    int64_t short_minor;   /* HANDOVER_TAKEN: said less counted */
    int64_t cheques_minor; /* DEPOSIT: cheques among them */
};
enum till_status ledger_slips_of(struct store *s, const struct store_custody *row,
                                 struct ledger_slips *out) TILL_CHECKED;
/* Those of records from before slips were followed: once, in the caller's transaction.
 * TILL_UNCHANGED: it was done. */
enum till_status ledger_follow_slips(struct store *s, int64_t now_s) TILL_CHECKED;
bool ledger_slips_are_followed(struct store *s);

#define LEDGER_BOUNCED "bounced/" /* source "bounced/HOLDER/SEQ", beside "cheque/HOLDER/SEQ" */
/* A cheque has come back: it is taken from where it has got to since it was in the bag, as far as
 * that is known. TILL_UNCHANGED: it is in the bag. */
enum till_status ledger_follow_returned(const struct ledger_context *c, const char *holder,
                                        uint64_t seq) TILL_CHECKED;
/* Cheques of a deposit that have come back and will not be credited. */
enum till_status ledger_returned_of(struct store *s, const struct store_custody *row,
                                    int64_t *returned_minor_out) TILL_CHECKED;

/* ---- cash at the bank (ledger_bank.c) -------------------------------------------------------- */

#define LEDGER_BANKED "banked/" /* source "banked/TERMINAL/SEQ/N": N-th time of that record */

/*
 * Post what the lines of the bank that are known for a deposit or a drop by slip say of it, or that
 * none is any more. What a line has beyond the cash are cheques that the bank has credited, as far
 * as there are any; the others wait in clearing. Nothing is posted where nothing differs from what
 * was posted before. TILL_TOO_LARGE: that record was matched and taken apart a thousand times.
 */
enum till_status ledger_follow_bank(const struct ledger_context *c,
                                    const struct store_custody *row) TILL_CHECKED;
/* Is all of it posted, and no more? */
enum till_status ledger_follows_bank(struct store *s, const struct store_custody *row,
                                     bool *follows_out) TILL_CHECKED;
/* As posted; zeros where no line is known. */
struct ledger_banked {
    int64_t gap_minor;      /* the bank has less than the record says */
    int64_t credited_minor; /* cheques */
};
enum till_status ledger_banked_of(struct store *s, const struct store_custody *row,
                                  struct ledger_banked *out) TILL_CHECKED;
/* A posting of that source has lines of these accounts alone. */
bool ledger_can_be_banked(const struct store_posting *p, const struct store_custody *row);

/* The customer's cheques are taken again; no posting. TILL_UNCHANGED: they were. TILL_NOT_FOUND: no
 * such customer. */
enum till_status ledger_trust_cheques(const struct ledger_context *c,
                                      const char *account) TILL_CHECKED;

/* The office has answered the last open dispute of an account (source "answer/ID"): late fee goes
 * on, and what was held of it is owed, a bill of type BILL_LATE_FEE, or dropped (*held_minor_out).
 * Within a part (store_part_begin) where the caller goes on after a fault. TILL_NOT_FOUND: no such
 * customer. TILL_REFUSED: the customer can't have more open bills. */
enum till_status ledger_answer_dispute(const struct ledger_context *c, const char *source,
                                       const char *account, enum dispute_outcome outcome,
                                       int64_t *held_minor_out) TILL_CHECKED;

/* The journal of an entry that was posted by LEDGER_PAPER has come: what it took goes to c->user
 * (source "paper/TERMINAL/SEQ"). TILL_NOT_FOUND: it was not posted by a paper. TILL_UNCHANGED: done
 * before. */
enum till_status ledger_claim_paper(const struct ledger_context *c,
                                    const struct entry *e) TILL_CHECKED;

/* ---- other branches, imports ----------------------------------------------------------------- */

/* Money of an entry on another branch goes to suspense; an entry without readable money is
 * TILL_OK and posts nothing. The same one again: TILL_UNCHANGED. */
enum till_status ledger_post_fork(const struct ledger_context *c,
                                  const struct entry *e) TILL_CHECKED;

/* A bill as imported: store it, receivable against income, and settle it from an advance balance
 * that covers it whole. source: unique, e.g. "import/3/17".
 * TILL_UNCHANGED: that very bill is there. TILL_REFUSED: reason_out says why. */
enum till_status ledger_post_bill(const struct ledger_context *c, const char *source,
                                  const char *account, const struct bill *bill,
                                  char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

/* An imported advance balance: the difference to what earlier imports brought is posted, and
 * *balance_io (the customer's balance now) follows. TILL_UNCHANGED: no difference.
 * TILL_REFUSED: it would fall below zero. */
enum till_status ledger_bring_balance(const struct ledger_context *c, const char *source,
                                      const char *account, int64_t brought_minor,
                                      int64_t *balance_io) TILL_CHECKED;

#endif
