/*
 * Chosen months on their way from the months to the record: the text of arrears.h.
 */
#ifndef TILL_CHOSEN_H
#define TILL_CHOSEN_H

#include "arrears.h"

/* What the months named cost with their fees, whatever part of the last one is named. */
int64_t chosen_due_minor(const struct arrears *a, const char *text);
/* The same months for amount_minor: the last that it reaches gets what is left. "" stays "".
 * False: it does not fit the record. */
bool chosen_fit(const struct arrears *a, int64_t amount_minor, char text[ALLOCATION_MAX]);

#endif
