/*
 * A receipt that someone shows: scanned or typed, what this terminal knows of it, what the office
 * knows, and what can be done then: print again, reverse, have it corrected, note a dispute.
 */
#include <stdio.h>
#include <string.h>

#include "asking.h"
#include "gate.h"
#include "receipt_words.h"
#include "table.h"
#include "text.h"
#include "when.h"

struct state {
    bool asking, waiting;
    bool stepping; /* to a neighbour in a basket */
    struct typed number;
    char scanned[SCREEN_LONG_MAX]; /* "" = typed, or by seq */
    struct receipt_view view;
    bool wrong; /* the view says why nothing can be shown */
    enum till_status status;
    struct asking office;
    bool answered;
    struct query_receipt said;
};

static void look(struct state *s, const char *text, uint64_t seq, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_RECEIPT);
    text_copy(effect->as.receipt.text, sizeof effect->as.receipt.text, text);
    effect->as.receipt.seq = seq;
    s->waiting = true;
}

static void start(struct state *s, const struct flow_args *args, struct flow_effects *effects)
{
    s->asking = !args->text[0] && !args->seq;
    text_copy(s->scanned, sizeof s->scanned, args->text);
    if (!s->asking)
        look(s, args->text, args->seq, effects);
}

static void take(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    const struct receipt_view *v = event->as.receipt;
    if (v->seq != s->view.seq || strcmp(v->terminal, s->view.terminal) != 0) {
        s->answered = false;
        s->office.status = TILL_OK;
    }
    s->wrong = receipt_words_wrong(event->as.receipt) != NULL;
    s->view = *event->as.receipt;
    s->asking = s->wrong;
    if (s->wrong)
        effect_sound(effects, SOUND_ERROR);
}

/* ---- what can be done ------------------------------------------------------------------------ */

static bool is_ours(const struct receipt_view *v)
{
    return v->state == RECEIPT_RECORDED || v->state == RECEIPT_CONFIRMED ||
           v->state == RECEIPT_REVERSED;
}

/* Its customer has the form that was written by hand: there is nothing to print, and the office
 * alone corrects it. */
static bool is_manual(const struct receipt_view *v)
{
    return kind_base(v->kind) == KIND_MANUAL_RECEIPT;
}

static bool may_print(const struct receipt_view *v)
{
    return is_ours(v) && v->state != RECEIPT_REVERSED && v->corrected == 0 && !is_manual(v);
}

static bool may_reverse(const struct receipt_view *v)
{
    return is_ours(v) && v->state != RECEIPT_REVERSED && kind_has_payment_paper(v->kind) &&
           v->same_shift && v->corrected == 0;
}

/* The office corrects what can't be reversed here. */
static bool may_correct(const struct state *s)
{
    const struct receipt_view *v = &s->view;
    bool open = v->state == RECEIPT_FOREIGN || (is_ours(v) && kind_is_payment(v->kind));
    bool done = s->answered && s->said.state >= QUERY_REVERSED; /* the office did it already */
    return open && v->state != RECEIPT_REVERSED && v->corrected == 0 && !may_reverse(v) &&
           !kind_is_training(v->kind) && !done;
}

static bool may_dispute(const struct receipt_view *v)
{
    return v->account[0] && kind_has_payment_paper(v->kind) && !kind_is_training(v->kind);
}

static void print_again(struct state *s, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
    effect->as.commit.kind = KIND_DUPLICATE;
    effect->as.commit.print.seq = s->view.seq;
    effect->as.commit.print.copy = s->view.copies + 1;
    s->waiting = true;
}

static void print_copy(const struct state *s, uint32_t copy, struct flow_effects *effects)
{
    struct flow_args next = {.digit = -1, .seq = s->view.seq, .copy = copy};
    next.amount_minor = s->view.amount_minor;
    next.kind = s->view.kind;
    text_copy(next.check_code, sizeof next.check_code, s->view.check_code);
    effect_go(effects, FLOW_PAPER, &next);
}

static void printed(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                    struct flow_effects *effects)
{
    const struct flow_args ends = {.digit = -1, .seq = s->view.seq};
    s->waiting = false;
    s->status = event->status;
    if (s->status == TILL_OK) {
        print_copy(s, s->view.copies + 1, effects);
    } else if (s->status == TILL_REFUSED && s->view.numbers[0]) {
        s->status = TILL_OK; /* its numbered paper stands: that must end first */
        effect_go(effects, FLOW_STOCK_END, &ends);
    } else if (gate_refuses_numbers(facts, s->status, effects)) {
        s->status = TILL_OK; /* a notice says it, with the way out */
    } else {
        effect_sound(effects, SOUND_ERROR);
    }
}

static void go(const struct state *s, enum flow_id flow, struct flow_effects *effects)
{
    struct flow_args next = {.digit = -1, .amount_minor = s->view.amount_minor};
    text_copy(next.account, sizeof next.account, s->view.account);
    if (is_ours(&s->view))
        next.seq = s->view.seq;
    else if (flow == FLOW_DISPUTE)
        text_copy(next.text, sizeof next.text, s->scanned);
    else
        receipt_number_format(s->view.terminal, s->view.seq, next.text);
    effect_go(effects, flow, &next);
}

/* Of a basket: those that were paid together stand side by side. */
static void step(struct state *s, uint64_t seq, struct flow_effects *effects)
{
    if (!s->view.basket || !is_ours(&s->view) || seq < s->view.basket)
        return;
    s->stepping = true;
    look(s, "", seq, effects);
}

/* By number and hash: the office tells of this very record, not of another with its number. */
static void ask(struct state *s, struct flow_effects *effects)
{
    char argument[LOCAL_ARGUMENT_MAX], hash[2 * HASH_SIZE + 1];
    hex_encode((struct span){s->view.hash, HASH_SIZE}, hash);
    snprintf(argument, sizeof argument, "%s/%llu/%s", s->view.terminal,
             (unsigned long long)s->view.seq, hash);
    s->answered = false;
    asking_begin(&s->office, QUERY_RECEIPT, argument, effects);
}

static void act_shown(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    const struct receipt_view *v = &s->view;
    s->status = TILL_OK;
    switch (event->as.key.action) {
    case ACTION_OK:
        if (v->state == RECEIPT_REVERSED)
            look(s, "", v->reversed_by, effects); /* its slip is what can be printed */
        else if (v->hidden)
            effect_back(effects, 0);
        else if (may_print(v))
            print_again(s, effects);
        else
            ask(s, effects);
        break;
    case ACTION_DOWN:
        if (!v->hidden)
            ask(s, effects);
        break;
    case ACTION_OPTION_1:
        if (may_reverse(v))
            go(s, FLOW_REVERSAL, effects);
        else if (may_correct(s))
            go(s, FLOW_CORRECTION, effects);
        break;
    case ACTION_OPTION_2:
        if (may_dispute(v))
            go(s, FLOW_DISPUTE, effects);
        break;
    case ACTION_LEFT:
        step(s, v->seq - 1, effects);
        break;
    case ACTION_RIGHT:
        step(s, v->seq + 1, effects);
        break;
    case ACTION_BACK:
        effect_back(effects, 0);
        break;
    default:
        break;
    }
}

static void act_asking(struct state *s, const struct flow_event *event,
                       struct flow_effects *effects)
{
    if (event->as.key.action == ACTION_BACK) {
        effect_back(effects, 0);
    } else if (event->as.key.action == ACTION_OK && s->number.length > 0) {
        s->scanned[0] = '\0';
        look(s, s->number.text, 0, effects);
    } else {
        s->wrong = false;
        receipt_number_key(&s->number, event);
    }
}

/* Cash that waits for who works here: they count it before anything tells how much it is. */
static bool is_to_be_counted(const struct receipt_view *v, const struct flow_facts *facts)
{
    const struct fold_user *user = fold_current(facts->fold);
    bool known = is_ours(v) || (v->state == RECEIPT_FOREIGN && v->proven);
    return known && user && v->taken_by == 0 && !v->taken.terminal[0] && !facts->training &&
           !kind_is_training(v->kind) && strcmp(v->receiver, user->user) == 0;
}

static void looked(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                   struct flow_effects *effects)
{
    struct flow_args next = {.digit = -1};
    if (is_to_be_counted(event->as.receipt, facts)) {
        next.seq = s->scanned[0] ? 0 : event->as.receipt->seq;
        text_copy(next.text, sizeof next.text, s->scanned);
        effect_replace(effects, FLOW_RECEIVE, &next);
        return;
    }
    bool beyond = s->stepping && event->as.receipt->basket != s->view.basket;
    s->stepping = false;
    s->waiting = false;
    if (!beyond)
        take(s, event, effects);
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    switch (asking_event(&s->office, event, effects)) {
    case ASKING_ANSWERED:
        s->answered = true;
        s->said = *event->as.answer.receipt;
        return;
    case ASKING_OTHERS:
        break;
    default:
        return;
    }
    switch (event->type) {
    case EVENT_START:
        start(s, args, effects);
        break;
    case EVENT_RECEIPT:
        looked(s, facts, event, effects);
        break;
    case EVENT_SCANNED:
        if (!s->waiting) {
            text_copy(s->scanned, sizeof s->scanned, event->as.scanned.text);
            look(s, s->scanned, 0, effects);
        }
        break;
    case EVENT_COMMITTED:
        printed(s, facts, event, effects);
        break;
    case EVENT_RESUMED: /* it may have been reversed, printed or disputed meanwhile */
        if (event->as.resumed.from == FLOW_STOCK_END && event->as.resumed.value > 0)
            print_copy(s, (uint32_t)event->as.resumed.value, effects);
        else if (is_ours(&s->view))
            look(s, "", s->view.seq, effects);
        break;
    case EVENT_FACTS:
        if (s->view.state == RECEIPT_RECORDED && facts->ack && facts->ack->seq >= s->view.seq)
            s->view.state = RECEIPT_CONFIRMED;
        break;
    case EVENT_ACTION:
        if (!s->waiting && s->asking)
            act_asking(s, event, effects);
        else if (!s->waiting)
            act_shown(s, event, effects);
        break;
    default:
        break;
    }
}

/* ---- the screen ------------------------------------------------------------------------------ */

/* The office did something with it after the day was closed. */
static void show_corrected(const struct receipt_view *v, struct screen *screen)
{
    char text[SCREEN_LONG_MAX], date[WHEN_TEXT_MAX];
    when_format_date(v->corrected_on, date);
    if (v->corrected == BOOK_CORRECTED_REFUNDED) {
        snprintf(text, sizeof text, _("Given back by the office on %s. It proves no payment."),
                 date);
        screen_notice(screen, TONE_OWED, _("Refunded"), text);
        return;
    }
    snprintf(text, sizeof text,
             v->corrected == BOOK_CORRECTED_MOVED
                 ? _("Moved to another account by the office on %s. Here it pays nothing.")
                 : _("Cancelled by the office on %s. It proves no payment."),
             date);
    screen_notice(screen, TONE_OWED, _("Corrected"), text);
}

static void show_state(const struct receipt_view *v, struct screen *screen)
{
    char text[SCREEN_LONG_MAX], number[RECEIPT_NUMBER_MAX];
    if (v->corrected != 0) {
        show_corrected(v, screen);
        return;
    }
    if (v->hidden) {
        screen_notice(screen, TONE_LOOK, _("Not counted yet"),
                      _("Whoever receives it counts it first: until then only who gave it sees "
                        "how much it is."));
        return;
    }
    switch (v->state) {
    case RECEIPT_CONFIRMED:
        screen_notice(screen, TONE_ACCENT, _("√ Confirmed by the office"), "");
        break;
    case RECEIPT_RECORDED:
        screen_notice(screen, TONE_ACCENT, _("√ Recorded on this terminal"),
                      _("Not sent yet; the office will have it."));
        break;
    case RECEIPT_REVERSED:
        receipt_number_format(v->terminal, v->reversed_by, number);
        snprintf(text, sizeof text, _("Undone by %s. It proves no payment."), number);
        screen_notice(screen, TONE_OWED, _("Reversed already"), text);
        break;
    default:
        screen_notice(screen, TONE_LOOK, _("Another terminal's"),
                      v->proven ? _("The figures are what the paper says. Only the office can "
                                    "tell whether they are true.")
                                : _("Only the office knows this number. Scan the paper to see "
                                    "what it says."));
        break;
    }
}

static void show_made(const struct receipt_view *v, const struct flow_facts *facts,
                      struct screen *screen)
{
    char at[WHEN_TEXT_MAX], text[SCREEN_TEXT_MAX];
    if (v->at_s == 0)
        return;
    when_format_minute(facts->site ? facts->site->zone : facts->fold->enrolled.zone, v->at_s, at);
    screen_line(screen, at, v->collector[0] ? v->collector : v->user);
    if (v->cash_minor != v->amount_minor && kind_has_payment_paper(v->kind)) {
        char cash[MONEY_TEXT_MAX];
        words_money(facts, v->cash_minor, cash);
        snprintf(text, sizeof text, _("%s and cash %s"), gettext(tender_text(v->tender)), cash);
        screen_line(screen, text, "")->size = SIZE_SMALL;
    }
    if (v->numbers[0])
        screen_line(screen, is_manual(v) ? _("Written by hand") : _("Stationery no."), v->numbers)
            ->size = SIZE_SMALL;
    if (v->copies || v->basket) {
        text[0] = '\0';
        if (paper_duplicate(v->kind, v->copies))
            snprintf(text, sizeof text, _("printed again %u×"),
                     (unsigned)paper_duplicate(v->kind, v->copies));
        screen_line(screen, text, v->basket ? _("◀▶ paid together") : "")->size = SIZE_SMALL;
    }
}

static void show_keys(const struct state *s, struct screen *screen)
{
    const struct receipt_view *v = &s->view;
    screen_key(screen, "OK",
               v->state == RECEIPT_REVERSED ? _("Reversal slip")
               : v->hidden                  ? _("Back")
               : may_print(v)               ? _("Print again")
                                            : _("Ask"));
    if (may_reverse(v))
        screen_key(screen, "F1", _("Reverse"));
    else if (may_correct(s))
        screen_key(screen, "F1", _("Ask to correct"));
    if (may_dispute(v))
        screen_key(screen, "F2", _("Dispute"));
    screen_key(screen, _("Cancel"), _("Back"));
}

/* What is weightiest now: a print that failed, what the office said, what is known here. */
static void show_asked(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    struct screen_line *line;
    char at[WHEN_TEXT_MAX], text[SCREEN_TEXT_MAX] = "";
    if (s->answered) {
        asking_at(facts, s->said.at_s, at);
        snprintf(text, sizeof text, _("As the office knows it, %.40s"), at);
    } else if (is_ours(&s->view) && !s->view.hidden) {
        text_copy(text, sizeof text, _("▼ what the office knows"));
    }
    if (text[0]) {
        line = screen_line(screen, text, "");
        line->size = SIZE_SMALL;
        line->left_tone = TONE_QUIET;
    }
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not printed"), _(status_text(s->status)));
    else if (s->answered)
        receipt_show_office(&s->said, &s->view, facts, screen);
    else if (s->office.status != TILL_OK)
        asking_show_failed(&s->office, _("What is known here stands above."), screen);
    else
        show_state(&s->view, screen);
}

static void show_asking(const struct state *s, struct screen *screen)
{
    screen_begin(screen, "receipt", KEYS_NUMBER);
    screen_title(screen, _("Check a receipt"), _("scan it or type its number"));
    screen_field(screen, _("Receipt number"), s->number.text, _("* is the dash"));
    if (s->wrong)
        screen_notice(screen, TONE_OWED, _("Not recognised"), receipt_words_wrong(&s->view));
    screen_key(screen, "OK", _("Look it up"));
    screen_key(screen, _("Clear"), _("Correct"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    const struct receipt_view *v = &s->view;
    char number[RECEIPT_NUMBER_MAX], account[ACCOUNT_MAX + 16];
    char amount[MONEY_TEXT_MAX] = "";
    (void)args;
    if (s->asking) {
        show_asking(s, screen);
        return;
    }
    screen_begin(screen, "receipt", KEYS_CARD);
    receipt_number_format(v->terminal, v->seq, number);
    screen_title(screen, v->seq ? number : _("Check a receipt"),
                 v->kind ? paper_kind_text(v->kind) : "");
    if (v->seq == 0)
        return; /* it is being looked up */
    text_group_account(account, sizeof account, v->account);
    if (v->kind) {
        words_money(facts, v->amount_minor, amount);
        if (v->hidden)
            text_copy(amount, sizeof amount, "—");
        screen_line(screen, v->name, account);
        struct screen_line *line = screen_line(screen, "", amount);
        line->size = SIZE_BIG;
        line->bold = true;
    }
    show_made(v, facts, screen);
    if (kind_is_training(v->kind))
        screen_line(screen, _("Training: no money was moved"), "")->left_tone = TONE_LOOK;
    if (s->office.waiting) {
        show_state(v, screen);
        asking_show_wait(screen);
        return;
    }
    show_asked(s, facts, screen);
    show_keys(s, screen);
}

const struct flow flow_receipt = {"receipt", sizeof(struct state), handle, show};
