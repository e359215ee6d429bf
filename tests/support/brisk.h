/*
 * Did a call wait for something? By the clock alone a busy machine makes every call slow: one that
 * took long and never gave the processor away was only kept from it.
 */
#ifndef TILL_BRISK_H
#define TILL_BRISK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <time.h>

struct brisk {
    int64_t wall_ms, computed_ms;
    long waits; /* times that this thread gave the processor away */
};

static inline int64_t brisk_clock_ms(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline struct brisk brisk_begin(void)
{
    struct rusage used;
    getrusage(RUSAGE_THREAD, &used);
    return (struct brisk){brisk_clock_ms(CLOCK_MONOTONIC), brisk_clock_ms(CLOCK_THREAD_CPUTIME_ID),
                          used.ru_nvcsw};
}

/* Since then, has this thread neither waited nor computed for most_ms? */
static inline bool brisk_was(const struct brisk *begun, int64_t most_ms)
{
    struct brisk now = brisk_begin();
    bool long_wait = now.waits != begun->waits && now.wall_ms - begun->wall_ms >= most_ms;
    return !long_wait && now.computed_ms - begun->computed_ms < most_ms;
}

#endif
