/*
 * The journal of a simulated terminal: what a collector's days would have left, made anew at will.
 *
 * A day is opened, login, shift_opened, so many collections each with its print_done, logout; the
 * first day begins with enrolled. Every entry is a function of seed, terminal, day and place, so
 * that nothing but the day's beginning has to be kept: a run that was broken off makes the very
 * same records again, and the host sees the same chain. Bodies, hashes and signatures are those of
 * a real terminal; it knows no line and no host.
 *
 * Threads: one instance, one thread.  Memory: none.  Blocking: some 2 us an entry, never waits.
 */
#ifndef TILL_FLEET_JOURNAL_H
#define TILL_FLEET_JOURNAL_H

#include "chain.h"

/* Whom the fleet collects from. */
struct fleet_accounts {
    const char (*at)[ACCOUNT_MAX];
    size_t count; /* > 0 */
};

struct fleet_journal {
    struct sealer sealer; /* signs with the terminal's journal key */
    const struct fleet_accounts *accounts;
    uint64_t seed;
    uint32_t index;    /* of the terminal in the fleet: whose doors it knocks at */
    uint32_t receipts; /* this day */
    struct body_enrolled enrolled;

    uint32_t day;        /* 0 = the first */
    int64_t opens_at_s;  /* 0 = it has not begun */
    uint64_t before_seq; /* the last entry of the day before; 0 = none */
    int64_t before_at_s;
    uint8_t before_hash[HASH_SIZE];
};

/* Where the day's last entry stands. */
uint64_t fleet_journal_head(const struct fleet_journal *j);
/* When the day's last entry is made, UTC. */
int64_t fleet_journal_ends_s(const struct fleet_journal *j);

/* Entries from, from + 1 … of this day, at most `most`, as a packed batch of that format.
 * TILL_BAD_INPUT: from is not of this day. Else the batch writer's or the sealer's status. */
enum till_status fleet_journal_batch(const struct fleet_journal *j, uint64_t from, uint32_t most,
                                     int format, struct buffer *out) TILL_CHECKED;

/* The day begins, so that it ends at ends_s where the day before leaves room for that. */
void fleet_journal_open_day(struct fleet_journal *j, uint32_t receipts, int64_t ends_s);
/* On to the next day, which has not begun. */
enum till_status fleet_journal_close_day(struct fleet_journal *j) TILL_CHECKED;

#endif
