/*
 * TLS sessions that terminals resume: a table in memory behind OpenSSL's callbacks, kept in the
 * store, so that they outlive the process and are known to every process on that store.
 *
 * Stateful on purpose: a ticket that the device carries is then 32 bytes instead of a whole
 * certificate, and a resumed day costs a quarter on GPRS. A slot is named by the session's id,
 * which is random; a newcomer takes the slot. Lost sessions cost a full handshake and no more.
 *
 * In the store they lie sealed (AES-256-GCM) by a key made of DIR/tls.key: who reads the database
 * alone can't pose as a terminal. A thread of its own writes new ones every two seconds, all in one
 * transaction, and reads what other processes wrote: the loop never waits for a disk.
 */
#ifndef TILL_HOST_SESSIONS_H
#define TILL_HOST_SESSIONS_H

#include <openssl/ssl.h>

#include "files.h"
#include "store.h"

enum { SESSIONS_SLOTS = 8192, SESSIONS_DAYS = 7, SESSIONS_ROUND_MS = 2000 };

struct sessions;
/* Hook a table into ctx; it must outlive ctx's connections. TILL_E_MEMORY. */
enum till_status sessions_open(SSL_CTX *ctx, struct sessions **sessions_out) TILL_CHECKED;
/* Keep them in this store from now on, which no other thread touches until sessions_close; what
 * lies there is known when it returns. dir: where tls.key lies. */
enum till_status sessions_share(struct sessions *s, struct store *store,
                                const char *dir) TILL_CHECKED;
/* After ctx is freed. Writes what is not written yet. Wipes. */
void sessions_close(struct sessions *s);

#endif
