/*
 * Accounting periods: months that are closed and never open again.
 *
 * What comes late is posted to the open period and keeps its value date: nothing is ever posted at
 * a time within a closed one, also not by a clock that was put back. Closing takes the hash of
 * every posting of the period, and of the period before: `ledger check` compares them.
 */
#ifndef TILL_HOST_PERIOD_H
#define TILL_HOST_PERIOD_H

#include "store_period.h"

/* When something that is posted now is posted: now, or the first second after the last closed
 * period where the clock says an earlier time. One read of the store. */
enum till_status period_posting_time(struct store *s, int64_t now_s,
                                     int64_t *posted_at_out) TILL_CHECKED;

/*
 * Close a month (yyyymm), in the site's zone. Own transaction; reads every posting since the period
 * before.
 *   user  who closes it: of the office (office_role.h)
 * TILL_UNCHANGED: it is closed already. TILL_BUSY: another program writes. TILL_REFUSED:
 * reason_out (an English msgid) says why: it is not over yet, the month before is open, nobody of
 * that number may.
 */
enum till_status period_close(struct store *s, int32_t month, const char *user, int64_t now_s,
                              struct store_period *period_out,
                              const char **reason_out) TILL_CHECKED;

/* Are the closed periods what they were? *month_out: the first that isn't, 0 = all are.
 * why_out: in English. Reads every posting. */
enum till_status period_check(struct store *s, int32_t *month_out,
                              const char **why_out) TILL_CHECKED;

#endif
