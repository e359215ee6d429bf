/*
 * Cash on the table: what is handed over, the change, and the one press that takes the money.
 *
 * The arrows offer likely notes; typing replaces. OK needs a fresh press (keymap.h). Change can be
 * kept as an advance by one key, and too little can be taken as a part.
 */
#include <stdio.h>

#include "table.h"
#include "text.h"
#include "words.h"

enum { AMOUNT_MOST = 12 };

struct state {
    struct customer_view view;
    struct typed tendered;
    int64_t likely[MONEY_LIKELY_MAX];
    size_t likely_count, likely_at;
    int64_t amount_minor, late_fee_minor;
    bool advance;
    bool waiting; /* committing */
    enum till_status status;
};

static void offer(struct state *s, const struct flow_facts *facts, size_t at)
{
    char text[MONEY_TEXT_MAX];
    s->likely_at = at;
    words_amount(facts, s->likely[at], text);
    typed_set(&s->tendered, text, true);
}

static void start(struct state *s, const struct flow_args *args, const struct flow_facts *facts)
{
    s->amount_minor = args->amount_minor;
    s->late_fee_minor = args->late_fee_minor;
    s->advance = args->advance;
    s->likely_count = money_likely_tenders(facts->site, s->amount_minor, s->likely);
    offer(s, facts, 0);
}

static bool tendered(const struct state *s, const struct flow_facts *facts, int64_t *minor_out)
{
    return money_parse(facts->site, s->tendered.text, minor_out) == TILL_OK && *minor_out > 0;
}

static void confirm(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                    struct flow_effects *effects)
{
    int64_t handed;
    if (facts->stopped)
        s->status = TILL_STOPPED;
    else if (!tendered(s, facts, &handed) || handed < s->amount_minor)
        s->status = TILL_BAD_INPUT;
    else
        s->status = TILL_OK;
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
    struct body_collection *body = &effect->as.commit.collection;
    effect->as.commit.kind = s->advance ? KIND_ADVANCE : KIND_COLLECTION;
    text_copy(body->account, sizeof body->account, args->account);
    body->amount_minor = s->amount_minor;
    body->late_fee_minor = s->late_fee_minor;
    body->tendered_minor = handed;
    body->tender = TENDER_CASH;
    s->waiting = true;
}

/* F2: keep all of what was handed over: more becomes an advance, less is a part. */
static void keep_all(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    int64_t handed;
    struct allocation allocation;
    if (!tendered(s, facts, &handed) || handed == s->amount_minor ||
        arrears_allocate(&s->view.arrears, handed, &allocation) != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    s->amount_minor = handed;
    s->late_fee_minor = allocation.late_fee_minor;
    s->advance = allocation.bills_minor == 0 && allocation.late_fee_minor == 0;
    s->status = TILL_OK;
    s->likely_count = money_likely_tenders(facts->site, s->amount_minor, s->likely);
    offer(s, facts, 0);
}

static void committed(struct state *s, const struct flow_facts *facts,
                      const struct flow_event *event, struct flow_effects *effects)
{
    s->waiting = false;
    s->status = event->status;
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    struct flow_args next = {.digit = -1, .seq = event->as.committed.seq};
    next.amount_minor = s->amount_minor;
    chain_check_code(event->as.committed.hash, next.check_code);
    if (!tendered(s, facts, &next.tendered_minor))
        next.tendered_minor = s->amount_minor;
    effect_sound(effects, SOUND_OK);
    effect_replace(effects, FLOW_PAPER, &next);
}

static void act(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                const struct flow_event *event, struct flow_effects *effects)
{
    switch (event->as.key.action) {
    case ACTION_OK:
        confirm(s, args, facts, effects);
        return;
    case ACTION_OPTION_2:
        keep_all(s, facts, effects);
        return;
    case ACTION_BACK:
        effect_back(effects, 0);
        return;
    case ACTION_DIGIT:
        typed_digit(&s->tendered, event->as.key.digit, AMOUNT_MOST);
        break;
    case ACTION_POINT:
        typed_point(&s->tendered, AMOUNT_MOST);
        break;
    case ACTION_ERASE:
        typed_erase(&s->tendered);
        break;
    case ACTION_DOWN:
        offer(s, facts, (s->likely_at + 1) % s->likely_count);
        break;
    case ACTION_UP:
        offer(s, facts, (s->likely_at + s->likely_count - 1) % s->likely_count);
        break;
    default:
        break;
    }
    s->status = TILL_OK;
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    switch (event->type) {
    case EVENT_START:
        start(s, args, facts);
        text_copy(effect_add(effects, EFFECT_CUSTOMER)->as.account, ACCOUNT_MAX, args->account);
        break;
    case EVENT_CUSTOMER:
        if (event->status == TILL_OK)
            s->view = *event->as.customer;
        break;
    case EVENT_COMMITTED:
        committed(s, facts, event, effects);
        break;
    case EVENT_ACTION:
        if (!s->waiting)
            act(s, args, facts, event, effects);
        break;
    default:
        break;
    }
}

static void show_change(const struct state *s, const struct flow_facts *facts,
                        struct screen *screen)
{
    int64_t handed;
    char text[MONEY_TEXT_MAX], kept[SCREEN_TEXT_MAX];
    if (!tendered(s, facts, &handed))
        handed = 0;
    bool short_of = handed < s->amount_minor;
    words_money(facts, short_of ? s->amount_minor - handed : handed - s->amount_minor, text);
    struct screen_line *band = screen_band(screen, short_of ? _("Missing") : _("Change"), text);
    band->right_tone = short_of ? TONE_OWED : TONE_ACCENT;
    if (s->status == TILL_OK) { /* else a notice needs the room */
        words_money(facts, s->amount_minor, text);
        snprintf(kept, sizeof kept, _("kept %s"), text);
        struct screen_line *line =
            screen_line(screen, _("whole units, * is the decimal point"), kept);
        line->size = SIZE_SMALL;
        line->left_tone = line->right_tone = TONE_QUIET;
    }
    screen_key(screen, "OK", _("Take the money"));
    screen_key(screen, _("Clear"), _("Correct"));
    if (short_of && handed > 0)
        screen_key(screen, "F2", _("Take as a part"));
    else if (handed > s->amount_minor)
        screen_key(screen, "F2", _("Change to advance"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char aside[SCREEN_TEXT_MAX], account[ACCOUNT_MAX + 16], text[MONEY_TEXT_MAX];
    char choices[SCREEN_TEXT_MAX] = "▲▼";
    screen_begin(screen, "tender", KEYS_AMOUNT);
    screen->fresh = true;
    text_group_account(account, sizeof account, args->account);
    snprintf(aside, sizeof aside, "%.60s %s", s->view.customer.name, account);
    screen_title(screen, s->advance ? _("Cash, advance") : _("Cash"), aside);
    words_money(facts, s->amount_minor, text);
    const char *label = s->advance                              ? _("To keep")
                        : s->amount_minor != args->amount_minor ? _("Kept")
                                                                : _("Due now");
    screen_line(screen, label, text);
    size_t used = 0;
    for (size_t i = 0; i < s->likely_count && used + 1 < sizeof choices; i++) {
        words_amount(facts, s->likely[i], text);
        int n = snprintf(choices + used, sizeof choices - used, i ? " · %s" : "▲▼ %s", text);
        used += n > 0 ? (size_t)n : 0;
    }
    screen_field(screen, _("Handed over, cash"), s->tendered.text, choices);
    show_change(s, facts, screen);
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not taken"),
                      s->status == TILL_BAD_INPUT
                          ? _("What is handed over does not cover it. F2 takes it as a part.")
                          : _(status_text(s->status)));
}

const struct flow flow_tender = {"tender", sizeof(struct state), handle, show};
