/*
 * Numbered paper: what the journal says of numbers, what the book says was issued, and which papers
 * take one. Nothing here changes anything.
 */
#include <stdio.h>
#include <string.h>

#include "parts.h"
#include "text.h"

/* ---- what an entry says of a number ---------------------------------------------------------- */

struct said {
    struct stock_number number;
    enum stock_state state;
    uint64_t seq;
    uint32_t copy;
};

static bool same_series(const struct stock_number *a, const struct stock_number *b)
{
    return a->type == b->type && strcmp(a->series, b->series) == 0;
}

static bool same_number(const struct stock_number *a, const struct stock_number *b)
{
    return a->number == b->number && same_series(a, b);
}

static bool says(const struct entry *e, struct said *out)
{
    struct body_stock_used used;
    struct body_stock_ended ended;
    struct body_manual_receipt manual;
    memset(out, 0, sizeof *out);
    if (kind_is_training(e->kind))
        return false;
    if (entry_read_stock_used(e, &used) == TILL_OK) {
        *out = (struct said){used.number, STOCK_USED, used.seq, used.copy};
        return true;
    }
    if (entry_read_stock_ended(e, &ended) == TILL_OK) {
        bool voided = kind_base(e->kind) == KIND_STATIONERY_VOIDED;
        *out = (struct said){ended.number, voided ? STOCK_VOIDED : STOCK_SPOILED, ended.seq, 0};
        return true;
    }
    if (entry_read_manual_receipt(e, &manual) != TILL_OK)
        return false;
    *out = (struct said){.state = STOCK_USED, .seq = e->seq};
    return stock_number_read(manual.number, STOCK_MANUAL, &out->number);
}

/* ---- the numbers of a receipt ---------------------------------------------------------------- */

static void drop(struct paper_numbers *numbers, const struct stock_number *n)
{
    for (size_t i = 0; i < numbers->count; i++) {
        if (!same_number(&numbers->list[i], n))
            continue;
        numbers->count--;
        numbers->list[i] = numbers->list[numbers->count];
        numbers->copies[i] = numbers->copies[numbers->count];
        return;
    }
}

enum till_status stock_of(struct app *app, uint64_t seq, struct paper_numbers *out)
{
    static const uint16_t kinds[JOURNAL_KINDS] = {KIND_STATIONERY_USED, KIND_STATIONERY_SPOILED,
                                                  KIND_STATIONERY_VOIDED};
    struct entry entry = {.seq = seq};
    struct said said;
    enum till_status status;
    memset(out, 0, sizeof *out);
    /* Each step goes on to a later entry: it ends. */
    while ((status = journal_next_of(app->journal, entry.seq, kinds, &entry)) == TILL_OK) {
        if (!says(&entry, &said))
            continue;
        if (said.state != STOCK_USED) {
            drop(out, &said.number);
        } else if (said.seq == seq && out->count < PAPER_NUMBERS_MAX) {
            out->list[out->count] = said.number;
            out->copies[out->count++] = said.copy;
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

void stock_text(const struct paper_numbers *numbers, char out[PAPER_NUMBERS_TEXT_MAX])
{
    char first[STOCK_TEXT_MAX], second[STOCK_TEXT_MAX];
    out[0] = '\0';
    if (numbers->count > 0) {
        stock_number_format(&numbers->list[0], first);
        text_copy(out, PAPER_NUMBERS_TEXT_MAX, first);
    }
    if (numbers->count > 1) {
        stock_number_format(&numbers->list[1], second);
        snprintf(out, PAPER_NUMBERS_TEXT_MAX, "%s %s", first, second);
    }
}

/* ---- which papers take one ------------------------------------------------------------------- */

static enum site_paper paper_of(const struct app *app, enum customer_class class)
{
    const struct site *site = app->book ? book_site(app->book) : NULL;
    bool known = site && (unsigned)class < SITE_PAPERS_MAX;
    return known ? (enum site_paper)site->papers[class] : SITE_PAPER_RECEIPT;
}

/* Invoices come from numbered paper or not at all. */
static bool gets_invoice(const struct app *app, enum customer_class class)
{
    return app->settings.numbered_invoices && paper_of(app, class) != SITE_PAPER_RECEIPT;
}

static bool gets_receipt(const struct app *app, enum customer_class class)
{
    return !gets_invoice(app, class) || paper_of(app, class) == SITE_PAPER_BOTH;
}

unsigned stock_types(const struct app *app, enum customer_class class)
{
    unsigned types = 0;
    if (app->settings.numbered_receipts && gets_receipt(app, class))
        types |= 1U << STOCK_RECEIPT;
    if (gets_invoice(app, class))
        types |= 1U << STOCK_INVOICE;
    return types;
}

bool stock_is_plain(const struct app *app, enum customer_class class)
{
    return !app->settings.numbered_receipts && gets_receipt(app, class);
}

enum customer_class stock_class(struct app *app, const struct entry *e)
{
    struct body_collection body;
    struct book_customer customer;
    bool known = app->book && entry_read_collection(e, &body) == TILL_OK &&
                 book_customer(app->book, body.account, &customer) == TILL_OK;
    return known ? customer.class : CUSTOMER_RESIDENT;
}

/* ---- one number ------------------------------------------------------------------------------ */

static void name_receipt(struct app *app, struct stock_view *view)
{
    struct entry entry;
    struct body_collection paid;
    if (view->seq == 0 || journal_read(app->journal, view->seq, &entry, NULL) != TILL_OK ||
        entry_read_payment(&entry, &paid, NULL) != TILL_OK)
        return;
    text_copy(view->account, sizeof view->account, paid.account);
    view->amount_minor = paid.amount_minor;
    view->reversed = journal_reversed_by(app->journal, view->seq) != 0;
}

static bool in_hand(const struct fold *fold, const struct stock_number *n)
{
    for (size_t i = 0; i < fold->stock_count; i++) {
        const struct fold_stock *s = &fold->stock[i];
        if (s->type == n->type && strcmp(s->series, n->series) == 0 && n->number >= s->next &&
            n->number <= s->last)
            return true;
    }
    return false;
}

enum till_status stock_number(struct app *app, const struct stock_number *n,
                              struct stock_view *view)
{
    static const uint16_t kinds[JOURNAL_KINDS] = {KIND_STATIONERY_USED, KIND_STATIONERY_SPOILED,
                                                  KIND_STATIONERY_VOIDED, KIND_MANUAL_RECEIPT};
    struct entry entry = {.seq = 0};
    struct said said;
    enum till_status status;
    while ((status = journal_next_of(app->journal, entry.seq, kinds, &entry)) == TILL_OK) {
        if (!says(&entry, &said) || !same_number(&said.number, n))
            continue;
        view->state = said.state;
        view->seq = said.seq;
    }
    if (view->state == STOCK_UNKNOWN && in_hand(journal_fold(app->journal), n))
        view->state = STOCK_UNUSED;
    name_receipt(app, view);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* ---- what was issued ------------------------------------------------------------------------- */

static enum till_status was_received(struct app *app, const struct book_stock *issue, bool *was_out)
{
    static const uint16_t kinds[JOURNAL_KINDS] = {KIND_STATIONERY_RECEIVED};
    struct entry entry = {.seq = 0};
    struct body_stock_range range;
    enum till_status status;
    *was_out = false;
    while ((status = journal_next_of(app->journal, entry.seq, kinds, &entry)) == TILL_OK)
        if (!kind_is_training(entry.kind) && entry_read_stock_range(&entry, &range) == TILL_OK &&
            range.type == issue->type && strcmp(range.series, issue->series) == 0 &&
            range.first <= issue->last && range.last >= issue->first)
            *was_out = true;
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status look_at_issues(struct app *app, struct stock_view *view)
{
    struct book_stock all[BOOK_STOCK_MAX];
    size_t count = 0;
    bool received;
    if (!app->book)
        return TILL_OK;
    enum till_status status = book_stock(app->book, all, BOOK_STOCK_MAX, &count);
    for (size_t i = 0; i < count && status == TILL_OK; i++) {
        status = was_received(app, &all[i], &received);
        if (status == TILL_OK && !received && view->count < STOCK_ISSUES_MAX)
            view->issues[view->count++] = all[i];
    }
    return status;
}

static enum till_status look_at_range(struct app *app, const struct stock_number *first,
                                      uint64_t last, struct stock_view *view)
{
    struct book_stock all[BOOK_STOCK_MAX];
    size_t count = 0;
    if (!app->book)
        return TILL_OK;
    enum till_status status = book_stock(app->book, all, BOOK_STOCK_MAX, &count);
    for (size_t i = 0; i < count && status == TILL_OK; i++) {
        if (all[i].type != first->type || strcmp(all[i].series, first->series) != 0 ||
            first->number < all[i].first || last > all[i].last)
            continue;
        view->issued = true;
        text_copy(view->from, sizeof view->from, all[i].from);
    }
    return status;
}

/* ---- face amounts ---------------------------------------------------------------------------- */

/* The range that has this number in it or before it: where it began. 0: it was never taken over. */
static enum till_status first_of(struct app *app, const struct fold_stock *stock, uint64_t *out)
{
    static const uint16_t kinds[JOURNAL_KINDS] = {KIND_STATIONERY_RECEIVED};
    struct entry entry = {.seq = 0};
    struct body_stock_range range;
    enum till_status status;
    *out = 0;
    while ((status = journal_next_of(app->journal, entry.seq, kinds, &entry)) == TILL_OK)
        if (!kind_is_training(entry.kind) && entry_read_stock_range(&entry, &range) == TILL_OK &&
            range.type == stock->type && strcmp(range.series, stock->series) == 0 &&
            range.first <= stock->next && range.last >= stock->last && range.first <= stock->last)
            *out = range.first;
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* Another range's count may name the number at which this one begins: that one has nothing left. */
static bool is_count_of(const struct body_stock_counted *b, const struct fold_stock *stock,
                        uint64_t first)
{
    return b->next.type == stock->type && strcmp(b->next.series, stock->series) == 0 &&
           b->next.number >= first && b->next.number <= stock->next &&
           (b->next.number > first || b->unused > 0);
}

static int64_t face_of(struct app *app, uint64_t seq)
{
    struct stock_view view = {.seq = seq};
    name_receipt(app, &view);
    return view.amount_minor;
}

/* What was used since the count before, less what of it ended: as the fold counts them. */
static enum till_status look_at_face(struct app *app, const struct stock_number *next,
                                     uint64_t last, struct stock_view *view)
{
    static const uint16_t kinds[JOURNAL_KINDS] = {KIND_STATIONERY_USED, KIND_STATIONERY_SPOILED,
                                                  KIND_STATIONERY_VOIDED, KIND_MANUAL_RECEIPT,
                                                  KIND_STATIONERY_COUNTED};
    const struct fold *fold = journal_fold(app->journal);
    const struct fold_stock *stock = NULL;
    struct entry entry = {.seq = 0};
    struct body_stock_counted counted;
    struct said said;
    uint64_t first = 0;
    for (size_t i = 0; i < fold->stock_count; i++)
        if (fold->stock[i].type == next->type && fold->stock[i].next == next->number &&
            fold->stock[i].last == last && strcmp(fold->stock[i].series, next->series) == 0)
            stock = &fold->stock[i];
    if (!stock)
        return TILL_NOT_FOUND;
    enum till_status status = first_of(app, stock, &first);
    while (status == TILL_OK &&
           (status = journal_next_of(app->journal, entry.seq, kinds, &entry)) == TILL_OK) {
        if (kind_base(entry.kind) == KIND_STATIONERY_COUNTED) {
            if (!kind_is_training(entry.kind) &&
                entry_read_stock_counted(&entry, &counted) == TILL_OK &&
                is_count_of(&counted, stock, first))
                view->amount_minor = 0;
            continue;
        }
        if (!says(&entry, &said) || said.seq == 0 || !same_series(&said.number, next) ||
            said.number.number < first || said.number.number >= stock->next ||
            (said.state != STOCK_USED && said.number.number < stock->since))
            continue;
        int64_t face_minor = face_of(app, said.seq);
        view->amount_minor += said.state == STOCK_USED ? face_minor : -face_minor;
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* ---- late fee -------------------------------------------------------------------------------- */

/* Late fee stops when the money is handed over. */
static enum till_status look_at_fee(struct app *app, const struct flow_effect *effect,
                                    struct stock_view *view)
{
    struct customer_view customer;
    struct allocation allocation;
    struct body_manual_receipt body = {.amount_minor = effect->as.stock.amount_minor,
                                       .taken_at_s = effect->as.stock.at_s};
    text_copy(body.account, sizeof body.account, effect->as.stock.account);
    enum till_status status = manual_allocate(app, &body, &customer, &allocation);
    if (status == TILL_OK)
        view->amount_minor = allocation.late_fee_minor;
    return status;
}

void stock_look(struct app *app, const struct flow_effect *effect, struct flow_event *event,
                struct stock_view *view)
{
    const struct stock_number *number = &effect->as.stock.number;
    memset(view, 0, sizeof *view);
    view->question = effect->as.stock.question;
    event->type = EVENT_STOCK;
    event->as.stock = view;
    event->status = TILL_NOT_ENROLLED;
    if (!app->journal)
        return;
    switch (effect->as.stock.question) {
    case STOCK_ASK_ISSUES:
        event->status = look_at_issues(app, view);
        break;
    case STOCK_ASK_NUMBER:
        event->status = stock_number(app, number, view);
        break;
    case STOCK_ASK_RANGE:
        event->status = look_at_range(app, number, effect->as.stock.last, view);
        break;
    case STOCK_ASK_FACE:
        event->status = look_at_face(app, number, effect->as.stock.last, view);
        break;
    default:
        event->status = look_at_fee(app, effect, view);
        break;
    }
}
