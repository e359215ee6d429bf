/*
 * Cash and limits: how far each is used, and the ways out, none of which needs a network: hand in
 * cash, send by stick, or a code that raises the limit until the business date ends.
 */
#include <stdio.h>

#include "agree.h"
#include "receipt_words.h"
#include "table.h"
#include "text.h"
#include "words.h"

enum step { STEP_LIST, STEP_WAYS, STEP_AGREE, STEP_SAVING };
enum { ROWS = 4, LIFT_FACTOR = 2, HOUR_S = 3600 };
#define COUNT_MOST INT64_C(1000000)

struct state {
    enum step step;
    size_t selected;
    int limit;     /* chosen */
    int64_t value; /* what it is to be raised to */
    int wanted;    /* the limit that was in the way; LIMIT_NONE: none was */
    int64_t asked; /* and what it must reach */
    struct agree agree;
    bool lifted; /* just now */
    enum till_status status;
};

/* Those that hold here, in order. */
static size_t in_force(const struct flow_facts *facts, int limits_out[LIMIT_COUNT])
{
    size_t count = 0;
    for (int limit = LIMIT_NONE + 1; limit < LIMIT_COUNT; limit++)
        if (facts->limits.value[limit] > 0)
            limits_out[count++] = limit;
    return count;
}

/* Reversals go on with a supervisor: there is nothing to raise. */
static bool can_be_lifted(int limit)
{
    return limit == LIMIT_CASH || limit == LIMIT_UNSENT || limit == LIMIT_OFFLINE ||
           limit == LIMIT_RECEIPT || limit == LIMIT_DAY;
}

static bool is_money(int limit)
{
    return limit == LIMIT_CASH || limit == LIMIT_RECEIPT || limit == LIMIT_DAY ||
           limit == LIMIT_REVERSED;
}

/* As much as the other side can type (approve.c). */
static int64_t raised_most(int limit)
{
    return is_money(limit)          ? MONEY_MAX_MINOR
           : limit == LIMIT_OFFLINE ? COUNT_MOST * HOUR_S
                                    : COUNT_MOST;
}

static void words_value(const struct flow_facts *facts, int limit, int64_t value, char *out)
{
    if (is_money(limit))
        words_money(facts, value, out);
    else if (limit == LIMIT_OFFLINE)
        snprintf(out, MONEY_TEXT_MAX, _("%lld h"), (long long)(value / HOUR_S));
    else
        snprintf(out, MONEY_TEXT_MAX, "%lld", (long long)value);
}

/* Nobody reverses alone: there is nothing to count. */
static bool is_barred(const struct flow_facts *facts, int limit)
{
    return limit == LIMIT_REVERSALS && facts->limits.value[LIMIT_REVERSALS] == LIMIT_REVERSALS_NONE;
}

/* "used / most", or what holds instead. */
static void words_use(const struct flow_facts *facts, int limit, char out[SCREEN_TEXT_MAX])
{
    char used[MONEY_TEXT_MAX], most[MONEY_TEXT_MAX];
    words_value(facts, limit, facts->used.value[limit], used);
    words_value(facts, limit, facts->limits.value[limit], most);
    if (is_barred(facts, limit))
        text_copy(out, SCREEN_TEXT_MAX, _("only with a supervisor"));
    else
        snprintf(out, SCREEN_TEXT_MAX, "%s / %s", used, most);
}

static int64_t percent_of(const struct flow_facts *facts, int limit)
{
    int64_t most = facts->limits.value[limit], used = facts->used.value[limit];
    if (used <= 0)
        return 0;
    return used > MONEY_MAX_MINOR ? 999 : used * 100 / most;
}

static bool is_lifted(const struct flow_facts *facts, int limit)
{
    const struct fold_user *user = fold_current(facts->fold);
    return user && user->lifted[limit] > 0 && user->lifted_date == user->business_date;
}

static struct agree_question question(const struct state *s)
{
    return (struct agree_question){.purpose = APPROVAL_LIMIT, .limit = s->limit, .value = s->value};
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* What the limit counts beside the bag. */
static int64_t beside_minor(const struct flow_facts *facts)
{
    const struct fold_user *user = fold_current(facts->fold);
    return user ? facts->used.value[LIMIT_CASH] - user->cash_minor : 0;
}

/* Out of the bag, or what an earlier shift left in hand. */
static void hand_in(const struct flow_facts *facts, struct flow_effects *effects)
{
    effect_go(effects, beside_minor(facts) > 0 ? FLOW_CUSTODY : FLOW_DROP, NULL);
}

/* The next double that covers what is used and asked: one code is enough. What nothing covers is
 * raised as far as can be said. */
static int64_t raised(const struct state *s, const struct flow_facts *facts)
{
    int64_t used = facts->used.value[s->limit];
    int64_t asked = s->limit == s->wanted ? s->asked : 0;
    int64_t value = facts->limits.value[s->limit] * LIFT_FACTOR;
    while ((value <= used || value < asked) && value <= raised_most(s->limit) / LIFT_FACTOR)
        value *= LIFT_FACTOR;
    return value;
}

static void ask_code(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    int64_t most = facts->limits.value[s->limit];
    if (!can_be_lifted(s->limit) || most > MONEY_MAX_MINOR / LIFT_FACTOR) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    s->value = raised(s, facts);
    struct agree_question q = question(s);
    s->step = STEP_AGREE;
    agree_begin(&s->agree, true, &q, effects);
}

static void lift(struct state *s, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
    struct body_limit_lifted *body = &effect->as.commit.body.lifted;
    effect->as.commit.kind = KIND_LIMIT_LIFTED;
    body->limit = s->limit;
    body->value = s->value;
    text_copy(body->approver, sizeof body->approver, s->agree.who.text);
    s->step = STEP_SAVING;
}

static void act_list(struct state *s, const struct flow_facts *facts,
                     const struct flow_event *event, struct flow_effects *effects)
{
    int limits[LIMIT_COUNT];
    size_t count = in_force(facts, limits);
    s->lifted = false;
    switch (event->as.key.action) {
    case ACTION_DOWN:
        if (s->selected + 1 < count)
            s->selected++;
        break;
    case ACTION_UP:
        if (s->selected > 0)
            s->selected--;
        break;
    case ACTION_OK:
        if (s->selected < count) {
            s->limit = limits[s->selected];
            s->step = STEP_WAYS;
        }
        break;
    case ACTION_OPTION_1:
        hand_in(facts, effects);
        break;
    case ACTION_OPTION_2:
        effect_go(effects, FLOW_SYNC, NULL);
        break;
    case ACTION_BACK:
        effect_back(effects, 0);
        break;
    default:
        break;
    }
}

static void act_ways(struct state *s, const struct flow_facts *facts,
                     const struct flow_event *event, struct flow_effects *effects)
{
    bool cash = s->limit == LIMIT_CASH;
    bool line = s->limit == LIMIT_UNSENT || s->limit == LIMIT_OFFLINE;
    enum action action = event->as.key.action;
    if (action == ACTION_BACK)
        s->step = STEP_LIST;
    else if (action == ACTION_OK && cash)
        hand_in(facts, effects);
    else if (action == ACTION_OK && line)
        effect_go(effects, FLOW_SYNC, NULL);
    else if (action == ACTION_OK && !can_be_lifted(s->limit))
        s->step = STEP_LIST;
    else if (action == ACTION_OPTION_1 || action == ACTION_OK)
        ask_code(s, facts, effects);
}

static void committed(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    s->status = event->status;
    s->lifted = event->status == TILL_OK;
    s->step = s->lifted ? STEP_LIST : STEP_WAYS;
    effect_sound(effects, s->lifted ? SOUND_OK : SOUND_ERROR);
}

static void agree(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                  struct flow_effects *effects)
{
    struct agree_question q = question(s);
    enum agree_turn turn = agree_handle(&s->agree, &q, facts, event, effects);
    if (turn == AGREE_GIVEN)
        lift(s, effects);
    else if (turn == AGREE_LEFT)
        s->step = STEP_WAYS;
}

static void start(struct state *s, const struct flow_args *args, const struct flow_facts *facts)
{
    int limits[LIMIT_COUNT];
    size_t count = in_force(facts, limits);
    bool told = args->digit > LIMIT_NONE && args->digit < LIMIT_COUNT;
    int wanted = told ? args->digit : (int)facts->limit.limit;
    s->wanted = told ? wanted : LIMIT_NONE;
    s->asked = args->amount_minor;
    for (size_t i = 0; i < count; i++)
        if (limits[i] == wanted)
            s->selected = i;
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    if (event->type == EVENT_START) {
        start(s, args, facts);
    } else if (event->type == EVENT_COMMITTED) {
        committed(s, event, effects);
    } else if (event->type == EVENT_RESUMED) {
        s->step = STEP_LIST; /* cash was handed in, or records sent */
    } else if (s->step == STEP_AGREE) {
        agree(s, facts, event, effects);
    } else if (event->type == EVENT_ACTION && s->step != STEP_SAVING) {
        s->status = TILL_OK;
        if (s->step == STEP_WAYS)
            act_ways(s, facts, event, effects);
        else
            act_list(s, facts, event, effects);
    }
}

/* ---- screens --------------------------------------------------------------------------------- */

static void show_row(const struct flow_facts *facts, int limit, struct screen_row *row)
{
    char most[MONEY_TEXT_MAX], use[SCREEN_TEXT_MAX];
    int64_t percent = percent_of(facts, limit);
    words_value(facts, limit, facts->limits.value[limit], most);
    words_use(facts, limit, use);
    text_copy(row->name, sizeof row->name, gettext(limit_text(limit)));
    text_copy(row->place, sizeof row->place, limit == LIMIT_RECEIPT ? most : use);
    if (limit != LIMIT_RECEIPT && !is_barred(facts, limit))
        snprintf(row->amount, sizeof row->amount, "%lld%%",
                 (long long)(percent > 999 ? 999 : percent));
    if (percent >= LIMIT_WARN_PERCENT)
        row->amount_tone = percent >= 100 ? TONE_OWED : TONE_LOOK;
    if (is_lifted(facts, limit))
        text_copy(row->note, sizeof row->note, _("raised for today"));
}

static void show_list(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    int limits[LIMIT_COUNT];
    size_t count = in_force(facts, limits);
    size_t first = s->selected < ROWS ? 0 : s->selected - ROWS + 1;
    char amount[MONEY_TEXT_MAX];
    const struct fold_user *user = fold_current(facts->fold);
    screen->keys = KEYS_LIST;
    words_money(facts, user ? user->cash_minor : 0, amount);
    screen_line(screen, _("Cash in hand"), amount)->bold = true;
    if (beside_minor(facts) > 0) {
        words_money(facts, beside_minor(facts), amount);
        screen_line(screen, _("and held from earlier shifts"), amount)->left_tone = TONE_LOOK;
    }
    if (s->lifted)
        screen_notice(screen, TONE_ACCENT, "", _("Raised until the business date ends."));
    if (count == 0) {
        screen_notice(screen, TONE_ACCENT, _("No limits"), _("The office has set none here."));
    } else {
        screen_list(screen, s->selected - first, first, count);
        for (size_t i = first; i < count && i < first + ROWS; i++)
            show_row(facts, limits[i], screen_row(screen));
        screen_key(screen, "OK", _("What to do"));
    }
    screen_key(screen, "F1", _("Hand in cash"));
    screen_key(screen, "F2", _("Send"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static const char *way_out(int limit)
{
    switch (limit) {
    case LIMIT_CASH:
        return _("Hand in cash to a supervisor or at the bank. What is recorded stays, is printed "
                 "and sent.");
    case LIMIT_UNSENT:
    case LIMIT_OFFLINE:
        return _("Go where there is signal and send, or carry the records on a stick. What is "
                 "recorded stays.");
    case LIMIT_REVERSALS:
    case LIMIT_REVERSED:
        return _("Reversals go on with a supervisor: by PIN here, or by telephone and code.");
    case LIMIT_RECEIPT:
        return _("Take it in parts, or let the office raise the limit by a code.");
    default:
        return _("Call a supervisor or the office: a code raises the limit.");
    }
}

static void show_ways(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char text[SCREEN_TEXT_MAX];
    screen->keys = KEYS_CARD;
    words_use(facts, s->limit, text);
    screen_line(screen, gettext(limit_text(s->limit)), text)->bold = true;
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not raised"), _(status_text(s->status)));
    else
        screen_notice(screen, TONE_LOOK, _("What to do"), way_out(s->limit));
    if (s->limit == LIMIT_CASH)
        screen_key(screen, "OK", _("Hand in cash"));
    else if (s->limit == LIMIT_UNSENT || s->limit == LIMIT_OFFLINE)
        screen_key(screen, "OK", _("Send"));
    else
        screen_key(screen, "OK", can_be_lifted(s->limit) ? _("By code") : _("Back"));
    if (s->limit == LIMIT_CASH || s->limit == LIMIT_UNSENT || s->limit == LIMIT_OFFLINE)
        screen_key(screen, "F1", _("By code"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char value[MONEY_TEXT_MAX], what[SCREEN_TEXT_MAX];
    (void)args;
    screen_begin(screen, "limits", KEYS_LIST);
    screen_title(screen, _("Cash and limits"), facts->user_name);
    if (s->step == STEP_AGREE) {
        words_value(facts, s->limit, s->value, value);
        snprintf(what, sizeof what, _("Raise: %.60s to %s"), gettext(limit_text(s->limit)), value);
        agree_show(&s->agree, facts, what, screen);
    } else if (s->step == STEP_LIST) {
        show_list(s, facts, screen);
    } else {
        show_ways(s, facts, screen);
    }
}

const struct flow flow_limits = {"limits", sizeof(struct state), handle, show};
