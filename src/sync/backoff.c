#include "backoff.h"

#include <assert.h>

uint64_t jitter_below(struct jitter *j, uint64_t limit)
{
    assert(limit > 0);
    j->state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = j->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (z ^ (z >> 31)) % limit;
}

void backoff_reset(struct backoff *b)
{
    *b = (struct backoff){0};
}

void backoff_fail(struct backoff *b, int64_t now_ms, struct jitter *jitter)
{
    int64_t step_ms = INT64_C(2) * BACKOFF_FIRST_MS;
    for (uint32_t i = 0; i < b->failures && step_ms < BACKOFF_MOST_MS; i++) {
        step_ms *= 2;
    }
    if (step_ms > BACKOFF_MOST_MS) {
        step_ms = BACKOFF_MOST_MS;
    }
    int64_t half_ms = step_ms / 2;
    b->failures += b->failures < UINT32_MAX;
    b->until_ms = now_ms + half_ms + (int64_t)jitter_below(jitter, (uint64_t)half_ms + 1);
}

void backoff_fail_long(struct backoff *b, int64_t now_ms)
{
    b->failures += b->failures < UINT32_MAX;
    b->until_ms = now_ms + BACKOFF_LONG_MS;
}
