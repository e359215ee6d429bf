#include "fake_input.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int input_open(struct fake_node *node, int flags)
{
    int fd = open(node->path, flags | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

static void input_closed(struct fake_node *node, int fd)
{
    struct fake_input *input = node->device;
    if (input->grabbed_by == fd) {
        input->grabbed_by = -1;
    }
}

static ssize_t input_read(struct fake_node *node, int fd, void *bytes, size_t capacity)
{
    if (capacity < sizeof(struct input_event)) {
        fake_complain(node->kernel, "a read of %zu bytes, less than an event", capacity);
        return -EINVAL;
    }
    ssize_t size = read(fd, bytes, capacity - capacity % sizeof(struct input_event));
    return size < 0 ? -errno : size;
}

static ssize_t input_write(struct fake_node *node, int fd, const void *bytes, size_t size)
{
    struct fake_input *input = node->device;
    const struct input_event *event = bytes;
    (void)fd;
    if (size != sizeof *event || event->type != EV_SND || event->code > SND_MAX) {
        fake_complain(node->kernel, "a write of %zu bytes that is no event of sound", size);
        return -EINVAL;
    }
    if ((input->tones >> event->code & 1) == 0) {
        fake_complain(node->kernel, "a sound that the device can't make: %u", event->code);
        return (ssize_t)size; /* the kernel swallows it */
    }
    if (input->sound_count < FAKE_SOUNDS_MAX) {
        input->sounds[input->sound_count++] =
            (struct fake_sound){event->code, event->value, node->kernel->now_ms};
    }
    return (ssize_t)size;
}

static int give(void *argument, unsigned long request, const void *bytes, size_t size)
{
    size_t room = _IOC_SIZE(request);
    size = size < room ? size : room;
    memcpy(argument, bytes, size);
    return (int)size;
}

static void drain(struct fake_input *input)
{
    char waste[4096];
    int fd = open(input->node->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert(fd >= 0);
    while (read(fd, waste, sizeof waste) > 0) {
    }
    close(fd);
}

static int input_bits(struct fake_input *input, unsigned long request, void *argument)
{
    unsigned type = (unsigned)_IOC_NR(request) - 0x20;
    uint8_t types[4] = {0};
    if (type == EV_KEY) {
        return give(argument, request, input->keys, sizeof input->keys);
    }
    if (type == EV_SND) {
        return give(argument, request, &input->tones, 1);
    }
    types[0] = 1u << EV_SYN | 1u << EV_KEY;
    return type == 0 ? give(argument, request, types, sizeof types) : -EINVAL;
}

static int input_grab(struct fake_input *input, int fd, bool on)
{
    if (on) {
        if (input->grabbed_elsewhere || input->grabbed_by >= 0) {
            return -EBUSY;
        }
        input->grabbed_by = fd;
        return 0;
    }
    if (input->grabbed_by != fd) {
        return -EINVAL;
    }
    input->grabbed_by = -1;
    return 0;
}

static int input_clock(struct fake_input *input, const int *clock)
{
    if (input->old) {
        return -EINVAL;
    }
    if (*clock != CLOCK_REALTIME && *clock != CLOCK_MONOTONIC && *clock != CLOCK_BOOTTIME) {
        return -EINVAL;
    }
    input->monotonic = *clock == CLOCK_BOOTTIME; /* what a driver's clock is */
    return 0;
}

static int input_ioctl(struct fake_node *node, int fd, unsigned long request, void *argument)
{
    struct fake_input *input = node->device;
    unsigned number = (unsigned)_IOC_NR(request);
    int version = 0x010001;
    if (_IOC_TYPE(request) != 'E') {
        return fake_unknown(node, request);
    }
    if (request == EVIOCGVERSION) {
        return give(argument, request, &version, sizeof version) > 0 ? 0 : -EINVAL;
    }
    if (request == EVIOCGRAB) {
        return input_grab(input, fd, argument != NULL);
    }
    if (request == EVIOCSCLOCKID) {
        return input_clock(input, argument);
    }
    if (_IOC_DIR(request) != _IOC_READ) {
        return fake_unknown(node, request);
    }
    if (number == _IOC_NR(EVIOCGNAME(0))) {
        return give(argument, request, input->name, strlen(input->name) + 1);
    }
    if (number == _IOC_NR(EVIOCGPHYS(0))) {
        return input->phys[0] ? give(argument, request, input->phys, strlen(input->phys) + 1)
                              : -ENOENT;
    }
    if (number == _IOC_NR(EVIOCGKEY(0))) {
        drain(input); /* the kernel drops older events of keys, too */
        return give(argument, request, input->down, sizeof input->down);
    }
    if (number >= 0x20 && number < 0x20 + EV_CNT) {
        return input_bits(input, request, argument);
    }
    return fake_unknown(node, request);
}

static const struct fake_kind input_kind = {.open = input_open,
                                            .closed = input_closed,
                                            .read = input_read,
                                            .write = input_write,
                                            .ioctl = input_ioctl};

static void make_fifo(struct fake_input *input)
{
    assert(mkfifo(input->node->path, 0600) == 0);
    input->writer = open(input->node->path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    assert(input->writer >= 0);
}

void fake_input_add(struct fake_kernel *kernel, struct fake_input *input, const char *path,
                    const char *name, const char *phys)
{
    memset(input, 0, sizeof *input);
    snprintf(input->name, sizeof input->name, "%s", name);
    snprintf(input->phys, sizeof input->phys, "%s", phys);
    memset(input->keys, 0xFF, sizeof input->keys);
    input->grabbed_by = -1;
    input->node = fake_kernel_add(kernel, &input_kind, input, path);
    assert(input->node != NULL);
    make_fifo(input);
}

void fake_input_remove(struct fake_input *input)
{
    if (input->writer >= 0) {
        close(input->writer);
        unlink(input->node->path);
    }
    input->writer = -1;
}

void fake_input_unplug(struct fake_input *input)
{
    fake_node_unplug(input->node);
    fake_input_remove(input); /* the last writer: readers see a hang-up, as of a device that went */
    memset(input->down, 0, sizeof input->down);
    input->grabbed_by = -1;
    input->monotonic = false;
}

void fake_input_plug(struct fake_input *input)
{
    fake_node_plug(input->node);
    make_fifo(input);
}

void fake_input_event(struct fake_input *input, uint16_t type, uint16_t code, int32_t value)
{
    struct input_event event;
    int64_t at_ms = input->node->kernel->now_ms;
    memset(&event, 0, sizeof event);
    /* By the wall clock unless asked otherwise. */
    event.input_event_sec = at_ms / 1000 + (input->monotonic ? 0 : 1795395600);
    event.input_event_usec = at_ms % 1000 * 1000;
    event.type = type;
    event.code = code;
    event.value = value;
    if (type == EV_KEY && code <= KEY_MAX && value != 2) {
        uint8_t mask = (uint8_t)(1u << (code % 8));
        uint8_t *byte = &input->down[code / 8];
        *byte = (uint8_t)(value ? *byte | mask : *byte & ~mask);
    }
    assert(write(input->writer, &event, sizeof event) == (ssize_t)sizeof event);
}

void fake_input_key(struct fake_input *input, uint16_t code, int32_t value)
{
    fake_input_event(input, EV_KEY, code, value);
    fake_input_event(input, EV_SYN, SYN_REPORT, 0);
}

void fake_input_overflow(struct fake_input *input)
{
    drain(input);
    fake_input_event(input, EV_SYN, SYN_DROPPED, 0);
}
