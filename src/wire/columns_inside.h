/*
 * Inside of columns.c and columns_read.c: how shapes and columns stand in the bytes.
 *
 * bytes:
 *   shapes (varint)
 *   for each: kind (varint), rows (varint), fields + 1 (varint; 0: raw bodies),
 *             for each field: size of key - 1 and above it, is it a text (1 bit); key
 *   for each shape: the column of what shape comes next
 *   for each shape: the column of seconds; with fields: that of which fields a row has, a bit
 *             each; then the column of each field, of the rows that have it
 *   a text field: digits of each (byte), their column; or 0, then size (varint) and bytes of each
 */
#ifndef TILL_COLUMNS_INSIDE_H
#define TILL_COLUMNS_INSIDE_H

#include <assert.h>

#include "column.h"
#include "columns.h"
#include "entry.h"
#include "record.h"

struct shape {
    uint16_t kind;
    bool is_raw;
    size_t fields;
    size_t rows;
    size_t taken; /* rows met so far, while the lines are walked */
    struct span keys[RECORD_FIELDS_MAX];
    bool is_text[RECORD_FIELDS_MAX];
};

/* A field's value: the text between its quotes, or the integer. */
struct cell {
    int64_t integer;
    struct span text;
    uint8_t digits; /* while reading: the text is the integer with so many; 0 = it is another */
};

struct shapes {
    size_t count;
    struct shape list[COLUMNS_SHAPES_MAX];
    uint8_t of_line[COLUMN_ROWS_MAX];
    /* of the rows of one shape: */
    uint64_t seqs[COLUMN_ROWS_MAX];   /* numbers of their entries */
    int64_t masks[COLUMN_ROWS_MAX];   /* which fields they have, the first one's bit lowest */
    int64_t seconds[COLUMN_ROWS_MAX]; /* while reading */
    /* of the rows that have one field: */
    uint64_t field_seqs[COLUMN_ROWS_MAX];
    int64_t values[COLUMN_ROWS_MAX];
    uint64_t work[COLUMN_ROWS_MAX]; /* column_put's */
    /* of all shapes, each one's rows together, while reading */
    int64_t next[COLUMN_ROWS_MAX];
};
static_assert(COLUMNS_SHAPES_MAX <= UINT8_MAX, "of_line");
static_assert(RECORD_FIELDS_MAX < 63, "masks");

/* The numbers of the entries of one shape, into seqs. */
void shapes_gather(struct shapes *s, size_t shape, size_t count, uint64_t from);
/* Of these, the numbers of those that have the field, into field_seqs; how many. */
size_t shapes_gather_field(struct shapes *s, size_t shape, size_t field);

#endif
