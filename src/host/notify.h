/*
 * Words to the service manager (sd_notify(3)'s datagrams): ready, alive, ending.
 *
 * Without a manager that listens ($NOTIFY_SOCKET) nothing happens. Never blocks.
 */
#ifndef TILL_HOST_NOTIFY_H
#define TILL_HOST_NOTIFY_H

#include <stdint.h>

/* "READY=1", "WATCHDOG=1", "STOPPING=1", "STATUS=…"; several are parted by LF. */
void notify_say(const char *state);
/* How often the manager wants to hear "WATCHDOG=1" at the latest; 0: not at all. */
int64_t notify_watchdog_ms(void);

#endif
