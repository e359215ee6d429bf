/* A scanner that plays a keyboard: its key strokes as texts, and never on the screen. */
#include <stdlib.h>

#include "evdev_port.h"
#include "evdev_wedge.h"
#include "linux_drivers.h"
#include "log.h"
#include "sysdev_drivers.h"

enum { GAP_MS = 200, GAP_LEAST_MS = 20, GAP_MOST_MS = 2000, EVENTS_A_POLL = 4096 };

struct evdev_scanner {
    struct scanner scanner;
    struct evdev_port *port;
    struct evdev_wedge wedge;
    uint32_t generation;
};

static int wait_fd(void *context)
{
    const struct evdev_scanner *s = context;
    return evdev_port_fd(s->port);
}

static enum evdev_wedge_answer step(struct evdev_scanner *s, enum till_status *status,
                                    struct scanner_text *text_out)
{
    struct input_event event;
    int64_t at_ms = 0;
    *status = evdev_port_next(s->port, &event, &at_ms);
    if (*status == TILL_DEVICE_OFFLINE || evdev_port_generation(s->port) != s->generation) {
        evdev_wedge_gone(&s->wedge);
        s->generation = evdev_port_generation(s->port);
    }
    if (*status == TILL_OK) {
        return evdev_wedge_put(&s->wedge, &event, at_ms, text_out);
    }
    return *status == TILL_UNCHANGED
               ? evdev_wedge_time(&s->wedge, evdev_port_now_ms(s->port), text_out)
               : EVDEV_WEDGE_NOTHING;
}

static enum till_status read_text(struct evdev_scanner *s, struct scanner_text *text_out)
{
    enum till_status status = TILL_OK;
    for (int i = 0; i < EVENTS_A_POLL && status == TILL_OK; i++) {
        switch (step(s, &status, text_out)) {
        case EVDEV_WEDGE_TEXT:
            return TILL_OK;
        case EVDEV_WEDGE_TOO_LARGE:
            return TILL_TOO_LARGE;
        case EVDEV_WEDGE_LOST:
            log_warning("scanner: strokes were lost, a scan is dropped");
            break;
        case EVDEV_WEDGE_NOTHING:
            break;
        }
    }
    return status == TILL_OK ? TILL_UNCHANGED : status;
}

static enum till_status next(void *context, struct scanner_text *text_out)
{
    struct evdev_scanner *s = context;
    enum till_status status = read_text(s, text_out);
    evdev_port_wake(s->port, evdev_wedge_due(&s->wedge));
    return status;
}

/* Its trigger is its own. */
static enum till_status aim(void *context, bool on)
{
    (void)context;
    (void)on;
    return TILL_UNSUPPORTED;
}

static void shut(void *context)
{
    struct evdev_scanner *s = context;
    evdev_port_close(s->port);
    free(s);
}

enum till_status evdev_scanner_open_by(struct opening *opening, struct board *board,
                                       const struct sysdev *sys)
{
    struct evdev_needs needs = {.type = EV_KEY};
    int64_t gap_ms = 0;
    struct evdev_scanner *s = calloc(1, sizeof *s);
    if (!s) {
        return TILL_E_MEMORY;
    }
    enum till_status status = settings_integer(opening->settings, opening->section, "gap", GAP_MS,
                                               GAP_LEAST_MS, GAP_MOST_MS, &gap_ms);
    if (status == TILL_OK) {
        evdev_needs_add(&needs, KEY_1);
        status = evdev_port_open(opening, sys, &needs, &s->port);
    }
    if (status != TILL_OK) {
        free(s);
        return status;
    }
    evdev_wedge_init(&s->wedge, gap_ms);
    s->generation = evdev_port_generation(s->port);
    s->scanner = (struct scanner){s, wait_fd, next, aim, shut};
    board->scanner = &s->scanner;
    return TILL_OK;
}

enum till_status evdev_scanner_open(struct opening *opening, struct board *board)
{
    return evdev_scanner_open_by(opening, board, &sysdev_kernel);
}
