/*
 * The host's key pair for sticks: what terminals seal to, and what opens it.
 *
 *   DIR/stick.key       the key, made when it is first needed
 *   DIR/stick.old.key   one before it, where it was changed: opens what was sealed earlier
 *
 * It signs nothing and is in no certificate; terminals learn it by a statement.
 */
#ifndef TILL_HOST_STICK_TRUST_H
#define TILL_HOST_STICK_TRUST_H

#include "authority.h"

struct stick_trust {
    struct crypto_key *key;
    struct crypto_key *old; /* NULL: none */
    int64_t at_s;           /* when the key was made */
};

/* TILL_E_IO, TILL_E_CRYPTO: a file is there and is no key. */
enum till_status stick_trust_open(const char *dir, struct stick_trust *out) TILL_CHECKED;
void stick_trust_close(struct stick_trust *t);

/* What terminals fetch: signed. */
enum till_status stick_trust_statement(const struct stick_trust *t, const struct sealer *statement,
                                       struct buffer *out) TILL_CHECKED;
/* Open what was sealed for either key. Statuses of crypto_unseal. */
enum till_status stick_trust_unseal(const struct stick_trust *t, struct span sealed,
                                    struct buffer *plain_out) TILL_CHECKED;

#endif
