/*
 * How much is kept: a part of what is owed, or more than that as an advance. A sum above five
 * times what is owed is asked about once more. Months that were chosen are carried on.
 */
#include <stdio.h>

#include "chosen.h"
#include "gate.h"
#include "table.h"
#include "text.h"
#include "words.h"

enum { AMOUNT_MOST = 12, ODD_FACTOR = 5 };
/* What "much" means where nothing is owed: above this many times the largest note. */
enum { ODD_NOTES = 10 };

enum refusal { FINE, NOTHING_TYPED, NO_AMOUNT, TOO_MUCH, NOT_ALL_MONTHS };

struct state {
    struct customer_view view;
    struct typed amount;
    enum till_status status; /* of the look-up */
    enum refusal refusal;
    bool loaded, doubted;
};

/* What was typed, worked out. */
struct outcome {
    int64_t amount_minor;
    char allocation[ALLOCATION_MAX]; /* months, shortened where less is paid */
    struct allocation paid;
};

static int64_t asked_minor(const struct state *s, const struct flow_args *args)
{
    return args->allocation[0] ? chosen_due_minor(&s->view.arrears, args->allocation)
                               : s->view.arrears.due_minor;
}

static int64_t doubtful_from(const struct state *s, const struct flow_facts *facts)
{
    if (s->view.arrears.due_minor > 0)
        return s->view.arrears.due_minor * ODD_FACTOR;
    return facts->site->note_count ? facts->site->notes_minor[0] * ODD_NOTES : MONEY_MAX_MINOR;
}

static enum refusal work_out(const struct state *s, const struct flow_args *args,
                             const struct flow_facts *facts, struct outcome *out)
{
    const struct arrears *a = &s->view.arrears;
    enum till_status status = money_parse(facts->site, s->amount.text, &out->amount_minor);
    if (s->amount.length == 0 || (status == TILL_OK && out->amount_minor == 0))
        return NOTHING_TYPED;
    if (status != TILL_OK)
        return status == TILL_TOO_LARGE ? TOO_MUCH : NO_AMOUNT;
    text_copy(out->allocation, sizeof out->allocation, args->allocation);
    if (!chosen_fit(a, out->amount_minor, out->allocation))
        return NOT_ALL_MONTHS;
    status = arrears_allocate_chosen(a, out->amount_minor, out->allocation, &out->paid);
    return status == TILL_OK ? FINE : TOO_MUCH;
}

static void go_on(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                  struct flow_effects *effects)
{
    struct outcome outcome;
    s->refusal = work_out(s, args, facts, &outcome);
    if (s->refusal != FINE) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    const struct gate_sum sum = {outcome.amount_minor, 0, outcome.amount_minor};
    if (gate_refuses(facts, &sum, effects))
        return;
    if (!s->doubted && outcome.amount_minor > doubtful_from(s, facts)) {
        s->doubted = true;
        effect_sound(effects, SOUND_ATTENTION);
        return;
    }
    s->doubted = false;
    struct flow_args next = {.digit = -1, .amount_minor = outcome.amount_minor};
    text_copy(next.account, sizeof next.account, args->account);
    text_copy(next.allocation, sizeof next.allocation, outcome.allocation);
    next.late_fee_minor = outcome.paid.late_fee_minor;
    next.advance = outcome.paid.bills_minor == 0 && outcome.paid.late_fee_minor == 0;
    effect_go(effects, FLOW_TENDER, &next);
}

static void act(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                const struct flow_event *event, struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    if (action == ACTION_OK) {
        go_on(s, args, facts, effects);
        return;
    }
    if (s->doubted && action == ACTION_BACK) {
        s->doubted = false;
        return;
    }
    s->doubted = false;
    s->refusal = FINE;
    if (action == ACTION_DIGIT)
        typed_digit(&s->amount, event->as.key.digit, AMOUNT_MOST);
    else if (action == ACTION_POINT)
        typed_point(&s->amount, AMOUNT_MOST);
    else if (action == ACTION_ERASE)
        typed_erase(&s->amount);
    else if (action == ACTION_BACK)
        effect_back(effects, 0);
}

static void look(const struct flow_args *args, struct flow_effects *effects)
{
    text_copy(effect_add(effects, EFFECT_CUSTOMER)->as.account, ACCOUNT_MAX, args->account);
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    switch (event->type) {
    case EVENT_START:
    case EVENT_BOOK:
        look(args, effects);
        break;
    case EVENT_CUSTOMER:
        s->status = event->status;
        s->loaded = event->status == TILL_OK;
        if (s->loaded)
            s->view = *event->as.customer;
        break;
    case EVENT_RESUMED:
        if (event->as.resumed.value && event->as.resumed.from == FLOW_PAPER)
            effect_back(effects, event->as.resumed.value);
        else
            look(args, effects);
        break;
    case EVENT_ACTION:
        if (s->loaded && facts->site)
            act(s, args, facts, event, effects);
        else if (event->as.key.action == ACTION_BACK)
            effect_back(effects, 0);
        break;
    default:
        break;
    }
}

static void show_outcome(const struct state *s, const struct flow_args *args,
                         const struct flow_facts *facts, struct screen *screen)
{
    struct outcome outcome;
    char text[MONEY_TEXT_MAX];
    if (work_out(s, args, facts, &outcome) != FINE)
        return;
    if (outcome.paid.advance_minor > 0) {
        words_money(facts, outcome.paid.advance_minor, text);
        screen_band(screen, _("Of it advance"), text)->right_tone = TONE_ACCENT;
    } else {
        words_money(facts, outcome.paid.still_owed_minor, text);
        screen_band(screen, _("Still owed"), text)->right_tone =
            outcome.paid.still_owed_minor > 0 ? TONE_OWED : TONE_ACCENT;
    }
}

static const char *refusal_text(enum refusal refusal)
{
    switch (refusal) {
    case NOTHING_TYPED:
        return _("Type how much is to be kept.");
    case TOO_MUCH:
        return _("Too large. Check what was typed.");
    case NOT_ALL_MONTHS:
        return _("It does not reach all the months chosen. Go back and choose fewer.");
    default:
        return _("This is no amount: too many decimals, or far too large.");
    }
}

static void show_below(const struct state *s, struct screen *screen)
{
    if (s->doubted)
        screen_notice(screen, TONE_LOOK, _("Is this sum right?"),
                      _("It is far above what is owed. OK if it is; Cancel to correct it."));
    else if (s->refusal != FINE)
        screen_notice(screen, TONE_OWED, "", refusal_text(s->refusal));
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, "", _(status_text(s->status)));
    else
        screen_line(screen, _("whole units, * is the decimal point"), "")->size = SIZE_SMALL;
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char aside[SCREEN_TEXT_MAX], due[MONEY_TEXT_MAX];
    screen_begin(screen, "amount", KEYS_AMOUNT);
    screen->fresh = s->doubted;
    words_customer(s->view.customer.name, args->account, aside, sizeof aside);
    screen_title(screen, _("Part / advance"), aside);
    words_money(facts, asked_minor(s, args), due);
    screen_line(screen, args->allocation[0] ? _("Chosen months") : _("Due"), due);
    screen_field(screen, _("Amount to keep"), s->amount.text, "");
    if (facts->site && s->loaded)
        show_outcome(s, args, facts, screen);
    show_below(s, screen);
    screen_key(screen, "OK", s->doubted ? _("It is right") : _("Next"));
    screen_key(screen, _("Clear"), _("Correct"));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_amount = {"amount", sizeof(struct state), handle, show};
