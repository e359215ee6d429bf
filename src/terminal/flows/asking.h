/*
 * A question to the office, as several flows ask one: waiting with a way out, an answer, or words
 * for why there is none. What is asked and what an answer looks like is the flow's.
 */
#ifndef TILL_ASKING_H
#define TILL_ASKING_H

#include "flow.h"

struct asking {
    bool waiting;
    enum till_status status; /* why there is no answer; TILL_OK: none was missed */
};
enum asking_end {
    ASKING_OTHERS,   /* the event is the flow's own business */
    ASKING_GOES_ON,  /* nothing changes */
    ASKING_STOPPED,  /* by Cancel */
    ASKING_ANSWERED, /* the event has the answer */
    ASKING_FAILED    /* status says why */
};
/* The answer may come before this returns to the stack: call it last. */
void asking_begin(struct asking *a, enum local_query_type what, const char *argument,
                  struct flow_effects *effects);
enum asking_end asking_event(struct asking *a, const struct flow_event *event,
                             struct flow_effects *effects);

/* While it waits: what stands on the screen, its keys included. */
void asking_show_wait(struct screen *screen);
/* Why there is no answer, and `otherwise`: what holds without one. */
void asking_show_failed(const struct asking *a, const char *otherwise, struct screen *screen);
/* "11-22 14:05": the time of what the office says. out: WHEN_TEXT_MAX. */
void asking_at(const struct flow_facts *facts, int64_t at_s, char *out);

#endif
