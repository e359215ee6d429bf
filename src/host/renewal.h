/*
 * New line certificates for terminals that are enrolled, asked for with the old one.
 *
 * The old one stays in force until the new one is used: an answer that was lost costs nothing. One
 * that has run out is renewed only while the office allows it, for somebody may have found the
 * device in a drawer. It knows keys and the store; it does not know the line.
 */
#ifndef TILL_HOST_RENEWAL_H
#define TILL_HOST_RENEWAL_H

#include "authority.h"
#include "enrol.h"
#include "store.h"

enum { RENEWAL_ALLOWED_S = 7 * 86400 };

/*
 * Certify a new line key, and keep the certificate beside the one in force. The same key again: the
 * same certificate.
 *   t    who asks, authorised by the certificate in force
 *   r->csr        PKCS#10 with the terminal's number, by a key that is neither its journal's nor in
 *                 force
 *   r->authority  who is to certify it; left out: the one in force
 * TILL_E_PROTOCOL: it is not that. TILL_NOT_FOUND: no such authority stands. TILL_BUSY: the
 * authority's key is away.
 */
enum till_status renewal_desk(struct store *s, const struct authority *a,
                              const struct store_terminal *t, const struct renew_request *r,
                              int64_t now_s, char pem_out[CRYPTO_CERT_PEM_MAX]) TILL_CHECKED;
/* Is it the fingerprint of the certificate that was renewed to? Then that one is in force from now
 * on, durably, and *t with it. */
bool renewal_take(struct store *s, struct store_terminal *t, const uint8_t fingerprint[HASH_SIZE]);

/* Within a transaction: the terminal may renew though its certificate has run out. */
enum till_status renewal_allow(struct store *s, const char *terminal, int64_t now_s) TILL_CHECKED;
bool renewal_is_allowed(struct store *s, const char *terminal, int64_t now_s);

#endif
