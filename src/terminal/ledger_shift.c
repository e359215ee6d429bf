/*
 * Commits of a shift's end: entries that flows prepared, totals and Z together, and what a close in
 * absence looks like to its owner. Cash in and out is ledger_plain.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "parts.h"
#include "text.h"

/* ---- prepared entries ------------------------------------------------------------------------ */

static enum till_status read_count(struct app *app, uint64_t seq, struct body_cash_count *out)
{
    struct entry entry;
    enum till_status status = journal_read(app->journal, seq, &entry, NULL);
    return status == TILL_OK ? entry_read_cash_count(&entry, out) : status;
}

/* Whoever lets a count stand has made it: in absence the owner's own is not enough. */
static enum till_status may_accept(struct app *app, const struct entry *e)
{
    struct body_count_accepted body;
    struct body_cash_count count;
    if (kind_base(e->kind) != KIND_COUNT_ACCEPTED)
        return TILL_OK;
    enum till_status status = entry_read_count_accepted(e, &body);
    if (status == TILL_OK)
        status = read_count(app, body.seq, &count);
    if (status != TILL_OK)
        return status;
    const struct fold *fold = journal_fold(app->journal);
    bool own = fold_shift(fold, count.shift) == fold_current(fold);
    return own == (count.purpose == COUNT_CLOSING) ? TILL_OK : TILL_REFUSED;
}

enum till_status ledger_commit_entries(struct app *app, const struct flow_entries *entries,
                                       struct entry *first_out)
{
    struct journal_item items[FLOW_ENTRIES_MAX] = {0};
    memset(first_out, 0, sizeof *first_out);
    if (!app->journal)
        return TILL_NOT_ENROLLED;
    if (entries->count == 0 || entries->count > FLOW_ENTRIES_MAX)
        return TILL_BAD_INPUT;
    for (size_t i = 0; i < entries->count; i++) {
        if (kind_has_receipt(entries->list[i].kind))
            return TILL_BAD_INPUT;
        enum till_status may = may_accept(app, &entries->list[i]);
        if (may == TILL_OK)
            may = stock_may_end(app, &entries->list[i]);
        if (may != TILL_OK)
            return may;
        items[i].entry = entries->list[i];
    }
    facts_refresh(app);
    enum till_status status = entries->list[0].kind == KIND_MANUAL_RECEIPT
                                  ? ledger_manual(app, items, entries->count)
                                  : ledger_append_items(app, items, entries->count);
    if (status == TILL_OK)
        *first_out = items[0].entry;
    return status;
}

/* ---- the Z ----------------------------------------------------------------------------------- */

/* Totals, then the Z whose paper they stand on. */
struct close_room {
    struct shift_sums sums;
    struct journal_item items[2];
    struct receipt receipt;
    struct entry count;
    uint8_t packed[RECEIPT_PACKED_MAX];
};

static enum till_status write_z(struct app *app, const struct flow_effect *effect,
                                const struct fold_user *owner, int64_t taken_minor, struct entry *e)
{
    struct body_closed_in_absence body = {.z = journal_fold(app->journal)->last_z + 1,
                                          .shift = owner->shift,
                                          .expected_minor = owner->cash_minor,
                                          .counted_minor = owner->counted_minor,
                                          .taken_minor = taken_minor,
                                          .receipts = owner->receipts};
    if (effect->as.close.witness[0] != '\0') {
        text_copy(body.owner, sizeof body.owner, owner->user);
        text_copy(body.witness, sizeof body.witness, effect->as.close.witness);
    }
    return entry_write_close(e, &body);
}

/* What stands on the Z's paper: totals and count, word for word as they are recorded. */
static enum till_status write_paper(struct app *app, const struct flow_effect *effect,
                                    const struct fold_user *owner, struct close_room *room)
{
    struct buffer out;
    struct book_user user;
    const char *witness = effect->as.close.witness;
    ledger_begin_receipt(app, NULL, &room->receipt);
    room->receipt.shift = owner->shift;
    room->receipt.number_in_shift = 0;
    if (witness[0] && book_find_user(app->book, owner->user, &user) == TILL_OK)
        text_copy(room->receipt.name, sizeof room->receipt.name, user.name);
    if (witness[0] && book_find_user(app->book, witness, &user) == TILL_OK)
        text_copy(room->receipt.approver, sizeof room->receipt.approver, user.name);
    text_copy(room->receipt.totals, sizeof room->receipt.totals, room->items[0].entry.body);
    text_copy(room->receipt.count, sizeof room->receipt.count, room->count.body);
    buffer_init(&out, room->packed, sizeof room->packed);
    enum till_status status = receipt_pack(&room->receipt, &out);
    room->items[1].receipt_text = (struct span){out.data, out.size};
    return status;
}

/* By tender, as totals have it. */
static enum till_status taken_by_tender(const struct shift_sums *sums, struct heaps *out)
{
    enum till_status status = TILL_OK;
    *out = (struct heaps){0};
    for (int tender = TENDER_CARD; tender <= TENDER_VOUCHER && status == TILL_OK; tender++)
        status = heaps_add(out, tender, shift_sums_tender(sums, tender));
    return status;
}

/* A difference of slips has its reason as cash has; in absence the count is the absence's. */
static enum till_status check_count(struct app *app, const struct flow_effect *effect,
                                    const struct fold_user *owner, struct close_room *room)
{
    struct body_cash_count count;
    struct heaps taken, slips;
    enum till_status status = read_count(app, owner->count_seq, &count);
    if (status == TILL_OK)
        status = taken_by_tender(&room->sums, &taken);
    if (status != TILL_OK)
        return status;
    if (effect->as.close.witness[0] && count.purpose != COUNT_ABSENCE)
        return TILL_REFUSED;
    if (!heaps_read(count.tenders, &slips))
        return TILL_E_PROTOCOL;
    return slips_differ(&taken, &slips) == (effect->as.close.slips_reason != 0) ? TILL_OK
                                                                                : TILL_BAD_INPUT;
}

static enum till_status prepare(struct app *app, const struct flow_effect *effect,
                                const struct fold_user *owner, struct close_room *room)
{
    struct body_shift_totals totals = {.unsent = journal_unsent(app->journal),
                                       .grand_minor = journal_fold(app->journal)->grand_minor,
                                       .reason = effect->as.close.reason,
                                       .slips_reason = effect->as.close.slips_reason};
    int64_t taken_minor = 0;
    text_copy(totals.slip, sizeof totals.slip, effect->as.close.slip);
    enum till_status status = shift_work(app, owner, &room->sums);
    if (status == TILL_OK)
        status = check_count(app, effect, owner, room);
    if (status == TILL_OK)
        status = shift_sums_write(&room->sums, &totals, &room->items[0].entry);
    if (status == TILL_OK)
        status = shift_sums_taken(&room->sums, &taken_minor);
    if (status == TILL_OK)
        status = journal_read(app->journal, owner->count_seq, &room->count, NULL);
    if (status == TILL_OK)
        status = write_z(app, effect, owner, taken_minor, &room->items[1].entry);
    return status == TILL_OK ? write_paper(app, effect, owner, room) : status;
}

enum till_status ledger_close(struct app *app, const struct flow_effect *effect,
                              struct entry *z_out)
{
    memset(z_out, 0, sizeof *z_out);
    if (!app->journal || !app->book)
        return TILL_NO_BOOK;
    facts_refresh(app);
    const struct fold_user *owner = fold_shift(journal_fold(app->journal), effect->as.close.shift);
    if (!owner || !owner->counted || app->facts.training)
        return TILL_NO_SHIFT;
    struct close_room *room = calloc(1, sizeof *room);
    enum till_status status = room ? prepare(app, effect, owner, room) : TILL_E_MEMORY;
    if (status == TILL_OK)
        status = journal_append_all(app->journal, app->facts.now_s, false, room->items, 2);
    if (status == TILL_OK)
        *z_out = room->items[1].entry;
    else
        log_error("the shift was not closed: %s", status_text(status));
    app->dirty = true;
    free(room);
    return status;
}

enum till_status ledger_counted(struct app *app, uint32_t shift, struct counted_view *out)
{
    struct body_cash_count count;
    memset(out, 0, sizeof *out);
    const struct fold_user *owner =
        app->journal ? fold_shift(journal_fold(app->journal), shift) : NULL;
    if (!owner || owner->attempts == 0)
        return TILL_NOT_FOUND;
    enum till_status status = read_count(app, owner->count_seq, &count);
    out->purpose = count.purpose;
    if (status != TILL_OK || !owner->counted)
        return status;
    struct shift_sums *sums = malloc(sizeof *sums);
    status = sums ? shift_work(app, owner, sums) : TILL_E_MEMORY;
    if (status == TILL_OK)
        status = taken_by_tender(sums, &out->taken);
    if (status == TILL_OK && !heaps_read(count.tenders, &out->slips))
        status = TILL_E_PROTOCOL;
    free(sums);
    return status;
}

/* ---- closed in absence ----------------------------------------------------------------------- */

static void name_of(struct app *app, const char *user, char out[BOOK_NAME_MAX])
{
    struct book_user row;
    bool known = app->book && book_find_user(app->book, user, &row) == TILL_OK;
    text_copy(out, BOOK_NAME_MAX, known ? row.name : user);
}

/* Who had logged in last before it. */
static void name_supervisor(struct app *app, struct absence_view *view)
{
    struct entry entry;
    struct body_login login;
    for (uint64_t seq = view->seq - 1; seq > 0; seq--) {
        if (journal_read(app->journal, seq, &entry, NULL) != TILL_OK)
            return;
        uint16_t kind = kind_base(entry.kind);
        if ((kind == KIND_LOGIN || kind == KIND_USER_SWITCHED) &&
            entry_read_login(&entry, &login) == TILL_OK) {
            name_of(app, login.user, view->supervisor);
            return;
        }
    }
}

enum till_status ledger_absence(struct app *app, struct absence_view *out)
{
    static const uint16_t kinds[JOURNAL_KINDS] = {KIND_CLOSED_IN_ABSENCE};
    struct entry entry = {.seq = 0};
    const struct fold_user *user = app->journal ? fold_current(journal_fold(app->journal)) : NULL;
    enum till_status status = user ? TILL_OK : TILL_NOT_FOUND;
    memset(out, 0, sizeof *out);
    /* Each step goes on to a later entry: it ends. */
    while (status == TILL_OK) {
        status = journal_next_of(app->journal, entry.seq, kinds, &entry);
        if (status == TILL_OK)
            status = entry_read_closed_in_absence(&entry, &out->body);
        if (status == TILL_OK && out->body.z == user->absent_z)
            break;
    }
    if (status != TILL_OK)
        return status;
    out->seq = entry.seq;
    out->at_s = entry.at_s;
    name_of(app, out->body.witness, out->witness);
    name_supervisor(app, out);
    return TILL_OK;
}
