/*
 * A SIM's PIN from a file, so that it is tried at most once.
 *
 * Three wrong PINs block a SIM, and a program that restarts forgets what it tried. So a note is
 * written beside the file before the PIN leaves it, and taken away when the SIM has opened. It says
 * which writing of the file was tried (its time and size), and that one isn't tried again: writing
 * the file anew is what lets it. The file's folder must therefore be writable.
 */
#ifndef TILL_MODEM_PIN_H
#define TILL_MODEM_PIN_H

#include "hal.h"

enum { MODEM_PIN_MAX = 8 }; /* digits, 4 at least: 3GPP TS 31.101 §9.5.1 */

/*
 * Take the PIN, to be tried now.
 *   path     a regular file that nobody but its owner may read or write (0600), with the digits
 *   pin_out  wipe it after use; untouched unless TILL_OK
 * TILL_NOT_FOUND: no such file. TILL_REFUSED: it was tried since it was written. TILL_E_CONFIG:
 * its mode or its content. TILL_E_IO: the note can't be written, so it isn't tried. Logs why.
 */
enum till_status modem_pin_take(const char *path, char pin_out[MODEM_PIN_MAX + 1]) TILL_CHECKED;
/* The SIM opened. */
void modem_pin_accepted(const char *path);

#endif
