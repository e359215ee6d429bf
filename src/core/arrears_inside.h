/*
 * What the files of the arrears share. Private to src/core/arrears*.c.
 */
#ifndef TILL_ARREARS_INSIDE_H
#define TILL_ARREARS_INSIDE_H

#include "arrears.h"

/* Oldest first. */
void arrears_sort(struct arrears *a);

#endif
