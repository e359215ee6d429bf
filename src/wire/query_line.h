/*
 * Lines of answers, one canonical record each. Private to query*.c.
 */
#ifndef TILL_QUERY_LINE_H
#define TILL_QUERY_LINE_H

#include "record.h"

/* record_end and LF. TILL_TOO_LARGE, TILL_BAD_INPUT. */
enum till_status query_end_line(struct record_writer *w, struct buffer *out) TILL_CHECKED;
/* The next line, parsed; advances *text. TILL_E_PROTOCOL: none, or no record. */
enum till_status query_next_line(struct span *text, struct record *r) TILL_CHECKED;
/* Between bounds, or the record is bad. */
int64_t query_take_within(struct record *r, const char *key, int64_t least, int64_t most);

#endif
