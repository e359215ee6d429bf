#include "zstd_frame.h"

#include <zstd.h>

uint8_t zstd_magic(size_t place)
{
    static const uint8_t magic[ZSTD_MAGIC_SIZE] = {0x28, 0xB5, 0x2F, 0xFD};
    return magic[place];
}

enum till_status zstd_frame_size(struct span frame, size_t most_size, size_t *plain_size_out)
{
    if (frame.size < ZSTD_MAGIC_SIZE) {
        return TILL_E_PROTOCOL;
    }
    for (size_t i = 0; i < ZSTD_MAGIC_SIZE; i++) {
        if (frame.data[i] != zstd_magic(i)) {
            return TILL_E_PROTOCOL;
        }
    }
    unsigned long long claimed = ZSTD_getFrameContentSize(frame.data, frame.size);
    if (claimed == ZSTD_CONTENTSIZE_ERROR || claimed == ZSTD_CONTENTSIZE_UNKNOWN || claimed == 0) {
        return TILL_E_PROTOCOL;
    }
    if (claimed > most_size) {
        return TILL_TOO_LARGE;
    }
    if (ZSTD_findFrameCompressedSize(frame.data, frame.size) != frame.size) {
        return TILL_E_PROTOCOL;
    }
    *plain_size_out = (size_t)claimed;
    return TILL_OK;
}
