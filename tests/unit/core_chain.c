/* The chain: each entry is bound to all before it, and no field can be altered unseen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "chain.h"
#include "crypto.h"

struct world {
    struct crypto_key *key;
    struct sealer sealer;
    uint8_t prev[HASH_SIZE];
    struct entry entry;
};

static int set_up(void **state)
{
    static struct world w;
    w = (struct world){0};
    assert_int_equal(crypto_key_create(&w.key), TILL_OK);
    crypto_sealer(&w.sealer, w.key);
    memset(w.prev, 0x11, sizeof(w.prev));
    struct body_collection b = {
        .account = "6100234567", .amount_minor = 18642, .tendered_minor = 18642};
    assert_int_equal(entry_write_collection(&w.entry, KIND_COLLECTION, &b), TILL_OK);
    w.entry.seq = 4127;
    w.entry.at_s = 1795311660;
    assert_int_equal(chain_seal(&w.sealer, "0031", &w.entry, w.prev), TILL_OK);
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    crypto_key_free(w->key);
    return 0;
}

static void a_sealed_entry_is_accepted(void **state)
{
    struct world *w = *state;
    assert_int_equal(chain_check(&w->sealer, "0031", &w->entry, w->prev, true), TILL_OK);
}

static void sealing_twice_gives_the_same_signature(void **state)
{
    struct world *w = *state;
    struct entry again = w->entry;
    memset(again.signature, 0, sizeof(again.signature));
    assert_int_equal(chain_seal(&w->sealer, "0031", &again, w->prev), TILL_OK);
    assert_memory_equal(again.signature, w->entry.signature, SIGNATURE_SIZE);
}

static void altering_any_field_breaks_the_chain(void **state)
{
    struct world *w = *state;
    struct entry e = w->entry;
    e.seq++;
    assert_int_equal(chain_check(&w->sealer, "0031", &e, w->prev, false), TILL_E_CHAIN);
    e = w->entry;
    e.at_s++;
    assert_int_equal(chain_check(&w->sealer, "0031", &e, w->prev, false), TILL_E_CHAIN);
    e = w->entry;
    e.kind |= KIND_TRAINING;
    assert_int_equal(chain_check(&w->sealer, "0031", &e, w->prev, false), TILL_E_CHAIN);
    assert_int_equal(chain_check(&w->sealer, "0032", &w->entry, w->prev, false), TILL_E_CHAIN);
    for (size_t i = 0; i < HASH_SIZE; i++) {
        w->prev[i] ^= 1;
        assert_int_equal(chain_check(&w->sealer, "0031", &w->entry, w->prev, false), TILL_E_CHAIN);
        w->prev[i] ^= 1;
    }
    for (size_t i = 0; i < w->entry.body_size; i++) {
        e = w->entry;
        e.body[i] ^= 1;
        assert_int_equal(chain_check(&w->sealer, "0031", &e, w->prev, false), TILL_E_CHAIN);
    }
    e = w->entry;
    e.body_size--;
    assert_int_equal(chain_check(&w->sealer, "0031", &e, w->prev, false), TILL_E_CHAIN);
}

static void an_altered_signature_is_refused_where_it_is_asked_for(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < SIGNATURE_SIZE; i++) {
        struct entry e = w->entry;
        e.signature[i] ^= 0x40;
        assert_int_equal(chain_check(&w->sealer, "0031", &e, w->prev, true), TILL_E_SIGNATURE);
        assert_int_equal(chain_check(&w->sealer, "0031", &e, w->prev, false), TILL_OK);
    }
}

static void the_signature_of_another_terminals_key_is_refused(void **state)
{
    struct world *w = *state;
    struct crypto_key *other = NULL;
    struct sealer sealer;
    assert_int_equal(crypto_key_create(&other), TILL_OK);
    crypto_sealer(&sealer, other);
    assert_int_equal(chain_check(&sealer, "0031", &w->entry, w->prev, true), TILL_E_SIGNATURE);
    crypto_key_free(other);
}

/* "1" + "23" and "12" + "3" must not meet: every field has its length. */
static void moving_a_byte_from_one_field_to_the_next_gives_other_bytes(void **state)
{
    (void)state;
    uint8_t first[CHAIN_PREIMAGE_MAX];
    uint8_t second[CHAIN_PREIMAGE_MAX];
    uint8_t prev[HASH_SIZE] = {0};
    struct buffer a;
    struct buffer b;
    struct entry e = {.seq = 1, .body = "{}", .body_size = 2};
    buffer_init(&a, first, sizeof(first));
    chain_preimage("00", &e, prev, &a);
    /* One byte less of terminal, one more of body. */
    struct entry longer = {.seq = 1, .body = "{}\0", .body_size = 3};
    buffer_init(&b, second, sizeof(second));
    chain_preimage("0", &longer, prev, &b);
    assert_int_equal(a.size, b.size);
    assert_memory_not_equal(first, second, a.size);
}

static void the_largest_entry_fits_the_preimage(void **state)
{
    (void)state;
    static struct entry e = {.seq = UINT64_MAX, .at_s = -1, .kind = 0xFFFF};
    static uint8_t bytes[CHAIN_PREIMAGE_MAX];
    uint8_t prev[HASH_SIZE] = {0};
    struct buffer b;
    e.body_size = ENTRY_BODY_MAX;
    buffer_init(&b, bytes, sizeof(bytes));
    chain_preimage("0031ABCDEFGH", &e, prev, &b);
    assert_int_equal(buffer_status(&b), TILL_OK);
    assert_int_equal(b.size, 17 + 13 + 8 + 8 + 2 + 32 + 2 + ENTRY_BODY_MAX);
}

static void the_genesis_binds_terminal_key_and_authority(void **state)
{
    struct world *w = *state;
    uint8_t key[PUBLIC_KEY_SIZE] = {4};
    uint8_t authority[HASH_SIZE] = {0};
    uint8_t plain[HASH_SIZE];
    uint8_t other[HASH_SIZE];
    assert_int_equal(chain_genesis(&w->sealer, "0031", key, authority, plain), TILL_OK);
    assert_int_equal(chain_genesis(&w->sealer, "0032", key, authority, other), TILL_OK);
    assert_memory_not_equal(plain, other, HASH_SIZE);
    key[PUBLIC_KEY_SIZE - 1] = 1;
    assert_int_equal(chain_genesis(&w->sealer, "0031", key, authority, other), TILL_OK);
    assert_memory_not_equal(plain, other, HASH_SIZE);
    key[PUBLIC_KEY_SIZE - 1] = 0;
    authority[HASH_SIZE - 1] = 1;
    assert_int_equal(chain_genesis(&w->sealer, "0031", key, authority, other), TILL_OK);
    assert_memory_not_equal(plain, other, HASH_SIZE);
}

/* The first record of a published fiscal chain: see tests/vectors/README.md. */
static void the_sealers_digest_gives_a_regulators_published_hash(void **state)
{
    struct world *w = *state;
    static const char record[] =
        "IDEmisorFactura=89890001K&NumSerieFactura=12345678/G33&FechaExpedicionFactura=01-01-2024"
        "&TipoFactura=F1&CuotaTotal=12.35&ImporteTotal=123.45&Huella="
        "&FechaHoraHusoGenRegistro=2024-01-01T19:20:30+01:00";
    static const char published[] =
        "3C464DAF61ACB827C65FDA19F352A4E3BDC2C640E9E9FC4CC058073F38F12F60";
    uint8_t expected[HASH_SIZE];
    uint8_t hash[HASH_SIZE];
    assert_int_equal(hex_decode(published, 64, expected, HASH_SIZE), TILL_OK);
    struct span bytes = {(const uint8_t *)record, sizeof(record) - 1};
    assert_int_equal(w->sealer.digest(w->sealer.context, bytes, hash), TILL_OK);
    assert_memory_equal(hash, expected, HASH_SIZE);
}

static void the_check_code_is_the_first_four_bytes(void **state)
{
    (void)state;
    static const uint8_t hash[HASH_SIZE] = {0x9f, 0x3c, 0x21, 0xab, 0xff};
    char out[CHECK_CODE_MAX];
    chain_check_code(hash, out);
    assert_string_equal(out, "9f3c 21ab");
}

static enum till_status broken_digest(void *context, struct span bytes, uint8_t hash_out[HASH_SIZE])
{
    (void)context;
    (void)bytes;
    (void)hash_out;
    return TILL_E_CRYPTO;
}

static void a_cipher_that_fails_is_reported_not_ignored(void **state)
{
    struct world *w = *state;
    struct sealer broken = w->sealer;
    broken.digest = broken_digest;
    assert_int_equal(chain_check(&broken, "0031", &w->entry, w->prev, true), TILL_E_CRYPTO);
    assert_int_equal(chain_seal(&broken, "0031", &w->entry, w->prev), TILL_E_CRYPTO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sealed_entry_is_accepted),
        cmocka_unit_test(sealing_twice_gives_the_same_signature),
        cmocka_unit_test(altering_any_field_breaks_the_chain),
        cmocka_unit_test(an_altered_signature_is_refused_where_it_is_asked_for),
        cmocka_unit_test(the_signature_of_another_terminals_key_is_refused),
        cmocka_unit_test(moving_a_byte_from_one_field_to_the_next_gives_other_bytes),
        cmocka_unit_test(the_largest_entry_fits_the_preimage),
        cmocka_unit_test(the_genesis_binds_terminal_key_and_authority),
        cmocka_unit_test(the_sealers_digest_gives_a_regulators_published_hash),
        cmocka_unit_test(the_check_code_is_the_first_four_bytes),
        cmocka_unit_test(a_cipher_that_fails_is_reported_not_ignored),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
