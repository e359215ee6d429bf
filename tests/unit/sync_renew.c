/* The line's certificate is renewed in time, on a clock of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "line_bench.h"

static struct certs_party authority, statements, line;
static struct line_identity identity;
static struct crypto_key *next;
static uint8_t next_public[PUBLIC_KEY_SIZE];

static int make_keys(void **state)
{
    if (bench_make_world(state) != 0) {
        return -1;
    }
    certs_party(&authority, "authority", CRYPTO_USAGE_AUTHORITY, NULL);
    certs_party(&statements, "statements", CRYPTO_USAGE_STATEMENT, &authority);
    certs_party(&line, "0031", CRYPTO_USAGE_CLIENT, &authority);
    crypto_sealer(&bench_host, statements.key);
    identity = bench_identity;
    memcpy(identity.authority_pem, authority.pem, sizeof(authority.pem));
    memcpy(identity.statement_pem, statements.pem, sizeof(statements.pem));
    memcpy(identity.line_pem, line.pem, sizeof(line.pem));
    assert_int_equal(crypto_key_create(&next), TILL_OK);
    crypto_key_public(next, next_public);
    return 0;
}

static int free_keys(void **state)
{
    certs_free(&line);
    certs_free(&statements);
    certs_free(&authority);
    crypto_key_free(next);
    return bench_free_world(state);
}

/* When the certificate's life is over by so many hundredths. */
static int64_t life(int hundredths)
{
    struct crypto_cert cert;
    assert_int_equal(crypto_cert_read(identity.line_pem, &cert), TILL_OK);
    return cert.not_before_s + (cert.not_after_s - cert.not_before_s) / 100 * hundredths;
}

static void open_at(struct line_bench *b, int64_t wall_s)
{
    struct machine_config config = {.seed = 1, .version = "0.1.0"};
    *b = (struct line_bench){.t = {.now_ms = 5000, .wall_s = wall_s}};
    assert_int_equal(machine_create(&config, &identity, NULL, &b->m), TILL_OK);
    bench_hello(b, "0031");
    bench_network(b, 2);
    bench_pending(b, 5, 5, 0);
}

static void make_csr(struct line_bench *b)
{
    char csr[CRYPTO_CSR_PEM_MAX];
    assert_int_equal(crypto_csr_create(next, "0031", csr), TILL_OK);
    machine_csr(b->m, b->t, TILL_OK, csr, next_public, &b->out);
    bench_watch(b);
}

static void answer_with(struct line_bench *b, struct crypto_key *key, const char *name)
{
    char pem[CRYPTO_CERT_PEM_MAX];
    uint8_t memory[ENROL_PEM_MAX + 64];
    struct buffer body;
    struct crypto_cert_request r = {.name = name,
                                    .usage = CRYPTO_USAGE_CLIENT,
                                    .not_before_s = b->t.wall_s - 86400,
                                    .not_after_s = b->t.wall_s + INT64_C(63072000),
                                    .serial = {0x41, 2, 3}};
    crypto_key_public(key, r.public_key);
    assert_int_equal(crypto_cert_issue(&r, authority.key, authority.pem, pem), TILL_OK);
    buffer_init(&body, memory, sizeof(memory));
    assert_int_equal(renew_answer_write(pem, &body), TILL_OK);
    bench_answer(b, 200, (struct span){body.data, body.size});
}

/* In contact, and a new certificate is being asked for. */
static void begin_renewal(struct line_bench *b)
{
    open_at(b, life(70));
    bench_answer_head_at(b, 5, b->t.wall_s);
    assert_non_null(bench_acted(b, ACTION_MAKE_CSR));
    make_csr(b);
    bench_assert_requested(b, "/v1/renew");
    assert_true(b->request.is_post);
    assert_true(b->request.with_certificate);
}

static void two_thirds_of_its_life_are_left_alone(void **state)
{
    (void)state;
    struct line_bench b;
    open_at(&b, life(60));
    bench_answer_head_at(&b, 5, b.t.wall_s);
    assert_null(bench_acted(&b, ACTION_MAKE_CSR));
    assert_false(b.running);
    machine_free(b.m);
}

static void in_the_last_third_a_new_one_is_fetched_stored_and_used(void **state)
{
    (void)state;
    struct line_bench b;
    begin_renewal(&b);
    answer_with(&b, next, "0031");
    const struct action *save = bench_acted(&b, ACTION_SAVE);
    assert_non_null(save);
    assert_string_not_equal(save->identity->line_pem, identity.line_pem);
    assert_string_equal(save->identity->url, identity.url);
    machine_saved(b.m, b.t, TILL_OK, &b.out);
    bench_watch(&b);
    assert_non_null(bench_acted(&b, ACTION_CANCEL)); /* it was made with the old one */
    assert_true(b.running);                          /* and the new one is tried at once */
    bench_answer(&b, 204, (struct span){NULL, 0});
    assert_false(b.running);
    machine_free(b.m);
}

static void a_certificate_for_another_key_or_name_is_not_stored(void **state)
{
    (void)state;
    struct line_bench b;
    begin_renewal(&b);
    answer_with(&b, line.key, "0031");
    assert_null(bench_acted(&b, ACTION_SAVE));
    machine_free(b.m);
    begin_renewal(&b);
    answer_with(&b, next, "0032");
    assert_null(bench_acted(&b, ACTION_SAVE));
    machine_free(b.m);
}

static void while_the_office_can_not_renew_the_line_works_on(void **state)
{
    (void)state;
    struct line_bench b;
    begin_renewal(&b);
    bench_answer_refusal(&b, 503, TILL_BUSY, "the authority's key is away");
    assert_int_equal(b.link.state, LINK_IDLE);
    bench_pending(&b, 6, 5, 0);
    assert_int_equal(b.want.from, 6);
    machine_free(b.m);
}

static void a_clock_that_is_wrong_renews_nothing(void **state)
{
    (void)state;
    struct line_bench b;
    open_at(&b, life(70));
    bench_answer_head_at(&b, 5, life(10));
    assert_null(bench_acted(&b, ACTION_MAKE_CSR));
    assert_int_equal(b.link.status, TILL_CLOCK_WRONG);
    machine_free(b.m);
}

static void one_that_has_run_out_is_said_and_asked_for_seldom(void **state)
{
    (void)state;
    struct line_bench b;
    open_at(&b, life(100) + 86400);
    bench_answer_refusal(&b, 403, TILL_CERT_EXPIRED, "it has run out");
    assert_int_equal(b.link.state, LINK_BACKING_OFF);
    assert_int_equal(b.link.status, TILL_CERT_EXPIRED);
    assert_true(machine_wake_ms(b.m) - b.t.now_ms >= 3600 * 1000);
    machine_try_now(b.m, b.t, &b.out); /* the office says by telephone that it may */
    bench_watch(&b);
    assert_non_null(bench_acted(&b, ACTION_MAKE_CSR));
    make_csr(&b);
    bench_assert_requested(&b, "/v1/renew");
    bench_answer_refusal(&b, 403, TILL_CERT_EXPIRED, "not allowed");
    assert_int_equal(b.link.status, TILL_CERT_EXPIRED);
    machine_try_now(b.m, b.t, &b.out);
    bench_watch(&b);
    make_csr(&b);
    answer_with(&b, next, "0031");
    machine_saved(b.m, b.t, TILL_OK, &b.out);
    bench_watch(&b);
    bench_answer_head_at(&b, 5, b.t.wall_s);
    assert_int_equal(b.link.status, TILL_OK);
    assert_int_equal(b.link.state, LINK_IDLE);
    machine_free(b.m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_thirds_of_its_life_are_left_alone),
        cmocka_unit_test(in_the_last_third_a_new_one_is_fetched_stored_and_used),
        cmocka_unit_test(a_certificate_for_another_key_or_name_is_not_stored),
        cmocka_unit_test(while_the_office_can_not_renew_the_line_works_on),
        cmocka_unit_test(a_clock_that_is_wrong_renews_nothing),
        cmocka_unit_test(one_that_has_run_out_is_said_and_asked_for_seldom),
    };
    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
