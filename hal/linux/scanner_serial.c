/* A scanner on a serial line: texts ended by CR or LF, or by silence. Options: linux_drivers.h. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "linux_drivers.h"
#include "log.h"
#include "monotonic.h"
#include "scan_text.h"

enum {
    GAP_MS = 100,
    GAP_LEAST_MS = 10,
    GAP_MOST_MS = 2000,
    RETRY_MS = 1000,
    COMMAND_MAX = 32,
    READS_A_POLL = 64
};

struct command {
    uint8_t bytes[COMMAND_MAX];
    size_t size;
};

struct scanner_serial {
    struct scanner scanner;
    struct link *link;
    int poll_fd, timer_fd;
    uint32_t generation;
    struct command on, off;
    int64_t gap_ms;

    uint8_t bytes[256]; /* read, and not looked at yet */
    size_t count, at;
    struct scan_text text;
    int64_t last_ms; /* when the last byte came */
};

static int wait_fd(void *context)
{
    const struct scanner_serial *s = context;
    return s->poll_fd;
}

static void wake_in(struct scanner_serial *s, int64_t wait_ms)
{
    struct itimerspec when = {.it_value = {0, 0}};
    if (wait_ms >= 0) {
        wait_ms = wait_ms < 1 ? 1 : wait_ms;
        when.it_value.tv_sec = (time_t)(wait_ms / 1000);
        when.it_value.tv_nsec = (long)(wait_ms % 1000 * 1000000);
    }
    /* Which also makes an expired one quiet. */
    (void)timerfd_settime(s->timer_fd, 0, &when, NULL);
}

static void forget(struct scanner_serial *s)
{
    s->count = s->at = 0;
    scan_text_forget(&s->text);
}

/* After a reconnection the line may be another descriptor; the old one left the set by closing. */
static void follow_link(struct scanner_serial *s)
{
    int fd = link_fd(s->link);
    struct epoll_event watched = {.events = EPOLLIN};
    if (link_generation(s->link) == s->generation) {
        return;
    }
    s->generation = link_generation(s->link);
    forget(s);
    if (fd >= 0 && epoll_ctl(s->poll_fd, EPOLL_CTL_ADD, fd, &watched) != 0 && errno != EEXIST) {
        log_error("scanner: its line can't be watched");
    }
}

static enum till_status next(void *context, struct scanner_text *text_out)
{
    struct scanner_serial *s = context;
    for (int i = 0; i < READS_A_POLL; i++) {
        while (s->at < s->count) {
            if (scan_text_put(&s->text, s->bytes[s->at++])) {
                wake_in(s, s->at < s->count ? 0 : -1);
                return scan_text_take(&s->text, text_out);
            }
        }
        size_t size = 0;
        enum till_status status = link_read(s->link, s->bytes, sizeof s->bytes, &size);
        follow_link(s);
        int64_t quiet_ms = monotonic_ms() - s->last_ms;
        if (status == TILL_UNCHANGED && scan_text_has_begun(&s->text) && quiet_ms >= s->gap_ms) {
            return scan_text_take(&s->text, text_out);
        }
        if (status == TILL_UNCHANGED) {
            wake_in(s, scan_text_has_begun(&s->text) ? s->gap_ms - quiet_ms : -1);
        }
        if (status == TILL_DEVICE_OFFLINE) {
            wake_in(s, RETRY_MS);
        }
        if (status != TILL_OK) {
            return status;
        }
        s->at = 0;
        s->count = size;
        s->last_ms = monotonic_ms();
    }
    return TILL_UNCHANGED; /* and its descriptor stays readable */
}

/* A few bytes at a few thousand baud: the kernel's buffer has room, or the line is dead. */
static enum till_status aim(void *context, bool on)
{
    struct scanner_serial *s = context;
    const struct command *command = on ? &s->on : &s->off;
    size_t taken = 0;
    if (s->on.size == 0) {
        return TILL_UNSUPPORTED;
    }
    if (command->size == 0) {
        return TILL_OK; /* its light goes out by itself */
    }
    enum till_status status =
        link_write(s->link, (struct span){command->bytes, command->size}, &taken);
    follow_link(s);
    return status == TILL_OK && taken < command->size ? TILL_BUSY : status;
}

static void shut(void *context)
{
    struct scanner_serial *s = context;
    s->link->close(s->link->context);
    if (s->timer_fd >= 0) {
        close(s->timer_fd);
    }
    if (s->poll_fd >= 0) {
        close(s->poll_fd);
    }
    free(s);
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : isxdigit((unsigned char)c) ? (c | 0x20) - 'a' + 10 : -1;
}

/* on = 16 54 0D */
static enum till_status read_command(struct opening *opening, const char *key,
                                     struct command *command)
{
    const char *at = settings_text(opening->settings, opening->section, key, "");
    while (*at != '\0') {
        int high = hex_digit(at[0]);
        int low = high >= 0 ? hex_digit(at[1]) : -1;
        if (low < 0 || (at[2] != ' ' && at[2] != '\0') || command->size == COMMAND_MAX) {
            settings_complain(opening->settings, opening->section, key,
                              "must be bytes as in 16 54 0D, at most 32");
            return TILL_E_CONFIG;
        }
        command->bytes[command->size++] = (uint8_t)(high << 4 | low);
        at += 2 + strspn(at + 2, " ");
    }
    return TILL_OK;
}

static enum till_status begin(struct opening *opening, struct scanner_serial *s)
{
    struct epoll_event watched = {.events = EPOLLIN};
    enum till_status status = settings_integer(opening->settings, opening->section, "gap", GAP_MS,
                                               GAP_LEAST_MS, GAP_MOST_MS, &s->gap_ms);
    if (status == TILL_OK) {
        status = read_command(opening, "on", &s->on);
    }
    if (status == TILL_OK) {
        status = read_command(opening, "off", &s->off);
    }
    if (status == TILL_OK && s->on.size == 0 && s->off.size > 0) {
        settings_complain(opening->settings, opening->section, "off", "is nothing without on");
        status = TILL_E_CONFIG;
    }
    s->poll_fd = epoll_create1(EPOLL_CLOEXEC);
    s->timer_fd = timerfd_create(MONOTONIC_CLOCK, TFD_NONBLOCK | TFD_CLOEXEC);
    if (status == TILL_OK && (s->poll_fd < 0 || s->timer_fd < 0 ||
                              epoll_ctl(s->poll_fd, EPOLL_CTL_ADD, s->timer_fd, &watched) != 0)) {
        status = TILL_E_DEVICE;
    }
    return status;
}

enum till_status scanner_serial_open(struct opening *opening, struct board *board)
{
    struct scanner_serial *s = calloc(1, sizeof *s);
    if (!s) {
        return TILL_E_MEMORY;
    }
    enum till_status status = link_open(opening, &s->link);
    if (status != TILL_OK) {
        free(s);
        return status;
    }
    status = begin(opening, s);
    if (status != TILL_OK) {
        shut(s);
        return status;
    }
    follow_link(s);
    if (s->generation == 0) {
        wake_in(s, RETRY_MS);
    }
    s->scanner = (struct scanner){s, wait_fd, next, aim, shut};
    board->scanner = &s->scanner;
    return TILL_OK;
}
