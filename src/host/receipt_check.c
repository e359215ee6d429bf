#include "receipt_check.h"

#include <string.h>

#include "crypto.h"
#include "store_correction.h"
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
    case RECEIPT_FALSE:
    case RECEIPT_VERDICTS:
        break;
    }
    return N_("false: altered, or not made by this terminal");
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

static enum till_status place(struct store *s, const struct store_terminal *t,
                              const struct proof *proof, enum receipt_verdict *verdict_out)
{
    struct entry stored;
    uint64_t seqs[BOOK_UNAPPLIED_MAX];
    size_t count = 0;
    if (proof->entry.seq > t->head_seq) {
        *verdict_out = RECEIPT_UNKNOWN;
        return TILL_OK;
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
    status = store_quarantined(s, proof->terminal, seqs, &count);
    for (size_t i = 0; status == TILL_OK && i < count; i++) {
        if (seqs[i] == proof->entry.seq) {
            *verdict_out = RECEIPT_QUARANTINED;
        }
    }
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
