/*
 * What differs between mbedTLS 2.28 and 3.x, and a key's inside.
 *
 * 3.x renames struct members that it holds private; those that have no accessor in every 3.x are
 * read through FIELD. It also asks for a generator where 2.28 had its own or none.
 */
#ifndef TILL_SHIM_H
#define TILL_SHIM_H

#include <mbedtls/ecdsa.h>
#include <mbedtls/ecp.h>
#include <mbedtls/pk.h>
#include <mbedtls/version.h>

#if MBEDTLS_VERSION_NUMBER >= 0x03000000
#include <mbedtls/private_access.h>
#define FIELD(name) MBEDTLS_PRIVATE(name)
#else
#define FIELD(name) name
#endif

#include "crypto.h"

struct crypto_key {
    mbedtls_pk_context pk; /* always MBEDTLS_PK_ECKEY on P-256 */
    bool is_private;
    uint8_t point[PUBLIC_KEY_SIZE];
};

/* The kernel's generator in the form that mbedTLS calls. context is unused. */
int shim_random(void *context, unsigned char *out, size_t size);

/* Parse a private key of any kind from PEM. pem is terminated. Gives mbedTLS's own code. */
int shim_parse_key(mbedtls_pk_context *pk, const char *pem);

#endif
