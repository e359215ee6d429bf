/* A keypad that the kernel knows: the events of an input device as keys. */
#include <stdlib.h>

#include "evdev_keys.h"
#include "evdev_port.h"
#include "linux_drivers.h"
#include "log.h"
#include "sysdev_drivers.h"

enum { STUCK_S = 30, STUCK_MOST_S = 3600, EVENTS_A_POLL = 256 };

struct evdev_keypad {
    struct keypad keypad;
    struct evdev_port *port;
    struct evdev_pad pad;
    uint32_t generation; /* of the port, that the pad knows */
    bool sync_due;       /* the kernel is to be asked which keys are down */
    bool fresh;          /* because the device has just appeared */
};

static int wait_fd(void *context)
{
    const struct evdev_keypad *k = context;
    return evdev_port_fd(k->port);
}

/* What was held when it went is up; what is held when it comes is no press. */
static void note_generation(struct evdev_keypad *k)
{
    uint32_t generation = evdev_port_generation(k->port);
    if (generation != k->generation) {
        k->generation = generation;
        k->sync_due = k->fresh = true;
        evdev_pad_gone(&k->pad, evdev_port_now_ms(k->port));
    }
}

static enum till_status sync_keys(struct evdev_keypad *k)
{
    uint8_t down[EVDEV_CODE_BYTES];
    enum till_status status = evdev_port_keys(k->port, down);
    if (status == TILL_OK) {
        evdev_pad_sync(&k->pad, down, k->fresh, evdev_port_now_ms(k->port));
        k->sync_due = k->fresh = false;
    }
    return status;
}

/* Events of the kernel until they give a key, or none is left. */
static enum till_status take_events(struct evdev_keypad *k)
{
    for (int i = 0; i < EVENTS_A_POLL && k->pad.count == 0; i++) {
        struct input_event event;
        int64_t at_ms = 0;
        if (k->sync_due) {
            enum till_status status = sync_keys(k);
            if (status != TILL_OK) {
                return status;
            }
            continue;
        }
        enum till_status status = evdev_port_next(k->port, &event, &at_ms);
        if (status == TILL_DEVICE_OFFLINE) {
            return status;
        }
        note_generation(k);
        if (k->sync_due) {
            continue; /* the event is older than the state that is asked for now */
        }
        if (status == TILL_UNCHANGED) {
            evdev_pad_time(&k->pad, evdev_port_now_ms(k->port));
            return status;
        }
        k->sync_due = evdev_pad_put(&k->pad, &event, at_ms);
    }
    return TILL_OK;
}

static enum till_status next(void *context, struct keypad_event *event_out)
{
    struct evdev_keypad *k = context;
    enum till_status status = k->pad.count == 0 ? take_events(k) : TILL_OK;
    if (status == TILL_DEVICE_OFFLINE) {
        evdev_pad_gone(&k->pad, evdev_port_now_ms(k->port));
    }
    bool any = evdev_pad_take(&k->pad, event_out);
    bool more = k->pad.count > 0 || k->sync_due;
    evdev_port_wake(k->port, more ? evdev_port_now_ms(k->port) : evdev_pad_due(&k->pad));
    if (any) {
        return TILL_OK;
    }
    enum key stuck = evdev_pad_stuck(&k->pad);
    if (stuck != PAD_NONE) {
        log_warning("keypad: key %s is stuck", key_name((int)stuck));
        return TILL_E_DEVICE;
    }
    return status == TILL_OK ? TILL_UNCHANGED : status;
}

static void shut(void *context)
{
    struct evdev_keypad *k = context;
    evdev_port_close(k->port);
    free(k);
}

static void list_needs(const struct evdev_pad *pad, struct evdev_needs *needs)
{
    *needs = (struct evdev_needs){.type = EV_KEY};
    for (unsigned code = 0; code <= KEY_MAX; code++) {
        if (pad->map[code] != PAD_NONE) {
            evdev_needs_add(needs, code);
        }
    }
}

enum till_status evdev_keypad_open_by(struct opening *opening, struct board *board,
                                      const struct sysdev *sys)
{
    int64_t stuck_s = 0;
    struct evdev_needs needs;
    struct evdev_keypad *k = calloc(1, sizeof *k);
    if (!k) {
        return TILL_E_MEMORY;
    }
    enum till_status status = settings_integer(opening->settings, opening->section, "stuck",
                                               STUCK_S, 0, STUCK_MOST_S, &stuck_s);
    evdev_pad_init(&k->pad, stuck_s * 1000);
    if (status == TILL_OK) {
        status = evdev_keys_read(opening, &k->pad);
    }
    if (status == TILL_OK) {
        list_needs(&k->pad, &needs);
        status = evdev_port_open(opening, sys, &needs, &k->port);
    }
    if (status != TILL_OK) {
        free(k);
        return status;
    }
    note_generation(k);
    if (k->sync_due && sync_keys(k) != TILL_OK) {
        log_warning("keypad: it went as it came");
    }
    k->keypad = (struct keypad){k, wait_fd, next, shut};
    board->keypad = &k->keypad;
    return TILL_OK;
}

enum till_status evdev_keypad_open(struct opening *opening, struct board *board)
{
    return evdev_keypad_open_by(opening, board, &sysdev_kernel);
}
