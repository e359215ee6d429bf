/*
 * One flow as what it is: a function of state, facts and event. No device, no clock, no journal.
 *
 * A collector 1001 of terminal 0031 with an open shift and 1,000.00 in hand; tests change what they
 * need. What is expected and not found fails the test with the screen that stood there.
 */
#ifndef TILL_FLOW_BENCH_H
#define TILL_FLOW_BENCH_H

#include "flow.h"

struct flow_bench {
    const struct flow *flow;
    _Alignas(max_align_t) unsigned char state[FLOW_STATE_MAX];
    struct flow_args args;
    struct flow_facts facts;
    struct flow_effects effects; /* of the last event */
    struct screen screen;        /* after bench_sees and its like */
    struct fold fold;
    struct site site;
    struct book_meta book;
    struct journal_ack ack;
};
extern struct flow_bench bench;

void bench_begin(void);
/* Fresh, with the arguments that stand in the bench. */
void bench_open(enum flow_id id);
void bench_tell(const struct flow_event *event);
void bench_press(enum action action);
void bench_digits(const char *digits);
void bench_scan(const char *text);
/* The effect of that type that the last event had. */
const struct flow_effect *bench_effect(enum flow_effect_type type);
bool bench_has(enum flow_effect_type type);
/* On the screen as it is now; English msgids. */
void bench_sees(const char *text);
void bench_sees_not(const char *text);

#endif
