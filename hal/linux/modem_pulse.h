/*
 * A modem's power or reset line, as the kernel gives it in a file: a GPIO's value, a LED class
 * device, a regulator's state. One word is written, and after a while the other one.
 */
#ifndef TILL_MODEM_PULSE_H
#define TILL_MODEM_PULSE_H

#include "driver.h"

struct modem_pulse {
    char path[SETTINGS_LINE_MAX + 1]; /* "" = the board has none */
    char on[17], off[17];             /* while it is reset, and otherwise */
    int64_t pulse_ms;
    int64_t until_ms; /* of a pulse under way; 0 = none */
};

/* Options reset_file, reset_on (1), reset_off (0), reset_ms (500). TILL_E_CONFIG. */
enum till_status modem_pulse_options(struct opening *opening,
                                     struct modem_pulse *pulse_out) TILL_CHECKED;
/* TILL_UNSUPPORTED: there is no file. TILL_E_DEVICE: it can't be written. */
enum till_status modem_pulse_start(struct modem_pulse *pulse, int64_t now_ms) TILL_CHECKED;
/* Ends a pulse that has lasted; true: it ended just now. */
bool modem_pulse_step(struct modem_pulse *pulse, int64_t now_ms);
/* When the modem's owner goes: the line is let go at once. */
void modem_pulse_end(struct modem_pulse *pulse);

#endif
