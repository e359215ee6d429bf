/*
 * What the # key says of a screen.
 */
#ifndef TILL_HELP_H
#define TILL_HELP_H

/* By the screen's name, in the operator's language, pages parted by "|"; NULL: it has none. */
const char *help_of(const char *screen);

#endif
