/*
 * A proof: one whole signed entry, as the QR of a receipt carries it.
 *
 *   version(1) ‖ terminal(len8) ‖ seq(u32) ‖ at_s(u40) ‖ kind(u16) ‖ prev(32) ‖ signature(64)
 *   ‖ body(len8)
 *
 * in base32 behind the site's URL: only characters of QR's alphanumeric mode, so any phone opens
 * it and version 11-M holds it (printing/RECEIPT.md does the sum). The verifier recomputes the
 * hash, so every printed figure is bound.
 */
#ifndef TILL_PROOF_H
#define TILL_PROOF_H

#include "chain.h"

enum {
    PROOF_VERSION = 1,
    PROOF_BYTES_MAX = 224,      /* 212 are used at most */
    PROOF_CHARACTERS_MAX = 366, /* QR 11-M, alphanumeric mode; ISO/IEC 18004 table 7 */
    PROOF_TEXT_MAX = 440
};

struct proof {
    char terminal[TERMINAL_MAX];
    uint8_t prev[HASH_SIZE];
    struct entry entry; /* hash is filled by proof_verify, zero before */
};

/* url: upper case, ends in '/', at most 63 characters. out: PROOF_TEXT_MAX.
 * TILL_TOO_LARGE: the body is over ENTRY_RECEIPT_BODY_MAX or the text over what 11-M holds. */
enum till_status proof_write(const char *url, const struct proof *proof,
                             char out[PROOF_TEXT_MAX]) TILL_CHECKED;

/*
 * The longest URL with which every receipt of that (valid) terminal fits: 26 characters at a
 * terminal number of twelve, more at shorter ones. A site whose URL is longer must be refused
 * before it prints its first receipt.
 */
size_t proof_url_max(const char *terminal);

/* What a scanner gave: the URL in any case, or the base32 alone. TILL_E_PROTOCOL: no proof. */
enum till_status proof_read(const char *text, size_t size, struct proof *proof_out) TILL_CHECKED;

/* Recomputes the hash, stores it in proof->entry.hash, and asks the sealer about the signature.
 * TILL_E_SIGNATURE: some field was altered, or another key signed it. */
enum till_status proof_verify(const struct sealer *sealer, struct proof *proof) TILL_CHECKED;

#endif
