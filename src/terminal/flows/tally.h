/*
 * A tally to count on: a row for each note that the site knows and one for coins, or a row for each
 * kind of slip. What was counted is added up; what should be there is not known here.
 *
 * Up and down choose the row, digits type, OK goes on to the next and from the last one out.
 */
#ifndef TILL_TALLY_H
#define TILL_TALLY_H

#include "flow.h"

enum { TALLY_ROWS_MAX = SITE_NOTES_MAX + 1, TALLY_TEXT_MAX = 12, TALLY_COUNT_MOST = 5 };

/* What a row of slips is of, beside tenders. */
enum { TALLY_SUSPECT = -1, TALLY_DAMAGED = -2 };

struct tally {
    struct {
        int64_t of; /* notes: the face, 0 = coins; slips: a tender, TALLY_SUSPECT, TALLY_DAMAGED */
        char text[TALLY_TEXT_MAX]; /* as it is typed: how many, or a sum */
    } rows[TALLY_ROWS_MAX];
    size_t count, at;
    bool of_notes;
    bool refused; /* what stands in the row is no sum */
};

/* Empty ones. */
void tally_begin_notes(struct tally *s, const struct flow_facts *facts);
void tally_begin_slips(struct tally *s);

/* Has it been begun? */
static inline bool tally_is_begun(const struct tally *s)
{
    return s->count > 0;
}

enum tally_turn { TALLY_STAYS, TALLY_LEFT, TALLY_DONE };
/* LEFT: Cancel on the first row; nothing is forgotten. F1 is done at once. */
enum tally_turn tally_act(struct tally *s, const struct flow_facts *facts,
                          const struct flow_event *event, struct flow_effects *effects);

/* Notes: what lies there, and as heaps, faces falling; coins are heaps of one minor unit.
 * TILL_E_OVERFLOW, TILL_TOO_LARGE. */
enum till_status tally_notes(const struct tally *s, const struct flow_facts *facts,
                             char heaps_out[HEAPS_TEXT_MAX], int64_t *sum_out) TILL_CHECKED;
/* Slips: the sum of one row, and all tenders as heaps. */
int64_t tally_sum_of(const struct tally *s, const struct flow_facts *facts, int64_t of);
enum till_status tally_tenders(const struct tally *s, const struct flow_facts *facts,
                               char heaps_out[HEAPS_TEXT_MAX]) TILL_CHECKED;

/* Notes: what lies there in one line, "100×2 50×1 0.50". */
void tally_text(const struct tally *s, const struct flow_facts *facts, char *out, size_t capacity);

/* Fills a screen that has a title; keys and foot are set. */
void tally_show(const struct tally *s, const struct flow_facts *facts, struct screen *screen);

#endif
