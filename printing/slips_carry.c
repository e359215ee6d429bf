/*
 * The slips of cash on its way: both sides of a hand-over (交接单) and a deposit at the bank (解款单).
 * The count by denomination is another entry's: it was made before this one, its body stands on the
 * paper word for word.
 */
#include <string.h>

#include "entry_shift.h"
#include "receipt_parts.h"
#include "text.h"

/* "12-14,16" as a person reads it, with room to break the row: "Z 12-14, 16". */
static void closes_line(struct draft *d, const char *closes)
{
    char spaced[2 * CLOSES_TEXT_MAX];
    char line[PART_MAX];
    size_t size = 0;
    if (closes[0] == '\0') {
        return;
    }
    for (const char *at = closes; *at != '\0' && size + 2 < sizeof(spaced); at++) {
        spaced[size++] = *at;
        if (*at == ',') {
            spaced[size++] = ' ';
        }
    }
    spaced[size] = '\0';
    part_join(line, "Z" NBSP "%s", spaced);
    paper_sides(d->paper, PAPER_NORMAL, _("Day close no."), line);
}

/* Whose money it was before: one's own takings need no word. */
static void source_line(struct draft *d, int source)
{
    if (source == CASH_KEPT) {
        paper_sides(d->paper, PAPER_NORMAL, _("Origin"), _("Received from others"));
    }
}

static void other_line(struct draft *d, int64_t other_minor)
{
    if (other_minor != 0) {
        part_money(d, _("Not cash, in slips"), other_minor);
    }
}

/* What should be there, what is, and that nobody has yet said why they differ. */
static void compare(struct draft *d, const char *should, int64_t should_minor, const char *is,
                    int64_t is_minor)
{
    part_money(d, should, should_minor);
    part_total(d, is, is_minor);
    if (part_over_short(d, is_minor - should_minor)) {
        paper_sides(d->paper, PAPER_NORMAL, _("The difference stays open until it is explained."),
                    "");
    }
}

static enum till_status given(struct draft *d)
{
    struct body_handover_given b;
    enum till_status status = entry_read_handover_given(&d->proof->entry, &b);
    if (status != TILL_OK) {
        return status;
    }
    part_head(d, _("Hand-over, given"), _("Internal · the receiver still counts it"));
    part_whose(d, _("Slip no."), "", "");
    paper_sides(d->paper, PAPER_NORMAL, _("Giver"), d->r->collector);
    part_person(d, _("Receiver"), b.receiver, d->r->approver);
    closes_line(d, b.closes);
    source_line(d, b.source);
    paper_rule(d->paper);
    part_total(d, _("Cash"), b.amount_minor);
    other_line(d, b.other_minor);
    part_count(d, b.amount_minor);
    part_signature(d, _("Giver's signature"));
    part_signature(d, _("Receiver's signature"));
    return TILL_OK;
}

/* The giver's paper bears the same code at its foot: the two are laid side by side. */
static void giver_lines(struct draft *d, const struct body_handover_taken *b)
{
    char number[RECEIPT_NUMBER_MAX];
    char code[CHECK_CODE_MAX];
    char line[PART_MAX];
    if (b->seq > 0) {
        receipt_number_format(d->proof->terminal, b->seq, number);
        paper_sides(d->paper, PAPER_NORMAL, _("Giver's slip no."), number);
    }
    chain_check_code(b->hash, code);
    code[4] = '\0'; /* the two halves stay together */
    part_join(line, "%s" NBSP "%s", code, code + 5);
    paper_sides(d->paper, PAPER_NORMAL, _("Giver's check code"), line);
}

/* Of other tenders, below what was counted. */
static void slips_taken(struct draft *d)
{
    struct entry e;
    struct body_cash_count c;
    struct heaps slips;
    int64_t counted_minor = 0;
    part_body(d->r->count, KIND_CASH_COUNT, &e);
    if (entry_read_cash_count(&e, &c) != TILL_OK || !heaps_read(c.tenders, &slips) ||
        heaps_sum(&slips, &counted_minor) != TILL_OK || counted_minor == c.slips_said_minor) {
        return;
    }
    part_money(d, _("Slips by the giver's slip"), c.slips_said_minor);
    (void)part_over_short(d, counted_minor - c.slips_said_minor);
}

static enum till_status taken(struct draft *d)
{
    struct body_handover_taken b;
    enum till_status status = entry_read_handover_taken(&d->proof->entry, &b);
    if (status != TILL_OK) {
        return status;
    }
    part_head(d, _("Hand-over, taken"), _("Internal · not a receipt for customers"));
    part_whose(d, _("Slip no."), "", "");
    if (d->r->approver[0] != '\0') {
        paper_sides(d->paper, PAPER_NORMAL, _("Giver"), d->r->approver);
    }
    paper_sides(d->paper, PAPER_NORMAL, _("Receiver"), d->r->collector);
    giver_lines(d, &b);
    paper_rule(d->paper);
    compare(d, _("By the giver's slip"), b.amount_minor, _("Counted"), b.counted_minor);
    part_count(d, b.counted_minor);
    slips_taken(d);
    part_signature(d, _("Receiver's signature"));
    part_signature(d, _("Giver's signature"));
    return TILL_OK;
}

/* "Bank and branch 1904 0101 0400": where the number of the account begins, or the end. */
static const char *account_in(const char *bank)
{
    enum { DIGITS_MIN = 4 };
    const char *end = bank + strlen(bank);
    const char *at = end;
    size_t digits = 0;
    while (at > bank && strchr("0123456789 -*", at[-1]) != NULL) {
        at--;
        digits += *at != ' ' ? 1u : 0u;
    }
    while (*at == ' ') {
        at++;
    }
    return digits >= DIGITS_MIN && (at == bank || at[-1] == ' ') ? at : end;
}

/* Name and account each whole in its place. */
static void bank_lines(struct draft *d, const char *id)
{
    char name[RECEIPT_PARTY_MAX];
    const char *account = account_in(d->r->approver);
    size_t size = (size_t)(account - d->r->approver);
    while (size > 0 && d->r->approver[size - 1] == ' ') {
        size--;
    }
    memcpy(name, d->r->approver, size);
    name[size] = '\0';
    part_person(d, _("Bank"), id, name);
    if (*account != '\0') {
        paper_sides(d->paper, PAPER_NORMAL, _("Bank account"), account);
    }
}

static enum till_status deposit(struct draft *d)
{
    struct body_deposit b;
    enum till_status status = entry_read_deposit(&d->proof->entry, &b);
    if (status != TILL_OK) {
        return status;
    }
    part_head(d, _("Deposit slip"), _("Internal · not a receipt for customers"));
    part_whose(d, _("Slip no."), "", "");
    paper_sides(d->paper, PAPER_NORMAL, _("Depositor"), d->r->collector);
    bank_lines(d, b.bank);
    paper_sides(d->paper, PAPER_NORMAL, _("Bank slip no."), b.slip);
    closes_line(d, b.closes);
    source_line(d, b.source);
    paper_rule(d->paper);
    compare(d, _("Should be there"), b.expected_minor, _("Deposited"), b.amount_minor);
    other_line(d, b.other_minor);
    part_count(d, b.amount_minor);
    part_signature(d, _("Depositor's signature"));
    part_signature(d, _("Checked by"));
    return TILL_OK;
}

enum till_status slip_layout_carry(struct draft *d)
{
    switch (kind_base(d->proof->entry.kind)) {
    case KIND_HANDOVER_GIVEN:
        return given(d);
    case KIND_HANDOVER_TAKEN:
        return taken(d);
    default:
        return deposit(d);
    }
}
