/*
 * What the parts of the server share: the loop (server.c), connections and who may have one
 * (connections.c), requests and their answers (requests.c). For them alone.
 */
#ifndef TILL_HOST_SERVER_INSIDE_H
#define TILL_HOST_SERVER_INSIDE_H

#include <sys/queue.h>

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>

#include "metrics.h"
#include "quota.h"
#include "server.h"
#include "tls.h"
#include "workers.h"

TAILQ_HEAD(connections, connection);

struct server {
    const struct server_options *options;
    const struct api *api; /* of the loop: its authority alone is used */
    struct event_base *base;
    struct evhttp *http;
    struct evconnlistener *listener;
    SSL_CTX *ctx;
    struct sessions *sessions;
    struct workers *workers;
    struct event *done;
    struct event *pause;
    struct event *on_term, *on_int, *drained;
    struct quota *unproven;    /* by address: connections, and requests without a certificate */
    struct quota *requests;    /* by terminal: connections and requests */
    struct quota *batches;     /* by terminal */
    struct connections silent; /* without a certificate, the oldest first */
    struct connections idle;   /* with one and without a request, the longest silent first */
    int connections;           /* not hung up yet */
    size_t held;               /* bytes of requests that are not answered */
    int answering;             /* requests with a worker, and answers on their way */
    struct metrics metrics;
    struct evhttp *watch;
    struct event *alive; /* words to the service manager */
    struct event *daily; /* words of certificates that will run out */
    struct validity validity;
    struct metrics_store figures;
    int64_t figures_at_ms; /* 0: not yet */
    int place;             /* of struct connection in an SSL's extra data */
    bool draining;
};

enum connection_list { LIST_NONE, LIST_SILENT, LIST_IDLE };

/* Lives exactly as long as the SSL object that it hangs on. */
struct connection {
    struct server *server;
    struct bufferevent *bev;
    struct event *deadline;
    enum connection_list list;
    TAILQ_ENTRY(connection) link;
    bool counted; /* in server->connections: not hung up */
    bool answering;
    bool known;                   /* the peer below was worked out */
    char address[QUOTA_NAME_MAX]; /* "" until the handshake begins */
    bool holds_address, holds_terminal;
    size_t took; /* bytes since the last answer */
    struct api_request peer;
};

/* ---- connections.c --------------------------------------------------------------------------- */

/* For evhttp and OpenSSL. */
struct bufferevent *connection_accept(struct event_base *base, void *server);
void connection_on_ssl_free(void *parent, void *pointer, CRYPTO_EX_DATA *data, int index,
                            long number, void *context);
/* Of a bufferevent that evhttp gives; NULL: it was none of ours. */
struct connection *connection_of(const struct server *s, struct bufferevent *bev);
/* Nothing is freed under evhttp's feet: it tidies up behind a connection that ends. */
void connection_hang_up(struct bufferevent *bev);
/* A request is whole; its answer is out. */
void connection_request_came(struct connection *c);
void connection_answer_begins(struct connection *c, size_t size);
void connection_answered(struct connection *c);

/* ---- requests.c ------------------------------------------------------------------------------ */

/* For evhttp. */
void request_came(struct evhttp_request *req, void *server);

/* ---- watch.c --------------------------------------------------------------------------------- */

/* The page for those who watch, and words to the service manager. TILL_BAD_INPUT: no address of
 * this machine alone. */
enum till_status watch_open(struct server *s) TILL_CHECKED;
void watch_close(struct server *s);

/* ---- server.c -------------------------------------------------------------------------------- */

void server_answering(struct server *s, int change);
int64_t server_now_ms(void);

#endif
