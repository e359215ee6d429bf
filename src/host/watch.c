#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <event2/buffer.h>
#include <event2/keyvalq_struct.h>

#include "address.h"
#include "log.h"
#include "notify.h"
#include "server_inside.h"
#include "store_report.h"

enum {
    WATCH_TIMEOUT_S = 10,
    WATCH_BODY_MAX = 1024,
    FIGURES_FRESH_MS = 10000,
    DAY_S = 86400,
    BEHIND_S = DAY_S,
    STUCK_MS = 600000 /* a worker that has one thing to do for so long will not end it */
};

/* A question that needs the store. */
struct watch_job {
    struct worker_job job; /* first: one is the other */
    struct evhttp_request *req;
    bool health; /* else the figures */
    bool was_run;
    enum till_status status;
    struct store_figures figures;
};

/* ---- answers --------------------------------------------------------------------------------- */

static void answer(struct evhttp_request *req, int code, const char *type, const char *text,
                   size_t size)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(req);
    struct evbuffer *out = evhttp_request_get_output_buffer(req);
    (void)evhttp_add_header(headers, "Content-Type", type);
    (void)evhttp_add_header(headers, "Cache-Control", "no-store");
    if (evbuffer_add(out, text, size) != 0) {
        code = 500;
    }
    evhttp_send_reply(req, code, NULL, NULL);
}

static void answer_text(struct evhttp_request *req, int code, const char *text)
{
    answer(req, code, "text/plain; charset=utf-8", text, strlen(text));
}

static void answer_figures(struct server *s, struct evhttp_request *req)
{
    struct workers_state workers;
    size_t size = 0;
    workers_look(s->workers, &workers);
    struct metrics_now now = {.connections = s->connections,
                              .held_bytes = s->held,
                              .workers = workers.count,
                              .busy = workers.busy,
                              .waiting = workers.waiting,
                              .validity = s->validity,
                              .has_store = s->figures_at_ms != 0,
                              .store = s->figures};
    char *page = metrics_page(&s->metrics, &now, &size);
    if (page == NULL) {
        answer_text(req, 500, "no memory\n");
        return;
    }
    answer(req, 200, "text/plain; version=0.0.4; charset=utf-8", page, size);
    free(page);
}

/* ---- work ------------------------------------------------------------------------------------ */

/* On a worker. */
static void run(struct worker_job *job, void *context)
{
    struct watch_job *w = (struct watch_job *)job;
    const struct api *api = context;
    w->was_run = true;
    if (w->health) {
        char hosts[STORE_VALUE_MAX];
        w->status = store_value_get(api->store, "hosts", hosts, sizeof(hosts));
    } else {
        w->status = store_figures(api->store, (int64_t)time(NULL) - BEHIND_S, &w->figures);
    }
}

static void keep_figures(struct server *s, const struct store_figures *f)
{
    s->figures = (struct metrics_store){.terminals_new = f->terminals[TERMINAL_NEW],
                                        .terminals_active = f->terminals[TERMINAL_ACTIVE],
                                        .terminals_revoked = f->terminals[TERMINAL_REVOKED],
                                        .terminals_retired = f->terminals[TERMINAL_RETIRED],
                                        .stopped = f->stopped,
                                        .behind = f->behind,
                                        .alarms = f->alarms,
                                        .waiting = f->waiting,
                                        .closed = f->closed};
    s->figures_at_ms = server_now_ms();
}

static void done(struct worker_job *job, void *server)
{
    struct server *s = server;
    struct watch_job *w = (struct watch_job *)job;
    if (w->health) {
        bool good = w->was_run && w->status == TILL_OK;
        if (w->was_run && !good) {
            log_error("the store does not answer: %s", status_name((int)w->status));
        }
        answer_text(w->req, good ? 200 : 503, good ? "ok\n" : "the store does not answer\n");
    } else {
        if (w->was_run && w->status == TILL_OK) {
            keep_figures(s, &w->figures);
        } else {
            s->figures_at_ms = 0; /* nothing is said rather than what was */
        }
        answer_figures(s, w->req);
    }
    free(w);
}

static void ask_store(struct server *s, struct evhttp_request *req, bool health)
{
    struct watch_job *w = calloc(1, sizeof(*w));
    if (w == NULL) {
        answer_text(req, 500, "no memory\n");
        return;
    }
    w->job.run = run;
    w->job.done = done;
    w->req = req;
    w->health = health;
    if (workers_give(s->workers, &w->job) != TILL_OK) {
        free(w);
        if (health) {
            answer_text(req, 503, "busy\n");
        } else {
            answer_figures(s, req);
        }
    }
}

static bool is_stuck(struct server *s)
{
    struct workers_state workers;
    workers_look(s->workers, &workers);
    return workers.longest_ms > STUCK_MS;
}

static void on_metrics(struct evhttp_request *req, void *context)
{
    struct server *s = context;
    if (s->figures_at_ms != 0 && server_now_ms() - s->figures_at_ms < FIGURES_FRESH_MS) {
        answer_figures(s, req);
    } else {
        ask_store(s, req, false);
    }
}

static void on_health(struct evhttp_request *req, void *context)
{
    struct server *s = context;
    if (s->draining) {
        answer_text(req, 503, "ending\n");
    } else if (is_stuck(s)) {
        answer_text(req, 503, "a worker is stuck\n");
    } else if (validity_is_over(&s->validity, (int64_t)time(NULL))) {
        answer_text(req, 503, "the server's certificate has run out\n");
    } else {
        ask_store(s, req, true);
    }
}

static void on_other(struct evhttp_request *req, void *context)
{
    (void)context;
    answer_text(req, 404, "/metrics or /healthz\n");
}

/* ---- the service manager --------------------------------------------------------------------- */

/* From the loop, so that it says that the loop goes round; and not while a worker is stuck. */
static void on_alive(evutil_socket_t fd, short what, void *context)
{
    struct server *s = context;
    (void)fd;
    (void)what;
    if (is_stuck(s)) {
        log_error("a worker is stuck: the service manager is told nothing");
    } else {
        notify_say("WATCHDOG=1");
    }
}

static enum till_status tell_alive(struct server *s)
{
    int64_t every_ms = notify_watchdog_ms() / 3;
    if (every_ms == 0) {
        return TILL_OK;
    }
    struct timeval every = {.tv_sec = (time_t)(every_ms / 1000),
                            .tv_usec = (suseconds_t)(every_ms % 1000 * 1000)};
    s->alive = event_new(s->base, -1, EV_PERSIST, on_alive, s);
    return s->alive != NULL && event_add(s->alive, &every) == 0 ? TILL_OK : TILL_E_MEMORY;
}

/* ---- what will run out ----------------------------------------------------------------------- */

static void on_daily(evutil_socket_t fd, short what, void *context)
{
    struct server *s = context;
    (void)fd;
    (void)what;
    validity_say(&s->validity, (int64_t)time(NULL));
}

/* Of what is served: files that are replaced meanwhile count from the next start. */
static enum till_status say_daily(struct server *s)
{
    const struct timeval every = {.tv_sec = DAY_S};
    validity_read(s->api->authority, &s->validity);
    validity_say(&s->validity, (int64_t)time(NULL));
    s->daily = event_new(s->base, -1, EV_PERSIST, on_daily, s);
    return s->daily != NULL && event_add(s->daily, &every) == 0 ? TILL_OK : TILL_E_MEMORY;
}

/* ---- beginning and end ----------------------------------------------------------------------- */

static bool is_of_this_machine(const struct sockaddr_storage *address)
{
    if (address->ss_family == AF_INET6) {
        return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)address)->sin6_addr);
    }
    return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127;
}

static enum till_status start_listening(struct server *s)
{
    enum { BACKLOG = 16 };
    const char *listen = s->options->watch;
    struct sockaddr_storage address;
    char url[ADDRESS_URL_MAX], plain[ADDRESS_URL_MAX];
    int size = 0;
    if (!address_parse(listen, &address, &size) || !is_of_this_machine(&address)) {
        log_error("figures are given in plain text, at an address of this machine alone: not at %s",
                  listen);
        return TILL_BAD_INPUT;
    }
    struct evconnlistener *listener = evconnlistener_new_bind(
        s->base, NULL, NULL, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE,
        BACKLOG, (struct sockaddr *)&address, size);
    if (listener == NULL) {
        log_error("listening on %s: %s", listen,
                  evutil_socket_error_to_string(EVUTIL_SOCKET_ERROR()));
        return TILL_E_IO;
    }
    enum till_status status = address_url(evconnlistener_get_fd(listener), url);
    if (evhttp_bind_listener(s->watch, listener) == NULL) {
        evconnlistener_free(listener);
        return TILL_E_MEMORY;
    }
    if (status == TILL_OK && s->options->watching != NULL) {
        (void)snprintf(plain, sizeof(plain), "http%s", url + strlen("https"));
        s->options->watching(s->options->context, plain);
    }
    return status;
}

enum till_status watch_open(struct server *s)
{
    enum till_status status = tell_alive(s);
    if (status == TILL_OK) {
        status = say_daily(s);
    }
    if (status != TILL_OK || s->options->watch[0] == '\0') {
        return status;
    }
    s->watch = evhttp_new(s->base);
    if (s->watch == NULL) {
        return TILL_E_MEMORY;
    }
    evhttp_set_allowed_methods(s->watch, EVHTTP_REQ_GET);
    evhttp_set_max_headers_size(s->watch, WATCH_BODY_MAX);
    evhttp_set_max_body_size(s->watch, WATCH_BODY_MAX);
    evhttp_set_timeout(s->watch, WATCH_TIMEOUT_S);
    evhttp_set_gencb(s->watch, on_other, s);
    if (evhttp_set_cb(s->watch, "/metrics", on_metrics, s) != 0 ||
        evhttp_set_cb(s->watch, "/healthz", on_health, s) != 0) {
        return TILL_E_MEMORY;
    }
    return start_listening(s);
}

void watch_close(struct server *s)
{
    if (s->watch != NULL) {
        evhttp_free(s->watch);
    }
    if (s->alive != NULL) {
        event_free(s->alive);
    }
    if (s->daily != NULL) {
        event_free(s->daily);
    }
}
