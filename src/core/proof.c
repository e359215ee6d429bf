#include "proof.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

enum {
    TEXT_SCANNED_MAX = 1024, /* what a scanner may give; a proof is far below */
    AT_MAX_BYTES = 5,
    URL_MAX = 63,
    /* version, length of terminal, seq, at_s, kind, prev, signature, length of body */
    FIXED_BYTES = 1 + 1 + 4 + AT_MAX_BYTES + 2 + HASH_SIZE + SIGNATURE_SIZE + 1
};

#define AT_MAX_S ((INT64_C(1) << (8 * AT_MAX_BYTES)) - 1)

static size_t base32_size(size_t bytes)
{
    return (bytes * 8 + 4) / 5;
}

size_t proof_url_max(const char *terminal)
{
    size_t largest = base32_size(FIXED_BYTES + strlen(terminal) + ENTRY_RECEIPT_BODY_MAX);
    assert(largest < PROOF_CHARACTERS_MAX);
    size_t room = PROOF_CHARACTERS_MAX - largest;
    return room < URL_MAX ? room : URL_MAX;
}

static void put_proof(const struct proof *proof, struct buffer *out)
{
    const struct entry *e = &proof->entry;
    buffer_put_u8(out, PROOF_VERSION);
    buffer_put_u8(out, (uint8_t)strlen(proof->terminal));
    buffer_put_text(out, proof->terminal);
    buffer_put_u32(out, (uint32_t)e->seq);
    buffer_put_u8(out, (uint8_t)((uint64_t)e->at_s >> 32));
    buffer_put_u32(out, (uint32_t)e->at_s);
    buffer_put_u16(out, e->kind);
    buffer_put(out, proof->prev, HASH_SIZE);
    buffer_put(out, e->signature, SIGNATURE_SIZE);
    buffer_put_u8(out, (uint8_t)e->body_size);
    buffer_put(out, e->body, e->body_size);
}

enum till_status proof_write(const char *url, const struct proof *proof, char out[PROOF_TEXT_MAX])
{
    const struct entry *e = &proof->entry;
    assert(terminal_is_valid(proof->terminal));
    size_t url_size = strnlen(url, URL_MAX + 1);
    if (e->body_size > ENTRY_RECEIPT_BODY_MAX || e->seq > UINT32_MAX || e->at_s < 0 ||
        e->at_s > AT_MAX_S || url_size > URL_MAX) {
        return TILL_TOO_LARGE;
    }
    uint8_t memory[PROOF_BYTES_MAX];
    struct buffer bytes;
    buffer_init(&bytes, memory, sizeof(memory));
    put_proof(proof, &bytes);
    assert(!bytes.overflow);
    if (url_size + base32_size(bytes.size) > PROOF_CHARACTERS_MAX) {
        return TILL_TOO_LARGE;
    }
    memcpy(out, url, url_size);
    base32_encode((struct span){bytes.data, bytes.size}, out + url_size);
    return TILL_OK;
}

/* Without the address before it and the line end that scanners add. */
static struct span trim(const char *text, size_t size)
{
    while (size > 0 && isspace((unsigned char)text[size - 1])) {
        size--;
    }
    size_t from = size;
    while (from > 0 && text[from - 1] != '/') {
        from--;
    }
    return (struct span){(const uint8_t *)text + from, size - from};
}

static void take_text(struct reader *r, char *out, size_t capacity)
{
    struct span taken = reader_take(r, reader_u8(r));
    if (taken.size >= capacity) {
        r->failed = true;
    } else if (taken.size > 0) {
        memcpy(out, taken.data, taken.size);
    }
}

static void take_bytes(struct reader *r, uint8_t *out, size_t size)
{
    struct span taken = reader_take(r, size);
    if (taken.size == size) {
        memcpy(out, taken.data, size);
    }
}

enum till_status proof_read(const char *text, size_t size, struct proof *proof_out)
{
    *proof_out = (struct proof){0};
    struct entry *e = &proof_out->entry;
    uint8_t memory[PROOF_BYTES_MAX];
    size_t bytes = 0;
    if (size > TEXT_SCANNED_MAX) {
        return TILL_E_PROTOCOL;
    }
    struct span code = trim(text, size);
    if (base32_decode((const char *)code.data, code.size, memory, sizeof(memory), &bytes) !=
        TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    struct reader r;
    reader_init(&r, (struct span){memory, bytes});
    uint8_t version = reader_u8(&r);
    take_text(&r, proof_out->terminal, sizeof(proof_out->terminal));
    e->seq = reader_u32(&r);
    e->at_s = (int64_t)reader_u8(&r) << 32;
    e->at_s |= (int64_t)reader_u32(&r);
    e->kind = reader_u16(&r);
    take_bytes(&r, proof_out->prev, HASH_SIZE);
    take_bytes(&r, e->signature, SIGNATURE_SIZE);
    struct span body = reader_take(&r, reader_u8(&r));
    bool whole = !r.failed && r.left.size == 0 && body.size <= ENTRY_RECEIPT_BODY_MAX;
    if (!whole || version != PROOF_VERSION || e->seq == 0 ||
        !terminal_is_valid(proof_out->terminal)) {
        return TILL_E_PROTOCOL;
    }
    if (body.size > 0) {
        memcpy(e->body, body.data, body.size);
    }
    e->body_size = (uint16_t)body.size;
    /* A kind that is newer than this software is still a proof. */
    return entry_check_body(e) == TILL_E_PROTOCOL ? TILL_E_PROTOCOL : TILL_OK;
}

enum till_status proof_verify(const struct sealer *sealer, struct proof *proof)
{
    enum till_status status =
        chain_hash(sealer, proof->terminal, &proof->entry, proof->prev, proof->entry.hash);
    if (status != TILL_OK) {
        return status;
    }
    return sealer->verify(sealer->context, proof->entry.hash, proof->entry.signature);
}
