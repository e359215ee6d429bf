/*
 * What a team's report has one by one: exceptions, Zs that wait, arrears by meter book. Private to
 * takings_*.c.
 */
#ifndef TILL_HOST_TAKINGS_FIND_H
#define TILL_HOST_TAKINGS_FIND_H

#include "query_page.h"
#include "takings.h"

/* Rows that are being gathered. */
struct takings_rows {
    struct query_row *list; /* the owner's to free */
    size_t count, capacity;
    size_t left; /* that had no room */
};
enum { TAKINGS_ROWS_MAX = 20000 };
/* A row of zeros, or NULL: memory is out, or there are TAKINGS_ROWS_MAX, which `left` counts. */
struct query_row *takings_rows_add(struct takings_rows *rows);

/* Days of the site as seconds, both included. */
struct takings_span {
    const char *zone;
    int32_t from, to;
    int64_t from_s, until_s;
};
/* Behind which entry those of the span begin, with some before it: by halves, as the clock goes
 * on. A clock that was wrong for long may mislead it. */
enum till_status takings_begin_of(struct store *s, const char *terminal, int64_t from_s,
                                  uint64_t *after_out) TILL_CHECKED;

/* All below: TILL_E_MEMORY. In no order. */
enum till_status takings_find_exceptions(struct store *s, const struct takings_team *t,
                                         const struct takings_span *span, uint32_t kinds,
                                         struct takings_rows *rows) TILL_CHECKED;
enum till_status takings_find_shifts(struct store *s, const struct takings_team *t,
                                     const char *zone, struct takings_rows *rows) TILL_CHECKED;
/* The meter books that the team carries, and those it was paid for. Ages are as of `today`; what
 * was paid is by the terminals' clocks, not by business dates. */
enum till_status takings_find_arrears(struct store *s, const struct takings_team *t, int32_t today,
                                      const struct takings_span *span,
                                      struct takings_rows *rows) TILL_CHECKED;

#endif
