/*
 * A temporary collection point (临时收费点): people stand in line on the village square. Each gives a
 * number or a bill when they come; OK serves the first, and the line closes up behind them. The
 * line is kept over a restart.
 */
#include <stdio.h>

#include "table.h"
#include "text.h"
#include "words.h"

enum { QUEUE_ROWS = 5, NUMBER_MOST = 13, NUMBER_LEAST = 4 };

struct state {
    size_t selected;
    struct typed number; /* someone who joins */
    bool adding, emptying;
    bool serving; /* the one on top is at the table */
    char served[ACCOUNT_MAX];
    enum till_status status;
};

static void join(struct state *s, const char *account, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_QUEUE);
    effect->as.queue.change = 1;
    text_copy(effect->as.queue.account, sizeof effect->as.queue.account, account);
    typed_set(&s->number, "", false);
    s->adding = false;
}

static void leave(const char *account, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_QUEUE);
    effect->as.queue.change = -1;
    text_copy(effect->as.queue.account, sizeof effect->as.queue.account, account);
}

/* Whose number it is, before it joins: an unknown one never stands in the line. */
static void look(const char *account, struct flow_effects *effects)
{
    text_copy(effect_add(effects, EFFECT_CUSTOMER)->as.account, ACCOUNT_MAX, account);
}

static void serve(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    struct flow_args next = {.digit = -1};
    if (s->selected >= facts->queue->count) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    text_copy(next.account, sizeof next.account, facts->queue->accounts[s->selected]);
    text_copy(s->served, sizeof s->served, next.account);
    s->serving = true;
    effect_go(effects, FLOW_CUSTOMER, &next);
}

static void act_adding(struct state *s, const struct flow_event *event,
                       struct flow_effects *effects)
{
    switch (event->as.key.action) {
    case ACTION_DIGIT:
        s->status = TILL_OK;
        if (!typed_digit(&s->number, event->as.key.digit, NUMBER_MOST))
            effect_sound(effects, SOUND_ERROR);
        break;
    case ACTION_ERASE:
        s->status = TILL_OK;
        if (!typed_erase(&s->number))
            s->adding = false;
        break;
    case ACTION_OK:
        if (s->number.length >= NUMBER_LEAST)
            look(s->number.text, effects);
        else
            effect_sound(effects, SOUND_ERROR);
        break;
    case ACTION_BACK:
        s->adding = false;
        s->status = TILL_OK;
        typed_set(&s->number, "", false);
        break;
    default:
        break;
    }
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    size_t count = facts->queue->count;
    s->status = TILL_OK;
    switch (event->as.key.action) {
    case ACTION_DIGIT:
        s->adding = true;
        typed_set(&s->number, "", false);
        typed_digit(&s->number, event->as.key.digit, NUMBER_MOST);
        break;
    case ACTION_DOWN:
        s->selected += s->selected + 1 < count;
        break;
    case ACTION_UP:
        s->selected -= s->selected > 0;
        break;
    case ACTION_OK:
        serve(s, facts, effects);
        break;
    case ACTION_OPTION_1:
        if (s->selected < count)
            leave(facts->queue->accounts[s->selected], effects);
        break;
    case ACTION_OPTION_2:
        s->emptying = count > 0;
        break;
    case ACTION_BACK:
        effect_back(effects, 0);
        break;
    default:
        break;
    }
}

static void act_emptying(struct state *s, const struct flow_event *event,
                         struct flow_effects *effects)
{
    s->emptying = false;
    if (event->as.key.action == ACTION_OK)
        effect_add(effects, EFFECT_QUEUE); /* change 0: empty it */
}

static void found(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                  struct flow_effects *effects)
{
    s->status = event->status;
    if (event->status == TILL_OK && facts->queue->count == QUEUE_MAX)
        s->status = TILL_TOO_LARGE;
    if (s->status == TILL_OK)
        join(s, event->as.customer->customer.account, effects);
    else
        effect_sound(effects, SOUND_ERROR);
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    switch (event->type) {
    case EVENT_RESUMED:
        /* Served, with a receipt or a record: they leave the line. After Cancel they stay. */
        if (s->serving && event->as.resumed.value)
            leave(s->served, effects);
        s->serving = false;
        break;
    case EVENT_CUSTOMER:
        found(s, facts, event, effects);
        break;
    case EVENT_SCANNED: {
        char account[ACCOUNT_MAX];
        text_copy(account, sizeof account, event->as.scanned.text);
        look(account, effects);
        break;
    }
    case EVENT_ACTION:
        if (s->emptying)
            act_emptying(s, event, effects);
        else if (s->adding)
            act_adding(s, event, effects);
        else
            act(s, facts, event, effects);
        break;
    default:
        break;
    }
    if (s->selected >= facts->queue->count)
        s->selected = facts->queue->count ? facts->queue->count - 1 : 0;
}

static void show_line(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    const struct flow_queue *q = facts->queue;
    size_t first = s->selected / QUEUE_ROWS * QUEUE_ROWS;
    screen_list(screen, s->selected - first, first, q->count);
    for (size_t i = first; i < q->count && i < first + QUEUE_ROWS; i++) {
        struct screen_row *row = screen_row(screen);
        text_group_account(row->name, sizeof row->name, q->accounts[i]);
        snprintf(row->amount, sizeof row->amount, "%zu", i + 1);
        row->amount_tone = TONE_QUIET;
        text_copy(row->place, sizeof row->place, i == 0 ? _("next in line") : "");
    }
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char waiting[SCREEN_TEXT_MAX];
    (void)args;
    screen_begin(screen, "queue", KEYS_DIGITS);
    snprintf(waiting, sizeof waiting, _("%zu waiting"), facts->queue->count);
    screen_title(screen, _("Collection point"), waiting);
    if (s->emptying) {
        screen_notice(screen, TONE_LOOK, _("Send everybody away?"),
                      _("The line is emptied. Nothing that was recorded is lost."));
        screen_key(screen, "OK", _("Empty the line"));
        screen_key(screen, _("Cancel"), _("Back"));
        return;
    }
    if (s->adding) {
        screen_field(screen, _("Account of who joins"), s->number.text, "");
        screen->blocks[screen->block_count - 1].as.field.left_aligned = true;
    }
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Did not join"), _(status_text(s->status)));
    if (facts->queue->count == 0 && !s->adding && s->status == TILL_OK)
        screen_notice(screen, TONE_ACCENT, _("Nobody is waiting"),
                      _("Type the account of who comes, or scan a bill."));
    else if (!s->adding)
        show_line(s, facts, screen);
    screen_key(screen, "OK", s->adding ? _("Join the line") : _("Serve"));
    screen_key(screen, "F1", _("Take out"));
    screen_key(screen, "F2", _("Empty"));
}

const struct flow flow_queue = {"queue", sizeof(struct state), handle, show};
