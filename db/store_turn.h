/*
 * Turns: one writer of this process at a time.
 *
 * SQLite has one writer at a time, and whoever comes meanwhile sleeps and looks again, ever longer.
 * Workers of one process would sleep past each other's ends; here they are woken at once.
 * Other processes are SQLite's matter (busy_timeout).
 *
 * Threads: any.  Blocking: taking a turn, for five seconds at most.
 */
#ifndef TILL_STORE_TURN_H
#define TILL_STORE_TURN_H

#include "status.h"

struct store_turn;

/* One a file, however often and by whatever name it is opened. */
enum till_status store_turn_open(const char *path, struct store_turn **turn_out) TILL_CHECKED;
/* NULL is nothing. */
void store_turn_close(struct store_turn *turn);
/* TILL_BUSY: not within five seconds. */
enum till_status store_turn_take(struct store_turn *turn) TILL_CHECKED;
void store_turn_give(struct store_turn *turn);

#endif
