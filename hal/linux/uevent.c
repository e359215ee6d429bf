#include "uevent.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* after sys/socket.h */
#include <linux/netlink.h>

#include "text.h"

enum { KERNEL_GROUP = 1, EVENTS_MAX = 256, BUFFER = 128 * 1024 };

static void note(const char *field, size_t size, struct uevent *event)
{
    static const char subsystem[] = "SUBSYSTEM=";
    size_t name = sizeof subsystem - 1;
    if (size > name && memcmp(field, subsystem, name) == 0) {
        text_copy(event->subsystem, sizeof event->subsystem, field + name);
    }
}

bool uevent_parse(struct span message, struct uevent *event_out)
{
    struct uevent event = {"", "", ""};
    const char *text = (const char *)message.data;
    if (message.size == 0 || text[message.size - 1] != '\0') {
        return false;
    }
    const char *at = strchr(text, '@');
    if (!at || at == text || (size_t)(at - text) >= sizeof event.action || at[1] != '/') {
        return false; /* "libudev" begins what udev tells its own */
    }
    memcpy(event.action, text, (size_t)(at - text));
    text_copy(event.device, sizeof event.device, strrchr(at, '/') + 1);
    size_t done = strlen(text) + 1;
    for (int i = 0; i < UEVENT_FIELDS_MAX && done < message.size; i++) {
        size_t size = strlen(text + done);
        note(text + done, size, &event);
        done += size + 1;
    }
    *event_out = event;
    return true;
}

static int open_test(const char *root)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int size = snprintf(address.sun_path, sizeof address.sun_path, "%s/uevent", root);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || size < 0 || (size_t)size >= sizeof address.sun_path) {
        return fd;
    }
    (void)unlink(address.sun_path);
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

int uevent_open(const char *root)
{
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = KERNEL_GROUP};
    int buffer = BUFFER;
    if (root[0] != '\0') {
        return open_test(root);
    }
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
    if (fd < 0) {
        return -1;
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* Who is not the kernel may write to our socket alone, not to the group, and has a number. */
static bool is_kernel(const struct sockaddr_storage *from)
{
    struct sockaddr_nl sender;
    if (from->ss_family != AF_NETLINK) {
        return true; /* a test's */
    }
    memcpy(&sender, from, sizeof sender);
    return sender.nl_pid == 0 && sender.nl_groups == KERNEL_GROUP;
}

bool uevent_next(int fd, const char *subsystem, struct uevent *event_out)
{
    uint8_t bytes[UEVENT_MAX];
    for (int i = 0; i < EVENTS_MAX; i++) {
        struct sockaddr_storage from = {.ss_family = AF_UNSPEC};
        socklen_t from_size = sizeof from;
        ssize_t size = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &from_size);
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size < 0 && errno == ENOBUFS) {
            *event_out = (struct uevent){"lost", "", ""};
            return true;
        }
        if (size < 0) {
            return false;
        }
        if (is_kernel(&from) && uevent_parse((struct span){bytes, (size_t)size}, event_out) &&
            strcmp(event_out->subsystem, subsystem) == 0) {
            return true;
        }
    }
    return false;
}
