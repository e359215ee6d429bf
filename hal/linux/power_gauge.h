/*
 * A battery's charge, believed with care.
 *
 * Fuel gauges jump: a bus error reads as 0 or 255, a gauge that wakes up tells the last battery's
 * percent, a cold cell sags when the printer heats. A program that stops at five percent must not
 * stop for one such reading, and one that is really empty must be seen. So a reading far from the
 * last one waits until it has been confirmed by another one a moment later.
 *
 * Pure: the time is given.
 */
#ifndef TILL_POWER_GAUGE_H
#define TILL_POWER_GAUGE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    GAUGE_JUMP = 15,         /* percent between two readings that are believed at once */
    GAUGE_NEAR = 10,         /* percent between two that confirm each other */
    GAUGE_CONFIRM_MS = 4000, /* as long as a jump must stand */
    GAUGE_FORGET_MS = 120000 /* a battery changes that much in two minutes without being read */
};

struct power_gauge {
    bool has;     /* shown is worth something */
    bool doubted; /* waiting is being confirmed */
    int shown, waiting;
    int64_t shown_ms, waiting_ms;
};

/* A reading, any number: 0..100 is what it is clamped to. Returns the percent to be told. */
int power_gauge_read(struct power_gauge *gauge, int64_t percent, int64_t now_ms);

#endif
