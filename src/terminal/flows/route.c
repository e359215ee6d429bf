/*
 * Walking a meter book in its order: the next stop that owes is already selected.
 */
#include <stdio.h>

#include "rows.h"
#include "table.h"
#include "text.h"
#include "words.h"

struct state {
    struct rows rows;
    uint32_t owing;
};

static void ask(const struct flow_args *args, size_t offset, bool seek,
                struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_WINDOW);
    text_copy(effect->as.window.meter_book, sizeof effect->as.window.meter_book, args->meter_book);
    effect->as.window.offset = offset;
    effect->as.window.seek = seek;
}

static void take(struct state *s, const struct flow_event *event)
{
    s->owing = event->as.window.owing;
    if (event->as.window.select < event->as.window.total)
        s->rows.selected = event->as.window.select;
    rows_take(&s->rows, event);
}

static void act(struct state *s, const struct flow_args *args, const struct flow_event *event,
                struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    size_t offset;
    if (action == ACTION_UP || action == ACTION_DOWN) {
        if (rows_move(&s->rows, action == ACTION_DOWN, &offset))
            ask(args, offset, false, effects);
    } else if (action == ACTION_RIGHT || action == ACTION_LEFT) {
        /* The next who owes; to the left from the beginning of the book. */
        ask(args, action == ACTION_RIGHT ? s->rows.selected + 1 : 0, true, effects);
    } else if (action == ACTION_OPTION_1 && rows_selected(&s->rows)) {
        struct flow_args next = {.digit = -1};
        text_copy(next.account, sizeof next.account, rows_selected(&s->rows)->customer.account);
        effect_go(effects, FLOW_STOP, &next);
    } else if (action == ACTION_OK && rows_selected(&s->rows)) {
        struct flow_args next = {.digit = -1};
        text_copy(next.account, sizeof next.account, rows_selected(&s->rows)->customer.account);
        effect_go(effects, FLOW_CUSTOMER, &next);
    } else if (action == ACTION_DIGIT) {
        struct flow_args next = {.digit = event->as.key.digit};
        effect_go(effects, FLOW_FIND, &next);
    } else if (action == ACTION_BACK) {
        effect_back(effects, 0);
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)facts;
    switch (event->type) {
    case EVENT_START:
        ask(args, 0, true, effects);
        break;
    case EVENT_BOOK:
    case EVENT_CLOCK:
        ask(args, s->rows.offset, false, effects);
        break;
    case EVENT_RESUMED:
        /* After money was taken the next stop is selected; after Cancel the same one stays. */
        if (event->as.resumed.value)
            ask(args, s->rows.selected + 1, true, effects);
        else
            ask(args, s->rows.offset, false, effects);
        break;
    case EVENT_WINDOW:
        if (event->status == TILL_OK)
            take(s, event);
        break;
    case EVENT_ACTION:
        act(s, args, event, effects);
        break;
    case EVENT_SCANNED: {
        struct flow_args next = {.digit = -1};
        text_copy(next.text, sizeof next.text, event->as.scanned.text);
        effect_go(effects, FLOW_FIND, &next);
        break;
    }
    default:
        break;
    }
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char place[SCREEN_TEXT_MAX];
    screen_begin(screen, "route", KEYS_LIST);
    snprintf(place, sizeof place, _("%zu / %zu · %u left"),
             s->rows.total ? s->rows.selected + 1 : 0, s->rows.total, (unsigned)s->owing);
    screen_title(screen, args->heading, place);
    rows_show(&s->rows, facts, screen);
    screen_key(screen, "OK", _("Collect"));
    screen_key(screen, "F1", _("Stop"));
    screen_key(screen, "▶", _("Next owing"));
    screen_key(screen, _("digits"), _("Find"));
}

const struct flow flow_route = {"route", sizeof(struct state), handle, show};
