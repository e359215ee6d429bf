/*
 * Commits of cash from hand to hand and to the bank: count, entry and paper in one transaction.
 *
 * A screen may be older than what it asks about, and what a paper of another terminal says is only
 * what was scanned: each is looked at here once more, against journal, book and site.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "carried.h"
#include "log.h"
#include "parts.h"
#include "text.h"

/* Too large for a stack beside others. */
struct carry_room {
    struct journal_item items[2];
    size_t count;
    struct receipt receipt;
    struct receipt_view paper; /* the giver's */
    struct carry_view view;
    uint8_t packed[RECEIPT_PACKED_MAX];
};

/* ---- who and how much ------------------------------------------------------------------------ */

static int64_t in_hand(const struct fold_user *user, int source)
{
    return source == CASH_KEPT ? user->kept_minor : user->held_minor;
}

/* Each is a Z of theirs that nothing covers yet. */
static enum till_status check_closes(struct app *app, const char *closes, int source,
                                     struct carry_room *room)
{
    uint32_t numbers[CARRY_CLOSES_MAX];
    char text[CLOSES_TEXT_MAX];
    size_t count = 0;
    if (closes[0] == '\0')
        return TILL_OK;
    enum till_status status = carry_look(app, &room->view);
    for (size_t i = 0; status == TILL_OK && i < room->view.close_count; i++)
        if (room->view.closes[i].source == source &&
            closes_text_has(closes, room->view.closes[i].z))
            numbers[count++] = room->view.closes[i].z;
    if (status == TILL_OK)
        status = carried_write(numbers, count, text);
    return status == TILL_OK && strcmp(text, closes) != 0 ? TILL_BAD_INPUT : status;
}

/* No more cheques go than were counted here or received. */
static enum till_status check_slips(struct app *app, int64_t other_minor, int source,
                                    struct carry_room *room)
{
    if (other_minor == 0)
        return TILL_OK;
    enum till_status status = carry_look(app, &room->view);
    return status == TILL_OK && other_minor > room->view.slips_minor[source] ? TILL_TOO_LARGE
                                                                             : status;
}

static void name_party(struct app *app, const char *user, struct receipt *r)
{
    struct carry_person person;
    enum till_status status = carry_person(app, user, &person);
    bool known = status == TILL_OK || status == TILL_REFUSED;
    text_copy(r->approver, sizeof r->approver, known ? person.name : user);
}

/* ---- the four entries ------------------------------------------------------------------------ */

static enum till_status prepare_given(struct app *app, const struct fold_user *user,
                                      const struct body_handover_given *body,
                                      struct carry_room *room)
{
    struct carry_person person;
    enum till_status status = carry_person(app, body->receiver, &person);
    if (status == TILL_OK && strcmp(body->receiver, user->user) == 0)
        status = TILL_REFUSED;
    if (status == TILL_OK && body->amount_minor > in_hand(user, body->source))
        status = TILL_TOO_LARGE;
    if (status == TILL_OK)
        status = check_closes(app, body->closes, body->source, room);
    if (status == TILL_OK)
        status = check_slips(app, body->other_minor, body->source, room);
    if (status == TILL_OK)
        status = entry_write_handover_given(&room->items[0].entry, body);
    room->count = 1;
    name_party(app, body->receiver, &room->receipt);
    return status;
}

/* What stands on the giver's paper, for whom, and was it taken? A hand-over of this terminal
 * its giver may take back; cash that was dropped the receiver has had in hand. */
static enum till_status check_paper(const struct fold_user *user, const struct receipt_view *paper)
{
    if (paper->why != TILL_OK)
        return paper->why;
    if (paper->state == RECEIPT_UNREADABLE || paper->state == RECEIPT_UNKNOWN ||
        paper->receiver[0] == '\0' || kind_is_training(paper->kind) ||
        (paper->state == RECEIPT_FOREIGN && !paper->proven))
        return TILL_NOT_FOUND;
    if (paper->taken_by != 0 || paper->taken.terminal[0])
        return TILL_UNCHANGED;
    bool back = paper->state != RECEIPT_FOREIGN && kind_base(paper->kind) == KIND_HANDOVER_GIVEN;
    return strcmp(paper->user, user->user) == 0 && !back ? TILL_REFUSED : TILL_OK;
}

static enum till_status prepare_taken(struct app *app, const struct fold_user *user,
                                      const struct flow_carry *carry, struct carry_room *room)
{
    struct receipt_view *paper = &room->paper;
    struct body_cash_count count = carry->count;
    struct body_handover_taken body;
    receipt_look(app, carry->as.taken.text, carry->as.taken.seq, paper);
    enum till_status status = check_paper(user, paper);
    if (status != TILL_OK)
        return status;
    count.purpose = COUNT_TAKEN;
    count.slips_said_minor = paper->other_minor;
    memset(&body, 0, sizeof body);
    memcpy(body.hash, paper->hash, HASH_SIZE);
    body.amount_minor = paper->cash_minor;
    body.counted_minor = count.amount_minor;
    body.seq = paper->state == RECEIPT_FOREIGN ? 0 : paper->seq;
    status = entry_write_cash_count(&room->items[0].entry, &count);
    if (status == TILL_OK)
        status = entry_write_handover_taken(&room->items[1].entry, &body);
    room->count = 2;
    if (paper->user[0])
        name_party(app, paper->user, &room->receipt);
    else /* whose it was only the office knows: the number tells it */
        receipt_number_format(paper->terminal, paper->seq, room->receipt.approver);
    return status;
}

/* A slip is of one deposit only. */
static enum till_status check_slip(struct app *app, const struct body_deposit *body)
{
    static const uint16_t kinds[JOURNAL_KINDS] = {KIND_DEPOSIT};
    struct entry entry = {.seq = 0};
    struct body_deposit earlier;
    enum till_status status;
    /* Each step goes on to a later entry: it ends. */
    while ((status = journal_next_of(app->journal, entry.seq, kinds, &entry)) == TILL_OK)
        if (!kind_is_training(entry.kind) && entry_read_deposit(&entry, &earlier) == TILL_OK &&
            strcmp(earlier.bank, body->bank) == 0 && strcmp(earlier.slip, body->slip) == 0)
            return TILL_UNCHANGED;
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status prepare_deposit(struct app *app, const struct fold_user *user,
                                        const struct flow_carry *carry, struct carry_room *room)
{
    const struct body_deposit *body = &carry->as.deposit;
    const struct site_bank *bank = site_bank_of(book_site(app->book), body->bank);
    struct body_cash_count count = carry->count;
    enum till_status status = bank ? TILL_OK : TILL_NOT_FOUND;
    if (status == TILL_OK && body->expected_minor > in_hand(user, body->source))
        status = TILL_TOO_LARGE;
    if (status == TILL_OK)
        status = check_closes(app, body->closes, body->source, room);
    if (status == TILL_OK)
        status = check_slips(app, body->other_minor, body->source, room);
    if (status == TILL_OK)
        status = check_slip(app, body);
    count.purpose = COUNT_DEPOSIT;
    if (status == TILL_OK)
        status = entry_write_cash_count(&room->items[0].entry, &count);
    if (status == TILL_OK)
        status = entry_write_deposit(&room->items[1].entry, body);
    room->count = 2;
    if (bank)
        snprintf(room->receipt.approver, sizeof room->receipt.approver, "%s%s%s", bank->name,
                 bank->account[0] ? " " : "", bank->account);
    return status;
}

/* Towards nothing, and no more than is open of that one. */
static enum till_status prepare_explained(struct app *app,
                                          const struct body_variance_explained *body,
                                          struct carry_room *room)
{
    struct carry_person person;
    int64_t open_minor = 0;
    enum till_status status = carry_person(app, body->owner, &person);
    if (status == TILL_OK)
        status = carry_look(app, &room->view);
    for (size_t i = 0; i < room->view.open_count; i++)
        if (room->view.open[i].seq == body->seq)
            open_minor = room->view.open[i].open_minor;
    if (status == TILL_OK && open_minor == 0)
        status = TILL_NOT_FOUND;
    bool within = body->amount_minor > 0 ? body->amount_minor <= open_minor
                                         : body->amount_minor >= open_minor;
    if (status == TILL_OK && !within)
        status = TILL_TOO_LARGE;
    room->count = 1;
    return status == TILL_OK ? entry_write_variance_explained(&room->items[0].entry, body) : status;
}

/* ---- the commit ------------------------------------------------------------------------------ */

static enum till_status prepare(struct app *app, const struct fold_user *user,
                                const struct flow_carry *carry, struct carry_room *room)
{
    switch (carry->kind) {
    case KIND_HANDOVER_GIVEN:
        return prepare_given(app, user, &carry->as.given, room);
    case KIND_HANDOVER_TAKEN:
        return prepare_taken(app, user, carry, room);
    case KIND_DEPOSIT:
        return prepare_deposit(app, user, carry, room);
    case KIND_VARIANCE_EXPLAINED:
        return prepare_explained(app, &carry->as.explained, room);
    default:
        return TILL_BAD_INPUT;
    }
}

/* The count stands on the paper word for word as it is recorded. */
static enum till_status add_paper(struct carry_room *room)
{
    struct buffer out;
    struct journal_item *last = &room->items[room->count - 1];
    if (!kind_has_receipt(last->entry.kind))
        return TILL_OK;
    if (room->count > 1)
        text_copy(room->receipt.count, sizeof room->receipt.count, room->items[0].entry.body);
    buffer_init(&out, room->packed, sizeof room->packed);
    enum till_status status = receipt_pack(&room->receipt, &out);
    last->receipt_text = (struct span){out.data, out.size};
    return status;
}

/* Nobody's money moves while they train, or while their bag is being counted. */
static enum till_status may_carry(const struct app *app, const struct fold_user *user)
{
    if (!user || !app->signed_in || app->facts.training || app->facts.fold->retired)
        return TILL_REFUSED;
    return user->counting ? TILL_REFUSED : TILL_OK;
}

enum till_status ledger_carry(struct app *app, const struct flow_carry *carry,
                              struct entry *entry_out)
{
    memset(entry_out, 0, sizeof *entry_out);
    if (!app->journal || !app->book)
        return TILL_NO_BOOK;
    facts_refresh(app);
    const struct fold_user *user = fold_current(journal_fold(app->journal));
    enum till_status status = may_carry(app, user);
    if (status != TILL_OK)
        return status;
    struct carry_room *room = calloc(1, sizeof *room);
    if (!room)
        return TILL_E_MEMORY;
    ledger_begin_receipt(app, NULL, &room->receipt);
    room->receipt.number_in_shift = 0;
    status = prepare(app, user, carry, room);
    if (status == TILL_OK)
        status = add_paper(room);
    if (status == TILL_OK)
        status =
            journal_append_all(app->journal, app->facts.now_s, false, room->items, room->count);
    if (status == TILL_OK)
        *entry_out = room->items[room->count - 1].entry;
    else
        log_error("%s was not recorded: %s", kind_name((uint16_t)carry->kind), status_text(status));
    app->dirty = true;
    free(room);
    return status;
}
