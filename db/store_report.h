/*
 * The host's store, continued: figures for those who watch it, and a terminal's latest entries.
 *
 * Reads only. Threads and strings as in store.h.
 */
#ifndef TILL_STORE_REPORT_H
#define TILL_STORE_REPORT_H

#include "store.h"

struct store_figures {
    int64_t terminals[TERMINAL_RETIRED + 1]; /* by state */
    int64_t stopped;
    int64_t behind; /* active ones that were last heard of before a moment */
    int64_t alarms;
    int64_t waiting, closed; /* records that were set aside: still, and ended unposted */
};
/* One pass over the terminals: 30 ms for 100,000. */
enum till_status store_figures(struct store *s, int64_t heard_before_s,
                               struct store_figures *out) TILL_CHECKED;

/* Called with each entry: hash and signature are zeros. Not TILL_OK ends it. */
typedef enum till_status store_entry_seen(void *context, const struct entry *e);
/* Entries of the main branch above `after`, made at from_s or later, ascending. What `seen` says
 * where that is not TILL_OK. */
enum till_status store_entries_since(struct store *s, const char *terminal, uint64_t after,
                                     int64_t from_s, store_entry_seen *seen,
                                     void *context) TILL_CHECKED;

#endif
