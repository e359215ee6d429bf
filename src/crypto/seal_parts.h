/*
 * What sealing needs of a back end. For seal.c alone.
 */
#ifndef TILL_SEAL_PARTS_H
#define TILL_SEAL_PARTS_H

#include "seal.h"

enum { SEAL_SECRET_SIZE = 32, SEAL_CIPHER_KEY_SIZE = 32, SEAL_NONCE_SIZE = 12 };

struct seal_keys {
    uint8_t key[SEAL_CIPHER_KEY_SIZE];
    uint8_t nonce[SEAL_NONCE_SIZE];
};

/* The X of private × point, big-endian. TILL_E_CRYPTO: no point of the curve, or infinity. */
enum till_status seal_agree(struct crypto_key *own, const uint8_t point[PUBLIC_KEY_SIZE],
                            uint8_t secret_out[SEAL_SECRET_SIZE]) TILL_CHECKED;
/* AES-256-GCM: out takes plain.size + SEAL_TAG_SIZE bytes. */
enum till_status seal_encrypt(const struct seal_keys *keys, struct span open, struct span plain,
                              uint8_t *out) TILL_CHECKED;
/* sealed ends with the tag; out takes what is before it. TILL_E_SIGNATURE: does not fit; out is
 * then wiped. */
enum till_status seal_decrypt(const struct seal_keys *keys, struct span open, struct span sealed,
                              uint8_t *out) TILL_CHECKED;

#endif
