#include "pages.h"

#include "money.h"
#include "receipt_parts.h"
#include "text.h"
#include "when.h"

enum { AIR_DOTS = 12, MONTHS_MAX = 64 };

static void begin(struct paper *p, const char *title, const char *note, bool training)
{
    paper_init(p);
    paper_feed(p, AIR_DOTS);
    if (training) {
        paper_center(p, PAPER_INVERSE, _("TRAINING · NOT A RECEIPT"));
    }
    paper_center(p, PAPER_LARGE, title);
    paper_center(p, PAPER_NORMAL, note);
    paper_rule(p);
}

static enum till_status end(struct paper *p, bool training)
{
    if (training) {
        paper_center(p, PAPER_INVERSE, _("TRAINING · NOT A RECEIPT"));
    }
    paper_feed(p, AIR_DOTS);
    paper_cut(p);
    return p->overflow ? TILL_TOO_LARGE : TILL_OK;
}

static void time_line(struct paper *p, const char *label, const char *zone, int64_t at_s)
{
    char when[WHEN_TEXT_MAX];
    when_format_minute(zone, at_s, when);
    paper_sides(p, PAPER_NORMAL, label, when);
}

/* ---- notice ---------------------------------------------------------------------------------- */

static void notice_bill(struct paper *p, const struct site *site, const struct bill *bill)
{
    char month[WHEN_TEXT_MAX];
    char line[PART_MAX];
    when_format_month(bill->month, month);
    if (bill->energy_cwh > 0) {
        char count[PART_MAX];
        char energy[PART_MAX];
        part_quantity(bill->energy_cwh, count);
        part_join(energy, _("%s kWh"), count);
        part_join(line, "%s %s", month, energy);
    } else if (bill->type == BILL_LATE_FEE) {
        part_join(line, "%s %s", month, gettext(bill_type_text(bill->type)));
    } else {
        part_join(line, "%s", month);
    }
    part_sum(p, site, line, bill->amount_minor);
    if (bill->late_fee_minor > 0) {
        part_join(line,
                  ngettext("Late fee %d day", "Late fee %d days", (unsigned long)bill->late_days),
                  bill->late_days);
        part_sum(p, site, line, bill->late_fee_minor);
    }
}

static void notice_whose(struct paper *p, const struct notice_page *n)
{
    char account[PART_MAX];
    text_group_account(account, sizeof(account), n->account);
    paper_sides(p, PAPER_NORMAL, _("Account"), account);
    if (n->name[0] != '\0') {
        paper_sides(p, PAPER_NORMAL, _("Customer"), n->name);
    }
    if (n->address[0] != '\0') {
        paper_sides(p, PAPER_NORMAL, _("Address"), n->address);
    }
    if (n->reading_cwh >= 0) {
        char reading[PART_MAX];
        part_join(reading, "%lld.%02d", (long long)(n->reading_cwh / 100),
                  (int)(n->reading_cwh % 100));
        paper_sides(p, PAPER_NORMAL, _("Meter reading today"), reading);
    }
    paper_rule(p);
}

enum till_status page_notice(const struct notice_page *n, int columns, struct paper *paper_out)
{
    struct paper *p = paper_out;
    char line[PART_MAX];
    char amount[MONEY_TEXT_MAX];
    const struct arrears *a = n->arrears;
    (void)columns;
    begin(p, _("Electricity bill notice"), _("Not a receipt · nothing was paid with it"),
          n->training);
    notice_whose(p, n);
    for (size_t i = 0; i < a->count && i < MONTHS_MAX; i++) {
        notice_bill(p, n->site, &a->bills[i]);
    }
    if (a->balance_minor > 0) {
        part_sum(p, n->site, _("From advance balance"), -a->balance_minor);
    }
    paper_rule(p);
    money_format_symbol(n->site, a->due_minor, amount);
    paper_sides(p, PAPER_LARGE, _("To pay"), amount);
    if (n->disputed) {
        paper_sides(p, PAPER_NORMAL, _("A dispute is registered: no late fee until it is answered"),
                    "");
    }
    if (n->maybe_collected) {
        paper_sides(p, PAPER_NORMAL,
                    _("If you have paid another collector, keep that paper: this notice asks "
                      "nothing of you."),
                    "");
    }
    char date[WHEN_TEXT_MAX];
    when_format_date(n->as_of, date);
    part_join(line, _("As the office knew on %s. Pay the collector, at the counter or online."),
              date);
    paper_sides(p, PAPER_NORMAL, line, "");
    time_line(p, _("Time"), n->site->zone, n->at_s);
    paper_sides(p, PAPER_NORMAL, _("Collector"), n->collector);
    if (n->site->hotline[0] != '\0') {
        part_join(line, _("Service %s"), n->site->hotline);
        paper_center(p, PAPER_SMALL, line);
    }
    return end(p, n->training);
}

/* ---- X slip ---------------------------------------------------------------------------------- */

static void takings(struct paper *p, const struct x_page *x)
{
    struct heaps tenders;
    int64_t taken_minor = 0;
    char amount[MONEY_TEXT_MAX];
    if (heaps_read(x->totals->tenders, &tenders) && heaps_sum(&tenders, &taken_minor) == TILL_OK) {
        money_format_symbol(x->site, taken_minor, amount);
        paper_sides(p, PAPER_LARGE, _("Takings"), amount);
    }
}

static void x_money(struct paper *p, const struct x_page *x)
{
    char amount[MONEY_TEXT_MAX];
    money_format_symbol(x->site, x->cash_minor, amount);
    if (x->totals != NULL) {
        part_totals(p, x->site, x->totals);
        takings(p, x);
        paper_rule(p);
        part_cash(p, x->site, x->totals);
        paper_rule(p);
        paper_sides(p, PAPER_LARGE, _("Cash in hand"), amount);
        return;
    }
    part_sum(p, x->site, _("Opening cash"), x->opening_minor);
    part_sum(p, x->site, _("Cash taken"), x->cash_taken_minor);
    if (x->reversed_minor != 0) {
        part_sum(p, x->site, _("Reversed"), -x->reversed_minor);
    }
    if (x->dropped_minor != 0) {
        part_sum(p, x->site, _("Handed in"), -x->dropped_minor);
    }
    paper_rule(p);
    paper_sides(p, PAPER_LARGE, _("Cash in hand"), amount);
    if (x->other_minor != 0) {
        part_sum(p, x->site, _("Not cash"), x->other_minor);
    }
}

enum till_status page_x(const struct x_page *x, int columns, struct paper *paper_out)
{
    struct paper *p = paper_out;
    char line[PART_MAX];
    char date[WHEN_TEXT_MAX];
    (void)columns;
    begin(p, _("X slip"), _("Interim · the shift goes on"), x->training);
    part_join(line, "%s %s", x->user, x->collector);
    paper_sides(p, PAPER_NORMAL, _("Collector"), line);
    part_join(line, "%s / %u", x->terminal, x->shift);
    paper_sides(p, PAPER_NORMAL, _("Terminal / shift"), line);
    when_format_date(x->business_date, date);
    paper_sides(p, PAPER_NORMAL, _("Business date"), date);
    time_line(p, _("Opened"), x->site->zone, x->opened_at_s);
    time_line(p, _("Time"), x->site->zone, x->at_s);
    part_range(p, _("Entries"), x->terminal, x->first_seq, x->last_seq);
    paper_rule(p);
    part_number(p, _("Receipts"), x->receipts);
    if (x->totals == NULL) {
        part_number(p, _("Reversals"), x->reversals);
        part_number(p, _("Duplicates"), x->duplicates);
    } else {
        part_counts(p, x->site, x->totals);
    }
    part_number(p, _("Not yet sent"), x->unsent);
    paper_rule(p);
    x_money(p, x);
    return end(p, x->training);
}

/* ---- test page ------------------------------------------------------------------------------- */

/* A scale as wide as the paper: a digit that is missing shows a width that is wrong. */
static void scale(struct paper *p, int columns)
{
    char digits[PART_MAX];
    int at = 0;
    for (; at < columns && at < PART_MAX - 1; at++) {
        digits[at] = (char)('0' + (at + 1) % 10);
    }
    digits[at] = '\0';
    paper_sides(p, PAPER_NORMAL, digits, "");
}

enum till_status page_test(const struct printer_profile *profile, const char *terminal,
                           int64_t at_s, const char *zone, struct paper *paper_out)
{
    struct paper *p = paper_out;
    char line[PART_MAX];
    begin(p, _("Printer test"), _("Not a receipt"), false);
    paper_sides(p, PAPER_NORMAL, _("Terminal"), terminal);
    time_line(p, _("Time"), zone, at_s);
    paper_sides(p, PAPER_NORMAL, _("Profile"), profile->name);
    part_join(line, _("%u dots, %u columns"), profile->dots, profile->columns);
    paper_sides(p, PAPER_NORMAL, _("Width"), line);
    scale(p, profile->columns);
    paper_rule(p);
    paper_sides(p, PAPER_NORMAL, "ABCDEFG abcdefg 0123456789", "");
    paper_sides(p, PAPER_NORMAL, "户名 用电地址 违约金 壹贰叁肆伍陆柒捌玖拾", "");
    paper_sides(p, PAPER_SMALL, _("Small"), "0123456789 电费");
    paper_sides(p, PAPER_BOLD, _("Bold"), "0123456789 电费");
    paper_sides(p, PAPER_TALL, _("Tall"), "¥1,234.56");
    paper_sides(p, PAPER_LARGE, _("Large"), "¥186.42");
    paper_center(p, PAPER_INVERSE, _("DUPLICATE · TRAINING"));
    paper_sides(p, PAPER_NORMAL, _("Names with rare characters"), "堃 燚 龘 ñ");
    paper_qr(p, "FIELDTILL PRINTER TEST 0123456789");
    paper_center(
        p, PAPER_SMALL,
        _("Black must be even, no white lines from top to bottom, and the code must scan"));
    return end(p, false);
}

/* ---- diagnosis page -------------------------------------------------------------------------- */

enum till_status page_diagnosis(const struct diagnosis_line *lines, size_t count,
                                const char *terminal, int64_t at_s, const char *zone, int columns,
                                struct paper *paper_out)
{
    struct paper *p = paper_out;
    (void)columns;
    begin(p, _("Diagnosis"), _("For the technician · not a receipt"), false);
    paper_sides(p, PAPER_NORMAL, _("Terminal"), terminal);
    time_line(p, _("Time"), zone, at_s);
    for (size_t i = 0; i < count; i++) {
        if (lines[i].value[0] == '\0') {
            paper_rule(p);
            paper_sides(p, PAPER_BOLD, lines[i].name, "");
        } else {
            paper_sides(p, PAPER_NORMAL, lines[i].name, lines[i].value);
        }
    }
    return end(p, false);
}
