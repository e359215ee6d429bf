/*
 * The host's store, continued: which terminal held which meter book, from when to when, and whether
 * it has reported since.
 *
 * Also how often a meter book's rows changed, which tells whether a book is to be made anew.
 * store_assign says who carries what now; here stands how it came to be. Rows are added, ended,
 * reported, and never removed. Transactions and threads as in store.h.
 */
#ifndef TILL_STORE_HOLDING_H
#define TILL_STORE_HOLDING_H

#include "store.h"

enum holding_report {
    HOLDING_OPEN = 0,     /* not yet */
    HOLDING_REPORTED = 1, /* its journal says that it works by a book without it */
    HOLDING_NEVER = 2,    /* it never had a book with it */
    HOLDING_LOST = 3      /* the terminal will not report any more: a person said so */
};

struct store_holding {
    int64_t id;
    char meter_book[BOOK_ID_MAX];
    char terminal[TERMINAL_MAX];
    int64_t from_s;          /* 0 = before it was written down */
    int64_t until_s;         /* 0 = it holds it */
    uint64_t after_revision; /* books with a higher one know of the end */
    int report;              /* enum holding_report */
    int64_t reported_s;      /* 0 = not */
    uint64_t reported_seq;   /* the record that said so; 0 = none */
};

/* How often a row of the meter book was committed as another: its name, a customer, a bill. 0 where
 * there is no such meter book. */
enum till_status store_meter_book_changes(struct store *s, const char *id,
                                          uint64_t *changes_out) TILL_CHECKED;

/* A new row where id is 0, *id_out then; else that row as it stands now. TILL_NOT_FOUND: no such
 * terminal, no such row. TILL_BAD_INPUT. */
enum till_status store_holding_put(struct store *s, const struct store_holding *h,
                                   int64_t *id_out) TILL_CHECKED;
/* By id, the first above `after`; TILL_NOT_FOUND past the end. Of all, of a terminal, of a meter
 * book. */
enum till_status store_holding_next(struct store *s, int64_t after,
                                    struct store_holding *out) TILL_CHECKED;
enum till_status store_holding_of_terminal(struct store *s, const char *terminal, int64_t after,
                                           struct store_holding *out) TILL_CHECKED;
/* Those of them that have ended and wait for a report. */
enum till_status store_holding_waiting(struct store *s, const char *meter_book, int64_t after,
                                       struct store_holding *out) TILL_CHECKED;
enum till_status store_holding_of_book(struct store *s, const char *meter_book, int64_t after,
                                       struct store_holding *out) TILL_CHECKED;

#endif
