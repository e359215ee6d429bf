#include "asking.h"

#include <stdio.h>

#include "text.h"
#include "when.h"
#include "words.h"

void asking_begin(struct asking *a, enum local_query_type what, const char *argument,
                  struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_ASK);
    effect->as.query.what = what;
    text_copy(effect->as.query.argument, sizeof effect->as.query.argument, argument);
    *a = (struct asking){.waiting = true};
}

enum asking_end asking_event(struct asking *a, const struct flow_event *event,
                             struct flow_effects *effects)
{
    if (event->type == EVENT_ANSWER && !a->waiting)
        return ASKING_GOES_ON; /* stopped meanwhile */
    if (event->type == EVENT_ANSWER) {
        a->waiting = false;
        a->status = event->status;
        effect_sound(effects, a->status == TILL_OK ? SOUND_OK : SOUND_ERROR);
        return a->status == TILL_OK ? ASKING_ANSWERED : ASKING_FAILED;
    }
    if (!a->waiting || (event->type != EVENT_ACTION && event->type != EVENT_SCANNED))
        return ASKING_OTHERS;
    if (event->type == EVENT_SCANNED || event->as.key.action != ACTION_BACK)
        return ASKING_GOES_ON;
    effect_add(effects, EFFECT_ASK_END);
    a->waiting = false;
    return ASKING_STOPPED;
}

void asking_show_wait(struct screen *screen)
{
    screen_notice(screen, TONE_LOOK, _("Asking the office"),
                  _("The answer comes within 20 seconds, or not at all. Nothing waits for it."));
    screen_key(screen, _("Cancel"), _("Don't wait"));
}

static const struct {
    enum till_status status;
    const char *title, *text;
} reasons[] = {
    {TILL_NO_NETWORK, N_("The line is down"),
     N_("There is no signal here. Ask again where there is one.")},
    {TILL_AIRPLANE, N_("Airplane mode"), N_("Turn it off, then ask again.")},
    {TILL_DEVICE_OFFLINE, N_("The line is down"),
     N_("The part of this terminal that sends does not run. Wait a moment and ask again.")},
    {TILL_TIMEOUT, N_("No answer within 20 seconds"),
     N_("The signal may be weak. Ask again, or go on without.")},
    {TILL_BUSY, N_("The office is at it"),
     N_("It adds up, or many ask at once. Ask again in a moment.")},
    {TILL_NOT_FOUND, N_("The office does not know it"), N_("Check the number.")},
    {TILL_REVOKED, N_("The office has blocked this terminal"),
     N_("It answers nothing to it any more. Call the office.")},
    {TILL_E_PROTOCOL, N_("The answer can't be read"),
     N_("Nothing of it was believed. Ask again; if it stays so, call the office.")},
};

void asking_show_failed(const struct asking *a, const char *otherwise, struct screen *screen)
{
    char text[SCREEN_LONG_MAX];
    const char *title = _("The office gave no answer"), *why = _(status_text(a->status));
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].status == a->status) {
            title = _(reasons[i].title);
            why = _(reasons[i].text);
        }
    }
    snprintf(text, sizeof text, "%.250s%s%.120s", why, otherwise[0] ? "\n" : "", otherwise);
    screen_notice(screen, TONE_LOOK, title, text);
}

void asking_at(const struct flow_facts *facts, int64_t at_s, char *out)
{
    char text[WHEN_TEXT_MAX];
    when_format_minute(facts->site ? facts->site->zone : facts->fold->enrolled.zone, at_s, text);
    text_copy(out, WHEN_TEXT_MAX, text + 5);
}
