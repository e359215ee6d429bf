/*
 * /dev/watchdog of the fake kernel: counts from its opening, stops by the magic close alone.
 */
#ifndef TILL_FAKE_WATCHDOG_H
#define TILL_FAKE_WATCHDOG_H

#include <linux/watchdog.h>

#include "fake_kernel.h"

struct fake_watchdog {
    uint32_t options; /* WDIOF_… */
    int timeout_s, most_s;
    bool no_way_out;
    bool no_ping; /* it knows no WDIOC_KEEPALIVE, only writes */
    bool no_stop; /* it knows no WDIOC_SETOPTIONS, only the magic close */
    int boot_status;
    bool open, running, release_allowed;
    int64_t fed_ms;
    unsigned feeds;
    struct fake_node *node;
};

/* Magic close, a settable time up to 60 s, 30 s to begin with. */
void fake_watchdog_add(struct fake_kernel *kernel, struct fake_watchdog *watchdog,
                       const char *path);
/* Has the machine been reset by now? */
bool fake_watchdog_fired(const struct fake_watchdog *watchdog);

#endif
