/*
 * One column: values of one field, entry after entry, turned into the fewest bytes.
 *
 * A column is written into two places: bytes for zstd, which finds what repeats, and bits that
 * nothing can make smaller (the low end of an amount, of seconds between two houses) and that would
 * only blur zstd's statistics. docs/protocol.md gives each byte. It knows no field and no kind.
 *
 * Used inside src/wire. All functions are pure.
 */
#ifndef TILL_COLUMN_H
#define TILL_COLUMN_H

#include "bytes.h"

enum { COLUMN_ROWS_MAX = 1000, COLUMN_DIGITS_MAX = 18 };

/* Bits, the highest of each value first; the last byte is filled up with zeros. */
struct bit_writer {
    struct buffer *out;
    unsigned used; /* bits of `last`, 0..7 */
    uint8_t last;
};
void bits_put(struct bit_writer *w, uint64_t value, unsigned count);
void bits_end(struct bit_writer *w);

struct bit_reader {
    struct span from;
    size_t at; /* in bits */
    bool failed;
};
uint64_t bits_take(struct bit_reader *r, unsigned count);
/* Everything was taken but the filling, which is zero? */
bool bits_are_done(const struct bit_reader *r);

/*
 * Integers. Any 64 bits come back as they were; the shorter the smoother they are.
 *   seqs  number of each value's entry; a value near it is written as the difference
 *   work  room for `rows` values
 */
void column_put(struct buffer *bytes, struct bit_writer *bits, const int64_t *values,
                const uint64_t *seqs, uint64_t *work, size_t rows);
/* false: no column of so many rows. */
bool column_take(struct reader *bytes, struct bit_reader *bits, const uint64_t *seqs, size_t rows,
                 int64_t *values_out);

#endif
