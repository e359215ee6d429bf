/*
 * A meter book goes to another terminal while this one has no line: the list of its customers who
 * were collected from here, page by page as square codes, or onto a stick.
 */
#include <stdio.h>
#include <string.h>

#include "asking.h"
#include "menu.h"
#include "stick_words.h"
#include "table.h"
#include "text.h"
#include "when.h"
#include "words.h"

enum step { STEP_WAY, STEP_BOOK, STEP_HOW, STEP_CODE, STEP_WORKING, STEP_ENDED };

struct state {
    enum step step;
    size_t selected; /* of the menu that stands */
    /* meter books */
    struct flow_book rows[FLOW_BOOKS_MAX];
    size_t count, total, offset, place; /* place: of the whole list */
    char book[BOOK_NAME_MAX];           /* that was chosen */
    /* the list */
    bool refused; /* status says why there is none */
    enum till_status status;
    int64_t at_s;
    size_t accounts;
    unsigned page, pages;
    char text[COLLECTED_TEXT_MAX];
    bool begun; /* a stick was in */
};

/* ---- menus ----------------------------------------------------------------------------------- */

static void fill_ways(struct menu *menu)
{
    menu->count = 0;
    menu_add(menu, '1', _("Pass a list on"), _("who was collected from here, to the next holder"));
    menu_add(menu, '2', _("Take a list over"), _("of the terminal that had the meter book before"));
}

static void fill_means(const struct flow_facts *facts, struct menu *menu)
{
    menu->count = 0;
    menu_add(menu, '1', _("Show codes"), _("the other terminal scans them from this screen"))->off =
        !facts->shows_code;
    menu_add(menu, '2', _("To the stick"), _("the other terminal reads it from there"))->off =
        !facts->has_stick;
}

static void ask_books(size_t offset, struct flow_effects *effects)
{
    effect_add(effects, EFFECT_BOOKS)->as.window.offset = offset;
}

static void choose_way(struct state *s, const struct flow_event *event,
                       struct flow_effects *effects)
{
    struct menu menu;
    const struct flow_args none = {.digit = -1};
    fill_ways(&menu);
    int chosen = menu_act(&menu, &s->selected, event);
    if (chosen == 0) {
        s->step = STEP_BOOK;
        ask_books(s->offset, effects);
    } else if (chosen == 1) {
        effect_go(effects, FLOW_TAKE, &none);
    }
}

static void choose_means(struct state *s, const struct flow_facts *facts,
                         const struct flow_event *event, struct flow_effects *effects)
{
    struct menu menu;
    fill_means(facts, &menu);
    int chosen = menu_act(&menu, &s->selected, event);
    if (chosen == 0) {
        effect_add(effects, EFFECT_LIST_PAGE)->as.value = 1;
    } else if (chosen == 1) {
        s->step = STEP_WORKING;
        effect_add(effects, EFFECT_STICK)->as.value = STICK_LIST_TO;
    }
}

/* ---- meter books ----------------------------------------------------------------------------- */

static void take_books(struct state *s, const struct flow_event *event)
{
    s->count = event->status == TILL_OK ? event->as.books.count : 0;
    if (s->count > 0)
        memcpy(s->rows, event->as.books.rows, s->count * sizeof s->rows[0]);
    s->total = event->status == TILL_OK ? event->as.books.total : 0;
    s->offset = event->as.books.offset;
}

static void act_books(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    s->refused = false;
    if (action == ACTION_DOWN && s->place + 1 < s->total)
        s->place++;
    else if (action == ACTION_UP && s->place > 0)
        s->place--;
    if (s->place < s->offset || s->place >= s->offset + FLOW_BOOKS_MAX) {
        ask_books(s->place - s->place % FLOW_BOOKS_MAX, effects);
    } else if (action == ACTION_OK && s->place - s->offset < s->count) {
        const struct book_meter_book *book = &s->rows[s->place - s->offset].book;
        text_copy(s->book, sizeof s->book, book->name);
        text_copy(effect_add(effects, EFFECT_LIST_MAKE)->as.window.meter_book, BOOK_ID_MAX,
                  book->id);
    }
}

/* ---- the list -------------------------------------------------------------------------------- */

static void take_list(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    s->refused = event->status != TILL_OK;
    s->status = event->status;
    if (s->refused) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    s->at_s = event->as.list.at_s;
    s->accounts = event->as.list.accounts;
    s->pages = event->as.list.pages;
    s->page = event->as.list.page;
    s->step = s->page > 0 ? STEP_CODE : STEP_HOW;
    if (s->page > 0)
        text_copy(s->text, sizeof s->text, event->as.list.text);
    else
        s->selected = 0;
}

static void act_code(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    bool on = action == ACTION_OK || action == ACTION_RIGHT || action == ACTION_DOWN;
    bool back = action == ACTION_LEFT || action == ACTION_UP;
    if (action == ACTION_BACK || (action == ACTION_OK && s->page == s->pages))
        s->step = STEP_HOW;
    else if (on && s->page < s->pages)
        effect_add(effects, EFFECT_LIST_PAGE)->as.value = s->page + 1;
    else if (back && s->page > 1)
        effect_add(effects, EFFECT_LIST_PAGE)->as.value = s->page - 1;
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    static const enum step before[] = {[STEP_BOOK] = STEP_WAY,
                                       [STEP_HOW] = STEP_BOOK,
                                       [STEP_CODE] = STEP_HOW,
                                       [STEP_ENDED] = STEP_HOW};
    bool leaves = event->as.key.action == ACTION_BACK;
    if (s->step == STEP_WORKING)
        return;
    if (leaves && s->step == STEP_WAY) {
        effect_back(effects, 0);
    } else if (leaves || s->step == STEP_ENDED) {
        s->step = before[s->step];
        s->refused = false;
        s->selected = 0;
        if (s->step == STEP_BOOK) /* who still owes may have changed */
            ask_books(s->offset, effects);
    } else if (s->step == STEP_WAY) {
        choose_way(s, event, effects);
    } else if (s->step == STEP_BOOK) {
        act_books(s, event, effects);
    } else if (s->step == STEP_HOW) {
        choose_means(s, facts, event, effects);
    } else {
        act_code(s, event, effects);
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    switch (event->type) {
    case EVENT_BOOK: /* a new one has others */
        if (s->step == STEP_BOOK)
            ask_books(0, effects);
        break;
    case EVENT_BOOKS:
        take_books(s, event);
        break;
    case EVENT_LIST:
        take_list(s, event, effects);
        break;
    case EVENT_STICK:
        s->step = STEP_ENDED;
        s->status = event->status;
        s->begun = event->as.stick.begun;
        effect_sound(effects, s->status == TILL_OK ? SOUND_OK : SOUND_ERROR);
        break;
    case EVENT_ACTION:
        act(s, facts, event, effects);
        break;
    default:
        break;
    }
}

/* ---- the screen ------------------------------------------------------------------------------ */

static void show_refusal(const struct state *s, struct screen *screen)
{
    if (!s->refused)
        return;
    if (s->status == TILL_UNCHANGED)
        screen_notice(screen, TONE_NORMAL, _("Nobody to pass on"),
                      _("Nothing was collected here in this book that the office may not know."));
    else if (s->status == TILL_TOO_LARGE)
        screen_notice(screen, TONE_LOOK, _("Too many for a list"),
                      _("Send the records: by the line, or by stick to the office."));
    else
        screen_notice(screen, TONE_OWED, _("Not done"), _(status_text(s->status)));
}

static void show_books(const struct state *s, struct screen *screen)
{
    show_refusal(s, screen);
    screen_list(screen, s->place - s->offset, s->offset, s->total);
    for (size_t i = 0; i < s->count; i++) {
        const struct book_meter_book *book = &s->rows[i].book;
        struct screen_row *row = screen_row(screen);
        text_copy(row->name, sizeof row->name, book->name);
        text_copy(row->place, sizeof row->place, book->id);
        snprintf(row->note, sizeof row->note, _("%u customers"), (unsigned)book->customers);
    }
    screen_key(screen, "OK", _("Make the list"));
    screen_key(screen, "▲▼", _("Choose"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_menu(const struct state *s, const struct menu *menu, struct screen *screen)
{
    menu_show(menu, s->selected, screen);
    screen_key(screen, "OK", _("Choose"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_means(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char text[SCREEN_TEXT_MAX], pages[SCREEN_TEXT_MAX];
    struct menu menu;
    snprintf(text, sizeof text, _("%zu customers collected from"), s->accounts);
    snprintf(pages, sizeof pages, _("%u codes"), s->pages);
    screen_line(screen, text, pages);
    fill_means(facts, &menu);
    show_menu(s, &menu, screen);
}

static void show_code(const struct state *s, struct screen *screen)
{
    char place[SCREEN_TEXT_MAX];
    snprintf(place, sizeof place, "%u / %u", s->page, s->pages);
    screen_code(screen, s->text, place,
                s->page < s->pages ? _("Scan it with the other terminal, then OK for the next one.")
                                   : _("The last one. The other terminal says which are missing."));
    screen_key(screen, "OK", s->page < s->pages ? _("Next code") : _("Back"));
    screen_key(screen, "◀▶", _("Turn"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_ended(const struct state *s, struct screen *screen)
{
    char heading[SCREEN_TEXT_MAX];
    snprintf(heading, sizeof heading, _("The list of %zu customers is on the stick"), s->accounts);
    if (s->status == TILL_OK)
        screen_notice(screen, TONE_ACCENT, heading,
                      _("You may take it out. On the other terminal: More, Collected list, Take a "
                        "list over."));
    else if (!stick_show_fault(s->status, s->begun, screen))
        screen_notice(screen, TONE_OWED, _("Not done"), _(status_text(s->status)));
    screen_key(screen, "OK", _("Continue"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    struct menu menu;
    bool choosing = s->step == STEP_WAY || s->step == STEP_HOW;
    (void)args;
    if (s->step == STEP_CODE)
        screen_begin(screen, "give_code", KEYS_CARD);
    else
        screen_begin(screen, "give", choosing ? KEYS_MENU : KEYS_CARD);
    screen_title(screen, _("Collected list"),
                 s->step == STEP_WAY || s->step == STEP_BOOK ? facts->terminal : s->book);
    switch (s->step) {
    case STEP_WAY:
        fill_ways(&menu);
        show_menu(s, &menu, screen);
        break;
    case STEP_BOOK:
        show_books(s, screen);
        break;
    case STEP_HOW:
        show_means(s, facts, screen);
        break;
    case STEP_CODE:
        show_code(s, screen);
        break;
    case STEP_WORKING:
        screen_notice(screen, TONE_LOOK, _("Writing to the stick"),
                      _("Leave it in until this says that you may take it out."));
        break;
    case STEP_ENDED:
        show_ended(s, screen);
        break;
    }
}

const struct flow flow_give = {"give", sizeof(struct state), handle, show};
