/*
 * Undoing a payment (冲正) before the shift is closed: the collector's own latest with its paper
 * back or declared lost, or any of the shift with a supervisor who is here or far away. What is
 * given back is said last, large, and needs a fresh press.
 */
#include <stdio.h>

#include "agree.h"
#include "receipt_words.h"
#include "table.h"
#include "text.h"
#include "words.h"

enum step {
    STEP_LOOK,
    STEP_WAY,
    STEP_REASON,
    STEP_PAPER,
    STEP_LOST,
    STEP_AGREE,
    STEP_CONFIRM,
    STEP_SAVING
};
enum refusal {
    REFUSAL_NONE,
    REFUSAL_UNKNOWN,
    REFUSAL_NO_PAYMENT,
    REFUSAL_DONE,
    REFUSAL_TRAINING,
    REFUSAL_SHIFT,
    REFUSAL_CASH
};
enum { REASONS = REVERSAL_OTHER };

struct state {
    enum step step;
    struct receipt_view view;
    int way, reason;
    struct agree agree;
    bool checking;             /* a scanned paper is being looked at */
    uint64_t scanned_seq;      /* another paper than the one asked for; 0 = none */
    const char *scanned_wrong; /* a paper that is none; NULL = fine */
    enum till_status status;
};

/* ---- whether --------------------------------------------------------------------------------- */

static enum refusal why_not(const struct state *s, const struct flow_facts *facts)
{
    const struct receipt_view *v = &s->view;
    const struct fold_user *user = fold_current(facts->fold);
    if (receipt_words_wrong(v) || v->state == RECEIPT_FOREIGN || !user)
        return REFUSAL_UNKNOWN;
    if (!kind_has_payment_paper(v->kind))
        return REFUSAL_NO_PAYMENT;
    if (v->state == RECEIPT_REVERSED)
        return REFUSAL_DONE;
    if (kind_is_training(v->kind) != facts->training)
        return REFUSAL_TRAINING;
    if (!v->same_shift)
        return REFUSAL_SHIFT;
    if (!facts->training && v->cash_minor > user->cash_minor)
        return REFUSAL_CASH;
    return REFUSAL_NONE;
}

/* The collector alone: only the latest, within the day's limits. */
static bool may_alone(const struct state *s, const struct flow_facts *facts,
                      struct limits_verdict *verdict_out)
{
    limits_check_reversal(&facts->limits, &facts->used, s->view.amount_minor, verdict_out);
    return (s->view.latest || facts->training) && !verdict_out->reached;
}

static struct agree_question question(const struct state *s)
{
    return (struct agree_question){
        .purpose = APPROVAL_REVERSAL, .seq = s->view.seq, .value = s->view.amount_minor};
}

/* ---- moving on ------------------------------------------------------------------------------- */

static void choose_way(struct state *s, int way, const struct flow_facts *facts,
                       struct flow_effects *effects)
{
    struct limits_verdict verdict;
    bool own = way == REVERSAL_OWN_PAPER || way == REVERSAL_OWN_LOST;
    if (way < REVERSAL_OWN_PAPER || way > REVERSAL_CODE ||
        (own && !may_alone(s, facts, &verdict))) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    s->way = way;
    s->step = STEP_REASON;
}

static void choose_reason(struct state *s, int reason, struct flow_effects *effects)
{
    struct agree_question q = question(s);
    if (reason < 1 || reason > REASONS) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    s->reason = reason;
    if (s->way == REVERSAL_OWN_PAPER) {
        s->scanned_seq = 0;
        s->scanned_wrong = NULL;
        s->step = STEP_PAPER;
    } else if (s->way == REVERSAL_OWN_LOST) {
        s->step = STEP_LOST;
    } else {
        s->step = STEP_AGREE;
        agree_begin(&s->agree, s->way == REVERSAL_CODE, &q, effects);
    }
}

static void reverse(struct state *s, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
    struct body_reversal *body = &effect->as.commit.body.reversal;
    effect->as.commit.kind = KIND_REVERSAL;
    body->seq = s->view.seq;
    body->way = s->way;
    body->reason = s->reason;
    if (s->way == REVERSAL_SUPERVISOR || s->way == REVERSAL_CODE)
        text_copy(body->approver, sizeof body->approver, s->agree.who.text);
    s->step = STEP_SAVING;
}

static void committed(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    s->status = event->status;
    if (s->status != TILL_OK) {
        s->step = STEP_CONFIRM;
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    struct flow_args next = {.digit = -1, .seq = event->as.committed.seq, .kind = KIND_REVERSAL};
    next.amount_minor = s->view.amount_minor;
    chain_check_code(event->as.committed.hash, next.check_code);
    effect_sound(effects, SOUND_OK);
    effect_replace(effects, FLOW_PAPER, &next);
}

/* ---- the paper that comes back --------------------------------------------------------------- */

static void scan(struct state *s, const char *text, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_RECEIPT);
    text_copy(effect->as.receipt.text, sizeof effect->as.receipt.text, text);
    s->checking = true;
}

/* It must be the very one: its own signed record, not a number that anyone can write. */
static void scanned(struct state *s, const struct receipt_view *v, struct flow_effects *effects)
{
    s->checking = false;
    s->scanned_seq = 0;
    s->scanned_wrong = receipt_words_wrong(v);
    if (!s->scanned_wrong && !v->proven)
        s->scanned_wrong = _("Scan the square code at the foot of the receipt itself.");
    if (!s->scanned_wrong && v->state == RECEIPT_FOREIGN)
        s->scanned_wrong = _("This is another terminal's receipt. The one named above is needed.");
    if (!s->scanned_wrong && v->seq != s->view.seq)
        s->scanned_seq = v->seq;
    if (s->scanned_wrong || s->scanned_seq)
        effect_sound(effects, SOUND_ERROR);
    else
        s->step = STEP_CONFIRM;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void act_refused(const struct state *s, enum refusal why, const struct flow_event *event,
                        struct flow_effects *effects)
{
    struct flow_args next = {.digit = -1, .seq = s->view.seq, .amount_minor = s->view.amount_minor};
    bool office = why == REFUSAL_SHIFT || why == REFUSAL_CASH;
    if (event->as.key.action == ACTION_BACK || (event->as.key.action == ACTION_OK && !office)) {
        effect_back(effects, 0);
    } else if (event->as.key.action == ACTION_OK) {
        text_copy(next.account, sizeof next.account, s->view.account);
        effect_replace(effects, FLOW_CORRECTION, &next);
    }
}

static void act_way(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                    struct flow_effects *effects)
{
    struct limits_verdict verdict;
    enum action action = event->as.key.action;
    if (action == ACTION_BACK)
        effect_back(effects, 0);
    else if (action == ACTION_DIGIT)
        choose_way(s, event->as.key.digit, facts, effects);
    else if (action == ACTION_OK)
        choose_way(s, may_alone(s, facts, &verdict) ? REVERSAL_OWN_PAPER : REVERSAL_SUPERVISOR,
                   facts, effects);
}

static void act_paper(struct state *s, const struct flow_event *event)
{
    if (s->checking)
        return;
    if (event->as.key.action == ACTION_BACK) {
        s->step = STEP_REASON;
    } else if (event->as.key.action == ACTION_OPTION_1) {
        s->way = REVERSAL_OWN_LOST;
        s->step = STEP_LOST;
    }
}

static void back_from_confirm(struct state *s, struct flow_effects *effects)
{
    struct agree_question q = question(s);
    s->status = TILL_OK;
    switch (s->way) {
    case REVERSAL_OWN_PAPER:
        s->step = STEP_PAPER;
        break;
    case REVERSAL_OWN_LOST:
        s->step = STEP_LOST;
        break;
    default:
        s->step = STEP_AGREE;
        agree_begin(&s->agree, s->way == REVERSAL_CODE, &q, effects);
        break;
    }
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    switch (s->step) {
    case STEP_WAY:
        act_way(s, facts, event, effects);
        break;
    case STEP_REASON:
        if (action == ACTION_BACK)
            s->step = STEP_WAY;
        else if (action == ACTION_DIGIT)
            choose_reason(s, event->as.key.digit, effects);
        break;
    case STEP_PAPER:
        act_paper(s, event);
        break;
    case STEP_LOST:
        if (action == ACTION_OK)
            s->step = STEP_CONFIRM;
        else if (action == ACTION_BACK)
            s->step = STEP_REASON;
        break;
    case STEP_CONFIRM:
        if (action == ACTION_OK)
            reverse(s, effects);
        else if (action == ACTION_BACK)
            back_from_confirm(s, effects);
        break;
    default:
        break;
    }
}

static void agree(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                  struct flow_effects *effects)
{
    struct agree_question q = question(s);
    enum agree_turn turn = agree_handle(&s->agree, &q, facts, event, effects);
    if (turn == AGREE_GIVEN)
        s->step = STEP_CONFIRM;
    else if (turn == AGREE_LEFT)
        s->step = STEP_REASON;
}

static void start(const struct flow_args *args, const struct flow_facts *facts,
                  struct flow_effects *effects)
{
    const struct fold_user *user = fold_current(facts->fold);
    effect_add(effects, EFFECT_RECEIPT)->as.receipt.seq =
        args->seq ? args->seq : (user ? user->own_latest_seq : 0);
}

static void looked(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    if (s->step == STEP_LOOK) {
        s->view = *event->as.receipt;
        s->step = STEP_WAY;
    } else if (s->step == STEP_PAPER && s->checking) {
        scanned(s, event->as.receipt, effects);
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    switch (event->type) {
    case EVENT_START:
        start(args, facts, effects);
        break;
    case EVENT_RECEIPT:
        looked(s, event, effects);
        break;
    case EVENT_SCANNED:
        if (s->step == STEP_PAPER && !s->checking)
            scan(s, event->as.scanned.text, effects);
        break;
    case EVENT_COMMITTED:
        committed(s, event, effects);
        break;
    default:
        if (s->step == STEP_AGREE)
            agree(s, facts, event, effects);
        else if (event->type == EVENT_ACTION && s->step != STEP_LOOK && s->step != STEP_SAVING) {
            enum refusal why = s->step == STEP_WAY ? why_not(s, facts) : REFUSAL_NONE;
            if (why != REFUSAL_NONE)
                act_refused(s, why, event, effects);
            else
                act(s, facts, event, effects);
        }
        break;
    }
}

/* ---- screens --------------------------------------------------------------------------------- */

static void show_refused(const struct state *s, enum refusal why, struct screen *screen)
{
    const char *text = receipt_words_wrong(&s->view);
    bool office = why == REFUSAL_SHIFT || why == REFUSAL_CASH;
    if (why == REFUSAL_UNKNOWN && !text)
        text = _("Only the terminal that took the money can reverse it. Ask the office for a "
                 "correction.");
    else if (why == REFUSAL_NO_PAYMENT)
        text = _("This paper is no payment; there is nothing to reverse.");
    else if (why == REFUSAL_DONE)
        text = _("It was reversed already. Money is given back once only.");
    else if (why == REFUSAL_TRAINING)
        text = _("Training and real receipts don't mix: switch the training mode first.");
    else if (why == REFUSAL_SHIFT)
        text = _("It is not of your open shift. Now only the office corrects; nothing is paid out "
                 "of the bag. OK asks the office.");
    else if (why == REFUSAL_CASH)
        text = _("There is not enough cash in the bag to give it back. OK asks the office to "
                 "correct it.");
    screen->keys = KEYS_MESSAGE;
    screen_notice(screen, TONE_LOOK, _("Can't be reversed"), text);
    screen_key(screen, "OK", office ? _("Ask the office") : _("Back"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_own_limits(const struct flow_facts *facts, char *out)
{
    int64_t most = facts->limits.value[LIMIT_REVERSALS];
    out[0] = '\0';
    if (most > 0 && most != LIMIT_REVERSALS_NONE)
        snprintf(out, SCREEN_TEXT_MAX, _("today %lld of %lld"),
                 (long long)facts->used.value[LIMIT_REVERSALS], (long long)most);
}

static void show_way(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    struct limits_verdict verdict;
    char used[SCREEN_TEXT_MAX];
    bool alone = may_alone(s, facts, &verdict);
    screen->keys = KEYS_MENU;
    show_own_limits(facts, used);
    choice_line(screen, 1, _("Own latest, its paper is here"), used, !alone);
    choice_line(screen, 2, _("Own latest, its paper is lost"), "", !alone);
    choice_line(screen, 3, _("A supervisor is here: PIN"), "", false);
    choice_line(screen, 4, _("By telephone: one-time code"), "", false);
    bool barred = facts->limits.value[LIMIT_REVERSALS] == LIMIT_REVERSALS_NONE;
    if (verdict.reached)
        screen_notice(screen, TONE_LOOK,
                      barred ? _("Nobody reverses alone here")
                             : _("Your own reversals are used up today"),
                      _("A supervisor goes on: 3 or 4."));
    else if (!alone)
        screen_notice(screen, TONE_LOOK, _("Not your latest receipt"),
                      _("For older ones a supervisor must agree: 3 or 4."));
    screen_key(screen, "OK", alone ? _("Paper is here") : _("Supervisor"));
    screen_key(screen, "1-4", _("Choose"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_reason(struct screen *screen)
{
    screen->keys = KEYS_MENU;
    for (int reason = 1; reason <= REASONS; reason++)
        choice_line(screen, reason, gettext(reversal_reason_text(reason)), "", false);
    screen_key(screen, "1-5", _("Reason"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_paper(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char number[RECEIPT_NUMBER_MAX], text[SCREEN_LONG_MAX];
    screen->keys = KEYS_CARD;
    receipt_number_format(facts->terminal, s->scanned_seq, number);
    if (s->scanned_wrong) {
        screen_notice(screen, TONE_OWED, _("Not this paper"), s->scanned_wrong);
    } else if (s->scanned_seq) {
        snprintf(text, sizeof text, _("This is %s. The receipt named above is needed."), number);
        screen_notice(screen, TONE_OWED, _("Not this paper"), text);
    } else if (s->view.papers_out > 1) {
        snprintf(text, sizeof text,
                 _("It was printed %u times: take back every one of them and scan one."),
                 (unsigned)s->view.papers_out);
        screen_notice(screen, TONE_LOOK, _("Scan the paper that is taken back"), text);
    } else {
        screen_notice(screen, TONE_LOOK, _("Scan the paper that is taken back"),
                      _("Keep it: it goes to the office with the slip."));
    }
    screen_key(screen, _("Scan"), _("Scan it"));
    screen_key(screen, "F1", _("It is lost"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_lost(struct screen *screen)
{
    screen->keys = KEYS_MESSAGE;
    screen_notice(screen, TONE_LOOK, _("Is the paper really lost?"),
                  _("Whoever finds it may say that it was paid. The record says that it was "
                    "declared lost, and the office checks each of these."));
    screen_key(screen, "OK", _("It is lost"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_confirm(const struct state *s, const struct flow_facts *facts,
                         struct screen *screen)
{
    const struct receipt_view *v = &s->view;
    char amount[MONEY_TEXT_MAX], text[SCREEN_LONG_MAX];
    screen->keys = KEYS_MESSAGE;
    screen->fresh = true;
    words_money(facts, v->cash_minor, amount);
    show_large(screen, _("Give back in cash"), amount, TONE_OWED);
    if (v->cash_minor < v->amount_minor) {
        words_money(facts, v->amount_minor - v->cash_minor, amount);
        snprintf(text, sizeof text, _("%s came by %s: the office returns it, not the bag."), amount,
                 gettext(tender_text(v->tender)));
        screen_notice(screen, TONE_LOOK, "", text);
    }
    if (s->status == TILL_OK && v->numbers[0]) {
        snprintf(text, sizeof text,
                 s->way == REVERSAL_OWN_LOST
                     ? _("%s becomes void without its paper: the office sees that.")
                     : _("%s comes back with all its copies and becomes void."),
                 v->numbers);
        screen_notice(screen, TONE_LOOK, "", text);
    }
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not reversed"), _(status_text(s->status)));
    else if (v->basket)
        screen_notice(screen, TONE_LOOK, "",
                      _("Others were paid together with it: each is reversed by itself."));
    else
        screen_line(screen, _("The customer signs the slip that is printed."), "")->size =
            SIZE_SMALL;
    screen_key(screen, "OK", _("Reverse"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char what[SCREEN_TEXT_MAX], amount[MONEY_TEXT_MAX];
    (void)args;
    screen_begin(screen, "reversal", KEYS_MESSAGE);
    screen_title(screen, kind_is_training(s->view.kind) ? _("Reversal, training") : _("Reversal"),
                 s->reason && s->step > STEP_REASON ? gettext(reversal_reason_text(s->reason))
                                                    : "");
    if (s->step == STEP_LOOK)
        return;
    words_money(facts, s->view.amount_minor, amount);
    if (s->step != STEP_AGREE && s->view.seq)
        receipt_show_whose(&s->view, facts, screen);
    enum refusal why = s->step == STEP_WAY ? why_not(s, facts) : REFUSAL_NONE;
    if (why != REFUSAL_NONE)
        show_refused(s, why, screen);
    else if (s->step == STEP_WAY)
        show_way(s, facts, screen);
    else if (s->step == STEP_REASON)
        show_reason(screen);
    else if (s->step == STEP_PAPER)
        show_paper(s, facts, screen);
    else if (s->step == STEP_LOST)
        show_lost(screen);
    else if (s->step == STEP_AGREE) {
        snprintf(what, sizeof what, _("Reverse receipt %llu, %s"), (unsigned long long)s->view.seq,
                 amount);
        agree_show(&s->agree, facts, what, screen);
    } else
        show_confirm(s, facts, screen);
}

const struct flow flow_reversal = {"reversal", sizeof(struct state), handle, show};
