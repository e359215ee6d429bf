/*
 * Teams: whose challenges a supervisor's terminal may answer. Kept by the supervisor's terminal,
 * told in its book together with the approval keys of the others.
 */
#ifndef TILL_HOST_TEAM_H
#define TILL_HOST_TEAM_H

#include "store.h"

/* "0032,0033"; replaced whole, "" = none. Within the caller's transaction. TILL_NOT_FOUND: one of
 * the terminals is not there. TILL_BAD_INPUT: no such list, one twice, or the supervisor's own,
 * which belongs to it anyway. TILL_TOO_LARGE. */
enum till_status team_set(struct store *s, const char *supervisor,
                          const char *members) TILL_CHECKED;
/* TILL_NOT_FOUND: none was ever set. */
enum till_status team_get(struct store *s, const char *supervisor, char *members_out,
                          size_t capacity) TILL_CHECKED;
/* One number of a list; advances *at. False at its end. */
bool team_next(const char **at, char terminal_out[TERMINAL_MAX]);

#endif
