/*
 * Opening a shift: the opening cash in the bag, and today's business date.
 */
#include <stdio.h>

#include "table.h"
#include "text.h"
#include "when.h"
#include "words.h"

enum { AMOUNT_MOST = 12 };

struct state {
    struct typed opening;
    enum till_status status;
    bool waiting;
};

static void open_shift(struct state *s, const struct flow_facts *facts,
                       struct flow_effects *effects)
{
    int64_t opening = 0;
    s->status = s->opening.length ? money_parse(facts->site, s->opening.text, &opening) : TILL_OK;
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
    effect->as.commit.kind = KIND_SHIFT_OPENED;
    effect->as.commit.shift.business_date = facts->today;
    effect->as.commit.shift.shift = facts->fold->last_shift + 1;
    effect->as.commit.shift.opening_minor = opening;
    s->waiting = true;
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    if (event->type == EVENT_COMMITTED) {
        s->waiting = false;
        s->status = event->status;
        if (s->status == TILL_OK) {
            effect_sound(effects, SOUND_OK);
            effect_add(effects, EFFECT_HOME);
        }
        return;
    }
    if (event->type != EVENT_ACTION || s->waiting)
        return;
    switch (event->as.key.action) {
    case ACTION_OK:
        if (facts->site)
            open_shift(s, facts, effects);
        break;
    case ACTION_BACK:
        effect_add(effects, EFFECT_LOGOUT);
        break;
    case ACTION_OPTION_1:
        effect_go(effects, FLOW_SYNC, NULL);
        break;
    default:
        typed_act_amount(&s->opening, event, AMOUNT_MOST);
        break;
    }
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    (void)args;
    char date[WHEN_TEXT_MAX], number[16];
    screen_begin(screen, "shift", KEYS_AMOUNT);
    screen_title(screen, _("Open the shift"), facts->user_name);
    when_format_date(facts->today, date);
    snprintf(number, sizeof number, "%u", (unsigned)(facts->fold->last_shift + 1));
    screen_line(screen, _("Business date"), date);
    screen_line(screen, _("Shift"), number);
    screen_field(screen, _("Opening cash"), s->opening.length ? s->opening.text : "0", "");
    screen_line(screen, _("Count what is in the bag now."), _("* is the decimal point"))->size =
        SIZE_SMALL;
    if (!facts->site)
        screen_notice(screen, TONE_LOOK, _("No meter book yet"),
                      _("Press F1 and sync before the day begins."));
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not opened"), _(status_text(s->status)));
    screen_key(screen, "OK", _("Open the shift"));
    screen_key(screen, "F1", _("Sync"));
    screen_key(screen, _("Cancel"), _("Log out"));
}

const struct flow flow_shift = {"shift", sizeof(struct state), handle, show};
