#include "notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "log.h"

void notify_say(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t size = path == NULL ? 0 : strlen(path);
    if (size == 0) {
        return;
    }
    if ((path[0] != '/' && path[0] != '@') || size >= sizeof(to.sun_path)) {
        log_warning("the service manager's socket has no address that can be");
        return;
    }
    memcpy(to.sun_path, path, size);
    if (path[0] == '@') {
        to.sun_path[0] = '\0'; /* Linux's abstract names */
    }
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
    if (fd < 0 ||
        sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&to, length) < 0) {
        log_debug("the service manager doesn't listen");
    }
    if (fd >= 0) {
        (void)close(fd);
    }
}

static int64_t number_of(const char *name)
{
    const char *text = getenv(name);
    char *end = NULL;
    if (text == NULL || text[0] == '\0') {
        return 0;
    }
    long long value = strtoll(text, &end, 10);
    return *end == '\0' && value > 0 ? value : 0;
}

int64_t notify_watchdog_ms(void)
{
    int64_t pid = number_of("WATCHDOG_PID");
    if (pid != 0 && pid != (int64_t)getpid()) {
        return 0; /* meant for another process */
    }
    return number_of("WATCHDOG_USEC") / 1000;
}
