/*
 * Cash in and out of an open shift: the bag is filled up, or something is paid out of it, for a
 * reason and agreed by PIN. Never more than is in hand.
 */
#include <stdio.h>
#include <string.h>

#include "agree.h"
#include "receipt_words.h"
#include "table.h"
#include "text.h"
#include "words.h"

enum step { STEP_WAY, STEP_REASON, STEP_AMOUNT, STEP_AGREE, STEP_CONFIRM, STEP_SAVING };
enum { WAY_IN = 1, WAY_OUT = 2, AMOUNT_MOST = 12 };

struct state {
    enum step step;
    bool out;
    int reason;
    struct typed amount;
    int64_t amount_minor;
    struct agree agree;
    enum till_status status;
};

static bool may_move(const struct flow_facts *facts)
{
    const struct fold_user *user = fold_current(facts->fold);
    return facts->site && user && user->shift_open && !user->counting;
}

static int64_t in_hand(const struct flow_facts *facts)
{
    const struct fold_user *user = fold_current(facts->fold);
    return user && user->shift_open ? user->cash_minor : 0;
}

static enum entry_kind kind_of(const struct state *s)
{
    return s->out ? KIND_CASH_OUT : KIND_CASH_IN;
}

/* One's own PIN, or a supervisor's. */
static void ask(struct state *s, struct flow_effects *effects)
{
    static const struct agree_question none = {.purpose = APPROVAL_REVERSAL};
    s->step = STEP_AGREE;
    agree_begin(&s->agree, false, &none, effects);
    s->agree.whom = AGREE_OWN_TOO;
}

static void take_amount(struct state *s, const struct flow_facts *facts,
                        struct flow_effects *effects)
{
    s->status = money_parse(facts->site, s->amount.text, &s->amount_minor);
    if (s->status == TILL_OK && s->amount_minor <= 0)
        s->status = TILL_BAD_INPUT;
    if (s->status == TILL_OK && s->out && !facts->training && s->amount_minor > in_hand(facts))
        s->status = TILL_TOO_LARGE;
    if (s->status == TILL_OK)
        ask(s, effects);
    else
        effect_sound(effects, SOUND_ERROR);
}

static void move(struct state *s, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
    struct body_cash_move *body = &effect->as.commit.body.move;
    effect->as.commit.kind = kind_of(s);
    body->amount_minor = s->amount_minor;
    body->reason = s->reason;
    text_copy(body->approver, sizeof body->approver, s->agree.who.text);
    s->step = STEP_SAVING;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void act_choice(struct state *s, const struct flow_facts *facts,
                       const struct flow_event *event, struct flow_effects *effects)
{
    int digit = event->as.key.action == ACTION_DIGIT ? event->as.key.digit : 0;
    bool way = s->step == STEP_WAY;
    if (event->as.key.action == ACTION_BACK ||
        (event->as.key.action == ACTION_OK && !may_move(facts))) {
        if (way)
            effect_back(effects, 0);
        s->step = STEP_WAY;
    } else if (way && may_move(facts) && (digit == WAY_IN || digit == WAY_OUT)) {
        s->out = digit == WAY_OUT;
        s->step = STEP_REASON;
    } else if (!way && digit >= CASH_CHANGE && digit <= CASH_OTHER) {
        s->reason = digit;
        s->step = STEP_AMOUNT;
    }
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    s->status = TILL_OK;
    if (s->step == STEP_AMOUNT && action == ACTION_OK)
        take_amount(s, facts, effects);
    else if (s->step == STEP_AMOUNT && action == ACTION_BACK)
        s->step = STEP_REASON;
    else if (s->step == STEP_AMOUNT)
        typed_act_amount(&s->amount, event, AMOUNT_MOST);
    else if (s->step == STEP_CONFIRM && action == ACTION_OK)
        move(s, effects);
    else if (s->step == STEP_CONFIRM && action == ACTION_BACK)
        ask(s, effects);
    else if (s->step == STEP_WAY || s->step == STEP_REASON)
        act_choice(s, facts, event, effects);
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    if (event->type == EVENT_COMMITTED) {
        s->status = event->status;
        s->step = STEP_CONFIRM;
        if (s->status == TILL_OK)
            effect_paper(effects, event, kind_of(s), s->amount_minor);
        else
            effect_sound(effects, SOUND_ERROR);
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

/* Too large: for the bag where it is paid out, for any record where it is put in. */
static const char *why(const struct state *s)
{
    return s->out && s->status == TILL_TOO_LARGE ? _("That is more than is in hand.")
                                                 : _(status_text(s->status));
}

/* ---- screens --------------------------------------------------------------------------------- */

static void show_choice(const struct state *s, const struct flow_facts *facts,
                        struct screen *screen)
{
    screen->keys = KEYS_MENU;
    if (!may_move(facts)) {
        screen_notice(screen, TONE_LOOK, _("No shift is open"), _("Open one first."));
        screen_key(screen, "OK", _("Back"));
    } else if (s->step == STEP_WAY) {
        choice_line(screen, WAY_IN, _("Put cash into the bag"), "", false);
        choice_line(screen, WAY_OUT, _("Pay cash out of the bag"), "", false);
        screen_key(screen, "1-2", _("Choose"));
    } else {
        screen_line(screen, s->out ? _("Paid out: why?") : _("Put in: why?"), "")->bold = true;
        for (int reason = CASH_CHANGE; reason <= CASH_OTHER; reason++)
            choice_line(screen, reason, _(cash_reason_text(reason)), "", false);
        screen_key(screen, "1-5", _("Choose"));
    }
}

static void show_amount(const struct state *s, struct screen *screen)
{
    screen->keys = KEYS_AMOUNT;
    screen_line(screen, _("Reason"), _(cash_reason_text(s->reason)));
    screen_field(screen, s->out ? _("Paid out") : _("Put in"), s->amount.text, "");
    if (s->status == TILL_TOO_LARGE)
        screen_notice(screen, TONE_OWED, "", why(s));
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, "", _("Type the sum; * is the decimal point."));
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
    show_large(screen, s->out ? _("Paid out") : _("Put in"), amount, TONE_NORMAL);
    screen_line(screen, _("Reason"), _(cash_reason_text(s->reason)));
    screen_line(screen, _("Agreed by"), s->agree.who.text);
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not recorded"), why(s));
    screen_key(screen, "OK", s->out ? _("Pay it out") : _("Put it in"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char text[SCREEN_TEXT_MAX], amount[MONEY_TEXT_MAX];
    (void)args;
    screen_begin(screen, "cashmove", KEYS_MESSAGE);
    screen_title(screen, _("Cash in and out"), facts->user_name);
    if (s->step == STEP_WAY || s->step == STEP_REASON) {
        show_choice(s, facts, screen);
    } else if (s->step == STEP_AMOUNT) {
        show_amount(s, screen);
    } else if (s->step == STEP_AGREE) {
        words_money(facts, s->amount_minor, amount);
        snprintf(text, sizeof text, s->out ? _("%s is paid out") : _("%s is put in"), amount);
        agree_show(&s->agree, facts, text, screen);
        return;
    } else {
        show_confirm(s, facts, screen);
    }
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_cashmove = {"cashmove", sizeof(struct state), handle, show};
