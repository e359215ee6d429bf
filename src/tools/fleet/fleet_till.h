/*
 * One terminal of the fleet: enrols, works its days, hands them in.
 *
 * The line is fieldtill-sync's own: its state machine, its curl, its files in a folder; only the
 * terminal behind it is made up (fleet_journal.h). It asks for no books and no orders.
 *
 *   DIR/NUMBER/line …      as fieldtill-sync keeps them (line_store.h)
 *   DIR/NUMBER/journal.key the key that signs its records
 *   DIR/NUMBER/days        the day that is worked: a record (record.h)
 *
 * Threads: all of a fleet live in one event loop.  Memory: some 300 kB while it runs.
 */
#ifndef TILL_FLEET_TILL_H
#define TILL_FLEET_TILL_H

#include <event2/event.h>

#include "enrol.h"
#include "fleet_journal.h"

struct fleet_work {
    struct event_base *base;
    const char *dir;
    struct fleet_accounts accounts;
    uint64_t seed;
    uint32_t receipts;   /* a day */
    uint32_t days;       /* to work and hand in, one after the other; > 0 */
    int64_t patience_ms; /* then a terminal gives up */
    bool eager;          /* try again at once after a failure: for tests of bad lines */
};

struct fleet_till;

struct fleet_result {
    int status;       /* TILL_OK: all is acknowledged; else why not, as last seen */
    uint64_t entries; /* acknowledged in this run */
    int64_t took_ms;  /* from the first step to the last ack */
    uint64_t bytes;   /* both ways, HTTP level */
};

typedef void fleet_till_done(void *context, struct fleet_till *till,
                             const struct fleet_result *result);

/*
 * Begin. `done` is called once, from the loop, never from within start; then the terminal still
 * holds its connection until it is freed. `index` is its place in the fleet.
 */
enum till_status fleet_till_start(const struct fleet_work *work, uint32_t index,
                                  const struct enrol_ticket *ticket, fleet_till_done *done,
                                  void *context, struct fleet_till **till_out) TILL_CHECKED;

/*
 * The same in three steps, to measure what a host takes in and nothing else: the terminal, enrolled
 * already, makes a day's batch and its connection (`done`: ready); hands it in (`done`: answered);
 * reads what was answered, and keeps its day. One day, of one batch: TILL_TOO_LARGE.
 */
enum till_status fleet_till_prepare(const struct fleet_work *work, uint32_t index,
                                    const struct enrol_ticket *ticket, fleet_till_done *done,
                                    void *context, struct fleet_till **till_out) TILL_CHECKED;
enum till_status fleet_till_send(struct fleet_till *till) TILL_CHECKED;
/* TILL_E_SIGNATURE and others: what was answered is no acknowledgement. */
enum till_status fleet_till_settle(struct fleet_till *till) TILL_CHECKED;
/* As it stands now. */
const struct fleet_result *fleet_till_result(const struct fleet_till *till);

const char *fleet_till_number(const struct fleet_till *till);
/* Closes its connection. NULL is nothing. */
void fleet_till_free(struct fleet_till *till);

#endif
