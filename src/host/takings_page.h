/*
 * A team's report whole, as of one moment, to be told page by page (query_page.h).
 *
 * No amount of a Z whose cash waits to be counted by whoever takes it over is in it: a terminal
 * that shows more than it should has nothing to show. Which exceptions there are the sums of
 * takings.h say; one by one they are found in the entries anew.
 *
 * It knows no HTTP and keeps nothing.
 */
#ifndef TILL_HOST_TAKINGS_PAGE_H
#define TILL_HOST_TAKINGS_PAGE_H

#include "query_page.h"
#include "takings.h"

struct takings_page {
    struct query_page head; /* without rows; ask.offset is 0 */
    struct query_row *rows; /* head.total of them; the owner's to free by takings_page_free */
};

/*
 * Within a transaction (store_begin_view), so that all of it is of one moment.
 *   t    all of it read
 *   ask  as_of_s and offset are not looked at
 * TILL_BAD_INPUT: no such question. TILL_E_MEMORY.
 */
enum till_status takings_page_make(struct store *s, const struct takings_team *t,
                                   const struct query_page_ask *ask, int64_t now_s,
                                   struct takings_page *out) TILL_CHECKED;
void takings_page_free(struct takings_page *p);
/* The page that begins with that row; past the last it is empty. */
void takings_page_cut(const struct takings_page *p, uint32_t offset, struct query_page *out);

#endif
