#include "server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>

#include "address.h"
#include "batch.h"
#include "log.h"
#include "tls.h"

enum {
    CONNECTIONS_MAX = 512,
    FIRST_DEADLINE_S = 120,
    NEXT_DEADLINE_S = 300,
    HEADERS_MAX = 8 * 1024,
    SLOWEST_BYTES_PER_S = 256, /* GPRS at its worst: an answer may take that long on top */
    DRAIN_S = 10,
    PAUSE_S = 1, /* after accept failed, e.g. out of descriptors */
    BACKLOG = 256
};

struct server {
    const struct server_options *options;
    const struct api *api;
    struct event_base *base;
    struct evhttp *http;
    struct evconnlistener *listener;
    SSL_CTX *ctx;
    struct sessions *sessions;
    struct event *pause;
    struct event *on_term, *on_int, *drained;
    int connections;
    int answering; /* connections with an answer on its way */
    int place;     /* of struct connection in an SSL's extra data */
    bool draining;
};

/* Lives exactly as long as the SSL object that it hangs on. */
struct connection {
    struct server *server;
    struct bufferevent *bev;
    struct event *deadline;
    bool answering;
    bool known; /* the peer below was worked out */
    struct api_request peer;
};

static int at_most(int option, int otherwise)
{
    return option > 0 ? option : otherwise;
}

/* ---- listening ------------------------------------------------------------------------------- */

static void listen_if_room(struct server *s)
{
    if (s->draining || s->listener == NULL) {
        return;
    }
    if (s->connections < at_most(s->options->connections_max, CONNECTIONS_MAX)) {
        (void)evconnlistener_enable(s->listener);
    } else {
        (void)evconnlistener_disable(s->listener);
    }
}

static void on_pause_over(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    listen_if_room(context);
}

static void on_accept_error(struct evconnlistener *listener, void *context)
{
    struct server *s = context;
    struct timeval pause = {.tv_sec = PAUSE_S};
    log_error("accepting: %s", evutil_socket_error_to_string(EVUTIL_SOCKET_ERROR()));
    (void)evconnlistener_disable(listener);
    (void)event_add(s->pause, &pause);
}

/* ---- connections ----------------------------------------------------------------------------- */

static void end_if_drained(struct server *s)
{
    if (s->draining && s->answering == 0) {
        (void)event_base_loopbreak(s->base);
    }
}

static void set_answering(struct connection *c, bool answering)
{
    struct server *s = c->server;
    if (c->answering != answering) {
        c->answering = answering;
        s->answering += answering ? 1 : -1;
        end_if_drained(s);
    }
}

/* OpenSSL calls it when the connection's SSL object goes. */
static void on_ssl_free(void *parent, void *pointer, CRYPTO_EX_DATA *data, int index, long number,
                        void *context)
{
    struct connection *c = pointer;
    (void)parent;
    (void)data;
    (void)index;
    (void)number;
    (void)context;
    if (c == NULL) {
        return;
    }
    set_answering(c, false);
    c->server->connections--;
    listen_if_room(c->server);
    event_free(c->deadline);
    free(c);
}

/* evhttp tidies up behind a connection that ends; nothing is freed under its feet. */
static void hang_up(struct bufferevent *bev)
{
    evutil_socket_t fd = bufferevent_getfd(bev);
    if (fd >= 0) {
        (void)shutdown(fd, SHUT_RDWR);
    }
}

static void on_deadline(evutil_socket_t fd, short what, void *context)
{
    struct connection *c = context;
    (void)fd;
    (void)what;
    log_info("a connection took too long and is closed");
    hang_up(c->bev);
}

static void set_deadline(struct connection *c, int64_t seconds)
{
    struct timeval after = {.tv_sec = (time_t)seconds};
    (void)event_add(c->deadline, &after);
}

/* A bufferevent with its connection, or NULL. */
static struct bufferevent *new_connection(struct server *s)
{
    struct connection *c = calloc(1, sizeof(*c));
    SSL *ssl = c == NULL ? NULL : SSL_new(s->ctx);
    if (ssl == NULL) {
        free(c);
        return NULL;
    }
    c->server = s;
    c->deadline = evtimer_new(s->base, on_deadline, c);
    if (c->deadline == NULL || SSL_set_ex_data(ssl, s->place, c) != 1) {
        if (c->deadline != NULL) {
            event_free(c->deadline);
        }
        free(c);
        SSL_free(ssl);
        return NULL;
    }
    s->connections++; /* from here on SSL_free undoes it all */
    c->bev = bufferevent_openssl_socket_new(s->base, -1, ssl, BUFFEREVENT_SSL_ACCEPTING,
                                            BEV_OPT_CLOSE_ON_FREE);
    if (c->bev == NULL) {
        SSL_free(ssl);
        return NULL;
    }
    bufferevent_openssl_set_allow_dirty_shutdown(c->bev, 1);
    set_deadline(c, at_most(s->options->first_deadline_s, FIRST_DEADLINE_S));
    listen_if_room(s);
    return c->bev;
}

static void on_hang_up(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    hang_up(context);
}

/*
 * For evhttp. NULL would make it serve plain text (seen on 2.1.12), so when there is no memory for
 * TLS the answer is a connection that hears nothing and is hung up at once.
 */
static struct bufferevent *on_accept(struct event_base *base, void *context)
{
    struct server *s = context;
    struct bufferevent *bev = new_connection(s);
    if (bev != NULL) {
        return bev;
    }
    log_error("no memory for a connection: it is refused");
    bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    struct timeval now = {0};
    if (bev == NULL || event_base_once(base, -1, EV_TIMEOUT, on_hang_up, bev, &now) != 0) {
        log_error("no memory to refuse it with: the host ends");
        abort();
    }
    return bev;
}

/* ---- requests -------------------------------------------------------------------------------- */

static void on_answered(struct evhttp_request *req, void *context)
{
    (void)req;
    set_answering(context, false);
}

static void free_content(const void *data, size_t size, void *context)
{
    (void)data;
    (void)size;
    struct api_answer *answer = context;
    api_answer_free(answer);
    free(answer);
}

/* Takes over *answer. */
static void send_answer(struct connection *c, struct evhttp_request *req, struct api_answer *answer)
{
    struct evbuffer *out = evhttp_request_get_output_buffer(req);
    struct evkeyvalq *headers = evhttp_request_get_output_headers(req);
    struct api_answer *kept = malloc(sizeof(*kept));
    size_t size = answer->size;
    int code = answer->code;
    (void)evhttp_add_header(headers, "Content-Type", answer->type);
    (void)evhttp_add_header(headers, "Cache-Control", "no-store");
    if (c->server->draining) {
        (void)evhttp_add_header(headers, "Connection", "close");
    }
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
    set_answering(c, true);
    evhttp_request_set_on_complete_cb(req, on_answered, c);
    set_deadline(c, at_most(c->server->options->next_deadline_s, NEXT_DEADLINE_S) +
                        (int64_t)(size / SLOWEST_BYTES_PER_S));
    evhttp_send_reply(req, code, NULL, NULL);
}

static const char *path_of(struct evhttp_request *req)
{
    const char *uri = evhttp_request_get_uri(req);
    return uri != NULL && uri[0] == '/' && strchr(uri, '?') == NULL ? uri : "";
}

static void on_request(struct evhttp_request *req, void *context)
{
    struct server *s = context;
    struct bufferevent *bev = evhttp_connection_get_bufferevent(evhttp_request_get_connection(req));
    SSL *ssl = bufferevent_openssl_get_ssl(bev);
    struct connection *c = ssl == NULL ? NULL : SSL_get_ex_data(ssl, s->place);
    if (c == NULL) {
        hang_up(bev); /* never an answer in plain text */
        return;
    }
    int64_t now_s = (int64_t)time(NULL);
    if (!c->known) {
        tls_peer(ssl, s->api->authority, now_s, &c->peer);
        c->known = true;
    }
    struct evbuffer *in = evhttp_request_get_input_buffer(req);
    const char *terminal =
        evhttp_find_header(evhttp_request_get_input_headers(req), "Fieldtill-Terminal");
    struct api_request request = c->peer;
    struct api_answer answer;
    request.post = evhttp_request_get_command(req) == EVHTTP_REQ_POST;
    request.path = path_of(req);
    request.terminal = terminal == NULL ? "" : terminal;
    request.body.size = evbuffer_get_length(in);
    request.body.data = request.body.size == 0 ? (const uint8_t *)"" : evbuffer_pullup(in, -1);
    if (request.body.data == NULL) {
        hang_up(bev);
        return;
    }
    api_handle(s->api, &request, now_s, &answer);
    if (answer.status != TILL_OK) {
        log_warning("%s %s from terminal '%s': %s", request.post ? "POST" : "GET",
                    answer.code == 404 ? "unknown path" : request.path,
                    request.has_peer ? request.peer_name : "", status_name(answer.status));
    }
    send_answer(c, req, &answer);
}

/* ---- beginning and end ----------------------------------------------------------------------- */

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
    log_info("asked to end: %d answers are on their way", s->answering);
    s->draining = true;
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
}

static enum till_status make_loop(struct server *s)
{
    s->base = event_base_new();
    s->http = s->base == NULL ? NULL : evhttp_new(s->base);
    if (s->http == NULL) {
        return TILL_E_MEMORY;
    }
    evhttp_set_bevcb(s->http, on_accept, s);
    evhttp_set_gencb(s->http, on_request, s);
    evhttp_set_allowed_methods(s->http, EVHTTP_REQ_GET | EVHTTP_REQ_POST);
    evhttp_set_max_headers_size(s->http, HEADERS_MAX);
    evhttp_set_max_body_size(s->http, BATCH_PACKED_MAX);
    evhttp_set_timeout(s->http, at_most(s->options->next_deadline_s, NEXT_DEADLINE_S));
    s->pause = evtimer_new(s->base, on_pause_over, s);
    s->drained = evtimer_new(s->base, on_drain_over, s);
    s->on_term = evsignal_new(s->base, SIGTERM, on_signal, s);
    s->on_int = evsignal_new(s->base, SIGINT, on_signal, s);
    s->place = SSL_get_ex_new_index(0, NULL, NULL, NULL, on_ssl_free);
    bool made = s->pause != NULL && s->drained != NULL && s->on_term != NULL && s->on_int != NULL &&
                s->place >= 0;
    return made && evsignal_add(s->on_term, NULL) == 0 && evsignal_add(s->on_int, NULL) == 0
               ? TILL_OK
               : TILL_E_MEMORY;
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
    if (s->http != NULL) {
        evhttp_free(s->http); /* with the listener, once it is bound */
        /* Connections are freed from within the loop: once more around. */
        (void)event_base_loop(s->base, EVLOOP_NONBLOCK);
    }
    free_event(s->pause);
    free_event(s->drained);
    free_event(s->on_term);
    free_event(s->on_int);
    if (s->base != NULL) {
        event_base_free(s->base);
    }
    SSL_CTX_free(s->ctx);
    sessions_close(s->sessions);
}

enum till_status server_run(const struct server_options *options, const struct api *api)
{
    struct server s = {.options = options, .api = api};
    (void)signal(SIGPIPE, SIG_IGN);
    enum till_status status = tls_open(api->authority, &s.ctx, &s.sessions);
    if (status == TILL_OK) {
        status = make_loop(&s);
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
