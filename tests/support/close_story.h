/*
 * A shift's close, entry after entry, for tests that need a closed shift: count begun, counted,
 * accepted, totals, Z. The figures come out of the fold, so what was taken is told as cash of one
 * bill as far as the bag has it, the rest as card.
 */
#ifndef TILL_CLOSE_STORY_H
#define TILL_CLOSE_STORY_H

#include "fold.h"

enum { CLOSE_STORY_ENTRIES = 5 };

/* Appends one entry (kind and body stand) to whatever the test keeps. */
typedef enum till_status close_append(void *context, struct entry *e);

/* What is counted differs from what is expected by over_minor. Stops at the first that fails. */
enum till_status close_story(const struct fold *fold, int64_t over_minor, close_append *append,
                             void *context);

#endif
