/*
 * Clock: wall time in UTC and a monotonic one. The only place where the program gets time.
 */
#ifndef TILL_CLOCK_H
#define TILL_CLOCK_H

#include "hal.h"

struct clock_device {
    void *context;
    int64_t (*now_s)(void *context); /* UTC; may jump, may be wrong: see WHEN_MIN_S */
    /* Monotonic since some start: never goes back, and goes on while the board sleeps. */
    int64_t (*now_ms)(void *context);
    /* Set wall time, where the board allows it; TILL_UNSUPPORTED, TILL_REFUSED. */
    enum till_status (*set)(void *context, int64_t at_s);
    void (*close)(void *context);
};

/* Checked calls (hal.h). None blocks. */
int64_t clock_now_s(const struct clock_device *clock);
int64_t clock_now_ms(const struct clock_device *clock);
/* at_s: within WHEN_MIN_S..WHEN_MAX_S, else TILL_BAD_INPUT. */
enum till_status clock_set(const struct clock_device *clock, int64_t at_s) TILL_CHECKED;

#endif
