/*
 * The radio: keeps the modem attached, resets one that gets nowhere, and knows where we are.
 *
 * A driver resets a modem that does not answer (hal/modem.h). Here is judged what answers and is of
 * no use: attaching that fails again and again, a SIM that finds no network for an hour. Neither
 * stops any work; all of it goes on by itself, ever more seldom, for the battery's sake.
 * It knows no screen and no journal.
 */
#ifndef TILL_RADIO_H
#define TILL_RADIO_H

#include "modem.h"
#include "position.h"

enum {
    RADIO_JOIN_MS = 30000,        /* after an attach that failed; doubled each time */
    RADIO_JOIN_MAX_MS = 600000,   /* at most */
    RADIO_JOINS_MAX = 5,          /* that failed in a row: the modem is reset */
    RADIO_LOST_MS = 3600000,      /* a SIM without a network as long: the same */
    RADIO_RESET_MS = 1800000,     /* at least between two resets */
    RADIO_POSITION_MS = 5000,     /* between two readings */
    RADIO_POSITION_OLD_S = 120,   /* an older fix is none */
    RADIO_POSITION_MAX_DM = 10000 /* nor is one as unsure as 1 km */
};

struct radio {
    const struct board *board;
    char apn[MODEM_APN_MAX + 1]; /* "": somebody else attaches */

    bool is_there;            /* the modem answers */
    struct modem_state modem; /* as it last did */
    int64_t join_at_ms;       /* no attach before */
    int64_t pause_ms;         /* after the next one that fails */
    uint8_t joins;            /* in a row that came to nothing */
    int64_t lost_ms;          /* since when it finds no network; 0 = it does */
    int64_t reset_at_ms;      /* no reset before */

    bool is_on;         /* the receiver */
    int64_t read_at_ms; /* no reading before */
    bool has_fix;       /* young and sure enough to be used */
    struct position_fix fix;
};

/* apn: the setting's, or "": then the board's, if it has one. The board outlives the radio. */
void radio_open(struct radio *radio, const struct board *board, const char *apn);
/*
 * What is due.
 *   due      a second has passed: devices without a descriptor are asked too
 *   working  somebody is at work: only then the receiver is on
 */
void radio_step(struct radio *radio, bool due, bool working, int64_t now_ms);

#endif
