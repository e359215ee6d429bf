/*
 * What the files of the arrears share. Private to src/core/arrears*.c and settle.c.
 */
#ifndef TILL_ARREARS_INSIDE_H
#define TILL_ARREARS_INSIDE_H

#include "arrears.h"

/* Oldest first. */
void arrears_sort(struct arrears *a);

/* Of what is held back of a bill, what goes with the part of it that is paid. */
int64_t arrears_held_share(const struct bill *bill, int64_t paid_minor);

#endif
