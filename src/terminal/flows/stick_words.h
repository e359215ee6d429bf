/*
 * What several flows say of a USB stick that fails.
 */
#ifndef TILL_STICK_WORDS_H
#define TILL_STICK_WORDS_H

#include "flow.h"

/* Why not, and what to do: of a stick as such. begun: one was in. false: it is something else. */
bool stick_show_fault(enum till_status status, bool begun, struct screen *screen);

#endif
