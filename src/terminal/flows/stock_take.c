/*
 * A range of numbered paper comes into this terminal's hands, or its unused end goes back. What the
 * office issued is offered; another range is taken over too, and the office asks about it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "menu.h"
#include "receipt_words.h"
#include "stock_words.h"
#include "table.h"
#include "text.h"

enum step {
    STEP_ISSUES, /* what was issued, or another */
    STEP_TYPE,
    STEP_FIRST,
    STEP_LAST,
    STEP_WHOM,
    STEP_CONFIRM,
    STEP_DONE
};
enum { NUMBER_MOST = STOCK_TEXT_MAX - 1, USER_MOST = USER_MAX - 1 };

struct state {
    enum step step;
    bool waiting, looked;
    struct book_stock issues[STOCK_ISSUES_MAX];
    size_t issue_count, selected;
    bool chosen; /* one of the issues */
    int type;
    struct typed first, last, whom;
    struct body_stock_range body;
    bool issued;
    struct flow_entries entries;
    enum till_status status;
    const char *wrong;
};

static bool gives_back(const struct flow_args *args)
{
    return args->kind == KIND_STATIONERY_RETURNED;
}

/* ---- what is typed --------------------------------------------------------------------------- */

static void refuse(struct state *s, const char *why, struct flow_effects *effects)
{
    s->wrong = why;
    effect_sound(effects, SOUND_ERROR);
}

static void ask_range(struct state *s, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_STOCK);
    effect->as.stock.question = STOCK_ASK_RANGE;
    effect->as.stock.number.type = s->body.type;
    effect->as.stock.number.number = s->body.first;
    text_copy(effect->as.stock.number.series, SERIES_MAX, s->body.series);
    effect->as.stock.last = s->body.last;
    s->waiting = true;
}

/* Does it lie over what is in hand? */
static bool overlaps(const struct flow_facts *facts, const struct body_stock_range *b)
{
    for (size_t i = 0; i < facts->fold->stock_count; i++) {
        const struct fold_stock *stock = &facts->fold->stock[i];
        if (stock->type == b->type && strcmp(stock->series, b->series) == 0 &&
            b->first <= stock->last && b->last >= stock->next)
            return true;
    }
    return false;
}

static void take_first(struct state *s, const struct flow_args *args,
                       const struct flow_facts *facts, struct flow_effects *effects)
{
    struct stock_number n;
    const struct fold_stock *stock = stock_at(facts, args->seq);
    if (!stock_number_read(s->first.text, s->type, &n)) {
        refuse(s, _("A series and digits, as on the paper: B-00012345."), effects);
        return;
    }
    if (gives_back(args)) {
        bool same = stock && strcmp(n.series, stock->series) == 0;
        if (!same || n.number < stock->next || n.number > stock->last) {
            refuse(s, _("Only unused numbers of this range go back, up to its end."), effects);
            return;
        }
        s->body.last = stock->last;
    }
    s->body.type = n.type;
    s->body.first = n.number;
    text_copy(s->body.series, sizeof s->body.series, n.series);
    s->step = gives_back(args) ? STEP_WHOM : STEP_LAST;
}

/* Digits alone are of the same series. */
static void take_last(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    struct stock_number n;
    bool read = stock_number_read(s->last.text, s->type, &n);
    if (!read || (n.series[0] && strcmp(n.series, s->body.series) != 0) ||
        n.number < s->body.first) {
        refuse(s, _("The last number of the same series, not before the first."), effects);
        return;
    }
    s->body.last = n.number;
    if (n.number - s->body.first >= STOCK_RANGE_MAX)
        refuse(s, _("At most 10,000 at once: take them over in parts."), effects);
    else if (overlaps(facts, &s->body))
        refuse(s, _("Some of these are in hand already."), effects);
    else if (facts->fold->stock_count == FOLD_STOCK_MAX)
        refuse(s, _("Eight ranges are in hand: give one back, or count at the day close."),
               effects);
    else
        ask_range(s, effects);
}

static void take_whom(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    const struct fold_user *user = fold_current(facts->fold);
    if (!user_is_valid(s->whom.text) || (user && strcmp(user->user, s->whom.text) == 0)) {
        refuse(s, _("The user number of whoever is on the other side; 0 is the office."), effects);
        return;
    }
    text_copy(s->body.other, sizeof s->body.other, s->whom.text);
    s->step = STEP_CONFIRM;
}

/* ---- effects --------------------------------------------------------------------------------- */

static void commit(struct state *s, const struct flow_args *args, struct flow_effects *effects)
{
    enum entry_kind kind = gives_back(args) ? KIND_STATIONERY_RETURNED : KIND_STATIONERY_RECEIVED;
    struct body_anomaly anomaly = {.code = TILL_NOT_FOUND};
    char first[STOCK_TEXT_MAX];
    struct stock_number n = {.type = s->body.type, .number = s->body.first};
    s->entries.count = 1;
    s->status = entry_write_stock_range(&s->entries.list[0], kind, &s->body);
    if (s->status == TILL_OK && !gives_back(args) && !s->issued) {
        text_copy(n.series, sizeof n.series, s->body.series);
        stock_number_format(&n, first);
        stock_odd_range(first, s->body.last - s->body.first, anomaly.text, sizeof anomaly.text);
        s->status = entry_write_anomaly(&s->entries.list[s->entries.count++], &anomaly);
    }
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    effect_add(effects, EFFECT_COMMIT_ENTRIES)->as.entries = &s->entries;
    s->waiting = true;
}

static void choose_issue(struct state *s, const struct flow_facts *facts,
                         const struct book_stock *issue, struct flow_effects *effects)
{
    s->chosen = true;
    s->issued = true;
    s->type = issue->type;
    s->body =
        (struct body_stock_range){.type = issue->type, .first = issue->first, .last = issue->last};
    text_copy(s->body.series, sizeof s->body.series, issue->series);
    text_copy(s->body.other, sizeof s->body.other, issue->from[0] ? issue->from : "0");
    if (overlaps(facts, &s->body) || issue->last - issue->first >= STOCK_RANGE_MAX)
        refuse(s, _("Some of these are in hand already."), effects);
    else
        s->step = STEP_CONFIRM;
}

static void looked(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    const struct stock_view *view = event->as.stock;
    s->waiting = false;
    if (event->status != TILL_OK) {
        s->status = event->status;
        effect_sound(effects, SOUND_ERROR);
    } else if (view->question == STOCK_ASK_ISSUES) {
        memcpy(s->issues, view->issues, sizeof s->issues);
        s->issue_count = view->count;
        s->step = view->count > 0 ? STEP_ISSUES : STEP_TYPE;
    } else {
        s->issued = view->issued;
        if (s->issued && !s->whom.length)
            typed_set(&s->whom, view->from[0] ? view->from : "0", true);
        s->step = STEP_WHOM;
    }
    s->looked = true;
}

static void start(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                  struct flow_effects *effects)
{
    const struct fold_stock *stock = stock_at(facts, args->seq);
    char next[SCREEN_TEXT_MAX];
    if (!gives_back(args)) {
        effect_add(effects, EFFECT_STOCK)->as.stock.question = STOCK_ASK_ISSUES;
        s->waiting = true;
        s->step = STEP_TYPE;
        return;
    }
    s->step = STEP_FIRST;
    if (!stock)
        return;
    s->type = stock->type;
    stock_next_text(stock, next);
    typed_set(&s->first, next, true);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void fill(const struct state *s, struct menu *menu,
                 char places[STOCK_ISSUES_MAX][SCREEN_TEXT_MAX])
{
    menu->count = 0;
    for (size_t i = 0; i < s->issue_count; i++) {
        const struct book_stock *issue = &s->issues[i];
        struct stock_number first = {.type = issue->type, .number = issue->first};
        char number[STOCK_TEXT_MAX];
        text_copy(first.series, sizeof first.series, issue->series);
        stock_number_format(&first, number);
        snprintf(places[i], SCREEN_TEXT_MAX, _("%s and so on, %llu papers"), number,
                 (unsigned long long)(issue->last - issue->first + 1));
        menu_add(menu, (char)('1' + i), _(stock_type_text(issue->type)), places[i]);
    }
    menu_add(menu, '9', _("Another range"), _("not issued to you: the office will ask"));
}

static void back(struct state *s, const struct flow_args *args, struct flow_effects *effects)
{
    switch (s->step) {
    case STEP_FIRST:
        if (gives_back(args))
            effect_back(effects, 0);
        s->step = STEP_TYPE;
        break;
    case STEP_LAST:
        s->step = STEP_FIRST;
        break;
    case STEP_WHOM:
        s->step = gives_back(args) ? STEP_FIRST : STEP_LAST;
        break;
    case STEP_CONFIRM:
        s->step = s->chosen ? STEP_ISSUES : STEP_WHOM;
        s->chosen = false;
        break;
    default:
        if (s->step == STEP_TYPE && s->issue_count > 0)
            s->step = STEP_ISSUES;
        else
            effect_back(effects, 0);
        break;
    }
}

static struct typed *field_of(struct state *s, size_t *most_out)
{
    *most_out = NUMBER_MOST;
    switch (s->step) {
    case STEP_FIRST:
        return &s->first;
    case STEP_LAST:
        return &s->last;
    case STEP_WHOM:
        *most_out = USER_MOST;
        return &s->whom;
    default:
        return NULL;
    }
}

static void go_on(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                  struct flow_effects *effects)
{
    switch (s->step) {
    case STEP_FIRST:
        take_first(s, args, facts, effects);
        break;
    case STEP_LAST:
        take_last(s, facts, effects);
        break;
    case STEP_WHOM:
        take_whom(s, facts, effects);
        break;
    case STEP_CONFIRM:
        commit(s, args, effects);
        break;
    case STEP_DONE:
        effect_back(effects, 1);
        break;
    default:
        break;
    }
}

static void act_choice(struct state *s, const struct flow_facts *facts,
                       const struct flow_event *event, struct flow_effects *effects)
{
    struct menu menu;
    char places[STOCK_ISSUES_MAX][SCREEN_TEXT_MAX];
    int digit = event->as.key.action == ACTION_DIGIT ? event->as.key.digit : 0;
    if (s->step == STEP_ISSUES) {
        fill(s, &menu, places);
        int chosen = menu_act(&menu, &s->selected, event);
        if (chosen == (int)s->issue_count)
            s->step = STEP_TYPE;
        else if (chosen >= 0)
            choose_issue(s, facts, &s->issues[chosen], effects);
    } else if (digit >= STOCK_RECEIPT && digit <= STOCK_MANUAL) {
        s->type = digit;
        s->step = STEP_FIRST;
    }
}

static void act(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                const struct flow_event *event, struct flow_effects *effects)
{
    size_t most;
    struct typed *field = field_of(s, &most);
    s->wrong = NULL;
    s->status = TILL_OK;
    if (event->as.key.action == ACTION_BACK && s->step != STEP_DONE)
        back(s, args, effects);
    else if (s->step == STEP_ISSUES || s->step == STEP_TYPE)
        act_choice(s, facts, event, effects);
    else if (event->as.key.action == ACTION_OK)
        go_on(s, args, facts, effects);
    else if (field && !stock_type(field, event, most) && event->as.key.action == ACTION_POINT)
        effect_sound(effects, SOUND_ERROR);
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    size_t most;
    switch (event->type) {
    case EVENT_START:
        start(s, args, facts, effects);
        break;
    case EVENT_STOCK:
        looked(s, event, effects);
        break;
    case EVENT_COMMITTED:
        s->waiting = false;
        s->status = event->status;
        s->step = s->status == TILL_OK ? STEP_DONE : s->step;
        effect_sound(effects, s->status == TILL_OK ? SOUND_OK : SOUND_ERROR);
        break;
    case EVENT_SCANNED:
        if (field_of(s, &most) && !s->waiting && !stock_scan(field_of(s, &most), event, most))
            refuse(s, _("A series and digits, as on the paper: B-00012345."), effects);
        break;
    case EVENT_ACTION:
        if (!s->waiting)
            act(s, args, facts, event, effects);
        break;
    default:
        break;
    }
}

/* ---- screens --------------------------------------------------------------------------------- */

static void show_field(const struct state *s, const struct flow_args *args, struct screen *screen)
{
    const char *label = s->step == STEP_FIRST
                            ? (gives_back(args) ? _("Goes back from number") : _("First number"))
                        : s->step == STEP_LAST ? _("Last number")
                        : gives_back(args)     ? _("Given to, user number")
                                               : _("Given by, user number");
    const struct typed *t = s->step == STEP_FIRST  ? &s->first
                            : s->step == STEP_LAST ? &s->last
                                                   : &s->whom;
    screen->keys = KEYS_NUMBER;
    screen_field(screen, label, t->text,
                 s->step == STEP_WHOM ? _("0 = the office") : _("* dash, ▲ letter, or scan"));
    if (s->wrong)
        screen_notice(screen, TONE_OWED, "", s->wrong);
    screen_key(screen, "OK", _("Next"));
    screen_key(screen, _("Clear"), _("Correct"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_range(const struct state *s, const struct flow_args *args, struct screen *screen)
{
    char text[SCREEN_TEXT_MAX], first[STOCK_TEXT_MAX], last[STOCK_TEXT_MAX];
    struct stock_number n = {.type = s->body.type, .number = s->body.first};
    text_copy(n.series, sizeof n.series, s->body.series);
    stock_number_format(&n, first);
    n.number = s->body.last;
    stock_number_format(&n, last);
    screen_line(screen, _(stock_type_text(s->body.type)), "")->bold = true;
    screen_line(screen, _("First number"), first);
    screen_line(screen, _("Last number"), last);
    snprintf(text, sizeof text, "%llu", (unsigned long long)(s->body.last - s->body.first + 1));
    screen_line(screen, _("Papers"), text)->bold = true;
    screen_line(screen, gives_back(args) ? _("Handed to") : _("Handed out by"),
                strcmp(s->body.other, "0") == 0 ? _("The office") : s->body.other);
}

static void show_confirm(const struct state *s, const struct flow_args *args, struct screen *screen)
{
    screen->keys = KEYS_MESSAGE;
    show_range(s, args, screen);
    if (s->step == STEP_DONE)
        screen_notice(screen, TONE_ACCENT, _("Recorded"), "");
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not recorded"),
                      s->status == TILL_E_PROTOCOL
                          ? _("Some of these numbers were used here before.")
                          : _(status_text(s->status)));
    else if (!gives_back(args) && !s->issued)
        screen_notice(screen, TONE_LOOK, _("Not issued to this terminal"),
                      _("It can be taken over; the office will ask where it comes from."));
    screen_key(screen, "OK",
               s->step == STEP_DONE ? _("Go on")
               : gives_back(args)   ? _("Give back")
                                    : _("Take over"));
    if (s->step != STEP_DONE)
        screen_key(screen, _("Cancel"), _("Back"));
}

static void show_choice(const struct state *s, struct screen *screen)
{
    struct menu menu;
    char places[STOCK_ISSUES_MAX][SCREEN_TEXT_MAX];
    screen->keys = KEYS_MENU;
    if (s->step == STEP_ISSUES) {
        fill(s, &menu, places);
        menu_show(&menu, s->selected, screen);
        screen_key(screen, "OK", _("Choose"));
        if (s->wrong)
            screen_notice(screen, TONE_OWED, "", s->wrong);
    } else {
        screen_line(screen, _("What is it?"), "")->bold = true;
        for (int type = STOCK_RECEIPT; type <= STOCK_MANUAL; type++)
            choice_line(screen, type, _(stock_type_text(type)), "", false);
        screen_key(screen, "1-3", _("Choose"));
    }
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    screen_begin(screen, "stock_take", KEYS_MENU);
    screen_title(screen, gives_back(args) ? _("Give numbers back") : _("Take numbers over"),
                 facts->user_name);
    if (s->step == STEP_ISSUES || s->step == STEP_TYPE)
        show_choice(s, screen);
    else if (s->step == STEP_CONFIRM || s->step == STEP_DONE)
        show_confirm(s, args, screen);
    else
        show_field(s, args, screen);
}

const struct flow flow_stock_take = {"stock_take", sizeof(struct state), handle, show};
