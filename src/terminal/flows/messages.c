/*
 * Messages of the office, the newest first. OK says that it was read; that is recorded.
 */
#include <stdio.h>

#include "table.h"
#include "text.h"
#include "when.h"
#include "words.h"

struct state {
    size_t at;
    bool waiting;
};

static void read_it(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    const struct flow_message *m = &facts->messages[s->at];
    if (m->id > facts->fold->message_id) {
        struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
        effect->as.commit.kind = KIND_MESSAGE_SHOWN;
        effect->as.commit.body.message.id = m->id;
        s->waiting = true;
    } else {
        effect_back(effects, 0);
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    if (event->type == EVENT_COMMITTED) {
        s->waiting = false;
        effect_sound(effects, event->status == TILL_OK ? SOUND_OK : SOUND_ERROR);
        if (event->status == TILL_OK)
            effect_back(effects, 0);
        return;
    }
    if (event->type != EVENT_ACTION || s->waiting)
        return;
    if (s->at >= facts->message_count)
        s->at = 0;
    enum action action = event->as.key.action;
    if (action == ACTION_DOWN && s->at + 1 < facts->message_count)
        s->at++;
    else if (action == ACTION_UP && s->at > 0)
        s->at--;
    else if (action == ACTION_OK && facts->message_count > 0)
        read_it(s, facts, effects);
    else if (action == ACTION_BACK || action == ACTION_OK)
        effect_back(effects, 0);
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char text[SCREEN_TEXT_MAX] = "", date[WHEN_TEXT_MAX];
    (void)args;
    screen_begin(screen, "messages", KEYS_CARD);
    if (facts->message_count > 1)
        snprintf(text, sizeof text, "%zu / %zu", s->at + 1, facts->message_count);
    screen_title(screen, _("From the office"), text);
    if (s->at >= facts->message_count) {
        screen_notice(screen, TONE_QUIET, _("No messages"), "");
        screen_key(screen, "OK", _("Back"));
        return;
    }
    const struct flow_message *m = &facts->messages[s->at];
    bool is_new = m->id > facts->fold->message_id;
    when_format_minute(facts->fold->enrolled.zone, m->at_s, date);
    screen_line(screen, date, is_new ? _("new") : _("read"))->right_tone =
        is_new ? TONE_LOOK : TONE_QUIET;
    screen_notice(screen, is_new ? TONE_LOOK : TONE_NORMAL, "", m->text);
    screen_key(screen, "OK", is_new ? _("I have read it") : _("Back"));
    if (facts->message_count > 1)
        screen_key(screen, "▲▼", _("Choose"));
}

const struct flow flow_messages = {"messages", sizeof(struct state), handle, show};
