/*
 * A book's rows into its index, while the next rows are still being written: the terms of a large
 * book's customers are made and gathered by a thread of its own.
 *
 * What comes out does not depend on it: rows are gathered in their order, and runs are written, by
 * the caller's thread, between the same two rows each time. A small book is gathered on the spot.
 * Private to db/book*.c.
 */
#ifndef TILL_BOOK_INDEXER_H
#define TILL_BOOK_INDEXER_H

#include "book.h"
#include "book_index.h"

struct book_indexer;

struct book_indexer_options {
    bool alone; /* without a thread, however many rows come */
    /* Write what was gathered as a run and begin anew (book_gather_flush); the caller's thread. */
    enum till_status (*flush)(void *context, struct book_gather *gather);
    void *context;
};

enum till_status book_indexer_open(const struct book_indexer_options *options,
                                   struct book_indexer **indexer_out) TILL_CHECKED;
/* A row's customer; copied. Rows ascend one by one. */
enum till_status book_indexer_put(struct book_indexer *ix, int64_t row,
                                  const struct book_customer *customer) TILL_CHECKED;
/* After the last: the rest is gathered and flushed. */
enum till_status book_indexer_end(struct book_indexer *ix) TILL_CHECKED;
/* At any time; NULL is nothing. */
void book_indexer_close(struct book_indexer *ix);

#endif
