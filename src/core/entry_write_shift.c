#include <assert.h>
#include <string.h>

#include "entry_inside.h"
#include "entry_shift.h"
#include "money.h"
#include "when.h"

/* Bodies of shift, count, close, hand-over and deposit: the rules. */

/* Notes fall, sums by number rise; either may be "". */
static bool sums_are_valid(const char *text, int64_t total_minor)
{
    struct heaps h;
    int64_t sum_minor = 0;
    return strnlen(text, HEAPS_TEXT_MAX) < HEAPS_TEXT_MAX && heaps_read(text, &h) &&
           (h.count < 2 || h.list[0].of < h.list[1].of) && heaps_sum(&h, &sum_minor) == TILL_OK &&
           (total_minor < 0 || sum_minor == total_minor);
}

enum till_status entry_write_cash_move(struct entry *e, enum entry_kind kind,
                                       const struct body_cash_move *b)
{
    assert(kind == KIND_CASH_IN || kind == KIND_CASH_OUT);
    if (!money_is_valid(b->amount_minor, 1) || !cash_reason_is_known(b->reason) ||
        !user_is_valid(b->approver) || !text_is_valid(b->note, sizeof(b->note), 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, kind);
    body_put(&w, "m", b->amount_minor);
    body_put(&w, "r", b->reason);
    body_put_text(&w, "u", b->approver);
    body_put_text_if(&w, "x", b->note);
    return body_end(&w);
}

enum till_status entry_write_x_report(struct entry *e, const struct body_x_report *b)
{
    if (b->shift < 1 || !money_is_valid(b->taken_minor, 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_X_REPORT);
    body_put(&w, "s", b->shift);
    body_put(&w, "t", b->taken_minor);
    return body_end(&w);
}

/* ---- the count ------------------------------------------------------------------------------- */

enum till_status entry_write_count_begun(struct entry *e, const struct body_count_begun *b)
{
    if (b->shift < 1) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_COUNT_BEGUN);
    body_put(&w, "s", b->shift);
    return body_end(&w);
}

/* Where notes are given they are the whole count, falling by face. */
static bool notes_are_valid(const struct body_cash_count *b)
{
    struct heaps h;
    int64_t sum_minor = 0;
    if (strnlen(b->notes, sizeof(b->notes)) == sizeof(b->notes) || !heaps_read(b->notes, &h)) {
        return false;
    }
    if (h.count == 0) {
        return true;
    }
    bool falling = h.count == 1 || h.list[0].of > h.list[1].of;
    return falling && h.list[h.count - 1].of > 0 && heaps_money(&h, &sum_minor) == TILL_OK &&
           sum_minor == b->amount_minor;
}

static bool tenders_are_valid(const char *text, int64_t total_minor, int least)
{
    struct heaps h;
    if (!sums_are_valid(text, total_minor) || !heaps_read(text, &h)) {
        return false;
    }
    for (size_t i = 0; i < h.count; i++) {
        if (h.list[i].of < least || !tender_is_known((int)h.list[i].of)) {
            return false;
        }
    }
    return true;
}

/* Whatever the giver said, beside what lies there. */
static bool said_is_valid(const struct body_cash_count *b, int64_t *slips_out)
{
    struct heaps h;
    return tenders_are_valid(b->tenders, -1, TENDER_CASH + 1) && heaps_read(b->tenders, &h) &&
           heaps_sum(&h, slips_out) == TILL_OK && money_is_valid(b->slips_said_minor, 0) &&
           (b->purpose == COUNT_TAKEN || b->slips_said_minor == 0);
}

enum till_status entry_write_cash_count(struct entry *e, const struct body_cash_count *b)
{
    int64_t slips_minor = 0;
    bool of_shift = b->purpose == COUNT_CLOSING || b->purpose == COUNT_ABSENCE;
    if (b->purpose < COUNT_OPENING || b->purpose > COUNT_DEPOSIT || of_shift != (b->shift > 0) ||
        b->attempt < 1 || !money_is_valid(b->amount_minor, 0) || !notes_are_valid(b) ||
        b->suspect_minor < 0 || b->suspect_minor > b->amount_minor || b->damaged_minor < 0 ||
        b->damaged_minor > b->amount_minor - b->suspect_minor || !said_is_valid(b, &slips_minor)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_CASH_COUNT);
    body_put(&w, "p", b->purpose);
    body_put_unless(&w, "s", b->shift, 0);
    body_put_unless(&w, "i", b->attempt, 1);
    body_put(&w, "m", b->amount_minor);
    body_put_text_if(&w, "n", b->notes);
    body_put_unless(&w, "f", b->suspect_minor, 0);
    body_put_unless(&w, "b", b->damaged_minor, 0);
    body_put_text_if(&w, "k", b->tenders);
    body_put_unless(&w, "o", b->slips_said_minor, b->purpose == COUNT_TAKEN ? slips_minor : 0);
    return body_end(&w);
}

enum till_status entry_write_count_accepted(struct entry *e, const struct body_count_accepted *b)
{
    if (!number_is_valid(b->seq, 1)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_COUNT_ACCEPTED);
    body_put(&w, "q", (int64_t)b->seq);
    return body_end(&w);
}

/* ---- the day close --------------------------------------------------------------------------- */

static bool moved_is_valid(const struct body_shift_totals *b)
{
    return money_is_valid(b->opening_minor, 0) && money_is_valid(b->paid_in_minor, 0) &&
           money_is_valid(b->paid_out_minor, 0) && money_is_valid(b->dropped_minor, 0) &&
           money_is_valid(b->late_fee_minor, 0) &&
           money_is_valid(b->advance_minor, -MONEY_MAX_MINOR) &&
           money_is_valid(b->reversed_minor, 0) && money_is_valid(b->grand_minor, 0);
}

/* By tender, and by bill type with fees and advances: the same sum. Months: that of the types. */
static bool taken_is_valid(const struct body_shift_totals *b)
{
    struct heaps tenders, types;
    int64_t taken_minor = 0, bills_minor = 0;
    if (!tenders_are_valid(b->tenders, -1, TENDER_CASH) || !sums_are_valid(b->types, -1) ||
        !heaps_read(b->tenders, &tenders) || !heaps_read(b->types, &types) ||
        heaps_sum(&tenders, &taken_minor) != TILL_OK ||
        heaps_sum(&types, &bills_minor) != TILL_OK) {
        return false;
    }
    return taken_minor - b->late_fee_minor - b->advance_minor == bills_minor &&
           sums_are_valid(b->months, bills_minor);
}

static bool receipts_are_valid(const struct body_shift_totals *b)
{
    if (!number_is_valid(b->first_seq, 1) || !number_is_valid(b->last_receipt_seq, 0)) {
        return false;
    }
    return b->last_receipt_seq == 0
               ? b->first_receipt_seq == 0
               : b->first_receipt_seq > b->first_seq && b->first_receipt_seq <= b->last_receipt_seq;
}

enum till_status entry_write_shift_totals(struct entry *e, const struct body_shift_totals *b)
{
    bool reason = (b->reason == 0 || variance_reason_is_known(b->reason)) &&
                  (b->slips_reason == 0 || variance_reason_is_known(b->slips_reason)) &&
                  money_is_valid(b->own_out_minor, 0) && b->own_out_minor <= b->paid_out_minor;
    if (b->shift < 1 || !when_date_is_valid(b->business_date) || !receipts_are_valid(b) ||
        !moved_is_valid(b) || !taken_is_valid(b) || !number_is_valid(b->unsent, 0) || !reason ||
        !text_is_valid(b->slip, sizeof(b->slip), 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_SHIFT_TOTALS);
    body_put(&w, "s", b->shift);
    body_put(&w, "d", b->business_date);
    body_put(&w, "f", (int64_t)b->first_seq);
    body_put_unless(&w, "a", (int64_t)b->first_receipt_seq, 0);
    body_put_unless(&w, "z", (int64_t)b->last_receipt_seq, 0);
    body_put_unless(&w, "o", b->opening_minor, 0);
    body_put_unless(&w, "i", b->paid_in_minor, 0);
    body_put_unless(&w, "x", b->paid_out_minor, 0);
    body_put_unless(&w, "w", b->dropped_minor, 0);
    body_put_text_if(&w, "k", b->tenders);
    body_put_text_if(&w, "b", b->types);
    body_put_text_if(&w, "y", b->months);
    body_put_unless(&w, "p", b->late_fee_minor, 0);
    body_put_unless(&w, "e", b->advance_minor, 0);
    body_put_unless(&w, "v", b->reversals, 0);
    body_put_unless(&w, "t", b->reversed_minor, 0);
    body_put_unless(&w, "u", b->duplicates, 0);
    body_put_unless(&w, "c", b->uncertain, 0);
    body_put_unless(&w, "n", (int64_t)b->unsent, 0);
    body_put_unless(&w, "g", b->grand_minor, 0);
    body_put_unless(&w, "r", b->reason, 0);
    body_put_text_if(&w, "j", b->slip);
    body_put_unless(&w, "q", b->own_out_minor, 0);
    body_put_unless(&w, "h", b->slips_reason, 0);
    return body_end(&w);
}

enum till_status entry_write_close(struct entry *e, const struct body_closed_in_absence *b)
{
    bool absent = b->owner[0] != '\0' || b->witness[0] != '\0';
    bool people = !absent || (user_is_valid(b->owner) && user_is_valid(b->witness) &&
                              strcmp(b->owner, b->witness) != 0);
    if (!people || b->z < 1 || b->shift < 1 || !money_is_valid(b->expected_minor, 0) ||
        !money_is_valid(b->counted_minor, 0) || !money_is_valid(b->taken_minor, 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, absent ? KIND_CLOSED_IN_ABSENCE : KIND_SHIFT_CLOSED);
    body_put_text_if(&w, "u", b->owner);
    body_put_text_if(&w, "w", b->witness);
    body_put(&w, "n", b->z);
    body_put(&w, "s", b->shift);
    body_put(&w, "e", b->expected_minor);
    body_put_unless(&w, "c", b->counted_minor, b->expected_minor);
    body_put(&w, "t", b->taken_minor);
    body_put(&w, "r", b->receipts);
    return body_end(&w);
}

enum till_status entry_write_shift_closed(struct entry *e, const struct body_shift_closed *b)
{
    const struct body_closed_in_absence own = {.z = b->z,
                                               .shift = b->shift,
                                               .expected_minor = b->expected_minor,
                                               .counted_minor = b->counted_minor,
                                               .taken_minor = b->taken_minor,
                                               .receipts = b->receipts};
    return entry_write_close(e, &own);
}

enum till_status entry_write_closed_in_absence(struct entry *e,
                                               const struct body_closed_in_absence *b)
{
    return b->owner[0] != '\0' ? entry_write_close(e, b) : TILL_BAD_INPUT;
}

enum till_status entry_write_absence_answered(struct entry *e,
                                              const struct body_absence_answered *b)
{
    if (b->z < 1 || !text_is_valid(b->note, sizeof(b->note), 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_ABSENCE_ANSWERED);
    body_put(&w, "n", b->z);
    body_put_unless(&w, "a", b->disputed ? 1 : 0, 0);
    body_put_text_if(&w, "x", b->note);
    return body_end(&w);
}

/* ---- hand-over and deposit ------------------------------------------------------------------- */

/* Cash or slips, or both. */
static bool carried_is_valid(int64_t cash_minor, int64_t other_minor, const char *closes,
                             int source)
{
    return money_is_valid(cash_minor, 0) && money_is_valid(other_minor, 0) &&
           cash_minor + other_minor > 0 && closes_text_is_valid(closes) &&
           (source == CASH_HELD || source == CASH_KEPT);
}

enum till_status entry_write_handover_given(struct entry *e, const struct body_handover_given *b)
{
    if (!carried_is_valid(b->amount_minor, b->other_minor, b->closes, b->source) ||
        !user_is_valid(b->receiver)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_HANDOVER_GIVEN);
    body_put(&w, "m", b->amount_minor);
    body_put_unless(&w, "o", b->other_minor, 0);
    body_put_text(&w, "r", b->receiver);
    body_put_text_if(&w, "z", b->closes);
    body_put_unless(&w, "h", b->source, CASH_HELD);
    return body_end(&w);
}

enum till_status entry_write_handover_taken(struct entry *e, const struct body_handover_taken *b)
{
    if (!money_is_valid(b->amount_minor, 0) || !money_is_valid(b->counted_minor, 0) ||
        !number_is_valid(b->seq, 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_HANDOVER_TAKEN);
    body_put_hash(&w, "h", b->hash);
    body_put(&w, "m", b->amount_minor);
    body_put_unless(&w, "c", b->counted_minor, b->amount_minor);
    body_put_unless(&w, "q", (int64_t)b->seq, 0);
    return body_end(&w);
}

static bool bank_is_valid(const char *bank)
{
    return terminal_is_valid(bank);
}

enum till_status entry_write_deposit(struct entry *e, const struct body_deposit *b)
{
    /* A bank may count nothing of what was brought; then it was expected at least. */
    int64_t most_minor = b->amount_minor > b->expected_minor ? b->amount_minor : b->expected_minor;
    if (!bank_is_valid(b->bank) || !text_is_valid(b->slip, sizeof(b->slip), 1) ||
        !money_is_valid(b->amount_minor, 0) || !money_is_valid(b->expected_minor, 0) ||
        !carried_is_valid(most_minor, b->other_minor, b->closes, b->source)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_DEPOSIT);
    body_put_text(&w, "b", b->bank);
    body_put_text(&w, "n", b->slip);
    body_put(&w, "m", b->amount_minor);
    body_put_unless(&w, "e", b->expected_minor, b->amount_minor);
    body_put_unless(&w, "o", b->other_minor, 0);
    body_put_text_if(&w, "z", b->closes);
    body_put_unless(&w, "h", b->source, CASH_HELD);
    return body_end(&w);
}

enum till_status entry_write_variance_explained(struct entry *e,
                                                const struct body_variance_explained *b)
{
    bool amount = b->amount_minor != 0 && b->amount_minor >= -MONEY_MAX_MINOR &&
                  b->amount_minor <= MONEY_MAX_MINOR;
    if (!number_is_valid(b->seq, 1) || !amount || !variance_reason_is_known(b->reason) ||
        !user_is_valid(b->owner) || !text_is_valid(b->slip, sizeof(b->slip), 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_VARIANCE_EXPLAINED);
    body_put(&w, "q", (int64_t)b->seq);
    body_put(&w, "m", b->amount_minor);
    body_put(&w, "r", b->reason);
    body_put_text(&w, "u", b->owner);
    body_put_text_if(&w, "j", b->slip);
    return body_end(&w);
}
