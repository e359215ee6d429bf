/*
 * A report on paper: the rows that stand on the screen too, compact (two lines a row) or full (all
 * figures of each row). Long ones go over several papers; each says which it is of how many, when
 * its data is from and up to which record it reaches.
 *
 * It knows no report: names and figures are finished words, clean UTF-8, in the language that
 * gettext has now. No QR, no copies: it is no receipt and says so.
 */
#ifndef TILL_REPORT_PAGE_H
#define TILL_REPORT_PAGE_H

#include "paper_lines.h"

struct report_page_figure {
    const char *label, *value;
    bool heavy; /* what the amount beside the name says already */
};
struct report_page_row {
    const char *name, *amount;
    const char *place, *note; /* compact: the second line; both "" = there is none */
    const struct report_page_figure *figures; /* full */
    size_t figure_count;
};
struct report_page {
    const char *title;
    const char *period; /* "" = it has none */
    const char *whose;  /* "" = everybody's */
    const char *terminal, *printed_by;
    const char *zone;
    int64_t at_s;                    /* of printing */
    int64_t data_at_s;               /* as of then; 0 = nothing was read yet */
    const char *reach_label, *reach; /* what it reaches up to: a record, or since when */
    size_t left;                     /* rows that are on none of the papers */
    int64_t book_at_s;               /* of the book it is about; 0 = of none */
    unsigned part, parts;            /* from 0 */
    bool full;
    const struct report_page_row *rows;
    size_t count;
    const struct report_page_row *sum; /* over all papers, on the last; NULL = there is none */
};

/* columns 32 (58 mm) or 48 (80 mm). TILL_TOO_LARGE: more than a paper holds. */
enum till_status page_report(const struct report_page *page, int columns,
                             struct paper *paper_out) TILL_CHECKED;

#endif
