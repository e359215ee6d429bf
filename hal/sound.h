/*
 * Sound: four patterns, so that a collector knows without looking. It knows no reason.
 */
#ifndef TILL_SOUND_H
#define TILL_SOUND_H

#include "hal.h"

/* name, number, the name in scripts */
#define SOUND_LIST(X)                                                                              \
    X(SOUND_KEY, 0, "key")             /* a key was taken: one tick, 10 ms */                      \
    X(SOUND_OK, 1, "ok")               /* done: one long, 150 ms */                                \
    X(SOUND_ATTENTION, 2, "attention") /* look here: two short */                                  \
    X(SOUND_ERROR, 3, "error")         /* refused: three short, low */

enum sound_pattern {
#define X(name, number, text) name = number,
    SOUND_LIST(X)
#undef X
        SOUND_COUNT
};

const char *sound_name(enum sound_pattern pattern);

struct sound {
    void *context;
    /* Readable when step has something to do; -1: call step each tick. NULL: the device plays a
     * whole pattern by itself. */
    int (*fd)(void *context);
    /* Begin the pattern; one that still plays is cut off. Never blocks. TILL_DEVICE_OFFLINE. */
    enum till_status (*play)(void *context, enum sound_pattern pattern);
    /* Go on with the pattern: tones begin and end here. Never blocks. TILL_DEVICE_OFFLINE. NULL
     * where fd is. */
    enum till_status (*step)(void *context);
    /* 0 = silent .. 100. TILL_UNSUPPORTED where there is only on and off. */
    enum till_status (*volume)(void *context, uint8_t percent);
    void (*close)(void *context);
};

/* Checked calls (hal.h). Without fd and step of its own: -1, and TILL_OK at once. */
int sound_fd(const struct sound *sound);
enum till_status sound_step(const struct sound *sound) TILL_CHECKED;
enum till_status sound_play(const struct sound *sound, enum sound_pattern pattern) TILL_CHECKED;
enum till_status sound_volume(const struct sound *sound, uint8_t percent) TILL_CHECKED;

#endif
