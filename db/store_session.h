/*
 * The host's store, continued: TLS sessions, so that they outlive a host process and are known to
 * all of them. What the body is, and how it is sealed, is src/host/sessions'. Losing any costs a
 * whole handshake and no more.
 *
 * Transactions, threads and strings as in store.h.
 */
#ifndef TILL_STORE_SESSION_H
#define TILL_STORE_SESSION_H

#include "store.h"

enum { STORE_SESSION_ID_MAX = 32, STORE_SESSION_BODY_MAX = 2048 };
struct store_session {
    int64_t n; /* counts up over all of them; the store's to give */
    int64_t until_s;
    size_t id_size, body_size;
    uint8_t id[STORE_SESSION_ID_MAX];
    uint8_t body[STORE_SESSION_BODY_MAX];
};
/* One that is there already stays as it is. TILL_BAD_INPUT: a size of 0 or over its limit. */
enum till_status store_session_put(struct store *s, const struct store_session *v) TILL_CHECKED;
/* The first with n above `after`; TILL_NOT_FOUND past the end. */
enum till_status store_session_next(struct store *s, int64_t after,
                                    struct store_session *out) TILL_CHECKED;
/* Forget those that are over, and all but the newest `keep`. */
enum till_status store_session_tidy(struct store *s, int64_t now_s, int64_t keep) TILL_CHECKED;
/* 0: there are none. */
enum till_status store_session_last(struct store *s, int64_t *n_out) TILL_CHECKED;

#endif
