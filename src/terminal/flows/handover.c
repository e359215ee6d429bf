/*
 * Cash from hand to hand, the giver's side: which cash and which day closes, how much, to whom; a
 * paper for each. Whoever receives it counts it themselves: here at once by their PIN, or on their
 * own terminal by the square code of the paper or of this screen.
 */
#include <stdio.h>
#include <string.h>

#include "both.h"
#include "carried.h"
#include "person_field.h"
#include "pin_field.h"
#include "receipt_words.h"
#include "table.h"
#include "text.h"

enum step {
    STEP_WHICH,
    STEP_AMOUNT,
    STEP_OTHER,
    STEP_RECEIVER,
    STEP_CONFIRM,
    STEP_SAVING,
    STEP_PAPERS,
    STEP_AFTER,
    STEP_CODE,
    STEP_PIN
};
enum { AMOUNT_MOST = 12 };

struct state {
    enum step step;
    struct carried cash;
    struct typed amount, other;
    struct person_field receiver;
    struct flow_carry carry;
    struct both papers;
    uint64_t seq;
    char code[SCREEN_CODE_MAX]; /* of the paper; "" = not asked for yet */
    struct pin_field pin;
    bool checking;
    enum till_status status;
};

/* ---- how much -------------------------------------------------------------------------------- */

static void propose(struct state *s, const struct flow_facts *facts)
{
    char text[MONEY_TEXT_MAX];
    s->step = STEP_AMOUNT;
    words_amount(facts, carried_expected_minor(&s->cash, facts), text);
    typed_set(&s->amount, text, true);
    words_amount(facts, carried_slips_minor(&s->cash), text);
    typed_set(&s->other, text, true);
}

static enum till_status parse(const struct flow_facts *facts, const struct typed *typed,
                              int64_t *out)
{
    *out = 0;
    if (!facts->site)
        return TILL_NO_BOOK;
    return typed->length > 0 ? money_parse(facts->site, typed->text, out) : TILL_OK;
}

static void take_amounts(struct state *s, const struct flow_facts *facts,
                         struct flow_effects *effects)
{
    struct body_handover_given *body = &s->carry.as.given;
    s->status = parse(facts, &s->amount, &body->amount_minor);
    if (s->status == TILL_OK)
        s->status = parse(facts, &s->other, &body->other_minor);
    if (s->status == TILL_OK && (body->amount_minor > carried_most_minor(&s->cash, facts) ||
                                 body->other_minor > carried_slips_most_minor(&s->cash)))
        s->status = TILL_TOO_LARGE;
    if (s->status == TILL_OK && body->amount_minor + body->other_minor == 0)
        s->status = TILL_BAD_INPUT;
    if (s->status == TILL_OK)
        s->step = STEP_RECEIVER;
    else
        effect_sound(effects, SOUND_ERROR);
}

static void give(struct state *s, struct flow_effects *effects)
{
    struct body_handover_given *body = &s->carry.as.given;
    s->carry.kind = KIND_HANDOVER_GIVEN;
    body->source = s->cash.source;
    text_copy(body->receiver, sizeof body->receiver, s->receiver.who.user);
    s->status = carried_closes(&s->cash, body->closes);
    if (s->status != TILL_OK)
        return;
    effect_add(effects, EFFECT_CARRY)->as.carry = &s->carry;
    s->step = STEP_SAVING;
}

static void given(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    s->status = event->status;
    s->step = s->status == TILL_OK ? STEP_PAPERS : STEP_CONFIRM;
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    s->seq = event->as.committed.seq;
    both_begin(&s->papers, event, KIND_HANDOVER_GIVEN, s->carry.as.given.amount_minor, effects);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void act_which(struct state *s, const struct flow_facts *facts,
                      const struct flow_event *event, struct flow_effects *effects)
{
    enum carried_turn turn = carried_act(&s->cash, facts, event, effects);
    if (turn == CARRIED_DONE)
        propose(s, facts);
    else if (turn == CARRIED_LEFT)
        effect_back(effects, 0);
}

static void act_amount(struct state *s, const struct flow_facts *facts,
                       const struct flow_event *event, struct flow_effects *effects)
{
    switch (event->as.key.action) {
    case ACTION_OK:
        take_amounts(s, facts, effects);
        break;
    case ACTION_OPTION_1:
        s->step = s->step == STEP_AMOUNT ? STEP_OTHER : STEP_AMOUNT;
        break;
    case ACTION_BACK:
        if (s->step == STEP_OTHER)
            s->step = STEP_AMOUNT;
        else if (carried_return(&s->cash, facts))
            s->step = STEP_WHICH;
        else
            effect_back(effects, 0);
        break;
    default:
        typed_act_amount(s->step == STEP_AMOUNT ? &s->amount : &s->other, event, AMOUNT_MOST);
        break;
    }
}

static void ask_code(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    if (!facts->shows_code) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    effect_add(effects, EFFECT_PROOF)->as.value = (int64_t)s->seq;
}

static void act_after(struct state *s, const struct flow_facts *facts, enum action action,
                      struct flow_effects *effects)
{
    if (action == ACTION_OK)
        s->step = STEP_PIN;
    else if (action == ACTION_OPTION_1)
        ask_code(s, facts, effects);
    else if (action == ACTION_BACK)
        effect_back(effects, 1);
}

static void act_pin(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    struct flow_effect *effect;
    switch (event->as.key.action) {
    case ACTION_BACK:
        pin_field_forget(&s->pin);
        s->step = STEP_AFTER;
        break;
    case ACTION_OK:
        if (!pin_field_is_long_enough(&s->pin)) {
            s->status = TILL_BAD_INPUT;
            effect_sound(effects, SOUND_ERROR);
            break;
        }
        effect = effect_add(effects, EFFECT_PIN);
        effect->as.pin.purpose = PIN_SWITCH;
        text_copy(effect->as.pin.user, sizeof effect->as.pin.user, s->carry.as.given.receiver);
        pin_field_hand_over(&s->pin, effect->as.pin.pin, sizeof effect->as.pin.pin);
        s->checking = true;
        break;
    default:
        pin_field_act(&s->pin, event);
        break;
    }
}

/* The receiver works here from now on: what they see is theirs, with the giver's paper on top. */
static void checked(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                    struct flow_effects *effects)
{
    struct flow_args next = {.digit = -1, .seq = s->seq};
    s->checking = false;
    s->status = event->status;
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    effect_add(effects, EFFECT_HOME);
    if (!facts->must_change_pin)
        effect_go(effects, FLOW_RECEIVE, &next);
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    s->status = TILL_OK;
    switch (s->step) {
    case STEP_WHICH:
        act_which(s, facts, event, effects);
        break;
    case STEP_AMOUNT:
    case STEP_OTHER:
        act_amount(s, facts, event, effects);
        break;
    case STEP_CONFIRM:
        if (action == ACTION_OK)
            give(s, effects);
        else if (action == ACTION_BACK)
            s->step = STEP_RECEIVER;
        break;
    case STEP_AFTER:
        act_after(s, facts, action, effects);
        break;
    case STEP_CODE:
        if (action == ACTION_OK || action == ACTION_BACK)
            s->step = STEP_AFTER;
        break;
    case STEP_PIN:
        if (!s->checking)
            act_pin(s, event, effects);
        break;
    default:
        break;
    }
}

static void handle_receiver(struct state *s, const struct flow_facts *facts,
                            const struct flow_event *event, struct flow_effects *effects)
{
    enum person_turn turn =
        person_handle(&s->receiver, &s->cash.view, facts, false, event, effects);
    if (turn == PERSON_KNOWN)
        s->step = STEP_CONFIRM;
    else if (turn == PERSON_LEFT)
        s->step = STEP_AMOUNT;
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    if (s->step == STEP_PAPERS && both_event(&s->papers, facts, event, effects)) {
        if (s->papers.step == BOTH_DONE)
            s->step = STEP_AFTER;
    } else if (event->type == EVENT_START) {
        carried_begin(&s->cash, effects);
    } else if (event->type == EVENT_CARRY) {
        carried_take(&s->cash, facts, event);
        if (s->cash.step == CARRIED_SET)
            propose(s, facts);
    } else if (event->type == EVENT_COMMITTED) {
        given(s, event, effects);
    } else if (event->type == EVENT_PROOF) {
        s->status = event->status;
        text_copy(s->code, sizeof s->code, s->status == TILL_OK ? event->as.proof : "");
        if (s->status == TILL_OK)
            s->step = STEP_CODE;
    } else if (event->type == EVENT_PIN) {
        checked(s, facts, event, effects);
    } else if (s->step == STEP_RECEIVER) {
        handle_receiver(s, facts, event, effects);
    } else if (event->type == EVENT_ACTION) {
        act(s, facts, event, effects);
    }
}

/* ---- screens --------------------------------------------------------------------------------- */

static void show_amount(const struct state *s, const struct flow_facts *facts,
                        struct screen *screen)
{
    char amount[MONEY_TEXT_MAX];
    bool cash = s->step == STEP_AMOUNT;
    screen->keys = KEYS_AMOUNT;
    words_money(facts, carried_most_minor(&s->cash, facts), amount);
    screen_line(screen, s->cash.source == CASH_KEPT ? _("Received from others") : _("Held"),
                amount);
    carried_show_closes(&s->cash, screen);
    screen_field(screen, cash ? _("Cash handed over") : _("Slips of cheques and transfers"),
                 cash ? s->amount.text : s->other.text, "");
    if (cash)
        screen_line(screen, _("Slips of cheques and transfers"), s->other.text);
    else
        screen_line(screen, _("Cash handed over"), s->amount.text);
    if (s->status == TILL_TOO_LARGE)
        screen_notice(screen, TONE_OWED, "", _("That is more than you hold."));
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, "", _("Type the sum; * is the decimal point."));
    screen_key(screen, "OK", _("Next"));
    screen_key(screen, "F1", cash ? _("Slips") : _("Cash"));
    screen_key(screen, _("Clear"), _("Correct"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static const char *refusal(enum till_status status)
{
    switch (status) {
    case TILL_TOO_LARGE:
        return _("That is more than you hold.");
    case TILL_BAD_INPUT:
        return _("These day closes are not open any more. Begin anew.");
    default:
        return _(status_text(status));
    }
}

static void show_confirm(const struct state *s, const struct flow_facts *facts,
                         struct screen *screen)
{
    char text[SCREEN_TEXT_MAX], amount[MONEY_TEXT_MAX];
    screen->keys = KEYS_MESSAGE;
    screen->fresh = true;
    words_money(facts, s->carry.as.given.amount_minor, amount);
    show_large(screen, _("Cash handed over"), amount, TONE_NORMAL);
    words_person(s->receiver.who.name, s->receiver.who.user, text, sizeof text);
    screen_line(screen, _("Receiver"), text)->bold = true;
    carried_show_closes(&s->cash, screen);
    if (s->carry.as.given.other_minor > 0) {
        words_money(facts, s->carry.as.given.other_minor, amount);
        screen_line(screen, _("Slips"), amount);
    }
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not recorded"), refusal(s->status));
    screen_key(screen, "OK", _("Hand it over"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_after(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char heading[SCREEN_TEXT_MAX], who[SCREEN_TEXT_MAX];
    screen->keys = KEYS_CARD;
    words_person(s->receiver.who.name, s->receiver.who.user, who, sizeof who);
    snprintf(heading, sizeof heading, _("On its way to %.80s"), who);
    screen_notice(screen, TONE_ACCENT, heading,
                  facts->shows_code
                      ? _("They count it themselves: here with their PIN (OK), or on their own "
                          "terminal, which scans the code on the paper or on this screen (F1).")
                      : _("They count it themselves: here with their PIN (OK), or on their own "
                          "terminal, which scans the code on the paper."));
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not done"), _(status_text(s->status)));
    screen_key(screen, "OK", _("They are here"));
    if (facts->shows_code)
        screen_key(screen, "F1", _("Show the code"));
    screen_key(screen, _("Cancel"), _("Done"));
}

static void show_code(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char number[RECEIPT_NUMBER_MAX];
    receipt_number_format(facts->terminal, s->seq, number);
    screen_begin(screen, "handover_code", KEYS_CARD);
    screen_title(screen, _("Hand over"), number);
    screen_code(screen, s->code, "",
                _("The receiver's terminal: More, Hand-over, Take cash over; scan this."));
    screen_key(screen, "OK", _("Back"));
}

static void show_pin(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char text[SCREEN_TEXT_MAX];
    uint32_t wait_s = pin_field_wait_s(facts, s->receiver.who.user);
    screen->keys = KEYS_DIGITS;
    words_person(s->receiver.who.name, s->receiver.who.user, text, sizeof text);
    screen_line(screen, _("Receiver"), text)->bold = true;
    pin_field_show(&s->pin, _("PIN"), screen);
    if (s->checking) {
        screen_notice(screen, TONE_ACCENT, _("Checking"), "");
    } else if (wait_s > 0) {
        snprintf(text, sizeof text, _("Too many wrong PINs: wait %u s."), (unsigned)wait_s);
        screen_notice(screen, TONE_OWED, _("Not agreed"), text);
    } else if (s->status != TILL_OK) {
        screen_notice(screen, TONE_OWED, _("Not agreed"),
                      s->status == TILL_BAD_INPUT ? _("A PIN has at least 4 digits.")
                                                  : pin_field_refusal(s->status));
    } else {
        screen_notice(screen, TONE_QUIET, "",
                      _("You are logged out; they work here from then on and count."));
    }
    screen_key(screen, "OK", _("Count it"));
    screen_key(screen, _("Clear"), _("Correct"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    (void)args;
    if (s->step == STEP_CODE) {
        show_code(s, facts, screen);
        return;
    }
    if (s->step == STEP_AFTER || s->step == STEP_PIN)
        screen_begin(screen, "handover_after", KEYS_MESSAGE);
    else
        screen_begin(screen, "handover", KEYS_MESSAGE);
    screen_title(screen, _("Hand over"), facts->user_name);
    switch (s->step) {
    case STEP_WHICH:
        carried_show(&s->cash, facts, screen);
        break;
    case STEP_AMOUNT:
    case STEP_OTHER:
        show_amount(s, facts, screen);
        break;
    case STEP_RECEIVER:
        person_show(&s->receiver, &s->cash.view, _("Receiver's user number"), screen);
        break;
    case STEP_AFTER:
        show_after(s, facts, screen);
        break;
    case STEP_PIN:
        show_pin(s, facts, screen);
        break;
    default:
        show_confirm(s, facts, screen);
        break;
    }
}

const struct flow flow_handover = {"handover", sizeof(struct state), handle, show};
