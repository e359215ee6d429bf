/*
 * CSV by RFC 4180: fields with commas, quotes and line breaks within quotes; CRLF or LF.
 *
 * It reads a file piece by piece, or bytes in memory, and gives one row after another; it knows no
 * table. A byte order mark at the beginning is skipped. What breaks the rules is a bad row with its
 * line number, and reading goes on behind it.
 *
 * Rows are split on the bytes as they are: neither UTF-8 nor GB18030 has a comma, a quote or a line
 * end within a character. Fields are given in UTF-8. Tabs around a field are left out: spreadsheets
 * write them to keep long numbers as they are.
 *
 * Memory: the struct alone, whatever the file's size.
 */
#ifndef TILL_HOST_CSV_H
#define TILL_HOST_CSV_H

#include "bytes.h"
#include "charset.h"

enum {
    CSV_FIELDS_MAX = 128,
    CSV_ROW_MAX = 8192, /* of a row's fields, and of its raw bytes unquoted */
    CSV_RAW_MAX = 2 * CSV_ROW_MAX + 4 * CSV_FIELDS_MAX, /* every byte a doubled quote */
    CSV_WINDOW = 64 * 1024
};

/* The next bytes of a file; *size_out 0 at its end. */
typedef enum till_status csv_source(void *context, uint8_t *out, size_t capacity, size_t *size_out);

struct csv {
    struct span left;        /* of what was read and is not used yet */
    uint32_t line;           /* of the next row, from 1 */
    char delimiter;          /* ',' unless set after csv_begin, csv_open */
    bool marked;             /* the file begins with a byte order mark */
    bool crlf;               /* a line ended so */
    bool unclean;            /* a field of the present row is no clean text */
    struct charset *charset; /* NULL = UTF-8; the caller's */
    csv_source *source;      /* NULL = memory alone */
    void *context;
    bool ended; /* the source */
    size_t raw_size;
    char raw[CSV_ROW_MAX]; /* a field as it came */
    char text[CSV_ROW_MAX];
    uint8_t window[CSV_WINDOW];
};
struct csv_row {
    uint32_t line; /* where it begins */
    size_t count;
    const char *fields[CSV_FIELDS_MAX]; /* terminated, in csv->text; valid until the next row */
    struct span raw; /* as it stands in the file, without its line end; empty where that is more
                        than a window; valid until the next row */
};

/* charset: NULL = UTF-8; must live as long as the reading. */
void csv_begin(struct csv *c, struct span content, struct charset *charset);
/* TILL_E_IO and what else the source says. */
enum till_status csv_open(struct csv *c, csv_source *source, void *context,
                          struct charset *charset) TILL_CHECKED;
/*
 * Empty lines are passed over.
 * TILL_UNCHANGED: no more rows. TILL_BAD_INPUT: a quote out of place or never closed, a byte that
 * is no clean text. TILL_TOO_LARGE: more fields or bytes than the limits. row_out->line and raw are
 * set in both, and the next call goes on with the next line. Else the source's.
 */
enum till_status csv_next(struct csv *c, struct csv_row *row_out) TILL_CHECKED;

#endif
