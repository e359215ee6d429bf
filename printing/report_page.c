#include "report_page.h"

#include "receipt_parts.h"
#include "text.h"
#include "when.h"

enum { AIR_DOTS = 12, ROW_DOTS = 6, SIGN_DOTS = 40 };

static void time_line(struct paper *p, const char *label, const char *zone, int64_t at_s)
{
    char when[WHEN_TEXT_MAX];
    when_format_minute(zone, at_s, when);
    paper_sides(p, PAPER_NORMAL, label, at_s != 0 ? when : "-");
}

static void head(struct paper *p, const struct report_page *page)
{
    char line[PART_MAX];
    paper_feed(p, AIR_DOTS);
    paper_center(p, PAPER_LARGE, page->title);
    paper_center(p, PAPER_NORMAL, _("Report · not a receipt"));
    paper_rule(p);
    if (page->period[0] != '\0') {
        paper_sides(p, PAPER_NORMAL, _("Period"), page->period);
    }
    paper_sides(p, PAPER_NORMAL, _("Whose"),
                page->whose[0] != '\0' ? page->whose : _("all who work here"));
    paper_sides(p, PAPER_NORMAL, _("Terminal"), page->terminal);
    paper_sides(p, PAPER_NORMAL, page->reach_label, page->reach);
    time_line(p, _("Data of"), page->zone, page->data_at_s);
    if (page->book_at_s != 0) {
        time_line(p, _("Book of"), page->zone, page->book_at_s);
    }
    time_line(p, _("Printed"), page->zone, page->at_s);
    paper_sides(p, PAPER_NORMAL, _("By"), page->printed_by);
    if (page->parts > 1) {
        part_join(line, "%u / %u", page->part + 1, page->parts);
        paper_sides(p, PAPER_NORMAL, _("Paper"), line);
    }
    paper_rule(p);
}

static void figures(struct paper *p, const struct report_page_row *row)
{
    for (size_t i = 0; i < row->figure_count; i++) {
        if (!row->figures[i].heavy) {
            paper_sides(p, PAPER_NORMAL, row->figures[i].label, row->figures[i].value);
        }
    }
}

static void put_row(struct paper *p, const struct report_page_row *row, bool full)
{
    paper_sides(p, full ? PAPER_BOLD : PAPER_NORMAL, row->name, row->amount);
    if (full) {
        figures(p, row);
        paper_feed(p, AIR_DOTS);
    } else if (row->place[0] != '\0' || row->note[0] != '\0') {
        paper_sides(p, PAPER_SMALL, row->place, row->note);
        paper_feed(p, ROW_DOTS);
    }
}

static void last(struct paper *p, const struct report_page *page)
{
    char line[PART_MAX];
    paper_rule(p);
    if (page->left > 0) {
        part_join(line, "%zu", page->left);
        paper_sides(p, PAPER_NORMAL, _("More at the office"), line);
        paper_rule(p);
    }
    if (page->sum != NULL) {
        paper_sides(p, PAPER_TALL, page->sum->name, page->sum->amount);
        figures(p, page->sum);
        paper_rule(p);
    }
    paper_sides(p, PAPER_NORMAL, _("Checked by"), "");
    paper_feed(p, SIGN_DOTS);
    paper_rule(p);
}

enum till_status page_report(const struct report_page *page, int columns, struct paper *paper_out)
{
    struct paper *p = paper_out;
    (void)columns; /* lines break by themselves; no layout here differs by width */
    paper_init(p);
    head(p, page);
    for (size_t i = 0; i < page->count; i++) {
        put_row(p, &page->rows[i], page->full);
    }
    if (page->count == 0) {
        paper_center(p, PAPER_NORMAL, _("none"));
    }
    if (page->part + 1 >= page->parts) {
        last(p, page);
    }
    paper_feed(p, AIR_DOTS);
    paper_cut(p);
    return p->overflow ? TILL_TOO_LARGE : TILL_OK;
}
