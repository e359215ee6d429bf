#include "entry_inside.h"

/* Bodies of shift, cash and collecting. */

enum till_status entry_read_shift_opened(const struct entry *e, struct body_shift_opened *out)
{
    *out = (struct body_shift_opened){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_SHIFT_OPENED)) {
        return TILL_E_PROTOCOL;
    }
    out->business_date = body_take_narrow(&r, "d");
    out->shift = (uint32_t)body_take_number(&r, "s", UINT32_MAX);
    out->opening_minor = body_take_or(&r, "c", 0);
    return body_close(&r) ? body_compare(entry_write_shift_opened(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_collection(const struct entry *e, struct body_collection *out)
{
    *out = (struct body_collection){0};
    struct body_reader r;
    struct entry again;
    uint16_t kind = kind_base(e->kind);
    bool ours = kind == KIND_COLLECTION || kind == KIND_ADVANCE;
    if (!ours || !body_open(&r, e, kind)) {
        return TILL_E_PROTOCOL;
    }
    body_take_text(&r, "a", out->account, sizeof(out->account));
    out->amount_minor = body_take(&r, "m");
    out->late_fee_minor = body_take_or(&r, "f", 0);
    out->tendered_minor = body_take_or(&r, "t", out->amount_minor);
    out->tender = body_take_narrow_or(&r, "k", TENDER_CASH);
    body_take_text_or_empty(&r, "r", out->reference, sizeof(out->reference));
    out->other_minor = body_take_or(&r, "x", 0);
    out->basket = body_take_number_or_zero(&r, "g", INT64_MAX);
    body_take_text_or_empty(&r, "p", out->allocation, sizeof(out->allocation));
    body_take_text_or_empty(&r, "w", out->payer, sizeof(out->payer));
    return body_close(&r)
               ? body_compare(entry_write_collection(&again, (enum entry_kind)kind, out), &again, e)
               : TILL_E_PROTOCOL;
}

enum till_status entry_read_reversal(const struct entry *e, struct body_reversal *out)
{
    *out = (struct body_reversal){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_REVERSAL)) {
        return TILL_E_PROTOCOL;
    }
    out->seq = body_take_number(&r, "s", INT64_MAX);
    body_take_text(&r, "a", out->account, sizeof(out->account));
    out->amount_minor = body_take(&r, "m");
    out->cash_minor = body_take_or(&r, "c", out->amount_minor);
    out->way = body_take_narrow(&r, "h");
    out->reason = body_take_narrow(&r, "r");
    body_take_text_or_empty(&r, "u", out->approver, sizeof(out->approver));
    return body_close(&r) ? body_compare(entry_write_reversal(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_dispute(const struct entry *e, struct body_dispute *out)
{
    *out = (struct body_dispute){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_DISPUTE)) {
        return TILL_E_PROTOCOL;
    }
    body_take_text(&r, "a", out->account, sizeof(out->account));
    out->proof = body_take_narrow(&r, "h");
    body_take_text_or_empty(&r, "r", out->reference, sizeof(out->reference));
    out->amount_minor = body_take_or(&r, "m", 0);
    return body_close(&r) ? body_compare(entry_write_dispute(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_correction_request(const struct entry *e,
                                               struct body_correction_request *out)
{
    *out = (struct body_correction_request){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_CORRECTION_REQUEST)) {
        return TILL_E_PROTOCOL;
    }
    body_take_text(&r, "a", out->account, sizeof(out->account));
    body_take_text_or_empty(&r, "s", out->receipt, sizeof(out->receipt));
    out->reason = body_take_narrow(&r, "r");
    out->amount_minor = body_take_or(&r, "m", 0);
    return body_close(&r) ? body_compare(entry_write_correction_request(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_cash_drop(const struct entry *e, struct body_cash_drop *out)
{
    *out = (struct body_cash_drop){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_CASH_DROP)) {
        return TILL_E_PROTOCOL;
    }
    out->amount_minor = body_take(&r, "m");
    out->to = body_take_narrow(&r, "h");
    body_take_text(&r, "r", out->receiver, sizeof(out->receiver));
    return body_close(&r) ? body_compare(entry_write_cash_drop(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}
