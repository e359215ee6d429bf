/*
 * A supervisor answers another terminal's question from afar: which terminal, the digits that are
 * read out, what is asked for and how much. The code that comes serves for that record only.
 */
#include <stdio.h>

#include "receipt_words.h"
#include "table.h"
#include "text.h"
#include "words.h"

enum step { STEP_TERMINAL, STEP_WHAT, STEP_VALUE, STEP_CHALLENGE, STEP_CODE };
enum what { WHAT_REVERSAL = 1, WHAT_MONEY = 2, WHAT_RECORDS = 3, WHAT_HOURS = 4 };
enum { VALUE_MOST = 12, CHALLENGE_DIGITS = APPROVAL_CHALLENGE_MAX - 1, HOUR_S = 3600 };
#define COUNT_MOST INT64_C(1000000)

struct state {
    enum step step;
    bool waiting;
    enum what what;
    struct typed terminal, value, challenge;
    int64_t amount; /* as it is bound: minor units, records, seconds */
    char code[APPROVAL_CODE_MAX];
    enum till_status status;
};

static enum till_status read_value(struct state *s, const struct flow_facts *facts)
{
    int64_t whole = 0;
    if (!facts->site)
        return TILL_NO_BOOK;
    enum till_status status = money_parse(facts->site, s->value.text, &s->amount);
    if (status != TILL_OK || s->amount <= 0)
        return status == TILL_OK ? TILL_BAD_INPUT : status;
    if (s->what == WHAT_REVERSAL || s->what == WHAT_MONEY)
        return TILL_OK;
    /* Records and hours are whole numbers: what was read as money is brought back to units. */
    int64_t unit = site_unit_minor(facts->site);
    whole = s->amount / unit;
    if (s->amount % unit != 0 || whole > COUNT_MOST)
        return TILL_BAD_INPUT;
    s->amount = s->what == WHAT_HOURS ? whole * HOUR_S : whole;
    return TILL_OK;
}

static void ask(struct state *s, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_CODE);
    effect->as.ask.purpose = s->what == WHAT_REVERSAL ? APPROVAL_REVERSAL : APPROVAL_LIMIT;
    effect->as.ask.value = s->amount;
    text_copy(effect->as.ask.terminal, sizeof effect->as.ask.terminal, s->terminal.text);
    text_copy(effect->as.ask.challenge, sizeof effect->as.ask.challenge, s->challenge.text);
    s->waiting = true;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static struct typed *line_of(struct state *s, size_t *most_out)
{
    switch (s->step) {
    case STEP_TERMINAL:
        *most_out = TERMINAL_MAX - 1;
        return &s->terminal;
    case STEP_VALUE:
        *most_out = VALUE_MOST;
        return &s->value;
    default:
        *most_out = CHALLENGE_DIGITS;
        return &s->challenge;
    }
}

static enum till_status go_on(struct state *s, const struct flow_facts *facts,
                              struct flow_effects *effects)
{
    switch (s->step) {
    case STEP_TERMINAL:
        if (!terminal_is_valid(s->terminal.text))
            return TILL_BAD_INPUT;
        s->step = STEP_WHAT;
        return TILL_OK;
    case STEP_VALUE: {
        enum till_status status = read_value(s, facts);
        if (status == TILL_OK)
            s->step = STEP_CHALLENGE;
        return status;
    }
    case STEP_CHALLENGE:
        if (s->challenge.length != CHALLENGE_DIGITS)
            return TILL_BAD_INPUT;
        ask(s, effects);
        return TILL_OK;
    default:
        return TILL_OK;
    }
}

static void go_back(struct state *s, struct flow_effects *effects)
{
    if (s->step == STEP_TERMINAL || s->step == STEP_CODE)
        effect_back(effects, 0);
    else
        s->step--;
}

static void act_what(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    int digit = event->as.key.digit;
    if (event->as.key.action == ACTION_BACK) {
        s->step = STEP_TERMINAL;
    } else if (event->as.key.action == ACTION_DIGIT && digit >= WHAT_REVERSAL &&
               digit <= WHAT_HOURS) {
        s->what = (enum what)digit;
        typed_set(&s->value, "", false);
        s->step = STEP_VALUE;
    } else if (event->as.key.action == ACTION_DIGIT) {
        effect_sound(effects, SOUND_ERROR);
    }
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    size_t most;
    struct typed *line = line_of(s, &most);
    s->status = TILL_OK;
    if (facts->role != ROLE_SUPERVISOR || !facts->has_team || s->step == STEP_CODE) {
        if (event->as.key.action == ACTION_BACK || event->as.key.action == ACTION_OK)
            effect_back(effects, 0);
        return;
    }
    if (s->step == STEP_WHAT) {
        act_what(s, event, effects);
        return;
    }
    switch (event->as.key.action) {
    case ACTION_DIGIT:
        typed_digit(line, event->as.key.digit, most);
        break;
    case ACTION_POINT:
        if (s->step == STEP_VALUE)
            typed_point(line, most);
        break;
    case ACTION_ERASE:
        typed_erase(line);
        break;
    case ACTION_OK:
        s->status = go_on(s, facts, effects);
        if (s->status != TILL_OK)
            effect_sound(effects, SOUND_ERROR);
        break;
    case ACTION_BACK:
        go_back(s, effects);
        break;
    default:
        break;
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    if (event->type == EVENT_CODE) {
        s->waiting = false;
        s->status = event->status;
        if (s->status == TILL_OK) {
            text_copy(s->code, sizeof s->code, event->as.digits);
            s->step = STEP_CODE;
            effect_sound(effects, SOUND_OK);
        } else {
            effect_sound(effects, SOUND_ERROR);
        }
    } else if (event->type == EVENT_ACTION && !s->waiting) {
        act(s, facts, event, effects);
    }
}

/* ---- screens --------------------------------------------------------------------------------- */

static const char *what_text(enum what what)
{
    switch (what) {
    case WHAT_REVERSAL:
        return _("Reverse a receipt");
    case WHAT_MONEY:
        return _("Raise a limit of money");
    case WHAT_RECORDS:
        return _("Raise the limit of records not sent");
    default:
        return _("Raise the limit of hours without contact");
    }
}

static void show_code(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char groups[2 * APPROVAL_CODE_MAX];
    const struct fold_user *user = fold_current(facts->fold);
    screen->keys = KEYS_MESSAGE;
    text_group_account(groups, sizeof groups, s->code);
    show_large(screen, _("Code"), groups, TONE_NORMAL);
    screen_line(screen, _("Your user number"), user ? user->user : "")->size = SIZE_BIG;
    screen_notice(screen, TONE_LOOK, _("Read out both"),
                  _("The code serves for this record only, and once."));
    screen_key(screen, "OK", _("Done"));
}

static const char *what_is_wrong(const struct state *s)
{
    if (s->status == TILL_NOT_FOUND)
        return _("This terminal is not of your team. Check its number; else the office approves.");
    if (s->status == TILL_BAD_INPUT && s->step == STEP_CHALLENGE)
        return _("The question has 10 digits. Let it be read out again.");
    return _(status_text(s->status));
}

static void show_question(const struct state *s, struct screen *screen)
{
    char groups[2 * APPROVAL_CHALLENGE_MAX];
    if (s->step != STEP_TERMINAL)
        screen_line(screen, _("Terminal"), s->terminal.text);
    if (s->step == STEP_TERMINAL) {
        screen->keys = KEYS_DIGITS;
        screen_field(screen, _("Number of the other terminal"), s->terminal.text, "");
    } else if (s->step == STEP_WHAT) {
        screen->keys = KEYS_MENU;
        for (int what = WHAT_REVERSAL; what <= WHAT_HOURS; what++)
            choice_line(screen, what, what_text((enum what)what), "", false);
        screen_key(screen, "1-4", _("Choose"));
        return;
    } else if (s->step == STEP_VALUE) {
        screen->keys = KEYS_AMOUNT;
        screen_line(screen, what_text(s->what), "");
        screen_field(screen, s->what == WHAT_REVERSAL ? _("Amount of the receipt") : _("To"),
                     s->value.text, "");
    } else {
        screen->keys = KEYS_DIGITS;
        screen_line(screen, what_text(s->what), s->value.text);
        text_group_account(groups, sizeof groups, s->challenge.text);
        screen_field(screen, _("Digits that are read out"), groups, "");
    }
    screen_key(screen, "OK", s->step == STEP_CHALLENGE ? _("I approve it") : _("Next"));
    screen_key(screen, _("Clear"), _("Correct"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    (void)args;
    screen_begin(screen, "approve", KEYS_MESSAGE);
    screen_title(screen, _("Approve from afar"), facts->user_name);
    if (facts->role != ROLE_SUPERVISOR || !facts->has_team) {
        screen_notice(screen, TONE_LOOK, _("Not here"),
                      facts->role == ROLE_SUPERVISOR
                          ? _("The book names no terminals of your team. Call the office.")
                          : _("Only a supervisor can do this."));
        screen_key(screen, "OK", _("Back"));
        return;
    }
    if (s->step == STEP_CODE) {
        show_code(s, facts, screen);
        return;
    }
    show_question(s, screen);
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, "", what_is_wrong(s));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_approve = {"approve", sizeof(struct state), handle, show};
