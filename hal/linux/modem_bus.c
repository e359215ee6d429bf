#include "modem_bus.h"

#include <dlfcn.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "log.h"
#include "text.h"

enum { RETRY_MS = 2000, MESSAGES_MAX = 64 };

static const char system_bus[] = "unix:path=/run/dbus/system_bus_socket";

enum till_status modem_bus_load(struct modem_bus *bus, const char *address, int set)
{
    memset(bus, 0, sizeof *bus);
    bus->watched = -1;
    bus->set = set;
    const char *given = getenv("DBUS_SYSTEM_BUS_ADDRESS");
    text_copy(bus->address, sizeof bus->address,
              address[0] != '\0' ? address
              : given            ? given
                                 : system_bus);
    /* It may keep threads' data: it stays once it is loaded. */
    bus->library = dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!bus->library) {
        log_error("modem: %s", dlerror());
        return TILL_UNSUPPORTED;
    }
    /* A pointer to data is no pointer to a function in ISO C; POSIX says that it can be copied. */
#define X(name)                                                                                    \
    {                                                                                              \
        void *found = dlsym(bus->library, #name);                                                  \
        if (!found) {                                                                              \
            log_error("modem: libsystemd has no %s", #name);                                       \
            return TILL_UNSUPPORTED;                                                               \
        }                                                                                          \
        memcpy(&bus->name, &found, sizeof found);                                                  \
    }
    MODEM_BUS_CALLS(X)
#undef X
    return TILL_OK;
}

static void watch(struct modem_bus *b)
{
    int fd = b->sd_bus_get_fd(b->bus);
    int events = b->sd_bus_get_events(b->bus);
    uint32_t wanted = EPOLLIN | (events > 0 && (events & POLLOUT) != 0 ? (uint32_t)EPOLLOUT : 0);
    if (fd < 0 || (fd == b->watched && wanted == b->events)) {
        return;
    }
    struct epoll_event event = {.events = wanted};
    int operation = fd == b->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (epoll_ctl(b->set, operation, fd, &event) == 0) {
        b->watched = fd;
        b->events = wanted;
    }
}

bool modem_bus_connect(struct modem_bus *b, int64_t now_ms)
{
    if (b->bus || now_ms < b->retry_ms) {
        return false;
    }
    b->retry_ms = now_ms + RETRY_MS;
    if (b->sd_bus_new(&b->bus) < 0) {
        b->bus = NULL;
        return false;
    }
    if (b->sd_bus_set_address(b->bus, b->address) < 0 || b->sd_bus_set_bus_client(b->bus, 1) < 0 ||
        b->sd_bus_start(b->bus) < 0) {
        modem_bus_drop(b, now_ms);
        return false;
    }
    watch(b);
    return true;
}

bool modem_bus_pump(struct modem_bus *b, int64_t now_ms)
{
    int more = 1;
    for (int i = 0; i < MESSAGES_MAX && more > 0; i++) {
        more = b->sd_bus_process(b->bus, NULL);
    }
    if (more < 0) {
        log_warning("modem: the message bus is gone");
        modem_bus_drop(b, now_ms);
        return false;
    }
    watch(b);
    return true;
}

int64_t modem_bus_deadline_ms(const struct modem_bus *b)
{
    uint64_t until_us = UINT64_MAX;
    if (!b->bus) {
        return b->retry_ms;
    }
    if (b->sd_bus_get_timeout(b->bus, &until_us) < 0 || until_us > (uint64_t)INT64_MAX) {
        return INT64_MAX;
    }
    return (int64_t)(until_us / 1000) + 1;
}

bool modem_bus_call(struct modem_bus *b, sd_bus_message *call, uint32_t timeout_ms,
                    sd_bus_message_handler_t callback, void *context, sd_bus_slot **slot_out)
{
    return b->sd_bus_call_async(b->bus, slot_out, call, callback, context,
                                (uint64_t)timeout_ms * 1000) >= 0;
}

void modem_bus_drop(struct modem_bus *b, int64_t now_ms)
{
    if (b->watched >= 0) {
        (void)epoll_ctl(b->set, EPOLL_CTL_DEL, b->watched, NULL);
        b->watched = -1;
    }
    b->events = 0;
    if (b->bus) {
        b->sd_bus_close_unref(b->bus);
        b->bus = NULL;
    }
    b->retry_ms = now_ms + RETRY_MS;
}

void modem_bus_unload(struct modem_bus *b)
{
    if (b->library) {
        dlclose(b->library);
        b->library = NULL;
    }
}
