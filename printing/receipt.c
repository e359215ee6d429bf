#include "receipt.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "money.h"
#include "paper_rows.h"
#include "text.h"
#include "when.h"

#define NBSP "\xC2\xA0" /* where a row must not break: between a word and its amount */

enum { LINE_MAX = 320, BILL_ELECTRICITY = 1, AIR_DOTS = 12, COLUMNS_MIN = 24, COLUMNS_MAX = 96 };

/* What the parts of the paper are written from. */
struct draft {
    const struct receipt *r;
    const struct proof *proof;
    const struct body_collection *body;
    struct receipt_copy copy;
    int columns;
    struct site site; /* only what money_* asks */
    struct paper *paper;
};

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

static struct site money_site(const struct receipt *r)
{
    struct site site = {.exponent = r->exponent, .words = r->words};
    text_copy(site.currency, sizeof(site.currency), r->currency);
    text_copy(site.symbol, sizeof(site.symbol), r->symbol);
    text_copy(site.unit, sizeof(site.unit), r->unit);
    return site;
}

/* ---- small things ---------------------------------------------------------------------------- */

/* Every text here is bounded far below LINE_MAX; cut rather than wrong if one day it isn't. */
__attribute__((format(printf, 2, 3))) static void join(char out[LINE_MAX], const char *format, ...)
{
    char whole[2 * LINE_MAX];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(whole, sizeof(whole), format, arguments);
    va_end(arguments);
    assert(size >= 0);
    text_copy(out, LINE_MAX, whole);
}

static bool fits(const struct draft *d, const char *left, const char *right)
{
    return paper_cells(left, strlen(left)) + 1 + paper_cells(right, strlen(right)) <= d->columns;
}

static void money_line(struct draft *d, const char *left, int64_t amount_minor)
{
    char amount[MONEY_TEXT_MAX];
    money_format(&d->site, amount_minor, true, amount);
    paper_sides(d->paper, PAPER_NORMAL, left, amount);
}

/* The marks of a paper that is not the first, or not for money. */
static void marks(struct draft *d, bool top_or_bottom)
{
    char line[LINE_MAX];
    if (d->copy.training) {
        paper_center(d->paper, PAPER_INVERSE, _("TRAINING · NOT A RECEIPT"));
    }
    if (d->copy.number > 0 && top_or_bottom) {
        join(line, _("DUPLICATE %u"), d->copy.number);
        paper_center(d->paper, PAPER_INVERSE, line);
    }
}

/* ---- the parts, from top to bottom ----------------------------------------------------------- */

static void head(struct draft *d)
{
    const struct receipt *r = d->r;
    bool advance = kind_base(d->proof->entry.kind) == KIND_ADVANCE;
    paper_center(d->paper, PAPER_LARGE,
                 advance ? _("Electricity advance receipt") : _("Electricity receipt"));
    if (r->branch[0] != '\0' && fits(d, r->payee, r->branch)) {
        char line[LINE_MAX];
        join(line, "%s %s", r->payee, r->branch);
        paper_center(d->paper, PAPER_NORMAL, line);
    } else {
        paper_center(d->paper, PAPER_NORMAL, r->payee);
        paper_center(d->paper, PAPER_NORMAL, r->branch);
    }
    paper_center(d->paper, PAPER_NORMAL, _("Customer copy · not an invoice"));
    paper_rule(d->paper);
}

static void whose(struct draft *d)
{
    const struct entry *e = &d->proof->entry;
    char number[RECEIPT_NUMBER_MAX];
    receipt_number_format(d->proof->terminal, e->seq, number);
    paper_sides(d->paper, PAPER_NORMAL, _("Receipt no."), number);
    char when[WHEN_TEXT_MAX];
    when_format_minute(d->r->zone, e->at_s, when);
    paper_sides(d->paper, PAPER_NORMAL, _("Time"), when);
    char account[LINE_MAX];
    text_group_account(account, sizeof(account), d->body->account);
    paper_sides(d->paper, PAPER_NORMAL, _("Account"), account);
    if (d->r->name[0] != '\0') {
        paper_sides(d->paper, PAPER_NORMAL, _("Customer"), d->r->name);
    }
    if (d->r->address[0] != '\0') {
        paper_sides(d->paper, PAPER_NORMAL, _("Address"), d->r->address);
    }
    if (d->body->payer[0] != '\0') {
        paper_sides(d->paper, PAPER_NORMAL, _("Payer"), d->body->payer);
    }
    paper_rule(d->paper);
}

/* 168, 168.5, 168.25: no more digits than it takes. */
static void quantity(int64_t energy_cwh, char out[LINE_MAX])
{
    uint64_t size = energy_cwh < 0 ? 0 - (uint64_t)energy_cwh : (uint64_t)energy_cwh;
    const char *sign = energy_cwh < 0 ? "-" : "";
    unsigned rest = (unsigned)(size % 100);
    unsigned long long whole = size / 100;
    if (rest == 0) {
        join(out, "%s%llu", sign, whole);
    } else if (rest % 10 == 0) {
        join(out, "%s%llu.%u", sign, whole, rest / 10);
    } else {
        join(out, "%s%llu.%02u", sign, whole, rest);
    }
}

static void item(struct draft *d, const struct allocation_line *i)
{
    char month[WHEN_TEXT_MAX];
    when_format_month(i->month, month);
    char line[LINE_MAX];
    if (i->type == BILL_ELECTRICITY) {
        join(line, "%s %s", month, _("Energy bill"));
    } else {
        char type[LINE_MAX];
        join(type, _("Bill type %d"), i->type);
        join(line, "%s %s", month, type);
    }
    if (i->energy_cwh != 0 && i->type == BILL_ELECTRICITY) {
        char count[LINE_MAX];
        char energy[LINE_MAX];
        char before[LINE_MAX];
        quantity(i->energy_cwh, count);
        join(energy, _("%s kWh"), count);
        text_copy(before, sizeof(before), line);
        join(line, "%s %s", before, energy);
    }
    if (!i->whole) {
        char before[LINE_MAX];
        text_copy(before, sizeof(before), line);
        join(line, "%s %s", before, _("(part)"));
    }
    money_line(d, line, i->amount_minor);
    if (i->late_fee_minor != 0) {
        join(line, ngettext("Late fee %d day", "Late fee %d days", (unsigned long)i->late_days),
             i->late_days);
        money_line(d, line, i->late_fee_minor);
    }
}

static void what_for(struct draft *d, int64_t balance_used_minor)
{
    const struct receipt *r = d->r;
    for (size_t i = 0; i < r->item_count; i++) {
        item(d, &r->items[i]);
    }
    if (balance_used_minor != 0) {
        money_line(d, _("From advance balance"), -balance_used_minor);
    }
    if (r->advance_minor != 0) {
        money_line(d, r->item_count > 0 ? _("Kept as advance") : _("Advance payment"),
                   r->advance_minor);
    }
    paper_rule(d->paper);
}

static void tender(struct draft *d)
{
    const struct body_collection *b = d->body;
    int64_t tendered = b->tendered_minor != 0 ? b->tendered_minor : b->amount_minor;
    const char *means = gettext(tender_text(b->tender));
    const char *label = _("Paid by");
    char given[MONEY_TEXT_MAX];
    char change[MONEY_TEXT_MAX];
    char line[LINE_MAX];
    money_format(&d->site, tendered, true, given);
    if (tendered == b->amount_minor) {
        join(line, "%s" NBSP "%s", means, given);
        paper_sides(d->paper, PAPER_NORMAL, label, line);
    } else {
        money_format(&d->site, tendered - b->amount_minor, true, change);
        join(line, "%s" NBSP "%s %s" NBSP "%s", means, given, _("Change given"), change);
        if (fits(d, label, line)) {
            paper_sides(d->paper, PAPER_NORMAL, label, line);
        } else {
            join(line, "%s" NBSP "%s", means, given);
            paper_sides(d->paper, PAPER_NORMAL, label, line);
            paper_sides(d->paper, PAPER_NORMAL, _("Change given"), change);
        }
    }
    if (b->reference[0] != '\0') {
        paper_sides(d->paper, PAPER_NORMAL, _("Tender reference"), b->reference);
    }
}

static void total(struct draft *d)
{
    char amount[MONEY_TEXT_MAX];
    char words[MONEY_WORDS_MAX];
    char line[LINE_MAX];
    money_format_symbol(&d->site, d->body->amount_minor, amount);
    paper_sides(d->paper, PAPER_LARGE, _("Total received"), amount);
    money_words(&d->site, d->body->amount_minor, words);
    if (words[0] != '\0') {
        join(line, _("(in words) %s"), words);
        paper_sides(d->paper, PAPER_NORMAL, line, "");
    }
}

/* Two names with two values: on one line where both fit, else on two. */
static void pair(struct draft *d, const char *name_1, const char *value_1, const char *name_2,
                 const char *value_2)
{
    char left[LINE_MAX];
    char right[LINE_MAX];
    join(left, "%s %s", name_1, value_1);
    join(right, "%s %s", name_2, value_2);
    if (fits(d, left, right)) {
        paper_sides(d->paper, PAPER_NORMAL, left, right);
    } else {
        paper_sides(d->paper, PAPER_NORMAL, name_1, value_1);
        paper_sides(d->paper, PAPER_NORMAL, name_2, value_2);
    }
}

static void by_whom(struct draft *d)
{
    const struct receipt *r = d->r;
    char balance[MONEY_TEXT_MAX];
    char owed[MONEY_TEXT_MAX];
    money_format(&d->site, r->balance_minor, true, balance);
    money_format(&d->site, r->owed_minor, true, owed);
    pair(d, _("Balance kept"), balance, _("Still owed"), owed);
    char shift[LINE_MAX];
    char number[LINE_MAX];
    join(shift, _("Shift %u"), r->shift);
    join(number, _("Receipt %u of the shift"), r->number_in_shift);
    pair(d, _("Collector"), r->collector, shift, number);
}

static void foot(struct draft *d)
{
    const struct receipt *r = d->r;
    char line[LINE_MAX];
    char code[CHECK_CODE_MAX];
    paper_center(d->paper, PAPER_SMALL, _("Scan to verify: amount, time and account are signed"));
    chain_check_code(d->proof->entry.hash, code);
    code[4] = '\0'; /* the two halves stay together */
    if (r->acknowledged_seq > 0) {
        char number[RECEIPT_NUMBER_MAX];
        char confirmed[LINE_MAX];
        receipt_number_format(d->proof->terminal, r->acknowledged_seq, number);
        join(confirmed, _("Office confirmed up to %s"), number);
        join(line, "%s · %s" NBSP "%s" NBSP "%s", confirmed, _("check code"), code, code + 5);
    } else {
        join(line, "%s" NBSP "%s" NBSP "%s", _("check code"), code, code + 5);
    }
    paper_center(d->paper, PAPER_SMALL, line);
    if (r->hotline[0] != '\0') {
        char hotline[LINE_MAX];
        join(hotline, _("Service %s"), r->hotline);
        join(line, "%s · %s", _("Thermal paper fades: keep it dark or take a photo"), hotline);
    } else {
        join(line, "%s", _("Thermal paper fades: keep it dark or take a photo"));
    }
    paper_center(d->paper, PAPER_SMALL, line);
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

enum till_status receipt_layout(const struct receipt *r, const struct proof *proof,
                                struct receipt_copy copy, int columns, struct paper *paper_out)
{
    assert(columns >= COLUMNS_MIN && columns <= COLUMNS_MAX);
    struct body_collection body;
    enum till_status status = entry_read_collection(&proof->entry, &body);
    int64_t balance_used = 0;
    if (status == TILL_OK) {
        status = add_up(r, &body, &balance_used);
    }
    char qr[PROOF_TEXT_MAX];
    if (status == TILL_OK) {
        status = proof_write(r->url, proof, qr);
    }
    if (status != TILL_OK) {
        return status;
    }
    copy.training = copy.training || kind_is_training(proof->entry.kind);
    struct draft d = {.r = r,
                      .proof = proof,
                      .body = &body,
                      .copy = copy,
                      .columns = columns,
                      .site = money_site(r),
                      .paper = paper_out};
    paper_init(d.paper);
    paper_feed(d.paper, AIR_DOTS);
    marks(&d, true);
    head(&d);
    whose(&d);
    what_for(&d, balance_used);
    total(&d);
    tender(&d);
    by_whom(&d);
    marks(&d, false);
    paper_qr(d.paper, qr);
    foot(&d);
    marks(&d, true);
    paper_feed(d.paper, AIR_DOTS);
    paper_cut(d.paper);
    return d.paper->overflow ? TILL_TOO_LARGE : TILL_OK;
}
