/*
 * The HTTPS server: libevent's evhttp over OpenSSL, TLS 1.3 alone.
 *
 * It knows connections, certificates and limits; what is asked is api.h's. One thread, one loop.
 * A client certificate is asked for and may be missing; one that is shown must be ours.
 *
 * Limits: connections (more wait in the kernel's queue), bytes of header and body, and a deadline
 * for each request from the first byte to the last, so that a slow trickle holds nothing for long.
 */
#ifndef TILL_HOST_SERVER_H
#define TILL_HOST_SERVER_H

#include "api.h"

struct server_options {
    const char *listen;   /* "127.0.0.1:8443", "[::]:8443"; port 0: a free one */
    int connections_max;  /* 0 = 512 */
    int first_deadline_s; /* handshake and first request; 0 = 120 */
    int next_deadline_s;  /* from an answer to the end of the next request; 0 = 300 */
    void (*ready)(void *context, const char *url); /* once, when it listens */
    void *context;
};

/*
 * Serve until SIGTERM or SIGINT; answers that are on their way are ended first (at most ten
 * seconds). TILL_BAD_INPUT: no address. TILL_E_IO: can't listen there. TILL_E_CONFIG: keys of the
 * server that don't fit.
 */
enum till_status server_run(const struct server_options *options,
                            const struct api *api) TILL_CHECKED;

#endif
