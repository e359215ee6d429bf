/*
 * TLS sessions that terminals resume: a table in memory, behind OpenSSL's callbacks.
 *
 * Stateful on purpose: a ticket that the device carries is then 32 bytes instead of a whole
 * certificate, and a resumed day costs a quarter on GPRS. A slot is named by the session's id,
 * which is random; a newcomer takes the slot. Lost sessions cost a full handshake and no more.
 */
#ifndef TILL_HOST_SESSIONS_H
#define TILL_HOST_SESSIONS_H

#include <openssl/ssl.h>

#include "status.h"

enum { SESSIONS_SLOTS = 8192, SESSIONS_DAYS = 7 };

struct sessions;
/* Hook a table into ctx; it must outlive ctx's connections. TILL_E_MEMORY. */
enum till_status sessions_open(SSL_CTX *ctx, struct sessions **sessions_out) TILL_CHECKED;
/* After ctx is freed. Wipes. */
void sessions_close(struct sessions *s);

#endif
