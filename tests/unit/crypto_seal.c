/* Sealing: only the receiver reads it, and not a byte of it can be changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "seal.h"
#include "vectors.h"

enum { ROOM = 4096 };

static struct crypto_key *key, *other;
static uint8_t point[PUBLIC_KEY_SIZE];
static uint8_t memory[ROOM], back_memory[ROOM];
static const char text[] = "what a collector took in three days without a network";

static int make_keys(void **state)
{
    (void)state;
    assert_int_equal(crypto_key_create(&key), TILL_OK);
    assert_int_equal(crypto_key_create(&other), TILL_OK);
    crypto_key_public(key, point);
    return 0;
}

static int free_keys(void **state)
{
    (void)state;
    crypto_key_free(key);
    crypto_key_free(other);
    return 0;
}

static struct span span_of(const char *of)
{
    return (struct span){(const uint8_t *)of, strlen(of)};
}

static struct span seal(const char *label, struct span plain)
{
    struct buffer out;
    buffer_init(&out, memory, sizeof memory);
    assert_int_equal(crypto_seal(point, label, plain, &out), TILL_OK);
    assert_int_equal(out.size, SEAL_OVERHEAD + strlen(label) + plain.size);
    return (struct span){memory, out.size};
}

static enum till_status unseal(struct crypto_key *with, struct span sealed, size_t *size_out)
{
    struct buffer back;
    memset(back_memory, 0, sizeof back_memory);
    buffer_init(&back, back_memory, sizeof back_memory);
    enum till_status status = crypto_unseal(with, sealed, &back);
    *size_out = back.size;
    return status;
}

static void what_was_sealed_comes_out_for_the_receiver(void **state)
{
    (void)state;
    size_t size;
    assert_int_equal(unseal(key, seal("0031 1-40", span_of(text)), &size), TILL_OK);
    assert_int_equal(size, strlen(text));
    assert_memory_equal(back_memory, text, size);
    assert_int_equal(unseal(key, seal("", (struct span){0}), &size), TILL_OK);
    assert_int_equal(size, 0);
}

static void the_label_is_read_without_a_key(void **state)
{
    (void)state;
    struct seal_header h;
    uint8_t id[SEAL_KEY_ID_SIZE];
    assert_int_equal(seal_read_header(seal("0031 1-40", span_of(text)), &h), TILL_OK);
    seal_key_id(point, id);
    assert_string_equal(h.label, "0031 1-40");
    assert_memory_equal(h.key_id, id, sizeof id);
    assert_int_equal(h.sealed.size, strlen(text) + SEAL_TAG_SIZE);
}

static void nothing_of_what_is_inside_can_be_seen(void **state)
{
    (void)state;
    struct span sealed = seal("0031 1-40", span_of(text));
    for (size_t size = 4; size <= strlen(text); size += 7) {
        assert_null(memmem(sealed.data, sealed.size, text, size));
    }
    uint8_t first[ROOM];
    memcpy(first, sealed.data, sealed.size);
    /* Nor that the same was sealed twice. */
    struct span again = seal("0031 1-40", span_of(text));
    struct seal_header h;
    assert_int_equal(seal_read_header(again, &h), TILL_OK);
    assert_memory_not_equal(first + h.open_size, again.data + h.open_size, h.sealed.size);
}

static void another_key_is_refused(void **state)
{
    (void)state;
    size_t size;
    assert_int_equal(unseal(other, seal("", span_of(text)), &size), TILL_REFUSED);
}

static void every_bit_that_is_changed_is_noticed(void **state)
{
    (void)state;
    struct span sealed = seal("0031 1-40", span_of(text));
    for (size_t i = 0; i < sealed.size; i++) {
        size_t size;
        memory[i] ^= (uint8_t)(1u << i % 8);
        assert_int_not_equal(unseal(key, sealed, &size), TILL_OK);
        assert_int_equal(size, 0);
        assert_null(memmem(back_memory, sizeof back_memory, text, 8));
        memory[i] ^= (uint8_t)(1u << i % 8);
    }
    size_t size;
    assert_int_equal(unseal(key, sealed, &size), TILL_OK);
}

static void what_is_cut_short_or_longer_is_no_sealed_file(void **state)
{
    (void)state;
    size_t plain;
    struct span sealed = seal("0031 1-40", span_of(text));
    for (size_t size = 0; size < sealed.size; size += 5) {
        assert_int_not_equal(unseal(key, (struct span){memory, size}, &plain), TILL_OK);
    }
    memory[sealed.size] = 0;
    assert_int_equal(unseal(key, (struct span){memory, sealed.size + 1}, &plain), TILL_E_SIGNATURE);
    assert_int_equal(unseal(key, span_of("a photograph of somebody's wedding, by chance"), &plain),
                     TILL_E_PROTOCOL);
}

static void a_later_version_is_told_apart(void **state)
{
    (void)state;
    size_t size;
    struct span sealed = seal("", span_of(text));
    memory[6] = '2';
    assert_int_equal(unseal(key, sealed, &size), TILL_UNSUPPORTED);
}

static void a_point_off_the_curve_is_refused_on_both_sides(void **state)
{
    (void)state;
    size_t size;
    struct buffer out;
    uint8_t off[PUBLIC_KEY_SIZE] = {0x04, 1, 2, 3};
    buffer_init(&out, memory, sizeof memory);
    assert_int_equal(crypto_seal(off, "", span_of(text), &out), TILL_E_CRYPTO);
    assert_int_equal(out.size, 0);
    struct span sealed = seal("", span_of(text));
    memcpy(memory + 8 + SEAL_KEY_ID_SIZE + 1, off, sizeof off);
    assert_int_equal(unseal(key, sealed, &size), TILL_E_SIGNATURE);
}

static void what_does_not_fit_is_said(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, memory, SEAL_OVERHEAD + strlen(text) - 1);
    assert_int_equal(crypto_seal(point, "", span_of(text), &out), TILL_TOO_LARGE);
    buffer_init(&out, memory, sizeof memory);
    assert_int_equal(crypto_seal(point, "line\nfeed", span_of(text), &out), TILL_BAD_INPUT);
    struct span sealed = seal("", span_of(text));
    buffer_init(&out, back_memory, strlen(text) - 1);
    assert_int_equal(crypto_unseal(key, sealed, &out), TILL_TOO_LARGE);
}

static void both_back_ends_open_what_either_sealed(void **state)
{
    (void)state;
    static const char *const writers[] = {"mbedtls", "openssl"};
    struct crypto_key *exchange = NULL;
    struct span pem = vectors_load("tests/vectors/crypto_exchange/seal-key.pem");
    char key_pem[CRYPTO_KEY_PEM_MAX] = "";
    assert_true(pem.size < sizeof key_pem);
    memcpy(key_pem, pem.data, pem.size);
    assert_int_equal(crypto_key_load(key_pem, &exchange), TILL_OK);
    for (size_t w = 0; w < 2; w++) {
        char path[96];
        size_t size;
        (void)snprintf(path, sizeof path, "tests/vectors/crypto_exchange/%s-sealed.fts",
                       writers[w]);
        struct span sealed = vectors_load(path);
        assert_int_equal(unseal(exchange, sealed, &size), TILL_OK);
        assert_int_equal(size, strlen(text));
        assert_memory_equal(back_memory, text, size);
        free((void *)(uintptr_t)sealed.data);
    }
    free((void *)(uintptr_t)pem.data);
    crypto_key_free(exchange);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_sealed_comes_out_for_the_receiver),
        cmocka_unit_test(the_label_is_read_without_a_key),
        cmocka_unit_test(nothing_of_what_is_inside_can_be_seen),
        cmocka_unit_test(another_key_is_refused),
        cmocka_unit_test(every_bit_that_is_changed_is_noticed),
        cmocka_unit_test(what_is_cut_short_or_longer_is_no_sealed_file),
        cmocka_unit_test(a_later_version_is_told_apart),
        cmocka_unit_test(a_point_off_the_curve_is_refused_on_both_sides),
        cmocka_unit_test(what_does_not_fit_is_said),
        cmocka_unit_test(both_back_ends_open_what_either_sealed),
    };
    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
