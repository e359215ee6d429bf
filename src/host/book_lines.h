/*
 * Which lines of a book each terminal understands, as it said with its last request for one.
 *
 * An older terminal refuses a book with a line that it can't read: those are left out of its book.
 * book_text.h has the levels.
 */
#ifndef TILL_HOST_BOOK_LINES_H
#define TILL_HOST_BOOK_LINES_H

#include "book_text.h"
#include "store.h"

/* Who has not asked for a book yet understands all. */
enum till_status book_lines_get(struct store *s, const char *terminal, int *level_out) TILL_CHECKED;
/* Its own transaction where it changes. Levels that are not known are the nearest that are. */
enum till_status book_lines_note(struct store *s, const char *terminal, int level) TILL_CHECKED;

#endif
