/*
 * Cash from hand to hand, the receiver's side: the giver's paper is scanned, from the other
 * terminal's screen too, or its number chosen where it was given here. Then it is counted note by
 * note without seeing what the giver said; the difference is told once the count is recorded.
 */
#include <stdio.h>
#include <string.h>

#include "both.h"
#include "carried.h"
#include "person_field.h"
#include "receipt_words.h"
#include "table.h"
#include "tally.h"
#include "text.h"
#include "when.h"

enum step {
    STEP_WHICH,
    STEP_LOOKING,
    STEP_BEGIN,
    STEP_NOTES,
    STEP_SLIPS,
    STEP_STANDS,
    STEP_SAVING,
    STEP_PAPERS,
    STEP_RESULT
};

/* What is wrong with a paper that was shown. */
enum fault {
    FAULT_NONE,
    FAULT_UNREADABLE,
    FAULT_KIND,
    FAULT_NUMBER_ONLY,
    FAULT_TRAINING,
    FAULT_TAKEN,
    FAULT_OWN,
    FAULT_STATUS
};

struct state {
    enum step step;
    struct carry_view view;
    bool loaded;
    size_t offered; /* of those that wait here, from 1; 0 = none */
    struct typed number;
    struct receipt_view paper;
    enum fault fault;
    struct tally notes, slips;
    uint32_t attempts;
    struct flow_carry carry;
    struct both papers;
    uint64_t seq;          /* of what was recorded */
    int64_t counted_minor; /* as it stands */
    int64_t slips_minor;   /* the same of other tenders */
    enum till_status status;
};

/* ---- which paper ----------------------------------------------------------------------------- */

static bool is_mine(const struct carry_given *given, const struct flow_facts *facts)
{
    const struct fold_user *user = fold_current(facts->fold);
    return user && strcmp(given->to, user->user) == 0;
}

/* The n-th that waits here for who works here, from 1; NULL: there is none. */
static const struct carry_given *waiting(const struct state *s, const struct flow_facts *facts,
                                         size_t n)
{
    for (size_t i = 0; i < s->view.given_count; i++)
        if (is_mine(&s->view.given[i], facts) && --n == 0)
            return &s->view.given[i];
    return NULL;
}

static void offer(struct state *s, const struct flow_facts *facts, size_t n)
{
    char number[RECEIPT_NUMBER_MAX] = "";
    const struct carry_given *given = n > 0 ? waiting(s, facts, n) : NULL;
    s->offered = given ? n : 0;
    if (given)
        receipt_number_format(facts->terminal, given->seq, number);
    typed_set(&s->number, number, true);
}

static void look(struct state *s, const char *text, uint64_t seq, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_RECEIPT);
    text_copy(effect->as.receipt.text, sizeof effect->as.receipt.text, text);
    effect->as.receipt.seq = seq;
    text_copy(s->carry.as.taken.text, sizeof s->carry.as.taken.text, text);
    s->carry.as.taken.seq = seq;
    s->fault = FAULT_NONE;
    s->step = STEP_LOOKING;
}

static enum fault fault_of(const struct receipt_view *v, const struct flow_facts *facts)
{
    const struct fold_user *user = fold_current(facts->fold);
    bool nothing = v->state == RECEIPT_UNREADABLE || v->state == RECEIPT_UNKNOWN;
    if (nothing)
        return FAULT_UNREADABLE;
    if (v->state == RECEIPT_FOREIGN && !v->proven)
        return FAULT_NUMBER_ONLY;
    if (v->why != TILL_OK)
        return FAULT_STATUS;
    if (v->receiver[0] == '\0')
        return FAULT_KIND;
    if (kind_is_training(v->kind))
        return FAULT_TRAINING;
    if (v->taken_by != 0 || v->taken.terminal[0])
        return FAULT_TAKEN;
    bool back = v->state != RECEIPT_FOREIGN && kind_base(v->kind) == KIND_HANDOVER_GIVEN;
    return user && strcmp(v->user, user->user) == 0 && !back ? FAULT_OWN : FAULT_NONE;
}

/* They gave it themselves, and the receiver has not come. */
static bool is_back(const struct state *s, const struct flow_facts *facts)
{
    const struct fold_user *user = fold_current(facts->fold);
    return user && strcmp(s->paper.user, user->user) == 0;
}

static void looked(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                   struct flow_effects *effects)
{
    s->paper = *event->as.receipt;
    s->fault = fault_of(&s->paper, facts);
    s->step = s->fault == FAULT_NONE ? STEP_BEGIN : STEP_WHICH;
    memset(&s->notes, 0, sizeof s->notes);
    memset(&s->slips, 0, sizeof s->slips);
    s->attempts = 0;
    if (s->fault != FAULT_NONE)
        effect_sound(effects, SOUND_ERROR);
}

/* ---- the count ------------------------------------------------------------------------------- */

static void go_to(struct state *s, const struct flow_facts *facts, enum step step)
{
    s->step = step;
    if (step == STEP_NOTES && !tally_is_begun(&s->notes))
        tally_begin_notes(&s->notes, facts);
    if (step == STEP_SLIPS && !tally_is_begun(&s->slips))
        tally_begin_slips(&s->slips);
}

static int64_t sum_of(const char *tenders)
{
    struct heaps heaps;
    int64_t sum_minor = 0;
    bool sum = heaps_read(tenders, &heaps) && heaps_sum(&heaps, &sum_minor) == TILL_OK;
    return sum ? sum_minor : 0;
}

static void counted(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    struct entry probe;
    struct body_cash_count *count = &s->carry.count;
    *count = (struct body_cash_count){.purpose = COUNT_TAKEN, .attempt = s->attempts + 1};
    count->suspect_minor = tally_sum_of(&s->slips, facts, TALLY_SUSPECT);
    count->damaged_minor = tally_sum_of(&s->slips, facts, TALLY_DAMAGED);
    s->status = tally_notes(&s->notes, facts, count->notes, &count->amount_minor);
    if (s->status == TILL_OK)
        s->status = tally_tenders(&s->slips, facts, count->tenders);
    if (s->status == TILL_OK)
        s->status = entry_write_cash_count(&probe, count);
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    s->attempts++;
    s->counted_minor = count->amount_minor;
    s->slips_minor = sum_of(count->tenders);
    s->step = STEP_STANDS;
}

static void take(struct state *s, struct flow_effects *effects)
{
    s->carry.kind = KIND_HANDOVER_TAKEN;
    effect_add(effects, EFFECT_CARRY)->as.carry = &s->carry;
    s->step = STEP_SAVING;
}

static void taken(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    s->status = event->status;
    s->step = s->status == TILL_OK ? STEP_PAPERS : STEP_STANDS;
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    s->seq = event->as.committed.seq;
    both_begin(&s->papers, event, KIND_HANDOVER_TAKEN, s->counted_minor, effects);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void act_which(struct state *s, const struct flow_facts *facts,
                      const struct flow_event *event, struct flow_effects *effects)
{
    const struct carry_given *given = s->offered ? waiting(s, facts, s->offered) : NULL;
    enum action action = event->as.key.action;
    if (action == ACTION_BACK) {
        effect_back(effects, 0);
    } else if (action == ACTION_OK && facts->training) {
        effect_back(effects, 0);
    } else if (action == ACTION_OK && given && s->number.fresh) {
        look(s, "", given->seq, effects);
    } else if (action == ACTION_OK && s->number.length > 0) {
        look(s, s->number.text, 0, effects);
    } else if (action == ACTION_DOWN || action == ACTION_UP) {
        s->fault = FAULT_NONE;
        offer(s, facts, action == ACTION_DOWN ? s->offered + 1 : s->offered - (s->offered > 0));
    } else if (action != ACTION_OK) {
        s->fault = FAULT_NONE;
        receipt_number_key(&s->number, event);
    }
}

static void act_count(struct state *s, const struct flow_facts *facts,
                      const struct flow_event *event, struct flow_effects *effects)
{
    bool notes = s->step == STEP_NOTES;
    switch (tally_act(notes ? &s->notes : &s->slips, facts, event, effects)) {
    case TALLY_LEFT:
        go_to(s, facts, notes ? STEP_BEGIN : STEP_NOTES);
        break;
    case TALLY_DONE:
        if (notes)
            go_to(s, facts, STEP_SLIPS);
        else
            counted(s, facts, effects);
        break;
    default:
        break;
    }
}

static void act_stands(struct state *s, const struct flow_facts *facts, enum action action,
                       struct flow_effects *effects)
{
    if (action == ACTION_OK) {
        take(s, effects);
    } else if (action == ACTION_OPTION_1) {
        memset(&s->notes, 0, sizeof s->notes); /* nothing of the first count helps the second */
        memset(&s->slips, 0, sizeof s->slips);
        go_to(s, facts, STEP_NOTES);
    } else if (action == ACTION_BACK) {
        go_to(s, facts, STEP_SLIPS);
    }
}

static void act_result(struct state *s, enum action action, struct flow_effects *effects)
{
    struct flow_args next = {.digit = -1, .seq = s->seq};
    bool differs = s->counted_minor != s->paper.cash_minor;
    if (action == ACTION_OPTION_1 && differs)
        effect_replace(effects, FLOW_EXPLAIN, &next);
    else if (action == ACTION_OK || action == ACTION_BACK)
        effect_back(effects, 1);
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    s->status = TILL_OK;
    switch (s->step) {
    case STEP_WHICH:
        act_which(s, facts, event, effects);
        break;
    case STEP_BEGIN:
        if (action == ACTION_OK)
            go_to(s, facts, STEP_NOTES);
        else if (action == ACTION_BACK)
            s->step = STEP_WHICH;
        break;
    case STEP_NOTES:
    case STEP_SLIPS:
        act_count(s, facts, event, effects);
        break;
    case STEP_STANDS:
        act_stands(s, facts, action, effects);
        break;
    case STEP_RESULT:
        act_result(s, action, effects);
        break;
    default:
        break;
    }
}

static void start(struct state *s, const struct flow_args *args, struct flow_effects *effects)
{
    effect_add(effects, EFFECT_CARRY_LOOK);
    if (args->text[0] || args->seq)
        look(s, args->text, args->seq, effects);
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    if (s->step == STEP_PAPERS && both_event(&s->papers, facts, event, effects)) {
        if (s->papers.step == BOTH_DONE)
            s->step = STEP_RESULT;
        return;
    }
    switch (event->type) {
    case EVENT_START:
        start(s, args, effects);
        break;
    case EVENT_CARRY:
        s->loaded = event->status == TILL_OK;
        s->view = *event->as.carry;
        if (s->step == STEP_WHICH)
            offer(s, facts, 1);
        break;
    case EVENT_SCANNED:
        if (s->step == STEP_WHICH && !facts->training)
            look(s, event->as.scanned.text, 0, effects);
        break;
    case EVENT_RECEIPT:
        looked(s, facts, event, effects);
        break;
    case EVENT_COMMITTED:
        taken(s, event, effects);
        break;
    case EVENT_ACTION:
        act(s, facts, event, effects);
        break;
    default:
        break;
    }
}

/* ---- screens --------------------------------------------------------------------------------- */

/* Here, by our record; or who, where and when, by the book. */
static void taken_text(const struct receipt_view *paper, const struct flow_facts *facts, char *room,
                       size_t capacity)
{
    const struct book_taken *taken = &paper->taken;
    char number[RECEIPT_NUMBER_MAX], at[WHEN_TEXT_MAX], who[SCREEN_TEXT_MAX];
    if (paper->taken_by != 0) {
        receipt_number_format(facts->terminal, paper->taken_by, number);
        snprintf(room, capacity, _("It was taken over here already: %s."), number);
        return;
    }
    receipt_number_format(taken->terminal, taken->seq, number);
    when_format_minute(facts->fold->enrolled.zone, taken->at_s, at);
    words_person(paper->taker, taken->user, who, sizeof who);
    if (taken->user[0])
        snprintf(room, capacity, _("Taken over already on another terminal, by %s, %s: %s."), who,
                 at, number);
    else
        snprintf(room, capacity, _("Taken over already on another terminal, %s: %s."), at, number);
}

static const char *fault_text(const struct state *s, const struct flow_facts *facts, char *room,
                              size_t capacity)
{
    const char *wrong;
    switch (s->fault) {
    case FAULT_UNREADABLE:
        wrong = receipt_words_wrong(&s->paper);
        return wrong ? wrong : _("This is no hand-over.");
    case FAULT_KIND:
        return _("This is no hand-over. Scan the slip of a hand-over, or of cash handed in to a "
                 "supervisor.");
    case FAULT_NUMBER_ONLY:
        return _("It was given on another terminal: scan the code on its paper or screen. A number "
                 "alone does not say how much it is.");
    case FAULT_TRAINING:
        return _("It was made in training: no money was moved.");
    case FAULT_TAKEN:
        taken_text(&s->paper, facts, room, capacity);
        return room;
    case FAULT_OWN:
        return _("You handed it over yourself. Who receives it takes it over.");
    default:
        return _(status_text(s->paper.why));
    }
}

static void show_which(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char text[SCREEN_LONG_MAX], who[SCREEN_TEXT_MAX], at[WHEN_TEXT_MAX];
    const struct carry_given *given = s->offered ? waiting(s, facts, s->offered) : NULL;
    screen_begin(screen, "receive", KEYS_NUMBER);
    screen_title(screen, _("Take cash over"), facts->user_name);
    if (facts->training) {
        screen->keys = KEYS_MESSAGE;
        screen_notice(screen, TONE_LOOK, _("Not while training"),
                      _("Training moves no money. End it first: 6, 8."));
        screen_key(screen, "OK", _("Back"));
        return;
    }
    screen_field(screen, _("Scan the giver's code"), s->number.text, _("or its number"));
    if (s->fault != FAULT_NONE) {
        screen_notice(screen, TONE_OWED, _("Not taken over"),
                      fault_text(s, facts, text, sizeof text));
    } else if (given) {
        words_person(given->from_name, given->from, who, sizeof who);
        when_format_minute(facts->fold->enrolled.zone, given->at_s, at);
        screen_line(screen, _("Waits for you here"), at);
        screen_line(screen, "", who);
    } else if (s->loaded) {
        screen_notice(screen, TONE_QUIET, "",
                      _("On the giver's paper, or on the screen of their terminal."));
    }
    screen_key(screen, "OK", _("Look it up"));
    if (given)
        screen_key(screen, "▲▼", _("Choose"));
    else
        screen_key(screen, _("Clear"), _("Correct"));
    screen_key(screen, _("Cancel"), _("Back"));
}

/* Who gave it and when; never how much. */
static void show_begin(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    const struct fold_user *user = fold_current(facts->fold);
    const struct receipt_view *v = &s->paper;
    char number[RECEIPT_NUMBER_MAX], at[WHEN_TEXT_MAX], who[SCREEN_TEXT_MAX];
    screen_begin(screen, "receive_begin", KEYS_MESSAGE);
    receipt_number_format(v->terminal, v->seq, number);
    screen_title(screen, _("Take cash over"), number);
    when_format_minute(facts->fold->enrolled.zone, v->at_s, at);
    words_person(v->collector, v->user, who, sizeof who);
    if (v->user[0])
        screen_line(screen, _("Giver"), who);
    else
        screen_line(screen, _("Given on terminal"), v->terminal);
    screen_line(screen, _("made"), at);
    if (is_back(s, facts)) {
        snprintf(who, sizeof who, _("You gave it to user %s"), v->receiver);
        screen_notice(screen, TONE_LOOK, who,
                      _("Take it back only if they have not got it. Count it again; the office "
                        "sees that you took it back."));
    } else if (user && strcmp(v->receiver, user->user) != 0) {
        snprintf(who, sizeof who, _("It was meant for user %s"), v->receiver);
        screen_notice(screen, TONE_LOOK, who,
                      _("Take it only in their stead: the office sees both names."));
    } else {
        screen_notice(screen, TONE_ACCENT, _("Count it yourself"),
                      _("Note by note, without looking at the giver's paper."));
    }
    screen_key(screen, "OK", _("Begin the count"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_count(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char number[RECEIPT_NUMBER_MAX];
    bool notes = s->step == STEP_NOTES;
    if (notes)
        screen_begin(screen, "receive_notes", KEYS_AMOUNT);
    else
        screen_begin(screen, "receive_slips", KEYS_AMOUNT);
    receipt_number_format(s->paper.terminal, s->paper.seq, number);
    screen_title(screen, _("Take cash over"), number);
    tally_show(notes ? &s->notes : &s->slips, facts, screen);
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not recorded"),
                      s->status == TILL_BAD_INPUT
                          ? _("The false and torn notes are more than was counted.")
                          : _(status_text(s->status)));
}

static void show_stands(const struct state *s, const struct flow_facts *facts,
                        struct screen *screen)
{
    char number[RECEIPT_NUMBER_MAX], amount[MONEY_TEXT_MAX], times[SCREEN_TEXT_MAX];
    screen_begin(screen, "receive_stands", KEYS_CARD);
    screen->fresh = true;
    receipt_number_format(s->paper.terminal, s->paper.seq, number);
    screen_title(screen, _("Take cash over"), number);
    words_money(facts, s->counted_minor, amount);
    snprintf(times, sizeof times, _("Counted, count %u"), (unsigned)s->attempts);
    show_large(screen, times, amount, TONE_NORMAL);
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not recorded"),
                      s->status == TILL_UNCHANGED ? _("It was taken over already.")
                                                  : _(status_text(s->status)));
    else
        screen_notice(screen, TONE_ACCENT, "",
                      _("If it stands the cash is yours to keep, and a difference is told."));
    screen_key(screen, "OK", _("It stands"));
    screen_key(screen, "F1", _("Count again"));
    screen_key(screen, _("Cancel"), _("Back"));
}

/* Of other tenders: one sum, as the giver's entry has it. */
static void show_slips(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char said[MONEY_TEXT_MAX], counted[MONEY_TEXT_MAX], text[SCREEN_TEXT_MAX];
    int64_t said_minor = s->paper.other_minor;
    if (said_minor == 0 && s->slips_minor == 0)
        return;
    words_money(facts, said_minor, said);
    words_money(facts, s->slips_minor, counted);
    snprintf(text, sizeof text, _("given %s, counted %s"), said, counted);
    bool differs = said_minor != s->slips_minor;
    screen_line(screen, _("Slips"), differs ? text : counted)->right_tone =
        differs ? TONE_OWED : TONE_NORMAL;
}

/* Only now. */
static void show_result(const struct state *s, const struct flow_facts *facts,
                        struct screen *screen)
{
    char number[RECEIPT_NUMBER_MAX], amount[MONEY_TEXT_MAX];
    int64_t short_minor = s->paper.cash_minor - s->counted_minor;
    screen_begin(screen, "receive_result", KEYS_CARD);
    receipt_number_format(facts->terminal, s->seq, number);
    screen_title(screen, _("Taken over"), number);
    show_short(facts, short_minor, screen);
    words_money(facts, s->paper.cash_minor, amount);
    screen_line(screen, _("The giver said"), amount);
    words_money(facts, s->counted_minor, amount);
    screen_line(screen, _("Counted"), amount);
    show_slips(s, facts, screen);
    if (short_minor != 0)
        screen_line(screen, _("It stays open until it is explained."), "")->size = SIZE_SMALL;
    screen_key(screen, "OK", _("Done"));
    if (short_minor != 0)
        screen_key(screen, "F1", _("Explain it"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    (void)args;
    switch (s->step) {
    case STEP_WHICH:
    case STEP_LOOKING:
        show_which(s, facts, screen);
        break;
    case STEP_BEGIN:
        show_begin(s, facts, screen);
        break;
    case STEP_NOTES:
    case STEP_SLIPS:
        show_count(s, facts, screen);
        break;
    case STEP_PAPERS:
    case STEP_RESULT:
        show_result(s, facts, screen);
        break;
    default:
        show_stands(s, facts, screen);
        break;
    }
}

const struct flow flow_receive = {"receive", sizeof(struct state), handle, show};
