/*
 * The count of numbered paper inside the day close: range by range, is the number on the screen the
 * one in hand? Each is recorded with its counts by state and the face amounts of what was used;
 * amounts are never shown here, for the cash is being counted.
 */
#ifndef TILL_STOCK_COUNT_H
#define TILL_STOCK_COUNT_H

#include "flow.h"

struct stock_count {
    bool begun, done, waiting;
    size_t at; /* the range that is asked about */
    enum till_status status;
};

/* Is there anything to count that was not counted in this close yet? */
bool stock_count_is_due(const struct stock_count *s, const struct flow_facts *facts);

enum stock_count_turn { STOCK_COUNT_STAYS, STOCK_COUNT_LEFT, STOCK_COUNT_DONE };
/* Keys and answers. LEFT: Cancel at the first.
 *   entries  room of the caller for what is recorded */
enum stock_count_turn stock_count_handle(struct stock_count *s, struct flow_entries *entries,
                                         const struct flow_facts *facts,
                                         const struct flow_event *event,
                                         struct flow_effects *effects);
/* Fills a screen that has a title; keys and foot are set. */
void stock_count_show(const struct stock_count *s, const struct flow_facts *facts,
                      struct screen *screen);

#endif
