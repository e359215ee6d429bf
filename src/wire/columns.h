/*
 * Columns: the entries of a batch turned sideways, without loss (batch format 2).
 *
 * Entries of one shape (a kind, and keys in one order, some of which an entry may lack) stand
 * together, and each of their fields is a column of its own. The shapes are said in the batch
 * itself: nothing here knows a kind, and one that this software has never heard of is packed as
 * well as any. A body that is no canonical record is of another shape: raw bytes.
 *
 * Who packs compares what it gets back with what it had (batch.c); docs/protocol.md gives the
 * bytes.
 */
#ifndef TILL_COLUMNS_H
#define TILL_COLUMNS_H

#include "bytes.h"

enum { COLUMNS_SHAPES_MAX = 64 };

/* An entry as a batch carries it. The body may be anything, also empty. */
struct column_line {
    uint16_t kind;
    int64_t delta_s;
    struct span body;
};

/*
 * Turn lines into columns.
 *   from       number of the first line's entry; the others follow
 *   bytes_out  for zstd; bits_out  beside it
 * Time grows with lines times fields. Memory: 150 KiB, and 40 bytes a field while it runs.
 * TILL_TOO_LARGE: more shapes than COLUMNS_SHAPES_MAX, more lines than COLUMN_ROWS_MAX, or a
 * buffer is full. TILL_E_MEMORY.
 */
enum till_status columns_pack(const struct column_line *lines, size_t count, uint64_t from,
                              struct buffer *bytes_out, struct buffer *bits_out) TILL_CHECKED;

/*
 * The lines again.
 *   bytes, bits  hostile; what is left over is an error
 *   lines_out    `count` of them; their bodies point into bodies
 *   bodies       takes the text of all bodies; its memory must outlive lines_out
 * TILL_E_PROTOCOL: no columns. TILL_TOO_LARGE: the bodies do not fit. TILL_E_MEMORY.
 */
enum till_status columns_unpack(struct span bytes, struct span bits, size_t count, uint64_t from,
                                struct buffer *bodies, struct column_line *lines_out) TILL_CHECKED;

#endif
