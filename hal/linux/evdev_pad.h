/*
 * From events of the kernel's input layer to keys of a keypad (hal/keypad.h): the map, bouncing,
 * stuck keys, lost events. Pure: bytes and times go in, keys come out.
 *
 * Bounce: the first edge counts at once; what the contacts do in the next 20 ms is looked at when
 * those are over. So no press is late, and one that was shorter is still a whole press.
 * Autorepeat (value 2) is the console's and is dropped: a held key is one down and one up, and who
 * wants a long press measures it.
 * Stuck: a key that stays down for stuck_ms is reported up, and held back until it really comes
 * up. Keys that are down when the device appears are held back as well: they are no new press.
 */
#ifndef TILL_EVDEV_PAD_H
#define TILL_EVDEV_PAD_H

#include <linux/input.h>

#include "keypad.h"

enum {
    EVDEV_PAD_BOUNCE_MS = 20,
    EVDEV_PAD_QUEUE = 64,               /* more than one event can give */
    EVDEV_KEY_BYTES = (KEY_MAX + 8) / 8 /* of a bit set of keys, as EVIOCGKEY gives it */
};

struct evdev_pad_key {
    uint16_t codes_down; /* of the codes that mean this key */
    bool told;           /* reported down */
    bool held_back;      /* until it comes up */
    int64_t told_ms;     /* when it was reported down or up */
    int64_t edge_ms;     /* when it last went down or up */
    bool ever;           /* told_ms says something */
};

struct evdev_pad {
    uint8_t map[KEY_MAX + 1]; /* enum key by code */
    uint8_t down[EVDEV_KEY_BYTES];
    struct evdev_pad_key keys[PAD_COUNT];
    struct keypad_event queue[EVDEV_PAD_QUEUE];
    size_t first, count;
    int64_t last_ms;  /* no event is older than the one before */
    int64_t stuck_ms; /* 0 = never */
    enum key stuck;   /* the last one that was given up; PAD_NONE: none since evdev_pad_stuck() */
    bool lost;        /* events were, until the report ends */
};

/* stuck_ms: 0 = a key may stay down for ever. */
void evdev_pad_init(struct evdev_pad *pad, int64_t stuck_ms);
/* code: at most KEY_MAX. Several codes may mean one key. */
void evdev_pad_map(struct evdev_pad *pad, uint16_t code, enum key key);
/* One event of that time. True: events were lost; ask the kernel which keys are down and tell
 * evdev_pad_sync(). Take what came before the next call. */
bool evdev_pad_put(struct evdev_pad *pad, const struct input_event *event, int64_t at_ms);
/* What is down now; fresh: the device has just appeared. */
void evdev_pad_sync(struct evdev_pad *pad, const uint8_t down[EVDEV_KEY_BYTES], bool fresh,
                    int64_t at_ms);
/* The device went: keys that were down come up. */
void evdev_pad_gone(struct evdev_pad *pad, int64_t at_ms);
/* No event is waiting and it is that late. Take what came before the next call. */
void evdev_pad_time(struct evdev_pad *pad, int64_t now_ms);
/* When evdev_pad_time() has something to do; -1: never. */
int64_t evdev_pad_due(const struct evdev_pad *pad);
/* The oldest key event; false: none. */
bool evdev_pad_take(struct evdev_pad *pad, struct keypad_event *event_out);
/* The key that was given up as stuck since the last question; PAD_NONE: none. */
enum key evdev_pad_stuck(struct evdev_pad *pad);

#endif
