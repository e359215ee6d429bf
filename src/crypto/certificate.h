/*
 * Certificates, between the back ends and the shared part.
 *
 * A back end parses and writes with its library and says what it found; what is a valid form and
 * what fits together is decided in certificate.c, once for both.
 */
#ifndef TILL_CERTIFICATE_H
#define TILL_CERTIFICATE_H

#include "crypto.h"

enum {
    CERT_EXTENSIONS_MAX = 4,
    CERT_TIME_MAX = 15,     /* "20261122094100", terminator included */
    SIGNATURE_DER_MAX = 72, /* SEQUENCE of two INTEGERs of 33 bytes */
    USAGE_OID_MAX = 24,
    SPKI_SIZE = 26 + PUBLIC_KEY_SIZE
};

/* X.509 v3 extensions that are made here; the key identifiers are the back end's own. */
enum cert_extension_id {
    CERT_BASIC_CONSTRAINTS,
    CERT_KEY_USAGE,
    CERT_EXTENDED_KEY_USAGE,
    CERT_SUBJECT_ALT_NAME
};
struct cert_extension {
    enum cert_extension_id id;
    bool critical;
    struct span der; /* the value, without the OCTET STRING around it */
};

/* A certificate to be signed; everything in it is checked. */
struct cert_draft {
    const char *name;
    const char *issuer_name;
    const char *issuer_pem; /* NULL: self-signed */
    struct crypto_key *subject_key;
    struct crypto_key *issuer_key;
    struct span serial; /* positive, no leading zero byte */
    char not_before[CERT_TIME_MAX], not_after[CERT_TIME_MAX];
    struct cert_extension extensions[CERT_EXTENSIONS_MAX];
    size_t extension_count;
};

/* What was signed, and the signature over it, of a request or a certificate. */
struct cert_signed {
    /* Each algorithm field. RFC 5758 §3.2 wants no parameters; mbedTLS before 3.4 writes NULL
     * there, so both are taken and nothing else. */
    bool is_ecdsa_sha256;
    uint8_t hash[HASH_SIZE];
    uint8_t der[SIGNATURE_DER_MAX];
    size_t der_size; /* 0: longer than any P-256 signature */
};

/* What a back end found in a request. */
struct csr_facts {
    char name[CRYPTO_NAME_MAX];
    uint8_t point[PUBLIC_KEY_SIZE];
    struct cert_signed signature;
};

/* What a back end found in a certificate. Unknown critical extensions, repeated ones and
 * malformed ones it has refused already. */
struct cert_facts {
    struct crypto_cert cert; /* usage and is_authority are filled by certificate.c */
    struct cert_signed signature;
    int version; /* 3 */
    bool is_authority;
    bool has_path_length;
    unsigned key_usage; /* RFC 5280 §4.2.1.3, bit 0 of the list = 0x80; 0 = no such extension */
    size_t usage_count; /* of extendedKeyUsage; 0 = no such extension */
    uint8_t usage_oid[USAGE_OID_MAX]; /* contents of the first */
    size_t usage_oid_size;            /* 0: longer than any of ours */
};

/* ---- a back end gives ------------------------------------------------------------------------ */

/* pem has passed pem_is_one. TILL_E_PROTOCOL: not one DER object of the kind, of our forms. */
enum till_status csr_parse(const char *pem, struct csr_facts *facts_out) TILL_CHECKED;
enum till_status cert_parse(const char *pem, struct cert_facts *facts_out) TILL_CHECKED;
/* Adds the key identifiers (RFC 5280 §4.2.1.2, method 1), signs, writes PEM. */
enum till_status cert_write(const struct cert_draft *draft,
                            char pem_out[CRYPTO_CERT_PEM_MAX]) TILL_CHECKED;

/* ---- and uses -------------------------------------------------------------------------------- */

/* 1..64 of [0-9A-Za-z.-]? */
bool cert_name_is_valid(const char *name);
/* A CN's bytes to text. False where it is no valid name. */
bool cert_name_copy(struct span bytes, char name_out[CRYPTO_NAME_MAX]);
/* SubjectPublicKeyInfo: named curve P-256 and an uncompressed point, byte for byte; RFC 5480 §2.
 * False otherwise. Whether the point is on the curve is not asked here. */
bool cert_spki_point(struct span spki, uint8_t point_out[PUBLIC_KEY_SIZE]);
/* The magnitude of a positive serial number, left-padded. False where it is 0 or too large. */
bool cert_serial_copy(struct span magnitude, uint8_t serial_out[CRYPTO_SERIAL_SIZE]);
/* Hash what was signed and keep the signature. */
enum till_status cert_signed_fill(struct cert_signed *signature_out, struct span bytes,
                                  struct span der) TILL_CHECKED;

#endif
