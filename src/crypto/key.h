/*
 * Keys, between the back ends and the shared part. Each back end defines struct crypto_key.
 */
#ifndef TILL_KEY_H
#define TILL_KEY_H

#include "crypto.h"

/* Can it sign? */
bool key_is_private(const struct crypto_key *key);

#endif
