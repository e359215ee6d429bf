/* Enrolment: whom the line believes, what it stores before it says so, and when it gives up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "line_bench.h"

enum { ENROL_ID = 77 };

static struct certs_party authority, impostor, statements, line, other_line;

static int make_parties(void **state)
{
    (void)state;
    certs_party(&authority, "authority", CRYPTO_USAGE_AUTHORITY, NULL);
    certs_party(&impostor, "authority", CRYPTO_USAGE_AUTHORITY, NULL);
    certs_party(&statements, "statements", CRYPTO_USAGE_STATEMENT, &authority);
    certs_party(&line, "0031", CRYPTO_USAGE_CLIENT, &authority);
    certs_party(&other_line, "0031", CRYPTO_USAGE_CLIENT, &authority);
    return 0;
}

static int free_parties(void **state)
{
    (void)state;
    certs_free(&authority);
    certs_free(&impostor);
    certs_free(&statements);
    certs_free(&line);
    certs_free(&other_line);
    return 0;
}

#define PEM "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"

static struct machine_enrolment sample_enrolment(void)
{
    struct crypto_cert cert;
    struct machine_enrolment e = {.id = ENROL_ID,
                                  .deadline_ms = 20000,
                                  .journal_csr = PEM,
                                  .line_csr = PEM,
                                  .ticket = {.url = "https://host.example:8443",
                                             .terminal = "0031",
                                             .code = "12345678",
                                             .whole = true}};
    assert_int_equal(crypto_cert_read(authority.pem, &cert), TILL_OK);
    memcpy(e.ticket.authority, cert.fingerprint, HASH_SIZE);
    crypto_key_public(line.key, e.line_public);
    return e;
}

static struct enrol_answer sample_answer(void)
{
    struct enrol_answer a = {.terminal = "0031",
                             .currency = "CNY",
                             .exponent = 2,
                             .zone = "CST-8",
                             .at_s = BENCH_START_S};
    snprintf(a.line_cert, sizeof(a.line_cert), "%s", line.pem);
    snprintf(a.authority_cert, sizeof(a.authority_cert), "%s", authority.pem);
    snprintf(a.statement_cert, sizeof(a.statement_cert), "%s", statements.pem);
    return a;
}

static struct span answer_json(const struct enrol_answer *a)
{
    static uint8_t memory[ENROL_MESSAGE_MAX];
    struct buffer out;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(enrol_answer_write(a, &out), TILL_OK);
    return (struct span){memory, out.size};
}

/* A line that was never enrolled, with its terminal and 4G. */
static void open_new(struct line_bench *b)
{
    struct machine_config config = {.seed = 1, .version = "0.1.0"};
    *b = (struct line_bench){.t = {.now_ms = 5000, .wall_s = BENCH_START_S}};
    assert_int_equal(machine_create(&config, NULL, NULL, &b->m), TILL_OK);
    bench_hello(b, "");
    bench_network(b, 2);
}

static void enrol(struct line_bench *b, const struct machine_enrolment *e)
{
    machine_enrol(b->m, b->t, e, &b->out);
    bench_watch(b);
}

static void saved(struct line_bench *b, enum till_status status)
{
    machine_saved(b->m, b->t, status, &b->out);
    bench_watch(b);
}

/* The authority's certificate was believed, the request is on its way. */
static void start_request(struct line_bench *b)
{
    struct machine_enrolment e = sample_enrolment();
    open_new(b);
    enrol(b, &e);
    bench_assert_requested(b, "/v1/authority");
    bench_answer_text(b, 200, authority.pem);
    bench_assert_requested(b, "/v1/enrol");
}

static void assert_refused(const struct line_bench *b, int status)
{
    struct wire_error e;
    const struct action *refused = bench_sent(b, LOCAL_REFUSED);
    assert_non_null(refused);
    assert_int_equal(refused->message.id, ENROL_ID);
    assert_int_equal(wire_error_read(refused->message.body, &e), TILL_OK);
    assert_int_equal(e.status, status);
    assert_null(bench_acted(b, ACTION_SAVE));
    assert_null(bench_sent(b, LOCAL_ENROLLED));
    assert_false(b->running);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void a_line_that_is_not_enrolled_says_so_and_does_nothing(void **state)
{
    (void)state;
    struct line_bench b;
    open_new(&b);
    bench_pending(&b, 0, 0, 0);
    assert_false(b.running);
    assert_int_equal(b.link.state, LINK_NOT_ENROLLED);
    machine_free(b.m);
}

static void enrolment_checks_saves_and_only_then_tells(void **state)
{
    (void)state;
    struct line_bench b;
    struct machine_enrolment e = sample_enrolment();
    struct enrol_request request;
    open_new(&b);
    enrol(&b, &e);
    bench_assert_requested(&b, "/v1/authority");
    assert_null(b.request.authority_pem);
    assert_false(b.request.with_certificate);
    bench_answer_text(&b, 200, authority.pem);
    bench_assert_requested(&b, "/v1/enrol");
    assert_string_equal(b.request.authority_pem, authority.pem);
    assert_false(b.request.with_certificate);
    assert_true(b.request.is_post);
    assert_string_equal(b.request.content_type, "application/json");
    assert_int_equal(enrol_request_read(b.request.body, &request), TILL_OK);
    assert_string_equal(request.terminal, "0031");
    assert_string_equal(request.code, "12345678");
    assert_string_equal(request.journal_csr, PEM);
    struct enrol_answer a = sample_answer();
    struct span json = answer_json(&a);
    bench_answer(&b, 200, json);
    const struct action *save = bench_acted(&b, ACTION_SAVE);
    assert_non_null(save);
    assert_string_equal(save->identity->terminal, "0031");
    assert_string_equal(save->identity->url, "https://host.example:8443");
    assert_string_equal(save->identity->line_pem, line.pem);
    assert_null(bench_sent(&b, LOCAL_ENROLLED));
    saved(&b, TILL_OK);
    const struct action *told = bench_sent(&b, LOCAL_ENROLLED);
    assert_non_null(told);
    assert_int_equal(told->message.id, ENROL_ID);
    assert_int_equal(told->message.body.size, json.size);
    assert_memory_equal(told->message.body.data, json.data, json.size);
    bench_assert_requested(&b, "/v1/head");
    assert_true(b.request.with_certificate);
    machine_free(b.m);
}

static void a_foreign_authority_is_told_and_asked_nothing_more(void **state)
{
    (void)state;
    struct line_bench b;
    struct machine_enrolment e = sample_enrolment();
    open_new(&b);
    enrol(&b, &e);
    bench_answer_text(&b, 200, impostor.pem);
    assert_refused(&b, TILL_WRONG_HOST);
    bench_advance(&b, 3600000);
    assert_false(b.running);
    machine_free(b.m);
}

static void typed_digits_are_enough_to_tell_the_authorities_apart(void **state)
{
    (void)state;
    struct line_bench b;
    struct machine_enrolment e = sample_enrolment();
    e.ticket.whole = false;
    enrol_typed_digits(e.ticket.authority, e.ticket.typed);
    open_new(&b);
    enrol(&b, &e);
    bench_answer_text(&b, 200, authority.pem);
    bench_assert_requested(&b, "/v1/enrol");
    machine_free(b.m);
    open_new(&b);
    enrol(&b, &e);
    bench_answer_text(&b, 200, impostor.pem);
    assert_refused(&b, TILL_WRONG_HOST);
    machine_free(b.m);
}

static void what_is_no_authority_is_not_believed(void **state)
{
    (void)state;
    const char *const answers[] = {"", "<html>Please log in</html>", line.pem};
    for (size_t i = 0; i < 3; i++) {
        struct line_bench b;
        struct machine_enrolment e = sample_enrolment();
        open_new(&b);
        enrol(&b, &e);
        bench_answer_text(&b, 200, answers[i]);
        assert_refused(&b, TILL_E_PROTOCOL);
        machine_free(b.m);
    }
}

static void a_refusal_of_the_host_reaches_the_operator(void **state)
{
    (void)state;
    struct line_bench b;
    start_request(&b);
    bench_answer_refusal(&b, 403, TILL_CODE_WRONG, "used");
    assert_refused(&b, TILL_CODE_WRONG);
    assert_int_equal(b.link.state, LINK_NOT_ENROLLED);
    machine_free(b.m);
}

static void a_line_that_drops_is_tried_again_while_the_operator_waits(void **state)
{
    (void)state;
    struct line_bench b;
    start_request(&b);
    bench_answer_failed(&b, TILL_TIMEOUT);
    assert_null(bench_sent(&b, LOCAL_REFUSED));
    assert_int_equal(b.link.state, LINK_BACKING_OFF);
    bench_advance(&b, 4000);
    /* The authority is known already. */
    bench_assert_requested(&b, "/v1/enrol");
    int tries = 1;
    while (bench_sent(&b, LOCAL_REFUSED) == NULL && tries < 20) {
        if (b.running) {
            tries++;
            bench_answer_failed(&b, TILL_TIMEOUT);
        } else {
            bench_advance(&b, 1000);
        }
    }
    assert_refused(&b, TILL_TIMEOUT);
    assert_true(tries < 6);
    machine_free(b.m);
}

static void what_waiting_does_not_heal_is_said_at_once(void **state)
{
    (void)state;
    static const enum till_status failures[] = {TILL_WRONG_HOST, TILL_CLOCK_WRONG, TILL_E_PROTOCOL,
                                                TILL_E_CRYPTO};
    for (size_t i = 0; i < 4; i++) {
        struct line_bench b;
        start_request(&b);
        bench_answer_failed(&b, failures[i]);
        assert_refused(&b, failures[i]);
        machine_free(b.m);
    }
}

static void without_network_enrolment_ends_at_once(void **state)
{
    (void)state;
    struct line_bench b;
    struct machine_enrolment e = sample_enrolment();
    open_new(&b);
    bench_network(&b, 0);
    enrol(&b, &e);
    assert_refused(&b, TILL_NO_NETWORK);
    machine_free(b.m);
    start_request(&b);
    bench_network(&b, 0);
    assert_refused(&b, TILL_NO_NETWORK);
    machine_free(b.m);
}

static void a_ticket_that_names_no_host_is_not_valid(void **state)
{
    (void)state;
    struct line_bench b;
    struct machine_enrolment e = sample_enrolment();
    e.ticket.url[0] = '\0';
    open_new(&b);
    enrol(&b, &e);
    assert_refused(&b, TILL_BAD_INPUT);
    machine_free(b.m);
}

static enum till_status answered_by(const struct enrol_answer *a)
{
    struct line_bench b;
    struct wire_error e = {.status = TILL_OK};
    start_request(&b);
    bench_answer(&b, 200, answer_json(a));
    const struct action *refused = bench_sent(&b, LOCAL_REFUSED);
    if (refused != NULL) {
        assert_int_equal(wire_error_read(refused->message.body, &e), TILL_OK);
        assert_null(bench_acted(&b, ACTION_SAVE));
    }
    machine_free(b.m);
    return (enum till_status)e.status;
}

static void certificates_that_do_not_hold_are_not_saved(void **state)
{
    (void)state;
    struct enrol_answer a = sample_answer();
    assert_int_equal(answered_by(&a), TILL_OK);
    snprintf(a.line_cert, sizeof(a.line_cert), "%s", other_line.pem);
    assert_int_equal(answered_by(&a), TILL_E_PROTOCOL);
    a = sample_answer();
    snprintf(a.authority_cert, sizeof(a.authority_cert), "%s", impostor.pem);
    assert_int_equal(answered_by(&a), TILL_WRONG_HOST);
    a = sample_answer();
    snprintf(a.statement_cert, sizeof(a.statement_cert), "%s", line.pem);
    assert_int_equal(answered_by(&a), TILL_E_SIGNATURE);
    a = sample_answer();
    snprintf(a.terminal, sizeof(a.terminal), "0032");
    assert_int_equal(answered_by(&a), TILL_E_PROTOCOL);
}

static void what_could_not_be_stored_is_not_told_as_enrolled(void **state)
{
    (void)state;
    struct line_bench b;
    struct enrol_answer a = sample_answer();
    start_request(&b);
    bench_answer(&b, 200, answer_json(&a));
    saved(&b, TILL_DISK_FULL);
    assert_refused(&b, TILL_DISK_FULL);
    assert_int_equal(b.link.state, LINK_NOT_ENROLLED);
    machine_free(b.m);
}

/* Killed after storing, before telling: the terminal still asks, the host repeats its answer. */
static void an_enrolment_that_was_stored_but_not_told_can_be_repeated(void **state)
{
    (void)state;
    struct line_bench b;
    struct machine_config config = {.seed = 1, .version = "0.1.0"};
    struct machine_enrolment e = sample_enrolment();
    struct enrol_answer a = sample_answer();
    struct line_identity stored = {.terminal = "0031", .url = "https://host.example:8443"};
    memcpy(stored.line_pem, line.pem, sizeof(line.pem));
    memcpy(stored.authority_pem, authority.pem, sizeof(authority.pem));
    memcpy(stored.statement_pem, statements.pem, sizeof(statements.pem));
    b = (struct line_bench){.t = {.now_ms = 5000, .wall_s = BENCH_START_S}};
    assert_int_equal(machine_create(&config, &stored, NULL, &b.m), TILL_OK);
    bench_hello(&b, "");
    bench_network(&b, 2);
    bench_pending(&b, 0, 0, 0);
    assert_int_equal(b.link.state, LINK_NOT_ENROLLED);
    enrol(&b, &e);
    bench_answer_text(&b, 200, authority.pem);
    bench_answer(&b, 200, answer_json(&a));
    saved(&b, TILL_OK);
    assert_non_null(bench_sent(&b, LOCAL_ENROLLED));
    machine_free(b.m);
}

static void a_terminal_that_goes_while_enrolling_is_not_answered(void **state)
{
    (void)state;
    struct line_bench b;
    start_request(&b);
    machine_disconnected(b.m, b.t, &b.out);
    bench_watch(&b);
    assert_int_equal(b.cancels, 1);
    assert_null(bench_sent(&b, LOCAL_REFUSED));
    bench_advance(&b, 3600000);
    assert_false(b.running);
    machine_free(b.m);
}

static void a_clock_before_the_authority_does_not_hinder_enrolment(void **state)
{
    (void)state;
    struct line_bench b;
    struct machine_enrolment e = sample_enrolment();
    open_new(&b);
    b.t.wall_s = 1000;
    enrol(&b, &e);
    bench_answer_text(&b, 200, authority.pem);
    bench_assert_requested(&b, "/v1/enrol");
    assert_true(b.request.ignore_dates);
    machine_free(b.m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_that_is_not_enrolled_says_so_and_does_nothing),
        cmocka_unit_test(enrolment_checks_saves_and_only_then_tells),
        cmocka_unit_test(a_foreign_authority_is_told_and_asked_nothing_more),
        cmocka_unit_test(typed_digits_are_enough_to_tell_the_authorities_apart),
        cmocka_unit_test(what_is_no_authority_is_not_believed),
        cmocka_unit_test(a_refusal_of_the_host_reaches_the_operator),
        cmocka_unit_test(a_line_that_drops_is_tried_again_while_the_operator_waits),
        cmocka_unit_test(what_waiting_does_not_heal_is_said_at_once),
        cmocka_unit_test(without_network_enrolment_ends_at_once),
        cmocka_unit_test(a_ticket_that_names_no_host_is_not_valid),
        cmocka_unit_test(certificates_that_do_not_hold_are_not_saved),
        cmocka_unit_test(what_could_not_be_stored_is_not_told_as_enrolled),
        cmocka_unit_test(an_enrolment_that_was_stored_but_not_told_can_be_repeated),
        cmocka_unit_test(a_terminal_that_goes_while_enrolling_is_not_answered),
        cmocka_unit_test(a_clock_before_the_authority_does_not_hinder_enrolment),
    };
    return cmocka_run_group_tests(tests, make_parties, free_parties);
}
