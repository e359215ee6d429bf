/*
 * Certificates for tests: keys made fresh, dates fixed, issued with the back end that the test is
 * linked with.
 */
#ifndef TILL_CERTS_H
#define TILL_CERTS_H

#include "crypto.h"

#define CERTS_FROM_S INT64_C(1767225600)  /* 2026-01-01 00:00:00 UTC */
#define CERTS_UNTIL_S INT64_C(2082758399) /* 2035-12-31 23:59:59 UTC */

struct certs_party {
    struct crypto_key *key;
    char pem[CRYPTO_CERT_PEM_MAX];
};

/* A request for a fresh key's certificate, valid as it stands; hosts "localhost" for a server. */
void certs_request(struct crypto_cert_request *request_out, const char *name,
                   enum crypto_usage usage, const struct crypto_key *key);

/* A party with a fresh key and a certificate by `authority`; NULL: self-signed. Fails the test
 * where it can't be made. */
void certs_party(struct certs_party *party_out, const char *name, enum crypto_usage usage,
                 const struct certs_party *authority);
void certs_free(struct certs_party *party);

#endif
