/*
 * From the key strokes of a scanner that plays a keyboard (a "wedge") to texts: US layout, as such
 * scanners come from the factory. Pure: events and times go in, texts come out.
 *
 * A text ends with Enter, or when gap_ms pass without a stroke. Half a text is none: where the
 * kernel lost events, all of it is dropped. Strokes that give no character (locks, F keys) say
 * nothing; Ctrl gives the control characters that some codes hold (GS as Ctrl+]).
 */
#ifndef TILL_EVDEV_WEDGE_H
#define TILL_EVDEV_WEDGE_H

#include <linux/input.h>

#include "scanner.h"

enum evdev_wedge_answer {
    EVDEV_WEDGE_NOTHING, /* yet */
    EVDEV_WEDGE_TEXT,
    EVDEV_WEDGE_TOO_LARGE, /* one was, and is dropped */
    EVDEV_WEDGE_LOST       /* one lost strokes, and is dropped */
};

struct evdev_wedge {
    char bytes[SCANNER_TEXT_MAX];
    size_t size;
    bool large, damaged;
    bool lost;       /* events were, until the report ends */
    uint8_t shift;   /* bit 0 left, bit 1 right */
    uint8_t control; /* the same */
    int64_t last_ms; /* of the last stroke */
    int64_t gap_ms;  /* that end a text */
};

void evdev_wedge_init(struct evdev_wedge *wedge, int64_t gap_ms);
/* One event of that time. *text_out is touched only where a text is answered. */
enum evdev_wedge_answer evdev_wedge_put(struct evdev_wedge *wedge, const struct input_event *event,
                                        int64_t at_ms, struct scanner_text *text_out);
/* No event is waiting and it is that late. */
enum evdev_wedge_answer evdev_wedge_time(struct evdev_wedge *wedge, int64_t now_ms,
                                         struct scanner_text *text_out);
/* When evdev_wedge_time() has something to say; -1: never. */
int64_t evdev_wedge_due(const struct evdev_wedge *wedge);
/* The scanner went: what it had begun to say is dropped. */
void evdev_wedge_gone(struct evdev_wedge *wedge);

#endif
