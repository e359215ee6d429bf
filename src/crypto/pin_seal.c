#include "pin_seal.h"

#include <assert.h>
#include <string.h>

#define TAG "fieldtill/pin/1"

enum { SALT_SIZE = sizeof((struct body_pin_changed){.rounds = 0}.salt) };

enum till_status pin_seal(const uint8_t secret[HASH_SIZE], const char *user, const uint8_t salt[16],
                          const uint8_t in[HASH_SIZE], uint8_t out[HASH_SIZE])
{
    uint8_t memory[sizeof(TAG) + USER_MAX + SALT_SIZE];
    uint8_t stream[HASH_SIZE];
    struct buffer bytes;
    assert(strnlen(user, USER_MAX) < USER_MAX);
    buffer_init(&bytes, memory, sizeof(memory));
    buffer_put_text(&bytes, TAG);
    buffer_put_text(&bytes, user);
    buffer_put(&bytes, salt, SALT_SIZE);
    enum till_status status = crypto_hmac((struct span){secret, HASH_SIZE},
                                          (struct span){bytes.data, bytes.size}, stream);
    for (size_t i = 0; i < HASH_SIZE && status == TILL_OK; i++) {
        out[i] = in[i] ^ stream[i];
    }
    crypto_wipe(stream, sizeof(stream));
    return status;
}
