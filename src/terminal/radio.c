#include "radio.h"

#include <string.h>

#include "log.h"
#include "text.h"

void radio_open(struct radio *radio, const struct board *board, const char *apn)
{
    memset(radio, 0, sizeof *radio);
    radio->board = board;
    radio->pause_ms = RADIO_JOIN_MS;
    const char *own = board->modem && board->modem->apn ? board->modem->apn : "";
    const char *wanted = apn[0] != '\0' ? apn : own;
    if (strlen(wanted) <= MODEM_APN_MAX)
        text_copy(radio->apn, sizeof radio->apn, wanted);
    else
        log_warning("the access point's name is too long");
}

/* ---- the modem ------------------------------------------------------------------------------- */

static void reset(struct radio *radio, const char *why, int64_t now_ms)
{
    radio->joins = 0;
    radio->lost_ms = 0;
    if (now_ms < radio->reset_at_ms)
        return;
    radio->reset_at_ms = now_ms + RADIO_RESET_MS;
    enum till_status status = modem_reset(radio->board->modem);
    log_warning("modem: %s; reset: %s", why, status_name(status));
}

static void join(struct radio *radio, int64_t now_ms)
{
    if (radio->modem.attached) {
        radio->joins = 0;
        radio->pause_ms = RADIO_JOIN_MS;
        radio->join_at_ms = 0;
        return;
    }
    if (radio->apn[0] == '\0' || now_ms < radio->join_at_ms)
        return;
    if (radio->joins >= RADIO_JOINS_MAX) {
        reset(radio, "attaching fails again and again", now_ms);
        radio->join_at_ms = now_ms + RADIO_JOIN_MS;
        return;
    }
    enum till_status status = modem_attach(radio->board->modem, radio->apn);
    if (status == TILL_BUSY)
        return;
    if (status != TILL_OK)
        log_debug("modem: attaching: %s", status_name(status));
    radio->joins++;
    radio->join_at_ms = now_ms + radio->pause_ms;
    radio->pause_ms =
        radio->pause_ms * 2 > RADIO_JOIN_MAX_MS ? RADIO_JOIN_MAX_MS : radio->pause_ms * 2;
}

static void care(struct radio *radio, int64_t now_ms)
{
    if (radio->modem.sim != MODEM_SIM_READY) {
        radio->lost_ms = 0;
        return;
    }
    if (modem_is_registered(&radio->modem)) {
        radio->lost_ms = 0;
        join(radio, now_ms);
        return;
    }
    /* A network that denies this SIM will not like it better after a reset. */
    if (radio->lost_ms == 0 || radio->modem.registration == MODEM_DENIED)
        radio->lost_ms = now_ms;
    else if (now_ms - radio->lost_ms >= RADIO_LOST_MS)
        reset(radio, "it finds no network", now_ms);
}

static void look_at_modem(struct radio *radio, int64_t now_ms)
{
    struct modem_state state;
    radio->is_there = modem_state(radio->board->modem, &state) == TILL_OK;
    if (!radio->is_there) {
        radio->lost_ms = 0; /* its driver sees to it */
        return;
    }
    radio->modem = state;
    care(radio, now_ms);
}

/* ---- the receiver ---------------------------------------------------------------------------- */

static void look_at_position(struct radio *radio, bool working, int64_t now_ms)
{
    const struct position *position = radio->board->position;
    if (working != radio->is_on) {
        enum till_status status = position_enable(position, working);
        if (status != TILL_OK && status != TILL_UNSUPPORTED)
            log_debug("position: %s", status_name(status));
        radio->is_on = working;
        radio->read_at_ms = 0;
    }
    if (!working) {
        radio->has_fix = false;
        return;
    }
    if (now_ms < radio->read_at_ms)
        return;
    radio->read_at_ms = now_ms + RADIO_POSITION_MS;
    struct position_fix fix;
    radio->has_fix = position_read(position, &fix) == TILL_OK &&
                     fix.age_s <= RADIO_POSITION_OLD_S && fix.accuracy_dm <= RADIO_POSITION_MAX_DM;
    if (radio->has_fix)
        radio->fix = fix;
}

void radio_step(struct radio *radio, bool due, bool working, int64_t now_ms)
{
    const struct modem *modem = radio->board->modem;
    if (modem && (due || modem_fd(modem) >= 0))
        look_at_modem(radio, now_ms);
    if (radio->board->position && (due || working != radio->is_on))
        look_at_position(radio, working, now_ms);
}
