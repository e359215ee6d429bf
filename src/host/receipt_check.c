#include "receipt_check.h"

#include <string.h>

#include "crypto.h"
#include "ledger_inside.h"
#include "store_correction.h"
#include "store_recover.h"
#include "text.h"

const char *receipt_verdict_text(enum receipt_verdict verdict)
{
    switch (verdict) {
    case RECEIPT_ACKNOWLEDGED:
        return N_("recorded and acknowledged");
    case RECEIPT_QUARANTINED:
        return N_("recorded, but set aside: see the alarms");
    case RECEIPT_FORK:
        return N_("authentic, but another record bears its number: see the alarms");
    case RECEIPT_UNKNOWN:
        return N_("authentic, but not handed in yet");
    case RECEIPT_UNDONE:
        return N_("recorded, but taken back: it proves no payment");
    case RECEIPT_MOVED:
        return N_("corrected: moved to another account");
    case RECEIPT_REFUNDED:
        return N_("refunded: it proves no payment");
    case RECEIPT_CANCELLED:
        return N_("corrected: cancelled, it proves no payment");
    case RECEIPT_CLOSED:
        return N_("recorded, and settled by the office another way: see quarantine list --all");
    case RECEIPT_PAPER:
        return N_("recorded from a customer's paper; its terminal has not handed it in");
    case RECEIPT_PAPER_KEPT:
        return N_("recorded from a customer's paper, and not posted yet: see the alarms");
    case RECEIPT_FALSE:
    case RECEIPT_VERDICTS:
        break;
    }
    return N_("false: altered, or not made by this terminal");
}

enum till_status receipt_on_paper(struct store *s, const char *terminal, uint64_t seq,
                                  const uint8_t hash[HASH_SIZE], int64_t *made_at_out,
                                  bool *posted_out)
{
    struct store_recovered paper;
    struct store_posting posting;
    char source[48];
    *posted_out = false;
    enum till_status status = store_recovered_next(s, terminal, seq - 1, NULL, &paper);
    if (status == TILL_OK && paper.entry.seq != seq) {
        status = TILL_NOT_FOUND;
    }
    if (status != TILL_OK) {
        return status;
    }
    *made_at_out = paper.entry.at_s;
    if (memcmp(paper.entry.hash, hash, HASH_SIZE) != 0) {
        return TILL_E_FORK;
    }
    ledger_source_of_entry(terminal, seq, source);
    status = store_posting_of(s, source, &posting);
    *posted_out = status == TILL_OK;
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* Does the payment still stand? */
static enum till_status look_what_became(struct store *s, const struct proof *proof,
                                         enum receipt_verdict *verdict_out)
{
    struct store_payment paid;
    struct store_correction correction;
    enum till_status status = store_payment_get(s, proof->terminal, proof->entry.seq, &paid);
    if (status == TILL_NOT_FOUND) {
        return TILL_OK; /* a slip of another kind */
    }
    if (status != TILL_OK || paid.undone_by[0] == '\0') {
        return status;
    }
    *verdict_out = RECEIPT_UNDONE;
    status = store_correction_of(s, proof->terminal, proof->entry.seq, &correction);
    if (status == TILL_OK && correction.state == CORRECTION_APPROVED) {
        *verdict_out = correction.kind == CORRECTION_TRANSFER ? RECEIPT_MOVED
                       : correction.kind == CORRECTION_REFUND ? RECEIPT_REFUNDED
                                                              : RECEIPT_CANCELLED;
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* It was set aside: does it still wait, or was it closed? */
static enum till_status look_aside(struct store *s, const struct proof *proof,
                                   enum receipt_verdict *verdict_out)
{
    struct store_aside aside;
    enum till_status status = store_aside_get(s, proof->terminal, proof->entry.seq, &aside);
    if (status == TILL_OK && aside.ended_at_s == 0) {
        *verdict_out = RECEIPT_QUARANTINED;
    } else if (status == TILL_OK && aside.closed) {
        *verdict_out = RECEIPT_CLOSED;
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* Its journal has not come: has a customer's paper? */
static enum till_status look_among_papers(struct store *s, const struct proof *proof,
                                          enum receipt_verdict *verdict_out)
{
    bool posted = false;
    int64_t made_at_s = 0;
    *verdict_out = RECEIPT_UNKNOWN;
    enum till_status status = receipt_on_paper(s, proof->terminal, proof->entry.seq,
                                               proof->entry.hash, &made_at_s, &posted);
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND || status == TILL_E_FORK ? TILL_OK : status;
    }
    *verdict_out = posted ? RECEIPT_PAPER : RECEIPT_PAPER_KEPT;
    return posted ? look_what_became(s, proof, verdict_out) : TILL_OK;
}

static enum till_status place(struct store *s, const struct store_terminal *t,
                              const struct proof *proof, enum receipt_verdict *verdict_out)
{
    struct entry stored;
    if (proof->entry.seq > t->head_seq) {
        return look_among_papers(s, proof, verdict_out);
    }
    enum till_status status = store_entry_get(s, proof->terminal, proof->entry.seq, &stored);
    if (status != TILL_OK) {
        return status;
    }
    if (memcmp(stored.hash, proof->entry.hash, HASH_SIZE) != 0) {
        *verdict_out = RECEIPT_FORK;
        return TILL_OK;
    }
    *verdict_out = RECEIPT_ACKNOWLEDGED;
    status = look_aside(s, proof, verdict_out);
    return status == TILL_OK && *verdict_out == RECEIPT_ACKNOWLEDGED
               ? look_what_became(s, proof, verdict_out)
               : status;
}

enum till_status receipt_check(struct store *s, const char *text, size_t size,
                               struct proof *proof_out, enum receipt_verdict *verdict_out)
{
    struct store_terminal t;
    struct crypto_key *key = NULL;
    struct sealer sealer;
    enum till_status status = proof_read(text, size, proof_out);
    if (status != TILL_OK) {
        return status;
    }
    *verdict_out = RECEIPT_FALSE;
    status = store_terminal_get(s, proof_out->terminal, &t);
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND ? TILL_OK : status;
    }
    crypto_wipe(t.secret, sizeof(t.secret));
    if (t.enrolled_at_s == 0) {
        return TILL_OK; /* it never had a key */
    }
    status = crypto_key_load_public(t.journal_key, &key);
    if (status != TILL_OK) {
        return status;
    }
    crypto_sealer(&sealer, key);
    status = proof_verify(&sealer, proof_out);
    crypto_key_free(key);
    if (status == TILL_E_SIGNATURE) {
        return TILL_OK;
    }
    return status == TILL_OK ? place(s, &t, proof_out, verdict_out) : status;
}
