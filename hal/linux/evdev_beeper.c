/* A beeper that the kernel knows as an input device: pcspkr, pwm-beeper, gpio-beeper. */
#include <stdlib.h>

#include "evdev_port.h"
#include "linux_drivers.h"
#include "sysdev_drivers.h"
#include "tune.h"

struct evdev_beeper {
    struct sound sound;
    struct evdev_port *port;
    struct tune tune;
    uint32_t heard; /* Hz that were sent last */
};

static int wait_fd(void *context)
{
    const struct evdev_beeper *b = context;
    return evdev_port_fd(b->port);
}

/* One that knows no pitch (gpio-beeper) is only on or off. */
static enum till_status send_tone(struct evdev_beeper *b, uint32_t hz)
{
    if (evdev_port_has(b->port, SND_TONE)) {
        return evdev_port_send(b->port, EV_SND, SND_TONE, (int32_t)hz);
    }
    return evdev_port_send(b->port, EV_SND, SND_BELL, hz > 0);
}

static enum till_status go_on(void *context)
{
    struct evdev_beeper *b = context;
    int64_t next_ms = -1;
    enum till_status status = TILL_OK;
    evdev_port_rest(b->port);
    uint32_t hz = tune_now(&b->tune, evdev_port_now_ms(b->port), &next_ms);
    if (hz != b->heard) {
        status = send_tone(b, hz);
        b->heard = status == TILL_OK ? hz : 0;
    }
    evdev_port_wake(b->port, next_ms);
    return status;
}

static enum till_status play(void *context, enum sound_pattern pattern)
{
    struct evdev_beeper *b = context;
    tune_begin(&b->tune, pattern, evdev_port_now_ms(b->port));
    enum till_status status = go_on(b);
    if (status != TILL_OK) {
        b->tune.playing = false; /* late is worse than never */
    }
    return status;
}

static enum till_status volume(void *context, uint8_t percent)
{
    (void)context;
    (void)percent;
    return TILL_UNSUPPORTED;
}

static void shut(void *context)
{
    struct evdev_beeper *b = context;
    if (b->heard > 0 && send_tone(b, 0) != TILL_OK) {
        b->heard = 0; /* it went by itself */
    }
    evdev_port_close(b->port);
    free(b);
}

enum till_status evdev_beeper_open_by(struct opening *opening, struct board *board,
                                      const struct sysdev *sys)
{
    struct evdev_needs needs = {.type = EV_SND, .writes = true};
    struct evdev_beeper *b = calloc(1, sizeof *b);
    if (!b) {
        return TILL_E_MEMORY;
    }
    evdev_needs_add(&needs, SND_TONE);
    evdev_needs_add(&needs, SND_BELL);
    enum till_status status = evdev_port_open(opening, sys, &needs, &b->port);
    if (status != TILL_OK) {
        free(b);
        return status;
    }
    b->sound = (struct sound){
        .context = b, .fd = wait_fd, .play = play, .step = go_on, .volume = volume, .close = shut};
    board->sound = &b->sound;
    return TILL_OK;
}

enum till_status evdev_beeper_open(struct opening *opening, struct board *board)
{
    return evdev_beeper_open_by(opening, board, &sysdev_kernel);
}
