#include "recover.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "alarm.h"
#include "apart.h"
#include "crypto.h"
#include "entry_shift.h"
#include "import.h"
#include "ledger_inside.h"
#include "money.h"
#include "receipt_check.h"
#include "store_correction.h"
#include "store_custody.h"
#include "store_recover.h"
#include "teller.h"
#include "text.h"

const char *recovery_text(enum recovery recovery)
{
    switch (recovery) {
    case RECOVERY_POSTED:
        return N_("recovered and posted");
    case RECOVERY_KEPT:
        return N_("recovered and kept; it can't be posted");
    case RECOVERY_AGAIN:
        return N_("recovered before");
    case RECOVERY_STORED:
        return N_("known: its terminal handed it in");
    case RECOVERY_FORK:
        return N_("authentic, but another record bears its number: kept as evidence");
    case RECOVERY_FALSE:
        break;
    }
    return N_("false: altered, or not made by this terminal");
}

/* ---- papers ---------------------------------------------------------------------------------- */

static struct ledger_context paper_context(const struct ledger_context *c, const char *terminal)
{
    struct ledger_context paper = *c;
    paper.terminal = terminal;
    paper.user = LEDGER_PAPER;
    return paper;
}

/* Money of another branch: to suspense, and the terminal takes no new collections. */
static enum till_status keep_fork(const struct ledger_context *c, const struct proof *proof)
{
    struct store_terminal t;
    struct alarm_text text;
    struct ledger_context paper = paper_context(c, proof->terminal);
    enum till_status status = store_fork_put(c->store, proof->terminal, &proof->entry, proof->prev);
    if (status == TILL_OK) {
        status = ledger_post_fork(&paper, &proof->entry);
    }
    if (status != TILL_OK) {
        return status == TILL_UNCHANGED ? TILL_OK : status;
    }
    alarm_say(&text, N_("a customer's paper of record %1 is signed and differs from the journal"));
    alarm_add_number(&text, proof->entry.seq);
    status = alarm_put(c->store, c->now_s, proof->terminal, "fork", text.stored);
    if (status == TILL_OK) {
        status = store_terminal_get(c->store, proof->terminal, &t);
    }
    if (status == TILL_OK && !t.stopped) {
        t.stopped = true;
        status = store_terminal_put(c->store, &t);
    }
    crypto_wipe(&t, sizeof(t));
    return status;
}

/* The first paper of that number, and whether it is this very record. TILL_NOT_FOUND: none. */
static enum till_status find_paper(struct store *s, const char *terminal, const struct entry *e,
                                   bool *same_out, struct store_recovered *out)
{
    enum till_status status = store_recovered_next(s, terminal, e->seq - 1, NULL, out);
    if (status == TILL_OK && out->entry.seq != e->seq) {
        status = TILL_NOT_FOUND;
    }
    *same_out = status == TILL_OK && memcmp(out->entry.hash, e->hash, HASH_SIZE) == 0;
    return status;
}

static enum till_status post_apart(const struct ledger_context *paper, const struct entry *e,
                                   char reason_out[STORE_REASON_MAX])
{
    enum till_status status = apart_begin(paper->store, reason_out);
    if (status != TILL_OK) {
        return status;
    }
    status = entry_check_body(e) == TILL_OK
                 ? ledger_post_entry(paper, e, reason_out)
                 : ledger_refuse(reason_out, N_("its content breaks the rules of its kind"));
    return apart_end(paper->store, status, reason_out);
}

/* Whatever a journal has told since, of that number, is the journal's matter. */
static enum till_status is_waiting(const struct ledger_context *paper, uint64_t seq, bool *is_out)
{
    struct store_posting posted;
    struct entry told;
    char source[48];
    ledger_source_of_entry(paper->terminal, seq, source);
    enum till_status status = store_posting_of(paper->store, source, &posted);
    if (status == TILL_NOT_FOUND) {
        status = store_entry_get(paper->store, paper->terminal, seq, &told);
    }
    *is_out = status == TILL_NOT_FOUND;
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* A reversal may have come before what it undoes: papers that wait are tried again. */
static enum till_status post_waiting(const struct ledger_context *paper)
{
    struct store_recovered r;
    char reason[STORE_REASON_MAX];
    uint64_t seq = 0;
    bool waits = false;
    for (;;) {
        enum till_status status =
            store_recovered_next(paper->store, paper->terminal, seq, NULL, &r);
        if (status != TILL_OK) {
            return status == TILL_NOT_FOUND ? TILL_OK : status;
        }
        seq = r.entry.seq;
        status = is_waiting(paper, seq, &waits);
        if (status == TILL_OK && waits) {
            status = post_apart(paper, &r.entry, reason);
        }
        if (status != TILL_OK && status != TILL_REFUSED && status != TILL_UNCHANGED) {
            return status;
        }
    }
}

static enum till_status post_paper(const struct ledger_context *c, const struct proof *proof,
                                   enum recovery *recovery_out, char reason_out[STORE_REASON_MAX])
{
    struct ledger_context paper = paper_context(c, proof->terminal);
    struct alarm_text text;
    enum till_status status = post_apart(&paper, &proof->entry, reason_out);
    *recovery_out = status == TILL_REFUSED ? RECOVERY_KEPT : RECOVERY_POSTED;
    if (status != TILL_OK && status != TILL_REFUSED && status != TILL_UNCHANGED) {
        return status;
    }
    alarm_say(&text, status == TILL_REFUSED
                         ? N_("record %1 was recovered from a customer's paper; it can't be posted "
                              "yet: %2")
                         : N_("record %1 was recovered from a customer's paper"));
    alarm_add_number(&text, proof->entry.seq);
    alarm_add_words(&text, reason_out);
    status = alarm_put(c->store, c->now_s, proof->terminal, "recovered", text.stored);
    if (status == TILL_OK) {
        status = post_waiting(&paper);
    }
    return status == TILL_OK ? import_raise_rows(c->store) : status;
}

/* Authentic, and its journal has not come. */
static enum till_status take_paper(const struct ledger_context *c, const struct proof *proof,
                                   enum recovery *recovery_out, char reason_out[STORE_REASON_MAX])
{
    struct store_recovered other, mine = {.entry = proof->entry, .found_at_s = c->now_s};
    bool same = false;
    enum till_status status = find_paper(c->store, proof->terminal, &proof->entry, &same, &other);
    if (status == TILL_OK) {
        *recovery_out = same ? RECOVERY_AGAIN : RECOVERY_FORK;
        return same ? TILL_OK : keep_fork(c, proof);
    }
    if (status != TILL_NOT_FOUND) {
        return status;
    }
    memcpy(mine.prev, proof->prev, HASH_SIZE);
    status = store_recovered_put(c->store, proof->terminal, &mine);
    return status == TILL_OK ? post_paper(c, proof, recovery_out, reason_out) : status;
}

enum till_status recover_paper(const struct ledger_context *c, const char *text, size_t size,
                               struct proof *proof_out, enum recovery *recovery_out,
                               char reason_out[STORE_REASON_MAX])
{
    enum receipt_verdict verdict;
    struct entry stored;
    reason_out[0] = '\0';
    *recovery_out = RECOVERY_FALSE;
    enum till_status status = receipt_check(c->store, text, size, proof_out, &verdict);
    if (status != TILL_OK) {
        return status;
    }
    switch (verdict) {
    case RECEIPT_FALSE:
        return TILL_OK;
    case RECEIPT_FORK:
        *recovery_out = RECOVERY_FORK;
        return keep_fork(c, proof_out);
    default:
        break;
    }
    status = store_entry_get(c->store, proof_out->terminal, proof_out->entry.seq, &stored);
    *recovery_out = RECOVERY_STORED;
    return status == TILL_NOT_FOUND ? take_paper(c, proof_out, recovery_out, reason_out) : status;
}

/* ---- the journal comes after all ------------------------------------------------------------- */

/* The office found meanwhile that no money was taken: there is none to give to anybody. */
static enum till_status is_cancelled(const struct ledger_context *c, uint64_t seq, bool *is_out)
{
    struct store_correction correction;
    enum till_status status = store_correction_of(c->store, c->terminal, seq, &correction);
    *is_out = status == TILL_OK && correction.kind == CORRECTION_CANCEL &&
              correction.state == CORRECTION_APPROVED;
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status is_posted(const struct ledger_context *c, uint64_t seq, bool *is_out)
{
    struct store_posting posted;
    char source[48];
    ledger_source_of_entry(c->terminal, seq, source);
    enum till_status status = store_posting_of(c->store, source, &posted);
    *is_out = status == TILL_OK;
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status recover_differs(const struct ledger_context *c, const struct entry *e)
{
    struct store_recovered paper;
    bool same = false;
    enum till_status status = find_paper(c->store, c->terminal, e, &same, &paper);
    return status == TILL_OK && !same ? TILL_E_FORK : status;
}

enum till_status recover_meet(const struct ledger_context *c, const struct entry *e)
{
    bool posted = false, cancelled = false;
    enum till_status status = recover_differs(c, e);
    if (status != TILL_OK) {
        return status;
    }
    status = is_posted(c, e->seq, &posted);
    if (status == TILL_OK && !posted) {
        /* It may be kept among the cash all the same: a Z without any, an answer. */
        status = store_custody_claim(c->store, c->terminal, e->seq, c->user);
        return status == TILL_OK ? TILL_NOT_FOUND : status;
    }
    if (status != TILL_OK) {
        return status;
    }
    status = is_cancelled(c, e->seq, &cancelled);
    if (status == TILL_OK && !cancelled) {
        status = ledger_claim_paper(c, e);
    }
    return status == TILL_NOT_FOUND || status == TILL_UNCHANGED ? TILL_OK : status;
}

/* ---- set aside, and released ----------------------------------------------------------------- */

/* The record that waits, if it does. */
static enum till_status find_aside(const struct ledger_context *c, uint64_t seq, struct entry *e)
{
    struct store_aside aside;
    enum till_status status = store_aside_next(c->store, c->terminal, seq - 1, &aside);
    if (status == TILL_OK && (aside.seq != seq || strcmp(aside.terminal, c->terminal) != 0)) {
        status = TILL_NOT_FOUND;
    }
    return status == TILL_OK ? store_entry_get(c->store, c->terminal, seq, e) : status;
}

/* c: of that record. A paper may have been posted under its number. */
static enum till_status post_released(const struct ledger_context *c, const struct entry *e,
                                      char reason_out[STORE_REASON_MAX])
{
    bool posted = false;
    enum till_status status = recover_meet(c, e);
    if (status == TILL_E_FORK) {
        status = is_posted(c, e->seq, &posted);
        if (status == TILL_OK && posted) {
            return ledger_refuse(
                reason_out, N_("a customer's paper with its number was posted, which is another "
                               "record: enter this one's money as a payment of a channel"));
        }
        status = status == TILL_OK ? TILL_NOT_FOUND : status;
    }
    return status == TILL_NOT_FOUND ? ledger_post_entry(c, e, reason_out) : status;
}

enum till_status recover_release(const struct ledger_context *c, uint64_t seq, const char *by,
                                 char reason_out[STORE_REASON_MAX])
{
    struct entry e;
    struct teller teller;
    struct ledger_context own = *c;
    reason_out[0] = '\0';
    enum till_status status = find_aside(c, seq, &e);
    if (status == TILL_OK && entry_check_body(&e) != TILL_OK) {
        return ledger_refuse(reason_out, N_("its content breaks the rules of its kind"));
    }
    if (status == TILL_OK) {
        status = teller_at(c->store, c->terminal, seq, &teller);
    }
    if (status == TILL_OK) {
        status = apart_begin(c->store, reason_out);
    }
    if (status != TILL_OK) {
        return status;
    }
    /* First: a record that waits takes its reversal with it, one that is released does not. */
    status = c->value_at_s == 0 ? store_aside_release(c->store, c->terminal, seq, c->now_s, by)
                                : store_aside_release_dated(c->store, c->terminal, seq, c->now_s,
                                                            by, c->value_at_s);
    if (status == TILL_OK) {
        own.user = teller.user;
        status = post_released(&own, &e, reason_out);
    }
    status = apart_end(c->store, status, reason_out);
    return status == TILL_OK || status == TILL_UNCHANGED ? import_raise_rows(c->store) : status;
}

enum till_status recover_close(const struct ledger_context *c, uint64_t seq, const char *by,
                               const char *why, char reason_out[STORE_REASON_MAX])
{
    struct entry e;
    struct teller teller;
    reason_out[0] = '\0';
    enum till_status status = find_aside(c, seq, &e);
    if (status == TILL_OK) {
        status = teller_at(c->store, c->terminal, seq, &teller);
    }
    if (status == TILL_OK && strcmp(teller.user, by) == 0) {
        return ledger_refuse(reason_out, N_("who made the record can't close it"));
    }
    if (status == TILL_OK) {
        status = store_aside_close(c->store, c->terminal, seq, c->now_s, by, why);
    }
    return status == TILL_OK ? import_raise_rows(c->store) : status;
}

/* ---- what is lost ---------------------------------------------------------------------------- */

/* What one record moves: of the customers' money, by any means, and of the cash in the bag. */
struct moved {
    int64_t taken_minor; /* less what was given back */
    int64_t cash_minor;
    int64_t handed_minor; /* cash that left the bag for a supervisor or the bank */
};

static struct moved handed_on(int64_t amount_minor)
{
    return (struct moved){.cash_minor = -amount_minor, .handed_minor = amount_minor};
}

/* Of a Z nothing: its receipts are the money. */
static struct moved moved_by(const struct entry *e)
{
    struct body_collection payment;
    struct body_reversal back;
    struct body_cash_drop drop;
    struct body_handover_given given;
    struct body_deposit deposit;
    struct body_cash_move move;
    if (kind_is_training(e->kind)) {
        return (struct moved){0};
    }
    if (entry_read_payment(e, &payment, NULL) == TILL_OK) {
        return (struct moved){payment.amount_minor, collection_cash_minor(&payment), 0};
    }
    if (entry_read_reversal(e, &back) == TILL_OK) {
        return (struct moved){-back.amount_minor, -back.cash_minor, 0};
    }
    if (entry_read_cash_drop(e, &drop) == TILL_OK) {
        return handed_on(drop.amount_minor);
    }
    if (entry_read_handover_given(e, &given) == TILL_OK) {
        return handed_on(given.source == CASH_KEPT ? 0 : given.amount_minor);
    }
    if (entry_read_deposit(e, &deposit) == TILL_OK) {
        return handed_on(deposit.source == CASH_KEPT ? 0 : deposit.expected_minor);
    }
    if (entry_read_cash_move(e, &move) == TILL_OK) {
        bool in = kind_base(e->kind) == KIND_CASH_IN;
        return (struct moved){0, in ? move.amount_minor : -move.amount_minor, 0};
    }
    return (struct moved){0};
}

/* A reversal means nothing where what it reverses is not known. */
static enum till_status is_of_nothing(struct store *s, const char *terminal, const struct entry *e,
                                      bool *is_out)
{
    struct body_reversal back;
    struct store_recovered of;
    struct entry stored;
    *is_out = false;
    if (entry_read_reversal(e, &back) != TILL_OK) {
        return TILL_OK;
    }
    enum till_status status = store_entry_get(s, terminal, back.seq, &stored);
    if (status == TILL_NOT_FOUND) {
        status = store_recovered_next(s, terminal, back.seq - 1, NULL, &of);
        *is_out = status == TILL_NOT_FOUND || (status == TILL_OK && of.entry.seq != back.seq);
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* The ledger has its cash already where it is posted. */
static enum till_status add_paper(struct store *s, const char *terminal, const struct entry *e,
                                  struct loss *loss)
{
    const struct ledger_context c = {.store = s, .terminal = terminal};
    struct moved moved = moved_by(e);
    bool posted = false, nothing = false;
    enum till_status status = is_posted(&c, e->seq, &posted);
    if (status == TILL_OK && !posted) {
        status = is_of_nothing(s, terminal, e, &nothing);
    }
    if (status != TILL_OK || nothing) {
        return status;
    }
    status = money_add(loss->recovered_minor, moved.taken_minor, &loss->recovered_minor);
    if (status == TILL_OK) {
        status = money_add(loss->handed_minor, moved.handed_minor, &loss->handed_minor);
    }
    return status == TILL_OK && !posted
               ? money_add(loss->cash_minor, moved.cash_minor, &loss->cash_minor)
               : status;
}

static enum till_status add_papers(struct store *s, const char *terminal, struct loss *loss)
{
    struct store_recovered r;
    uint64_t seq = loss->known_seq;
    for (;;) {
        enum till_status status = store_recovered_next(s, terminal, seq, NULL, &r);
        if (status != TILL_OK) {
            return status == TILL_NOT_FOUND ? TILL_OK : status;
        }
        loss->missing += r.entry.seq - seq - 1;
        loss->recovered++;
        loss->last_seq = seq = r.entry.seq;
        status = add_paper(s, terminal, &r.entry, loss);
        if (status != TILL_OK) {
            return status;
        }
    }
}

enum till_status recover_loss(struct store *s, const char *terminal, struct loss *loss_out)
{
    struct store_terminal t;
    struct entry last;
    char prefix[TERMINAL_MAX + 8];
    memset(loss_out, 0, sizeof(*loss_out));
    enum till_status status = store_terminal_get(s, terminal, &t);
    if (status != TILL_OK) {
        return status;
    }
    loss_out->known_seq = loss_out->last_seq = t.head_seq;
    crypto_wipe(&t, sizeof(t));
    if (loss_out->known_seq > 0) {
        status = store_entry_get(s, terminal, loss_out->known_seq, &last);
        loss_out->known_at_s = status == TILL_OK ? last.at_s : 0;
    }
    (void)snprintf(prefix, sizeof(prefix), "cash/%s/", terminal);
    if (status == TILL_OK) {
        status = store_balance_prefix(s, prefix, &loss_out->cash_minor);
    }
    return status == TILL_OK ? add_papers(s, terminal, loss_out) : status;
}
