/*
 * 'I already paid' (已缴争议): recorded with whatever proof there is, a slip is given, and the walk
 * goes on. No money moves; late fee and disconnection wait until the office has answered.
 */
#include <stdio.h>
#include <string.h>

#include "receipt_words.h"
#include "table.h"
#include "text.h"
#include "words.h"

enum step { STEP_HOW, STEP_RECEIPT, STEP_CHANNEL, STEP_AMOUNT, STEP_FOUND, STEP_SAVING };
enum { CHANNEL_MOST = 32, CHANNEL_LEAST = 4, AMOUNT_MOST = 12 };

struct state {
    enum step step, from, saved; /* from: where Cancel of the last step leads */
    int proof;
    int64_t amount_minor; /* as recorded */
    bool looking;
    struct typed number, amount;
    struct receipt_view view;
    const char *wrong; /* a paper that is none; NULL = fine */
    enum till_status status;
};

static void look(struct state *s, const char *text, uint64_t seq, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_RECEIPT);
    text_copy(effect->as.receipt.text, sizeof effect->as.receipt.text, text);
    effect->as.receipt.seq = seq;
    s->looking = true;
    s->wrong = NULL;
}

static bool is_ours(const struct receipt_view *v)
{
    return v->state == RECEIPT_RECORDED || v->state == RECEIPT_CONFIRMED ||
           v->state == RECEIPT_REVERSED;
}

static void found(struct state *s, const struct receipt_view *v, struct flow_effects *effects)
{
    s->looking = false;
    s->wrong = receipt_words_wrong(v);
    if (!s->wrong && v->kind && !kind_has_payment_paper(v->kind))
        s->wrong = _("This paper is no receipt of a payment.");
    else if (!s->wrong && kind_is_training(v->kind))
        s->wrong = _("This receipt was made in training: it proves no payment.");
    if (s->wrong) {
        if (s->step == STEP_FOUND)
            s->step = STEP_HOW;
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    s->view = *v;
    s->proof = is_ours(v) ? DISPUTE_PAPER_OURS : DISPUTE_PAPER_OTHER;
    if (s->step != STEP_FOUND)
        s->from = s->step;
    s->step = v->kind ? STEP_FOUND : STEP_AMOUNT;
}

static void record(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                   struct flow_effects *effects)
{
    int64_t amount = s->step == STEP_FOUND ? s->view.amount_minor : 0;
    s->status = TILL_OK;
    if (s->step == STEP_AMOUNT && s->amount.length > 0)
        s->status = facts->site ? money_parse(facts->site, s->amount.text, &amount) : TILL_NO_BOOK;
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
    struct body_dispute *body = &effect->as.commit.body.dispute;
    char number[RECEIPT_NUMBER_MAX];
    effect->as.commit.kind = KIND_DISPUTE;
    text_copy(body->account, sizeof body->account, args->account);
    body->proof = s->proof;
    body->amount_minor = amount;
    receipt_number_format(s->view.terminal, s->view.seq, number);
    if (s->proof == DISPUTE_CHANNEL)
        text_copy(body->reference, sizeof body->reference, s->number.text);
    else if (s->proof != DISPUTE_WORD)
        text_copy(body->reference, sizeof body->reference, number);
    s->amount_minor = amount;
    s->saved = s->step;
    s->step = STEP_SAVING;
}

static void committed(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    s->status = event->status;
    if (s->status != TILL_OK) {
        s->step = s->saved;
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    effect_paper(effects, event, KIND_DISPUTE, s->amount_minor);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void ask_amount(struct state *s, int proof)
{
    memset(&s->view, 0, sizeof s->view);
    s->proof = proof;
    s->from = s->step;
    s->step = STEP_AMOUNT;
}

static void act_how(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    if (event->as.key.action == ACTION_BACK) {
        effect_back(effects, 0);
    } else if (event->as.key.action == ACTION_DIGIT) {
        switch (event->as.key.digit) {
        case 1:
            typed_set(&s->number, "", false);
            s->step = STEP_RECEIPT;
            break;
        case 2:
            typed_set(&s->number, "", false);
            s->step = STEP_CHANNEL;
            break;
        case 3:
            ask_amount(s, DISPUTE_WORD);
            break;
        default:
            effect_sound(effects, SOUND_ERROR);
            break;
        }
    }
}

static void act_receipt(struct state *s, const struct flow_event *event,
                        struct flow_effects *effects)
{
    if (event->as.key.action == ACTION_BACK)
        s->step = STEP_HOW;
    else if (event->as.key.action == ACTION_OK && s->number.length > 0)
        look(s, s->number.text, 0, effects);
    else
        receipt_number_key(&s->number, event);
}

static void act_channel(struct state *s, const struct flow_event *event,
                        struct flow_effects *effects)
{
    switch (event->as.key.action) {
    case ACTION_BACK:
        s->step = STEP_HOW;
        break;
    case ACTION_OK:
        if (s->number.length >= CHANNEL_LEAST) {
            ask_amount(s, DISPUTE_CHANNEL);
        } else {
            s->status = TILL_BAD_INPUT;
            effect_sound(effects, SOUND_ERROR);
        }
        break;
    default:
        typed_act(&s->number, event, CHANNEL_MOST);
        break;
    }
}

static void act_amount(struct state *s, const struct flow_args *args,
                       const struct flow_facts *facts, const struct flow_event *event,
                       struct flow_effects *effects)
{
    switch (event->as.key.action) {
    case ACTION_OK:
        record(s, args, facts, effects);
        break;
    case ACTION_BACK:
        s->step = s->from;
        break;
    default:
        typed_act_amount(&s->amount, event, AMOUNT_MOST);
        break;
    }
}

static void act(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                const struct flow_event *event, struct flow_effects *effects)
{
    s->status = TILL_OK;
    s->wrong = NULL;
    switch (s->step) {
    case STEP_HOW:
        act_how(s, event, effects);
        break;
    case STEP_RECEIPT:
        act_receipt(s, event, effects);
        break;
    case STEP_CHANNEL:
        act_channel(s, event, effects);
        break;
    case STEP_AMOUNT:
        act_amount(s, args, facts, event, effects);
        break;
    case STEP_FOUND:
        if (event->as.key.action == ACTION_OK)
            record(s, args, facts, effects);
        else if (event->as.key.action == ACTION_BACK)
            s->step = s->from;
        break;
    default:
        break;
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    switch (event->type) {
    case EVENT_START:
        if (args->seq || args->text[0])
            look(s, args->text, args->seq, effects);
        break;
    case EVENT_RECEIPT:
        found(s, event->as.receipt, effects);
        break;
    case EVENT_SCANNED:
        if (!s->looking && s->step != STEP_SAVING)
            look(s, event->as.scanned.text, 0, effects);
        break;
    case EVENT_COMMITTED:
        committed(s, event, effects);
        break;
    case EVENT_ACTION:
        if (!s->looking && s->step != STEP_SAVING)
            act(s, args, facts, event, effects);
        break;
    default:
        break;
    }
}

/* ---- screens --------------------------------------------------------------------------------- */

static void show_how(struct screen *screen)
{
    screen->keys = KEYS_MENU;
    screen_line(screen, _("How was it paid?"), "")->bold = true;
    choice_line(screen, 1, _("There is a receipt"), _("or scan it now"), false);
    choice_line(screen, 2, _("By bank, Alipay, WeChat: a number"), "", false);
    choice_line(screen, 3, _("Only the customer's word"), "", false);
    screen_key(screen, "1-3", _("Choose"));
    screen_key(screen, _("Scan"), _("Receipt"));
}

static void show_number(const struct state *s, struct screen *screen)
{
    bool receipt = s->step == STEP_RECEIPT;
    screen->keys = receipt ? KEYS_NUMBER : KEYS_DIGITS;
    screen_field(screen, receipt ? _("Receipt number") : _("Number of the payment"), s->number.text,
                 receipt ? _("scan it, or type: * is the dash") : _("as on the phone or slip"));
    screen_key(screen, "OK", _("Next"));
    screen_key(screen, _("Clear"), _("Correct"));
}

/* What the paper says against it; it may be recorded all the same: the office decides. */
static const char *doubt(const struct state *s, const struct flow_args *args)
{
    if (s->view.state == RECEIPT_REVERSED)
        return _("This payment was reversed and given back. The office will look into it.");
    if (strcmp(s->view.account, args->account) != 0)
        return _("This receipt is for another account. The money may have gone there by mistake; "
                 "the office will look into it.");
    if (is_ours(&s->view))
        return _("This payment is in this terminal's records and already counted in.");
    return _("The figures are what the paper says. The office knows whether they are true.");
}

static void show_found(const struct state *s, const struct flow_args *args,
                       const struct flow_facts *facts, struct screen *screen)
{
    receipt_show_whose(&s->view, facts, screen);
    screen_notice(screen, TONE_LOOK, "", doubt(s, args));
    screen_key(screen, "OK", _("Record it"));
}

static void show_amount(const struct state *s, struct screen *screen)
{
    screen->keys = KEYS_AMOUNT;
    screen_field(screen, _("How much was paid?"), s->amount.text, _("leave empty if unknown"));
    if (s->status == TILL_OK)
        screen_line(screen, _("No late fee and no disconnection until the office answers."), "")
            ->size = SIZE_SMALL;
    screen_key(screen, "OK", _("Record it"));
    screen_key(screen, _("Clear"), _("Correct"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char account[ACCOUNT_MAX + 16];
    enum step step = s->step == STEP_SAVING ? s->saved : s->step;
    screen_begin(screen, "dispute", KEYS_CARD);
    text_group_account(account, sizeof account, args->account);
    screen_title(screen, _("Says it is paid"), account);
    if (step == STEP_HOW)
        show_how(screen);
    else if (step == STEP_RECEIPT || step == STEP_CHANNEL)
        show_number(s, screen);
    else if (step == STEP_FOUND)
        show_found(s, args, facts, screen);
    else
        show_amount(s, screen);
    if (s->wrong)
        screen_notice(screen, TONE_OWED, _("Not recognised"), s->wrong);
    else if (s->status == TILL_BAD_INPUT && step == STEP_CHANNEL)
        screen_notice(screen, TONE_OWED, "", _("At least 4 digits. Without a number: Cancel, 3."));
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not recorded"), _(status_text(s->status)));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_dispute = {"dispute", sizeof(struct state), handle, show};
