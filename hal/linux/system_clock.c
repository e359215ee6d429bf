/* The kernel's clocks. */
#include <errno.h>
#include <time.h>

#include "clock.h"
#include "linux_drivers.h"
#include "monotonic.h"

static int64_t wall(void *context)
{
    (void)context;
    return (int64_t)time(NULL);
}

static int64_t monotonic(void *context)
{
    (void)context;
    return monotonic_ms();
}

static enum till_status change(void *context, int64_t at_s)
{
    (void)context;
    struct timespec to = {.tv_sec = (time_t)at_s};
    if (clock_settime(CLOCK_REALTIME, &to) == 0) {
        return TILL_OK;
    }
    return errno == EPERM ? TILL_REFUSED : TILL_UNSUPPORTED;
}

static void close_nothing(void *context)
{
    (void)context;
}

/* It has no state: one for all boards. */
static struct clock_device system_clock = {NULL, wall, monotonic, change, close_nothing};

enum till_status system_clock_open(struct opening *opening, struct board *board)
{
    (void)opening;
    board->clock = &system_clock;
    return TILL_OK;
}
