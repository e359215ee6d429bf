/*
 * Cash leaves the bag before the day ends: to a supervisor who is here and counts it, or to the
 * bank by slip. Never more than is in hand.
 */
#include <stdio.h>

#include "agree.h"
#include "receipt_words.h"
#include "table.h"
#include "text.h"
#include "words.h"

enum step { STEP_TO, STEP_AMOUNT, STEP_SLIP, STEP_AGREE, STEP_CONFIRM, STEP_SAVING };
enum { TO_SUPERVISOR = 1, TO_BANK = 2, AMOUNT_MOST = 12, SLIP_MOST = 32, SLIP_LEAST = 4 };

struct state {
    enum step step;
    int to;
    struct typed amount, slip;
    int64_t amount_minor;
    struct agree agree;
    enum till_status status;
};

static int64_t in_hand(const struct flow_facts *facts)
{
    const struct fold_user *user = fold_current(facts->fold);
    return user && user->shift_open ? user->cash_minor : 0;
}

static void choose(struct state *s, int to, const struct flow_facts *facts,
                   struct flow_effects *effects)
{
    char text[MONEY_TEXT_MAX];
    if ((to != TO_SUPERVISOR && to != TO_BANK) || in_hand(facts) <= 0 || !facts->site) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    s->to = to;
    s->step = STEP_AMOUNT;
    if (s->amount.length == 0) {
        words_amount(facts, in_hand(facts), text);
        typed_set(&s->amount, text, true);
    }
}

static void take_amount(struct state *s, const struct flow_facts *facts,
                        struct flow_effects *effects)
{
    static const struct agree_question none = {.purpose = APPROVAL_REVERSAL};
    s->status = money_parse(facts->site, s->amount.text, &s->amount_minor);
    if (s->status == TILL_OK && s->amount_minor <= 0)
        s->status = TILL_BAD_INPUT;
    if (s->status == TILL_OK && s->amount_minor > in_hand(facts))
        s->status = TILL_TOO_LARGE;
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
    } else if (s->to == TO_BANK) {
        s->step = STEP_SLIP;
    } else {
        s->step = STEP_AGREE;
        agree_begin(&s->agree, false, &none, effects);
    }
}

static void hand_in(struct state *s, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
    struct body_cash_drop *body = &effect->as.commit.body.drop;
    effect->as.commit.kind = KIND_CASH_DROP;
    body->amount_minor = s->amount_minor;
    body->to = s->to;
    text_copy(body->receiver, sizeof body->receiver,
              s->to == TO_BANK ? s->slip.text : s->agree.who.text);
    s->step = STEP_SAVING;
}

static void committed(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    s->status = event->status;
    if (s->status != TILL_OK) {
        s->step = STEP_CONFIRM;
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    effect_paper(effects, event, KIND_CASH_DROP, s->amount_minor);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void act_amount(struct state *s, const struct flow_facts *facts,
                       const struct flow_event *event, struct flow_effects *effects)
{
    switch (event->as.key.action) {
    case ACTION_OK:
        take_amount(s, facts, effects);
        break;
    case ACTION_BACK:
        s->step = STEP_TO;
        break;
    default:
        typed_act_amount(&s->amount, event, AMOUNT_MOST);
        break;
    }
}

static void act_slip(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    switch (event->as.key.action) {
    case ACTION_BACK:
        s->step = STEP_AMOUNT;
        break;
    case ACTION_OK:
        s->status = s->slip.length >= SLIP_LEAST ? TILL_OK : TILL_BAD_INPUT;
        if (s->status == TILL_OK)
            s->step = STEP_CONFIRM;
        else
            effect_sound(effects, SOUND_ERROR);
        break;
    default:
        typed_act(&s->slip, event, SLIP_MOST);
        break;
    }
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    static const struct agree_question none = {.purpose = APPROVAL_REVERSAL};
    enum action action = event->as.key.action;
    s->status = TILL_OK;
    switch (s->step) {
    case STEP_TO:
        if (action == ACTION_BACK || (action == ACTION_OK && in_hand(facts) <= 0))
            effect_back(effects, 0);
        else if (action == ACTION_DIGIT)
            choose(s, event->as.key.digit, facts, effects);
        break;
    case STEP_AMOUNT:
        act_amount(s, facts, event, effects);
        break;
    case STEP_SLIP:
        act_slip(s, event, effects);
        break;
    case STEP_CONFIRM:
        if (action == ACTION_OK) {
            hand_in(s, effects);
        } else if (action == ACTION_BACK && s->to == TO_BANK) {
            s->step = STEP_SLIP;
        } else if (action == ACTION_BACK) {
            s->step = STEP_AGREE;
            agree_begin(&s->agree, false, &none, effects);
        }
        break;
    default:
        break;
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    if (event->type == EVENT_COMMITTED) {
        committed(s, event, effects);
    } else if (s->step == STEP_AGREE) {
        enum agree_turn turn = agree_handle(&s->agree, NULL, facts, event, effects);
        if (turn == AGREE_GIVEN)
            s->step = STEP_CONFIRM;
        else if (turn == AGREE_LEFT)
            s->step = STEP_AMOUNT;
    } else if (event->type == EVENT_ACTION && s->step != STEP_SAVING) {
        act(s, facts, event, effects);
    }
}

/* ---- screens --------------------------------------------------------------------------------- */

static void show_to(const struct flow_facts *facts, struct screen *screen)
{
    char amount[MONEY_TEXT_MAX];
    screen->keys = KEYS_MENU;
    words_money(facts, in_hand(facts), amount);
    screen_line(screen, _("In hand"), amount)->size = SIZE_BIG;
    if (in_hand(facts) <= 0) {
        screen_notice(screen, TONE_LOOK, _("The bag is empty"), _("There is nothing to hand in."));
        screen_key(screen, "OK", _("Back"));
        return;
    }
    choice_line(screen, 1, _("To a supervisor who is here"), "", false);
    choice_line(screen, 2, _("Paid in at the bank, by its slip"), "", false);
    screen_key(screen, "1-2", _("Choose"));
}

static void show_amount(const struct state *s, const struct flow_facts *facts,
                        struct screen *screen)
{
    char amount[MONEY_TEXT_MAX];
    screen->keys = KEYS_AMOUNT;
    words_money(facts, in_hand(facts), amount);
    screen_line(screen, _("In hand"), amount);
    screen_field(screen, _("Handed in"), s->amount.text, "");
    if (s->status == TILL_TOO_LARGE)
        screen_notice(screen, TONE_OWED, "", _("That is more than is in hand."));
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, "", _("Type how much is handed in."));
    screen_key(screen, "OK", _("Next"));
    screen_key(screen, _("Clear"), _("Correct"));
}

static void show_slip(const struct state *s, struct screen *screen)
{
    screen->keys = KEYS_DIGITS;
    screen_field(screen, _("Number of the bank's slip"), s->slip.text, "");
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, "", _("At least 4 digits, as on the slip."));
    screen_key(screen, "OK", _("Next"));
    screen_key(screen, _("Clear"), _("Correct"));
}

static void show_confirm(const struct state *s, const struct flow_facts *facts,
                         struct screen *screen)
{
    char amount[MONEY_TEXT_MAX];
    screen->keys = KEYS_MESSAGE;
    screen->fresh = true;
    words_money(facts, s->amount_minor, amount);
    show_large(screen, _("Handed in"), amount, TONE_NORMAL);
    if (s->to == TO_BANK)
        screen_line(screen, _("Bank slip"), s->slip.text);
    else
        screen_line(screen, _("Received by"), s->agree.who.text);
    words_money(facts, in_hand(facts) - s->amount_minor, amount);
    screen_line(screen, _("Stays in hand"), amount);
    if (s->status == TILL_TOO_LARGE)
        screen_notice(screen, TONE_OWED, _("Not recorded"), _("That is more than is in hand."));
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not recorded"), _(status_text(s->status)));
    screen_key(screen, "OK", _("Hand it in"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char text[SCREEN_TEXT_MAX], amount[MONEY_TEXT_MAX];
    (void)args;
    screen_begin(screen, "drop", KEYS_MESSAGE);
    screen_title(screen, _("Hand in cash"), facts->user_name);
    if (s->step == STEP_TO)
        show_to(facts, screen);
    else if (s->step == STEP_AMOUNT)
        show_amount(s, facts, screen);
    else if (s->step == STEP_SLIP)
        show_slip(s, screen);
    else if (s->step == STEP_AGREE) {
        words_money(facts, s->amount_minor, amount);
        snprintf(text, sizeof text, _("The supervisor has counted %s"), amount);
        agree_show(&s->agree, facts, text, screen);
        return;
    } else
        show_confirm(s, facts, screen);
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_drop = {"drop", sizeof(struct state), handle, show};
