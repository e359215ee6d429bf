/*
 * Reports: the file beside the journal that they are looked up in, read on while nobody works, and
 * what a flow asks of it.
 *
 * Nobody needs it to take money: it is opened when it is first wanted, and one that can't be opened
 * or read is told to who asks and stops nothing else.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "parts.h"
#include "text.h"

enum {
    AT_ONCE_MS = 80,         /* who asks is answered within their step, where that is enough */
    SLICE_MS = 15,           /* else in such slices, */
    IDLE_SLICE_MS = 10,      /* and in these while nobody asks */
    IDLE_MS = 60 * 1000,     /* since the last key */
    RETRY_MS = 600 * 1000,   /* after a failure nobody asked for */
    SHIFTS_MOST = 100000,    /* that are looked through for one's own */
    HELD_MOST = 400,         /* Zs whose cash is still with their owners, the oldest */
    METER_BOOKS_MOST = 10000 /* that are looked through for names */
};

struct report_work {
    struct report *report; /* NULL: not open */
    int64_t retry_at_ms;
    bool reading; /* it goes on in idle slices */
    uint64_t read_seq, read_book;
    /* The question that waits for the records to be read. */
    bool asked;
    struct flow_report_ask ask;
    size_t depth;
    enum flow_id flow;
    unsigned percent;
    /* Rooms, too large for a stack. */
    struct flow_report_row rows[FLOW_REPORT_ROWS_MAX];
    union {
        struct report_row takings[REPORT_FETCH_MAX];
        struct report_exception exceptions[REPORT_FETCH_MAX];
        struct report_shift shifts[REPORT_FETCH_MAX];
        struct report_recovery recoveries[REPORT_FETCH_MAX];
    } room;
};

/* ---- reading on ------------------------------------------------------------------------------ */

static enum till_status open_report(struct app *app)
{
    char path[PATH_ROOM + 16];
    if (!app->report_work)
        app->report_work = calloc(1, sizeof *app->report_work);
    if (!app->report_work)
        return TILL_E_MEMORY;
    if (app->report_work->report)
        return TILL_OK;
    snprintf(path, sizeof path, "%s/" REPORT_FILE, app->dir);
    enum till_status status = report_open(path, app->options.vfs, &app->report_work->report);
    if (status != TILL_OK) {
        app->report_work->report = NULL;
        log_error("%s: %s", path, status_text(status));
    }
    return status;
}

enum till_status report_catch_up(struct app *app, unsigned budget_ms, bool *done_out)
{
    *done_out = false;
    if (!app->journal)
        return TILL_NOT_ENROLLED;
    enum till_status status = open_report(app);
    if (status != TILL_OK)
        return status;
    struct report_work *w = app->report_work;
    const struct report_paper paper = {.lines = receipt_lines,
                                       .cash_limit_minor = app->ordered.value[LIMIT_CASH]};
    status = report_read(w->report, app->journal, app->book, &paper, budget_ms, done_out);
    if (status == TILL_E_CHAIN) {
        /* Another journal lay here when it was read: it begins anew, once. */
        log_warning("the reports are made anew");
        status = report_read(w->report, app->journal, app->book, &paper, budget_ms, done_out);
    }
    if (status != TILL_OK) {
        log_error("the reports can't be read on: %s", status_text(status));
        report_close(w->report);
        w->report = NULL;
        *done_out = false;
    } else if (*done_out) {
        w->read_seq = journal_fold(app->journal)->seq;
        w->read_book = app->book ? book_meta(app->book)->revision : 0;
    }
    return status;
}

static unsigned percent_read(const struct app *app)
{
    uint64_t all = journal_fold(app->journal)->seq;
    uint64_t seq = report_seq(app->report_work->report);
    return all > 0 && seq < all ? (unsigned)(seq * 100 / all) : 99;
}

/* ---- who may see what ------------------------------------------------------------------------ */

static bool somebody_counts(const struct fold *fold)
{
    for (size_t i = 0; i < fold->user_count; i++)
        if (fold->users[i].counting)
            return true;
    return false;
}

/* Whoever is no supervisor gets their own, whatever was asked. While somebody counts nobody gets
 * anything: a figure left out tells as much as one that is shown. */
static enum till_status narrow(const struct app *app, struct flow_report_ask *ask)
{
    const struct fold_user *user = fold_current(app->facts.fold);
    int role = app->facts.role;
    if (somebody_counts(app->facts.fold) || !user)
        return TILL_REFUSED;
    if (role == ROLE_SUPERVISOR)
        return TILL_OK;
    if (ask->team)
        return TILL_REFUSED;
    if ((role != ROLE_COLLECTOR && role != ROLE_AGENT) || ask->of == REPORT_OF_RECOVERY)
        return TILL_REFUSED;
    text_copy(ask->question.user, sizeof ask->question.user, user->user);
    return TILL_OK;
}

/* ---- rows ------------------------------------------------------------------------------------ */

void report_name_user(struct app *app, const char *user, char name_out[BOOK_NAME_MAX])
{
    struct book_user row;
    bool known = user[0] && app->book && book_find_user(app->book, user, &row) == TILL_OK;
    text_copy(name_out, BOOK_NAME_MAX, known ? row.name : "");
}

/* One pass over the meter books for all rows. */
void report_name_books(struct app *app, struct flow_report_row *rows, size_t count)
{
    struct book_meter_book m;
    for (size_t i = 0; i < METER_BOOKS_MOST && app->book; i++) {
        if (book_meter_book_at(app->book, i, &m) != TILL_OK)
            return;
        for (size_t k = 0; k < count; k++)
            if (strcmp(rows[k].as.takings.key, m.id) == 0)
                text_copy(rows[k].name, sizeof rows[k].name, m.name);
    }
}

static enum till_status fetch_takings(struct app *app, struct flow_report_row *rows,
                                      size_t capacity, struct flow_report_page *page)
{
    struct report_work *w = app->report_work;
    const struct report_question *q = &page->ask.question;
    enum till_status status =
        report_takings(w->report, q, page->ask.offset, w->room.takings, capacity, &page->count,
                       &page->total, &page->sum.as.takings);
    if (status != TILL_OK)
        return status;
    for (size_t i = 0; i < page->count; i++) {
        rows[i].as.takings = w->room.takings[i];
        if (q->by == REPORT_BY_COLLECTOR)
            report_name_user(app, rows[i].as.takings.key, rows[i].name);
    }
    if (q->by == REPORT_BY_BOOK)
        report_name_books(app, rows, page->count);
    return TILL_OK;
}

/* Zs whose cash their owners still hold; whoever asks sees their own. */
struct held {
    struct held_shift {
        uint64_t z_seq;
        int64_t opened_at_s;
        char user[USER_MAX];
    } shifts[HELD_MOST];
    size_t count;
};

static bool is_held(const struct app *app, const struct report_shift *s)
{
    const struct fold_user *user = fold_current(app->facts.fold);
    return s->state == REPORT_SHIFT_HELD && (user == NULL || strcmp(user->user, s->user) != 0);
}

static enum till_status look_held(struct app *app, struct held *held)
{
    struct report_work *w = app->report_work;
    size_t got = 1, total = 0;
    enum till_status status = TILL_OK;
    held->count = 0;
    for (size_t from = 0; status == TILL_OK && got > 0 && from < HELD_MOST; from += got) {
        status =
            report_shifts(w->report, false, from, w->room.shifts, REPORT_FETCH_MAX, &got, &total);
        for (size_t i = 0; status == TILL_OK && i < got && held->count < HELD_MOST; i++) {
            const struct report_shift *s = &w->room.shifts[i];
            if (is_held(app, s)) {
                struct held_shift *h = &held->shifts[held->count++];
                *h = (struct held_shift){.z_seq = s->z_seq, .opened_at_s = s->opened_at_s};
                text_copy(h->user, sizeof h->user, s->user);
            }
        }
    }
    return status;
}

/* The Z itself, or what was counted on the way to it. */
static bool held_hides(const struct held *held, const struct report_exception *e)
{
    for (size_t i = 0; i < held->count; i++) {
        const struct held_shift *h = &held->shifts[i];
        bool count = e->kind == REPORT_RECOUNT && strcmp(e->user, h->user) == 0 &&
                     e->seq < h->z_seq && e->at_s >= h->opened_at_s;
        if (count || e->seq == h->z_seq)
            return true;
    }
    return false;
}

/* What was counted, or stands on a paper, of cash that somebody still has to count. */
static void hide_exception(struct app *app, const struct blind *blind, const struct held *held,
                           struct flow_report_row *row)
{
    struct report_exception *e = &row->as.exception;
    bool count = e->kind == REPORT_RECOUNT || e->kind == REPORT_ABSENCE;
    row->hidden = held_hides(held, e) || (count && blind_hides_of(blind, e->user)) ||
                  blind_hides_seq(app, blind, e->kind == REPORT_SLIPS ? 0 : e->about) ||
                  blind_hides_seq(app, blind, e->seq);
    if (row->hidden)
        e->amount_minor = 0;
}

/* Cash that its owner still holds is counted by whoever takes it over: they are told no figure. */
static void hide_shift(const struct app *app, const struct blind *blind,
                       struct flow_report_row *row)
{
    struct report_shift *s = &row->as.shift;
    row->hidden = s->z > 0 && (is_held(app, s) || blind_hides_z(blind, s->z));
    if (row->hidden)
        s->taken_minor = s->expected_minor = s->counted_minor = 0;
}

/* The report knows the journal alone: what the office explained the book tells. */
static void take_explained_off(struct app *app, struct report_exception *e)
{
    if (e->kind != REPORT_VARIANCE || !e->open)
        return;
    e->number = carry_left_minor(app, e->user, e->seq, e->number);
    e->open = e->number != 0;
}

static enum till_status fetch_exceptions(struct app *app, struct flow_report_row *rows,
                                         size_t capacity, struct flow_report_page *page)
{
    struct report_work *w = app->report_work;
    const struct report_question *q = &page->ask.question;
    struct held held;
    enum till_status status = look_held(app, &held);
    if (status != TILL_OK)
        return status;
    status =
        report_exceptions(w->report, q->from, q->to, page->ask.kinds, q->user, page->ask.offset,
                          w->room.exceptions, capacity, &page->count, &page->total);
    struct blind blind;
    blind_look(app, &blind);
    for (size_t i = 0; status == TILL_OK && i < page->count; i++) {
        rows[i].as.exception = w->room.exceptions[i];
        take_explained_off(app, &rows[i].as.exception);
        report_name_user(app, rows[i].as.exception.user, rows[i].name);
        hide_exception(app, &blind, &held, &rows[i]);
        report_about(app, &rows[i]);
    }
    return status;
}

/* One's own among all of them: they are few. */
static enum till_status fetch_shifts(struct app *app, struct flow_report_row *rows, size_t capacity,
                                     struct flow_report_page *page)
{
    struct report_work *w = app->report_work;
    const char *user = page->ask.question.user;
    size_t from = user[0] ? 0 : page->ask.offset, got = 0, total = 0, own = 0;
    struct blind blind;
    blind_look(app, &blind);
    for (; from < SHIFTS_MOST; from += got) {
        enum till_status status =
            report_shifts(w->report, page->ask.settled_too, from, w->room.shifts,
                          user[0] ? REPORT_FETCH_MAX : capacity, &got, &total);
        if (status != TILL_OK)
            return status;
        for (size_t i = 0; i < got; i++) {
            bool fits = !user[0] || strcmp(user, w->room.shifts[i].user) == 0;
            own += fits;
            if (fits && page->count < capacity && (!user[0] || own > page->ask.offset)) {
                struct flow_report_row *row = &rows[page->count++];
                row->as.shift = w->room.shifts[i];
                report_name_user(app, row->as.shift.user, row->name);
                hide_shift(app, &blind, row);
            }
        }
        if (!user[0] || got == 0)
            break;
    }
    page->total = user[0] ? own : total;
    return TILL_OK;
}

static enum till_status fetch_recoveries(struct app *app, struct flow_report_row *rows,
                                         size_t capacity, struct flow_report_page *page)
{
    struct report_work *w = app->report_work;
    const struct report_question *q = &page->ask.question;
    enum till_status status =
        report_recoveries(w->report, q->from, q->to, page->ask.offset, w->room.recoveries, capacity,
                          &page->count, &page->total, &page->sum.as.recovery, &page->as_of_s);
    for (size_t i = 0; status == TILL_OK && i < page->count; i++)
        rows[i].as.recovery = w->room.recoveries[i];
    return status;
}

enum till_status report_fetch(struct app *app, const struct flow_report_ask *ask,
                              struct flow_report_row *rows_out, size_t capacity,
                              struct flow_report_page *page_out)
{
    static enum till_status (*const fetches[])(struct app *, struct flow_report_row *, size_t,
                                               struct flow_report_page *) = {
        [REPORT_OF_TAKINGS] = fetch_takings,
        [REPORT_OF_EXCEPTIONS] = fetch_exceptions,
        [REPORT_OF_SHIFTS] = fetch_shifts,
        [REPORT_OF_RECOVERY] = fetch_recoveries};
    assert(capacity <= REPORT_FETCH_MAX && ask->of >= REPORT_OF_TAKINGS &&
           ask->of <= REPORT_OF_RECOVERY);
    memset(page_out, 0, sizeof *page_out);
    memset(rows_out, 0, capacity * sizeof *rows_out);
    page_out->ask = *ask;
    enum till_status status = narrow(app, &page_out->ask);
    if (status == TILL_OK && ask->team)
        return report_team_fetch(app, ask, rows_out, capacity, page_out);
    if (status == TILL_OK && (!app->report_work || !app->report_work->report))
        status = TILL_E_IO;
    if (status != TILL_OK)
        return status;
    page_out->rows = rows_out;
    page_out->seq = report_seq(app->report_work->report);
    page_out->at_s = report_at_s(app->report_work->report);
    return fetches[ask->of](app, rows_out, capacity, page_out);
}

/* ---- what flows ask -------------------------------------------------------------------------- */

static void answer(struct app *app, enum till_status status)
{
    struct report_work *w = app->report_work;
    struct flow_report_page page = {.count = 0};
    struct flow_event event = {.type = EVENT_REPORT, .status = status};
    if (w)
        w->asked = false;
    if (status == TILL_OK)
        event.status = report_fetch(app, &w->ask, w->rows, FLOW_REPORT_ROWS_MAX, &page);
    event.as.report.page = &page;
    stack_event(app, &event);
}

static void tell_percent(struct app *app)
{
    struct report_work *w = app->report_work;
    struct flow_event event = {.type = EVENT_REPORT, .status = TILL_BUSY};
    unsigned percent = percent_read(app);
    if (percent == w->percent)
        return;
    w->percent = percent;
    event.as.report.percent = (int)percent;
    stack_event(app, &event);
}

/* A slice for who asked. */
static void go_on(struct app *app, unsigned budget_ms)
{
    bool done = false;
    enum till_status status = report_catch_up(app, budget_ms, &done);
    if (status != TILL_OK || done)
        answer(app, status);
    else
        tell_percent(app);
}

void report_ask(struct app *app, const struct flow_report_ask *ask)
{
    struct flow_report_ask narrowed = *ask;
    enum till_status status = narrow(app, &narrowed);
    if (status == TILL_OK && ask->team) {
        report_team_ask(app, ask);
        return;
    }
    if (status == TILL_OK)
        status = open_report(app);
    if (status != TILL_OK) {
        answer(app, status);
        return;
    }
    struct report_work *w = app->report_work;
    w->asked = true;
    w->ask = *ask;
    w->depth = app->stack.depth;
    w->flow = stack_top(app)->id;
    w->percent = 0;
    go_on(app, AT_ONCE_MS);
}

/* Nobody at the keys, nothing on its way, and something new to read. */
static bool may_read_idly(const struct app *app)
{
    const struct report_work *w = app->report_work;
    if (!app->journal || app->key_at_ms == 0 || app->facts.now_ms - app->key_at_ms < IDLE_MS ||
        app->job.active || app->line.book_work || stick_is_busy(app) || line_is_busy(app))
        return false;
    if (!w)
        return true;
    return app->facts.now_ms >= w->retry_at_ms &&
           (w->read_seq != journal_fold(app->journal)->seq ||
            w->read_book != (app->book ? book_meta(app->book)->revision : 0));
}

void report_step(struct app *app)
{
    struct report_work *w = app->report_work;
    bool done = false;
    if (w && w->asked) {
        if (stack_hears(app, w->depth, w->flow))
            go_on(app, SLICE_MS);
        else
            w->asked = false;
        return;
    }
    if (!may_read_idly(app)) {
        if (w)
            w->reading = false;
        return;
    }
    enum till_status status = report_catch_up(app, IDLE_SLICE_MS, &done);
    w = app->report_work;
    if (w) {
        w->reading = status == TILL_OK && !done;
        w->retry_at_ms = status == TILL_OK ? 0 : app->facts.now_ms + RETRY_MS;
    }
}

bool report_is_busy(const struct app *app)
{
    return app->report_work && (app->report_work->asked || app->report_work->reading);
}

void report_work_close(struct app *app)
{
    report_team_close(app);
    if (!app->report_work)
        return;
    report_close(app->report_work->report);
    free(app->report_work);
    app->report_work = NULL;
}
