#include <string.h>

#include "entry_inside.h"
#include "entry_stock.h"

/* Bodies of stationery. */

enum till_status entry_read_stock_range(const struct entry *e, struct body_stock_range *out)
{
    *out = (struct body_stock_range){0};
    struct body_reader r;
    struct entry again;
    uint16_t kind = kind_base(e->kind);
    bool ours = kind == KIND_STATIONERY_RECEIVED || kind == KIND_STATIONERY_RETURNED;
    if (!ours || !body_open(&r, e, kind)) {
        return TILL_E_PROTOCOL;
    }
    out->type = body_take_narrow(&r, "k");
    body_take_text_or_empty(&r, "c", out->series, sizeof(out->series));
    out->first = body_take_number(&r, "f", INT64_MAX);
    out->last = body_take_number(&r, "l", INT64_MAX);
    body_take_text(&r, "u", out->other, sizeof(out->other));
    return body_close(&r)
               ? body_compare(entry_write_stock_range(&again, (enum entry_kind)kind, out), &again,
                              e)
               : TILL_E_PROTOCOL;
}

enum till_status entry_read_stock_used(const struct entry *e, struct body_stock_used *out)
{
    *out = (struct body_stock_used){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_STATIONERY_USED)) {
        return TILL_E_PROTOCOL;
    }
    out->number.type = body_take_narrow(&r, "k");
    body_take_text_or_empty(&r, "c", out->number.series, sizeof(out->number.series));
    out->number.number = body_take_number(&r, "n", INT64_MAX);
    out->seq = body_take_number(&r, "s", INT64_MAX);
    out->copy = (uint32_t)body_take_number_or_zero(&r, "p", UINT32_MAX);
    return body_close(&r) ? body_compare(entry_write_stock_used(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_stock_ended(const struct entry *e, struct body_stock_ended *out)
{
    *out = (struct body_stock_ended){0};
    struct body_reader r;
    struct entry again;
    uint16_t kind = kind_base(e->kind);
    bool ours = kind == KIND_STATIONERY_SPOILED || kind == KIND_STATIONERY_VOIDED;
    if (!ours || !body_open(&r, e, kind)) {
        return TILL_E_PROTOCOL;
    }
    out->number.type = body_take_narrow(&r, "k");
    body_take_text_or_empty(&r, "c", out->number.series, sizeof(out->number.series));
    out->number.number = body_take_number(&r, "n", INT64_MAX);
    out->reason = body_take_narrow(&r, "r");
    out->seq = body_take_number_or_zero(&r, "s", INT64_MAX);
    out->all_copies = body_take_or(&r, "a", 0) == 1;
    return body_close(&r)
               ? body_compare(entry_write_stock_ended(&again, (enum entry_kind)kind, out), &again,
                              e)
               : TILL_E_PROTOCOL;
}

enum till_status entry_read_stock_counted(const struct entry *e, struct body_stock_counted *out)
{
    *out = (struct body_stock_counted){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_STATIONERY_COUNTED)) {
        return TILL_E_PROTOCOL;
    }
    out->next.type = body_take_narrow(&r, "k");
    body_take_text_or_empty(&r, "c", out->next.series, sizeof(out->next.series));
    out->next.number = body_take_number(&r, "n", INT64_MAX);
    out->used = (uint32_t)body_take_number_or_zero(&r, "u", UINT32_MAX);
    out->voided = (uint32_t)body_take_number_or_zero(&r, "v", UINT32_MAX);
    out->spoiled = (uint32_t)body_take_number_or_zero(&r, "s", UINT32_MAX);
    out->unused = (uint32_t)body_take_number_or_zero(&r, "l", UINT32_MAX);
    out->face_minor = body_take_or(&r, "m", 0);
    return body_close(&r) ? body_compare(entry_write_stock_counted(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_stock_adjusted(const struct entry *e, struct body_stock_adjusted *out)
{
    *out = (struct body_stock_adjusted){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_STATIONERY_ADJUSTED)) {
        return TILL_E_PROTOCOL;
    }
    out->screen.type = body_take_narrow(&r, "k");
    body_take_text_or_empty(&r, "c", out->screen.series, sizeof(out->screen.series));
    out->screen.number = body_take_number(&r, "n", INT64_MAX);
    out->hand = body_take_number(&r, "h", INT64_MAX);
    out->reason = body_take_narrow(&r, "r");
    return body_close(&r) ? body_compare(entry_write_stock_adjusted(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_invoice_request(const struct entry *e, struct body_invoice_request *out)
{
    *out = (struct body_invoice_request){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_INVOICE_REQUEST)) {
        return TILL_E_PROTOCOL;
    }
    body_take_text(&r, "a", out->account, sizeof(out->account));
    out->seq = body_take_number(&r, "s", INT64_MAX);
    out->electronic = body_take_or(&r, "e", 0) == 1;
    body_take_text(&r, "t", out->title, sizeof(out->title));
    body_take_text_or_empty(&r, "x", out->tax_number, sizeof(out->tax_number));
    body_take_text_or_empty(&r, "p", out->send_to, sizeof(out->send_to));
    return body_close(&r) ? body_compare(entry_write_invoice_request(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_manual_receipt(const struct entry *e, struct body_manual_receipt *out)
{
    *out = (struct body_manual_receipt){0};
    struct body_reader r;
    struct entry again;
    if (!body_open(&r, e, KIND_MANUAL_RECEIPT)) {
        return TILL_E_PROTOCOL;
    }
    body_take_text(&r, "a", out->account, sizeof(out->account));
    out->amount_minor = body_take(&r, "m");
    out->late_fee_minor = body_take_or(&r, "f", 0);
    body_take_text(&r, "n", out->number, sizeof(out->number));
    out->taken_at_s = body_take(&r, "v");
    body_take_text(&r, "x", out->reason, sizeof(out->reason));
    return body_close(&r) ? body_compare(entry_write_manual_receipt(&again, out), &again, e)
                          : TILL_E_PROTOCOL;
}

enum till_status entry_read_payment(const struct entry *e, struct body_collection *out,
                                    int64_t *paid_at_s_out)
{
    struct body_manual_receipt manual;
    int64_t paid_at_s = e->at_s;
    enum till_status status = TILL_OK;
    if (kind_base(e->kind) != KIND_MANUAL_RECEIPT) {
        status = entry_read_collection(e, out);
    } else {
        *out = (struct body_collection){0};
        status = entry_read_manual_receipt(e, &manual);
        memcpy(out->account, manual.account, sizeof(out->account));
        memcpy(out->reference, manual.number, sizeof(manual.number));
        out->amount_minor = manual.amount_minor;
        out->tendered_minor = manual.amount_minor;
        out->late_fee_minor = manual.late_fee_minor;
        paid_at_s = manual.taken_at_s;
    }
    if (paid_at_s_out != NULL) {
        *paid_at_s_out = paid_at_s;
    }
    return status;
}
