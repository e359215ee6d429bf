/*
 * Settings that are kept on the device: values only. Written by a technician, authenticated by the
 * device secret (identity.c), each change journalled.
 */
#ifndef TILL_KEPT_H
#define TILL_KEPT_H

#include <stdbool.h>
#include <stdint.h>

struct settings_kept {
    uint32_t idle_lock_s;  /* without a key, then the PIN is asked; 0 = never; 300 */
    uint8_t battery_low;   /* percent: warn; 15 */
    uint8_t battery_empty; /* percent: stop in order; 5 */
    bool key_sound;        /* a tick for each key; true */
    char apn[65];          /* of the SIM; "" = the board's */
    uint8_t darkness;      /* of the print, 1 pale .. 5 dark; 3 = as the printer's profile has it */
    uint32_t data_kb;      /* that the SIM may carry in a day; 0 = as much as there is */
    uint32_t pin_rounds;   /* of this board, measured once; 0 = not yet */
    bool numbered_receipts, numbered_invoices; /* receipts, invoices are printed on paper with
                                                  numbers (entry_stock.h); false: on plain one */
    char device[65]; /* serial of the hardware that was enrolled; "" = the board tells none */
};

#endif
