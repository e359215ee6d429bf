#include "fake_sealer.h"

#include <string.h>

/* FNV-1a in 64 bits, four times from different offsets. */
static void fnv(struct span bytes, uint8_t salt, uint8_t hash_out[HASH_SIZE])
{
    for (uint8_t part = 0; part < HASH_SIZE / 8; part++) {
        uint64_t h = UINT64_C(14695981039346656037) ^ salt ^ ((uint64_t)part << 56);

        for (size_t i = 0; i < bytes.size; i++)
            h = (h ^ bytes.data[i]) * UINT64_C(1099511628211);
        for (int i = 0; i < 8; i++)
            hash_out[part * 8 + i] = (uint8_t)(h >> (8 * i));
    }
}

static enum till_status fake_digest(void *context, struct span bytes, uint8_t hash_out[HASH_SIZE])
{
    struct fake_key *key = context;

    key->digests++;
    fnv(bytes, 0, hash_out);
    return TILL_OK;
}

static void make_signature(const struct fake_key *key, const uint8_t hash[HASH_SIZE],
                           uint8_t signature_out[SIGNATURE_SIZE])
{
    uint8_t number = key->public_key[1];

    fnv((struct span){hash, HASH_SIZE}, number, signature_out);
    fnv((struct span){signature_out, HASH_SIZE}, number, signature_out + HASH_SIZE);
}

static enum till_status fake_sign(void *context, const uint8_t hash[HASH_SIZE],
                                  uint8_t signature_out[SIGNATURE_SIZE])
{
    struct fake_key *key = context;

    key->signatures++;
    make_signature(key, hash, signature_out);
    return TILL_OK;
}

static enum till_status fake_verify(void *context, const uint8_t hash[HASH_SIZE],
                                    const uint8_t signature[SIGNATURE_SIZE])
{
    struct fake_key *key = context;
    uint8_t expected[SIGNATURE_SIZE];

    key->verifications++;
    make_signature(key, hash, expected);
    return memcmp(signature, expected, SIGNATURE_SIZE) == 0 ? TILL_OK : TILL_E_SIGNATURE;
}

void fake_key_make(struct fake_key *key, uint8_t number)
{
    *key = (struct fake_key){.public_key = {0x04, number}};
}

struct sealer fake_sealer(struct fake_key *key)
{
    return (struct sealer){
        .context = key, .digest = fake_digest, .sign = fake_sign, .verify = fake_verify};
}

static enum till_status fake_sealer_for(void *context, const uint8_t public_key[PUBLIC_KEY_SIZE],
                                        struct sealer *sealer_out)
{
    struct fake_key *key = context;

    if (memcmp(public_key, key->public_key, PUBLIC_KEY_SIZE) != 0)
        return TILL_E_CRYPTO;
    *sealer_out = fake_sealer(key);
    return TILL_OK;
}

struct journal_verifier fake_verifier(struct fake_key *key)
{
    return (struct journal_verifier){.context = key, .sealer_for = fake_sealer_for};
}
