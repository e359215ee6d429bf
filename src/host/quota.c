#include "quota.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

enum { BUCKETS = 16384, MINUTE_MS = 60000, SWEEP_EVERY = 4096 };

/* A share is counted in parts, so that the smallest pace is exact: one request = MINUTE_MS. */
struct one {
    struct one *next;
    char name[QUOTA_NAME_MAX];
    int held;
    int64_t left;  /* parts */
    int64_t at_ms; /* when `left` was worked out */
};

struct quota {
    int per_minute, at_once;
    size_t count, since_sweep;
    struct one *buckets[BUCKETS];
};

enum till_status quota_open(int per_minute, int at_once, struct quota **quota_out)
{
    struct quota *q = calloc(1, sizeof(*q));
    if (q == NULL) {
        return TILL_E_MEMORY;
    }
    q->per_minute = per_minute;
    q->at_once = at_once;
    *quota_out = q;
    return TILL_OK;
}

void quota_close(struct quota *q)
{
    for (size_t i = 0; q != NULL && i < BUCKETS; i++) {
        while (q->buckets[i] != NULL) {
            struct one *gone = q->buckets[i];
            q->buckets[i] = gone->next;
            free(gone);
        }
    }
    free(q);
}

/* FNV-1a: names are few and ours to bound, so that a crowd of equal hashes costs little. */
static struct one **bucket_of(const struct quota *q, const char *name)
{
    uint32_t hash = 2166136261U;
    for (const char *at = name; *at != '\0'; at++) {
        hash = (hash ^ (uint8_t)*at) * 16777619U;
    }
    return (struct one **)&q->buckets[hash % BUCKETS];
}

static struct one *find(const struct quota *q, const char *name)
{
    struct one *one = *bucket_of(q, name);
    while (one != NULL && strcmp(one->name, name) != 0) {
        one = one->next;
    }
    return one;
}

static void refill(const struct quota *q, struct one *one, int64_t now_ms)
{
    int64_t full = (int64_t)q->per_minute * MINUTE_MS;
    int64_t passed = now_ms > one->at_ms ? now_ms - one->at_ms : 0;
    one->at_ms = now_ms;
    if (passed >= MINUTE_MS || one->left + passed * q->per_minute > full) {
        one->left = full;
    } else {
        one->left += passed * q->per_minute;
    }
}

/* Names that hold nothing and whose share is whole are as good as unknown. */
static void sweep(struct quota *q, int64_t now_ms)
{
    q->since_sweep = 0;
    for (size_t i = 0; i < BUCKETS; i++) {
        struct one **place = &q->buckets[i];
        while (*place != NULL) {
            struct one *one = *place;
            if (one->held == 0 && now_ms - one->at_ms >= MINUTE_MS) {
                *place = one->next;
                free(one);
                q->count--;
            } else {
                place = &one->next;
            }
        }
    }
}

/* NULL: no room for more names, or no memory. */
static struct one *find_or_add(struct quota *q, const char *name)
{
    struct one *one = find(q, name);
    if (one != NULL || q->count >= QUOTA_NAMES_MAX) {
        return one;
    }
    one = calloc(1, sizeof(*one));
    if (one == NULL) {
        return NULL;
    }
    text_copy(one->name, sizeof(one->name), name);
    one->left = (int64_t)q->per_minute * MINUTE_MS;
    struct one **bucket = bucket_of(q, one->name);
    one->next = *bucket;
    *bucket = one;
    q->count++;
    return one;
}

int quota_spend(struct quota *q, const char *name, int64_t now_ms)
{
    if (q->per_minute == 0) {
        return 0;
    }
    if (++q->since_sweep >= SWEEP_EVERY || q->count >= QUOTA_NAMES_MAX) {
        sweep(q, now_ms);
    }
    struct one *one = find_or_add(q, name);
    if (one == NULL) {
        return 1;
    }
    refill(q, one, now_ms);
    if (one->left >= MINUTE_MS) {
        one->left -= MINUTE_MS;
        return 0;
    }
    int64_t missing_ms = (MINUTE_MS - one->left) / q->per_minute + 1;
    return (int)((missing_ms + 999) / 1000);
}

bool quota_hold(struct quota *q, const char *name)
{
    struct one *one = find_or_add(q, name);
    if (one == NULL || (q->at_once != 0 && one->held >= q->at_once)) {
        return false;
    }
    one->held++;
    return true;
}

void quota_release(struct quota *q, const char *name)
{
    struct one *one = find(q, name);
    assert(one != NULL && one->held > 0);
    one->held--;
    /* Where nothing is spent, nothing sweeps. */
    if (one->held == 0 && q->per_minute == 0) {
        struct one **place = bucket_of(q, name);
        while (*place != one) {
            place = &(*place)->next;
        }
        *place = one->next;
        free(one);
        q->count--;
    }
}

int quota_held(const struct quota *q, const char *name)
{
    const struct one *one = find(q, name);
    return one == NULL ? 0 : one->held;
}
