/*
 * The slow walk: a script of days.h carried out by keys, on a whole handheld with two users. It
 * goes by what stands on the screen, as a person does; what that screen doesn't lead to is passed
 * over.
 */
#ifndef TILL_DAYS_HANDS_H
#define TILL_DAYS_HANDS_H

#include "days.h"
#include "days_log.h"
#include "handheld.h"

struct days_hands {
    struct handheld *h; /* enrolled, with a book; at the login */
    unsigned cuts, done[DAYS_ACT_COUNT];
};

/* To the end of the script, whatever terminals it names. Asserts only what a handheld does. */
void days_hands_walk(struct days_hands *d, const struct days_script *script);
/* For struct days_log: papers, with the journal as context: what lies beside a receipt. */
void days_hands_papers(void *context, const struct entry *payment, struct days_paper *out);

#endif
