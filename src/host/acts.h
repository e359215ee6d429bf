/*
 * Which commands are acts: what changes something, or tells something that it should not tell to
 * everybody. Each is written into the audit log before it is begun, and how it ended behind it.
 */
#ifndef TILL_HOST_ACTS_H
#define TILL_HOST_ACTS_H

#include "commands.h"

/* a: behind the command's name. What only reads is named in acts.c; anything else is an act. */
bool acts_is_act(const char *command, const struct arguments *a);

/* What was typed, for the log: arguments with blanks in quotes, a quote as a shell takes it; dots
 * where it was cut. */
enum { ACTS_TEXT_MAX = 1025 };
void acts_spell(const struct arguments *a, char out[ACTS_TEXT_MAX]);

/*
 * Write the act down; *n_out is its number, 0 where there is no host yet (init).
 * An exit code: EXIT_DONE, or why nothing may be done without it, said on standard error.
 */
int acts_begin(const char *dir, const char *command, const char *arguments, int64_t *n_out);
/* How it ended. n = 0: the host is new, and the act itself is written too. */
void acts_end(const char *dir, const char *command, const char *arguments, int64_t n, int code);

#endif
