/*
 * Approval from afar: a challenge read out over the telephone, a one-time code read back.
 *
 * The terminal shows a challenge that is bound to what is asked (which entry, which amount; which
 * limit, which value). Whoever may approve types it into their own terminal, or the office asks the
 * host; both hold the approval key of that terminal. The code is bound to the challenge, to the
 * purpose and to the approver, whose number the collector types with it: no PIN is ever spoken. An
 * entry is reversed once, and a limit's challenge changes with every entry: no code serves twice.
 *
 *   approval key = HMAC(device secret, "fieldtill/approval/1")     device and host know the secret
 *   challenge    = 10 digits of SHA-256("fieldtill/challenge/1" ‖ T ‖ terminal ‖ purpose ‖ limit ‖
 *                  subject ‖ value)
 *   code         = 8 digits of HMAC(approval key, "fieldtill/code/1" ‖ challenge ‖ purpose ‖
 *                  value ‖ A ‖ approver)
 *
 * T and A are the lengths of what follows, purpose and limit one byte each, value eight bytes,
 * big-endian; digits are the last ones of the first eight bytes as a big-endian number, in decimal.
 * A wrong code is counted like a wrong PIN.
 */
#ifndef TILL_APPROVAL_H
#define TILL_APPROVAL_H

#include "crypto.h"

enum {
    APPROVAL_CHALLENGE_MAX = 11, /* 10 digits, terminator included */
    APPROVAL_CODE_MAX = 9        /* 8 digits */
};
enum approval_purpose { APPROVAL_REVERSAL = 1, APPROVAL_LIMIT = 2 };

/* What is asked. */
struct approval {
    enum approval_purpose purpose;
    char terminal[TERMINAL_MAX];
    uint8_t subject[HASH_SIZE]; /* REVERSAL: hash of the entry. LIMIT: hash of the last entry */
    int64_t value;              /* REVERSAL: its amount. LIMIT: what is asked for */
    int limit;                  /* LIMIT: enum limit; else 0 */
};

enum till_status approval_key(struct span device_secret, uint8_t key_out[HASH_SIZE]) TILL_CHECKED;
/* TILL_BAD_INPUT: no such question (value <= 0, a limit where none is meant). */
enum till_status approval_challenge(const struct approval *a,
                                    char challenge_out[APPROVAL_CHALLENGE_MAX]) TILL_CHECKED;
/* What the approver's side computes: it has the challenge by ear, and asks for purpose and value
 * itself, so that a person agrees to a sum and not to digits.
 *   approver  user number; "0" = the office
 * TILL_BAD_INPUT: a challenge that isn't ten digits, no user number, value <= 0. */
enum till_status approval_code(const uint8_t key[HASH_SIZE], const char *challenge,
                               enum approval_purpose purpose, int64_t value, const char *approver,
                               char code_out[APPROVAL_CODE_MAX]) TILL_CHECKED;
/* TILL_WRONG_PIN: not the code for this; compared in constant time. */
enum till_status approval_check(const uint8_t key[HASH_SIZE], const struct approval *a,
                                const char *approver, const char *code) TILL_CHECKED;

#endif
