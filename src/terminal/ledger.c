/*
 * Commits: one operator action, one transaction. Here a PIN gets its login and a start its traces;
 * money and its receipts are ledger_money.c's.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "parts.h"
#include "text.h"
#include "when.h"

static enum till_status append(struct app *app, struct span receipt_text, struct entry *entry)
{
    facts_refresh(app);
    enum till_status status =
        journal_append(app->journal, app->facts.now_s, app->facts.training, receipt_text, entry);
    if (status != TILL_OK)
        log_error("%s was not recorded: %s", kind_name(entry->kind), status_text(status));
    app->dirty = true;
    return status;
}

enum till_status ledger_append(struct app *app, struct entry *entry)
{
    return append(app, (struct span){NULL, 0}, entry);
}

enum till_status ledger_append_paper(struct app *app, const struct receipt *receipt,
                                     struct entry *entry)
{
    uint8_t packed[RECEIPT_PACKED_MAX];
    struct buffer text;
    buffer_init(&text, packed, sizeof packed);
    enum till_status status = receipt_pack(receipt, &text);
    return status == TILL_OK ? append(app, (struct span){text.data, text.size}, entry) : status;
}

enum till_status ledger_append_items(struct app *app, struct journal_item *items, size_t count)
{
    facts_refresh(app);
    enum till_status status =
        journal_append_all(app->journal, app->facts.now_s, app->facts.training, items, count);
    if (status != TILL_OK)
        log_error("%s was not recorded: %s", kind_name(items[0].entry.kind), status_text(status));
    app->dirty = true;
    return status;
}

/* ---- what flows commit ----------------------------------------------------------------------- */

void ledger_begin_receipt(struct app *app, const struct book_customer *customer, struct receipt *r)
{
    const struct fold_user *user = fold_current(journal_fold(app->journal));
    memset(r, 0, sizeof *r);
    receipt_set_site(r, book_site(app->book));
    if (customer) {
        text_mask_name(r->name, sizeof r->name, customer->name);
        text_copy(r->address, sizeof r->address, customer->address);
    }
    text_copy(r->collector, sizeof r->collector, app->facts.user_name);
    r->shift = user ? user->shift : 0;
    r->number_in_shift = user ? user->receipts + 1 : 0;
    r->acknowledged_seq = journal_acknowledged(app->journal)->seq;
}

void ledger_commit(struct app *app, const struct flow_effect *effect, struct flow_event *event,
                   struct entry *entry)
{
    memset(entry, 0, sizeof *entry);
    if (!app->journal)
        event->status = TILL_NOT_ENROLLED;
    else if (kind_has_payment_paper((uint16_t)effect->as.commit.kind))
        event->status = ledger_commit_money(app, effect, entry);
    else
        event->status = ledger_commit_plain(app, effect, entry);
}

/* ---- starts ---------------------------------------------------------------------------------- */

void ledger_anomaly(struct app *app, enum till_status code, const char *text)
{
    struct entry entry;
    struct body_anomaly body = {.code = code};
    text_copy(body.text, sizeof body.text, text);
    log_warning("%s: %s", status_name(code), text);
    if (entry_write_anomaly(&entry, &body) != TILL_OK || ledger_append(app, &entry) != TILL_OK)
        log_error("the anomaly was not recorded");
}

/* A paper that had begun and not ended when the power went is uncertain, and only that one. */
static enum till_status note_open_paper(struct app *app)
{
    const struct fold *fold = journal_fold(app->journal);
    struct entry entry;
    struct body_print body = {.seq = fold->paper_seq, .copy = fold->paper_copy};
    if (!fold->paper_seq || fold->paper_uncertain)
        return TILL_OK;
    enum till_status status = entry_write_print(&entry, KIND_PRINT_UNCERTAIN, &body);
    return status == TILL_OK ? ledger_append(app, &entry) : status;
}

static enum till_status note_repair(struct app *app, uint64_t from)
{
    struct entry entry;
    const struct body_tail_repaired body = {.from_seq = from};
    enum till_status status = entry_write_tail_repaired(&entry, &body);
    return status == TILL_OK ? ledger_append(app, &entry) : status;
}

enum till_status ledger_start(struct app *app, uint64_t repaired_from)
{
    struct entry entry;
    struct body_opened body = {.version = FIELDTILL_VERSION};
    const char *suspect;
    int64_t last_s = journal_fold(app->journal)->at_s;
    text_copy(body.board, sizeof body.board, app->board->name);
    facts_refresh(app);
    body.count = start_count(app, &suspect);
    enum till_status status = clock_start(app, last_s);
    if (status == TILL_OK)
        status = entry_write_opened(&entry, &body);
    if (status == TILL_OK)
        status = ledger_append(app, &entry);
    if (status == TILL_OK && repaired_from)
        status = note_repair(app, repaired_from);
    if (status == TILL_OK)
        status = note_open_paper(app);
    if (status == TILL_OK)
        stopped_open(app);
    if (status == TILL_OK && suspect)
        stopped_for(app, suspect);
    return status;
}
