/*
 * What an ESC/POS printer says of itself: bytes of its answers to DLE EOT, GS r and, unasked, of
 * automatic status (Epson's ESC/POS reference: DLE EOT, GS r, GS a). It knows no line and no time.
 *
 * Each answer overwrites what it speaks of and nothing else: DLE EOT 2 says that printing stopped
 * for want of paper, DLE EOT 4 what the sensor sees, and either is enough.
 */
#ifndef TILL_ESCPOS_STATUS_H
#define TILL_ESCPOS_STATUS_H

#include "printer.h"

enum { ESCPOS_ASKED_MAX = 64 };

struct escpos_status {
    /* as last told */
    bool offline, cover, feeding, error; /* error: of a sort that DLE EOT 3 names */
    bool paper_stop, paper_end, paper_low;
    bool hot, cutter, broken;
    bool known; /* anything was told since escpos_status_init */
    /* what is being told */
    uint8_t asked[ESCPOS_ASKED_MAX]; /* numbers of DLE EOT without an answer yet, oldest first */
    size_t asked_count;
    uint8_t automatic[4];
    size_t automatic_size;
    uint32_t told;    /* answers to DLE EOT, and automatic ones, so far */
    uint32_t reports; /* answers to GS r so far */
    uint32_t noise;   /* bytes that answer nothing */
};

void escpos_status_init(struct escpos_status *s);
/* DLE EOT n was sent, n 1..4. false: too many are unanswered, so it must not be sent. */
bool escpos_status_ask(struct escpos_status *s, uint8_t number);
/* One byte from the printer. */
void escpos_status_put(struct escpos_status *s, uint8_t byte);
/* What that means: TILL_OK, COVER_OPEN, PAPER_OUT, CUTTER_STUCK, PRINTER_HOT, E_DEVICE,
 * DEVICE_OFFLINE (it said so, and not why). */
enum till_status escpos_status_of(const struct escpos_status *s);
/* The same in enum printer_flags. */
unsigned escpos_status_flags(const struct escpos_status *s);
/* It said that it is offline, and its answers that say why are still to come. */
bool escpos_status_is_half_told(const struct escpos_status *s);

#endif
