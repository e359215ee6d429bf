#include "evdev_port.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "monotonic.h"
#include "text.h"

enum { RETRY_MS = 1000, NAME_MAX_BYTES = 80, NOTES_MAX = 16 };

struct evdev_port {
    const struct sysdev *sys;
    struct evdev_needs needs;
    char device[SETTINGS_LINE_MAX + 1]; /* "": by name, phys */
    char name[NAME_MAX_BYTES], phys[NAME_MAX_BYTES];
    char folder[SETTINGS_LINE_MAX + 1];
    bool grab;

    int fd;                                 /* of the device; -1: none */
    int poll_fd, timer_fd, notes_fd, notes; /* notes: inotify's watch of the folder, -1: none */
    bool kernel_times;                      /* events bear the monotonic time */
    uint8_t codes[EVDEV_CODE_BYTES];
    uint32_t generation;
    int64_t retry_ms; /* when to look again, while there is none */
    bool complained;  /* why it can't be used, since it was last there */

    struct input_event events[EVDEV_READ_EVENTS];
    size_t count, at;
};

/* Why a node that is there does not serve. */
enum fit { FIT, FIT_NOT_THERE, FIT_NO_INPUT, FIT_NO_CODES, FIT_IN_USE, FIT_DENIED, FIT_OTHER };

static const char *const fit_texts[] = {
    [FIT] = "",
    [FIT_NOT_THERE] = "is not there",
    [FIT_NO_INPUT] = "is no input device",
    [FIT_NO_CODES] = "has none of the keys or tones that are needed",
    [FIT_IN_USE] = "is in use by another program",
    [FIT_DENIED] = "may not be opened by this user",
    [FIT_OTHER] = "is another one",
};

void evdev_needs_add(struct evdev_needs *needs, unsigned code)
{
    assert(code <= KEY_MAX);
    needs->any_of[code / 8] |= (uint8_t)(1u << (code % 8));
}

bool evdev_needs_has(const struct evdev_needs *needs, unsigned code)
{
    return code <= KEY_MAX && (needs->any_of[code / 8] >> (code % 8) & 1) != 0;
}

static bool named(struct evdev_port *port, int fd, unsigned long request, const char *wanted)
{
    char text[NAME_MAX_BYTES] = "";
    if (wanted[0] == '\0') {
        return true;
    }
    if (sys_ioctl(port->sys, fd, request, text) < 0) {
        return false;
    }
    text[sizeof text - 1] = '\0';
    return strcmp(text, wanted) == 0;
}

/* Is this open node the device that is meant, and has it what is needed? */
static enum fit examine(struct evdev_port *port, int fd)
{
    const struct sysdev *sys = port->sys;
    int version = 0;
    uint8_t codes[EVDEV_CODE_BYTES] = {0};
    if (sys_ioctl(sys, fd, EVIOCGVERSION, &version) < 0) {
        return errno == ENODEV ? FIT_NOT_THERE : FIT_NO_INPUT;
    }
    if (!named(port, fd, EVIOCGNAME(NAME_MAX_BYTES), port->name) ||
        !named(port, fd, EVIOCGPHYS(NAME_MAX_BYTES), port->phys)) {
        return FIT_OTHER;
    }
    if (sys_ioctl(sys, fd, EVIOCGBIT(port->needs.type, sizeof codes), codes) < 0) {
        return FIT_NO_CODES;
    }
    bool any = false;
    for (size_t i = 0; i < sizeof codes; i++) {
        port->codes[i] = codes[i] & port->needs.any_of[i];
        any = any || port->codes[i] != 0;
    }
    return any ? FIT : FIT_NO_CODES;
}

static enum fit take(struct evdev_port *port, int fd)
{
    const struct sysdev *sys = port->sys;
    int clock = MONOTONIC_CLOCK;
    struct epoll_event watched = {.events = EPOLLIN};
    if (port->needs.writes) {
        return FIT;
    }
    if (port->grab && sys_ioctl_value(sys, fd, EVIOCGRAB, 1) < 0) {
        return errno == ENODEV ? FIT_NOT_THERE : FIT_IN_USE;
    }
    port->kernel_times = sys_ioctl(sys, fd, EVIOCSCLOCKID, &clock) >= 0;
    if (epoll_ctl(port->poll_fd, EPOLL_CTL_ADD, fd, &watched) != 0) {
        return FIT_NO_INPUT;
    }
    return FIT;
}

static enum fit try_node(struct evdev_port *port, const char *path)
{
    int flags = port->needs.writes ? O_RDWR : O_RDONLY;
    int fd = sys_open(port->sys, path, flags | O_NONBLOCK);
    if (fd < 0) {
        return errno == EACCES || errno == EPERM ? FIT_DENIED : FIT_NOT_THERE;
    }
    enum fit fit = examine(port, fd);
    if (fit == FIT) {
        fit = take(port, fd);
    }
    if (fit != FIT) {
        sys_close(port->sys, fd);
        return fit;
    }
    port->fd = fd;
    port->generation++;
    port->count = port->at = 0;
    port->complained = false;
    log_info("input: %s is there", path);
    return FIT;
}

/* Look once. What is remembered of several nodes is what a person can do something about. */
static enum fit look(struct evdev_port *port)
{
    if (port->device[0] != '\0') {
        return try_node(port, port->device);
    }
    enum fit worst = FIT_NOT_THERE;
    for (int i = 0; i < EVDEV_NODES_MAX; i++) {
        char path[SETTINGS_LINE_MAX + 24];
        snprintf(path, sizeof path, "%s/event%d", port->folder, i);
        enum fit fit = try_node(port, path);
        if (fit == FIT) {
            return FIT;
        }
        if (fit == FIT_IN_USE || fit == FIT_NO_CODES ||
            (fit == FIT_DENIED && worst == FIT_NOT_THERE)) {
            worst = fit;
        }
    }
    return worst;
}

static const char *called(const struct evdev_port *port)
{
    return port->device[0] != '\0' ? port->device : port->name[0] != '\0' ? port->name : port->phys;
}

static enum fit look_and_say(struct evdev_port *port)
{
    port->retry_ms = sys_now_ms(port->sys) + RETRY_MS;
    if (port->notes < 0) {
        /* The folder itself comes with the first device of a kernel. */
        port->notes = inotify_add_watch(port->notes_fd, port->folder,
                                        IN_CREATE | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF);
    }
    enum fit fit = look(port);
    if (fit != FIT && fit != FIT_NOT_THERE && !port->complained) {
        port->complained = true;
        log_warning("input: %s %s", called(port), fit_texts[fit]);
    }
    return fit;
}

static void drop(struct evdev_port *port)
{
    /* Closing takes it out of the epoll set, too. */
    sys_close(port->sys, port->fd);
    port->fd = -1;
    memset(port->codes, 0, sizeof port->codes);
    port->retry_ms = sys_now_ms(port->sys) + RETRY_MS;
    log_warning("input: %s is gone", called(port));
    evdev_port_wake(port, -1);
}

/* True: the folder changed since the last call. */
static bool drain_notes(struct evdev_port *port)
{
    char notes[1024] __attribute__((aligned(__alignof__(struct inotify_event))));
    bool any = false;
    for (int i = 0; i < NOTES_MAX; i++) {
        ssize_t size = read(port->notes_fd, notes, sizeof notes);
        if (size <= 0) {
            break;
        }
        any = true;
        for (const char *at = notes; at < notes + size;) {
            const struct inotify_event *note = (const struct inotify_event *)(const void *)at;
            if (note->mask & IN_IGNORED) {
                port->notes = -1;
            }
            at += sizeof *note + note->len;
        }
    }
    return any;
}

static void drain_timer(struct evdev_port *port)
{
    uint64_t times;
    ssize_t ignored = read(port->timer_fd, &times, sizeof times);
    (void)ignored;
}

static bool there(struct evdev_port *port)
{
    bool changed = drain_notes(port);
    if (port->fd >= 0) {
        return true;
    }
    if (changed || sys_now_ms(port->sys) >= port->retry_ms) {
        if (look_and_say(port) == FIT) {
            return true;
        }
        evdev_port_wake(port, -1);
    }
    return false;
}

/* More events into the port. */
static enum till_status fill(struct evdev_port *port)
{
    ssize_t size = sys_read(port->sys, port->fd, port->events, sizeof port->events);
    port->at = port->count = 0;
    if (size > 0) {
        /* The kernel gives whole events; what else would come is cut off. */
        port->count = (size_t)size / sizeof port->events[0];
        return port->count > 0 ? TILL_OK : TILL_UNCHANGED;
    }
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        return TILL_UNCHANGED;
    }
    drop(port);
    return TILL_DEVICE_OFFLINE;
}

static int64_t time_of(const struct evdev_port *port, const struct input_event *event)
{
    int64_t now_ms = sys_now_ms(port->sys);
    if (!port->kernel_times) {
        return now_ms;
    }
    int64_t seconds = (int64_t)event->input_event_sec;
    int64_t micros = (int64_t)event->input_event_usec;
    if (seconds < 0 || seconds > now_ms / 1000 || micros < 0 || micros >= 1000000) {
        return now_ms;
    }
    int64_t at_ms = seconds * 1000 + micros / 1000;
    return at_ms > now_ms ? now_ms : at_ms;
}

enum till_status evdev_port_next(struct evdev_port *port, struct input_event *event_out,
                                 int64_t *at_ms_out)
{
    if (!there(port)) {
        drain_timer(port);
        evdev_port_wake(port, -1);
        return TILL_DEVICE_OFFLINE;
    }
    if (port->at == port->count) {
        enum till_status status = fill(port);
        if (status != TILL_OK) {
            drain_timer(port);
            if (status == TILL_DEVICE_OFFLINE) {
                evdev_port_wake(port, -1);
            }
            return status;
        }
    }
    *event_out = port->events[port->at++];
    *at_ms_out = time_of(port, event_out);
    return TILL_OK;
}

enum till_status evdev_port_keys(struct evdev_port *port, uint8_t down_out[EVDEV_CODE_BYTES])
{
    memset(down_out, 0, EVDEV_CODE_BYTES);
    if (port->fd < 0) {
        return TILL_DEVICE_OFFLINE;
    }
    if (sys_ioctl(port->sys, port->fd, EVIOCGKEY(EVDEV_CODE_BYTES), down_out) < 0) {
        memset(down_out, 0, EVDEV_CODE_BYTES);
        drop(port);
        return TILL_DEVICE_OFFLINE;
    }
    /* What was read before is older than the answer; the kernel drops its own queue likewise. */
    port->at = port->count = 0;
    return TILL_OK;
}

bool evdev_port_has(const struct evdev_port *port, unsigned code)
{
    return code <= KEY_MAX && (port->codes[code / 8] >> (code % 8) & 1) != 0;
}

enum till_status evdev_port_send(struct evdev_port *port, uint16_t type, uint16_t code,
                                 int32_t value)
{
    struct input_event event;
    if (!there(port)) {
        return TILL_DEVICE_OFFLINE;
    }
    memset(&event, 0, sizeof event);
    event.type = type;
    event.code = code;
    event.value = value;
    if (sys_write(port->sys, port->fd, &event, sizeof event) == (ssize_t)sizeof event) {
        return TILL_OK;
    }
    drop(port);
    return TILL_DEVICE_OFFLINE;
}

void evdev_port_rest(struct evdev_port *port)
{
    bool was_there = port->fd >= 0;
    drain_timer(port);
    if (!there(port) || !was_there) {
        evdev_port_wake(port, -1);
    }
}

/* While the device is away, the time is that of the next look; while events wait that are read
 * already, it is now. */
void evdev_port_wake(struct evdev_port *port, int64_t at_ms)
{
    struct itimerspec when = {.it_value = {0, 0}};
    int64_t wake_ms = port->fd < 0             ? port->retry_ms
                      : port->at < port->count ? sys_now_ms(port->sys)
                                               : at_ms;
    if (wake_ms >= 0) {
        int64_t wait_ms = wake_ms - sys_now_ms(port->sys);
        wait_ms = wait_ms < 1 ? 1 : wait_ms;
        when.it_value.tv_sec = (time_t)(wait_ms / 1000);
        when.it_value.tv_nsec = (long)(wait_ms % 1000 * 1000000);
    }
    (void)timerfd_settime(port->timer_fd, 0, &when, NULL);
}

int evdev_port_fd(const struct evdev_port *port)
{
    return port->poll_fd;
}

uint32_t evdev_port_generation(const struct evdev_port *port)
{
    return port->generation;
}

int64_t evdev_port_now_ms(const struct evdev_port *port)
{
    return sys_now_ms(port->sys);
}

void evdev_port_close(struct evdev_port *port)
{
    const int own[] = {port->timer_fd, port->notes_fd, port->poll_fd};
    if (port->fd >= 0) {
        sys_close(port->sys, port->fd); /* which lets go of a grab, too */
    }
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (own[i] >= 0) {
            close(own[i]);
        }
    }
    free(port);
}

/* The folder whose changes tell that the device may have come. */
static bool read_options(struct opening *opening, struct evdev_port *port)
{
    struct settings *s = opening->settings;
    const char *section = opening->section;
    text_copy(port->device, sizeof port->device, settings_text(s, section, "device", ""));
    text_copy(port->name, sizeof port->name, settings_text(s, section, "name", ""));
    text_copy(port->phys, sizeof port->phys, settings_text(s, section, "phys", ""));
    text_copy(port->folder, sizeof port->folder, settings_text(s, section, "folder", "/dev/input"));
    bool found = port->name[0] != '\0' || port->phys[0] != '\0';
    if ((port->device[0] != '\0') == found) {
        settings_complain(s, section, "device", "give device, or name and phys in its place");
        return false;
    }
    char *slash = strrchr(port->device, '/');
    if (!found && (port->device[0] != '/' || slash == port->device)) {
        settings_complain(s, section, "device", "is no path of a node");
        return false;
    }
    if (!found) {
        text_copy(port->folder, sizeof port->folder, port->device);
        port->folder[slash - port->device] = '\0';
    }
    return settings_flag(s, section, "grab", true, &port->grab) == TILL_OK;
}

static bool open_waiting(struct evdev_port *port)
{
    struct epoll_event watched = {.events = EPOLLIN};
    port->poll_fd = epoll_create1(EPOLL_CLOEXEC);
    port->timer_fd = timerfd_create(MONOTONIC_CLOCK, TFD_NONBLOCK | TFD_CLOEXEC);
    port->notes_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    return port->poll_fd >= 0 && port->timer_fd >= 0 && port->notes_fd >= 0 &&
           epoll_ctl(port->poll_fd, EPOLL_CTL_ADD, port->timer_fd, &watched) == 0 &&
           epoll_ctl(port->poll_fd, EPOLL_CTL_ADD, port->notes_fd, &watched) == 0;
}

enum till_status evdev_port_open(struct opening *opening, const struct sysdev *sys,
                                 const struct evdev_needs *needs, struct evdev_port **port_out)
{
    struct evdev_port *port = calloc(1, sizeof *port);
    if (!port) {
        return TILL_E_MEMORY;
    }
    port->sys = sys;
    port->needs = *needs;
    port->fd = port->poll_fd = port->timer_fd = port->notes_fd = port->notes = -1;
    enum till_status status = TILL_OK;
    if (!read_options(opening, port)) {
        status = TILL_E_CONFIG;
    } else if (!open_waiting(port)) {
        status = TILL_E_DEVICE;
    } else {
        enum fit fit = look_and_say(port);
        /* What will never work. Among many nodes, the right one may still come. */
        if (port->device[0] != '\0' && (fit == FIT_NO_INPUT || fit == FIT_NO_CODES)) {
            settings_complain(opening->settings, opening->section, "device", fit_texts[fit]);
            status = TILL_E_CONFIG;
        }
        evdev_port_wake(port, -1);
    }
    if (status != TILL_OK) {
        evdev_port_close(port);
        return status;
    }
    *port_out = port;
    return TILL_OK;
}
