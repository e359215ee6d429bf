/*
 * Power: battery and charger.
 */
#ifndef TILL_POWER_H
#define TILL_POWER_H

#include "hal.h"

struct power_state {
    uint8_t percent; /* 0..100 */
    bool charging;
};

struct power {
    void *context;
    int (*fd)(void *context); /* readable when the state changed; -1: poll each 10 s */
    enum till_status (*state)(void *context, struct power_state *state_out);
    void (*close)(void *context);
};

/* Checked calls (hal.h). TILL_DEVICE_OFFLINE: the state can't be asked just now. Never blocks
 * longer than 20 ms. */
int power_fd(const struct power *power);
enum till_status power_state(const struct power *power, struct power_state *state_out) TILL_CHECKED;

#endif
