/*
 * A sealer without ciphers: fast and repeatable, for tests of storage alone. It proves nothing.
 */
#ifndef TILL_FAKE_SEALER_H
#define TILL_FAKE_SEALER_H

#include <stdatomic.h>

#include "chain.h"
#include "journal.h"

/* public_key[1] tells keys apart: a signature fits only the key that made it. */
struct fake_key {
    uint8_t public_key[PUBLIC_KEY_SIZE];
    atomic_uint digests; /* how often each was asked; this one by several threads */
    unsigned signatures, verifications;
};

void fake_key_make(struct fake_key *key, uint8_t number);
/* The key must outlive the sealer. */
struct sealer fake_sealer(struct fake_key *key);
/* Knows one key, *key: TILL_E_CRYPTO for another public key. */
struct journal_verifier fake_verifier(struct fake_key *key);

#endif
