/*
 * A receipt that was written by hand is entered: the money was taken before, so that what it paid
 * is worked out as of that day, here and nowhere else. Its lines are kept as those of a printed
 * receipt are: Z and reports read them, and say the same as the office.
 */
#include <string.h>

#include "parts.h"
#include "when.h"

enum till_status manual_allocate(struct app *app, const struct body_manual_receipt *body,
                                 struct customer_view *view_out, struct allocation *out)
{
    enum till_status status = roster_customer(app, body->account, view_out);
    if (status != TILL_OK)
        return status;
    const struct site *site = book_site(app->book);
    status = arrears_assess(site, view_out->customer.class, when_date(site->zone, body->taken_at_s),
                            &view_out->arrears);
    if (status == TILL_OK)
        roster_spare(view_out);
    return status == TILL_OK ? arrears_allocate(&view_out->arrears, body->amount_minor, out)
                             : status;
}

/* The limit of one receipt holds whoever wrote it; the cash is in the bag already. */
static enum till_status may_enter(struct app *app, const struct body_manual_receipt *body)
{
    const struct fold_user *user = fold_current(journal_fold(app->journal));
    struct limits single = {.serial = app->facts.limits.serial};
    struct limits_verdict verdict;
    if (!user || !user->shift_open || user->counting || app->facts.training)
        return TILL_NO_SHIFT;
    single.value[LIMIT_RECEIPT] = app->facts.limits.value[LIMIT_RECEIPT];
    limits_check_collection(&single, &app->facts.used, body->amount_minor, 0, &verdict);
    return verdict.reached ? TILL_LIMIT_REACHED : TILL_OK;
}

static enum till_status keep_lines(struct app *app, const struct customer_view *view,
                                   const struct allocation *paid, struct buffer *out)
{
    struct receipt receipt;
    ledger_begin_receipt(app, &view->customer, &receipt);
    memcpy(receipt.items, paid->lines, paid->count * sizeof receipt.items[0]);
    receipt.item_count = paid->count;
    receipt.advance_minor = paid->advance_minor;
    receipt.balance_minor = paid->balance_after_minor;
    receipt.owed_minor = paid->still_owed_minor;
    receipt.held_minor = paid->held_minor;
    return receipt_pack(&receipt, out);
}

enum till_status ledger_manual(struct app *app, struct journal_item *items, size_t count)
{
    struct body_manual_receipt body;
    struct customer_view view;
    struct allocation paid;
    struct buffer text;
    uint8_t packed[RECEIPT_PACKED_MAX];
    enum till_status status = app->book ? TILL_OK : TILL_NO_BOOK;
    if (status == TILL_OK)
        status = entry_read_manual_receipt(&items[0].entry, &body);
    if (status == TILL_OK)
        status = may_enter(app, &body);
    if (status == TILL_OK)
        status = manual_allocate(app, &body, &view, &paid);
    if (status != TILL_OK)
        return status;
    body.late_fee_minor = paid.late_fee_minor;
    buffer_init(&text, packed, sizeof packed);
    status = entry_write_manual_receipt(&items[0].entry, &body);
    if (status == TILL_OK)
        status = keep_lines(app, &view, &paid, &text);
    items[0].receipt_text = (struct span){text.data, text.size};
    return status == TILL_OK ? ledger_append_items(app, items, count) : status;
}
