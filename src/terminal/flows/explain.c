/*
 * A difference finds its owner and reason: of a deposit or of cash that was taken over. One's own
 * shortage everybody explains alone; to name somebody else a supervisor must agree.
 */
#include <stdio.h>
#include <string.h>

#include "agree.h"
#include "person_field.h"
#include "receipt_words.h"
#include "table.h"
#include "text.h"
#include "when.h"

enum step {
    STEP_WHICH,
    STEP_AMOUNT,
    STEP_REASON,
    STEP_SLIP,
    STEP_OWNER,
    STEP_AGREE,
    STEP_CONFIRM,
    STEP_SAVING,
    STEP_DONE
};
enum { AMOUNT_MOST = 12, SLIP_MOST = 20, SLIP_LEAST = 4, ROWS = 5 };

struct state {
    enum step step;
    struct carry_view view;
    bool loaded;
    size_t selected;
    struct carry_open open; /* that was chosen */
    struct typed amount, slip;
    struct person_field owner;
    struct agree agree;
    struct flow_carry carry;
    enum till_status status;
};

static struct body_variance_explained *body_of(struct state *s)
{
    return &s->carry.as.explained;
}

/* ---- which ----------------------------------------------------------------------------------- */

static void choose(struct state *s, const struct flow_facts *facts, size_t i)
{
    const struct fold_user *user = fold_current(facts->fold);
    char text[MONEY_TEXT_MAX];
    s->open = s->view.open[i];
    int64_t open_minor = s->open.open_minor;
    words_amount(facts, open_minor < 0 ? -open_minor : open_minor, text);
    typed_set(&s->amount, text, true);
    typed_set(&s->owner.number, user ? user->user : "", true);
    s->step = STEP_AMOUNT;
}

static void take_view(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                      const struct flow_event *event)
{
    s->loaded = true;
    s->status = event->status;
    s->view = *event->as.carry;
    for (size_t i = 0; i < s->view.open_count; i++)
        if (s->view.open[i].seq == args->seq)
            choose(s, facts, i);
    if (s->step == STEP_WHICH && s->view.open_count == 1)
        choose(s, facts, 0);
}

static bool may_explain(const struct state *s, const struct flow_facts *facts)
{
    return s->view.open_count > 0 && !facts->training && facts->site;
}

static void act_which(struct state *s, const struct flow_facts *facts, enum action action,
                      struct flow_effects *effects)
{
    if (action == ACTION_BACK || (action == ACTION_OK && !may_explain(s, facts)))
        effect_back(effects, 0);
    else if (action == ACTION_OK)
        choose(s, facts, s->selected);
    else if (action == ACTION_DOWN)
        s->selected += s->selected + 1 < s->view.open_count;
    else if (action == ACTION_UP)
        s->selected -= s->selected > 0;
}

/* ---- how much, why --------------------------------------------------------------------------- */

static void act_amount(struct state *s, const struct flow_facts *facts,
                       const struct flow_event *event, struct flow_effects *effects)
{
    int64_t amount_minor = 0, open_minor = s->open.open_minor;
    int64_t most_minor = open_minor < 0 ? -open_minor : open_minor;
    switch (event->as.key.action) {
    case ACTION_BACK:
        if (s->view.open_count > 1)
            s->step = STEP_WHICH;
        else
            effect_back(effects, 0);
        break;
    case ACTION_OK:
        s->status = money_parse(facts->site, s->amount.text, &amount_minor);
        if (s->status == TILL_OK && amount_minor <= 0)
            s->status = TILL_BAD_INPUT;
        if (s->status == TILL_OK && amount_minor > most_minor)
            s->status = TILL_TOO_LARGE;
        body_of(s)->seq = s->open.seq;
        body_of(s)->amount_minor = open_minor < 0 ? -amount_minor : amount_minor;
        if (s->status == TILL_OK)
            s->step = STEP_REASON;
        else
            effect_sound(effects, SOUND_ERROR);
        break;
    default:
        typed_act_amount(&s->amount, event, AMOUNT_MOST);
        break;
    }
}

static void act_reason(struct state *s, const struct flow_event *event)
{
    int digit = event->as.key.action == ACTION_DIGIT ? event->as.key.digit : 0;
    if (event->as.key.action == ACTION_BACK)
        s->step = STEP_AMOUNT;
    if (!variance_reason_fits(digit, body_of(s)->amount_minor < 0))
        return;
    body_of(s)->reason = digit;
    s->step = digit == VARIANCE_COUNTERFEIT ? STEP_SLIP : STEP_OWNER;
}

static void act_slip(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    switch (event->as.key.action) {
    case ACTION_BACK:
        s->step = STEP_REASON;
        break;
    case ACTION_OK:
        s->status = s->slip.length >= SLIP_LEAST ? TILL_OK : TILL_BAD_INPUT;
        if (s->status == TILL_OK)
            s->step = STEP_OWNER;
        else
            effect_sound(effects, SOUND_ERROR);
        break;
    default:
        typed_act(&s->slip, event, SLIP_MOST);
        break;
    }
}

/* ---- whose ----------------------------------------------------------------------------------- */

static bool is_own(const struct state *s, const struct flow_facts *facts)
{
    const struct fold_user *user = fold_current(facts->fold);
    return user && strcmp(user->user, s->owner.who.user) == 0;
}

static void owner_known(struct state *s, const struct flow_facts *facts,
                        struct flow_effects *effects)
{
    static const struct agree_question none = {.purpose = APPROVAL_REVERSAL};
    s->step = STEP_CONFIRM;
    if (is_own(s, facts) || facts->role == ROLE_SUPERVISOR)
        return;
    s->step = STEP_AGREE;
    agree_begin(&s->agree, false, &none, effects);
}

static void handle_owner(struct state *s, const struct flow_facts *facts,
                         const struct flow_event *event, struct flow_effects *effects)
{
    enum person_turn turn = person_handle(&s->owner, &s->view, facts, true, event, effects);
    if (turn == PERSON_KNOWN)
        owner_known(s, facts, effects);
    else if (turn == PERSON_LEFT)
        s->step = body_of(s)->reason == VARIANCE_COUNTERFEIT ? STEP_SLIP : STEP_REASON;
}

static void handle_agree(struct state *s, const struct flow_facts *facts,
                         const struct flow_event *event, struct flow_effects *effects)
{
    enum agree_turn turn = agree_handle(&s->agree, NULL, facts, event, effects);
    if (turn == AGREE_GIVEN)
        s->step = STEP_CONFIRM;
    else if (turn == AGREE_LEFT)
        s->step = STEP_OWNER;
}

/* ---- the record ------------------------------------------------------------------------------ */

static void record(struct state *s, struct flow_effects *effects)
{
    struct body_variance_explained *body = body_of(s);
    s->carry.kind = KIND_VARIANCE_EXPLAINED;
    text_copy(body->owner, sizeof body->owner, s->owner.who.user);
    text_copy(body->slip, sizeof body->slip,
              body->reason == VARIANCE_COUNTERFEIT ? s->slip.text : "");
    effect_add(effects, EFFECT_CARRY)->as.carry = &s->carry;
    s->step = STEP_SAVING;
}

static void recorded(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    s->status = event->status;
    s->step = s->status == TILL_OK ? STEP_DONE : STEP_CONFIRM;
    effect_sound(effects, s->status == TILL_OK ? SOUND_OK : SOUND_ERROR);
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    s->status = TILL_OK;
    switch (may_explain(s, facts) || s->step == STEP_DONE ? s->step : STEP_WHICH) {
    case STEP_WHICH:
        act_which(s, facts, action, effects);
        break;
    case STEP_AMOUNT:
        act_amount(s, facts, event, effects);
        break;
    case STEP_REASON:
        act_reason(s, event);
        break;
    case STEP_SLIP:
        act_slip(s, event, effects);
        break;
    case STEP_CONFIRM:
        if (action == ACTION_OK)
            record(s, effects);
        else if (action == ACTION_BACK)
            s->step = STEP_OWNER;
        break;
    case STEP_DONE:
        if (action == ACTION_OK || action == ACTION_BACK)
            effect_back(effects, 1);
        break;
    default:
        break;
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    if (event->type == EVENT_START)
        effect_add(effects, EFFECT_CARRY_LOOK);
    else if (event->type == EVENT_CARRY)
        take_view(s, args, facts, event);
    else if (event->type == EVENT_COMMITTED)
        recorded(s, event, effects);
    else if (s->step == STEP_OWNER)
        handle_owner(s, facts, event, effects);
    else if (s->step == STEP_AGREE)
        handle_agree(s, facts, event, effects);
    else if (event->type == EVENT_ACTION && s->step != STEP_SAVING)
        act(s, facts, event, effects);
}

/* ---- screens --------------------------------------------------------------------------------- */

static const char *kind_of(const struct carry_open *open)
{
    return open->kind == KIND_DEPOSIT ? _("Deposit") : _("Taken over");
}

static void show_which(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char at[WHEN_TEXT_MAX];
    if (!may_explain(s, facts)) {
        screen->keys = KEYS_MESSAGE;
        if (facts->training)
            screen_notice(screen, TONE_LOOK, _("Not while training"),
                          _("Training moves no money. End it first: 6, 8."));
        else if (s->loaded)
            screen_notice(screen, TONE_ACCENT, _("Nothing is open"),
                          _("All your deposits and all that you took over agree."));
        screen_key(screen, "OK", _("Back"));
        return;
    }
    size_t first = s->selected < ROWS ? 0 : s->selected + 1 - ROWS;
    screen->keys = KEYS_LIST;
    screen_list(screen, s->selected - first, first, s->view.open_count);
    for (size_t i = first; i < s->view.open_count && i < first + ROWS; i++) {
        const struct carry_open *open = &s->view.open[i];
        struct screen_row *row = screen_row(screen);
        receipt_number_format(facts->terminal, open->seq, row->name);
        words_money(facts, open->open_minor < 0 ? -open->open_minor : open->open_minor,
                    row->amount);
        text_copy(row->note, sizeof row->note, open->open_minor < 0 ? _("Over") : _("Short"));
        when_format_minute(facts->fold->enrolled.zone, open->at_s, at);
        snprintf(row->place, sizeof row->place, "%s · %s", kind_of(open), at);
    }
    screen_key(screen, "OK", _("Explain it"));
    screen_key(screen, "▲▼", _("Choose"));
    screen_key(screen, _("Cancel"), _("Back"));
}

/* Which, and how much of it is open. */
static void show_open(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char number[RECEIPT_NUMBER_MAX], text[SCREEN_TEXT_MAX], amount[MONEY_TEXT_MAX];
    receipt_number_format(facts->terminal, s->open.seq, number);
    snprintf(text, sizeof text, "%s %s", kind_of(&s->open), number);
    words_money(facts, s->open.open_minor < 0 ? -s->open.open_minor : s->open.open_minor, amount);
    screen_line(screen, text, "");
    screen_line(screen,
                s->open.open_minor < 0 ? _("Over, not explained") : _("Short, not explained"),
                amount)
        ->bold = true;
}

static void show_amount(const struct state *s, const struct flow_facts *facts,
                        struct screen *screen)
{
    screen->keys = KEYS_AMOUNT;
    show_open(s, facts, screen);
    screen_field(screen, _("How much of it"), s->amount.text, "");
    if (s->status == TILL_TOO_LARGE)
        screen_notice(screen, TONE_OWED, "", _("That is more than is open."));
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, "", _("Type the sum; * is the decimal point."));
    screen_key(screen, "OK", _("Next"));
    screen_key(screen, _("Clear"), _("Correct"));
}

static void show_reason(const struct state *s, const struct flow_facts *facts,
                        struct screen *screen)
{
    char amount[MONEY_TEXT_MAX];
    int64_t amount_minor = s->carry.as.explained.amount_minor;
    screen->keys = KEYS_MENU;
    words_money(facts, amount_minor < 0 ? -amount_minor : amount_minor, amount);
    screen_line(screen, amount_minor < 0 ? _("Over: why?") : _("Short: why?"), amount)->bold = true;
    show_reasons(amount_minor < 0, screen);
}

static void show_slip(const struct state *s, struct screen *screen)
{
    screen->keys = KEYS_DIGITS;
    screen_field(screen, _("Number of the bank's slip for the false note"), s->slip.text, "");
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, "", _("At least 4 digits, as on the slip."));
    screen_key(screen, "OK", _("Next"));
    screen_key(screen, _("Clear"), _("Correct"));
}

static void show_confirm(const struct state *s, const struct flow_facts *facts,
                         struct screen *screen)
{
    const struct body_variance_explained *b = &s->carry.as.explained;
    char text[SCREEN_TEXT_MAX], amount[MONEY_TEXT_MAX];
    screen->keys = KEYS_MESSAGE;
    screen->fresh = s->step == STEP_CONFIRM;
    words_money(facts, b->amount_minor < 0 ? -b->amount_minor : b->amount_minor, amount);
    struct screen_line *line =
        screen_line(screen, b->amount_minor < 0 ? _("Over") : _("Short"), amount);
    line->size = SIZE_BIG;
    line->bold = true;
    words_person(s->owner.who.name, s->owner.who.user, text, sizeof text);
    screen_line(screen, b->amount_minor < 0 ? _("Credited to") : _("Charged to"), text)->bold =
        true;
    snprintf(text, sizeof text, "%.90s %s", _(variance_reason_text(b->reason)),
             b->reason == VARIANCE_COUNTERFEIT ? s->slip.text : "");
    screen_line(screen, _("Reason"), text);
    if (s->step == STEP_DONE)
        screen_notice(screen, TONE_ACCENT, _("√ Explained"),
                      _("The office sees it with the name. The day closes stay as they are."));
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not recorded"),
                      s->status == TILL_TOO_LARGE ? _("That is more than is open.")
                                                  : _(status_text(s->status)));
    screen_key(screen, "OK", s->step == STEP_DONE ? _("Done") : _("Explain it so"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    (void)args;
    screen_begin(screen, "explain", KEYS_MESSAGE);
    screen_title(screen, _("Explain a difference"), facts->user_name);
    if (s->step == STEP_WHICH || (s->step != STEP_DONE && !may_explain(s, facts))) {
        show_which(s, facts, screen);
        return;
    }
    if (s->step == STEP_OWNER) {
        person_show(&s->owner, &s->view, _("Whose it is: user number"), screen);
        return;
    }
    if (s->step == STEP_AGREE) {
        agree_show(&s->agree, facts, _("Somebody else is named for a difference"), screen);
        return;
    }
    if (s->step == STEP_AMOUNT)
        show_amount(s, facts, screen);
    else if (s->step == STEP_REASON)
        show_reason(s, facts, screen);
    else if (s->step == STEP_SLIP)
        show_slip(s, screen);
    else
        show_confirm(s, facts, screen);
    if (s->step != STEP_DONE)
        screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_explain = {"explain", sizeof(struct state), handle, show};
