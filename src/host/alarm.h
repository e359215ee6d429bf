/*
 * Alarms: what somebody at the office has to look at. It stands in the store until then, and in the
 * log for whoever watches that.
 */
#ifndef TILL_HOST_ALARM_H
#define TILL_HOST_ALARM_H

#include "store.h"

/* Within a transaction. terminal: "" where it is no terminal's. kind: one word (docs/host.md lists
 * them). text: English, one line; what is over STORE_REASON_MAX is cut. */
enum till_status alarm_put(struct store *s, int64_t at_s, const char *terminal, const char *kind,
                           const char *text) TILL_CHECKED;

#endif
