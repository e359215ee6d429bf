/* The kernel's clocks, and the one on the battery where the board names it. */
#include <errno.h>
#include <fcntl.h>
#include <linux/rtc.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "linux_drivers.h"
#include "log.h"
#include "sysdev_drivers.h"
#include "text.h"

struct system_clock {
    struct clock_device clock;
    const struct sysdev *sys;
    char rtc[SETTINGS_LINE_MAX + 1]; /* "" = the kernel or the system keeps it */
};

static int64_t wall(void *context)
{
    (void)context;
    return (int64_t)time(NULL);
}

static int64_t monotonic(void *context)
{
    const struct system_clock *c = context;
    return sys_now_ms(c->sys);
}

/* So that the next start has it too. It is a convenience: the clock is set, whatever becomes of
 * this. */
static void keep(const struct system_clock *c, int64_t at_s)
{
    time_t at = (time_t)at_s;
    struct tm utc;
    if (c->rtc[0] == '\0' || !gmtime_r(&at, &utc)) {
        return;
    }
    struct rtc_time to = {.tm_sec = utc.tm_sec,
                          .tm_min = utc.tm_min,
                          .tm_hour = utc.tm_hour,
                          .tm_mday = utc.tm_mday,
                          .tm_mon = utc.tm_mon,
                          .tm_year = utc.tm_year};
    int fd = sys_open(c->sys, c->rtc, O_RDONLY);
    if (fd < 0 || sys_ioctl(c->sys, fd, RTC_SET_TIME, &to) < 0) {
        log_warning("clock: %s keeps its old time: %s", c->rtc, strerror(errno));
    }
    if (fd >= 0) {
        sys_close(c->sys, fd);
    }
}

static enum till_status change(void *context, int64_t at_s)
{
    const struct system_clock *c = context;
    if (sys_set_time(c->sys, at_s) == 0) {
        keep(c, at_s);
        return TILL_OK;
    }
    int why = errno;
    log_warning("clock: it can't be set: %s", strerror(why));
    return why == EPERM ? TILL_REFUSED : TILL_UNSUPPORTED;
}

enum till_status system_clock_open_by(struct opening *opening, struct board *board,
                                      const struct sysdev *sys)
{
    struct system_clock *c = calloc(1, sizeof *c);
    if (!c) {
        return TILL_E_MEMORY;
    }
    c->sys = sys;
    text_copy(c->rtc, sizeof c->rtc, settings_text(opening->settings, opening->section, "rtc", ""));
    c->clock = (struct clock_device){c, wall, monotonic, change, free};
    board->clock = &c->clock;
    return TILL_OK;
}

enum till_status system_clock_open(struct opening *opening, struct board *board)
{
    return system_clock_open_by(opening, board, &sysdev_kernel);
}
