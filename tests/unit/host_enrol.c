/* One-time codes and the enrolment desk. */
#include "office.h"

#include <stdio.h>
#include <string.h>

#include "codes.h"
#include "enrol_desk.h"

static struct device device;
static struct enrol_answer answer;

static enum till_status ask(const struct enrol_request *r, int64_t at_s)
{
    return enrol_desk(office.store, &office.authority, r, at_s, &answer);
}

static void a_device_gets_its_certificate_and_secret(void **state)
{
    (void)state;
    struct crypto_cert cert;
    uint8_t point[PUBLIC_KEY_SIZE];
    device_make(&device, "0031");
    struct enrol_request r = device_request(&device);
    assert_int_equal(ask(&r, OFFICE_NOW_S), TILL_OK);
    assert_int_equal(crypto_cert_check(answer.line_cert, answer.authority_cert, CRYPTO_USAGE_CLIENT,
                                       OFFICE_NOW_S),
                     TILL_OK);
    assert_int_equal(crypto_cert_read(answer.line_cert, &cert), TILL_OK);
    crypto_key_public(device.line, point);
    assert_string_equal(cert.name, "0031");
    assert_memory_equal(cert.public_key, point, PUBLIC_KEY_SIZE);
    struct store_terminal t = office_terminal("0031");
    crypto_key_public(device.journal, point);
    assert_int_equal(t.state, TERMINAL_ACTIVE);
    assert_memory_equal(t.journal_key, point, PUBLIC_KEY_SIZE);
    assert_memory_equal(t.line_cert, cert.fingerprint, HASH_SIZE);
    assert_memory_equal(t.secret, answer.secret, HASH_SIZE);
    device_end(&device);
}

static void the_code_is_not_in_the_store(void **state)
{
    (void)state;
    device_make(&device, "0031");
    struct store_terminal t = office_terminal("0031");
    assert_int_equal(strlen(device.code), CODES_DIGITS);
    assert_int_equal(strlen(t.code_hash), 2 * HASH_SIZE);
    assert_null(strstr(t.code_hash, device.code));
    device_end(&device);
}

static void a_lost_answer_is_given_again(void **state)
{
    (void)state;
    static struct enrol_answer first;
    device_make(&device, "0031");
    struct enrol_request r = device_request(&device);
    assert_int_equal(ask(&r, OFFICE_NOW_S), TILL_OK);
    first = answer;
    /* The device makes its requests anew: other signatures, the same keys. */
    r = device_request(&device);
    assert_int_equal(ask(&r, OFFICE_NOW_S + 3600), TILL_OK);
    assert_string_equal(first.line_cert, answer.line_cert);
    assert_memory_equal(first.secret, answer.secret, HASH_SIZE);
    device_end(&device);
}

static void after_the_first_record_no_answer_is_given_again(void **state)
{
    (void)state;
    device_make(&device, "0031");
    struct enrol_request r = device_request(&device);
    assert_int_equal(ask(&r, OFFICE_NOW_S), TILL_OK);
    struct store_terminal t = office_terminal("0031");
    t.head_seq = 1;
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(store_terminal_put(office.store, &t), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    /* The very device, which has lost its journal: another one would bear the same numbers. */
    assert_int_equal(ask(&r, OFFICE_NOW_S), TILL_CODE_WRONG);
    device_end(&device);
}

static void another_device_can_not_use_the_code_again(void **state)
{
    (void)state;
    static struct device thief;
    device_make(&device, "0031");
    struct enrol_request r = device_request(&device);
    assert_int_equal(ask(&r, OFFICE_NOW_S), TILL_OK);
    thief = device;
    assert_int_equal(crypto_key_create(&thief.journal), TILL_OK);
    r = device_request(&thief);
    assert_int_equal(ask(&r, OFFICE_NOW_S), TILL_CODE_WRONG);
    crypto_key_free(thief.journal);
    thief.journal = device.journal;
    assert_int_equal(crypto_key_create(&thief.line), TILL_OK);
    r = device_request(&thief);
    assert_int_equal(ask(&r, OFFICE_NOW_S), TILL_CODE_WRONG);
    crypto_key_free(thief.line);
    device_end(&device);
}

static void a_code_runs_out(void **state)
{
    (void)state;
    device_make(&device, "0031");
    struct enrol_request r = device_request(&device);
    assert_int_equal(ask(&r, OFFICE_NOW_S + (CODES_DAYS + 1) * INT64_C(86400)), TILL_CODE_WRONG);
    assert_int_equal(ask(&r, OFFICE_NOW_S + CODES_DAYS * INT64_C(86400)), TILL_OK);
    device_end(&device);
}

static void guess(struct enrol_request *r, int times)
{
    for (int i = 0; i < times; i++) {
        r->code[7] = r->code[7] == '0' ? '1' : '0';
        (void)snprintf(r->code, sizeof(r->code), "%08d", i == 0 ? 1 : i * 7919);
        if (strcmp(r->code, device.code) == 0) {
            r->code[0] ^= 1;
        }
        assert_int_equal(ask(r, OFFICE_NOW_S), TILL_CODE_WRONG);
    }
}

static void nine_wrong_tries_are_forgiven(void **state)
{
    (void)state;
    device_make(&device, "0031");
    struct enrol_request r = device_request(&device);
    guess(&r, CODES_TRIES_MAX - 1);
    r = device_request(&device);
    assert_int_equal(ask(&r, OFFICE_NOW_S), TILL_OK);
    assert_int_equal(office_alarms("code"), 0);
    device_end(&device);
}

static void ten_wrong_tries_void_the_code_and_raise_an_alarm(void **state)
{
    (void)state;
    device_make(&device, "0031");
    struct enrol_request r = device_request(&device);
    guess(&r, CODES_TRIES_MAX);
    r = device_request(&device);
    assert_int_equal(ask(&r, OFFICE_NOW_S), TILL_CODE_WRONG);
    assert_int_equal(office_alarms("code"), 1);
    assert_int_equal(codes_renew(office.store, "0031", OFFICE_NOW_S, device.code), TILL_OK);
    r = device_request(&device);
    assert_int_equal(ask(&r, OFFICE_NOW_S), TILL_OK);
    device_end(&device);
}

static void requests_must_name_the_terminal_and_two_keys(void **state)
{
    (void)state;
    device_make(&device, "0031");
    struct enrol_request r = device_request(&device);
    assert_int_equal(crypto_csr_create(device.line, "0032", r.line_csr), TILL_OK);
    assert_int_equal(ask(&r, OFFICE_NOW_S), TILL_E_PROTOCOL);
    r = device_request(&device);
    assert_int_equal(crypto_csr_create(device.journal, "0032", r.journal_csr), TILL_OK);
    assert_int_equal(ask(&r, OFFICE_NOW_S), TILL_E_PROTOCOL);
    r = device_request(&device);
    memcpy(r.line_csr, r.journal_csr, sizeof(r.line_csr));
    assert_int_equal(ask(&r, OFFICE_NOW_S), TILL_E_PROTOCOL);
    assert_int_equal(office_terminal("0031").state, TERMINAL_NEW);
    device_end(&device);
}

static void an_unknown_number_sounds_like_a_wrong_code(void **state)
{
    (void)state;
    device_make(&device, "0031");
    struct enrol_request r = device_request(&device);
    (void)snprintf(r.terminal, sizeof(r.terminal), "0099");
    assert_int_equal(ask(&r, OFFICE_NOW_S), TILL_CODE_WRONG);
    device_end(&device);
}

static void a_number_is_never_given_twice(void **state)
{
    (void)state;
    char code[ENROL_CODE_MAX];
    struct codes_request request = {.terminal = "0031", .name = "", .books = "", .replaces = ""};
    device_make(&device, "0031");
    assert_int_equal(codes_add(office.store, &request, OFFICE_NOW_S, code), TILL_UNCHANGED);
    assert_int_equal(codes_revoke(office.store, "0031", OFFICE_NOW_S), TILL_OK);
    assert_int_equal(codes_add(office.store, &request, OFFICE_NOW_S, code), TILL_UNCHANGED);
    assert_int_equal(codes_renew(office.store, "0031", OFFICE_NOW_S, code), TILL_REFUSED);
    device_end(&device);
}

static void a_replacement_names_what_it_replaces(void **state)
{
    (void)state;
    static struct device second;
    struct codes_request request = {
        .terminal = "0032", .name = "", .books = "", .replaces = "0031"};
    device_begin(&device, "0031");
    (void)device_hand_in(&device);
    second = device;
    (void)snprintf(second.terminal, sizeof(second.terminal), "0032");
    assert_int_equal(codes_add(office.store, &request, OFFICE_NOW_S, second.code), TILL_OK);
    struct enrol_request r = device_request(&second);
    assert_int_equal(ask(&r, OFFICE_NOW_S), TILL_OK);
    assert_string_equal(answer.predecessor, "0031");
    assert_int_equal(answer.predecessor_seq, device.count);
    device_end(&device);
}

static void without_the_authoritys_key_nobody_enrols(void **state)
{
    (void)state;
    char key[FILES_PATH_MAX], away[FILES_PATH_MAX];
    device_make(&device, "0031");
    office_path("authority.key", key);
    office_path("away.key", away);
    assert_int_equal(rename(key, away), 0);
    struct enrol_request r = device_request(&device);
    assert_int_equal(ask(&r, OFFICE_NOW_S), TILL_BUSY);
    assert_int_equal(rename(away, key), 0);
    assert_int_equal(ask(&r, OFFICE_NOW_S), TILL_OK);
    device_end(&device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(a_device_gets_its_certificate_and_secret),
        OFFICE_TEST(the_code_is_not_in_the_store),
        OFFICE_TEST(a_lost_answer_is_given_again),
        OFFICE_TEST(after_the_first_record_no_answer_is_given_again),
        OFFICE_TEST(another_device_can_not_use_the_code_again),
        OFFICE_TEST(a_code_runs_out),
        OFFICE_TEST(nine_wrong_tries_are_forgiven),
        OFFICE_TEST(ten_wrong_tries_void_the_code_and_raise_an_alarm),
        OFFICE_TEST(requests_must_name_the_terminal_and_two_keys),
        OFFICE_TEST(an_unknown_number_sounds_like_a_wrong_code),
        OFFICE_TEST(a_number_is_never_given_twice),
        OFFICE_TEST(a_replacement_names_what_it_replaces),
        OFFICE_TEST(without_the_authoritys_key_nobody_enrols),
    };
    return cmocka_run_group_tests_name("host_enrol", tests, NULL, NULL);
}
