/*
 * The office behind the days of days_walk.h: a host's store in this process, on whichever database
 * office.h has open. Terminals enrol there; records come in parts, in any order between terminals,
 * some of them twice; and in the end its ledger must say what the terminals' entries say.
 */
#ifndef TILL_DAYS_OFFICE_H
#define TILL_DAYS_OFFICE_H

#include "days_walk.h"
#include "office.h"

struct days_office {
    struct device devices[DAYS_TERMINALS_MAX];
    struct days_identity identities[DAYS_TERMINALS_MAX];
    unsigned terminals;
    int64_t now_s;
    unsigned batches, again; /* handed in; entries that had come before */
};

/* Within office_open: customers of the walks are imported, terminals enrolled. */
void days_office_begin(struct days_office *o, unsigned terminals);
void days_office_end(struct days_office *o);
/* For struct days_world: send, with the days_office as context. */
bool days_office_send(void *context, struct days_world *w, unsigned terminal,
                      struct days_dice *dice);
/* Everything that is not there yet. */
void days_office_send_all(struct days_office *o, struct days_world *w);

/*
 * Nothing was set aside; all accounts sum to zero, and say for each user of each terminal what the
 * entries say: cash, supervisor, cheque, tender, variance, opening; over all: overshort, bank,
 * transit, paid_in, paid_out. Who has the cash (custody.h) adds up to the same.
 *   replay  also go over everything from the beginning (ledger_check.h)
 */
void days_check_office(const struct days_world *w, bool replay, struct days_fault *f);
/* Then a statement of the bank comes, in which some of it is missing and some is less: what was
 * dropped is there, and what is less is open. */
void days_check_office_bank(const struct days_world *w, struct days_fault *f);
/* The same of numbered paper: each number is in the state that the entries say, with their face
 * amounts, and nothing is found that the walks did not do. */
void days_check_office_stock(const struct days_world *w, struct days_fault *f);

#endif
