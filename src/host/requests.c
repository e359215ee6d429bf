#include "server_inside.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <event2/buffer.h>
#include <event2/keyvalq_struct.h>

#include "book_text.h"
#include "log.h"
#include "text.h"

enum { PATH_CAPACITY = 256, RANGE_CAPACITY = 40, BUSY_AGAIN_S = 5, ONE_RECORD = 8 * 1024 };

/* A request with a worker. evhttp keeps `req`, with the body, until an answer is sent: one whose
 * connection ended meanwhile has none any more, and is freed by answering it. */
struct request_job {
    struct worker_job job; /* first: one is the other */
    struct evhttp_request *req;
    struct api_request request;
    char path[PATH_CAPACITY], terminal[TERMINAL_MAX];
    struct api_answer answer;
    int64_t came_us;
};

static int64_t now_us(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ---- answers --------------------------------------------------------------------------------- */

static struct connection *connection_of_request(const struct server *s, struct evhttp_request *req)
{
    struct evhttp_connection *evcon = evhttp_request_get_connection(req);
    return evcon == NULL ? NULL : connection_of(s, evhttp_connection_get_bufferevent(evcon));
}

static void on_answered(struct evhttp_request *req, void *context)
{
    (void)req;
    connection_answered(context);
}

static void free_content(const void *data, size_t size, void *context)
{
    (void)data;
    (void)size;
    struct api_answer *answer = context;
    api_answer_free(answer);
    free(answer);
}

static void add_headers(const struct server *s, struct evhttp_request *req,
                        const struct api_answer *answer)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(req);
    /* Every byte is paid for on GPRS. The time is in what is signed; evhttp, which adds a date
     * where there is none, is content with an empty one. No cache stands between certificates. */
    (void)evhttp_add_header(headers, "Date", "");
    if (answer->type != NULL) {
        (void)evhttp_add_header(headers, "Content-Type", answer->type);
    }
    if (answer->code == 206) {
        char range[80];
        (void)snprintf(range, sizeof(range), "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, answer->from,
                       answer->from + answer->size - 1, answer->whole);
        (void)evhttp_add_header(headers, "Content-Range", range);
    }
    if (answer->retry_after_s > 0) {
        char text[16];
        (void)snprintf(text, sizeof(text), "%d", answer->retry_after_s);
        (void)evhttp_add_header(headers, "Retry-After", text);
    }
    if (s->draining) {
        (void)evhttp_add_header(headers, "Connection", "close");
    }
}

/* Takes over *answer. */
static void send_answer(const struct server *s, struct evhttp_request *req,
                        struct api_answer *answer)
{
    struct connection *c = connection_of_request(s, req);
    struct evbuffer *out = evhttp_request_get_output_buffer(req);
    struct api_answer *kept = malloc(sizeof(*kept));
    size_t size = answer->size;
    int code = answer->code;
    add_headers(s, req, answer);
    if (kept != NULL) {
        *kept = *answer;
    }
    if (size > 0 && (kept == NULL ||
                     evbuffer_add_reference(out, kept->content, size, free_content, kept) != 0)) {
        api_answer_free(answer);
        free(kept);
        code = 500;
        size = 0;
    } else if (size == 0) {
        free(kept);
        api_answer_free(answer);
    }
    if (c != NULL) {
        evhttp_request_set_on_complete_cb(req, on_answered, c);
        connection_answer_begins(c, size);
    }
    evhttp_send_reply(req, code, "", NULL);
    if (c != NULL && size <= ONE_RECORD) {
        /* Each piece would be a record of TLS and a packet of its own. */
        (void)evbuffer_pullup(bufferevent_get_output(c->bev), -1);
    }
}

static void log_refusal(const struct api_request *request, const struct api_answer *answer)
{
    if (answer->status != TILL_OK) {
        log_warning("%s %s from terminal '%s': %s", request->post ? "POST" : "GET",
                    answer->path == API_NO_PATH ? "unknown path" : request->path,
                    request->has_peer ? request->peer_name : "", status_name(answer->status));
    }
}

/* ---- work ------------------------------------------------------------------------------------ */

/* On a worker. */
static void run(struct worker_job *job, void *context)
{
    struct request_job *r = (struct request_job *)job;
    const struct api *api = context;
    api_handle(api, &r->request, (int64_t)time(NULL), &r->answer);
    log_refusal(&r->request, &r->answer);
}

/* Counted, and on its way. */
static void give_back(struct server *s, struct request_job *r)
{
    metrics_answered(&s->metrics, &r->answer, now_us() - r->came_us);
    send_answer(s, r->req, &r->answer);
    free(r);
}

static void done(struct worker_job *job, void *server)
{
    struct server *s = server;
    struct request_job *r = (struct request_job *)job;
    if (r->answer.code == 0) {
        api_busy(&r->answer, 503, BUSY_AGAIN_S); /* the host ends, and it was not begun */
    }
    give_back(s, r);
}

/* ---- requests -------------------------------------------------------------------------------- */

static const char *path_of(struct evhttp_request *req)
{
    const char *uri = evhttp_request_get_uri(req);
    return uri != NULL && uri[0] == '/' && strchr(uri, '?') == NULL && strlen(uri) < PATH_CAPACITY
               ? uri
               : "";
}

/* 0: come in; else seconds to wait. */
static int over_share(struct connection *c, bool batch)
{
    struct server *s = c->server;
    int64_t now_ms = server_now_ms();
    if (!c->peer.has_peer) {
        return quota_spend(s->unproven, c->address, now_ms);
    }
    int wait_s = quota_spend(s->requests, c->peer.peer_name, now_ms);
    return wait_s == 0 && batch ? quota_spend(s->batches, c->peer.peer_name, now_ms) : wait_s;
}

/* "bytes=100-199", the one form that is looked at (RFC 9110 §14.2); another one is as none. */
static void read_range(const char *text, struct api_request *request)
{
    uint64_t first = 0, last = 0;
    int end = 0;
    bool one = text != NULL && strlen(text) < RANGE_CAPACITY && strchr(text, '+') == NULL &&
               sscanf(text, "bytes=%" SCNu64 "-%" SCNu64 "%n", &first, &last, &end) == 2 &&
               text[end] == '\0';
    if (one && first <= last && last < UINT32_MAX) {
        request->from = first;
        request->most = last - first + 1;
    }
}

/* "3"; 0 where it is none. */
static int read_level(const char *text)
{
    bool one = text != NULL && text[0] >= '1' && text[0] <= '9' && text[1] == '\0';
    return one ? text[0] - '0' : 0;
}

/* NULL: no memory. */
static struct request_job *job_of(struct connection *c, struct evhttp_request *req)
{
    struct evbuffer *in = evhttp_request_get_input_buffer(req);
    const char *terminal =
        evhttp_find_header(evhttp_request_get_input_headers(req), "Fieldtill-Terminal");
    struct request_job *r = calloc(1, sizeof(*r));
    if (r == NULL) {
        return NULL;
    }
    r->job.run = run;
    r->job.done = done;
    r->came_us = now_us();
    r->req = req;
    r->request = c->peer;
    r->request.post = evhttp_request_get_command(req) == EVHTTP_REQ_POST;
    text_copy(r->path, sizeof(r->path), path_of(req));
    r->request.path = r->path;
    /* One that is too long is nobody's. */
    if (terminal != NULL && strlen(terminal) < sizeof(r->terminal)) {
        text_copy(r->terminal, sizeof(r->terminal), terminal);
    }
    r->request.terminal = r->terminal;
    r->request.book_lines =
        read_level(evhttp_find_header(evhttp_request_get_input_headers(req), BOOK_LINES_HEADER));
    read_range(evhttp_find_header(evhttp_request_get_input_headers(req), "Range"), &r->request);
    if (c->peer.has_peer) {
        text_copy(r->job.order, sizeof(r->job.order), c->peer.peer_name);
    }
    r->request.body.size = evbuffer_get_length(in);
    r->request.body.data =
        r->request.body.size == 0 ? (const uint8_t *)"" : evbuffer_pullup(in, -1);
    if (r->request.body.data == NULL) {
        free(r);
        return NULL;
    }
    return r;
}

void request_came(struct evhttp_request *req, void *server)
{
    struct server *s = server;
    struct connection *c = connection_of_request(s, req);
    if (c == NULL || !c->known) {
        /* Never an answer in plain text. */
        connection_hang_up(evhttp_connection_get_bufferevent(evhttp_request_get_connection(req)));
        return;
    }
    connection_request_came(c);
    struct request_job *r = job_of(c, req);
    if (r == NULL) {
        connection_hang_up(c->bev);
        return;
    }
    int wait_s = over_share(c, r->request.post && strcmp(r->path, "/v1/journal") == 0);
    if (wait_s > 0) {
        api_busy(&r->answer, 429, wait_s);
    } else if (workers_give(s->workers, &r->job) != TILL_OK) {
        api_busy(&r->answer, 503, BUSY_AGAIN_S);
    } else {
        return;
    }
    log_refusal(&r->request, &r->answer);
    give_back(s, r);
}
