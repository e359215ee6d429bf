/*
 * What hand-over and deposit ask alike: which cash it is, one's own or what others gave; and which
 * Zs it covers. A question that has one answer is not asked.
 */
#ifndef TILL_CARRIED_H
#define TILL_CARRIED_H

#include "flow.h"
#include "words.h"

enum carried_step { CARRIED_LOOKING, CARRIED_NOTHING, CARRIED_SOURCE, CARRIED_CLOSES, CARRIED_SET };

struct carried {
    enum carried_step step;
    enum till_status status; /* why nothing could be looked up */
    int source;              /* enum cash_source */
    struct carry_view view;
    size_t selected;
    bool left_out[CARRY_CLOSES_MAX]; /* of the view's Zs */
};

/* Asks the journal; its answer goes to carried_take. */
void carried_begin(struct carried *c, struct flow_effects *effects);
void carried_take(struct carried *c, const struct flow_facts *facts,
                  const struct flow_event *event);

enum carried_turn { CARRIED_STAYS, CARRIED_LEFT, CARRIED_DONE };
enum carried_turn carried_act(struct carried *c, const struct flow_facts *facts,
                              const struct flow_event *event, struct flow_effects *effects);
/* One step back from what comes after it; false: it asked nothing. */
bool carried_return(struct carried *c, const struct flow_facts *facts);

/* Held or kept. */
int64_t carried_most_minor(const struct carried *c, const struct flow_facts *facts);
/* What its Zs say, where there are any and that much is in hand; else all that is in hand. */
int64_t carried_expected_minor(const struct carried *c, const struct flow_facts *facts);
/* Slips of other tenders in hand of this cash, all of them. */
int64_t carried_slips_most_minor(const struct carried *c);
/* Of them, those that were counted with its Zs, and those of no Z. */
int64_t carried_slips_minor(const struct carried *c);
/* "12-14,16". TILL_TOO_LARGE: too many that don't follow each other. */
enum till_status carried_closes(const struct carried *c, char out[CLOSES_TEXT_MAX]) TILL_CHECKED;
/* Rising numbers as that text. */
enum till_status carried_write(const uint32_t *numbers, size_t count,
                               char out[CLOSES_TEXT_MAX]) TILL_CHECKED;

/* A line that names its Zs; none where there are none. */
void carried_show_closes(const struct carried *c, struct screen *screen);
/* By how much it does not agree: the first of the lines that say how it came to that. */
void show_short(const struct flow_facts *facts, int64_t short_minor, struct screen *screen);

/* Fills a screen that has a title; keys and foot are set. */
void carried_show(const struct carried *c, const struct flow_facts *facts, struct screen *screen);

#endif
