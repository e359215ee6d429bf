/*
 * The system calls of drivers that speak to device nodes: what they ask of the kernel, in one
 * struct, so that a test can be the kernel. For the drivers of hal/linux and their tests.
 *
 * Each call is that of its manual page, with errno. What is opened is a real descriptor (epoll and
 * poll work on it), whoever opened it.
 */
#ifndef TILL_SYSDEV_H
#define TILL_SYSDEV_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct sysdev {
    void *context;
    int (*open)(void *context, const char *path, int flags); /* O_CLOEXEC is added */
    int (*close)(void *context, int fd);
    ssize_t (*read)(void *context, int fd, void *bytes_out, size_t capacity);
    ssize_t (*write)(void *context, int fd, const void *bytes, size_t size);
    /* argument: a pointer, or a number in its place where the request takes one by value. Repeated
     * while the kernel says EINTR. */
    int (*ioctl)(void *context, int fd, unsigned long request, void *argument);
    /* Shared, for reading and writing; NULL: it failed. */
    void *(*map)(void *context, int fd, size_t size, int64_t offset);
    int (*unmap)(void *context, void *memory, size_t size);
    int64_t (*now_ms)(void *context);             /* monotonic.h */
    int (*set_time)(void *context, int64_t at_s); /* of the wall clock */
};

/* The kernel itself. */
extern const struct sysdev sysdev_kernel;

int sys_open(const struct sysdev *sys, const char *path, int flags);
void sys_close(const struct sysdev *sys, int fd);
ssize_t sys_read(const struct sysdev *sys, int fd, void *bytes_out, size_t capacity);
ssize_t sys_write(const struct sysdev *sys, int fd, const void *bytes, size_t size);
int sys_ioctl(const struct sysdev *sys, int fd, unsigned long request, void *argument);
/* For requests that take a number. */
int sys_ioctl_value(const struct sysdev *sys, int fd, unsigned long request, uintptr_t value);
void *sys_map(const struct sysdev *sys, int fd, size_t size, int64_t offset);
void sys_unmap(const struct sysdev *sys, void *memory, size_t size);
int64_t sys_now_ms(const struct sysdev *sys);
int sys_set_time(const struct sysdev *sys, int64_t at_s);

#endif
