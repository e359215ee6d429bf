/*
 * An event device of the kernel (/dev/input/eventN): found by node, name or place, opened, grabbed,
 * read, and found again when it was unplugged. What its events mean is for others: evdev_pad,
 * evdev_wedge, evdev_beeper.
 *
 * Where it is missing, a look at the folder follows each change there (inotify), and one a second:
 * without udev, a node may come before its rights do.
 *
 * Options, in the section of the device that uses it:
 *   device  the node (/dev/input/event0, or a link to one), or in its place
 *   name    as the kernel calls it (EVIOCGNAME, /proc/bus/input/devices), and, or
 *   phys    where it is plugged in (EVIOCGPHYS)
 *   folder  where name and phys are looked for (/dev/input)
 *   grab    yes, no: nobody else sees its keys, nor does the text console (yes)
 *
 * Threads: one instance, one thread.  Memory: nothing is allocated after open.
 */
#ifndef TILL_EVDEV_PORT_H
#define TILL_EVDEV_PORT_H

#include <linux/input.h>

#include "driver.h"
#include "sysdev.h"

enum { EVDEV_NODES_MAX = 64, EVDEV_READ_EVENTS = 32, EVDEV_CODE_BYTES = (KEY_MAX + 8) / 8 };

/* What a device must have to serve: any of these codes of a type. */
struct evdev_needs {
    unsigned type; /* EV_KEY, EV_SND */
    uint8_t any_of[EVDEV_CODE_BYTES];
    bool writes; /* it is written to, not read */
};

void evdev_needs_add(struct evdev_needs *needs, unsigned code);
bool evdev_needs_has(const struct evdev_needs *needs, unsigned code);

struct evdev_port;

/* sys and *opening's settings are used as long as the port lives, resp. in this call only.
 * TILL_E_CONFIG: an option is wrong, or what stands at `device` is no such device, and that has
 * been said. TILL_E_DEVICE, TILL_E_MEMORY. One that isn't there yet is no failure. */
enum till_status evdev_port_open(struct opening *opening, const struct sysdev *sys,
                                 const struct evdev_needs *needs,
                                 struct evdev_port **port_out) TILL_CHECKED;
void evdev_port_close(struct evdev_port *port);
/* The same number as long as the port is open; readable when evdev_port_next() has something, or
 * the time of evdev_port_wake() is there; quiet once it has said TILL_UNCHANGED. */
int evdev_port_fd(const struct evdev_port *port);
/* How often it was found, from 1; 0 = not yet. A changed number: keys are to be asked anew. */
uint32_t evdev_port_generation(const struct evdev_port *port);
/* The next event, and when it was, by the monotonic clock. TILL_UNCHANGED: none is waiting.
 * TILL_DEVICE_OFFLINE: there is no device now. Never blocks. */
enum till_status evdev_port_next(struct evdev_port *port, struct input_event *event_out,
                                 int64_t *at_ms_out) TILL_CHECKED;
/* Which keys are down (EVIOCGKEY); events that wait are dropped. TILL_DEVICE_OFFLINE. */
enum till_status evdev_port_keys(struct evdev_port *port,
                                 uint8_t down_out[EVDEV_CODE_BYTES]) TILL_CHECKED;
/* Which codes of its type the device has, of those that were needed. All zero while it is away. */
bool evdev_port_has(const struct evdev_port *port, unsigned code);
/* Send an event to the device. TILL_DEVICE_OFFLINE. */
enum till_status evdev_port_send(struct evdev_port *port, uint16_t type, uint16_t code,
                                 int32_t value) TILL_CHECKED;
/* For devices that are only written to, in place of evdev_port_next(): quietens the descriptor. */
void evdev_port_rest(struct evdev_port *port);
/* Make the descriptor readable at that time; -1: not by time. */
void evdev_port_wake(struct evdev_port *port, int64_t at_ms);
int64_t evdev_port_now_ms(const struct evdev_port *port);

#endif
