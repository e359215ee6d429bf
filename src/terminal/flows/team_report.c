/*
 * What the team took in a period, as the office added it up: divided by whatever is chosen, with
 * the exceptions and the Zs whose cash is not on its way. What lies unsent on a terminal is not in
 * it: since when all were heard of stands beside.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asking.h"
#include "report_words.h"
#include "table.h"
#include "text.h"
#include "when.h"
#include "words.h"

enum { PAGE_ROWS = 4, NAME_BYTES = 28, NAME_CELLS = 12, DAY_S = 24 * 3600, MONDAY = 1 };

enum period { SPAN_TODAY, SPAN_YESTERDAY, SPAN_WEEK, SPAN_MONTH, SPAN_LAST_MONTH, SPANS };

struct row {
    char key[QUERY_KEY_MAX], user[USER_MAX], name[NAME_BYTES];
    bool absent;
    int32_t date;
    int64_t receipts, amount_minor, reversals;
};
struct state {
    struct asking asking;
    enum query_by by;
    enum period period;
    bool answered; /* what stands below is to this question */
    size_t selected, count, total;
    int64_t at_s, heard_at_s, receipts, amount_minor, exceptions, unsettled, unsettled_minor;
    struct row rows[QUERY_REPORT_ROWS_MAX];
};
static_assert(sizeof(struct state) <= FLOW_STATE_MAX, "a report fits a frame of the stack");

/* ---- time ------------------------------------------------------------------------------------ */

static int64_t noon_of(int32_t date)
{
    const struct civil noon = {.year = (int16_t)(date / 10000),
                               .month = (uint8_t)(date / 100 % 100),
                               .day = (uint8_t)(date % 100),
                               .hour = 12};
    return when_from_utc(&noon);
}

static int32_t add_days(int32_t date, int days)
{
    return when_date("UTC0", noon_of(date) + (int64_t)days * DAY_S);
}

static void find_period(enum period period, int32_t today, int32_t *from_out, int32_t *to_out)
{
    struct civil civil;
    int32_t month = today / 100 * 100 + 1;
    *from_out = *to_out = today;
    switch (period) {
    case SPAN_YESTERDAY:
        *from_out = *to_out = add_days(today, -1);
        break;
    case SPAN_WEEK:
        when_civil("UTC0", noon_of(today), &civil);
        *from_out = add_days(today, -((civil.weekday + 7 - MONDAY) % 7));
        break;
    case SPAN_MONTH:
        *from_out = month;
        break;
    case SPAN_LAST_MONTH:
        *to_out = add_days(month, -1);
        *from_out = *to_out / 100 * 100 + 1;
        break;
    default:
        break;
    }
}

/* ---- asking ---------------------------------------------------------------------------------- */

static void ask(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    char argument[LOCAL_ARGUMENT_MAX];
    int32_t from, to;
    find_period(s->period, facts->today, &from, &to);
    snprintf(argument, sizeof argument, "%s/%d/%d", query_by_name(s->by), (int)from, (int)to);
    asking_begin(&s->asking, QUERY_REPORT, argument, effects);
}

static void take(struct state *s, const struct flow_event *event)
{
    const struct query_report *r = event->as.answer.report;
    s->answered = true;
    s->at_s = r->at_s;
    s->heard_at_s = r->heard_at_s;
    s->receipts = r->sum.receipts;
    s->amount_minor = r->sum.amount_minor;
    s->exceptions = r->exceptions;
    s->unsettled = r->unsettled;
    s->unsettled_minor = r->unsettled_minor;
    s->count = r->count;
    s->total = r->total;
    s->selected = s->selected < s->count ? s->selected : 0;
    for (size_t i = 0; i < s->count; i++) {
        const struct query_report_row *from = &r->rows[i];
        struct row *row = &s->rows[i];
        *row = (struct row){.absent = from->absent,
                            .date = from->date,
                            .receipts = from->receipts,
                            .amount_minor = from->amount_minor,
                            .reversals = from->reversals};
        text_copy(row->key, sizeof row->key, from->key);
        text_copy(row->user, sizeof row->user, from->user);
        text_ellipsis(row->name, sizeof row->name, event->as.answer.names[i], NAME_CELLS);
    }
}

/* Another question: what stands is not its answer. */
static void change(struct state *s, bool by)
{
    if (by)
        s->by = s->by + 1 < QUERY_BYS ? s->by + 1 : QUERY_BY_DAY;
    else
        s->period = (s->period + 1) % SPANS;
    s->answered = false;
    s->asking.status = TILL_OK;
    s->selected = s->count = 0;
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    size_t last = s->count > 0 ? s->count - 1 : 0;
    switch (event->as.key.action) {
    case ACTION_OK:
        ask(s, facts, effects);
        break;
    case ACTION_OPTION_1:
    case ACTION_OPTION_2:
        change(s, event->as.key.action == ACTION_OPTION_1);
        break;
    case ACTION_DOWN:
        s->selected += s->selected < last ? 1 : 0;
        break;
    case ACTION_UP:
        s->selected -= s->selected > 0 ? 1 : 0;
        break;
    case ACTION_RIGHT:
        s->selected = s->selected + PAGE_ROWS < last ? s->selected + PAGE_ROWS : last;
        break;
    case ACTION_LEFT:
        s->selected = s->selected > PAGE_ROWS ? s->selected - PAGE_ROWS : 0;
        break;
    case ACTION_BACK:
        effect_back(effects, 0);
        break;
    default:
        break;
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    switch (asking_event(&s->asking, event, effects)) {
    case ASKING_ANSWERED:
        take(s, event);
        return;
    case ASKING_STOPPED:
    case ASKING_FAILED:
    case ASKING_GOES_ON:
        return;
    case ASKING_OTHERS:
        break;
    }
    if (event->type == EVENT_START && facts->role != ROLE_SUPERVISOR) {
        effect_back(effects, 0);
    } else if (event->type == EVENT_START) {
        s->by = QUERY_BY_COLLECTOR;
        ask(s, facts, effects);
    } else if (event->type == EVENT_ACTION) {
        act(s, facts, event, effects);
    }
}

/* ---- screens --------------------------------------------------------------------------------- */

static const char *by_text(enum query_by by)
{
    static const char *const texts[QUERY_BYS] = {
        [QUERY_BY_DAY] = N_("By day"),           [QUERY_BY_COLLECTOR] = N_("By collector"),
        [QUERY_BY_BOOK] = N_("By meter book"),   [QUERY_BY_TENDER] = N_("By tender"),
        [QUERY_BY_TYPE] = N_("By bill type"),    [QUERY_BY_TERMINAL] = N_("By terminal"),
        [QUERY_BY_EXCEPTION] = N_("Exceptions"), [QUERY_BY_CLOSE] = N_("Unsettled shifts")};
    return _(texts[by]);
}

static const char *period_text(enum period period)
{
    static const char *const texts[SPANS] = {N_("today"), N_("yesterday"), N_("this week"),
                                             N_("this month"), N_("last month")};
    return _(texts[period]);
}

/* As the terminal's own reports call it. */
static void name_row(const struct state *s, const struct row *row, char out[SCREEN_TEXT_MAX])
{
    static const enum report_by ways[QUERY_BYS] = {[QUERY_BY_DAY] = REPORT_BY_DAY,
                                                   [QUERY_BY_COLLECTOR] = REPORT_BY_COLLECTOR,
                                                   [QUERY_BY_BOOK] = REPORT_BY_BOOK,
                                                   [QUERY_BY_TENDER] = REPORT_BY_TENDER,
                                                   [QUERY_BY_TYPE] = REPORT_BY_TYPE};
    struct flow_report_page page = {.ask = {.of = REPORT_OF_TAKINGS}};
    struct flow_report_row as = {.name = ""};
    int number = (int)strtol(row->key, NULL, 10);
    page.ask.question.by = ways[s->by];
    switch (s->by) {
    case QUERY_BY_TERMINAL:
        text_copy(out, SCREEN_TEXT_MAX, row->key);
        break;
    case QUERY_BY_EXCEPTION:
        text_copy(out, SCREEN_TEXT_MAX, _(report_exception_text(number)));
        break;
    case QUERY_BY_CLOSE:
        snprintf(out, SCREEN_TEXT_MAX, "Z %s", row->key);
        break;
    default:
        as.as.takings.number = number;
        text_copy(as.as.takings.key, sizeof as.as.takings.key,
                  strcmp(row->key, "-") == 0 ? "" : row->key);
        text_copy(as.name, sizeof as.name, row->name);
        report_row_name(&page, &as, out);
        break;
    }
}

static void receipts_text(int64_t receipts, char *out, size_t capacity)
{
    snprintf(out, capacity, ngettext("%u receipt", "%u receipts", (unsigned long)receipts),
             (unsigned)receipts);
}

static void show_row(const struct state *s, const struct row *row, const struct flow_facts *facts,
                     struct screen_row *out)
{
    char date[WHEN_TEXT_MAX], who[SCREEN_TEXT_MAX];
    name_row(s, row, out->name);
    if (s->by == QUERY_BY_EXCEPTION) {
        snprintf(out->amount, sizeof out->amount, "%lld", (long long)row->receipts);
        return;
    }
    words_money(facts, row->amount_minor, out->amount);
    if (s->by == QUERY_BY_CLOSE) {
        when_format_date(row->date, date);
        report_user_name(row->user, row->name, who, sizeof who);
        snprintf(out->place, sizeof out->place, "%s · %.60s", date, who);
        if (row->absent)
            text_copy(out->tag, sizeof out->tag, _("not answered"));
        return;
    }
    receipts_text(row->receipts, out->place, sizeof out->place);
    if (row->reversals > 0)
        snprintf(out->tag, sizeof out->tag, _("reversed %u"), (unsigned)row->reversals);
}

static void show_sum(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char text[SCREEN_TEXT_MAX], amount[MONEY_TEXT_MAX], at[WHEN_TEXT_MAX];
    words_money(facts, s->amount_minor, amount);
    receipts_text(s->receipts, text, sizeof text);
    screen_line(screen, text, amount)->size = SIZE_SMALL;
    words_money(facts, s->unsettled_minor, amount);
    snprintf(text, sizeof text, _("%u exceptions · %u Zs not settled"), (unsigned)s->exceptions,
             (unsigned)s->unsettled);
    screen_line(screen, text, s->unsettled > 0 ? amount : "")->size = SIZE_SMALL;
    if (s->heard_at_s > 0)
        asking_at(facts, s->heard_at_s, at);
    else
        text_copy(at, sizeof at, _("never seen"));
    snprintf(text, sizeof text, _("All heard of since %.40s"), at);
    screen_line(screen, text, "")->size = SIZE_SMALL;
}

static void show_answer(const struct state *s, const struct flow_facts *facts,
                        struct screen *screen)
{
    char text[SCREEN_TEXT_MAX];
    size_t first = s->selected / PAGE_ROWS * PAGE_ROWS;
    show_sum(s, facts, screen);
    if (s->count == 0)
        return;
    screen_list(screen, s->selected - first, first, s->count);
    for (size_t i = first; i < s->count && i < first + PAGE_ROWS; i++)
        show_row(s, &s->rows[i], facts, screen_row(screen));
    if (s->count < s->total && first + PAGE_ROWS >= s->count) {
        snprintf(text, sizeof text, _("%zu more at the office"), s->total - s->count);
        screen_line(screen, text, "")->size = SIZE_SMALL;
    }
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char at[WHEN_TEXT_MAX], aside[SCREEN_TEXT_MAX];
    (void)args;
    screen_begin(screen, "team_report", KEYS_LIST);
    text_copy(aside, sizeof aside, period_text(s->period));
    if (s->answered) {
        asking_at(facts, s->at_s, at);
        snprintf(aside, sizeof aside, _("%.40s · office %.40s"), period_text(s->period), at);
    }
    screen_title(screen, by_text(s->by), aside);
    if (s->asking.waiting) {
        asking_show_wait(screen);
        return;
    }
    if (s->asking.status != TILL_OK)
        asking_show_failed(&s->asking, s->answered ? _("Below stands what it said before.") : "",
                           screen);
    if (s->answered)
        show_answer(s, facts, screen);
    else if (s->asking.status == TILL_OK)
        screen_notice(screen, TONE_NORMAL, _("OK asks the office"),
                      _("What your team took, as far as its records have come there."));
    screen_key(screen, "OK", _("Ask"));
    screen_key(screen, "F1", _("Divide"));
    screen_key(screen, "F2", _("Other time"));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_team_report = {"team_report", sizeof(struct state), handle, show};
