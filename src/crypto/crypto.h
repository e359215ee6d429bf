/*
 * Ciphers and keys: one header, two back ends.
 *
 * mbedTLS on the terminal (2.28 now, 3.x too), OpenSSL on the host; one test suite runs against
 * both. It knows P-256, SHA-256, HMAC, PBKDF2 and the few X.509 forms that enrolment needs. It
 * does not know what is signed, nor TLS: that is libcurl's and libevent's.
 *
 * The two differ in one thing: mbedTLS signs deterministically (RFC 6979), so a terminal that seals
 * the same entry twice writes the same bytes and needs no luck from a generator that has just
 * booted. OpenSSL 3.0 has no such signature (its "nonce-type" came with 3.2), and one put together
 * from its big numbers would not run in constant time; the host's signatures are therefore
 * randomised. OpenSSL mixes key and hash into each nonce, so a weak generator does not betray the
 * key there either.
 *
 * Threads: a key is used by one thread at a time; the plain functions are re-entrant.
 * Memory: keys are allocated by create/load and freed by crypto_key_free, which wipes them.
 * Blocking: a signature takes about 1 ms and a verification 3 ms on a handheld; nothing waits.
 */
#ifndef TILL_CRYPTO_H
#define TILL_CRYPTO_H

#include "bytes.h"
#include "chain.h"
#include "entry.h"
#include "status.h"

enum {
    CRYPTO_KEY_PEM_MAX = 512,
    CRYPTO_CERT_PEM_MAX = 2048,
    CRYPTO_BUNDLE_MOST = 4, /* certificates in a bundle */
    CRYPTO_BUNDLE_PEM_MAX = CRYPTO_BUNDLE_MOST * CRYPTO_CERT_PEM_MAX,
    CRYPTO_CSR_PEM_MAX = 1024,
    CRYPTO_SERIAL_SIZE = 16,
    CRYPTO_NAME_MAX = 65
};

struct crypto_key; /* a P-256 key pair, or a public key alone */

/* "mbedTLS 2.28.3" or "OpenSSL 3.0.19": for version screens and bug reports. */
const char *crypto_backend(void);

/* ---- random and wiping --------------------------------------------------------------------- */

/* From the kernel's generator (getrandom). Blocks only until it is seeded, early at boot.
 * TILL_E_CRYPTO: there is none; never a weaker source instead. */
enum till_status crypto_random(void *out, size_t size) TILL_CHECKED;
/* Overwrites memory in a way that the compiler keeps. */
void crypto_wipe(void *secret, size_t size);
/* Same bytes? In time that depends on size alone. */
bool crypto_equal(const void *a, const void *b, size_t size);

/* ---- digests --------------------------------------------------------------------------------- */

enum till_status crypto_sha256(struct span bytes, uint8_t hash_out[HASH_SIZE]) TILL_CHECKED;
/* Of many that lie one behind the other, each of its size: what a call costs besides the bytes is
 * paid once. Not for secrets: what it worked with is wiped at the end alone. */
enum till_status crypto_sha256_each(const uint8_t *bytes, const uint16_t *sizes, size_t count,
                                    uint8_t (*hashes_out)[HASH_SIZE]) TILL_CHECKED;

/* In pieces, for files. */
struct crypto_hash;
enum till_status crypto_hash_begin(struct crypto_hash **hash_out) TILL_CHECKED;
enum till_status crypto_hash_add(struct crypto_hash *hash, struct span bytes) TILL_CHECKED;
/* Frees the hash, whatever it returns. */
enum till_status crypto_hash_end(struct crypto_hash *hash,
                                 uint8_t hash_out[HASH_SIZE]) TILL_CHECKED;

/* RFC 2104 with SHA-256. */
enum till_status crypto_hmac(struct span key, struct span bytes,
                             uint8_t mac_out[HASH_SIZE]) TILL_CHECKED;

/* The same with one key for many short messages: the key's own two blocks are hashed once. About
 * 1 us for 200 bytes. One thread at a time. */
struct crypto_mac;
enum till_status crypto_mac_open(struct span key, struct crypto_mac **mac_out) TILL_CHECKED;
enum till_status crypto_mac_of(struct crypto_mac *mac, struct span bytes,
                               uint8_t mac_out[HASH_SIZE]) TILL_CHECKED;
/* Wipes the key's traces; NULL is harmless. */
void crypto_mac_close(struct crypto_mac *mac);

/* RFC 8018 §5.2 with HMAC-SHA-256; rounds >= 1, else TILL_BAD_INPUT. Blocks for as long as the
 * rounds take. */
enum till_status crypto_pbkdf2(struct span password, struct span salt, uint32_t rounds,
                               uint8_t key_out[HASH_SIZE]) TILL_CHECKED;

/* ---- keys ------------------------------------------------------------------------------------ */

enum till_status crypto_key_create(struct crypto_key **key_out) TILL_CHECKED;
/* SEC 1 or PKCS#8 PEM, not encrypted; either back end loads both. The key is private, and out holds
 * a secret that the caller wipes. */
enum till_status crypto_key_save(const struct crypto_key *key,
                                 char pem_out[CRYPTO_KEY_PEM_MAX]) TILL_CHECKED;
/* TILL_E_CRYPTO: not one PEM block with a P-256 private key whose public half belongs to it. */
enum till_status crypto_key_load(const char *pem, struct crypto_key **key_out) TILL_CHECKED;
/* From an uncompressed point; checked to be on the curve. TILL_E_CRYPTO otherwise. */
enum till_status crypto_key_load_public(const uint8_t point[PUBLIC_KEY_SIZE],
                                        struct crypto_key **key_out) TILL_CHECKED;
void crypto_key_public(const struct crypto_key *key, uint8_t point_out[PUBLIC_KEY_SIZE]);
void crypto_key_free(struct crypto_key *key);

/* ECDSA over a SHA-256 hash; r ‖ s. Deterministic (RFC 6979) with mbedTLS, randomised with OpenSSL.
 * The key is private and stays warm: its tables are made once at load, not per signature. */
enum till_status crypto_sign(struct crypto_key *key, const uint8_t hash[HASH_SIZE],
                             uint8_t signature_out[SIGNATURE_SIZE]) TILL_CHECKED;
/* TILL_E_SIGNATURE: wrong, or r or s outside 1..n-1. A high s is as good as a low one. */
enum till_status crypto_verify(struct crypto_key *key, const uint8_t hash[HASH_SIZE],
                               const uint8_t signature[SIGNATURE_SIZE]) TILL_CHECKED;
/* Strict DER (X.690) of SEQUENCE { r, s } to r ‖ s, for foreign signatures and the published
 * vectors. TILL_E_SIGNATURE: not minimal DER, negative, too long, trailing bytes. */
enum till_status crypto_signature_from_der(struct span der,
                                           uint8_t signature_out[SIGNATURE_SIZE]) TILL_CHECKED;

/* ---- certificates (X.509 v3, P-256, SHA-256 only) -------------------------------------------- */

/*
 * One narrow form, written and read alike by both back ends, RFC 5280: subject and issuer are one
 * CN as UTF8String, 1..64 of [0-9A-Za-z.-]; the key is named P-256 and uncompressed; keyUsage is
 * always there; no pathLenConstraint; extensions that are critical and unknown are refused, other
 * unknown ones ignored. PEM is one block with nothing around it.
 */

/* PKCS#10 request whose subject is CN=name. TILL_BAD_INPUT: no valid name. */
enum till_status crypto_csr_create(struct crypto_key *key, const char *name,
                                   char pem_out[CRYPTO_CSR_PEM_MAX]) TILL_CHECKED;
/* Checks the request's own signature (who asks holds the key); gives its CN and key. Extensions
 * that it asks for are not looked at. TILL_E_SIGNATURE, TILL_E_PROTOCOL; out is then untouched. */
enum till_status crypto_csr_read(const char *pem, char name_out[CRYPTO_NAME_MAX],
                                 uint8_t point_out[PUBLIC_KEY_SIZE]) TILL_CHECKED;

/*
 * extendedKeyUsage of CRYPTO_USAGE_STATEMENT, under the arc of UUIDs (ITU-T X.667 §6.3), where it
 * needs no registration: 89714ecd-6dc5-488b-b395-590c103ab497. The extension is critical and
 * stands alone, so that neither a TLS library takes such a certificate for a client's or server's
 * nor crypto_cert_check takes one of those for it.
 */
#define CRYPTO_STATEMENT_OID "2.25.182692563271242677408743022216886269079"

enum crypto_usage {
    CRYPTO_USAGE_AUTHORITY, /* CA:TRUE, keyCertSign */
    CRYPTO_USAGE_SERVER,    /* digitalSignature, serverAuth; subjectAltName from `hosts` */
    CRYPTO_USAGE_CLIENT,    /* digitalSignature, clientAuth: a terminal's line key */
    CRYPTO_USAGE_STATEMENT, /* digitalSignature, CRYPTO_STATEMENT_OID: signs heads, books, limits;
                               or a terminal's journal */
};

struct crypto_cert_request {
    const char *name; /* CN */
    uint8_t public_key[PUBLIC_KEY_SIZE];
    enum crypto_usage usage;
    uint8_t serial[CRYPTO_SERIAL_SIZE]; /* positive: first bit clear, not all zero */
    int64_t not_before_s, not_after_s;  /* UTC */
    const char *hosts;                  /* SERVER: "localhost,127.0.0.1,::1": DNS names and IP
                                           addresses, at most 8, RFC 5280 §4.2.1.6; else NULL */
};

/*
 * Issue a certificate. issuer_key is private; issuer_cert_pem NULL: self-signed by issuer_key.
 * TILL_BAD_INPUT: a value breaks its rule, the issuer's certificate is no authority's or not of
 * issuer_key, or self-signed with another public_key. TILL_TOO_LARGE: the hosts take more than
 * 768 bytes. TILL_E_PROTOCOL: issuer_cert_pem is no certificate of our form. TILL_E_CRYPTO:
 * public_key is no point of the curve, or the library failed.
 */
enum till_status crypto_cert_issue(const struct crypto_cert_request *request,
                                   struct crypto_key *issuer_key, const char *issuer_cert_pem,
                                   char pem_out[CRYPTO_CERT_PEM_MAX]) TILL_CHECKED;

struct crypto_cert {
    char name[CRYPTO_NAME_MAX];
    char issuer[CRYPTO_NAME_MAX];
    uint8_t public_key[PUBLIC_KEY_SIZE];
    uint8_t serial[CRYPTO_SERIAL_SIZE];
    int64_t not_before_s, not_after_s;
    bool is_authority;
    enum crypto_usage usage;
    uint8_t fingerprint[HASH_SIZE]; /* SHA-256 of the DER */
};
/* Reads, and believes nothing: the signature is crypto_cert_check's.
 * TILL_E_PROTOCOL: no certificate of the form above; out is then untouched. */
enum till_status crypto_cert_read(const char *pem, struct crypto_cert *cert_out) TILL_CHECKED;

/*
 * Does `authority` sign `cert`, both for their usage?
 *   authority_pem  one, or a bundle: then one of them must, and its dates are looked at
 *   at_s   checked against both validities; 0 = ignore dates (an implausible clock)
 * TILL_E_SIGNATURE: not signed by it, wrong usage, or `authority` is none. TILL_CLOCK_WRONG:
 * outside the dates of either. TILL_E_PROTOCOL: one of them can't be read.
 */
enum till_status crypto_cert_check(const char *cert_pem, const char *authority_pem,
                                   enum crypto_usage usage, int64_t at_s) TILL_CHECKED;

/*
 * A bundle: the certificates of several authorities that stand at once, while one takes the place
 * of another. PEM blocks one behind the other, nothing between; the oldest first; at most
 * CRYPTO_BUNDLE_MOST. One certificate is a bundle of one.
 */
/* The one at `index`, from 0. TILL_NOT_FOUND: it has no more. TILL_E_PROTOCOL: what stands there is
 * no block. */
enum till_status crypto_bundle_at(const char *bundle, size_t index,
                                  char pem_out[CRYPTO_CERT_PEM_MAX]) TILL_CHECKED;
/* Append one; ""  is a bundle of none. TILL_TOO_LARGE: one too many. */
enum till_status crypto_bundle_add(char bundle[CRYPTO_BUNDLE_PEM_MAX],
                                   const char *pem) TILL_CHECKED;
/* Is there one with that fingerprint? Its PEM to pem_out, where that is not NULL. */
bool crypto_bundle_find(const char *bundle, const uint8_t fingerprint[HASH_SIZE],
                        char *pem_out /* CRYPTO_CERT_PEM_MAX */);

/* ---- the bridge to src/core/chain.h ---------------------------------------------------------- */

/* A sealer over a key; sign is NULL where the key is public only. The key must outlive it. */
void crypto_sealer(struct sealer *sealer_out, struct crypto_key *key);

#endif
