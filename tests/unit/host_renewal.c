/* New certificates for terminals that are enrolled, and old ones that have run out. */
#include "office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "renewal.h"

static struct device device;
static struct api_answer answer;
static struct api api;
static struct crypto_key *next;

static int begin(void **state)
{
    (void)office_open(state);
    api = (struct api){.store = office.store,
                       .authority = &office.authority,
                       .books = {.store = office.store,
                                 .dir = office.dir,
                                 .statement = &office.authority.statement,
                                 .interval_s = 3600}};
    device_begin(&device, "0031");
    assert_int_equal(crypto_key_create(&next), TILL_OK);
    return 0;
}

static int end(void **state)
{
    api_answer_free(&answer);
    crypto_key_free(next);
    device_end(&device);
    return office_close(state);
}

/* With this certificate, at that moment. The status of the answer, TILL_OK for a good one. */
static int ask(const char *cert_pem, bool post, const char *path, struct span body, int64_t now_s)
{
    struct crypto_cert cert;
    struct wire_error error = {0};
    struct api_request r = {.post = post, .path = path, .terminal = "0031", .body = body};
    assert_int_equal(crypto_cert_read(cert_pem, &cert), TILL_OK);
    r.has_peer = true;
    r.peer_until_s = cert.not_after_s;
    memcpy(r.peer_name, cert.name, sizeof(r.peer_name));
    memcpy(r.peer_fingerprint, cert.fingerprint, HASH_SIZE);
    api_answer_free(&answer);
    api_handle(&api, &r, now_s, &answer);
    struct span text = {(const uint8_t *)answer.content, answer.size};
    if (answer.code != 200) {
        assert_int_equal(wire_error_read(text, &error), TILL_OK);
    }
    return error.status;
}

static int head(const char *cert_pem, int64_t now_s)
{
    return ask(cert_pem, false, "/v1/head", (struct span){(const uint8_t *)"", 0}, now_s);
}

static int renew(struct crypto_key *key, const char *name, int64_t now_s,
                 char pem_out[ENROL_PEM_MAX])
{
    struct renew_request wanted = {.has_authority = false};
    uint8_t memory[ENROL_PEM_MAX + 64];
    struct buffer body;
    assert_int_equal(crypto_csr_create(key, name, wanted.csr), TILL_OK);
    buffer_init(&body, memory, sizeof(memory));
    assert_int_equal(renew_request_write(&wanted, &body), TILL_OK);
    int status =
        ask(device.answer.line_cert, true, "/v1/renew", (struct span){body.data, body.size}, now_s);
    if (status == TILL_OK) {
        struct span text = {(const uint8_t *)answer.content, answer.size};
        assert_int_equal(renew_answer_read(text, pem_out), TILL_OK);
    }
    return status;
}

static int64_t old_ends(void)
{
    struct crypto_cert cert;
    assert_int_equal(crypto_cert_read(device.answer.line_cert, &cert), TILL_OK);
    return cert.not_after_s;
}

static void the_old_certificate_holds_until_the_new_one_is_used(void **state)
{
    (void)state;
    char pem[ENROL_PEM_MAX];
    struct crypto_cert cert;
    uint8_t point[PUBLIC_KEY_SIZE];
    assert_int_equal(renew(next, "0031", OFFICE_NOW_S, pem), TILL_OK);
    assert_int_equal(crypto_cert_read(pem, &cert), TILL_OK);
    crypto_key_public(next, point);
    assert_memory_equal(cert.public_key, point, PUBLIC_KEY_SIZE);
    assert_string_equal(cert.name, "0031");
    assert_int_equal(head(device.answer.line_cert, OFFICE_NOW_S), TILL_OK);
    assert_int_equal(head(pem, OFFICE_NOW_S), TILL_OK);
    assert_int_equal(head(device.answer.line_cert, OFFICE_NOW_S), TILL_NOT_ENROLLED);
    assert_int_equal(head(pem, OFFICE_NOW_S), TILL_OK);
}

static void a_lost_answer_comes_again_for_the_same_key(void **state)
{
    (void)state;
    char first[ENROL_PEM_MAX], second[ENROL_PEM_MAX];
    assert_int_equal(renew(next, "0031", OFFICE_NOW_S, first), TILL_OK);
    assert_int_equal(renew(next, "0031", OFFICE_NOW_S + 60, second), TILL_OK);
    assert_string_equal(first, second);
}

static void keys_and_names_that_may_not_be_certified_are_refused(void **state)
{
    (void)state;
    char pem[ENROL_PEM_MAX];
    assert_int_equal(renew(next, "0032", OFFICE_NOW_S, pem), TILL_E_PROTOCOL);
    assert_int_equal(renew(device.journal, "0031", OFFICE_NOW_S, pem), TILL_E_PROTOCOL);
    assert_int_equal(renew(device.line, "0031", OFFICE_NOW_S, pem), TILL_E_PROTOCOL);
    assert_int_equal(ask(device.answer.line_cert, true, "/v1/renew",
                         (struct span){(const uint8_t *)"{}", 2}, OFFICE_NOW_S),
                     TILL_E_PROTOCOL);
}

static void a_certificate_that_ran_out_gets_nothing_in_words_of_its_own(void **state)
{
    (void)state;
    char pem[ENROL_PEM_MAX];
    assert_int_equal(head(device.answer.line_cert, old_ends()), TILL_OK);
    assert_int_equal(head(device.answer.line_cert, old_ends() + 1), TILL_CERT_EXPIRED);
    assert_int_equal(answer.code, 403);
    assert_int_equal(renew(next, "0031", old_ends() + 1, pem), TILL_CERT_EXPIRED);
}

static void it_is_renewed_while_the_office_allows_it(void **state)
{
    (void)state;
    char pem[ENROL_PEM_MAX];
    int64_t now_s = old_ends() + 86400;
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(renewal_allow(office.store, "0031", now_s), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    assert_int_equal(head(device.answer.line_cert, now_s), TILL_CERT_EXPIRED);
    assert_int_equal(renew(next, "0031", now_s + RENEWAL_ALLOWED_S + 1, pem), TILL_CERT_EXPIRED);
    assert_int_equal(renew(next, "0031", now_s, pem), TILL_OK);
    assert_int_equal(head(pem, now_s), TILL_OK);
}

static void a_blocked_terminal_renews_nothing(void **state)
{
    (void)state;
    char pem[ENROL_PEM_MAX], other[ENROL_PEM_MAX];
    assert_int_equal(renew(next, "0031", OFFICE_NOW_S, pem), TILL_OK);
    struct store_terminal t = office_terminal("0031");
    t.state = TERMINAL_REVOKED;
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(store_terminal_put(office.store, &t), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    assert_int_equal(head(pem, OFFICE_NOW_S), TILL_REVOKED);
    assert_int_equal(renew(next, "0031", OFFICE_NOW_S, other), TILL_REVOKED);
}

static void without_the_authoritys_key_it_is_asked_again_later(void **state)
{
    (void)state;
    char key[FILES_PATH_MAX], away[FILES_PATH_MAX], pem[ENROL_PEM_MAX];
    office_path("authority.key", key);
    office_path("away.key", away);
    assert_int_equal(rename(key, away), 0);
    assert_int_equal(renew(next, "0031", OFFICE_NOW_S, pem), TILL_BUSY);
    assert_int_equal(rename(away, key), 0);
}

#define RENEWAL_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RENEWAL_TEST(the_old_certificate_holds_until_the_new_one_is_used),
        RENEWAL_TEST(a_lost_answer_comes_again_for_the_same_key),
        RENEWAL_TEST(keys_and_names_that_may_not_be_certified_are_refused),
        RENEWAL_TEST(a_certificate_that_ran_out_gets_nothing_in_words_of_its_own),
        RENEWAL_TEST(it_is_renewed_while_the_office_allows_it),
        RENEWAL_TEST(a_blocked_terminal_renews_nothing),
        RENEWAL_TEST(without_the_authoritys_key_it_is_asked_again_later),
    };
    return cmocka_run_group_tests_name("host_renewal", tests, NULL, NULL);
}
