/*
 * A report on the screen: rows of two lines, and one of them at length. Its place is kept: whoever
 * looks at a row, at what is known of its paper, or at a report of that row alone comes back to it.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "asking.h"
#include "menu.h"
#include "report_words.h"
#include "table.h"
#include "text.h"
#include "words.h"

enum {
    ROWS = FLOW_REPORT_ROWS_MAX,
    LEAP_PAGES = 10,
    DEPTH_MOST = 2,   /* reports over reports, so that the stack has room for what opens there */
    DETAILS_SEEN = 7, /* lines that fit below the row's name */
    DETAILS_MOST = REPORT_DETAILS_MAX + 2
};

enum step { STEP_LIST, STEP_ROW, STEP_KINDS };

/* Places count the sum as well, where there is one: it stands first. */
struct state {
    enum step step;
    bool waiting, loaded;
    bool leaving; /* all pages are asked for, to be printed or taken away */
    enum till_status status;
    int percent; /* while the records are read */
    struct flow_report_page page;
    struct flow_report_row rows[ROWS];
    size_t first, selected; /* places; of the window and in it */
    size_t stood;           /* the window before, while the next is asked for */
    size_t wanted;          /* to be selected when the window has come */
    size_t kind;            /* STEP_KINDS: selected */
    size_t detail;          /* STEP_ROW: first line that is seen */
};

/* ---- places ---------------------------------------------------------------------------------- */

static size_t places(const struct state *s)
{
    return s->page.total + (report_has_sum(&s->page) ? 1 : 0);
}

/* NULL: the sum, or a row that is not here. */
static const struct flow_report_row *row_at(const struct state *s, size_t place)
{
    size_t skip = report_has_sum(&s->page) ? 1 : 0;
    if (place < skip)
        return NULL;
    size_t index = place - skip;
    if (index < s->page.ask.offset || index - s->page.ask.offset >= s->page.count)
        return NULL;
    return &s->rows[index - s->page.ask.offset];
}

static bool is_sum(const struct state *s, size_t place)
{
    return place == 0 && report_has_sum(&s->page);
}

static const struct flow_report_row *selected_row(const struct state *s)
{
    return row_at(s, s->selected);
}

static bool has_selected(const struct state *s)
{
    return s->loaded && (is_sum(s, s->selected) || selected_row(s) != NULL);
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* The window from `first`; in it `wanted` is selected. */
static void ask(struct state *s, size_t first, size_t wanted, struct flow_effects *effects)
{
    size_t skip = s->loaded && report_has_sum(&s->page) ? 1 : 0;
    s->stood = s->first;
    s->first = first;
    s->wanted = wanted;
    s->waiting = true;
    s->percent = 0;
    struct flow_effect *effect = effect_add(effects, EFFECT_REPORT);
    effect->as.report = s->page.ask;
    effect->as.report.offset = first > skip ? first - skip : 0;
    s->page.ask.fresh = s->page.ask.whole = false;
}

static void go_out(const struct state *s, const struct flow_args *args,
                   struct flow_effects *effects)
{
    struct flow_args next = {.digit = -1, .report = s->page.ask};
    next.report.offset = s->page.total;
    text_copy(next.heading, sizeof next.heading, args->heading);
    effect_go(effects, FLOW_REPORT_OUT, &next);
}

/* Where the rows became fewer, the last page stands. */
static void take(struct state *s, const struct flow_args *args, const struct flow_event *event,
                 struct flow_effects *effects)
{
    const struct flow_report_page *page = event->as.report.page;
    bool leaving = s->leaving;
    s->percent = event->as.report.percent;
    if (!s->waiting || (event->status == TILL_BUSY && event->as.report.percent >= 0))
        return;
    s->waiting = s->leaving = false;
    s->status = event->status;
    if (s->status != TILL_OK) {
        s->first = s->loaded ? s->stood : 0; /* what stood there is still known */
        return;
    }
    s->page = *page;
    s->page.ask.fresh = s->page.ask.whole = false;
    s->page.rows = NULL;
    assert(page->count <= ROWS);
    memcpy(s->rows, page->rows, page->count * sizeof s->rows[0]);
    s->loaded = true;
    size_t all = places(s);
    s->selected = s->wanted < all ? s->wanted : all > 0 ? all - 1 : 0;
    if (s->first > 0 && s->selected < s->first)
        ask(s, s->selected / ROWS * ROWS, s->selected, effects);
    else if (leaving)
        go_out(s, args, effects);
}

/* To a place; the window moves by whole pages. */
static void go(struct state *s, size_t place, struct flow_effects *effects)
{
    size_t all = places(s);
    if (all == 0)
        return;
    if (place >= all)
        place = all - 1;
    s->detail = 0;
    if (place / ROWS == s->first / ROWS)
        s->selected = place;
    else
        ask(s, place / ROWS * ROWS, place, effects);
}

static void go_by(struct state *s, size_t step, bool down, struct flow_effects *effects)
{
    size_t place = s->selected;
    if (down)
        go(s, place + step, effects);
    else
        go(s, place > step ? place - step : 0, effects);
}

static void start_over(struct state *s, struct flow_effects *effects)
{
    s->loaded = false;
    s->step = STEP_LIST;
    s->page.ask.fresh = s->page.ask.team;
    ask(s, 0, 0, effects);
}

/* Nobody waits any more: what stood there stands. */
static void stop_waiting(struct state *s, struct flow_effects *effects)
{
    effect_add(effects, EFFECT_ASK_END);
    s->waiting = s->leaving = false;
    s->first = s->stood;
}

/* ---- the list -------------------------------------------------------------------------------- */

/* What F1 changes: another division, which kinds, settled shifts too. */
static void change(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    struct report_question *q = &s->page.ask.question;
    switch (s->page.ask.of) {
    case REPORT_OF_TAKINGS:
        do {
            enum report_by end = s->page.ask.team ? REPORT_BY_TEAM_COUNT : REPORT_BY_COUNT;
            q->by = q->by + 1 < end ? q->by + 1 : REPORT_BY_DAY;
        } while ((q->by == REPORT_BY_COLLECTOR && (q->user[0] || facts->role != ROLE_SUPERVISOR)) ||
                 (q->by == REPORT_BY_BOOK && q->meter_book[0]));
        start_over(s, effects);
        break;
    case REPORT_OF_EXCEPTIONS:
        s->step = STEP_KINDS;
        break;
    case REPORT_OF_SHIFTS:
        s->page.ask.settled_too = !s->page.ask.settled_too && !s->page.ask.team;
        start_over(s, effects);
        break;
    case REPORT_OF_RECOVERY:
        if (s->page.ask.team)
            start_over(s, effects);
        break;
    }
}

/* Of a team's report all pages have to be here. */
static void take_out(struct state *s, const struct flow_args *args, struct flow_effects *effects)
{
    if (!s->loaded) /* that there is nothing is worth a paper too */
        return;
    if (!s->page.ask.team) {
        go_out(s, args, effects);
        return;
    }
    s->leaving = true;
    s->page.ask.whole = true;
    ask(s, s->first, s->selected, effects);
}

static void digit(struct state *s, int value, struct flow_effects *effects)
{
    if (value == 0) {
        go(s, 0, effects);
    } else if (value == 9) {
        go(s, places(s), effects);
    } else if (value == 7 || value == 8) {
        go_by(s, LEAP_PAGES * ROWS, value == 8, effects);
    } else if (value <= ROWS && s->first + (size_t)value - 1 < places(s)) {
        s->selected = s->first + (size_t)value - 1;
        s->detail = 0;
        s->step = STEP_ROW;
    }
}

static void act_list(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                     const struct flow_event *event, struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    if (action == ACTION_BACK && s->waiting && s->loaded && s->page.ask.team) {
        stop_waiting(s, effects);
        return;
    }
    if (action == ACTION_BACK) {
        effect_back(effects, 0);
        return;
    }
    if (s->waiting)
        return;
    if (s->loaded && s->page.ask.team)
        s->status = TILL_OK; /* it was read */
    if (action == ACTION_OPTION_1) {
        change(s, facts, effects);
    } else if (!s->loaded) {
        if (action == ACTION_OK)
            start_over(s, effects);
    } else if (action == ACTION_UP || action == ACTION_DOWN) {
        go_by(s, 1, action == ACTION_DOWN, effects);
    } else if (action == ACTION_LEFT || action == ACTION_RIGHT) {
        go_by(s, ROWS, action == ACTION_RIGHT, effects);
    } else if (action == ACTION_DIGIT) {
        digit(s, event->as.key.digit, effects);
    } else if (action == ACTION_OPTION_2) {
        take_out(s, args, effects);
    } else if (action == ACTION_OK && has_selected(s)) {
        s->detail = 0;
        s->step = STEP_ROW;
    }
}

/* ---- one row --------------------------------------------------------------------------------- */

/* Behind the figures when they are from: on a small board the title has no room for all of it. */
static size_t fill_details(const struct state *s, const struct flow_facts *facts,
                           struct report_detail details[DETAILS_MOST])
{
    size_t count = report_details(facts, &s->page, selected_row(s), details);
    struct report_detail *at = &details[count++], *reach = &details[count++];
    memset(at, 0, 2 * sizeof *at);
    text_copy(at->label, sizeof at->label, _("Data of"));
    report_clock(facts, s->page.at_s, at->value);
    text_copy(reach->label, sizeof reach->label, report_reach_label(&s->page));
    report_page_reach(facts, &s->page, reach->value);
    return count;
}

/* A report of that row alone; false: there is none. */
static bool fill_alone(const struct state *s, const struct flow_args *args,
                       const struct flow_facts *facts, struct flow_args *next)
{
    const struct flow_report_row *row = selected_row(s);
    *next = (struct flow_args){.digit = -1, .report = s->page.ask};
    struct report_question *q = &next->report.question;
    next->report.offset = 0;
    next->report.depth++;
    text_copy(next->heading, sizeof next->heading, args->heading);
    if (!row || s->page.ask.of != REPORT_OF_TAKINGS || args->report.depth >= DEPTH_MOST)
        return false;
    if (s->page.ask.team && q->by != REPORT_BY_DAY)
        return false; /* the office divides by one thing at a time */
    switch (q->by) {
    case REPORT_BY_DAY:
        q->from = q->to = row->as.takings.number;
        q->by =
            facts->role == ROLE_SUPERVISOR && !q->user[0] ? REPORT_BY_COLLECTOR : REPORT_BY_BOOK;
        return true;
    case REPORT_BY_COLLECTOR:
        text_copy(q->user, sizeof q->user, row->as.takings.key);
        q->by = q->from == q->to ? REPORT_BY_TENDER : REPORT_BY_DAY;
        report_row_name(&s->page, row, next->heading);
        return row->as.takings.key[0] != '\0';
    case REPORT_BY_BOOK:
        text_copy(q->meter_book, sizeof q->meter_book, row->as.takings.key);
        q->by = q->user[0] || facts->role != ROLE_SUPERVISOR ? REPORT_BY_DAY : REPORT_BY_COLLECTOR;
        report_row_name(&s->page, row, next->heading);
        return row->as.takings.key[0] != '\0';
    default:
        return false;
    }
}

/* The exceptions of that collector, or of that day. */
static bool fill_exceptions(const struct state *s, const struct flow_args *args,
                            const struct flow_facts *facts, struct flow_args *next)
{
    bool alone = fill_alone(s, args, facts, next);
    enum report_by by = s->page.ask.question.by;
    next->report.of = REPORT_OF_EXCEPTIONS;
    next->report.question.meter_book[0] = '\0';
    return alone && (by == REPORT_BY_DAY || by == REPORT_BY_COLLECTOR);
}

static void open_row(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                     struct flow_effects *effects)
{
    struct flow_args next = {.digit = -1};
    uint64_t paper = report_paper_seq(&s->page, selected_row(s));
    if (paper > 0) {
        next.seq = paper;
        effect_go(effects, FLOW_RECEIPT, &next);
    } else if (fill_alone(s, args, facts, &next)) {
        effect_go(effects, FLOW_REPORT, &next);
    } else {
        s->step = STEP_LIST;
    }
}

static void act_row(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                    const struct flow_event *event, struct flow_effects *effects)
{
    struct report_detail details[DETAILS_MOST];
    struct flow_args next;
    size_t count = fill_details(s, facts, details);
    switch (event->as.key.action) {
    case ACTION_BACK:
        s->step = STEP_LIST;
        break;
    case ACTION_OK:
        if (!s->waiting)
            open_row(s, args, facts, effects);
        break;
    case ACTION_OPTION_1:
        if (!s->waiting && fill_exceptions(s, args, facts, &next))
            effect_go(effects, FLOW_REPORT, &next);
        break;
    case ACTION_DOWN:
        s->detail += s->detail + 1 < count ? 1 : 0; /* small boards show fewer */
        break;
    case ACTION_UP:
        s->detail -= s->detail > 0 ? 1 : 0;
        break;
    case ACTION_RIGHT:
    case ACTION_LEFT:
        if (!s->waiting)
            go_by(s, 1, event->as.key.action == ACTION_RIGHT, effects);
        break;
    default:
        break;
    }
}

/* ---- kinds of exceptions --------------------------------------------------------------------- */

static uint32_t all_kinds(void)
{
    uint32_t all = 0;
    for (int kind = 1; kind < REPORT_EXCEPTION_COUNT; kind++)
        all |= UINT32_C(1) << kind;
    return all;
}

/* The first line is for all of them. */
static void fill_kinds(const struct state *s, struct menu *menu)
{
    uint32_t kinds = s->page.ask.kinds;
    menu->count = 0;
    struct menu_item *item = menu_add(menu, '\0', _("All kinds"), "");
    text_copy(item->detail, sizeof item->detail, kinds == 0 ? "✓" : "");
    for (int kind = 1; kind < REPORT_EXCEPTION_COUNT; kind++) {
        item = menu_add(menu, '\0', _(report_exception_text(kind)), "");
        text_copy(item->detail, sizeof item->detail, kinds & UINT32_C(1) << kind ? "✓" : "");
    }
}

static void act_kinds(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    struct menu menu;
    uint32_t *kinds = &s->page.ask.kinds;
    if (event->as.key.action == ACTION_BACK || event->as.key.action == ACTION_OPTION_1) {
        start_over(s, effects);
        return;
    }
    fill_kinds(s, &menu);
    int chosen = menu_act(&menu, &s->kind, event);
    if (chosen == 0)
        *kinds = 0;
    else if (chosen > 0)
        *kinds ^= UINT32_C(1) << chosen;
    if (*kinds == all_kinds())
        *kinds = 0;
}

/* ---- the flow -------------------------------------------------------------------------------- */

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    if (event->type == EVENT_START) {
        s->page.ask = args->report;
        s->page.ask.fresh = s->page.ask.team;
        ask(s, 0, 0, effects);
    } else if (event->type == EVENT_REPORT) {
        take(s, args, event, effects);
    } else if (event->type == EVENT_ACTION && s->step == STEP_LIST) {
        act_list(s, args, facts, event, effects);
    } else if (event->type == EVENT_ACTION && s->step == STEP_KINDS) {
        act_kinds(s, event, effects);
    } else if (event->type == EVENT_ACTION) {
        act_row(s, args, facts, event, effects);
    }
}

/* ---- screens --------------------------------------------------------------------------------- */

/* Before all else when the data is from and how far it reaches: where there is little room, what
 * comes last is cut. */
static void show_title(const struct state *s, const struct flow_args *args,
                       const struct flow_facts *facts, struct screen *screen)
{
    char title[2 * SCREEN_TEXT_MAX], aside[3 * SCREEN_TEXT_MAX] = "";
    char clock[SCREEN_TEXT_MAX], period[SCREEN_TEXT_MAX], whose[SCREEN_TEXT_MAX];
    report_period(facts, &s->page.ask, period);
    text_ellipsis(whose, sizeof whose, args->heading, 12);
    const char *what = report_short_title(&s->page.ask);
    if (s->page.ask.team) /* whose it is must not be what is cut */
        snprintf(title, sizeof title, "%s · %s", whose, what);
    else
        snprintf(title, sizeof title, "%s%s%s", what, whose[0] ? " · " : "", whose);
    if (s->loaded && s->page.ask.team) {
        report_clock(facts, s->page.at_s, clock);
        snprintf(aside, sizeof aside, _("office %.60s"), clock);
    } else if (s->loaded) {
        report_clock(facts, s->page.at_s, clock);
        snprintf(aside, sizeof aside, _("%.20s to #%llu"), clock, (unsigned long long)s->page.seq);
    }
    snprintf(aside + strlen(aside), sizeof aside - strlen(aside), "%s%s",
             aside[0] && period[0] ? " · " : "", period);
    screen_title(screen, title, aside);
}

static void show_row(const struct state *s, const struct flow_facts *facts, size_t place,
                     struct screen_row *out)
{
    struct report_texts texts;
    report_texts(facts, &s->page, row_at(s, place), &texts);
    text_copy(out->name, sizeof out->name, texts.name);
    text_copy(out->amount, sizeof out->amount, texts.amount);
    text_copy(out->place, sizeof out->place, texts.place);
    text_copy(out->note, sizeof out->note, texts.note);
    text_copy(out->tag, sizeof out->tag, texts.tag);
    out->amount_tone = is_sum(s, place) ? TONE_ACCENT : texts.amount_tone;
}

static void show_empty(const struct state *s, struct screen *screen)
{
    if (s->page.ask.team) {
        screen_notice(screen, TONE_ACCENT, _("Nothing of it at the office"),
                      _("Of this team there is none in that time, as far as its records have come "
                        "there."));
        return;
    }
    switch (s->page.ask.of) {
    case REPORT_OF_EXCEPTIONS:
        screen_notice(screen, TONE_ACCENT, _("No exceptions"),
                      _("Nothing of this kind is recorded on this terminal in that time."));
        break;
    case REPORT_OF_SHIFTS:
        screen_notice(screen, TONE_ACCENT, _("Every shift is settled"),
                      _("Nothing is open, and all cash was handed over or deposited."));
        break;
    case REPORT_OF_RECOVERY:
        screen_notice(screen, TONE_LOOK, _("No meter book"),
                      _("Arrears come with the book of the office. It is not here yet."));
        break;
    case REPORT_OF_TAKINGS:
        screen_notice(screen, TONE_LOOK, _("Nothing taken"),
                      _("On this terminal no money was taken in that time."));
        break;
    }
}

static const char *change_text(const struct state *s)
{
    switch (s->page.ask.of) {
    case REPORT_OF_TAKINGS:
        return _("Divide");
    case REPORT_OF_EXCEPTIONS:
        return _("Kinds");
    case REPORT_OF_SHIFTS:
        if (s->page.ask.team)
            return _("Ask");
        return s->page.ask.settled_too ? _("Open ones") : _("All");
    default:
        return s->page.ask.team ? _("Ask") : NULL;
    }
}

static void show_list(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    size_t all = places(s);
    if (all == 0)
        show_empty(s, screen);
    screen_list(screen, s->selected - s->first, s->first, all);
    for (size_t place = s->first; place < all && place < s->first + ROWS; place++)
        if (is_sum(s, place) || row_at(s, place))
            show_row(s, facts, place, screen_row(screen));
    if (s->page.left > 0 && s->first + ROWS >= all) {
        char text[SCREEN_TEXT_MAX];
        snprintf(text, sizeof text, _("%zu more at the office"), s->page.left);
        screen_line(screen, text, "")->size = SIZE_SMALL;
    }
    if (all > 0)
        screen_key(screen, "OK", _("Details"));
    if (change_text(s))
        screen_key(screen, "F1", change_text(s));
    if (s->loaded)
        screen_key(screen, "F2", _("Print, stick"));
    screen_key(screen, _("Cancel"), _("Back"));
}

/* What is bound to a row, and what the keys make of it. */
static void show_row_keys(const struct state *s, const struct flow_args *args,
                          const struct flow_facts *facts, struct screen *screen)
{
    struct flow_args next;
    if (report_paper_seq(&s->page, selected_row(s)) > 0)
        screen_key(screen, "OK", _("Open the paper"));
    else if (fill_alone(s, args, facts, &next))
        screen_key(screen, "OK", _("Only this"));
    else
        screen_key(screen, "OK", _("Back"));
    if (fill_exceptions(s, args, facts, &next))
        screen_key(screen, "F1", _("Exceptions"));
    screen_key(screen, "◀▶", _("Next row"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_details(const struct state *s, const struct flow_args *args,
                         const struct flow_facts *facts, struct screen *screen)
{
    struct report_detail details[DETAILS_MOST];
    char name[SCREEN_TEXT_MAX];
    size_t count = fill_details(s, facts, details);
    report_row_name(&s->page, selected_row(s), name);
    if (s->detail == 0) {
        screen_line(screen, name, "")->bold = true;
        screen_rule(screen);
    }
    size_t most = DETAILS_SEEN + (s->detail > 0 ? 1 : 0);
    for (size_t i = s->detail; i < count && i < s->detail + most; i++) {
        struct screen_line *line = screen_line(screen, details[i].label, details[i].value);
        line->bold = details[i].heavy;
    }
    if (s->detail + most < count) {
        struct screen_line *line = screen_line(screen, "", _("▼ more"));
        line->size = SIZE_SMALL;
        line->right_tone = TONE_QUIET;
    }
    show_row_keys(s, args, facts, screen);
}

static void show_waiting(const struct state *s, struct screen *screen)
{
    char text[SCREEN_TEXT_MAX];
    if (s->page.ask.team && !s->leaving) {
        asking_show_wait(screen);
        return;
    }
    if (s->page.ask.team) {
        snprintf(text, sizeof text, _("%d %% of the pages are here."), s->percent);
        screen_notice(screen, TONE_LOOK, _("Asking the office"), text);
        screen_key(screen, _("Cancel"), _("Don't wait"));
        return;
    }
    snprintf(text, sizeof text, _("%u %% of the records are read. The work can go on meanwhile."),
             (unsigned)s->percent);
    screen_notice(screen, TONE_NORMAL, _("The report is being made"), text);
    screen_key(screen, _("Cancel"), _("Back"));
}

/* Why the office tells no more. */
static void show_team_failed(const struct state *s, struct screen *screen)
{
    const struct asking asking = {.status = s->status};
    if (s->status == TILL_NOT_FOUND)
        screen_notice(screen, TONE_LOOK, _("The office has no report of a team"),
                      _("It has set none for this terminal, or its program is older."));
    else
        asking_show_failed(&asking, s->loaded ? _("Below stands what it said before.") : "",
                           screen);
}

static void show_failed(const struct state *s, struct screen *screen)
{
    if (s->page.ask.team && s->status != TILL_REFUSED)
        show_team_failed(s, screen);
    else if (s->status == TILL_REFUSED)
        screen_notice(screen, TONE_LOOK, _("Not while somebody counts"),
                      _("Whoever counts knows no figures. After the day close they stand here "
                        "again."));
    else if (s->status == TILL_DISK_FULL)
        screen_notice(screen, TONE_OWED, _("No room for the report"),
                      _("The records are safe. A technician makes room on the terminal."));
    else
        screen_notice(screen, TONE_OWED, _("The report can't be made"), _(status_text(s->status)));
    screen_key(screen, "OK", _("Try again"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    static const char *const names[] = {"report", "report_row", "report_kinds"};
    const struct state *s = state;
    struct menu menu;
    screen_begin(screen, names[s->step],
                 s->step == STEP_LIST  ? KEYS_LIST
                 : s->step == STEP_ROW ? KEYS_CARD
                                       : KEYS_MENU);
    show_title(s, args, facts, screen);
    if (s->step == STEP_KINDS) {
        fill_kinds(s, &menu);
        menu_show(&menu, s->kind, screen);
        screen_key(screen, "OK", _("Mark"));
        screen_key(screen, "F1", _("Show"));
        screen_key(screen, _("Cancel"), _("Show"));
    } else if (s->waiting) {
        show_waiting(s, screen);
    } else if (s->status != TILL_OK && s->loaded && s->page.ask.team && s->status != TILL_REFUSED) {
        show_team_failed(s, screen);
        show_list(s, facts, screen);
    } else if (s->status != TILL_OK) {
        show_failed(s, screen);
    } else if (s->step == STEP_ROW) {
        show_details(s, args, facts, screen);
    } else if (s->loaded) {
        show_list(s, facts, screen);
    }
}

const struct flow flow_report = {"report", sizeof(struct state), handle, show};
