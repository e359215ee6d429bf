/*
 * Opening a shift: the opening cash in the bag, counted note by note or typed as one sum, and
 * today's business date.
 */
#include <stdio.h>
#include <string.h>

#include "table.h"
#include "tally.h"
#include "text.h"
#include "when.h"
#include "words.h"

enum { AMOUNT_MOST = 12 };

struct state {
    struct typed opening;
    struct tally tally;
    bool counting; /* the tally stands */
    bool counted;  /* the sum is the tally's */
    struct flow_entries entries;
    enum till_status status;
    bool waiting;
};

/* The tally as an entry before the one that opens. */
static enum till_status add_count(struct state *s, const struct flow_facts *facts)
{
    struct body_cash_count body = {.purpose = COUNT_OPENING, .attempt = 1};
    enum till_status status = tally_notes(&s->tally, facts, body.notes, &body.amount_minor);
    if (status == TILL_OK)
        status = entry_write_cash_count(&s->entries.list[0], &body);
    s->entries.count += status == TILL_OK;
    return status;
}

static void open_shift(struct state *s, const struct flow_facts *facts,
                       struct flow_effects *effects)
{
    struct body_shift_opened body = {.business_date = facts->today,
                                     .shift = facts->fold->last_shift + 1};
    memset(&s->entries, 0, sizeof s->entries);
    s->status = s->opening.length ? money_parse(facts->site, s->opening.text, &body.opening_minor)
                                  : TILL_OK;
    if (s->status == TILL_OK && s->counted)
        s->status = add_count(s, facts);
    if (s->status == TILL_OK)
        s->status = entry_write_shift_opened(&s->entries.list[s->entries.count++], &body);
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    effect_add(effects, EFFECT_COMMIT_ENTRIES)->as.entries = &s->entries;
    s->waiting = true;
}

static void act_tally(struct state *s, const struct flow_facts *facts,
                      const struct flow_event *event, struct flow_effects *effects)
{
    char heaps[HEAPS_TEXT_MAX], text[MONEY_TEXT_MAX];
    int64_t sum_minor = 0;
    enum tally_turn turn = tally_act(&s->tally, facts, event, effects);
    s->counting = turn == TALLY_STAYS;
    if (turn != TALLY_DONE)
        return;
    s->status = tally_notes(&s->tally, facts, heaps, &sum_minor);
    s->counted = s->status == TILL_OK;
    words_amount(facts, sum_minor, text);
    if (s->counted)
        typed_set(&s->opening, text, true);
}

static bool is_typing(enum action action)
{
    return action == ACTION_DIGIT || action == ACTION_POINT || action == ACTION_ERASE;
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    switch (event->as.key.action) {
    case ACTION_OK:
        if (facts->clock != CLOCK_FINE) /* it would be another day's shift */
            effect_go(effects, FLOW_CLOCK, NULL);
        else if (facts->site)
            open_shift(s, facts, effects);
        break;
    case ACTION_BACK:
        effect_add(effects, EFFECT_LOGOUT);
        break;
    case ACTION_OPTION_1:
        effect_go(effects, FLOW_SYNC, NULL);
        break;
    case ACTION_DOWN: /* the shift before it may have left cash in hand */
        effect_go(effects, FLOW_CUSTODY, NULL);
        break;
    case ACTION_OPTION_2:
        if (!tally_is_begun(&s->tally))
            tally_begin_notes(&s->tally, facts);
        s->counting = facts->site != NULL;
        break;
    default:
        s->counted = s->counted && !is_typing(event->as.key.action);
        typed_act_amount(&s->opening, event, AMOUNT_MOST);
        break;
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    if (event->type == EVENT_COMMITTED) {
        s->waiting = false;
        s->status = event->status;
        if (s->status == TILL_OK) {
            effect_sound(effects, SOUND_OK);
            effect_add(effects, EFFECT_HOME);
        }
        return;
    }
    if (event->type != EVENT_ACTION || s->waiting)
        return;
    if (s->counting)
        act_tally(s, facts, event, effects);
    else
        act(s, facts, event, effects);
}

static void show_tally(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    screen_begin(screen, "shift_notes", KEYS_AMOUNT);
    screen_title(screen, _("Opening cash"), facts->user_name);
    tally_show(&s->tally, facts, screen);
}

static int64_t holds_minor(const struct flow_facts *facts)
{
    const struct fold_user *user = fold_current(facts->fold);
    return user ? user->held_minor + user->kept_minor : 0;
}

/* What waits to be handed over or deposited; a key to it in any case, for who receives. */
static void show_custody(const struct flow_facts *facts, struct screen *screen)
{
    char amount[MONEY_TEXT_MAX] = "";
    if (holds_minor(facts) > 0)
        words_money(facts, holds_minor(facts), amount);
    struct screen_line *line = screen_line(screen, _("▼ Hand-over, deposit"), amount);
    line->left_tone = holds_minor(facts) > 0 ? TONE_LOOK : TONE_QUIET;
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    (void)args;
    char date[WHEN_TEXT_MAX], number[16];
    if (s->counting) {
        show_tally(s, facts, screen);
        return;
    }
    screen_begin(screen, "shift", KEYS_AMOUNT);
    screen_title(screen, _("Open the shift"), facts->user_name);
    bool holds = holds_minor(facts) > 0;
    when_format_date(facts->today, date);
    snprintf(number, sizeof number, "%u", (unsigned)(facts->fold->last_shift + 1));
    if (holds) /* before what a small display has no room for */
        show_custody(facts, screen);
    screen_line(screen, _("Business date"), date);
    if (!holds)
        screen_line(screen, _("Shift"), number);
    screen_field(screen, _("Opening cash"), s->opening.length ? s->opening.text : "0", "");
    screen_line(screen, _("Count what is in the bag now."), _("* is the decimal point"))->size =
        SIZE_SMALL;
    if (holds)
        screen_line(screen, _("Shift"), number);
    else
        show_custody(facts, screen);
    if (!facts->site)
        screen_notice(screen, TONE_LOOK, _("No meter book yet"),
                      _("Press F1 and sync before the day begins."));
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not opened"), _(status_text(s->status)));
    else if (facts->clock != CLOCK_FINE)
        screen_notice(screen, TONE_OWED, _("The date or time is wrong"), "");
    screen_key(screen, "OK", facts->clock != CLOCK_FINE ? _("Date and time") : _("Open the shift"));
    screen_key(screen, "F1", _("Sync"));
    screen_key(screen, "F2", _("Note by note"));
    screen_key(screen, _("Cancel"), _("Log out"));
}

const struct flow flow_shift = {"shift", sizeof(struct state), handle, show};
