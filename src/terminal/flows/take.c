/*
 * The list of collected accounts that the terminal before us passes on: its codes are scanned in
 * any order, or it is read from a stick. It marks customers and changes no money.
 */
#include <stdio.h>

#include "asking.h"
#include "stick_words.h"
#include "table.h"
#include "text.h"
#include "when.h"
#include "words.h"

enum step { STEP_SCAN, STEP_LEAVE, STEP_WORKING, STEP_ENDED };

struct state {
    enum step step;
    bool refused; /* status says why */
    enum till_status status;
    char terminal[TERMINAL_MAX]; /* whose list is begun, or was refused */
    int64_t at_s;
    unsigned have, pages; /* of the list that is begun; pages 0 = none is */
    char begun_by[TERMINAL_MAX];
    size_t accounts;
    bool by_stick, begun;
};

static void scan(const char *text, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_LIST_SCAN);
    text_copy(effect->as.page_text, sizeof effect->as.page_text, text);
}

static void take_page(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    s->status = event->status;
    s->refused = s->status != TILL_OK;
    text_copy(s->terminal, sizeof s->terminal, event->as.list.terminal);
    if (event->as.list.pages > 0) {
        s->have = event->as.list.have;
        s->pages = event->as.list.pages;
        s->at_s = event->as.list.at_s;
        text_copy(s->begun_by, sizeof s->begun_by, s->terminal);
    }
    if (event->as.list.pages > 0 &&
        s->have == s->pages) { /* all are here: taken, or refused as a whole */
        s->accounts = event->as.list.accounts;
        s->step = STEP_ENDED;
        s->by_stick = false;
    }
    if (s->refused || event->as.list.pages > 0)
        effect_sound(effects, s->refused ? SOUND_ERROR : SOUND_OK);
}

static void forget_pages(struct state *s, struct flow_effects *effects)
{
    s->have = s->pages = 0;
    scan("", effects);
}

static void act_scan(struct state *s, const struct flow_facts *facts,
                     const struct flow_event *event, struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    s->refused = false;
    if (action == ACTION_BACK && s->have > 0) {
        s->step = STEP_LEAVE;
    } else if (action == ACTION_BACK) {
        effect_back(effects, 0);
    } else if (action == ACTION_OPTION_1 && facts->has_stick) {
        s->step = STEP_WORKING;
        effect_add(effects, EFFECT_STICK)->as.value = STICK_LIST_FROM;
    }
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    switch (s->step) {
    case STEP_SCAN:
        act_scan(s, facts, event, effects);
        break;
    case STEP_LEAVE:
        s->step = STEP_SCAN;
        if (event->as.key.action == ACTION_OPTION_1) {
            forget_pages(s, effects);
            effect_back(effects, 0);
        }
        break;
    case STEP_ENDED:
        if (s->status == TILL_OK) {
            effect_back(effects, 0);
            break;
        }
        s->step = STEP_SCAN;
        s->refused = false;
        if (!s->by_stick)
            s->have = s->pages = 0;
        break;
    case STEP_WORKING:
        break;
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    bool scans = s->step == STEP_SCAN || s->step == STEP_LEAVE;
    switch (event->type) {
    case EVENT_START:
        scan("", effects); /* pages of an hour ago are nobody's any more */
        if (args->text[0])
            scan(args->text, effects);
        break;
    case EVENT_SCANNED:
        if (scans) {
            s->step = STEP_SCAN;
            scan(event->as.scanned.text, effects);
        }
        break;
    case EVENT_LIST:
        take_page(s, event, effects);
        break;
    case EVENT_STICK:
        s->step = STEP_ENDED;
        s->by_stick = true;
        s->status = event->status;
        s->begun = event->as.stick.begun;
        s->accounts = (size_t)event->as.stick.records;
        effect_sound(effects, s->status == TILL_OK ? SOUND_OK : SOUND_ERROR);
        break;
    case EVENT_ACTION:
        act(s, facts, event, effects);
        break;
    default:
        break;
    }
}

/* ---- the screen ------------------------------------------------------------------------------ */

/* Of a list as such, however it came. */
static void show_refusal(const struct state *s, struct screen *screen)
{
    char text[SCREEN_TEXT_MAX];
    switch (s->status) {
    case TILL_E_PROTOCOL:
        screen_notice(screen, TONE_LOOK, _("This is no whole list"),
                      _("Take the codes from the other terminal's screen, or its file as it wrote "
                        "it. Nothing was taken."));
        break;
    case TILL_E_SIGNATURE:
        snprintf(text, sizeof text, _("Altered, or not of terminal %s"), s->terminal);
        screen_notice(screen, TONE_OWED, s->terminal[0] ? text : _("Altered, or of somebody else"),
                      _("Nothing of it was taken. Tell the office."));
        break;
    case TILL_NOT_FOUND:
        snprintf(text, sizeof text, _("Terminal %s held none of your books"), s->terminal);
        screen_notice(screen, TONE_LOOK,
                      s->terminal[0] ? text : _("No list for your meter books is here"),
                      _("Lists count only of terminals that your book names. A newer book may name "
                        "it: sync first."));
        break;
    case TILL_REFUSED:
        screen_notice(screen, TONE_LOOK, _("The list is too old"),
                      _("The office knew all of it when it made your book: the book has it."));
        break;
    case TILL_UNCHANGED:
        screen_notice(screen, TONE_NORMAL, _("This list was taken already"), "");
        break;
    case TILL_BAD_INPUT:
        screen_notice(screen, TONE_LOOK, _("None of its customers is in your books"),
                      _("Nothing was taken. Was it made for another terminal?"));
        break;
    case TILL_BUSY:
        snprintf(text, sizeof text, _("A page of another list, of terminal %s"), s->terminal);
        screen_notice(screen, TONE_LOOK, text,
                      _("It was not taken. End the list that is begun first, or leave it."));
        break;
    default:
        screen_notice(screen, TONE_OWED, _("Not done"), _(status_text(s->status)));
        break;
    }
}

static void show_scan(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char text[SCREEN_TEXT_MAX], of[SCREEN_TEXT_MAX], at[WHEN_TEXT_MAX];
    if (s->pages > 0) {
        asking_at(facts, s->at_s, at);
        snprintf(of, sizeof of, _("terminal %s, %.40s"), s->begun_by, at);
        screen_line(screen, of, "")->left_tone = TONE_QUIET;
        snprintf(text, sizeof text, _("%u of %u"), s->have, s->pages);
        struct screen_line *line = screen_line(screen, text, "");
        line->size = SIZE_BIG;
        line->bold = true;
    }
    if (s->refused)
        show_refusal(s, screen);
    else
        screen_notice(screen, TONE_NORMAL,
                      s->pages > 0 ? _("Scan the codes that are missing")
                                   : _("Scan the codes of the other terminal"),
                      _("There: More, Collected list, Pass a list on. In any order; each once."));
    screen_key(screen, _("Scan"), _("Next code"));
    if (facts->has_stick)
        screen_key(screen, "F1", _("From the stick"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_leave(const struct state *s, struct screen *screen)
{
    char heading[SCREEN_TEXT_MAX];
    snprintf(heading, sizeof heading, _("Only %u of %u codes are here"), s->have, s->pages);
    screen_notice(screen, TONE_LOOK, heading,
                  _("Half a list marks nobody. Scan the others too, or leave and forget these."));
    screen_key(screen, "OK", _("Scan on"));
    screen_key(screen, "F1", _("Leave"));
}

static void show_ended(const struct state *s, struct screen *screen)
{
    char heading[SCREEN_TEXT_MAX];
    if (s->status == TILL_OK) {
        snprintf(heading, sizeof heading, _("%zu customers are marked as collected"), s->accounts);
        screen_notice(screen, TONE_ACCENT, heading,
                      s->by_stick ? _("You may take the stick out. What they owe stays as it is "
                                      "until a book comes: ask for their paper.")
                                  : _("What they owe stays as it is until a book comes: ask for "
                                      "their paper."));
    } else if (!s->by_stick || !stick_show_fault(s->status, s->begun, screen)) {
        show_refusal(s, screen);
    }
    screen_key(screen, "OK", _("Continue"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    (void)args;
    screen_begin(screen, "take", KEYS_CARD);
    screen_title(screen, _("Take a list over"), facts->terminal);
    switch (s->step) {
    case STEP_SCAN:
        show_scan(s, facts, screen);
        break;
    case STEP_LEAVE:
        show_leave(s, screen);
        break;
    case STEP_WORKING:
        screen_notice(screen, TONE_LOOK, _("Reading the stick"),
                      _("Leave it in until this says that you may take it out."));
        break;
    case STEP_ENDED:
        show_ended(s, screen);
        break;
    }
}

const struct flow flow_take = {"take", sizeof(struct state), handle, show};
