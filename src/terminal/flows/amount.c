/*
 * How much is kept: a part of what is owed, or more than that as an advance. A sum above five
 * times what is owed is asked about once more.
 */
#include <stdio.h>

#include "table.h"
#include "text.h"
#include "words.h"

enum { AMOUNT_MOST = 12, ODD_FACTOR = 5 };
/* What "much" means where nothing is owed: above this many times the largest note. */
enum { ODD_NOTES = 10 };

struct state {
    struct customer_view view;
    struct typed amount;
    enum till_status status;
    bool loaded, doubted;
};

static int64_t doubtful_from(const struct state *s, const struct flow_facts *facts)
{
    if (s->view.arrears.due_minor > 0)
        return s->view.arrears.due_minor * ODD_FACTOR;
    return facts->site->note_count ? facts->site->notes_minor[0] * ODD_NOTES : MONEY_MAX_MINOR;
}

static enum till_status split(const struct state *s, const struct flow_facts *facts,
                              int64_t *amount_out, struct allocation *allocation_out)
{
    enum till_status status = money_parse(facts->site, s->amount.text, amount_out);
    if (status != TILL_OK)
        return status;
    if (*amount_out <= 0)
        return TILL_BAD_INPUT;
    if (facts->site->receipt_max_minor && *amount_out > facts->site->receipt_max_minor)
        return TILL_TOO_LARGE;
    return arrears_allocate(&s->view.arrears, *amount_out, allocation_out);
}

static void go_on(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                  struct flow_effects *effects)
{
    int64_t amount;
    struct allocation allocation;
    s->status = split(s, facts, &amount, &allocation);
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    if (!s->doubted && amount > doubtful_from(s, facts)) {
        s->doubted = true;
        effect_sound(effects, SOUND_ATTENTION);
        return;
    }
    s->doubted = false;
    struct flow_args next = {.digit = -1, .amount_minor = amount};
    text_copy(next.account, sizeof next.account, args->account);
    next.late_fee_minor = allocation.late_fee_minor;
    next.advance = allocation.bills_minor == 0 && allocation.late_fee_minor == 0;
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
    s->status = TILL_OK;
    if (action == ACTION_DIGIT)
        typed_digit(&s->amount, event->as.key.digit, AMOUNT_MOST);
    else if (action == ACTION_POINT)
        typed_point(&s->amount, AMOUNT_MOST);
    else if (action == ACTION_ERASE)
        typed_erase(&s->amount);
    else if (action == ACTION_BACK)
        effect_back(effects, 0);
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    switch (event->type) {
    case EVENT_START:
        text_copy(effect_add(effects, EFFECT_CUSTOMER)->as.account, ACCOUNT_MAX, args->account);
        break;
    case EVENT_CUSTOMER:
        s->status = event->status;
        s->loaded = event->status == TILL_OK;
        if (s->loaded)
            s->view = *event->as.customer;
        break;
    case EVENT_RESUMED:
        if (event->as.resumed.value)
            effect_back(effects, event->as.resumed.value);
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

static void show_outcome(const struct state *s, const struct flow_facts *facts,
                         struct screen *screen)
{
    int64_t amount;
    struct allocation allocation;
    char text[MONEY_TEXT_MAX];
    if (split(s, facts, &amount, &allocation) != TILL_OK)
        return;
    if (allocation.advance_minor > 0) {
        words_money(facts, allocation.advance_minor, text);
        screen_band(screen, _("Of it advance"), text)->right_tone = TONE_ACCENT;
    } else {
        words_money(facts, allocation.still_owed_minor, text);
        screen_band(screen, _("Still owed"), text)->right_tone =
            allocation.still_owed_minor > 0 ? TONE_OWED : TONE_ACCENT;
    }
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char account[ACCOUNT_MAX + 16], aside[SCREEN_TEXT_MAX], due[MONEY_TEXT_MAX];
    screen_begin(screen, "amount", KEYS_AMOUNT);
    screen->fresh = s->doubted;
    text_group_account(account, sizeof account, args->account);
    snprintf(aside, sizeof aside, "%.60s %s", s->view.customer.name, account);
    screen_title(screen, _("Part / advance"), aside);
    words_money(facts, s->view.arrears.due_minor, due);
    screen_line(screen, _("Due"), due);
    screen_field(screen, _("Amount to keep"), s->amount.text, "");
    if (facts->site && s->loaded)
        show_outcome(s, facts, screen);
    if (s->doubted)
        screen_notice(screen, TONE_LOOK, _("Is this sum right?"),
                      _("It is far above what is owed. OK if it is; Cancel to correct it."));
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, "", _(status_text(s->status)));
    else
        screen_line(screen, _("whole units, * is the decimal point"), "")->size = SIZE_SMALL;
    screen_key(screen, "OK", s->doubted ? _("It is right") : _("Next"));
    screen_key(screen, _("Clear"), _("Correct"));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_amount = {"amount", sizeof(struct state), handle, show};
