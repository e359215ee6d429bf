/*
 * Which meter book to walk. With one book on the terminal it is chosen at once.
 */
#include <stdio.h>
#include <string.h>

#include "table.h"
#include "text.h"
#include "words.h"

struct state {
    struct flow_book rows[FLOW_BOOKS_MAX];
    size_t count, total, offset, selected; /* selected: of the whole list */
    bool loaded;
};

static void ask(size_t offset, struct flow_effects *effects)
{
    effect_add(effects, EFFECT_BOOKS)->as.window.offset = offset;
}

static void choose(const struct state *s, struct flow_effects *effects, bool only)
{
    if (s->selected < s->offset || s->selected >= s->offset + s->count)
        return;
    struct flow_args args = {.digit = -1};
    const struct flow_book *row = &s->rows[s->selected - s->offset];
    text_copy(args.meter_book, sizeof args.meter_book, row->book.id);
    text_copy(args.heading, sizeof args.heading, row->book.name);
    if (only)
        effect_replace(effects, FLOW_ROUTE, &args);
    else
        effect_go(effects, FLOW_ROUTE, &args);
}

static void take(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    bool first = !s->loaded;
    s->count = event->as.books.count;
    memcpy(s->rows, event->as.books.rows, s->count * sizeof s->rows[0]);
    s->total = event->as.books.total;
    s->offset = event->as.books.offset;
    s->loaded = true;
    if (first && s->total == 1)
        choose(s, effects, true);
}

static void move(struct state *s, bool down, struct flow_effects *effects)
{
    if (down && s->selected + 1 < s->total)
        s->selected++;
    else if (!down && s->selected > 0)
        s->selected--;
    if (s->selected < s->offset || s->selected >= s->offset + FLOW_BOOKS_MAX)
        ask(s->selected - s->selected % FLOW_BOOKS_MAX, effects);
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    (void)facts;
    if (event->type == EVENT_START || event->type == EVENT_RESUMED || event->type == EVENT_BOOK)
        ask(s->offset, effects);
    else if (event->type == EVENT_BOOKS && event->status == TILL_OK)
        take(s, event, effects);
    if (event->type != EVENT_ACTION)
        return;
    if (event->as.key.action == ACTION_DOWN || event->as.key.action == ACTION_UP)
        move(s, event->as.key.action == ACTION_DOWN, effects);
    else if (event->as.key.action == ACTION_OK)
        choose(s, effects, false);
    else if (event->as.key.action == ACTION_BACK)
        effect_back(effects, 0);
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    (void)args;
    char text[SCREEN_TEXT_MAX];
    screen_begin(screen, "books", KEYS_LIST);
    words_book_age(facts, text, sizeof text);
    screen_title(screen, _("Meter books"), text);
    screen_list(screen, s->selected - s->offset, s->offset, s->total);
    for (size_t i = 0; i < s->count; i++) {
        const struct flow_book *book = &s->rows[i];
        struct screen_row *row = screen_row(screen);
        text_copy(row->name, sizeof row->name, book->book.name);
        text_copy(row->place, sizeof row->place, book->book.id);
        snprintf(row->note, sizeof row->note, _("%u customers"), (unsigned)book->book.customers);
        snprintf(row->amount, sizeof row->amount, _("%u left"), (unsigned)book->owing);
        row->done = book->owing == 0;
    }
    if (s->loaded && s->total == 0)
        screen_notice(screen, TONE_LOOK, _("No meter book yet"),
                      _("The office has given this terminal none. Sync, then ask the office."));
    screen_key(screen, "OK", _("Walk"));
    screen_key(screen, "▲▼", _("Choose"));
    screen_key(screen, _("Cancel"), _("Home"));
}

const struct flow flow_books = {"books", sizeof(struct state), handle, show};
