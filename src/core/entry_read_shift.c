#include "entry_inside.h"
#include "entry_shift.h"

/* Bodies of shift, count, close, hand-over and deposit. */

enum till_status entry_read_cash_move(const struct entry *e, struct body_cash_move *out)
{
    *out = (struct body_cash_move){0};
    struct body_reader r;
    struct entry again;
    uint16_t kind = kind_base(e->kind);
    bool ours = kind == KIND_CASH_IN || kind == KIND_CASH_OUT;
    if (!ours || !body_open(&r, e, kind)) {
        return TILL_E_PROTOCOL;
    }
    out->amount_minor = body_take(&r, "m");
    out->reason = body_take_narrow(&r, "r");
    body_take_text(&r, "u", out->approver, sizeof(out->approver));
    body_take_text_or_empty(&r, "x", out->note, sizeof(out->note));
    return body_close(&r)
               ? body_compare(entry_write_cash_move(&again, (enum entry_kind)kind, out), &again, e)
               : TILL_E_PROTOCOL;
}

enum till_status entry_read_x_report(const struct entry *e, struct body_x_report *out)
{
    *out = (struct body_x_report){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_X_REPORT)) {
        return TILL_E_PROTOCOL;
    }
    out->shift = (uint32_t)body_take_number(&r, "s", UINT32_MAX);
    out->taken_minor = body_take(&r, "t");
    return body_close(&r) ? body_compare(entry_write_x_report(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_count_begun(const struct entry *e, struct body_count_begun *out)
{
    *out = (struct body_count_begun){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_COUNT_BEGUN)) {
        return TILL_E_PROTOCOL;
    }
    out->shift = (uint32_t)body_take_number(&r, "s", UINT32_MAX);
    return body_close(&r) ? body_compare(entry_write_count_begun(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

/* Of a count by who receives: as many as there are, where nothing else is said. */
static int64_t slips_of(const struct body_cash_count *b)
{
    struct heaps h;
    int64_t sum_minor = 0;
    bool sum = b->purpose == COUNT_TAKEN && heaps_read(b->tenders, &h) &&
               heaps_sum(&h, &sum_minor) == TILL_OK;
    return sum ? sum_minor : 0;
}

enum till_status entry_read_cash_count(const struct entry *e, struct body_cash_count *out)
{
    *out = (struct body_cash_count){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_CASH_COUNT)) {
        return TILL_E_PROTOCOL;
    }
    out->purpose = body_take_narrow(&r, "p");
    out->shift = (uint32_t)body_take_number_or_zero(&r, "s", UINT32_MAX);
    out->attempt = (uint32_t)body_take_number_or(&r, "i", UINT32_MAX, 1);
    out->amount_minor = body_take(&r, "m");
    body_take_text_or_empty(&r, "n", out->notes, sizeof(out->notes));
    out->suspect_minor = body_take_or(&r, "f", 0);
    out->damaged_minor = body_take_or(&r, "b", 0);
    body_take_text_or_empty(&r, "k", out->tenders, sizeof(out->tenders));
    out->slips_said_minor = body_take_or(&r, "o", slips_of(out));
    return body_close(&r) ? body_compare(entry_write_cash_count(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_count_accepted(const struct entry *e, struct body_count_accepted *out)
{
    *out = (struct body_count_accepted){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_COUNT_ACCEPTED)) {
        return TILL_E_PROTOCOL;
    }
    out->seq = body_take_number(&r, "q", INT64_MAX);
    return body_close(&r) ? body_compare(entry_write_count_accepted(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_shift_totals(const struct entry *e, struct body_shift_totals *out)
{
    *out = (struct body_shift_totals){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_SHIFT_TOTALS)) {
        return TILL_E_PROTOCOL;
    }
    out->shift = (uint32_t)body_take_number(&r, "s", UINT32_MAX);
    out->business_date = body_take_narrow(&r, "d");
    out->first_seq = body_take_number(&r, "f", INT64_MAX);
    out->first_receipt_seq = body_take_number_or_zero(&r, "a", INT64_MAX);
    out->last_receipt_seq = body_take_number_or_zero(&r, "z", INT64_MAX);
    out->opening_minor = body_take_or(&r, "o", 0);
    out->paid_in_minor = body_take_or(&r, "i", 0);
    out->paid_out_minor = body_take_or(&r, "x", 0);
    out->dropped_minor = body_take_or(&r, "w", 0);
    body_take_text_or_empty(&r, "k", out->tenders, sizeof(out->tenders));
    body_take_text_or_empty(&r, "b", out->types, sizeof(out->types));
    body_take_text_or_empty(&r, "y", out->months, sizeof(out->months));
    out->late_fee_minor = body_take_or(&r, "p", 0);
    out->advance_minor = body_take_or(&r, "e", 0);
    out->reversals = (uint32_t)body_take_number_or_zero(&r, "v", UINT32_MAX);
    out->reversed_minor = body_take_or(&r, "t", 0);
    out->duplicates = (uint32_t)body_take_number_or_zero(&r, "u", UINT32_MAX);
    out->uncertain = (uint32_t)body_take_number_or_zero(&r, "c", UINT32_MAX);
    out->unsent = body_take_number_or_zero(&r, "n", INT64_MAX);
    out->grand_minor = body_take_or(&r, "g", 0);
    out->reason = body_take_narrow_or(&r, "r", 0);
    body_take_text_or_empty(&r, "j", out->slip, sizeof(out->slip));
    out->own_out_minor = body_take_or(&r, "q", 0);
    out->slips_reason = body_take_narrow_or(&r, "h", 0);
    return body_close(&r) ? body_compare(entry_write_shift_totals(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_close(const struct entry *e, struct body_closed_in_absence *out)
{
    *out = (struct body_closed_in_absence){0};
    struct body_reader r;
    struct entry again;
    bool absent = kind_base(e->kind) == KIND_CLOSED_IN_ABSENCE;
    if (!body_open(&r, e, absent ? KIND_CLOSED_IN_ABSENCE : KIND_SHIFT_CLOSED)) {
        return TILL_E_PROTOCOL;
    }
    if (absent) {
        body_take_text(&r, "u", out->owner, sizeof(out->owner));
        body_take_text(&r, "w", out->witness, sizeof(out->witness));
    }
    out->z = (uint32_t)body_take_number(&r, "n", UINT32_MAX);
    out->shift = (uint32_t)body_take_number(&r, "s", UINT32_MAX);
    out->expected_minor = body_take(&r, "e");
    out->counted_minor = body_take_or(&r, "c", out->expected_minor);
    out->taken_minor = body_take(&r, "t");
    out->receipts = (uint32_t)body_take_number(&r, "r", UINT32_MAX);
    return body_close(&r) ? body_compare(entry_write_close(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_shift_closed(const struct entry *e, struct body_shift_closed *out)
{
    struct body_closed_in_absence all;
    enum till_status status =
        kind_base(e->kind) == KIND_SHIFT_CLOSED ? entry_read_close(e, &all) : TILL_E_PROTOCOL;
    *out = (struct body_shift_closed){0};
    if (status == TILL_OK) {
        *out = (struct body_shift_closed){.z = all.z,
                                          .shift = all.shift,
                                          .expected_minor = all.expected_minor,
                                          .counted_minor = all.counted_minor,
                                          .taken_minor = all.taken_minor,
                                          .receipts = all.receipts};
    }
    return status;
}

enum till_status entry_read_closed_in_absence(const struct entry *e,
                                              struct body_closed_in_absence *out)
{
    *out = (struct body_closed_in_absence){0};
    return kind_base(e->kind) == KIND_CLOSED_IN_ABSENCE ? entry_read_close(e, out)
                                                        : TILL_E_PROTOCOL;
}

enum till_status entry_read_absence_answered(const struct entry *e,
                                             struct body_absence_answered *out)
{
    *out = (struct body_absence_answered){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_ABSENCE_ANSWERED)) {
        return TILL_E_PROTOCOL;
    }
    out->z = (uint32_t)body_take_number(&r, "n", UINT32_MAX);
    out->disputed = body_take_or(&r, "a", 0) == 1;
    body_take_text_or_empty(&r, "x", out->note, sizeof(out->note));
    return body_close(&r) ? body_compare(entry_write_absence_answered(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_handover_given(const struct entry *e, struct body_handover_given *out)
{
    *out = (struct body_handover_given){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_HANDOVER_GIVEN)) {
        return TILL_E_PROTOCOL;
    }
    out->amount_minor = body_take(&r, "m");
    out->other_minor = body_take_or(&r, "o", 0);
    body_take_text(&r, "r", out->receiver, sizeof(out->receiver));
    body_take_text_or_empty(&r, "z", out->closes, sizeof(out->closes));
    out->source = body_take_narrow_or(&r, "h", CASH_HELD);
    return body_close(&r) ? body_compare(entry_write_handover_given(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_handover_taken(const struct entry *e, struct body_handover_taken *out)
{
    *out = (struct body_handover_taken){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_HANDOVER_TAKEN)) {
        return TILL_E_PROTOCOL;
    }
    body_take_hash(&r, "h", out->hash);
    out->amount_minor = body_take(&r, "m");
    out->counted_minor = body_take_or(&r, "c", out->amount_minor);
    out->seq = body_take_number_or_zero(&r, "q", INT64_MAX);
    return body_close(&r) ? body_compare(entry_write_handover_taken(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_deposit(const struct entry *e, struct body_deposit *out)
{
    *out = (struct body_deposit){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_DEPOSIT)) {
        return TILL_E_PROTOCOL;
    }
    body_take_text(&r, "b", out->bank, sizeof(out->bank));
    body_take_text(&r, "n", out->slip, sizeof(out->slip));
    out->amount_minor = body_take(&r, "m");
    out->expected_minor = body_take_or(&r, "e", out->amount_minor);
    out->other_minor = body_take_or(&r, "o", 0);
    body_take_text_or_empty(&r, "z", out->closes, sizeof(out->closes));
    out->source = body_take_narrow_or(&r, "h", CASH_HELD);
    return body_close(&r) ? body_compare(entry_write_deposit(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_variance_explained(const struct entry *e,
                                               struct body_variance_explained *out)
{
    *out = (struct body_variance_explained){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_VARIANCE_EXPLAINED)) {
        return TILL_E_PROTOCOL;
    }
    out->seq = body_take_number(&r, "q", INT64_MAX);
    out->amount_minor = body_take(&r, "m");
    out->reason = body_take_narrow(&r, "r");
    body_take_text(&r, "u", out->owner, sizeof(out->owner));
    body_take_text_or_empty(&r, "j", out->slip, sizeof(out->slip));
    return body_close(&r) ? body_compare(entry_write_variance_explained(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}
