/*
 * What may be a zstd frame here: one frame of the present format, no skippable, old or second one.
 * libzstd reads more than that; whoever sends it is not one of us. Used inside src/wire.
 */
#ifndef TILL_ZSTD_FRAME_H
#define TILL_ZSTD_FRAME_H

#include "bytes.h"

enum { ZSTD_MAGIC_SIZE = 4 };

/* RFC 8878 §3.1.1: the byte at `place` of a frame, 0..3. */
uint8_t zstd_magic(size_t place);
/* Is this exactly one frame that says how large it is? TILL_E_PROTOCOL: no.
 * TILL_TOO_LARGE: it claims more than most_size. */
enum till_status zstd_frame_size(struct span frame, size_t most_size,
                                 size_t *plain_size_out) TILL_CHECKED;

#endif
