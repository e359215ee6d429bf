/* Signatures: strict DER, and Wycheproof's cases of ECDSA P-256 with SHA-256. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto.h"
#include "vectors.h"

#define WYCHEPROOF "tests/vectors/ecdsa_secp256r1_sha256_test.json"

static enum till_status from_hex(const char *hex, uint8_t signature_out[SIGNATURE_SIZE])
{
    uint8_t der[128];
    struct span bytes =
        vectors_hex((struct span){(const uint8_t *)hex, strlen(hex)}, der, sizeof der);
    /* An exact copy on the heap, so that a sanitizer sees a read past its end. */
    uint8_t *exact = malloc(bytes.size + 1);
    assert_non_null(exact);
    memcpy(exact + 1, bytes.data, bytes.size);
    enum till_status status =
        crypto_signature_from_der((struct span){exact + 1, bytes.size}, signature_out);
    free(exact);
    return status;
}

static void small_numbers_are_padded_on_the_left(void **state)
{
    (void)state;
    uint8_t expected[SIGNATURE_SIZE] = {[30] = 0x01, [31] = 0x02, [63] = 0xff};
    uint8_t signature[SIGNATURE_SIZE];
    memset(signature, 0xee, sizeof signature);
    assert_int_equal(from_hex("300802020102020200ff", signature), TILL_OK);
    assert_memory_equal(signature, expected, sizeof expected);
}

static void der_that_is_not_the_only_form_is_refused(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "",                       /* nothing */
        "30",                     /* no length */
        "3000",                   /* no numbers */
        "3003020101",             /* one number */
        "300602010102010100",     /* trailing byte behind the sequence */
        "3007020101020101",       /* sequence longer than the bytes */
        "3009020101020101020101", /* a third number */
        "30080201010201010500",   /* a NULL behind them */
        "310602010102010a",       /* SET */
        "3006020101030101",       /* BIT STRING */
        "308106020101020101",     /* long form of a short length */
        "3080020101020101"
        "0000",               /* indefinite length */
        "300702810101020101", /* long form inside */
        "30050200020101",     /* empty number */
        "30050201010200",     /* empty s */
        "30060201ff020101",   /* negative r */
        "3006020101020180",   /* negative s */
        "30070202000102"
        "0101",               /* superfluous zero in r */
        "30070201010202007f", /* superfluous zero in s */
        "3006020101020201",   /* s runs past the end */
        "3027022201000000000000000000000000000000000000000000000000000000000000000000020101",
        "30260221010000000000000000000000000000000000000000000000000000000000000000020101",
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        uint8_t signature[SIGNATURE_SIZE];
        if (from_hex(refused[i], signature) != TILL_E_SIGNATURE) {
            fail_msg("accepted: %s", refused[i]);
        }
    }
}

/* ---- Wycheproof ------------------------------------------------------------------------------ */

struct vector {
    struct span point_hex; /* of the group */
    struct span id, message_hex, signature_hex, result;
};

static enum till_status verify_vector(const struct vector *v)
{
    /* The longest signature of the file is some 4 KiB of wrong encoding. */
    static uint8_t point[PUBLIC_KEY_SIZE], message[256], der[8192];
    uint8_t hash[HASH_SIZE], signature[SIGNATURE_SIZE];
    assert_int_equal(vectors_hex(v->point_hex, point, sizeof point).size, PUBLIC_KEY_SIZE);
    struct span message_bytes = vectors_hex(v->message_hex, message, sizeof message);
    struct span der_bytes = vectors_hex(v->signature_hex, der, sizeof der);

    enum till_status status = crypto_signature_from_der(der_bytes, signature);
    if (status != TILL_OK) {
        return status;
    }
    struct crypto_key *key = NULL;
    assert_int_equal(crypto_key_load_public(point, &key), TILL_OK);
    assert_int_equal(crypto_sha256(message_bytes, hash), TILL_OK);
    status = crypto_verify(key, hash, signature);
    crypto_key_free(key);
    return status;
}

static bool span_is(struct span s, const char *text)
{
    return s.size == strlen(text) && memcmp(s.data, text, s.size) == 0;
}

static void check_vector(const struct vector *v)
{
    enum till_status status = verify_vector(v);
    assert_true(status == TILL_OK || status == TILL_E_SIGNATURE);
    bool accepted = status == TILL_OK;
    bool fits = span_is(v->result, "acceptable") || (accepted && span_is(v->result, "valid")) ||
                (!accepted && span_is(v->result, "invalid"));
    if (!fits) {
        fail_msg("case %.*s is %.*s, and %s said %s", (int)v->id.size, (const char *)v->id.data,
                 (int)v->result.size, (const char *)v->result.data, crypto_backend(),
                 status_name(status));
    }
}

/* Where the value of this key of a case or a group belongs; NULL: it is not needed. */
static struct span *place_of(struct vector *v, const struct json_token *key)
{
    return json_is(key, "uncompressed") ? &v->point_hex
           : json_is(key, "tcId")       ? &v->id
           : json_is(key, "msg")        ? &v->message_hex
           : json_is(key, "sig")        ? &v->signature_hex
           : json_is(key, "result")     ? &v->result
                                        : NULL;
}

static void every_case_of_wycheproof_is_judged_as_published(void **state)
{
    (void)state;
    enum { CASES = 484, CASE_DEPTH = 5 }; /* { "testGroups": [ { "tests": [ { */
    struct span file = vectors_load(WYCHEPROOF);
    struct json_walk walk;
    struct vector v = {0};
    struct span *place = NULL;
    size_t cases = 0;
    json_begin(&walk, file);
    for (;;) {
        struct json_token t = json_next(&walk);
        assert_int_not_equal(t.kind, JSON_BAD);
        if (t.kind == JSON_END) {
            break;
        }
        if (t.kind == JSON_KEY) {
            place = place_of(&v, &t);
            continue;
        }
        if (place != NULL && (t.kind == JSON_STRING || t.kind == JSON_NUMBER)) {
            *place = t.text;
        }
        place = NULL;
        if (t.kind == JSON_OBJECT_END && walk.depth == CASE_DEPTH - 1 && v.id.size > 0) {
            check_vector(&v);
            cases++;
            v = (struct vector){.point_hex = v.point_hex};
        }
    }
    assert_int_equal(cases, CASES);
    free((void *)(uintptr_t)file.data);
}

static void the_walk_through_json_refuses_what_is_none(void **state)
{
    (void)state;
    static const char *const refused[] = {"",      "{",       "{}{}",       "[1,]",  "[,1]",
                                          "[1 2]", "{\"a\"}", "{\"a\":}",   "{1:2}", "[1}",
                                          "\"a",   "tru",     "{\"a\":1,}", "[1]]",  "{,}"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct json_walk walk;
        json_begin(&walk, (struct span){(const uint8_t *)refused[i], strlen(refused[i])});
        enum json_kind kind = JSON_WORD;
        for (int steps = 0; steps < 16 && kind != JSON_END && kind != JSON_BAD; steps++) {
            kind = json_next(&walk).kind;
        }
        if (kind != JSON_BAD) {
            fail_msg("walked through: %s", refused[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_numbers_are_padded_on_the_left),
        cmocka_unit_test(der_that_is_not_the_only_form_is_refused),
        cmocka_unit_test(the_walk_through_json_refuses_what_is_none),
        cmocka_unit_test(every_case_of_wycheproof_is_judged_as_published),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
