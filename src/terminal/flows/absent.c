/*
 * The owner's answer to a close in their absence: before anything else at their next login. The Z
 * stays as it is either way; what is disputed the office settles.
 */
#include <stdio.h>
#include <string.h>

#include "receipt_words.h"
#include "table.h"
#include "text.h"
#include "when.h"
#include "words.h"

struct state {
    struct absence_view view;
    bool known, disputing, waiting;
    struct flow_entries entries;
    enum till_status status;
};

static void answer(struct state *s, const struct flow_facts *facts, bool disputed,
                   struct flow_effects *effects)
{
    const struct fold_user *user = fold_current(facts->fold);
    const struct body_absence_answered body = {.z = user ? user->absent_z : 0,
                                               .disputed = disputed};
    s->status = entry_write_absence_answered(&s->entries.list[0], &body);
    s->entries.count = 1;
    if (s->status != TILL_OK)
        return;
    effect_add(effects, EFFECT_COMMIT_ENTRIES)->as.entries = &s->entries;
    s->waiting = true;
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    if (s->disputing) {
        s->disputing = false;
        if (action == ACTION_OPTION_1)
            answer(s, facts, true, effects);
    } else if (action == ACTION_OK && s->known) {
        answer(s, facts, false, effects);
    } else if (action == ACTION_OPTION_1) {
        s->disputing = true;
    } else if (action == ACTION_BACK) {
        effect_add(effects, EFFECT_LOGOUT);
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    if (event->type == EVENT_START) {
        effect_add(effects, EFFECT_ABSENCE);
    } else if (event->type == EVENT_ABSENCE) {
        s->status = event->status;
        s->known = event->status == TILL_OK;
        if (s->known)
            s->view = *event->as.absence;
    } else if (event->type == EVENT_COMMITTED) {
        s->waiting = false;
        s->status = event->status;
        if (s->status == TILL_OK)
            effect_add(effects, EFFECT_HOME);
        else
            effect_sound(effects, SOUND_ERROR);
    } else if (event->type == EVENT_ACTION && !s->waiting) {
        act(s, facts, event, effects);
    }
}

static void show_what(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    const struct body_closed_in_absence *b = &s->view.body;
    char text[SCREEN_TEXT_MAX], at[WHEN_TEXT_MAX], amount[MONEY_TEXT_MAX];
    int64_t over = b->counted_minor - b->expected_minor;
    when_format_minute(facts->fold->enrolled.zone, s->view.at_s, at);
    snprintf(text, sizeof text, "Z %u · %s", (unsigned)b->z, at);
    screen_line(screen, text, "")->bold = true;
    screen_line(screen, _("Closed by"), s->view.supervisor);
    screen_line(screen, _("Witness"), s->view.witness);
    words_money(facts, b->expected_minor, amount);
    screen_line(screen, _("Should be there"), amount);
    words_money(facts, b->counted_minor, amount);
    screen_line(screen, _("Counted"), amount)->size = SIZE_BIG;
    if (over != 0) {
        words_money(facts, over < 0 ? -over : over, amount);
        screen_line(screen, over > 0 ? _("Over") : _("Short"), amount)->right_tone = TONE_OWED;
    }
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    (void)args;
    screen_begin(screen, "absent", KEYS_CARD);
    screen_title(screen, _("Closed without you"), facts->user_name);
    if (s->disputing) {
        screen_notice(screen, TONE_LOOK, _("Dispute this close?"),
                      _("The office looks into it with all who were there. The figures stay as "
                        "they were counted until then."));
        screen_key(screen, "OK", _("Back"));
        screen_key(screen, "F1", _("I dispute it"));
        return;
    }
    if (s->known)
        show_what(s, facts, screen);
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not recorded"), _(status_text(s->status)));
    if (s->known)
        screen_key(screen, "OK", _("I accept"));
    screen_key(screen, "F1", _("I dispute it"));
    screen_key(screen, _("Cancel"), _("Log out"));
}

const struct flow flow_absent = {"absent", sizeof(struct state), handle, show};
