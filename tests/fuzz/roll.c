/*
 * The strict printer: bytes in one piece and the same bytes one at a time give the same paper and
 * the same fault.
 *   input  profile (1 byte), bytes of ESC/POS
 */
#include "roll.h"
#include "fuzz.h"

enum { EVERYTHING = (1 << 17) - 1, HEIGHT_MAX = 200000 };

static const struct roll_profile profiles[] = {
    {384, ROLL_CHARSET_GB18030, EVERYTHING, 8, 2303, 700},
    {576, ROLL_CHARSET_GBK, EVERYTHING, 4, 255, 300},
    {384, ROLL_CHARSET_ASCII, ROLL_CAN_RASTER | ROLL_CAN_BOLD, 1, 24, 1},
    {384, ROLL_CHARSET_ASCII, ROLL_CAN_RASTER | ROLL_ONLY_RASTER, 1, 24, 1},
};

static void feed(struct roll *roll, struct span bytes, size_t piece)
{
    while (bytes.size > 0) {
        size_t used = 0;
        struct span now = fuzz_span(bytes.data, piece < bytes.size ? piece : bytes.size);
        enum till_status status = roll_put(roll, now, 0, &used);
        assert(used <= now.size);
        if (status != TILL_OK) {
            assert(status != TILL_E_PROTOCOL || roll_fault(roll, NULL) != NULL);
            return;
        }
        assert(used == now.size);
        bytes = fuzz_span(bytes.data + used, bytes.size - used);
    }
}

static void compare(const struct roll *a, const struct roll *b)
{
    uint64_t a_at = 0;
    uint64_t b_at = 0;
    const char *a_why = roll_fault(a, &a_at);
    const char *b_why = roll_fault(b, &b_at);
    assert((a_why == NULL) == (b_why == NULL));
    if (a_why != NULL && b_why != NULL) {
        assert(a_at == b_at && strcmp(a_why, b_why) == 0);
    }
    assert(roll_height(a) == roll_height(b));
    char *a_text = roll_text(a, 0);
    char *b_text = roll_text(b, 0);
    assert(a_text != NULL && b_text != NULL && strcmp(a_text, b_text) == 0);
    free(a_text);
    free(b_text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = fuzz_span(data, size);
    const struct roll_profile *profile =
        &profiles[fuzz_byte(&input) % (sizeof profiles / sizeof profiles[0])];
    struct roll *whole = roll_create(profile);
    struct roll *pieces = roll_create(profile);
    assert(whole != NULL && pieces != NULL);
    feed(whole, input, input.size);
    feed(pieces, input, 1);
    /* A text has a line for each empty line of paper: tall papers are only slow. */
    if (roll_height(whole) < HEIGHT_MAX) {
        compare(whole, pieces);
    }
    roll_power_cycle(whole);
    assert(roll_fault(whole, NULL) == NULL && roll_is_idle(whole));
    roll_destroy(whole);
    roll_destroy(pieces);
    return 0;
}
