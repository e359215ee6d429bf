/*
 * Who has the cash, as the office sees it: closes, hand-overs, deposits and what did not agree,
 * each with what became of it. Derived from the rows of store_custody.h at each look: nothing is
 * kept.
 */
#ifndef TILL_HOST_CUSTODY_H
#define TILL_HOST_CUSTODY_H

#include "store_custody.h"

enum custody_list {
    CUSTODY_CLOSES,    /* Zs, also those made in absence */
    CUSTODY_HANDOVERS, /* what was given, drops too; and what was taken of a giver nobody knows */
    CUSTODY_DEPOSITS,  /* to the bank, drops too */
    CUSTODY_VARIANCES  /* hand-overs taken and deposits that did not agree */
};

enum custody_state {
    CUSTODY_OPEN,    /* in transit, not explained, or not answered by the owner of a shift */
    CUSTODY_DONE,    /* the other side is there, explained, accepted */
    CUSTODY_DISPUTED /* the two sides differ, it was taken twice, or the owner disputes it */
};
/* "open", "done", "disputed": msgids. */
const char *custody_state_text(enum custody_state state);

struct custody_view {
    struct store_custody row;
    enum custody_state state;
    int64_t open_minor;        /* in transit, or not explained; short is positive */
    struct store_custody with; /* who took it, or answered; terminal "" = nobody yet */
};

/*
 * The first of a list behind a record, by terminal and seq ("", 0 = first).
 * TILL_NOT_FOUND past the end.
 */
enum till_status custody_next(struct store *s, enum custody_list list, const char *after_terminal,
                              uint64_t after_seq, struct custody_view *view_out) TILL_CHECKED;

#endif
