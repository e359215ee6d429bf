/*
 * A kernel for drivers that speak to device nodes (hal/linux/sysdev.h): strict, in this process.
 *
 * It answers the requests of the kernel's own headers with their structs, and refuses what the
 * kernel refuses: an unknown request, one out of its order, any after the device was unplugged.
 * What no sane driver asks is remembered (fake_kernel_complaint) and fails the test.
 * Its monotonic clock stands until the test moves it; descriptors are real, and epoll works.
 */
#ifndef TILL_FAKE_KERNEL_H
#define TILL_FAKE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sysdev.h"

enum { FAKE_NODES_MAX = 8, FAKE_OPENS_MAX = 8, FAKE_PATH_MAX = 128, FAKE_COMPLAINT_MAX = 160 };

struct fake_kernel;
struct fake_node;

/* What a kind of device does. Answers are those of the kernel inside: 0 and more, or -errno. */
struct fake_kind {
    int (*open)(struct fake_node *node, int flags); /* a descriptor */
    void (*closed)(struct fake_node *node, int fd); /* may be NULL */
    ssize_t (*read)(struct fake_node *node, int fd, void *bytes, size_t capacity);
    ssize_t (*write)(struct fake_node *node, int fd, const void *bytes, size_t size);
    int (*ioctl)(struct fake_node *node, int fd, unsigned long request, void *argument);
    /* NULL: EINVAL. */
    void *(*map)(struct fake_node *node, size_t size, int64_t offset);
    int (*unmap)(struct fake_node *node, void *memory, size_t size);
};

struct fake_node {
    struct fake_kernel *kernel;
    const struct fake_kind *kind;
    void *device;
    char path[FAKE_PATH_MAX];
    bool plugged;
    int refuse; /* errno of an open; 0 = it opens */
    unsigned opens;
};

struct fake_kernel {
    struct sysdev sys;
    int64_t now_ms;
    struct fake_node nodes[FAKE_NODES_MAX];
    size_t count;
    struct {
        int fd;
        struct fake_node *node; /* NULL: free */
        bool dead;              /* opened before the device was unplugged */
    } opens[FAKE_OPENS_MAX];
    char complaint[FAKE_COMPLAINT_MAX];
};

void fake_kernel_init(struct fake_kernel *kernel);
/* A node of that kind, plugged in. */
struct fake_node *fake_kernel_add(struct fake_kernel *kernel, const struct fake_kind *kind,
                                  void *device, const char *path);
/* The first thing that was wrong; NULL: nothing was, and nothing is still open. */
const char *fake_kernel_complaint(struct fake_kernel *kernel);
/* How many descriptors of this node are open. */
unsigned fake_node_open_count(const struct fake_node *node);
void fake_node_unplug(struct fake_node *node);
void fake_node_plug(struct fake_node *node);

/* For kinds. */
void fake_complain(struct fake_kernel *kernel, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A request that this kind doesn't know: -ENOTTY, and a complaint. */
int fake_unknown(struct fake_node *node, unsigned long request);
/* A descriptor that stands for a device which has nothing to read. */
int fake_descriptor(void);

#endif
