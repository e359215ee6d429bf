/*
 * Home: the day at a glance; a digit chooses.
 */
#include <stdio.h>
#include <string.h>

#include "table.h"
#include "text.h"
#include "when.h"
#include "words.h"

static void choose(const struct flow_facts *facts, int digit, struct flow_effects *effects)
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
        effect_go(effects, FLOW_LIMITS, NULL);
        break;
    case 6:
        effect_go(effects, FLOW_MORE, NULL);
        break;
    case 7:
        if (facts->role != ROLE_TECHNICIAN)
            effect_go(effects, FLOW_REPORTS, NULL);
        break;
    default:
        break;
    }
}

/* A paper of ours is checked; anything else is looked for in the book. */
static void scan(const char *text, const struct flow_facts *facts, struct flow_effects *effects)
{
    const char *url = facts->site ? facts->site->receipt_url : "";
    struct flow_args next = {.digit = -1};
    text_copy(next.text, sizeof next.text, text);
    if (strncmp(text, "FTC1:", 5) == 0) { /* a page of a list of collected accounts */
        effect_go(effects, FLOW_TAKE, &next);
        return;
    }
    bool receipt = url[0] != '\0' && strncmp(text, url, strlen(url)) == 0;
    effect_go(effects, receipt ? FLOW_RECEIPT : FLOW_FIND, &next);
}

/* OK: a message that nobody has read comes before the work. */
static void open_first(const struct flow_facts *facts, struct flow_effects *effects)
{
    effect_go(effects, facts->messages_new > 0 ? FLOW_MESSAGES : FLOW_BOOKS, NULL);
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    const struct flow_args none = {.digit = -1};
    (void)state;
    (void)args;
    if (event->type == EVENT_SCANNED)
        scan(event->as.scanned.text, facts, effects);
    if (event->type != EVENT_ACTION)
        return;
    if (event->as.key.action == ACTION_DIGIT)
        choose(facts, event->as.key.digit, effects);
    else if (event->as.key.action == ACTION_OK)
        open_first(facts, effects);
    else if (event->as.key.action == ACTION_OPTION_1)
        effect_go(effects, FLOW_CLOSE, &none);
}

static void show_limit_tile(const struct flow_facts *facts, struct screen *screen)
{
    char text[SCREEN_TEXT_MAX];
    if (facts->limit.limit == LIMIT_NONE)
        text_copy(text, sizeof text, _("within the limits"));
    else
        snprintf(text, sizeof text, "%.90s %d %%", _(limit_text((int)facts->limit.limit)),
                 facts->limit.percent);
    screen_tile(screen, '5', _("Cash and limits"), text);
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
    show_limit_tile(facts, screen);
    if (facts->messages_new > 0)
        snprintf(text, sizeof text, _("%zu new messages"), facts->messages_new);
    else
        text_copy(text, sizeof text, _("messages, basket, log out"));
    screen_tile(screen, '6', _("More"), text);
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    (void)state;
    (void)args;
    char date[WHEN_TEXT_MAX], title[SCREEN_TEXT_MAX], whose[SCREEN_TEXT_MAX];
    screen_begin(screen, "home", KEYS_MENU);
    const struct fold_user *user = fold_current(facts->fold);
    /* Who has had no shift has no business date. */
    bool dated = user && user->business_date != 0;
    when_format_date(dated ? user->business_date : facts->today, date);
    snprintf(title, sizeof title, _("Today %s"), date + 5);
    words_whose(facts, whose, sizeof whose);
    screen_title(screen, title, whose);
    show_tiles(facts, screen);
    if (facts->stopped)
        screen_notice(screen, TONE_OWED, _("Collecting is stopped: call the office"), "");
    else if (facts->clock != CLOCK_FINE)
        screen_notice(screen, TONE_OWED, _("The date or time is wrong: nothing is taken"), "");
    else if (facts->limit.reached)
        screen_notice(screen, TONE_OWED, _("A limit is reached: 5 says the way out"), "");
    else if (facts->battery_low)
        screen_notice(screen, TONE_LOOK, _("The battery is low: charge it soon"), "");
    screen_key(screen, "OK", facts->messages_new > 0 ? _("Read the message") : _("Walk the book"));
    screen_key(screen, "1-6", _("Choose"));
    screen_key(screen, "F1", _("Day close"));
    screen_key(screen, "#", _("Help"));
}

const struct flow flow_home = {"home", 1, handle, show};
