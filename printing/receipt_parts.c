#include "receipt_parts.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "money.h"
#include "paper_rows.h"
#include "text.h"
#include "when.h"

enum { SIGN_DOTS = 56 }; /* 7 mm: a hand writes there */

/* Every text here is bounded far below PART_MAX; cut rather than wrong if one day it isn't. */
void part_join(char out[PART_MAX], const char *format, ...)
{
    char whole[2 * PART_MAX];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(whole, sizeof(whole), format, arguments);
    va_end(arguments);
    assert(size >= 0);
    text_copy(out, PART_MAX, whole);
}

void part_quantity(int64_t energy_cwh, char out[PART_MAX])
{
    uint64_t size = energy_cwh < 0 ? 0 - (uint64_t)energy_cwh : (uint64_t)energy_cwh;
    const char *sign = energy_cwh < 0 ? "-" : "";
    unsigned rest = (unsigned)(size % 100);
    unsigned long long whole = size / 100;
    if (rest == 0) {
        part_join(out, "%s%llu", sign, whole);
    } else if (rest % 10 == 0) {
        part_join(out, "%s%llu.%u", sign, whole, rest / 10);
    } else {
        part_join(out, "%s%llu.%02u", sign, whole, rest);
    }
}

bool part_fits(const struct draft *d, const char *left, const char *right)
{
    return paper_cells(left, strlen(left)) + 1 + paper_cells(right, strlen(right)) <= d->columns;
}

void part_money(struct draft *d, const char *left, int64_t amount_minor)
{
    char amount[MONEY_TEXT_MAX];
    money_format(&d->site, amount_minor, true, amount);
    paper_sides(d->paper, PAPER_NORMAL, left, amount);
}

void part_marks(struct draft *d, bool top_or_bottom)
{
    char line[PART_MAX];
    if (d->copy.training) {
        paper_center(d->paper, PAPER_INVERSE, _("TRAINING · NOT A RECEIPT"));
    }
    uint16_t kind = d->proof->entry.kind;
    uint32_t duplicate = paper_duplicate(kind, d->copy.number);
    if (duplicate > 0 && top_or_bottom) {
        part_join(line, _("DUPLICATE %u"), duplicate);
        paper_center(d->paper, PAPER_INVERSE, line);
    } else if (paper_is_for_two(kind) && top_or_bottom) {
        paper_center(d->paper, PAPER_BOLD,
                     d->copy.number == 0 ? _("Copy 1 of 2") : _("Copy 2 of 2"));
    }
}

void part_head(struct draft *d, const char *title, const char *note)
{
    const struct receipt *r = d->r;
    paper_center(d->paper, PAPER_LARGE, title);
    if (r->branch[0] != '\0' && part_fits(d, r->payee, r->branch)) {
        char line[PART_MAX];
        part_join(line, "%s %s", r->payee, r->branch);
        paper_center(d->paper, PAPER_NORMAL, line);
    } else {
        paper_center(d->paper, PAPER_NORMAL, r->payee);
        paper_center(d->paper, PAPER_NORMAL, r->branch);
    }
    paper_center(d->paper, PAPER_NORMAL, note);
    paper_rule(d->paper);
}

void part_whose(struct draft *d, const char *number_label, const char *account, const char *payer)
{
    const struct entry *e = &d->proof->entry;
    char number[RECEIPT_NUMBER_MAX];
    receipt_number_format(d->proof->terminal, e->seq, number);
    paper_sides(d->paper, PAPER_NORMAL, number_label, number);
    char when[WHEN_TEXT_MAX];
    when_format_minute(d->r->zone, e->at_s, when);
    paper_sides(d->paper, PAPER_NORMAL, _("Time"), when);
    if (account[0] != '\0') {
        char grouped[PART_MAX];
        text_group_account(grouped, sizeof(grouped), account);
        paper_sides(d->paper, PAPER_NORMAL, _("Account"), grouped);
        if (d->r->name[0] != '\0') {
            paper_sides(d->paper, PAPER_NORMAL, _("Customer"), d->r->name);
        }
        if (d->r->address[0] != '\0') {
            paper_sides(d->paper, PAPER_NORMAL, _("Address"), d->r->address);
        }
    }
    if (payer[0] != '\0') {
        paper_sides(d->paper, PAPER_NORMAL, _("Payer"), payer);
    }
    paper_rule(d->paper);
}

void part_total(struct draft *d, const char *label, int64_t amount_minor)
{
    char amount[MONEY_TEXT_MAX];
    char words[MONEY_WORDS_MAX];
    char line[PART_MAX];
    money_format_symbol(&d->site, amount_minor, amount);
    paper_sides(d->paper, PAPER_LARGE, label, amount);
    money_words(&d->site, amount_minor, words);
    if (words[0] != '\0') {
        part_join(line, _("(in words) %s"), words);
        paper_sides(d->paper, PAPER_NORMAL, line, "");
    }
}

void part_pair(struct draft *d, const char *name_1, const char *value_1, const char *name_2,
               const char *value_2)
{
    char left[PART_MAX];
    char right[PART_MAX];
    part_join(left, "%s %s", name_1, value_1);
    part_join(right, "%s %s", name_2, value_2);
    if (part_fits(d, left, right)) {
        paper_sides(d->paper, PAPER_NORMAL, left, right);
    } else {
        paper_sides(d->paper, PAPER_NORMAL, name_1, value_1);
        paper_sides(d->paper, PAPER_NORMAL, name_2, value_2);
    }
}

void part_person(struct draft *d, const char *label, const char *user, const char *name)
{
    char line[PART_MAX];
    if (user[0] == '\0' || name[0] == '\0' || strcmp(user, name) == 0) {
        paper_sides(d->paper, PAPER_NORMAL, label, user[0] != '\0' ? user : name);
        return;
    }
    part_join(line, "%s %s", user, name);
    paper_sides(d->paper, PAPER_NORMAL, label, line);
}

void part_signature(struct draft *d, const char *who)
{
    paper_feed(d->paper, SIGN_DOTS);
    paper_sides(d->paper, PAPER_NORMAL, who, "____________");
}

void part_foot(struct draft *d)
{
    const struct receipt *r = d->r;
    char line[PART_MAX];
    char code[CHECK_CODE_MAX];
    struct entry_figures figures;
    entry_figures(&d->proof->entry, &figures);
    paper_center(d->paper, PAPER_SMALL,
                 figures.account[0] != '\0'
                     ? _("Scan to verify: amount, time and account are signed")
                     : _("Scan to verify: amount and time are signed"));
    chain_check_code(d->proof->entry.hash, code);
    code[4] = '\0'; /* the two halves stay together */
    if (r->acknowledged_seq > 0) {
        char number[RECEIPT_NUMBER_MAX];
        char confirmed[PART_MAX];
        receipt_number_format(d->proof->terminal, r->acknowledged_seq, number);
        part_join(confirmed, _("Office confirmed up to %s"), number);
        part_join(line, "%s · %s" NBSP "%s" NBSP "%s", confirmed, _("check code"), code, code + 5);
    } else {
        part_join(line, "%s" NBSP "%s" NBSP "%s", _("check code"), code, code + 5);
    }
    paper_center(d->paper, PAPER_SMALL, line);
    if (r->hotline[0] != '\0') {
        char hotline[PART_MAX];
        part_join(hotline, _("Service %s"), r->hotline);
        part_join(line, "%s · %s", _("Thermal paper fades: keep it dark or take a photo"), hotline);
    } else {
        part_join(line, "%s", _("Thermal paper fades: keep it dark or take a photo"));
    }
    paper_center(d->paper, PAPER_SMALL, line);
}
