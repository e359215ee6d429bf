/*
 * What is put on the table for a sum: cash, a cheque or a bank transfer, or one of those and the
 * rest in cash. Asked step by step: the means (left and right), its number, its part, the cash.
 *
 * tender.c uses it for one account, basket.c for several. It knows sums, not customers.
 */
#ifndef TILL_CASH_H
#define TILL_CASH_H

#include "words.h"

enum cash_step {
    CASH_STEP_MONEY = 0, /* what is handed over; OK takes it */
    CASH_STEP_REFERENCE, /* number of the cheque or the transfer */
    CASH_STEP_PART       /* how much of the sum it pays; all of it: OK takes it */
};
/* Why OK or F2 did nothing, in the operator's words (cash_refusal). */
enum cash_refusal {
    CASH_FINE = 0,
    CASH_NOTHING,     /* no amount was typed */
    CASH_ODD,         /* too many decimals, or far too large */
    CASH_SHORT,       /* does not cover it */
    CASH_NO_NUMBER,   /* of the cheque or the transfer */
    CASH_PART_TOO_BIG /* more by cheque than is asked for */
};

struct cash {
    int64_t amount_minor; /* what is to be kept */
    int tender;           /* TENDER_CASH, _CHEQUE, _TRANSFER */
    bool no_cheque;       /* one of theirs came back */
    enum cash_step step;
    enum cash_refusal refusal;
    int64_t other_minor; /* by the tender; 0 = not settled yet, or cash */
    struct typed reference, part, handed;
    int64_t likely[MONEY_LIKELY_MAX];
    size_t likely_count, likely_at;
};

void cash_begin(struct cash *c, const struct flow_facts *facts, int64_t amount_minor,
                bool no_cheque);
/* Another sum is kept; means, number and part stand, unless the part is now more than all. */
void cash_keep(struct cash *c, const struct flow_facts *facts, int64_t amount_minor);

enum cash_said {
    CASH_STAYS, /* the key was taken, or meant nothing */
    CASH_TAKES, /* OK, and all is covered: take the money */
    CASH_LEAVES /* Cancel at the first question */
};
enum cash_said cash_act(struct cash *c, const struct flow_facts *facts,
                        const struct flow_event *event);

/* Of the sum, what is to come in cash. */
int64_t cash_due_minor(const struct cash *c);
/* What was typed as handed over in cash; false: no amount above 0. */
bool cash_handed(const struct cash *c, const struct flow_facts *facts, int64_t *minor_out);
/* Handed over less what is due in cash: below 0 it is short. Nothing typed counts as 0. */
int64_t cash_over_minor(const struct cash *c, const struct flow_facts *facts);
/* Is what is short so little that it is carried without penalty? */
bool cash_is_carried(const struct cash *c, const struct flow_facts *facts);
/* Is it far above what is owed? A kept sum where owed_minor > 0 is what it is measured by; what is
 * handed over by what is due in cash, unless one note covers it. */
bool cash_is_doubtful(const struct cash *c, const struct flow_facts *facts, int64_t owed_minor);
/* The notice that asks about it. */
void cash_show_doubt(struct screen *screen);
/* Tender, reference, its part and what was handed over; amount_minor too. */
void cash_fill(const struct cash *c, const struct flow_facts *facts, struct body_collection *body);

/* Begin the screen by its step: "tender", "tender_reference" or "tender_part". */
void cash_begin_screen(const struct cash *c, struct screen *screen);
const char *cash_title(const struct cash *c, bool advance);
/* The field, the change, what will soon be in the way, refusals, and the keys but F2. */
void cash_show(const struct cash *c, const struct flow_facts *facts, struct screen *screen);

#endif
