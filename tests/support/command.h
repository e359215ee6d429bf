/*
 * Other programs, from tests: run one, see what it says.
 *
 * No shell between: arguments arrive as they stand. Its input is empty.
 */
#ifndef TILL_COMMAND_H
#define TILL_COMMAND_H

#include <stdbool.h>

enum { COMMAND_OUTPUT_MAX = 65536, COMMAND_ARGUMENTS_MAX = 32 };

struct command {
    int exit_code;                   /* -1: ended by a signal */
    char output[COMMAND_OUTPUT_MAX]; /* both streams, terminated, cut at the size */
};

/* Is there a program of that name on the path? */
bool command_exists(const char *name);

/* Run argv (NULL at the end) and wait for it. Fails the test where it can't be started. */
void command_run(struct command *c, const char *const argv[]);

#endif
