/*
 * The host's store, continued: what terminals took, added up by day, so that a period is read and
 * not every entry of it; and the Zs whose cash is not on its way yet.
 *
 * Made from the entries of the main branch and from nothing else (src/host/takings.h reads on), and
 * never a truth: who empties the three tables has it made anew.
 *
 * Transactions, threads and strings as in store.h.
 */
#ifndef TILL_STORE_TAKING_H
#define TILL_STORE_TAKING_H

#include "store.h"

/* What a day is divided by. Each receipt counts once in COLLECTOR. */
enum taking_dimension {
    TAKING_COLLECTOR = 1, /* key: user number, "-" = nobody was logged in */
    TAKING_BOOK,          /* meter book, "" = of an account that is in none here */
    TAKING_TENDER,        /* enum tender */
    TAKING_TYPE,          /* bill type; 0 = not known; "-1" late fees, "-2" paid in advance */
    TAKING_EXCEPTION      /* enum report_exception_kind of report.h; receipts: how many */
};
enum { TAKING_KEY_MAX = 17, TAKING_SHIFTS_MAX = 513 };

struct store_taking {
    enum taking_dimension dimension;
    int32_t date; /* business date, yyyymmdd */
    char key[TAKING_KEY_MAX];
    int64_t receipts;     /* reversed ones are counted too */
    int64_t amount_minor; /* reversals taken off */
    int64_t reversals, reversed_minor;
};
/* Added to what stands there. TILL_BAD_INPUT. */
enum till_status store_taking_add(struct store *s, const char *terminal,
                                  const struct store_taking *t) TILL_CHECKED;

/* How far a terminal's entries are added up, and what holds behind the last of them. */
struct store_taking_mark {
    uint64_t seq;                   /* 0 = nothing yet */
    char user[USER_MAX];            /* logged in; "-" = nobody */
    char shifts[TAKING_SHIFTS_MAX]; /* open ones, "1001:20261122,1002:20261121" */
};
enum till_status store_taking_mark_put(struct store *s, const char *terminal,
                                       const struct store_taking_mark *m) TILL_CHECKED;
/* TILL_NOT_FOUND: nothing was ever added up. */
enum till_status store_taking_mark_get(struct store *s, const char *terminal,
                                       struct store_taking_mark *out) TILL_CHECKED;

/* A Z whose cash no hand-over and no deposit names, or that its owner has not answered. */
struct store_taking_close {
    char terminal[TERMINAL_MAX];
    uint32_t z;
    int32_t date;
    char user[USER_MAX];  /* whose shift it is */
    int64_t amount_minor; /* as counted; 0 = its cash is on its way */
    bool absent;          /* closed in absence, and not answered */
};
/* Written whole, new or not; date and user stay as they were. TILL_BAD_INPUT. */
enum till_status store_taking_close_put(struct store *s,
                                        const struct store_taking_close *c) TILL_CHECKED;
enum till_status store_taking_close_remove(struct store *s, const char *terminal,
                                           uint32_t z) TILL_CHECKED;
/* Of a terminal, by number, the first above `after`. TILL_NOT_FOUND past the end. */
enum till_status store_taking_close_next(struct store *s, const char *terminal, uint32_t after,
                                         struct store_taking_close *out) TILL_CHECKED;

/* ---- what is asked --------------------------------------------------------------------------- */

enum taking_group {
    TAKING_BY_KEY,      /* most money first */
    TAKING_BY_DATE,     /* newest first */
    TAKING_BY_TERMINAL, /* most money first */
    TAKING_IN_ONE,      /* one row, none where nothing was taken */
    TAKING_BY_COUNT     /* by key, the most frequent first */
};
struct store_taking_question {
    const char *terminals; /* a JSON list of numbers: ["0031","0032"] */
    enum taking_dimension dimension;
    enum taking_group group;
    int32_t from, to; /* both included */
};
/* The first rows; `key` is a date or a terminal's number, too. *total_out: how many there are. */
enum till_status store_takings(struct store *s, const struct store_taking_question *q,
                               struct store_taking *rows_out, size_t capacity, size_t *count_out,
                               size_t *total_out) TILL_CHECKED;
/* Oldest first. *sum_out: over all of them. */
enum till_status store_taking_closes(struct store *s, const char *terminals,
                                     struct store_taking_close *rows_out, size_t capacity,
                                     size_t *count_out, size_t *total_out,
                                     int64_t *sum_out) TILL_CHECKED;

/* Entries of a terminal's main branch above `after`, of those kinds alone (a JSON list of numbers),
 * the first ones. Hashes and signatures are zeros. */
enum till_status store_taking_entries(struct store *s, const char *terminal, uint64_t after,
                                      const char *kinds, struct entry *entries_out, size_t capacity,
                                      size_t *count_out) TILL_CHECKED;

/* ---- arrears by meter book ------------------------------------------------------------------- */

struct store_taking_month {
    char meter_book[BOOK_ID_MAX];
    int32_t month; /* of the bills, yyyymm */
    int64_t amount_minor;
};
/* What is open of the bills of a meter book, by month, oldest first. TILL_TOO_LARGE: more months
 * than there is room for. */
enum till_status store_taking_owed(struct store *s, const char *meter_book,
                                   struct store_taking_month *rows_out, size_t capacity,
                                   size_t *count_out) TILL_CHECKED;
/* Its customers, and who of them owe. */
enum till_status store_taking_owing(struct store *s, const char *meter_book, int64_t *customers_out,
                                    int64_t *owing_out) TILL_CHECKED;
/* What was paid of bills to a terminal in entries above `after`, made from from_s to until_s, by
 * meter book and month; without fees, and without what was undone since. TILL_TOO_LARGE. */
enum till_status store_taking_paid(struct store *s, const char *terminal, uint64_t after,
                                   int64_t from_s, int64_t until_s,
                                   struct store_taking_month *rows_out, size_t capacity,
                                   size_t *count_out) TILL_CHECKED;

#endif
