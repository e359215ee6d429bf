/*
 * Figures of the serving host, in Prometheus's text format (version 0.0.4).
 *
 * Counters since it began, of the loop's thread alone; what the store knows (terminals, alarms) is
 * given when the page is made. Nothing of a terminal or a customer is in it, only counts.
 */
#ifndef TILL_HOST_METRICS_H
#define TILL_HOST_METRICS_H

#include "api.h"
#include "validity.h"

enum metrics_closed {
    CLOSED_DEADLINE, /* took too long */
    CLOSED_ROOM,     /* made room for a newcomer */
    CLOSED_ADDRESS,  /* too many of one address that proved nothing */
    CLOSED_TERMINAL, /* too many of one terminal, or the dead one of two */
    CLOSED_BYTES,    /* sent too much */
    CLOSED_WAYS
};

enum {
    METRICS_PATHS_MAX = 40, /* the last one stands for paths that are none */
    METRICS_CODES_MAX = 16,
    METRICS_BUCKETS = 12,
    METRICS_STATUS_FIRST = -31,
    METRICS_STATUSES = 96
};

struct metrics_path {
    uint64_t codes[METRICS_CODES_MAX];
    uint64_t buckets[METRICS_BUCKETS]; /* not summed up yet */
    uint64_t count;
    int64_t sum_us;
};

struct metrics {
    int64_t began_at_s;
    struct metrics_path paths[METRICS_PATHS_MAX];
    uint64_t statuses[METRICS_STATUSES];
    uint64_t batches;
    struct {
        uint64_t stored, skipped, quarantined, forked;
    } entries;
    uint64_t accepted, handshakes_full, handshakes_resumed, closed[CLOSED_WAYS];
    uint64_t received_bytes, sent_bytes;
};

/* What is so at the moment. */
struct metrics_now {
    int connections;
    size_t held_bytes, workers, busy, waiting;
    struct validity validity;
    bool has_store;
    struct metrics_store {
        int64_t terminals_new, terminals_active, terminals_revoked, terminals_retired;
        int64_t stopped; /* take no new collections */
        int64_t behind;  /* active, and not heard of for a day */
        int64_t alarms;
        int64_t waiting, closed; /* records that were set aside */
    } store;
};

/* An answer that goes out, elapsed_us after its request was whole. */
void metrics_answered(struct metrics *m, const struct api_answer *answer, int64_t elapsed_us);

/* The page, terminated, in memory that the caller frees. NULL: no memory. */
char *metrics_page(const struct metrics *m, const struct metrics_now *now, size_t *size_out);

#endif
