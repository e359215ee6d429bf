/*
 * Card reader: one contact slot, one card, whole APDUs (PC/SC part 5; ISO/IEC 7816-3, -4).
 *
 * It carries command and response APDUs and chooses the transmission protocol (T=0 or T=1) itself,
 * GET RESPONSE included (ISO/IEC 7816-3:2006 §12.2.1). It knows no file, no key, no meter: what
 * the bytes mean is the business of who sends them. It never logs them.
 *
 * Threads: one instance, one thread.  Memory: buffers are the caller's.
 */
#ifndef TILL_CARD_H
#define TILL_CARD_H

#include "hal.h"

enum {
    CARD_ATR_MAX = 33,      /* TS and at most 32 more; ISO/IEC 7816-3:2006 §8.2.1 */
    CARD_COMMAND_MIN = 4,   /* CLA INS P1 P2 */
    CARD_COMMAND_MAX = 261, /* short: header, Lc, 255 bytes, Le; ISO/IEC 7816-4:2013 §5.2 */
    CARD_RESPONSE_MIN = 2,  /* SW1 SW2 */
    CARD_RESPONSE_MAX = 258 /* 256 bytes of data and SW1 SW2 */
};

struct card_atr {
    uint8_t bytes[CARD_ATR_MAX];
    size_t size; /* 2..CARD_ATR_MAX */
};

struct card_reader {
    void *context;
    int (*fd)(void *context); /* readable when a card came or went; -1: poll each tick */
    /* Is a card in the slot? TILL_DEVICE_OFFLINE: no reader. Never blocks. */
    enum till_status (*present)(void *context, bool *present_out);
    /* Power the card up, cold reset; blocks at most 1 s. TILL_NOT_FOUND: no card in the slot.
     * TILL_E_PROTOCOL: no valid answer to reset, as when a card is in upside down. */
    enum till_status (*connect)(void *context, struct card_atr *atr_out);
    /* Send one command, get its response with SW1 SW2 last; blocks at most 3 s.
     *   command   CARD_COMMAND_MIN..CARD_COMMAND_MAX bytes
     *   capacity  at least CARD_RESPONSE_MAX
     * A status word of the card, even an error, is TILL_OK here. TILL_NOT_FOUND: the card was
     * pulled out; connect again. TILL_TIMEOUT, TILL_E_PROTOCOL: the card is mute or garbled. */
    enum till_status (*transmit)(void *context, struct span command, uint8_t *response_out,
                                 size_t capacity, size_t *size_out);
    /* Power it down. Fine without a card. */
    void (*disconnect)(void *context);
    void (*close)(void *context);
};

/* Checked calls (hal.h). */
int card_fd(const struct card_reader *reader);
enum till_status card_present(const struct card_reader *reader, bool *present_out) TILL_CHECKED;
enum till_status card_connect(const struct card_reader *reader,
                              struct card_atr *atr_out) TILL_CHECKED;
enum till_status card_transmit(const struct card_reader *reader, struct span command,
                               uint8_t *response_out, size_t capacity,
                               size_t *size_out) TILL_CHECKED;
void card_disconnect(const struct card_reader *reader);

#endif
