/*
 * The TLS session that the next connection resumes, kept over a restart: a third of the bytes of a
 * whole handshake.
 *
 * It knows OpenSSL's sessions and one file of mode 0600; it does not know curl. A session belongs
 * to one host, one authority and one certificate of ours; under any other nothing is offered. Only
 * connections whose host was checked give one. The host checks at each request whether the terminal
 * is still in force; here is checked that the host's certificate has not run out meanwhile, for a
 * resumed handshake shows none.
 *
 * Threads: one. Memory: one session, freed by tls_session_close.
 */
#ifndef TILL_TLS_SESSION_H
#define TILL_TLS_SESSION_H

#include <openssl/ssl.h>

#include "bytes.h"
#include "entry.h"
#include "line_files.h"

struct tls_session {
    char folder[LINE_FILES_PATH_MAX]; /* "" = nothing is kept over a restart */
    bool in_use;                      /* by the connection that is made next */
    bool ignore_dates;
    bool resumed;             /* the last handshake that ended did */
    uint8_t bound[HASH_SIZE]; /* host, authority and certificate of the session below */
    bool is_bound;
    SSL_SESSION *newest; /* NULL = none */
};

/* folder: where the file `session` lies; it lives as long as the folder. */
void tls_session_open(struct tls_session *s, const char *folder);
void tls_session_close(struct tls_session *s);

/* What the next connection is for. authority_pem NULL: the host is not checked, so nothing is
 * offered and nothing kept. cert_path: our certificate; NULL: none is shown, likewise. */
void tls_session_use(struct tls_session *s, const char *url, const char *authority_pem,
                     const char *cert_path, bool ignore_dates);
/* Take what connections of this context bring. TILL_E_MEMORY. */
enum till_status tls_session_hook(struct tls_session *s, SSL_CTX *ctx) TILL_CHECKED;
/* At the start of a handshake, and at its end. */
void tls_session_offer(struct tls_session *s, SSL *ssl);
void tls_session_made(struct tls_session *s, const SSL *ssl);

#endif
