/*
 * The rows of reports as cells of a table, for files (report_files.c) and nobody else.
 */
#ifndef TILL_REPORT_CELLS_H
#define TILL_REPORT_CELLS_H

#include "bytes.h"
#include "flow.h"

enum { REPORT_CELLS_MAX = 24, REPORT_CELL_MAX = 160 };

struct report_column {
    const char *head; /* translated */
    int share;        /* of a sheet's width; 0 = in tables only */
    bool number;      /* figures, which stand as they are; else a text */
    size_t skip;      /* bytes that a sheet leaves out at the front of what is longer */
};
struct report_cells {
    struct report_column columns[REPORT_CELLS_MAX];
    char cells[REPORT_CELLS_MAX][REPORT_CELL_MAX];
    size_t count;
};

/* Heads and the cells of a row; row NULL: heads alone. */
void report_cells(const struct flow_facts *facts, const struct flow_report_page *page,
                  const struct flow_report_row *row, struct report_cells *out);

/*
 * A line of a CSV file (RFC 4180): CRLF at its end, texts with quotes where they need some. A text
 * that a spreadsheet would take for a formula gets an apostrophe before it.
 *   heads  the heads instead of the cells
 */
void report_csv_line(const struct report_cells *cells, bool heads, struct buffer *out);

#endif
