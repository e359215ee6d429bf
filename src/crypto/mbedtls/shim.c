#include "shim.h"

#include <string.h>

int shim_random(void *context, unsigned char *out, size_t size)
{
    (void)context;
    return crypto_random(out, size) == TILL_OK ? 0 : MBEDTLS_ERR_ECP_RANDOM_FAILED;
}

int shim_parse_key(mbedtls_pk_context *pk, const char *pem)
{
    const unsigned char *bytes = (const unsigned char *)pem;
    size_t size = strlen(pem) + 1; /* mbedTLS tells PEM from DER by the terminator */
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
    return mbedtls_pk_parse_key(pk, bytes, size, NULL, 0, shim_random, NULL);
#else
    return mbedtls_pk_parse_key(pk, bytes, size, NULL, 0);
#endif
}
