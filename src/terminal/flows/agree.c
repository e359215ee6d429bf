#include "agree.h"

#include <stdio.h>
#include <string.h>

#include "receipt_words.h"
#include "text.h"

enum { CODE_DIGITS = APPROVAL_CODE_MAX - 1 };

static void fill_question(const struct agree_question *q, struct flow_effect *effect)
{
    effect->as.ask.purpose = q->purpose;
    effect->as.ask.seq = q->seq;
    effect->as.ask.limit = q->limit;
    effect->as.ask.value = q->value;
}

void agree_begin(struct agree *a, bool afar, const struct agree_question *q,
                 struct flow_effects *effects)
{
    struct typed who = a->who;
    pin_field_forget(&a->secret);
    memset(a, 0, sizeof *a);
    a->who = who;
    a->afar = afar;
    if (afar)
        fill_question(q, effect_add(effects, EFFECT_CHALLENGE));
}

static bool is_own(const struct agree *a, const struct flow_facts *facts)
{
    const struct fold_user *user = fold_current(facts->fold);
    return user && strcmp(user->user, a->who.text) == 0;
}

static enum pin_purpose purpose_of(const struct agree *a, const struct flow_facts *facts)
{
    if (a->whom == AGREE_WITNESS)
        return PIN_PRESENT;
    return a->whom == AGREE_OWN_TOO && is_own(a, facts) ? PIN_OWN : PIN_SUPERVISOR;
}

static void check(struct agree *a, const struct agree_question *q, const struct flow_facts *facts,
                  struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, a->afar ? EFFECT_APPROVE : EFFECT_PIN);
    if (a->afar) {
        fill_question(q, effect);
        text_copy(effect->as.ask.approver, sizeof effect->as.ask.approver, a->who.text);
        pin_field_hand_over(&a->secret, effect->as.ask.code, sizeof effect->as.ask.code);
    } else {
        effect->as.pin.purpose = purpose_of(a, facts);
        text_copy(effect->as.pin.user, sizeof effect->as.pin.user, a->who.text);
        pin_field_hand_over(&a->secret, effect->as.pin.pin, sizeof effect->as.pin.pin);
    }
    a->step = AGREE_CHECKING;
}

static enum agree_turn act_who(struct agree *a, const struct flow_facts *facts,
                               const struct flow_event *event, struct flow_effects *effects)
{
    switch (event->as.key.action) {
    case ACTION_BACK:
        return AGREE_LEFT;
    case ACTION_OK:
        if (is_own(a, facts) && a->whom != AGREE_OWN_TOO)
            a->status = TILL_REFUSED;
        else if (a->who.length > 0)
            a->step = AGREE_SECRET;
        if (a->step == AGREE_WHO)
            effect_sound(effects, SOUND_ERROR);
        break;
    default:
        typed_act(&a->who, event, USER_DIGITS_MOST);
        break;
    }
    return AGREE_STAYS;
}

static bool is_whole(const struct agree *a)
{
    return a->afar ? a->secret.length == CODE_DIGITS : pin_field_is_long_enough(&a->secret);
}

static void act_secret(struct agree *a, const struct agree_question *q,
                       const struct flow_facts *facts, const struct flow_event *event,
                       struct flow_effects *effects)
{
    bool full = a->afar && a->secret.length == CODE_DIGITS;
    switch (event->as.key.action) {
    case ACTION_BACK:
        pin_field_forget(&a->secret);
        a->step = AGREE_WHO;
        break;
    case ACTION_OK:
        if (is_whole(a)) {
            check(a, q, facts, effects);
            break;
        }
        a->status = TILL_BAD_INPUT;
        effect_sound(effects, SOUND_ERROR);
        break;
    default:
        if (!full || event->as.key.action != ACTION_DIGIT)
            pin_field_act(&a->secret, event);
        break;
    }
}

static enum agree_turn answered(struct agree *a, const struct flow_event *event,
                                struct flow_effects *effects)
{
    a->status = event->status;
    a->step = AGREE_SECRET;
    if (a->status == TILL_OK)
        return AGREE_GIVEN;
    if (a->status == TILL_REFUSED)
        a->step = AGREE_WHO;
    effect_sound(effects, SOUND_ERROR);
    return AGREE_STAYS;
}

enum agree_turn agree_handle(struct agree *a, const struct agree_question *q,
                             const struct flow_facts *facts, const struct flow_event *event,
                             struct flow_effects *effects)
{
    if (event->type == EVENT_CHALLENGE) {
        a->status = event->status;
        text_copy(a->challenge, sizeof a->challenge, event->as.digits);
    } else if ((event->type == EVENT_PIN || event->type == EVENT_APPROVED) &&
               a->step == AGREE_CHECKING) {
        return answered(a, event, effects);
    } else if (event->type == EVENT_ACTION && a->step != AGREE_CHECKING) {
        a->status = TILL_OK;
        if (a->step == AGREE_WHO)
            return act_who(a, facts, event, effects);
        act_secret(a, q, facts, event, effects);
    }
    return AGREE_STAYS;
}

/* ---- the screen ------------------------------------------------------------------------------ */

static const char *what_is_wrong(const struct agree *a)
{
    switch (a->status) {
    case TILL_WRONG_PIN:
        return a->afar ? _("The code does not fit. Read out the question again and check the "
                           "number of who approves.")
                       : _(status_text(TILL_WRONG_PIN));
    case TILL_REFUSED:
        return a->afar ? _("Only another supervisor may approve this, or the office (0).")
               : a->whom == AGREE_WITNESS ? _("The witness is neither the owner nor you.")
               : a->whom == AGREE_OWN_TOO ? _("You yourself or a supervisor agrees to this.")
                                          : _("Only another supervisor may agree to this.");
    case TILL_BAD_INPUT:
        return a->afar ? _("A code has 8 digits.") : _("A PIN has at least 4 digits.");
    case TILL_LOCKED_OUT:
        return _("Too many wrong PINs or codes. Wait, then try again.");
    default:
        return _(status_text(a->status));
    }
}

static const char *label_of(const struct agree *a)
{
    if (a->afar)
        return _("Number of who approves, 0 = the office");
    if (a->whom == AGREE_WITNESS)
        return _("Witness's user number");
    return a->whom == AGREE_OWN_TOO ? _("Your number, or a supervisor's")
                                    : _("Supervisor's user number");
}

static void show_secret(const struct agree *a, struct screen *screen)
{
    char shown[2 * APPROVAL_CODE_MAX];
    if (!a->afar) {
        pin_field_show(&a->secret, _("PIN"), screen);
        return;
    }
    text_group_account(shown, sizeof shown, a->secret.digits);
    screen_field(screen, _("Code"), shown, "");
}

void agree_show(const struct agree *a, const struct flow_facts *facts, const char *what,
                struct screen *screen)
{
    char text[SCREEN_TEXT_MAX], groups[2 * APPROVAL_CHALLENGE_MAX];
    screen->keys = KEYS_DIGITS;
    screen_line(screen, what, "")->bold = true;
    if (a->afar) {
        text_group_account(groups, sizeof groups, a->challenge);
        snprintf(text, sizeof text, _("Terminal %s. Read out:"), facts->terminal);
        show_large(screen, text, groups, TONE_NORMAL);
    }
    if (a->step == AGREE_WHO) {
        screen_field(screen, label_of(a), a->who.text, "");
        screen_key(screen, "OK", _("Next"));
        screen_key(screen, _("Cancel"), _("Back"));
    } else {
        if (!a->afar)
            screen_line(screen,
                        a->whom == AGREE_WITNESS   ? _("Witness")
                        : a->whom == AGREE_OWN_TOO ? _("User number")
                                                   : _("Supervisor"),
                        a->who.text);
        show_secret(a, screen);
        screen_key(screen, "OK", a->afar ? _("Check the code") : _("Agree"));
        screen_key(screen, _("Clear"), _("Correct"));
        screen_key(screen, _("Cancel"), _("Back"));
    }
    if (a->step == AGREE_CHECKING)
        screen_notice(screen, TONE_ACCENT, _("Checking"), "");
    else if (a->status != TILL_OK)
        screen_notice(screen, TONE_OWED, a->afar ? "" : _("Not agreed"), what_is_wrong(a));
}
