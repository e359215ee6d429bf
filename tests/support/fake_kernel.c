#include "fake_kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void fake_complain(struct fake_kernel *kernel, const char *format, ...)
{
    va_list arguments;
    if (kernel->complaint[0] != '\0') {
        return;
    }
    va_start(arguments, format);
    vsnprintf(kernel->complaint, sizeof kernel->complaint, format, arguments);
    va_end(arguments);
}

int fake_unknown(struct fake_node *node, unsigned long request)
{
    fake_complain(node->kernel, "%s: unknown request 0x%lx", node->path, request);
    return -ENOTTY;
}

int fake_descriptor(void)
{
    return open("/dev/null", O_RDWR | O_CLOEXEC);
}

static long answer(long result)
{
    if (result < 0) {
        errno = (int)-result;
        return -1;
    }
    return result;
}

static int do_open(void *context, const char *path, int flags)
{
    struct fake_kernel *kernel = context;
    for (size_t i = 0; i < kernel->count; i++) {
        struct fake_node *node = &kernel->nodes[i];
        if (strcmp(node->path, path) != 0) {
            continue;
        }
        if (!node->plugged || node->refuse != 0) {
            return (int)answer(node->plugged ? -node->refuse : -ENOENT);
        }
        int fd = node->kind->open(node, flags);
        for (size_t k = 0; k < FAKE_OPENS_MAX && fd >= 0; k++) {
            if (!kernel->opens[k].node) {
                kernel->opens[k].fd = fd;
                kernel->opens[k].node = node;
                kernel->opens[k].dead = false;
                node->opens++;
                return fd;
            }
        }
        return (int)answer(fd < 0 ? fd : -EMFILE);
    }
    return (int)answer(-ENOENT);
}

/* The device behind a descriptor; NULL: it was unplugged, or there is none. */
static struct fake_node *behind(struct fake_kernel *kernel, int fd, const char *what)
{
    for (size_t i = 0; i < FAKE_OPENS_MAX; i++) {
        if (kernel->opens[i].node && kernel->opens[i].fd == fd) {
            errno = ENODEV;
            return kernel->opens[i].dead ? NULL : kernel->opens[i].node;
        }
    }
    fake_complain(kernel, "%s on descriptor %d, which is not open", what, fd);
    errno = EBADF;
    return NULL;
}

static int do_close(void *context, int fd)
{
    struct fake_kernel *kernel = context;
    for (size_t i = 0; i < FAKE_OPENS_MAX; i++) {
        struct fake_node *node = kernel->opens[i].node;
        if (node && kernel->opens[i].fd == fd) {
            kernel->opens[i].node = NULL;
            if (node->kind->closed && !kernel->opens[i].dead) {
                node->kind->closed(node, fd);
            }
            return close(fd);
        }
    }
    fake_complain(kernel, "close of descriptor %d, which is not open", fd);
    return (int)answer(-EBADF);
}

static ssize_t do_read(void *context, int fd, void *bytes, size_t capacity)
{
    struct fake_node *node = behind(context, fd, "read");
    if (!node) {
        return -1;
    }
    return answer(node->kind->read ? node->kind->read(node, fd, bytes, capacity) : -EINVAL);
}

static ssize_t do_write(void *context, int fd, const void *bytes, size_t size)
{
    struct fake_node *node = behind(context, fd, "write");
    if (!node) {
        return -1;
    }
    return answer(node->kind->write ? node->kind->write(node, fd, bytes, size) : -EINVAL);
}

static int do_ioctl(void *context, int fd, unsigned long request, void *argument)
{
    struct fake_node *node = behind(context, fd, "ioctl");
    return node ? (int)answer(node->kind->ioctl(node, fd, request, argument)) : -1;
}

static void *do_map(void *context, int fd, size_t size, int64_t offset)
{
    struct fake_node *node = behind(context, fd, "mmap");
    if (!node) {
        return NULL;
    }
    void *memory = node->kind->map ? node->kind->map(node, size, offset) : NULL;
    errno = memory ? errno : EINVAL;
    return memory;
}

/* Memory outlives its descriptor, and the device: ask each node whose it is. */
static int do_unmap(void *context, void *memory, size_t size)
{
    struct fake_kernel *kernel = context;
    for (size_t i = 0; i < kernel->count; i++) {
        struct fake_node *node = &kernel->nodes[i];
        if (node->kind->unmap && node->kind->unmap(node, memory, size) == 0) {
            return 0;
        }
    }
    fake_complain(kernel, "munmap of %zu bytes that were never mapped so", size);
    return (int)answer(-EINVAL);
}

static int64_t do_now_ms(void *context)
{
    const struct fake_kernel *kernel = context;
    return kernel->now_ms;
}

void fake_kernel_init(struct fake_kernel *kernel)
{
    memset(kernel, 0, sizeof *kernel);
    kernel->now_ms = 1000000;
    kernel->sys = (struct sysdev){.context = kernel,
                                  .open = do_open,
                                  .close = do_close,
                                  .read = do_read,
                                  .write = do_write,
                                  .ioctl = do_ioctl,
                                  .map = do_map,
                                  .unmap = do_unmap,
                                  .now_ms = do_now_ms};
}

struct fake_node *fake_kernel_add(struct fake_kernel *kernel, const struct fake_kind *kind,
                                  void *device, const char *path)
{
    if (kernel->count == FAKE_NODES_MAX) {
        return NULL;
    }
    struct fake_node *node = &kernel->nodes[kernel->count++];
    *node = (struct fake_node){.kernel = kernel, .kind = kind, .device = device, .plugged = true};
    snprintf(node->path, sizeof node->path, "%s", path);
    return node;
}

const char *fake_kernel_complaint(struct fake_kernel *kernel)
{
    for (size_t i = 0; i < kernel->count; i++) {
        if (fake_node_open_count(&kernel->nodes[i]) > 0) {
            fake_complain(kernel, "%s is still open", kernel->nodes[i].path);
        }
    }
    return kernel->complaint[0] != '\0' ? kernel->complaint : NULL;
}

unsigned fake_node_open_count(const struct fake_node *node)
{
    unsigned count = 0;
    for (size_t i = 0; i < FAKE_OPENS_MAX; i++) {
        count += node->kernel->opens[i].node == node;
    }
    return count;
}

void fake_node_unplug(struct fake_node *node)
{
    struct fake_kernel *kernel = node->kernel;
    node->plugged = false;
    for (size_t i = 0; i < FAKE_OPENS_MAX; i++) {
        if (kernel->opens[i].node == node) {
            kernel->opens[i].dead = true;
        }
    }
}

void fake_node_plug(struct fake_node *node)
{
    node->plugged = true;
}
