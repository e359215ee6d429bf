/*
 * A write-ahead log after a power cut, or from a stranger's copy: what is found lies within it.
 *   input  page size (1 byte: 512 << n), sector size (1 byte: 0, or 256 << n), the log
 */
#include "wal.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = fuzz_span(data, size);
    uint32_t page_size = 512u << fuzz_byte(&input) % 4;
    uint8_t sector = fuzz_byte(&input) % 8;
    uint32_t sector_size = sector == 0 ? 0 : 256u << sector;
    struct wal_found found;
    wal_inspect(input, page_size, sector_size, &found);
    assert(found.tail == WAL_WHOLE || found.tail == WAL_TORN || found.tail == WAL_DAMAGED);
    assert(found.bad_offset <= input.size);
    assert(!found.one_bit || found.tail == WAL_DAMAGED);
    assert(WAL_HEADER_SIZE + (uint64_t)found.frames * (WAL_FRAME_HEADER_SIZE + page_size) <=
               input.size ||
           found.frames == 0);
    unsigned sum = 0;
    for (uint32_t i = 0; i < found.frames; i++) {
        const uint8_t *page = NULL;
        assert(wal_page(input, page_size, i, &page) > 0);
        for (uint32_t at = 0; at < page_size; at++) {
            sum += page[at]; /* ASan sees whether it is all there */
        }
    }
    assert(found.frames > 0 || sum == 0);
    return 0;
}
