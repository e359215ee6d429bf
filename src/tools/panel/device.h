/*
 * The device's two programs as processes: fieldtill and fieldtill-sync.
 *
 * The panel is their init: it starts both, starts one again that died by itself (after a second),
 * and cuts the power by SIGKILL to both at once, after which nothing runs until it is switched on.
 */
#ifndef TILL_DEVICE_H
#define TILL_DEVICE_H

#include <event2/event.h>
#include <stdbool.h>

#include "status.h"

enum device_program { DEVICE_TERMINAL = 0, DEVICE_SYNC = 1, DEVICE_PROGRAMS = 2 };

struct device_options {
    struct event_base *base;
    const char *const *arguments[DEVICE_PROGRAMS]; /* argv, NULL-terminated, [0] is the path; kept
                                                      by reference */
    const char *log_path;                          /* what both write to stderr */
    void *context;
    void (*changed)(void *context); /* on or off, or a program died */
};

struct device;
enum till_status device_open(const struct device_options *options,
                             struct device **out) TILL_CHECKED;
/* Ends both in order (SIGTERM, then SIGKILL after three seconds). */
void device_close(struct device *d);
void device_switch_on(struct device *d);
void device_cut_power(struct device *d);
/* SIGKILL to one of them, as if it had crashed; it comes back after a second. */
void device_kill(struct device *d, enum device_program program);
bool device_is_on(const struct device *d);

#endif
