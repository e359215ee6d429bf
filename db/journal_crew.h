/*
 * Hashes looked at beside the reading: what an entry's hash is of stands in the rows themselves
 * (the hash of the row before, as it is stored), so runs of rows can be hashed side by side.
 *
 * The answer is whether all fit. Which one does not is for the audit that reads one by one to find,
 * so it does not depend on which thread came first.  Private to db/journal*.c.
 *
 * Memory: a bounded number of batches; who reads faster than the rest hash joins in.
 */
#ifndef TILL_JOURNAL_CREW_H
#define TILL_JOURNAL_CREW_H

#include <stdbool.h>

#include "chain.h"

enum { JOURNAL_CREW_MAX = 8 };

struct journal_crew;
/* Done before hashes, by whoever is free first; its answer counts as theirs do. */
typedef bool journal_crew_job(void *context);

/*
 *   threads  1 .. JOURNAL_CREW_MAX, the caller's own included. Where the system gives fewer the
 *            work is done by those there are.
 *   job      its context must live until the end; it is used by one thread
 * TILL_E_MEMORY.
 */
enum till_status journal_crew_open(unsigned threads, journal_crew_job *job, void *context,
                                   struct journal_crew **crew_out) TILL_CHECKED;

/* Is e->hash that of the entry after prev? Copied. False: something was found that does not fit. */
bool journal_crew_check(struct journal_crew *crew, const struct sealer *sealer,
                        const char *terminal, const struct entry *e, const uint8_t prev[HASH_SIZE]);

/* Wait for all of it, unless `give_up`. Did everything fit? Frees the crew; NULL: false. */
bool journal_crew_close(struct journal_crew *crew, bool give_up);

#endif
