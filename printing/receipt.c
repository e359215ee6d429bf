#include "receipt.h"

#include <assert.h>
#include <string.h>

#include "money.h"
#include "receipt_parts.h"
#include "text.h"
#include "when.h"

enum { AIR_DOTS = 12 };

void receipt_set_site(struct receipt *r, const struct site *site)
{
    text_copy(r->currency, sizeof(r->currency), site->currency);
    r->exponent = site->exponent;
    text_copy(r->symbol, sizeof(r->symbol), site->symbol);
    text_copy(r->unit, sizeof(r->unit), site->unit);
    text_copy(r->zone, sizeof(r->zone), site->zone);
    r->words = site->words;
    text_copy(r->payee, sizeof(r->payee), site->payee);
    text_copy(r->branch, sizeof(r->branch), site->branch);
    text_copy(r->hotline, sizeof(r->hotline), site->hotline);
    text_copy(r->url, sizeof(r->url), site->receipt_url);
}

enum till_status receipt_basket_add(struct receipt_basket *basket, const struct body_collection *b)
{
    int64_t cash_minor = collection_cash_minor(b);
    int64_t other_minor = b->amount_minor - cash_minor;
    bool first = basket->total_minor == 0;
    if (first && cash_minor > 0) {
        basket->handed_minor = b->tendered_minor;
    }
    if (other_minor > 0) {
        basket->tender = b->tender;
    }
    if (money_add(basket->total_minor, b->amount_minor, &basket->total_minor) != TILL_OK ||
        money_add(basket->cash_minor, cash_minor, &basket->cash_minor) != TILL_OK ||
        money_add(basket->other_minor, other_minor, &basket->other_minor) != TILL_OK) {
        return TILL_E_CORRUPT;
    }
    if (basket->handed_minor < basket->cash_minor) {
        basket->handed_minor = basket->cash_minor;
    }
    return TILL_OK;
}

static struct site money_site(const struct receipt *r)
{
    struct site site = {.exponent = r->exponent, .words = r->words};
    text_copy(site.currency, sizeof(site.currency), r->currency);
    text_copy(site.symbol, sizeof(site.symbol), r->symbol);
    text_copy(site.unit, sizeof(site.unit), r->unit);
    return site;
}

/* ---- the parts, from top to bottom ----------------------------------------------------------- */

static void item(struct draft *d, const struct allocation_line *i)
{
    char month[WHEN_TEXT_MAX];
    when_format_month(i->month, month);
    char line[PART_MAX];
    if (i->type == BILL_ELECTRICITY) {
        part_join(line, "%s %s", month, _("Energy bill"));
    } else {
        char type[PART_MAX];
        const char *known = bill_type_text(i->type);
        part_join(type, _("Bill type %d"), i->type);
        part_join(line, "%s %s", month, known != NULL ? gettext(known) : type);
    }
    if (i->energy_cwh != 0 && i->type == BILL_ELECTRICITY) {
        char count[PART_MAX];
        char energy[PART_MAX];
        char before[PART_MAX];
        part_quantity(i->energy_cwh, count);
        part_join(energy, _("%s kWh"), count);
        text_copy(before, sizeof(before), line);
        part_join(line, "%s %s", before, energy);
    }
    if (!i->whole) {
        char before[PART_MAX];
        text_copy(before, sizeof(before), line);
        part_join(line, "%s %s", before, _("(part)"));
    }
    part_money(d, line, i->amount_minor);
    if (i->late_fee_minor != 0) {
        part_join(line,
                  ngettext("Late fee %d day", "Late fee %d days", (unsigned long)i->late_days),
                  i->late_days);
        part_money(d, line, i->late_fee_minor);
    }
}

static void what_for(struct draft *d, int64_t balance_used_minor)
{
    const struct receipt *r = d->r;
    for (size_t i = 0; i < r->item_count; i++) {
        item(d, &r->items[i]);
    }
    if (balance_used_minor != 0) {
        part_money(d, _("From advance balance"), -balance_used_minor);
    }
    if (r->advance_minor != 0) {
        part_money(d, r->item_count > 0 ? _("Kept as advance") : _("Advance payment"),
                   r->advance_minor);
    }
    paper_rule(d->paper);
}

/* Cash that was handed over, and what went back. */
static void cash_line(struct draft *d, const char *label, int64_t cash_minor, int64_t handed_minor)
{
    const char *means = gettext(tender_text(TENDER_CASH));
    char given[MONEY_TEXT_MAX];
    char change[MONEY_TEXT_MAX];
    char line[PART_MAX];
    money_format(&d->site, handed_minor, true, given);
    if (handed_minor <= cash_minor) {
        part_join(line, "%s" NBSP "%s", means, given);
        paper_sides(d->paper, PAPER_NORMAL, label, line);
        return;
    }
    money_format(&d->site, handed_minor - cash_minor, true, change);
    part_join(line, "%s" NBSP "%s %s" NBSP "%s", means, given, _("Change given"), change);
    if (part_fits(d, label, line)) {
        paper_sides(d->paper, PAPER_NORMAL, label, line);
    } else {
        part_join(line, "%s" NBSP "%s", means, given);
        paper_sides(d->paper, PAPER_NORMAL, label, line);
        paper_sides(d->paper, PAPER_NORMAL, _("Change given"), change);
    }
}

static void other_line(struct draft *d, const char *label, int tender, int64_t amount_minor)
{
    char given[MONEY_TEXT_MAX];
    char line[PART_MAX];
    money_format(&d->site, amount_minor, true, given);
    part_join(line, "%s" NBSP "%s", gettext(tender_text(tender)), given);
    paper_sides(d->paper, PAPER_NORMAL, label, line);
}

/* On the first paper of a basket what all of it comes to: nowhere else do the cash that was handed
 * over and the change stand. */
static void together(struct draft *d)
{
    const struct receipt_basket *t = &d->r->together;
    char amount[MONEY_TEXT_MAX];
    char label[PART_MAX];
    if (d->r->basket_number != 1 || t->total_minor == 0) {
        return;
    }
    money_format(&d->site, t->total_minor, true, amount);
    part_join(label, _("Total of %u receipts"), d->r->basket_count);
    paper_sides(d->paper, PAPER_BOLD, label, amount);
    if (t->cash_minor > 0) {
        cash_line(d, _("Paid together by"), t->cash_minor, t->handed_minor);
    }
    if (t->other_minor > 0) {
        other_line(d, t->cash_minor > 0 ? _("and by") : _("Paid together by"), t->tender,
                   t->other_minor);
    }
}

static void tender(struct draft *d, const struct body_collection *b)
{
    int64_t cash_minor = collection_cash_minor(b);
    bool alone = d->r->basket_count <= 1; /* else what was handed over is the basket's */
    if (cash_minor > 0) {
        cash_line(d, _("Paid by"), cash_minor,
                  alone && b->tendered_minor != 0 ? b->tendered_minor : cash_minor);
    }
    if (b->tender != TENDER_CASH) {
        other_line(d, cash_minor > 0 ? _("and by") : _("Paid by"), b->tender,
                   b->amount_minor - cash_minor);
    }
    if (b->reference[0] != '\0') {
        paper_sides(d->paper, PAPER_NORMAL, _("Tender reference"), b->reference);
    }
    if (b->tender == TENDER_CHEQUE) {
        paper_sides(d->paper, PAPER_NORMAL, _("Valid once the bank has paid the cheque"), "");
    }
    if (d->r->basket_count > 1) {
        char line[PART_MAX];
        part_join(line, _("%u of %u receipts paid together"), d->r->basket_number,
                  d->r->basket_count);
        paper_sides(d->paper, PAPER_NORMAL, line, "");
    }
    together(d);
}

static void by_whom(struct draft *d)
{
    const struct receipt *r = d->r;
    char balance[MONEY_TEXT_MAX];
    char owed[MONEY_TEXT_MAX];
    money_format(&d->site, r->balance_minor, true, balance);
    money_format(&d->site, r->owed_minor, true, owed);
    part_pair(d, _("Balance kept"), balance, _("Still owed"), owed);
    if (r->held_minor != 0) {
        char held[MONEY_TEXT_MAX];
        money_format(&d->site, r->held_minor, true, held);
        paper_sides(d->paper, PAPER_NORMAL, _("Late fee held until the answer"), held);
    }
    char shift[PART_MAX];
    char number[PART_MAX];
    part_join(shift, _("Shift %u"), r->shift);
    /* Training counts no receipts: the next real one would bear the same number. */
    if (d->copy.training)
        text_copy(number, sizeof(number), _("training"));
    else
        part_join(number, _("Receipt %u of the shift"), r->number_in_shift);
    part_pair(d, _("Collector"), r->collector, shift, number);
}

/* ---- the whole ------------------------------------------------------------------------------- */

/*
 * The lines must add up to the money that the entry signs; what they are over was taken from the
 * balance. TILL_E_CORRUPT where they can't.
 */
static enum till_status add_up(const struct receipt *r, const struct body_collection *body,
                               int64_t *balance_used_out)
{
    int64_t lines = r->advance_minor;
    int64_t fees = 0;
    int64_t used = 0;
    enum till_status status = r->item_count <= RECEIPT_ITEMS_MAX ? TILL_OK : TILL_E_CORRUPT;
    for (size_t i = 0; i < r->item_count && status == TILL_OK; i++) {
        status = money_add(fees, r->items[i].late_fee_minor, &fees);
        if (status == TILL_OK) {
            status = money_add(lines, r->items[i].amount_minor, &lines);
        }
    }
    if (status == TILL_OK) {
        status = money_add(lines, fees, &lines);
    }
    if (status == TILL_OK) {
        status = money_sub(lines, body->amount_minor, &used);
    }
    if (status != TILL_OK || used < 0 || fees != body->late_fee_minor) {
        return TILL_E_CORRUPT;
    }
    *balance_used_out = used;
    return TILL_OK;
}

static enum till_status lay_out_receipt(struct draft *d, const char *qr)
{
    struct body_collection body;
    int64_t balance_used = 0;
    bool advance = kind_base(d->proof->entry.kind) == KIND_ADVANCE;
    enum till_status status = entry_read_collection(&d->proof->entry, &body);
    if (status == TILL_OK) {
        status = add_up(d->r, &body, &balance_used);
    }
    if (status != TILL_OK) {
        return status;
    }
    part_head(d,
              d->copy.invoice ? _("Electricity invoice")
              : advance       ? _("Electricity advance receipt")
                              : _("Electricity receipt"),
              d->copy.invoice ? _("Customer copy") : _("Customer copy · not an invoice"));
    if (d->copy.stock[0] != '\0') {
        paper_sides(d->paper, PAPER_BOLD, _("Stationery no."), d->copy.stock);
    }
    part_whose(d, _("Receipt no."), body.account, body.payer);
    what_for(d, balance_used);
    part_total(d, _("Total received"), body.amount_minor);
    tender(d, &body);
    by_whom(d);
    part_marks(d, false);
    paper_qr(d->paper, qr);
    return TILL_OK;
}

static enum till_status lay_out_slip(struct draft *d, const char *qr)
{
    enum till_status status = slip_layout(d);
    if (status == TILL_OK) {
        part_marks(d, false);
        paper_qr(d->paper, qr);
    }
    return status;
}

enum till_status receipt_layout(const struct receipt *r, const struct proof *proof,
                                struct receipt_copy copy, int columns, struct paper *paper_out)
{
    assert(columns >= COLUMNS_MIN && columns <= COLUMNS_MAX);
    uint16_t kind = kind_base(proof->entry.kind);
    char qr[PROOF_TEXT_MAX];
    if (!kind_has_receipt(kind)) {
        return TILL_E_PROTOCOL;
    }
    enum till_status status = proof_write(r->url, proof, qr);
    if (status != TILL_OK) {
        return status;
    }
    copy.training = copy.training || kind_is_training(proof->entry.kind);
    struct draft d = {.r = r,
                      .proof = proof,
                      .copy = copy,
                      .columns = columns,
                      .site = money_site(r),
                      .paper = paper_out};
    paper_init(d.paper);
    paper_feed(d.paper, AIR_DOTS);
    part_marks(&d, true);
    bool receipt = kind_has_payment_paper(kind);
    status = receipt ? lay_out_receipt(&d, qr) : lay_out_slip(&d, qr);
    if (status != TILL_OK) {
        return status;
    }
    part_foot(&d);
    part_marks(&d, true);
    paper_feed(d.paper, AIR_DOTS);
    paper_cut(d.paper);
    return d.paper->overflow ? TILL_TOO_LARGE : TILL_OK;
}
