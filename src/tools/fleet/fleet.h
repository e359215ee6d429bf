/*
 * A fleet: thousands of terminals from one process, so many at once.
 *
 * Blocking: until the last has handed in or given up.  Threads: one event loop.
 */
#ifndef TILL_FLEET_H
#define TILL_FLEET_H

#include <stdio.h>

#include "fleet_till.h"

enum { FLEET_MOST = 200000, FLEET_AT_ONCE_MOST = 20000 };

struct fleet_options {
    const char *dir;      /* where the terminals live; made if it lacks */
    const char *tickets;  /* a file: one enrolment ticket a line; each is a terminal */
    const char *accounts; /* CSV with a heading: the first column of each row, or "account" */
    uint64_t seed;
    uint32_t receipts, days;
    uint32_t at_once; /* terminals with a connection */
    bool eager;       /* no waiting after failures */
    uint32_t first;   /* how many of the tickets; 0 = all */
    uint32_t patience_s;
    /* The clock runs only while batches go over connections that stand: all that terminals do is
     * done before and behind. They are enrolled; one day, of one batch. */
    bool prepared;
    uint32_t hold_s; /* connections stay so long after the last ack; then at_once is for all */
};

struct fleet_report {
    uint32_t terminals, failed;
    uint64_t entries, bytes;
    int64_t took_ms;        /* from the first connection to the last ack */
    int64_t p50_ms, p99_ms; /* of a terminal, from its first step to its last ack */
    int first_failure;      /* status of the first that gave up; TILL_OK */
    char first_failed[TERMINAL_MAX];
};

/* TILL_BAD_INPUT: a line of a file is none of its kind (said in the log). TILL_TOO_LARGE: more than
 * FLEET_MOST. TILL_NOT_FOUND, TILL_E_IO: a file. A terminal that gives up is counted, not an
 * error. */
enum till_status fleet_run(const struct fleet_options *options,
                           struct fleet_report *report_out) TILL_CHECKED;

#endif
