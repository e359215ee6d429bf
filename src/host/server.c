#include "server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#include "address.h"
#include "batch.h"
#include "log.h"
#include "notify.h"
#include "server_inside.h"

enum {
    CONNECTIONS_MAX = 1024,
    FIRST_DEADLINE_S = 120,
    NEXT_DEADLINE_S = 300,
    UNPROVEN_MAX = 256,
    TERMINAL_CONNECTIONS_MAX = 4,
    REQUESTS_PER_MINUTE = 600,
    BATCHES_PER_MINUTE = 300,
    ANONYMOUS_PER_MINUTE = 600,
    WAITING_MAX = 512,
    HEADERS_MAX = 8 * 1024,
    DRAIN_S = 10,
    PAUSE_S = 1, /* after accept failed, e.g. out of descriptors */
    BACKLOG = 256,
    SPARE_DESCRIPTORS = 128 /* stores, files, the loop's own */
};

void server_defaults(struct server_options *options_out)
{
    *options_out = (struct server_options){.listen = "127.0.0.1:8443",
                                           .watch = "",
                                           .connections_max = CONNECTIONS_MAX,
                                           .first_deadline_s = FIRST_DEADLINE_S,
                                           .next_deadline_s = NEXT_DEADLINE_S,
                                           .unproven_max = UNPROVEN_MAX,
                                           .terminal_max = TERMINAL_CONNECTIONS_MAX,
                                           .requests_per_minute = REQUESTS_PER_MINUTE,
                                           .batches_per_minute = BATCHES_PER_MINUTE,
                                           .anonymous_per_minute = ANONYMOUS_PER_MINUTE,
                                           .waiting_max = WAITING_MAX};
}

int64_t server_now_ms(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- listening ------------------------------------------------------------------------------- */

static void on_pause_over(evutil_socket_t fd, short what, void *context)
{
    struct server *s = context;
    (void)fd;
    (void)what;
    if (!s->draining) {
        (void)evconnlistener_enable(s->listener);
    }
}

static void on_accept_error(struct evconnlistener *listener, void *context)
{
    struct server *s = context;
    struct timeval pause = {.tv_sec = PAUSE_S};
    log_error("accepting: %s", evutil_socket_error_to_string(EVUTIL_SOCKET_ERROR()));
    (void)evconnlistener_disable(listener);
    (void)event_add(s->pause, &pause);
}

/* As many descriptors as connections need, where the system allows them. */
static void want_descriptors(const struct server *s)
{
    struct rlimit limit;
    rlim_t wanted = (rlim_t)s->options->connections_max + SPARE_DESCRIPTORS;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) {
        return;
    }
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < wanted) {
        log_warning("only %llu descriptors for %d connections", (unsigned long long)limit.rlim_cur,
                    s->options->connections_max);
    }
}

/* ---- beginning and end ----------------------------------------------------------------------- */

static void end_if_drained(struct server *s)
{
    if (s->draining && s->answering == 0) {
        (void)event_base_loopbreak(s->base);
    }
}

void server_answering(struct server *s, int change)
{
    s->answering += change;
    end_if_drained(s);
}

static void on_drain_over(evutil_socket_t fd, short what, void *context)
{
    struct server *s = context;
    (void)fd;
    (void)what;
    (void)event_base_loopbreak(s->base);
}

static void on_signal(evutil_socket_t fd, short what, void *context)
{
    struct server *s = context;
    struct timeval patience = {.tv_sec = DRAIN_S};
    (void)fd;
    (void)what;
    log_info("asked to end: %d requests are on their way", s->answering);
    s->draining = true;
    notify_say("STOPPING=1");
    (void)evconnlistener_disable(s->listener);
    (void)event_add(s->drained, &patience);
    end_if_drained(s);
}

static enum till_status start_listening(struct server *s)
{
    struct sockaddr_storage address;
    int size;
    if (!address_parse(s->options->listen, &address, &size)) {
        return TILL_BAD_INPUT;
    }
    s->listener = evconnlistener_new_bind(
        s->base, NULL, NULL, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE,
        BACKLOG, (struct sockaddr *)&address, size);
    if (s->listener == NULL) {
        log_error("listening on %s: %s", s->options->listen,
                  evutil_socket_error_to_string(EVUTIL_SOCKET_ERROR()));
        return TILL_E_IO;
    }
    if (evhttp_bind_listener(s->http, s->listener) == NULL) {
        return TILL_E_MEMORY;
    }
    evconnlistener_set_error_cb(s->listener, on_accept_error);
    return TILL_OK;
}

static void tell_ready(struct server *s)
{
    char url[ADDRESS_URL_MAX];
    if (s->options->ready != NULL &&
        address_url(evconnlistener_get_fd(s->listener), url) == TILL_OK) {
        s->options->ready(s->options->context, url);
    }
    notify_say("READY=1");
}

static enum till_status open_quotas(struct server *s)
{
    const struct server_options *o = s->options;
    enum till_status status = quota_open(o->anonymous_per_minute, o->unproven_max, &s->unproven);
    if (status == TILL_OK) {
        status = quota_open(o->requests_per_minute, o->terminal_max, &s->requests);
    }
    if (status == TILL_OK) {
        status = quota_open(o->batches_per_minute, 0, &s->batches);
    }
    return status;
}

static enum till_status make_loop(struct server *s)
{
    s->base = event_base_new();
    s->http = s->base == NULL ? NULL : evhttp_new(s->base);
    if (s->http == NULL) {
        return TILL_E_MEMORY;
    }
    evhttp_set_bevcb(s->http, connection_accept, s);
    evhttp_set_gencb(s->http, request_came, s);
    evhttp_set_default_content_type(s->http, NULL);
    evhttp_set_allowed_methods(s->http, EVHTTP_REQ_GET | EVHTTP_REQ_POST);
    evhttp_set_max_headers_size(s->http, HEADERS_MAX);
    evhttp_set_max_body_size(s->http, BATCH_PACKED_MAX);
    evhttp_set_timeout(s->http, s->options->next_deadline_s);
    s->pause = evtimer_new(s->base, on_pause_over, s);
    s->drained = evtimer_new(s->base, on_drain_over, s);
    s->on_term = evsignal_new(s->base, SIGTERM, on_signal, s);
    s->on_int = evsignal_new(s->base, SIGINT, on_signal, s);
    s->place = SSL_get_ex_new_index(0, NULL, NULL, NULL, connection_on_ssl_free);
    bool made = s->pause != NULL && s->drained != NULL && s->on_term != NULL && s->on_int != NULL &&
                s->place >= 0;
    return made && evsignal_add(s->on_term, NULL) == 0 && evsignal_add(s->on_int, NULL) == 0
               ? TILL_OK
               : TILL_E_MEMORY;
}

/* What workers have done. */
static void on_done(evutil_socket_t fd, short what, void *context)
{
    struct server *s = context;
    struct worker_job *job = NULL;
    (void)fd;
    (void)what;
    while ((job = workers_take(s->workers)) != NULL) {
        job->done(job, s);
    }
}

static void end_workers(struct server *s)
{
    struct worker_job *job = NULL;
    workers_end(s->workers);
    on_done(-1, 0, s);
    while ((job = workers_left(s->workers)) != NULL) {
        job->done(job, s);
    }
}

static enum till_status start_workers(struct server *s, struct api *const *apis, size_t count)
{
    enum till_status status =
        workers_start((void *const *)apis, count, (size_t)s->options->waiting_max, &s->workers);
    if (status != TILL_OK) {
        return status;
    }
    s->done = event_new(s->base, workers_fd(s->workers), EV_READ | EV_PERSIST, on_done, s);
    return s->done != NULL && event_add(s->done, NULL) == 0 ? TILL_OK : TILL_E_MEMORY;
}

static void free_event(struct event *event)
{
    if (event != NULL) {
        event_free(event);
    }
}

static void stop(struct server *s)
{
    s->draining = true;
    if (s->workers != NULL) {
        end_workers(s);
    }
    if (s->http != NULL) {
        evhttp_free(s->http); /* with the listener, once it is bound */
        /* Connections are freed from within the loop: once more around. */
        (void)event_base_loop(s->base, EVLOOP_NONBLOCK);
    }
    watch_close(s);
    free_event(s->done);
    workers_free(s->workers);
    free_event(s->pause);
    free_event(s->drained);
    free_event(s->on_term);
    free_event(s->on_int);
    if (s->base != NULL) {
        event_base_free(s->base);
    }
    SSL_CTX_free(s->ctx);
    sessions_close(s->sessions);
    quota_close(s->unproven);
    quota_close(s->requests);
    quota_close(s->batches);
}

enum till_status server_run(const struct server_options *options, struct api *const *apis,
                            size_t count)
{
    struct server s = {.options = options, .api = apis[0]};
    s.metrics.began_at_s = (int64_t)time(NULL);
    TAILQ_INIT(&s.silent);
    TAILQ_INIT(&s.idle);
    (void)signal(SIGPIPE, SIG_IGN);
    want_descriptors(&s);
    enum till_status status = open_quotas(&s);
    if (status == TILL_OK) {
        status = tls_open(apis[0]->authority, &s.ctx, &s.sessions);
    }
    if (status == TILL_OK && options->sessions != NULL &&
        sessions_share(s.sessions, options->sessions, apis[0]->authority->dir) != TILL_OK) {
        log_warning("TLS sessions will end with this process");
    }
    if (status == TILL_OK) {
        status = make_loop(&s);
    }
    if (status == TILL_OK) {
        status = start_workers(&s, apis, count);
    }
    if (status == TILL_OK) {
        status = watch_open(&s);
    }
    if (status == TILL_OK) {
        status = start_listening(&s);
    }
    if (status == TILL_OK) {
        tell_ready(&s);
        status = event_base_dispatch(s.base) < 0 ? TILL_E_IO : TILL_OK;
    }
    stop(&s);
    return status;
}
