/*
 * The battery is empty: the step at hand was finished, nothing new begins until it is charged.
 */
#include <stdio.h>

#include "table.h"
#include "text.h"
#include "words.h"

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    (void)state;
    (void)args;
    if (event->type == EVENT_FACTS && !facts->battery_empty)
        effect_back(effects, 0);
    else if (event->type == EVENT_ACTION)
        effect_sound(effects, SOUND_ATTENTION);
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    char text[SCREEN_TEXT_MAX];
    (void)state;
    (void)args;
    screen_begin(screen, "power", KEYS_MESSAGE);
    screen_title(screen, _("Battery empty"), facts->terminal);
    snprintf(text, sizeof text, _("%u %% left"), (unsigned)facts->battery_percent);
    screen_notice(screen, TONE_OWED, text,
                  _("Everything is recorded. Connect the charger, or change the battery: the work "
                    "goes on where it stands."));
}

const struct flow flow_power = {"power", 1, handle, show};
