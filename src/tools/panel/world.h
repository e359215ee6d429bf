/*
 * The world round a simulated handheld, as the panel plays it: the other end of hal/sim/bus.h.
 *
 * It listens for the terminal, tells it network, battery, printer and keys, and keeps what comes
 * back: the picture, the screen's text, the paper. It survives any death of the terminal, which is
 * what a power cut looks like from here.
 *
 * Threads: one, with a libevent base of the caller.
 */
#ifndef TILL_WORLD_H
#define TILL_WORLD_H

#include <event2/event.h>

#include "keys.h"
#include "network.h"
#include "roll.h"
#include "sim.h"

enum { WORLD_TEXT_MAX = 8192, WORLD_NAME_MAX = 65 };

/* What changed, for whoever shows it. */
enum world_change {
    WORLD_CONNECTED = 1, /* a terminal said hello, or went */
    WORLD_FRAME = 2,
    WORLD_SCREEN = 4,
    WORLD_PAPER = 8,
    WORLD_SOUND = 16,
    WORLD_STATE = 32 /* network, printer, battery were switched */
};

struct world_options {
    struct event_base *base;
    const char *socket_path;  /* of the bus */
    const char *picture_path; /* shared file with the pixels */
    struct roll_profile paper;
    uint32_t print_dots_per_s; /* 0 = at once */
    void *context;
    void (*changed)(void *context, unsigned changes);
};

struct world; /* the panel's; sim_world is the terminal's */
enum till_status world_open(const struct world_options *options, struct world **out) TILL_CHECKED;
void world_close(struct world *w);

/* What the world does to the device; remembered and told again to the next terminal. */
void world_network(struct world *w, enum network_bearer bearer);
void world_printer(struct world *w, enum sim_printer_status status);
void world_battery(struct world *w, int percent, bool charging);
void world_clock(struct world *w, int64_t offset_s);
/* A USB stick: the folder that stands for it, which is there; NULL: none is in. */
void world_stick(struct world *w, const char *folder);
/* And what it does once. Keys are lost while no terminal is there. */
void world_key(struct world *w, enum key key, bool down);
void world_scan(struct world *w, const char *text);

/* What can be seen. */
struct world_view {
    bool connected;
    int width, height, scale;
    const uint32_t *pixels; /* XRGB8888, width * height; NULL before the first terminal */
    const char *screen;     /* its name */
    const char *text;       /* its dump */
    const char *sound;      /* the last one */
    enum network_bearer bearer;
    enum sim_printer_status printer;
    int battery_percent;
    bool charging;
    bool stick;      /* one is in */
    uint64_t frames; /* counts up with each */
    uint64_t papers; /* counts up with each change of the paper */
};
void world_view(const struct world *w, struct world_view *view_out);
const struct roll *world_paper(const struct world *w);
/* All bytes of ESC/POS that came out since the paper was torn off. */
struct span world_paper_bytes(const struct world *w);
void world_tear_off(struct world *w);

#endif
