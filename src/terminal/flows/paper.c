/*
 * It is recorded; now the paper, or the papers of a basket one after another. What is certain is
 * said first, then what came out, then what to do. Used after money was taken or given back, for
 * slips, for duplicates, and after a power cut.
 *
 * Numbered paper: a paper that is not whole spoils its number and the next try takes the next one;
 * where nothing came out the number stays. One that came out whole is printed again only once it is
 * ended (stock_end.c).
 */
#include <stdio.h>

#include "gate.h"
#include "table.h"
#include "text.h"
#include "words.h"

enum step { STEP_PRINTING, STEP_PRINTED, STEP_FAILED, STEP_STARTING, STEP_WHOLE };
/* What hangs out of the printer. */
enum came { CAME_UNKNOWN, CAME_NOTHING, CAME_A_PART };

struct state {
    enum step step;
    uint64_t seq; /* of the paper that is spoken of */
    uint32_t copy;
    uint64_t first, papers; /* the row of a basket that it belongs to; 0 = it is alone */
    enum till_status status;
    enum came came;
    bool whole; /* another copy is begun of one that came out whole */
};

/* ---- which paper ----------------------------------------------------------------------------- */

/* The journal forgets a row when its last paper has begun: it is remembered here. */
static void note_row(struct state *s, const struct flow_args *args, const struct fold *fold)
{
    if (s->papers)
        return;
    if (args->papers > 1) {
        s->first = args->seq;
        s->papers = args->papers;
    } else if (fold->basket && s->seq >= fold->basket && s->seq <= fold->basket_last) {
        s->first = fold->basket;
        s->papers = fold->basket_last - fold->basket + 1;
    }
}

/* Place in the row of a basket: 2 of 5. False: it is alone. */
static bool in_row(const struct state *s, uint64_t *number_out)
{
    *number_out = s->seq - s->first + 1;
    return s->papers > 1 && s->seq >= s->first && s->seq < s->first + s->papers;
}

/* An original has begun by the end of the paper before it and is on its way. */
static bool row_goes_on(struct state *s, const struct fold *fold)
{
    if (!fold->paper_seq || fold->paper_uncertain || fold->paper_copy || fold->paper_seq == s->seq)
        return false;
    s->seq = fold->paper_seq;
    s->copy = 0;
    s->step = STEP_PRINTING;
    return true;
}

/* Something else stood above while it printed: the journal knows how that ended. */
static void catch_up(struct state *s, const struct fold *fold)
{
    if (s->step != STEP_PRINTING || (fold->paper_seq == s->seq && !fold->paper_uncertain))
        return;
    if (fold->paper_seq && fold->paper_uncertain) {
        s->seq = fold->paper_seq;
        s->copy = fold->paper_copy;
        s->step = STEP_FAILED;
        s->status = TILL_E_DEVICE;
        s->came = CAME_UNKNOWN;
    } else if (!row_goes_on(s, fold)) {
        s->step = STEP_PRINTED;
    }
}

/* ---- what is done ---------------------------------------------------------------------------- */

static void print(struct state *s, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_PRINT);
    effect->as.print.seq = s->seq;
    effect->as.print.copy = s->copy;
    s->step = STEP_PRINTING;
}

static struct flow_effect *commit_print(const struct state *s, enum entry_kind kind, uint32_t copy,
                                        struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
    effect->as.commit.kind = kind;
    effect->as.commit.print.seq = s->seq;
    effect->as.commit.print.copy = copy;
    return effect;
}

/* A copy that can't come out is not begun: its number would be spent for nothing.
 *   nothing  of the paper came out, says who looked: its number stays */
static void print_again(struct state *s, const struct flow_facts *facts, bool nothing,
                        struct flow_effects *effects)
{
    if (facts->printer != TILL_OK && facts->printer != TILL_BUSY) {
        s->status = facts->printer;
        s->came = s->step == STEP_FAILED ? s->came : CAME_NOTHING;
        s->step = STEP_FAILED;
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    struct flow_effect *effect = commit_print(s, KIND_DUPLICATE, s->copy + 1, effects);
    s->whole = s->step == STEP_PRINTED;
    if (!s->whole) {
        struct flow_reprint *reprint = &effect->as.commit.body.reprint;
        reprint->keep = nothing || s->came == CAME_NOTHING;
        reprint->reason = reprint->keep ? 0 : SPOIL_JAM;
    }
    s->step = STEP_STARTING;
}

/* After a power cut the operator has looked: the paper was whole after all. */
static void call_it_whole(struct state *s, struct flow_effects *effects)
{
    (void)commit_print(s, KIND_PRINT_DONE, s->copy, effects);
    s->step = STEP_WHOLE;
}

static void act(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                const struct flow_event *event, struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    if (s->step == STEP_PRINTED && (action == ACTION_OK || action == ACTION_BACK))
        effect_back(effects, 1);
    else if (s->step == STEP_PRINTED && action == ACTION_OPTION_1)
        print_again(s, facts, false, effects);
    else if (s->step == STEP_FAILED && action == ACTION_OK)
        print_again(s, facts, false, effects);
    else if (s->step == STEP_FAILED && action == ACTION_OPTION_2 && facts->paper_number[0])
        print_again(s, facts, true, effects);
    else if (s->step == STEP_FAILED && action == ACTION_OPTION_1 && args->tone == TONE_LOOK)
        call_it_whole(s, effects);
    else if (s->step == STEP_FAILED && (action == ACTION_OPTION_1 || action == ACTION_BACK))
        effect_back(effects, 1);
}

static void start(struct state *s, const struct flow_args *args, struct flow_effects *effects)
{
    s->copy = args->copy;
    s->status = (enum till_status)args->status;
    if (args->tone == TONE_LOOK || args->status != TILL_OK) /* its print is uncertain already */
        s->step = STEP_FAILED;
    else
        print(s, effects);
}

static void printed(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                    struct flow_effects *effects)
{
    s->status = event->status;
    if (event->as.printed.seq == 0) /* a plain page of somebody else's */
        return;
    s->seq = event->as.printed.seq;
    s->copy = event->as.printed.copy;
    s->came = event->as.printed.begun ? CAME_A_PART : CAME_NOTHING;
    if (event->status != TILL_OK) {
        s->step = STEP_FAILED;
        effect_sound(effects, SOUND_ATTENTION);
    } else if (!row_goes_on(s, facts->fold)) {
        s->step = STEP_PRINTED;
    }
}

static void committed(struct state *s, const struct flow_facts *facts,
                      const struct flow_event *event, struct flow_effects *effects)
{
    bool stands = s->step == STEP_STARTING && s->whole && event->status == TILL_REFUSED;
    bool numbers_out =
        s->step == STEP_STARTING && gate_refuses_numbers(facts, event->status, effects);
    if (numbers_out) { /* a notice says it, with the way out; here stands what stood */
        s->step = s->whole ? STEP_PRINTED : STEP_FAILED;
        return;
    }
    s->status = event->status;
    if (stands) { /* its number does: that must end first */
        const struct flow_args next = {.digit = -1, .seq = s->seq};
        s->step = STEP_PRINTED;
        s->status = TILL_OK;
        effect_go(effects, FLOW_STOCK_END, &next);
    } else if (event->status != TILL_OK) {
        s->step = STEP_FAILED;
    } else if (s->step == STEP_STARTING) {
        s->copy++;
        print(s, effects);
    } else if (!row_goes_on(s, facts->fold)) {
        effect_back(effects, 1);
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    if (event->type == EVENT_START)
        s->seq = args->seq;
    note_row(s, args, facts->fold);
    switch (event->type) {
    case EVENT_START:
        start(s, args, effects);
        break;
    case EVENT_PRINTED:
        printed(s, facts, event, effects);
        break;
    case EVENT_COMMITTED:
        committed(s, facts, event, effects);
        break;
    case EVENT_RESUMED:
        if (event->as.resumed.from == FLOW_STOCK_END && event->as.resumed.value > 0) {
            s->copy = (uint32_t)event->as.resumed.value;
            print(s, effects);
        } else {
            catch_up(s, facts->fold);
        }
        break;
    case EVENT_ACTION:
        act(s, args, facts, event, effects);
        break;
    default:
        break;
    }
}

/* ---- words ----------------------------------------------------------------------------------- */

struct wording {
    uint16_t kind;
    const char *title, *done, *confirmed, *certain;
};
static const struct wording wordings[] = {
    {0, N_("Taken"), N_("√ Money taken"), N_("√ Confirmed by the office"),
     N_("The money is recorded.")},
    {KIND_REVERSAL, N_("Reversal"), N_("√ Reversed"), N_("√ The office has it"),
     N_("The reversal is recorded.")},
    {KIND_DISPUTE, N_("Says it is paid"), N_("√ Noted"), N_("√ The office has it"),
     N_("The claim is recorded.")},
    {KIND_CORRECTION_REQUEST, N_("Correction"), N_("√ Asked for"), N_("√ The office has it"),
     N_("The request is recorded.")},
    {KIND_CASH_DROP, N_("Cash handed in"), N_("√ Handed in"), N_("√ The office has it"),
     N_("The cash is recorded as handed in.")},
    {KIND_CASH_IN, N_("Cash put in"), N_("√ Put in"), N_("√ The office has it"),
     N_("The cash is recorded.")},
    {KIND_CASH_OUT, N_("Cash paid out"), N_("√ Paid out"), N_("√ The office has it"),
     N_("The cash is recorded.")},
    {KIND_SHIFT_CLOSED, N_("Day close"), N_("√ Closed"), N_("√ The office has it"),
     N_("The shift is closed and recorded.")},
    {KIND_CLOSED_IN_ABSENCE, N_("Day close in absence"), N_("√ Closed"), N_("√ The office has it"),
     N_("The shift is closed and recorded.")},
    {KIND_HANDOVER_GIVEN, N_("Handed over"), N_("√ Handed over"), N_("√ The office has it"),
     N_("The hand-over is recorded.")},
    {KIND_HANDOVER_TAKEN, N_("Taken over"), N_("√ Taken over"), N_("√ The office has it"),
     N_("What was counted is recorded.")},
    {KIND_DEPOSIT, N_("Deposit"), N_("√ Deposited"), N_("√ The office has it"),
     N_("The deposit is recorded.")},
};

static const struct wording *wording_of(uint16_t kind)
{
    for (size_t i = 0; i < sizeof wordings / sizeof wordings[0]; i++)
        if (wordings[i].kind == kind)
            return &wordings[i];
    return &wordings[0];
}

static bool takes_money(const struct flow_args *args)
{
    return wording_of(args->kind)->kind == 0;
}

/* Nobody's but the utility's own. */
static bool is_internal(uint16_t kind)
{
    return kind == KIND_CASH_IN || kind == KIND_CASH_OUT || kind == KIND_SHIFT_CLOSED ||
           kind == KIND_CLOSED_IN_ABSENCE || kind == KIND_DEPOSIT;
}

static const char *what_to_do(const struct flow_args *args, uint32_t copy)
{
    if (paper_duplicate(args->kind, copy) > 0)
        return _("It is marked as a duplicate.");
    if (paper_is_for_two(args->kind))
        return copy == 0 ? _("Tear it off for the one, then OK for the other's copy.")
                         : _("It is the other's copy.");
    return is_internal(args->kind) ? _("Tear it off and keep it with the money.")
                                   : _("Tear it off and hand it over.");
}

/* What becomes of the number that the paper bears, in place of the duplicate's mark. */
static void number_words(const struct state *s, const struct flow_facts *facts, const char *before,
                         char out[SCREEN_LONG_MAX])
{
    if (s->came == CAME_NOTHING)
        snprintf(out, SCREEN_LONG_MAX, _("%.240s Then OK prints it on the same number, %s."),
                 before, facts->paper_number);
    else
        snprintf(out, SCREEN_LONG_MAX, _("%.240s OK takes the next number; %s counts as spoiled."),
                 before, facts->paper_number);
}

static void show_failed(const struct state *s, const struct flow_args *args,
                        const struct flow_facts *facts, struct screen *screen)
{
    char heading[SCREEN_TEXT_MAX], row[SCREEN_TEXT_MAX] = "", text[SCREEN_LONG_MAX];
    char before[SCREEN_LONG_MAX];
    bool numbered = facts->paper_number[0] != '\0';
    const char *certain = _(wording_of(args->kind)->certain);
    uint64_t number;
    unsigned next = (unsigned)s->copy + 1;
    if (in_row(s, &number) && number > 1)
        snprintf(row, sizeof row, _("%u of %u came out before it. "), (unsigned)number - 1,
                 (unsigned)s->papers);
    if (args->tone == TONE_LOOK && s->status == TILL_OK) {
        snprintf(text, sizeof text,
                 _("The power went while it was printing. %s %sIf the paper is not whole, OK "
                   "prints it again, marked duplicate %u."),
                 certain, row, next);
        snprintf(before, sizeof before, _("The power went while it was printing. %s %s"), certain,
                 row);
        if (numbered)
            number_words(s, facts, before, text);
        screen_notice(screen, TONE_LOOK, _("Was this paper printed?"), text);
        return;
    }
    const char *came = s->came == CAME_NOTHING ? _("No paper came out.")
                       : s->came == CAME_A_PART
                           ? _("Only a part came out: tear it off, it is void.")
                           : _("The paper may not be whole.");
    snprintf(heading, sizeof heading, _("Printing stopped: %s"), _(status_text(s->status)));
    snprintf(text, sizeof text, _("%s %s%s Then OK prints it again, marked duplicate %u."), certain,
             row, came, next);
    snprintf(before, sizeof before, "%s %s%s", certain, row, came);
    if (numbered)
        number_words(s, facts, before, text);
    screen_notice(screen, TONE_LOOK, heading, text);
}

static void show_paper(const struct state *s, const struct flow_args *args,
                       const struct flow_facts *facts, struct screen *screen)
{
    char heading[SCREEN_TEXT_MAX];
    uint64_t number;
    bool row = in_row(s, &number);
    if (s->step == STEP_FAILED) {
        show_failed(s, args, facts, screen);
    } else if (s->step == STEP_PRINTED) {
        snprintf(heading, sizeof heading, _("All %u papers are printed"), (unsigned)s->papers);
        screen_notice(screen, TONE_ACCENT, row ? heading : _("The paper is printed"),
                      what_to_do(args, s->copy));
    } else {
        snprintf(heading, sizeof heading, _("Printing %u of %u"), (unsigned)number,
                 (unsigned)s->papers);
        screen_notice(screen, TONE_ACCENT, row ? heading : _("Printing"),
                      _(wording_of(args->kind)->certain));
    }
}

static void show_state(const struct state *s, const struct flow_args *args,
                       const struct flow_facts *facts, struct screen *screen)
{
    char left[SCREEN_TEXT_MAX] = "", right[SCREEN_TEXT_MAX];
    if (args->check_code[0] && s->seq == args->seq)
        snprintf(left, sizeof left, _("check code %s"), args->check_code);
    if (facts->training && takes_money(args))
        text_copy(right, sizeof right, _("no money was taken"));
    else if (facts->ack && facts->ack->seq >= s->seq)
        text_copy(right, sizeof right, _("The office has confirmed it"));
    else
        snprintf(right, sizeof right, _("recorded here, %llu to send"),
                 (unsigned long long)facts->unsent);
    struct screen_line *line = screen_line(screen, left, right);
    line->size = SIZE_SMALL;
    line->left_tone = line->right_tone = TONE_QUIET;
}

static void show_title(const struct state *s, const struct flow_args *args,
                       const struct flow_facts *facts, struct screen *screen)
{
    char number[RECEIPT_NUMBER_MAX], aside[SCREEN_TEXT_MAX];
    const struct fold_user *user = fold_current(facts->fold);
    uint64_t place;
    receipt_number_format(facts->terminal, s->seq, number);
    /* It is no receipt: a number would make it one. */
    if (facts->training && takes_money(args))
        text_copy(aside, sizeof aside, _("training"));
    else if (in_row(s, &place))
        snprintf(aside, sizeof aside, _("%s · %u of %u"), number, (unsigned)place,
                 (unsigned)s->papers);
    else if (takes_money(args) && s->seq == facts->fold->last_receipt_seq && user &&
             args->copy == 0)
        snprintf(aside, sizeof aside, _("%s · no. %u of the shift"), number,
                 (unsigned)user->receipts);
    else
        text_copy(aside, sizeof aside, number);
    screen_title(screen,
                 args->tone == TONE_LOOK ? _("After the power cut")
                                         : _(wording_of(args->kind)->title),
                 aside);
}

/* What is certain: the sum, and whether the office has it. */
static void show_sum(const struct flow_args *args, const struct flow_facts *facts,
                     struct screen *screen)
{
    const struct wording *w = wording_of(args->kind);
    char amount[MONEY_TEXT_MAX] = "";
    uint64_t last = args->seq + (args->papers > 1 ? args->papers - 1 : 0);
    bool settled = facts->ack && facts->ack->seq >= last;
    const char *said = settled ? w->confirmed : w->done;
    if (facts->training && takes_money(args))
        said = N_("√ Training: not counted");
    if (args->amount_minor > 0)
        words_money(facts, args->amount_minor, amount);
    struct screen_line *line = screen_line(screen, _(said), amount);
    line->size = SIZE_BIG;
    line->left_tone = TONE_ACCENT;
    line->bold = true;
    if (args->tendered_minor > args->amount_minor) {
        words_money(facts, args->tendered_minor - args->amount_minor, amount);
        screen_line(screen, _("Change"), amount);
    }
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    screen_begin(screen, "paper", KEYS_CARD);
    show_title(s, args, facts, screen);
    show_sum(args, facts, screen);
    show_paper(s, args, facts, screen);
    if (s->step == STEP_PRINTED && facts->paper_number[0])
        screen_line(screen, _("Stationery no."), facts->paper_number);
    show_state(s, args, facts, screen);
    if (s->step == STEP_PRINTED) {
        screen_key(screen, "OK", takes_money(args) ? _("Next house") : _("Go on"));
        screen_key(screen, "F1", _("Print again"));
    } else if (s->step == STEP_FAILED) {
        screen_key(screen, "OK", _("Print again"));
        screen_key(screen, "F1", args->tone == TONE_LOOK ? _("It is whole") : _("Later"));
        if (facts->paper_number[0] && s->came != CAME_NOTHING)
            screen_key(screen, "F2", _("Nothing came out"));
    }
}

const struct flow flow_paper = {"paper", sizeof(struct state), handle, show};
