/*
 * The content of a terminal's book: its lines, packed, with the hash over the plain ones.
 */
#ifndef TILL_HOST_BOOK_CONTENT_H
#define TILL_HOST_BOOK_CONTENT_H

#include "store.h"

struct book_content {
    uint8_t *packed; /* freed by book_content_free */
    size_t packed_size, packed_capacity;
    uint64_t plain_size;
    uint32_t customers;
    uint8_t hash[HASH_SIZE]; /* of the plain lines */
};

/* ---- writing one ----------------------------------------------------------------------------- */

/* Lines in, packed and hashed, into a content. */
struct book_pen;
enum till_status book_pen_open(struct book_content *content,
                               struct book_pen **pen_out) TILL_CHECKED;
/* Whole lines with their LF. last: nothing follows. */
enum till_status book_pen_put(struct book_pen *pen, struct span plain, bool last) TILL_CHECKED;
/* Fills in the hash; frees the pen whatever it returns. pen may be NULL. */
enum till_status book_pen_close(struct book_pen *pen) TILL_CHECKED;

/* ---- a whole book ---------------------------------------------------------------------------- */

/* One id of a comma-separated list; advances *at. False at the end. */
bool book_content_next_id(const char **at, char id_out[BOOK_ID_MAX]);

/* Hand-overs that were given from then on are told of: BOOK_TAKEN_DAYS and up to a week more, so
 * that their passing calls for another book once a week at most. */
int64_t book_content_taken_from_s(int64_t now_s);

/* Within the caller's transaction: one snapshot. TILL_NOT_FOUND: no site yet. */
enum till_status book_content_make(struct store *s, const struct store_terminal *t, int64_t now_s,
                                   struct book_content *content_out) TILL_CHECKED;
void book_content_free(struct book_content *content);

#endif
