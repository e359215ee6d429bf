/*
 * Sealing: bytes that anybody may carry and only the holder of one private key can read.
 *
 * ECIES over P-256: a key pair that is made for one sealing and forgotten, ECDH with the
 * receiver's public key (SEC 1 §3.3.1), HKDF-SHA-256 (RFC 5869), AES-256-GCM (NIST SP 800-38D).
 * It says nothing of who sealed: what is inside proves that itself (a batch is signed).
 *
 *   "FTSEAL1\n"             8 bytes
 *   key id                  8: the first of SHA-256(receiver's point)
 *   label size, label       1, 0..SEAL_LABEL_MAX: plain text for who carries and sorts
 *   point                   65: 04 ‖ X ‖ Y of the key pair made for this
 *   sealed                  as long as what is inside
 *   tag                     16
 *
 *   key ‖ nonce = the first 44 bytes of HKDF(salt none, secret X of the ECDH,
 *                 info "fieldtill/seal/1" ‖ point ‖ receiver's point)
 *
 * Everything before `sealed` is authenticated with it. Key and nonce serve one sealing, so the
 * nonce needs no counter. Either back end opens what the other sealed.
 *
 * Blocking: two multiplications on the curve, some 5 ms on a handheld, and 10 ms a MiB.
 */
#ifndef TILL_SEAL_H
#define TILL_SEAL_H

#include "crypto.h"

enum {
    SEAL_LABEL_MAX = 63,
    SEAL_KEY_ID_SIZE = 8,
    SEAL_TAG_SIZE = 16,
    SEAL_OVERHEAD = 8 + SEAL_KEY_ID_SIZE + 1 + PUBLIC_KEY_SIZE + SEAL_TAG_SIZE,
    SEAL_PLAIN_MAX = 1024 * 1024
};

/* What stands in the open. */
struct seal_header {
    uint8_t key_id[SEAL_KEY_ID_SIZE];
    char label[SEAL_LABEL_MAX + 1];
    struct span sealed; /* with the tag, in the bytes that were read */
    size_t open_size;   /* bytes before it */
};

void seal_key_id(const uint8_t point[PUBLIC_KEY_SIZE], uint8_t id_out[SEAL_KEY_ID_SIZE]);

/*
 * Seal for the holder of `receiver`.
 *   label  clean UTF-8, stays readable
 *   out    takes SEAL_OVERHEAD + the label + the plain bytes
 * TILL_BAD_INPUT: the label is none. TILL_TOO_LARGE: over SEAL_PLAIN_MAX or out. TILL_E_CRYPTO:
 * the receiver's key is no point of the curve, or there is no generator.
 */
enum till_status crypto_seal(const uint8_t receiver[PUBLIC_KEY_SIZE], const char *label,
                             struct span plain, struct buffer *out) TILL_CHECKED;

/* Read what stands in the open; believes nothing. TILL_E_PROTOCOL: no sealed bytes.
 * TILL_UNSUPPORTED: of another version. TILL_TOO_LARGE. */
enum till_status seal_read_header(struct span sealed, struct seal_header *header_out) TILL_CHECKED;

/*
 * Open with the private key.
 *   plain_out  as many bytes as were sealed; untouched unless TILL_OK
 * As seal_read_header; TILL_REFUSED: sealed for another key. TILL_E_SIGNATURE: some byte was
 * changed, or it was never sealed for this key.
 */
enum till_status crypto_unseal(struct crypto_key *key, struct span sealed,
                               struct buffer *plain_out) TILL_CHECKED;

#endif
