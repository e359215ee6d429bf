/*
 * Waiting longer after each failure, never all terminals at once.
 *
 * Pure: time and randomness come in. Delays double from 2 s to 10 min; each is drawn between half
 * of its step and all of it, so that a thousand terminals that lost the host together do not come
 * back together.
 */
#ifndef TILL_BACKOFF_H
#define TILL_BACKOFF_H

#include <stdint.h>

enum {
    BACKOFF_FIRST_MS = 2000,
    BACKOFF_MOST_MS = 600 * 1000,
    BACKOFF_LONG_MS = 3600 * 1000 /* after what no waiting heals: blocked, revoked */
};

struct backoff {
    uint32_t failures; /* in a row */
    int64_t until_ms;  /* not before; 0 = at once */
};

/* A generator that is good enough for jitter and replayed by its seed (SplitMix64). */
struct jitter {
    uint64_t state;
};
/* 0 .. limit - 1; limit > 0. */
uint64_t jitter_below(struct jitter *j, uint64_t limit);

void backoff_reset(struct backoff *b);
void backoff_fail(struct backoff *b, int64_t now_ms, struct jitter *jitter);
void backoff_fail_long(struct backoff *b, int64_t now_ms);

#endif
