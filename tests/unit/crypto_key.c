/* Keys: made, saved, loaded, refused; signatures and the sealer over them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto.h"

/* RFC 6979 §A.2.5: the key as SEC 1, its point, and two signatures with SHA-256. */
static const char rfc6979_pem[] =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEIMmvqdhFunUWa1whV2ex1pNOUMPbNuibEnuKYisSD2choAoGCCqGSM49\n"
    "AwEHoUQDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Z5A/4QCLi8\n"
    "maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==\n"
    "-----END EC PRIVATE KEY-----\n";
static const char rfc6979_pkcs8[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgya+p2EW6dRZrXCFX\n"
    "Z7HWk05Qw9s26JsSe4piKxIPZyGhRANCAARg/tS6JVqdMclh63TGNW1owEm4kjth\n"
    "+mzmaWIuYPKftnkD/hAIuLyZpBrp6VYovGTy8bIMLX6fUXejwpTURiKZ\n"
    "-----END PRIVATE KEY-----\n";
static const char rfc6979_point[] =
    "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
static const struct {
    const char *message, *signature;
} rfc6979[] = {
    {"sample", "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
               "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"},
    {"test", "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
             "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083"},
};

/* The order of the curve and its prime; SEC 2 §2.4.2. */
static const char order_hex[] = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
static const char prime_hex[] = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";

static void unhex(const char *hex, uint8_t *out, size_t size)
{
    assert_int_equal(hex_decode(hex, strlen(hex), out, size), TILL_OK);
}

static void hash_of(const char *message, uint8_t hash_out[HASH_SIZE])
{
    struct span bytes = {(const uint8_t *)message, strlen(message)};
    assert_int_equal(crypto_sha256(bytes, hash_out), TILL_OK);
}

static struct crypto_key *load(const char *pem)
{
    struct crypto_key *key = NULL;
    assert_int_equal(crypto_key_load(pem, &key), TILL_OK);
    return key;
}

static bool is_deterministic(void)
{
    return strncmp(crypto_backend(), "mbedTLS", 7) == 0;
}

/* ---- loading --------------------------------------------------------------------------------- */

static void sec1_and_pkcs8_give_the_same_key(void **state)
{
    (void)state;
    uint8_t expected[PUBLIC_KEY_SIZE], point[PUBLIC_KEY_SIZE];
    unhex(rfc6979_point, expected, sizeof expected);
    const char *const pems[] = {rfc6979_pem, rfc6979_pkcs8};
    for (size_t i = 0; i < 2; i++) {
        struct crypto_key *key = load(pems[i]);
        crypto_key_public(key, point);
        assert_memory_equal(point, expected, sizeof expected);
        crypto_key_free(key);
    }
}

static void a_saved_key_comes_back_the_same(void **state)
{
    (void)state;
    struct crypto_key *made = NULL;
    char pem[CRYPTO_KEY_PEM_MAX];
    uint8_t before[PUBLIC_KEY_SIZE], after[PUBLIC_KEY_SIZE], hash[HASH_SIZE];
    uint8_t signature[SIGNATURE_SIZE];
    assert_int_equal(crypto_key_create(&made), TILL_OK);
    assert_int_equal(crypto_key_save(made, pem), TILL_OK);
    struct crypto_key *loaded = load(pem);
    crypto_key_public(made, before);
    crypto_key_public(loaded, after);
    assert_memory_equal(before, after, sizeof before);
    assert_int_equal(before[0], 0x04);
    hash_of("one key", hash);
    assert_int_equal(crypto_sign(loaded, hash, signature), TILL_OK);
    assert_int_equal(crypto_verify(made, hash, signature), TILL_OK);
    crypto_wipe(pem, sizeof pem);
    crypto_key_free(made);
    crypto_key_free(loaded);
}

static void two_new_keys_differ(void **state)
{
    (void)state;
    struct crypto_key *a = NULL, *b = NULL;
    uint8_t point_a[PUBLIC_KEY_SIZE], point_b[PUBLIC_KEY_SIZE];
    assert_int_equal(crypto_key_create(&a), TILL_OK);
    assert_int_equal(crypto_key_create(&b), TILL_OK);
    crypto_key_public(a, point_a);
    crypto_key_public(b, point_b);
    assert_memory_not_equal(point_a, point_b, sizeof point_a);
    crypto_key_free(a);
    crypto_key_free(b);
    crypto_key_free(NULL);
}

static void assert_refused(const char *pem)
{
    struct crypto_key *key = NULL;
    if (crypto_key_load(pem, &key) != TILL_E_CRYPTO) {
        fail_msg("loaded: %.60s...", pem);
    }
    assert_null(key);
}

static void a_key_cut_anywhere_is_refused(void **state)
{
    (void)state;
    char cut[sizeof rfc6979_pem];
    /* The last line feed alone may be missing. */
    for (size_t size = 0; size < sizeof rfc6979_pem - 2; size++) {
        memcpy(cut, rfc6979_pem, size);
        cut[size] = '\0';
        assert_refused(cut);
    }
}

static void a_key_with_anything_around_it_is_refused(void **state)
{
    (void)state;
    char pem[CRYPTO_KEY_PEM_MAX + 256];
    const char *const forms[] = {" %s", "note\n%s", "%snote\n", "%s-----BEGIN PRIVATE KEY-----\n"};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        const char *mark = strstr(forms[i], "%s");
        assert_non_null(mark);
        (void)snprintf(pem, sizeof pem, "%.*s%s%s", (int)(mark - forms[i]), forms[i], rfc6979_pem,
                       mark + 2);
        assert_refused(pem);
    }
    (void)snprintf(pem, sizeof pem, "%s%s", rfc6979_pem, rfc6979_pem);
    assert_refused(pem);
    memset(pem, '\n', sizeof pem - 1);
    memcpy(pem, rfc6979_pem, sizeof rfc6979_pem - 1);
    pem[sizeof pem - 1] = '\0';
    assert_refused(pem); /* longer than CRYPTO_KEY_PEM_MAX */
}

static void a_key_that_is_no_scalar_or_not_its_own_is_refused(void **state)
{
    (void)state;
    /* d with its last bit turned, beside the old point. */
    assert_refused("-----BEGIN EC PRIVATE KEY-----\n"
                   "MHcCAQEEIMmvqdhFunUWa1whV2ex1pNOUMPbNuibEnuKYisSD2cgoAoGCCqGSM49\n"
                   "AwEHoUQDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Z5A/4QCLi8\n"
                   "maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==\n"
                   "-----END EC PRIVATE KEY-----\n");
    /* d = n, d = 0 */
    assert_refused("-----BEGIN EC PRIVATE KEY-----\n"
                   "MDECAQEEIP////8AAAAA//////////+85vqtpxeehPO5ysL8YyVRoAoGCCqGSM49\n"
                   "AwEH\n"
                   "-----END EC PRIVATE KEY-----\n");
    assert_refused("-----BEGIN EC PRIVATE KEY-----\n"
                   "MDECAQEEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAoAoGCCqGSM49\n"
                   "AwEH\n"
                   "-----END EC PRIVATE KEY-----\n");
}

static void a_public_point_must_be_on_the_curve_and_uncompressed(void **state)
{
    (void)state;
    uint8_t point[PUBLIC_KEY_SIZE];
    struct crypto_key *key = NULL;
    unhex(rfc6979_point, point, sizeof point);
    assert_int_equal(crypto_key_load_public(point, &key), TILL_OK);
    crypto_key_free(key);
    key = NULL;

    /* Compressed and hybrid forms of the very same point. */
    static const uint8_t tags[] = {0x00, 0x02, 0x03, 0x05, 0x06, 0x07};
    for (size_t i = 0; i < sizeof tags; i++) {
        point[0] = tags[i];
        assert_int_equal(crypto_key_load_public(point, &key), TILL_E_CRYPTO);
    }
    unhex(rfc6979_point, point, sizeof point);
    point[64] ^= 1;
    assert_int_equal(crypto_key_load_public(point, &key), TILL_E_CRYPTO);

    memset(point + 1, 0, sizeof point - 1); /* (0, 0), as some write infinity */
    assert_int_equal(crypto_key_load_public(point, &key), TILL_E_CRYPTO);

    unhex(rfc6979_point, point, sizeof point);
    unhex(prime_hex, point + 1, 32); /* x = p, not reduced */
    assert_int_equal(crypto_key_load_public(point, &key), TILL_E_CRYPTO);
    assert_null(key);
}

/* ---- signing --------------------------------------------------------------------------------- */

static void the_signatures_of_rfc_6979_are_accepted(void **state)
{
    (void)state;
    struct crypto_key *key = load(rfc6979_pem);
    for (size_t i = 0; i < 2; i++) {
        uint8_t hash[HASH_SIZE], signature[SIGNATURE_SIZE];
        hash_of(rfc6979[i].message, hash);
        unhex(rfc6979[i].signature, signature, sizeof signature);
        assert_int_equal(crypto_verify(key, hash, signature), TILL_OK);
    }
    crypto_key_free(key);
}

static void the_terminal_signs_as_rfc_6979_and_the_host_never_twice_alike(void **state)
{
    (void)state;
    struct crypto_key *key = load(rfc6979_pem);
    for (size_t i = 0; i < 2; i++) {
        uint8_t hash[HASH_SIZE], expected[SIGNATURE_SIZE];
        uint8_t first[SIGNATURE_SIZE], second[SIGNATURE_SIZE];
        hash_of(rfc6979[i].message, hash);
        unhex(rfc6979[i].signature, expected, sizeof expected);
        assert_int_equal(crypto_sign(key, hash, first), TILL_OK);
        assert_int_equal(crypto_sign(key, hash, second), TILL_OK);
        assert_int_equal(crypto_verify(key, hash, first), TILL_OK);
        assert_int_equal(crypto_verify(key, hash, second), TILL_OK);
        if (is_deterministic()) {
            assert_memory_equal(first, expected, sizeof expected);
            assert_memory_equal(second, expected, sizeof expected);
        } else {
            /* The same r twice would give the key away. */
            assert_memory_not_equal(first, second, SIGNATURE_SIZE / 2);
        }
    }
    crypto_key_free(key);
}

static void any_turned_bit_spoils_a_signature(void **state)
{
    (void)state;
    struct crypto_key *key = load(rfc6979_pem);
    uint8_t hash[HASH_SIZE], signature[SIGNATURE_SIZE];
    hash_of(rfc6979[0].message, hash);
    unhex(rfc6979[0].signature, signature, sizeof signature);
    for (size_t i = 0; i < sizeof signature; i++) {
        signature[i] ^= (uint8_t)(1u << (i % 8));
        assert_int_equal(crypto_verify(key, hash, signature), TILL_E_SIGNATURE);
        signature[i] ^= (uint8_t)(1u << (i % 8));
    }
    for (size_t i = 0; i < sizeof hash; i++) {
        hash[i] ^= (uint8_t)(1u << (i % 8));
        assert_int_equal(crypto_verify(key, hash, signature), TILL_E_SIGNATURE);
        hash[i] ^= (uint8_t)(1u << (i % 8));
    }
    assert_int_equal(crypto_verify(key, hash, signature), TILL_OK);
    crypto_key_free(key);
}

static void another_key_does_not_verify(void **state)
{
    (void)state;
    struct crypto_key *key = load(rfc6979_pem), *other = NULL;
    uint8_t hash[HASH_SIZE], signature[SIGNATURE_SIZE];
    assert_int_equal(crypto_key_create(&other), TILL_OK);
    hash_of("whose", hash);
    assert_int_equal(crypto_sign(key, hash, signature), TILL_OK);
    assert_int_equal(crypto_verify(other, hash, signature), TILL_E_SIGNATURE);
    crypto_key_free(key);
    crypto_key_free(other);
}

static void r_and_s_outside_1_to_n_minus_1_are_refused(void **state)
{
    (void)state;
    struct crypto_key *key = load(rfc6979_pem);
    uint8_t hash[HASH_SIZE], signature[SIGNATURE_SIZE], good[SIGNATURE_SIZE];
    uint8_t bad[4][SIGNATURE_SIZE / 2] = {{0}};
    unhex(order_hex, bad[1], 32);
    unhex(order_hex, bad[2], 32);
    bad[2][31]++; /* n + 1 */
    memset(bad[3], 0xff, 32);
    hash_of(rfc6979[0].message, hash);
    unhex(rfc6979[0].signature, good, sizeof good);
    for (size_t i = 0; i < 4; i++) {
        for (size_t half = 0; half < 2; half++) {
            memcpy(signature, good, sizeof good);
            memcpy(signature + half * 32, bad[i], 32);
            assert_int_equal(crypto_verify(key, hash, signature), TILL_E_SIGNATURE);
        }
        memcpy(signature, bad[i], 32);
        memcpy(signature + 32, bad[i], 32);
        assert_int_equal(crypto_verify(key, hash, signature), TILL_E_SIGNATURE);
    }
    crypto_key_free(key);
}

/* ---- the sealer ------------------------------------------------------------------------------ */

static void a_sealer_of_a_pair_signs_what_one_of_its_public_half_verifies(void **state)
{
    (void)state;
    struct crypto_key *pair = load(rfc6979_pem), *public_half = NULL;
    uint8_t point[PUBLIC_KEY_SIZE], hash[HASH_SIZE], expected[HASH_SIZE];
    uint8_t signature[SIGNATURE_SIZE];
    crypto_key_public(pair, point);
    assert_int_equal(crypto_key_load_public(point, &public_half), TILL_OK);

    struct sealer signing, verifying;
    crypto_sealer(&signing, pair);
    crypto_sealer(&verifying, public_half);
    assert_non_null(signing.sign);
    assert_null(verifying.sign);

    struct span entry = {(const uint8_t *)"entry", 5};
    hash_of("entry", expected);
    assert_int_equal(verifying.digest(verifying.context, entry, hash), TILL_OK);
    assert_memory_equal(hash, expected, sizeof hash);
    assert_int_equal(signing.sign(signing.context, hash, signature), TILL_OK);
    assert_int_equal(verifying.verify(verifying.context, hash, signature), TILL_OK);
    hash[0] ^= 1;
    assert_int_equal(verifying.verify(verifying.context, hash, signature), TILL_E_SIGNATURE);
    crypto_key_free(pair);
    crypto_key_free(public_half);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sec1_and_pkcs8_give_the_same_key),
        cmocka_unit_test(a_saved_key_comes_back_the_same),
        cmocka_unit_test(two_new_keys_differ),
        cmocka_unit_test(a_key_cut_anywhere_is_refused),
        cmocka_unit_test(a_key_with_anything_around_it_is_refused),
        cmocka_unit_test(a_key_that_is_no_scalar_or_not_its_own_is_refused),
        cmocka_unit_test(a_public_point_must_be_on_the_curve_and_uncompressed),
        cmocka_unit_test(the_signatures_of_rfc_6979_are_accepted),
        cmocka_unit_test(the_terminal_signs_as_rfc_6979_and_the_host_never_twice_alike),
        cmocka_unit_test(any_turned_bit_spoils_a_signature),
        cmocka_unit_test(another_key_does_not_verify),
        cmocka_unit_test(r_and_s_outside_1_to_n_minus_1_are_refused),
        cmocka_unit_test(a_sealer_of_a_pair_signs_what_one_of_its_public_half_verifies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
