/*
 * The chain: how an entry is bound to all before it.
 *
 *   hash = SHA-256(tag ‖ terminal ‖ seq ‖ at_s ‖ kind ‖ prev ‖ body)
 *
 * every field fixed in length or length-prefixed, so no two different entries give the same bytes
 * (db/JOURNAL.md gives them one by one). This module only lays out the bytes; hashing and signing
 * come in through a sealer, so that src/core needs no cipher and db/ no key.
 */
#ifndef TILL_CHAIN_H
#define TILL_CHAIN_H

#include "bytes.h"
#include "entry.h"
#include "status.h"

enum { CHAIN_PREIMAGE_MAX = 128 + ENTRY_BODY_MAX };

/* What makes a journal tamper-evident. src/crypto/sealer.h fills it; sign is NULL where only
 * verifying is possible. All calls take at most a few milliseconds and none blocks. */
struct sealer {
    void *context;
    enum till_status (*digest)(void *context, struct span bytes, uint8_t hash_out[HASH_SIZE]);
    /* Of many that lie one behind the other, each of its size; NULL: one by one does as well. */
    enum till_status (*digest_each)(void *context, const uint8_t *bytes, const uint16_t *sizes,
                                    size_t count, uint8_t (*hashes_out)[HASH_SIZE]);
    /* Deterministic ECDSA P-256 (RFC 6979) over the hash itself. */
    enum till_status (*sign)(void *context, const uint8_t hash[HASH_SIZE],
                             uint8_t signature_out[SIGNATURE_SIZE]);
    /* TILL_E_SIGNATURE where it does not fit. */
    enum till_status (*verify)(void *context, const uint8_t hash[HASH_SIZE],
                               const uint8_t signature[SIGNATURE_SIZE]);
};

/* All functions assert terminal_is_valid(terminal): whoever reads one from outside checks it. */

/* The bytes that are hashed for an entry; out->overflow can't happen at CHAIN_PREIMAGE_MAX. */
void chain_preimage(const char *terminal, const struct entry *e, const uint8_t prev[HASH_SIZE],
                    struct buffer *out);

/* The prev of seq 1: binds terminal, journal public key and the authority that enrolled it. */
enum till_status chain_genesis(const struct sealer *sealer, const char *terminal,
                               const uint8_t public_key[PUBLIC_KEY_SIZE],
                               const uint8_t authority[HASH_SIZE],
                               uint8_t prev_out[HASH_SIZE]) TILL_CHECKED;

/* Compute the hash of an entry. */
enum till_status chain_hash(const struct sealer *sealer, const char *terminal,
                            const struct entry *e, const uint8_t prev[HASH_SIZE],
                            uint8_t hash_out[HASH_SIZE]) TILL_CHECKED;

/* Fill hash and signature of an entry whose seq, at_s, kind and body stand. */
enum till_status chain_seal(const struct sealer *sealer, const char *terminal, struct entry *e,
                            const uint8_t prev[HASH_SIZE]) TILL_CHECKED;

/* TILL_E_CHAIN: the hash is not that of these bytes after prev.
 * TILL_E_SIGNATURE: the hash is right, the signature is not; asked only with check_signature. */
enum till_status chain_check(const struct sealer *sealer, const char *terminal,
                             const struct entry *e, const uint8_t prev[HASH_SIZE],
                             bool check_signature) TILL_CHECKED;

/* "9f3c 21ab": the first four bytes of a hash, for screens and paper (校验码). */
enum { CHECK_CODE_MAX = 10 };
void chain_check_code(const uint8_t hash[HASH_SIZE], char out[CHECK_CODE_MAX]);

#endif
