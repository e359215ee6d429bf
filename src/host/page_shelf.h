/*
 * Reports that terminals turn the pages of, kept as of the moment they were made: all pages are of
 * one time, and the next is told without adding up anew. A report that is gone is made again, and
 * says so by its time. In memory alone, for half an hour; nothing is lost with it.
 *
 * Threads: any; it has a lock of its own, which is held while a page is copied.
 */
#ifndef TILL_HOST_PAGE_SHELF_H
#define TILL_HOST_PAGE_SHELF_H

#include "takings_page.h"

enum { SHELF_MAX = 32, SHELF_S = 30 * 60 };

struct shelf;

/* NULL: memory is out. */
struct shelf *shelf_new(void);
/* NULL is nothing. */
void shelf_free(struct shelf *shelf);

/* Takes the rows of *page over, whose owner has none then; the one unused for the longest goes. */
void shelf_put(struct shelf *shelf, const char *terminal, struct takings_page *page);
/* The page that is asked for, of the report of ask->as_of_s that this terminal was told before.
 * False: it is not here. */
bool shelf_find(struct shelf *shelf, const char *terminal, const struct query_page_ask *ask,
                int64_t now_s, struct query_page *out);

#endif
