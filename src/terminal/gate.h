/*
 * The gate: may money be taken now, and if not, what is to be done about it.
 *
 * Asked before a sum is typed, before money is confirmed, and by the commit itself. In this order:
 * the terminal may not collect (retired, newer software's journal, stopped), the battery is empty,
 * the clock is wrong, the printer is not ready, numbered paper is used up, a limit is reached.
 * Pure. Reversals, disputes, duplicates, drops and the close are never stopped here. Training is
 * not stopped by limits: it moves no money.
 */
#ifndef TILL_GATE_H
#define TILL_GATE_H

#include "flow.h"

/* What is about to be taken; all 0: not known yet. */
struct gate_sum {
    int64_t amount_minor;  /* in all */
    int64_t cash_minor;    /* of it in cash */
    int64_t largest_minor; /* largest single receipt of it */
};
struct gate {
    enum till_status status; /* TILL_OK: go on */
    enum limit limit;        /* TILL_LIMIT_REACHED: which */
    int64_t left;            /* of it, in its unit */
};
void gate_check(const struct flow_facts *facts, const struct gate_sum *sum, struct gate *out);

/* What is wrong, and what to do next. heading_out SCREEN_TEXT_MAX, text_out SCREEN_LONG_MAX. */
void gate_words(const struct flow_facts *facts, const struct gate *gate, char *heading_out,
                char *text_out);
/* Which numbered paper is used up so that nobody gets a receipt; 0 = none. A customer class that
 * gets other paper may find another answer at the commit: TILL_PAPER_OUT. */
int gate_numbers_out(const struct flow_facts *facts);
/* A commit was refused by TILL_PAPER_OUT while the printer is ready: the notice that says so. */
bool gate_refuses_numbers(const struct flow_facts *facts, enum till_status status,
                          struct flow_effects *effects);
/* The notice that says so; with a limit OK opens the ways out of it. False: the gate is open. */
bool gate_refuses(const struct flow_facts *facts, const struct gate_sum *sum,
                  struct flow_effects *effects);
/* What will soon be in the way, in one quiet line; "" = nothing. */
void gate_warning(const struct flow_facts *facts, char *out, size_t capacity);

#endif
