/*
 * What a team took: by day, collector, meter book, tender, bill type or terminal, with exceptions
 * and Zs that are not settled.
 *
 * Read out of sums by business date (store_taking.h), which this reads on from the entries that
 * terminals handed in: what they say, whether the ledger posted it or set it aside. A reversal is
 * taken off on its own date. How much of a payment went to which bill type the ledger says, as it
 * was posted; of one that is not posted it is not known.
 *
 * It knows no HTTP and no screen.
 */
#ifndef TILL_HOST_TAKINGS_H
#define TILL_HOST_TAKINGS_H

#include "query.h"
#include "store_taking.h"

/*
 * Read on to the terminal's head, in transactions of its own of some hundred entries; there must be
 * none.
 *   until_ms  of CLOCK_MONOTONIC; it goes on with the next call from where it was
 *   done_out  all is read
 * TILL_NOT_FOUND: no such terminal. TILL_BUSY: others write for too long.
 */
enum till_status takings_read_on(struct store *s, const char *terminal, int64_t until_ms,
                                 bool *done_out) TILL_CHECKED;
/* Now, and so many milliseconds from now. */
int64_t takings_until_ms(int64_t budget_ms);

/* The terminals a question is about, growing: a JSON list. */
struct takings_team {
    char *list; /* the caller's to free by takings_team_free */
    size_t size, capacity, count;
    int64_t heard_at_s; /* of whoever was silent the longest; 0 = one was never heard of */
    bool all_read;
};
void takings_team_begin(struct takings_team *t);
void takings_team_free(struct takings_team *t);
/* A terminal that is not there is passed over. Reads on as above. */
enum till_status takings_team_add(struct takings_team *t, struct store *s, const char *terminal,
                                  int64_t until_ms) TILL_CHECKED;
/* A supervisor's terminal and its team. TILL_NOT_FOUND: no team was ever set. */
enum till_status takings_team_of(struct takings_team *t, struct store *s, const char *supervisor,
                                 int64_t until_ms) TILL_CHECKED;

/* One number after the other: *at is 0 at first. False past the last. */
bool takings_team_next(const struct takings_team *t, size_t *at, char terminal_out[TERMINAL_MAX]);

/* Of the dates of *r, divided by `by`: the first rows, as they stand in the store. */
enum till_status takings_rows(struct store *s, const struct takings_team *t,
                              const struct query_report *r, enum query_by by,
                              struct store_taking *rows_out, size_t capacity, size_t *count_out,
                              size_t *total_out) TILL_CHECKED;

/* by, from, to of *r are the question; the rest is the answer. TILL_BAD_INPUT: no such question. */
enum till_status takings_report(struct store *s, const struct takings_team *t, int64_t now_s,
                                struct query_report *r) TILL_CHECKED;

#endif
