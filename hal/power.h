/*
 * Power: battery and charger. What is low, and what is done about it, is the program's to say.
 */
#ifndef TILL_POWER_H
#define TILL_POWER_H

#include "hal.h"

enum power_health {
    POWER_HEALTH_UNKNOWN = 0,
    POWER_GOOD = 1,
    POWER_HOT = 2,  /* it is not charged until it has cooled down */
    POWER_COLD = 3, /* its percent promise more than it holds */
    POWER_WORN = 4  /* it failed, or says that its end is near: to be changed */
};

struct power_state {
    uint8_t percent; /* 0..100; of several batteries together */
    bool charging;   /* power comes from outside: it charges, or is full */
    enum power_health health;
    int16_t temperature_dc; /* 0.1 degrees Celsius; 0 = not known */
};

struct power {
    void *context;
    int (*fd)(void *context); /* readable when the state changed; -1: none.
                                 Ask each 10 s in any case: not every change is told */
    enum till_status (*state)(void *context, struct power_state *state_out);
    void (*close)(void *context);
};

/* Checked calls (hal.h). TILL_DEVICE_OFFLINE: the state can't be asked just now. Never blocks
 * longer than 20 ms. */
int power_fd(const struct power *power);
enum till_status power_state(const struct power *power, struct power_state *state_out) TILL_CHECKED;

#endif
