#include "seal_parts.h"

#include <mbedtls/ecdh.h>
#include <mbedtls/gcm.h>

#include "shim.h"

enum till_status seal_agree(struct crypto_key *own, const uint8_t point[PUBLIC_KEY_SIZE],
                            uint8_t secret_out[SEAL_SECRET_SIZE])
{
    mbedtls_ecp_keypair *pair = mbedtls_pk_ec(own->pk);
    struct crypto_key *other = NULL;
    mbedtls_mpi secret;
    /* Checks that it is on the curve. */
    enum till_status status = crypto_key_load_public(point, &other);
    if (status != TILL_OK) {
        return status;
    }
    mbedtls_mpi_init(&secret);
    mbedtls_ecp_keypair *theirs = mbedtls_pk_ec(other->pk);
    int code = mbedtls_ecdh_compute_shared(&pair->FIELD(grp), &secret, &theirs->FIELD(Q),
                                           &pair->FIELD(d), shim_random, NULL);
    if (code == 0) {
        code = mbedtls_mpi_write_binary(&secret, secret_out, SEAL_SECRET_SIZE);
    }
    mbedtls_mpi_free(&secret);
    crypto_key_free(other);
    return code == 0 ? TILL_OK : TILL_E_CRYPTO;
}

static int set_key(mbedtls_gcm_context *gcm, const struct seal_keys *keys)
{
    return mbedtls_gcm_setkey(gcm, MBEDTLS_CIPHER_ID_AES, keys->key, 8 * SEAL_CIPHER_KEY_SIZE);
}

enum till_status seal_encrypt(const struct seal_keys *keys, struct span open, struct span plain,
                              uint8_t *out)
{
    mbedtls_gcm_context gcm;
    mbedtls_gcm_init(&gcm);
    int code = set_key(&gcm, keys);
    if (code == 0) {
        code = mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, plain.size, keys->nonce,
                                         SEAL_NONCE_SIZE, open.data, open.size, plain.data, out,
                                         SEAL_TAG_SIZE, out + plain.size);
    }
    mbedtls_gcm_free(&gcm);
    return code == 0 ? TILL_OK : TILL_E_CRYPTO;
}

enum till_status seal_decrypt(const struct seal_keys *keys, struct span open, struct span sealed,
                              uint8_t *out)
{
    size_t size = sealed.size - SEAL_TAG_SIZE;
    mbedtls_gcm_context gcm;
    mbedtls_gcm_init(&gcm);
    int code = set_key(&gcm, keys);
    if (code == 0) {
        code =
            mbedtls_gcm_auth_decrypt(&gcm, size, keys->nonce, SEAL_NONCE_SIZE, open.data, open.size,
                                     sealed.data + size, SEAL_TAG_SIZE, sealed.data, out);
    }
    mbedtls_gcm_free(&gcm);
    if (code != 0) {
        crypto_wipe(out, size);
    }
    return code == 0                             ? TILL_OK
           : code == MBEDTLS_ERR_GCM_AUTH_FAILED ? TILL_E_SIGNATURE
                                                 : TILL_E_CRYPTO;
}
