/*
 * What comes back from a meter, or from the sun on an infrared head: any bytes. What comes out is a
 * whole frame of the stream and never what was sent; and no noise keeps a later frame from being
 * found.
 *   input  length of the request's data (1 byte, modulo 5: DL/T 645 asks with that little), the
 *          data, then the stream
 */
#include "meter_reader.h"
#include "fuzz.h"

enum { DATA_MAX = 4, CHECKSUM_AT = 10, STREAM_MAX = 4 * METER_FRAME_MAX };

static size_t make_frame(uint8_t control, struct span data, uint8_t out[METER_FRAME_MAX])
{
    uint8_t sum = 0;
    memset(out, 0, METER_FRAME_MAX);
    out[0] = out[7] = 0x68;
    out[8] = control;
    out[9] = (uint8_t)data.size;
    if (data.size > 0) {
        memcpy(out + CHECKSUM_AT, data.data, data.size);
    }
    for (size_t i = 0; i < CHECKSUM_AT + data.size; i++) {
        sum = (uint8_t)(sum + out[i]);
    }
    out[CHECKSUM_AT + data.size] = sum;
    out[CHECKSUM_AT + data.size + 1] = 0x16;
    return data.size + METER_FRAME_MIN;
}

/* How many frames come out of these bytes. */
static unsigned feed(struct meter_reader *reader, struct span bytes)
{
    unsigned frames = 0;
    for (size_t i = 0; i < bytes.size; i++) {
        if (!meter_reader_put(reader, bytes.data[i])) {
            continue;
        }
        struct span frame = {reader->bytes, reader->frame};
        assert(reader->any && meter_frame_is_whole(frame));
        assert(frame.size != reader->request.size ||
               memcmp(frame.data, reader->request.data, frame.size) != 0);
        frames++;
    }
    return frames;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t answer_data[] = {0x33, 0x33, 0x34, 0x33, 0x68, 0x16, 0x68, 0x37};
    uint8_t request[METER_FRAME_MAX];
    uint8_t last[2 * METER_FRAME_MAX];
    struct meter_reader reader;
    struct span input = fuzz_span(data, size < STREAM_MAX ? size : STREAM_MAX);
    size_t wanted = fuzz_byte(&input) % (DATA_MAX + 1);
    wanted = wanted < input.size ? wanted : input.size;
    size_t request_size = make_frame(0x11, fuzz_span(input.data, wanted), request);
    input = fuzz_span(input.data + wanted, input.size - wanted);
    meter_reader_init(&reader, fuzz_span(request, request_size));
    unsigned frames = feed(&reader, input);
    assert(frames <= size / METER_FRAME_MIN);
    /* Whatever the stream left open, a frame and a pause as long as any are enough. */
    memset(last, 0xFE, sizeof last);
    (void)make_frame(0x91, fuzz_span(answer_data, sizeof answer_data), last);
    memset(last + METER_FRAME_MIN + sizeof answer_data, 0xFE,
           sizeof last - METER_FRAME_MIN - sizeof answer_data);
    assert(feed(&reader, fuzz_span(last, sizeof last)) >= 1);
    return 0;
}
