#include "person_field.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

void words_person(const char *name, const char *user, char *out, size_t capacity)
{
    if (name[0])
        snprintf(out, capacity, _("%.60s (%s)"), name, user);
    else
        text_copy(out, capacity, user);
}

/* Up and down go round those who are known here; nobody is one of them. */
static void offer(struct person_field *p, const struct carry_view *view, bool down)
{
    size_t count = view->people_count + 1;
    p->offered = (p->offered + (down ? 1 : count - 1)) % count;
    typed_set(&p->number, p->offered ? view->people[p->offered - 1].user : "", true);
}

static void ask(struct person_field *p, const struct flow_facts *facts, bool own,
                struct flow_effects *effects)
{
    const struct fold_user *user = fold_current(facts->fold);
    bool is_own = user && strcmp(user->user, p->number.text) == 0;
    p->status = p->number.length == 0 ? TILL_BAD_INPUT : is_own && !own ? TILL_UNCHANGED : TILL_OK;
    if (p->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    text_copy(effect_add(effects, EFFECT_PERSON)->as.account, USER_MAX, p->number.text);
    p->asking = true;
}

enum person_turn person_handle(struct person_field *p, const struct carry_view *view,
                               const struct flow_facts *facts, bool own,
                               const struct flow_event *event, struct flow_effects *effects)
{
    if (event->type == EVENT_PERSON && p->asking) {
        p->asking = false;
        p->status = event->status;
        p->who = *event->as.person;
        if (p->status == TILL_OK)
            return PERSON_KNOWN;
        effect_sound(effects, SOUND_ERROR);
    }
    if (event->type != EVENT_ACTION || p->asking)
        return PERSON_STAYS;
    enum action action = event->as.key.action;
    p->status = TILL_OK;
    if (action == ACTION_BACK)
        return PERSON_LEFT;
    if (action == ACTION_OK)
        ask(p, facts, own, effects);
    else if (action == ACTION_DOWN || action == ACTION_UP)
        offer(p, view, action == ACTION_DOWN);
    else
        typed_act(&p->number, event, USER_DIGITS_MOST);
    return PERSON_STAYS;
}

static const char *what_is_wrong(enum till_status status)
{
    switch (status) {
    case TILL_BAD_INPUT:
        return _("Type a user number.");
    case TILL_UNCHANGED:
        return _("That is you. Type who receives it.");
    case TILL_NOT_FOUND:
        return _("This terminal's book has nobody of that number. Check it; a new colleague comes "
                 "with the next book.");
    case TILL_REFUSED:
        return _("They have no cash of customers: a collector or a supervisor has.");
    default:
        return _(status_text(status));
    }
}

void person_show(const struct person_field *p, const struct carry_view *view, const char *label,
                 struct screen *screen)
{
    char text[SCREEN_TEXT_MAX] = "";
    screen->keys = KEYS_DIGITS;
    bool offered = p->offered > 0 && p->offered <= view->people_count &&
                   strcmp(view->people[p->offered - 1].user, p->number.text) == 0;
    if (offered)
        text_copy(text, sizeof text, view->people[p->offered - 1].name);
    screen_field(screen, label, p->number.text, text);
    if (p->status != TILL_OK)
        screen_notice(screen, TONE_OWED, "", what_is_wrong(p->status));
    else if (view->people_count > 0 && !offered)
        screen_line(screen, _("▲▼ offers who is known here"), "")->left_tone = TONE_QUIET;
    screen_key(screen, "OK", _("Next"));
    screen_key(screen, _("Clear"), _("Correct"));
    screen_key(screen, _("Cancel"), _("Back"));
}
