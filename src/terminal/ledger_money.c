/*
 * Money is taken here and nowhere else: by what the customer owes at this moment, with the receipt
 * that says so, in one transaction. A basket is one transaction as well.
 */
#include <stdlib.h>
#include <string.h>

#include "gate.h"
#include "log.h"
#include "money.h"
#include "parts.h"
#include "text.h"

/* What one payment does, before it is recorded. */
struct payment {
    struct body_collection body;
    enum entry_kind kind;
    struct receipt receipt;
    enum customer_class class;
};

/* The last look before money: paper and head may have changed since the screen came up. */
static enum till_status ask_gate(struct app *app, const struct gate_sum *sum)
{
    struct gate gate;
    struct printer_state printer;
    if (app->board->printer && !app->job.active) {
        if (printer_state(app->board->printer, &printer) != TILL_OK)
            printer = (struct printer_state){.status = TILL_DEVICE_OFFLINE};
        app->printer = printer;
    }
    facts_refresh(app);
    gate_check(&app->facts, sum, &gate);
    if (gate.status != TILL_OK)
        log_warning("money is not taken: %s", status_text(gate.status));
    return gate.status;
}

static void fill_receipt(struct app *app, const struct customer_view *view,
                         const struct allocation *allocation, struct receipt *r)
{
    ledger_begin_receipt(app, &view->customer, r);
    memcpy(r->items, allocation->lines, allocation->count * sizeof r->items[0]);
    r->item_count = allocation->count;
    r->advance_minor = allocation->advance_minor;
    r->balance_minor = allocation->balance_after_minor;
    r->owed_minor = allocation->still_owed_minor;
    r->held_minor = allocation->held_minor;
}

static enum till_status work_out(struct app *app, const struct body_collection *asked,
                                 struct payment *out)
{
    struct customer_view view;
    struct allocation allocation;
    out->body = *asked;
    if (out->body.tendered_minor == 0) /* exactly what is due in cash */
        out->body.tendered_minor =
            collection_cash_minor(asked) > 0 ? collection_cash_minor(asked) : asked->amount_minor;
    enum till_status status = roster_customer(app, asked->account, &view);
    if (status == TILL_OK)
        status = arrears_allocate_chosen(&view.arrears, asked->amount_minor, asked->allocation,
                                         &allocation);
    if (status != TILL_OK)
        return status;
    if (asked->tender == TENDER_CHEQUE &&
        (view.customer.flags & BOOK_CUSTOMER_CHEQUE_RETURNED) != 0)
        return TILL_REFUSED;
    /* By what the customer owes now: a book may have come since the question was asked. */
    bool pays_bills = allocation.bills_minor > 0 || allocation.late_fee_minor > 0;
    out->kind = pays_bills ? KIND_COLLECTION : KIND_ADVANCE;
    if (!pays_bills)
        out->body.allocation[0] = '\0';
    /* The fee on paper, in the body and in the allocation is one figure. */
    out->body.late_fee_minor = allocation.late_fee_minor;
    out->class = view.customer.class;
    fill_receipt(app, &view, &allocation, &out->receipt);
    return TILL_OK;
}

/* Who paid is written where the receipt's QR has room for it: nothing depends on it. */
static enum till_status write(struct payment *p, struct entry *entry)
{
    enum till_status status = entry_write_collection(entry, p->kind, &p->body);
    if (status == TILL_TOO_LARGE && p->body.payer[0]) {
        p->body.payer[0] = '\0';
        status = entry_write_collection(entry, p->kind, &p->body);
    }
    return status;
}

/* The entry, its paper, and the numbers that the paper takes. */
static enum till_status append_money(struct app *app, const struct payment *p, struct entry *entry)
{
    struct journal_item items[1 + PAPER_NUMBERS_MAX] = {0};
    uint8_t packed[RECEIPT_PACKED_MAX];
    struct buffer text;
    size_t count = 1;
    uint64_t seq = journal_fold(app->journal)->seq + 1;
    unsigned types = app->facts.training ? 0 : stock_types(app, p->class);
    buffer_init(&text, packed, sizeof packed);
    enum till_status status = receipt_pack(&p->receipt, &text);
    items[0] = (struct journal_item){*entry, {text.data, text.size}};
    if (status == TILL_OK)
        status = stock_take(app, seq, 0, types, items, &count);
    if (status == TILL_OK)
        status = ledger_append_items(app, items, count);
    if (status == TILL_OK)
        *entry = items[0].entry;
    return status;
}

enum till_status ledger_commit_money(struct app *app, const struct flow_effect *effect,
                                     struct entry *entry)
{
    const struct body_collection *asked = &effect->as.commit.collection;
    const struct gate_sum sum = {asked->amount_minor, collection_cash_minor(asked),
                                 asked->amount_minor};
    struct payment payment;
    enum till_status status = ask_gate(app, &sum);
    if (status == TILL_OK)
        status = work_out(app, asked, &payment);
    if (status == TILL_OK)
        status = write(&payment, entry);
    return status == TILL_OK ? append_money(app, &payment, entry) : status;
}

/* ---- a basket -------------------------------------------------------------------------------- */

struct basket_room {
    struct journal_item items[BASKET_MAX + PAPER_NUMBERS_MAX];
    unsigned types; /* of the first one's paper; the others' are taken when they begin */
    unsigned needs[STOCK_TYPE_COUNT];
    uint8_t texts[BASKET_MAX][RECEIPT_PACKED_MAX];
    struct payment payment;
};

static bool has_twice(const struct flow_group *group)
{
    for (size_t i = 0; i < group->count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(group->bodies[i].account, group->bodies[k].account) == 0)
                return true;
    return false;
}

static enum till_status prepare(struct app *app, const struct flow_group *group, size_t i,
                                struct basket_room *room)
{
    struct payment *p = &room->payment;
    struct body_collection asked = group->bodies[i];
    struct buffer text;
    asked.basket = journal_fold(app->journal)->seq + 1;
    enum till_status status = work_out(app, &asked, p);
    if (status != TILL_OK)
        return status;
    p->receipt.number_in_shift += (uint32_t)i;
    p->receipt.basket_number = (uint32_t)i + 1;
    p->receipt.basket_count = (uint32_t)group->count;
    unsigned types = app->facts.training ? 0 : stock_types(app, p->class);
    for (int type = STOCK_RECEIPT; type <= STOCK_INVOICE; type++)
        room->needs[type] += (types >> type) & 1U;
    if (i == 0)
        room->types = types;
    buffer_init(&text, room->texts[i], sizeof room->texts[i]);
    status = receipt_pack(&p->receipt, &text);
    room->items[i].receipt_text = (struct span){text.data, text.size};
    return status == TILL_OK ? write(p, &room->items[i].entry) : status;
}

static enum till_status append_group(struct app *app, const struct flow_group *group,
                                     struct entry *first_out)
{
    struct basket_room *room = calloc(1, sizeof *room);
    enum till_status status = room ? TILL_OK : TILL_E_MEMORY;
    size_t count = group->count;
    uint64_t seq = journal_fold(app->journal)->seq + 1;
    for (size_t i = 0; i < group->count && status == TILL_OK; i++)
        status = prepare(app, group, i, room);
    for (int type = STOCK_RECEIPT; status == TILL_OK && type <= STOCK_INVOICE; type++)
        if (fold_stock_left(journal_fold(app->journal), type) < room->needs[type])
            status = TILL_PAPER_OUT;
    if (status == TILL_OK)
        status = stock_take(app, seq, 0, room->types, room->items, &count);
    if (status == TILL_OK)
        status = ledger_append_items(app, room->items, count);
    if (status == TILL_OK)
        *first_out = room->items[0].entry;
    free(room);
    return status;
}

enum till_status ledger_commit_group(struct app *app, const struct flow_group *group,
                                     struct entry *first_out)
{
    struct gate_sum sum = {0, 0, 0};
    memset(first_out, 0, sizeof *first_out);
    if (!app->journal)
        return TILL_NOT_ENROLLED;
    if (group->count == 0 || group->count > BASKET_MAX || has_twice(group))
        return TILL_BAD_INPUT;
    for (size_t i = 0; i < group->count; i++) {
        const struct body_collection *b = &group->bodies[i];
        if (b->amount_minor <= 0 ||
            money_add(sum.amount_minor, b->amount_minor, &sum.amount_minor) != TILL_OK ||
            money_add(sum.cash_minor, collection_cash_minor(b), &sum.cash_minor) != TILL_OK)
            return TILL_BAD_INPUT;
        if (b->amount_minor > sum.largest_minor)
            sum.largest_minor = b->amount_minor;
    }
    enum till_status status = ask_gate(app, &sum);
    return status == TILL_OK ? append_group(app, group, first_out) : status;
}
