#include <mbedtls/md.h>
#include <mbedtls/pkcs5.h>
#include <mbedtls/sha256.h>
#include <mbedtls/version.h>
#include <stdlib.h>

#include "crypto.h"

struct crypto_hash {
    mbedtls_md_context_t context;
};

const char *crypto_backend(void)
{
    return "mbedTLS " MBEDTLS_VERSION_STRING;
}

static const mbedtls_md_info_t *sha256(void)
{
    return mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
}

static enum till_status of_code(int code)
{
    return code == 0                             ? TILL_OK
           : code == MBEDTLS_ERR_MD_ALLOC_FAILED ? TILL_E_MEMORY
                                                 : TILL_E_CRYPTO;
}

/* An empty span may hold NULL; the library copies from it with memcpy all the same. */
static const uint8_t *bytes_of(struct span s)
{
    return s.size > 0 ? s.data : (const uint8_t *)"";
}

enum till_status crypto_sha256(struct span bytes, uint8_t hash_out[HASH_SIZE])
{
    return of_code(mbedtls_md(sha256(), bytes_of(bytes), bytes.size, hash_out));
}

enum till_status crypto_sha256_each(const uint8_t *bytes, const uint16_t *sizes, size_t count,
                                    uint8_t (*hashes_out)[HASH_SIZE])
{
    enum { IS_SHA_224 = 0 };
    mbedtls_sha256_context context;
    int code = 0;
    mbedtls_sha256_init(&context);
    for (size_t i = 0; i < count && code == 0; bytes += sizes[i++]) {
        code = mbedtls_sha256_starts_ret(&context, IS_SHA_224);
        if (code == 0) {
            code = mbedtls_sha256_update_ret(&context, bytes, sizes[i]);
        }
        if (code == 0) {
            code = mbedtls_sha256_finish_ret(&context, hashes_out[i]);
        }
    }
    mbedtls_sha256_free(&context);
    return of_code(code);
}

enum till_status crypto_hash_begin(struct crypto_hash **hash_out)
{
    struct crypto_hash *hash = calloc(1, sizeof *hash);
    if (hash == NULL) {
        return TILL_E_MEMORY;
    }
    mbedtls_md_init(&hash->context);
    int code = mbedtls_md_setup(&hash->context, sha256(), 0);
    if (code == 0) {
        code = mbedtls_md_starts(&hash->context);
    }
    if (code != 0) {
        mbedtls_md_free(&hash->context);
        free(hash);
        return of_code(code);
    }
    *hash_out = hash;
    return TILL_OK;
}

enum till_status crypto_hash_add(struct crypto_hash *hash, struct span bytes)
{
    return of_code(mbedtls_md_update(&hash->context, bytes_of(bytes), bytes.size));
}

enum till_status crypto_hash_end(struct crypto_hash *hash, uint8_t hash_out[HASH_SIZE])
{
    int code = mbedtls_md_finish(&hash->context, hash_out);
    mbedtls_md_free(&hash->context);
    free(hash);
    return of_code(code);
}

enum till_status crypto_hmac(struct span key, struct span bytes, uint8_t mac_out[HASH_SIZE])
{
    return of_code(
        mbedtls_md_hmac(sha256(), bytes_of(key), key.size, bytes_of(bytes), bytes.size, mac_out));
}

enum till_status crypto_pbkdf2(struct span password, struct span salt, uint32_t rounds,
                               uint8_t key_out[HASH_SIZE])
{
    if (rounds == 0) {
        return TILL_BAD_INPUT;
    }
    mbedtls_md_context_t context;
    mbedtls_md_init(&context);
    int code = mbedtls_md_setup(&context, sha256(), 1);
    if (code == 0) {
        code = mbedtls_pkcs5_pbkdf2_hmac(&context, bytes_of(password), password.size,
                                         bytes_of(salt), salt.size, rounds, HASH_SIZE, key_out);
    }
    mbedtls_md_free(&context);
    return of_code(code);
}
