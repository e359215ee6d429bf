/*
 * What ModemManager knows of its modems, read from one answer: the objects of
 * org.freedesktop.DBus.ObjectManager.GetManagedObjects at /org/freedesktop/ModemManager1.
 */
#ifndef TILL_MODEM_REPLY_H
#define TILL_MODEM_REPLY_H

#include "modem.h"
#include "modem_bus.h"

enum { MODEM_PATH_MAX = 128, MODEM_DEVICE_MAX = 200 };

/* MMModemState, as far as it is acted upon. */
enum { MM_STATE_FAILED = -1, MM_STATE_CONNECTED = 11 };
/* MMModemStateFailedReason */
enum { MM_FAILED_SIM_MISSING = 2, MM_FAILED_SIM_ERROR = 3 };

struct mm_modem {
    char path[MODEM_PATH_MAX]; /* "" = there is no modem */
    char sim[MODEM_PATH_MAX];  /* "/" or "" = it has no SIM */
    char device[MODEM_DEVICE_MAX];
    char port[64];
    char operator_name[33];
    int32_t state;
    uint32_t failed_reason;
    uint32_t unlock;       /* MMModemLock */
    uint32_t access;       /* bits of MMModemAccessTechnology */
    uint32_t quality;      /* percent */
    uint32_t registration; /* MMModem3gppRegistrationState */
};

/*
 * The modem that ModemManager numbered first of those whose device or port contains `wanted`
 * ("" = any); path is "" where there is none.
 * TILL_E_PROTOCOL: this is no such answer, or beyond all measure.
 */
enum till_status modem_reply_read(const struct modem_bus *bus, sd_bus_message *reply,
                                  const char *wanted, struct mm_modem *modem_out) TILL_CHECKED;

/* The same in the words of the contract. */
void modem_reply_state(const struct mm_modem *modem, struct modem_state *state_out);

#endif
