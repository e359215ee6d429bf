/*
 * Reports: over what time, and which. A supervisor sees everybody's, a collector their own; and a
 * supervisor the team's, as the office tells it.
 */
#include <stdio.h>
#include <string.h>

#include "menu.h"
#include "report_words.h"
#include "table.h"
#include "text.h"
#include "when.h"
#include "words.h"

enum step { STEP_MENU, STEP_FROM, STEP_TO };
enum period { SPAN_DAY, SPAN_WEEK, SPAN_MONTH, SPAN_OTHER };
enum { DATE_DIGITS = 8, DAY_S = 24 * 3600, MONDAY = 1, DAYS_A_WEEK = 7, BACK_MOST = 4000 };

struct state {
    bool team; /* the team's, by the office */
    enum step step;
    enum period span;
    int back; /* that many days, weeks, months ago */
    size_t selected;
    int32_t from, to; /* OTHER */
    struct typed typed;
    bool bad; /* what was typed is no date */
};

enum choice {
    CHOICE_DAY,
    CHOICE_COLLECTOR,
    CHOICE_BOOK,
    CHOICE_TENDER,
    CHOICE_TYPE,
    CHOICE_EXCEPTIONS,
    CHOICE_SHIFTS,
    CHOICE_RECOVERY,
    CHOICE_SPAN,
    CHOICE_OTHER,
    CHOICE_TERMINAL
};

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

static int32_t month_begin(int32_t today, int back)
{
    int months = today / 10000 * 12 + today / 100 % 100 - 1 - back;
    return months / 12 * 10000 + (months % 12 + 1) * 100 + 1;
}

static void find_span(const struct state *s, int32_t today, int32_t *from_out, int32_t *to_out)
{
    struct civil civil;
    switch (s->span) {
    case SPAN_DAY:
        *from_out = *to_out = add_days(today, -s->back);
        break;
    case SPAN_WEEK:
        when_civil("UTC0", noon_of(today), &civil);
        *from_out = add_days(today, -(civil.weekday + DAYS_A_WEEK - MONDAY) % DAYS_A_WEEK -
                                        s->back * DAYS_A_WEEK);
        *to_out = add_days(*from_out, DAYS_A_WEEK - 1);
        break;
    case SPAN_MONTH:
        *from_out = month_begin(today, s->back);
        *to_out = add_days(month_begin(today, s->back - 1), -1);
        break;
    case SPAN_OTHER:
        *from_out = s->from;
        *to_out = s->to;
        break;
    }
}

static const char *span_text(const struct state *s)
{
    static const char *const now[] = {N_("today"), N_("this week"), N_("this month")};
    static const char *const before[] = {N_("yesterday"), N_("last week"), N_("last month")};
    if (s->span == SPAN_OTHER || s->back > 1)
        return "";
    return s->back == 0 ? _(now[s->span]) : _(before[s->span]);
}

/* ---- choosing -------------------------------------------------------------------------------- */

static bool may_see_all(const struct flow_facts *facts)
{
    return facts->role == ROLE_SUPERVISOR;
}

static bool may_see(const struct flow_facts *facts)
{
    return facts->role == ROLE_SUPERVISOR || facts->role == ROLE_COLLECTOR ||
           facts->role == ROLE_AGENT;
}

static void fill(const struct state *s, const struct flow_facts *facts, struct menu *menu)
{
    bool all = may_see_all(facts);
    menu->count = 0;
    menu_add(menu, '1', _("Takings by day"), _("a row a business date"));
    menu_add(menu, '2', _("Takings by collector"), _("who took how much"))->off = !all;
    menu_add(menu, '3', _("Takings by meter book"), _("where it was taken"));
    menu_add(menu, '4', _("Takings by tender"), _("cash, card, transfer"));
    menu_add(menu, '5', _("Takings by bill type"), _("bills, late fees, advances"));
    menu_add(menu, '6', _("Exceptions"), _("reversals, duplicates, over and short"));
    menu_add(menu, '7', _("Unsettled shifts"), _("not closed, or their cash not handed over"));
    menu_add(menu, '8', _("Arrears and recovery"), _("by meter book, with the age of the debt"))
        ->off = !all;
    struct menu_item *item =
        menu_add(menu, '9', _("Day, week or month"), _("◀ the one before, ▶ the next"));
    text_copy(item->detail, sizeof item->detail, span_text(s));
    menu_add(menu, '0', _("Other dates"), _("from and to"));
    menu_add(menu, '\0', _("Takings by terminal"), _("what each device took"))->off = !s->team;
}

static void open_report(const struct state *s, const struct flow_facts *facts, enum choice choice,
                        struct flow_effects *effects)
{
    struct flow_args next = {.digit = -1};
    struct flow_report_ask *ask = &next.report;
    ask->of = choice == CHOICE_EXCEPTIONS ? REPORT_OF_EXCEPTIONS
              : choice == CHOICE_SHIFTS   ? REPORT_OF_SHIFTS
              : choice == CHOICE_RECOVERY ? REPORT_OF_RECOVERY
                                          : REPORT_OF_TAKINGS;
    ask->team = s->team;
    ask->question.by = choice == CHOICE_TERMINAL ? REPORT_BY_TERMINAL
                       : ask->of == REPORT_OF_TAKINGS
                           ? (enum report_by)(REPORT_BY_DAY + (int)choice - CHOICE_DAY)
                           : REPORT_BY_DAY;
    find_span(s, facts->today, &ask->question.from, &ask->question.to);
    if (s->team)
        text_copy(next.heading, sizeof next.heading, _("Team"));
    else if (!may_see_all(facts))
        text_copy(next.heading, sizeof next.heading, facts->user_name);
    effect_go(effects, FLOW_REPORT, &next);
}

static void ask_date(struct state *s, enum step step, int32_t proposal)
{
    char text[16];
    snprintf(text, sizeof text, "%d", (int)proposal);
    typed_set(&s->typed, text, true);
    s->step = step;
    s->bad = false;
}

static void choose(struct state *s, const struct flow_facts *facts, enum choice choice,
                   struct flow_effects *effects)
{
    int32_t from, to;
    switch (choice) {
    case CHOICE_SPAN:
        s->span = s->span == SPAN_DAY ? SPAN_WEEK : s->span == SPAN_WEEK ? SPAN_MONTH : SPAN_DAY;
        s->back = 0;
        break;
    case CHOICE_OTHER:
        find_span(s, facts->today, &from, &to);
        ask_date(s, STEP_FROM, from);
        break;
    default:
        open_report(s, facts, choice, effects);
        break;
    }
}

/* The one before or after; of other dates as many days. */
static void turn(struct state *s, int32_t today, bool before)
{
    if (s->span == SPAN_OTHER) {
        int days = when_days_between(s->from, s->to) + 1;
        int32_t from = add_days(s->from, before ? -days : days);
        int32_t to = add_days(s->to, before ? -days : days);
        if (when_date_is_valid(from) && when_date_is_valid(to) && (before || from <= today)) {
            s->from = from;
            s->to = to;
        }
        return;
    }
    if (before)
        s->back += s->back < BACK_MOST / (s->span == SPAN_MONTH ? 30 : 1);
    else
        s->back -= s->back > 0;
}

static void act_menu(struct state *s, const struct flow_facts *facts,
                     const struct flow_event *event, struct flow_effects *effects)
{
    struct menu menu;
    switch (event->as.key.action) {
    case ACTION_BACK:
        effect_back(effects, 0);
        return;
    case ACTION_LEFT:
    case ACTION_RIGHT:
        turn(s, facts->today, event->as.key.action == ACTION_LEFT);
        return;
    default:
        break;
    }
    fill(s, facts, &menu);
    int chosen = menu_act(&menu, &s->selected, event);
    if (chosen >= 0)
        choose(s, facts, (enum choice)chosen, effects);
}

/* false: it is no date, or one that nobody can mean. */
static bool typed_date(const struct typed *t, int32_t *date_out)
{
    int32_t date = 0;
    if (t->length != DATE_DIGITS)
        return false;
    for (size_t i = 0; i < DATE_DIGITS; i++)
        date = date * 10 + (t->text[i] - '0');
    *date_out = date;
    return when_date_is_valid(date) && date / 10000 >= 2000 && date / 10000 < 2100;
}

static void act_date(struct state *s, const struct flow_event *event)
{
    int32_t date;
    if (event->as.key.action == ACTION_BACK) {
        if (s->step == STEP_TO)
            ask_date(s, STEP_FROM, s->from);
        else
            s->step = STEP_MENU;
        return;
    }
    if (event->as.key.action != ACTION_OK) {
        typed_act(&s->typed, event, DATE_DIGITS);
        s->bad = false;
        return;
    }
    s->bad = !typed_date(&s->typed, &date) || (s->step == STEP_TO && date < s->from);
    if (s->bad)
        return;
    if (s->step == STEP_FROM) {
        s->from = date;
        ask_date(s, STEP_TO, date);
    } else {
        s->to = date;
        s->span = SPAN_OTHER;
        s->step = STEP_MENU;
        s->selected = 0;
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    if (event->type == EVENT_START && !(s->team ? may_see_all(facts) : may_see(facts)))
        effect_back(effects, 0);
    if (event->type != EVENT_ACTION)
        return;
    if (s->step == STEP_MENU)
        act_menu(s, facts, event, effects);
    else
        act_date(s, event);
}

static void handle_team(void *state, const struct flow_args *args, const struct flow_facts *facts,
                        const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    s->team = true;
    handle(state, args, facts, event, effects);
}

/* ---- screens --------------------------------------------------------------------------------- */

static void show_date(const struct state *s, struct screen *screen)
{
    char text[SCREEN_TEXT_MAX];
    screen_field(screen, s->step == STEP_FROM ? _("From which date") : _("To which date"),
                 s->typed.text, _("year month day, 8 digits"));
    if (s->step == STEP_TO) {
        when_format_date(s->from, text);
        struct screen_line *line = screen_line(screen, _("From which date"), text);
        line->size = SIZE_SMALL;
    }
    if (s->bad)
        screen_notice(screen, TONE_LOOK, _("No such date"),
                      s->step == STEP_TO ? _("It must be a date, and not before the first one.")
                                         : _("For example 20261101."));
    screen_key(screen, "OK", _("Continue"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_menu(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    struct menu menu;
    fill(s, facts, &menu);
    menu_show(&menu, s->selected, screen);
    screen_key(screen, "OK", _("Choose"));
    screen_key(screen, "◀▶", _("Other time"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    struct flow_report_ask ask = {.of = REPORT_OF_TAKINGS};
    char period[SCREEN_TEXT_MAX], aside[2 * SCREEN_TEXT_MAX];
    (void)args;
    const char *menu = s->team ? "team_report" : "reports";
    screen_begin(screen, s->step == STEP_MENU ? menu : "reports_date",
                 s->step == STEP_MENU ? KEYS_MENU : KEYS_DIGITS);
    find_span(s, facts->today, &ask.question.from, &ask.question.to);
    report_period(facts, &ask, period);
    const char *named = span_text(s);
    snprintf(aside, sizeof aside, "%s%s%s", named, named[0] ? " " : "", period);
    screen_title(screen, s->team ? _("Team reports") : _("Reports"),
                 s->step == STEP_MENU ? aside : "");
    if (s->step == STEP_MENU)
        show_menu(s, facts, screen);
    else
        show_date(s, screen);
}

const struct flow flow_reports = {"reports", sizeof(struct state), handle, show};
const struct flow flow_team_report = {"team_report", sizeof(struct state), handle_team, show};
