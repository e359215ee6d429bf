#include "evdev_pad.h"

#include <assert.h>
#include <string.h>

static bool bit(const uint8_t *set, unsigned number)
{
    return (set[number / 8] >> (number % 8) & 1) != 0;
}

static void set_bit(uint8_t *set, unsigned number, bool on)
{
    uint8_t mask = (uint8_t)(1u << (number % 8));
    set[number / 8] = (uint8_t)(on ? set[number / 8] | mask : set[number / 8] & ~mask);
}

void evdev_pad_init(struct evdev_pad *pad, int64_t stuck_ms)
{
    memset(pad, 0, sizeof *pad);
    pad->stuck_ms = stuck_ms;
}

void evdev_pad_map(struct evdev_pad *pad, uint16_t code, enum key key)
{
    assert(code <= KEY_MAX && key > PAD_NONE && key < PAD_COUNT);
    pad->map[code] = (uint8_t)key;
}

static void tell(struct evdev_pad *pad, enum key number, bool down, int64_t at_ms)
{
    struct evdev_pad_key *key = &pad->keys[number];
    assert(pad->count < EVDEV_PAD_QUEUE);
    size_t at = (pad->first + pad->count++) % EVDEV_PAD_QUEUE;
    pad->queue[at] = (struct keypad_event){number, down, at_ms};
    key->told = down;
    key->told_ms = at_ms;
    key->ever = true;
}

/* When something falls due for a key: the end of its bouncing, or that it is stuck; -1: nothing. */
static int64_t key_due(const struct evdev_pad *pad, const struct evdev_pad_key *key)
{
    bool down = key->codes_down > 0;
    if (key->held_back) {
        return -1;
    }
    if (down != key->told) {
        int64_t quiet_ms = key->ever ? key->told_ms + EVDEV_PAD_BOUNCE_MS : key->edge_ms;
        return quiet_ms > key->edge_ms ? quiet_ms : key->edge_ms;
    }
    return down && pad->stuck_ms > 0 ? key->told_ms + pad->stuck_ms : -1;
}

static int64_t next_due(const struct evdev_pad *pad, enum key *which_out)
{
    int64_t due_ms = -1;
    for (int i = PAD_NONE + 1; i < PAD_COUNT; i++) {
        int64_t own_ms = key_due(pad, &pad->keys[i]);
        if (own_ms >= 0 && (due_ms < 0 || own_ms < due_ms)) {
            due_ms = own_ms;
            *which_out = (enum key)i;
        }
    }
    return due_ms;
}

int64_t evdev_pad_due(const struct evdev_pad *pad)
{
    enum key which = PAD_NONE;
    return next_due(pad, &which);
}

/* A key has at most three things to say in one go: down, up, down. */
void evdev_pad_time(struct evdev_pad *pad, int64_t now_ms)
{
    pad->last_ms = now_ms > pad->last_ms ? now_ms : pad->last_ms;
    enum key which = PAD_NONE;
    for (int i = 0; i < EVDEV_PAD_QUEUE && pad->count < EVDEV_PAD_QUEUE; i++) {
        int64_t due_ms = next_due(pad, &which);
        if (due_ms < 0 || due_ms > now_ms) {
            return;
        }
        struct evdev_pad_key *key = &pad->keys[which];
        bool down = key->codes_down > 0;
        if (down == key->told) {
            tell(pad, which, false, due_ms);
            key->held_back = true;
            pad->stuck = which;
        } else {
            tell(pad, which, down, due_ms);
        }
    }
}

static void settle(struct evdev_pad *pad, enum key number)
{
    struct evdev_pad_key *key = &pad->keys[number];
    if (key->codes_down == 0) {
        key->held_back = false;
    }
    evdev_pad_time(pad, pad->last_ms);
}

static int64_t in_order(struct evdev_pad *pad, int64_t at_ms)
{
    if (at_ms > pad->last_ms) {
        evdev_pad_time(pad, at_ms);
    }
    return pad->last_ms;
}

static void change(struct evdev_pad *pad, unsigned code, bool down)
{
    enum key number = (enum key)pad->map[code];
    if (number == PAD_NONE || bit(pad->down, code) == down) {
        return;
    }
    set_bit(pad->down, code, down);
    struct evdev_pad_key *key = &pad->keys[number];
    key->codes_down = (uint16_t)(down ? key->codes_down + 1 : key->codes_down - 1);
    key->edge_ms = pad->last_ms;
}

bool evdev_pad_put(struct evdev_pad *pad, const struct input_event *event, int64_t at_ms)
{
    (void)in_order(pad, at_ms);
    if (event->type == EV_SYN && event->code == SYN_DROPPED) {
        pad->lost = true;
        return false;
    }
    if (pad->lost) {
        /* Up to the report's end, all of it is half of something. */
        bool ended = event->type == EV_SYN && event->code == SYN_REPORT;
        pad->lost = !ended;
        return ended;
    }
    if (event->type == EV_KEY && event->code <= KEY_MAX &&
        (event->value == 0 || event->value == 1)) {
        change(pad, event->code, event->value == 1);
        if (pad->map[event->code] != PAD_NONE) {
            settle(pad, (enum key)pad->map[event->code]);
        }
    }
    return false;
}

void evdev_pad_sync(struct evdev_pad *pad, const uint8_t down[EVDEV_KEY_BYTES], bool fresh,
                    int64_t at_ms)
{
    (void)in_order(pad, at_ms);
    pad->lost = false;
    for (unsigned code = 0; code <= KEY_MAX; code++) {
        change(pad, code, bit(down, code));
    }
    for (int i = PAD_NONE + 1; i < PAD_COUNT; i++) {
        struct evdev_pad_key *key = &pad->keys[i];
        key->held_back = key->codes_down > 0 && (fresh || key->held_back);
    }
    evdev_pad_time(pad, pad->last_ms);
}

void evdev_pad_gone(struct evdev_pad *pad, int64_t at_ms)
{
    (void)in_order(pad, at_ms);
    pad->lost = false;
    memset(pad->down, 0, sizeof pad->down);
    for (int i = PAD_NONE + 1; i < PAD_COUNT; i++) {
        struct evdev_pad_key *key = &pad->keys[i];
        key->codes_down = 0;
        key->held_back = false;
        if (key->told) {
            tell(pad, (enum key)i, false, pad->last_ms);
        }
    }
}

bool evdev_pad_take(struct evdev_pad *pad, struct keypad_event *event_out)
{
    if (pad->count == 0) {
        return false;
    }
    *event_out = pad->queue[pad->first];
    pad->first = (pad->first + 1) % EVDEV_PAD_QUEUE;
    pad->count--;
    return true;
}

enum key evdev_pad_stuck(struct evdev_pad *pad)
{
    enum key stuck = pad->stuck;
    pad->stuck = PAD_NONE;
    return stuck;
}
