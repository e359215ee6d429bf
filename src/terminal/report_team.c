/*
 * A team's report as the office tells it, page by page. Pages that came are kept: whoever turns
 * back, prints or takes the report away is not told anew. All pages are of one time; where the
 * office has made the report anew, those of before are dropped.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parts.h"
#include "query_page.h"
#include "text.h"

enum {
    KEPT = 6, /* reports: the divisions of one, or some that stand over another */
    PAGES_MAX = QUERY_PAGE_TOTAL_MAX / QUERY_PAGE_ROWS_MAX,
    ANEW_MOST = 3, /* times that one is made anew while it is read */
    RATE_ONE_PPM = 1000000
};
static_assert((int)QUERY_PAGE_AGES == (int)REPORT_AGES,
              "ages as the device's own reports have them");

struct team_list {
    struct query_page_ask ask; /* of == 0: empty */
    bool stands;               /* the office has answered: head and rows hold */
    struct query_page head;
    struct query_row *rows; /* head.total of them; those of pages that are here hold */
    bool here[PAGES_MAX];
    uint64_t used;
};
struct team_work {
    struct team_list lists[KEPT];
    uint64_t uses;
    /* Who waits for an answer. */
    struct team_list *asked;
    struct flow_report_ask ask;
    uint32_t offset; /* of the page that is on its way */
    unsigned anew;
    size_t depth;
    enum flow_id flow;
};

/* ---- questions ------------------------------------------------------------------------------- */

static void question_of(const struct flow_report_ask *ask, struct query_page_ask *out)
{
    static const enum query_page_of of[] = {[REPORT_OF_TAKINGS] = QUERY_PAGE_TAKINGS,
                                            [REPORT_OF_EXCEPTIONS] = QUERY_PAGE_EXCEPTIONS,
                                            [REPORT_OF_SHIFTS] = QUERY_PAGE_SHIFTS,
                                            [REPORT_OF_RECOVERY] = QUERY_PAGE_ARREARS};
    static const enum query_by by[REPORT_BY_TEAM_COUNT] = {
        [REPORT_BY_DAY] = QUERY_BY_DAY,   [REPORT_BY_COLLECTOR] = QUERY_BY_COLLECTOR,
        [REPORT_BY_BOOK] = QUERY_BY_BOOK, [REPORT_BY_TENDER] = QUERY_BY_TENDER,
        [REPORT_BY_TYPE] = QUERY_BY_TYPE, [REPORT_BY_TERMINAL] = QUERY_BY_TERMINAL};
    *out = (struct query_page_ask){
        .of = of[ask->of], .from = ask->question.from, .to = ask->question.to};
    if (ask->of == REPORT_OF_TAKINGS)
        out->by = by[ask->question.by];
    if (ask->of == REPORT_OF_EXCEPTIONS)
        out->kinds = ask->kinds;
}

static void empty(struct team_list *list)
{
    free(list->rows);
    *list = (struct team_list){.rows = NULL};
}

/* NULL: nothing of it is kept. */
static struct team_list *find(struct team_work *w, const struct query_page_ask *ask)
{
    for (size_t i = 0; i < KEPT; i++)
        if (w->lists[i].ask.of != 0 && query_page_same(&w->lists[i].ask, ask))
            return &w->lists[i];
    return NULL;
}

/* The one unused for the longest goes. */
static struct team_list *find_or_begin(struct team_work *w, const struct query_page_ask *ask)
{
    struct team_list *list = find(w, ask);
    if (!list) {
        list = &w->lists[0];
        for (size_t i = 1; i < KEPT; i++)
            if (w->lists[i].used < list->used)
                list = &w->lists[i];
        empty(list);
        list->ask = *ask;
    }
    list->used = ++w->uses;
    return list;
}

/* The first page that is not here of those with rows from `first` to before `end`. */
static bool next_missing(const struct team_list *list, size_t first, size_t end,
                         uint32_t *offset_out)
{
    if (!list->stands) {
        *offset_out = (uint32_t)(first - first % QUERY_PAGE_ROWS_MAX);
        return true;
    }
    end = end < list->head.total ? end : list->head.total;
    for (size_t page = first / QUERY_PAGE_ROWS_MAX; page * QUERY_PAGE_ROWS_MAX < end; page++)
        if (!list->here[page]) {
            *offset_out = (uint32_t)(page * QUERY_PAGE_ROWS_MAX);
            return true;
        }
    return false;
}

static void ask_page(struct app *app, uint32_t offset)
{
    struct team_work *w = app->team_work;
    struct query_page_ask ask = w->asked->ask;
    struct local_query query = {.what = QUERY_REPORT};
    ask.offset = offset < QUERY_PAGE_TOTAL_MAX ? offset : 0;
    ask.as_of_s = w->asked->stands ? w->asked->head.at_s : 0;
    w->offset = ask.offset;
    query_page_ask_write(&ask, query.argument);
    ask_query(app, &query);
}

/* ---- answers --------------------------------------------------------------------------------- */

static void tell(struct app *app, struct flow_event *event)
{
    const struct team_work *w = app->team_work;
    event->type = EVENT_REPORT;
    if (stack_hears(app, w->depth, w->flow))
        stack_event(app, event);
}

static void end_with(struct app *app, enum till_status status)
{
    struct team_work *w = app->team_work;
    struct flow_report_row rows[FLOW_REPORT_ROWS_MAX];
    struct flow_report_page page = {.count = 0};
    struct flow_event event = {.status = status};
    event.as.report.percent = -1;
    w->asked = NULL;
    if (status == TILL_OK)
        event.status = report_fetch(app, &w->ask, rows, FLOW_REPORT_ROWS_MAX, &page);
    event.as.report.page = &page;
    tell(app, &event);
}

static void go_on(struct app *app)
{
    struct team_work *w = app->team_work;
    const struct flow_report_ask *ask = &w->ask;
    size_t first = ask->whole ? 0 : ask->offset;
    size_t end = ask->whole ? SIZE_MAX : ask->offset + FLOW_REPORT_ROWS_MAX;
    uint32_t offset;
    if (next_missing(w->asked, first, end, &offset))
        ask_page(app, offset);
    else
        end_with(app, TILL_OK);
}

void report_team_ask(struct app *app, const struct flow_report_ask *ask)
{
    struct query_page_ask question;
    struct flow_event failed = {.type = EVENT_REPORT, .status = TILL_E_MEMORY};
    if (!app->team_work)
        app->team_work = calloc(1, sizeof *app->team_work);
    struct team_work *w = app->team_work;
    if (!w) {
        stack_event(app, &failed);
        return;
    }
    question_of(ask, &question);
    struct team_list *known = find(w, &question);
    if (known && ask->fresh)
        empty(known);
    w->asked = find_or_begin(w, &question);
    w->ask = *ask;
    w->anew = 0;
    w->depth = app->stack.depth;
    w->flow = stack_top(app)->id;
    go_on(app);
}

void report_team_fail(struct app *app, enum till_status status)
{
    if (app->team_work && app->team_work->asked)
        end_with(app, status);
}

/* What came before is of another time. */
static enum till_status begin_anew(struct team_work *w, const struct query_page *page)
{
    struct team_list *list = w->asked;
    struct query_row *rows = page->total > 0 ? calloc(page->total, sizeof *rows) : NULL;
    if (page->total > 0 && !rows)
        return TILL_E_MEMORY;
    bool again = list->stands;
    free(list->rows);
    list->rows = rows;
    list->stands = true;
    memset(list->here, 0, sizeof list->here);
    return again && ++w->anew > ANEW_MOST ? TILL_BUSY : TILL_OK;
}

static enum till_status keep(struct team_work *w, const struct query_page *page)
{
    struct team_list *list = w->asked;
    enum till_status status = TILL_OK;
    if (!query_page_same(&page->ask, &list->ask) || page->ask.offset != w->offset)
        return TILL_E_PROTOCOL; /* the answer to another question is none */
    if (!list->stands || list->head.at_s != page->at_s)
        status = begin_anew(w, page);
    else if (list->head.total != page->total)
        status = TILL_E_PROTOCOL;
    if (status != TILL_OK)
        return status;
    list->head = *page;
    if (page->count > 0) {
        memcpy(&list->rows[page->ask.offset], page->rows, page->count * sizeof page->rows[0]);
        list->here[page->ask.offset / QUERY_PAGE_ROWS_MAX] = true;
    }
    return TILL_OK;
}

static void tell_percent(struct app *app)
{
    const struct team_list *list = app->team_work->asked;
    struct flow_event event = {.status = TILL_BUSY};
    size_t here = 0;
    for (size_t i = 0; i < PAGES_MAX; i++)
        here += list->here[i] ? QUERY_PAGE_ROWS_MAX : 0;
    if (here >= list->head.total)
        return;
    event.as.report.percent = (int)(here * 100 / list->head.total);
    tell(app, &event);
}

void report_team_take(struct app *app, struct span body)
{
    struct team_work *w = app->team_work;
    struct query_page page;
    if (!w || !w->asked)
        return;
    enum till_status status = query_page_read(body, &page);
    if (status == TILL_OK)
        status = keep(w, &page);
    if (status != TILL_OK) {
        end_with(app, status);
        return;
    }
    if (w->ask.whole)
        tell_percent(app);
    if (w->asked && !stack_hears(app, w->depth, w->flow))
        w->asked = NULL;
    if (w->asked)
        go_on(app);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void take_user(struct app *app, const char *user, char out[USER_MAX],
                      char name_out[BOOK_NAME_MAX])
{
    text_copy(out, USER_MAX, strcmp(user, "-") == 0 ? "" : user);
    report_name_user(app, out, name_out);
}

static void convert_takings(struct app *app, enum report_by by, const struct query_report_row *from,
                            struct flow_report_row *to)
{
    struct report_row *r = &to->as.takings;
    bool number = by == REPORT_BY_DAY || by == REPORT_BY_TENDER || by == REPORT_BY_TYPE;
    r->receipts = (uint32_t)from->receipts;
    r->amount_minor = from->amount_minor;
    r->reversals = (uint32_t)from->reversals;
    r->reversed_minor = from->reversed_minor;
    if (number)
        r->number = (int32_t)strtol(from->key, NULL, 10);
    else if (strcmp(from->key, "-") != 0)
        text_copy(r->key, sizeof r->key, from->key);
    if (by == REPORT_BY_COLLECTOR)
        report_name_user(app, r->key, to->name);
}

static void convert_exception(struct app *app, const struct query_exception *from,
                              struct flow_report_row *to)
{
    struct report_exception *e = &to->as.exception;
    *e = (struct report_exception){.kind = (enum report_exception_kind)from->kind,
                                   .seq = from->seq,
                                   .about = from->about,
                                   .at_s = from->at_s,
                                   .date = from->date,
                                   .amount_minor = from->amount_minor,
                                   .number = from->number,
                                   .open = from->open};
    take_user(app, from->user, e->user, to->name);
    text_copy(e->account, sizeof e->account, from->account);
    text_copy(to->terminal, sizeof to->terminal, from->terminal);
    to->hidden = from->hidden;
}

static void convert_shift(struct app *app, const struct query_shift *from,
                          struct flow_report_row *to)
{
    static const enum report_shift_state states[] = {[QUERY_SHIFT_HELD] = REPORT_SHIFT_HELD,
                                                     [QUERY_SHIFT_UNANSWERED] =
                                                         REPORT_SHIFT_UNANSWERED,
                                                     [QUERY_SHIFT_WAITING] = REPORT_SHIFT_WAITING};
    struct report_shift *s = &to->as.shift;
    *s = (struct report_shift){.state = states[from->state], .z = from->z, .date = from->date};
    take_user(app, from->user, s->user, to->name);
    text_copy(to->terminal, sizeof to->terminal, from->terminal);
    to->taken_at_s = from->since_s;
    to->hidden = true;
}

static int64_t sum_of(const int64_t ages[REPORT_AGES])
{
    int64_t sum = 0;
    for (size_t i = 0; i < REPORT_AGES; i++)
        if (__builtin_add_overflow(sum, ages[i] > 0 ? ages[i] : 0, &sum))
            return INT64_MAX / RATE_ONE_PPM / 2;
    return sum < INT64_MAX / RATE_ONE_PPM / 2 ? sum : INT64_MAX / RATE_ONE_PPM / 2;
}

static void convert_arrears(const struct query_arrears *from, struct flow_report_row *to)
{
    struct report_recovery *r = &to->as.recovery;
    text_copy(r->meter_book, sizeof r->meter_book, from->meter_book);
    text_copy(r->name, sizeof r->name, from->name);
    r->customers = (uint32_t)from->customers;
    r->owing = (uint32_t)from->owing;
    memcpy(r->outstanding_minor, from->owed_minor, sizeof r->outstanding_minor);
    memcpy(r->recovered_minor, from->paid_minor, sizeof r->recovered_minor);
    int64_t paid = sum_of(r->recovered_minor), due = paid + sum_of(r->outstanding_minor);
    r->rate_ppm = due > 0 ? (int32_t)(paid * RATE_ONE_PPM / due) : -1;
}

static void convert(struct app *app, const struct flow_report_ask *ask,
                    const struct query_row *from, struct flow_report_row *to)
{
    memset(to, 0, sizeof *to);
    switch (ask->of) {
    case REPORT_OF_TAKINGS:
        convert_takings(app, ask->question.by, &from->as.takings, to);
        break;
    case REPORT_OF_EXCEPTIONS:
        convert_exception(app, &from->as.exception, to);
        break;
    case REPORT_OF_SHIFTS:
        convert_shift(app, &from->as.shift, to);
        break;
    case REPORT_OF_RECOVERY:
        convert_arrears(&from->as.arrears, to);
        break;
    }
}

enum till_status report_team_fetch(struct app *app, const struct flow_report_ask *ask,
                                   struct flow_report_row *rows_out, size_t capacity,
                                   struct flow_report_page *page_out)
{
    struct query_page_ask question;
    uint32_t missing;
    question_of(ask, &question);
    struct team_list *list = app->team_work ? find(app->team_work, &question) : NULL;
    if (!list || next_missing(list, ask->offset, ask->offset + capacity, &missing))
        return TILL_NOT_FOUND;
    const struct query_page *head = &list->head;
    page_out->rows = rows_out;
    page_out->total = head->total;
    page_out->at_s = head->at_s;
    page_out->heard_at_s = head->heard_at_s;
    page_out->terminals = (size_t)head->terminals;
    page_out->exceptions = (size_t)head->exceptions;
    page_out->unsettled = (size_t)head->unsettled;
    page_out->left = head->left;
    convert(app, ask, &head->sum, &page_out->sum);
    for (size_t i = ask->offset; i < head->total && page_out->count < capacity; i++)
        convert(app, ask, &list->rows[i], &rows_out[page_out->count++]);
    if (ask->of == REPORT_OF_TAKINGS && ask->question.by == REPORT_BY_BOOK)
        report_name_books(app, rows_out, page_out->count);
    return TILL_OK;
}

void report_team_close(struct app *app)
{
    if (!app->team_work)
        return;
    for (size_t i = 0; i < KEPT; i++)
        empty(&app->team_work->lists[i]);
    free(app->team_work);
    app->team_work = NULL;
}
