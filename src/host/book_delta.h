/*
 * A delta: what to lay over one book of a terminal to have another.
 *
 * Made from the two contents as they were packed, line by line, so that what is laid over gives the
 * very lines of the whole book. It knows no files and no store.
 */
#ifndef TILL_HOST_BOOK_DELTA_H
#define TILL_HOST_BOOK_DELTA_H

#include "book_content.h"

enum { BOOK_DELTA_CUSTOMERS_MAX = 4000000 };
#define BOOK_DELTA_PLAIN_MAX (UINT64_C(2) << 30)

/* Both packed. TILL_E_PROTOCOL: one of them is no book. TILL_TOO_LARGE: over the limits above.
 * Memory: about 64 bytes for each customer. Blocking: 10 s for a million customers. */
enum till_status book_delta_make(struct span base, struct span whole,
                                 struct book_content *delta_out) TILL_CHECKED;

#endif
