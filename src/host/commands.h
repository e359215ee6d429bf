/*
 * The commands of fieldtill-host: arguments in, an exit code out.
 */
#ifndef TILL_HOST_COMMANDS_H
#define TILL_HOST_COMMANDS_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "limit.h"
#include "site.h"

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
    bool bad;                    /* an option without its value */
    const struct config *config; /* what holds where an option is not given; NULL = nothing */
};
/* The next one, or NULL. */
const char *arguments_next(struct arguments *a);
/* An option with a value, or without one, wherever it stands; it is taken out. One that is a
 * setting (config.h) and is not given has the value of the configuration. */
const char *arguments_option(struct arguments *a, const char *name, const char *otherwise);
bool arguments_flag(struct arguments *a, const char *name);
/* Nothing left, nothing bad? */
bool arguments_done(const struct arguments *a);

/* How a command ends by a status: EXIT_DONE, or what scripts may rely on, with a line on standard
 * error that names `what`. */
int command_ended(const char *what, enum till_status status);

struct host;
/* Are all of a comma-separated list meter books'? If not, said on standard error:
 * EXIT_FOUND_WRONG. */
int command_knows_books(struct host *host, const char *ids);

int command_init(const char *dir, struct arguments *a);
int command_serve(const char *dir, struct arguments *a);
int command_terminals(const char *dir, struct arguments *a);
int command_import(const char *dir, struct arguments *a);
int command_assign(const char *dir, struct arguments *a);
int command_ledger(const char *dir, struct arguments *a);
int command_entries(const char *dir, struct arguments *a);
int command_alarms(const char *dir, struct arguments *a);
int command_receipt(const char *dir, struct arguments *a);
int command_limits(const char *dir, struct arguments *a);
int command_message(const char *dir, struct arguments *a);
int command_approve(const char *dir, struct arguments *a);
int command_dispute(const char *dir, struct arguments *a);
int command_corrections(const char *dir, struct arguments *a);
int command_cheque(const char *dir, struct arguments *a);
int command_team(const char *dir, struct arguments *a);
int command_channel(const char *dir, struct arguments *a);
int command_payments(const char *dir, struct arguments *a);
int command_period(const char *dir, struct arguments *a);
int command_correct(const char *dir, struct arguments *a);
int command_stick(const char *dir, struct arguments *a);
int command_paths(const char *dir, struct arguments *a);
int command_authority(const char *dir, struct arguments *a);
int command_audit(const char *dir, struct arguments *a);
int command_backup(const char *dir, struct arguments *a);
int command_restore(const char *dir, struct arguments *a);
int command_recover(const char *dir, struct arguments *a);
int command_quarantine(const char *dir, struct arguments *a);
int command_cash(const char *dir, struct arguments *a);
int command_bank(const char *dir, struct arguments *a);
int command_day(const char *dir, struct arguments *a);
int command_stock(const char *dir, struct arguments *a);
int command_invoice(const char *dir, struct arguments *a);
int command_report(const char *dir, struct arguments *a);
int command_loss(const char *dir, struct arguments *a);

/* ---- limits, as they are typed --------------------------------------------------------------- */

/* "cash", "unsent", "hours", "receipt", "day", "reversals", "reversed"; LIMIT_NONE. */
int command_limit_named(const char *name);
/* Whole units with decimals, a count, or hours, as the limit needs. TILL_BAD_INPUT. */
enum till_status command_limit_value(const struct site *site, int limit, const char *text,
                                     int64_t *value_out) TILL_CHECKED;

#endif
