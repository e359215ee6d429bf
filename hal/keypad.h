/*
 * Keypad: keys going down and up, with the time they did. No meaning, no repeat: a held key is
 * one down and one up, and who wants a long press or a repeat measures the time between. Bouncing
 * below 20 ms is the driver's to swallow. Keys that are down when the device comes are no presses.
 */
#ifndef TILL_KEYPAD_H
#define TILL_KEYPAD_H

#include "hal.h"
#include "keys.h"

struct keypad_event {
    enum key key;
    bool down;
    int64_t at_ms; /* monotonic, the board clock's */
};

struct keypad {
    void *context;
    /* Readable when poll has something; -1: poll each tick. */
    int (*fd)(void *context);
    /* The next event. TILL_UNCHANGED: none is waiting. TILL_DEVICE_OFFLINE: unplugged, and every
     * key is up; poll goes on working when it comes back. TILL_E_DEVICE, once for each time: a key
     * is stuck down; it has been reported up and says nothing until it really comes up. Never
     * blocks. */
    enum till_status (*poll)(void *context, struct keypad_event *event_out);
    void (*close)(void *context);
};

/* Checked calls (hal.h). */
int keypad_fd(const struct keypad *keypad);
enum till_status keypad_poll(const struct keypad *keypad,
                             struct keypad_event *event_out) TILL_CHECKED;

#endif
