/*
 * Enrolment: a ticket found in the state folder, scanned, or typed; then keys, journal, first book.
 */
#include <stdio.h>
#include <string.h>

#include "enrol.h"
#include "table.h"
#include "text.h"
#include "words.h"

enum step { STEP_ASK, STEP_TYPE, STEP_WORKING, STEP_BOOK, STEP_FAILED };

enum { TYPED_MOST = 32 };

struct state {
    enum step step;
    struct typed digits;
    struct enrol_ticket ticket; /* of a file or a scan */
    enum till_status status;
};

static bool take_ticket(struct state *s, const char *text)
{
    return enrol_ticket_read(text, strlen(text), &s->ticket) == TILL_OK;
}

static void begin(struct state *s, const char *ticket, struct flow_effects *effects)
{
    s->step = STEP_WORKING;
    struct flow_effect *effect = effect_add(effects, EFFECT_ENROL);
    text_copy(effect->as.ticket, sizeof effect->as.ticket, ticket);
}

static void begin_from_file(struct state *s, const struct flow_facts *facts,
                            struct flow_effects *effects)
{
    char text[sizeof facts->ticket];
    if (enrol_ticket_write(&s->ticket, text, sizeof text) == TILL_OK)
        begin(s, text, effects);
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    if (s->step == STEP_ASK && action == ACTION_OK)
        begin_from_file(s, facts, effects);
    else if (s->step == STEP_ASK && action == ACTION_OPTION_1)
        s->step = STEP_TYPE;
    else if (action == ACTION_OPTION_2 && s->step != STEP_WORKING)
        effect_add(effects, EFFECT_LANGUAGE);
    else if (s->step == STEP_TYPE && action == ACTION_DIGIT)
        typed_digit(&s->digits, event->as.key.digit, TYPED_MOST);
    else if (s->step == STEP_TYPE && action == ACTION_ERASE)
        typed_erase(&s->digits);
    else if (s->step == STEP_TYPE && action == ACTION_OK)
        begin(s, s->digits.text, effects);
    else if (s->step == STEP_TYPE && action == ACTION_BACK && s->ticket.terminal[0])
        s->step = STEP_ASK;
    else if (s->step == STEP_BOOK && action == ACTION_OK)
        effect_add(effects, EFFECT_SYNC_NOW);
    else if (s->step == STEP_FAILED && (action == ACTION_OK || action == ACTION_BACK))
        s->step = s->ticket.terminal[0] ? STEP_ASK : STEP_TYPE;
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    switch (event->type) {
    case EVENT_START:
        s->step = take_ticket(s, facts->ticket) ? STEP_ASK : STEP_TYPE;
        if (facts->terminal[0])
            s->step = STEP_BOOK;
        break;
    case EVENT_SCANNED:
        if (s->step != STEP_WORKING && s->step != STEP_BOOK &&
            take_ticket(s, event->as.scanned.text))
            s->step = STEP_ASK;
        else
            effect_sound(effects, SOUND_ERROR);
        break;
    case EVENT_ENROLLED:
        s->status = event->status;
        s->step = event->status == TILL_OK ? STEP_BOOK : STEP_FAILED;
        effect_sound(effects, event->status == TILL_OK ? SOUND_OK : SOUND_ERROR);
        break;
    case EVENT_BOOK:
        if (event->status == TILL_OK)
            effect_add(effects, EFFECT_HOME);
        else
            s->status = event->status;
        break;
    case EVENT_ACTION:
        act(s, facts, event, effects);
        break;
    default:
        break;
    }
}

static void show_ticket(const struct state *s, struct screen *screen)
{
    char fingerprint[2 * HASH_SIZE + 1] = "";
    screen_line(screen, _("Terminal number"), s->ticket.terminal)->size = SIZE_BIG;
    screen_line(screen, _("Office server"), s->ticket.url);
    if (s->ticket.whole)
        hex_encode((struct span){s->ticket.authority, 8}, fingerprint);
    else
        text_copy(fingerprint, sizeof fingerprint, s->ticket.typed);
    screen_line(screen, _("Fingerprint"), fingerprint)->right_tone = TONE_QUIET;
    screen_space(screen);
    screen_notice(screen, TONE_ACCENT, _("Enrol this terminal?"),
                  _("Compare the number with the paper from the office, then press OK."));
}

static void show_working(const struct state *s, const struct flow_facts *facts,
                         struct screen *screen)
{
    if (s->step == STEP_FAILED) {
        screen_notice(screen, TONE_OWED, _("Not enrolled"), _(status_text(s->status)));
        screen_key(screen, "OK", _("Try again"));
    } else if (s->step == STEP_BOOK) {
        screen_line(screen, _("Enrolled"), facts->terminal)->size = SIZE_BIG;
        if (s->status != TILL_OK)
            screen_notice(screen, TONE_OWED, _("No meter book yet"), _(status_text(s->status)));
        else
            screen_notice(screen, TONE_ACCENT, _("Fetching the meter book"),
                          facts->bearer ? _("This takes a moment. Keep the terminal on.")
                                        : _("There is no signal. Go where there is some."));
        screen_key(screen, "OK", _("Try now"));
    } else {
        screen_notice(screen, TONE_ACCENT, _("Enrolling"),
                      facts->bearer ? _("This takes a moment. Keep the terminal on.")
                                    : _("There is no signal. Go where there is some."));
    }
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    (void)args;
    screen_begin(screen, "enrol", s->step == STEP_TYPE ? KEYS_DIGITS : KEYS_CARD);
    screen_title(screen, _("Enrolment"), facts->version);
    if (s->step == STEP_ASK) {
        show_ticket(s, screen);
        screen_key(screen, "OK", _("Enrol"));
        screen_key(screen, "F1", _("Type a code"));
        screen_key(screen, "F2", _("other language"));
    } else if (s->step == STEP_TYPE) {
        screen_line(screen, _("Type the digits of the enrolment paper,"), "");
        screen_line(screen, _("or scan its QR code."), "");
        screen_field(screen, _("Digits"), s->digits.text, "");
        screen->blocks[screen->block_count - 1].as.field.left_aligned = true;
        screen_key(screen, "OK", _("Enrol"));
        screen_key(screen, _("Clear"), _("Correct"));
        screen_key(screen, "F2", _("other language"));
    } else {
        show_working(s, facts, screen);
    }
}

const struct flow flow_enrol = {"enrol", sizeof(struct state), handle, show};
