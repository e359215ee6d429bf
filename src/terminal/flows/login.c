/*
 * Login: user number, then PIN. Unknown users and wrong PINs look the same.
 */
#include <stdio.h>

#include "pin_field.h"
#include "table.h"
#include "text.h"
#include "words.h"

enum step { STEP_USER, STEP_PIN, STEP_CHECKING };

struct state {
    enum step step;
    struct typed user;
    struct pin_field pin;
    enum till_status status; /* of the last try */
};

static void check(struct state *s, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_PIN);
    text_copy(effect->as.pin.user, sizeof effect->as.pin.user, s->user.text);
    pin_field_hand_over(&s->pin, effect->as.pin.pin, sizeof effect->as.pin.pin);
    s->step = STEP_CHECKING;
}

static void act_pin(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    switch (event->as.key.action) {
    case ACTION_BACK:
        pin_field_forget(&s->pin);
        s->step = STEP_USER;
        break;
    case ACTION_OK:
        if (pin_field_is_long_enough(&s->pin))
            check(s, effects);
        else
            effect_sound(effects, SOUND_ERROR);
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
    case ACTION_OPTION_1:
        effect_go(effects, FLOW_SYNC, NULL);
        break;
    case ACTION_OPTION_2:
        effect_add(effects, EFFECT_LANGUAGE);
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
    (void)facts;
    if (event->type == EVENT_PIN) {
        s->status = event->status;
        s->step = s->status == TILL_OK ? STEP_USER : STEP_PIN;
        if (s->status == TILL_OK)
            effect_add(effects, EFFECT_HOME);
        else
            effect_sound(effects, SOUND_ERROR);
    } else if (event->type == EVENT_ACTION && s->step == STEP_PIN) {
        s->status = TILL_OK;
        act_pin(s, event, effects);
    } else if (event->type == EVENT_ACTION && s->step == STEP_USER) {
        act_user(s, event, effects);
    }
}

static void show_wait(uint32_t wait_s, struct screen *screen)
{
    char text[SCREEN_TEXT_MAX];
    snprintf(text, sizeof text, _("Too many wrong PINs: wait %u s."), (unsigned)wait_s);
    screen_notice(screen, TONE_OWED, _(status_text(TILL_LOCKED_OUT)), text);
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    uint32_t wait_s = s->step == STEP_PIN ? pin_field_wait_s(facts, s->user.text) : 0;
    (void)args;
    screen_begin(screen, "login", KEYS_DIGITS);
    screen_title(screen, _("Log in"), facts->terminal);
    if (s->step == STEP_USER) {
        screen_field(screen, _("User number"), s->user.text, "");
        screen_key(screen, "OK", _("Next"));
        screen_key(screen, "F1", _("Sync"));
        screen_key(screen, "F2", _("other language"));
    } else {
        screen_line(screen, _("User number"), s->user.text);
        pin_field_show(&s->pin, _("PIN"), screen);
        screen_key(screen, "OK", _("Log in"));
        screen_key(screen, _("Cancel"), _("Other user"));
    }
    if (s->step == STEP_CHECKING)
        screen_notice(screen, TONE_ACCENT, _("Checking"), "");
    else if (wait_s > 0)
        show_wait(wait_s, screen);
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not logged in"), pin_field_refusal(s->status));
    if (s->step == STEP_USER && facts->clock != CLOCK_FINE && facts->site)
        screen_notice(screen, TONE_LOOK, _("The date or time is wrong"),
                      _("Go where there is a signal, or log in and set it."));
    if (s->step == STEP_USER && !facts->site)
        screen_notice(screen, TONE_LOOK, _("No meter book yet"),
                      _("Press F1 and sync before the day begins."));
}

const struct flow flow_login = {"login", sizeof(struct state), handle, show};
