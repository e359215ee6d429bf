/*
 * The next number on the screen and the one that lies in the printer differ: what lies there
 * counts. Those in between are passed over, for a reason; one can go back over those alone that
 * were only passed over.
 */
#include <stdio.h>
#include <string.h>

#include "receipt_words.h"
#include "stock_words.h"
#include "table.h"
#include "text.h"

enum step { STEP_HAND, STEP_REASON, STEP_CONFIRM, STEP_DONE };
enum { NUMBER_MOST = STOCK_TEXT_MAX - 1 };

struct state {
    enum step step;
    bool waiting;
    struct typed text;
    struct body_stock_adjusted body;
    struct flow_entries entries;
    enum till_status status;
    const char *wrong;
};

/* Digits alone are of the range's series; one beyond its end means that all are gone. */
static void take_hand(struct state *s, const struct fold_stock *stock, struct flow_effects *effects)
{
    struct stock_number n;
    bool read = stock_number_read(s->text.text, stock->type, &n);
    s->wrong = NULL;
    if (!read || (n.series[0] && strcmp(n.series, stock->series) != 0))
        s->wrong = _("A number of this series, as on the paper.");
    else if (n.number == stock->next)
        s->wrong = _("That is the number on the screen: nothing differs.");
    else if (n.number > stock->last + 1)
        s->wrong = _("Beyond the end of this range. Take the other range over.");
    if (s->wrong) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    s->body = (struct body_stock_adjusted){.hand = n.number};
    s->body.screen.type = stock->type;
    s->body.screen.number = stock->next;
    text_copy(s->body.screen.series, SERIES_MAX, stock->series);
    s->step = STEP_REASON;
}

static void commit(struct state *s, struct flow_effects *effects)
{
    s->entries.count = 1;
    s->status = entry_write_stock_adjusted(&s->entries.list[0], &s->body);
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    effect_add(effects, EFFECT_COMMIT_ENTRIES)->as.entries = &s->entries;
    s->waiting = true;
}

static bool may_be(int reason)
{
    return reason >= SPOIL_JAM && reason <= SPOIL_OTHER && reason != SPOIL_WITHDRAWN;
}

static void act(struct state *s, const struct fold_stock *stock, const struct flow_event *event,
                struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    int digit = action == ACTION_DIGIT ? event->as.key.digit : 0;
    s->status = TILL_OK;
    if (!stock || s->step == STEP_DONE) {
        effect_back(effects, 1);
    } else if (s->step == STEP_HAND && action == ACTION_BACK) {
        effect_back(effects, 0);
    } else if (action == ACTION_BACK) {
        s->step = s->step == STEP_CONFIRM ? STEP_REASON : STEP_HAND;
    } else if (s->step == STEP_HAND && action == ACTION_OK) {
        take_hand(s, stock, effects);
    } else if (s->step == STEP_HAND) {
        s->wrong = NULL;
        (void)stock_type(&s->text, event, NUMBER_MOST);
    } else if (s->step == STEP_REASON && may_be(digit)) {
        s->body.reason = digit;
        s->step = STEP_CONFIRM;
    } else if (s->step == STEP_CONFIRM && action == ACTION_OK) {
        commit(s, effects);
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    const struct fold_stock *stock = stock_at(facts, args->seq);
    if (event->type == EVENT_COMMITTED) {
        s->waiting = false;
        s->status = event->status;
        s->step = s->status == TILL_OK ? STEP_DONE : s->step;
        effect_sound(effects, s->status == TILL_OK ? SOUND_OK : SOUND_ERROR);
    } else if (event->type == EVENT_SCANNED && s->step == STEP_HAND) {
        if (!stock_scan(&s->text, event, NUMBER_MOST))
            effect_sound(effects, SOUND_ERROR);
    } else if (event->type == EVENT_ACTION && !s->waiting) {
        act(s, stock, event, effects);
    }
}

/* ---- screens --------------------------------------------------------------------------------- */

static void show_what(const struct state *s, struct screen *screen)
{
    char text[SCREEN_LONG_MAX], hand[STOCK_TEXT_MAX];
    struct stock_number n = s->body.screen;
    n.number = s->body.hand;
    stock_number_format(&n, hand);
    screen_line(screen, _("Number in hand"), hand)->bold = true;
    if (s->body.hand > s->body.screen.number)
        snprintf(text, sizeof text, _("%llu numbers are passed over and count as spoiled."),
                 (unsigned long long)(s->body.hand - s->body.screen.number));
    else
        snprintf(text, sizeof text, _("%llu numbers that were passed over come back."),
                 (unsigned long long)(s->body.screen.number - s->body.hand));
    if (s->step == STEP_DONE)
        screen_notice(screen, TONE_ACCENT, _("Recorded"), text);
    else if (s->status == TILL_E_PROTOCOL)
        screen_notice(screen, TONE_OWED, _("Not recorded"),
                      _("Some of these numbers were used, or never came here."));
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not recorded"), _(status_text(s->status)));
    else
        screen_notice(screen, TONE_LOOK, "", text);
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    const struct fold_stock *stock = stock_at(facts, args->seq);
    char next[SCREEN_TEXT_MAX] = "";
    screen_begin(screen, "stock_next", KEYS_MESSAGE);
    screen_title(screen, _("Next number differs"), stock ? _(stock_type_text(stock->type)) : "");
    if (stock && s->step != STEP_DONE) {
        stock_next_text(stock, next);
        screen_line(screen, _("On the screen"), next);
    }
    if (s->step == STEP_HAND) {
        screen->keys = KEYS_NUMBER;
        screen_field(screen, _("Number in hand"), s->text.text, _("* dash, ▲ letter, or scan"));
        if (s->wrong)
            screen_notice(screen, TONE_OWED, "", s->wrong);
        screen_key(screen, "OK", _("Next"));
        screen_key(screen, _("Clear"), _("Correct"));
    } else if (s->step == STEP_REASON) {
        screen->keys = KEYS_MENU;
        for (int reason = SPOIL_JAM; reason <= SPOIL_OTHER; reason++)
            choice_line(screen, reason, _(spoil_reason_text(reason)), "", !may_be(reason));
        screen_key(screen, "1-6", _("Choose"));
    } else {
        screen->fresh = s->step == STEP_CONFIRM;
        show_what(s, screen);
        screen_key(screen, "OK", s->step == STEP_DONE ? _("Go on") : _("Record it"));
    }
    if (s->step != STEP_DONE)
        screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_stock_next = {"stock_next", sizeof(struct state), handle, show};
