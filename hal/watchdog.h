/*
 * Watchdog: a timer in hardware that restarts the handheld when nobody feeds it. It knows no reason
 * to be fed: who runs the main loop feeds it after each step that came to its end.
 *
 * A missed feed resets the processor: no program ends in order, nothing is written any more, as in
 * a power cut. What is on paper survives that by the journal's own rules. A program that crashes
 * leaves the watchdog armed, and the reset brings it back.
 */
#ifndef TILL_WATCHDOG_H
#define TILL_WATCHDOG_H

#include "hal.h"

enum { WATCHDOG_MOST_S = 3600 };

struct watchdog {
    void *context;
    /* Begin, or change the time: without a feed for timeout_s the handheld restarts. Hardware that
     * can't wait so long, or only in steps, takes what it can; *timeout_s_out is what it took.
     * TILL_DEVICE_OFFLINE: there is none now. TILL_BUSY: another program has it. TILL_E_DEVICE.
     * Never blocks. */
    enum till_status (*arm)(void *context, uint32_t timeout_s, uint32_t *timeout_s_out);
    /* All is well. Without arm: TILL_OK, and nothing happens. TILL_DEVICE_OFFLINE, TILL_E_DEVICE:
     * it was not heard, and the restart comes. Never blocks. */
    enum till_status (*feed)(void *context);
    /* End it in order ("magic close"). TILL_UNSUPPORTED: this one can't be stopped, and restarts
     * the handheld unless another program feeds it. Without arm: TILL_OK. Never blocks. */
    enum till_status (*disarm)(void *context);
    /* One that is armed stays so. */
    void (*close)(void *context);
};

/* Checked calls (hal.h). timeout_s: 1..WATCHDOG_MOST_S. */
enum till_status watchdog_arm(const struct watchdog *watchdog, uint32_t timeout_s,
                              uint32_t *timeout_s_out) TILL_CHECKED;
enum till_status watchdog_feed(const struct watchdog *watchdog) TILL_CHECKED;
enum till_status watchdog_disarm(const struct watchdog *watchdog) TILL_CHECKED;

#endif
