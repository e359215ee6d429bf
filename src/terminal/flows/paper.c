/*
 * The money is recorded; now the paper. What is certain is said first, then what is not, then what
 * to do. Used after taking money, for duplicates, and after a power cut.
 */
#include <stdio.h>

#include "table.h"
#include "text.h"
#include "words.h"

enum step { STEP_PRINTING, STEP_PRINTED, STEP_FAILED, STEP_STARTING, STEP_WHOLE };

struct state {
    enum step step;
    uint32_t copy;
    enum till_status status;
};

static void print(struct state *s, const struct flow_args *args, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_PRINT);
    effect->as.print.seq = args->seq;
    effect->as.print.copy = s->copy;
    s->step = STEP_PRINTING;
}

static void print_again(struct state *s, const struct flow_args *args, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
    effect->as.commit.kind = KIND_DUPLICATE;
    effect->as.commit.print.seq = args->seq;
    effect->as.commit.print.copy = s->copy + 1;
    s->step = STEP_STARTING;
}

/* After a power cut the operator has looked: the paper was whole after all. */
static void call_it_whole(struct state *s, const struct flow_args *args,
                          struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
    effect->as.commit.kind = KIND_PRINT_DONE;
    effect->as.commit.print.seq = args->seq;
    effect->as.commit.print.copy = s->copy;
    s->step = STEP_WHOLE;
}

static void act(struct state *s, const struct flow_args *args, const struct flow_event *event,
                struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    if (s->step == STEP_PRINTED && (action == ACTION_OK || action == ACTION_BACK))
        effect_back(effects, 1);
    else if (s->step == STEP_PRINTED && action == ACTION_OPTION_1)
        print_again(s, args, effects);
    else if (s->step == STEP_FAILED && action == ACTION_OK)
        print_again(s, args, effects);
    else if (s->step == STEP_FAILED && action == ACTION_OPTION_1 && args->tone == TONE_LOOK)
        call_it_whole(s, args, effects);
    else if (s->step == STEP_FAILED && (action == ACTION_OPTION_1 || action == ACTION_BACK))
        effect_back(effects, 1);
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)facts;
    switch (event->type) {
    case EVENT_START:
        s->copy = args->copy;
        s->status = (enum till_status)args->status;
        if (args->tone == TONE_LOOK || args->status != TILL_OK) /* its print is uncertain already */
            s->step = STEP_FAILED;
        else
            print(s, args, effects);
        break;
    case EVENT_PRINTED:
        s->status = event->status;
        s->step = event->status == TILL_OK ? STEP_PRINTED : STEP_FAILED;
        if (event->status != TILL_OK)
            effect_sound(effects, SOUND_ATTENTION);
        break;
    case EVENT_COMMITTED:
        s->status = event->status;
        if (event->status == TILL_OK && s->step == STEP_WHOLE) {
            effect_back(effects, 1);
        } else if (event->status == TILL_OK) {
            s->copy++;
            print(s, args, effects);
        } else {
            s->step = STEP_FAILED;
        }
        break;
    case EVENT_ACTION:
        act(s, args, event, effects);
        break;
    default:
        break;
    }
}

static void show_paper(const struct state *s, const struct flow_args *args, struct screen *screen)
{
    char text[SCREEN_LONG_MAX];
    unsigned next = (unsigned)s->copy + 1;
    if (s->step == STEP_PRINTED) {
        screen_notice(screen, TONE_ACCENT, _("The paper is printed"),
                      s->copy ? _("It is marked as a duplicate.")
                              : _("Tear it off and hand it over."));
    } else if (s->step != STEP_FAILED) {
        screen_notice(screen, TONE_ACCENT, _("Printing"), _("The money is recorded."));
    } else if (args->tone == TONE_LOOK && s->status == TILL_OK) {
        snprintf(text, sizeof text,
                 _("The power went while it was printing. The money is recorded. If the paper is "
                   "not whole, OK prints it again, marked duplicate %u."),
                 next);
        screen_notice(screen, TONE_LOOK, _("Was this paper printed?"), text);
    } else {
        char heading[SCREEN_TEXT_MAX];
        snprintf(heading, sizeof heading, _("Printing stopped: %s"), _(status_text(s->status)));
        snprintf(text, sizeof text,
                 _("The money is recorded here; the paper did not come out whole. Then press OK to "
                   "print it again, marked duplicate %u."),
                 next);
        screen_notice(screen, TONE_LOOK, heading, text);
    }
}

static void show_state(const struct flow_args *args, const struct flow_facts *facts,
                       struct screen *screen)
{
    char left[SCREEN_TEXT_MAX], right[SCREEN_TEXT_MAX];
    snprintf(left, sizeof left, _("check code %s"), args->check_code);
    if (facts->ack && facts->ack->seq >= args->seq)
        text_copy(right, sizeof right, _("The office has confirmed it"));
    else
        snprintf(right, sizeof right, _("recorded here, %llu to send"),
                 (unsigned long long)facts->unsent);
    struct screen_line *line = screen_line(screen, left, right);
    line->size = SIZE_SMALL;
    line->left_tone = line->right_tone = TONE_QUIET;
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char number[RECEIPT_NUMBER_MAX], aside[SCREEN_TEXT_MAX], amount[MONEY_TEXT_MAX];
    const struct fold_user *user = fold_current(facts->fold);
    screen_begin(screen, "paper", KEYS_CARD);
    receipt_number_format(facts->terminal, args->seq, number);
    if (args->seq == facts->fold->last_receipt_seq && user && args->copy == 0)
        snprintf(aside, sizeof aside, _("%s · no. %u of the shift"), number,
                 (unsigned)user->receipts);
    else
        text_copy(aside, sizeof aside, number);
    screen_title(screen, args->tone == TONE_LOOK ? _("After the power cut") : _("Taken"), aside);
    bool settled = facts->ack && facts->ack->seq >= args->seq;
    words_money(facts, args->amount_minor, amount);
    struct screen_line *line =
        screen_line(screen, settled ? _("√ Confirmed by the office") : _("√ Money taken"), amount);
    line->size = SIZE_BIG;
    line->left_tone = TONE_ACCENT;
    line->bold = true;
    if (args->tendered_minor > args->amount_minor) {
        words_money(facts, args->tendered_minor - args->amount_minor, amount);
        screen_line(screen, _("Change"), amount);
    }
    show_paper(s, args, screen);
    show_state(args, facts, screen);
    if (s->step == STEP_PRINTED) {
        screen_key(screen, "OK", _("Next house"));
        screen_key(screen, "F1", _("Print again"));
    } else if (s->step == STEP_FAILED) {
        screen_key(screen, "OK", _("Print again"));
        screen_key(screen, "F1", args->tone == TONE_LOOK ? _("It is whole") : _("Later"));
    }
}

const struct flow flow_paper = {"paper", sizeof(struct state), handle, show};
