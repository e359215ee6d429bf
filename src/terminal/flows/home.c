/*
 * Home: the day at a glance; a digit chooses.
 */
#include <stdio.h>

#include "table.h"
#include "text.h"
#include "when.h"
#include "words.h"

struct state {
    bool leaving; /* asked once whether to log out */
};

static void choose(struct state *s, int digit, struct flow_effects *effects)
{
    struct flow_args args = {.digit = -1};
    switch (digit) {
    case 1:
        effect_go(effects, FLOW_BOOKS, NULL);
        break;
    case 2:
        effect_go(effects, FLOW_FIND, &args);
        break;
    case 3:
        effect_go(effects, FLOW_DUPLICATE, NULL);
        break;
    case 4:
        effect_go(effects, FLOW_SYNC, NULL);
        break;
    case 5:
        effect_add(effects, EFFECT_LANGUAGE);
        break;
    case 6:
        s->leaving = true;
        break;
    default:
        break;
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    (void)facts;
    if (event->type == EVENT_SCANNED) {
        struct flow_args find = {.digit = -1};
        text_copy(find.text, sizeof find.text, event->as.scanned.text);
        effect_go(effects, FLOW_FIND, &find);
        return;
    }
    if (event->type != EVENT_ACTION)
        return;
    enum action action = event->as.key.action;
    if (s->leaving) {
        s->leaving = false;
        if (action == ACTION_OK)
            effect_add(effects, EFFECT_LOGOUT);
    } else if (action == ACTION_DIGIT) {
        choose(s, event->as.key.digit, effects);
    } else if (action == ACTION_OK) {
        choose(s, 1, effects);
    }
}

static void show_tiles(const struct flow_facts *facts, struct screen *screen)
{
    const struct fold_user *user = fold_current(facts->fold);
    char text[SCREEN_TEXT_MAX];
    screen_tiles(screen);
    snprintf(text, sizeof text, _("%u taken this shift"), user ? (unsigned)user->receipts : 0);
    screen_tile(screen, '1', _("Walk the book"), text);
    screen_tile(screen, '2', _("Find"), _("account or meter number"));
    if (facts->fold->last_receipt_seq) {
        char number[RECEIPT_NUMBER_MAX];
        receipt_number_format("", facts->fold->last_receipt_seq, number);
        snprintf(text, sizeof text, _("latest %s"), number + 1);
        screen_tile(screen, '3', _("Print again"), text);
    } else {
        screen_tile(screen, '3', _("Print again"), _("nothing printed yet"))->off = true;
    }
    if (facts->unsent == 0)
        snprintf(text, sizeof text, "%s", _("all sent"));
    else
        snprintf(text, sizeof text, _("%llu to send"), (unsigned long long)facts->unsent);
    screen_tile(screen, '4', _("Send"), text);
    screen_tile(screen, '5', _("other language"), _("language"));
    screen_tile(screen, '6', _("Log out"), _("the shift stays open"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    (void)args;
    char date[WHEN_TEXT_MAX], title[SCREEN_TEXT_MAX], whose[SCREEN_TEXT_MAX];
    screen_begin(screen, "home", s->leaving ? KEYS_CARD : KEYS_MENU);
    const struct fold_user *user = fold_current(facts->fold);
    when_format_date(user ? user->business_date : facts->today, date);
    snprintf(title, sizeof title, _("Today %s"), date + 5);
    words_whose(facts, whose, sizeof whose);
    screen_title(screen, title, whose);
    if (s->leaving) {
        screen_notice(screen, TONE_LOOK, _("Log out?"),
                      _("The shift stays open and nothing is lost. Records are sent on."));
        screen_key(screen, "OK", _("Log out"));
        screen_key(screen, _("Cancel"), _("Stay"));
        return;
    }
    show_tiles(facts, screen);
    if (facts->stopped)
        screen_notice(screen, TONE_OWED, _("Collecting is stopped: call the office"), "");
    screen_key(screen, "OK", _("Walk the book"));
    screen_key(screen, "1-6", _("Choose"));
}

const struct flow flow_home = {"home", sizeof(struct state), handle, show};
