/*
 * Drivers: how hal_open() finds and opens them. For hal/ itself and who adds a driver to it.
 */
#ifndef TILL_DRIVER_H
#define TILL_DRIVER_H

#include "hal.h"
#include "link.h"
#include "settings.h"

/* name, number, the section of a board file */
#define DEVICE_CLASS_LIST(X)                                                                       \
    X(DEVICE_CLOCK, 0, "clock") /* first: others stamp their events with it */                     \
    X(DEVICE_KEYPAD, 1, "keypad")                                                                  \
    X(DEVICE_DISPLAY, 2, "display")                                                                \
    X(DEVICE_PRINTER, 3, "printer")                                                                \
    X(DEVICE_MODEM, 4, "modem") /* before the network, which may ask it */                         \
    X(DEVICE_NETWORK, 5, "network")                                                                \
    X(DEVICE_POWER, 6, "power")                                                                    \
    X(DEVICE_CARD, 7, "card")                                                                      \
    X(DEVICE_METER, 8, "meter")                                                                    \
    X(DEVICE_SCANNER, 9, "scanner")                                                                \
    X(DEVICE_SOUND, 10, "sound")                                                                   \
    X(DEVICE_POSITION, 11, "position")                                                             \
    X(DEVICE_COUNTER, 12, "counter")                                                               \
    X(DEVICE_WATCHDOG, 13, "watchdog")                                                             \
    X(DEVICE_STICK, 14, "stick")

enum device_class {
#define X(name, number, section) name = number,
    DEVICE_CLASS_LIST(X)
#undef X
        DEVICE_CLASSES
};

struct sim_world;

/* What a driver is given. It reads its options from settings in `section`, and where it fails it
 * says why by settings_complain(), or writes settings->message itself. */
struct opening {
    struct settings *settings;
    const char *section;
    struct sim_world *sim; /* made by the first driver of sim that is opened; hal_close's */
};

struct driver {
    const char *name; /* in board files */
    enum device_class class;
    /* Puts its device into its place in the board. TILL_E_CONFIG: an option is wrong or missing.
     * TILL_DEVICE_OFFLINE, TILL_E_DEVICE, TILL_E_MEMORY. A device that is not there yet but may
     * come later (a printer that is switched off) is no failure: it answers so when it is used. */
    enum till_status (*open)(struct opening *opening, struct board *board);
};

/* The table; NULL: no driver of that name for that class. */
const struct driver *driver_find(enum device_class class, const char *name);
/* The names for a class, parted by ", ", for a message. */
void driver_names(enum device_class class, char *out, size_t capacity);

/* A byte link as the options `link=NAME` and those of that link say, in opening->section. The
 * caller closes it. */
struct link_driver {
    const char *name;
    enum till_status (*open)(struct opening *opening, struct link **link_out);
};
enum till_status link_open(struct opening *opening, struct link **link_out) TILL_CHECKED;

/* An option that must be there; NULL: it isn't, and that has been said. */
const char *opening_text(struct opening *opening, const char *key);

#endif
