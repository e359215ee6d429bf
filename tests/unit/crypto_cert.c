/* Requests and certificates: what is issued is read, checked for its usage, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "certs.h"
#include "crypto.h"

#define NAME_64 "a234567890123456789012345678901234567890123456789012345678901234"
#define NAME_65 (NAME_64 "5") /* in brackets: one text on purpose, not a forgotten comma */

static const enum crypto_usage usages[] = {CRYPTO_USAGE_AUTHORITY, CRYPTO_USAGE_SERVER,
                                           CRYPTO_USAGE_CLIENT, CRYPTO_USAGE_STATEMENT};
enum { USAGES = sizeof usages / sizeof usages[0] };

/* One authority, and one certificate of every usage under it. */
struct world {
    struct certs_party authority;
    struct certs_party by_usage[USAGES];
};
static struct world world;

static int make_world(void **state)
{
    (void)state;
    certs_party(&world.authority, "Utility-CA", CRYPTO_USAGE_AUTHORITY, NULL);
    for (size_t i = 0; i < USAGES; i++) {
        certs_party(&world.by_usage[i], "T0000001.line", usages[i], &world.authority);
    }
    return 0;
}

static int free_world(void **state)
{
    (void)state;
    certs_free(&world.authority);
    for (size_t i = 0; i < USAGES; i++) {
        certs_free(&world.by_usage[i]);
    }
    return 0;
}

static const char *pem_of(enum crypto_usage usage)
{
    return world.by_usage[usage].pem;
}

/* ---- requests -------------------------------------------------------------------------------- */

static void a_request_comes_back_with_its_name_and_key(void **state)
{
    (void)state;
    static const char *const names[] = {"T", "T0000001.journal", "a-B.9", NAME_64};
    struct crypto_key *key = world.authority.key;
    uint8_t expected[PUBLIC_KEY_SIZE];
    crypto_key_public(key, expected);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char pem[CRYPTO_CSR_PEM_MAX], name[CRYPTO_NAME_MAX];
        uint8_t point[PUBLIC_KEY_SIZE];
        assert_int_equal(crypto_csr_create(key, names[i], pem), TILL_OK);
        assert_int_equal(crypto_csr_read(pem, name, point), TILL_OK);
        assert_string_equal(name, names[i]);
        assert_memory_equal(point, expected, sizeof expected);
    }
}

static const char *const bad_names[] = {"",     "a b",  "CN=x", "x,O=y", "x+OU=y", "x/y",
                                        "x\\y", "x\"y", "户号", "x\n",   "x_y",    NAME_65};
enum { BAD_NAMES = sizeof bad_names / sizeof bad_names[0] };

static void a_request_under_a_bad_name_is_not_made(void **state)
{
    (void)state;
    for (size_t i = 0; i < BAD_NAMES; i++) {
        char pem[CRYPTO_CSR_PEM_MAX];
        assert_int_equal(crypto_csr_create(world.authority.key, bad_names[i], pem), TILL_BAD_INPUT);
    }
}

/* The next letter of the base64 alphabet, near enough: another one, that is what counts. */
static char other_letter(char c)
{
    return c == 'A' ? 'Q' : 'A';
}

/* Where the last letter stands whose every bit is part of the DER. */
static size_t last_full_letter(const char *pem)
{
    const char *end = strstr(pem, "\n-----END");
    assert_non_null(end);
    size_t at = (size_t)(end - pem) - 1;
    return pem[at] == '=' ? at - 3 : at;
}

static void a_request_with_any_letter_changed_is_refused(void **state)
{
    (void)state;
    char pem[CRYPTO_CSR_PEM_MAX], name[CRYPTO_NAME_MAX] = "untouched";
    uint8_t point[PUBLIC_KEY_SIZE] = {0};
    assert_int_equal(crypto_csr_create(world.authority.key, "T1", pem), TILL_OK);
    size_t last = last_full_letter(pem);
    for (size_t at = strcspn(pem, "\n") + 1; at <= last; at++) {
        if (pem[at] == '\n') {
            continue;
        }
        char was = pem[at];
        pem[at] = other_letter(was);
        enum till_status status = crypto_csr_read(pem, name, point);
        if (status != TILL_E_SIGNATURE && status != TILL_E_PROTOCOL) {
            fail_msg("letter %zu: %s", at, status_name(status));
        }
        pem[at] = was;
    }
    assert_string_equal(name, "untouched");
    assert_int_equal(point[0], 0);
    assert_int_equal(crypto_csr_read(pem, name, point), TILL_OK);
}

static void a_request_cut_anywhere_is_refused(void **state)
{
    (void)state;
    char pem[CRYPTO_CSR_PEM_MAX], name[CRYPTO_NAME_MAX];
    uint8_t point[PUBLIC_KEY_SIZE];
    assert_int_equal(crypto_csr_create(world.authority.key, "T1", pem), TILL_OK);
    for (size_t size = strlen(pem) - 1; size-- > 0;) {
        pem[size] = '\0';
        assert_int_equal(crypto_csr_read(pem, name, point), TILL_E_PROTOCOL);
    }
}

static void a_certificate_is_no_request_nor_the_other_way(void **state)
{
    (void)state;
    char pem[CRYPTO_CSR_PEM_MAX], name[CRYPTO_NAME_MAX];
    uint8_t point[PUBLIC_KEY_SIZE];
    struct crypto_cert cert;
    assert_int_equal(crypto_csr_create(world.authority.key, "T1", pem), TILL_OK);
    assert_int_equal(crypto_cert_read(pem, &cert), TILL_E_PROTOCOL);
    assert_int_equal(crypto_csr_read(world.authority.pem, name, point), TILL_E_PROTOCOL);
}

/* ---- issuing and reading --------------------------------------------------------------------- */

static void a_certificate_comes_back_with_all_that_was_asked(void **state)
{
    (void)state;
    for (size_t i = 0; i < USAGES; i++) {
        struct crypto_cert_request request;
        struct crypto_cert cert;
        char pem[CRYPTO_CERT_PEM_MAX];
        certs_request(&request, "T0000001.line", usages[i], world.by_usage[i].key);
        assert_int_equal(crypto_cert_issue(&request, world.authority.key, world.authority.pem, pem),
                         TILL_OK);
        assert_int_equal(crypto_cert_read(pem, &cert), TILL_OK);
        assert_string_equal(cert.name, "T0000001.line");
        assert_string_equal(cert.issuer, "Utility-CA");
        assert_memory_equal(cert.public_key, request.public_key, PUBLIC_KEY_SIZE);
        assert_memory_equal(cert.serial, request.serial, CRYPTO_SERIAL_SIZE);
        assert_int_equal(cert.not_before_s, CERTS_FROM_S);
        assert_int_equal(cert.not_after_s, CERTS_UNTIL_S);
        assert_int_equal(cert.usage, usages[i]);
        assert_int_equal(cert.is_authority, usages[i] == CRYPTO_USAGE_AUTHORITY);
    }
}

static void a_serial_comes_back_whatever_its_leading_bytes(void **state)
{
    (void)state;
    static const uint8_t serials[][CRYPTO_SERIAL_SIZE] = {
        {[15] = 1},
        {[15] = 0x80}, /* one byte, and in DER a zero before it */
        {[7] = 0xff, [15] = 0xff},
        {0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
         0xff},
    };
    for (size_t i = 0; i < sizeof serials / sizeof serials[0]; i++) {
        struct crypto_cert_request request;
        struct crypto_cert cert;
        char pem[CRYPTO_CERT_PEM_MAX];
        certs_request(&request, "T1", CRYPTO_USAGE_CLIENT, world.authority.key);
        memcpy(request.serial, serials[i], CRYPTO_SERIAL_SIZE);
        assert_int_equal(crypto_cert_issue(&request, world.authority.key, world.authority.pem, pem),
                         TILL_OK);
        assert_int_equal(crypto_cert_read(pem, &cert), TILL_OK);
        assert_memory_equal(cert.serial, serials[i], CRYPTO_SERIAL_SIZE);
    }
}

static void dates_come_back_on_both_sides_of_2050(void **state)
{
    (void)state;
    /* RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 on. */
    static const int64_t dates_s[][2] = {
        {0, 951782400},                               /* 1970-01-01, 2000-02-29 */
        {INT64_C(2524607999), INT64_C(2524608000)},   /* 2049-12-31 23:59:59, one second on */
        {INT64_C(4102444800), INT64_C(253402300799)}, /* 2100, "no end" */
    };
    for (size_t i = 0; i < sizeof dates_s / sizeof dates_s[0]; i++) {
        struct crypto_cert_request request;
        struct crypto_cert cert;
        char pem[CRYPTO_CERT_PEM_MAX];
        certs_request(&request, "T1", CRYPTO_USAGE_CLIENT, world.authority.key);
        request.not_before_s = dates_s[i][0];
        request.not_after_s = dates_s[i][1];
        assert_int_equal(crypto_cert_issue(&request, world.authority.key, world.authority.pem, pem),
                         TILL_OK);
        assert_int_equal(crypto_cert_read(pem, &cert), TILL_OK);
        assert_int_equal(cert.not_before_s, dates_s[i][0]);
        assert_int_equal(cert.not_after_s, dates_s[i][1]);
    }
}

static enum till_status issue(const struct crypto_cert_request *request)
{
    char pem[CRYPTO_CERT_PEM_MAX];
    return crypto_cert_issue(request, world.authority.key, world.authority.pem, pem);
}

static void a_request_that_breaks_a_rule_is_not_signed(void **state)
{
    (void)state;
    struct crypto_cert_request good, bad;
    certs_request(&good, "T1", CRYPTO_USAGE_CLIENT, world.authority.key);
    assert_int_equal(issue(&good), TILL_OK);
    for (size_t i = 0; i < BAD_NAMES; i++) {
        bad = good;
        bad.name = bad_names[i];
        assert_int_equal(issue(&bad), TILL_BAD_INPUT);
    }
    bad = good;
    memset(bad.serial, 0, sizeof bad.serial);
    assert_int_equal(issue(&bad), TILL_BAD_INPUT);
    bad = good;
    bad.serial[0] = 0x80;
    assert_int_equal(issue(&bad), TILL_BAD_INPUT);
    bad = good;
    bad.not_after_s = bad.not_before_s - 1;
    assert_int_equal(issue(&bad), TILL_BAD_INPUT);
    bad = good;
    bad.not_before_s = -1;
    assert_int_equal(issue(&bad), TILL_BAD_INPUT);
    bad = good;
    bad.not_after_s = INT64_C(253402300800); /* the year 10000 */
    assert_int_equal(issue(&bad), TILL_BAD_INPUT);
    bad = good;
    bad.hosts = "localhost"; /* a client has none */
    assert_int_equal(issue(&bad), TILL_BAD_INPUT);
    bad = good;
    bad.usage = CRYPTO_USAGE_SERVER; /* a server must */
    assert_int_equal(issue(&bad), TILL_BAD_INPUT);
    bad = good;
    bad.public_key[64] ^= 1;
    assert_int_equal(issue(&bad), TILL_E_CRYPTO);
}

static void hosts_that_are_none_are_not_signed(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      ",",
                                      "localhost,",
                                      ",localhost",
                                      "a,,b",
                                      "a b",
                                      "-a",
                                      "a-",
                                      "a..b",
                                      ".a",
                                      "a.",
                                      "*.example",
                                      "10.0.0",
                                      "10.0.0.256",
                                      "::1::",
                                      "fe80::1%eth0",
                                      "host:443",
                                      "u@host",
                                      "a,b,c,d,e,f,g,h,i",
                                      ("a." NAME_64)};
    struct crypto_cert_request request;
    certs_request(&request, "host", CRYPTO_USAGE_SERVER, world.authority.key);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        request.hosts = bad[i];
        if (issue(&request) != TILL_BAD_INPUT) {
            fail_msg("signed for %s", bad[i]);
        }
    }
}

static void the_longest_that_is_allowed_fits_the_pem(void **state)
{
    (void)state;
    /* Eight names of 93 bytes: with two bytes each, 760 of HOSTS_DER_MAX = 768. */
    enum { HOST_SIZE = 93, HOSTS = 8 };
    char hosts[HOSTS * (HOST_SIZE + 1) + 1], pem[CRYPTO_CERT_PEM_MAX];
    struct crypto_cert_request request;
    struct certs_party authority;
    struct crypto_cert cert;
    for (size_t i = 0; i < HOSTS; i++) {
        char *host = hosts + i * (HOST_SIZE + 1);
        memset(host, (char)('a' + i), HOST_SIZE);
        host[46] = '.';
        host[HOST_SIZE] = i + 1 < HOSTS ? ',' : '\0';
    }
    certs_party(&authority, NAME_64, CRYPTO_USAGE_AUTHORITY, NULL);
    certs_request(&request, NAME_64, CRYPTO_USAGE_SERVER, world.authority.key);
    request.not_before_s = request.not_after_s = INT64_C(253402300799);
    request.serial[0] = 0x7f;
    request.hosts = hosts;
    assert_int_equal(crypto_cert_issue(&request, authority.key, authority.pem, pem), TILL_OK);
    assert_int_equal(crypto_cert_read(pem, &cert), TILL_OK);
    assert_true(strlen(pem) > CRYPTO_CERT_PEM_MAX - 256); /* it is a tight fit */

    char longer[sizeof hosts + 16];
    (void)snprintf(longer, sizeof longer, "%shhhhhhhhhhhh", hosts);
    request.hosts = longer;
    assert_int_equal(crypto_cert_issue(&request, authority.key, authority.pem, pem),
                     TILL_TOO_LARGE);
    certs_free(&authority);
}

static void only_an_authority_with_its_own_key_issues(void **state)
{
    (void)state;
    struct crypto_cert_request request;
    char pem[CRYPTO_CERT_PEM_MAX];
    struct certs_party *client = &world.by_usage[CRYPTO_USAGE_CLIENT];
    certs_request(&request, "T1", CRYPTO_USAGE_CLIENT, world.authority.key);
    /* a client's certificate */
    assert_int_equal(crypto_cert_issue(&request, client->key, client->pem, pem), TILL_BAD_INPUT);
    /* the authority's certificate, another's key */
    assert_int_equal(crypto_cert_issue(&request, client->key, world.authority.pem, pem),
                     TILL_BAD_INPUT);
    /* self-signed for another's key */
    assert_int_equal(crypto_cert_issue(&request, client->key, NULL, pem), TILL_BAD_INPUT);
    assert_int_equal(crypto_cert_issue(&request, world.authority.key, "", pem), TILL_E_PROTOCOL);
}

static void a_certificate_cut_anywhere_is_refused(void **state)
{
    (void)state;
    char pem[CRYPTO_CERT_PEM_MAX];
    struct crypto_cert cert;
    memcpy(pem, world.authority.pem, sizeof pem);
    for (size_t size = strlen(pem) - 1; size-- > 0;) {
        pem[size] = '\0';
        assert_int_equal(crypto_cert_read(pem, &cert), TILL_E_PROTOCOL);
    }
}

static void two_certificates_in_one_file_are_refused(void **state)
{
    (void)state;
    char pem[2 * CRYPTO_CERT_PEM_MAX];
    struct crypto_cert cert;
    (void)snprintf(pem, sizeof pem, "%s%s", pem_of(CRYPTO_USAGE_CLIENT), world.authority.pem);
    assert_int_equal(crypto_cert_read(pem, &cert), TILL_E_PROTOCOL);
}

/* ---- checking -------------------------------------------------------------------------------- */

static void a_certificate_is_good_for_its_own_usage_alone(void **state)
{
    (void)state;
    for (size_t is = 0; is < USAGES; is++) {
        for (size_t asked = 0; asked < USAGES; asked++) {
            assert_int_equal(crypto_cert_check(pem_of(usages[is]), world.authority.pem,
                                               usages[asked], CERTS_FROM_S),
                             is == asked ? TILL_OK : TILL_E_SIGNATURE);
        }
    }
}

static void an_authority_stands_for_itself(void **state)
{
    (void)state;
    assert_int_equal(crypto_cert_check(world.authority.pem, world.authority.pem,
                                       CRYPTO_USAGE_AUTHORITY, CERTS_FROM_S),
                     TILL_OK);
}

static void what_another_authority_of_the_same_name_signed_is_refused(void **state)
{
    (void)state;
    struct certs_party impostor, client;
    certs_party(&impostor, "Utility-CA", CRYPTO_USAGE_AUTHORITY, NULL);
    certs_party(&client, "T1", CRYPTO_USAGE_CLIENT, &impostor);
    assert_int_equal(
        crypto_cert_check(client.pem, world.authority.pem, CRYPTO_USAGE_CLIENT, CERTS_FROM_S),
        TILL_E_SIGNATURE);
    assert_int_equal(crypto_cert_check(client.pem, impostor.pem, CRYPTO_USAGE_CLIENT, CERTS_FROM_S),
                     TILL_OK);
    certs_free(&impostor);
    certs_free(&client);
}

static void an_authority_of_another_name_is_refused(void **state)
{
    (void)state;
    struct crypto_cert_request request;
    char renamed[CRYPTO_CERT_PEM_MAX];
    certs_request(&request, "Other-CA", CRYPTO_USAGE_AUTHORITY, world.authority.key);
    assert_int_equal(crypto_cert_issue(&request, world.authority.key, NULL, renamed), TILL_OK);
    assert_int_equal(
        crypto_cert_check(pem_of(CRYPTO_USAGE_CLIENT), renamed, CRYPTO_USAGE_CLIENT, CERTS_FROM_S),
        TILL_E_SIGNATURE);
}

static void who_is_no_authority_vouches_for_nobody(void **state)
{
    (void)state;
    /* Self-signed, so that name and signature fit: only its form says that it may not. */
    struct certs_party statement;
    certs_party(&statement, "Utility-CA", CRYPTO_USAGE_STATEMENT, NULL);
    assert_int_equal(
        crypto_cert_check(statement.pem, statement.pem, CRYPTO_USAGE_STATEMENT, CERTS_FROM_S),
        TILL_E_SIGNATURE);
    certs_free(&statement);
}

static enum till_status check_at(const char *cert, const char *authority, int64_t at_s)
{
    return crypto_cert_check(cert, authority, CRYPTO_USAGE_CLIENT, at_s);
}

static void dates_count_on_both_ends_unless_the_clock_is_unknown(void **state)
{
    (void)state;
    const char *client = pem_of(CRYPTO_USAGE_CLIENT);
    const char *authority = world.authority.pem;
    assert_int_equal(check_at(client, authority, CERTS_FROM_S - 1), TILL_CLOCK_WRONG);
    assert_int_equal(check_at(client, authority, CERTS_FROM_S), TILL_OK);
    assert_int_equal(check_at(client, authority, CERTS_UNTIL_S), TILL_OK);
    assert_int_equal(check_at(client, authority, CERTS_UNTIL_S + 1), TILL_CLOCK_WRONG);
    assert_int_equal(check_at(client, authority, 0), TILL_OK);
}

static void an_expired_authority_makes_its_certificates_expire(void **state)
{
    (void)state;
    struct crypto_cert_request request;
    char authority[CRYPTO_CERT_PEM_MAX];
    certs_request(&request, "Utility-CA", CRYPTO_USAGE_AUTHORITY, world.authority.key);
    request.not_after_s = CERTS_FROM_S + 60;
    assert_int_equal(crypto_cert_issue(&request, world.authority.key, NULL, authority), TILL_OK);
    const char *client = pem_of(CRYPTO_USAGE_CLIENT);
    assert_int_equal(check_at(client, authority, CERTS_FROM_S + 60), TILL_OK);
    assert_int_equal(check_at(client, authority, CERTS_FROM_S + 61), TILL_CLOCK_WRONG);
    assert_int_equal(check_at(client, authority, 0), TILL_OK);
}

/* ---- bundles --------------------------------------------------------------------------------- */

static void each_authority_of_a_bundle_vouches_for_its_own(void **state)
{
    (void)state;
    struct certs_party next, client;
    char bundle[CRYPTO_BUNDLE_PEM_MAX] = "", one[CRYPTO_CERT_PEM_MAX];
    certs_party(&next, "Utility-CA-2", CRYPTO_USAGE_AUTHORITY, NULL);
    certs_party(&client, "T2", CRYPTO_USAGE_CLIENT, &next);
    assert_int_equal(crypto_bundle_add(bundle, world.authority.pem), TILL_OK);
    assert_int_equal(check_at(client.pem, bundle, 0), TILL_E_SIGNATURE);
    assert_int_equal(crypto_bundle_add(bundle, next.pem), TILL_OK);
    assert_int_equal(check_at(client.pem, bundle, 0), TILL_OK);
    assert_int_equal(check_at(client.pem, bundle, CERTS_UNTIL_S + 1), TILL_CLOCK_WRONG);
    assert_int_equal(check_at(pem_of(CRYPTO_USAGE_CLIENT), bundle, CERTS_FROM_S), TILL_OK);
    assert_int_equal(crypto_bundle_at(bundle, 1, one), TILL_OK);
    assert_string_equal(one, next.pem);
    assert_int_equal(crypto_bundle_at(bundle, 2, one), TILL_NOT_FOUND);
    certs_free(&next);
    certs_free(&client);
}

static void of_two_with_one_name_the_one_that_signed_is_found(void **state)
{
    (void)state;
    struct certs_party twin, client;
    char bundle[CRYPTO_BUNDLE_PEM_MAX] = "";
    certs_party(&twin, "Utility-CA", CRYPTO_USAGE_AUTHORITY, NULL);
    certs_party(&client, "T2", CRYPTO_USAGE_CLIENT, &twin);
    assert_int_equal(crypto_bundle_add(bundle, world.authority.pem), TILL_OK);
    assert_int_equal(crypto_bundle_add(bundle, twin.pem), TILL_OK);
    assert_int_equal(check_at(client.pem, bundle, 0), TILL_OK);
    certs_free(&twin);
    certs_free(&client);
}

static void a_bundle_is_found_by_fingerprint(void **state)
{
    (void)state;
    struct crypto_cert cert;
    char bundle[CRYPTO_BUNDLE_PEM_MAX] = "", one[CRYPTO_CERT_PEM_MAX] = "";
    assert_int_equal(crypto_cert_read(world.authority.pem, &cert), TILL_OK);
    assert_false(crypto_bundle_find(bundle, cert.fingerprint, one));
    assert_int_equal(crypto_bundle_add(bundle, world.authority.pem), TILL_OK);
    assert_true(crypto_bundle_find(bundle, cert.fingerprint, one));
    assert_string_equal(one, world.authority.pem);
    cert.fingerprint[0] ^= 1;
    assert_false(crypto_bundle_find(bundle, cert.fingerprint, NULL));
}

static void a_bundle_holds_so_many_and_nothing_between_them(void **state)
{
    (void)state;
    char bundle[CRYPTO_BUNDLE_PEM_MAX] = "", one[CRYPTO_CERT_PEM_MAX];
    const char *client = pem_of(CRYPTO_USAGE_CLIENT);
    for (int i = 0; i < CRYPTO_BUNDLE_MOST; i++) {
        assert_int_equal(crypto_bundle_add(bundle, world.authority.pem), TILL_OK);
    }
    assert_int_equal(crypto_bundle_add(bundle, world.authority.pem), TILL_TOO_LARGE);
    assert_int_equal(check_at(client, bundle, 0), TILL_OK);
    size_t used = strlen(bundle);
    memcpy(bundle + used, world.authority.pem, strlen(world.authority.pem) + 1);
    assert_int_equal(crypto_bundle_at(bundle, CRYPTO_BUNDLE_MOST, one), TILL_E_PROTOCOL);
    snprintf(bundle, sizeof bundle, "%swords\n%s", world.authority.pem, world.authority.pem);
    assert_int_equal(crypto_bundle_at(bundle, 1, one), TILL_E_PROTOCOL);
    assert_int_equal(check_at(client, "", 0), TILL_E_PROTOCOL);
    assert_int_equal(crypto_bundle_add(memset(bundle, 0, 1), "words"), TILL_E_PROTOCOL);
}

static void a_certificate_with_any_letter_changed_is_refused(void **state)
{
    (void)state;
    char pem[CRYPTO_CERT_PEM_MAX];
    memcpy(pem, pem_of(CRYPTO_USAGE_CLIENT), sizeof pem);
    size_t last = last_full_letter(pem);
    for (size_t at = strcspn(pem, "\n") + 1; at <= last; at++) {
        if (pem[at] == '\n') {
            continue;
        }
        char was = pem[at];
        pem[at] = other_letter(was);
        enum till_status status = check_at(pem, world.authority.pem, 0);
        if (status != TILL_E_SIGNATURE && status != TILL_E_PROTOCOL) {
            fail_msg("letter %zu: %s", at, status_name(status));
        }
        pem[at] = was;
    }
    assert_int_equal(check_at(pem, world.authority.pem, 0), TILL_OK);
}

static void fingerprints_tell_certificates_apart(void **state)
{
    (void)state;
    struct crypto_cert cert, again, other;
    assert_int_equal(crypto_cert_read(world.authority.pem, &cert), TILL_OK);
    assert_int_equal(crypto_cert_read(world.authority.pem, &again), TILL_OK);
    assert_int_equal(crypto_cert_read(pem_of(CRYPTO_USAGE_CLIENT), &other), TILL_OK);
    assert_memory_equal(cert.fingerprint, again.fingerprint, HASH_SIZE);
    assert_memory_not_equal(cert.fingerprint, other.fingerprint, HASH_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_comes_back_with_its_name_and_key),
        cmocka_unit_test(a_request_under_a_bad_name_is_not_made),
        cmocka_unit_test(a_request_with_any_letter_changed_is_refused),
        cmocka_unit_test(a_request_cut_anywhere_is_refused),
        cmocka_unit_test(a_certificate_is_no_request_nor_the_other_way),
        cmocka_unit_test(a_certificate_comes_back_with_all_that_was_asked),
        cmocka_unit_test(a_serial_comes_back_whatever_its_leading_bytes),
        cmocka_unit_test(dates_come_back_on_both_sides_of_2050),
        cmocka_unit_test(a_request_that_breaks_a_rule_is_not_signed),
        cmocka_unit_test(hosts_that_are_none_are_not_signed),
        cmocka_unit_test(the_longest_that_is_allowed_fits_the_pem),
        cmocka_unit_test(only_an_authority_with_its_own_key_issues),
        cmocka_unit_test(a_certificate_cut_anywhere_is_refused),
        cmocka_unit_test(two_certificates_in_one_file_are_refused),
        cmocka_unit_test(a_certificate_is_good_for_its_own_usage_alone),
        cmocka_unit_test(an_authority_stands_for_itself),
        cmocka_unit_test(what_another_authority_of_the_same_name_signed_is_refused),
        cmocka_unit_test(an_authority_of_another_name_is_refused),
        cmocka_unit_test(who_is_no_authority_vouches_for_nobody),
        cmocka_unit_test(dates_count_on_both_ends_unless_the_clock_is_unknown),
        cmocka_unit_test(an_expired_authority_makes_its_certificates_expire),
        cmocka_unit_test(each_authority_of_a_bundle_vouches_for_its_own),
        cmocka_unit_test(of_two_with_one_name_the_one_that_signed_is_found),
        cmocka_unit_test(a_bundle_is_found_by_fingerprint),
        cmocka_unit_test(a_bundle_holds_so_many_and_nothing_between_them),
        cmocka_unit_test(a_certificate_with_any_letter_changed_is_refused),
        cmocka_unit_test(fingerprints_tell_certificates_apart),
    };
    return cmocka_run_group_tests(tests, make_world, free_world);
}
