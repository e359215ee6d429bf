/*
 * The search index of a book's file: which rows have a term (db/BOOK.md, Index).
 *
 * Writing: terms are gathered row by row in memory; when that is full they are written, sorted, as
 * a run into a scratch file; at the end the runs are merged into the book. Reading: one look-up a
 * term, then its rows in ascending order.
 *
 * It knows terms as numbers (db/book_term.h), not what they mean.  Private to db/book*.c.
 */
#ifndef TILL_BOOK_INDEX_H
#define TILL_BOOK_INDEX_H

#include <stdbool.h>
#include <string.h>

#include "book_term.h"
#include "bytes.h"
#include "sqlite.h"

/* A run takes as many rows at most; a book that needs more runs than this is too large. */
enum { BOOK_RUN_ROWS = 16384, BOOK_RUNS_MAX = 4096 };

/* ---- lists of rows --------------------------------------------------------------------------- */

/*
 * Rows as stretches: how many were left out since the end of the one before (the first: since row
 * 0), twice, plus 1 where a stretch has more than one row; then how many more than two. Varints.
 */
struct book_stretch {
    int64_t first;
    int64_t rows;
};
struct book_list {
    const uint8_t *at, *end;
    bool failed; /* the bytes are none of ours */
};
void book_list_begin(struct book_list *l, struct span bytes);
/* As reader_varint (src/core/bytes), without a call for the one byte that it mostly is, and without
 * a loop for up to eight: an account is found by going over some hundred of them. */
uint64_t book_list_long_number(struct book_list *l, uint64_t most);
static inline uint64_t book_list_number(struct book_list *l, uint64_t most)
{
    if (l->at < l->end && *l->at < 0x80 && *l->at <= most)
        return *l->at++;
    if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && l->end - l->at >= 8) {
        uint64_t x;

        memcpy(&x, l->at, sizeof(x));
        uint64_t last = ~x & UINT64_C(0x8080808080808080);
        if (last != 0) {
            unsigned bits = (unsigned)__builtin_ctzll(last) + 1;

            /* The bytes that are meant, then pairs, fours and eights of them without their gaps. */
            x &= UINT64_C(0x7F7F7F7F7F7F7F7F) & UINT64_MAX >> (64 - bits);
            x = (x & UINT64_C(0x007F007F007F007F)) | (x & UINT64_C(0x7F007F007F007F00)) >> 1;
            x = (x & UINT64_C(0x00003FFF00003FFF)) | (x & UINT64_C(0x3FFF00003FFF0000)) >> 2;
            x = (x & UINT64_C(0x000000000FFFFFFF)) | (x & UINT64_C(0x0FFFFFFF00000000)) >> 4;
            if (x <= most) {
                l->at += bits / 8;
                return x;
            }
        }
    }
    return book_list_long_number(l, most);
}
/* Writing one, as buffer_put_varint, into memory that has room for ten bytes. */
static inline uint8_t *book_put_number(uint8_t *to, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        *to++ = (uint8_t)(value | 0x80);
    *to++ = (uint8_t)value;
    return to;
}
/* The next bytes; an empty span where there are fewer. */
struct span book_list_take(struct book_list *l, size_t size);
/* The next stretch; *row is the one after the stretch before, 0 at the beginning. False at the end
 * or where it failed. */
bool book_stretch_next(struct book_list *l, int64_t *row, struct book_stretch *out);

/* ---- gathering ------------------------------------------------------------------------------- */

struct book_gather;
enum till_status book_gather_open(struct book_gather **gather_out) TILL_CHECKED;
void book_gather_close(struct book_gather *g);
/* Rows ascend from call to call. False: full, this row must go into the next run. */
bool book_gather_put(struct book_gather *g, int64_t row, const uint64_t *terms, size_t count);
bool book_gather_is_empty(const struct book_gather *g);

/* Scratch: a table of run pieces. ?1 piece, ?2 bytes. */
struct book_run {
    int64_t base;        /* row that offsets count from */
    int64_t first_piece; /* ids in the scratch file */
    int64_t pieces;
};
/* Write what was gathered as pieces from *next_piece on (advanced) and begin anew. */
enum till_status book_gather_flush(struct book_gather *g, sqlite3_stmt *put_piece,
                                   int64_t *next_piece, struct book_run *run_out) TILL_CHECKED;

/* ---- merging --------------------------------------------------------------------------------- */

/* A posting is entered every so many bytes of its entries (db/BOOK.md, Index). */
enum { BOOK_STRETCH_SIZE = 384, BOOK_STRETCHES_MAX = 16 };

/* ?1 key, ?2 bytes; and the pieces of long lists: ?1 id, ?2 bytes. get_piece: ?1 id. */
struct book_merge_statements {
    sqlite3_stmt *get_piece;
    sqlite3_stmt *put_posting;
    sqlite3_stmt *put_long;
};
struct book_merge;
/* The runs are copied. `several` is told of each term of `watched_class` that has more rows than
 * one, with at most three of them; NULL = nobody asks. */
struct book_merge_options {
    struct book_merge_statements statements;
    const struct book_run *runs;
    size_t run_count;
    unsigned watched_class;
    enum till_status (*several)(void *context, const int64_t *rows, size_t count);
    void *context;
};
enum till_status book_merge_open(const struct book_merge_options *options,
                                 struct book_merge **merge_out) TILL_CHECKED;
/* Some hundred terms more; *done_out once all are written. */
enum till_status book_merge_step(struct book_merge *m, bool *done_out) TILL_CHECKED;
void book_merge_close(struct book_merge *m);

/* ---- reading --------------------------------------------------------------------------------- */

struct book_postings {
    sqlite3_stmt *from;  /* postings with a key from ?1 on, ascending */
    sqlite3_stmt *piece; /* of a long list, ?1 id */
};
/* How many rows have the term; 0 = none. */
enum till_status book_posting_count(const struct book_postings *p, uint64_t term,
                                    uint64_t *count_out) TILL_CHECKED;
/* The first rows that have the term, at most `capacity`. */
enum till_status book_posting_rows(const struct book_postings *p, uint64_t term, int64_t *rows_out,
                                   size_t capacity, size_t *count_out) TILL_CHECKED;
/*
 * Set the bit of each row that has a term of the range.
 *   bits  of rows 0..rows; rows beyond are damage: TILL_E_CORRUPT
 */
enum till_status book_posting_bits(const struct book_postings *p, const struct book_range *range,
                                   uint64_t *bits, int64_t rows) TILL_CHECKED;

#endif
