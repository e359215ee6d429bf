#include "fake_mac.h"

#include <string.h>

static enum till_status sum(void *context, struct span bytes, uint8_t mac_out[HASH_SIZE])
{
    uint64_t state = UINT64_C(0xCBF29CE484222325) + *(const unsigned *)context;

    for (size_t i = 0; i < bytes.size; i++)
        state = (state ^ bytes.data[i]) * UINT64_C(0x100000001B3);
    for (size_t i = 0; i < HASH_SIZE; i++) {
        state ^= state >> 29;
        state *= UINT64_C(0xBF58476D1CE4E5B9);
        mac_out[i] = (uint8_t)(state >> 56);
    }
    return TILL_OK;
}

const struct book_mac *fake_mac(unsigned key)
{
    static unsigned keys[] = {0, 1, 2, 3};
    static const struct book_mac macs[] = {
        {&keys[0], sum}, {&keys[1], sum}, {&keys[2], sum}, {&keys[3], sum}};

    return &macs[key];
}
