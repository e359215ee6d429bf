#include <openssl/core_names.h>
#include <openssl/params.h>
#include <stdlib.h>

#include "evp.h"

struct crypto_mac {
    EVP_MAC_CTX *context; /* keyed; each message begins it anew */
};

enum till_status crypto_mac_open(struct span key, struct crypto_mac **mac_out)
{
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                 OSSL_PARAM_construct_end()};
    struct crypto_mac *mac = calloc(1, sizeof *mac);
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    if (mac != NULL && hmac != NULL) {
        mac->context = EVP_MAC_CTX_new(hmac);
    }
    EVP_MAC_free(hmac);
    /* NULL would mean "the key that it has". */
    const uint8_t *bytes = key.size > 0 ? key.data : (const uint8_t *)"";
    if (mac == NULL || mac->context == NULL ||
        EVP_MAC_init(mac->context, bytes, key.size, params) != 1) {
        crypto_mac_close(mac);
        return evp_status(false);
    }
    *mac_out = mac;
    return TILL_OK;
}

enum till_status crypto_mac_of(struct crypto_mac *mac, struct span bytes,
                               uint8_t mac_out[HASH_SIZE])
{
    size_t size = 0;
    return evp_status(
        EVP_MAC_init(mac->context, NULL, 0, NULL) == 1 &&
        (bytes.size == 0 || EVP_MAC_update(mac->context, bytes.data, bytes.size) == 1) &&
        EVP_MAC_final(mac->context, mac_out, &size, HASH_SIZE) == 1 && size == HASH_SIZE);
}

void crypto_mac_close(struct crypto_mac *mac)
{
    if (mac != NULL) {
        EVP_MAC_CTX_free(mac->context);
    }
    free(mac);
}
