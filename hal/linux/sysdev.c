#include "sysdev.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "monotonic.h"

enum { INTERRUPTIONS_MAX = 100 };

static int kernel_open(void *context, const char *path, int flags)
{
    (void)context;
    return open(path, flags | O_CLOEXEC);
}

static int kernel_close(void *context, int fd)
{
    (void)context;
    return close(fd);
}

static ssize_t kernel_read(void *context, int fd, void *bytes_out, size_t capacity)
{
    (void)context;
    return read(fd, bytes_out, capacity);
}

static ssize_t kernel_write(void *context, int fd, const void *bytes, size_t size)
{
    (void)context;
    return write(fd, bytes, size);
}

static int kernel_ioctl(void *context, int fd, unsigned long request, void *argument)
{
    (void)context;
    int result = -1;
    for (int i = 0; i < INTERRUPTIONS_MAX; i++) {
        result = ioctl(fd, request, argument);
        if (result >= 0 || errno != EINTR) {
            break;
        }
    }
    return result;
}

static void *kernel_map(void *context, int fd, size_t size, int64_t offset)
{
    (void)context;
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)offset);
    return memory == MAP_FAILED ? NULL : memory;
}

static int kernel_unmap(void *context, void *memory, size_t size)
{
    (void)context;
    return munmap(memory, size);
}

static int64_t kernel_now_ms(void *context)
{
    (void)context;
    return monotonic_ms();
}

static int kernel_set_time(void *context, int64_t at_s)
{
    (void)context;
    return clock_settime(CLOCK_REALTIME, &(struct timespec){.tv_sec = (time_t)at_s});
}

const struct sysdev sysdev_kernel = {.context = NULL,
                                     .open = kernel_open,
                                     .close = kernel_close,
                                     .read = kernel_read,
                                     .write = kernel_write,
                                     .ioctl = kernel_ioctl,
                                     .map = kernel_map,
                                     .unmap = kernel_unmap,
                                     .now_ms = kernel_now_ms,
                                     .set_time = kernel_set_time};

int sys_open(const struct sysdev *sys, const char *path, int flags)
{
    return sys->open(sys->context, path, flags);
}

void sys_close(const struct sysdev *sys, int fd)
{
    (void)sys->close(sys->context, fd);
}

ssize_t sys_read(const struct sysdev *sys, int fd, void *bytes_out, size_t capacity)
{
    return sys->read(sys->context, fd, bytes_out, capacity);
}

ssize_t sys_write(const struct sysdev *sys, int fd, const void *bytes, size_t size)
{
    return sys->write(sys->context, fd, bytes, size);
}

int sys_ioctl(const struct sysdev *sys, int fd, unsigned long request, void *argument)
{
    return sys->ioctl(sys->context, fd, request, argument);
}

int sys_ioctl_value(const struct sysdev *sys, int fd, unsigned long request, uintptr_t value)
{
    /* The kernel takes the register's value, whatever its type is called here. */
    return sys->ioctl(sys->context, fd, request, (void *)value);
}

void *sys_map(const struct sysdev *sys, int fd, size_t size, int64_t offset)
{
    return sys->map(sys->context, fd, size, offset);
}

void sys_unmap(const struct sysdev *sys, void *memory, size_t size)
{
    (void)sys->unmap(sys->context, memory, size);
}

int64_t sys_now_ms(const struct sysdev *sys)
{
    return sys->now_ms(sys->context);
}

int sys_set_time(const struct sysdev *sys, int64_t at_s)
{
    return sys->set_time(sys->context, at_s);
}
