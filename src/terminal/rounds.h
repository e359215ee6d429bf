/*
 * Who of a meter book still owes, remembered: looked at whole once, and after that only where the
 * journal touched someone. So that each stop of a long book costs what its own entries cost.
 *
 * Knows books and entries, not screens. Memory: five bytes a customer of the meter books that were
 * walked latest, at most ROUNDS_KEPT of them.
 */
#ifndef TILL_ROUNDS_H
#define TILL_ROUNDS_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

struct app;
struct book_line;

enum { ROUNDS_KEPT = 6, ROUNDS_MOST = 100000 }; /* meter books; customers of one */

enum owing { OWES_NOTHING, OWES, OWES_AND_WAS_LEFT };

/* One of enum owing for each customer in the book's order; valid until the next call.
 * TILL_E_MEMORY, statuses of book_window. Blocking: 8 us a customer where it looks at all. */
enum till_status rounds_of(struct app *app, const char *meter_book, const uint8_t **owing_out,
                           size_t *total_out) TILL_CHECKED;
/* Forget all: the book was closed. */
void rounds_forget(struct app *app);

/* roster.c: does this customer still owe, and has this shift left them be? */
enum owing roster_owes(struct app *app, const struct book_line *line);

#endif
