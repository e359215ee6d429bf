#include <assert.h>
#include <string.h>

#include "allocation.h"
#include "entry_inside.h"
#include "money.h"
#include "when.h"

/* Bodies of shift, cash and collecting. */

enum till_status entry_write_shift_opened(struct entry *e, const struct body_shift_opened *b)
{
    if (!when_date_is_valid(b->business_date) || b->shift < 1 ||
        !money_is_valid(b->opening_minor, 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_SHIFT_OPENED);
    body_put(&w, "d", b->business_date);
    body_put(&w, "s", b->shift);
    body_put_unless(&w, "c", b->opening_minor, 0);
    return body_end(&w);
}

/* What was handed over pays the part in cash at least, and only cash gives change. */
static bool tender_is_valid(const struct body_collection *b)
{
    if (!tender_is_known(b->tender) || b->other_minor < 0 || b->other_minor >= b->amount_minor ||
        (b->tender == TENDER_CASH && b->other_minor != 0)) {
        return false;
    }
    int64_t cash_minor = collection_cash_minor(b);
    if (cash_minor == 0) {
        return b->tendered_minor == b->amount_minor;
    }
    return money_is_valid(b->tendered_minor, cash_minor);
}

static bool collection_is_valid(enum entry_kind kind, const struct body_collection *b)
{
    struct allocation_choice choice;
    if (!account_is_valid(b->account) || !money_is_valid(b->amount_minor, 1) ||
        b->late_fee_minor < 0 || b->late_fee_minor > b->amount_minor || !tender_is_valid(b) ||
        !number_is_valid(b->basket, 0)) {
        return false;
    }
    /* Only bills bear a fee or months. */
    if (kind == KIND_ADVANCE && (b->late_fee_minor != 0 || b->allocation[0] != '\0')) {
        return false;
    }
    return text_is_valid(b->reference, sizeof(b->reference), 0) &&
           text_is_valid(b->payer, sizeof(b->payer), 0) &&
           allocation_read(b->allocation, &choice) && choice.last_minor <= b->amount_minor;
}

enum till_status entry_write_collection(struct entry *e, enum entry_kind kind,
                                        const struct body_collection *b)
{
    assert(kind == KIND_COLLECTION || kind == KIND_ADVANCE);
    if (!collection_is_valid(kind, b)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, kind);
    body_put_text(&w, "a", b->account);
    body_put(&w, "m", b->amount_minor);
    body_put_unless(&w, "f", b->late_fee_minor, 0);
    body_put_unless(&w, "t", b->tendered_minor, b->amount_minor);
    body_put_unless(&w, "k", b->tender, TENDER_CASH);
    body_put_text_if(&w, "r", b->reference);
    body_put_unless(&w, "x", b->other_minor, 0);
    body_put_unless(&w, "g", (int64_t)b->basket, 0);
    body_put_text_if(&w, "p", b->allocation);
    body_put_text_if(&w, "w", b->payer);
    return body_end(&w);
}

/* Who allowed it: nobody where it is the collector's own; the office only by a code. */
static bool approver_is_valid(const struct body_reversal *b)
{
    switch (b->way) {
    case REVERSAL_OWN_PAPER:
    case REVERSAL_OWN_LOST:
        return b->approver[0] == '\0';
    case REVERSAL_SUPERVISOR:
        return user_is_valid(b->approver) && strcmp(b->approver, "0") != 0;
    case REVERSAL_CODE:
        return user_is_valid(b->approver);
    default:
        return false;
    }
}

enum till_status entry_write_reversal(struct entry *e, const struct body_reversal *b)
{
    if (!number_is_valid(b->seq, 1) || !account_is_valid(b->account) ||
        !money_is_valid(b->amount_minor, 1) || b->cash_minor < 0 ||
        b->cash_minor > b->amount_minor || !reversal_reason_is_known(b->reason) ||
        !approver_is_valid(b)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_REVERSAL);
    body_put(&w, "s", (int64_t)b->seq);
    body_put_text(&w, "a", b->account);
    body_put(&w, "m", b->amount_minor);
    body_put_unless(&w, "c", b->cash_minor, b->amount_minor);
    body_put(&w, "h", b->way);
    body_put(&w, "r", b->reason);
    body_put_text_if(&w, "u", b->approver);
    return body_end(&w);
}

enum till_status entry_write_dispute(struct entry *e, const struct body_dispute *b)
{
    bool known = b->proof >= DISPUTE_PAPER_OURS && b->proof <= DISPUTE_WORD;
    /* A paper has a number. */
    size_t least = b->proof == DISPUTE_PAPER_OURS || b->proof == DISPUTE_PAPER_OTHER ? 1 : 0;
    if (!account_is_valid(b->account) || !known ||
        !text_is_valid(b->reference, sizeof(b->reference), least) ||
        !money_is_valid(b->amount_minor, 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_DISPUTE);
    body_put_text(&w, "a", b->account);
    body_put(&w, "h", b->proof);
    body_put_text_if(&w, "r", b->reference);
    body_put_unless(&w, "m", b->amount_minor, 0);
    return body_end(&w);
}

enum till_status entry_write_correction_request(struct entry *e,
                                                const struct body_correction_request *b)
{
    if (!account_is_valid(b->account) || !text_is_valid(b->receipt, sizeof(b->receipt), 0) ||
        !reversal_reason_is_known(b->reason) || !money_is_valid(b->amount_minor, 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_CORRECTION_REQUEST);
    body_put_text(&w, "a", b->account);
    body_put_text_if(&w, "s", b->receipt);
    body_put(&w, "r", b->reason);
    body_put_unless(&w, "m", b->amount_minor, 0);
    return body_end(&w);
}

enum till_status entry_write_cash_drop(struct entry *e, const struct body_cash_drop *b)
{
    enum { TO_SUPERVISOR = 1, TO_BANK = 2 };
    bool receiver = b->to == TO_SUPERVISOR
                        ? text_is_valid(b->receiver, USER_MAX, 1) && user_is_valid(b->receiver)
                        : b->to == TO_BANK && text_is_valid(b->receiver, sizeof(b->receiver), 1);
    if (!money_is_valid(b->amount_minor, 1) || !receiver) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_CASH_DROP);
    body_put(&w, "m", b->amount_minor);
    body_put(&w, "h", b->to);
    body_put_text(&w, "r", b->receiver);
    return body_end(&w);
}
