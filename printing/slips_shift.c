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

/* ---- the Z ----------------------------------------------------------------------------------- */

static void numbers(struct draft *d, const struct body_shift_totals *t)
{
    const char *terminal = d->proof->terminal;
    if (t->first_receipt_seq > 0) {
        part_range(d->paper, _("Numbers"), terminal, t->first_receipt_seq, t->last_receipt_seq);
    }
    part_range(d->paper, _("Entries"), terminal, t->first_seq, d->proof->entry.seq);
    part_counts(d->paper, &d->site, t);
}

static void difference(struct draft *d, const struct body_closed_in_absence *c,
                       const struct body_shift_totals *t)
{
    char amount[MONEY_TEXT_MAX];
    part_money(d, _("Should be there"), c->expected_minor);
    money_format_symbol(&d->site, c->counted_minor, amount);
    paper_sides(d->paper, PAPER_LARGE, _("Counted"), amount);
    if (!part_over_short(d, c->counted_minor - c->expected_minor)) {
        return;
    }
    if (t != NULL && t->reason != 0) {
        paper_sides(d->paper, PAPER_NORMAL, _("Reason"), gettext(variance_reason_text(t->reason)));
    }
    if (t != NULL && t->slip[0] != '\0') {
        paper_sides(d->paper, PAPER_NORMAL, _("Bank's slip for a false note"), t->slip);
    }
}

/* Of the papers of other tenders: which differ, and why. */
static void slips_difference(struct draft *d, const struct body_shift_totals *t)
{
    struct entry e;
    struct body_cash_count c;
    struct heaps taken;
    struct heaps slips;
    char label[PART_MAX];
    part_body(d->r->count, KIND_CASH_COUNT, &e);
    if (t->slips_reason == 0 || entry_read_cash_count(&e, &c) != TILL_OK ||
        !heaps_read(t->tenders, &taken) || !heaps_read(c.tenders, &slips)) {
        return;
    }
    paper_sides(d->paper, PAPER_BOLD, _("The slips differ"), "");
    for (int tender = TENDER_CARD; tender <= TENDER_TRANSFER; tender++) {
        int64_t short_minor = slips_short_minor(&taken, &slips, tender);
        if (short_minor != 0) {
            part_join(label, short_minor > 0 ? _("%s, short") : _("%s, over"),
                      gettext(tender_text(tender)));
            part_money(d, label, short_minor > 0 ? short_minor : -short_minor);
        }
    }
    paper_sides(d->paper, PAPER_NORMAL, _("Reason"),
                gettext(variance_reason_text(t->slips_reason)));
}

static void whose_shift(struct draft *d, const struct body_closed_in_absence *c,
                        const struct body_shift_totals *t)
{
    char line[PART_MAX];
    char date[WHEN_TEXT_MAX];
    part_join(line, "Z %u", c->z);
    paper_sides(d->paper, PAPER_BOLD, _("Day close no."), line);
    if (c->owner[0] != '\0') {
        part_person(d, _("Shift of"), c->owner, d->r->name);
        paper_sides(d->paper, PAPER_NORMAL, _("Closed by"), d->r->collector);
        part_person(d, _("Witness"), c->witness, d->r->approver);
        part_number(d->paper, _("Shift no."), c->shift);
    } else {
        part_join(line, "%u", c->shift);
        part_pair(d, _("Collector"), d->r->collector, _("Shift no."), line);
    }
    if (t != NULL) {
        when_format_date(t->business_date, date);
        paper_sides(d->paper, PAPER_NORMAL, _("Business date"), date);
    }
    paper_rule(d->paper);
}

static void figures(struct draft *d, const struct body_closed_in_absence *c)
{
    struct entry e;
    struct body_shift_totals totals;
    part_body(d->r->totals, KIND_SHIFT_TOTALS, &e);
    bool at_length = entry_read_shift_totals(&e, &totals) == TILL_OK;
    whose_shift(d, c, at_length ? &totals : NULL);
    part_number(d->paper, _("Receipts"), c->receipts);
    if (at_length) {
        numbers(d, &totals);
        part_totals(d->paper, &d->site, &totals);
    }
    part_total(d, _("Takings"), c->taken_minor);
    paper_rule(d->paper);
    if (at_length) {
        part_cash(d->paper, &d->site, &totals);
    }
    difference(d, c, at_length ? &totals : NULL);
    part_count(d, c->counted_minor);
    if (at_length) {
        slips_difference(d, &totals);
        paper_rule(d->paper);
        part_money(d, _("Taken since the first day"), totals.grand_minor);
        part_number(d->paper, _("Not yet sent"), totals.unsent);
    }
}

static enum till_status closed(struct draft *d)
{
    struct body_closed_in_absence b;
    enum till_status status = entry_read_close(&d->proof->entry, &b);
    if (status != TILL_OK) {
        return status;
    }
    bool absent = b.owner[0] != '\0';
    part_head(d, absent ? _("Day close in absence") : _("Day close (Z)"),
              absent ? _("Internal · open until the owner accepts or disputes it")
                     : _("Internal · not a receipt for customers"));
    part_whose(d, _("Slip no."), "", "");
    figures(d, &b);
    part_signature(d, absent ? _("Supervisor's signature") : _("Collector's signature"));
    part_signature(d, absent ? _("Witness's signature") : _("Supervisor's signature"));
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
    part_person(d, _("Agreed by"), b.approver, d->r->approver);
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
    default:
        return closed(d);
    }
}
