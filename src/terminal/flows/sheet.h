/*
 * A sheet to count on: a row for each note that the site knows and one for coins, or a row for each
 * kind of slip. What was counted is added up; what should be there is not known here.
 *
 * Up and down choose the row, digits type, OK goes on to the next and from the last one out.
 */
#ifndef TILL_SHEET_H
#define TILL_SHEET_H

#include "flow.h"

enum { SHEET_ROWS_MAX = SITE_NOTES_MAX + 1, SHEET_TEXT_MAX = 12, SHEET_COUNT_MOST = 5 };

/* What a row of slips is of, beside tenders. */
enum { SHEET_SUSPECT = -1, SHEET_DAMAGED = -2 };

struct sheet {
    struct {
        int64_t of; /* notes: the face, 0 = coins; slips: a tender, SHEET_SUSPECT, SHEET_DAMAGED */
        char text[SHEET_TEXT_MAX]; /* as it is typed: how many, or a sum */
    } rows[SHEET_ROWS_MAX];
    size_t count, at;
    bool of_notes;
    bool refused; /* what stands in the row is no sum */
};

/* Empty sheets. */
void sheet_begin_notes(struct sheet *s, const struct flow_facts *facts);
void sheet_begin_slips(struct sheet *s);

/* Has it been begun? */
static inline bool sheet_is_begun(const struct sheet *s)
{
    return s->count > 0;
}

enum sheet_turn { SHEET_STAYS, SHEET_LEFT, SHEET_DONE };
/* LEFT: Cancel on the first row; nothing is forgotten. F1 is done at once. */
enum sheet_turn sheet_act(struct sheet *s, const struct flow_facts *facts,
                          const struct flow_event *event, struct flow_effects *effects);

/* Notes: what lies there, and as heaps, faces falling; coins are heaps of one minor unit.
 * TILL_E_OVERFLOW, TILL_TOO_LARGE. */
enum till_status sheet_notes(const struct sheet *s, const struct flow_facts *facts,
                             char heaps_out[HEAPS_TEXT_MAX], int64_t *sum_out) TILL_CHECKED;
/* Slips: the sum of one row, and all tenders as heaps. */
int64_t sheet_sum_of(const struct sheet *s, const struct flow_facts *facts, int64_t of);
enum till_status sheet_tenders(const struct sheet *s, const struct flow_facts *facts,
                               char heaps_out[HEAPS_TEXT_MAX]) TILL_CHECKED;

/* Fills a screen that has a title; keys and foot are set. */
void sheet_show(const struct sheet *s, const struct flow_facts *facts, struct screen *screen);

#endif
