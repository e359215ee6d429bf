/*
 * The day close: blind count, difference, Z; of one's own shift, or of another's in their absence.
 *
 * From the beginning of the count on nothing tells what should be there: where the count stands is
 * read from the journal, so that a power cut, the lock or another user in between change nothing.
 * The difference is shown once the count is accepted, and not before. Of other tenders the papers
 * in the bag are counted as cash is; in absence nothing of the owner's own count is used.
 */
#include <stdio.h>
#include <string.h>

#include "agree.h"
#include "receipt_words.h"
#include "stock_count.h"
#include "table.h"
#include "tally.h"
#include "text.h"
#include "words.h"

enum step {
    STEP_BEGIN,
    STEP_LOOKING, /* at the latest count */
    STEP_NOTES,
    STEP_SLIPS,
    STEP_STOCK,
    STEP_STANDS,
    STEP_RESULT,
    STEP_REASON,
    STEP_SLIP,
    STEP_SLIPS_REASON,
    STEP_CONFIRM,
    STEP_LEAVE,
    STEP_GONE /* the shift is not open any more */
};
enum { SLIP_MOST = 20, SLIP_LEAST = 4 };

struct state {
    enum step step, left; /* left: what Cancel left */
    bool waiting;
    struct tally notes, slips;
    struct stock_count stock;
    struct counted_view counted;
    int reason, slips_reason;
    struct typed slip;
    struct flow_entries entries;
    enum till_status status;
};

static bool in_absence(const struct flow_args *args)
{
    return args->seq != 0;
}

/* Whose shift is closed; NULL: it is not open. */
static const struct fold_user *owner(const struct flow_args *args, const struct flow_facts *facts)
{
    const struct fold_user *user =
        in_absence(args) ? fold_shift(facts->fold, (uint32_t)args->seq) : fold_current(facts->fold);
    return user && user->shift_open ? user : NULL;
}

static int64_t over_minor(const struct fold_user *user)
{
    return user->counted_minor - user->cash_minor;
}

static bool of_slips(const struct state *s)
{
    return slips_differ(&s->counted.taken, &s->counted.slips);
}

static int64_t short_slips(const struct state *s)
{
    return slips_short_minor(&s->counted.taken, &s->counted.slips, -1);
}

/* Where the journal is. */
static enum step step_of(const struct fold_user *user)
{
    if (!user)
        return STEP_GONE;
    if (!user->counting)
        return STEP_BEGIN;
    if (user->counted)
        return STEP_RESULT;
    return user->attempts > 0 ? STEP_STANDS : STEP_NOTES;
}

static void go_to(struct state *s, const struct flow_facts *facts, enum step step)
{
    s->step = step;
    if (step == STEP_NOTES && !tally_is_begun(&s->notes))
        tally_begin_notes(&s->notes, facts);
    if (step == STEP_SLIPS && !tally_is_begun(&s->slips))
        tally_begin_slips(&s->slips);
}

/* A count stands only for who made it: what the owner had counted is counted anew in absence. */
static void follow(struct state *s, const struct fold_user *user, const struct flow_facts *facts,
                   struct flow_effects *effects)
{
    if (!user || user->attempts == 0) {
        go_to(s, facts, step_of(user));
        return;
    }
    effect_add(effects, EFFECT_COUNTED)->as.value = user->shift;
    s->step = STEP_LOOKING;
    s->waiting = true;
}

static void looked(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event)
{
    const struct fold_user *user = owner(args, facts);
    s->waiting = false;
    s->status = event->status;
    s->counted = *event->as.counted;
    bool own = in_absence(args) ? s->counted.purpose == COUNT_ABSENCE
                                : s->counted.purpose == COUNT_CLOSING || (user && user->counted);
    go_to(s, facts, s->status == TILL_OK && !own ? STEP_NOTES : step_of(user));
}

/* ---- what is recorded ------------------------------------------------------------------------ */

static void commit(struct state *s, enum till_status written, struct flow_effects *effects)
{
    s->status = written;
    s->entries.count = 1;
    if (written != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    effect_add(effects, EFFECT_COMMIT_ENTRIES)->as.entries = &s->entries;
    s->waiting = true;
}

static void begin_count(struct state *s, const struct fold_user *user, struct flow_effects *effects)
{
    const struct body_count_begun body = {.shift = user->shift};
    commit(s, entry_write_count_begun(&s->entries.list[0], &body), effects);
}

static void record_count(struct state *s, const struct flow_args *args,
                         const struct flow_facts *facts, const struct fold_user *user,
                         struct flow_effects *effects)
{
    struct body_cash_count body = {.purpose = in_absence(args) ? COUNT_ABSENCE : COUNT_CLOSING,
                                   .shift = user->shift,
                                   .attempt = user->attempts + 1};
    body.suspect_minor = tally_sum_of(&s->slips, facts, TALLY_SUSPECT);
    body.damaged_minor = tally_sum_of(&s->slips, facts, TALLY_DAMAGED);
    enum till_status status = tally_notes(&s->notes, facts, body.notes, &body.amount_minor);
    if (status == TILL_OK)
        status = tally_tenders(&s->slips, facts, body.tenders);
    if (status == TILL_OK)
        status = entry_write_cash_count(&s->entries.list[0], &body);
    commit(s, status, effects);
}

static void accept_count(struct state *s, const struct fold_user *user,
                         struct flow_effects *effects)
{
    const struct body_count_accepted body = {.seq = user->count_seq};
    commit(s, entry_write_count_accepted(&s->entries.list[0], &body), effects);
}

static void close_shift(struct state *s, const struct flow_args *args, const struct fold_user *user,
                        struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_CLOSE);
    bool differs = over_minor(user) != 0;
    effect->as.close.shift = user->shift;
    effect->as.close.reason = differs ? s->reason : 0;
    effect->as.close.slips_reason = of_slips(s) ? s->slips_reason : 0;
    text_copy(effect->as.close.witness, sizeof effect->as.close.witness,
              in_absence(args) ? args->text : "");
    if (differs && s->reason == VARIANCE_COUNTERFEIT)
        text_copy(effect->as.close.slip, sizeof effect->as.close.slip, s->slip.text);
    s->waiting = true;
}

/* What was committed: the journal says how it goes on. */
static void committed(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                      const struct flow_event *event, struct flow_effects *effects)
{
    const struct fold_user *user = owner(args, facts);
    s->waiting = false;
    s->status = event->status;
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    if (!user) {
        effect_paper(effects, event, in_absence(args) ? KIND_CLOSED_IN_ABSENCE : KIND_SHIFT_CLOSED,
                     0);
        return;
    }
    effect_sound(effects, SOUND_OK);
    if (s->step == STEP_BEGIN && !in_absence(args))
        effect_add(effects, EFFECT_HOME); /* which is the count from here on */
    else
        follow(s, user, facts, effects);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void leave(struct state *s)
{
    s->left = s->step;
    s->step = STEP_LEAVE;
}

static void act_count(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                      const struct flow_event *event, struct flow_effects *effects)
{
    bool notes = s->step == STEP_NOTES;
    switch (tally_act(notes ? &s->notes : &s->slips, facts, event, effects)) {
    case TALLY_LEFT:
        if (notes)
            leave(s);
        else
            go_to(s, facts, STEP_NOTES);
        break;
    case TALLY_DONE:
        if (notes)
            go_to(s, facts, STEP_SLIPS);
        else if (stock_count_is_due(&s->stock, facts))
            go_to(s, facts, STEP_STOCK);
        else
            record_count(s, args, facts, owner(args, facts), effects);
        break;
    default:
        break;
    }
}

static void act_stands(struct state *s, const struct flow_facts *facts,
                       const struct fold_user *user, enum action action,
                       struct flow_effects *effects)
{
    if (action == ACTION_OK) {
        accept_count(s, user, effects);
    } else if (action == ACTION_OPTION_1) {
        memset(&s->notes, 0, sizeof s->notes); /* nothing of the first count helps the second */
        memset(&s->slips, 0, sizeof s->slips);
        go_to(s, facts, STEP_NOTES);
    } else if (action == ACTION_BACK) {
        leave(s);
    }
}

static void act_reason(struct state *s, bool over, const struct flow_event *event)
{
    int digit = event->as.key.digit;
    if (event->as.key.action == ACTION_BACK)
        s->step = STEP_RESULT;
    if (event->as.key.action != ACTION_DIGIT || !variance_reason_fits(digit, over))
        return;
    s->reason = digit;
    s->step = digit == VARIANCE_COUNTERFEIT ? STEP_SLIP
              : of_slips(s)                 ? STEP_SLIPS_REASON
                                            : STEP_CONFIRM;
}

static void act_slips_reason(struct state *s, bool differs, const struct flow_event *event)
{
    int digit = event->as.key.digit;
    if (event->as.key.action == ACTION_BACK) {
        s->step = !differs                            ? STEP_RESULT
                  : s->reason == VARIANCE_COUNTERFEIT ? STEP_SLIP
                                                      : STEP_REASON;
    } else if (event->as.key.action == ACTION_DIGIT &&
               slips_reason_fits(digit, short_slips(s) < 0)) {
        s->slips_reason = digit;
        s->step = STEP_CONFIRM;
    }
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
            s->step = of_slips(s) ? STEP_SLIPS_REASON : STEP_CONFIRM;
        else
            effect_sound(effects, SOUND_ERROR);
        break;
    default:
        typed_act(&s->slip, event, SLIP_MOST);
        break;
    }
}

static void act_result(struct state *s, const struct flow_args *args, const struct fold_user *user,
                       enum action action, struct flow_effects *effects)
{
    if (action == ACTION_BACK && s->step == STEP_RESULT)
        leave(s);
    else if (action == ACTION_BACK)
        s->step = of_slips(s) ? STEP_SLIPS_REASON : STEP_REASON;
    else if (action == ACTION_OK && s->step == STEP_RESULT && over_minor(user) != 0)
        s->step = STEP_REASON;
    else if (action == ACTION_OK && s->step == STEP_RESULT && of_slips(s))
        s->step = STEP_SLIPS_REASON;
    else if (action == ACTION_OK)
        close_shift(s, args, user, effects);
}

static void act_leave(struct state *s, const struct flow_args *args, enum action action,
                      struct flow_effects *effects)
{
    if (action != ACTION_OPTION_1)
        s->step = s->left;
    else if (in_absence(args))
        effect_back(effects, 0);
    else
        effect_add(effects, EFFECT_LOGOUT);
}

static void act(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                const struct flow_event *event, struct flow_effects *effects)
{
    const struct fold_user *user = owner(args, facts);
    enum action action = event->as.key.action;
    s->status = TILL_OK;
    if (!user || facts->training) {
        if (action == ACTION_BACK || action == ACTION_OK)
            effect_back(effects, 0);
        return;
    }
    switch (s->step) {
    case STEP_BEGIN:
        if (action == ACTION_OK)
            begin_count(s, user, effects);
        else if (action == ACTION_BACK)
            effect_back(effects, 0);
        break;
    case STEP_NOTES:
    case STEP_SLIPS:
        act_count(s, args, facts, event, effects);
        break;
    case STEP_STANDS:
        act_stands(s, facts, user, action, effects);
        break;
    case STEP_REASON:
        act_reason(s, over_minor(user) > 0, event);
        break;
    case STEP_SLIP:
        act_slip(s, event, effects);
        break;
    case STEP_SLIPS_REASON:
        act_slips_reason(s, over_minor(user) != 0, event);
        break;
    case STEP_LEAVE:
        act_leave(s, args, action, effects);
        break;
    default:
        act_result(s, args, user, action, effects);
        break;
    }
}

static void count_stock(struct state *s, const struct flow_args *args,
                        const struct flow_facts *facts, const struct flow_event *event,
                        struct flow_effects *effects)
{
    switch (stock_count_handle(&s->stock, &s->entries, facts, event, effects)) {
    case STOCK_COUNT_LEFT:
        go_to(s, facts, STEP_SLIPS);
        break;
    case STOCK_COUNT_DONE:
        record_count(s, args, facts, owner(args, facts), effects);
        s->step = STEP_SLIPS; /* where it goes on if that is refused */
        break;
    default:
        break;
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    if (s->step == STEP_STOCK && owner(args, facts) && !facts->training)
        count_stock(s, args, facts, event, effects);
    else if (event->type == EVENT_START)
        follow(s, owner(args, facts), facts, effects);
    else if (event->type == EVENT_COUNTED)
        looked(s, args, facts, event);
    else if (event->type == EVENT_COMMITTED)
        committed(s, args, facts, event, effects);
    else if (event->type == EVENT_ACTION && !s->waiting)
        act(s, args, facts, event, effects);
}

/* ---- screens --------------------------------------------------------------------------------- */

static void title(const struct flow_args *args, const struct flow_facts *facts,
                  const struct fold_user *user, struct screen *screen)
{
    char aside[SCREEN_TEXT_MAX];
    if (user)
        snprintf(aside, sizeof aside, _("%.40s · shift %u"),
                 in_absence(args) ? user->user : facts->user_name, (unsigned)user->shift);
    else
        text_copy(aside, sizeof aside, facts->user_name);
    screen_title(screen, in_absence(args) ? _("Close in absence") : _("Day close"), aside);
}

/* What is open is said; none of it stops the close. */
static void show_begin(const struct flow_args *args, const struct flow_facts *facts,
                       const struct fold_user *user, struct screen *screen)
{
    char text[SCREEN_TEXT_MAX];
    screen_begin(screen, "close", KEYS_MESSAGE);
    title(args, facts, user, screen);
    screen_notice(screen, TONE_ACCENT, _("Begin the count?"),
                  _("From then on nothing is collected in this shift, and no screen or paper shows "
                    "how much should be there until the count stands."));
    if (facts->unsent > 0) {
        snprintf(text, sizeof text, _("%llu records are not sent yet: that can be done later."),
                 (unsigned long long)facts->unsent);
        screen_line(screen, text, "")->size = SIZE_SMALL;
    }
    if (facts->fold->paper_uncertain)
        screen_line(screen, _("The last paper is not certain: print it again first."), "")
            ->left_tone = TONE_LOOK;
    screen_key(screen, "OK", _("Begin the count"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_tally(const struct state *s, const struct flow_args *args,
                       const struct flow_facts *facts, const struct fold_user *user,
                       struct screen *screen)
{
    bool notes = s->step == STEP_NOTES;
    if (notes)
        screen_begin(screen, "close_notes", KEYS_AMOUNT);
    else
        screen_begin(screen, "close_slips", KEYS_AMOUNT);
    title(args, facts, user, screen);
    tally_show(notes ? &s->notes : &s->slips, facts, screen);
}

static void show_stands(const struct flow_args *args, const struct flow_facts *facts,
                        const struct fold_user *user, struct screen *screen)
{
    char amount[MONEY_TEXT_MAX], times[SCREEN_TEXT_MAX];
    screen_begin(screen, "close_stands", KEYS_CARD);
    title(args, facts, user, screen);
    words_money(facts, user->counted_minor, amount);
    snprintf(times, sizeof times, _("Counted, count %u"), (unsigned)user->attempts);
    show_large(screen, times, amount, TONE_NORMAL);
    screen_notice(screen, TONE_ACCENT, "",
                  _("If it stands it can't be changed any more. Each count is recorded."));
    screen_key(screen, "OK", _("It stands"));
    screen_key(screen, "F1", _("Count again"));
    screen_key(screen, _("Cancel"), _("Pause"));
}

static void show_difference(const struct flow_facts *facts, const struct fold_user *user,
                            struct screen *screen)
{
    char amount[MONEY_TEXT_MAX];
    int64_t over = over_minor(user);
    words_money(facts, user->cash_minor, amount);
    screen_line(screen, _("Should be there"), amount);
    words_money(facts, user->counted_minor, amount);
    screen_line(screen, _("Counted"), amount);
    words_money(facts, over < 0 ? -over : over, amount);
    if (over == 0)
        text_copy(amount, sizeof amount, "");
    /* One line: of two a display of four lines would show the word without the sum. */
    struct screen_line *line = screen_line(screen,
                                           over == 0  ? _("No difference")
                                           : over > 0 ? _("Over")
                                                      : _("Short"),
                                           amount);
    line->size = SIZE_HUGE;
    line->bold = true;
    line->left_tone = line->right_tone = over == 0 ? TONE_ACCENT : TONE_OWED;
}

/* What was taken by other means; of what leaves a paper in the bag, how much the papers say. */
static void show_tenders(const struct state *s, const struct flow_facts *facts,
                         struct screen *screen)
{
    char taken[MONEY_TEXT_MAX], slips[MONEY_TEXT_MAX], text[SCREEN_TEXT_MAX];
    for (int tender = TENDER_CARD; tender <= TENDER_VOUCHER; tender++) {
        int64_t taken_minor = heaps_value(&s->counted.taken, tender);
        int64_t slips_minor = heaps_value(&s->counted.slips, tender);
        bool differs = slips_short_minor(&s->counted.taken, &s->counted.slips, tender) != 0;
        if (taken_minor == 0 && slips_minor == 0)
            continue;
        words_money(facts, taken_minor, taken);
        words_money(facts, slips_minor, slips);
        snprintf(text, sizeof text, _("taken %s, slips %s"), taken, slips);
        screen_line(screen, _(tender_text(tender)), differs ? text : taken)->right_tone =
            differs ? TONE_OWED : TONE_NORMAL;
    }
}

static void show_result(const struct state *s, const struct flow_args *args,
                        const struct flow_facts *facts, const struct fold_user *user,
                        struct screen *screen)
{
    screen_begin(screen, "close_result", KEYS_MESSAGE);
    title(args, facts, user, screen);
    screen->fresh = true;
    show_difference(facts, user, screen);
    show_tenders(s, facts, screen);
    screen_key(screen, "OK",
               over_minor(user) == 0 && !of_slips(s) ? _("Close the day") : _("Give the reason"));
    screen_key(screen, _("Cancel"), _("Pause"));
}

static void show_reason(const struct flow_args *args, const struct flow_facts *facts,
                        const struct fold_user *user, struct screen *screen)
{
    char amount[MONEY_TEXT_MAX];
    int64_t over = over_minor(user);
    screen_begin(screen, "close_reason", KEYS_MENU);
    title(args, facts, user, screen);
    words_money(facts, over < 0 ? -over : over, amount);
    screen_line(screen, over > 0 ? _("Over: why?") : _("Short: why?"), amount)->bold = true;
    show_reasons(over > 0, screen);
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_slips_reason(const struct state *s, const struct flow_args *args,
                              const struct flow_facts *facts, const struct fold_user *user,
                              struct screen *screen)
{
    bool over = short_slips(s) < 0;
    screen_begin(screen, "close_slips_reason", KEYS_MENU);
    title(args, facts, user, screen);
    screen_line(screen, _("The slips differ: why?"), "")->bold = true;
    show_tenders(s, facts, screen);
    for (int reason = VARIANCE_COUNTERFEIT; reason <= VARIANCE_OTHER; reason++)
        if (slips_reason_fits(reason, over))
            choice_line(screen, reason, _(variance_reason_text(reason)), "", false);
    screen_key(screen, over ? "5" : "4-5", _("Choose"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_slip(const struct state *s, const struct flow_args *args,
                      const struct flow_facts *facts, const struct fold_user *user,
                      struct screen *screen)
{
    screen_begin(screen, "close_slip", KEYS_DIGITS);
    title(args, facts, user, screen);
    screen_field(screen, _("Number of the bank's slip for the false note"), s->slip.text, "");
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, "", _("At least 4 digits, as on the slip."));
    screen_key(screen, "OK", _("Next"));
    screen_key(screen, _("Clear"), _("Correct"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_confirm(const struct state *s, const struct flow_args *args,
                         const struct flow_facts *facts, const struct fold_user *user,
                         struct screen *screen)
{
    char text[SCREEN_TEXT_MAX];
    screen_begin(screen, "close_confirm", KEYS_MESSAGE);
    title(args, facts, user, screen);
    screen->fresh = true;
    show_difference(facts, user, screen);
    bool slip = s->reason == VARIANCE_COUNTERFEIT;
    snprintf(text, sizeof text, "%.90s%s%s", _(variance_reason_text(s->reason)), slip ? " " : "",
             slip ? s->slip.text : "");
    if (over_minor(user) != 0)
        screen_line(screen, _("Reason"), text);
    show_tenders(s, facts, screen);
    if (of_slips(s))
        screen_line(screen, _("Reason"), _(variance_reason_text(s->slips_reason)));
    screen_key(screen, "OK", _("Close the day"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_leave(const struct flow_args *args, const struct flow_facts *facts,
                       const struct fold_user *user, struct screen *screen)
{
    screen_begin(screen, "close_leave", KEYS_CARD);
    title(args, facts, user, screen);
    screen_notice(screen, TONE_LOOK, _("Leave the count?"),
                  _("It goes on here, also after the next login. What was typed and not finished "
                    "must be counted again."));
    screen_key(screen, "OK", _("Go on counting"));
    screen_key(screen, "F1", in_absence(args) ? _("Pause") : _("Log out"));
}

/* Nothing can be closed here, and why. */
static void show_nothing(const struct flow_args *args, const struct flow_facts *facts,
                         const struct fold_user *user, struct screen *screen)
{
    screen_begin(screen, "close", KEYS_MESSAGE);
    title(args, facts, user, screen);
    if (user)
        screen_notice(screen, TONE_LOOK, _("Not while training"),
                      _("End the training first: 6, 8. Training closes no shift."));
    else
        screen_notice(screen, TONE_LOOK, _("No shift is open"), _("There is nothing to close."));
    screen_key(screen, "OK", _("Back"));
}

static void show_step(const struct state *s, const struct flow_args *args,
                      const struct flow_facts *facts, const struct fold_user *user,
                      struct screen *screen)
{
    switch (s->step) {
    case STEP_LOOKING:
        screen_begin(screen, "close", KEYS_MESSAGE);
        title(args, facts, user, screen);
        break;
    case STEP_NOTES:
    case STEP_SLIPS:
        show_tally(s, args, facts, user, screen);
        break;
    case STEP_STOCK:
        screen_begin(screen, "close_stock", KEYS_CARD);
        title(args, facts, user, screen);
        stock_count_show(&s->stock, facts, screen);
        break;
    case STEP_STANDS:
        show_stands(args, facts, user, screen);
        break;
    case STEP_RESULT:
        show_result(s, args, facts, user, screen);
        break;
    case STEP_SLIPS_REASON:
        show_slips_reason(s, args, facts, user, screen);
        break;
    case STEP_REASON:
        show_reason(args, facts, user, screen);
        break;
    case STEP_SLIP:
        show_slip(s, args, facts, user, screen);
        break;
    case STEP_CONFIRM:
        show_confirm(s, args, facts, user, screen);
        break;
    case STEP_LEAVE:
        show_leave(args, facts, user, screen);
        break;
    default:
        show_begin(args, facts, user, screen);
        break;
    }
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    const struct fold_user *user = owner(args, facts);
    if (!user || facts->training)
        show_nothing(args, facts, user, screen);
    else
        show_step(s, args, facts, user, screen);
    if (s->status != TILL_OK && s->step != STEP_SLIP)
        screen_notice(screen, TONE_OWED, _("Not recorded"),
                      s->status == TILL_BAD_INPUT
                          ? _("The false and torn notes are more than was counted.")
                          : _(status_text(s->status)));
}

const struct flow flow_close = {"close", sizeof(struct state), handle, show};
