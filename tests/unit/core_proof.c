/* Proofs: a whole signed entry in a QR; any altered field is refused. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crypto.h"
#include "proof.h"

static const char url[] = "HTTPS://R.EXAMPLE/";

struct world {
    struct crypto_key *key;
    struct sealer sealer;
    struct proof proof;
    char text[PROOF_TEXT_MAX];
};

static int set_up(void **state)
{
    static struct world w;
    w = (struct world){0};
    assert_int_equal(crypto_key_create(&w.key), TILL_OK);
    crypto_sealer(&w.sealer, w.key);
    memcpy(w.proof.terminal, "0031", 5);
    memset(w.proof.prev, 0x5A, HASH_SIZE);
    struct body_collection b = {.account = "6100234567",
                                .amount_minor = 19058,
                                .late_fee_minor = 416,
                                .tendered_minor = 20000};
    struct entry *e = &w.proof.entry;
    assert_int_equal(entry_write_collection(e, KIND_COLLECTION, &b), TILL_OK);
    e->seq = 4127;
    e->at_s = 1795311660;
    assert_int_equal(chain_seal(&w.sealer, "0031", e, w.proof.prev), TILL_OK);
    assert_int_equal(proof_write(url, &w.proof, w.text), TILL_OK);
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    crypto_key_free(w->key);
    return 0;
}

static void a_proof_comes_back_unchanged_and_is_accepted(void **state)
{
    struct world *w = *state;
    struct proof back;
    assert_memory_equal(w->text, url, sizeof(url) - 1);
    assert_int_equal(proof_read(w->text, strlen(w->text), &back), TILL_OK);
    assert_string_equal(back.terminal, "0031");
    assert_int_equal(back.entry.seq, 4127);
    assert_int_equal(back.entry.at_s, 1795311660);
    assert_int_equal(back.entry.kind, KIND_COLLECTION);
    assert_string_equal(back.entry.body, w->proof.entry.body);
    assert_memory_equal(back.prev, w->proof.prev, HASH_SIZE);
    assert_memory_equal(back.entry.signature, w->proof.entry.signature, SIGNATURE_SIZE);
    assert_int_equal(proof_verify(&w->sealer, &back), TILL_OK);
    assert_memory_equal(back.entry.hash, w->proof.entry.hash, HASH_SIZE);
}

static void only_characters_of_the_alphanumeric_mode_are_used(void **state)
{
    struct world *w = *state;
    static const char alphanumeric[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    assert_int_equal(strspn(w->text, alphanumeric), strlen(w->text));
}

static void what_scanners_make_of_it_is_still_read(void **state)
{
    struct world *w = *state;
    struct proof back;
    char lower[PROOF_TEXT_MAX + 2];
    size_t size = strlen(w->text);
    for (size_t i = 0; i < size; i++) {
        lower[i] = (char)tolower((unsigned char)w->text[i]);
    }
    memcpy(lower + size, "\r\n", 2);
    assert_int_equal(proof_read(lower, size + 2, &back), TILL_OK);
    assert_int_equal(proof_verify(&w->sealer, &back), TILL_OK);
    size_t skip = sizeof(url) - 1;
    assert_int_equal(proof_read(w->text + skip, size - skip, &back), TILL_OK);
    assert_int_equal(proof_verify(&w->sealer, &back), TILL_OK);
}

/* Every bit of every byte, so every field. */
static void a_proof_with_any_flipped_bit_is_refused(void **state)
{
    struct world *w = *state;
    const char *code = w->text + sizeof(url) - 1;
    uint8_t bytes[PROOF_BYTES_MAX];
    size_t size = 0;
    assert_int_equal(base32_decode(code, strlen(code), bytes, sizeof(bytes), &size), TILL_OK);
    for (size_t i = 0; i < size; i++) {
        for (int bit = 0; bit < 8; bit++) {
            char text[PROOF_TEXT_MAX];
            struct proof back;
            bytes[i] ^= (uint8_t)(1 << bit);
            base32_encode((struct span){bytes, size}, text);
            enum till_status status = proof_read(text, strlen(text), &back);
            if (status == TILL_OK) {
                status = proof_verify(&w->sealer, &back);
            }
            if (status != TILL_E_PROTOCOL && status != TILL_E_SIGNATURE) {
                fail_msg("byte %zu, bit %d: %s", i, bit, status_name(status));
            }
            bytes[i] ^= (uint8_t)(1 << bit);
        }
    }
}

static void the_proof_of_another_terminals_key_is_refused(void **state)
{
    struct world *w = *state;
    struct crypto_key *other = NULL;
    struct sealer sealer;
    struct proof back;
    assert_int_equal(crypto_key_create(&other), TILL_OK);
    crypto_sealer(&sealer, other);
    assert_int_equal(proof_read(w->text, strlen(w->text), &back), TILL_OK);
    assert_int_equal(proof_verify(&sealer, &back), TILL_E_SIGNATURE);
    crypto_key_free(other);
}

static void a_cut_or_lengthened_proof_is_refused(void **state)
{
    struct world *w = *state;
    struct proof back;
    size_t size = strlen(w->text);
    for (size_t cut = 0; cut < size; cut++) {
        assert_int_equal(proof_read(w->text, cut, &back), TILL_E_PROTOCOL);
    }
    char longer[PROOF_TEXT_MAX + 8];
    memcpy(longer, w->text, size);
    memcpy(longer + size, "AAAAAAAA", 8);
    assert_int_equal(proof_read(longer, size + 8, &back), TILL_E_PROTOCOL);
}

static void other_texts_are_no_proofs(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "", "/", "HTTPS://R.EXAMPLE/", "6901234567892", "AE======", "WIFI:T:WPA;S:net;P:pass;;"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct proof back;
        assert_int_equal(proof_read(texts[i], strlen(texts[i]), &back), TILL_E_PROTOCOL);
    }
    static char endless[4096];
    struct proof back;
    memset(endless, 'A', sizeof(endless));
    assert_int_equal(proof_read(endless, sizeof(endless), &back), TILL_E_PROTOCOL);
}

/* The worst receipt: a terminal of 12, a body of 90, seq and at_s at their largest. */
static void the_largest_receipt_fits_version_11_m_with_a_url_of_24(void **state)
{
    (void)state;
    static struct proof p;
    char text[PROOF_TEXT_MAX];
    memcpy(p.terminal, "0031ABCDEFGH", 13);
    p.entry.seq = UINT32_MAX;
    p.entry.at_s = (INT64_C(1) << 40) - 1;
    p.entry.kind = KIND_COLLECTION;
    p.entry.body_size = ENTRY_RECEIPT_BODY_MAX;
    memset(p.entry.body, 'x', ENTRY_RECEIPT_BODY_MAX);
    assert_int_equal(proof_write("HTTPS://RECEIPT.EXAMPLE/", &p, text), TILL_OK);
    assert_int_equal(strlen("HTTPS://RECEIPT.EXAMPLE/"), 24);
    assert_int_equal(strlen(text), 364);
    assert_int_equal(proof_url_max("0031ABCDEFGH"), 26);
    assert_int_equal(proof_write("HTTPS://RECEIPTS2.EXAMPLE/", &p, text), TILL_OK);
    assert_int_equal(strlen(text), PROOF_CHARACTERS_MAX);
    assert_int_equal(proof_write("HTTPS://RECEIPTS20.EXAMPLE/", &p, text), TILL_TOO_LARGE);
}

static void a_shorter_terminal_number_leaves_room_for_a_longer_url(void **state)
{
    (void)state;
    assert_int_equal(proof_url_max("0031"), 39);
    assert_int_equal(proof_url_max("1"), 44);
}

static void what_a_proof_cannot_hold_is_refused(void **state)
{
    struct world *w = *state;
    static struct proof p;
    char text[PROOF_TEXT_MAX];
    p = w->proof;
    p.entry.seq = UINT64_C(1) << 32;
    assert_int_equal(proof_write(url, &p, text), TILL_TOO_LARGE);
    p = w->proof;
    p.entry.at_s = INT64_C(1) << 40;
    assert_int_equal(proof_write(url, &p, text), TILL_TOO_LARGE);
    p = w->proof;
    p.entry.body_size = ENTRY_RECEIPT_BODY_MAX + 1;
    assert_int_equal(proof_write(url, &p, text), TILL_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proof_comes_back_unchanged_and_is_accepted),
        cmocka_unit_test(only_characters_of_the_alphanumeric_mode_are_used),
        cmocka_unit_test(what_scanners_make_of_it_is_still_read),
        cmocka_unit_test(a_proof_with_any_flipped_bit_is_refused),
        cmocka_unit_test(the_proof_of_another_terminals_key_is_refused),
        cmocka_unit_test(a_cut_or_lengthened_proof_is_refused),
        cmocka_unit_test(other_texts_are_no_proofs),
        cmocka_unit_test(the_largest_receipt_fits_version_11_m_with_a_url_of_24),
        cmocka_unit_test(a_shorter_terminal_number_leaves_room_for_a_longer_url),
        cmocka_unit_test(what_a_proof_cannot_hold_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
