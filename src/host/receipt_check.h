/*
 * What the host knows of a receipt that someone holds: by the proof in its QR.
 */
#ifndef TILL_HOST_RECEIPT_CHECK_H
#define TILL_HOST_RECEIPT_CHECK_H

#include "files.h"
#include "proof.h"
#include "store.h"

enum receipt_verdict {
    RECEIPT_ACKNOWLEDGED, /* recorded, posted, and covered by a signed head */
    RECEIPT_QUARANTINED,  /* recorded, set aside */
    RECEIPT_FORK,         /* authentic, but another record bears its number */
    RECEIPT_UNKNOWN,      /* authentic; it has not come yet */
    RECEIPT_FALSE,        /* altered, or not made by that terminal */
    /* recorded, and it no longer stands: */
    RECEIPT_UNDONE,    /* reversed at the terminal, or its cheque came back */
    RECEIPT_MOVED,     /* corrected: another account has it */
    RECEIPT_REFUNDED,  /* corrected: the customer gets it back */
    RECEIPT_CANCELLED, /* corrected: no money had been taken */
    /* and after all: */
    RECEIPT_CLOSED,     /* recorded, set aside, and closed by the office without being posted */
    RECEIPT_PAPER,      /* a customer's paper told of it, and it is posted; its journal has not */
    RECEIPT_PAPER_KEPT, /* the same, and it is not posted */
    RECEIPT_VERDICTS
};
/* An English msgid. */
const char *receipt_verdict_text(enum receipt_verdict verdict);

/* text: as a scanner gives it. TILL_E_PROTOCOL: no proof at all. */
enum till_status receipt_check(struct store *s, const char *text, size_t size,
                               struct proof *proof_out,
                               enum receipt_verdict *verdict_out) TILL_CHECKED;

/* Has a customer's paper told of that record? made_at_out: when it was made, as it says itself.
 * TILL_NOT_FOUND: none has. TILL_E_FORK: one has, of another record with that number. */
enum till_status receipt_on_paper(struct store *s, const char *terminal, uint64_t seq,
                                  const uint8_t hash[HASH_SIZE], int64_t *made_at_out,
                                  bool *posted_out) TILL_CHECKED;

#endif
