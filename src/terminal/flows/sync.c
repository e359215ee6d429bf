/*
 * How the line is: what is sent, what the office has confirmed, how old the book is. OK sends now.
 */
#include <stdio.h>

#include "table.h"
#include "text.h"
#include "when.h"
#include "words.h"

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    (void)state;
    (void)args;
    if (event->type != EVENT_ACTION)
        return;
    if (event->as.key.action == ACTION_OK) {
        effect_add(effects, EFFECT_SYNC_NOW);
        effect_sound(effects, facts->bearer ? SOUND_KEY : SOUND_ERROR);
    } else if (event->as.key.action == ACTION_OPTION_1 && facts->has_stick) {
        effect_go(effects, FLOW_STICK, NULL);
    } else if (event->as.key.action == ACTION_BACK) {
        effect_back(effects, 0);
    }
}

static const char *link_words(const struct flow_facts *facts)
{
    if (!facts->bearer)
        return _("no signal");
    switch (facts->link.state) {
    case LINK_WORKING:
        return _("sending");
    case LINK_IDLE:
        return _("connected");
    case LINK_BACKING_OFF:
        return _("trying again soon");
    case LINK_NOT_ENROLLED:
        return _("not enrolled");
    default:
        return _("waiting");
    }
}

static void show_contact(const struct flow_facts *facts, struct screen *screen)
{
    char text[SCREEN_TEXT_MAX], age[SCREEN_TEXT_MAX];
    if (facts->link.last_contact_s) {
        words_age(facts->now_s - facts->link.last_contact_s, age, sizeof age);
        snprintf(text, sizeof text, _("%s ago"), age);
    } else {
        text_copy(text, sizeof text, _("never"));
    }
    screen_line(screen, _("Last contact"), text);
    snprintf(text, sizeof text, "%llu", (unsigned long long)facts->unsent);
    screen_line(screen, _("Records to send"), text)->bold = true;
    if (facts->ack && facts->ack->seq)
        receipt_number_format(facts->terminal, facts->ack->seq, text);
    else
        text_copy(text, sizeof text, _("nothing yet"));
    screen_line(screen, _("Confirmed by the office through"), text);
    words_book_made(facts, text, sizeof text);
    screen_line(screen, _("Meter book"), text);
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    (void)state;
    (void)args;
    screen_begin(screen, "sync", KEYS_CARD);
    screen_title(screen, _("Send"), facts->terminal);
    screen_line(screen, _("Line"), link_words(facts));
    show_contact(facts, screen);
    if (facts->link.state == LINK_BACKING_OFF && facts->link.status != TILL_OK)
        screen_notice(screen, TONE_LOOK, _("The last try failed"),
                      _(status_text(facts->link.status)));
    else if (!facts->bearer)
        screen_notice(screen, TONE_LOOK, _("No signal"),
                      _("Work goes on. Everything is kept and sent when the signal is back."));
    screen_key(screen, "OK", _("Send now"));
    if (facts->has_stick)
        screen_key(screen, "F1", _("USB stick"));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_sync = {"sync", 1, handle, show};
