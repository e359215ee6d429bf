/*
 * One message; OK goes on.
 */
#include "table.h"
#include "text.h"
#include "words.h"

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    (void)state;
    (void)args;
    (void)facts;
    if (event->type == EVENT_ACTION &&
        (event->as.key.action == ACTION_OK || event->as.key.action == ACTION_BACK))
        effect_back(effects, 0);
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    (void)state;
    (void)facts;
    screen_begin(screen, "notice", KEYS_MESSAGE);
    screen_title(screen, args->heading, facts->terminal);
    screen_notice(screen, (enum screen_tone)args->tone, args->heading, args->text);
    screen_key(screen, "OK", _("Go on"));
}

const struct flow flow_notice = {"notice", 1, handle, show};
