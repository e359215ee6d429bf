#include "monotonic.h"

#include <assert.h>

int64_t monotonic_ms(void)
{
    struct timespec now;
    int failed = clock_gettime(MONOTONIC_CLOCK, &now);
    assert(failed == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
