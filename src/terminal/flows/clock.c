/*
 * The clock can't be believed. Behind what is proven: whoever works here types date and time.
 * Far after all that is known: they agree, by a fresh press, or set it. The office told another
 * time and it can't be set here: what is to be done. A head over the line ends all three.
 */
#include <stdio.h>

#include "table.h"
#include "text.h"
#include "when.h"
#include "words.h"

enum { CLOCK_DIGITS = 12 };

struct state {
    bool typing;
    bool waiting;
    struct typed digits;
    enum till_status status; /* of the last try */
};

static bool is_typing(const struct state *s, const struct flow_facts *facts)
{
    return facts->clock == CLOCK_BEHIND || (s->typing && facts->clock == CLOCK_UNSURE);
}

static void set(struct state *s, const char *key, const char *value, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_SET);
    text_copy(effect->as.set.key, sizeof effect->as.set.key, key);
    text_copy(effect->as.set.value, sizeof effect->as.set.value, value);
    s->waiting = true;
}

/* Without an answer to it nobody goes on to the day. */
static void leave(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    if (facts->clock != CLOCK_UNSURE)
        effect_back(effects, 0);
    else if (s->typing)
        s->typing = false;
    else
        effect_add(effects, EFFECT_LOGOUT);
}

static void accept(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    if (!is_typing(s, facts) && facts->clock == CLOCK_UNSURE)
        set(s, "clock_agreed", "1", effects);
    else if (!is_typing(s, facts))
        effect_back(effects, 0);
    else if (s->digits.length == CLOCK_DIGITS)
        set(s, "clock", s->digits.text, effects);
    else
        effect_sound(effects, SOUND_ERROR);
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    bool typing = is_typing(s, facts);
    s->status = TILL_OK;
    switch (event->as.key.action) {
    case ACTION_OK:
        accept(s, facts, effects);
        break;
    case ACTION_BACK:
        leave(s, facts, effects);
        break;
    case ACTION_OPTION_1:
        if (typing || facts->clock != CLOCK_UNSURE) {
            effect_go(effects, FLOW_SYNC, NULL);
        } else {
            typed_set(&s->digits, "", false);
            s->typing = true;
        }
        break;
    default:
        if (typing)
            typed_act(&s->digits, event, CLOCK_DIGITS);
        break;
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    switch (event->type) {
    case EVENT_CHANGED:
        s->waiting = false;
        s->status = event->status;
        effect_sound(effects, s->status == TILL_OK ? SOUND_OK : SOUND_ERROR);
        if (s->status == TILL_OK)
            effect_back(effects, 1);
        break;
    case EVENT_FACTS:
    case EVENT_CLOCK:
    case EVENT_RESUMED:
        if (facts->clock == CLOCK_FINE && !s->waiting)
            effect_back(effects, 1);
        break;
    case EVENT_ACTION:
        if (!s->waiting)
            act(s, facts, event, effects);
        break;
    default:
        break;
    }
}

static void show_moment(const char *label, const struct flow_facts *facts, int64_t at_s,
                        struct screen *screen)
{
    char text[WHEN_TEXT_MAX];
    when_format_minute(facts->fold->enrolled.zone, at_s, text);
    screen_line(screen, label, text);
}

static void show_refusal(const struct state *s, struct screen *screen)
{
    const char *why = s->status == TILL_BAD_INPUT
                          ? _("It must be a real date, not before what is known and not more than "
                              "400 days after it.")
                      : s->status == TILL_REFUSED || s->status == TILL_UNSUPPORTED
                          ? _("This device does not let its clock be set here. Go where there is "
                              "a signal, or call a technician.")
                          : _(status_text(s->status));
    screen_notice(screen, TONE_OWED, _("Not set"), why);
}

static void show_typing(const struct state *s, const struct flow_facts *facts,
                        struct screen *screen)
{
    screen_begin(screen, "clock", KEYS_DIGITS);
    screen_title(screen, _("Date and time"), facts->terminal);
    show_moment(_("The clock says"), facts, facts->now_s, screen);
    show_moment(_("Known: later than"), facts, facts->clock_floor_s, screen);
    screen_field(screen, _("Year month day hour minute, 12 digits"), s->digits.text, "");
    if (s->status != TILL_OK)
        show_refusal(s, screen);
    else
        screen_notice(screen, TONE_LOOK, "", _("The change is recorded and the office sees it."));
    screen_key(screen, "OK", _("Set"));
    screen_key(screen, "F1", _("Sync"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_question(const struct state *s, const struct flow_facts *facts,
                          struct screen *screen)
{
    char date[WHEN_TEXT_MAX], heading[SCREEN_TEXT_MAX];
    screen_begin(screen, "clock_sure", KEYS_CARD);
    screen->fresh = true;
    screen_title(screen, _("Date and time"), facts->terminal);
    show_moment(_("The clock says"), facts, facts->now_s, screen);
    when_format_date(facts->today, date);
    snprintf(heading, sizeof heading, _("Is today really %s?"), date);
    if (s->status != TILL_OK)
        show_refusal(s, screen);
    else
        screen_notice(screen, TONE_LOOK, heading,
                      _("More than 30 days have passed since this terminal last knew. Late fees "
                        "go by this date."));
    screen_key(screen, "OK", _("Yes, it is"));
    screen_key(screen, "F1", _("Set the clock"));
    screen_key(screen, _("Cancel"), _("Log out"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char text[SCREEN_LONG_MAX];
    (void)args;
    if (is_typing(s, facts)) {
        show_typing(s, facts, screen);
        return;
    }
    if (facts->clock == CLOCK_UNSURE) {
        show_question(s, facts, screen);
        return;
    }
    screen_begin(screen, "clock_off", KEYS_CARD);
    screen_title(screen, _("Date and time"), facts->terminal);
    show_moment(_("The clock says"), facts, facts->now_s, screen);
    words_clock(facts, text, sizeof text);
    if (facts->clock == CLOCK_OFF)
        screen_notice(screen, TONE_OWED, _("The date or time is wrong"), text);
    screen_key(screen, "OK", _("Go on"));
    screen_key(screen, "F1", _("Sync"));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_clock = {"clock", sizeof(struct state), handle, show};
