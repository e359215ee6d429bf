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

/* What keeps records here, and what is to be done. Nothing that a collector can do is left out. */
static const struct {
    int status;
    const char *title, *text;
} reasons[] = {
    {TILL_AIRPLANE, N_("Airplane mode"),
     N_("Nothing goes out. Turn airplane mode off; work goes on meanwhile.")},
    {TILL_TIMEOUT, N_("The office does not answer"),
     N_("There is a signal. It is tried again by itself and nothing is lost; call if it stays "
        "so.")},
    {TILL_BUSY, N_("The office is busy"),
     N_("It is tried again by itself. There is nothing to do.")},
    {TILL_LOGIN_PAGE, N_("A login page is in the way"),
     N_("This network lets nothing out before somebody signs in. Use the SIM or another network.")},
    {TILL_WRONG_HOST, N_("Another server answers"),
     N_("Nothing was sent to it. Use another network; if it stays so, call the office.")},
    {TILL_CLOCK_WRONG, N_("The date or time is wrong"),
     N_("Records are sent all the same. Let a technician set the clock.")},
    {TILL_CERT_EXPIRED, N_("This terminal's certificate ran out"),
     N_("Nothing is lost. Ask the office to allow a new one, then press OK.")},
    {TILL_HOST_EXPIRED, N_("The office's certificate ran out"),
     N_("Nothing was sent to it. Call the office; then it goes on by itself.")},
    {TILL_AUTHORITY_GONE, N_("The office has other keys now"),
     N_("Nothing is lost. Carry the records by stick, then ask for a new number and enrol.")},
    {TILL_REVOKED, N_("The office has blocked this terminal"),
     N_("Nothing is taken from it any more. Keep it and its papers, and call the office.")},
    {TILL_NOT_ENROLLED, N_("The office knows another device"),
     N_("It bears this number: perhaps a copy. Take no more money here and call the office.")},
    {TILL_REFUSED, N_("The office refused this terminal"),
     N_("It is tried again by itself. Call the office and say what stands here.")},
    {TILL_NOT_FOUND, N_("The office can't take these records yet"),
     N_("Nothing is lost. Call the office.")},
    {TILL_BAD_INPUT, N_("The office can't take these records yet"),
     N_("Nothing is lost. Call the office.")},
    {TILL_E_OVERFLOW, N_("The office can't take these records yet"),
     N_("Nothing is lost. Call the office.")},
    {TILL_BUDGET, N_("Today's data is used up"),
     N_("Orders still come; the rest goes tomorrow. OK sends now all the same.")},
};

static void show_reason(const struct flow_facts *facts, struct screen *screen)
{
    bool said = facts->link.state == LINK_BACKING_OFF || facts->link.status == TILL_CLOCK_WRONG;
    int status = facts->airplane ? TILL_AIRPLANE : facts->link.status;
    char clock[SCREEN_LONG_MAX];
    words_clock(facts, clock, sizeof clock);
    if (clock[0] != '\0') {
        screen_notice(screen, TONE_OWED, _("The date or time is wrong"), clock);
        return;
    }
    if (!facts->bearer && !facts->airplane) {
        screen_notice(screen, TONE_LOOK, _("No signal"),
                      _("Work goes on. Everything is kept and sent when the signal is back."));
        return;
    }
    if (status == TILL_OK || (!said && !facts->airplane))
        return;
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].status == status) {
            screen_notice(screen, TONE_LOOK, _(reasons[i].title), _(reasons[i].text));
            return;
        }
    }
    screen_notice(screen, TONE_LOOK, _("The last try failed"), _(status_text(status)));
}

/* Of a SIM that is paid by the byte. */
static void show_data(const struct flow_facts *facts, struct screen *screen)
{
    char text[SCREEN_TEXT_MAX];
    if (!facts->link.budget_bytes)
        return;
    snprintf(text, sizeof text, _("%llu of %llu KiB"),
             (unsigned long long)(facts->link.bytes_today / 1024),
             (unsigned long long)(facts->link.budget_bytes / 1024));
    screen_line(screen, _("Data today"), text);
}

static const char *link_words(const struct flow_facts *facts)
{
    if (facts->airplane)
        return _("airplane mode");
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
    show_data(facts, screen);
    show_reason(facts, screen);
    screen_key(screen, "OK", _("Send now"));
    if (facts->has_stick)
        screen_key(screen, "F1", _("USB stick"));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_sync = {"sync", 1, handle, show};
