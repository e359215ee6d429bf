/*
 * The patterns of hal/sound.h as tones and pauses by the clock. Pure: who drives a beeper asks what
 * is to be heard now and when that changes.
 */
#ifndef TILL_TUNE_H
#define TILL_TUNE_H

#include "sound.h"

struct tune {
    enum sound_pattern pattern;
    bool playing;
    int64_t from_ms;
};

void tune_begin(struct tune *tune, enum sound_pattern pattern, int64_t now_ms);
/* The pitch that is to be heard now, in Hz; 0: silence. *next_ms_out is when that changes; -1: it
 * is over. */
uint32_t tune_now(struct tune *tune, int64_t now_ms, int64_t *next_ms_out);

#endif
