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
    switch (number) {
    case 1:
        s->offline = bit(byte, 3);
        break;
    case 2:
        s->cover = bit(byte, 2);
        s->paper_out = bit(byte, 5);
        break;
    case 3:
        s->broken = bit(byte, 3) || bit(byte, 5);
        s->hot = bit(byte, 6);
        break;
    default:
        s->paper_low = bit(byte, 2) || bit(byte, 3);
        s->paper_out = bit(byte, 5) || bit(byte, 6);
        break;
    }
}

static void take_automatic(struct escpos_status *s)
{
    const uint8_t *a = s->automatic;
    s->known = true;
    s->offline = bit(a[0], 3);
    s->cover = bit(a[0], 5);
    s->broken = bit(a[1], 3) || bit(a[1], 5);
    s->hot = bit(a[1], 6);
    s->paper_low = bit(a[2], 0) || bit(a[2], 1);
    s->paper_out = bit(a[2], 2) || bit(a[2], 3);
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

enum till_status escpos_status_of(const struct escpos_status *s)
{
    if (s->broken) {
        return TILL_E_DEVICE;
    }
    if (s->cover) {
        return TILL_COVER_OPEN; /* first: an open cover reads as no paper too */
    }
    if (s->paper_out) {
        return TILL_PAPER_OUT;
    }
    if (s->hot) {
        return TILL_PRINTER_HOT;
    }
    return s->offline ? TILL_DEVICE_OFFLINE : TILL_OK;
}

bool escpos_status_is_half_told(const struct escpos_status *s)
{
    return s->asked_count > 0 && escpos_status_of(s) == TILL_DEVICE_OFFLINE;
}
