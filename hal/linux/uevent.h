/*
 * Hot-plug as the kernel tells it: kobject uevents on a netlink socket (Documentation/ABI/testing/
 * sysfs-uevent, lib/kobject_uevent.c).
 *
 * One socket a driver, read when it is readable. Every program may listen; udev is not needed. In a
 * container, or without the right, there is no socket: drivers then poll, so an event is only ever
 * a reason to look sooner.
 */
#ifndef TILL_UEVENT_H
#define TILL_UEVENT_H

#include <stdbool.h>

#include "bytes.h"

enum { UEVENT_MAX = 8192, UEVENT_FIELDS_MAX = 64 };

struct uevent {
    char action[16];    /* "add", "remove", "change" … */
    char subsystem[32]; /* "power_supply", "tty", "usb" … */
    char device[64];    /* the last part of its path: "BAT0" */
};

/* One message: "action@path", then NAME=value, each ended by NUL. false: it is none of the
 * kernel's. */
bool uevent_parse(struct span message, struct uevent *event_out);

/*
 * A descriptor that is readable when an event came; -1: there are none here.
 *   root  "": the kernel's. Else a folder, for tests: events are datagrams to the UNIX socket
 *         ROOT/uevent, in the kernel's own format.
 */
int uevent_open(const char *root);
/* Take events until one of this subsystem; false: there is none left, and the descriptor is quiet.
 * Never blocks. Where some were lost (the socket's buffer ran over) its action is "lost". */
bool uevent_next(int fd, const char *subsystem, struct uevent *event_out);

#endif
