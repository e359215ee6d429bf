/*
 * After the day close only the office corrects (更正): this asks it to. It moves no money.
 */
#include <stdio.h>
#include <string.h>

#include "receipt_words.h"
#include "table.h"
#include "text.h"
#include "words.h"

enum step { STEP_ACCOUNT, STEP_REASON, STEP_AMOUNT, STEP_SAVING };
enum { ACCOUNT_MOST = 13, AMOUNT_MOST = 12, REASONS = REVERSAL_OTHER };

struct state {
    enum step step;
    char receipt[RECEIPT_NUMBER_MAX]; /* "" = not known */
    struct typed account, amount;
    int reason;
    enum till_status status;
};

static void start(struct state *s, const struct flow_args *args, const struct flow_facts *facts)
{
    char amount[MONEY_TEXT_MAX];
    if (args->seq)
        receipt_number_format(facts->terminal, args->seq, s->receipt);
    else
        text_copy(s->receipt, sizeof s->receipt, args->text);
    typed_set(&s->account, args->account, false);
    if (args->amount_minor > 0) {
        words_amount(facts, args->amount_minor, amount);
        typed_set(&s->amount, amount, true);
    }
    s->step = args->account[0] ? STEP_REASON : STEP_ACCOUNT;
}

static void ask_the_office(struct state *s, const struct flow_facts *facts,
                           struct flow_effects *effects)
{
    int64_t amount = 0;
    s->status = TILL_OK;
    if (s->amount.length > 0)
        s->status = facts->site ? money_parse(facts->site, s->amount.text, &amount) : TILL_NO_BOOK;
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
    struct body_correction_request *body = &effect->as.commit.body.correction;
    effect->as.commit.kind = KIND_CORRECTION_REQUEST;
    text_copy(body->account, sizeof body->account, s->account.text);
    text_copy(body->receipt, sizeof body->receipt, s->receipt);
    body->reason = s->reason;
    body->amount_minor = amount;
    s->step = STEP_SAVING;
}

static void committed(struct state *s, const struct flow_facts *facts,
                      const struct flow_event *event, struct flow_effects *effects)
{
    s->status = event->status;
    if (s->status != TILL_OK) {
        s->step = STEP_AMOUNT;
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    int64_t amount_minor = 0;
    if (s->amount.length == 0 || money_parse(facts->site, s->amount.text, &amount_minor) != TILL_OK)
        amount_minor = 0;
    effect_paper(effects, event, KIND_CORRECTION_REQUEST, amount_minor);
}

static void act_account(struct state *s, const struct flow_event *event,
                        struct flow_effects *effects)
{
    switch (event->as.key.action) {
    case ACTION_OK:
        s->status = account_is_valid(s->account.text) ? TILL_OK : TILL_BAD_INPUT;
        if (s->status == TILL_OK)
            s->step = STEP_REASON;
        else
            effect_sound(effects, SOUND_ERROR);
        break;
    case ACTION_BACK:
        effect_back(effects, 0);
        break;
    default:
        typed_act(&s->account, event, ACCOUNT_MOST);
        break;
    }
}

static void act_reason(struct state *s, const struct flow_args *args,
                       const struct flow_event *event, struct flow_effects *effects)
{
    int digit = event->as.key.digit;
    if (event->as.key.action == ACTION_BACK) {
        if (args->account[0])
            effect_back(effects, 0);
        else
            s->step = STEP_ACCOUNT;
    } else if (event->as.key.action == ACTION_DIGIT && digit >= 1 && digit <= REASONS) {
        s->reason = digit;
        s->step = STEP_AMOUNT;
    } else if (event->as.key.action == ACTION_DIGIT) {
        effect_sound(effects, SOUND_ERROR);
    }
}

static void act_amount(struct state *s, const struct flow_facts *facts,
                       const struct flow_event *event, struct flow_effects *effects)
{
    switch (event->as.key.action) {
    case ACTION_OK:
        ask_the_office(s, facts, effects);
        break;
    case ACTION_BACK:
        s->step = STEP_REASON;
        break;
    default:
        typed_act_amount(&s->amount, event, AMOUNT_MOST);
        break;
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    if (event->type == EVENT_START)
        start(s, args, facts);
    else if (event->type == EVENT_COMMITTED)
        committed(s, facts, event, effects);
    if (event->type != EVENT_ACTION || s->step == STEP_SAVING)
        return;
    s->status = TILL_OK;
    if (s->step == STEP_ACCOUNT)
        act_account(s, event, effects);
    else if (s->step == STEP_REASON)
        act_reason(s, args, event, effects);
    else
        act_amount(s, facts, event, effects);
}

static void show_what(const struct state *s, struct screen *screen)
{
    char account[ACCOUNT_MAX + 16];
    text_group_account(account, sizeof account, s->account.text);
    screen_line(screen, _("Account"), account);
    screen_line(screen, _("Receipt"), s->receipt[0] ? s->receipt : _("not known"));
}

static void show_reason(struct screen *screen)
{
    screen->keys = KEYS_MENU;
    for (int reason = 1; reason <= REASONS; reason++)
        choice_line(screen, reason, gettext(reversal_reason_text(reason)), "", false);
    screen_key(screen, "1-5", _("Reason"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    (void)args;
    (void)facts;
    screen_begin(screen, "correction", KEYS_DIGITS);
    screen_title(screen, _("Ask the office"), _("correction"));
    if (s->step == STEP_ACCOUNT) {
        screen_line(screen, _("Receipt"), s->receipt[0] ? s->receipt : _("not known"));
        screen_field(screen, _("Account"), s->account.text, "");
        screen_key(screen, "OK", _("Next"));
    } else if (s->step == STEP_REASON) {
        show_what(s, screen);
        show_reason(screen);
    } else {
        screen->keys = KEYS_AMOUNT;
        show_what(s, screen);
        screen_line(screen, gettext(reversal_reason_text(s->reason)), "");
        screen_field(screen, _("Amount in question"), s->amount.text, _("leave empty if unknown"));
        if (s->status == TILL_OK)
            screen_line(screen, _("No money moves: nothing is paid out of the bag."), "")->size =
                SIZE_SMALL;
        screen_key(screen, "OK", _("Send it"));
        screen_key(screen, _("Clear"), _("Correct"));
    }
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not recorded"), _(status_text(s->status)));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_correction = {"correction", sizeof(struct state), handle, show};
