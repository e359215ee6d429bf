#include "power_gauge.h"

#include <stdlib.h>

static int believe(struct power_gauge *gauge, int percent, int64_t now_ms)
{
    gauge->has = true;
    gauge->doubted = false;
    gauge->shown = percent;
    gauge->shown_ms = now_ms;
    return percent;
}

int power_gauge_read(struct power_gauge *gauge, int64_t reading, int64_t now_ms)
{
    int percent = (int)(reading < 0 ? 0 : reading > 100 ? 100 : reading);
    if (!gauge->has || now_ms - gauge->shown_ms >= GAUGE_FORGET_MS ||
        abs(percent - gauge->shown) <= GAUGE_JUMP) {
        return believe(gauge, percent, now_ms);
    }
    if (!gauge->doubted || abs(percent - gauge->waiting) > GAUGE_NEAR) {
        gauge->doubted = true;
        gauge->waiting = percent;
        gauge->waiting_ms = now_ms;
    } else if (now_ms - gauge->waiting_ms >= GAUGE_CONFIRM_MS) {
        return believe(gauge, percent, now_ms);
    }
    return gauge->shown;
}
