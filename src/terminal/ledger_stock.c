/*
 * Numbers of paper in the ledger. A print takes its numbers in the very transaction that begins
 * it: a number that is on paper is in the journal, whatever happens to the power.
 */
#include <string.h>

#include "log.h"
#include "parts.h"
#include "text.h"

enum till_status stock_take(struct app *app, uint64_t seq, uint32_t copy, unsigned types,
                            struct journal_item *items, size_t *count)
{
    const struct fold *fold = journal_fold(app->journal);
    for (int type = STOCK_RECEIPT; type <= STOCK_INVOICE; type++) {
        if ((types & (1U << type)) == 0)
            continue;
        const struct fold_stock *stock = fold_stock_next(fold, type);
        if (!stock)
            return TILL_PAPER_OUT;
        struct body_stock_used body = {.seq = seq, .copy = copy};
        body.number.type = type;
        body.number.number = stock->next;
        text_copy(body.number.series, sizeof body.number.series, stock->series);
        struct journal_item *item = &items[(*count)++];
        *item = (struct journal_item){.receipt_text = {NULL, 0}};
        enum till_status status = entry_write_stock_used(&item->entry, &body);
        if (status != TILL_OK)
            return status;
    }
    return TILL_OK;
}

enum till_status stock_end(const struct paper_numbers *numbers, uint64_t seq, int reason,
                           bool all_copies, struct journal_item *items, size_t *count)
{
    bool voided = reason == SPOIL_WITHDRAWN || !all_copies;
    for (size_t i = 0; i < numbers->count; i++) {
        const struct body_stock_ended body = {.number = numbers->list[i],
                                              .reason = reason,
                                              .seq = seq,
                                              .all_copies = voided && all_copies};
        struct journal_item *item = &items[(*count)++];
        *item = (struct journal_item){.receipt_text = {NULL, 0}};
        enum till_status status = entry_write_stock_ended(
            &item->entry, voided ? KIND_STATIONERY_VOIDED : KIND_STATIONERY_SPOILED, &body);
        if (status != TILL_OK)
            return status;
    }
    return TILL_OK;
}

/* Money without a paper: nobody could say later which number proved it. */
enum till_status stock_may_end(struct app *app, const struct entry *e)
{
    struct stock_view view = {0};
    struct body_stock_ended body;
    if (entry_read_stock_ended(e, &body) != TILL_OK)
        return TILL_OK;
    enum till_status status = stock_number(app, &body.number, &view);
    bool stands = view.state == STOCK_USED && !view.reversed;
    return status == TILL_OK && stands ? TILL_REFUSED : status;
}

/* ---- copies ---------------------------------------------------------------------------------- */

/* What a further copy of a payment takes, and what it ends. */
struct copy_plan {
    struct paper_numbers ends;
    unsigned takes;
};

static enum till_status plan(struct app *app, const struct entry *paid,
                             const struct flow_reprint *reprint, struct copy_plan *out)
{
    enum customer_class class = stock_class(app, paid);
    struct paper_numbers valid;
    memset(out, 0, sizeof *out);
    out->takes = stock_types(app, class);
    enum till_status status = stock_of(app, paid->seq, &valid);
    if (status != TILL_OK)
        return status;
    if (reprint->keep && valid.count > 0) {
        out->takes = 0;
    } else if (reprint->reason != 0) {
        out->ends = valid;
    } else {
        for (size_t i = 0; i < valid.count; i++)
            out->takes &= ~(1U << valid.list[i].type);
        if (valid.count > 0 && out->takes == 0 && !stock_is_plain(app, class))
            return TILL_REFUSED;
    }
    return TILL_OK;
}

enum till_status ledger_duplicate(struct app *app, const struct flow_effect *effect,
                                  struct entry *entry)
{
    const struct body_print *print = &effect->as.commit.print;
    const struct flow_reprint *reprint = &effect->as.commit.body.reprint;
    struct journal_item items[STOCK_ITEMS_MAX] = {0};
    struct copy_plan plans = {0};
    struct entry paid;
    size_t count = 0;
    bool money = false;
    enum till_status status = journal_read(app->journal, print->seq, &paid, NULL);
    if (status == TILL_OK)
        money = !kind_is_training(paid.kind) && kind_has_payment_paper(paid.kind);
    /* A copy would pass for a proof of what was given back, here or by the office. */
    if (status == TILL_OK && (journal_reversed_by(app->journal, print->seq) != 0 ||
                              receipt_corrected(app, print->seq) != 0))
        status = TILL_UNCHANGED;
    /* Training copies a real receipt on plain paper: what it says of numbers counts for nothing. */
    if (status == TILL_OK && money && !app->facts.training)
        status = plan(app, &paid, reprint, &plans);
    if (status == TILL_OK)
        status = stock_end(&plans.ends, print->seq, reprint->reason, true, items, &count);
    size_t at = count;
    if (status == TILL_OK)
        status = entry_write_print(&items[count++].entry, KIND_DUPLICATE, print);
    if (status == TILL_OK)
        status = stock_take(app, print->seq, print->copy, plans.takes, items, &count);
    if (status == TILL_OK)
        status = ledger_append_items(app, items, count);
    if (status != TILL_OK)
        return status;
    *entry = items[at].entry;
    app->kept_seq = reprint->keep ? print->seq : 0;
    app->kept_copy = print->copy;
    return TILL_OK;
}

/* ---- the end of a print ---------------------------------------------------------------------- */

/* An original of a basket that begins where this print ends well; 0 = none. */
static uint64_t begins_by(const struct fold *fold, enum entry_kind kind,
                          const struct body_print *body)
{
    bool open = body->seq == fold->paper_seq && body->copy == fold->paper_copy;
    return kind == KIND_PRINT_DONE && open ? fold->basket_next : 0;
}

enum till_status ledger_print_end(struct app *app, enum entry_kind kind,
                                  const struct body_print *body, struct entry *entry_out)
{
    struct journal_item items[1 + PAPER_NUMBERS_MAX] = {0};
    struct entry next;
    size_t count = 1;
    uint64_t seq = begins_by(journal_fold(app->journal), kind, body);
    enum till_status status = entry_write_print(&items[0].entry, kind, body);
    if (status == TILL_OK && seq != 0)
        status = journal_read(app->journal, seq, &next, NULL);
    if (status == TILL_OK && seq != 0 && !kind_is_training(next.kind) && !app->facts.training) {
        unsigned types = stock_types(app, stock_class(app, &next));
        /* It begins all the same; without a number nothing is printed of it (job.c). */
        if (stock_take(app, seq, 0, types, items, &count) == TILL_PAPER_OUT)
            count = 1;
    }
    if (status == TILL_OK)
        status = ledger_append_items(app, items, count);
    if (status == TILL_OK)
        *entry_out = items[0].entry;
    return status;
}
