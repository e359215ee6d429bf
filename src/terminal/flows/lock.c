/*
 * Locked: after a while without a key, or on purpose. What stands below stays as it was; whoever
 * works here gives their PIN, or another user comes with theirs.
 */
#include <stdio.h>
#include <string.h>

#include "pin_field.h"
#include "table.h"
#include "text.h"
#include "words.h"

enum step { STEP_OWN, STEP_USER, STEP_PIN };

struct state {
    enum step step;
    struct typed user;
    struct pin_field pin;
    bool checking;
    enum till_status status;
};

static void check(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    const struct fold_user *now = fold_current(facts->fold);
    struct flow_effect *effect = effect_add(effects, EFFECT_PIN);
    bool own = s->step == STEP_OWN && now;
    effect->as.pin.purpose = own ? PIN_UNLOCK : PIN_SWITCH;
    text_copy(effect->as.pin.user, sizeof effect->as.pin.user, own ? now->user : s->user.text);
    pin_field_hand_over(&s->pin, effect->as.pin.pin, sizeof effect->as.pin.pin);
    s->checking = true;
}

static void act_pin(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                    struct flow_effects *effects)
{
    s->status = TILL_OK;
    switch (event->as.key.action) {
    case ACTION_OK:
        if (pin_field_is_long_enough(&s->pin))
            check(s, facts, effects);
        else
            effect_sound(effects, SOUND_ERROR);
        break;
    case ACTION_OPTION_1:
        pin_field_forget(&s->pin);
        typed_set(&s->user, "", false);
        s->step = s->step == STEP_OWN ? STEP_USER : STEP_OWN;
        break;
    case ACTION_BACK:
        pin_field_forget(&s->pin);
        if (s->step == STEP_PIN)
            s->step = STEP_USER;
        break;
    default:
        pin_field_act(&s->pin, event);
        break;
    }
}

static void act_user(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    switch (event->as.key.action) {
    case ACTION_OK:
        if (s->user.length > 0)
            s->step = STEP_PIN;
        else
            effect_sound(effects, SOUND_ERROR);
        break;
    case ACTION_BACK:
    case ACTION_OPTION_1:
        s->step = STEP_OWN;
        break;
    default:
        typed_act(&s->user, event, USER_DIGITS_MOST);
        break;
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    if (event->type == EVENT_PIN) {
        s->checking = false;
        s->status = event->status;
        if (s->status != TILL_OK)
            effect_sound(effects, SOUND_ERROR);
        else if (s->step == STEP_OWN)
            effect_back(effects, 0);
        else
            effect_add(effects, EFFECT_HOME);
        return;
    }
    if (event->type != EVENT_ACTION || s->checking)
        return;
    if (s->step == STEP_USER)
        act_user(s, event, effects);
    else
        act_pin(s, facts, event, effects);
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char text[SCREEN_TEXT_MAX];
    const struct fold_user *now = fold_current(facts->fold);
    bool own = s->step == STEP_OWN && now;
    uint32_t wait_s = pin_field_wait_s(facts, own ? now->user : s->user.text);
    (void)args;
    screen_begin(screen, "lock", KEYS_DIGITS);
    screen_title(screen, _("Locked"), facts->terminal);
    if (s->step == STEP_USER) {
        screen_field(screen, _("User number"), s->user.text, "");
        screen_key(screen, "OK", _("Next"));
        screen_key(screen, "F1", _("Back"));
    } else {
        screen_line(screen, _("User number"),
                    s->step == STEP_OWN ? facts->user_name : s->user.text);
        pin_field_show(&s->pin, _("PIN"), screen);
        screen_key(screen, "OK", _("Go on"));
        screen_key(screen, "F1", s->step == STEP_OWN ? _("Other user") : _("Back"));
    }
    if (s->checking) {
        screen_notice(screen, TONE_ACCENT, _("Checking"), "");
    } else if (wait_s > 0) {
        snprintf(text, sizeof text, _("Too many wrong PINs: wait %u s."), (unsigned)wait_s);
        screen_notice(screen, TONE_OWED, _("Not unlocked"), text);
    } else if (s->status != TILL_OK) {
        screen_notice(screen, TONE_OWED, _("Not unlocked"), pin_field_refusal(s->status));
    } else if (s->step == STEP_OWN) {
        screen_notice(screen, TONE_QUIET, "", _("Your work stands as it was."));
    }
}

const struct flow flow_lock = {"lock", sizeof(struct state), handle, show};
