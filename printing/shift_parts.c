/*
 * What the papers of a shift have in common: sums and numbers, what was taken and where the cash in
 * the bag comes from, the notes as they were counted, over and short.
 */
#include <string.h>

#include "money.h"
#include "receipt_parts.h"
#include "text.h"
#include "when.h"

enum { HEADING_DOTS = 10 };

/* ---- figures --------------------------------------------------------------------------------- */

void part_sum(struct paper *p, const struct site *site, const char *label, int64_t amount_minor)
{
    char amount[MONEY_TEXT_MAX];
    money_format(site, amount_minor, true, amount);
    paper_sides(p, PAPER_NORMAL, label, amount);
}

void part_number(struct paper *p, const char *label, uint64_t number)
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
        part_sum(p, site, gettext(tender_text((int)heaps.list[i].of)), heaps.list[i].value);
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
        const char *known = bill_type_text((int16_t)type);
        if (known != NULL) {
            part_join(label, "%s", gettext(known));
        } else if (type == 0) {
            part_join(label, "%s", _("Other bills"));
        } else {
            part_join(label, _("Bill type %d"), type);
        }
        part_sum(p, site, label, heaps.list[i].value);
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
        part_sum(p, site, heaps.list[i].of == 0 ? _("Older months") : month, heaps.list[i].value);
    }
}

/* A little air, so that the eye finds where a list begins. */
static void heading(struct paper *p, const char *text)
{
    paper_feed(p, HEADING_DOTS);
    paper_sides(p, PAPER_BOLD, text, "");
}

void part_counts(struct paper *p, const struct site *site, const struct body_shift_totals *t)
{
    char label[PART_MAX];
    if (t->reversals > 0) {
        part_join(label, _("Reversals: %u"), t->reversals);
        part_sum(p, site, label, -t->reversed_minor);
    }
    if (t->duplicates > 0) {
        part_number(p, _("Duplicates"), t->duplicates);
    }
    if (t->uncertain > 0) {
        part_number(p, _("Prints not certain"), t->uncertain);
    }
}

void part_range(struct paper *p, const char *label, const char *terminal, uint64_t first_seq,
                uint64_t last_seq)
{
    char first[RECEIPT_NUMBER_MAX];
    char last[RECEIPT_NUMBER_MAX];
    char line[PART_MAX];
    receipt_number_format(terminal, first_seq, first);
    receipt_number_format(terminal, last_seq, last);
    part_join(line, _("%s to %s"), first, last + strlen(terminal) + 1);
    paper_sides(p, PAPER_NORMAL, label, line);
}

void part_totals(struct paper *p, const struct site *site, const struct body_shift_totals *t)
{
    if (t->tenders[0] != '\0') {
        heading(p, _("Taken, by means"));
        by_tender(p, site, t->tenders);
    }
    if (t->types[0] != '\0' || t->late_fee_minor != 0 || t->advance_minor != 0) {
        heading(p, _("Taken, by what for"));
        by_type(p, site, t->types);
        if (t->late_fee_minor != 0) {
            part_sum(p, site, _("Late fee"), t->late_fee_minor);
        }
        if (t->advance_minor != 0) {
            part_sum(p, site, _("Advances less balances used"), t->advance_minor);
        }
    }
    if (t->months[0] != '\0') {
        heading(p, _("Bills by month"));
        by_month(p, site, t->months);
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
    part_sum(p, site, _("Opening cash"), t->opening_minor);
    part_sum(p, site, _("Cash taken"), taken_minor);
    if (t->paid_in_minor != 0) {
        part_sum(p, site, _("Put in"), t->paid_in_minor);
    }
    if (t->paid_out_minor != 0) {
        part_sum(p, site, _("Paid out"), -t->paid_out_minor);
    }
    if (t->own_out_minor != 0) {
        part_sum(p, site, _("of it by own PIN alone"), t->own_out_minor);
    }
    if (t->dropped_minor != 0) {
        part_sum(p, site, _("Handed in"), -t->dropped_minor);
    }
}

/* ---- the count ------------------------------------------------------------------------------- */

/* A note's face as it is called: "¥100", "¥0.50". */
static void face_text(const struct site *site, int64_t face_minor, char out[MONEY_TEXT_MAX])
{
    money_format_symbol(site, face_minor, out);
    char *point = strchr(out, '.');
    if (point != NULL && strspn(point + 1, "0") == strlen(point + 1)) {
        *point = '\0';
    }
}

static void counted_notes(struct draft *d, const struct heaps *notes)
{
    char label[PART_MAX];
    char face[MONEY_TEXT_MAX];
    for (size_t i = 0; i < notes->count; i++) {
        const struct heap *heap = &notes->list[i];
        face_text(&d->site, heap->of, face);
        part_join(label, "%s×%lld", face, (long long)heap->value);
        part_money(d, label, heap->of * heap->value);
    }
}

void part_count(struct draft *d, int64_t said_minor)
{
    struct entry e;
    struct body_cash_count c;
    struct heaps notes;
    part_body(d->r->count, KIND_CASH_COUNT, &e);
    if (entry_read_cash_count(&e, &c) != TILL_OK) {
        return;
    }
    if (c.notes[0] != '\0' && heaps_read(c.notes, &notes)) {
        heading(d->paper, _("Notes as counted"));
        counted_notes(d, &notes);
    }
    if (c.amount_minor != said_minor) {
        part_money(d, _("Counted, in all"), c.amount_minor);
    }
    if (c.attempt > 1) {
        part_number(d->paper, _("Counted, times"), c.attempt);
    }
    if (c.suspect_minor != 0) {
        part_money(d, _("of it perhaps false"), c.suspect_minor);
    }
    if (c.damaged_minor != 0) {
        part_money(d, _("of it torn"), c.damaged_minor);
    }
    if (c.tenders[0] != '\0') {
        heading(d->paper, _("Slips as counted"));
        by_tender(d->paper, &d->site, c.tenders);
    }
}

bool part_over_short(struct draft *d, int64_t over_minor)
{
    char amount[MONEY_TEXT_MAX];
    if (over_minor == 0) {
        paper_sides(d->paper, PAPER_NORMAL, _("Over / short"), _("none"));
        return false;
    }
    money_format(&d->site, over_minor > 0 ? over_minor : -over_minor, true, amount);
    paper_sides(d->paper, PAPER_BOLD, over_minor > 0 ? _("Over") : _("Short"), amount);
    return true;
}

void part_body(const char *body, enum entry_kind kind, struct entry *entry_out)
{
    *entry_out = (struct entry){.kind = (uint16_t)kind, .body_size = (uint16_t)strlen(body)};
    text_copy(entry_out->body, sizeof(entry_out->body), body);
}
