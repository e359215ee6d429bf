#include "seal.h"

#include <assert.h>
#include <string.h>

#include "key.h"
#include "seal_parts.h"
#include "text.h"

enum { MAGIC_SIZE = 8, VERSION_AT = 6 };

static const uint8_t magic[MAGIC_SIZE] = "FTSEAL1\n";
static const char info_tag[] = "fieldtill/seal/1";

void seal_key_id(const uint8_t point[PUBLIC_KEY_SIZE], uint8_t id_out[SEAL_KEY_ID_SIZE])
{
    uint8_t hash[HASH_SIZE] = {0};
    enum till_status status = crypto_sha256((struct span){point, PUBLIC_KEY_SIZE}, hash);
    assert(status == TILL_OK);
    memcpy(id_out, hash, SEAL_KEY_ID_SIZE);
}

/* RFC 5869 with no salt; two blocks make 64 bytes, of which 44 are taken. */
static enum till_status derive(const uint8_t secret[SEAL_SECRET_SIZE],
                               const uint8_t point[PUBLIC_KEY_SIZE],
                               const uint8_t receiver[PUBLIC_KEY_SIZE], struct seal_keys *keys_out)
{
    static const uint8_t no_salt[HASH_SIZE];
    enum { INFO_SIZE = sizeof info_tag - 1 + 2 * PUBLIC_KEY_SIZE };
    uint8_t prk[HASH_SIZE];
    uint8_t block[HASH_SIZE + INFO_SIZE + 1];
    uint8_t first[HASH_SIZE];
    uint8_t second[HASH_SIZE];
    uint8_t *info = block + HASH_SIZE;
    memcpy(info, info_tag, sizeof info_tag - 1);
    memcpy(info + sizeof info_tag - 1, point, PUBLIC_KEY_SIZE);
    memcpy(info + sizeof info_tag - 1 + PUBLIC_KEY_SIZE, receiver, PUBLIC_KEY_SIZE);
    info[INFO_SIZE] = 1;
    struct span salt = {no_salt, sizeof no_salt};
    struct span prk_span = {prk, sizeof prk};
    enum till_status status = crypto_hmac(salt, (struct span){secret, SEAL_SECRET_SIZE}, prk);
    if (status == TILL_OK) {
        status = crypto_hmac(prk_span, (struct span){info, INFO_SIZE + 1}, first);
    }
    if (status == TILL_OK) {
        memcpy(block, first, HASH_SIZE);
        info[INFO_SIZE] = 2;
        status = crypto_hmac(prk_span, (struct span){block, sizeof block}, second);
    }
    if (status == TILL_OK) {
        memcpy(keys_out->key, first, sizeof keys_out->key);
        memcpy(keys_out->nonce, second, sizeof keys_out->nonce);
    }
    crypto_wipe(prk, sizeof prk);
    crypto_wipe(block, sizeof block);
    crypto_wipe(first, sizeof first);
    crypto_wipe(second, sizeof second);
    return status;
}

static enum till_status agree_and_derive(struct crypto_key *own,
                                         const uint8_t other[PUBLIC_KEY_SIZE],
                                         const uint8_t point[PUBLIC_KEY_SIZE],
                                         const uint8_t receiver[PUBLIC_KEY_SIZE],
                                         struct seal_keys *keys_out)
{
    uint8_t secret[SEAL_SECRET_SIZE];
    enum till_status status = seal_agree(own, other, secret);
    if (status == TILL_OK) {
        status = derive(secret, point, receiver, keys_out);
    }
    crypto_wipe(secret, sizeof secret);
    return status;
}

enum till_status crypto_seal(const uint8_t receiver[PUBLIC_KEY_SIZE], const char *label,
                             struct span plain, struct buffer *out)
{
    size_t label_size = strnlen(label, SEAL_LABEL_MAX + 1);
    size_t begin = out->size;
    uint8_t id[SEAL_KEY_ID_SIZE];
    uint8_t point[PUBLIC_KEY_SIZE];
    struct seal_keys keys;
    struct crypto_key *once = NULL;
    if (label_size > SEAL_LABEL_MAX || !text_is_clean(label, label_size)) {
        return TILL_BAD_INPUT;
    }
    if (plain.size > SEAL_PLAIN_MAX ||
        out->capacity - out->size < SEAL_OVERHEAD + label_size + plain.size) {
        return TILL_TOO_LARGE;
    }
    enum till_status status = crypto_key_create(&once);
    if (status != TILL_OK) {
        return status;
    }
    crypto_key_public(once, point);
    status = agree_and_derive(once, receiver, point, receiver, &keys);
    crypto_key_free(once);
    if (status != TILL_OK) {
        return status;
    }
    seal_key_id(receiver, id);
    buffer_put(out, magic, sizeof magic);
    buffer_put(out, id, sizeof id);
    buffer_put_u8(out, (uint8_t)label_size);
    buffer_put(out, label, label_size);
    buffer_put(out, point, sizeof point);
    assert(!out->overflow);
    struct span open = {out->data + begin, out->size - begin};
    status = seal_encrypt(&keys, open, plain, out->data + out->size);
    crypto_wipe(&keys, sizeof keys);
    out->size = status == TILL_OK ? out->size + plain.size + SEAL_TAG_SIZE : begin;
    return status;
}

enum till_status seal_read_header(struct span sealed, struct seal_header *header_out)
{
    struct reader r;
    struct seal_header h = {0};
    reader_init(&r, sealed);
    struct span begin = reader_take(&r, MAGIC_SIZE);
    if (r.failed || memcmp(begin.data, magic, VERSION_AT) != 0) {
        return TILL_E_PROTOCOL;
    }
    if (memcmp(begin.data, magic, MAGIC_SIZE) != 0) {
        return TILL_UNSUPPORTED;
    }
    struct span id = reader_take(&r, SEAL_KEY_ID_SIZE);
    size_t label_size = reader_u8(&r);
    if (r.failed || label_size > SEAL_LABEL_MAX) {
        return TILL_E_PROTOCOL;
    }
    struct span label = reader_take(&r, label_size);
    struct span point = reader_take(&r, PUBLIC_KEY_SIZE);
    if (r.failed || r.left.size < SEAL_TAG_SIZE || point.data[0] != 0x04 ||
        !text_is_clean((const char *)label.data, label.size)) {
        return TILL_E_PROTOCOL;
    }
    if (r.left.size - SEAL_TAG_SIZE > SEAL_PLAIN_MAX) {
        return TILL_TOO_LARGE;
    }
    memcpy(h.key_id, id.data, SEAL_KEY_ID_SIZE);
    memcpy(h.label, label.data, label.size);
    h.sealed = r.left;
    h.open_size = sealed.size - r.left.size;
    *header_out = h;
    return TILL_OK;
}

enum till_status crypto_unseal(struct crypto_key *key, struct span sealed, struct buffer *plain_out)
{
    struct seal_header h;
    struct seal_keys keys;
    uint8_t receiver[PUBLIC_KEY_SIZE];
    uint8_t id[SEAL_KEY_ID_SIZE];
    assert(key_is_private(key));
    enum till_status status = seal_read_header(sealed, &h);
    if (status != TILL_OK) {
        return status;
    }
    crypto_key_public(key, receiver);
    seal_key_id(receiver, id);
    if (memcmp(id, h.key_id, sizeof id) != 0) {
        return TILL_REFUSED;
    }
    size_t size = h.sealed.size - SEAL_TAG_SIZE;
    if (plain_out->capacity - plain_out->size < size) {
        return TILL_TOO_LARGE;
    }
    const uint8_t *point = sealed.data + h.open_size - PUBLIC_KEY_SIZE;
    status = agree_and_derive(key, point, point, receiver, &keys);
    if (status != TILL_OK) {
        return status == TILL_E_CRYPTO ? TILL_E_SIGNATURE : status;
    }
    status = seal_decrypt(&keys, (struct span){sealed.data, h.open_size}, h.sealed,
                          plain_out->data + plain_out->size);
    crypto_wipe(&keys, sizeof keys);
    if (status == TILL_OK) {
        plain_out->size += size;
    }
    return status;
}
