#include "escpos_status.h"

#include <assert.h>
#include <string.h>

void escpos_status_init(struct escpos_status *s)
{
    memset(s, 0, sizeof *s);
}

bool escpos_status_ask(struct escpos_status *s, uint8_t number)
{
    assert(number >= 1 && number <= 4);
    if (s->asked_count == ESCPOS_ASKED_MAX) {
        return false;
    }
    s->asked[s->asked_count++] = number;
    return true;
}

static bool bit(uint8_t byte, unsigned number)
{
    return (byte >> number & 1) != 0;
}

/* DLE EOT 1..4; bit by bit as in Epson's reference. Bit 2 of an error is left alone: a mechanical
 * error of impact printers, and undefined, so at times set, in thermal ones. */
static void take_realtime(struct escpos_status *s, uint8_t byte)
{
    if (s->asked_count == 0) {
        s->noise++;
        return;
    }
    uint8_t number = s->asked[0];
    s->asked_count--;
    memmove(s->asked, s->asked + 1, s->asked_count);
    s->known = true;
    s->told++;
    switch (number) {
    case 1:
        s->offline = bit(byte, 3);
        break;
    case 2:
        s->cover = bit(byte, 2);
        s->feeding = bit(byte, 3);
        s->paper_stop = bit(byte, 5);
        s->error = bit(byte, 6);
        break;
    case 3:
        s->cutter = bit(byte, 3);
        s->broken = bit(byte, 5);
        s->hot = bit(byte, 6); /* recovers by itself: the head cools down */
        break;
    default:
        s->paper_low = bit(byte, 2) || bit(byte, 3);
        s->paper_end = bit(byte, 5) || bit(byte, 6);
        break;
    }
}

/* GS a: the same facts in four bytes, sent when one of them changes. */
static void take_automatic(struct escpos_status *s)
{
    const uint8_t *a = s->automatic;
    s->known = true;
    s->told++;
    s->offline = bit(a[0], 3);
    s->cover = bit(a[0], 5);
    s->feeding = bit(a[0], 6);
    s->cutter = bit(a[1], 3);
    s->broken = bit(a[1], 5);
    s->hot = bit(a[1], 6);
    s->error = s->cutter || s->broken || s->hot;
    s->paper_low = bit(a[2], 0) || bit(a[2], 1);
    s->paper_end = bit(a[2], 2) || bit(a[2], 3);
    s->paper_stop = s->paper_end;
}

void escpos_status_put(struct escpos_status *s, uint8_t byte)
{
    /* Fixed bits tell the answers apart: DLE EOT 0xx1xx10, automatic status 0xx1xx00 and then
     * three bytes 0xx0xxxx, GS r 0xx0xxxx. */
    if ((byte & 0x93) == 0x12) {
        s->automatic_size = 0;
        take_realtime(s, byte);
    } else if ((byte & 0x93) == 0x10) {
        s->automatic[0] = byte;
        s->automatic_size = 1;
    } else if ((byte & 0x90) == 0x00 && s->automatic_size > 0) {
        s->automatic[s->automatic_size++] = byte;
        if (s->automatic_size == sizeof s->automatic) {
            s->automatic_size = 0;
            take_automatic(s);
        }
    } else if ((byte & 0x90) == 0x00) {
        s->reports++;
    } else {
        s->noise++;
    }
}

/* An open cover comes first: with most printers it reads as no paper and as a recoverable error
 * too, and it is what a person sees at once. */
enum till_status escpos_status_of(const struct escpos_status *s)
{
    if (s->broken) {
        return TILL_E_DEVICE;
    }
    if (s->cover) {
        return TILL_COVER_OPEN;
    }
    if (s->cutter) {
        return TILL_CUTTER_STUCK;
    }
    if (s->paper_end || s->paper_stop) {
        return TILL_PAPER_OUT;
    }
    if (s->hot) {
        return TILL_PRINTER_HOT;
    }
    return s->offline || s->error ? TILL_DEVICE_OFFLINE : TILL_OK;
}

unsigned escpos_status_flags(const struct escpos_status *s)
{
    return (s->paper_low ? (unsigned)PRINTER_PAPER_LOW : 0) |
           (s->paper_end || s->paper_stop ? (unsigned)PRINTER_NO_PAPER : 0) |
           (s->cover ? (unsigned)PRINTER_COVER : 0) | (s->hot ? (unsigned)PRINTER_HOT : 0) |
           (s->cutter ? (unsigned)PRINTER_CUTTER : 0) | (s->broken ? (unsigned)PRINTER_BROKEN : 0) |
           (s->feeding ? (unsigned)PRINTER_FEEDING : 0);
}

bool escpos_status_is_half_told(const struct escpos_status *s)
{
    return s->asked_count > 0 && escpos_status_of(s) == TILL_DEVICE_OFFLINE;
}
