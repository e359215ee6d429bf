/*
 * Orders: limits and messages for each terminal, under a serial that never goes down.
 *
 * A serial is the clock's seconds, or one more than the last where the clock has not gone on: so it
 * goes up also in a store that was restored from an older copy, and terminals go on believing it.
 * Ids of messages are given in the same way. The newest messages go along, older ones are kept
 * here.
 * Each call that writes is within the caller's transaction.
 */
#ifndef TILL_HOST_ORDERS_H
#define TILL_HOST_ORDERS_H

#include "statement.h"
#include "store.h"

/* What goes up with each statement of a kind. */
uint64_t orders_next_serial(uint64_t last, int64_t clock);

/* TILL_NOT_FOUND: none were ever given; orders_out then has no limits and serial 0. */
enum till_status orders_get(struct store *s, const char *terminal,
                            struct orders *orders_out) TILL_CHECKED;
/* 0 where there are none. */
uint64_t orders_serial(struct store *s, const char *terminal);

/* Replace some limits: those with named[i]. 0 = no such limit. TILL_NOT_FOUND: no such terminal. */
enum till_status orders_set_limits(struct store *s, const char *terminal,
                                   const bool named[LIMIT_COUNT], const int64_t values[LIMIT_COUNT],
                                   int64_t now_s) TILL_CHECKED;
/* TILL_BAD_INPUT: not clean text, empty, or over ORDERS_MESSAGE_MAX - 1 bytes. */
enum till_status orders_send(struct store *s, const char *terminal, const char *text,
                             int64_t now_s) TILL_CHECKED;

/* Signed, as the terminal fetches them; the oldest messages are left out where they do not fit.
 * TILL_NOT_FOUND. */
enum till_status orders_statement(struct store *s, const struct sealer *statement,
                                  const char *terminal, struct buffer *out) TILL_CHECKED;

#endif
