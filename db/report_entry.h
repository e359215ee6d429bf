/*
 * What the parts that read entries share: how things stood before the entry, and how an exception
 * is noted. Private to db/report*.c.
 */
#ifndef TILL_REPORT_ENTRY_H
#define TILL_REPORT_ENTRY_H

#include "report_file.h"

/* Of the entry that is being read: how things stood before it. */
struct report_moment {
    const struct report_source *from;
    const struct entry *e;
    char user[USER_MAX]; /* at work; "" = nobody */
    int64_t who;         /* number of the name; 0 = nobody */
    int32_t date;        /* business date */
    int64_t cash_minor;  /* of the user: in the bag, and held */
};
enum till_status report_moment_of(struct report *r, const struct report_source *from,
                                  const struct entry *e, struct report_moment *out) TILL_CHECKED;

/* Number of a user's name; 0 for "". */
enum till_status report_who(struct report *r, const char *user, int64_t *who_out) TILL_CHECKED;
/* By the fold; NULL: never worked here. */
const struct fold_user *report_user(const struct report *r, const char *user);

struct report_note {
    enum report_exception_kind kind;
    uint64_t about;
    const char *account; /* NULL = of none */
    int64_t amount_minor, number;
    bool open;
};
int64_t report_note_id(uint64_t seq, enum report_exception_kind kind);
enum till_status report_note(struct report *r, const struct report_moment *m,
                             const struct report_note *x) TILL_CHECKED;
/* Of the user and date that are given, not of the moment's. */
enum till_status report_note_of(struct report *r, const struct report_moment *m, int64_t who,
                                int32_t date, const struct report_note *x) TILL_CHECKED;
/* About a receipt: whose and how much stands in it. */
enum till_status report_note_paper(struct report *r, const struct report_moment *m,
                                   const struct report_note *x) TILL_CHECKED;
/* One of the statements that change an exception; `value` where it takes one. */
enum till_status report_change(struct report *r, enum report_statement which, int64_t id,
                               int64_t value) TILL_CHECKED;

/* ---- report_cash.c --------------------------------------------------------------------------- */

/* What an entry means for shifts and for cash that is carried; TILL_OK where that is nothing. */
enum till_status report_cash(struct report *r, const struct report_moment *m) TILL_CHECKED;
/* The same of totals: papers of other tenders that the count did not find, or too many. */
enum till_status report_slips(struct report *r, const struct report_moment *m) TILL_CHECKED;

/* ---- report_gap.c ---------------------------------------------------------------------------- */

/* A Z's totals tell how long the office had not heard of the first payment that it did not know. */
enum till_status report_totals(struct report *r, const struct report_moment *m) TILL_CHECKED;
/* The gap that lasts, by what is acknowledged now. */
enum till_status report_running_gap(struct report *r,
                                    const struct report_source *from) TILL_CHECKED;

#endif
