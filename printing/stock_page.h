/*
 * Stationery sheet (票据日报): numbered paper in a terminal's hands by state, to be laid beside the
 * paper itself. No record of its own, no QR. As pages.h.
 */
#ifndef TILL_STOCK_PAGE_H
#define TILL_STOCK_PAGE_H

#include "fold.h"
#include "paper_lines.h"
#include "site.h"

struct stock_page {
    const struct site *site;
    const char *terminal, *user, *collector;
    int64_t at_s;
    const struct fold_stock *ranges; /* as the fold has them, since the count before */
    const int64_t *faces_minor;      /* of each, the used ones' amounts; NULL: not shown */
    bool counted;                    /* as they were counted at the close; at_s is then */
    size_t count;                    /* at most FOLD_STOCK_MAX */
};
enum till_status page_stock(const struct stock_page *s, int columns,
                            struct paper *paper_out) TILL_CHECKED;

#endif
