/*
 * A paper for each of two parties: the original, then its first duplicate by itself.
 */
#ifndef TILL_BOTH_H
#define TILL_BOTH_H

#include "flow.h"

enum both_step { BOTH_NONE, BOTH_FIRST, BOTH_STARTING, BOTH_SECOND, BOTH_DONE };
struct both {
    enum both_step step;
    struct flow_args paper;
};
void both_begin(struct both *b, const struct flow_event *committed, enum entry_kind kind,
                int64_t amount_minor, struct flow_effects *effects);
/* True: the event was its own. After the last paper, or where one did not come out, it is DONE;
 * what is missing is printed from the list of papers. */
bool both_event(struct both *b, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects);

#endif
