/*
 * How long the certificates hold that terminals believe this host by. When one has run out, every
 * terminal stops sending on the same day; so it is said long before.
 */
#ifndef TILL_HOST_VALIDITY_H
#define TILL_HOST_VALIDITY_H

#include "authority.h"

enum { VALIDITY_WARNED_S = 90 * 86400 }; /* said daily from then on */

/* Seconds since 1970; 0: it can't be read. */
struct validity {
    int64_t server_s;    /* DIR/tls.pem */
    int64_t statement_s; /* what signs heads, books and orders */
    int64_t authority_s; /* of all that stand, the one that is in force */
};

/* Reads files. */
void validity_read(const struct authority *authority, struct validity *out);
/* Has the one that terminals connect by run out? */
bool validity_is_over(const struct validity *v, int64_t now_s);
/* To the log: what has run out, and what will within VALIDITY_WARNED_S, with what to do. */
void validity_say(const struct validity *v, int64_t now_s);

#endif
