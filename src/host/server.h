/*
 * The HTTPS server: libevent's evhttp over OpenSSL, TLS 1.3 alone.
 *
 * It knows connections, certificates and limits; what is asked is api.h's. One loop on the caller's
 * thread takes bytes in and gives them out; what blocks is done by workers behind it, each with an
 * api of its own (workers.h).
 *
 * A client certificate is asked for and may be missing; one that is shown must be ours.
 *
 * Nobody starves anybody: a request has a deadline from its first byte to its last; where there are
 * too many connections a newcomer takes the place of the one that has proved nothing for longest,
 * then of the terminal that was silent for longest; an address holds only so many that have proved
 * nothing, a terminal only so many at all; a terminal has a share of requests and of batches a
 * minute. Without a certificate only as many bytes are taken as an enrolment needs.
 */
#ifndef TILL_HOST_SERVER_H
#define TILL_HOST_SERVER_H

#include "api.h"

struct server_options {
    const char *listen;       /* "127.0.0.1:8443", "[::]:8443"; port 0: a free one */
    const char *watch;        /* where figures are given, in plain HTTP: an address of this machine
                               * alone; "" = nowhere */
    int connections_max;      /* at least 1 */
    int first_deadline_s;     /* handshake and first request */
    int next_deadline_s;      /* from an answer to the end of the next request */
    int unproven_max;         /* connections of one address without a certificate; 0 = no end */
    int terminal_max;         /* connections of one terminal; 0 = no end */
    int requests_per_minute;  /* of one terminal, batches included; 0 = no end */
    int batches_per_minute;   /* of one terminal; 0 = no end */
    int anonymous_per_minute; /* requests of one address without a certificate; 0 = no end */
    int waiting_max;          /* requests that may wait for a worker; at least 1 */
    struct store *sessions; /* to keep TLS sessions in, a handle that nobody else uses; NULL = they
                             * end with the process */
    void (*ready)(void *context, const char *url);    /* once, when it listens */
    void (*watching)(void *context, const char *url); /* once, where figures are given */
    void *context;
};
/* What holds where nothing is said. */
void server_defaults(struct server_options *options_out);

/*
 * Serve until SIGTERM or SIGINT; requests that are on their way are answered first (at most ten
 * seconds).
 *   apis  one for each worker, count of them (1 … WORKERS_MAX): none shares a store with another
 * TILL_BAD_INPUT: no address. TILL_E_IO: can't listen there. TILL_E_CONFIG: keys of the server
 * that don't fit.
 */
enum till_status server_run(const struct server_options *options, struct api *const *apis,
                            size_t count) TILL_CHECKED;

#endif
