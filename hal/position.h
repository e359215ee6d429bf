/*
 * Position: where the device is, how sure and how old. Coordinates are WGS 84 as the receiver
 * gives them; maps that want another datum convert (it is not done here).
 */
#ifndef TILL_POSITION_H
#define TILL_POSITION_H

#include "hal.h"

struct position_fix {
    int32_t latitude_e7;  /* 1e-7 degree, north positive, -900000000..900000000 */
    int32_t longitude_e7; /* 1e-7 degree, east positive, -1800000000..1800000000 */
    uint32_t accuracy_dm; /* radius in 0.1 m within which it is with 68 % at least; 0 = not known */
    uint32_t age_s;       /* since it was measured */
    uint8_t dimensions;   /* 2: without height, which is less sure; 3; 0 = not known */
};

struct position {
    void *context;
    /* The latest fix, whatever its age. TILL_NOT_FOUND: none since start. TILL_DEVICE_OFFLINE:
     * none, and there is no receiver. Never blocks longer than 20 ms. */
    enum till_status (*read)(void *context, struct position_fix *fix_out);
    /* Receiver on or off, for the battery's sake; TILL_UNSUPPORTED. While it is on, read at least
     * every ten seconds, so that what it says doesn't pile up. */
    enum till_status (*enable)(void *context, bool on);
    void (*close)(void *context);
};

/* Checked calls (hal.h). */
enum till_status position_read(const struct position *position,
                               struct position_fix *fix_out) TILL_CHECKED;
enum till_status position_enable(const struct position *position, bool on) TILL_CHECKED;

#endif
