/*
 * Whom the line believes: one authority takes the place of another (trust.h).
 *
 * Pure: what came is checked against what is held. It does not ask for it, nor store it.
 */
#ifndef TILL_LINE_TRUST_H
#define TILL_LINE_TRUST_H

#include "line_identity.h"

/* The statement that id holds; serial 0: none, or none of this host. */
struct trust line_trust_held(const struct line_identity *id, const struct sealer *host);

/*
 * Follow what GET /v1/trust gave. A new authority is believed where the statement key that we know
 * names it, one that we hold has signed it, and it certifies that same statement key; then those
 * that the statement does not name are dropped.
 *   host          the statement key, to check by
 *   identity_out  id with another bundle, statement certificate and statement; may not be id
 * TILL_UNCHANGED: nothing newer than what is held. TILL_E_SIGNATURE: not by that key under that
 * tag, or the certificates are not what it names. TILL_E_PROTOCOL: it can't be read.
 * TILL_AUTHORITY_GONE: it is the host's word, and none whom we hold vouches for whom it names.
 */
enum till_status line_trust_follow(const struct line_identity *id, const struct sealer *host,
                                   const struct trust_answer *answer,
                                   struct line_identity *identity_out) TILL_CHECKED;

/* The PEM of the one that is to certify us from now on; false: no statement is held. */
bool line_trust_newest(const struct line_identity *id, const struct trust *trust,
                       char pem_out[CRYPTO_CERT_PEM_MAX]);

#endif
