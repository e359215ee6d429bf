/*
 * Commits that take no money: what is undone, disputed, handed in, skipped, read, lifted, shown.
 *
 * What goes back or away is read from the journal and not from the screen, and checked here once
 * more: a screen may be older than what it asks about.
 */
#include <string.h>

#include "log.h"
#include "parts.h"
#include "text.h"

/* ---- the paper ------------------------------------------------------------------------------- */

static void begin_slip(struct app *app, const char *account, struct receipt *r)
{
    struct book_customer customer;
    bool known = account[0] && book_customer(app->book, account, &customer) == TILL_OK;
    ledger_begin_receipt(app, known ? &customer : NULL, r);
    r->number_in_shift = 0;
}

static void name_approver(struct app *app, const char *approver, struct receipt *r)
{
    struct book_user user;
    if (strcmp(approver, "0") == 0)
        text_copy(r->approver, sizeof r->approver, _("The office"));
    else if (approver[0] && book_find_user(app->book, approver, &user) == TILL_OK)
        text_copy(r->approver, sizeof r->approver, user.name);
    else
        text_copy(r->approver, sizeof r->approver, approver);
}

/* Name and address as they stand on the paper that is undone. */
static enum till_status copy_whose(struct app *app, uint64_t seq, struct receipt *r)
{
    struct receipt original;
    char text[RECEIPT_PACKED_MAX];
    size_t size = 0;
    enum till_status status = journal_receipt_text(app->journal, seq, text, sizeof text, &size);
    if (status == TILL_OK)
        status = receipt_unpack((struct span){(const uint8_t *)text, size}, &original);
    if (status != TILL_OK)
        return status;
    text_copy(r->name, sizeof r->name, original.name);
    text_copy(r->address, sizeof r->address, original.address);
    return TILL_OK;
}

/* ---- reversal -------------------------------------------------------------------------------- */

static bool is_own_way(int way)
{
    return way == REVERSAL_OWN_PAPER || way == REVERSAL_OWN_LOST;
}

static enum till_status may_reverse(struct app *app, const struct receipt_view *view,
                                    const struct body_reversal *body)
{
    struct limits_verdict verdict;
    const struct fold_user *user = fold_current(journal_fold(app->journal));
    bool payment = kind_has_payment_paper(view->kind);
    bool stands = view->state == RECEIPT_RECORDED || view->state == RECEIPT_CONFIRMED;
    if (view->why != TILL_OK)
        return view->why;
    if (!user || !payment || !stands || !view->same_shift ||
        kind_is_training(view->kind) != app->facts.training)
        return TILL_REFUSED;
    if (is_own_way(body->way) != (body->approver[0] == '\0') ||
        strcmp(body->approver, user->user) == 0)
        return TILL_REFUSED;
    if (!app->facts.training && view->cash_minor > user->cash_minor)
        return TILL_TOO_LARGE;
    if (!is_own_way(body->way))
        return TILL_OK;
    if (!view->latest && !app->facts.training)
        return TILL_REFUSED;
    limits_check_reversal(&app->facts.limits, &app->facts.used, view->amount_minor, &verdict);
    return verdict.reached ? TILL_LIMIT_REACHED : TILL_OK;
}

/* With the receipt its numbered papers end: they are asked back with all their copies. */
static enum till_status append_reversal(struct app *app, const struct body_reversal *body,
                                        const struct receipt *receipt, struct entry *entry)
{
    struct journal_item items[1 + PAPER_NUMBERS_MAX] = {0};
    struct paper_numbers numbers;
    uint8_t packed[RECEIPT_PACKED_MAX];
    struct buffer text;
    size_t count = 1;
    bool lost = body->way == REVERSAL_OWN_LOST;
    enum till_status status = stock_of(app, body->seq, &numbers);
    if (status != TILL_OK)
        return status;
    if (numbers.count == 0 || app->facts.training)
        return ledger_append_paper(app, receipt, entry);
    buffer_init(&text, packed, sizeof packed);
    status = receipt_pack(receipt, &text);
    items[0] = (struct journal_item){*entry, {text.data, text.size}};
    if (status == TILL_OK)
        status = stock_end(&numbers, body->seq, lost ? SPOIL_OTHER : SPOIL_WITHDRAWN, !lost, items,
                           &count);
    if (status == TILL_OK)
        status = ledger_append_items(app, items, count);
    if (status == TILL_OK)
        *entry = items[0].entry;
    return status;
}

static enum till_status commit_reversal(struct app *app, const struct flow_effect *effect,
                                        struct entry *entry)
{
    struct receipt_view view;
    struct receipt receipt;
    struct body_reversal body = effect->as.commit.body.reversal;
    facts_refresh(app);
    receipt_look(app, "", body.seq, &view);
    enum till_status status = may_reverse(app, &view, &body);
    if (status != TILL_OK)
        return status;
    text_copy(body.account, sizeof body.account, view.account);
    body.amount_minor = view.amount_minor;
    body.cash_minor = view.cash_minor;
    begin_slip(app, view.account, &receipt);
    receipt.original_at_s = view.at_s;
    name_approver(app, body.approver, &receipt);
    status = copy_whose(app, body.seq, &receipt);
    if (status == TILL_OK)
        status = entry_write_reversal(entry, &body);
    return status == TILL_OK ? append_reversal(app, &body, &receipt, entry) : status;
}

/* ---- other slips ----------------------------------------------------------------------------- */

static enum till_status commit_dispute(struct app *app, const struct body_dispute *body,
                                       struct entry *entry)
{
    struct receipt receipt;
    begin_slip(app, body->account, &receipt);
    enum till_status status = entry_write_dispute(entry, body);
    return status == TILL_OK ? ledger_append_paper(app, &receipt, entry) : status;
}

static enum till_status commit_correction(struct app *app,
                                          const struct body_correction_request *body,
                                          struct entry *entry)
{
    struct receipt receipt;
    begin_slip(app, body->account, &receipt);
    enum till_status status = entry_write_correction_request(entry, body);
    return status == TILL_OK ? ledger_append_paper(app, &receipt, entry) : status;
}

static enum till_status commit_drop(struct app *app, const struct body_cash_drop *body,
                                    struct entry *entry)
{
    struct receipt receipt;
    const struct fold_user *user = fold_current(journal_fold(app->journal));
    if (!user || !user->shift_open)
        return TILL_NO_SHIFT;
    if (body->amount_minor > user->cash_minor)
        return TILL_TOO_LARGE;
    if (body->to == 1 && strcmp(body->receiver, user->user) == 0)
        return TILL_REFUSED;
    begin_slip(app, "", &receipt);
    if (body->to == 1)
        name_approver(app, body->receiver, &receipt);
    enum till_status status = entry_write_cash_drop(entry, body);
    return status == TILL_OK ? ledger_append_paper(app, &receipt, entry) : status;
}

static enum till_status commit_move(struct app *app, enum entry_kind kind,
                                    const struct body_cash_move *body, struct entry *entry)
{
    struct receipt receipt;
    const struct fold_user *user = fold_current(journal_fold(app->journal));
    if (!user || !user->shift_open || user->counting)
        return TILL_NO_SHIFT;
    if (kind == KIND_CASH_OUT && !app->facts.training && body->amount_minor > user->cash_minor)
        return TILL_TOO_LARGE;
    begin_slip(app, "", &receipt);
    name_approver(app, body->approver, &receipt);
    enum till_status status = entry_write_cash_move(entry, kind, body);
    return status == TILL_OK ? ledger_append_paper(app, &receipt, entry) : status;
}

static enum till_status commit_paper(struct app *app, const struct flow_effect *effect,
                                     struct entry *entry)
{
    if (!app->book)
        return TILL_NO_BOOK;
    switch (effect->as.commit.kind) {
    case KIND_REVERSAL:
        return commit_reversal(app, effect, entry);
    case KIND_DISPUTE:
        return commit_dispute(app, &effect->as.commit.body.dispute, entry);
    case KIND_CORRECTION_REQUEST:
        return commit_correction(app, &effect->as.commit.body.correction, entry);
    case KIND_CASH_IN:
    case KIND_CASH_OUT:
        return commit_move(app, effect->as.commit.kind, &effect->as.commit.body.move, entry);
    default:
        return commit_drop(app, &effect->as.commit.body.drop, entry);
    }
}

/* ---- without a paper ------------------------------------------------------------------------- */

static enum till_status commit_lifted(struct app *app, const struct flow_effect *effect,
                                      struct entry *entry)
{
    enum till_status status = entry_write_limit_lifted(entry, &effect->as.commit.body.lifted);
    if (status == TILL_OK)
        status = ledger_append(app, entry);
    if (status == TILL_OK)
        memset(&app->asked, 0, sizeof app->asked); /* that code has served */
    return status;
}

static enum till_status write_plain(const struct flow_effect *effect, struct entry *entry)
{
    switch (effect->as.commit.kind) {
    case KIND_SHIFT_OPENED:
        return entry_write_shift_opened(entry, &effect->as.commit.shift);
    case KIND_STOP_SKIPPED:
        return entry_write_stop_skipped(entry, &effect->as.commit.body.skipped);
    case KIND_NOTICE:
        return entry_write_notice(entry, &effect->as.commit.body.notice);
    case KIND_READING:
        return entry_write_reading(entry, &effect->as.commit.body.reading);
    case KIND_MESSAGE_SHOWN:
        return entry_write_message_shown(entry, &effect->as.commit.body.message);
    default:
        log_error("no flow commits a %s", kind_name((uint16_t)effect->as.commit.kind));
        return TILL_BAD_INPUT;
    }
}

/* On paper it stands as on the screen. */
static bool hides(struct app *app, uint64_t seq)
{
    struct blind blind;
    blind_look(app, &blind);
    return blind_hides_seq(app, &blind, seq);
}

enum till_status ledger_commit_plain(struct app *app, const struct flow_effect *effect,
                                     struct entry *entry)
{
    uint16_t kind = (uint16_t)effect->as.commit.kind;
    if (kind == KIND_REVERSAL || kind == KIND_DISPUTE || kind == KIND_CORRECTION_REQUEST ||
        kind == KIND_CASH_DROP || kind == KIND_CASH_IN || kind == KIND_CASH_OUT)
        return commit_paper(app, effect, entry);
    if (kind == KIND_LIMIT_LIFTED)
        return commit_lifted(app, effect, entry);
    if (kind == KIND_DUPLICATE && hides(app, effect->as.commit.print.seq))
        return TILL_REFUSED;
    if (kind == KIND_DUPLICATE)
        return ledger_duplicate(app, effect, entry);
    if (kind == KIND_PRINT_DONE)
        return ledger_print_end(app, KIND_PRINT_DONE, &effect->as.commit.print, entry);
    enum till_status status = write_plain(effect, entry);
    return status == TILL_OK ? ledger_append(app, entry) : status;
}
