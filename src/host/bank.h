/*
 * Deposits against the bank: which line of a statement is which deposit of a terminal.
 *
 * Tried in this order, each deposit and each line once: the slip's number and the amount; the
 * number alone, the amounts differ; the number within the bank's text, with the amount; the only
 * one of that amount within some days, where no other could be meant and not both have a slip's
 * number. What is left waits, by age. The ledger follows each match (ledger.h): what the bank has
 * less is a difference of whoever brought it, open until somebody explains it. Two that a person
 * took apart are not matched again but by hand.
 *
 * Pure over the store contract; each function that changes is a transaction of its own.
 */
#ifndef TILL_HOST_BANK_H
#define TILL_HOST_BANK_H

#include "store_bank.h"
#include "store_custody.h"

enum { BANK_TOLERANCE_DAYS = 3, BANK_OPEN_MAX = 200000 };

struct bank_outcome {
    uint32_t matched[BANK_BY_HAND + 1]; /* by enum bank_match, in this run */
    uint32_t open_lines, open_deposits; /* left */
    uint32_t open_differences;          /* matched with another amount, and not explained */
};

/*
 * Match what is open. days: how far a deposit's day and the bank's value date may be apart where
 * only the amount speaks. TILL_TOO_LARGE: over BANK_OPEN_MAX are open.
 */
enum till_status bank_match(struct store *s, const char *zone, int32_t days, int64_t now_s,
                            struct bank_outcome *outcome_out) TILL_CHECKED;

/* By hand, or apart again, by somebody of the office (office_role.h; by NULL: nobody was named).
 * TILL_NOT_FOUND: no such line or deposit. TILL_UNCHANGED: it is so. TILL_REFUSED: reason_out (a
 * msgid) says why; one or the other is matched already. TILL_BAD_INPUT: no user. */
enum till_status bank_join(struct store *s, const char *bank, const char *reference,
                           const char *terminal, uint64_t seq, const char *by, int64_t now_s,
                           char reason_out[STORE_REASON_MAX]) TILL_CHECKED;
enum till_status bank_part(struct store *s, const char *bank, const char *reference, const char *by,
                           int64_t now_s, char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

/* What a matched line has less than its deposit says, as far as it is not explained; 0 of others.
 * owner_out: who brought it. */
enum till_status bank_open_minor(struct store *s, const struct store_bank_line *line,
                                 int64_t *open_minor_out, char owner_out[USER_MAX]) TILL_CHECKED;
/* Does the ledger follow every match? Those of before do since the first bank_match. */
bool bank_is_followed(struct store *s);

/* A record that says money went to the bank: a deposit, or a drop by slip. */
bool bank_is_deposit(const struct store_custody *row);
/* "exact", "by slip" …: msgids. */
const char *bank_match_text(enum bank_match match);

#endif
