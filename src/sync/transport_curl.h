/*
 * Transport over libcurl: HTTPS with TLS 1.3, one host, one kept connection, its
 * session resumed (tls_session.h).
 *
 * No CA of the system is trusted, no proxy of the environment used, no redirect followed.
 */
#ifndef TILL_TRANSPORT_CURL_H
#define TILL_TRANSPORT_CURL_H

#include "transport.h"

struct event_base;

/*
 *   base       the loop that calls done; it outlives the transport
 *   cert_path, key_path  the line certificate and its key, read at each handshake; copied
 * TILL_E_MEMORY; TILL_UNSUPPORTED: libcurl was built without OpenSSL.
 */
enum till_status transport_curl_open(struct event_base *base, const char *cert_path,
                                     const char *key_path,
                                     struct transport *transport_out) TILL_CHECKED;
/* Keep the TLS session in a file of this folder, so that it outlives the process. */
void transport_curl_keep_session(struct transport *transport, const char *folder);

#endif
