/*
 * The stored fold: bytes that unpack pack again to the same bytes, and an entry that can't follow
 * leaves the fold as it was.
 *   input  length of the fold (2 bytes), the packed fold, kind (2 bytes), body of the next entry
 */
#include "fold.h"
#include "fuzz.h"

static void apply(struct fold *f, struct span rest)
{
    struct entry e = {.seq = f->seq + 1, .at_s = f->at_s};
    e.kind = (uint16_t)(fuzz_byte(&rest) << 8);
    e.kind |= fuzz_byte(&rest);
    if (rest.size > ENTRY_BODY_MAX) {
        return;
    }
    e.body_size = (uint16_t)rest.size;
    if (rest.size > 0) {
        memcpy(e.body, rest.data, rest.size);
    }
    struct fold before = *f;
    struct fold_touch touch = {.amount_minor = -1};
    if (fold_apply(f, &e, &touch) == TILL_OK) {
        assert(f->seq == before.seq + 1);
        assert(touch.account[0] == '\0' || (touch.kind != 0 && touch.amount_minor >= 0));
        assert(!before.retired);
    } else {
        assert(memcmp(f, &before, sizeof before) == 0);
        assert(touch.amount_minor == -1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = fuzz_span(data, size);
    size_t packed_size = (size_t)fuzz_byte(&input) << 8;
    packed_size |= fuzz_byte(&input);
    if (packed_size > input.size) {
        packed_size = input.size;
    }
    struct fold f;
    memset(&f, 0, sizeof f);
    struct span packed = fuzz_span(input.data, packed_size);
    if (packed_size == 0) {
        fold_init(&f);
    } else if (fold_unpack(packed, &f) != TILL_OK) {
        return 0;
    } else {
        uint8_t memory[FOLD_PACKED_MAX];
        struct buffer out;
        buffer_init(&out, memory, sizeof memory);
        enum till_status status = fold_pack(&f, &out);
        assert(status == TILL_OK);
        assert(out.size == packed.size && memcmp(out.data, packed.data, out.size) == 0);
    }
    apply(&f, fuzz_span(input.data + packed_size, input.size - packed_size));
    return 0;
}
