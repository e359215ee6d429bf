/*
 * The book with the journal laid over it: what a customer owes now, as far as this terminal knows.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "parts.h"
#include "text.h"

enum { CHUNK = 32, LIST_MOST = 100000 };

/* Take this terminal's payments that the book does not hold yet out of the arrears. */
static enum till_status lay_over(struct app *app, const char *account, struct arrears *arrears,
                                 bool *paid_out)
{
    struct journal_payment payments[JOURNAL_PAYMENTS_MAX];
    const struct book_meta *meta = book_meta(app->book);
    size_t count = 0;
    enum till_status status =
        journal_payments(app->journal, account, meta->applied_seq, meta->unapplied,
                         meta->unapplied_count, payments, &count);
    *paid_out = count > 0;
    for (size_t i = 0; i < count && status == TILL_OK; i++)
        status = arrears_settle(arrears, payments[i].amount_minor, payments[i].late_fee_minor);
    return status;
}

static enum till_status view_of(struct app *app, const struct book_customer *customer,
                                struct customer_view *out)
{
    out->customer = *customer;
    enum till_status status = book_arrears(app->book, customer->account, &out->arrears);
    if (status == TILL_OK)
        status = lay_over(app, customer->account, &out->arrears, &out->paid_here);
    if (status == TILL_OK)
        status =
            arrears_assess(book_site(app->book), customer->class, app->facts.today, &out->arrears);
    return status;
}

enum till_status roster_customer(struct app *app, const char *account, struct customer_view *out)
{
    struct book_customer customer;
    if (!app->book)
        return TILL_NO_BOOK;
    enum till_status status = book_customer(app->book, account, &customer);
    return status == TILL_OK ? view_of(app, &customer, out) : status;
}

static enum till_status row_of(struct app *app, const struct book_line *line, struct flow_row *row)
{
    struct customer_view view;
    enum till_status status = view_of(app, &line->customer, &view);
    row->customer = line->customer;
    row->due_minor = view.arrears.due_minor;
    row->balance_minor = view.arrears.balance_minor;
    row->months = (uint16_t)view.arrears.count;
    row->paid_here = view.paid_here;
    return status;
}

static enum till_status rows_of(struct app *app, const struct book_line *lines, size_t count,
                                struct flow_row *rows)
{
    enum till_status status = TILL_OK;
    for (size_t i = 0; i < count && status == TILL_OK; i++)
        status = row_of(app, &lines[i], &rows[i]);
    return status;
}

/* Does this customer still owe? The book's sum decides unless a payment of ours is newer. */
static bool owes(struct app *app, const struct book_line *line)
{
    struct customer_view view;
    if (line->owed_minor <= line->customer.balance_minor)
        return false;
    if (!journal_has_payment(app->journal, line->customer.account, 0))
        return true;
    return view_of(app, &line->customer, &view) == TILL_OK && view.arrears.due_minor > 0;
}

struct survey {
    size_t total;
    uint32_t owing;
    size_t next; /* first who owes at or after the place asked for; total = none */
};

/* Through a whole meter book once: a few hundred customers, a few milliseconds. */
static enum till_status survey(struct app *app, const char *meter_book, size_t from,
                               struct survey *out)
{
    struct book_line lines[CHUNK];
    size_t count = CHUNK, first = LIST_MOST;
    memset(out, 0, sizeof *out);
    out->next = LIST_MOST;
    for (size_t offset = 0; count == CHUNK && offset < LIST_MOST; offset += CHUNK) {
        enum till_status status = book_window(app->book, meter_book, offset, lines, CHUNK, &count);
        if (status != TILL_OK)
            return status;
        for (size_t i = 0; i < count; i++) {
            if (!owes(app, &lines[i]))
                continue;
            out->owing++;
            if (first == LIST_MOST)
                first = offset + i;
            if (out->next == LIST_MOST && offset + i >= from)
                out->next = offset + i;
        }
        out->total = offset + count;
    }
    if (out->next == LIST_MOST) /* nobody further on: begin again with those left behind */
        out->next = first == LIST_MOST ? out->total : first;
    return TILL_OK;
}

void roster_window(struct app *app, const struct flow_effect *effect, struct flow_event *event,
                   struct flow_row rows[FLOW_WINDOW_MAX])
{
    struct book_line lines[FLOW_WINDOW_MAX];
    struct survey s;
    size_t offset = effect->as.window.offset, count = 0;
    event->status = TILL_NO_BOOK;
    if (!app->book)
        return;
    event->status = survey(app, effect->as.window.meter_book, offset, &s);
    if (event->status != TILL_OK)
        return;
    if (effect->as.window.seek)
        offset = s.next > 1 ? s.next - 1 : 0;
    if (offset + FLOW_WINDOW_MAX > s.total)
        offset = s.total > FLOW_WINDOW_MAX ? s.total - FLOW_WINDOW_MAX : 0;
    event->status = book_window(app->book, effect->as.window.meter_book, offset, lines,
                                FLOW_WINDOW_MAX, &count);
    if (event->status == TILL_OK)
        event->status = rows_of(app, lines, count, rows);
    event->as.window.rows = rows;
    event->as.window.count = count;
    event->as.window.total = s.total;
    event->as.window.offset = offset;
    event->as.window.select = effect->as.window.seek ? s.next : s.total;
    event->as.window.owing = s.owing;
}

/* All that may be shown in one go: each call of book_find looks through the whole book. */
static enum till_status find_rows(struct app *app, const struct flow_effect *effect,
                                  struct flow_row rows[FLOW_WINDOW_MAX], size_t *shown_out,
                                  size_t *total_out)
{
    struct book_line *lines = malloc(FLOW_FOUND_MAX * sizeof *lines);
    size_t offset = effect->as.window.offset, shown = 0;
    if (!lines)
        return TILL_E_MEMORY;
    enum till_status status =
        book_find(app->book, effect->as.window.query, 0, lines, FLOW_FOUND_MAX, total_out);
    if (status == TILL_OK && offset < *total_out) {
        size_t left = *total_out - offset;
        shown = left < FLOW_WINDOW_MAX ? left : FLOW_WINDOW_MAX;
        status = rows_of(app, lines + offset, shown, rows);
    }
    *shown_out = shown;
    free(lines);
    return status;
}

void roster_find(struct app *app, const struct flow_effect *effect, struct flow_event *event,
                 struct flow_row rows[FLOW_WINDOW_MAX])
{
    size_t total = 0, shown = 0;
    event->status = app->book ? find_rows(app, effect, rows, &shown, &total) : TILL_NO_BOOK;
    event->as.window.rows = rows;
    event->as.window.count = shown;
    event->as.window.total = total;
    event->as.window.offset = effect->as.window.offset;
    event->as.window.select = total;
}

void roster_books(struct app *app, const struct flow_effect *effect, struct flow_event *event,
                  struct flow_book rows[FLOW_BOOKS_MAX])
{
    struct book_meter_book one;
    struct survey s;
    size_t index = 0, shown = 0;
    event->type = EVENT_BOOKS;
    event->status = app->book ? TILL_OK : TILL_NO_BOOK;
    while (event->status == TILL_OK && index < LIST_MOST &&
           book_meter_book_at(app->book, index, &one) == TILL_OK) {
        if (index >= effect->as.window.offset && shown < FLOW_BOOKS_MAX) {
            event->status = survey(app, one.id, 0, &s);
            rows[shown].book = one;
            rows[shown++].owing = s.owing;
        }
        index++;
    }
    event->as.books.rows = rows;
    event->as.books.count = shown;
    event->as.books.total = index;
    event->as.books.offset = effect->as.window.offset;
}

/* How often each receipt of the page was printed again: one pass over what came after it. */
static enum till_status count_copies(struct app *app, struct flow_receipt *rows, size_t count)
{
    struct entry entry;
    struct body_print print;
    uint64_t head = journal_fold(app->journal)->seq;
    for (uint64_t seq = count ? rows[count - 1].seq + 1 : head + 1; seq <= head; seq++) {
        enum till_status status = journal_read(app->journal, seq, &entry, NULL);
        if (status != TILL_OK)
            return status;
        if (kind_base(entry.kind) != KIND_DUPLICATE || entry_read_print(&entry, &print) != TILL_OK)
            continue;
        for (size_t i = 0; i < count; i++)
            if (rows[i].seq == print.seq)
                rows[i].copies = print.copy;
    }
    return TILL_OK;
}

void roster_receipts(struct app *app, const struct flow_effect *effect, struct flow_event *event,
                     struct flow_receipt rows[FLOW_RECEIPTS_MAX])
{
    struct entry entry;
    struct body_collection body;
    uint64_t seq = journal_fold(app->journal)->last_receipt_seq;
    size_t count = 0;
    event->type = EVENT_RECEIPTS;
    event->status = TILL_OK;
    if (effect->as.below_seq && effect->as.below_seq - 1 < seq)
        seq = effect->as.below_seq - 1;
    for (; seq > 0 && count < FLOW_RECEIPTS_MAX && event->status == TILL_OK; seq--) {
        event->status = journal_read(app->journal, seq, &entry, NULL);
        if (event->status != TILL_OK || !kind_has_receipt(entry.kind) ||
            entry_read_collection(&entry, &body) != TILL_OK)
            continue;
        struct flow_receipt *row = &rows[count++];
        memset(row, 0, sizeof *row);
        row->seq = entry.seq;
        row->at_s = entry.at_s;
        row->amount_minor = body.amount_minor;
        text_copy(row->account, sizeof row->account, body.account);
        chain_check_code(entry.hash, row->check_code);
    }
    if (event->status == TILL_OK)
        event->status = count_copies(app, rows, count);
    event->as.receipts.rows = rows;
    event->as.receipts.count = count;
    event->as.receipts.more = seq > 0 && count == FLOW_RECEIPTS_MAX;
}
