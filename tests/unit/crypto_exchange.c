/* What each back end once wrote, read by the one that this program is linked with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "certs.h"
#include "crypto.h"
#include "vectors.h"

static const char *const writers[] = {"mbedtls", "openssl"};
enum { WRITERS = 2, PEM_SIZE = CRYPTO_CERT_PEM_MAX };

static void load(const char *writer, const char *what, char pem_out[PEM_SIZE])
{
    char path[96];
    (void)snprintf(path, sizeof path, "tests/vectors/crypto_exchange/%s-%s.pem", writer, what);
    struct span file = vectors_load(path);
    assert_true(file.size < PEM_SIZE);
    memcpy(pem_out, file.data, file.size);
    pem_out[file.size] = '\0';
    free((void *)(uintptr_t)file.data);
}

static void certificates_of_both_back_ends_are_checked_by_either(void **state)
{
    (void)state;
    static const struct {
        const char *what, *name;
        enum crypto_usage usage;
    } leaves[] = {{"authority", "Exchange-CA", CRYPTO_USAGE_AUTHORITY},
                  {"server", "host", CRYPTO_USAGE_SERVER},
                  {"client", "T0000001.line", CRYPTO_USAGE_CLIENT},
                  {"statement", "T0000001.journal", CRYPTO_USAGE_STATEMENT}};
    for (size_t w = 0; w < WRITERS; w++) {
        char authority[PEM_SIZE], leaf[PEM_SIZE];
        load(writers[w], "authority", authority);
        for (size_t i = 0; i < sizeof leaves / sizeof leaves[0]; i++) {
            struct crypto_cert cert;
            load(writers[w], leaves[i].what, leaf);
            assert_int_equal(crypto_cert_read(leaf, &cert), TILL_OK);
            assert_string_equal(cert.name, leaves[i].name);
            assert_string_equal(cert.issuer, "Exchange-CA");
            assert_int_equal(cert.not_before_s, CERTS_FROM_S);
            assert_int_equal(cert.not_after_s, CERTS_UNTIL_S);
            assert_int_equal(crypto_cert_check(leaf, authority, leaves[i].usage, CERTS_FROM_S),
                             TILL_OK);
        }
    }
}

static void the_two_authorities_of_one_name_are_told_apart(void **state)
{
    (void)state;
    for (size_t w = 0; w < WRITERS; w++) {
        char authority[PEM_SIZE], leaf[PEM_SIZE];
        load(writers[w], "authority", authority);
        load(writers[1 - w], "client", leaf);
        assert_int_equal(crypto_cert_check(leaf, authority, CRYPTO_USAGE_CLIENT, CERTS_FROM_S),
                         TILL_E_SIGNATURE);
    }
}

static void requests_of_both_back_ends_are_read_by_either(void **state)
{
    (void)state;
    for (size_t w = 0; w < WRITERS; w++) {
        char request[PEM_SIZE], client[PEM_SIZE], name[CRYPTO_NAME_MAX];
        uint8_t point[PUBLIC_KEY_SIZE];
        struct crypto_cert cert;
        load(writers[w], "request", request);
        load(writers[w], "client", client);
        assert_int_equal(crypto_csr_read(request, name, point), TILL_OK);
        assert_int_equal(crypto_cert_read(client, &cert), TILL_OK);
        assert_string_equal(name, cert.name);
        assert_memory_equal(point, cert.public_key, sizeof point);
    }
}

/* The signature of this request ends in a byte of zeros, so a reader that lets a BIT STRING leave
 * bits unused would see no difference. */
static void a_request_with_any_bit_turned_is_refused(void **state)
{
    (void)state;
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char request[PEM_SIZE], name[CRYPTO_NAME_MAX];
    uint8_t point[PUBLIC_KEY_SIZE];
    load("openssl", "request-zeros", request);
    assert_int_equal(crypto_csr_read(request, name, point), TILL_OK);
    const char *end = strstr(request, "\n-----END");
    assert_non_null(end);
    for (char *at = strchr(request, '\n'); at < end; at++) {
        char was = *at;
        const char *letter = was != '\n' ? strchr(alphabet, was) : NULL;
        for (size_t bit = 0; letter != NULL && bit < 6; bit++) {
            *at = alphabet[(size_t)(letter - alphabet) ^ (1u << bit)];
            enum till_status status = crypto_csr_read(request, name, point);
            if (status != TILL_E_SIGNATURE && status != TILL_E_PROTOCOL) {
                fail_msg("letter %td, bit %zu: %s", at - request, bit, status_name(status));
            }
        }
        *at = was;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certificates_of_both_back_ends_are_checked_by_either),
        cmocka_unit_test(the_two_authorities_of_one_name_are_told_apart),
        cmocka_unit_test(requests_of_both_back_ends_are_read_by_either),
        cmocka_unit_test(a_request_with_any_bit_turned_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
