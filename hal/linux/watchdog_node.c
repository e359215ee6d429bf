/* The kernel's watchdog (Documentation/watchdog/watchdog-api.rst). */
#include <errno.h>
#include <fcntl.h>
#include <linux/watchdog.h>
#include <stdlib.h>
#include <string.h>

#include "linux_drivers.h"
#include "log.h"
#include "sysdev_drivers.h"
#include "text.h"
#include "watchdog.h"

enum { HALVINGS_MAX = 12 }; /* from WATCHDOG_MOST_S to one second */

struct watchdog_node {
    struct watchdog watchdog;
    const struct sysdev *sys;
    char device[SETTINGS_LINE_MAX + 1];
    uint32_t own_s;       /* 0 = what the program wants */
    int fd;               /* -1: not armed: the kernel begins to count when it is opened */
    bool known, deaf;     /* it has told about itself; a feed failed */
    bool stops_by_itself; /* no magic close: when the program ends, however */
};

/* What stands about it in the log once, for the technician. */
static void introduce(struct watchdog_node *w)
{
    struct watchdog_info info;
    int flags = 0;
    memset(&info, 0, sizeof info);
    if (w->known) {
        return;
    }
    w->known = true;
    if (sys_ioctl(w->sys, w->fd, WDIOC_GETSUPPORT, &info) == 0) {
        w->stops_by_itself = (info.options & WDIOF_MAGICCLOSE) == 0;
    }
    if (w->stops_by_itself) {
        log_warning("watchdog: %s stops when the program ends, also in a crash", w->device);
    }
    if (sys_ioctl(w->sys, w->fd, WDIOC_GETBOOTSTATUS, &flags) == 0 && flags & WDIOF_CARDRESET) {
        log_warning("watchdog: the last start was a restart by it");
    }
}

static enum till_status begin(struct watchdog_node *w)
{
    if (w->fd >= 0) {
        return TILL_OK;
    }
    w->fd = sys_open(w->sys, w->device, O_WRONLY);
    if (w->fd >= 0) {
        w->deaf = false;
        introduce(w);
        /* The kernel remembers a magic byte of whoever had it last, and would let a crash pass for
         * an orderly end: a byte that is none takes that back. */
        if (sys_write(w->sys, w->fd, "\0", 1) != 1) {
            log_warning("watchdog: %s takes no bytes", w->device);
        }
        return TILL_OK;
    }
    if (errno == EBUSY) {
        return TILL_BUSY;
    }
    if (errno == EACCES || errno == EPERM) {
        log_warning("watchdog: %s may not be opened by this user", w->device);
        return TILL_E_DEVICE;
    }
    return TILL_DEVICE_OFFLINE;
}

/* The longest time up to the wish that the hardware takes; one that has its own keeps it. */
static bool set_timeout(struct watchdog_node *w, uint32_t wish_s, uint32_t *timeout_s_out)
{
    int timeout_s = 0;
    for (int i = 0; i < HALVINGS_MAX && wish_s >> i > 0; i++) {
        timeout_s = (int)(wish_s >> i);
        if (sys_ioctl(w->sys, w->fd, WDIOC_SETTIMEOUT, &timeout_s) == 0 && timeout_s > 0) {
            *timeout_s_out = (uint32_t)timeout_s;
            return true;
        }
        if (errno != EINVAL) {
            break;
        }
    }
    if (sys_ioctl(w->sys, w->fd, WDIOC_GETTIMEOUT, &timeout_s) == 0 && timeout_s > 0) {
        *timeout_s_out = (uint32_t)timeout_s;
        return true;
    }
    return false;
}

static enum till_status feed(void *context)
{
    struct watchdog_node *w = context;
    int dummy = 0;
    if (w->fd < 0) {
        return TILL_OK;
    }
    /* Some old ones know only a write; any byte but the magic one. */
    if (sys_ioctl(w->sys, w->fd, WDIOC_KEEPALIVE, &dummy) == 0 ||
        (errno != ENODEV && sys_write(w->sys, w->fd, "\0", 1) == 1)) {
        w->deaf = false;
        return TILL_OK;
    }
    bool gone = errno == ENODEV;
    if (!w->deaf) {
        w->deaf = true;
        log_error("watchdog: %s was not fed: %s", w->device, gone ? "it is gone" : "it failed");
    }
    return gone ? TILL_DEVICE_OFFLINE : TILL_E_DEVICE;
}

static enum till_status arm(void *context, uint32_t timeout_s, uint32_t *timeout_s_out)
{
    struct watchdog_node *w = context;
    enum till_status status = begin(w);
    if (status != TILL_OK) {
        return status;
    }
    uint32_t took_s = 0;
    if (!set_timeout(w, w->own_s > 0 ? w->own_s : timeout_s, &took_s)) {
        /* It counts, and nobody knows how far: feed it all the same. */
        log_error("watchdog: %s doesn't tell its time", w->device);
        return TILL_E_DEVICE;
    }
    status = feed(w);
    if (status == TILL_OK) {
        *timeout_s_out = took_s;
    }
    return status;
}

static enum till_status disarm(void *context)
{
    struct watchdog_node *w = context;
    int stop = WDIOS_DISABLECARD;
    if (w->fd < 0) {
        return TILL_OK;
    }
    /* Asked first, because after the close nobody says whether it stopped ("nowayout"). */
    if (sys_ioctl(w->sys, w->fd, WDIOC_SETOPTIONS, &stop) != 0 && errno == EBUSY) {
        return TILL_UNSUPPORTED;
    }
    if (!w->stops_by_itself && sys_write(w->sys, w->fd, "V", 1) != 1) {
        return errno == ENODEV ? TILL_DEVICE_OFFLINE : TILL_E_DEVICE;
    }
    sys_close(w->sys, w->fd);
    w->fd = -1;
    return TILL_OK;
}

static void shut(void *context)
{
    struct watchdog_node *w = context;
    if (w->fd >= 0) {
        sys_close(w->sys, w->fd);
    }
    free(w);
}

enum till_status watchdog_node_open_by(struct opening *opening, struct board *board,
                                       const struct sysdev *sys)
{
    int64_t own_s = 0;
    const char *device =
        settings_text(opening->settings, opening->section, "device", "/dev/watchdog");
    enum till_status status = settings_integer(opening->settings, opening->section, "timeout", 0, 0,
                                               WATCHDOG_MOST_S, &own_s);
    if (status != TILL_OK) {
        return status;
    }
    struct watchdog_node *w = calloc(1, sizeof *w);
    if (!w) {
        return TILL_E_MEMORY;
    }
    text_copy(w->device, sizeof w->device, device);
    w->sys = sys;
    w->own_s = (uint32_t)own_s;
    w->fd = -1;
    w->watchdog =
        (struct watchdog){.context = w, .arm = arm, .feed = feed, .disarm = disarm, .close = shut};
    board->watchdog = &w->watchdog;
    return TILL_OK;
}

enum till_status watchdog_node_open(struct opening *opening, struct board *board)
{
    return watchdog_node_open_by(opening, board, &sysdev_kernel);
}
