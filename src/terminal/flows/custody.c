/*
 * Where one's cash is between the bag and the bank, and what can be done with it: hand it over,
 * take over, deposit, explain what does not agree, see what is on its way. Of what waits here for
 * who works here no amount is shown: they count it.
 */
#include <stdio.h>
#include <string.h>

#include "menu.h"
#include "person_field.h"
#include "table.h"
#include "text.h"
#include "when.h"

struct state {
    size_t selected;
    bool on_way; /* the list of what was given stands */
    size_t given_selected;
    struct carry_view view;
    bool loaded;
};

enum choice {
    CHOICE_HAND_OVER,
    CHOICE_TAKE,
    CHOICE_DEPOSIT,
    CHOICE_EXPLAIN,
    CHOICE_WAY,
    CHOICE_BAG
};

static bool is_to_me(const struct carry_given *given, const struct flow_facts *facts)
{
    const struct fold_user *user = fold_current(facts->fold);
    return user && strcmp(given->to, user->user) == 0;
}

static bool is_mine(const struct carry_given *given, const struct flow_facts *facts)
{
    const struct fold_user *user = fold_current(facts->fold);
    return user && strcmp(given->from, user->user) == 0;
}

static size_t count(const struct state *s, const struct flow_facts *facts,
                    bool (*is)(const struct carry_given *, const struct flow_facts *))
{
    size_t n = 0;
    for (size_t i = 0; i < s->view.given_count; i++)
        n += is(&s->view.given[i], facts);
    return n;
}

/* ---- the menu -------------------------------------------------------------------------------- */

/* whose: what the first line says, for as long as the menu stands. */
static void fill(const struct state *s, const struct flow_facts *facts, struct menu *menu,
                 char whose[SCREEN_TEXT_MAX])
{
    const struct fold_user *user = fold_current(facts->fold);
    struct menu_item *item;
    char held[MONEY_TEXT_MAX], kept[MONEY_TEXT_MAX];
    int64_t held_minor = user ? user->held_minor : 0, kept_minor = user ? user->kept_minor : 0;
    int64_t open_minor = s->view.open[0].open_minor;
    size_t to_me = count(s, facts, is_to_me), mine = count(s, facts, is_mine);
    words_money(facts, held_minor, held);
    words_money(facts, kept_minor, kept);
    snprintf(whose, SCREEN_TEXT_MAX, _("of my closes %s, of others %s"), held, kept);
    menu->count = 0;
    item = menu_add(menu, '1', _("Hand over"), whose);
    words_money(facts, held_minor + kept_minor, item->detail);
    item = menu_add(menu, '2', _("Take cash over"), _("scan the giver's code, count it"));
    if (to_me > 0)
        snprintf(item->detail, sizeof item->detail, _("%zu to count"), to_me);
    menu_add(menu, '3', _("Deposit at the bank"), _("by the bank's slip"));
    item =
        menu_add(menu, '4', _("Explain a difference"), _("of a deposit, or of what I took over"));
    if (s->view.open_count == 1)
        words_money(facts, open_minor < 0 ? -open_minor : open_minor, item->detail);
    else if (s->view.open_count > 1) /* over and short may cancel out */
        snprintf(item->detail, sizeof item->detail, "%zu", s->view.open_count);
    item = menu_add(menu, '5', _("On its way"), _("given here, not taken over here"));
    item->off = mine == 0;
    if (mine > 0)
        snprintf(item->detail, sizeof item->detail, "%zu", mine);
    item = menu_add(menu, '6', _("Hand in cash"), _("out of the bag, the shift goes on"));
    item->off = !user || !user->shift_open || user->cash_minor <= 0;
    if (!item->off)
        words_money(facts, user->cash_minor, item->detail);
}

static void choose(struct state *s, int choice, struct flow_effects *effects)
{
    static const enum flow_id flows[] = {[CHOICE_HAND_OVER] = FLOW_HANDOVER,
                                         [CHOICE_TAKE] = FLOW_RECEIVE,
                                         [CHOICE_DEPOSIT] = FLOW_DEPOSIT,
                                         [CHOICE_EXPLAIN] = FLOW_EXPLAIN,
                                         [CHOICE_BAG] = FLOW_DROP};
    const struct flow_args none = {.digit = -1};
    if (choice == CHOICE_WAY)
        s->on_way = true;
    else
        effect_go(effects, flows[choice], &none);
}

/* ---- on its way ------------------------------------------------------------------------------ */

/* The n-th that they gave; NULL: there is none. */
static const struct carry_given *nth(const struct state *s, const struct flow_facts *facts,
                                     size_t n)
{
    for (size_t i = s->view.given_count; i > 0; i--) /* the newest first */
        if (is_mine(&s->view.given[i - 1], facts) && n-- == 0)
            return &s->view.given[i - 1];
    return NULL;
}

static void act_way(struct state *s, const struct flow_facts *facts, enum action action,
                    struct flow_effects *effects)
{
    struct flow_args next = {.digit = -1};
    const struct carry_given *given = nth(s, facts, s->given_selected);
    if (action == ACTION_BACK || !given) {
        s->on_way = false;
    } else if (action == ACTION_OK || (action == ACTION_OPTION_1 && !given->drop)) {
        next.seq = given->seq;
        effect_go(effects, action == ACTION_OK ? FLOW_RECEIPT : FLOW_RECEIVE, &next);
    } else if (action == ACTION_DOWN) {
        s->given_selected += nth(s, facts, s->given_selected + 1) != NULL;
    } else if (action == ACTION_UP) {
        s->given_selected -= s->given_selected > 0;
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    struct flow_args next = {.digit = -1};
    struct menu menu;
    char whose[SCREEN_TEXT_MAX];
    (void)args;
    if (event->type == EVENT_START || event->type == EVENT_RESUMED) {
        effect_add(effects, EFFECT_CARRY_LOOK);
    } else if (event->type == EVENT_CARRY) {
        s->view = *event->as.carry;
        s->loaded = event->status == TILL_OK;
        s->on_way = s->on_way && count(s, facts, is_mine) > 0;
    } else if (event->type == EVENT_SCANNED) {
        text_copy(next.text, sizeof next.text, event->as.scanned.text);
        effect_go(effects, FLOW_RECEIVE, &next);
    } else if (event->type == EVENT_ACTION && s->on_way) {
        act_way(s, facts, event->as.key.action, effects);
    } else if (event->type == EVENT_ACTION && event->as.key.action == ACTION_BACK) {
        effect_back(effects, 0);
    } else if (event->type == EVENT_ACTION) {
        fill(s, facts, &menu, whose);
        int chosen = menu_act(&menu, &s->selected, event);
        if (chosen >= 0)
            choose(s, chosen, effects);
    }
}

/* ---- the screen ------------------------------------------------------------------------------ */

static void show_way(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char at[WHEN_TEXT_MAX], who[SCREEN_TEXT_MAX];
    size_t total = count(s, facts, is_mine);
    size_t first = s->given_selected < MENU_ROWS ? 0 : s->given_selected + 1 - MENU_ROWS;
    screen_begin(screen, "custody_way", KEYS_LIST);
    screen_title(screen, _("On its way"), facts->user_name);
    screen_list(screen, s->given_selected - first, first, total);
    for (size_t n = first; n < total && n < first + MENU_ROWS; n++) {
        const struct carry_given *given = nth(s, facts, n);
        struct screen_row *row = screen_row(screen);
        words_person(given->to_name, given->to, who, sizeof who);
        text_copy(row->name, sizeof row->name, who);
        words_money(facts, given->amount_minor, row->amount);
        when_format_minute(facts->fold->enrolled.zone, given->at_s, at);
        text_copy(row->place, sizeof row->place, at);
        if (given->drop)
            text_copy(row->note, sizeof row->note, _("out of the bag"));
    }
    if (s->view.given_more)
        screen_band(screen, _("Older ones wait too"), "");
    const struct carry_given *chosen = nth(s, facts, s->given_selected);
    screen_key(screen, "OK", _("Show it"));
    if (chosen && !chosen->drop)
        screen_key(screen, "F1", _("Take it back"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    struct menu menu;
    char whose[SCREEN_TEXT_MAX];
    (void)args;
    if (s->on_way) {
        show_way(s, facts, screen);
        return;
    }
    screen_begin(screen, "custody", KEYS_MENU);
    screen_title(screen, _("Hand-over, deposit"), facts->user_name);
    fill(s, facts, &menu, whose);
    menu_show(&menu, s->selected, screen);
    screen_key(screen, "OK", _("Choose"));
    screen_key(screen, "#", _("Help"));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_custody = {"custody", sizeof(struct state), handle, show};
