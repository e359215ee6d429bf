/*
 * What every modem of a board file knows, whoever drives it: apn, pin_file, reset_file and its
 * words (modem_pulse.h).
 */
#ifndef TILL_MODEM_OPTIONS_H
#define TILL_MODEM_OPTIONS_H

#include "modem.h"
#include "modem_pulse.h"

struct modem_options {
    char apn[MODEM_APN_MAX + 1];          /* "" = the program's to say */
    char pin_file[SETTINGS_LINE_MAX + 1]; /* modem_pin.h; "" = none */
    struct modem_pulse pulse;
};

/* TILL_E_CONFIG, with a message. */
enum till_status modem_options_read(struct opening *opening,
                                    struct modem_options *options_out) TILL_CHECKED;
/* Letters, digits, dots, hyphens and, as operators have them, underscores; 1..MODEM_APN_MAX bytes.
 * 3GPP TS 23.003 §9.1. */
bool modem_apn_is_fine(const char *apn);

#endif
