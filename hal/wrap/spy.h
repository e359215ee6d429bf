/*
 * The spy: a line of text for each call, as
 *   printer.write 120 of 120 = TILL_OK
 * It records sizes and outcomes, never the bytes of a card, a scan or a print. Polls that find
 * nothing (TILL_UNCHANGED) are left out.
 */
#ifndef TILL_SPY_H
#define TILL_SPY_H

#include "wrap.h"

enum { SPY_BYTES_MAX = 64 * 1024 }; /* kept in memory; then the oldest half is forgotten */

/* path: lines are also appended to that file; NULL = memory only. TILL_E_IO: it can't be opened.
 * TILL_E_MEMORY. */
enum till_status spy_open(const char *path, struct wrap_hook *hook_out) TILL_CHECKED;
/* What was recorded, lines ended by \n; lives until the next call or wrap_close(). */
const char *spy_text(const struct wrap_hook *hook);
void spy_clear(const struct wrap_hook *hook);

#endif
