/*
 * The commands of fieldtill-host: arguments in, an exit code out.
 */
#ifndef TILL_HOST_COMMANDS_H
#define TILL_HOST_COMMANDS_H

#include <stdbool.h>

/* What a script may rely on (docs/host.md). */
enum command_exit {
    EXIT_DONE = 0,
    EXIT_FOUND_WRONG = 1, /* a check said no */
    EXIT_USAGE = 2,
    EXIT_PARTLY = 3,      /* some rows were left out */
    EXIT_ENVIRONMENT = 4, /* files, database, network */
};

/* Arguments that are taken out one after another. */
struct arguments {
    int count;
    char **at;
    bool bad; /* an option without its value */
};
/* The next one, or NULL. */
const char *arguments_next(struct arguments *a);
/* An option with a value, or without one, wherever it stands; it is taken out. */
const char *arguments_option(struct arguments *a, const char *name, const char *otherwise);
bool arguments_flag(struct arguments *a, const char *name);
/* Nothing left, nothing bad? */
bool arguments_done(const struct arguments *a);

int command_init(const char *dir, struct arguments *a);
int command_serve(const char *dir, struct arguments *a);
int command_terminals(const char *dir, struct arguments *a);
int command_import(const char *dir, struct arguments *a);
int command_ledger(const char *dir, struct arguments *a);
int command_entries(const char *dir, struct arguments *a);
int command_alarms(const char *dir, struct arguments *a);
int command_receipt(const char *dir, struct arguments *a);

#endif
