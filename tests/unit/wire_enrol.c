/* Tickets, enrolment messages, refusals, and the guards round cJSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "control.h"
#include "enrol.h"

#define PEM "-----BEGIN X-----\nAAAA\n-----END X-----\n"
#define FINGERPRINT "9f3c21ab00112233445566778899aabbccddeeff00112233445566778899aabb"

static struct span span_of(const char *text)
{
    return (struct span){(const uint8_t *)text, strlen(text)};
}

static enum till_status read_ticket(const char *text, struct enrol_ticket *t)
{
    return enrol_ticket_read(text, strlen(text), t);
}

/* ---- tickets --------------------------------------------------------------------------------- */

static void a_whole_ticket_is_read_and_written_alike(void **state)
{
    (void)state;
    static const char text[] = "FIELDTILL1 https://host.example:8443 0031 12345678 " FINGERPRINT;
    struct enrol_ticket t;
    char again[256];
    assert_int_equal(read_ticket(text, &t), TILL_OK);
    assert_true(t.whole);
    assert_string_equal(t.url, "https://host.example:8443");
    assert_string_equal(t.terminal, "0031");
    assert_string_equal(t.code, "12345678");
    assert_int_equal(t.authority[0], 0x9f);
    assert_int_equal(enrol_ticket_write(&t, again, sizeof(again)), TILL_OK);
    assert_string_equal(again, text);
    assert_int_equal(enrol_ticket_write(&t, again, sizeof(text) - 1), TILL_TOO_LARGE);
}

static void a_ticket_file_may_end_with_a_line_feed(void **state)
{
    (void)state;
    struct enrol_ticket t;
    assert_int_equal(read_ticket("FIELDTILL1 https://h 0031 12345678 " FINGERPRINT "\r\n", &t),
                     TILL_OK);
}

static void typed_digits_are_the_fingerprint_modulo_ten_to_the_sixteen(void **state)
{
    (void)state;
    uint8_t authority[HASH_SIZE];
    char digits[ENROL_TYPED_DIGITS + 1];
    assert_int_equal(hex_decode(FINGERPRINT, 64, authority, HASH_SIZE), TILL_OK);
    enrol_typed_digits(authority, digits);
    uint64_t number = 0x9f3c21ab001122u % 10000000000000000u;
    char expected[ENROL_TYPED_DIGITS + 1];
    snprintf(expected, sizeof(expected), "%016llu", (unsigned long long)number);
    assert_string_equal(digits, expected);
    memset(authority, 0, sizeof(authority));
    enrol_typed_digits(authority, digits);
    assert_string_equal(digits, "0000000000000000");
}

static void a_typed_ticket_falls_apart_at_its_last_24_digits(void **state)
{
    (void)state;
    struct enrol_ticket t;
    char again[256];
    assert_int_equal(read_ticket("0031"
                                 "12345678"
                                 "4821116430782754",
                                 &t),
                     TILL_OK);
    assert_false(t.whole);
    assert_string_equal(t.url, "");
    assert_string_equal(t.terminal, "0031");
    assert_string_equal(t.code, "12345678");
    assert_string_equal(t.typed, "4821116430782754");
    assert_int_equal(enrol_ticket_write(&t, again, sizeof(again)), TILL_OK);
    assert_string_equal(again, "0031123456784821116430782754");
}

static void a_typed_ticket_with_its_url_goes_as_a_line(void **state)
{
    (void)state;
    struct enrol_ticket t;
    struct enrol_ticket again;
    char text[256];
    assert_int_equal(read_ticket("0031123456784821116430782754", &t), TILL_OK);
    snprintf(t.url, sizeof(t.url), "https://127.0.0.1:8443");
    assert_int_equal(enrol_ticket_write(&t, text, sizeof(text)), TILL_OK);
    assert_string_equal(text, "FIELDTILL1 https://127.0.0.1:8443 0031 12345678 4821116430782754");
    assert_int_equal(read_ticket(text, &again), TILL_OK);
    assert_false(again.whole);
    assert_string_equal(again.typed, t.typed);
}

static void only_the_right_authority_matches(void **state)
{
    (void)state;
    struct enrol_ticket t;
    uint8_t authority[HASH_SIZE];
    assert_int_equal(hex_decode(FINGERPRINT, 64, authority, HASH_SIZE), TILL_OK);
    assert_int_equal(read_ticket("FIELDTILL1 https://h 0031 12345678 " FINGERPRINT, &t), TILL_OK);
    assert_true(enrol_authority_matches(&t, authority));
    authority[31] ^= 1;
    assert_false(enrol_authority_matches(&t, authority));
    authority[31] ^= 1;
    t.whole = false;
    enrol_typed_digits(authority, t.typed);
    assert_true(enrol_authority_matches(&t, authority));
    authority[6] ^= 1;
    assert_false(enrol_authority_matches(&t, authority));
}

static void what_is_no_ticket_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "\n",
        "FIELDTILL1",
        "FIELDTILL1 ",
        "FIELDTILL2 https://h 0031 12345678 " FINGERPRINT,
        "FIELDTILL1  https://h 0031 12345678 " FINGERPRINT,
        "FIELDTILL1 https://h 0031 12345678 " FINGERPRINT " ",
        "FIELDTILL1 https://h 0031 12345678 " FINGERPRINT " x",
        "FIELDTILL1 http://h 0031 12345678 " FINGERPRINT,
        "FIELDTILL1 https:// 0031 12345678 " FINGERPRINT,
        "FIELDTILL1 https://h/path 0031 12345678 " FINGERPRINT,
        "FIELDTILL1 https://u@h 0031 12345678 " FINGERPRINT,
        "FIELDTILL1 https://h 00-31 12345678 " FINGERPRINT,
        "FIELDTILL1 https://h 0031 1234567 " FINGERPRINT,
        "FIELDTILL1 https://h 0031 1234567x " FINGERPRINT,
        "FIELDTILL1 https://h 0031 12345678 9f3c",
        "FIELDTILL1 https://h 0031 12345678 " FINGERPRINT "00",
        "123456784821116430782754",
        "1234567890123"
        "12345678"
        "4821116430782754",
        "0031 12345678 4821116430782754",
        "003112345678482111643078275x",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct enrol_ticket t;
        if (read_ticket(wrong[i], &t) != TILL_BAD_INPUT) {
            fail_msg("case %zu passes for a ticket", i);
        }
    }
}

/* ---- messages -------------------------------------------------------------------------------- */

static struct enrol_answer sample_answer(void)
{
    struct enrol_answer a = {.terminal = "0031",
                             .line_cert = PEM,
                             .authority_cert = PEM,
                             .statement_cert = PEM,
                             .currency = "CNY",
                             .exponent = 2,
                             .zone = "CST-8",
                             .at_s = 1795314000,
                             .predecessor = "0007",
                             .predecessor_seq = 812};
    memset(a.secret, 0x77, sizeof(a.secret));
    return a;
}

static void a_request_comes_back(void **state)
{
    (void)state;
    struct enrol_request r = {.terminal = "0031",
                              .code = "12345678",
                              .journal_csr = PEM,
                              .line_csr = PEM,
                              .version = "0.1.0"};
    struct enrol_request again;
    char memory[ENROL_MESSAGE_MAX];
    struct buffer out;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(enrol_request_write(&r, &out), TILL_OK);
    assert_int_equal(enrol_request_read((struct span){(uint8_t *)memory, out.size}, &again),
                     TILL_OK);
    assert_string_equal(again.terminal, "0031");
    assert_string_equal(again.code, "12345678");
    assert_string_equal(again.journal_csr, PEM);
    assert_string_equal(again.line_csr, PEM);
    assert_string_equal(again.version, "0.1.0");
    for (size_t size = 0; size < out.size; size++) {
        assert_int_equal(enrol_request_read((struct span){(uint8_t *)memory, size}, &again),
                         TILL_E_PROTOCOL);
    }
}

static void an_answer_comes_back(void **state)
{
    (void)state;
    struct enrol_answer a = sample_answer();
    struct enrol_answer again;
    char memory[ENROL_MESSAGE_MAX];
    struct buffer out;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(enrol_answer_write(&a, &out), TILL_OK);
    assert_int_equal(enrol_answer_read((struct span){(uint8_t *)memory, out.size}, &again),
                     TILL_OK);
    assert_string_equal(again.terminal, "0031");
    assert_string_equal(again.line_cert, PEM);
    assert_memory_equal(again.secret, a.secret, HASH_SIZE);
    assert_string_equal(again.currency, "CNY");
    assert_int_equal(again.exponent, 2);
    assert_string_equal(again.zone, "CST-8");
    assert_int_equal(again.at_s, 1795314000);
    assert_string_equal(again.predecessor, "0007");
    assert_int_equal(again.predecessor_seq, 812);
}

static void an_answer_that_breaks_a_rule_is_not_written(void **state)
{
    (void)state;
    char memory[ENROL_MESSAGE_MAX];
    struct buffer out;
    struct enrol_answer a = sample_answer();
    a.zone[0] = '\0';
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(enrol_answer_write(&a, &out), TILL_BAD_INPUT);
    a = sample_answer();
    a.line_cert[0] = 'x';
    assert_int_equal(enrol_answer_write(&a, &out), TILL_BAD_INPUT);
    a = sample_answer();
    a.currency[0] = 'c';
    assert_int_equal(enrol_answer_write(&a, &out), TILL_BAD_INPUT);
}

static void a_refusal_comes_back(void **state)
{
    (void)state;
    struct wire_error e = {.status = -3, .text = "two \"records\" \\ bear one number"};
    struct wire_error again;
    char memory[512];
    struct buffer out;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(wire_error_write(&e, &out), TILL_OK);
    assert_int_equal(wire_error_read((struct span){(uint8_t *)memory, out.size}, &again), TILL_OK);
    assert_int_equal(again.status, -3);
    assert_string_equal(again.text, e.text);
}

static void a_captive_portal_is_no_refusal_of_ours(void **state)
{
    (void)state;
    struct wire_error e;
    assert_int_equal(wire_error_read(span_of("<html>log in</html>"), &e), TILL_E_PROTOCOL);
    assert_int_equal(wire_error_read(span_of(""), &e), TILL_E_PROTOCOL);
    assert_int_equal(wire_error_read(span_of("{\"error\":\"forbidden\"}"), &e), TILL_E_PROTOCOL);
}

/* ---- the guards ------------------------------------------------------------------------------ */

static void what_cjson_would_let_pass_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "{\"a\":1,\"a\":2}",         /* twice */
        "{\"a\":{\"b\":1}}",         /* nested */
        "{\"a\":[1]}",               /* array */
        "{\"a\":1.5}",               /* fraction */
        "{\"a\":1e3}",               /* exponent */
        "{\"a\":01}",                /* padded */
        "{\"a\":-0}",                /* minus zero */
        "{\"a\":true}",              /* no integer */
        "{\"a\":null}",              /* nothing */
        "{\"a\":\"x\\u0000y\"}",     /* NUL cuts a C string */
        "{\"a\":\"x\ny\"}",          /* raw control character */
        "{\"a\":12345678901234567}", /* 17 digits */
        "{\"a\":1}x",                /* more after it */
        "{\"a\":1}{\"b\":1}",        /* two objects */
        "[]",
        "{",
        "\"a\"",
        "{\"a\"}",
        "{\"a\":}",
        "{,}",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct control c;
        enum till_status status = control_open(span_of(wrong[i]), 1000, &c);
        if (status == TILL_OK) {
            (void)control_take_integer(&c, "a", INT64_MIN, INT64_MAX);
            status = control_close(&c);
        }
        if (status != TILL_E_PROTOCOL) {
            fail_msg("case %zu gives %d", i, status);
        }
    }
}

static int64_t read_integer(const char *json, enum till_status *status_out)
{
    struct control c;
    assert_int_equal(control_open(span_of(json), 1000, &c), TILL_OK);
    int64_t value = control_take_integer(&c, "a", -CONTROL_INTEGER_MAX, CONTROL_INTEGER_MAX);
    *status_out = control_close(&c);
    return value;
}

static void integers_are_exact_up_to_their_limit(void **state)
{
    (void)state;
    enum till_status status = TILL_OK;
    assert_int_equal(read_integer("{\"a\":9007199254740991}", &status), 9007199254740991);
    assert_int_equal(status, TILL_OK);
    assert_int_equal(read_integer("{\"a\":-9007199254740991}", &status), -9007199254740991);
    assert_int_equal(status, TILL_OK);
    (void)read_integer("{\"a\":9007199254740992}", &status);
    assert_int_equal(status, TILL_E_PROTOCOL);
    (void)read_integer("{\"a\":9007199254740993}", &status);
    assert_int_equal(status, TILL_E_PROTOCOL);
}

static void keys_are_told_apart_by_case_and_none_is_left_over(void **state)
{
    (void)state;
    enum till_status status = TILL_OK;
    (void)read_integer("{\"A\":1}", &status);
    assert_int_equal(status, TILL_E_PROTOCOL);
    (void)read_integer("{\"a\":1,\"b\":2}", &status);
    assert_int_equal(status, TILL_E_PROTOCOL);
    (void)read_integer("{ \"a\" : 1 }", &status);
    assert_int_equal(status, TILL_OK);
}

static void more_keys_than_the_limit_are_refused(void **state)
{
    (void)state;
    char json[512] = "{\"k0\":0";
    for (int i = 1; i <= CONTROL_KEYS_MAX; i++) {
        size_t size = strlen(json);
        snprintf(json + size, sizeof(json) - size, ",\"k%d\":0", i);
    }
    size_t size = strlen(json);
    snprintf(json + size, sizeof(json) - size, "}");
    struct control c;
    assert_int_equal(control_open(span_of(json), 1000, &c), TILL_E_PROTOCOL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_ticket_is_read_and_written_alike),
        cmocka_unit_test(a_ticket_file_may_end_with_a_line_feed),
        cmocka_unit_test(typed_digits_are_the_fingerprint_modulo_ten_to_the_sixteen),
        cmocka_unit_test(a_typed_ticket_falls_apart_at_its_last_24_digits),
        cmocka_unit_test(a_typed_ticket_with_its_url_goes_as_a_line),
        cmocka_unit_test(only_the_right_authority_matches),
        cmocka_unit_test(what_is_no_ticket_is_refused),
        cmocka_unit_test(a_request_comes_back),
        cmocka_unit_test(an_answer_comes_back),
        cmocka_unit_test(an_answer_that_breaks_a_rule_is_not_written),
        cmocka_unit_test(a_refusal_comes_back),
        cmocka_unit_test(a_captive_portal_is_no_refusal_of_ours),
        cmocka_unit_test(what_cjson_would_let_pass_is_refused),
        cmocka_unit_test(integers_are_exact_up_to_their_limit),
        cmocka_unit_test(keys_are_told_apart_by_case_and_none_is_left_over),
        cmocka_unit_test(more_keys_than_the_limit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
