/*
 * The end of a terminal's number: all is sent, all cash is handed over or in the bank, the last
 * record says so, and only when the office has that too is the device wiped for a new enrolment.
 */
#include <stdio.h>

#include "menu.h"
#include "table.h"
#include "text.h"
#include "words.h"

enum step { STEP_REASON, STEP_SURE, STEP_SENDING, STEP_WIPE };

struct state {
    enum step step;
    size_t selected;
    int reason;
    bool waiting;
    enum till_status status;
};

static void fill(struct menu *menu)
{
    menu->count = 0;
    menu_add(menu, '1', _("Replaced by another terminal"), "");
    menu_add(menu, '2', _("Wiped and enrolled anew"), "");
    menu_add(menu, '3', _("Goes to be repaired"), "");
}

static bool may_retire(const struct flow_facts *facts)
{
    return facts->unsent == 0 && !fold_cash_holder(facts->fold);
}

static void retire(struct state *s, int reason, struct flow_effects *effects)
{
    effect_add(effects, EFFECT_RETIRE)->as.value = reason;
    s->waiting = true;
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    struct menu menu;
    s->status = TILL_OK;
    if (event->as.key.action == ACTION_BACK) {
        if (s->step == STEP_SURE)
            s->step = STEP_REASON;
        else if (s->step == STEP_REASON)
            effect_back(effects, 0);
        return;
    }
    if (s->step == STEP_REASON && may_retire(facts)) {
        fill(&menu);
        int chosen = menu_act(&menu, &s->selected, event);
        if (chosen >= 0) {
            s->reason = chosen + 1;
            s->step = STEP_SURE;
        }
    } else if (event->as.key.action != ACTION_OK) {
        return;
    } else if (s->step == STEP_SURE) {
        retire(s, s->reason, effects);
    } else if (s->step == STEP_SENDING) {
        effect_add(effects, EFFECT_SYNC_NOW);
    } else if (s->step == STEP_WIPE) {
        retire(s, 0, effects);
    }
}

/* Where the journal stands decides, also after a restart in between. */
static void follow(struct state *s, const struct flow_facts *facts)
{
    if (facts->fold->retired)
        s->step = facts->unsent > 0 ? STEP_SENDING : STEP_WIPE;
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    if (event->type == EVENT_CHANGED) {
        s->waiting = false;
        s->status = event->status;
        effect_sound(effects, s->status == TILL_OK ? SOUND_OK : SOUND_ERROR);
    }
    follow(s, facts);
    if (event->type == EVENT_ACTION && !s->waiting)
        act(s, facts, event, effects);
}

static void show_first(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    struct menu menu;
    char text[SCREEN_TEXT_MAX];
    const struct fold_user *holder = fold_cash_holder(facts->fold);
    if (facts->unsent > 0) {
        snprintf(text, sizeof text, _("%llu records are not sent. Send them first."),
                 (unsigned long long)facts->unsent);
        screen_notice(screen, TONE_OWED, _("Not yet"), text);
    } else if (holder) {
        /* Which of them has to come, and for what. */
        snprintf(text, sizeof text,
                 holder->shift_open
                     ? _("%s has an open shift here. Count and close it first.")
                     : _("%s has counted cash here. Hand it over or deposit it first."),
                 holder->user);
        screen_notice(screen, TONE_OWED, _("Not yet"), text);
    } else {
        fill(&menu);
        menu_show(&menu, s->selected, screen);
        screen_key(screen, "OK", _("Choose"));
    }
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    (void)args;
    bool list = s->step == STEP_REASON && may_retire(facts);
    screen_begin(screen, "retire", list ? KEYS_MENU : KEYS_CARD);
    screen->fresh = s->step == STEP_SURE || s->step == STEP_WIPE;
    screen_title(screen, _("Retire this terminal"), facts->terminal);
    switch (s->step) {
    case STEP_REASON:
        show_first(s, facts, screen);
        break;
    case STEP_SURE:
        screen_notice(screen, TONE_OWED, _("End this number for ever?"),
                      _("Nothing can be taken with it any more. It is never given again."));
        screen_key(screen, "OK", _("End it"));
        screen_key(screen, _("Cancel"), _("Back"));
        break;
    case STEP_SENDING:
        screen_notice(screen, TONE_LOOK, _("Ended; the last record is being sent"),
                      _("Stay where there is signal until the office has it."));
        screen_key(screen, "OK", _("Send now"));
        break;
    case STEP_WIPE:
        screen_notice(screen, TONE_ACCENT, _("The office has everything"),
                      _("Wipe the device now: keys, book and settings go, the records stay as an "
                        "archive. Then enrol it with a new paper."));
        screen_key(screen, "OK", _("Wipe"));
        break;
    }
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not done"), _(status_text(s->status)));
}

const struct flow flow_retire = {"retire", sizeof(struct state), handle, show};
