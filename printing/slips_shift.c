/*
 * The slips of a shift: cash that was put in or paid out, and its end, the Z (日结单), made by whoever
 * worked or in their absence (代结单). The Z's figures at length are another entry's: its hash stands
 * in this one as prev, so the square code binds them too.
 */
#include <stdio.h>
#include <string.h>

#include "entry_shift.h"
#include "money.h"
#include "receipt_parts.h"
#include "text.h"
#include "when.h"

/* ---- figures --------------------------------------------------------------------------------- */

static void sum_line(struct paper *p, const struct site *site, const char *label,
                     int64_t amount_minor)
{
    char amount[MONEY_TEXT_MAX];
    money_format(site, amount_minor, true, amount);
    paper_sides(p, PAPER_NORMAL, label, amount);
}

static void number_line(struct paper *p, const char *label, uint64_t number)
{
    char text[PART_MAX];
    part_join(text, "%llu", (unsigned long long)number);
    paper_sides(p, PAPER_NORMAL, label, text);
}

static void by_tender(struct paper *p, const struct site *site, const char *text)
{
    struct heaps heaps;
    if (!heaps_read(text, &heaps)) {
        return;
    }
    for (size_t i = 0; i < heaps.count; i++) {
        sum_line(p, site, gettext(tender_text((int)heaps.list[i].of)), heaps.list[i].value);
    }
}

static void by_type(struct paper *p, const struct site *site, const char *text)
{
    struct heaps heaps;
    char label[PART_MAX];
    if (!heaps_read(text, &heaps)) {
        return;
    }
    for (size_t i = 0; i < heaps.count; i++) {
        int type = (int)heaps.list[i].of;
        if (type == 1) {
            part_join(label, "%s", _("Electricity"));
        } else if (type == 0) {
            part_join(label, "%s", _("Other bills"));
        } else {
            part_join(label, _("Bill type %d"), type);
        }
        sum_line(p, site, label, heaps.list[i].value);
    }
}

static void by_month(struct paper *p, const struct site *site, const char *text)
{
    struct heaps heaps;
    char month[WHEN_TEXT_MAX];
    if (!heaps_read(text, &heaps)) {
        return;
    }
    for (size_t i = 0; i < heaps.count; i++) {
        when_format_month((int32_t)heaps.list[i].of, month);
        sum_line(p, site, heaps.list[i].of == 0 ? _("Older months") : month, heaps.list[i].value);
    }
}

void part_totals(struct paper *p, const struct site *site, const struct body_shift_totals *t)
{
    char line[PART_MAX];
    char amount[MONEY_TEXT_MAX];
    if (t->tenders[0] != '\0') {
        paper_sides(p, PAPER_BOLD, _("Taken, by means"), "");
        by_tender(p, site, t->tenders);
    }
    if (t->types[0] != '\0' || t->late_fee_minor != 0 || t->advance_minor != 0) {
        paper_sides(p, PAPER_BOLD, _("Taken, by what for"), "");
        by_type(p, site, t->types);
        if (t->late_fee_minor != 0) {
            sum_line(p, site, _("Late fee"), t->late_fee_minor);
        }
        if (t->advance_minor != 0) {
            sum_line(p, site, _("Advances less balances used"), t->advance_minor);
        }
    }
    if (t->months[0] != '\0') {
        paper_sides(p, PAPER_BOLD, _("Bills by month"), "");
        by_month(p, site, t->months);
    }
    if (t->reversals > 0) {
        money_format(site, t->reversed_minor, true, amount);
        part_join(line, "%u" NBSP "· %s", t->reversals, amount);
        paper_sides(p, PAPER_NORMAL, _("Reversals"), line);
    }
    if (t->duplicates > 0) {
        number_line(p, _("Duplicates"), t->duplicates);
    }
    if (t->uncertain > 0) {
        number_line(p, _("Prints not certain"), t->uncertain);
    }
}

void part_cash(struct paper *p, const struct site *site, const struct body_shift_totals *t)
{
    struct heaps tenders;
    int64_t taken_minor = 0;
    if (heaps_read(t->tenders, &tenders) && tenders.count > 0 &&
        tenders.list[0].of == TENDER_CASH) {
        taken_minor = tenders.list[0].value;
    }
    sum_line(p, site, _("Opening cash"), t->opening_minor);
    sum_line(p, site, _("Cash taken"), taken_minor);
    if (t->paid_in_minor != 0) {
        sum_line(p, site, _("Put in"), t->paid_in_minor);
    }
    if (t->paid_out_minor != 0) {
        sum_line(p, site, _("Paid out"), -t->paid_out_minor);
    }
    if (t->dropped_minor != 0) {
        sum_line(p, site, _("Handed in"), -t->dropped_minor);
    }
}

/* ---- the count ------------------------------------------------------------------------------- */

static void counted_notes(struct draft *d, const struct body_cash_count *c)
{
    struct heaps notes;
    char label[PART_MAX];
    char face[MONEY_TEXT_MAX];
    if (!heaps_read(c->notes, &notes)) {
        return;
    }
    for (size_t i = 0; i < notes.count; i++) {
        money_format_symbol(&d->site, notes.list[i].of, face);
        part_join(label, "%s" NBSP "×" NBSP "%lld", face, (long long)notes.list[i].value);
        part_money(d, label, notes.list[i].of * notes.list[i].value);
    }
}

static void count_at_length(struct draft *d, const struct body_cash_count *c)
{
    if (c->notes[0] != '\0') {
        paper_sides(d->paper, PAPER_BOLD, _("Notes as counted"), "");
        counted_notes(d, c);
    }
    if (c->attempt > 1) {
        number_line(d->paper, _("Counted, times"), c->attempt);
    }
    if (c->suspect_minor != 0) {
        part_money(d, _("of it perhaps false"), c->suspect_minor);
    }
    if (c->damaged_minor != 0) {
        part_money(d, _("of it torn"), c->damaged_minor);
    }
    if (c->tenders[0] != '\0') {
        paper_sides(d->paper, PAPER_BOLD, _("Slips as counted"), "");
        by_tender(d->paper, &d->site, c->tenders);
    }
}

/* ---- the Z ----------------------------------------------------------------------------------- */

/* What both kinds of Z say. */
struct close {
    uint32_t z, shift, receipts;
    int64_t expected_minor, counted_minor, taken_minor;
    const char *owner, *witness; /* "" where the owner closed */
};

static bool read_body(const char *body, enum entry_kind kind, struct entry *e)
{
    *e = (struct entry){.kind = (uint16_t)kind, .body_size = (uint16_t)strlen(body)};
    text_copy(e->body, sizeof(e->body), body);
    return body[0] != '\0';
}

static void receipt_numbers(struct draft *d, const struct body_shift_totals *t)
{
    char first[RECEIPT_NUMBER_MAX];
    char last[RECEIPT_NUMBER_MAX];
    if (t->first_receipt_seq > 0) {
        receipt_number_format(d->proof->terminal, t->first_receipt_seq, first);
        receipt_number_format(d->proof->terminal, t->last_receipt_seq, last);
        part_pair(d, _("First receipt"), first, _("Last"), last);
    }
    receipt_number_format(d->proof->terminal, t->first_seq, first);
    receipt_number_format(d->proof->terminal, d->proof->entry.seq, last);
    part_pair(d, _("First record"), first, _("Last"), last);
}

static void difference(struct draft *d, const struct close *c, const struct body_shift_totals *t)
{
    char amount[MONEY_TEXT_MAX];
    int64_t over_minor = c->counted_minor - c->expected_minor;
    part_money(d, _("Should be there"), c->expected_minor);
    money_format_symbol(&d->site, c->counted_minor, amount);
    paper_sides(d->paper, PAPER_LARGE, _("Counted"), amount);
    if (over_minor == 0) {
        paper_sides(d->paper, PAPER_NORMAL, _("Over / short"), _("none"));
        return;
    }
    money_format(&d->site, over_minor > 0 ? over_minor : -over_minor, true, amount);
    paper_sides(d->paper, PAPER_BOLD, over_minor > 0 ? _("Over") : _("Short"), amount);
    if (t != NULL && t->reason != 0) {
        paper_sides(d->paper, PAPER_NORMAL, _("Reason"), gettext(variance_reason_text(t->reason)));
    }
    if (t != NULL && t->slip[0] != '\0') {
        paper_sides(d->paper, PAPER_NORMAL, _("Bank's slip for a false note"), t->slip);
    }
}

static void whose_shift(struct draft *d, const struct close *c, const struct body_shift_totals *t)
{
    char line[PART_MAX];
    char date[WHEN_TEXT_MAX];
    part_join(line, "Z %u", c->z);
    paper_sides(d->paper, PAPER_BOLD, _("Day close no."), line);
    if (c->owner[0] != '\0') {
        paper_sides(d->paper, PAPER_NORMAL, _("Shift of"), c->owner);
        paper_sides(d->paper, PAPER_NORMAL, _("Closed by"), d->r->collector);
        part_join(line, "%s %s", c->witness, d->r->approver);
        paper_sides(d->paper, PAPER_NORMAL, _("Witness"), line);
    } else {
        paper_sides(d->paper, PAPER_NORMAL, _("Collector"), d->r->collector);
    }
    part_join(line, "%u", c->shift);
    paper_sides(d->paper, PAPER_NORMAL, _("Shift no."), line);
    if (t != NULL) {
        when_format_date(t->business_date, date);
        paper_sides(d->paper, PAPER_NORMAL, _("Business date"), date);
    }
    paper_rule(d->paper);
}

static void figures(struct draft *d, const struct close *c)
{
    struct entry e;
    struct body_shift_totals totals;
    struct body_cash_count count;
    bool at_length = read_body(d->r->totals, KIND_SHIFT_TOTALS, &e) &&
                     entry_read_shift_totals(&e, &totals) == TILL_OK;
    whose_shift(d, c, at_length ? &totals : NULL);
    number_line(d->paper, _("Receipts"), c->receipts);
    if (at_length) {
        receipt_numbers(d, &totals);
        part_totals(d->paper, &d->site, &totals);
    }
    part_total(d, _("Taken"), c->taken_minor);
    paper_rule(d->paper);
    if (at_length) {
        part_cash(d->paper, &d->site, &totals);
    }
    difference(d, c, at_length ? &totals : NULL);
    if (read_body(d->r->count, KIND_CASH_COUNT, &e) &&
        entry_read_cash_count(&e, &count) == TILL_OK) {
        count_at_length(d, &count);
    }
    if (at_length) {
        paper_rule(d->paper);
        part_money(d, _("Taken since the first day"), totals.grand_minor);
        number_line(d->paper, _("Not yet sent"), totals.unsent);
    }
}

static enum till_status closed(struct draft *d)
{
    struct body_shift_closed b;
    enum till_status status = entry_read_shift_closed(&d->proof->entry, &b);
    if (status != TILL_OK) {
        return status;
    }
    const struct close c = {b.z,           b.shift, b.receipts, b.expected_minor, b.counted_minor,
                            b.taken_minor, "",      ""};
    part_head(d, _("Day close (Z)"), _("Internal · not a receipt for customers"));
    part_whose(d, _("Slip no."), "", "");
    figures(d, &c);
    part_signature(d, _("Collector's signature"));
    part_signature(d, _("Supervisor's signature"));
    return TILL_OK;
}

static enum till_status absence(struct draft *d)
{
    struct body_closed_in_absence b;
    enum till_status status = entry_read_closed_in_absence(&d->proof->entry, &b);
    if (status != TILL_OK) {
        return status;
    }
    const struct close c = {b.z,           b.shift, b.receipts, b.expected_minor, b.counted_minor,
                            b.taken_minor, b.owner, b.witness};
    part_head(d, _("Day close in absence"),
              _("Internal · open until the owner accepts or disputes it"));
    part_whose(d, _("Slip no."), "", "");
    figures(d, &c);
    part_signature(d, _("Supervisor's signature"));
    part_signature(d, _("Witness's signature"));
    return TILL_OK;
}

/* ---- cash in and out ------------------------------------------------------------------------- */

static enum till_status cash_move(struct draft *d)
{
    struct body_cash_move b;
    char shift[PART_MAX];
    bool in = kind_base(d->proof->entry.kind) == KIND_CASH_IN;
    enum till_status status = entry_read_cash_move(&d->proof->entry, &b);
    if (status != TILL_OK) {
        return status;
    }
    part_head(d, in ? _("Cash put in") : _("Cash paid out"),
              _("Internal · not a receipt for customers"));
    part_whose(d, _("Slip no."), "", "");
    paper_sides(d->paper, PAPER_NORMAL, _("Reason"), gettext(cash_reason_text(b.reason)));
    if (b.note[0] != '\0') {
        paper_sides(d->paper, PAPER_NORMAL, _("Note"), b.note);
    }
    paper_sides(d->paper, PAPER_NORMAL, _("Agreed by"),
                d->r->approver[0] != '\0' ? d->r->approver : b.approver);
    paper_rule(d->paper);
    part_total(d, in ? _("Put in") : _("Paid out"), b.amount_minor);
    part_join(shift, "%u", d->r->shift);
    part_pair(d, _("Collector"), d->r->collector, _("Shift no."), shift);
    part_signature(d, _("Collector's signature"));
    part_signature(d, in ? _("Given by") : _("Received by"));
    return TILL_OK;
}

enum till_status slip_layout_shift(struct draft *d)
{
    switch (kind_base(d->proof->entry.kind)) {
    case KIND_CASH_IN:
    case KIND_CASH_OUT:
        return cash_move(d);
    case KIND_SHIFT_CLOSED:
        return closed(d);
    default:
        return absence(d);
    }
}
