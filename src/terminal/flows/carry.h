/*
 * Cash between the bag and the bank: what a flow wants recorded, and what is not in a fold and is
 * looked up for it. Part of flow.h.
 */
#ifndef TILL_CARRY_H
#define TILL_CARRY_H

#include "book_row.h"
#include "entry_shift.h"
#include "kind.h"
#include "screen.h"

/* Cash from hand to hand or to the bank, as it is to be recorded: read while the effect is carried
 * out. Kept as a basket is. */
struct flow_carry {
    enum entry_kind kind; /* HANDOVER_GIVEN, HANDOVER_TAKEN, DEPOSIT, VARIANCE_EXPLAINED */
    union {
        struct body_handover_given given;
        struct body_deposit deposit;
        struct body_variance_explained explained;
        struct {
            char text[SCREEN_LONG_MAX]; /* scanned; "" = the number of ours */
            uint64_t seq;
        } taken; /* what the giver said is read anew from there */
    } as;
    struct body_cash_count count; /* HANDOVER_TAKEN, DEPOSIT */
};

/* What is not in a fold: which Zs, hand-overs and differences the cash is about. */
enum { CARRY_CLOSES_MAX = 12, CARRY_GIVEN_MAX = 8, CARRY_OPEN_MAX = 12, CARRY_PEOPLE_MAX = 8 };
/* A Z that no hand-over and no deposit of who works here covers. */
struct carry_close {
    uint64_t seq;
    uint32_t z;
    int64_t at_s;
    int64_t counted_minor, slips_minor; /* slips of other tenders, as they were counted */
    int source;                         /* enum cash_source: KEPT = closed in absence, by them */
};
/* Given on this terminal in the last BOOK_TAKEN_DAYS, and not taken over: here, or elsewhere as far
 * as the book knows. */
struct carry_given {
    uint64_t seq;
    int64_t at_s, amount_minor;
    bool drop;
    char from[USER_MAX], to[USER_MAX];
    char from_name[BOOK_NAME_MAX], to_name[BOOK_NAME_MAX]; /* "" where the book has none */
};
/* A deposit or a take-over of who works here that did not agree. */
struct carry_open {
    uint64_t seq;
    uint16_t kind;
    int64_t at_s;
    int64_t open_minor; /* not explained yet, here or by the office; short is positive */
};
struct carry_person {
    char user[USER_MAX], name[BOOK_NAME_MAX];
    int role; /* enum user_role */
};
struct carry_view {
    struct carry_close closes[CARRY_CLOSES_MAX]; /* the newest, in their order */
    struct carry_given given[CARRY_GIVEN_MAX];
    struct carry_open open[CARRY_OPEN_MAX];       /* the oldest, in their order */
    struct carry_person people[CARRY_PEOPLE_MAX]; /* others known here who can receive cash,
                                                     supervisors first */
    size_t close_count, given_count, open_count, people_count;
    bool closes_more, given_more; /* older ones wait too and found no room */
    /* Slips of other tenders in hand: of those Zs, and left of earlier ones or received;
     * by enum cash_source. */
    int64_t slips_minor[CASH_KEPT + 1], slips_left_minor[CASH_KEPT + 1];
};

#endif
