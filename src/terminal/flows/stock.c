/*
 * Numbered paper (票据): what is in hand, by state, and what can be done with it.
 */
#include <stdio.h>
#include <string.h>

#include "menu.h"
#include "stock_words.h"
#include "table.h"
#include "text.h"

enum choice {
    CHOICE_TAKE,
    CHOICE_RETURN,
    CHOICE_END,
    CHOICE_NEXT,
    CHOICE_SHEET,
    CHOICE_RECEIPTS,
    CHOICE_INVOICES,
    CHOICE_COUNTED
};
enum { ROWS_SHOWN = 5 };

struct state {
    size_t range, selected;
    bool choosing; /* what to do, else which range */
    bool waiting;  /* for the printer or a setting */
    bool printed;
    enum till_status status;
};

static bool may_set(const struct flow_facts *facts)
{
    return facts->role == ROLE_SUPERVISOR || facts->role == ROLE_TECHNICIAN;
}

static void add_switch(struct menu *menu, char digit, const char *label, bool on,
                       const struct flow_facts *facts)
{
    struct menu_item *item = menu_add(menu, digit, label, _("a supervisor switches it"));
    text_copy(item->detail, sizeof item->detail, on ? _("on") : _("off"));
    item->off = !may_set(facts);
}

static void fill(const struct flow_facts *facts, const struct fold_stock *stock, struct menu *menu)
{
    bool left = stock && stock_left(stock) > 0;
    menu->count = 0;
    menu_add(menu, '1', _("Take over a range"), _("numbers that somebody gives you"));
    menu_add(menu, '2', _("Give back"), _("the unused end of this range"))->off = !left;
    menu_add(menu, '3', _("Spoiled or void"), _("a number that must not be used"));
    menu_add(menu, '4', _("Next number differs"), _("screen against paper"))->off = !left;
    menu_add(menu, '5', _("Print the sheet"), _("numbers by state"))->off =
        facts->fold->stock_count == 0;
    add_switch(menu, '6', _("Numbered receipts"), facts->settings->numbered_receipts, facts);
    add_switch(menu, '7', _("Numbered invoices"), facts->settings->numbered_invoices, facts);
    menu_add(menu, '8', _("Sheet of the last count"), _("as it was at the day close"));
}

/* ---- what is done ---------------------------------------------------------------------------- */

static void set(struct state *s, const char *key, bool on, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_SET);
    text_copy(effect->as.set.key, sizeof effect->as.set.key, key);
    text_copy(effect->as.set.value, sizeof effect->as.set.value, on ? "1" : "0");
    s->waiting = true;
}

static void choose(struct state *s, int choice, const struct flow_facts *facts,
                   struct flow_effects *effects)
{
    struct flow_args next = {.digit = -1, .seq = s->range};
    switch (choice) {
    case CHOICE_TAKE:
        next.kind = KIND_STATIONERY_RECEIVED;
        effect_go(effects, FLOW_STOCK_TAKE, &next);
        break;
    case CHOICE_RETURN:
        next.kind = KIND_STATIONERY_RETURNED;
        effect_go(effects, FLOW_STOCK_TAKE, &next);
        break;
    case CHOICE_END:
        next.seq = 0;
        effect_go(effects, FLOW_STOCK_END, &next);
        break;
    case CHOICE_NEXT:
        effect_go(effects, FLOW_STOCK_NEXT, &next);
        break;
    case CHOICE_SHEET:
        effect_add(effects, EFFECT_PRINT_PAGE)->as.page.page = PAGE_STOCK;
        s->waiting = true;
        break;
    case CHOICE_COUNTED:
        effect_add(effects, EFFECT_PRINT_PAGE)->as.page.page = PAGE_COUNTED;
        s->waiting = true;
        break;
    case CHOICE_RECEIPTS:
        set(s, "numbered_receipts", !facts->settings->numbered_receipts, effects);
        break;
    default:
        set(s, "numbered_invoices", !facts->settings->numbered_invoices, effects);
        break;
    }
}

static void act_list(struct state *s, const struct flow_facts *facts, enum action action,
                     struct flow_effects *effects)
{
    size_t count = facts->fold->stock_count;
    switch (action) {
    case ACTION_UP:
        s->range -= s->range > 0;
        break;
    case ACTION_DOWN:
        s->range += s->range + 1 < count;
        break;
    case ACTION_OK:
        s->choosing = true;
        break;
    case ACTION_OPTION_1:
        choose(s, CHOICE_TAKE, facts, effects);
        break;
    case ACTION_OPTION_2:
        choose(s, CHOICE_END, facts, effects);
        break;
    case ACTION_BACK:
        effect_back(effects, 0);
        break;
    default:
        break;
    }
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    struct menu menu;
    s->status = TILL_OK;
    s->printed = false;
    if (facts->training) {
        effect_back(effects, 0);
        return;
    }
    if (!s->choosing) {
        act_list(s, facts, event->as.key.action, effects);
        return;
    }
    if (event->as.key.action == ACTION_BACK) {
        s->choosing = false;
        return;
    }
    fill(facts, stock_at(facts, s->range), &menu);
    int chosen = menu_act(&menu, &s->selected, event);
    if (chosen >= 0 && !menu.items[chosen].off)
        choose(s, chosen, facts, effects);
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    if (s->range >= facts->fold->stock_count)
        s->range = 0;
    switch (event->type) {
    case EVENT_PRINTED:
    case EVENT_CHANGED:
        s->waiting = false;
        s->status = event->status;
        s->printed = event->type == EVENT_PRINTED && event->status == TILL_OK;
        break;
    case EVENT_RESUMED:
        s->choosing = false;
        break;
    case EVENT_ACTION:
        if (!s->waiting)
            act(s, facts, event, effects);
        break;
    default:
        break;
    }
}

/* ---- screens --------------------------------------------------------------------------------- */

static void show_list(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    size_t count = facts->fold->stock_count;
    size_t first = s->range >= ROWS_SHOWN ? s->range + 1 - ROWS_SHOWN : 0;
    screen->keys = KEYS_LIST;
    if (count == 0) {
        screen_notice(screen, TONE_NORMAL, _("No numbered paper in hand"),
                      _("Papers come without numbers. F1 takes over a range of numbers that the "
                        "office or a supervisor gives you."));
    } else {
        screen_list(screen, s->range - first, first, count);
        for (size_t i = first; i < count && i < first + ROWS_SHOWN; i++) {
            const struct fold_stock *stock = &facts->fold->stock[i];
            struct screen_row *row = screen_row(screen);
            char next[SCREEN_TEXT_MAX];
            stock_next_text(stock, next);
            text_copy(row->name, sizeof row->name, _(stock_type_text(stock->type)));
            text_copy(row->amount, sizeof row->amount, next);
            stock_state_text(stock, row->place);
            row->done = stock_left(stock) == 0;
        }
    }
    screen_key(screen, "OK", _("Choose"));
    screen_key(screen, "F1", _("Take over"));
    screen_key(screen, "F2", _("Spoiled or void"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    struct menu menu;
    char aside[SCREEN_TEXT_MAX] = "";
    const struct fold_stock *stock = stock_at(facts, s->range);
    (void)args;
    screen_begin(screen, "stock", KEYS_MENU);
    if (stock && s->choosing)
        stock_next_text(stock, aside);
    screen_title(screen, _("Numbered paper"), aside[0] ? aside : facts->user_name);
    if (facts->training) {
        screen->keys = KEYS_MESSAGE;
        screen_notice(screen, TONE_LOOK, _("Not while training"),
                      _("Training prints on plain paper and takes no numbers."));
        screen_key(screen, "OK", _("Back"));
        return;
    }
    if (!s->choosing) {
        show_list(s, facts, screen);
        return;
    }
    fill(facts, stock, &menu);
    menu_show(&menu, s->selected, screen);
    if (s->status == TILL_NOT_FOUND)
        screen_notice(screen, TONE_LOOK, _("Not done"),
                      _("No numbers were counted yet: the day close counts them."));
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not done"), _(status_text(s->status)));
    else if (s->printed)
        screen_notice(screen, TONE_ACCENT, _("The paper is printed"), "");
    screen_key(screen, "OK", _("Choose"));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_stock = {"stock", sizeof(struct state), handle, show};
