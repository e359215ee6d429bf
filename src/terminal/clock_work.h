/*
 * The wall clock: may money be taken by it, who sets it, and what is recorded of that.
 *
 * It may be wrong in any way: at a start after the battery was flat, by a hand, by the network.
 * What is proven is a floor: the book's moment and that of the last signed head. A head that comes
 * over the line tells what time it is; by it the clock is set. How long the office was not heard of
 * is also counted on the clock that nobody can set.
 *
 * Part of the application (parts.h); nothing here blocks.
 */
#ifndef TILL_CLOCK_WORK_H
#define TILL_CLOCK_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "flow.h"
#include "status.h"

struct app;
struct head;

struct clock_work {
    int64_t wall_s, mono_ms; /* of the step before: a jump is journalled */
    bool jumped;             /* in this step */
    uint64_t serial;         /* of the last head that told the time */
    int64_t off_s;           /* ours was ahead of it by that; 0 = it fits, or nobody has said */
    bool due;                /* it is to be set by that head when no payment stands */
    bool ahead;              /* far after all that was known, at the start; nobody has agreed */
    int64_t known_s;         /* the latest moment that was known then */
    bool away_known;
    int64_t away_s, away_ms; /* so long not heard of, at that moment of the monotonic clock */
};

/* The start: last_s is the last record's moment. Journals a clock that is behind it, or so far
 * after all that is known that somebody is to agree. Statuses of ledger_append. */
enum till_status clock_start(struct app *app, int64_t last_s) TILL_CHECKED;
/* First in a step: a jump against monotonic time is journalled. */
void clock_look(struct app *app);
/* Later in a step: sets the clock where a head has told that it is off. */
void clock_step(struct app *app);
/* A head that came over the line just now, checked, and the floor and the newest serial from before
 * it was kept. */
void clock_heard_head(struct app *app, const struct head *head, int64_t floor_s, uint64_t serial);
/* The line, or a signed head that came by stick, says when there was contact last; 0 = never. */
void clock_heard(struct app *app, int64_t contact_s);

/* Into facts, of which fold, book, ack and now stand. */
void clock_facts(const struct app *app, struct flow_facts *facts);
/* Since the office was last heard of, at least; seconds. */
int64_t clock_away_s(const struct app *app, int64_t now_ms);

/* "202611220941" in the terminal's zone; recorded always. By a technician any time; by others
 * only where the clock is behind or unsure, and then within what can be.
 * TILL_BAD_INPUT: no such time, or out of that. TILL_REFUSED, TILL_UNSUPPORTED: the device doesn't
 * let it be set. TILL_CLOCK_WRONG: not theirs to set. */
enum till_status clock_set_digits(struct app *app, const char *digits) TILL_CHECKED;
/* Somebody agrees that today is that day; recorded. */
enum till_status clock_agree(struct app *app) TILL_CHECKED;

#endif
