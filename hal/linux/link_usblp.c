#include "link_usblp.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "linux_drivers.h"
#include "log.h"
#include "monotonic.h"
#include "text.h"

enum {
    RETRY_MS = 1000,
    NAMES_MAX = 16,   /* of a pattern; USB printers at one handheld */
    WRITE_MAX = 4096, /* usblp would take 8 KiB at once and call them written */
    PORT_MS = 1000,
    PORT_SLOW_MS = 50,
    PORT_PAUSE_MS = 60000,
    /* linux/lp.h, of which only these are usblp's */
    PORT_GET_STATUS = 0x060b,
    PORT_NO_ERROR = 0x08,
    PORT_SELECTED = 0x10,
    PORT_NO_PAPER = 0x20
};

struct usblp {
    struct link link;
    char device[SETTINGS_LINE_MAX + 1];
    int fd; /* -1: none */
    uint32_t generation;
    int64_t next_ms;
    bool has_port;
    int port_bits;
    int64_t port_ms;      /* when they were told; 0 = never */
    int64_t port_next_ms; /* not to be asked before */
};

static void try_open(struct usblp *u)
{
    glob_t found;
    u->next_ms = monotonic_ms() + RETRY_MS;
    if (glob(u->device, 0, NULL, &found) != 0) {
        return;
    }
    for (size_t i = 0; i < found.gl_pathc && i < NAMES_MAX && u->fd < 0; i++) {
        u->fd = open(found.gl_pathv[i], O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    }
    globfree(&found);
    if (u->fd >= 0) {
        u->generation++;
        u->has_port = true;
        u->port_ms = 0;
        u->port_next_ms = 0;
    }
}

/* At once: as long as we hold it, the kernel gives its number to no other printer. */
static void drop(struct usblp *u)
{
    close(u->fd);
    u->fd = -1;
    u->next_ms = monotonic_ms() + RETRY_MS;
    log_warning("printer: %s is gone", u->device);
}

static bool step(struct usblp *u)
{
    if (u->fd < 0 && monotonic_ms() >= u->next_ms) {
        try_open(u);
    }
    return u->fd >= 0;
}

static int usblp_fd(void *context)
{
    struct usblp *u = context;
    return step(u) ? u->fd : -1;
}

static uint32_t usblp_generation(void *context)
{
    struct usblp *u = context;
    (void)step(u);
    return u->generation;
}

/* ENODEV after unplugging; any other failure of the bus (EIO, EPROTO, ESHUTDOWN …) is cured by
 * opening it again as well. */
static bool is_passing(int reason)
{
    return reason == EAGAIN || reason == EINTR || reason == ENOSPC; /* ENOSPC: no paper */
}

static enum till_status usblp_read(void *context, uint8_t *bytes_out, size_t capacity,
                                   size_t *size_out)
{
    struct usblp *u = context;
    if (!step(u)) {
        return TILL_DEVICE_OFFLINE;
    }
    ssize_t size = read(u->fd, bytes_out, capacity);
    if (size > 0) {
        *size_out = (size_t)size;
        return TILL_OK;
    }
    if (size < 0 && is_passing(errno)) {
        return TILL_UNCHANGED;
    }
    /* Printers that have nothing to say may answer with an empty packet. One without a back
     * channel is opened for reading all the same, and says EINVAL. */
    struct pollfd state = {u->fd, 0, 0};
    bool gone = poll(&state, 1, 0) == 1 && (state.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
    if (!gone && (size == 0 || errno == EINVAL)) {
        return TILL_UNCHANGED;
    }
    drop(u);
    return TILL_DEVICE_OFFLINE;
}

static enum till_status usblp_write(void *context, struct span bytes, size_t *taken_out)
{
    struct usblp *u = context;
    *taken_out = 0;
    if (!step(u)) {
        return TILL_DEVICE_OFFLINE;
    }
    if (bytes.size == 0) {
        return TILL_OK;
    }
    ssize_t size = write(u->fd, bytes.data, bytes.size < WRITE_MAX ? bytes.size : WRITE_MAX);
    if (size >= 0) {
        *taken_out = (size_t)size;
        return TILL_OK;
    }
    if (is_passing(errno)) {
        return TILL_OK;
    }
    drop(u);
    return TILL_DEVICE_OFFLINE;
}

/* The last packet is out when the device would take another. */
static enum till_status usblp_flush(void *context)
{
    struct usblp *u = context;
    if (!step(u)) {
        return TILL_DEVICE_OFFLINE;
    }
    struct pollfd state = {u->fd, POLLOUT, 0};
    return poll(&state, 1, 0) == 1 ? TILL_OK : TILL_BUSY;
}

/* What the kernel holds is dropped with the open file. */
static void usblp_discard(void *context)
{
    struct usblp *u = context;
    if (u->fd >= 0) {
        close(u->fd);
        u->fd = -1;
        u->next_ms = monotonic_ms();
    }
}

static enum till_status usblp_set_line(void *context, const struct link_line *line)
{
    (void)context;
    (void)line;
    return TILL_UNSUPPORTED;
}

static void usblp_close(void *context)
{
    struct usblp *u = context;
    if (u->fd >= 0) {
        close(u->fd);
    }
    free(u);
}

enum till_status usblp_port_status(struct usblp *u)
{
    int64_t now_ms = monotonic_ms();
    if (!step(u)) {
        return TILL_DEVICE_OFFLINE;
    }
    if (u->has_port && now_ms >= u->port_next_ms) {
        int bits = 0;
        u->has_port = ioctl(u->fd, PORT_GET_STATUS, &bits) == 0;
        int64_t took_ms = monotonic_ms() - now_ms;
        u->port_bits = bits;
        u->port_ms = now_ms;
        u->port_next_ms = now_ms + (took_ms > PORT_SLOW_MS ? PORT_PAUSE_MS : PORT_MS);
    }
    if (!u->has_port) {
        return TILL_UNSUPPORTED;
    }
    if ((u->port_bits & PORT_NO_PAPER) != 0) {
        return TILL_PAPER_OUT;
    }
    bool well = (u->port_bits & PORT_NO_ERROR) != 0 && (u->port_bits & PORT_SELECTED) != 0;
    return well ? TILL_OK : TILL_DEVICE_OFFLINE;
}

int64_t usblp_port_age_ms(const struct usblp *u)
{
    return u->has_port && u->port_ms > 0 ? monotonic_ms() - u->port_ms : (int64_t)UINT32_MAX;
}

enum till_status link_usblp_open(struct opening *opening, struct link **link_out,
                                 struct usblp **port_out)
{
    const char *device =
        settings_text(opening->settings, opening->section, "device", "/dev/usb/lp*");
    struct usblp *u = calloc(1, sizeof *u);
    if (!u) {
        return TILL_E_MEMORY;
    }
    text_copy(u->device, sizeof u->device, device);
    u->fd = -1;
    u->link = (struct link){.context = u,
                            .fd = usblp_fd,
                            .generation = usblp_generation,
                            .read = usblp_read,
                            .write = usblp_write,
                            .flush = usblp_flush,
                            .discard = usblp_discard,
                            .set_line = usblp_set_line,
                            .close = usblp_close};
    try_open(u); /* one that isn't there may come */
    *link_out = &u->link;
    *port_out = u;
    return TILL_OK;
}
