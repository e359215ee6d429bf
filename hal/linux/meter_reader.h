/*
 * DL/T 645 frames out of a stream of bytes (DL/T 645-2007 §5.2): wake-up bytes, noise, frames that
 * break off and the echo of an infrared head stand before the one that is waited for. Pure.
 */
#ifndef TILL_METER_READER_H
#define TILL_METER_READER_H

#include "meter.h"

struct meter_reader {
    struct span request; /* what was sent: its echo is swallowed; empty = nothing is */
    uint8_t bytes[METER_FRAME_MAX];
    size_t size;
    size_t frame; /* size of the frame that bytes begins with; 0 = none yet */
    bool any;     /* some byte came */
};

/* request: must live as long as the reader. */
void meter_reader_init(struct meter_reader *reader, struct span request);
/* One byte; true: bytes begins with one whole frame of `frame` bytes, until the next byte. */
bool meter_reader_put(struct meter_reader *reader, uint8_t byte);

#endif
