/*
 * CSV by RFC 4180: fields with commas, quotes and line breaks within quotes; CRLF or LF.
 *
 * It reads bytes in memory and gives one row after another; it knows no table. A byte order mark
 * at the beginning is skipped. What breaks the rules is a bad row with its line number, and reading
 * goes on behind it.
 */
#ifndef TILL_HOST_CSV_H
#define TILL_HOST_CSV_H

#include "bytes.h"

enum { CSV_FIELDS_MAX = 32, CSV_ROW_MAX = 8192 };

struct csv {
    struct span left;
    uint32_t line; /* of the next row, from 1 */
    bool unclean;  /* a field of the present row is no clean UTF-8 */
    char text[CSV_ROW_MAX];
};
struct csv_row {
    uint32_t line; /* where it begins */
    size_t count;
    const char *fields[CSV_FIELDS_MAX]; /* terminated, in csv->text; valid until the next row */
};

void csv_begin(struct csv *c, struct span content);
/*
 * Empty lines are passed over.
 * TILL_UNCHANGED: no more rows. TILL_BAD_INPUT: a quote out of place or never closed, a byte that
 * is no clean UTF-8. TILL_TOO_LARGE: more fields or bytes than the limits. row_out->line is set in
 * both, and the next call goes on with the next line.
 */
enum till_status csv_next(struct csv *c, struct csv_row *row_out) TILL_CHECKED;

#endif
