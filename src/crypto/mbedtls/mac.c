#include <mbedtls/md.h>
#include <stdlib.h>
#include <string.h>

#include "crypto.h"

enum { BLOCK_SIZE = 64, INNER_PAD = 0x36, OUTER_PAD = 0x5c }; /* RFC 2104 §2 */

struct crypto_mac {
    mbedtls_md_context_t inner, outer; /* each after its padded key */
    mbedtls_md_context_t work;
};

static enum till_status of_code(int code)
{
    return code == 0                             ? TILL_OK
           : code == MBEDTLS_ERR_MD_ALLOC_FAILED ? TILL_E_MEMORY
                                                 : TILL_E_CRYPTO;
}

static int begin(mbedtls_md_context_t *context, const uint8_t key[BLOCK_SIZE], uint8_t pad)
{
    uint8_t block[BLOCK_SIZE];
    int code = mbedtls_md_setup(context, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), 0);
    for (size_t i = 0; i < sizeof block; i++) {
        block[i] = key[i] ^ pad;
    }
    if (code == 0) {
        code = mbedtls_md_starts(context);
    }
    if (code == 0) {
        code = mbedtls_md_update(context, block, sizeof block);
    }
    crypto_wipe(block, sizeof block);
    return code;
}

enum till_status crypto_mac_open(struct span key, struct crypto_mac **mac_out)
{
    uint8_t block[BLOCK_SIZE] = {0};
    struct crypto_mac *mac = calloc(1, sizeof *mac);
    if (mac == NULL) {
        return TILL_E_MEMORY;
    }
    mbedtls_md_init(&mac->inner);
    mbedtls_md_init(&mac->outer);
    mbedtls_md_init(&mac->work);
    enum till_status status = TILL_OK;
    if (key.size > sizeof block) {
        status = crypto_sha256(key, block);
    } else if (key.size > 0) {
        memcpy(block, key.data, key.size);
    }
    if (status == TILL_OK) {
        status = of_code(begin(&mac->inner, block, INNER_PAD));
    }
    if (status == TILL_OK) {
        status = of_code(begin(&mac->outer, block, OUTER_PAD));
    }
    if (status == TILL_OK) {
        status =
            of_code(mbedtls_md_setup(&mac->work, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), 0));
    }
    crypto_wipe(block, sizeof block);
    if (status != TILL_OK) {
        crypto_mac_close(mac);
        return status;
    }
    *mac_out = mac;
    return TILL_OK;
}

static int finish(mbedtls_md_context_t *work, const mbedtls_md_context_t *from, struct span bytes,
                  uint8_t hash_out[HASH_SIZE])
{
    int code = mbedtls_md_clone(work, from);
    if (code == 0 && bytes.size > 0) {
        code = mbedtls_md_update(work, bytes.data, bytes.size);
    }
    return code == 0 ? mbedtls_md_finish(work, hash_out) : code;
}

enum till_status crypto_mac_of(struct crypto_mac *mac, struct span bytes,
                               uint8_t mac_out[HASH_SIZE])
{
    uint8_t hash[HASH_SIZE];
    int code = finish(&mac->work, &mac->inner, bytes, hash);
    if (code == 0) {
        code = finish(&mac->work, &mac->outer, (struct span){hash, sizeof hash}, mac_out);
    }
    return of_code(code);
}

void crypto_mac_close(struct crypto_mac *mac)
{
    if (mac == NULL) {
        return;
    }
    /* The library wipes what it frees. */
    mbedtls_md_free(&mac->inner);
    mbedtls_md_free(&mac->outer);
    mbedtls_md_free(&mac->work);
    free(mac);
}
