#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "line_bench.h"

struct line_identity bench_identity;
struct sealer bench_host;
static struct certs_party statements;

/* ---- a world of keys ------------------------------------------------------------------------- */

int bench_make_world(void **state)
{
    (void)state;
    struct certs_party authority;
    struct certs_party line;
    certs_party(&authority, "authority", CRYPTO_USAGE_AUTHORITY, NULL);
    certs_party(&statements, "statements", CRYPTO_USAGE_STATEMENT, &authority);
    certs_party(&line, "0031", CRYPTO_USAGE_CLIENT, &authority);
    crypto_sealer(&bench_host, statements.key);
    snprintf(bench_identity.terminal, sizeof(bench_identity.terminal), "0031");
    snprintf(bench_identity.url, sizeof(bench_identity.url), "https://host.example:8443");
    memcpy(bench_identity.authority_pem, authority.pem, sizeof(authority.pem));
    memcpy(bench_identity.statement_pem, statements.pem, sizeof(statements.pem));
    memcpy(bench_identity.line_pem, line.pem, sizeof(line.pem));
    certs_free(&line);
    certs_free(&authority);
    return 0;
}

int bench_free_world(void **state)
{
    (void)state;
    certs_free(&statements);
    return 0;
}

/* ---- a machine with its clock ---------------------------------------------------------------- */

/* What every list of actions must obey, and what later steps want to know of it. */
void bench_watch(struct line_bench *b)
{
    for (size_t i = 0; i < b->out.count; i++) {
        const struct action *a = &b->out.items[i];
        if (a->type == ACTION_REQUEST) {
            assert_false(b->running);
            b->running = true;
            b->request = a->request;
            b->to_spool = a->to_spool;
        } else if (a->type == ACTION_CANCEL) {
            b->running = false;
            b->cancels++;
        } else if (a->type == ACTION_SEND && a->message.type == LOCAL_WANT) {
            b->want_id = a->message.id;
            assert_int_not_equal(b->want_id, 0);
            assert_int_equal(local_read_want(a->message.body, &b->want), TILL_OK);
        } else if (a->type == ACTION_SEND && a->message.type == LOCAL_LINK) {
            assert_int_equal(local_read_link(a->message.body, &b->link), TILL_OK);
        }
    }
}

void bench_open_seeded(struct line_bench *b, uint64_t seed, const struct spooled_book *spooled)
{
    struct machine_config config = {.seed = seed, .version = "0.1.0"};
    *b = (struct line_bench){.t = {.now_ms = 5000, .wall_s = BENCH_START_S}};
    assert_int_equal(machine_create(&config, &bench_identity, spooled, &b->m), TILL_OK);
}

void bench_hello(struct line_bench *b, const char *terminal)
{
    struct local_hello h = {.version = "0.1.0", .protocol = 1};
    snprintf(h.terminal, sizeof(h.terminal), "%s", terminal);
    machine_connected(b->m, b->t, &h, &b->out);
    bench_watch(b);
}

void bench_network(struct line_bench *b, int bearer)
{
    bench_network_of(b, (struct local_network){.bearer = bearer});
}

void bench_network_of(struct line_bench *b, struct local_network network)
{
    machine_network(b->m, b->t, &network, &b->out);
    bench_watch(b);
}

void bench_pending(struct line_bench *b, uint64_t head, uint64_t acknowledged, uint64_t book)
{
    struct local_pending p = {.head = head, .acknowledged = acknowledged, .book = book};
    machine_pending(b->m, b->t, &p, &b->out);
    bench_watch(b);
}

/* Connected by 4G, nothing said yet about what is pending. */
void bench_connect(struct line_bench *b)
{
    bench_open_seeded(b, 1, NULL);
    bench_hello(b, "0031");
    bench_network(b, 2);
}

void bench_advance(struct line_bench *b, int64_t ms)
{
    b->t.now_ms += ms;
    b->t.wall_s += ms / 1000;
    machine_woken(b->m, b->t, &b->out);
    bench_watch(b);
}

void bench_answer(struct line_bench *b, int http, struct span body)
{
    struct transport_answer a = {
        .http = http, .body = body, .body_size = body.size, .bytes = body.size + 300};
    assert_true(b->running);
    b->running = false;
    machine_answered(b->m, b->t, &a, &b->out);
    bench_watch(b);
}

/* Of what goes to a file. */
void bench_answer_piece(struct line_bench *b, int http, uint64_t size)
{
    struct transport_answer a = {.http = http, .body_size = size, .bytes = size + 300};
    assert_true(b->running && b->to_spool);
    b->running = false;
    machine_answered(b->m, b->t, &a, &b->out);
    bench_watch(b);
}

void bench_answer_text(struct line_bench *b, int http, const char *text)
{
    bench_answer(b, http, (struct span){(const uint8_t *)text, strlen(text)});
}

void bench_answer_failed(struct line_bench *b, enum till_status status)
{
    struct transport_answer a = {.status = status};
    assert_true(b->running);
    b->running = false;
    machine_answered(b->m, b->t, &a, &b->out);
    bench_watch(b);
}

void bench_answer_refusal(struct line_bench *b, int http, int status, const char *text)
{
    char memory[512];
    struct buffer body;
    struct wire_error e = {.status = status};
    snprintf(e.text, sizeof(e.text), "%s", text);
    buffer_init(&body, memory, sizeof(memory));
    assert_int_equal(wire_error_write(&e, &body), TILL_OK);
    bench_answer(b, http, (struct span){(uint8_t *)memory, body.size});
}

static struct span write_head(const char *terminal, uint64_t seq, uint64_t book, int64_t at_s)
{
    static uint8_t memory[STATEMENT_MAX];
    struct head head = {.seq = seq, .at_s = at_s, .serial = 1, .book_revision = book};
    struct buffer out;
    snprintf(head.terminal, sizeof(head.terminal), "%s", terminal);
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(head_write(&bench_host, &head, &out), TILL_OK);
    return (struct span){memory, out.size};
}

struct span bench_head(const char *terminal, uint64_t seq, uint64_t book)
{
    return write_head(terminal, seq, book, BENCH_START_S);
}

void bench_answer_head_at(struct line_bench *b, uint64_t seq, int64_t at_s)
{
    bench_answer(b, 200, write_head("0031", seq, 0, at_s));
}

void bench_answer_head(struct line_bench *b, uint64_t seq, uint64_t book)
{
    bench_answer(b, 200, bench_head("0031", seq, book));
}

struct span bench_batch(const char *terminal, uint64_t from, uint64_t to)
{
    static uint8_t memory[BATCH_PACKED_MAX];
    static const uint8_t prev[HASH_SIZE];
    struct batch_writer *w = NULL;
    struct buffer out;
    assert_int_equal(batch_begin(terminal, prev, &w), TILL_OK);
    for (uint64_t seq = from; seq <= to; seq++) {
        struct entry e = {.seq = seq, .at_s = BENCH_START_S, .kind = KIND_LOGIN, .body_size = 7};
        memcpy(e.body, "{\"u\":1}", 8);
        assert_int_equal(batch_add(w, &e), TILL_OK);
    }
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(batch_finish(w, &out), TILL_OK);
    return (struct span){memory, out.size};
}

void bench_give_batch(struct line_bench *b, uint64_t from, uint64_t to)
{
    machine_batch(b->m, b->t, b->want_id, bench_batch("0031", from, to), &b->out);
    bench_watch(b);
}

const struct action *bench_sent(const struct line_bench *b, enum local_type type)
{
    for (size_t i = 0; i < b->out.count; i++) {
        if (b->out.items[i].type == ACTION_SEND && b->out.items[i].message.type == type) {
            return &b->out.items[i];
        }
    }
    return NULL;
}

const struct action *bench_acted(const struct line_bench *b, enum action_type type)
{
    for (size_t i = 0; i < b->out.count; i++) {
        if (b->out.items[i].type == type) {
            return &b->out.items[i];
        }
    }
    return NULL;
}

void bench_assert_requested(const struct line_bench *b, const char *path)
{
    assert_true(b->running);
    assert_string_equal(b->request.path, path);
}

/* Idle and in contact: the first head is taken, nothing is left to do. */
void bench_settle(struct line_bench *b, uint64_t head)
{
    bench_pending(b, head, head, 0);
    bench_assert_requested(b, "/v1/head");
    bench_answer_head(b, head, 0);
    assert_false(b->running);
    assert_int_equal(b->link.state, LINK_IDLE);
}

/* Entries 6.. wait, the batch 6..9 is on its way. */
void bench_start_upload(struct line_bench *b)
{
    bench_connect(b);
    bench_pending(b, 9, 5, 0);
    bench_give_batch(b, 6, 9);
    bench_assert_requested(b, "/v1/journal");
}
