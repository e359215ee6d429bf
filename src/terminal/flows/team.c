/*
 * A supervisor's people today, as the office knows them: terminal by terminal what was taken, by
 * cash and otherwise, and when it was last heard of. What lies unsent on a terminal is not in it.
 */
#include <stdio.h>
#include <string.h>

#include "asking.h"
#include "table.h"
#include "text.h"
#include "when.h"
#include "words.h"

enum { PAGE_ROWS = 4 };

struct member {
    struct query_takings takings;
    char name[40]; /* of who is logged in there, cut; "" = unknown */
};
struct state {
    struct asking asking;
    bool answered;
    int64_t at_s;
    size_t count, selected;
    struct member members[QUERY_TERMINALS_MAX];
};

/* The same terminal stays selected, wherever it stands now. */
static void take(struct state *s, const struct flow_event *event)
{
    const struct query_team *team = event->as.answer.team;
    char before[TERMINAL_MAX] = "";
    if (s->answered && s->selected < s->count)
        text_copy(before, sizeof before, s->members[s->selected].takings.terminal);
    s->answered = true;
    s->at_s = team->at_s;
    s->count = team->count;
    s->selected = s->selected < s->count ? s->selected : 0;
    for (size_t i = 0; i < s->count; i++) {
        s->members[i].takings = team->terminals[i];
        text_ellipsis(s->members[i].name, sizeof s->members[i].name, event->as.answer.names[i], 12);
        if (strcmp(team->terminals[i].terminal, before) == 0)
            s->selected = i;
    }
}

static void ask(struct state *s, struct flow_effects *effects)
{
    asking_begin(&s->asking, QUERY_TEAM, "", effects);
}

static void act(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    const struct flow_args next = {.digit = -1};
    size_t last = s->count > 0 ? s->count - 1 : 0;
    switch (event->as.key.action) {
    case ACTION_OK:
        ask(s, effects);
        break;
    case ACTION_OPTION_1:
        effect_go(effects, FLOW_TEAM_REPORT, &next);
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
        if (!s->answered)
            effect_back(effects, 0);
        return;
    case ASKING_FAILED:
    case ASKING_GOES_ON:
        return;
    case ASKING_OTHERS:
        break;
    }
    if (event->type == EVENT_START && facts->role != ROLE_SUPERVISOR)
        effect_back(effects, 0);
    else if (event->type == EVENT_START)
        ask(s, effects);
    else if (event->type == EVENT_ACTION)
        act(s, event, effects);
}

static void show_sum(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char text[SCREEN_TEXT_MAX], amount[MONEY_TEXT_MAX];
    int64_t minor = 0;
    uint64_t receipts = 0;
    for (size_t i = 0; i < s->count; i++) {
        const struct query_takings *t = &s->members[i].takings;
        bool fits = !__builtin_add_overflow(minor, t->cash_minor, &minor) &&
                    !__builtin_add_overflow(minor, t->other_minor, &minor);
        if (!fits)
            return; /* nobody took that much: what the office says is shown line by line */
        receipts += t->count;
    }
    snprintf(text, sizeof text, _("%zu terminals, %llu receipts"), s->count,
             (unsigned long long)receipts);
    words_money(facts, minor, amount);
    struct screen_line *line = screen_line(screen, text, amount);
    line->size = SIZE_SMALL;
}

/* Of the day of the answer the time alone. */
static void seen_text(const struct state *s, const struct flow_facts *facts, int64_t at_s,
                      char out[SCREEN_TEXT_MAX])
{
    const char *zone = facts->site ? facts->site->zone : facts->fold->enrolled.zone;
    if (when_date(zone, at_s) == when_date(zone, s->at_s))
        when_format_clock(zone, at_s, out);
    else
        asking_at(facts, at_s, out);
}

static void show_member(const struct state *s, const struct member *m,
                        const struct flow_facts *facts, struct screen_row *row)
{
    const struct query_takings *t = &m->takings;
    char cash[MONEY_TEXT_MAX], other[MONEY_TEXT_MAX], at[SCREEN_TEXT_MAX];
    int64_t minor;
    snprintf(row->name, sizeof row->name, "%s %s", t->terminal,
             m->name[0]                  ? m->name
             : strcmp(t->user, "-") == 0 ? _("nobody logged in")
                                         : t->user);
    if (!__builtin_add_overflow(t->cash_minor, t->other_minor, &minor))
        words_money(facts, minor, row->amount);
    words_money(facts, t->cash_minor, cash);
    words_money(facts, t->other_minor, other);
    if (t->seen_at_s > 0)
        seen_text(s, facts, t->seen_at_s, at);
    else
        text_copy(at, sizeof at, _("never seen"));
    size_t used = (size_t)snprintf(row->place, sizeof row->place, _("%s · cash %s"), at, cash);
    if (t->other_minor != 0 && used < sizeof row->place)
        snprintf(row->place + used, sizeof row->place - used, _(" · other %s"), other);
    if (t->reversed > 0)
        snprintf(row->tag, sizeof row->tag, _("reversed %u"), (unsigned)t->reversed);
    snprintf(row->note, sizeof row->note,
             ngettext("%u receipt", "%u receipts", (unsigned long)t->count), (unsigned)t->count);
}

static void show_team(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    size_t first = s->selected / PAGE_ROWS * PAGE_ROWS;
    show_sum(s, facts, screen);
    screen_list(screen, s->selected - first, first, s->count);
    for (size_t i = first; i < s->count && i < first + PAGE_ROWS; i++)
        show_member(s, &s->members[i], facts, screen_row(screen));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char at[WHEN_TEXT_MAX], aside[SCREEN_TEXT_MAX] = "";
    (void)args;
    screen_begin(screen, "team", KEYS_LIST);
    if (s->answered) {
        asking_at(facts, s->at_s, at);
        snprintf(aside, sizeof aside, _("office %.60s"), at);
    }
    screen_title(screen, _("Team today"), aside);
    if (s->asking.waiting) {
        asking_show_wait(screen);
        return;
    }
    if (s->asking.status != TILL_OK)
        asking_show_failed(&s->asking, s->answered ? _("Below stands what it said before.") : "",
                           screen);
    if (s->answered)
        show_team(s, facts, screen);
    screen_key(screen, "OK", _("Ask again"));
    screen_key(screen, "F1", _("Reports"));
    if (s->answered)
        screen_key(screen, "▲▼", _("Choose"));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_team = {"team", sizeof(struct state), handle, show};
