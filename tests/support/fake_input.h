/*
 * Event devices of the fake kernel: linux/input.h over a FIFO, as /dev/input/eventN is read.
 */
#ifndef TILL_FAKE_INPUT_H
#define TILL_FAKE_INPUT_H

#include <linux/input.h>

#include "fake_kernel.h"

enum { FAKE_SOUNDS_MAX = 64, FAKE_CODE_BYTES = (KEY_MAX + 8) / 8 };

struct fake_sound {
    uint16_t code; /* SND_TONE, SND_BELL */
    int32_t value;
    int64_t at_ms;
};

struct fake_input {
    char name[64], phys[64];
    uint8_t keys[FAKE_CODE_BYTES]; /* that it has */
    uint8_t down[FAKE_CODE_BYTES];
    uint8_t tones;  /* bit set of SND_…; 0: no sound */
    int writer;     /* of the FIFO */
    int grabbed_by; /* descriptor; -1: nobody */
    bool grabbed_elsewhere;
    bool old; /* a kernel before 3.4: it knows no EVIOCSCLOCKID */
    bool monotonic;
    struct fake_sound sounds[FAKE_SOUNDS_MAX];
    size_t sound_count;
    struct fake_node *node;
};

/* A device with all keys of a keyboard, its node a FIFO at `path` (made now). */
void fake_input_add(struct fake_kernel *kernel, struct fake_input *input, const char *path,
                    const char *name, const char *phys);
/* Removes the FIFO. */
void fake_input_remove(struct fake_input *input);
void fake_input_unplug(struct fake_input *input);
void fake_input_plug(struct fake_input *input);
/* One event, at the kernel's time. */
void fake_input_event(struct fake_input *input, uint16_t type, uint16_t code, int32_t value);
/* A key and its report. value: 0, 1, 2. */
void fake_input_key(struct fake_input *input, uint16_t code, int32_t value);
/* Nobody read for long: what waits is dropped, and SYN_DROPPED says so. */
void fake_input_overflow(struct fake_input *input);

#endif
