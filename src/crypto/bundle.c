#include <string.h>

#include "crypto.h"
#include "pem.h"

static const char last_line[] = "-----END CERTIFICATE-----";

/* Behind a block's last line and its line end; NULL: there is no whole block. */
static const char *block_end(const char *block)
{
    const char *end = strstr(block, last_line);
    if (end == NULL) {
        return NULL;
    }
    end += strlen(last_line);
    return end + strspn(end, "\r\n");
}

enum till_status crypto_bundle_at(const char *bundle, size_t index,
                                  char pem_out[CRYPTO_CERT_PEM_MAX])
{
    const char *at = bundle;
    if (strnlen(bundle, CRYPTO_BUNDLE_PEM_MAX) == CRYPTO_BUNDLE_PEM_MAX) {
        return TILL_E_PROTOCOL;
    }
    for (size_t i = 0; *at != '\0' && i <= CRYPTO_BUNDLE_MOST; i++) {
        const char *end = i < CRYPTO_BUNDLE_MOST ? block_end(at) : NULL;
        size_t size = end == NULL ? 0 : (size_t)(end - at);
        if (size == 0 || size >= CRYPTO_CERT_PEM_MAX) {
            return TILL_E_PROTOCOL;
        }
        if (i == index) {
            memcpy(pem_out, at, size);
            pem_out[size] = '\0';
            return pem_is_one(pem_out, "CERTIFICATE", CRYPTO_CERT_PEM_MAX) ? TILL_OK
                                                                           : TILL_E_PROTOCOL;
        }
        at = end;
    }
    return TILL_NOT_FOUND;
}

enum till_status crypto_bundle_add(char bundle[CRYPTO_BUNDLE_PEM_MAX], const char *pem)
{
    char one[CRYPTO_CERT_PEM_MAX];
    size_t used = strlen(bundle), size = strlen(pem);
    enum till_status last = crypto_bundle_at(bundle, CRYPTO_BUNDLE_MOST - 1, one);
    if (last != TILL_NOT_FOUND) {
        return last == TILL_OK ? TILL_TOO_LARGE : last;
    }
    if (!pem_is_one(pem, "CERTIFICATE", CRYPTO_CERT_PEM_MAX)) {
        return TILL_E_PROTOCOL;
    }
    bool ended = pem[size - 1] == '\n';
    if (used + size + !ended >= CRYPTO_BUNDLE_PEM_MAX) {
        return TILL_TOO_LARGE;
    }
    memcpy(bundle + used, pem, size + 1);
    if (!ended) {
        memcpy(bundle + used + size, "\n", 2);
    }
    return TILL_OK;
}

bool crypto_bundle_find(const char *bundle, const uint8_t fingerprint[HASH_SIZE], char *pem_out)
{
    char one[CRYPTO_CERT_PEM_MAX];
    struct crypto_cert cert;
    for (size_t i = 0; crypto_bundle_at(bundle, i, one) == TILL_OK; i++) {
        if (crypto_cert_read(one, &cert) == TILL_OK &&
            memcmp(cert.fingerprint, fingerprint, HASH_SIZE) == 0) {
            if (pem_out != NULL) {
                memcpy(pem_out, one, strlen(one) + 1);
            }
            return true;
        }
    }
    return false;
}
