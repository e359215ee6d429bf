/*
 * OpenSSL 3.0 and later, by its EVP interface alone: a key's inside and what the files share.
 *
 * Errors: the library leaves them in a queue of the thread, where the next TLS call of the host
 * would find them. Every function here that can fail empties it before it returns.
 */
#ifndef TILL_EVP_H
#define TILL_EVP_H

#include <openssl/bio.h>
#include <openssl/evp.h>

#include "crypto.h"

struct crypto_key {
    EVP_PKEY *pkey;
    EVP_PKEY_CTX *signing;   /* NULL: public only */
    EVP_PKEY_CTX *verifying; /* both are set up once, at load */
    uint8_t point[PUBLIC_KEY_SIZE];
};

/* The status of a call that went well or not; empties the error queue. */
enum till_status evp_status(bool done);

/* What a memory BIO holds, as text. False where it does not fit; out is then wiped. */
bool evp_text(BIO *bio, char *out, size_t capacity);

#endif
