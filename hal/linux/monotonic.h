/*
 * The kernel's clock since its start, for drivers' own deadlines. It goes on while a board sleeps:
 * a battery handheld suspends, and what is due meanwhile is due at once when it wakes. Programs ask
 * the board's clock.
 */
#ifndef TILL_MONOTONIC_H
#define TILL_MONOTONIC_H

#include <stdint.h>
#include <time.h>

/* Timers and event times that are compared with monotonic_ms are of this clock, too. */
enum { MONOTONIC_CLOCK = CLOCK_BOOTTIME };

int64_t monotonic_ms(void);

#endif
