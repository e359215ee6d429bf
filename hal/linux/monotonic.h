/*
 * The kernel's monotonic clock, for drivers' own deadlines. Programs ask the board's clock.
 */
#ifndef TILL_MONOTONIC_H
#define TILL_MONOTONIC_H

#include <stdint.h>

int64_t monotonic_ms(void);

#endif
