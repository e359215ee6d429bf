/*
 * Opening a shift: today's business date and the opening cash in the bag, counted by denomination.
 * Nothing counted is no opening cash.
 */
#include <stdio.h>
#include <string.h>

#include "table.h"
#include "tally.h"
#include "text.h"
#include "when.h"
#include "words.h"

struct state {
    struct tally tally;  /* being counted; what was typed stands when it is left */
    struct tally opened; /* as it was done: what the shift opens with */
    bool counting;       /* the tally stands */
    bool counted;        /* something is in the bag, or what was counted can't be said */
    struct flow_entries entries;
    enum till_status status;
    bool waiting;
};

/* The count as an entry before the one that opens. */
static enum till_status add_count(struct state *s, const struct flow_facts *facts, int64_t *sum_out)
{
    struct body_cash_count body = {.purpose = COUNT_OPENING, .attempt = 1};
    enum till_status status = tally_notes(&s->opened, facts, body.notes, &body.amount_minor);
    if (status == TILL_OK)
        status = entry_write_cash_count(&s->entries.list[0], &body);
    s->entries.count += status == TILL_OK;
    *sum_out = body.amount_minor;
    return status;
}

static void open_shift(struct state *s, const struct flow_facts *facts,
                       struct flow_effects *effects)
{
    struct body_shift_opened body = {.business_date = facts->today,
                                     .shift = facts->fold->last_shift + 1};
    memset(&s->entries, 0, sizeof s->entries);
    s->status = s->counted ? add_count(s, facts, &body.opening_minor) : TILL_OK;
    if (s->status == TILL_OK)
        s->status = entry_write_shift_opened(&s->entries.list[s->entries.count++], &body);
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    effect_add(effects, EFFECT_COMMIT_ENTRIES)->as.entries = &s->entries;
    s->waiting = true;
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* F1 and OK on the last row: this is what the shift opens with. Cancel: as it was before. */
static void act_tally(struct state *s, const struct flow_facts *facts,
                      const struct flow_event *event, struct flow_effects *effects)
{
    char heaps[HEAPS_TEXT_MAX];
    int64_t sum_minor = 0;
    enum tally_turn turn = tally_act(&s->tally, facts, event, effects);
    s->counting = turn == TALLY_STAYS;
    if (turn != TALLY_DONE)
        return;
    s->opened = s->tally;
    s->status = tally_notes(&s->opened, facts, heaps, &sum_minor);
    s->counted = s->status != TILL_OK || sum_minor > 0;
}

/* A digit is the first one of the first row. */
static void count_cash(struct state *s, const struct flow_facts *facts,
                       const struct flow_event *event, struct flow_effects *effects)
{
    if (!facts->site) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    if (!tally_is_begun(&s->tally))
        tally_begin_notes(&s->tally, facts);
    s->tally.at = 0;
    s->counting = true;
    if (event->as.key.action == ACTION_DIGIT) {
        s->tally.rows[0].text[0] = '\0';
        act_tally(s, facts, event, effects);
    }
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
    case ACTION_DIGIT:
        count_cash(s, facts, event, effects);
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

/* ---- screens --------------------------------------------------------------------------------- */

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
    line->size = holds_minor(facts) > 0 ? SIZE_NORMAL : SIZE_SMALL;
}

/* Nothing counted, and how to begin. */
static void show_none(const struct flow_facts *facts, struct screen *screen)
{
    char face[MONEY_TEXT_MAX], hint[SCREEN_TEXT_MAX];
    screen_line(screen, _("Opening cash"), _("none"))->bold = true;
    if (!facts->site || facts->site->note_count == 0)
        return;
    words_money(facts, facts->site->notes_minor[0], face);
    snprintf(hint, sizeof hint, _("Cash in the bag? Type how many notes of %s."), face);
    screen_line(screen, hint, "")->size = SIZE_SMALL;
}

/* What the shift would open with, and of which notes. */
static void show_opening(const struct state *s, const struct flow_facts *facts,
                         struct screen *screen)
{
    char heaps[HEAPS_TEXT_MAX], amount[MONEY_TEXT_MAX] = "–", notes[SCREEN_TEXT_MAX];
    int64_t sum_minor = 0;
    if (tally_notes(&s->opened, facts, heaps, &sum_minor) == TILL_OK)
        words_money(facts, sum_minor, amount);
    struct screen_line *line = screen_line(screen, _("Opening cash"), amount);
    line->size = SIZE_BIG;
    line->bold = true;
    tally_text(&s->opened, facts, notes, sizeof notes);
    screen_line(screen, notes, "")->size = SIZE_SMALL;
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
    screen_line(screen, _("Shift"), number)->size = SIZE_SMALL;
    if (s->counted)
        show_opening(s, facts, screen);
    else
        show_none(facts, screen);
    if (!holds)
        show_custody(facts, screen);
    if (!facts->site)
        screen_notice(screen, TONE_LOOK, _("No meter book yet"),
                      _("Press F1 and sync before the day begins."));
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not opened"), _(status_text(s->status)));
    else if (facts->clock != CLOCK_FINE)
        screen_notice(screen, TONE_OWED, _("The date or time is wrong"), "");
    screen_key(screen, "OK", facts->clock != CLOCK_FINE ? _("Date and time") : _("Open it"));
    screen_key(screen, "F1", _("Sync"));
    screen_key(screen, "F2", _("Count opening cash"));
    screen_key(screen, _("Cancel"), _("Log out"));
}

const struct flow flow_shift = {"shift", sizeof(struct state), handle, show};
