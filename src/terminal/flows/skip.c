/*
 * Why a stop is left undone. Recorded at once; the route then goes on to the next door.
 */
#include <stdio.h>

#include "menu.h"
#include "table.h"
#include "text.h"
#include "words.h"

struct state {
    size_t selected;
    bool waiting;
    enum till_status status;
};

static void fill(struct menu *menu)
{
    menu->count = 0;
    for (int reason = SKIP_NOBODY_HOME; reason <= SKIP_OTHER; reason++)
        menu_add(menu, (char)('0' + reason), _(skip_reason_text(reason)), "");
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    struct menu menu;
    (void)facts;
    if (event->type == EVENT_COMMITTED) {
        s->waiting = false;
        s->status = event->status;
        if (s->status == TILL_OK) {
            effect_sound(effects, SOUND_OK);
            effect_back(effects, (int64_t)event->as.committed.seq);
        } else {
            effect_sound(effects, SOUND_ERROR);
        }
        return;
    }
    if (event->type != EVENT_ACTION || s->waiting)
        return;
    s->status = TILL_OK;
    if (event->as.key.action == ACTION_BACK) {
        effect_back(effects, 0);
        return;
    }
    fill(&menu);
    int chosen = menu_act(&menu, &s->selected, event);
    if (chosen < 0)
        return;
    struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
    effect->as.commit.kind = KIND_STOP_SKIPPED;
    text_copy(effect->as.commit.body.skipped.account, ACCOUNT_MAX, args->account);
    effect->as.commit.body.skipped.reason = chosen + SKIP_NOBODY_HOME;
    s->waiting = true;
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char account[ACCOUNT_MAX + 16];
    struct menu menu;
    (void)facts;
    screen_begin(screen, "skip", KEYS_MENU);
    text_group_account(account, sizeof account, args->account);
    screen_title(screen, _("Skip: why?"), account);
    fill(&menu);
    menu_show(&menu, s->selected, screen);
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not recorded"), _(status_text(s->status)));
    screen_key(screen, "OK", _("Skip"));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_skip = {"skip", sizeof(struct state), handle, show};
