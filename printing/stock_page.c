#include "stock_page.h"

#include "money.h"
#include "receipt_parts.h"
#include "text.h"
#include "when.h"

enum { AIR_DOTS = 12, SIGN_DOTS = 56 };

static void number_line(struct paper *p, const char *label, const struct fold_stock *range,
                        uint64_t number)
{
    char text[STOCK_TEXT_MAX];
    struct stock_number n = {.type = range->type, .number = number};
    text_copy(n.series, sizeof(n.series), range->series);
    stock_number_format(&n, text);
    paper_sides(p, PAPER_NORMAL, label, text);
}

static void count_line(struct paper *p, const char *label, uint64_t count)
{
    char text[PART_MAX];
    part_join(text, "%llu", (unsigned long long)count);
    paper_sides(p, PAPER_NORMAL, label, text);
}

static void range_part(struct paper *p, const struct stock_page *s, size_t i)
{
    const struct fold_stock *range = &s->ranges[i];
    uint64_t left = range->last + 1 - range->next;
    char amount[MONEY_TEXT_MAX];
    paper_sides(p, PAPER_BOLD, _(stock_type_text(range->type)), range->series);
    if (left > 0) {
        number_line(p, _("Next number"), range, range->next);
    }
    number_line(p, _("Last number"), range, range->last);
    count_line(p, _("Used"), range->used);
    count_line(p, _("Void"), range->voided);
    count_line(p, _("Spoiled"), range->spoiled);
    count_line(p, _("Left"), left);
    if (s->faces_minor != NULL) {
        money_format(s->site, s->faces_minor[i], true, amount);
        paper_sides(p, PAPER_NORMAL, _("Face amount"), amount);
    }
    paper_rule(p);
}

enum till_status page_stock(const struct stock_page *s, int columns, struct paper *paper_out)
{
    struct paper *p = paper_out;
    char line[PART_MAX];
    char when[WHEN_TEXT_MAX];
    (void)columns;
    paper_init(p);
    paper_feed(p, AIR_DOTS);
    paper_center(p, PAPER_LARGE, _("Stationery sheet"));
    paper_center(p, PAPER_NORMAL,
                 s->counted ? _("As counted · not a receipt")
                            : _("Since the last count · not a receipt"));
    paper_rule(p);
    paper_sides(p, PAPER_NORMAL, _("Terminal"), s->terminal);
    part_join(line, "%s %s", s->user, s->collector);
    paper_sides(p, PAPER_NORMAL, _("Collector"), line);
    when_format_minute(s->site->zone, s->at_s, when);
    paper_sides(p, PAPER_NORMAL, _("Time"), when);
    paper_rule(p);
    for (size_t i = 0; i < s->count; i++) {
        range_part(p, s, i);
    }
    if (s->count == 0) {
        paper_center(p, PAPER_NORMAL, _("No numbered paper in hand"));
        paper_rule(p);
    }
    paper_sides(p, PAPER_NORMAL, _("Void and spoiled papers lie with this sheet."), "");
    paper_feed(p, SIGN_DOTS);
    paper_sides(p, PAPER_NORMAL, _("Signature"), "____________");
    paper_feed(p, AIR_DOTS);
    paper_cut(p);
    return p->overflow ? TILL_TOO_LARGE : TILL_OK;
}
