/*
 * Messages of the office, the newest first. OK says that it was read; that is recorded, by the
 * newest that was: so they are read in the order in which they came, none is passed over.
 */
#include <stdio.h>

#include "table.h"
#include "text.h"
#include "when.h"
#include "words.h"

struct state {
    uint64_t id; /* of the one that stands; 0: the first that is to be read */
    bool waiting;
};

static bool is_new(const struct flow_facts *facts, size_t at)
{
    return facts->messages[at].id > facts->fold->message_id;
}

/* The oldest that nobody has read, or the newest of all. */
static size_t first_to_read(const struct flow_facts *facts)
{
    size_t at = 0;
    while (at + 1 < facts->message_count && is_new(facts, at + 1))
        at++;
    return at;
}

/* By its number: another may come while it is read. */
static size_t standing(const struct state *s, const struct flow_facts *facts)
{
    for (size_t i = 0; i < facts->message_count && s->id != 0; i++)
        if (facts->messages[i].id == s->id)
            return i;
    return first_to_read(facts);
}

static void read_it(struct state *s, const struct flow_facts *facts, size_t at,
                    struct flow_effects *effects)
{
    if (!is_new(facts, at)) {
        effect_back(effects, 0);
    } else if (at != first_to_read(facts)) {
        s->id = 0;
    } else {
        struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
        effect->as.commit.kind = KIND_MESSAGE_SHOWN;
        effect->as.commit.body.message.id = facts->messages[at].id;
        s->waiting = true;
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
            s->id = 0;
        if (event->status == TILL_OK && facts->messages_new == 0)
            effect_back(effects, 0);
        return;
    }
    if (event->type != EVENT_ACTION || s->waiting)
        return;
    size_t at = standing(s, facts);
    enum action action = event->as.key.action;
    if (action == ACTION_DOWN && at + 1 < facts->message_count)
        s->id = facts->messages[at + 1].id;
    else if (action == ACTION_UP && at > 0 && at < facts->message_count)
        s->id = facts->messages[at - 1].id;
    else if (action == ACTION_OK && facts->message_count > 0)
        read_it(s, facts, at, effects);
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
    size_t at = standing(s, facts);
    if (facts->message_count > 1)
        snprintf(text, sizeof text, "%zu / %zu", at + 1, facts->message_count);
    screen_title(screen, _("From the office"), text);
    if (facts->message_count == 0) {
        screen_notice(screen, TONE_QUIET, _("No messages"), "");
        screen_key(screen, "OK", _("Back"));
        return;
    }
    const struct flow_message *m = &facts->messages[at];
    bool unread = is_new(facts, at);
    when_format_minute(facts->fold->enrolled.zone, m->at_s, date);
    screen_line(screen, date, unread ? _("new") : _("read"))->right_tone =
        unread ? TONE_LOOK : TONE_QUIET;
    screen_notice(screen, unread ? TONE_LOOK : TONE_NORMAL, "", m->text);
    screen_key(screen, "OK", unread ? _("I have read it") : _("Back"));
    if (facts->message_count > 1)
        screen_key(screen, "▲▼", _("Choose"));
}

const struct flow flow_messages = {"messages", sizeof(struct state), handle, show};
