/*
 * A report leaves the terminal: on paper, one after the other where it is long, as a file on a USB
 * stick, or as a copy to the office.
 */
#include <stdio.h>
#include <string.h>

#include "menu.h"
#include "report_words.h"
#include "stick_words.h"
#include "table.h"
#include "text.h"

enum step { STEP_CHOOSE, STEP_PRINTING, STEP_WRITING, STEP_SENDING, STEP_ENDED };

struct state {
    enum step step;
    size_t selected;
    enum report_form form;
    unsigned part, parts; /* papers; from 0 */
    enum till_status status;
    bool begun; /* a stick was in */
    uint64_t files;
    char file[SCREEN_TEXT_MAX]; /* the last that was written */
};

static unsigned papers(const struct flow_args *args, enum report_form form)
{
    size_t rows = report_rows_a_paper(form);
    return (unsigned)((args->report.offset + rows - 1) / rows);
}

static void fill(const struct flow_args *args, const struct flow_facts *facts, struct menu *menu)
{
    struct menu_item *item;
    bool printer = facts->printer != TILL_UNSUPPORTED;
    menu->count = 0;
    item = menu_add(menu, '1', _("Print, compact"), _("two lines a row"));
    item->off = !printer;
    if (papers(args, REPORT_PAPER_SHORT) > 1)
        snprintf(item->detail, sizeof item->detail, _("%u papers"),
                 papers(args, REPORT_PAPER_SHORT));
    item = menu_add(menu, '2', _("Print, full"), _("all figures of each row"));
    item->off = !printer;
    if (papers(args, REPORT_PAPER_FULL) > 1)
        snprintf(item->detail, sizeof item->detail, _("%u papers"),
                 papers(args, REPORT_PAPER_FULL));
    menu_add(menu, '3', _("Table to the stick"), _("CSV, for a spreadsheet"))->off =
        !facts->has_stick;
    menu_add(menu, '4', _("Sheet to the stick"), _("PDF, to print at the office"))->off =
        !facts->has_stick;
    menu_add(menu, '5', _("Table to the office"), _("over the line, a copy to read"));
}

static bool is_paper(enum report_form form)
{
    return form == REPORT_PAPER_SHORT || form == REPORT_PAPER_FULL;
}

static void out(struct state *s, const struct flow_args *args, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_REPORT_OUT);
    effect->as.report = args->report;
    effect->as.report.offset = 0;
    effect->as.report.form = s->form;
    effect->as.report.part = s->part;
    s->step = is_paper(s->form)             ? STEP_PRINTING
              : s->form == REPORT_TO_OFFICE ? STEP_SENDING
                                            : STEP_WRITING;
}

static void choose(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    static const enum report_form forms[] = {REPORT_PAPER_SHORT, REPORT_PAPER_FULL, REPORT_CSV,
                                             REPORT_PDF, REPORT_TO_OFFICE};
    struct menu menu;
    if (event->as.key.action == ACTION_BACK) {
        effect_back(effects, 0);
        return;
    }
    fill(args, facts, &menu);
    int chosen = menu_act(&menu, &s->selected, event);
    if (chosen < 0)
        return;
    s->form = forms[chosen];
    s->part = 0;
    s->parts = is_paper(s->form) ? papers(args, s->form) : 0;
    out(s, args, effects);
}

static void printed(struct state *s, const struct flow_args *args, const struct flow_event *event,
                    struct flow_effects *effects)
{
    s->status = event->status;
    if (s->status == TILL_OK && s->part + 1 < s->parts) {
        s->part++;
        out(s, args, effects);
        return;
    }
    s->step = STEP_ENDED;
    effect_sound(effects, s->status == TILL_OK ? SOUND_OK : SOUND_ERROR);
}

static void written(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    s->step = STEP_ENDED;
    s->status = event->status;
    s->begun = event->as.stick.begun;
    s->files = event->as.stick.records;
    text_copy(s->file, sizeof s->file, event->as.stick.name ? event->as.stick.name : "");
    effect_sound(effects, s->status == TILL_OK ? SOUND_OK : SOUND_ERROR);
}

static void sent(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    s->step = STEP_ENDED;
    s->status = event->status;
    effect_sound(effects, s->status == TILL_OK ? SOUND_OK : SOUND_ERROR);
}

/* A paper that failed is printed again from there; what failed on a stick is begun anew. */
static void act_ended(struct state *s, const struct flow_args *args, const struct flow_event *event,
                      struct flow_effects *effects)
{
    bool again = s->status != TILL_OK && is_paper(s->form) && s->status != TILL_REFUSED;
    if (event->as.key.action == ACTION_OK && again)
        out(s, args, effects);
    else if (event->as.key.action == ACTION_OK || event->as.key.action == ACTION_BACK)
        s->step = STEP_CHOOSE;
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    if (event->type == EVENT_PRINTED && s->step == STEP_PRINTING)
        printed(s, args, event, effects);
    else if (event->type == EVENT_STICK && s->step == STEP_WRITING)
        written(s, event, effects);
    else if (event->type == EVENT_REPORT_SENT && s->step == STEP_SENDING)
        sent(s, event, effects);
    else if (event->type == EVENT_ACTION && s->step == STEP_SENDING &&
             event->as.key.action == ACTION_BACK)
        s->step = STEP_CHOOSE;
    else if (event->type == EVENT_ACTION && s->step == STEP_CHOOSE)
        choose(s, args, facts, event, effects);
    else if (event->type == EVENT_ACTION && s->step == STEP_ENDED)
        act_ended(s, args, event, effects);
}

/* ---- screens --------------------------------------------------------------------------------- */

static void show_printed(const struct state *s, struct screen *screen)
{
    char heading[SCREEN_TEXT_MAX];
    if (s->status == TILL_OK) {
        screen_notice(screen, TONE_ACCENT, _("The report is printed"), "");
        screen_key(screen, "OK", _("Continue"));
        return;
    }
    if (s->parts > 1)
        snprintf(heading, sizeof heading, _("Paper %u of %u was not printed"), s->part + 1,
                 s->parts);
    else
        text_copy(heading, sizeof heading, _("The report was not printed"));
    screen_notice(screen, TONE_LOOK, heading, _(status_text(s->status)));
    screen_key(screen, "OK", _("Go on from there"));
    screen_key(screen, _("Cancel"), _("Leave it"));
}

static void show_written(const struct state *s, struct screen *screen)
{
    char text[SCREEN_LONG_MAX];
    if (s->status == TILL_OK) {
        if (s->files > 1)
            snprintf(text, sizeof text,
                     _("%llu files. The last is\n%s\nYou may take the stick out."),
                     (unsigned long long)s->files, s->file);
        else
            snprintf(text, sizeof text, _("%s\nYou may take the stick out."), s->file);
        screen_notice(screen, TONE_ACCENT, _("The report is on the stick"), text);
    } else if (s->status == TILL_TOO_LARGE) {
        screen_notice(screen, TONE_LOOK, _("Too many reports on this stick"),
                      _("There are 99 of this one on it. Take another stick, or have some "
                        "deleted."));
    } else if (s->status == TILL_E_PROTOCOL) {
        screen_notice(screen, TONE_LOOK, _("Something is in the way on this stick"),
                      _("A file is named fieldtill, or report within it, where a folder belongs. "
                        "Take another stick, or have it renamed."));
    } else if (!stick_show_fault(s->status, s->begun, screen)) {
        screen_notice(screen, TONE_OWED, _("Not done"), _(status_text(s->status)));
    }
    screen_key(screen, "OK", _("Continue"));
}

static void show_sent(const struct state *s, struct screen *screen)
{
    if (s->status == TILL_OK)
        screen_notice(screen, TONE_ACCENT, _("The office has the report"), "");
    else if (s->status == TILL_TOO_LARGE)
        screen_notice(screen, TONE_LOOK, _("Too long for the line"),
                      _("Choose a shorter time, or take it by stick."));
    else if (s->status == TILL_NOT_FOUND)
        screen_notice(screen, TONE_LOOK, _("The office takes no reports"),
                      _("Its program is older. Take it by stick."));
    else if (s->status == TILL_DEVICE_OFFLINE)
        screen_notice(screen, TONE_LOOK, _("The report was not sent"),
                      _("The part of this terminal that sends does not run. Wait a moment and "
                        "send it again."));
    else
        screen_notice(screen, TONE_LOOK, _("The report was not sent"), _(status_text(s->status)));
    screen_key(screen, "OK", _("Continue"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    struct menu menu;
    char period[SCREEN_TEXT_MAX], text[SCREEN_TEXT_MAX] = "";
    screen_begin(screen, "report_out", s->step == STEP_CHOOSE ? KEYS_MENU : KEYS_CARD);
    report_period(facts, &args->report, period);
    screen_title(screen, report_short_title(&args->report), period);
    switch (s->step) {
    case STEP_CHOOSE:
        fill(args, facts, &menu);
        menu_show(&menu, s->selected, screen);
        screen_key(screen, "OK", _("Choose"));
        screen_key(screen, _("Cancel"), _("Back"));
        break;
    case STEP_PRINTING:
        if (s->parts > 1)
            snprintf(text, sizeof text, _("Paper %u of %u"), s->part + 1, s->parts);
        screen_notice(screen, TONE_ACCENT, _("Printing"), text);
        break;
    case STEP_WRITING:
        screen_notice(screen, TONE_LOOK, _("Writing to the stick"),
                      _("Leave it in until this says that you may take it out."));
        break;
    case STEP_SENDING:
        screen_notice(
            screen, TONE_LOOK, _("On its way to the office"),
            _("It goes when there is a line and all records have gone. It goes on without "
              "this screen too, but not after the terminal is turned off."));
        screen_key(screen, _("Cancel"), _("Don't wait"));
        break;
    case STEP_ENDED:
        if (is_paper(s->form))
            show_printed(s, screen);
        else if (s->form == REPORT_TO_OFFICE)
            show_sent(s, screen);
        else
            show_written(s, screen);
        break;
    }
}

const struct flow flow_report_out = {"report_out", sizeof(struct state), handle, show};
