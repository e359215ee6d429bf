/*
 * The board as a whole: is every operation there, and closing it. For hal_open() and drivers.
 */
#ifndef TILL_CHECKED_H
#define TILL_CHECKED_H

#include "hal.h"

/* The name of the first required operation that a device of the board lacks, as "printer.settle",
 * or of a required device that is missing ("keypad"); NULL: the board is whole. */
const char *board_missing(const struct board *board);

/* Closes every device that is there, the clock last, and forgets it. */
void board_close_devices(struct board *board);

#endif
