#include "chain.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* No terminator goes into the hash; the two differ within their first eleven bytes. */
static const char entry_tag[] = "fieldtill/entry/1";
static const char genesis_tag[] = "fieldtill/genesis/1";

static void put_terminal(struct buffer *out, const char *terminal)
{
    assert(terminal_is_valid(terminal));
    buffer_put_u8(out, (uint8_t)strlen(terminal));
    buffer_put_text(out, terminal);
}

void chain_preimage(const char *terminal, const struct entry *e, const uint8_t prev[HASH_SIZE],
                    struct buffer *out)
{
    assert(e->body_size <= ENTRY_BODY_MAX);
    buffer_put_text(out, entry_tag);
    put_terminal(out, terminal);
    buffer_put_u64(out, e->seq);
    buffer_put_u64(out, (uint64_t)e->at_s);
    buffer_put_u16(out, e->kind);
    buffer_put(out, prev, HASH_SIZE);
    buffer_put_u16(out, e->body_size);
    buffer_put(out, e->body, e->body_size);
}

enum till_status chain_genesis(const struct sealer *sealer, const char *terminal,
                               const uint8_t public_key[PUBLIC_KEY_SIZE],
                               const uint8_t authority[HASH_SIZE], uint8_t prev_out[HASH_SIZE])
{
    uint8_t memory[sizeof(genesis_tag) + TERMINAL_MAX + PUBLIC_KEY_SIZE + HASH_SIZE];
    struct buffer bytes;
    buffer_init(&bytes, memory, sizeof(memory));
    buffer_put_text(&bytes, genesis_tag);
    put_terminal(&bytes, terminal);
    buffer_put(&bytes, public_key, PUBLIC_KEY_SIZE);
    buffer_put(&bytes, authority, HASH_SIZE);
    assert(!bytes.overflow);
    return sealer->digest(sealer->context, (struct span){bytes.data, bytes.size}, prev_out);
}

enum till_status chain_hash(const struct sealer *sealer, const char *terminal,
                            const struct entry *e, const uint8_t prev[HASH_SIZE],
                            uint8_t hash_out[HASH_SIZE])
{
    uint8_t memory[CHAIN_PREIMAGE_MAX];
    struct buffer bytes;
    buffer_init(&bytes, memory, sizeof(memory));
    chain_preimage(terminal, e, prev, &bytes);
    assert(!bytes.overflow);
    return sealer->digest(sealer->context, (struct span){bytes.data, bytes.size}, hash_out);
}

enum till_status chain_seal(const struct sealer *sealer, const char *terminal, struct entry *e,
                            const uint8_t prev[HASH_SIZE])
{
    assert(sealer->sign != NULL);
    enum till_status status = chain_hash(sealer, terminal, e, prev, e->hash);
    if (status != TILL_OK) {
        return status;
    }
    return sealer->sign(sealer->context, e->hash, e->signature);
}

enum till_status chain_check(const struct sealer *sealer, const char *terminal,
                             const struct entry *e, const uint8_t prev[HASH_SIZE],
                             bool check_signature)
{
    uint8_t hash[HASH_SIZE];
    enum till_status status = chain_hash(sealer, terminal, e, prev, hash);
    if (status != TILL_OK) {
        return status;
    }
    if (memcmp(hash, e->hash, HASH_SIZE) != 0) {
        return TILL_E_CHAIN;
    }
    return check_signature ? sealer->verify(sealer->context, e->hash, e->signature) : TILL_OK;
}

void chain_check_code(const uint8_t hash[HASH_SIZE], char out[CHECK_CODE_MAX])
{
    (void)snprintf(out, CHECK_CODE_MAX, "%02x%02x %02x%02x", hash[0], hash[1], hash[2], hash[3]);
}
