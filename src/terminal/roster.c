/*
 * The book with the journal laid over it: what a customer owes now, as far as this terminal knows.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "overlay.h"
#include "parts.h"
#include "rounds.h"
#include "text.h"

enum { LIST_MOST = ROUNDS_MOST, TOUCHES_MOST = 64, NEAR_M = 3000 };

/* ---- what was done --------------------------------------------------------------------------- */

/* Made since the user's shift opened? */
static bool of_this_shift(struct app *app, uint64_t seq)
{
    const struct fold_user *user = fold_current(journal_fold(app->journal));
    struct entry entry;
    return user && user->shift_open && journal_read(app->journal, seq, &entry, NULL) == TILL_OK &&
           entry.at_s >= user->shift_opened_at_s;
}

static bool is_reversed(const struct journal_touch *touches, size_t count, uint64_t seq)
{
    for (size_t i = 0; i < count; i++)
        if (touches[i].touch.reverses == seq)
            return true;
    return false;
}

/* Touches come newest first: what is found first is the latest of its sort. */
static void mark(struct app *app, const struct journal_touch *touches, size_t count,
                 struct stop_marks *out)
{
    const struct book_meta *meta = book_meta(app->book);
    bool skips = false, paid = false;
    for (size_t i = 0; i < count; i++) {
        const struct fold_touch *t = &touches[i].touch;
        uint64_t seq = touches[i].seq;
        /* A dispute stands until a book has come that knows of it. */
        if (t->kind == KIND_DISPUTE && !out->dispute_proof && seq > meta->applied_seq)
            out->dispute_proof = t->code;
        if (!of_this_shift(app, seq))
            continue;
        if (kind_is_payment(t->kind) && !is_reversed(touches, count, seq)) {
            out->latest_receipt_seq = paid ? out->latest_receipt_seq : seq;
            paid = true;
        } else if (t->kind == KIND_STOP_SKIPPED && !skips) {
            out->skip_reason = paid ? 0 : t->code;
            skips = true;
        } else if (t->kind == KIND_NOTICE) {
            out->noticed = true;
        } else if (t->kind == KIND_READING && out->reading_cwh < 0) {
            out->reading_cwh = t->amount_minor;
        }
    }
}

static enum till_status marks_of(struct app *app, const char *account, struct stop_marks *out)
{
    struct journal_touch touches[TOUCHES_MOST];
    size_t count = 0;
    *out = (struct stop_marks){.reading_cwh = -1};
    enum till_status status =
        journal_touches(app->journal, account, 0, touches, TOUCHES_MOST, &count);
    if (status == TILL_OK)
        mark(app, touches, count, out);
    return status;
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* The meter book was another's before, who has not reported. With several the one that has been
 * silent longest is named. */
static void lay_holders(const struct app *app, struct customer_view *out)
{
    out->earlier[0] = '\0';
    out->earlier_through_s = 0;
    for (size_t i = 0; i < app->holder_count; i++) {
        const struct book_holder *h = &app->holders[i];
        if (strcmp(h->meter_book, out->customer.meter_book) != 0)
            continue;
        out->customer.flags |= BOOK_CUSTOMER_MAYBE_COLLECTED;
        if (out->earlier[0] && h->through_s >= out->earlier_through_s)
            continue;
        text_copy(out->earlier, sizeof out->earlier, h->terminal);
        out->earlier_through_s = h->through_s;
    }
}

/* Nothing punishes who may have paid the one who was here before; and the fee of who says it is
 * paid waits for the office's answer. */
void roster_spare(struct customer_view *view)
{
    if (customer_is_disputed(view))
        arrears_hold_fees(&view->arrears);
    else if (customer_is_maybe_collected(view))
        arrears_waive_fees(&view->arrears);
}

static enum till_status view_of(struct app *app, const struct book_customer *customer,
                                struct customer_view *out)
{
    const struct report_paper paper = {.lines = receipt_lines};
    out->customer = *customer;
    lay_holders(app, out);
    taken_lay_over(app, out);
    ask_lay_over(app, out);
    enum till_status status = book_arrears(app->book, customer->account, &out->arrears);
    if (status == TILL_OK)
        status =
            overlay_lay(app->journal, app->book, &paper, customer, &out->arrears, &out->paid_here);
    if (status == TILL_OK)
        status =
            arrears_assess(book_site(app->book), customer->class, app->facts.today, &out->arrears);
    if (status == TILL_OK)
        status = marks_of(app, customer->account, &out->marks);
    if (status == TILL_OK)
        roster_spare(out);
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
    row->customer = view.customer;
    row->due_minor = view.arrears.due_minor;
    row->balance_minor = view.arrears.balance_minor;
    row->months = (uint16_t)view.arrears.count;
    row->paid_here = view.paid_here;
    row->marks = view.marks;
    text_copy(row->collected_by, sizeof row->collected_by, view.collected_by);
    row->matched = (int)line->match;
    row->distance_m = line->distance_m;
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

/* Small change that is carried asks for no visit. */
static int64_t carried_minor(const struct app *app)
{
    return book_site(app->book)->tolerance_minor;
}

/* The book's sum decides unless something of ours is newer. */
enum owing roster_owes(struct app *app, const struct book_line *line)
{
    struct customer_view view;
    struct journal_touch touch;
    size_t touches = 0;
    bool owes_in_book = line->owed_minor - line->customer.balance_minor > carried_minor(app);
    if (journal_touches(app->journal, line->customer.account, 0, &touch, 1, &touches) != TILL_OK ||
        touches == 0)
        return owes_in_book ? OWES : OWES_NOTHING;
    if (view_of(app, &line->customer, &view) != TILL_OK)
        return OWES_NOTHING;
    if (view.arrears.due_minor <= carried_minor(app))
        return OWES_NOTHING;
    return view.marks.skip_reason || view.marks.dispute_proof ? OWES_AND_WAS_LEFT : OWES;
}

struct survey {
    size_t total;
    uint32_t owing;
    size_t next; /* who owes, at or after the place asked for; total = none */
};

/* First places found: at or after the place asked for, and of the whole book. */
struct places {
    size_t further, any;
};

static void note_place(struct places *p, size_t at, size_t from)
{
    if (p->any == LIST_MOST)
        p->any = at;
    if (p->further == LIST_MOST && at >= from)
        p->further = at;
}

/* Nobody further on: begin again with those passed by, and at last with those left on purpose. */
static size_t choose_next(const struct places *open, const struct places *left, size_t total)
{
    const size_t order[] = {open->further, open->any, left->further, left->any};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        if (order[i] != LIST_MOST)
            return order[i];
    return total;
}

static enum till_status survey(struct app *app, const char *meter_book, size_t from,
                               struct survey *out)
{
    const uint8_t *owing;
    struct places open = {LIST_MOST, LIST_MOST}, left = {LIST_MOST, LIST_MOST};
    memset(out, 0, sizeof *out);
    enum till_status status = rounds_of(app, meter_book, &owing, &out->total);
    if (status != TILL_OK)
        return status;
    for (size_t i = 0; i < out->total; i++) {
        if (owing[i] == OWES_NOTHING)
            continue;
        out->owing++;
        note_place(owing[i] == OWES ? &open : &left, i, from);
    }
    out->next = choose_next(&open, &left, out->total);
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

/* What was found, one screen of it, and how many there are as far as anyone has looked. */
static enum till_status show_lines(struct app *app, const struct book_line *lines, size_t total,
                                   struct flow_event *event, struct flow_row *rows)
{
    size_t offset = event->as.window.offset, shown = 0;
    enum till_status status = TILL_OK;
    if (offset < total) {
        shown = total - offset < FLOW_WINDOW_MAX ? total - offset : FLOW_WINDOW_MAX;
        status = rows_of(app, lines + offset, shown, rows);
    }
    event->as.window.rows = rows;
    event->as.window.count = shown;
    event->as.window.total = event->as.window.select = total;
    return status;
}

/* Looked for as far as one can see, and one screen further: among a million most queries have more
 * hits than anyone reads. */
static enum till_status look(struct app *app, const struct flow_effect *effect, size_t most,
                             struct book_line *lines, size_t *total_out)
{
    if (effect->type == EFFECT_NEAR)
        return app->has_position ? book_nearest(app->book, app->latitude_e7, app->longitude_e7,
                                                NEAR_M, lines, most, total_out)
                                 : TILL_NOT_FOUND;
    return book_find(app->book, effect->as.window.query, 0, lines, most, total_out);
}

void roster_find(struct app *app, const struct flow_effect *effect, struct flow_event *event,
                 struct flow_row rows[FLOW_WINDOW_MAX])
{
    size_t total = 0, most = effect->as.window.offset + FLOW_SEEN_MAX + 1;
    if (most > FLOW_FOUND_MAX)
        most = FLOW_FOUND_MAX;
    struct book_line *lines = malloc(most * sizeof *lines);
    event->as.window.offset = effect->as.window.offset;
    event->status = !lines ? TILL_E_MEMORY : app->book ? TILL_OK : TILL_NO_BOOK;
    if (event->status == TILL_OK)
        event->status = look(app, effect, most, lines, &total);
    enum till_status shown = show_lines(app, lines, total, event, rows);
    if (event->status == TILL_OK)
        event->status = shown;
    free(lines);
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
