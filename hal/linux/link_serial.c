/* A byte link over a serial line: termios; opens again when a USB adapter comes back. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "linux_drivers.h"
#include "log.h"
#include "monotonic.h"
#include "text.h"

enum { RETRY_MS = 1000 };

struct serial {
    struct link link;
    char device[SETTINGS_LINE_MAX + 1];
    struct link_line line;
    int fd; /* -1: none */
    uint32_t generation;
    int64_t next_ms;
};

static const struct {
    uint32_t baud;
    speed_t speed;
} speeds[] = {
    {300, B300},       {600, B600},       {1200, B1200},     {2400, B2400},   {4800, B4800},
    {9600, B9600},     {19200, B19200},   {38400, B38400},   {57600, B57600}, {115200, B115200},
    {230400, B230400}, {460800, B460800}, {921600, B921600},
};

static bool find_speed(uint32_t baud, speed_t *speed_out)
{
    for (size_t i = 0; i < sizeof speeds / sizeof *speeds; i++) {
        if (speeds[i].baud == baud) {
            *speed_out = speeds[i].speed;
            return true;
        }
    }
    return false;
}

enum { LINE_FLAGS = CSIZE | PARENB | PARODD | CSTOPB };

/* Set a line, and read it back: tcsetattr() succeeds when any of the wishes was met. */
static enum till_status apply_line(int fd, const struct link_line *line)
{
    struct termios wish;
    struct termios got;
    speed_t speed;
    if (!find_speed(line->baud, &speed) || tcgetattr(fd, &wish) != 0) {
        return TILL_E_CONFIG;
    }
    cfmakeraw(&wish);
    wish.c_cflag &= ~(tcflag_t)(LINE_FLAGS | CRTSCTS);
    wish.c_cflag |= CLOCAL | CREAD | (line->bits == 7 ? CS7 : CS8);
    wish.c_cflag |= line->parity == LINK_PARITY_NONE ? 0 : PARENB;
    wish.c_cflag |= line->parity == LINK_PARITY_ODD ? PARODD : 0;
    wish.c_cflag |= line->stops == 2 ? CSTOPB : 0;
    wish.c_cflag |= line->flow == LINK_FLOW_HARDWARE ? CRTSCTS : 0;
    wish.c_iflag &= ~(tcflag_t)(IXON | IXOFF | IXANY | INPCK | ISTRIP);
    wish.c_iflag |= line->flow == LINK_FLOW_SOFTWARE ? IXON | IXOFF : 0;
    wish.c_iflag |= line->parity == LINK_PARITY_NONE ? 0 : INPCK;
    wish.c_cc[VMIN] = 0;
    wish.c_cc[VTIME] = 0;
    if (cfsetispeed(&wish, speed) != 0 || cfsetospeed(&wish, speed) != 0 ||
        tcsetattr(fd, TCSANOW, &wish) != 0 || tcgetattr(fd, &got) != 0) {
        return TILL_E_CONFIG;
    }
    bool met = ((wish.c_cflag ^ got.c_cflag) & (tcflag_t)(LINE_FLAGS | CRTSCTS)) == 0 &&
               ((wish.c_iflag ^ got.c_iflag) & (tcflag_t)(IXON | IXOFF | INPCK)) == 0 &&
               cfgetospeed(&got) == speed;
    return met ? TILL_OK : TILL_E_CONFIG;
}

/* TILL_DEVICE_OFFLINE: no such device now. TILL_E_CONFIG: it can't do the line. */
static enum till_status try_open(struct serial *s)
{
    s->next_ms = monotonic_ms() + RETRY_MS;
    s->fd = open(s->device, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (s->fd < 0) {
        return TILL_DEVICE_OFFLINE;
    }
    enum till_status status = apply_line(s->fd, &s->line);
    if (status != TILL_OK) {
        close(s->fd);
        s->fd = -1;
        return status;
    }
    (void)tcflush(s->fd, TCIOFLUSH);
    s->generation++;
    return TILL_OK;
}

static void drop(struct serial *s)
{
    close(s->fd);
    s->fd = -1;
    s->next_ms = monotonic_ms() + RETRY_MS;
    log_warning("serial: %s is gone", s->device);
}

static bool step(struct serial *s)
{
    if (s->fd >= 0) {
        return true;
    }
    return monotonic_ms() >= s->next_ms && try_open(s) == TILL_OK;
}

static int serial_fd(void *context)
{
    struct serial *s = context;
    return step(s) ? s->fd : -1;
}

static uint32_t serial_generation(void *context)
{
    struct serial *s = context;
    (void)step(s);
    return s->generation;
}

static enum till_status serial_read(void *context, uint8_t *bytes_out, size_t capacity,
                                    size_t *size_out)
{
    struct serial *s = context;
    if (!step(s)) {
        return TILL_DEVICE_OFFLINE;
    }
    ssize_t size = read(s->fd, bytes_out, capacity);
    if (size > 0) {
        *size_out = (size_t)size;
        return TILL_OK;
    }
    /* With VMIN and VTIME 0 a read of nothing gives 0, as does a line that was hung up. */
    struct pollfd state = {s->fd, 0, 0};
    bool gone = poll(&state, 1, 0) == 1 && (state.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
    if (!gone && (size == 0 || errno == EAGAIN || errno == EINTR)) {
        return TILL_UNCHANGED;
    }
    drop(s);
    return TILL_DEVICE_OFFLINE;
}

static enum till_status serial_write(void *context, struct span bytes, size_t *taken_out)
{
    struct serial *s = context;
    *taken_out = 0;
    if (!step(s)) {
        return TILL_DEVICE_OFFLINE;
    }
    if (bytes.size == 0) {
        return TILL_OK;
    }
    ssize_t size = write(s->fd, bytes.data, bytes.size);
    if (size >= 0) {
        *taken_out = (size_t)size;
        return TILL_OK;
    }
    if (errno == EAGAIN || errno == EINTR) {
        return TILL_OK;
    }
    drop(s);
    return TILL_DEVICE_OFFLINE;
}

static enum till_status serial_flush(void *context)
{
    struct serial *s = context;
    int left = 0;
    if (!step(s)) {
        return TILL_DEVICE_OFFLINE;
    }
    return ioctl(s->fd, TIOCOUTQ, &left) == 0 && left > 0 ? TILL_BUSY : TILL_OK;
}

static void serial_discard(void *context)
{
    struct serial *s = context;
    if (s->fd >= 0) {
        (void)tcflush(s->fd, TCIOFLUSH);
    }
}

static enum till_status serial_set_line(void *context, const struct link_line *line)
{
    struct serial *s = context;
    if (!step(s)) {
        return TILL_DEVICE_OFFLINE;
    }
    enum till_status status = apply_line(s->fd, line);
    if (status == TILL_OK) {
        s->line = *line;
    } else if (apply_line(s->fd, &s->line) != TILL_OK) {
        drop(s);
    }
    return status;
}

static void serial_close(void *context)
{
    struct serial *s = context;
    if (s->fd >= 0) {
        close(s->fd);
    }
    free(s);
}

/* An option that is one of a few words; its index. */
static enum till_status word(struct opening *opening, const char *key, const char *const words[3],
                             int *index_out)
{
    const char *text = settings_text(opening->settings, opening->section, key, words[0]);
    for (int i = 0; i < 3; i++) {
        if (strcmp(text, words[i]) == 0) {
            *index_out = i;
            return TILL_OK;
        }
    }
    char why[64];
    snprintf(why, sizeof why, "must be %s, %s or %s", words[0], words[1], words[2]);
    settings_complain(opening->settings, opening->section, key, why);
    return TILL_E_CONFIG;
}

static enum till_status read_line(struct opening *opening, struct link_line *line)
{
    static const char *const parities[3] = {"none", "even", "odd"};
    static const char *const flows[3] = {"none", "hardware", "software"};
    int64_t baud = 0;
    int64_t bits = 0;
    int64_t stops = 0;
    int parity = 0;
    int flow = 0;
    struct settings *s = opening->settings;
    enum till_status status =
        settings_integer(s, opening->section, "baud", 9600, 300, 921600, &baud);
    if (status == TILL_OK) {
        status = settings_integer(s, opening->section, "bits", 8, 7, 8, &bits);
    }
    if (status == TILL_OK) {
        status = settings_integer(s, opening->section, "stops", 1, 1, 2, &stops);
    }
    if (status == TILL_OK) {
        status = word(opening, "parity", parities, &parity);
    }
    if (status == TILL_OK) {
        status = word(opening, "flow", flows, &flow);
    }
    speed_t speed;
    if (status == TILL_OK && !find_speed((uint32_t)baud, &speed)) {
        settings_complain(s, opening->section, "baud", "is no usual speed");
        status = TILL_E_CONFIG;
    }
    *line = (struct link_line){(uint32_t)baud, (uint8_t)bits, (enum link_parity)parity,
                               (uint8_t)stops, (enum link_flow)flow};
    return status;
}

enum till_status link_serial_open(struct opening *opening, struct link **link_out)
{
    struct link_line line;
    const char *device = opening_text(opening, "device");
    if (!device) {
        return TILL_E_CONFIG;
    }
    enum till_status status = read_line(opening, &line);
    if (status != TILL_OK) {
        return status;
    }
    struct serial *s = calloc(1, sizeof *s);
    if (!s) {
        return TILL_E_MEMORY;
    }
    text_copy(s->device, sizeof s->device, device);
    s->line = line;
    s->fd = -1;
    s->link = (struct link){.context = s,
                            .fd = serial_fd,
                            .generation = serial_generation,
                            .read = serial_read,
                            .write = serial_write,
                            .flush = serial_flush,
                            .discard = serial_discard,
                            .set_line = serial_set_line,
                            .close = serial_close};
    /* A device that isn't there may come; one that can't do the line never will. */
    if (try_open(s) == TILL_E_CONFIG) {
        settings_complain(opening->settings, opening->section, "device",
                          "can't do this baud, parity, bits, stops or flow");
        free(s);
        return TILL_E_CONFIG;
    }
    *link_out = &s->link;
    return TILL_OK;
}
