/*
 * Transport: one HTTP request at a time to one host, and its answer.
 *
 * A struct of function pointers, so that the machine's tests need no network. It knows TLS, sizes
 * and deadlines; it does not know what is in a body, nor when to try again.
 *
 * Threads: one, that of the event loop. Memory: the request and what it points to are copied or
 * used before start returns, except body and authority_pem, which must live until done or cancel.
 */
#ifndef TILL_TRANSPORT_H
#define TILL_TRANSPORT_H

#include "bytes.h"

enum { TRANSPORT_PATH_MAX = 160 };

struct transport_request {
    const char *url; /* https://host:port */
    char path[TRANSPORT_PATH_MAX];
    bool is_post;
    struct span body;
    const char *content_type;  /* of the body; NULL without one */
    const char *terminal;      /* header Fieldtill-Terminal; NULL = none */
    const char *authority_pem; /* the only CA that is trusted; NULL: nobody is checked, and what
                                  comes is public data that proves itself */
    bool with_certificate;     /* show the line certificate */
    bool ignore_dates;         /* this device's clock is known to be wrong: check chain and name */
    uint32_t deadline_ms;      /* for the whole exchange; 0: as long as bytes keep coming */
    uint64_t answer_max;       /* bytes; a larger answer is cut off: TILL_E_PROTOCOL */
    const char
        *file; /* NULL: the answer stays in memory; else the body of a 200 or 206 goes there */
    /* Only a piece, from this byte on (Range): a 206 is laid at that place of the file, whose rest
     * is cut off. A host that gives all instead answers 200. piece 0: all is asked for. */
    uint64_t from, piece;
};

struct transport_answer {
    /*
     * TILL_OK: an HTTP answer came whole; `http` says which.
     * TILL_NO_NETWORK: no way to the host. TILL_TIMEOUT: no or only half an answer.
     * TILL_WRONG_HOST: its certificate is not of the authority, or not for its name.
     * TILL_CLOCK_WRONG: its certificate's dates do not fit the clock.
     * TILL_CERT_EXPIRED, TILL_REFUSED: it turned our certificate down in the handshake.
     * TILL_LOGIN_PAGE: what answered does not speak TLS (a captive portal).
     * TILL_E_PROTOCOL: it speaks TLS and not HTTP as it should.
     */
    enum till_status status;
    int http;           /* 200, 404 … */
    struct span body;   /* valid during done only; empty where it went to the file */
    uint64_t body_size; /* also of what went to the file */
    uint64_t bytes;     /* both ways, with what TLS, TCP and IP add; estimated */
};

typedef void transport_done(void *context, const struct transport_answer *answer);

struct transport {
    void *context;
    /* TILL_OK: done will be called once, from the loop, never before start returned. One request at
     * a time. Does not block. */
    enum till_status (*start)(void *context, const struct transport_request *request,
                              transport_done *done, void *done_context);
    /* Forget the running request, if any, without done; close every connection at once. */
    void (*cancel)(void *context);
    void (*close)(void *context);
};

#endif
