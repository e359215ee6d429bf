/* Any text as a head, a manifest, orders and word on the authorities, past the signature: what is
 * read is written alike. */
#include "statement.h"
#include "fuzz.h"
#include "trust.h"

/* Every signature passes, so that the record behind it is reached. */
static enum till_status digest(void *context, struct span bytes, uint8_t hash_out[HASH_SIZE])
{
    (void)context;
    (void)bytes;
    memset(hash_out, 0, HASH_SIZE);
    return TILL_OK;
}

static enum till_status sign(void *context, const uint8_t hash[HASH_SIZE],
                             uint8_t signature_out[SIGNATURE_SIZE])
{
    memcpy(signature_out, context, SIGNATURE_SIZE);
    (void)hash;
    return TILL_OK;
}

static uint8_t last_signature[SIGNATURE_SIZE];

static enum till_status verify(void *context, const uint8_t hash[HASH_SIZE],
                               const uint8_t signature[SIGNATURE_SIZE])
{
    (void)hash;
    memcpy(context, signature, SIGNATURE_SIZE);
    return TILL_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct sealer sealer = {
        .context = last_signature, .digest = digest, .sign = sign, .verify = verify};
    uint8_t memory[STATEMENT_MAX];
    struct buffer out;
    struct head head;
    struct book_manifest manifest;
    struct orders orders;
    struct trust trust;
    struct span text = {data, size};
    if (head_read(&sealer, text, &head) == TILL_OK) {
        buffer_init(&out, memory, sizeof(memory));
        assert(head_write(&sealer, &head, &out) == TILL_OK);
        assert(out.size == size && memcmp(memory, data, size) == 0);
    }
    if (manifest_read(&sealer, text, &manifest) == TILL_OK) {
        buffer_init(&out, memory, sizeof(memory));
        assert(manifest_write(&sealer, &manifest, &out) == TILL_OK);
        assert(out.size == size && memcmp(memory, data, size) == 0);
    }
    if (orders_read(&sealer, text, &orders) == TILL_OK) {
        buffer_init(&out, memory, sizeof(memory));
        assert(orders_write(&sealer, &orders, &out) == TILL_OK);
        assert(out.size == size && memcmp(memory, data, size) == 0);
    }
    if (trust_read(&sealer, text, &trust) == TILL_OK) {
        buffer_init(&out, memory, sizeof(memory));
        assert(trust_write(&sealer, &trust, &out) == TILL_OK);
        assert(out.size == size && memcmp(memory, data, size) == 0);
    }
    return 0;
}
