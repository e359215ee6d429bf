/*
 * How one line of a paper becomes rows: wrapping and aligning, for whoever draws.
 *
 * A ruler measures: cells of a printer's own font, or dots of a drawn one. Rows are the same
 * shape for both, so a receipt wraps by one rule on every printer and in the text dump. Between
 * Han characters a row may break anywhere but before closing or after opening punctuation; else
 * only at spaces, never at a no-break space (U+00A0): an amount is never torn.
 *
 * Inside printing/ only.  Nothing is allocated; runs point into the paper.
 */
#ifndef TILL_PAPER_ROWS_H
#define TILL_PAPER_ROWS_H

#include "paper_lines.h"

enum {
    PAPER_ROWS_MAX = 32,     /* of one line */
    PAPER_CLUSTERS_MAX = 384 /* characters on one side of a line */
};

struct paper_ruler {
    void *context;
    int width; /* of the paper, in the ruler's unit */
    /* Of one character with the marks that sit on it. */
    int (*advance)(void *context, enum paper_style style, const char *text, size_t size);
};

struct paper_run {
    const char *text; /* no terminator */
    uint16_t size;
    int x, width; /* in the ruler's unit */
};
struct paper_row {
    struct paper_run runs[2]; /* left to right */
    int count;
};
struct paper_rows {
    enum paper_style style; /* TALL where LARGE would not have fitted in one row */
    struct paper_row rows[PAPER_ROWS_MAX];
    size_t count;
    bool overflow; /* more characters or rows than the limits */
};

/* SIDES and CENTER lines only. */
void paper_rows(const struct paper *p, const struct paper_line *line,
                const struct paper_ruler *ruler, struct paper_rows *rows_out);

/* Bytes of the first character with its marks; at least 1. */
size_t paper_cluster(const char *at, const char *end);
/* May a row end after `before` and the next begin with c? */
bool paper_may_break(uint32_t before, uint32_t c);
/* A space or a no-break space. */
bool paper_is_space(const char *at, size_t size);

/* Counts cells as a printer with a Chinese font does: ASCII 1, everything else 2, twice that in
 * LARGE. columns must outlive the ruler. */
struct paper_ruler paper_cells_ruler(int *columns);
int paper_cells(const char *text, size_t size);

#endif
