/*
 * The money on the table: what is handed over, the change, and the one press that takes it.
 *
 * The arrows offer likely notes, left and right another means; typing replaces. OK needs a fresh
 * press (keymap.h). Change can be kept as an advance by one key, too little can be taken as a part,
 * and small change that is missing is carried: each asks for the press anew. Who may have paid an
 * earlier holder of the meter book, who owes less by the office or says that it is paid, is asked
 * about that first; so is a sum that is far too large, and one that changed while this stood here.
 */
#include <stdio.h>

#include "cash.h"
#include "chosen.h"
#include "gate.h"
#include "table.h"
#include "text.h"
#include "words.h"

struct state {
    struct customer_view view;
    struct cash cash;
    char allocation[ALLOCATION_MAX];
    int64_t late_fee_minor;
    bool advance;
    bool loaded;
    bool waiting;      /* committing */
    bool asked;        /* who may have paid before: it was said to take the money all the same */
    bool changed;      /* what is owed did while this stood here, and nobody has said OK to it */
    bool gone;         /* and nothing is owed any more, or not those months */
    bool doubted;      /* the sum was asked about */
    int64_t was_minor; /* owed before it changed */
    bool stuck;        /* the months that were chosen end where less is paid */
    enum till_status status;
};

static void start(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                  struct flow_effects *effects)
{
    s->late_fee_minor = args->late_fee_minor;
    s->advance = args->advance;
    text_copy(s->allocation, sizeof s->allocation, args->allocation);
    cash_begin(&s->cash, facts, args->amount_minor, false);
    text_copy(effect_add(effects, EFFECT_CUSTOMER)->as.account, ACCOUNT_MAX, args->account);
}

static void take(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                 struct flow_effects *effects)
{
    struct body_collection body = {.late_fee_minor = s->late_fee_minor};
    text_copy(body.account, sizeof body.account, args->account);
    text_copy(body.allocation, sizeof body.allocation, s->allocation);
    cash_fill(&s->cash, facts, &body);
    const struct gate_sum sum = {body.amount_minor, collection_cash_minor(&body),
                                 body.amount_minor};
    if (gate_refuses(facts, &sum, effects))
        return;
    /* A sum that was typed on the screen before was asked about there. */
    bool kept_more = s->cash.amount_minor != args->amount_minor;
    int64_t owed_minor = kept_more && s->loaded ? s->view.arrears.due_minor : 0;
    if (!s->doubted && cash_is_doubtful(&s->cash, facts, owed_minor)) {
        s->doubted = true;
        effect_sound(effects, SOUND_ATTENTION);
        return;
    }
    struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
    effect->as.commit.kind = s->advance ? KIND_ADVANCE : KIND_COLLECTION;
    effect->as.commit.collection = body;
    s->waiting = true;
}

/* What that sum pays: late fee, months, or all of it an advance. False: not all months chosen. */
static bool work_out(struct state *s, int64_t amount_minor)
{
    char allocation[ALLOCATION_MAX];
    struct allocation outcome;
    text_copy(allocation, sizeof allocation, s->allocation);
    if (!chosen_fit(&s->view.arrears, amount_minor, allocation) ||
        arrears_allocate_chosen(&s->view.arrears, amount_minor, allocation, &outcome) != TILL_OK)
        return false;
    text_copy(s->allocation, sizeof s->allocation, allocation);
    s->late_fee_minor = outcome.late_fee_minor;
    s->advance = outcome.bills_minor == 0 && outcome.late_fee_minor == 0;
    return true;
}

/* F2: keep all of what was handed over: more becomes an advance, less is a part. */
static void keep_all(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    int64_t handed_minor, over_minor = cash_over_minor(&s->cash, facts);
    int64_t keep_minor = s->cash.amount_minor + over_minor;
    s->stuck = false;
    if (!s->loaded || over_minor == 0 || !cash_handed(&s->cash, facts, &handed_minor)) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    s->stuck = !work_out(s, keep_minor);
    if (s->stuck) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    s->status = TILL_OK;
    cash_keep(&s->cash, facts, keep_minor);
}

static void committed(struct state *s, const struct flow_facts *facts,
                      const struct flow_event *event, struct flow_effects *effects)
{
    const struct gate_sum sum = {s->cash.amount_minor, cash_due_minor(&s->cash),
                                 s->cash.amount_minor};
    s->waiting = false;
    s->status = event->status;
    if (s->status != TILL_OK) {
        /* The world changed between the press and the commit. */
        if (!gate_refuses(facts, &sum, effects) && !gate_refuses_numbers(facts, s->status, effects))
            effect_sound(effects, SOUND_ERROR);
        return;
    }
    struct flow_args next = {.digit = -1, .seq = event->as.committed.seq};
    next.amount_minor = s->cash.amount_minor;
    chain_check_code(event->as.committed.hash, next.check_code);
    /* So that the change comes out right also where a part was no cash. */
    next.tendered_minor = s->cash.amount_minor + cash_over_minor(&s->cash, facts);
    effect_sound(effects, SOUND_OK);
    effect_replace(effects, FLOW_PAPER, &next);
}

static bool is_to_be_asked(const struct state *s)
{
    return s->loaded && !s->asked &&
           (customer_is_maybe_collected(&s->view) || customer_owes_less(&s->view) ||
            customer_is_disputed(&s->view));
}

/* A payment came elsewhere, or a newer book: who was to pay all pays what is owed now, any other
 * sum stands. Nothing is taken before that was seen. */
static void renew(struct state *s, const struct flow_facts *facts, const struct customer_view *view)
{
    int64_t was_minor = s->view.arrears.due_minor, due_minor = view->arrears.due_minor;
    bool changed = s->loaded && !s->waiting && due_minor != was_minor;
    bool chosen = s->allocation[0] != '\0';
    bool whole = !chosen && s->cash.amount_minor == was_minor;
    /* Months that were chosen and have changed are chosen anew. */
    bool months = chosen && chosen_due_minor(&view->arrears, s->allocation) !=
                                chosen_due_minor(&s->view.arrears, s->allocation);
    s->view = *view;
    s->loaded = true;
    s->cash.no_cheque = (view->customer.flags & BOOK_CUSTOMER_CHEQUE_RETURNED) != 0;
    if (!changed)
        return;
    int64_t amount_minor = whole ? due_minor : s->cash.amount_minor;
    s->was_minor = s->changed ? s->was_minor : was_minor;
    s->changed = true;
    s->doubted = false;
    s->gone = months || amount_minor <= 0 || !work_out(s, amount_minor);
    if (!s->gone && amount_minor != s->cash.amount_minor)
        cash_keep(&s->cash, facts, amount_minor);
}

static void act_changed(struct state *s, const struct flow_event *event,
                        struct flow_effects *effects)
{
    if (event->as.key.action == ACTION_OK && !s->gone)
        s->changed = false;
    else if (event->as.key.action == ACTION_OK || event->as.key.action == ACTION_BACK)
        effect_back(effects, 0);
}

static void act_asked(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    if (event->as.key.action == ACTION_OK)
        s->asked = true;
    else if (event->as.key.action == ACTION_BACK)
        effect_back(effects, 0);
}

static void act(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                const struct flow_event *event, struct flow_effects *effects)
{
    if (event->as.key.action == ACTION_OPTION_2) {
        s->doubted = false;
        keep_all(s, facts, effects);
        return;
    }
    s->status = TILL_OK;
    s->stuck = false;
    if (event->as.key.action != ACTION_OK) {
        bool back = s->doubted && event->as.key.action == ACTION_BACK;
        s->doubted = false;
        if (back)
            return;
    }
    switch (cash_act(&s->cash, facts, event)) {
    case CASH_TAKES:
        take(s, args, facts, effects);
        break;
    case CASH_LEAVES:
        effect_back(effects, 0);
        break;
    default:
        if (s->cash.refusal != CASH_FINE)
            effect_sound(effects, SOUND_ERROR);
        break;
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    switch (event->type) {
    case EVENT_START:
        start(s, args, facts, effects);
        break;
    case EVENT_BOOK:
    case EVENT_RESUMED: /* a limit may have been lifted */
        text_copy(effect_add(effects, EFFECT_CUSTOMER)->as.account, ACCOUNT_MAX, args->account);
        break;
    case EVENT_CUSTOMER:
        if (event->status == TILL_OK)
            renew(s, facts, event->as.customer);
        else
            s->loaded = false;
        break;
    case EVENT_COMMITTED:
        committed(s, facts, event, effects);
        break;
    case EVENT_ACTION:
        if (s->changed && !s->waiting)
            act_changed(s, event, effects);
        else if (is_to_be_asked(s))
            act_asked(s, event, effects);
        else if (!s->waiting)
            act(s, args, facts, event, effects);
        break;
    default:
        break;
    }
}

static void show_question(const struct state *s, const struct flow_args *args,
                          const struct flow_facts *facts, struct screen *screen)
{
    char aside[SCREEN_TEXT_MAX], why[SCREEN_TEXT_MAX];
    screen_begin(screen, "tender_maybe", KEYS_MESSAGE);
    screen->fresh = true;
    words_customer(s->view.customer.name, args->account, aside, sizeof aside);
    screen_title(screen, _("Paid already?"), aside);
    if (customer_is_maybe_collected(&s->view)) {
        words_maybe_collected(facts, &s->view, why, sizeof why);
        screen_line(screen, why, "")->size = SIZE_SMALL;
    }
    words_office(facts, &s->view, why, sizeof why);
    if (why[0])
        screen_line(screen, why, "")->size = SIZE_SMALL;
    if (customer_is_disputed(&s->view))
        screen_notice(screen, TONE_LOOK, _("Take nothing until the office has answered."),
                      _("They say it is paid. Until the answer no late fee is asked: it is held, "
                        "and owed if it was not paid. OK only if they pay of their own will."));
    else
        screen_notice(screen, TONE_LOOK, _("Ask whether they have paid, and for the paper."),
                      _("Who has paid pays nothing here: Cancel, then F1 and a dispute. Money that "
                        "is taken twice becomes an advance."));
    screen_key(screen, "OK",
               customer_is_disputed(&s->view) ? _("They pay: go on") : _("Not paid: go on"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_changed(const struct state *s, const struct flow_args *args,
                         const struct flow_facts *facts, struct screen *screen)
{
    char aside[SCREEN_TEXT_MAX], text[MONEY_TEXT_MAX];
    screen_begin(screen, "tender_changed", KEYS_MESSAGE);
    screen->fresh = true;
    words_customer(s->view.customer.name, args->account, aside, sizeof aside);
    screen_title(screen, _("Changed meanwhile"), aside);
    words_money(facts, s->was_minor, text);
    screen_line(screen, _("Was owed"), text)->size = SIZE_SMALL;
    words_money(facts, s->view.arrears.due_minor, text);
    screen_line(screen, _("Owed now"), text)->bold = true;
    if (s->gone) {
        screen_notice(screen, TONE_LOOK, _("Take no money."),
                      _("What was to be paid is not owed any more: it was paid elsewhere, or the "
                        "office changed it."));
        screen_key(screen, "OK", _("Back"));
        return;
    }
    words_money(facts, s->cash.amount_minor, text);
    screen_line(screen, _("To be paid"), text)->bold = true;
    screen_notice(screen, TONE_LOOK, _("Tell the customer the new sum."),
                  _("A payment came elsewhere, or a newer book."));
    screen_key(screen, "OK", _("Go on"));
    screen_key(screen, _("Cancel"), _("Back"));
}

/* What is held back of the late fee of this sum, until the office has answered. */
static void show_held(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char text[MONEY_TEXT_MAX];
    struct allocation outcome;
    if (!s->loaded || s->cash.amount_minor <= 0 ||
        arrears_allocate_chosen(&s->view.arrears, s->cash.amount_minor, s->allocation, &outcome) !=
            TILL_OK ||
        outcome.held_minor == 0)
        return;
    words_money(facts, outcome.held_minor, text);
    screen_line(screen, _("Late fee held until the answer"), text)->size = SIZE_SMALL;
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    if (s->changed) {
        show_changed(s, args, facts, screen);
        return;
    }
    if (is_to_be_asked(s)) {
        show_question(s, args, facts, screen);
        return;
    }
    char aside[SCREEN_TEXT_MAX], text[MONEY_TEXT_MAX];
    int64_t handed_minor, over_minor = cash_over_minor(&s->cash, facts);
    cash_begin_screen(&s->cash, screen);
    words_customer(s->view.customer.name, args->account, aside, sizeof aside);
    screen_title(screen, cash_title(&s->cash, s->advance), aside);
    words_money(facts, s->cash.amount_minor, text);
    const char *label = s->advance                                   ? _("To keep")
                        : s->cash.amount_minor != args->amount_minor ? _("Kept")
                        : s->allocation[0]                           ? _("Chosen months")
                                                                     : _("Due now");
    screen_line(screen, label, text);
    show_held(s, facts, screen);
    cash_show(&s->cash, facts, screen);
    bool handed = cash_handed(&s->cash, facts, &handed_minor);
    if (over_minor < 0 && handed)
        screen_key(screen, "F2",
                   cash_is_carried(&s->cash, facts) ? _("Carry the rest") : _("Take as a part"));
    else if (over_minor > 0)
        screen_key(screen, "F2", _("Change to advance"));
    if (s->doubted)
        cash_show_doubt(screen);
    else if (s->stuck)
        screen_notice(screen, TONE_OWED, _("Not taken"),
                      _("It does not reach all the months chosen. Go back and choose fewer."));
    else if (s->status == TILL_BAD_INPUT)
        screen_notice(screen, TONE_OWED, _("Not taken"),
                      _("What is owed has changed meanwhile. Go back and look again."));
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not taken"), _(status_text(s->status)));
}

const struct flow flow_tender = {"tender", sizeof(struct state), handle, show};
