#include "tune.h"

enum { STEPS_MAX = 6 };

struct step {
    uint16_t hz, ms; /* 0 Hz: a pause; 0 ms: the end */
};

/* Told apart without looking: by length, number and pitch. Small beepers are loud about 2.5 kHz. */
static const struct step patterns[SOUND_COUNT][STEPS_MAX] = {
    [SOUND_KEY] = {{2400, 10}},
    [SOUND_OK] = {{2400, 150}},
    [SOUND_ATTENTION] = {{2400, 70}, {0, 70}, {2400, 70}},
    [SOUND_ERROR] = {{600, 90}, {0, 60}, {600, 90}, {0, 60}, {600, 90}},
};

void tune_begin(struct tune *tune, enum sound_pattern pattern, int64_t now_ms)
{
    tune->pattern = pattern;
    tune->playing = true;
    tune->from_ms = now_ms;
}

uint32_t tune_now(struct tune *tune, int64_t now_ms, int64_t *next_ms_out)
{
    int64_t at_ms = tune->from_ms;
    *next_ms_out = -1;
    for (int i = 0; i < STEPS_MAX && tune->playing; i++) {
        const struct step *step = &patterns[tune->pattern][i];
        at_ms += step->ms;
        if (step->ms == 0) {
            break;
        }
        if (now_ms < at_ms) {
            *next_ms_out = at_ms;
            return step->hz;
        }
    }
    tune->playing = false;
    return 0;
}
