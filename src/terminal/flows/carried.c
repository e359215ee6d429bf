#include "carried.h"

#include <stdio.h>
#include <string.h>

#include "receipt_words.h"
#include "text.h"
#include "when.h"

enum { ROWS = 4 };

/* ---- which cash ------------------------------------------------------------------------------ */

static int64_t of_source(const struct flow_facts *facts, int source)
{
    const struct fold_user *user = fold_current(facts->fold);
    if (!user)
        return 0;
    return source == CASH_KEPT ? user->kept_minor : user->held_minor;
}

static bool is_of(const struct carried *c, size_t i)
{
    return c->view.closes[i].source == c->source;
}

static size_t count_closes(const struct carried *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->view.close_count; i++)
        count += is_of(c, i);
    return count;
}

/* Slips alone may wait too: of a day without cash. */
static bool has(const struct carried *c, const struct flow_facts *facts, int source)
{
    for (size_t i = 0; i < c->view.close_count; i++)
        if (c->view.closes[i].source == source && c->view.closes[i].slips_minor > 0)
            return true;
    return of_source(facts, source) > 0 || c->view.slips_minor[source] > 0;
}

static void set_source(struct carried *c, int source)
{
    c->source = source;
    c->selected = 0;
    memset(c->left_out, 0, sizeof c->left_out);
    c->step = count_closes(c) > 1 ? CARRIED_CLOSES : CARRIED_SET;
}

void carried_begin(struct carried *c, struct flow_effects *effects)
{
    memset(c, 0, sizeof *c);
    effect_add(effects, EFFECT_CARRY_LOOK);
}

void carried_take(struct carried *c, const struct flow_facts *facts, const struct flow_event *event)
{
    c->status = event->status;
    c->view = *event->as.carry;
    bool held = has(c, facts, CASH_HELD), kept = has(c, facts, CASH_KEPT);
    if (c->status != TILL_OK || facts->training || (!held && !kept))
        c->step = CARRIED_NOTHING;
    else if (held && kept)
        c->step = CARRIED_SOURCE;
    else
        set_source(c, held ? CASH_HELD : CASH_KEPT);
}

bool carried_return(struct carried *c, const struct flow_facts *facts)
{
    if (count_closes(c) > 1)
        c->step = CARRIED_CLOSES;
    else if (has(c, facts, CASH_HELD) && has(c, facts, CASH_KEPT))
        c->step = CARRIED_SOURCE;
    return c->step != CARRIED_SET;
}

int64_t carried_most_minor(const struct carried *c, const struct flow_facts *facts)
{
    return of_source(facts, c->source);
}

int64_t carried_expected_minor(const struct carried *c, const struct flow_facts *facts)
{
    int64_t most_minor = carried_most_minor(c, facts), sum_minor = 0;
    bool any = false;
    for (size_t i = 0; i < c->view.close_count; i++) {
        if (!is_of(c, i) || c->left_out[i])
            continue;
        any = true;
        sum_minor += c->view.closes[i].counted_minor; /* parts of what the fold has added up */
    }
    return any && sum_minor < most_minor ? sum_minor : most_minor;
}

int64_t carried_slips_most_minor(const struct carried *c)
{
    return c->view.slips_minor[c->source];
}

int64_t carried_slips_minor(const struct carried *c)
{
    int64_t sum_minor = c->view.slips_left_minor[c->source];
    for (size_t i = 0; i < c->view.close_count; i++)
        if (is_of(c, i) && !c->left_out[i])
            sum_minor += c->view.closes[i].slips_minor;
    return sum_minor;
}

enum till_status carried_write(const uint32_t *numbers, size_t count, char out[CLOSES_TEXT_MAX])
{
    char text[4 * CLOSES_TEXT_MAX];
    size_t size = 0;
    text[0] = '\0';
    for (size_t i = 0; i < count && size < CLOSES_TEXT_MAX;) {
        size_t last = i;
        while (last + 1 < count && numbers[last + 1] == numbers[last] + 1)
            last++;
        const char *comma = size > 0 ? "," : "";
        int added = last > i ? snprintf(text + size, sizeof text - size, "%s%u-%u", comma,
                                        (unsigned)numbers[i], (unsigned)numbers[last])
                             : snprintf(text + size, sizeof text - size, "%s%u", comma,
                                        (unsigned)numbers[i]);
        size += (size_t)added;
        i = last + 1;
    }
    text_copy(out, CLOSES_TEXT_MAX, size < CLOSES_TEXT_MAX ? text : "");
    return size < CLOSES_TEXT_MAX ? TILL_OK : TILL_TOO_LARGE;
}

enum till_status carried_closes(const struct carried *c, char out[CLOSES_TEXT_MAX])
{
    uint32_t numbers[CARRY_CLOSES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < c->view.close_count; i++)
        if (is_of(c, i) && !c->left_out[i])
            numbers[count++] = c->view.closes[i].z;
    return carried_write(numbers, count, out);
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* The n-th Z of this cash, as an index of the view. */
static size_t nth(const struct carried *c, size_t n)
{
    size_t i = 0;
    for (; i < c->view.close_count; i++)
        if (is_of(c, i) && n-- == 0)
            break;
    return i;
}

static enum carried_turn act_closes(struct carried *c, const struct flow_facts *facts,
                                    enum action action, struct flow_effects *effects)
{
    char text[CLOSES_TEXT_MAX];
    size_t count = count_closes(c), at = nth(c, c->selected);
    c->status = TILL_OK;
    switch (action) {
    case ACTION_DOWN:
        c->selected += c->selected + 1 < count;
        break;
    case ACTION_UP:
        c->selected -= c->selected > 0;
        break;
    case ACTION_OPTION_1:
        c->left_out[at] = !c->left_out[at];
        break;
    case ACTION_OK:
        c->status = carried_closes(c, text);
        if (c->status == TILL_OK) {
            c->step = CARRIED_SET;
            return CARRIED_DONE;
        }
        effect_sound(effects, SOUND_ERROR);
        break;
    case ACTION_BACK:
        if (!has(c, facts, CASH_HELD) || !has(c, facts, CASH_KEPT))
            return CARRIED_LEFT;
        c->step = CARRIED_SOURCE;
        break;
    default:
        break;
    }
    return CARRIED_STAYS;
}

enum carried_turn carried_act(struct carried *c, const struct flow_facts *facts,
                              const struct flow_event *event, struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    if (c->step == CARRIED_CLOSES)
        return act_closes(c, facts, action, effects);
    if (c->step == CARRIED_NOTHING)
        return action == ACTION_OK || action == ACTION_BACK ? CARRIED_LEFT : CARRIED_STAYS;
    if (action == ACTION_BACK)
        return CARRIED_LEFT;
    int digit = action == ACTION_DIGIT ? event->as.key.digit : 0;
    if (c->step != CARRIED_SOURCE || (digit != CASH_HELD && digit != CASH_KEPT))
        return CARRIED_STAYS;
    set_source(c, digit);
    return c->step == CARRIED_SET ? CARRIED_DONE : CARRIED_STAYS;
}

/* ---- the screen ------------------------------------------------------------------------------ */

static void show_nothing(const struct carried *c, const struct flow_facts *facts,
                         struct screen *screen)
{
    const struct fold_user *user = fold_current(facts->fold);
    screen->keys = KEYS_MESSAGE;
    if (facts->training)
        screen_notice(screen, TONE_LOOK, _("Not while training"),
                      _("Training moves no money. End it first: 6, 8."));
    else if (c->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not done"), _(status_text(c->status)));
    else if (user && user->shift_open && user->cash_minor > 0)
        screen_notice(screen, TONE_LOOK, _("Nothing is counted yet"),
                      _("What is in the bag is handed over after the day close. During the shift "
                        "there is 5, Hand in cash."));
    else
        screen_notice(screen, TONE_LOOK, _("You hold no cash"),
                      _("Nothing waits to be handed over or deposited."));
    screen_key(screen, "OK", _("Back"));
}

static void show_source(const struct flow_facts *facts, struct screen *screen)
{
    char amount[MONEY_TEXT_MAX];
    screen->keys = KEYS_MENU;
    screen_line(screen, _("Which cash?"), "")->bold = true;
    words_money(facts, of_source(facts, CASH_HELD), amount);
    choice_line(screen, CASH_HELD, _("My own, counted at the close"), amount, false);
    words_money(facts, of_source(facts, CASH_KEPT), amount);
    choice_line(screen, CASH_KEPT, _("Received from others"), amount, false);
    screen_key(screen, "1-2", _("Choose"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_close(const struct carried *c, size_t i, const struct flow_facts *facts,
                       struct screen_row *row)
{
    const struct carry_close *close = &c->view.closes[i];
    char at[WHEN_TEXT_MAX], amount[MONEY_TEXT_MAX];
    snprintf(row->name, sizeof row->name, "%s Z %u", c->left_out[i] ? "□" : "■",
             (unsigned)close->z);
    words_money(facts, close->counted_minor, row->amount);
    when_format_minute(facts->fold->enrolled.zone, close->at_s, at);
    text_copy(row->place, sizeof row->place, at);
    if (close->slips_minor > 0) {
        words_money(facts, close->slips_minor, amount);
        snprintf(row->note, sizeof row->note, _("slips %s"), amount);
    }
}

static void show_closes(const struct carried *c, const struct flow_facts *facts,
                        struct screen *screen)
{
    char amount[MONEY_TEXT_MAX];
    size_t count = count_closes(c);
    size_t first = c->selected < ROWS ? 0 : c->selected + 1 - ROWS;
    screen->keys = KEYS_LIST;
    screen_list(screen, c->selected - first, first, count);
    for (size_t n = first; n < count && n < first + ROWS; n++)
        show_close(c, nth(c, n), facts, screen_row(screen));
    words_money(facts, carried_expected_minor(c, facts), amount);
    if (c->status != TILL_OK)
        screen_notice(screen, TONE_OWED, "", _("Too many that don't follow each other: fewer."));
    else
        screen_band(screen,
                    c->view.closes_more ? _("The newest 12 of more") : _("These day closes"),
                    amount);
    screen_key(screen, "OK", _("Next"));
    screen_key(screen, "F1", c->left_out[nth(c, c->selected)] ? _("Take in") : _("Leave out"));
    screen_key(screen, _("Cancel"), _("Back"));
}

void carried_show_closes(const struct carried *c, struct screen *screen)
{
    char numbers[CLOSES_TEXT_MAX], text[CLOSES_TEXT_MAX + 4];
    if (carried_closes(c, numbers) != TILL_OK || numbers[0] == '\0')
        return;
    snprintf(text, sizeof text, "Z %s", numbers);
    screen_line(screen, _("Day closes"), text);
}

void show_short(const struct flow_facts *facts, int64_t short_minor, struct screen *screen)
{
    char amount[MONEY_TEXT_MAX];
    words_money(facts, short_minor < 0 ? -short_minor : short_minor, amount);
    struct screen_line *line = screen_line(screen,
                                           short_minor == 0  ? _("No difference")
                                           : short_minor < 0 ? _("Over")
                                                             : _("Short"),
                                           amount);
    line->size = SIZE_BIG;
    line->bold = true;
    line->right_tone = short_minor == 0 ? TONE_ACCENT : TONE_OWED;
}

void carried_show(const struct carried *c, const struct flow_facts *facts, struct screen *screen)
{
    if (c->step == CARRIED_NOTHING)
        show_nothing(c, facts, screen);
    else if (c->step == CARRIED_SOURCE)
        show_source(facts, screen);
    else if (c->step == CARRIED_CLOSES)
        show_closes(c, facts, screen);
}
