/*
 * A bench for the line's machine: keys of a small authority, a virtual clock, and the host's
 * answers. It asserts what every list of actions must obey (one request at a time) and remembers
 * the last request, the last WANT and the last LINK.
 */
#ifndef TILL_LINE_BENCH_H
#define TILL_LINE_BENCH_H

#include "certs.h"
#include "machine.h"

#define BENCH_START_S INT64_C(1795314000)
#define BENCH_AUTHORITY_FROM_S CERTS_FROM_S

extern struct line_identity bench_identity; /* terminal 0031 */
extern struct sealer bench_host;            /* signs statements */

struct line_bench {
    struct machine *m;
    struct machine_time t;
    struct actions out;
    bool running; /* a request was started and not answered */
    struct transport_request request;
    bool to_spool;
    uint32_t want_id;
    struct local_want want;
    struct local_link link;
    int cancels;
};

int bench_make_world(void **state);
int bench_free_world(void **state);
void bench_open_seeded(struct line_bench *b, uint64_t seed, const struct spooled_book *spooled);
/* After an event that the bench has no call for. */
void bench_watch(struct line_bench *b);
void bench_hello(struct line_bench *b, const char *terminal);
void bench_network(struct line_bench *b, int bearer);
void bench_network_of(struct line_bench *b, struct local_network network);
void bench_pending(struct line_bench *b, uint64_t head, uint64_t acknowledged, uint64_t book);
void bench_connect(struct line_bench *b);
void bench_advance(struct line_bench *b, int64_t ms);
void bench_answer(struct line_bench *b, int http, struct span body);
void bench_answer_piece(struct line_bench *b, int http, uint64_t size);
void bench_answer_text(struct line_bench *b, int http, const char *text);
void bench_answer_failed(struct line_bench *b, enum till_status status);
void bench_answer_refusal(struct line_bench *b, int http, int status, const char *text);
struct span bench_head(const char *terminal, uint64_t seq, uint64_t book);
void bench_answer_head(struct line_bench *b, uint64_t seq, uint64_t book);
/* The same from a host whose clock says so. */
void bench_answer_head_at(struct line_bench *b, uint64_t seq, int64_t at_s);
struct span bench_batch(const char *terminal, uint64_t from, uint64_t to);
void bench_give_batch(struct line_bench *b, uint64_t from, uint64_t to);
const struct action *bench_sent(const struct line_bench *b, enum local_type type);
const struct action *bench_acted(const struct line_bench *b, enum action_type type);
void bench_assert_requested(const struct line_bench *b, const char *path);
void bench_settle(struct line_bench *b, uint64_t head);
void bench_start_upload(struct line_bench *b);

#endif
