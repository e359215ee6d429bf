#include "meter_reader.h"

#include <assert.h>
#include <string.h>

enum { SECOND_68H = 7, LENGTH = 9, HEAD_SIZE = 10 };

void meter_reader_init(struct meter_reader *r, struct span request)
{
    memset(r, 0, sizeof *r);
    r->request = request;
}

/* Give up the first bytes, and what is no 68H behind them. */
static void drop(struct meter_reader *r, size_t count)
{
    const uint8_t *next = memchr(r->bytes + count, 0x68, r->size - count);
    size_t gone = next ? (size_t)(next - r->bytes) : r->size;
    r->size -= gone;
    memmove(r->bytes, r->bytes + gone, r->size);
}

/* The size of the frame that the bytes begin with; 0: more is needed. What a wrong 68H has taken
 * for its own may hold a whole one and the beginning of another. */
static size_t find_frame(struct meter_reader *r)
{
    for (int tries = 0; tries < METER_FRAME_MAX && r->size > 0; tries++) {
        bool wrong = r->size > SECOND_68H && r->bytes[SECOND_68H] != 0x68;
        size_t whole = r->size >= HEAD_SIZE ? (size_t)r->bytes[LENGTH] + METER_FRAME_MIN : 0;
        wrong = wrong || whole > METER_FRAME_MAX;
        if (!wrong && (whole == 0 || r->size < whole)) {
            return 0;
        }
        if (!wrong && meter_frame_is_whole((struct span){r->bytes, whole})) {
            return whole;
        }
        drop(r, 1);
    }
    return 0;
}

bool meter_reader_put(struct meter_reader *r, uint8_t byte)
{
    drop(r, r->frame);
    r->frame = 0;
    r->any = true;
    if (r->size == 0 && byte != 0x68) {
        return false; /* FE before a frame, or noise */
    }
    assert(r->size < sizeof r->bytes);
    r->bytes[r->size++] = byte;
    for (int frames = 0; frames < METER_FRAME_MAX / METER_FRAME_MIN; frames++) {
        r->frame = find_frame(r);
        if (r->frame == 0 || r->frame != r->request.size ||
            memcmp(r->bytes, r->request.data, r->frame) != 0) {
            return r->frame > 0;
        }
        drop(r, r->frame); /* the head heard itself, which is nobody's answer */
        r->any = r->size > 0;
    }
    r->frame = 0;
    return false;
}
