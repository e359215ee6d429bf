/*
 * A number of paper ends unused: spoiled or passed over. Of a receipt that is to be printed again
 * its number ends first, spoiled or void with all its copies in hand, and the copy takes the next
 * one, in one step; whoever opened this with a receipt gets the copy's number back.
 *
 * A number whose payment stands ends in no other way: there would be money without a paper. It
 * leads to the receipt, which is printed again or reversed.
 */
#include <stdio.h>
#include <string.h>

#include "receipt_words.h"
#include "stock_words.h"
#include "table.h"
#include "text.h"

enum step { STEP_NUMBER, STEP_STANDS, STEP_REASON, STEP_CONFIRM, STEP_DONE };
enum { NUMBER_MOST = STOCK_TEXT_MAX - 1 };

struct state {
    enum step step;
    bool waiting, loaded;
    int type;
    struct typed text;
    struct stock_number number;
    struct stock_view view;
    struct receipt_view receipt; /* that is printed again */
    int reason;
    struct flow_entries entries;
    enum till_status status;
    const char *wrong;
};

static bool prints_again(const struct flow_args *args)
{
    return args->seq != 0;
}

/* ---- effects --------------------------------------------------------------------------------- */

static void offer_next(struct state *s, const struct flow_facts *facts)
{
    const struct fold_stock *stock = fold_stock_next(facts->fold, s->type);
    char next[SCREEN_TEXT_MAX] = "";
    if (stock)
        stock_next_text(stock, next);
    typed_set(&s->text, next, true);
}

static void start(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                  struct flow_effects *effects)
{
    s->type = facts->fold->stock_count > 0 ? facts->fold->stock[0].type : STOCK_RECEIPT;
    if (!prints_again(args)) {
        offer_next(s, facts);
        return;
    }
    effect_add(effects, EFFECT_RECEIPT)->as.receipt.seq = args->seq;
    s->step = STEP_REASON;
    s->waiting = true;
}

static void look(struct state *s, struct flow_effects *effects)
{
    if (!stock_number_read(s->text.text, s->type, &s->number)) {
        s->wrong = _("A series and digits, as on the paper: B-00012345.");
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    struct flow_effect *effect = effect_add(effects, EFFECT_STOCK);
    effect->as.stock.question = STOCK_ASK_NUMBER;
    effect->as.stock.number = s->number;
    s->waiting = true;
}

/* Only the next of a range can be spoiled unused: those before it are accounted for. */
static bool is_next(const struct flow_facts *facts, const struct stock_number *n)
{
    for (size_t i = 0; i < facts->fold->stock_count; i++) {
        const struct fold_stock *stock = &facts->fold->stock[i];
        if (stock->type == n->type && strcmp(stock->series, n->series) == 0 &&
            stock->next == n->number && stock_left(stock) > 0)
            return true;
    }
    return false;
}

static void looked(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                   struct flow_effects *effects)
{
    s->waiting = false;
    s->view = *event->as.stock;
    if (event->status != TILL_OK)
        s->wrong = _(status_text(event->status));
    else if (s->view.state == STOCK_UNKNOWN)
        s->wrong = _("This terminal never had that number.");
    else if (s->view.state == STOCK_SPOILED || s->view.state == STOCK_VOIDED)
        s->wrong = _("That number has ended already.");
    else if (s->view.state == STOCK_UNUSED && !is_next(facts, &s->number))
        s->wrong = _("Unused ones end in their order: first those before it. If the paper in hand "
                     "has another number, use 'Next number differs'.");
    if (s->wrong)
        effect_sound(effects, SOUND_ERROR);
    else
        s->step = s->view.state == STOCK_USED ? STEP_STANDS : STEP_REASON;
}

static void commit(struct state *s, const struct flow_args *args, struct flow_effects *effects)
{
    if (prints_again(args)) {
        struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
        effect->as.commit.kind = KIND_DUPLICATE;
        effect->as.commit.print.seq = args->seq;
        effect->as.commit.print.copy = s->receipt.copies + 1;
        effect->as.commit.body.reprint.reason = s->reason;
        s->waiting = true;
        return;
    }
    const struct body_stock_ended body = {.number = s->number, .reason = s->reason};
    s->entries.count = 1;
    s->status = entry_write_stock_ended(&s->entries.list[0], KIND_STATIONERY_SPOILED, &body);
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    effect_add(effects, EFFECT_COMMIT_ENTRIES)->as.entries = &s->entries;
    s->waiting = true;
}

static void committed(struct state *s, const struct flow_args *args, const struct flow_event *event,
                      struct flow_effects *effects)
{
    s->waiting = false;
    s->status = event->status;
    effect_sound(effects, s->status == TILL_OK ? SOUND_OK : SOUND_ERROR);
    if (s->status == TILL_OK && prints_again(args))
        effect_back(effects, (int64_t)s->receipt.copies + 1);
    else if (s->status == TILL_OK)
        s->step = STEP_DONE;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void act_number(struct state *s, const struct flow_facts *facts,
                       const struct flow_event *event, struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    if (action == ACTION_BACK) {
        effect_back(effects, 0);
    } else if (action == ACTION_OK) {
        look(s, effects);
    } else if (action == ACTION_LEFT || action == ACTION_RIGHT) {
        int step = action == ACTION_RIGHT ? 1 : STOCK_MANUAL - 1;
        s->type = (s->type - STOCK_RECEIPT + step) % STOCK_MANUAL + STOCK_RECEIPT;
        offer_next(s, facts);
    } else {
        (void)stock_type(&s->text, event, NUMBER_MOST);
    }
}

/* What was never used was not taken back; what was used was not just passed over. */
static bool may_be(const struct flow_args *args, int reason)
{
    if (reason < SPOIL_JAM || reason > SPOIL_OTHER)
        return false;
    return prints_again(args) ? reason != SPOIL_SKIPPED : reason != SPOIL_WITHDRAWN;
}

static void go_to_receipt(const struct state *s, struct flow_effects *effects)
{
    const struct flow_args next = {.digit = -1, .seq = s->view.seq};
    effect_replace(effects, FLOW_RECEIPT, &next);
}

static void act(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                const struct flow_event *event, struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    s->status = TILL_OK;
    s->wrong = NULL;
    switch (s->step) {
    case STEP_NUMBER:
        act_number(s, facts, event, effects);
        break;
    case STEP_STANDS:
        if (action == ACTION_BACK)
            s->step = STEP_NUMBER;
        else if (action == ACTION_OK)
            go_to_receipt(s, effects);
        break;
    case STEP_REASON:
        if (action == ACTION_BACK && prints_again(args))
            effect_back(effects, 0);
        else if (action == ACTION_BACK)
            s->step = STEP_NUMBER;
        else if (action == ACTION_DIGIT && may_be(args, event->as.key.digit)) {
            s->reason = event->as.key.digit;
            s->step = STEP_CONFIRM;
        }
        break;
    case STEP_CONFIRM:
        if (action == ACTION_BACK)
            s->step = STEP_REASON;
        else if (action == ACTION_OK)
            commit(s, args, effects);
        break;
    default:
        effect_back(effects, 0);
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
    case EVENT_STOCK:
        looked(s, facts, event, effects);
        break;
    case EVENT_RECEIPT:
        s->waiting = false;
        s->loaded = true;
        s->receipt = *event->as.receipt;
        break;
    case EVENT_COMMITTED:
        committed(s, args, event, effects);
        break;
    case EVENT_SCANNED:
        s->wrong = NULL;
        if (s->step == STEP_NUMBER && !s->waiting && !stock_scan(&s->text, event, NUMBER_MOST)) {
            s->wrong = _("A series and digits, as on the paper: B-00012345.");
            effect_sound(effects, SOUND_ERROR);
        }
        break;
    case EVENT_ACTION:
        if (!s->waiting)
            act(s, args, facts, event, effects);
        break;
    default:
        break;
    }
}

/* ---- screens --------------------------------------------------------------------------------- */

static void number_text(const struct state *s, const struct flow_args *args,
                        char out[SCREEN_TEXT_MAX])
{
    char number[STOCK_TEXT_MAX];
    stock_number_format(&s->number, number);
    text_copy(out, SCREEN_TEXT_MAX, prints_again(args) ? s->receipt.numbers : number);
}

static void show_number(const struct state *s, struct screen *screen)
{
    screen->keys = KEYS_NUMBER;
    screen_line(screen, _(stock_type_text(s->type)), _("◀▶ another kind"))->bold = true;
    screen_field(screen, _("Number"), s->text.text, _("* dash, ▲ letter, or scan"));
    if (s->wrong)
        screen_notice(screen, TONE_OWED, "", s->wrong);
    screen_key(screen, "OK", _("Next"));
    screen_key(screen, _("Clear"), _("Correct"));
    screen_key(screen, _("Cancel"), _("Back"));
}

/* Whose paper it is, and that this ends only with it. */
static void show_stands(const struct state *s, const struct flow_facts *facts,
                        struct screen *screen)
{
    char number[STOCK_TEXT_MAX], amount[MONEY_TEXT_MAX], account[ACCOUNT_MAX + 16];
    screen->keys = KEYS_MESSAGE;
    stock_number_format(&s->number, number);
    words_money(facts, s->view.amount_minor, amount);
    text_group_account(account, sizeof account, s->view.account);
    show_large(screen, _("Number"), number, TONE_NORMAL);
    screen_line(screen, account, amount);
    screen_notice(screen, TONE_LOOK, _("Its payment stands"),
                  s->number.type == STOCK_MANUAL
                      ? _("The number ends only when the payment is corrected. OK shows it.")
                      : _("The number ends only when the receipt is printed again on the next "
                          "one, or reversed. OK shows the receipt."));
    screen_key(screen, "OK", _("Show it"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_reason(const struct state *s, const struct flow_args *args, struct screen *screen)
{
    char number[SCREEN_TEXT_MAX], text[SCREEN_TEXT_MAX];
    screen->keys = KEYS_MENU;
    number_text(s, args, number);
    snprintf(text, sizeof text, _("%.60s: what about it?"), number);
    screen_line(screen, text, "")->bold = true;
    for (int reason = SPOIL_JAM; reason <= SPOIL_OTHER; reason++)
        choice_line(screen, reason, _(spoil_reason_text(reason)), "", !may_be(args, reason));
    screen_key(screen, "1-6", _("Choose"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_confirm(const struct state *s, const struct flow_args *args,
                         const struct flow_facts *facts, struct screen *screen)
{
    char number[SCREEN_TEXT_MAX], amount[MONEY_TEXT_MAX] = "";
    bool used = prints_again(args), done = s->step == STEP_DONE;
    screen->keys = KEYS_MESSAGE;
    screen->fresh = !done;
    number_text(s, args, number);
    if (used && s->receipt.amount_minor > 0)
        words_money(facts, s->receipt.amount_minor, amount);
    show_large(screen, _("Number"), number, TONE_NORMAL);
    screen_line(screen, _(spoil_reason_text(s->reason)), amount);
    if (done)
        screen_notice(screen, TONE_ACCENT, _("Recorded"), "");
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not recorded"),
                      s->status == TILL_PAPER_OUT
                          ? _("No number is left for the next paper. Take a range over first.")
                          : _(status_text(s->status)));
    else if (used)
        screen_notice(screen, TONE_LOOK, _("Is it in your hand, with all its copies?"),
                      _("Then it ends here, and the copy takes the next number. Cross it "
                        "through and keep it for the count."));
    else
        screen_notice(screen, TONE_LOOK, "",
                      _("It ends unused. Cross it through and keep it for the count."));
    screen_key(screen, "OK",
               done                 ? _("Go on")
               : prints_again(args) ? _("End it, print again")
                                    : _("It ends"));
    if (!done)
        screen_key(screen, _("Cancel"), _("Back"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    screen_begin(screen, "stock_end", KEYS_MENU);
    screen_title(screen, prints_again(args) ? _("Print again") : _("Spoiled or void"),
                 facts->user_name);
    if (s->step == STEP_NUMBER)
        show_number(s, screen);
    else if (s->step == STEP_STANDS)
        show_stands(s, facts, screen);
    else if (s->step == STEP_REASON)
        show_reason(s, args, screen);
    else
        show_confirm(s, args, facts, screen);
}

const struct flow flow_stock_end = {"stock_end", sizeof(struct state), handle, show};
