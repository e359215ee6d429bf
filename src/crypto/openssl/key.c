#include "key.h"

#include <assert.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "certificate.h"
#include "evp.h"
#include "pem.h"

/* The library's name of P-256, as loaded keys report it. */
#define CURVE "prime256v1"

enum { SCALAR_SIZE = SIGNATURE_SIZE / 2 };

bool key_is_private(const struct crypto_key *key)
{
    return key->signing != NULL;
}

void crypto_key_free(struct crypto_key *key)
{
    if (key != NULL) {
        EVP_PKEY_CTX_free(key->signing);
        EVP_PKEY_CTX_free(key->verifying);
        EVP_PKEY_free(key->pkey); /* wipes the secret */
        crypto_wipe(key, sizeof *key);
        free(key);
    }
}

/* P-256, by name and not by parameters that merely look like it? */
static bool is_p256(EVP_PKEY *pkey)
{
    char group[32];
    size_t size = 0;
    int explicit_parameters = 0;
    if (!EVP_PKEY_is_a(pkey, "EC") ||
        EVP_PKEY_get_group_name(pkey, group, sizeof group, &size) != 1) {
        return false;
    }
    /* A generated key has no such answer. */
    if (EVP_PKEY_get_int_param(pkey, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS,
                               &explicit_parameters) != 1) {
        explicit_parameters = 0;
    }
    return strcmp(group, CURVE) == 0 && explicit_parameters == 0;
}

/* The point as 04 ‖ X ‖ Y, whatever form the key came in. */
static bool read_point(EVP_PKEY *pkey, uint8_t point_out[PUBLIC_KEY_SIZE])
{
    BIGNUM *x = NULL, *y = NULL;
    point_out[0] = 0x04;
    bool done = EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1 &&
                EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1 &&
                BN_bn2binpad(x, point_out + 1, SCALAR_SIZE) == SCALAR_SIZE &&
                BN_bn2binpad(y, point_out + 1 + SCALAR_SIZE, SCALAR_SIZE) == SCALAR_SIZE;
    BN_free(x);
    BN_free(y);
    return done;
}

/* Takes pkey over, even where it fails. */
static enum till_status key_new(EVP_PKEY *pkey, bool is_private, struct crypto_key **key_out)
{
    struct crypto_key *key = calloc(1, sizeof *key);
    if (key == NULL) {
        EVP_PKEY_free(pkey);
        (void)evp_status(false);
        return TILL_E_MEMORY;
    }
    key->pkey = pkey;
    bool done = is_p256(pkey) && read_point(pkey, key->point);
    if (done && is_private) {
        key->signing = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
        done = key->signing != NULL && EVP_PKEY_sign_init(key->signing) == 1;
    }
    if (done) {
        key->verifying = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
        done = key->verifying != NULL && EVP_PKEY_verify_init(key->verifying) == 1;
    }
    if (!done) {
        crypto_key_free(key);
        return evp_status(false);
    }
    *key_out = key;
    return evp_status(true);
}

enum till_status crypto_key_create(struct crypto_key **key_out)
{
    EVP_PKEY *pkey = EVP_EC_gen(CURVE);
    return pkey != NULL ? key_new(pkey, true, key_out) : evp_status(false);
}

enum till_status crypto_key_save(const struct crypto_key *key, char pem_out[CRYPTO_KEY_PEM_MAX])
{
    assert(key_is_private(key));
    BIO *bio = BIO_new(BIO_s_mem());
    bool done = bio != NULL &&
                PEM_write_bio_PrivateKey(bio, key->pkey, NULL, NULL, 0, NULL, NULL) == 1 &&
                evp_text(bio, pem_out, CRYPTO_KEY_PEM_MAX);
    BIO_free(bio); /* wipes its memory */
    return evp_status(done);
}

/* Without it the library would ask for a password on the terminal. */
static int no_password(char *buffer, int size, int writing, void *context)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

/* Is the private half within 1..n-1, and the public one its own? SP 800-56A §5.6.2.1.4. */
static bool halves_match(EVP_PKEY *pkey)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
    bool match = context != NULL && EVP_PKEY_check(context) == 1;
    EVP_PKEY_CTX_free(context);
    return match;
}

enum till_status crypto_key_load(const char *pem, struct crypto_key **key_out)
{
    if (!pem_is_one(pem, "EC PRIVATE KEY", CRYPTO_KEY_PEM_MAX) &&
        !pem_is_one(pem, "PRIVATE KEY", CRYPTO_KEY_PEM_MAX)) {
        return TILL_E_CRYPTO;
    }
    BIO *bio = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *pkey = bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL) : NULL;
    BIO_free(bio);
    if (pkey == NULL || !EVP_PKEY_is_a(pkey, "EC") || !halves_match(pkey)) {
        EVP_PKEY_free(pkey);
        return evp_status(false);
    }
    return key_new(pkey, true, key_out);
}

/* NULL where the point is not on the curve. */
static EVP_PKEY *pkey_of_point(const uint8_t point[PUBLIC_KEY_SIZE])
{
    EVP_PKEY *pkey = NULL;
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    OSSL_PARAM *parameters = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY_CTX *check = NULL;
    if (builder == NULL || context == NULL ||
        OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, CURVE, 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point,
                                         PUBLIC_KEY_SIZE) != 1) {
        goto done;
    }
    parameters = OSSL_PARAM_BLD_to_param(builder);
    if (parameters == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
        goto done;
    }
    check = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
    if (check == NULL || EVP_PKEY_public_check(check) != 1) {
        EVP_PKEY_free(pkey);
        pkey = NULL;
    }
done:
    EVP_PKEY_CTX_free(check);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    return pkey;
}

enum till_status crypto_key_load_public(const uint8_t point[PUBLIC_KEY_SIZE],
                                        struct crypto_key **key_out)
{
    if (point[0] != 0x04) {
        return TILL_E_CRYPTO; /* SEC 1 §2.3.3 knows other forms, we don't */
    }
    EVP_PKEY *pkey = pkey_of_point(point);
    return pkey != NULL ? key_new(pkey, false, key_out) : evp_status(false);
}

void crypto_key_public(const struct crypto_key *key, uint8_t point_out[PUBLIC_KEY_SIZE])
{
    memcpy(point_out, key->point, PUBLIC_KEY_SIZE);
}

enum till_status crypto_sign(struct crypto_key *key, const uint8_t hash[HASH_SIZE],
                             uint8_t signature_out[SIGNATURE_SIZE])
{
    assert(key_is_private(key));
    uint8_t der[SIGNATURE_DER_MAX];
    size_t size = sizeof der;
    if (EVP_PKEY_sign(key->signing, der, &size, hash, HASH_SIZE) != 1 ||
        crypto_signature_from_der((struct span){der, size}, signature_out) != TILL_OK) {
        return evp_status(false);
    }
    return TILL_OK;
}

/* NULL: out of memory. The caller frees with OPENSSL_free. */
static unsigned char *to_der(const uint8_t signature[SIGNATURE_SIZE], int *size_out)
{
    unsigned char *der = NULL;
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, SCALAR_SIZE, NULL);
    BIGNUM *s = BN_bin2bn(signature + SCALAR_SIZE, SCALAR_SIZE, NULL);
    if (pair != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(pair, r, s) == 1) {
        r = NULL; /* theirs now */
        s = NULL;
        *size_out = i2d_ECDSA_SIG(pair, &der);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(pair);
    return der;
}

enum till_status crypto_verify(struct crypto_key *key, const uint8_t hash[HASH_SIZE],
                               const uint8_t signature[SIGNATURE_SIZE])
{
    int size = 0;
    unsigned char *der = to_der(signature, &size);
    if (der == NULL || size <= 0) {
        (void)evp_status(false);
        return TILL_E_MEMORY;
    }
    /* r or s outside 1..n-1 is answered like a wrong one, sometimes as 0 and sometimes as -1. */
    bool fits = EVP_PKEY_verify(key->verifying, der, (size_t)size, hash, HASH_SIZE) == 1;
    OPENSSL_free(der);
    return evp_status(fits) == TILL_OK ? TILL_OK : TILL_E_SIGNATURE;
}
