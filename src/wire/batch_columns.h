/*
 * Batch format 2: columns.h packed by zstd with a shipped dictionary. Inside of src/wire.
 */
#ifndef TILL_BATCH_COLUMNS_H
#define TILL_BATCH_COLUMNS_H

#include "batch.h"
#include "columns.h"

/*
 * Header and lines as a payload behind the format byte, read back and compared before it counts.
 * TILL_TOO_LARGE: does not fit out, or has too many shapes. TILL_E_CORRUPT: what came back was not
 * what went in. TILL_E_MEMORY. After each of them out is as it was: another format will do.
 */
enum till_status batch_columns_pack(const struct batch_header *header,
                                    const struct column_line *lines,
                                    struct buffer *out) TILL_CHECKED;

/* What was packed; one allocation, freed by free(). */
struct batch_columns {
    struct batch_header header;
    struct column_line *lines; /* header.count */
};
/* Statuses of batch_open. */
enum till_status batch_columns_open(struct span payload,
                                    struct batch_columns **columns_out) TILL_CHECKED;

#endif
