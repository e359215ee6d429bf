/*
 * Network state: is there a way out, and how good. It opens no connection: that is sync's.
 */
#ifndef TILL_NETWORK_H
#define TILL_NETWORK_H

#include "hal.h"

enum network_bearer { NETWORK_NONE = 0, NETWORK_GPRS = 1, NETWORK_4G = 2, NETWORK_WIRED = 3 };

struct network_state {
    enum network_bearer bearer;
    uint8_t bars; /* 0..4 */
    bool airplane;
};

struct network {
    void *context;
    int (*fd)(void *context); /* readable when the state changed; -1: poll each second */
    enum till_status (*state)(void *context, struct network_state *state_out);
    void (*close)(void *context);
};

/* "none", "gprs", "4g", "wired": as board files and scripts write it. -1: no such name. */
const char *network_bearer_name(enum network_bearer bearer);
int network_bearer_from_name(const char *name);

/* Checked calls (hal.h). TILL_DEVICE_OFFLINE: the state can't be asked just now. Never blocks
 * longer than 20 ms. */
int network_fd(const struct network *network);
enum till_status network_state(const struct network *network,
                               struct network_state *state_out) TILL_CHECKED;

#endif
