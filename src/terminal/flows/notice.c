/*
 * One message; OK goes on, or opens what helps.
 */
#include "table.h"
#include "text.h"
#include "words.h"

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    /* Which limit it is about, and how much is asked of it. */
    const struct flow_args next = {.digit = args->digit, .amount_minor = args->amount_minor};
    (void)state;
    (void)facts;
    if (event->type != EVENT_ACTION)
        return;
    if (event->as.key.action == ACTION_OK && args->next)
        effect_replace(effects, args->next, &next);
    else if (event->as.key.action == ACTION_OK || event->as.key.action == ACTION_BACK)
        effect_back(effects, 0);
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    (void)state;
    (void)facts;
    screen_begin(screen, "notice", KEYS_MESSAGE);
    screen_title(screen, _("Please note"), facts->terminal);
    screen_notice(screen, (enum screen_tone)args->tone, args->heading, args->text);
    screen_key(screen, "OK", args->next ? _("What to do") : _("Go on"));
    if (args->next)
        screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_notice = {"notice", 1, handle, show};
