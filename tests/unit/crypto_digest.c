/* SHA-256, HMAC, PBKDF2, random, wiping: published vectors against both back ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto.h"

static struct span text(const char *s)
{
    return (struct span){(const uint8_t *)s, strlen(s)};
}

static void assert_hex(const uint8_t got[HASH_SIZE], const char *hex)
{
    char seen[2 * HASH_SIZE + 1];
    hex_encode((struct span){got, HASH_SIZE}, seen);
    assert_string_equal(seen, hex);
}

static void sha256_gives_the_published_digests(void **state)
{
    (void)state;
    /* FIPS 180-2, appendix B; the empty text from NIST's CAVP short messages. */
    static const struct {
        const char *message, *digest;
    } vectors[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        uint8_t hash[HASH_SIZE];
        assert_int_equal(crypto_sha256(text(vectors[i].message), hash), TILL_OK);
        assert_hex(hash, vectors[i].digest);
    }
}

static void an_empty_span_may_be_null(void **state)
{
    (void)state;
    uint8_t hash[HASH_SIZE], mac[HASH_SIZE], key[HASH_SIZE];
    struct span none = {NULL, 0};
    assert_int_equal(crypto_sha256(none, hash), TILL_OK);
    assert_hex(hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_int_equal(crypto_hmac(none, none, mac), TILL_OK);
    assert_hex(mac, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    assert_int_equal(crypto_pbkdf2(none, none, 1, key), TILL_OK);
    assert_hex(key, "f7ce0b653d2d72a4108cf5abe912ffdd777616dbbb27a70e8204f3ae2d0f6fad");
}

static void a_hash_in_pieces_is_that_of_the_whole(void **state)
{
    (void)state;
    /* FIPS 180-2 §B.3: a million times "a", here in uneven pieces. */
    enum { TOTAL = 1000000, PIECE = 997 };
    uint8_t piece[PIECE], hash[HASH_SIZE];
    memset(piece, 'a', sizeof piece);
    struct crypto_hash *h = NULL;
    assert_int_equal(crypto_hash_begin(&h), TILL_OK);
    for (size_t left = TOTAL; left > 0;) {
        size_t size = left < PIECE ? left : PIECE;
        assert_int_equal(crypto_hash_add(h, (struct span){piece, size}), TILL_OK);
        left -= size;
    }
    assert_int_equal(crypto_hash_add(h, (struct span){NULL, 0}), TILL_OK);
    assert_int_equal(crypto_hash_end(h, hash), TILL_OK);
    assert_hex(hash, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void many_that_lie_in_a_row_have_each_their_own_hash(void **state)
{
    (void)state;
    enum { MANY = 200 };
    static uint8_t bytes[MANY * MANY], hashes[MANY][HASH_SIZE];
    uint16_t sizes[MANY];
    size_t at = 0;
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)(i * 31 + i / 256);
    }
    for (uint16_t i = 0; i < MANY; i++) {
        sizes[i] = i; /* the first is of nothing; some end at a block, some just before */
    }
    assert_int_equal(crypto_sha256_each(bytes, sizes, MANY, hashes), TILL_OK);
    for (size_t i = 0; i < MANY; at += sizes[i++]) {
        uint8_t alone[HASH_SIZE];
        assert_int_equal(crypto_sha256((struct span){bytes + at, sizes[i]}, alone), TILL_OK);
        assert_memory_equal(hashes[i], alone, HASH_SIZE);
    }
}

static void hmac_gives_the_published_codes(void **state)
{
    (void)state;
    uint8_t key[131], data[50], mac[HASH_SIZE];

    /* RFC 4231 §4.2 to 4.5, 4.7, 4.8; 4.6 is about truncation. */
    memset(key, 0x0b, 20);
    assert_int_equal(crypto_hmac((struct span){key, 20}, text("Hi There"), mac), TILL_OK);
    assert_hex(mac, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");

    assert_int_equal(crypto_hmac(text("Jefe"), text("what do ya want for nothing?"), mac), TILL_OK);
    assert_hex(mac, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");

    memset(key, 0xaa, sizeof key);
    memset(data, 0xdd, sizeof data);
    assert_int_equal(crypto_hmac((struct span){key, 20}, (struct span){data, 50}, mac), TILL_OK);
    assert_hex(mac, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");

    uint8_t counting[25];
    for (uint8_t i = 0; i < sizeof counting; i++) {
        counting[i] = (uint8_t)(i + 1);
    }
    memset(data, 0xcd, sizeof data);
    assert_int_equal(crypto_hmac((struct span){counting, 25}, (struct span){data, 50}, mac),
                     TILL_OK);
    assert_hex(mac, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");

    struct span long_key = {key, sizeof key};
    assert_int_equal(
        crypto_hmac(long_key, text("Test Using Larger Than Block-Size Key - Hash Key First"), mac),
        TILL_OK);
    assert_hex(mac, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");

    assert_int_equal(crypto_hmac(long_key,
                                 text("This is a test using a larger than block-size key and a "
                                      "larger than block-size data. The key needs to be hashed "
                                      "before being used by the HMAC algorithm."),
                                 mac),
                     TILL_OK);
    assert_hex(mac, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

static void a_keyed_mac_gives_hmac_again_and_again(void **state)
{
    enum { KEYS = 3, SIZES = 200 };
    static const size_t key_sizes[KEYS] = {0, HASH_SIZE, 131};
    uint8_t key[131], data[SIZES], expected[HASH_SIZE], got[HASH_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(i * 7);
    }
    memset(key, 0xaa, sizeof key);
    for (size_t k = 0; k < KEYS; k++) {
        struct crypto_mac *mac = NULL;
        struct span key_span = {key_sizes[k] > 0 ? key : NULL, key_sizes[k]};
        assert_int_equal(crypto_mac_open(key_span, &mac), TILL_OK);
        for (size_t size = 0; size < SIZES; size += 13) {
            struct span bytes = {size > 0 ? data : NULL, size};
            assert_int_equal(crypto_hmac(key_span, bytes, expected), TILL_OK);
            assert_int_equal(crypto_mac_of(mac, bytes, got), TILL_OK);
            assert_memory_equal(got, expected, HASH_SIZE);
        }
        crypto_mac_close(mac);
    }
    crypto_mac_close(NULL);
}

static void pbkdf2_gives_the_published_keys(void **state)
{
    (void)state;
    uint8_t key[HASH_SIZE];
    /* RFC 7914 §11, the first 32 of 64 bytes. */
    assert_int_equal(crypto_pbkdf2(text("passwd"), text("salt"), 1, key), TILL_OK);
    assert_hex(key, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc");
    assert_int_equal(crypto_pbkdf2(text("Password"), text("NaCl"), 80000, key), TILL_OK);
    assert_hex(key, "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56");
}

static void pbkdf2_with_zero_bytes_uses_all_of_them(void **state)
{
    (void)state;
    /* The sixth vector of RFC 6070 with SHA-256 in SHA-1's place, first 16 bytes. */
    uint8_t key[HASH_SIZE];
    char seen[2 * HASH_SIZE + 1];
    struct span password = {(const uint8_t *)"pass\0word", 9};
    struct span salt = {(const uint8_t *)"sa\0lt", 5};
    assert_int_equal(crypto_pbkdf2(password, salt, 4096, key), TILL_OK);
    hex_encode((struct span){key, 16}, seen);
    assert_string_equal(seen, "89b69d0516f829893c696226650a8687");
}

static void pbkdf2_without_a_round_is_refused(void **state)
{
    (void)state;
    uint8_t key[HASH_SIZE];
    assert_int_equal(crypto_pbkdf2(text("p"), text("s"), 0, key), TILL_BAD_INPUT);
}

static void random_fills_every_byte_of_any_size(void **state)
{
    (void)state;
    enum { SIZE = 1000 };
    uint8_t ever_set[SIZE] = {0}, bytes[SIZE + 1];
    /* A byte that stays 0 through 16 draws is one that nobody wrote: 256^-16 otherwise. */
    for (int draw = 0; draw < 16; draw++) {
        memset(bytes, 0, sizeof bytes);
        assert_int_equal(crypto_random(bytes, SIZE), TILL_OK);
        for (size_t i = 0; i < SIZE; i++) {
            ever_set[i] |= bytes[i];
        }
        assert_int_equal(bytes[SIZE], 0);
    }
    for (size_t i = 0; i < SIZE; i++) {
        assert_int_not_equal(ever_set[i], 0);
    }
    assert_int_equal(crypto_random(bytes, 0), TILL_OK);
}

static void wiping_leaves_nothing_and_stays_within(void **state)
{
    (void)state;
    char secret[] = "246810 246810";
    crypto_wipe(secret, 6);
    static const char zeros[6];
    assert_memory_equal(secret, zeros, 6);
    assert_string_equal(secret + 6, " 246810");
    crypto_wipe(NULL, 0);
}

static void equal_sees_a_difference_in_any_place(void **state)
{
    (void)state;
    uint8_t a[HASH_SIZE] = {0}, b[HASH_SIZE] = {0};
    assert_true(crypto_equal(a, b, sizeof a));
    for (size_t bit = 0; bit < 8 * sizeof a; bit++) {
        b[bit / 8] = (uint8_t)(1u << (bit % 8));
        assert_false(crypto_equal(a, b, sizeof a));
        b[bit / 8] = 0;
    }
    b[31] = 1;
    assert_true(crypto_equal(a, b, 31));
}

static void the_backend_says_its_name_and_version(void **state)
{
    (void)state;
    const char *name = crypto_backend();
    assert_true(strncmp(name, "mbedTLS ", 8) == 0 || strncmp(name, "OpenSSL ", 8) == 0);
    assert_non_null(strchr(name, '.'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_gives_the_published_digests),
        cmocka_unit_test(an_empty_span_may_be_null),
        cmocka_unit_test(a_hash_in_pieces_is_that_of_the_whole),
        cmocka_unit_test(many_that_lie_in_a_row_have_each_their_own_hash),
        cmocka_unit_test(hmac_gives_the_published_codes),
        cmocka_unit_test(a_keyed_mac_gives_hmac_again_and_again),
        cmocka_unit_test(pbkdf2_gives_the_published_keys),
        cmocka_unit_test(pbkdf2_with_zero_bytes_uses_all_of_them),
        cmocka_unit_test(pbkdf2_without_a_round_is_refused),
        cmocka_unit_test(random_fills_every_byte_of_any_size),
        cmocka_unit_test(wiping_leaves_nothing_and_stays_within),
        cmocka_unit_test(equal_sees_a_difference_in_any_place),
        cmocka_unit_test(the_backend_says_its_name_and_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
