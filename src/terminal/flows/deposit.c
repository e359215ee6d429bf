/*
 * Cash into the bank (解款): which day closes, counted note by note, which account, the slip's
 * number and what the bank wrote on it. A deposit that differs from the closes is recorded as it
 * is; the difference stays open until it is explained. A Z is never changed by it.
 */
#include <stdio.h>
#include <string.h>

#include "carried.h"
#include "menu.h"
#include "receipt_words.h"
#include "table.h"
#include "tally.h"
#include "text.h"

enum step {
    STEP_WHICH,
    STEP_NOTES,
    STEP_SLIPS,
    STEP_REST,
    STEP_BANK,
    STEP_SLIP,
    STEP_PAID,
    STEP_CONFIRM,
    STEP_SAVING,
    STEP_PAPER,
    STEP_RESULT
};
enum { AMOUNT_MOST = 12, SLIP_MOST = 20, SLIP_LEAST = 4, REST_STAYS = 1, REST_MISSING = 2 };

struct state {
    enum step step;
    struct carried cash;
    struct tally notes, slips;
    int rest;              /* where the count is not what the closes say: REST_… */
    size_t selected;       /* of the accounts */
    struct site_bank bank; /* that was chosen; a new book may have taken it away since */
    struct typed slip, paid;
    struct flow_carry carry;
    uint64_t seq;
    enum till_status status;
};

/* ---- figures --------------------------------------------------------------------------------- */

static struct body_deposit *body_of(struct state *s)
{
    return &s->carry.as.deposit;
}

static int64_t variance_minor(const struct state *s)
{
    return s->carry.as.deposit.expected_minor - s->carry.as.deposit.amount_minor;
}

static bool has_banks(const struct flow_facts *facts)
{
    return facts->site && facts->site->bank_count > 0;
}

static void go_to(struct state *s, const struct flow_facts *facts, enum step step)
{
    s->step = step;
    if (step == STEP_NOTES && !tally_is_begun(&s->notes))
        tally_begin_notes(&s->notes, facts);
    if (step == STEP_SLIPS && !tally_is_begun(&s->slips))
        tally_begin_slips(&s->slips);
}

static bool differs(const struct state *s, const struct flow_facts *facts)
{
    return s->carry.count.amount_minor != carried_expected_minor(&s->cash, facts);
}

/* More than the closes say can be part of what is in hand; more than is in hand is simply over. */
static bool may_stay(const struct state *s, const struct flow_facts *facts)
{
    return s->carry.count.amount_minor <= carried_most_minor(&s->cash, facts);
}

static void choose_bank(struct state *s, const struct flow_facts *facts, size_t bank)
{
    s->bank = facts->site->banks[bank];
    s->step = STEP_SLIP;
}

static void go_to_bank(struct state *s, const struct flow_facts *facts)
{
    if (facts->site->bank_count > 1)
        s->step = STEP_BANK;
    else
        choose_bank(s, facts, 0);
}

/* What goes out of hand: as counted where the rest stays there, else as the closes say. */
static void choose_rest(struct state *s, const struct flow_facts *facts, int rest)
{
    s->rest = rest;
    body_of(s)->expected_minor =
        rest == REST_STAYS ? s->carry.count.amount_minor : carried_expected_minor(&s->cash, facts);
    go_to_bank(s, facts);
}

static void counted(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    struct entry probe;
    struct heaps heaps;
    struct body_cash_count *count = &s->carry.count;
    *count = (struct body_cash_count){.purpose = COUNT_DEPOSIT, .attempt = 1};
    count->suspect_minor = tally_sum_of(&s->slips, facts, TALLY_SUSPECT);
    count->damaged_minor = tally_sum_of(&s->slips, facts, TALLY_DAMAGED);
    s->status = tally_notes(&s->notes, facts, count->notes, &count->amount_minor);
    if (s->status == TILL_OK)
        s->status = tally_tenders(&s->slips, facts, count->tenders);
    if (s->status == TILL_OK)
        s->status = entry_write_cash_count(&probe, count);
    bool read = s->status == TILL_OK && heaps_read(count->tenders, &heaps);
    if (read)
        s->status = heaps_sum(&heaps, &body_of(s)->other_minor);
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
    } else if (!differs(s, facts)) {
        choose_rest(s, facts, REST_STAYS);
    } else if (!may_stay(s, facts)) {
        choose_rest(s, facts, REST_MISSING);
    } else {
        s->step = STEP_REST;
    }
}

/* The bank keeps a false note and gives a torn one back: neither is on its slip. */
static void propose_paid(struct state *s, const struct flow_facts *facts)
{
    const struct body_cash_count *count = &s->carry.count;
    char text[MONEY_TEXT_MAX];
    words_amount(facts, count->amount_minor - count->suspect_minor - count->damaged_minor, text);
    typed_set(&s->paid, text, true);
    s->step = STEP_PAID;
}

static void take_paid(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    struct body_deposit *body = body_of(s);
    struct entry probe;
    body->source = s->cash.source;
    text_copy(body->bank, sizeof body->bank, s->bank.id);
    text_copy(body->slip, sizeof body->slip, s->slip.text);
    s->status = money_parse(facts->site, s->paid.text, &body->amount_minor);
    if (s->status == TILL_OK)
        s->status = carried_closes(&s->cash, body->closes);
    if (s->status == TILL_OK)
        s->status = entry_write_deposit(&probe, body);
    if (s->status == TILL_OK)
        s->step = STEP_CONFIRM;
    else
        effect_sound(effects, SOUND_ERROR);
}

static void bring(struct state *s, struct flow_effects *effects)
{
    s->carry.kind = KIND_DEPOSIT;
    effect_add(effects, EFFECT_CARRY)->as.carry = &s->carry;
    s->step = STEP_SAVING;
}

static void brought(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    struct flow_args next = {.digit = -1, .kind = KIND_DEPOSIT};
    s->status = event->status;
    s->step = s->status == TILL_OK ? STEP_PAPER : STEP_CONFIRM;
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    next.seq = s->seq = event->as.committed.seq;
    next.amount_minor = body_of(s)->amount_minor;
    chain_check_code(event->as.committed.hash, next.check_code);
    effect_sound(effects, SOUND_OK);
    effect_go(effects, FLOW_PAPER, &next);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void act_which(struct state *s, const struct flow_facts *facts,
                      const struct flow_event *event, struct flow_effects *effects)
{
    enum carried_turn turn = CARRIED_STAYS;
    enum action action = event->as.key.action;
    if (has_banks(facts))
        turn = carried_act(&s->cash, facts, event, effects);
    else if (action == ACTION_OPTION_1)
        effect_go(effects, FLOW_SYNC, NULL);
    else if (action == ACTION_OK || action == ACTION_BACK)
        turn = CARRIED_LEFT;
    if (turn == CARRIED_DONE)
        go_to(s, facts, STEP_NOTES);
    else if (turn == CARRIED_LEFT)
        effect_back(effects, 0);
}

static void act_count(struct state *s, const struct flow_facts *facts,
                      const struct flow_event *event, struct flow_effects *effects)
{
    bool notes = s->step == STEP_NOTES;
    enum tally_turn turn = tally_act(notes ? &s->notes : &s->slips, facts, event, effects);
    if (turn == TALLY_DONE && notes)
        go_to(s, facts, STEP_SLIPS);
    else if (turn == TALLY_DONE)
        counted(s, facts, effects);
    else if (turn == TALLY_LEFT && !notes)
        go_to(s, facts, STEP_NOTES);
    else if (turn == TALLY_LEFT && carried_return(&s->cash, facts))
        s->step = STEP_WHICH;
    else if (turn == TALLY_LEFT)
        effect_back(effects, 0);
}

static void act_rest(struct state *s, const struct flow_facts *facts,
                     const struct flow_event *event)
{
    int digit = event->as.key.action == ACTION_DIGIT ? event->as.key.digit : 0;
    if (event->as.key.action == ACTION_BACK)
        go_to(s, facts, STEP_SLIPS);
    else if (digit == REST_STAYS || digit == REST_MISSING)
        choose_rest(s, facts, digit);
}

/* The step before the bank. */
static void leave_bank(struct state *s, const struct flow_facts *facts)
{
    if (differs(s, facts) && may_stay(s, facts))
        s->step = STEP_REST;
    else
        go_to(s, facts, STEP_SLIPS);
}

static void fill_banks(const struct flow_facts *facts, struct menu *menu)
{
    menu->count = 0;
    for (size_t i = 0; i < facts->site->bank_count; i++)
        menu_add(menu, (char)('1' + i), facts->site->banks[i].name, facts->site->banks[i].account);
}

static void act_bank(struct state *s, const struct flow_facts *facts,
                     const struct flow_event *event)
{
    struct menu menu;
    fill_banks(facts, &menu);
    if (event->as.key.action == ACTION_BACK) {
        leave_bank(s, facts);
        return;
    }
    int chosen = menu_act(&menu, &s->selected, event);
    if (chosen >= 0)
        choose_bank(s, facts, (size_t)chosen);
}

static void act_slip(struct state *s, const struct flow_facts *facts,
                     const struct flow_event *event, struct flow_effects *effects)
{
    switch (event->as.key.action) {
    case ACTION_BACK:
        if (facts->site->bank_count > 1)
            s->step = STEP_BANK;
        else
            leave_bank(s, facts);
        break;
    case ACTION_OK:
        s->status = s->slip.length >= SLIP_LEAST ? TILL_OK : TILL_BAD_INPUT;
        if (s->status == TILL_OK)
            propose_paid(s, facts);
        else
            effect_sound(effects, SOUND_ERROR);
        break;
    default:
        typed_act(&s->slip, event, SLIP_MOST);
        break;
    }
}

static void act_paid(struct state *s, const struct flow_facts *facts,
                     const struct flow_event *event, struct flow_effects *effects)
{
    switch (event->as.key.action) {
    case ACTION_BACK:
        s->step = STEP_SLIP;
        break;
    case ACTION_OK:
        take_paid(s, facts, effects);
        break;
    default:
        typed_act_amount(&s->paid, event, AMOUNT_MOST);
        break;
    }
}

static void act_result(struct state *s, enum action action, struct flow_effects *effects)
{
    struct flow_args next = {.digit = -1, .seq = s->seq};
    if (action == ACTION_OPTION_1)
        effect_replace(effects, FLOW_EXPLAIN, &next);
    else if (action == ACTION_OK || action == ACTION_BACK)
        effect_back(effects, 1);
}

/* Until it is recorded. */
static bool needs_bank(const struct state *s)
{
    return s->step < STEP_SAVING;
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    s->status = TILL_OK;
    switch (needs_bank(s) && !has_banks(facts) ? STEP_WHICH : s->step) {
    case STEP_WHICH:
        act_which(s, facts, event, effects);
        break;
    case STEP_NOTES:
    case STEP_SLIPS:
        act_count(s, facts, event, effects);
        break;
    case STEP_REST:
        act_rest(s, facts, event);
        break;
    case STEP_BANK:
        act_bank(s, facts, event);
        break;
    case STEP_SLIP:
        act_slip(s, facts, event, effects);
        break;
    case STEP_PAID:
        act_paid(s, facts, event, effects);
        break;
    case STEP_CONFIRM:
        if (action == ACTION_OK)
            bring(s, effects);
        else if (action == ACTION_BACK)
            s->step = STEP_PAID;
        break;
    case STEP_RESULT:
        act_result(s, action, effects);
        break;
    default:
        break;
    }
}

static void resumed(struct state *s, struct flow_effects *effects)
{
    if (s->step != STEP_PAPER)
        return;
    if (variance_minor(s) == 0)
        effect_back(effects, 1);
    else
        s->step = STEP_RESULT;
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    switch (event->type) {
    case EVENT_START:
        carried_begin(&s->cash, effects);
        break;
    case EVENT_CARRY:
        carried_take(&s->cash, facts, event);
        if (s->cash.step == CARRIED_SET && has_banks(facts))
            go_to(s, facts, STEP_NOTES);
        break;
    case EVENT_RESUMED:
        resumed(s, effects);
        break;
    case EVENT_BOOK: /* banks may have come */
        if (s->step == STEP_WHICH && s->cash.step == CARRIED_SET && has_banks(facts))
            go_to(s, facts, STEP_NOTES);
        break;
    case EVENT_COMMITTED:
        brought(s, event, effects);
        break;
    case EVENT_ACTION:
        act(s, facts, event, effects);
        break;
    default:
        break;
    }
}

/* ---- screens --------------------------------------------------------------------------------- */

static void show_which(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    if (has_banks(facts)) {
        carried_show(&s->cash, facts, screen);
        return;
    }
    screen->keys = KEYS_CARD;
    screen_notice(screen, TONE_LOOK, _("No bank account is known here"),
                  _("The office has to enter it; it comes with the next book. Sync with F1, or "
                    "hand the cash to a supervisor."));
    screen_key(screen, "OK", _("Back"));
    screen_key(screen, "F1", _("Sync"));
}

static void show_count(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    tally_show(s->step == STEP_NOTES ? &s->notes : &s->slips, facts, screen);
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not recorded"),
                      s->status == TILL_BAD_INPUT
                          ? _("The false and torn notes are more than was counted.")
                          : _(status_text(s->status)));
}

static void show_rest(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char amount[MONEY_TEXT_MAX], text[CLOSES_TEXT_MAX];
    int64_t expected_minor = carried_expected_minor(&s->cash, facts);
    bool more = s->carry.count.amount_minor > expected_minor;
    screen->keys = KEYS_MENU;
    words_money(facts, expected_minor, amount);
    bool closes = carried_closes(&s->cash, text) == TILL_OK && text[0];
    screen_line(screen, closes ? _("The day closes say") : _("Held"), amount);
    words_money(facts, s->carry.count.amount_minor, amount);
    screen_line(screen, _("Counted for the bank"), amount)->bold = true;
    choice_line(screen, REST_STAYS,
                more ? _("It is from what I hold besides") : _("The rest stays with me"), "",
                false);
    choice_line(screen, REST_MISSING, more ? _("It is over") : _("It is missing"), "", false);
    screen_key(screen, "1-2", _("Choose"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_bank(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    struct menu menu;
    screen->keys = KEYS_MENU;
    fill_banks(facts, &menu);
    menu_show(&menu, s->selected, screen);
    screen_key(screen, "OK", _("Choose"));
    screen_key(screen, _("Cancel"), _("Back"));
}

/* The end of its number tells two of one bank apart. */
static void show_account(const struct site_bank *bank, struct screen *screen)
{
    enum { DIGITS = 4 };
    char end[8] = "", digits[sizeof bank->account];
    size_t count = 0;
    for (const char *at = bank->account; *at; at++)
        if (*at >= '0' && *at <= '9')
            digits[count++] = *at;
    digits[count] = '\0';
    if (count > DIGITS)
        snprintf(end, sizeof end, "…%s", digits + count - DIGITS);
    screen_line(screen, bank->name, end);
}

static void show_typed(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char amount[MONEY_TEXT_MAX], most[SCREEN_TEXT_MAX];
    screen->keys = s->step == STEP_SLIP ? KEYS_DIGITS : KEYS_AMOUNT;
    show_account(&s->bank, screen);
    if (s->step == STEP_SLIP) {
        screen_field(screen, _("Number of the bank's slip"), s->slip.text, "");
    } else {
        words_money(facts, s->carry.count.amount_minor, amount);
        screen_line(screen, _("Counted for the bank"), amount);
        screen_field(screen, _("Cash as the bank's slip says"), s->paid.text, "");
    }
    words_money(facts, MONEY_MAX_MINOR, amount);
    snprintf(most, sizeof most, _("At most %s: type what the slip says."), amount);
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, "",
                      s->step == STEP_SLIP          ? _("At least 4 digits, as on the slip.")
                      : s->status == TILL_TOO_LARGE ? most
                                                    : _("Type the sum; * is the decimal point."));
    screen_key(screen, "OK", _("Next"));
    screen_key(screen, _("Clear"), _("Correct"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_difference(const struct state *s, const struct flow_facts *facts,
                            struct screen *screen)
{
    char amount[MONEY_TEXT_MAX];
    show_short(facts, variance_minor(s), screen);
    words_money(facts, s->carry.as.deposit.expected_minor, amount);
    screen_line(screen, _("Out of hand"), amount);
    words_money(facts, s->carry.as.deposit.amount_minor, amount);
    screen_line(screen, _("The bank's slip says"), amount)->bold = true;
}

static const char *refusal(enum till_status status)
{
    switch (status) {
    case TILL_UNCHANGED:
        return _("A deposit with this slip's number is recorded already.");
    case TILL_TOO_LARGE:
        return _("That is more than you hold.");
    case TILL_BAD_INPUT:
        return _("These day closes are not open any more. Begin anew.");
    case TILL_NOT_FOUND:
        return _("The office has taken this account away. Choose another.");
    default:
        return _(status_text(status));
    }
}

static void show_confirm(const struct state *s, const struct flow_facts *facts,
                         struct screen *screen)
{
    char text[SCREEN_TEXT_MAX];
    screen->keys = KEYS_MESSAGE;
    screen->fresh = true;
    show_difference(s, facts, screen);
    carried_show_closes(&s->cash, screen);
    snprintf(text, sizeof text, "%.80s · %s", s->bank.name, s->slip.text);
    screen_line(screen, text, "");
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not recorded"), refusal(s->status));
    screen_key(screen, "OK", _("Record the deposit"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_result(const struct state *s, const struct flow_facts *facts,
                        struct screen *screen)
{
    screen_begin(screen, "deposit_result", KEYS_CARD);
    screen_title(screen, _("Deposit"), facts->user_name);
    show_difference(s, facts, screen);
    screen_line(screen, _("It stays open until it is explained."), "")->size = SIZE_SMALL;
    screen_key(screen, "OK", _("Done"));
    screen_key(screen, "F1", _("Explain it"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    bool count = s->step == STEP_NOTES || s->step == STEP_SLIPS;
    (void)args;
    if (s->step == STEP_RESULT || s->step == STEP_PAPER) {
        show_result(s, facts, screen);
        return;
    }
    if (s->step == STEP_NOTES)
        screen_begin(screen, "deposit_notes", KEYS_AMOUNT);
    else if (s->step == STEP_SLIPS)
        screen_begin(screen, "deposit_slips", KEYS_AMOUNT);
    else
        screen_begin(screen, "deposit", KEYS_MESSAGE);
    screen_title(screen, _("Deposit at the bank"), facts->user_name);
    if (count)
        show_count(s, facts, screen);
    else if (s->step == STEP_WHICH || (needs_bank(s) && !has_banks(facts)))
        show_which(s, facts, screen);
    else if (s->step == STEP_REST)
        show_rest(s, facts, screen);
    else if (s->step == STEP_BANK)
        show_bank(s, facts, screen);
    else if (s->step == STEP_SLIP || s->step == STEP_PAID)
        show_typed(s, facts, screen);
    else
        show_confirm(s, facts, screen);
}

const struct flow flow_deposit = {"deposit", sizeof(struct state), handle, show};
