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
    RECEIPT_VERDICTS
};
/* An English msgid. */
const char *receipt_verdict_text(enum receipt_verdict verdict);

/* text: as a scanner gives it. TILL_E_PROTOCOL: no proof at all. */
enum till_status receipt_check(struct store *s, const char *text, size_t size,
                               struct proof *proof_out,
                               enum receipt_verdict *verdict_out) TILL_CHECKED;

#endif
