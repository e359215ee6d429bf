/* One authority takes the place of another: what the line believes, and what it does about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "line_bench.h"
#include "line_trust.h"

enum { FIRST_SERIAL = 1795300000, WEEK_S = 7 * 86400 };

static struct certs_party first, next, third, statements, thief, line;
static struct line_identity identity;
static struct sealer host;
static struct crypto_key *new_key;

/* A certificate of that party's key, by another than itself. */
static void certify(const struct certs_party *who, const char *name, enum crypto_usage usage,
                    const struct certs_party *by, char pem_out[CRYPTO_CERT_PEM_MAX])
{
    struct crypto_cert_request r;
    certs_request(&r, name, usage, who->key);
    assert_int_equal(crypto_cert_issue(&r, by->key, by->pem, pem_out), TILL_OK);
}

static int make_world(void **state)
{
    (void)state;
    certs_party(&first, "authority", CRYPTO_USAGE_AUTHORITY, NULL);
    certs_party(&next, "authority-2", CRYPTO_USAGE_AUTHORITY, NULL);
    certs_party(&third, "authority-3", CRYPTO_USAGE_AUTHORITY, NULL);
    certs_party(&statements, "statements", CRYPTO_USAGE_STATEMENT, &first);
    certs_party(&thief, "statements", CRYPTO_USAGE_STATEMENT, &first);
    certs_party(&line, "0031", CRYPTO_USAGE_CLIENT, &first);
    crypto_sealer(&host, statements.key);
    bench_host = host;
    identity = (struct line_identity){.terminal = "0031", .url = "https://host.example:8443"};
    memcpy(identity.authority_pem, first.pem, sizeof(first.pem));
    memcpy(identity.statement_pem, statements.pem, sizeof(statements.pem));
    memcpy(identity.line_pem, line.pem, sizeof(line.pem));
    return crypto_key_create(&new_key) == TILL_OK ? 0 : -1;
}

static int free_world(void **state)
{
    (void)state;
    struct certs_party *all[] = {&first, &next, &third, &statements, &thief, &line};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        certs_free(all[i]);
    }
    crypto_key_free(new_key);
    return 0;
}

static void fingerprint(const struct certs_party *of, uint8_t out[HASH_SIZE])
{
    struct crypto_cert cert;
    assert_int_equal(crypto_cert_read(of->pem, &cert), TILL_OK);
    memcpy(out, cert.fingerprint, HASH_SIZE);
}

static void sign_as(struct crypto_key *key, const char *tag, const struct trust *t, char *out)
{
    struct sealer sealer;
    uint8_t memory[TRUST_TEXT_MAX], again[TRUST_TEXT_MAX];
    struct buffer text, other;
    crypto_sealer(&sealer, key);
    buffer_init(&text, memory, sizeof(memory));
    assert_int_equal(trust_write(&sealer, t, &text), TILL_OK);
    const uint8_t *end = memchr(memory, '\n', text.size);
    buffer_init(&other, again, sizeof(again));
    assert_int_equal(
        statement_write(&sealer, tag, (struct span){memory, (size_t)(end - memory)}, &other),
        TILL_OK);
    memcpy(out, again, other.size);
    out[other.size] = '\0';
}

/* `old` stands, `new` takes its place; NULL: old alone stands. */
static struct trust_answer word(uint64_t serial, const struct certs_party *old,
                                const struct certs_party *new)
{
    struct trust t = {.serial = serial, .at_s = FIRST_SERIAL};
    struct trust_answer a;
    const struct certs_party *newest = new != NULL ? new : old;
    const struct certs_party *before = newest == &third ? &next : &first;
    memset(&a, 0, sizeof(a));
    fingerprint(old, t.authority);
    if (new != NULL) {
        t.has_next = true;
        t.by_s = t.at_s + WEEK_S;
        fingerprint(new, t.next);
    }
    sign_as(statements.key, STATEMENT_TAG_TRUST, &t, a.statement);
    memcpy(a.authority_cert, newest->pem, sizeof(newest->pem));
    certify(newest, newest == &third ? "authority-3" : "authority-2", CRYPTO_USAGE_AUTHORITY,
            before, a.cross_cert);
    certify(&statements, "statements", CRYPTO_USAGE_STATEMENT, newest, a.statement_cert);
    return a;
}

static enum till_status follow(const struct trust_answer *a, struct line_identity *out)
{
    return line_trust_follow(&identity, &host, a, out);
}

/* ---- what is believed ------------------------------------------------------------------------ */

static void the_next_is_believed_beside_the_old(void **state)
{
    (void)state;
    struct line_identity id;
    struct trust_answer a = word(FIRST_SERIAL, &first, &next);
    char server[CRYPTO_CERT_PEM_MAX];
    assert_int_equal(follow(&a, &id), TILL_OK);
    assert_int_equal(line_identity_check(&id), TILL_OK);
    assert_int_equal(line_trust_held(&id, &host).serial, FIRST_SERIAL);
    struct crypto_cert_request r;
    certs_request(&r, "host", CRYPTO_USAGE_SERVER, new_key);
    for (size_t i = 0; i < 2; i++) {
        const struct certs_party *by = i == 0 ? &first : &next;
        assert_int_equal(crypto_cert_issue(&r, by->key, by->pem, server), TILL_OK);
        assert_int_equal(crypto_cert_check(server, id.authority_pem, CRYPTO_USAGE_SERVER, 0),
                         TILL_OK);
    }
}

static void the_old_is_dropped_when_it_is_named_no_more(void **state)
{
    (void)state;
    struct line_identity both, id;
    struct trust_answer a = word(FIRST_SERIAL, &first, &next);
    assert_int_equal(follow(&a, &both), TILL_OK);
    a = word(FIRST_SERIAL + 1, &next, NULL);
    assert_int_equal(line_trust_follow(&both, &host, &a, &id), TILL_OK);
    assert_string_equal(id.authority_pem, next.pem);
    assert_int_equal(line_identity_check(&id),
                     TILL_OK); /* its own certificate is the host's matter */
}

static void who_slept_follows_from_the_old_to_the_new_at_once(void **state)
{
    (void)state;
    struct line_identity id;
    struct trust_answer a = word(FIRST_SERIAL + 1, &next, NULL);
    assert_int_equal(follow(&a, &id), TILL_OK);
    assert_string_equal(id.authority_pem, next.pem);
}

static void another_statement_key_names_nobody(void **state)
{
    (void)state;
    struct line_identity id;
    struct trust t;
    struct trust_answer a = word(FIRST_SERIAL, &first, &next);
    struct span text = {(const uint8_t *)a.statement, strlen(a.statement)};
    assert_int_equal(trust_read(&host, text, &t), TILL_OK);
    /* Its certificate is by the authority that is held: a thief of that key alone can make it. */
    sign_as(thief.key, STATEMENT_TAG_TRUST, &t, a.statement);
    assert_int_equal(follow(&a, &id), TILL_E_SIGNATURE);
    sign_as(statements.key, STATEMENT_TAG_ORDERS, &t, a.statement);
    assert_int_equal(follow(&a, &id), TILL_E_SIGNATURE);
}

static void the_statement_key_alone_moves_nobody(void **state)
{
    (void)state;
    struct line_identity id;
    struct trust_answer a = word(FIRST_SERIAL, &first, &next);
    /* Signed by itself, by a stranger, and of another key by the right one. */
    memcpy(a.cross_cert, next.pem, sizeof(next.pem));
    assert_int_equal(follow(&a, &id), TILL_AUTHORITY_GONE);
    certify(&next, "authority-2", CRYPTO_USAGE_AUTHORITY, &third, a.cross_cert);
    assert_int_equal(follow(&a, &id), TILL_AUTHORITY_GONE);
    certify(&third, "authority-2", CRYPTO_USAGE_AUTHORITY, &first, a.cross_cert);
    assert_int_equal(follow(&a, &id), TILL_E_SIGNATURE);
    certify(&next, "authority-2", CRYPTO_USAGE_CLIENT, &first, a.cross_cert);
    assert_int_equal(follow(&a, &id), TILL_AUTHORITY_GONE);
    a.cross_cert[0] = '\0';
    assert_int_equal(follow(&a, &id), TILL_E_PROTOCOL);
}

static void another_certificate_than_the_one_that_is_named_is_refused(void **state)
{
    (void)state;
    struct line_identity id;
    struct trust_answer a = word(FIRST_SERIAL, &first, &next), other = word(1, &next, &third);
    memcpy(a.authority_cert, other.authority_cert, sizeof(a.authority_cert));
    assert_int_equal(follow(&a, &id), TILL_E_SIGNATURE);
    a = word(FIRST_SERIAL, &first, &next);
    /* Another statement key, though by the new authority. */
    certify(&thief, "statements", CRYPTO_USAGE_STATEMENT, &next, a.statement_cert);
    assert_int_equal(follow(&a, &id), TILL_E_SIGNATURE);
    certify(&statements, "statements", CRYPTO_USAGE_STATEMENT, &first, a.statement_cert);
    assert_int_equal(follow(&a, &id), TILL_E_SIGNATURE);
}

/* A thief of its key vouches for an authority of their own, and shows what the host really said. */
static void the_old_authority_alone_moves_nobody(void **state)
{
    (void)state;
    struct line_identity id;
    struct trust_answer a = word(FIRST_SERIAL, &first, &next);
    memcpy(a.authority_cert, third.pem, sizeof(third.pem));
    certify(&third, "authority-3", CRYPTO_USAGE_AUTHORITY, &first, a.cross_cert);
    certify(&statements, "statements", CRYPTO_USAGE_STATEMENT, &third, a.statement_cert);
    assert_int_equal(follow(&a, &id), TILL_E_SIGNATURE);
}

static void an_older_word_and_the_same_again_change_nothing(void **state)
{
    (void)state;
    struct line_identity held, id;
    struct trust_answer late = word(FIRST_SERIAL + 1, &next, NULL),
                        early = word(FIRST_SERIAL, &first, &next);
    assert_int_equal(follow(&late, &held), TILL_OK);
    assert_int_equal(line_trust_follow(&held, &host, &late, &id), TILL_UNCHANGED);
    assert_int_equal(line_trust_follow(&held, &host, &early, &id), TILL_UNCHANGED);
}

static void who_slept_through_two_is_told_that_nobody_vouches(void **state)
{
    (void)state;
    struct line_identity id;
    struct trust_answer a = word(FIRST_SERIAL + 2, &next, &third);
    assert_int_equal(follow(&a, &id), TILL_AUTHORITY_GONE);
    a = word(FIRST_SERIAL + 3, &third, NULL);
    assert_int_equal(follow(&a, &id), TILL_AUTHORITY_GONE);
}

/* ---- what the machine does ------------------------------------------------------------------- */

static void answer_head(struct line_bench *b, uint64_t serial)
{
    struct head head = {.terminal = "0031",
                        .seq = 5,
                        .at_s = b->t.wall_s,
                        .serial = (uint64_t)b->t.now_ms,
                        .trust_serial = serial};
    uint8_t memory[STATEMENT_MAX];
    struct buffer out;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(head_write(&host, &head, &out), TILL_OK);
    bench_answer(b, 200, (struct span){memory, out.size});
}

static void answer_word(struct line_bench *b, const struct trust_answer *a)
{
    uint8_t memory[TRUST_ANSWER_MAX];
    struct buffer out;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(trust_answer_write(a, &out), TILL_OK);
    bench_answer(b, 200, (struct span){memory, out.size});
}

static void open_at(struct line_bench *b, const struct line_identity *id, int64_t wall_s)
{
    struct machine_config config = {.seed = 1, .version = "0.1.0"};
    *b = (struct line_bench){.t = {.now_ms = 5000, .wall_s = wall_s}};
    assert_int_equal(machine_create(&config, id, NULL, &b->m), TILL_OK);
    bench_hello(b, "0031");
    bench_network(b, 2);
    bench_pending(b, 5, 5, 0);
}

static void saved(struct line_bench *b)
{
    assert_non_null(bench_acted(b, ACTION_SAVE_TRUST));
    machine_saved(b->m, b->t, TILL_OK, &b->out);
    bench_watch(b);
}

static void a_head_makes_it_ask_keep_and_tell(void **state)
{
    (void)state;
    struct line_bench b;
    struct trust_answer a = word(FIRST_SERIAL, &first, &next);
    open_at(&b, &identity, FIRST_SERIAL);
    answer_head(&b, FIRST_SERIAL);
    bench_assert_requested(&b, "/v1/trust");
    assert_non_null(b.request.authority_pem);
    answer_word(&b, &a);
    saved(&b);
    bench_assert_requested(&b, "/v1/trust/1795300000");
    assert_true(b.request.with_certificate);
    bench_answer(&b, 204, (struct span){NULL, 0});
    assert_false(b.running); /* its moment for a new certificate has not come */
    machine_free(b.m);
}

static void it_asks_for_a_certificate_by_the_new_one_at_its_moment(void **state)
{
    (void)state;
    struct line_bench b;
    struct line_identity both;
    struct renew_request wanted;
    struct trust_answer a = word(FIRST_SERIAL, &first, &next);
    struct trust held;
    int64_t at_s = 0;
    char csr[CRYPTO_CSR_PEM_MAX], pem[CRYPTO_CERT_PEM_MAX];
    uint8_t point[PUBLIC_KEY_SIZE], memory[ENROL_PEM_MAX + 64];
    struct buffer body;
    assert_int_equal(follow(&a, &both), TILL_OK);
    held = line_trust_held(&both, &host);
    assert_int_equal(trust_moment(&host, &held, "0031", &at_s), TILL_OK);
    open_at(&b, &both, at_s - 60);
    answer_head(&b, FIRST_SERIAL);
    bench_answer(&b, 204, (struct span){NULL, 0}); /* told */
    assert_null(bench_acted(&b, ACTION_MAKE_CSR));
    bench_advance(&b, 61 * 1000);
    assert_non_null(bench_acted(&b, ACTION_MAKE_CSR));
    assert_int_equal(crypto_csr_create(new_key, "0031", csr), TILL_OK);
    crypto_key_public(new_key, point);
    machine_csr(b.m, b.t, TILL_OK, csr, point, &b.out);
    bench_watch(&b);
    bench_assert_requested(&b, "/v1/renew");
    assert_int_equal(renew_request_read(b.request.body, &wanted), TILL_OK);
    assert_true(wanted.has_authority);
    assert_memory_equal(wanted.authority, held.next, HASH_SIZE);

    struct crypto_cert_request r;
    certs_request(&r, "0031", CRYPTO_USAGE_CLIENT, new_key);
    assert_int_equal(crypto_cert_issue(&r, next.key, next.pem, pem), TILL_OK);
    buffer_init(&body, memory, sizeof(memory));
    assert_int_equal(renew_answer_write(pem, &body), TILL_OK);
    bench_answer(&b, 200, (struct span){memory, body.size});
    assert_non_null(bench_acted(&b, ACTION_SAVE));
    machine_free(b.m);
}

static void a_certificate_by_the_old_one_is_not_what_it_asked_for(void **state)
{
    (void)state;
    struct line_bench b;
    struct line_identity both;
    struct trust_answer a = word(FIRST_SERIAL, &first, &next);
    char csr[CRYPTO_CSR_PEM_MAX], pem[CRYPTO_CERT_PEM_MAX];
    uint8_t point[PUBLIC_KEY_SIZE], memory[ENROL_PEM_MAX + 64];
    struct buffer body;
    assert_int_equal(follow(&a, &both), TILL_OK);
    open_at(&b, &both, FIRST_SERIAL + WEEK_S);
    answer_head(&b, FIRST_SERIAL);
    bench_answer(&b, 204, (struct span){NULL, 0});
    assert_int_equal(crypto_csr_create(new_key, "0031", csr), TILL_OK);
    crypto_key_public(new_key, point);
    machine_csr(b.m, b.t, TILL_OK, csr, point, &b.out);
    bench_watch(&b);
    struct crypto_cert_request r;
    certs_request(&r, "0031", CRYPTO_USAGE_CLIENT, new_key);
    assert_int_equal(crypto_cert_issue(&r, first.key, first.pem, pem), TILL_OK);
    buffer_init(&body, memory, sizeof(memory));
    assert_int_equal(renew_answer_write(pem, &body), TILL_OK);
    bench_answer(&b, 200, (struct span){memory, body.size});
    assert_null(bench_acted(&b, ACTION_SAVE));
    bench_assert_requested(&b, "/v1/trust"); /* perhaps the host has gone on meanwhile */
    machine_free(b.m);
}

static void a_host_by_an_unknown_authority_is_asked_openly_and_goes_on(void **state)
{
    (void)state;
    struct line_bench b;
    struct trust_answer a = word(FIRST_SERIAL + 1, &next, NULL);
    open_at(&b, &identity, FIRST_SERIAL);
    bench_answer_failed(&b, TILL_WRONG_HOST);
    bench_assert_requested(&b, "/v1/trust");
    assert_null(b.request.authority_pem);
    assert_false(b.request.with_certificate);
    assert_null(b.request.terminal);
    answer_word(&b, &a);
    saved(&b);
    assert_true(b.running); /* again, and now the host is checked by the new one */
    assert_string_equal(b.request.authority_pem, next.pem);
    answer_head(&b, FIRST_SERIAL + 1);
    assert_int_equal(b.link.status, TILL_OK);
    machine_free(b.m);
}

static void an_impostor_gains_nothing_by_being_asked(void **state)
{
    (void)state;
    struct line_bench b;
    open_at(&b, &identity, FIRST_SERIAL);
    bench_answer_failed(&b, TILL_WRONG_HOST);
    bench_answer_text(&b, 200, "{\"statement\":\"trust me\"}");
    assert_false(b.running);
    assert_null(bench_acted(&b, ACTION_SAVE_TRUST));
    assert_int_equal(b.link.state, LINK_BACKING_OFF);
    assert_int_equal(b.link.status, TILL_WRONG_HOST);
    machine_free(b.m);
}

static void who_was_forgotten_is_told_so_and_asks_seldom(void **state)
{
    (void)state;
    struct line_bench b;
    struct trust_answer a = word(FIRST_SERIAL + 3, &third, NULL);
    open_at(&b, &identity, FIRST_SERIAL);
    bench_answer_failed(&b, TILL_WRONG_HOST);
    answer_word(&b, &a);
    assert_int_equal(b.link.status, TILL_AUTHORITY_GONE);
    assert_true(machine_wake_ms(b.m) - b.t.now_ms >= 3600 * 1000);
    machine_free(b.m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_is_believed_beside_the_old),
        cmocka_unit_test(the_old_is_dropped_when_it_is_named_no_more),
        cmocka_unit_test(who_slept_follows_from_the_old_to_the_new_at_once),
        cmocka_unit_test(another_statement_key_names_nobody),
        cmocka_unit_test(the_statement_key_alone_moves_nobody),
        cmocka_unit_test(another_certificate_than_the_one_that_is_named_is_refused),
        cmocka_unit_test(the_old_authority_alone_moves_nobody),
        cmocka_unit_test(an_older_word_and_the_same_again_change_nothing),
        cmocka_unit_test(who_slept_through_two_is_told_that_nobody_vouches),
        cmocka_unit_test(a_head_makes_it_ask_keep_and_tell),
        cmocka_unit_test(it_asks_for_a_certificate_by_the_new_one_at_its_moment),
        cmocka_unit_test(a_certificate_by_the_old_one_is_not_what_it_asked_for),
        cmocka_unit_test(a_host_by_an_unknown_authority_is_asked_openly_and_goes_on),
        cmocka_unit_test(an_impostor_gains_nothing_by_being_asked),
        cmocka_unit_test(who_was_forgotten_is_told_so_and_asks_seldom),
    };
    return cmocka_run_group_tests(tests, make_world, free_world);
}
