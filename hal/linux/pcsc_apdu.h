/*
 * How one command APDU becomes what a card of T=0 is sent, and its answers become one response:
 * ISO/IEC 7816-3:2006 §12.2. Le is left out where T=0 has no room for it, GET RESPONSE fetches what
 * 61xx announces, a wrong Le (6Cxx) is put right. Cards of T=1 may answer 61xx and 6Cxx as well.
 *
 * It knows no reader.  Nothing is allocated; what passed through is wiped.
 */
#ifndef TILL_PCSC_APDU_H
#define TILL_PCSC_APDU_H

#include "card.h"

enum apdu_case { /* ISO/IEC 7816-3:2006 §12.1.1, short ones */
                 APDU_BAD = 0,
                 APDU_HEADER = 1, /* neither data nor Le */
                 APDU_LE = 2,
                 APDU_DATA = 3,
                 APDU_DATA_LE = 4
};
enum apdu_case apdu_case_of(struct span command);

/* Who carries one command to the card and brings what it answers, SW1 SW2 last. */
struct apdu_carrier {
    void *context;
    enum till_status (*send)(void *context, struct span command, uint8_t *response_out,
                             size_t capacity, size_t *size_out);
};

/*
 * The whole exchange.
 *   t0        the card speaks T=0
 *   capacity  at least CARD_RESPONSE_MAX
 * TILL_BAD_INPUT: no short command APDU; nothing was sent. TILL_E_PROTOCOL: an answer that is none,
 * more than 256 bytes of data, or no end of 61xx and 6Cxx. Else what the carrier says. Outputs are
 * untouched unless TILL_OK.
 */
enum till_status apdu_exchange(const struct apdu_carrier *carrier, bool t0, struct span command,
                               uint8_t *response_out, size_t capacity,
                               size_t *size_out) TILL_CHECKED;

/* Could these bytes be an answer to reset? TS, and the bytes that its T0 and TDi announce; a check
 * byte, where there is one, is the reader's business. ISO/IEC 7816-3:2006 §8.2. */
bool atr_is_whole(struct span atr);

#endif
