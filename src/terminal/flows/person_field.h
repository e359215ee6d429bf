/*
 * Somebody by number: typed, or offered by the arrows out of those who are known here; the book
 * says who it is. A part of other flows: hand-over, explanation.
 */
#ifndef TILL_PERSON_FIELD_H
#define TILL_PERSON_FIELD_H

#include "flow.h"
#include "words.h"

struct person_field {
    struct typed number;
    size_t offered; /* of the view's people, from 1; 0 = none */
    bool asking;
    enum till_status status;
    struct carry_person who; /* once it is known */
};
enum person_turn { PERSON_STAYS, PERSON_LEFT, PERSON_KNOWN };
/* Keys and answers. own: the number of who works here may be given too. */
enum person_turn person_handle(struct person_field *p, const struct carry_view *view,
                               const struct flow_facts *facts, bool own,
                               const struct flow_event *event, struct flow_effects *effects);
void person_show(const struct person_field *p, const struct carry_view *view, const char *label,
                 struct screen *screen);
/* "赵敏 (2001)", or the number alone. */
void words_person(const char *name, const char *user, char *out, size_t capacity);

#endif
