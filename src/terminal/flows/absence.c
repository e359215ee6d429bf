/*
 * Close in absence (代结): a supervisor chooses whose shift, a witness gives their PIN, and both
 * count as at any close. What is in a bag is not shown here.
 */
#include <stdio.h>
#include <string.h>

#include "agree.h"
#include "menu.h"
#include "table.h"
#include "text.h"
#include "when.h"
#include "words.h"

struct state {
    size_t selected;
    uint32_t shift; /* 0: none is chosen */
    struct agree agree;
    enum till_status status;
};

/* Open shifts of others, in the order of their first login. */
struct open_shifts {
    const struct fold_user *users[FOLD_USERS_MAX];
    char places[FOLD_USERS_MAX][SCREEN_TEXT_MAX], labels[FOLD_USERS_MAX][SCREEN_TEXT_MAX];
};

static void fill(const struct flow_facts *facts, struct menu *menu, struct open_shifts *open)
{
    const struct fold_user *own = fold_current(facts->fold);
    char date[WHEN_TEXT_MAX];
    menu->count = 0;
    for (size_t i = 0; i < facts->fold->user_count; i++) {
        const struct fold_user *user = &facts->fold->users[i];
        size_t n = menu->count;
        if (!user->shift_open || user == own)
            continue;
        open->users[n] = user;
        when_format_date(user->business_date, date);
        snprintf(open->labels[n], SCREEN_TEXT_MAX, _("User %s"), user->user);
        snprintf(open->places[n], SCREEN_TEXT_MAX, _("shift %u of %s"), (unsigned)user->shift,
                 date);
        struct menu_item *item =
            menu_add(menu, n < 9 ? (char)('1' + n) : '\0', open->labels[n], open->places[n]);
        if (user->counting)
            text_copy(item->detail, sizeof item->detail, _("being counted"));
    }
}

static bool may_close(const struct flow_facts *facts)
{
    return facts->role == ROLE_SUPERVISOR && !facts->training;
}

static void witness_gave(struct state *s, const struct flow_facts *facts,
                         struct flow_effects *effects)
{
    struct flow_args next = {.digit = -1, .seq = s->shift};
    const struct fold_user *owner = fold_shift(facts->fold, s->shift);
    if (!owner || strcmp(owner->user, s->agree.who.text) == 0) {
        s->agree.step = AGREE_WHO;
        s->agree.status = TILL_REFUSED;
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    text_copy(next.text, sizeof next.text, s->agree.who.text);
    effect_replace(effects, FLOW_CLOSE, &next);
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    static const struct agree_question none = {.purpose = APPROVAL_REVERSAL};
    struct menu menu;
    struct open_shifts open;
    fill(facts, &menu, &open);
    if (event->as.key.action == ACTION_BACK || menu.count == 0 || !may_close(facts)) {
        if (event->as.key.action == ACTION_BACK || event->as.key.action == ACTION_OK)
            effect_back(effects, 0);
        return;
    }
    int chosen = menu_act(&menu, &s->selected, event);
    if (chosen < 0)
        return;
    s->shift = open.users[chosen]->shift;
    agree_begin(&s->agree, false, &none, effects);
    s->agree.whom = AGREE_WITNESS;
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    if (s->shift) {
        enum agree_turn turn = agree_handle(&s->agree, NULL, facts, event, effects);
        if (turn == AGREE_GIVEN)
            witness_gave(s, facts, effects);
        else if (turn == AGREE_LEFT)
            s->shift = 0;
    } else if (event->type == EVENT_ACTION) {
        act(s, facts, event, effects);
    }
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char text[SCREEN_TEXT_MAX];
    struct menu menu;
    struct open_shifts open;
    (void)args;
    screen_begin(screen, "absence", KEYS_MENU);
    screen_title(screen, _("Close in absence"), facts->user_name);
    if (s->shift) {
        snprintf(text, sizeof text, _("Shift %u is counted without its owner"), (unsigned)s->shift);
        agree_show(&s->agree, facts, text, screen);
        return;
    }
    fill(facts, &menu, &open);
    if (menu.count > 0 && may_close(facts)) {
        menu_show(&menu, s->selected, screen);
        screen_key(screen, "OK", _("Choose"));
    } else if (menu.count > 0) {
        screen_notice(screen, TONE_LOOK, _("Not possible now"),
                      _("Only a supervisor does this, and not while training."));
        screen_key(screen, "OK", _("Back"));
    } else {
        screen_notice(screen, TONE_LOOK, _("No shift of others is open here"),
                      _("Only shifts that were opened on this terminal can be closed on it."));
        screen_key(screen, "OK", _("Back"));
    }
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_absence = {"absence", sizeof(struct state), handle, show};
