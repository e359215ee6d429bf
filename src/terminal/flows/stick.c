/*
 * A USB stick in place of the line: records go out on it, the office's confirmation comes back.
 */
#include <stdio.h>

#include "menu.h"
#include "stick_words.h"
#include "table.h"
#include "text.h"
#include "words.h"

enum step { STEP_CHOOSE, STEP_WORKING, STEP_ENDED };

struct state {
    enum step step;
    size_t selected;
    enum stick_way way;
    enum till_status status;
    bool begun; /* it was in when the work began */
    uint64_t records;
};

static void fill(const struct flow_facts *facts, struct menu *menu)
{
    struct menu_item *item;
    menu->count = 0;
    item =
        menu_add(menu, '1', _("To the stick"), _("all records that the office has not confirmed"));
    snprintf(item->detail, sizeof item->detail, "%llu", (unsigned long long)facts->unsent);
    menu_add(menu, '2', _("From the stick"), _("what the office has confirmed"));
}

static void choose(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                   struct flow_effects *effects)
{
    struct menu menu;
    if (event->as.key.action == ACTION_BACK) {
        effect_back(effects, 0);
        return;
    }
    fill(facts, &menu);
    int chosen = menu_act(&menu, &s->selected, event);
    if (chosen >= 0) {
        s->way = chosen == 0 ? STICK_TO : STICK_FROM;
        s->step = STEP_WORKING;
        effect_add(effects, EFFECT_STICK)->as.value = s->way;
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    if (event->type == EVENT_STICK) {
        s->step = STEP_ENDED;
        s->status = event->status;
        s->begun = event->as.stick.begun;
        s->records = event->as.stick.records;
        effect_sound(effects, s->status == TILL_OK ? SOUND_OK : SOUND_ERROR);
    } else if (event->type == EVENT_ACTION && s->step == STEP_ENDED) {
        s->step = STEP_CHOOSE;
    } else if (event->type == EVENT_ACTION && s->step == STEP_CHOOSE) {
        choose(s, facts, event, effects);
    }
}

static void show_done(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char heading[SCREEN_TEXT_MAX], number[RECEIPT_NUMBER_MAX] = "";
    if (s->way == STICK_TO) {
        snprintf(heading, sizeof heading, _("%llu records are on the stick"),
                 (unsigned long long)s->records);
        screen_notice(screen, TONE_ACCENT, heading,
                      _("You may take it out. Bring it to the office; nobody else can read it. "
                        "The confirmation comes back on the same stick."));
        return;
    }
    if (facts->ack)
        receipt_number_format(facts->terminal, facts->ack->seq, number);
    snprintf(heading, sizeof heading, _("Confirmed through %s"), number);
    screen_notice(screen, TONE_ACCENT, heading, _("You may take the stick out."));
}

bool stick_show_fault(enum till_status status, bool begun, struct screen *screen)
{
    switch (status) {
    case TILL_DEVICE_OFFLINE:
        if (begun)
            screen_notice(screen, TONE_LOOK, _("The stick was taken out too early"),
                          _("Nothing is lost. Put it in again and begin anew."));
        else
            screen_notice(screen, TONE_LOOK, _("There is no stick"),
                          _("Put one in, wait a moment and try again."));
        return true;
    case TILL_DISK_FULL:
        screen_notice(screen, TONE_LOOK, _("The stick is full"),
                      _("Take another one, or have something deleted from it. Nothing is lost."));
        return true;
    case TILL_READ_ONLY:
        screen_notice(screen, TONE_LOOK, _("The stick is write-protected"),
                      _("Move its little switch, or take another one."));
        return true;
    case TILL_E_IO:
        screen_notice(screen, TONE_LOOK, _("The stick is broken"),
                      _("Take another one. Nothing is lost."));
        return true;
    default:
        return false;
    }
}

static void show_ended(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    bool to = s->way == STICK_TO;
    if (s->status == TILL_OK)
        show_done(s, facts, screen);
    else if (s->status == TILL_UNCHANGED)
        screen_notice(screen, TONE_NORMAL, to ? _("Nothing to send") : _("Nothing new"),
                      to ? _("The office has confirmed every record.")
                         : _("The office had confirmed this already. You may take the stick out."));
    else if (s->status == TILL_NOT_FOUND)
        screen_notice(screen, TONE_LOOK, _("Nothing for this terminal"),
                      _("The stick holds no confirmation for it. Was it at the office?"));
    else if (s->status == TILL_NOT_ENROLLED)
        screen_notice(screen, TONE_LOOK, _("Not possible yet"),
                      _("The office's key for sticks comes with the next contact by the line."));
    else if (s->status == TILL_E_SIGNATURE || s->status == TILL_E_PROTOCOL ||
             s->status == TILL_TOO_LARGE)
        screen_notice(screen, TONE_OWED, _("Not from our office"),
                      _("What is on the stick was altered, or is for somebody else. Nothing of it "
                        "was taken. Tell the office."));
    else if (!stick_show_fault(s->status, s->begun, screen))
        screen_notice(screen, TONE_OWED, _("Not done"), _(status_text(s->status)));
    screen_key(screen, "OK", _("Continue"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    struct menu menu;
    (void)args;
    screen_begin(screen, "stick", s->step == STEP_CHOOSE ? KEYS_MENU : KEYS_CARD);
    screen_title(screen, _("USB stick"), facts->terminal);
    switch (s->step) {
    case STEP_CHOOSE:
        fill(facts, &menu);
        menu_show(&menu, s->selected, screen);
        screen_key(screen, "OK", _("Choose"));
        screen_key(screen, _("Cancel"), _("Back"));
        break;
    case STEP_WORKING:
        screen_notice(screen, TONE_LOOK,
                      s->way == STICK_TO ? _("Writing to the stick") : _("Reading the stick"),
                      _("Leave it in until this says that you may take it out."));
        break;
    case STEP_ENDED:
        show_ended(s, facts, screen);
        break;
    }
}

const struct flow flow_stick = {"stick", sizeof(struct state), handle, show};
