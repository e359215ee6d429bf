#include "crypto.h"
#include "key.h"

static enum till_status digest(void *context, struct span bytes, uint8_t hash_out[HASH_SIZE])
{
    (void)context;
    return crypto_sha256(bytes, hash_out);
}

static enum till_status digest_each(void *context, const uint8_t *bytes, const uint16_t *sizes,
                                    size_t count, uint8_t (*hashes_out)[HASH_SIZE])
{
    (void)context;
    return crypto_sha256_each(bytes, sizes, count, hashes_out);
}

static enum till_status sign(void *context, const uint8_t hash[HASH_SIZE],
                             uint8_t signature_out[SIGNATURE_SIZE])
{
    return crypto_sign(context, hash, signature_out);
}

static enum till_status verify(void *context, const uint8_t hash[HASH_SIZE],
                               const uint8_t signature[SIGNATURE_SIZE])
{
    return crypto_verify(context, hash, signature);
}

void crypto_sealer(struct sealer *sealer_out, struct crypto_key *key)
{
    *sealer_out = (struct sealer){
        .context = key,
        .digest = digest,
        .digest_each = digest_each,
        .sign = key_is_private(key) ? sign : NULL,
        .verify = verify,
    };
}
