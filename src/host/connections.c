#include "server_inside.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>

#include "batch.h"
#include "enrol.h"
#include "log.h"
#include "text.h"

enum {
    SLOWEST_BYTES_PER_S = 256, /* GPRS at its worst: an answer may take that long on top */
    UNPROVEN_BYTES_MAX = 8 * 1024 + ENROL_MESSAGE_MAX + 4 * 1024,
    HELD_BYTES_MAX = 64 * 1024 * 1024
};

/* ---- lists ----------------------------------------------------------------------------------- */

static struct connections *list_of(struct connection *c)
{
    return c->list == LIST_SILENT ? &c->server->silent : &c->server->idle;
}

static void put_into(struct connection *c, enum connection_list list)
{
    if (c->list != LIST_NONE) {
        TAILQ_REMOVE(list_of(c), c, link);
    }
    c->list = list;
    if (list != LIST_NONE) {
        TAILQ_INSERT_TAIL(list_of(c), c, link);
    }
}

static void forget_bytes(struct connection *c)
{
    c->server->held -= c->took;
    c->took = 0;
}

static void let_go(struct connection *c)
{
    struct server *s = c->server;
    put_into(c, LIST_NONE);
    if (c->counted) {
        c->counted = false;
        s->connections--;
    }
    if (c->holds_address) {
        c->holds_address = false;
        quota_release(s->unproven, c->address);
    }
    if (c->holds_terminal) {
        c->holds_terminal = false;
        quota_release(s->requests, c->peer.peer_name);
    }
}

void connection_hang_up(struct bufferevent *bev)
{
    evutil_socket_t fd = bufferevent_getfd(bev);
    if (fd >= 0) {
        (void)shutdown(fd, SHUT_RDWR);
    }
}

/* From here on it counts for nothing, though it is freed a little later. */
static void hang_up(struct connection *c, enum metrics_closed why)
{
    let_go(c);
    c->server->metrics.closed[why]++;
    connection_hang_up(c->bev);
}

struct connection *connection_of(const struct server *s, struct bufferevent *bev)
{
    SSL *ssl = bufferevent_openssl_get_ssl(bev);
    return ssl == NULL ? NULL : SSL_get_ex_data(ssl, s->place);
}

/* OpenSSL calls it when the connection's SSL object goes. */
void connection_on_ssl_free(void *parent, void *pointer, CRYPTO_EX_DATA *data, int index,
                            long number, void *context)
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
    let_go(c);
    forget_bytes(c);
    if (c->answering) {
        server_answering(c->server, -1);
    }
    event_free(c->deadline);
    free(c);
}

/* ---- deadlines ------------------------------------------------------------------------------- */

static void on_deadline(evutil_socket_t fd, short what, void *context)
{
    struct connection *c = context;
    (void)fd;
    (void)what;
    log_debug("a connection took too long and is closed");
    hang_up(c, CLOSED_DEADLINE);
}

static void set_deadline(struct connection *c, int64_t seconds)
{
    struct timeval after = {.tv_sec = (time_t)seconds};
    (void)event_add(c->deadline, &after);
}

/* ---- who may come in ------------------------------------------------------------------------- */

/* There are too many: the one goes that is missed least. */
static void make_room(struct server *s)
{
    struct connection *c = TAILQ_FIRST(&s->silent);
    c = c == NULL ? TAILQ_FIRST(&s->idle) : c;
    if (c != NULL) {
        log_debug("a connection makes room for a new one");
        hang_up(c, CLOSED_ROOM);
    }
}

/* The network's part of an IPv6 address: a whole /64 belongs to whoever has one of it. */
static void spell_address(struct connection *c)
{
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof(address);
    evutil_socket_t fd = bufferevent_getfd(c->bev);
    text_copy(c->address, sizeof(c->address), "?");
    if (fd < 0 || getpeername(fd, (struct sockaddr *)&address, &size) != 0) {
        return;
    }
    if (address.ss_family == AF_INET6) {
        struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&address;
        if (!IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr)) {
            memset(in6->sin6_addr.s6_addr + 8, 0, 8);
        }
    }
    (void)getnameinfo((struct sockaddr *)&address, size, c->address, sizeof(c->address), NULL, 0,
                      NI_NUMERICHOST);
}

static void on_handshake_begins(struct connection *c)
{
    spell_address(c);
    c->holds_address = quota_hold(c->server->unproven, c->address);
    if (!c->holds_address) {
        log_debug("too many connections of %s have proved nothing: one is closed", c->address);
        hang_up(c, CLOSED_ADDRESS);
    }
}

/* Of one terminal's connections the one that was silent for longest is the dead one, on a line
 * that breaks without a farewell. */
static bool replace_idle(struct connection *newcomer)
{
    struct connection *c = NULL;
    TAILQ_FOREACH(c, &newcomer->server->idle, link)
    {
        if (c != newcomer && strcmp(c->peer.peer_name, newcomer->peer.peer_name) == 0) {
            hang_up(c, CLOSED_TERMINAL);
            return quota_hold(newcomer->server->requests, newcomer->peer.peer_name);
        }
    }
    return false;
}

static void on_handshake_done(struct connection *c, SSL *ssl)
{
    struct server *s = c->server;
    tls_peer(ssl, s->api->authority, (int64_t)time(NULL), &c->peer);
    c->known = true;
    s->metrics.handshakes_resumed += SSL_session_reused(ssl) ? 1 : 0;
    s->metrics.handshakes_full += SSL_session_reused(ssl) ? 0 : 1;
    if (!c->peer.has_peer) {
        return;
    }
    if (c->holds_address) {
        c->holds_address = false;
        quota_release(s->unproven, c->address);
    }
    put_into(c, LIST_IDLE);
    c->holds_terminal = quota_hold(s->requests, c->peer.peer_name) || replace_idle(c);
    if (!c->holds_terminal) {
        log_info("terminal %s has too many connections: one is closed", c->peer.peer_name);
        hang_up(c, CLOSED_TERMINAL);
    }
}

static void on_tls(const SSL *ssl, int where, int code)
{
    struct connection *c = SSL_get_app_data(ssl);
    (void)code;
    if (c == NULL || !c->counted) {
        return;
    }
    if ((where & SSL_CB_HANDSHAKE_START) != 0 && c->address[0] == '\0') {
        on_handshake_begins(c);
    } else if ((where & SSL_CB_HANDSHAKE_DONE) != 0 && !c->known) {
        on_handshake_done(c, (SSL *)ssl);
    }
}

/* ---- bytes ----------------------------------------------------------------------------------- */

static void on_bytes(struct evbuffer *buffer, const struct evbuffer_cb_info *info, void *context)
{
    struct connection *c = context;
    (void)buffer;
    c->took += info->n_added;
    c->server->held += info->n_added;
    c->server->metrics.received_bytes += info->n_added;
    if (c->counted &&
        ((!c->peer.has_peer && c->took > UNPROVEN_BYTES_MAX) || c->server->held > HELD_BYTES_MAX)) {
        log_info("a connection sent too much and is closed");
        hang_up(c, CLOSED_BYTES);
    }
}

/* ---- accepting ------------------------------------------------------------------------------- */

/* NULL: no memory. */
static struct connection *new_connection(struct server *s, SSL **ssl_out)
{
    struct connection *c = calloc(1, sizeof(*c));
    SSL *ssl = c == NULL ? NULL : SSL_new(s->ctx);
    if (ssl == NULL) {
        free(c);
        return NULL;
    }
    c->server = s;
    c->deadline = evtimer_new(s->base, on_deadline, c);
    if (c->deadline == NULL || SSL_set_app_data(ssl, c) != 1 ||
        SSL_set_ex_data(ssl, s->place, c) != 1) {
        if (c->deadline != NULL) {
            event_free(c->deadline);
        }
        free(c);
        SSL_free(ssl);
        return NULL;
    }
    SSL_set_info_callback(ssl, on_tls);
    *ssl_out = ssl;
    return c;
}

static struct bufferevent *open_connection(struct server *s)
{
    SSL *ssl = NULL;
    struct connection *c = new_connection(s, &ssl);
    if (c == NULL) {
        return NULL;
    }
    /* From here on SSL_free undoes it all. */
    c->bev = bufferevent_openssl_socket_new(s->base, -1, ssl, BUFFEREVENT_SSL_ACCEPTING,
                                            BEV_OPT_CLOSE_ON_FREE);
    if (c->bev == NULL) {
        SSL_free(ssl);
        return NULL;
    }
    bufferevent_openssl_set_allow_dirty_shutdown(c->bev, 1);
    if (evbuffer_add_cb(bufferevent_get_input(c->bev), on_bytes, c) == NULL) {
        bufferevent_free(c->bev);
        return NULL;
    }
    if (s->connections >= s->options->connections_max) {
        make_room(s);
    }
    c->counted = true;
    s->connections++;
    s->metrics.accepted++;
    put_into(c, LIST_SILENT);
    set_deadline(c, s->options->first_deadline_s);
    return c->bev;
}

static void on_hang_up(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    connection_hang_up(context);
}

/*
 * NULL would make evhttp serve plain text (seen on 2.1.12), so when there is no memory for TLS the
 * answer is a connection that hears nothing and is hung up at once.
 */
struct bufferevent *connection_accept(struct event_base *base, void *server)
{
    struct bufferevent *bev = open_connection(server);
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

void connection_request_came(struct connection *c)
{
    (void)event_del(c->deadline); /* what follows is ours to hurry */
    put_into(c, LIST_NONE);
    if (!c->answering) {
        c->answering = true;
        server_answering(c->server, 1);
    }
}

void connection_answer_begins(struct connection *c, size_t size)
{
    set_deadline(c, c->server->options->next_deadline_s + (int64_t)(size / SLOWEST_BYTES_PER_S));
}

void connection_answered(struct connection *c)
{
    forget_bytes(c);
    if (c->counted) {
        put_into(c, c->peer.has_peer ? LIST_IDLE : LIST_SILENT);
    }
    if (c->answering) {
        c->answering = false;
        server_answering(c->server, -1);
    }
}
