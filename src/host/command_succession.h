/*
 * `authority next`, `switch` and `retire`, for command_authority.c alone.
 */
#ifndef TILL_HOST_COMMAND_SUCCESSION_H
#define TILL_HOST_COMMAND_SUCCESSION_H

#include "commands.h"
#include "host.h"
#include "output.h"
#include "succession.h"

/* Is it the name of a step? */
bool command_succession_is(const char *word);
/* As command_ended, with words of its own for a key that is away. */
int command_authority_ended(const char *what, enum till_status status);
/* An exit code. */
int command_succession(struct host *host, const char *word, struct arguments *a);

/* How far the terminals are; nothing where no other authority was ever announced. */
enum till_status command_succession_show(struct host *host, const struct authority *a,
                                         struct output *o) TILL_CHECKED;

#endif
