/*
 * Settings, for the technician: OK changes the one that is selected to its next value. Each change
 * is recorded with the technician's number.
 */
#include <stdio.h>
#include <string.h>

#include "menu.h"
#include "table.h"
#include "text.h"
#include "words.h"

enum { VALUES_MAX = 6, CLOCK_DIGITS = 12 };

struct setting {
    const char *key; /* kept.c */
    const char *label;
    const char *place;
    unsigned values[VALUES_MAX];
    size_t count;
};

static const struct setting settings[] = {
    {"idle_lock_s",
     N_("Idle lock"),
     N_("seconds without a key; 0 = never"),
     {60, 180, 300, 600, 0},
     5},
    {"battery_low", N_("Battery warning"), N_("percent"), {10, 15, 20, 30}, 4},
    {"battery_empty", N_("Battery stop"), N_("percent; then nothing new begins"), {3, 5, 8, 10}, 4},
    {"key_sound", N_("Key sound"), N_("a tick for each key"), {1, 0}, 2},
    {"darkness", N_("Print darkness"), N_("1 pale to 5 dark; 3 as usual"), {1, 2, 3, 4, 5}, 5},
    {"data_kb",
     N_("Data a day"),
     N_("KiB that the SIM may carry; 0 = all it wants"),
     {0, 256, 1024, 5120, 20480},
     5},
    {"numbered_receipts", N_("Numbered receipts"), N_("receipts take numbers of stock"), {0, 1}, 2},
    {"numbered_invoices", N_("Numbered invoices"), N_("invoices take numbers of stock"), {0, 1}, 2},
};
enum { SETTINGS = sizeof settings / sizeof settings[0] };

struct state {
    size_t selected;
    bool clock;    /* being typed */
    bool of_clock; /* what was changed last */
    struct typed digits;
    bool waiting, done;
    enum till_status status;
};

static unsigned value_of(const struct settings_kept *kept, size_t i)
{
    switch (i) {
    case 0:
        return kept->idle_lock_s;
    case 1:
        return kept->battery_low;
    case 2:
        return kept->battery_empty;
    case 3:
        return kept->key_sound;
    case 4:
        return kept->darkness;
    case 5:
        return kept->data_kb;
    case 6:
        return kept->numbered_receipts;
    default:
        return kept->numbered_invoices;
    }
}

static void fill(const struct flow_facts *facts, struct menu *menu)
{
    menu->count = 0;
    for (size_t i = 0; i < SETTINGS; i++) {
        struct menu_item *item =
            menu_add(menu, (char)('1' + i), _(settings[i].label), _(settings[i].place));
        unsigned value = value_of(facts->settings, i);
        if (settings[i].count == 2)
            text_copy(item->detail, sizeof item->detail, value ? _("on") : _("off"));
        else
            snprintf(item->detail, sizeof item->detail, "%u", value);
    }
    menu_add(menu, (char)('1' + SETTINGS), _("Date and time"), _("only if they are wrong"));
}

static void set(struct state *s, const char *key, const char *value, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_SET);
    text_copy(effect->as.set.key, sizeof effect->as.set.key, key);
    text_copy(effect->as.set.value, sizeof effect->as.set.value, value);
    s->of_clock = strcmp(key, "clock") == 0;
    s->waiting = true;
}

static void set_next(struct state *s, const struct flow_facts *facts, size_t i,
                     struct flow_effects *effects)
{
    const struct setting *one = &settings[i];
    unsigned now = value_of(facts->settings, i);
    size_t at = 0;
    char text[16];
    while (at < one->count && one->values[at] != now)
        at++;
    snprintf(text, sizeof text, "%u", one->values[at + 1 < one->count ? at + 1 : 0]);
    set(s, one->key, text, effects);
}

static void act_clock(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    switch (event->as.key.action) {
    case ACTION_OK:
        if (s->digits.length == CLOCK_DIGITS) {
            set(s, "clock", s->digits.text, effects);
            s->clock = false;
        } else {
            effect_sound(effects, SOUND_ERROR);
        }
        break;
    case ACTION_BACK:
        s->clock = false;
        break;
    default:
        typed_act(&s->digits, event, CLOCK_DIGITS);
        break;
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    struct menu menu;
    (void)args;
    if (event->type == EVENT_CHANGED) {
        s->waiting = false;
        s->status = event->status;
        s->done = event->status == TILL_OK;
        effect_sound(effects, s->done ? SOUND_OK : SOUND_ERROR);
    }
    if (event->type != EVENT_ACTION || s->waiting)
        return;
    s->done = false;
    s->status = TILL_OK;
    if (s->clock) {
        act_clock(s, event, effects);
        return;
    }
    if (event->as.key.action == ACTION_BACK) {
        effect_back(effects, 0);
        return;
    }
    fill(facts, &menu);
    int chosen = menu_act(&menu, &s->selected, event);
    if (chosen < 0)
        return;
    if ((size_t)chosen < SETTINGS) {
        set_next(s, facts, (size_t)chosen, effects);
    } else {
        typed_set(&s->digits, "", false);
        s->clock = true;
    }
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    struct menu menu;
    (void)args;
    screen_begin(screen, "settings", s->clock ? KEYS_DIGITS : KEYS_MENU);
    screen_title(screen, _("Settings"), facts->terminal);
    if (s->clock) {
        screen_field(screen, _("Year month day hour minute, 12 digits"), s->digits.text, "");
        screen_notice(screen, TONE_LOOK, "", _("The change is recorded and the office sees it."));
        screen_key(screen, "OK", _("Set"));
        screen_key(screen, _("Cancel"), _("Back"));
        return;
    }
    fill(facts, &menu);
    menu_show(&menu, s->selected, screen);
    bool barred = s->of_clock && (s->status == TILL_REFUSED || s->status == TILL_UNSUPPORTED);
    if (barred)
        screen_notice(screen, TONE_OWED, _("Not changed"),
                      _("The system does not let fieldtill set the clock: its service needs "
                        "CAP_SYS_TIME."));
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not changed"), _(status_text(s->status)));
    else if (s->done)
        screen_notice(screen, TONE_ACCENT, _("Changed and recorded"), "");
    screen_key(screen, "OK", _("Next value"));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_settings = {"settings", sizeof(struct state), handle, show};
