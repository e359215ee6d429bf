#include "fake_watchdog.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static void ping(struct fake_watchdog *w)
{
    w->fed_ms = w->node->kernel->now_ms;
    w->feeds++;
}

static int stop(struct fake_watchdog *w)
{
    if (w->no_way_out) {
        return -EBUSY;
    }
    w->running = false;
    return 0;
}

static int watchdog_open(struct fake_node *node, int flags)
{
    struct fake_watchdog *w = node->device;
    if (w->open) {
        return -EBUSY;
    }
    if ((flags & O_ACCMODE) == O_RDONLY) {
        fake_complain(node->kernel, "a watchdog is opened for writing");
    }
    w->open = w->running = true; /* what was allowed before is not taken back */
    ping(w);
    return fake_descriptor();
}

static void watchdog_closed(struct fake_node *node, int fd)
{
    struct fake_watchdog *w = node->device;
    (void)fd;
    w->open = false;
    if (!w->running) {
        return;
    }
    bool allowed = w->release_allowed || (w->options & WDIOF_MAGICCLOSE) == 0;
    w->release_allowed = false;
    if (!allowed || stop(w) != 0) {
        ping(w); /* "watchdog did not stop!" */
    }
}

static ssize_t watchdog_write(struct fake_node *node, int fd, const void *bytes, size_t size)
{
    struct fake_watchdog *w = node->device;
    (void)fd;
    w->release_allowed = memchr(bytes, 'V', size) != NULL;
    ping(w);
    return (ssize_t)size;
}

static int set_timeout(struct fake_watchdog *w, int *timeout_s)
{
    if ((w->options & WDIOF_SETTIMEOUT) == 0) {
        return -EOPNOTSUPP;
    }
    if (*timeout_s < 1 || *timeout_s > w->most_s) {
        return -EINVAL;
    }
    w->timeout_s = *timeout_s;
    ping(w);
    return 0;
}

static int watchdog_ioctl(struct fake_node *node, int fd, unsigned long request, void *argument)
{
    struct fake_watchdog *w = node->device;
    struct watchdog_info *info = argument;
    (void)fd;
    switch (request) {
    case WDIOC_GETSUPPORT:
        memset(info, 0, sizeof *info);
        info->options = w->options;
        memcpy(info->identity, "fake", 5);
        return 0;
    case WDIOC_GETBOOTSTATUS:
        *(int *)argument = w->boot_status;
        return 0;
    case WDIOC_SETTIMEOUT:
        return set_timeout(w, argument);
    case WDIOC_GETTIMEOUT:
        *(int *)argument = w->timeout_s;
        return w->timeout_s > 0 ? 0 : -EOPNOTSUPP;
    case WDIOC_KEEPALIVE:
        if (w->no_ping) {
            return -EOPNOTSUPP;
        }
        ping(w);
        return 0;
    case WDIOC_SETOPTIONS:
        if (w->no_stop) {
            return -ENOTTY;
        }
        if (*(int *)argument != WDIOS_DISABLECARD) {
            return -EINVAL;
        }
        return stop(w);
    default:
        return fake_unknown(node, request);
    }
}

static const struct fake_kind watchdog_kind = {.open = watchdog_open,
                                               .closed = watchdog_closed,
                                               .write = watchdog_write,
                                               .ioctl = watchdog_ioctl};

void fake_watchdog_add(struct fake_kernel *kernel, struct fake_watchdog *watchdog, const char *path)
{
    *watchdog =
        (struct fake_watchdog){.options = WDIOF_MAGICCLOSE | WDIOF_SETTIMEOUT | WDIOF_KEEPALIVEPING,
                               .timeout_s = 30,
                               .most_s = 60};
    watchdog->node = fake_kernel_add(kernel, &watchdog_kind, watchdog, path);
}

bool fake_watchdog_fired(const struct fake_watchdog *w)
{
    return w->running && w->node->kernel->now_ms - w->fed_ms > (int64_t)w->timeout_s * 1000;
}
