/*
 * Who has used how much: connections at a time, and requests a minute, by a name.
 *
 * A name is a terminal's number or a network address; what it is, and what becomes of who is over,
 * the server says. A minute's share is a bucket that fills evenly, so that a terminal that was
 * silent for a week may send a whole share at once and then goes on at the pace.
 *
 * Threads: one. Memory: grows with the names of the last minutes, at most QUOTA_NAMES_MAX.
 */
#ifndef TILL_HOST_QUOTA_H
#define TILL_HOST_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

#include "status.h"

enum { QUOTA_NAME_MAX = 48, QUOTA_NAMES_MAX = 200000 };

struct quota;
/* per_minute: a share; 0 = no end. at_once: the most that may be held; 0 = no end. */
enum till_status quota_open(int per_minute, int at_once, struct quota **quota_out) TILL_CHECKED;
void quota_close(struct quota *q);

/* Use one of a minute's share. 0: it was there; else seconds until there will be one. now_ms: of a
 * clock that never goes back. */
int quota_spend(struct quota *q, const char *name, int64_t now_ms);
/* One more at a time. False: too many are held already; nothing changed. */
bool quota_hold(struct quota *q, const char *name);
void quota_release(struct quota *q, const char *name);
int quota_held(const struct quota *q, const char *name);

#endif
