#include "seal_parts.h"

#include "evp.h"

enum till_status seal_agree(struct crypto_key *own, const uint8_t point[PUBLIC_KEY_SIZE],
                            uint8_t secret_out[SEAL_SECRET_SIZE])
{
    struct crypto_key *other = NULL;
    size_t size = SEAL_SECRET_SIZE;
    /* Checks that it is on the curve. */
    enum till_status status = crypto_key_load_public(point, &other);
    if (status != TILL_OK) {
        return status;
    }
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, own->pkey, NULL);
    bool done = context != NULL && EVP_PKEY_derive_init(context) == 1 &&
                EVP_PKEY_derive_set_peer(context, other->pkey) == 1 &&
                EVP_PKEY_derive(context, secret_out, &size) == 1 && size == SEAL_SECRET_SIZE;
    EVP_PKEY_CTX_free(context);
    crypto_key_free(other);
    return evp_status(done);
}

enum till_status seal_encrypt(const struct seal_keys *keys, struct span open, struct span plain,
                              uint8_t *out)
{
    int size = 0;
    EVP_CIPHER_CTX *gcm = EVP_CIPHER_CTX_new();
    bool done =
        gcm != NULL &&
        EVP_EncryptInit_ex(gcm, EVP_aes_256_gcm(), NULL, keys->key, keys->nonce) == 1 &&
        EVP_EncryptUpdate(gcm, NULL, &size, open.data, (int)open.size) == 1 &&
        (plain.size == 0 || EVP_EncryptUpdate(gcm, out, &size, plain.data, (int)plain.size) == 1) &&
        EVP_EncryptFinal_ex(gcm, out + plain.size, &size) == 1 &&
        EVP_CIPHER_CTX_ctrl(gcm, EVP_CTRL_GCM_GET_TAG, SEAL_TAG_SIZE, out + plain.size) == 1;
    EVP_CIPHER_CTX_free(gcm);
    return evp_status(done);
}

enum till_status seal_decrypt(const struct seal_keys *keys, struct span open, struct span sealed,
                              uint8_t *out)
{
    int size = 0;
    size_t plain_size = sealed.size - SEAL_TAG_SIZE;
    uint8_t tag[SEAL_TAG_SIZE];
    for (size_t i = 0; i < sizeof tag; i++) {
        tag[i] = sealed.data[plain_size + i]; /* the library takes no const */
    }
    EVP_CIPHER_CTX *gcm = EVP_CIPHER_CTX_new();
    bool done = gcm != NULL &&
                EVP_DecryptInit_ex(gcm, EVP_aes_256_gcm(), NULL, keys->key, keys->nonce) == 1 &&
                EVP_DecryptUpdate(gcm, NULL, &size, open.data, (int)open.size) == 1 &&
                (plain_size == 0 ||
                 EVP_DecryptUpdate(gcm, out, &size, sealed.data, (int)plain_size) == 1) &&
                EVP_CIPHER_CTX_ctrl(gcm, EVP_CTRL_GCM_SET_TAG, SEAL_TAG_SIZE, tag) == 1;
    bool fits = done && EVP_DecryptFinal_ex(gcm, out + plain_size, &size) == 1;
    EVP_CIPHER_CTX_free(gcm);
    if (!fits) {
        crypto_wipe(out, plain_size);
    }
    (void)evp_status(fits);
    return fits ? TILL_OK : done ? TILL_E_SIGNATURE : TILL_E_CRYPTO;
}
