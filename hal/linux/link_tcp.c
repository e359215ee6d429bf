/* A byte link over TCP: connects by itself, again and again, without ever blocking. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "linux_drivers.h"
#include "monotonic.h"

enum {
    RETRY_MS = 1000,
    CONNECT_MS = 5000,  /* then the attempt is given up */
    SILENCE_MS = 10000, /* sent bytes that nobody acknowledges so long: the peer is gone */
    SEND_BUFFER = 4096  /* little: what lies in the kernel can't be taken back */
};

struct tcp {
    struct link link;
    struct sockaddr_storage address;
    socklen_t address_size;
    int fd; /* -1: none */
    bool connected;
    uint32_t generation;
    int64_t next_ms; /* of the next attempt, or the end of the one that is going on */
};

static void drop(struct tcp *tcp)
{
    if (tcp->fd >= 0) {
        close(tcp->fd);
    }
    tcp->fd = -1;
    tcp->connected = false;
    tcp->next_ms = monotonic_ms() + RETRY_MS;
}

static void set_options(int fd)
{
    int on = 1;
    int buffer = SEND_BUFFER;
    unsigned silence = SILENCE_MS;
    /* Each only makes it better: without them the link still works. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silence, sizeof silence);
}

static void try_connect(struct tcp *tcp)
{
    tcp->fd = socket(tcp->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (tcp->fd < 0) {
        drop(tcp);
        return;
    }
    set_options(tcp->fd);
    tcp->next_ms = monotonic_ms() + CONNECT_MS;
    if (connect(tcp->fd, (const struct sockaddr *)&tcp->address, tcp->address_size) != 0 &&
        errno != EINPROGRESS) {
        drop(tcp);
    }
}

/* Is there a peer? Goes a step towards one where there isn't. */
static bool step(struct tcp *tcp)
{
    if (tcp->connected) {
        return true;
    }
    if (tcp->fd < 0) {
        if (monotonic_ms() < tcp->next_ms) {
            return false;
        }
        try_connect(tcp);
        if (tcp->fd < 0) {
            return false;
        }
    }
    struct pollfd waiting = {tcp->fd, POLLOUT, 0};
    int failed = 0;
    socklen_t size = sizeof failed;
    if (poll(&waiting, 1, 0) != 1) {
        if (monotonic_ms() >= tcp->next_ms) {
            drop(tcp);
        }
        return false;
    }
    if (getsockopt(tcp->fd, SOL_SOCKET, SO_ERROR, &failed, &size) != 0 || failed != 0) {
        drop(tcp);
        return false;
    }
    tcp->connected = true;
    tcp->generation++;
    return true;
}

static int tcp_fd(void *context)
{
    struct tcp *tcp = context;
    return step(tcp) ? tcp->fd : -1;
}

static uint32_t tcp_generation(void *context)
{
    struct tcp *tcp = context;
    (void)step(tcp);
    return tcp->generation;
}

static enum till_status tcp_read(void *context, uint8_t *bytes_out, size_t capacity,
                                 size_t *size_out)
{
    struct tcp *tcp = context;
    if (!step(tcp)) {
        return TILL_DEVICE_OFFLINE;
    }
    ssize_t size = recv(tcp->fd, bytes_out, capacity, MSG_DONTWAIT);
    if (size > 0) {
        *size_out = (size_t)size;
        return TILL_OK;
    }
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        return TILL_UNCHANGED;
    }
    drop(tcp);
    return TILL_DEVICE_OFFLINE;
}

static enum till_status tcp_write(void *context, struct span bytes, size_t *taken_out)
{
    struct tcp *tcp = context;
    *taken_out = 0;
    if (!step(tcp)) {
        return TILL_DEVICE_OFFLINE;
    }
    if (bytes.size == 0) {
        return TILL_OK;
    }
    ssize_t size = send(tcp->fd, bytes.data, bytes.size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size >= 0) {
        *taken_out = (size_t)size;
        return TILL_OK;
    }
    if (errno == EAGAIN || errno == EINTR) {
        return TILL_OK;
    }
    drop(tcp);
    return TILL_DEVICE_OFFLINE;
}

static enum till_status tcp_flush(void *context)
{
    struct tcp *tcp = context;
    int left = 0;
    if (!step(tcp)) {
        return TILL_DEVICE_OFFLINE;
    }
    return ioctl(tcp->fd, SIOCOUTQ, &left) == 0 && left > 0 ? TILL_BUSY : TILL_OK;
}

/* What the kernel holds can only be dropped together with the connection. */
static void tcp_discard(void *context)
{
    struct tcp *tcp = context;
    struct linger abort_it = {1, 0};
    if (tcp->fd >= 0) {
        (void)setsockopt(tcp->fd, SOL_SOCKET, SO_LINGER, &abort_it, sizeof abort_it);
    }
    drop(tcp);
    tcp->next_ms = monotonic_ms();
}

static enum till_status tcp_set_line(void *context, const struct link_line *line)
{
    (void)context;
    (void)line;
    return TILL_UNSUPPORTED;
}

static void tcp_close(void *context)
{
    struct tcp *tcp = context;
    if (tcp->fd >= 0) {
        close(tcp->fd);
    }
    free(tcp);
}

enum till_status link_tcp_open(struct opening *opening, struct link **link_out)
{
    int64_t port = 0;
    const char *address = opening_text(opening, "address");
    if (!address) {
        return TILL_E_CONFIG;
    }
    enum till_status status =
        settings_integer(opening->settings, opening->section, "port", 9100, 1, 65535, &port);
    if (status != TILL_OK) {
        return status;
    }
    char service[8];
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    snprintf(service, sizeof service, "%u", (unsigned)port);
    if (getaddrinfo(address, service, &hints, &found) != 0) {
        settings_complain(opening->settings, opening->section, "address",
                          "must be an IP address in figures");
        return TILL_E_CONFIG;
    }
    struct tcp *tcp = calloc(1, sizeof *tcp);
    if (tcp) {
        memcpy(&tcp->address, found->ai_addr, found->ai_addrlen);
        tcp->address_size = found->ai_addrlen;
        tcp->fd = -1;
        tcp->link = (struct link){.context = tcp,
                                  .fd = tcp_fd,
                                  .generation = tcp_generation,
                                  .read = tcp_read,
                                  .write = tcp_write,
                                  .flush = tcp_flush,
                                  .discard = tcp_discard,
                                  .set_line = tcp_set_line,
                                  .close = tcp_close};
        *link_out = &tcp->link;
    }
    freeaddrinfo(found);
    return tcp ? TILL_OK : TILL_E_MEMORY;
}
