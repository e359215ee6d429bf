#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/opensslv.h>
#include <stdlib.h>

#include "evp.h"

struct crypto_hash {
    EVP_MD_CTX *context;
};

const char *crypto_backend(void)
{
    return "OpenSSL " OPENSSL_VERSION_STR;
}

/* An empty span may hold NULL, which some calls take for "no key given". */
static const uint8_t *bytes_of(struct span s)
{
    return s.size > 0 ? s.data : (const uint8_t *)"";
}

enum till_status crypto_sha256(struct span bytes, uint8_t hash_out[HASH_SIZE])
{
    return evp_status(EVP_Digest(bytes_of(bytes), bytes.size, hash_out, NULL, EVP_sha256(), NULL) ==
                      1);
}

enum till_status crypto_sha256_each(const uint8_t *bytes, const uint16_t *sizes, size_t count,
                                    uint8_t (*hashes_out)[HASH_SIZE])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context != NULL;
    for (size_t i = 0; i < count && good; bytes += sizes[i++]) {
        good = EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
               EVP_DigestUpdate(context, bytes, sizes[i]) == 1 &&
               EVP_DigestFinal_ex(context, hashes_out[i], NULL) == 1;
    }
    EVP_MD_CTX_free(context);
    return evp_status(good);
}

enum till_status crypto_hash_begin(struct crypto_hash **hash_out)
{
    struct crypto_hash *hash = calloc(1, sizeof *hash);
    if (hash == NULL) {
        return TILL_E_MEMORY;
    }
    hash->context = EVP_MD_CTX_new();
    if (hash->context == NULL || EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(hash->context);
        free(hash);
        return evp_status(false);
    }
    *hash_out = hash;
    return TILL_OK;
}

enum till_status crypto_hash_add(struct crypto_hash *hash, struct span bytes)
{
    return evp_status(EVP_DigestUpdate(hash->context, bytes_of(bytes), bytes.size) == 1);
}

enum till_status crypto_hash_end(struct crypto_hash *hash, uint8_t hash_out[HASH_SIZE])
{
    bool done = EVP_DigestFinal_ex(hash->context, hash_out, NULL) == 1;
    EVP_MD_CTX_free(hash->context);
    free(hash);
    return evp_status(done);
}

enum till_status crypto_hmac(struct span key, struct span bytes, uint8_t mac_out[HASH_SIZE])
{
    size_t size = 0;
    return evp_status(EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, bytes_of(key), key.size,
                                bytes_of(bytes), bytes.size, mac_out, HASH_SIZE, &size) != NULL &&
                      size == HASH_SIZE);
}

enum till_status crypto_pbkdf2(struct span password, struct span salt, uint32_t rounds,
                               uint8_t key_out[HASH_SIZE])
{
    if (rounds == 0 || rounds > INT_MAX || password.size > INT_MAX || salt.size > INT_MAX) {
        return TILL_BAD_INPUT;
    }
    return evp_status(PKCS5_PBKDF2_HMAC((const char *)bytes_of(password), (int)password.size,
                                        bytes_of(salt), (int)salt.size, (int)rounds, EVP_sha256(),
                                        HASH_SIZE, key_out) == 1);
}
