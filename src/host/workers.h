/*
 * Worker threads behind the loop: what blocks is done there, and what is done is told to the loop.
 *
 * It knows jobs, their order and how many may wait; it does not know what they do. Jobs of one
 * order (a terminal's number) are run one after another as they came; those of different orders at
 * once, the one that waited longest first. Nobody can thus keep more than one worker busy.
 *
 * Threads: all functions are for the one thread that has the pool, the loop's. Each worker has a
 * context of its own (a store handle), which no other thread touches while the pool runs. A job
 * belongs to the pool from workers_give until it is taken back.
 */
#ifndef TILL_HOST_WORKERS_H
#define TILL_HOST_WORKERS_H

#include <stddef.h>

#include "entry.h"
#include "status.h"

enum { WORKERS_MAX = 64 };

struct worker_job {
    struct worker_job *next;  /* the pool's */
    char order[TERMINAL_MAX]; /* "" = no order */
    /* On a worker. `context` is the worker's own. */
    void (*run)(struct worker_job *job, void *context);
    /* For whoever takes it back; the pool does not call it. */
    void (*done)(struct worker_job *job, void *loop);
};

struct workers;

/*
 *   contexts  one for each worker, count of them (1 … WORKERS_MAX); not owned
 *   most      jobs that may wait, beside those that are run
 * TILL_E_MEMORY, TILL_E_IO: no thread, no descriptor.
 */
enum till_status workers_start(void *const *contexts, size_t count, size_t most,
                               struct workers **workers_out) TILL_CHECKED;
/* TILL_BUSY: too many wait; the job stays the caller's. Never blocks. */
enum till_status workers_give(struct workers *w, struct worker_job *job) TILL_CHECKED;
/* Readable while a job is done. */
int workers_fd(const struct workers *w);
/* A job that was run, in the order in which they ended; NULL: none (now). */
struct worker_job *workers_take(struct workers *w);

struct workers_state {
    size_t count, busy, waiting;
    int64_t longest_ms; /* since the oldest of the jobs that are being run began */
};
void workers_look(struct workers *w, struct workers_state *state_out);

/* Blocks until what is being run has ended. What had not begun is given back by workers_left, what
 * was run by workers_take. */
void workers_end(struct workers *w);
struct worker_job *workers_left(struct workers *w);
/* Ends, where that was not done. Jobs that are still there are forgotten. */
void workers_free(struct workers *w);

#endif
