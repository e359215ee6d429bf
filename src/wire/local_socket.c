#include "local.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "log.h"

enum {
    LOCAL_HEADER_SIZE = 10,
    LOCAL_BACKLOG = 4,
    /* The kernel doubles what is asked for, up to twice net.core.wmem_max (212,992 by default),
     * and counts its own overhead in: so a whole message passes with room for small ones. */
    SOCKET_BUFFER_SIZE = LOCAL_MESSAGE_MAX + 8192
};

static enum till_status make_address(const char *path, struct sockaddr_un *address_out)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t size = strlen(path);
    if (size == 0 || size >= LOCAL_PATH_MAX || size >= sizeof(address.sun_path)) {
        return TILL_BAD_INPUT;
    }
    memcpy(address.sun_path, path, size + 1);
    *address_out = address;
    return TILL_OK;
}

static enum till_status widen(int fd)
{
    int size = SOCKET_BUFFER_SIZE;
    socklen_t got_size = sizeof(size);
    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) != 0 ||
        getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, &got_size) != 0) {
        return TILL_E_IO;
    }
    if (size < LOCAL_MESSAGE_MAX) {
        log_error("local socket: net.core.wmem_max allows %d bytes, %d are needed", size,
                  (int)LOCAL_MESSAGE_MAX);
        return TILL_E_CONFIG;
    }
    return TILL_OK;
}

static enum till_status open_socket(int *fd_out)
{
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return TILL_E_IO;
    }
    enum till_status status = widen(fd);
    if (status != TILL_OK) {
        close(fd);
        return status;
    }
    *fd_out = fd;
    return TILL_OK;
}

enum till_status local_connect(const char *path, int *fd_out)
{
    struct sockaddr_un address;
    int fd = -1;
    enum till_status status = make_address(path, &address);
    if (status == TILL_OK) {
        status = open_socket(&fd);
    }
    if (status != TILL_OK) {
        return status;
    }
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        status = errno == EACCES || errno == EPERM ? TILL_E_IO : TILL_DEVICE_OFFLINE;
        close(fd);
        return status;
    }
    *fd_out = fd;
    return TILL_OK;
}

/* A socket file that nobody answers is left over from a killed process. Anything else stays. */
static enum till_status clear_stale(const char *path)
{
    struct stat file;
    int fd = -1;
    if (lstat(path, &file) != 0) {
        return errno == ENOENT ? TILL_OK : TILL_E_IO;
    }
    if (!S_ISSOCK(file.st_mode)) {
        return TILL_E_IO;
    }
    enum till_status status = local_connect(path, &fd);
    if (status == TILL_OK) {
        close(fd);
        return TILL_BUSY;
    }
    if (status != TILL_DEVICE_OFFLINE) {
        return status;
    }
    return unlink(path) == 0 || errno == ENOENT ? TILL_OK : TILL_E_IO;
}

enum till_status local_listen(const char *path, int *fd_out)
{
    struct sockaddr_un address;
    int fd = -1;
    enum till_status status = make_address(path, &address);
    if (status == TILL_OK) {
        status = clear_stale(path);
    }
    if (status == TILL_OK) {
        status = open_socket(&fd);
    }
    if (status != TILL_OK) {
        return status;
    }
    /* The mode must hold from the first moment: fchmod on a socket does not reach its file. */
    mode_t before = umask(0177);
    int bound = bind(fd, (const struct sockaddr *)&address, sizeof(address));
    umask(before);
    if (bound != 0 || listen(fd, LOCAL_BACKLOG) != 0) {
        close(fd);
        return TILL_E_IO;
    }
    *fd_out = fd;
    return TILL_OK;
}

enum till_status local_accept(int listener, int *fd_out)
{
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        bool nobody = errno == EAGAIN || errno == EINTR || errno == ECONNABORTED;
        return nobody ? TILL_UNCHANGED : TILL_E_IO;
    }
    enum till_status status = widen(fd);
    if (status != TILL_OK) {
        close(fd);
        return status;
    }
    *fd_out = fd;
    return TILL_OK;
}

enum till_status local_send(int fd, const struct local_message *m)
{
    uint8_t header[LOCAL_HEADER_SIZE];
    struct buffer b;
    if (m->body.size > LOCAL_MESSAGE_MAX - LOCAL_HEADER_SIZE) {
        return TILL_TOO_LARGE;
    }
    buffer_init(&b, header, sizeof(header));
    buffer_put_u32(&b, m->id);
    buffer_put_u16(&b, m->type);
    buffer_put_u32(&b, m->deadline_ms);
    /* sendmsg does not write through iov_base; its type only can't say so. */
    struct iovec parts[2] = {{header, sizeof(header)},
                             {(void *)(uintptr_t)m->body.data, m->body.size}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = m->body.size > 0 ? 2 : 1};
    ssize_t sent = -1;
    do {
        sent = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (sent < 0 && errno == EINTR);
    if (sent >= 0) {
        return TILL_OK;
    }
    if (errno == EAGAIN || errno == ENOBUFS) {
        return TILL_BUSY;
    }
    return errno == EMSGSIZE ? TILL_TOO_LARGE : TILL_DEVICE_OFFLINE;
}

enum till_status local_receive(int fd, uint8_t *memory, struct local_message *message_out)
{
    struct iovec part = {memory, LOCAL_MESSAGE_MAX};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    ssize_t got = -1;
    do {
        got = recvmsg(fd, &message, MSG_DONTWAIT);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return errno == EAGAIN ? TILL_UNCHANGED : TILL_DEVICE_OFFLINE;
    }
    if (got == 0) {
        return TILL_DEVICE_OFFLINE;
    }
    if ((message.msg_flags & MSG_TRUNC) != 0) {
        return TILL_E_PROTOCOL;
    }
    return local_decode((struct span){memory, (size_t)got}, message_out);
}
