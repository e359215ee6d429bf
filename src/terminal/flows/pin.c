/*
 * A PIN of one's own: the old one, the new one, the new one again. After a login with a PIN that
 * the office gave there is no way round it.
 */
#include <string.h>

#include "pin_field.h"
#include "table.h"
#include "text.h"
#include "words.h"

enum step { STEP_OLD, STEP_NEW, STEP_AGAIN };

struct state {
    enum step step;
    struct pin_field pin, chosen;
    bool checking;
    bool differed; /* the two new ones */
    enum till_status status;
};

static void give(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    const struct fold_user *now = fold_current(facts->fold);
    struct flow_effect *effect;
    switch (s->step) {
    case STEP_OLD:
        effect = effect_add(effects, EFFECT_PIN);
        effect->as.pin.purpose = PIN_OWN;
        text_copy(effect->as.pin.user, sizeof effect->as.pin.user, now ? now->user : "");
        pin_field_hand_over(&s->pin, effect->as.pin.pin, sizeof effect->as.pin.pin);
        s->checking = true;
        break;
    case STEP_NEW:
        s->chosen = s->pin;
        pin_field_forget(&s->pin);
        s->step = STEP_AGAIN;
        break;
    default:
        s->differed = strcmp(s->pin.digits, s->chosen.digits) != 0;
        pin_field_forget(&s->pin);
        s->step = STEP_NEW;
        if (s->differed) {
            pin_field_forget(&s->chosen);
            effect_sound(effects, SOUND_ERROR);
            break;
        }
        effect = effect_add(effects, EFFECT_PIN_CHANGE);
        pin_field_hand_over(&s->chosen, effect->as.pin.pin, sizeof effect->as.pin.pin);
        s->checking = true;
        break;
    }
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    s->status = TILL_OK;
    switch (event->as.key.action) {
    case ACTION_OK:
        s->differed = false;
        if (pin_field_is_long_enough(&s->pin))
            give(s, facts, effects);
        else
            effect_sound(effects, SOUND_ERROR);
        break;
    case ACTION_BACK:
        pin_field_forget(&s->pin);
        pin_field_forget(&s->chosen);
        if (s->step == STEP_AGAIN)
            s->step = STEP_NEW;
        else if (facts->must_change_pin)
            effect_add(effects, EFFECT_LOGOUT);
        else
            effect_back(effects, 0);
        break;
    default:
        pin_field_act(&s->pin, event);
        break;
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    switch (event->type) {
    case EVENT_START:
        /* Who has just logged in has given the old one. */
        s->step = facts->must_change_pin ? STEP_NEW : STEP_OLD;
        break;
    case EVENT_PIN:
        s->checking = false;
        s->status = event->status;
        s->step = s->status == TILL_OK ? STEP_NEW : STEP_OLD;
        if (s->status != TILL_OK)
            effect_sound(effects, SOUND_ERROR);
        break;
    case EVENT_CHANGED:
        s->checking = false;
        s->status = event->status;
        effect_sound(effects, s->status == TILL_OK ? SOUND_OK : SOUND_ERROR);
        if (s->status == TILL_OK)
            effect_add(effects, EFFECT_HOME);
        break;
    case EVENT_ACTION:
        if (!s->checking)
            act(s, facts, event, effects);
        break;
    default:
        break;
    }
}

static void show_state(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    if (s->checking)
        screen_notice(screen, TONE_ACCENT, _("Checking"), "");
    else if (s->differed)
        screen_notice(screen, TONE_OWED, _("The two are not the same"), _("Choose it once more."));
    else if (s->status == TILL_BAD_INPUT)
        screen_notice(screen, TONE_OWED, _("Too easy"),
                      _("No row of digits, no digit alone, not your user number."));
    else if (s->status == TILL_UNCHANGED)
        screen_notice(screen, TONE_OWED, _("That is the old one"), _("Choose another."));
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not changed"), _(status_text(s->status)));
    else if (facts->must_change_pin && s->step == STEP_NEW)
        screen_notice(screen, TONE_LOOK, _("Choose a PIN of your own"),
                      _("The office gave you the first one; from now on nobody else knows it."));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    (void)args;
    screen_begin(screen, "pin", KEYS_DIGITS);
    screen_title(screen, _("Change my PIN"), facts->user_name);
    pin_field_show(&s->pin,
                   s->step == STEP_OLD   ? _("The PIN as it is")
                   : s->step == STEP_NEW ? _("The new PIN")
                                         : _("The new PIN again"),
                   screen);
    show_state(s, facts, screen);
    screen_key(screen, "OK", s->step == STEP_AGAIN ? _("Change it") : _("Next"));
    screen_key(screen, _("Clear"), _("Correct"));
    screen_key(screen, _("Cancel"), facts->must_change_pin ? _("Log out") : _("Back"));
}

const struct flow flow_pin = {"pin", sizeof(struct state), handle, show};
