/*
 * The server's TLS: its context, and who the other side proved to be.
 */
#ifndef TILL_HOST_TLS_H
#define TILL_HOST_TLS_H

#include <openssl/ssl.h>

#include "api.h"
#include "sessions.h"

/* A context from DIR/tls.* and the authorities that stand; both freed by the caller, the context
 * first. TILL_E_CONFIG: files that don't fit, said in the log. */
enum till_status tls_open(const struct authority *authority, SSL_CTX **ctx_out,
                          struct sessions **sessions_out) TILL_CHECKED;

/* Fill has_peer, peer_name, peer_fingerprint and peer_until_s. No certificate, or one that
 * is not a terminal's of our authority: has_peer is false. One by an authority that was retired has
 * run out long ago. */
void tls_peer(SSL *ssl, const struct authority *authority, int64_t now_s,
              struct api_request *request);

#endif
