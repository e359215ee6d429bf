#include "stock_count.h"

#include <stdio.h>
#include <string.h>

#include "receipt_words.h"
#include "stock_words.h"
#include "table.h"
#include "text.h"

bool stock_count_is_due(const struct stock_count *s, const struct flow_facts *facts)
{
    return !s->done && facts->fold->stock_count > 0;
}

/* It agrees: what the used ones bear is asked for, then it is recorded. */
static void agree(struct stock_count *s, const struct fold_stock *stock,
                  struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_STOCK);
    effect->as.stock.question = STOCK_ASK_FACE;
    effect->as.stock.number.type = stock->type;
    effect->as.stock.number.number = stock->next;
    effect->as.stock.last = stock->last;
    text_copy(effect->as.stock.number.series, SERIES_MAX, stock->series);
    s->waiting = true;
}

static void record(struct stock_count *s, struct flow_entries *entries,
                   const struct fold_stock *stock, int64_t face_minor, struct flow_effects *effects)
{
    struct body_stock_counted body = {.used = stock->used,
                                      .voided = stock->voided,
                                      .spoiled = stock->spoiled,
                                      .unused = (uint32_t)stock_left(stock),
                                      .face_minor = face_minor};
    body.next.type = stock->type;
    body.next.number = stock->next;
    text_copy(body.next.series, SERIES_MAX, stock->series);
    entries->count = 1;
    s->status = entry_write_stock_counted(&entries->list[0], &body);
    if (s->status != TILL_OK) {
        s->waiting = false;
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    effect_add(effects, EFFECT_COMMIT_ENTRIES)->as.entries = entries;
}

/* A range that is used up is forgotten by its count: the next one is in its place then. */
static enum stock_count_turn recorded(struct stock_count *s, const struct flow_entries *entries,
                                      const struct flow_facts *facts,
                                      const struct flow_event *event, struct flow_effects *effects)
{
    struct body_stock_counted body;
    s->waiting = false;
    s->status = event->status;
    if (s->status != TILL_OK || entry_read_stock_counted(&entries->list[0], &body) != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return STOCK_COUNT_STAYS;
    }
    s->at += body.unused > 0;
    s->done = s->at >= facts->fold->stock_count;
    return s->done ? STOCK_COUNT_DONE : STOCK_COUNT_STAYS;
}

static enum stock_count_turn act(struct stock_count *s, const struct flow_facts *facts,
                                 enum action action, struct flow_effects *effects)
{
    const struct fold_stock *stock = stock_at(facts, s->at);
    const struct flow_args next = {.digit = -1, .seq = s->at};
    s->status = TILL_OK;
    if (action == ACTION_BACK)
        return STOCK_COUNT_LEFT;
    if (!stock) {
        s->done = true;
        return STOCK_COUNT_DONE;
    }
    if (action == ACTION_OK)
        agree(s, stock, effects);
    else if (action == ACTION_OPTION_1 && stock_left(stock) > 0)
        effect_go(effects, FLOW_STOCK_NEXT, &next);
    return STOCK_COUNT_STAYS;
}

enum stock_count_turn stock_count_handle(struct stock_count *s, struct flow_entries *entries,
                                         const struct flow_facts *facts,
                                         const struct flow_event *event,
                                         struct flow_effects *effects)
{
    const struct fold_stock *stock = stock_at(facts, s->at);
    switch (event->type) {
    case EVENT_STOCK:
        s->status = event->status;
        if (s->status == TILL_OK && stock) {
            record(s, entries, stock, event->as.stock->amount_minor, effects);
        } else {
            s->waiting = false;
            effect_sound(effects, SOUND_ERROR);
        }
        return STOCK_COUNT_STAYS;
    case EVENT_COMMITTED:
        return recorded(s, entries, facts, event, effects);
    case EVENT_ACTION:
        return s->waiting ? STOCK_COUNT_STAYS : act(s, facts, event->as.key.action, effects);
    default:
        return STOCK_COUNT_STAYS;
    }
}

static void show_number(struct screen *screen, const char *label, uint64_t number)
{
    char text[SCREEN_TEXT_MAX];
    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    screen_line(screen, label, text);
}

void stock_count_show(const struct stock_count *s, const struct flow_facts *facts,
                      struct screen *screen)
{
    const struct fold_stock *stock = stock_at(facts, s->at);
    char next[SCREEN_TEXT_MAX];
    screen->keys = KEYS_CARD;
    if (!stock) {
        screen_key(screen, "OK", _("Next"));
        return;
    }
    stock_next_text(stock, next);
    show_large(screen, _(stock_type_text(stock->type)), next, TONE_NORMAL);
    show_number(screen, _("Used"), stock->used);
    show_number(screen, _("Void"), stock->voided);
    show_number(screen, _("Spoiled"), stock->spoiled);
    show_number(screen, _("Left"), stock_left(stock));
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not recorded"), _(status_text(s->status)));
    else
        screen_line(screen, _("Does the next number in hand agree?"), "")->size = SIZE_SMALL;
    screen_key(screen, "OK", _("It agrees"));
    if (stock_left(stock) > 0)
        screen_key(screen, "F1", _("It differs"));
    screen_key(screen, _("Cancel"), _("Back"));
}
