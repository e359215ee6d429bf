#include "key.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "pem.h"
#include "shim.h"

static mbedtls_ecp_keypair *pair_of(const struct crypto_key *key)
{
    return mbedtls_pk_ec(key->pk);
}

bool key_is_private(const struct crypto_key *key)
{
    return key->is_private;
}

static struct crypto_key *key_new(void)
{
    struct crypto_key *key = calloc(1, sizeof *key);
    if (key != NULL) {
        mbedtls_pk_init(&key->pk);
    }
    return key;
}

void crypto_key_free(struct crypto_key *key)
{
    if (key != NULL) {
        mbedtls_pk_free(&key->pk); /* wipes its numbers */
        crypto_wipe(key, sizeof *key);
        free(key);
    }
}

static int setup_p256(struct crypto_key *key)
{
    int code = mbedtls_pk_setup(&key->pk, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY));
    if (code != 0) {
        return code;
    }
    return mbedtls_ecp_group_load(&pair_of(key)->FIELD(grp), MBEDTLS_ECP_DP_SECP256R1);
}

static bool keep_point(struct crypto_key *key)
{
    mbedtls_ecp_keypair *pair = pair_of(key);
    size_t size = 0;
    return mbedtls_ecp_point_write_binary(&pair->FIELD(grp), &pair->FIELD(Q),
                                          MBEDTLS_ECP_PF_UNCOMPRESSED, &size, key->point,
                                          sizeof key->point) == 0 &&
           size == sizeof key->point;
}

/*
 * Does the public half belong to the private one? Asked by computing it again, which also makes
 * the group's table of multiples of the base point: 2.28 keeps it in the group from the first
 * multiplication on, and without it every signature would take 1.7 times as long.
 */
static bool halves_match(struct crypto_key *key)
{
    mbedtls_ecp_keypair *pair = pair_of(key);
    mbedtls_ecp_group *group = &pair->FIELD(grp);
    mbedtls_ecp_point point;
    mbedtls_ecp_point_init(&point);
    bool match =
        mbedtls_ecp_check_privkey(group, &pair->FIELD(d)) == 0 &&
        mbedtls_ecp_mul(group, &point, &pair->FIELD(d), &group->G, shim_random, NULL) == 0 &&
        mbedtls_ecp_point_cmp(&point, &pair->FIELD(Q)) == 0;
    mbedtls_ecp_point_free(&point);
    return match;
}

/* A pair that stands in key becomes the caller's, or is freed. */
static enum till_status finish_pair(struct crypto_key *key, struct crypto_key **key_out)
{
    if (!halves_match(key) || !keep_point(key)) {
        crypto_key_free(key);
        return TILL_E_CRYPTO;
    }
    key->is_private = true;
    *key_out = key;
    return TILL_OK;
}

enum till_status crypto_key_create(struct crypto_key **key_out)
{
    struct crypto_key *key = key_new();
    if (key == NULL) {
        return TILL_E_MEMORY;
    }
    if (mbedtls_pk_setup(&key->pk, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)) != 0 ||
        mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, pair_of(key), shim_random, NULL) != 0) {
        crypto_key_free(key);
        return TILL_E_CRYPTO;
    }
    return finish_pair(key, key_out);
}

enum till_status crypto_key_save(const struct crypto_key *key, char pem_out[CRYPTO_KEY_PEM_MAX])
{
    assert(key->is_private);
    /* 2.28 takes no const though it only reads. */
    mbedtls_pk_context pk = key->pk;
    if (mbedtls_pk_write_key_pem(&pk, (unsigned char *)pem_out, CRYPTO_KEY_PEM_MAX) != 0) {
        crypto_wipe(pem_out, CRYPTO_KEY_PEM_MAX);
        return TILL_E_CRYPTO;
    }
    return TILL_OK;
}

enum till_status crypto_key_load(const char *pem, struct crypto_key **key_out)
{
    if (!pem_is_one(pem, "EC PRIVATE KEY", CRYPTO_KEY_PEM_MAX) &&
        !pem_is_one(pem, "PRIVATE KEY", CRYPTO_KEY_PEM_MAX)) {
        return TILL_E_CRYPTO;
    }
    struct crypto_key *key = key_new();
    if (key == NULL) {
        return TILL_E_MEMORY;
    }
    if (shim_parse_key(&key->pk, pem) != 0 || mbedtls_pk_get_type(&key->pk) != MBEDTLS_PK_ECKEY ||
        pair_of(key)->FIELD(grp).id != MBEDTLS_ECP_DP_SECP256R1) {
        crypto_key_free(key);
        return TILL_E_CRYPTO;
    }
    return finish_pair(key, key_out);
}

enum till_status crypto_key_load_public(const uint8_t point[PUBLIC_KEY_SIZE],
                                        struct crypto_key **key_out)
{
    if (point[0] != 0x04) {
        return TILL_E_CRYPTO; /* SEC 1 §2.3.3 knows other forms, we don't */
    }
    struct crypto_key *key = key_new();
    if (key == NULL) {
        return TILL_E_MEMORY;
    }
    if (setup_p256(key) != 0) {
        crypto_key_free(key);
        return TILL_E_MEMORY;
    }
    mbedtls_ecp_keypair *pair = pair_of(key);
    mbedtls_ecp_group *group = &pair->FIELD(grp);
    if (mbedtls_ecp_point_read_binary(group, &pair->FIELD(Q), point, PUBLIC_KEY_SIZE) != 0 ||
        mbedtls_ecp_check_pubkey(group, &pair->FIELD(Q)) != 0 || !keep_point(key)) {
        crypto_key_free(key);
        return TILL_E_CRYPTO;
    }
    *key_out = key;
    return TILL_OK;
}

void crypto_key_public(const struct crypto_key *key, uint8_t point_out[PUBLIC_KEY_SIZE])
{
    memcpy(point_out, key->point, PUBLIC_KEY_SIZE);
}

enum till_status crypto_sign(struct crypto_key *key, const uint8_t hash[HASH_SIZE],
                             uint8_t signature_out[SIGNATURE_SIZE])
{
    assert(key->is_private);
    mbedtls_ecp_keypair *pair = pair_of(key);
    mbedtls_mpi r, s;
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    enum till_status status = TILL_E_CRYPTO;
    /* The generator blinds the arithmetic; the signature does not depend on it. */
    if (mbedtls_ecdsa_sign_det_ext(&pair->FIELD(grp), &r, &s, &pair->FIELD(d), hash, HASH_SIZE,
                                   MBEDTLS_MD_SHA256, shim_random, NULL) == 0 &&
        mbedtls_mpi_write_binary(&r, signature_out, SIGNATURE_SIZE / 2) == 0 &&
        mbedtls_mpi_write_binary(&s, signature_out + SIGNATURE_SIZE / 2, SIGNATURE_SIZE / 2) == 0) {
        status = TILL_OK;
    }
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&s);
    return status;
}

enum till_status crypto_verify(struct crypto_key *key, const uint8_t hash[HASH_SIZE],
                               const uint8_t signature[SIGNATURE_SIZE])
{
    mbedtls_ecp_keypair *pair = pair_of(key);
    mbedtls_mpi r, s;
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    enum till_status status = TILL_E_CRYPTO;
    if (mbedtls_mpi_read_binary(&r, signature, SIGNATURE_SIZE / 2) == 0 &&
        mbedtls_mpi_read_binary(&s, signature + SIGNATURE_SIZE / 2, SIGNATURE_SIZE / 2) == 0) {
        int code =
            mbedtls_ecdsa_verify(&pair->FIELD(grp), hash, HASH_SIZE, &pair->FIELD(Q), &r, &s);
        /* Running out of memory must not pass for a forgery. */
        status = code == 0 ? TILL_OK
                 : code == MBEDTLS_ERR_MPI_ALLOC_FAILED || code == MBEDTLS_ERR_ECP_ALLOC_FAILED
                     ? TILL_E_MEMORY
                     : TILL_E_SIGNATURE;
    }
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&s);
    return status;
}
