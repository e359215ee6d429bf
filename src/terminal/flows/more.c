/*
 * The second menu: what is not done at every house.
 */
#include <stdio.h>

#include "menu.h"
#include "table.h"
#include "text.h"
#include "words.h"

enum question { QUESTION_NONE, QUESTION_LOGOUT, QUESTION_TRAINING };

struct state {
    size_t selected;
    enum question question;
    enum till_status status;
};

/* The choices in the order in which they are shown; roles see their own below. */
enum choice {
    CHOICE_MESSAGES,
    CHOICE_QUEUE,
    CHOICE_BASKET,
    CHOICE_RECEIPT,
    CHOICE_PAGES,
    CHOICE_LOCK,
    CHOICE_PIN,
    CHOICE_TRAINING,
    CHOICE_LANGUAGE,
    CHOICE_LOGOUT,
    CHOICE_APPROVE,
    CHOICE_SETTINGS,
    CHOICE_RETIRE,
    CHOICE_LIST,
    CHOICE_TEAM,
    CHOICE_ABSENCE,
    CHOICE_CUSTODY,
    CHOICE_CASHMOVE,
    CHOICE_STOCK,
    CHOICE_MANUAL,
    CHOICE_CLOSE,
    CHOICE_REPORTS
};

/* Whoever counts here knows no figures, of the office's neither. */
static bool is_counting(const struct fold *fold)
{
    for (size_t i = 0; i < fold->user_count; i++)
        if (fold->users[i].counting)
            return true;
    return false;
}

static void fill_shift(const struct flow_facts *facts, struct menu *menu,
                       enum choice choices[MENU_ITEMS_MAX])
{
    const struct fold_user *user = fold_current(facts->fold);
    if (facts->role != ROLE_TECHNICIAN) {
        choices[menu->count] = CHOICE_CUSTODY;
        menu_add(menu, '\0', _("Hand-over, deposit"), _("cash from the bag to the bank"));
    }
    choices[menu->count] = CHOICE_STOCK;
    menu_add(menu, '\0', _("Numbered paper"), _("ranges, spoiled and void numbers"));
    if (user && user->shift_open) {
        choices[menu->count] = CHOICE_MANUAL;
        menu_add(menu, '\0', _("Manual receipt"), _("written by hand, entered now"));
        choices[menu->count] = CHOICE_CASHMOVE;
        menu_add(menu, '\0', _("Cash in and out"), _("change money, expenses"));
        choices[menu->count] = CHOICE_CLOSE;
        menu_add(menu, '\0', _("Day close"), _("count the cash, end the shift"));
    }
    if (facts->role == ROLE_SUPERVISOR) {
        choices[menu->count] = CHOICE_ABSENCE;
        menu_add(menu, '\0', _("Close in absence"), _("a shift whose owner is not here"));
    }
}

static void fill(const struct flow_facts *facts, struct menu *menu,
                 enum choice choices[MENU_ITEMS_MAX])
{
    static const enum choice plain[] = {
        CHOICE_MESSAGES, CHOICE_QUEUE, CHOICE_BASKET,   CHOICE_RECEIPT,  CHOICE_PAGES,
        CHOICE_LOCK,     CHOICE_PIN,   CHOICE_TRAINING, CHOICE_LANGUAGE, CHOICE_LOGOUT};
    struct menu_item *item;
    menu->count = 0;
    item = menu_add(menu, '1', _("Messages"), _("from the office"));
    if (facts->messages_new > 0)
        snprintf(item->detail, sizeof item->detail, _("%zu new"), facts->messages_new);
    item = menu_add(menu, '2', _("Collection point"), _("people in line"));
    if (facts->queue->count > 0)
        snprintf(item->detail, sizeof item->detail, _("%zu waiting"), facts->queue->count);
    menu_add(menu, '3', _("Basket"), _("several accounts, one payment"));
    menu_add(menu, '4', _("Check a receipt"), _("scan the customer's paper"));
    menu_add(menu, '5', _("Print a page"), _("X slip, printer test, diagnosis"));
    menu_add(menu, '6', _("Lock / other user"), _("each with their own shift and cash"));
    menu_add(menu, '7', _("Change my PIN"), "");
    item = menu_add(menu, '8', _("Training"), _("marked on every paper, moves no money"));
    text_copy(item->detail, sizeof item->detail, facts->training ? _("on") : _("off"));
    menu_add(menu, '9', _("other language"), _("language"));
    menu_add(menu, '0', _("Log out"), _("the shift stays open"));
    for (size_t i = 0; i < menu->count; i++)
        choices[i] = plain[i];
    choices[menu->count] = CHOICE_LIST;
    menu_add(menu, '\0', _("Collected list"), _("a meter book changes hands without a line"));
    if (facts->role != ROLE_TECHNICIAN) {
        choices[menu->count] = CHOICE_REPORTS;
        item = menu_add(menu, '\0', _("Reports"), _("takings, exceptions, arrears; at home: 7"));
        item->off = is_counting(facts->fold);
    }
    fill_shift(facts, menu, choices);
    if (facts->role == ROLE_SUPERVISOR) {
        choices[menu->count] = CHOICE_TEAM;
        item = menu_add(menu, '\0', _("Team today"), _("what was taken, as the office knows it"));
        item->off = is_counting(facts->fold);
        choices[menu->count] = CHOICE_APPROVE;
        item = menu_add(menu, '\0', _("Approve from afar"), _("answer a terminal's number"));
        item->off = !facts->has_team;
    }
    if (facts->role == ROLE_TECHNICIAN) {
        choices[menu->count] = CHOICE_SETTINGS;
        menu_add(menu, '\0', _("Settings"), _("each change is recorded"));
        choices[menu->count] = CHOICE_RETIRE;
        menu_add(menu, '\0', _("Retire this terminal"), _("its number ends for ever"));
    }
}

static void choose(struct state *s, enum choice choice, struct flow_effects *effects)
{
    static const enum flow_id flows[] = {
        [CHOICE_MESSAGES] = FLOW_MESSAGES, [CHOICE_QUEUE] = FLOW_QUEUE,
        [CHOICE_BASKET] = FLOW_BASKET,     [CHOICE_RECEIPT] = FLOW_RECEIPT,
        [CHOICE_PAGES] = FLOW_PAGES,       [CHOICE_PIN] = FLOW_PIN,
        [CHOICE_APPROVE] = FLOW_APPROVE,   [CHOICE_SETTINGS] = FLOW_SETTINGS,
        [CHOICE_RETIRE] = FLOW_RETIRE,     [CHOICE_LIST] = FLOW_GIVE,
        [CHOICE_TEAM] = FLOW_TEAM,         [CHOICE_ABSENCE] = FLOW_ABSENCE,
        [CHOICE_CUSTODY] = FLOW_CUSTODY,   [CHOICE_CASHMOVE] = FLOW_CASHMOVE,
        [CHOICE_CLOSE] = FLOW_CLOSE,       [CHOICE_STOCK] = FLOW_STOCK,
        [CHOICE_MANUAL] = FLOW_MANUAL,     [CHOICE_REPORTS] = FLOW_REPORTS};
    const struct flow_args none = {.digit = -1};
    switch (choice) {
    case CHOICE_LOCK:
        effect_add(effects, EFFECT_LOCK);
        break;
    case CHOICE_TRAINING:
        s->question = QUESTION_TRAINING;
        break;
    case CHOICE_LANGUAGE:
        effect_add(effects, EFFECT_LANGUAGE);
        break;
    case CHOICE_LOGOUT:
        s->question = QUESTION_LOGOUT;
        break;
    default:
        effect_go(effects, flows[choice], &none);
        break;
    }
}

static void answer(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                   struct flow_effects *effects)
{
    enum question question = s->question;
    s->question = QUESTION_NONE;
    if (event->as.key.action != ACTION_OK)
        return;
    if (question == QUESTION_LOGOUT)
        effect_add(effects, EFFECT_LOGOUT);
    else
        effect_add(effects, EFFECT_TRAINING)->as.value = !facts->training;
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    struct menu menu;
    enum choice choices[MENU_ITEMS_MAX];
    (void)args;
    if (event->type == EVENT_CHANGED)
        s->status = event->status;
    if (event->type == EVENT_SCANNED) {
        struct flow_args next = {.digit = -1};
        text_copy(next.text, sizeof next.text, event->as.scanned.text);
        effect_go(effects, FLOW_RECEIPT, &next);
    }
    if (event->type != EVENT_ACTION)
        return;
    if (s->question != QUESTION_NONE) {
        answer(s, facts, event, effects);
        return;
    }
    s->status = TILL_OK;
    if (event->as.key.action == ACTION_BACK) {
        effect_back(effects, 0);
        return;
    }
    fill(facts, &menu, choices);
    int chosen = menu_act(&menu, &s->selected, event);
    if (chosen >= 0)
        choose(s, choices[chosen], effects);
}

static void show_question(const struct state *s, const struct flow_facts *facts,
                          struct screen *screen)
{
    if (s->question == QUESTION_LOGOUT) {
        screen_notice(screen, TONE_LOOK, _("Log out?"),
                      _("The shift stays open and nothing is lost. Records are sent on."));
        screen_key(screen, "OK", _("Log out"));
        screen_key(screen, _("Cancel"), _("Stay"));
    } else if (facts->training) {
        screen_notice(screen, TONE_LOOK, _("End the training?"),
                      _("From now on every collection is real."));
        screen_key(screen, "OK", _("Work in earnest"));
        screen_key(screen, _("Cancel"), _("Go on training"));
    } else {
        screen_notice(screen, TONE_LOOK, _("Begin training?"),
                      _("Every paper is marked TRAINING and no money counts. Never train at a "
                        "customer's door."));
        screen_key(screen, "OK", _("Train"));
        screen_key(screen, _("Cancel"), _("Back"));
    }
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char whose[SCREEN_TEXT_MAX];
    struct menu menu;
    enum choice choices[MENU_ITEMS_MAX];
    (void)args;
    screen_begin(screen, "more", s->question == QUESTION_NONE ? KEYS_MENU : KEYS_CARD);
    words_whose(facts, whose, sizeof whose);
    screen_title(screen, _("More"), whose);
    if (s->question != QUESTION_NONE) {
        show_question(s, facts, screen);
        return;
    }
    fill(facts, &menu, choices);
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not done"), _(status_text(s->status)));
    menu_show(&menu, s->selected, screen);
    screen_key(screen, "OK", _("Choose"));
    screen_key(screen, "#", _("Help"));
    screen_key(screen, _("Cancel"), _("Home"));
}

const struct flow flow_more = {"more", sizeof(struct state), handle, show};
