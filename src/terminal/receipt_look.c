/*
 * Papers that are shown again: whose they are, what the journal says of them, what came after.
 *
 * Ours are compared with the stored entry byte for byte. Of another terminal's the key is not here:
 * its figures are told as what they are, and the office knows the rest.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "parts.h"
#include "proof.h"
#include "text.h"

enum { SEQ_DIGITS_MOST = 18 };

/* ---- figures --------------------------------------------------------------------------------- */

static enum till_status payment_figures(const struct entry *e, struct receipt_figures *out)
{
    struct body_collection body;
    enum till_status status = entry_read_payment(e, &body, NULL);
    if (status != TILL_OK)
        return status;
    text_copy(out->account, sizeof out->account, body.account);
    out->amount_minor = body.amount_minor;
    out->cash_minor = collection_cash_minor(&body);
    out->tender = body.tender;
    out->basket = body.basket;
    return TILL_OK;
}

static enum till_status reversal_figures(const struct entry *e, struct receipt_figures *out)
{
    struct body_reversal body;
    enum till_status status = entry_read_reversal(e, &body);
    if (status != TILL_OK)
        return status;
    text_copy(out->account, sizeof out->account, body.account);
    out->amount_minor = body.amount_minor;
    out->cash_minor = body.cash_minor;
    out->about = body.seq;
    return TILL_OK;
}

static enum till_status paper_figures(const struct entry *e, struct receipt_figures *out)
{
    struct body_dispute dispute;
    struct body_correction_request correction;
    struct body_cash_drop drop;
    struct body_cash_move move;
    struct body_closed_in_absence closed;
    struct body_handover_given given;
    struct body_handover_taken taken;
    struct body_deposit deposit;
    if (entry_read_dispute(e, &dispute) == TILL_OK) {
        text_copy(out->account, sizeof out->account, dispute.account);
        out->amount_minor = dispute.amount_minor;
    } else if (entry_read_correction_request(e, &correction) == TILL_OK) {
        text_copy(out->account, sizeof out->account, correction.account);
        out->amount_minor = correction.amount_minor;
    } else if (entry_read_cash_drop(e, &drop) == TILL_OK) {
        out->amount_minor = out->cash_minor = drop.amount_minor;
    } else if (entry_read_cash_move(e, &move) == TILL_OK) {
        out->amount_minor = out->cash_minor = move.amount_minor;
    } else if (entry_read_close(e, &closed) == TILL_OK) {
        out->amount_minor = out->cash_minor = closed.counted_minor;
    } else if (entry_read_handover_given(e, &given) == TILL_OK) {
        out->amount_minor = out->cash_minor = given.amount_minor;
    } else if (entry_read_handover_taken(e, &taken) == TILL_OK) {
        out->amount_minor = out->cash_minor = taken.counted_minor;
    } else if (entry_read_deposit(e, &deposit) == TILL_OK) {
        out->amount_minor = out->cash_minor = deposit.amount_minor;
    } else {
        return TILL_E_PROTOCOL;
    }
    return TILL_OK;
}

enum till_status receipt_figures(const struct entry *e, struct receipt_figures *out)
{
    memset(out, 0, sizeof *out);
    if (kind_is_payment(e->kind))
        return payment_figures(e, out);
    return kind_base(e->kind) == KIND_REVERSAL ? reversal_figures(e, out) : paper_figures(e, out);
}

enum till_status receipt_lines(void *context, struct span packed,
                               struct allocation_line lines_out[BILLS_MAX], size_t *count_out)
{
    struct receipt receipt;
    enum till_status status = receipt_unpack(packed, &receipt);
    (void)context;
    *count_out = 0;
    if (status != TILL_OK) {
        log_warning("a paper can't be read: %s", status_text(status));
        return status;
    }
    assert(receipt.item_count <= BILLS_MAX);
    *count_out = receipt.item_count;
    memcpy(lines_out, receipt.items, *count_out * sizeof lines_out[0]);
    return TILL_OK;
}

/* ---- what came before and after -------------------------------------------------------------- */

static bool names_user(const struct entry *e, char user_out[USER_MAX])
{
    struct body_login body;
    uint16_t kind = kind_base(e->kind);
    if ((kind != KIND_LOGIN && kind != KIND_USER_SWITCHED) || entry_read_login(e, &body) != TILL_OK)
        return false;
    text_copy(user_out, USER_MAX, body.user);
    return true;
}

enum till_status receipt_who(struct app *app, uint64_t seq, char user_out[USER_MAX])
{
    struct entry entry;
    user_out[0] = '\0';
    while (seq > 1) {
        enum till_status status = journal_read(app->journal, --seq, &entry, NULL);
        if (status != TILL_OK || names_user(&entry, user_out))
            return status;
    }
    return TILL_OK;
}

/* One pass over what came after it: copies, and whether the shift it was made in has ended. */
static enum till_status look_after(struct app *app, struct receipt_view *view)
{
    static const uint16_t all[JOURNAL_KINDS] = {KIND_DUPLICATE, KIND_SHIFT_OPENED,
                                                KIND_SHIFT_CLOSED, KIND_LOGIN, KIND_USER_SWITCHED};
    static const uint16_t copies[JOURNAL_KINDS] = {KIND_DUPLICATE};
    struct entry entry = {.seq = view->seq};
    struct body_print print;
    char user[USER_MAX];
    const struct fold_user *now = fold_current(journal_fold(app->journal));
    enum till_status status;
    bool ended = false;
    text_copy(user, sizeof user, view->user);
    /* Each step goes on to a later entry: it ends. Who worked matters until the shift has ended. */
    while ((status = journal_next_of(app->journal, entry.seq, ended ? copies : all, &entry)) ==
           TILL_OK) {
        uint16_t kind = kind_base(entry.kind);
        if (kind == KIND_DUPLICATE && entry_read_print(&entry, &print) == TILL_OK &&
            print.seq == view->seq)
            view->copies = print.copy;
        else if ((kind == KIND_SHIFT_OPENED || kind == KIND_SHIFT_CLOSED) &&
                 strcmp(user, view->user) == 0)
            ended = true;
        else
            (void)names_user(&entry, user);
    }
    if (status != TILL_NOT_FOUND)
        return status;
    view->same_shift = !ended && now && now->shift_open && strcmp(now->user, view->user) == 0;
    return TILL_OK;
}

/* ---- whose ----------------------------------------------------------------------------------- */

static void name_customer(struct app *app, struct receipt_view *view)
{
    struct book_customer customer;
    if (app->book && view->account[0] &&
        book_customer(app->book, view->account, &customer) == TILL_OK)
        text_mask_name(view->name, sizeof view->name, customer.name);
}

static void name_people(struct app *app, struct receipt_view *view)
{
    struct book_user user;
    if (app->book && view->user[0] && book_find_user(app->book, view->user, &user) == TILL_OK)
        text_copy(view->collector, sizeof view->collector, user.name);
    name_customer(app, view);
}

/* For whom cash that is on its way is; a drop into the bank is for nobody. */
static void take_receiver(const struct entry *e, struct receipt_view *view)
{
    struct body_handover_given given;
    struct body_cash_drop drop;
    if (entry_read_handover_given(e, &given) == TILL_OK) {
        text_copy(view->receiver, sizeof view->receiver, given.receiver);
        view->other_minor = given.other_minor;
    } else if (entry_read_cash_drop(e, &drop) == TILL_OK && drop.to == 1) {
        text_copy(view->receiver, sizeof view->receiver, drop.receiver);
    }
}

static void take_figures(const struct entry *e, struct receipt_view *view)
{
    struct receipt_figures figures;
    take_receiver(e, view);
    view->seq = e->seq;
    view->at_s = e->at_s;
    view->kind = e->kind;
    memcpy(view->hash, e->hash, HASH_SIZE);
    if (receipt_figures(e, &figures) != TILL_OK)
        return;
    text_copy(view->account, sizeof view->account, figures.account);
    view->amount_minor = figures.amount_minor;
    view->cash_minor = figures.cash_minor;
    view->tender = figures.tender;
    view->basket = figures.basket;
}

/* ---- ours ------------------------------------------------------------------------------------ */

/* What was written by hand: its own number and time, and no paper of ours. */
static void name_manual(const struct entry *entry, struct receipt_view *view)
{
    struct body_manual_receipt body;
    if (entry_read_manual_receipt(entry, &body) != TILL_OK)
        return;
    text_copy(view->numbers, sizeof view->numbers, body.number);
    view->at_s = body.taken_at_s;
}

static void look_at_ours(struct app *app, const struct entry *entry, struct receipt_view *view)
{
    const struct fold_user *now = fold_current(journal_fold(app->journal));
    take_figures(entry, view);
    chain_check_code(entry->hash, view->check_code);
    view->state = journal_acknowledged(app->journal)->seq >= entry->seq ? RECEIPT_CONFIRMED
                                                                        : RECEIPT_RECORDED;
    view->reversed_by = journal_reversed_by(app->journal, entry->seq);
    if (view->reversed_by)
        view->state = RECEIPT_REVERSED;
    view->latest = now && now->own_latest_seq == entry->seq;
    view->why = receipt_who(app, entry->seq, view->user);
    if (view->why == TILL_OK)
        view->why = look_after(app, view);
    struct paper_numbers numbers;
    struct blind blind;
    blind_look(app, &blind);
    view->hidden = blind_hides(&blind, entry);
    if (view->why == TILL_OK)
        view->why = stock_of(app, entry->seq, &numbers);
    if (view->why == TILL_OK)
        stock_text(&numbers, view->numbers);
    bool ends =
        view->why == TILL_OK && numbers.count > 0 && !stock_is_plain(app, stock_class(app, entry));
    view->papers_out = ends ? 1 : view->copies + 1;
    name_manual(entry, view);
    name_people(app, view);
}

static void look_at_number(struct app *app, uint64_t seq, struct receipt_view *view)
{
    struct entry entry;
    view->state = RECEIPT_UNKNOWN;
    view->seq = seq;
    text_copy(view->terminal, sizeof view->terminal, journal_terminal(app->journal));
    view->why = seq == 0 || seq > journal_fold(app->journal)->seq
                    ? TILL_NOT_FOUND
                    : journal_read(app->journal, seq, &entry, NULL);
    if (view->why == TILL_OK && !kind_has_receipt(entry.kind) &&
        kind_base(entry.kind) != KIND_MANUAL_RECEIPT)
        view->why = TILL_NOT_FOUND;
    if (view->why == TILL_OK)
        look_at_ours(app, &entry, view);
}

static bool same_entry(const struct entry *a, const struct entry *b)
{
    return a->seq == b->seq && a->at_s == b->at_s && a->kind == b->kind &&
           a->body_size == b->body_size && memcmp(a->body, b->body, a->body_size) == 0 &&
           memcmp(a->hash, b->hash, HASH_SIZE) == 0;
}

/* A paper that names this terminal. One that bears our signature and is not in our journal means
 * that this journal is not the one that printed it: the office must know. */
static void look_at_proof(struct app *app, struct proof *proof, struct receipt_view *view)
{
    struct entry stored;
    uint8_t prev[HASH_SIZE];
    uint64_t seq = proof->entry.seq;
    view->why = proof_verify(&app->sealer, proof);
    if (view->why != TILL_OK) {
        view->state = RECEIPT_UNREADABLE;
        return;
    }
    bool has = seq <= journal_fold(app->journal)->seq;
    view->why = has ? journal_read(app->journal, seq, &stored, prev) : TILL_NOT_FOUND;
    if (has && view->why != TILL_OK) {
        view->state = RECEIPT_UNKNOWN;
    } else if (has && same_entry(&stored, &proof->entry) &&
               memcmp(prev, proof->prev, HASH_SIZE) == 0) {
        look_at_ours(app, &stored, view);
    } else {
        view->state = RECEIPT_UNKNOWN;
        take_figures(&proof->entry, view);
        view->why = TILL_E_FORK;
        ledger_anomaly(app, TILL_E_FORK,
                       "a paper bears our signature, the journal has no such record");
    }
}

/* ---- others ---------------------------------------------------------------------------------- */

/* The book tells the keys of those who held its meter books before: theirs is proven here. Of any
 * other terminal only the hash can be reckoned, by which the office finds this very record, and no
 * other of its number. */
static enum till_status prove_foreign(struct app *app, struct proof *proof)
{
    const struct book_holder *holder = NULL;
    struct crypto_key *key = NULL;
    struct sealer sealer;
    for (size_t i = 0; i < app->holder_count && !holder; i++)
        if (strcmp(app->holders[i].terminal, proof->terminal) == 0)
            holder = &app->holders[i];
    if (!holder || crypto_key_load_public(holder->journal_key, &key) != TILL_OK)
        return chain_hash(&app->sealer, proof->terminal, &proof->entry, proof->prev,
                          proof->entry.hash);
    crypto_sealer(&sealer, key);
    enum till_status status = proof_verify(&sealer, proof);
    crypto_key_free(key);
    return status;
}

static void look_at_foreign(struct app *app, struct proof *proof, struct receipt_view *view)
{
    struct receipt_figures figures;
    view->why = prove_foreign(app, proof);
    view->state = view->why == TILL_E_SIGNATURE ? RECEIPT_UNREADABLE : RECEIPT_FOREIGN;
    take_figures(&proof->entry, view);
    if (!kind_has_receipt(proof->entry.kind) ||
        receipt_figures(&proof->entry, &figures) != TILL_OK) {
        view->state = RECEIPT_UNREADABLE;
        view->why = TILL_E_PROTOCOL;
    }
    name_customer(app, view);
}

/* "0031-0004127", or of ours the digits after the dash alone. */
static bool read_number(const char *text, const char *ours, char terminal_out[TERMINAL_MAX],
                        uint64_t *seq_out)
{
    const char *dash = strrchr(text, '-');
    const char *digits = dash ? dash + 1 : text;
    size_t size = dash ? (size_t)(dash - text) : 0;
    if (size >= TERMINAL_MAX || strlen(digits) == 0 || strlen(digits) > SEQ_DIGITS_MOST ||
        strspn(digits, "0123456789") != strlen(digits))
        return false;
    memcpy(terminal_out, text, size);
    terminal_out[size] = '\0';
    if (!dash)
        text_copy(terminal_out, TERMINAL_MAX, ours);
    *seq_out = strtoull(digits, NULL, 10);
    return terminal_is_valid(terminal_out) && *seq_out > 0;
}

/* The number that is printed or written on the paper itself: which payment of ours has or had it?
 * False: none. */
static bool look_at_stock(struct app *app, const char *text, struct receipt_view *view)
{
    struct stock_number number;
    for (int type = STOCK_RECEIPT; type < STOCK_TYPE_COUNT; type++) {
        struct stock_view found = {0};
        if (!stock_number_read(text, type, &number) ||
            stock_number(app, &number, &found) != TILL_OK || found.seq == 0)
            continue;
        look_at_number(app, found.seq, view);
        return true;
    }
    return false;
}

static void look_at_typed(struct app *app, const char *text, const char *terminal, uint64_t seq,
                          struct receipt_view *view)
{
    bool is_ours = strcmp(terminal, journal_terminal(app->journal)) == 0;
    if (is_ours)
        look_at_number(app, seq, view);
    bool found = is_ours && view->why != TILL_NOT_FOUND;
    if (found || look_at_stock(app, text, view) || is_ours)
        return;
    text_copy(view->terminal, sizeof view->terminal, terminal);
    view->seq = seq;
    view->state = RECEIPT_FOREIGN;
    view->why = TILL_NOT_FOUND;
}

static void look_at_text(struct app *app, const char *text, struct receipt_view *view)
{
    struct proof proof;
    char terminal[TERMINAL_MAX];
    uint64_t seq;
    const char *ours = journal_terminal(app->journal);
    view->state = RECEIPT_UNREADABLE;
    if (read_number(text, ours, terminal, &seq)) {
        look_at_typed(app, text, terminal, seq, view);
        return;
    }
    view->why = proof_read(text, strlen(text), &proof);
    if (view->why != TILL_OK) {
        (void)look_at_stock(app, text, view);
        return;
    }
    text_copy(view->terminal, sizeof view->terminal, proof.terminal);
    view->proven = true;
    if (strcmp(proof.terminal, ours) == 0)
        look_at_proof(app, &proof, view);
    else
        look_at_foreign(app, &proof, view);
}

/* Taken over here already, whoever gave it. */
static void look_at_taken(struct app *app, struct receipt_view *view)
{
    bool known = view->state >= RECEIPT_FOREIGN && view->state != RECEIPT_UNKNOWN;
    if (known && view->receiver[0] && view->why == TILL_OK)
        view->why = carry_taken(app, view->hash, &view->taken_by);
}

enum till_status receipt_code(struct app *app, uint64_t seq, char *out)
{
    struct proof proof = {.terminal = ""};
    if (!app->journal || !app->book)
        return TILL_NO_BOOK;
    enum till_status status = journal_read(app->journal, seq, &proof.entry, proof.prev);
    if (status == TILL_OK && !kind_has_receipt(proof.entry.kind))
        status = TILL_NOT_FOUND;
    text_copy(proof.terminal, sizeof proof.terminal, journal_terminal(app->journal));
    return status == TILL_OK ? proof_write(book_site(app->book)->receipt_url, &proof, out) : status;
}

/* Given here and taken over on another terminal: the book tells, and who. */
static void look_at_elsewhere(struct app *app, struct receipt_view *view)
{
    struct carry_person person;
    if (view->state < RECEIPT_RECORDED || !view->receiver[0] ||
        carry_elsewhere(app, view->seq, &view->taken) != TILL_OK)
        return;
    enum till_status status = carry_person(app, view->taken.user, &person);
    if (status == TILL_OK || status == TILL_REFUSED)
        text_copy(view->taker, sizeof view->taker, person.name);
}

static int corrected(struct app *app, const char *terminal, uint64_t seq, int32_t *date_out)
{
    struct book_corrected found;
    *date_out = 0;
    if (!app->book || book_corrected(app->book, terminal, seq, &found) != TILL_OK)
        return 0;
    *date_out = found.date;
    return (int)found.how;
}

int receipt_corrected(struct app *app, uint64_t seq)
{
    int32_t date;
    return corrected(app, journal_terminal(app->journal), seq, &date);
}

/* What the office did with it after the day was closed: the book tells. */
static void look_at_book(struct app *app, struct receipt_view *view)
{
    if (view->seq != 0 && view->state != RECEIPT_UNREADABLE)
        view->corrected = corrected(app, view->terminal, view->seq, &view->corrected_on);
}

void receipt_look(struct app *app, const char *text, uint64_t seq, struct receipt_view *out)
{
    memset(out, 0, sizeof *out);
    if (!app->journal) {
        out->why = TILL_NOT_ENROLLED;
        return;
    }
    if (text[0])
        look_at_text(app, text, out);
    else
        look_at_number(app, seq, out);
    look_at_taken(app, out);
    look_at_elsewhere(app, out);
    look_at_book(app, out);
}

/* ---- the list -------------------------------------------------------------------------------- */

/* How often each of the page was printed again: one pass over what came after it. */
static enum till_status count_copies(struct app *app, struct flow_receipt *rows, size_t count)
{
    static const uint16_t kinds[JOURNAL_KINDS] = {KIND_DUPLICATE};
    struct entry entry = {.seq = count ? rows[count - 1].seq : UINT64_MAX};
    struct body_print print;
    enum till_status status;
    /* Each step goes on to a later entry: it ends. */
    while ((status = journal_next_of(app->journal, entry.seq, kinds, &entry)) == TILL_OK) {
        if (entry_read_print(&entry, &print) != TILL_OK)
            continue;
        for (size_t i = 0; i < count; i++)
            if (rows[i].seq == print.seq)
                rows[i].copies = print.copy;
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static bool take_row(struct app *app, const struct blind *blind, const struct entry *entry,
                     struct flow_receipt *row)
{
    struct receipt_figures figures;
    if (!kind_has_receipt(entry->kind) || receipt_figures(entry, &figures) != TILL_OK)
        return false;
    memset(row, 0, sizeof *row);
    row->seq = entry->seq;
    row->at_s = entry->at_s;
    row->kind = entry->kind;
    row->hidden = blind_hides(blind, entry);
    row->amount_minor = row->hidden ? 0 : figures.amount_minor;
    row->reversed_by = journal_reversed_by(app->journal, entry->seq);
    row->corrected = receipt_corrected(app, entry->seq);
    text_copy(row->account, sizeof row->account, figures.account);
    chain_check_code(entry->hash, row->check_code);
    return true;
}

void receipt_list(struct app *app, const struct flow_effect *effect, struct flow_event *event,
                  struct flow_receipt rows[FLOW_RECEIPTS_MAX])
{
    struct entry entry;
    struct blind blind;
    size_t count = 0;
    blind_look(app, &blind);
    event->type = EVENT_RECEIPTS;
    event->status = app->journal ? TILL_OK : TILL_NOT_ENROLLED;
    uint64_t seq = app->journal ? journal_fold(app->journal)->seq : 0;
    if (effect->as.below_seq && effect->as.below_seq - 1 < seq)
        seq = effect->as.below_seq - 1;
    for (; seq > 0 && count < FLOW_RECEIPTS_MAX && event->status == TILL_OK; seq--) {
        event->status = journal_read(app->journal, seq, &entry, NULL);
        if (event->status == TILL_OK && take_row(app, &blind, &entry, &rows[count]))
            count++;
    }
    if (event->status == TILL_OK)
        event->status = count_copies(app, rows, count);
    event->as.receipts.rows = rows;
    event->as.receipts.count = count;
    event->as.receipts.more = seq > 0 && count == FLOW_RECEIPTS_MAX;
}
