/*
 * Someone else agrees: a supervisor who stands here by user number and PIN, or one far away by
 * number and one-time code (approval.h). A part of other flows: reversal, drop, limits.
 *
 * Nobody agrees to what they ask for themselves. Who agreed stands in `who` then.
 */
#ifndef TILL_AGREE_H
#define TILL_AGREE_H

#include "flow.h"
#include "pin_field.h"
#include "words.h"

enum agree_step { AGREE_WHO, AGREE_SECRET, AGREE_CHECKING };
/* Who may agree: a supervisor; or who works here, for their own; or anyone else, as a witness. */
enum agree_whom { AGREE_SUPERVISOR, AGREE_OWN_TOO, AGREE_WITNESS };
enum agree_turn { AGREE_STAYS, AGREE_LEFT, AGREE_GIVEN };

/* What is agreed to; only read where they are far away. */
struct agree_question {
    enum approval_purpose purpose;
    uint64_t seq;
    int limit;
    int64_t value;
};

struct agree {
    bool afar;
    enum agree_whom whom;
    enum agree_step step;
    struct typed who;        /* user number; "0" = the office */
    struct pin_field secret; /* PIN or code */
    char challenge[APPROVAL_CHALLENGE_MAX];
    enum till_status status;
};

/* A number that was typed before stays. Afar this asks for the challenge. Here a supervisor agrees,
 * unless the caller sets `whom` afterwards. */
void agree_begin(struct agree *a, bool afar, const struct agree_question *q,
                 struct flow_effects *effects);
/* Takes keys and answers. LEFT: Cancel at the first question; nothing secret is kept. */
enum agree_turn agree_handle(struct agree *a, const struct agree_question *q,
                             const struct flow_facts *facts, const struct flow_event *event,
                             struct flow_effects *effects);
/* Fills a screen that has a title; keys and foot are set.
 *   what  is agreed to, in words: it stands above the question */
void agree_show(const struct agree *a, const struct flow_facts *facts, const char *what,
                struct screen *screen);

#endif
