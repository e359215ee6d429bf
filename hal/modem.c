/* What every modem's state means, whoever drives it. */
#include "modem.h"

#include <assert.h>

/* From how many dBm on a bar stands. A modem that is registered has one, however weak it is. */
static const int16_t bar_dbm[] = {-95, -85, -75};

bool modem_is_registered(const struct modem_state *state)
{
    return state->registration == MODEM_HOME || state->registration == MODEM_ROAMING;
}

uint8_t modem_bars(const struct modem_state *state)
{
    if (!modem_is_registered(state)) {
        return 0;
    }
    if (state->signal_dbm == 0) {
        return 2; /* registered, and that is all it says */
    }
    uint8_t bars = 1;
    for (size_t i = 0; i < sizeof bar_dbm / sizeof *bar_dbm; i++) {
        bars = state->signal_dbm >= bar_dbm[i] ? (uint8_t)(i + 2) : bars;
    }
    return bars;
}

const char *modem_access_name(enum modem_access access)
{
    static const char *const names[] = {"", "GPRS", "EDGE", "3G", "4G", "5G"};
    assert(access <= MODEM_ACCESS_5G);
    return names[access];
}
