/*
 * Monotonic counter: a number in hardware (TPM, secure element, RPMB) that only grows, and that
 * a restored image of the storage doesn't take back. It knows nothing of what is counted.
 */
#ifndef TILL_COUNTER_H
#define TILL_COUNTER_H

#include "hal.h"

struct counter {
    void *context;
    /* TILL_DEVICE_OFFLINE, TILL_E_DEVICE. Blocks at most 50 ms. */
    enum till_status (*read)(void *context, uint64_t *value_out);
    /* Add one; *value_out is the new value, and it is in the hardware when this returns TILL_OK.
     * After any other answer it may or may not have been added: read. TILL_LIMIT_REACHED: it is
     * worn out. Blocks at most 200 ms. */
    enum till_status (*increase)(void *context, uint64_t *value_out);
    void (*close)(void *context);
};

/* Checked calls (hal.h). */
enum till_status counter_read(const struct counter *counter, uint64_t *value_out) TILL_CHECKED;
enum till_status counter_increase(const struct counter *counter, uint64_t *value_out) TILL_CHECKED;

#endif
