/*
 * The slips: what was undone, disputed, asked for or handed in. Each is one signed entry, as a
 * receipt is, and says in words what it is not.
 */
#include <stdio.h>

#include "money.h"
#include "receipt_parts.h"
#include "text.h"
#include "when.h"

static void by_whom(struct draft *d)
{
    char shift[PART_MAX];
    part_join(shift, "%u", d->r->shift);
    part_pair(d, _("Collector"), d->r->collector, _("Shift no."), shift);
}

static const char *way_text(int way)
{
    switch (way) {
    case REVERSAL_OWN_PAPER:
        return _("By the collector, receipt taken back");
    case REVERSAL_OWN_LOST:
        return _("By the collector, receipt declared lost");
    case REVERSAL_SUPERVISOR:
        return _("Supervisor present");
    default:
        return _("By one-time code");
    }
}

static void given_back(struct draft *d, const struct body_reversal *b)
{
    int64_t cash_minor = b->cash_minor;
    if (cash_minor > 0) {
        part_money(d, _("Cash given back"), cash_minor);
    }
    if (cash_minor < b->amount_minor) {
        part_money(d, _("Not cash: the office returns it"), b->amount_minor - cash_minor);
    }
}

static enum till_status reversal(struct draft *d)
{
    struct body_reversal b;
    char number[RECEIPT_NUMBER_MAX];
    char when[WHEN_TEXT_MAX];
    enum till_status status = entry_read_reversal(&d->proof->entry, &b);
    if (status != TILL_OK) {
        return status;
    }
    part_head(d, _("Reversal slip"), _("The receipt below is void"));
    part_whose(d, _("Slip no."), b.account, "");
    receipt_number_format(d->proof->terminal, b.seq, number);
    paper_sides(d->paper, PAPER_NORMAL, _("Reversed receipt"), number);
    if (d->r->original_at_s != 0) {
        when_format_minute(d->r->zone, d->r->original_at_s, when);
        paper_sides(d->paper, PAPER_NORMAL, _("made"), when);
    }
    paper_sides(d->paper, PAPER_NORMAL, _("Reason"), gettext(reversal_reason_text(b.reason)));
    paper_sides(d->paper, PAPER_NORMAL, _("How"), way_text(b.way));
    if (d->r->approver[0] != '\0') {
        paper_sides(d->paper, PAPER_NORMAL, _("Agreed by"), d->r->approver);
    }
    paper_rule(d->paper);
    part_total(d, _("Reversed"), b.amount_minor);
    given_back(d, &b);
    by_whom(d);
    part_signature(d, _("Customer's signature"));
    if (b.way == REVERSAL_SUPERVISOR) {
        part_signature(d, _("Supervisor's signature"));
    }
    return TILL_OK;
}

static const char *proof_text(int proof)
{
    switch (proof) {
    case DISPUTE_PAPER_OURS:
        return _("A receipt of this terminal");
    case DISPUTE_PAPER_OTHER:
        return _("A receipt of another terminal");
    case DISPUTE_CHANNEL:
        return _("Bank or online payment");
    default:
        return _("The customer's word");
    }
}

static enum till_status dispute(struct draft *d)
{
    struct body_dispute b;
    enum till_status status = entry_read_dispute(&d->proof->entry, &b);
    if (status != TILL_OK) {
        return status;
    }
    part_head(d, _("Payment dispute"), _("Registered · no money was taken"));
    part_whose(d, _("Slip no."), b.account, "");
    paper_sides(d->paper, PAPER_NORMAL, _("Said to be paid by"), proof_text(b.proof));
    if (b.reference[0] != '\0') {
        paper_sides(d->paper, PAPER_NORMAL, _("Number noted"), b.reference);
    }
    if (b.amount_minor > 0) {
        part_money(d, _("Amount said to be paid"), b.amount_minor);
    }
    paper_rule(d->paper);
    paper_sides(d->paper, PAPER_NORMAL,
                _("Until the office has answered there is no late fee and no disconnection. Keep "
                  "this slip and your proof of payment."),
                "");
    by_whom(d);
    return TILL_OK;
}

static enum till_status correction(struct draft *d)
{
    struct body_correction_request b;
    enum till_status status = entry_read_correction_request(&d->proof->entry, &b);
    if (status != TILL_OK) {
        return status;
    }
    part_head(d, _("Correction request"), _("No money was moved"));
    part_whose(d, _("Slip no."), b.account, "");
    if (b.receipt[0] != '\0') {
        paper_sides(d->paper, PAPER_NORMAL, _("Receipt no."), b.receipt);
    }
    paper_sides(d->paper, PAPER_NORMAL, _("Reason"), gettext(reversal_reason_text(b.reason)));
    if (b.amount_minor > 0) {
        part_money(d, _("Amount in question"), b.amount_minor);
    }
    paper_rule(d->paper);
    paper_sides(d->paper, PAPER_NORMAL,
                _("The office corrects and answers; the collector pays nothing out."), "");
    by_whom(d);
    part_signature(d, _("Customer's signature"));
    return TILL_OK;
}

static enum till_status drop(struct draft *d)
{
    struct body_cash_drop b;
    enum till_status status = entry_read_cash_drop(&d->proof->entry, &b);
    if (status != TILL_OK) {
        return status;
    }
    bool bank = b.to != 1;
    part_head(d, _("Cash handed in"), _("Internal · not a receipt for customers"));
    part_whose(d, _("Slip no."), "", "");
    part_person(d, bank ? _("Bank slip no.") : _("Received by"), b.receiver, d->r->approver);
    paper_rule(d->paper);
    part_total(d, _("Handed in"), b.amount_minor);
    by_whom(d);
    part_signature(d, _("Collector's signature"));
    if (!bank) {
        part_signature(d, _("Supervisor's signature"));
    }
    return TILL_OK;
}

enum till_status slip_layout(struct draft *d)
{
    switch (kind_base(d->proof->entry.kind)) {
    case KIND_REVERSAL:
        return reversal(d);
    case KIND_DISPUTE:
        return dispute(d);
    case KIND_CORRECTION_REQUEST:
        return correction(d);
    case KIND_CASH_DROP:
        return drop(d);
    case KIND_CASH_IN:
    case KIND_CASH_OUT:
    case KIND_SHIFT_CLOSED:
    case KIND_CLOSED_IN_ABSENCE:
        return slip_layout_shift(d);
    case KIND_HANDOVER_GIVEN:
    case KIND_HANDOVER_TAKEN:
    case KIND_DEPOSIT:
        return slip_layout_carry(d);
    default:
        return TILL_E_PROTOCOL;
    }
}
