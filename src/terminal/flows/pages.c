/*
 * Pages that are no receipts: X slip, test page, diagnosis page.
 */
#include <stdio.h>

#include "menu.h"
#include "table.h"
#include "text.h"
#include "words.h"

struct state {
    size_t selected;
    bool printing, printed;
    enum till_status status;
};

static void fill(const struct flow_facts *facts, struct menu *menu)
{
    const struct fold_user *user = fold_current(facts->fold);
    menu->count = 0;
    menu_add(menu, '1', _("X slip"), _("the shift so far; it goes on"))->off =
        !user || !user->shift_open || user->counting;
    menu_add(menu, '2', _("Printer test"), _("all sizes, a code, the width"));
    menu_add(menu, '3', _("Diagnosis"), _("for the technician"));
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    static const enum page pages[] = {PAGE_X, PAGE_TEST, PAGE_DIAGNOSIS};
    struct state *s = state;
    struct menu menu;
    (void)args;
    if (event->type == EVENT_PRINTED) {
        s->printing = false;
        s->status = event->status;
        s->printed = event->status == TILL_OK;
        return;
    }
    if (event->type != EVENT_ACTION || s->printing)
        return;
    s->printed = false;
    s->status = TILL_OK;
    if (event->as.key.action == ACTION_BACK) {
        effect_back(effects, 0);
        return;
    }
    fill(facts, &menu);
    int chosen = menu_act(&menu, &s->selected, event);
    if (chosen < 0)
        return;
    s->printing = true;
    effect_add(effects, EFFECT_PRINT_PAGE)->as.page.page = pages[chosen];
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    struct menu menu;
    (void)args;
    screen_begin(screen, "pages", KEYS_MENU);
    screen_title(screen, _("Print a page"), facts->terminal);
    fill(facts, &menu);
    menu_show(&menu, s->selected, screen);
    if (s->printing)
        screen_notice(screen, TONE_ACCENT, _("Printing"), "");
    else if (s->printed)
        screen_notice(screen, TONE_ACCENT, _("The page is printed"), "");
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_LOOK, _("The page was not printed"), _(status_text(s->status)));
    screen_key(screen, "OK", _("Print"));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_pages = {"pages", sizeof(struct state), handle, show};
