/*
 * Modem: SIM, registration, signal, packet attach. It moves no bytes: the kernel's network
 * interface does, and network.h says whether there is a way out.
 *
 * Threads: one instance, one thread. Calls answer from the last known state and never block
 * longer than 50 ms; what takes longer goes on by itself and shows in `state`. "By itself" is
 * inside the calls: ask `state` once a second also where there is a descriptor.
 *
 * A modem that hangs is reset by its driver, first by its own command, then by its power where the
 * board says how; it is TILL_DEVICE_OFFLINE meanwhile. A radio that answers and finds no network
 * is the program's to judge.
 */
#ifndef TILL_MODEM_H
#define TILL_MODEM_H

#include "hal.h"

enum modem_sim {
    MODEM_SIM_NONE = 0,
    MODEM_SIM_READY = 1,
    MODEM_SIM_PIN = 2,
    MODEM_SIM_BLOCKED = 3
};

/* As <stat> of 3GPP TS 27.007 §7.2 (+CREG). */
enum modem_registration {
    MODEM_IDLE = 0,
    MODEM_HOME = 1,
    MODEM_SEARCHING = 2,
    MODEM_DENIED = 3,
    MODEM_UNKNOWN = 4,
    MODEM_ROAMING = 5
};

/* What the radio speaks, poorest first. */
enum modem_access {
    MODEM_ACCESS_UNKNOWN = 0,
    MODEM_ACCESS_GPRS = 1,
    MODEM_ACCESS_EDGE = 2,
    MODEM_ACCESS_3G = 3,
    MODEM_ACCESS_LTE = 4,
    MODEM_ACCESS_5G = 5
};

struct modem_state {
    enum modem_sim sim;
    enum modem_registration registration;
    int16_t signal_dbm;       /* -113..-51 (3GPP TS 27.007 §8.5); 0 = not known */
    bool attached;            /* packet service, with the APN below */
    char operator_name[33];   /* UTF-8; "" = not known */
    enum modem_access access; /* of the cell that it stands on */
};

enum { MODEM_APN_MAX = 100 }; /* 3GPP TS 23.003 §9.1 */

struct modem {
    void *context;
    const char *apn;          /* that the board file gives, or NULL; lives as long as the modem */
    int (*fd)(void *context); /* readable when the state may have changed; -1: none */
    /* TILL_DEVICE_OFFLINE: there is no modem now, or it doesn't answer. */
    enum till_status (*state)(void *context, struct modem_state *state_out);
    /* Begin to attach with this access point name (1..MODEM_APN_MAX bytes). TILL_BUSY: another
     * attach or reset is going on. TILL_REFUSED: no SIM, or it wants its PIN. */
    enum till_status (*attach)(void *context, const char *apn);
    enum till_status (*detach)(void *context);
    /* Power the modem off and on; it is away for up to 30 s. TILL_BUSY: that is going on. */
    enum till_status (*reset)(void *context);
    void (*close)(void *context);
};

/* 0..4, as on a telephone; 0 where it is not registered. */
uint8_t modem_bars(const struct modem_state *state);
bool modem_is_registered(const struct modem_state *state);
const char *modem_access_name(enum modem_access access); /* "", "GPRS", "EDGE", "3G", "4G", "5G" */

/* Checked calls (hal.h). */
int modem_fd(const struct modem *modem);
enum till_status modem_state(const struct modem *modem, struct modem_state *state_out) TILL_CHECKED;
enum till_status modem_attach(const struct modem *modem, const char *apn) TILL_CHECKED;
enum till_status modem_detach(const struct modem *modem) TILL_CHECKED;
enum till_status modem_reset(const struct modem *modem) TILL_CHECKED;

#endif
