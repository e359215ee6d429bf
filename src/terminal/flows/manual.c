/*
 * A receipt that was written by hand (补录): while the device was down money was taken on numbered
 * paper. Its number, the account, the sum, when it was, and why. An unissued number or an old date
 * is no hindrance: it is recorded and marked, and the office asks. Nor is cash above its limit: it
 * is in the bag already. A sum above that of one receipt needs a code, one far above what is owed a
 * second OK: it can't be undone here, only corrected by the office.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "receipt_words.h"
#include "stock_words.h"
#include "table.h"
#include "text.h"
#include "when.h"

enum step {
    STEP_ACCOUNT,
    STEP_NUMBER,
    STEP_AMOUNT,
    STEP_TIME,
    STEP_REASON,
    STEP_CONFIRM,
    STEP_DONE
};
enum {
    AMOUNT_MOST = 12,
    TIME_DIGITS = 8,
    DAYS_MOST = 60,
    DAY_S = 86400,
    NUMBER_MOST = STOCK_TEXT_MAX - 1
};
/* A sum is doubtful above this many times what is owed, where nothing is above so many notes. */
enum { ODD_FACTOR = 5, ODD_NOTES = 10 };

static const char *const reasons[] = {N_("Battery empty"), N_("Terminal broken"),
                                      N_("Printer broken"), N_("No numbered paper"),
                                      N_("Other reason")};
enum { REASONS = sizeof reasons / sizeof reasons[0] };

struct state {
    enum step step;
    bool waiting;
    struct typed account, number, amount, time;
    char name[BOOK_NAME_MAX];
    struct body_manual_receipt body;
    bool unissued, old, doubted;
    int64_t due_minor; /* what they owe today */
    struct flow_entries entries;
    enum till_status status;
    const char *wrong;
};

static void refuse(struct state *s, const char *why, struct flow_effects *effects)
{
    s->wrong = why;
    effect_sound(effects, SOUND_ERROR);
}

/* ---- what is typed --------------------------------------------------------------------------- */

static void offer_number(struct state *s, const struct flow_facts *facts)
{
    const struct fold_stock *stock = fold_stock_next(facts->fold, STOCK_MANUAL);
    char next[SCREEN_TEXT_MAX] = "";
    if (stock)
        stock_next_text(stock, next);
    if (!s->number.length)
        typed_set(&s->number, next, true);
}

static void ask_customer(struct state *s, const char *account, struct flow_effects *effects)
{
    text_copy(effect_add(effects, EFFECT_CUSTOMER)->as.account, ACCOUNT_MAX, account);
    s->waiting = true;
}

static void take_number(struct state *s, struct flow_effects *effects)
{
    struct stock_number n;
    char number[STOCK_TEXT_MAX];
    if (!stock_number_read(s->number.text, STOCK_MANUAL, &n)) {
        refuse(s, _("A series and digits, as on the paper: B-00012345."), effects);
        return;
    }
    stock_number_format(&n, number);
    if (strlen(number) >= sizeof s->body.number) {
        refuse(s, _("A series and digits, as on the paper: B-00012345."), effects);
        return;
    }
    text_copy(s->body.number, sizeof s->body.number, number);
    struct flow_effect *effect = effect_add(effects, EFFECT_STOCK);
    effect->as.stock.question = STOCK_ASK_NUMBER;
    effect->as.stock.number = n;
    s->waiting = true;
}

/* The numbers that are in hand come in their order: then the count is right whatever happens. */
static void look_at_number(struct state *s, const struct flow_facts *facts,
                           const struct stock_view *view, struct flow_effects *effects)
{
    struct stock_number n;
    const struct fold_stock *next = fold_stock_next(facts->fold, STOCK_MANUAL);
    bool read = stock_number_read(s->body.number, STOCK_MANUAL, &n);
    bool in_order = next && read && next->next == n.number && strcmp(next->series, n.series) == 0;
    if (view->state == STOCK_USED)
        refuse(s, _("That paper was entered already."), effects);
    else if (view->state == STOCK_SPOILED || view->state == STOCK_VOIDED)
        refuse(s, _("That number has ended already."), effects);
    else if (view->state == STOCK_UNUSED && !in_order)
        refuse(s, _("Papers before it are not entered: enter those first, or end them as spoiled."),
               effects);
    else
        s->step = STEP_AMOUNT;
    s->unissued = view->state == STOCK_UNKNOWN;
}

/* More than one receipt may take: the office or a supervisor knows of it first. */
static bool is_above_limit(struct state *s, const struct flow_facts *facts,
                           struct flow_effects *effects)
{
    int64_t most_minor = facts->limits.value[LIMIT_RECEIPT];
    struct flow_args next = {.digit = LIMIT_RECEIPT,
                             .amount_minor = s->body.amount_minor,
                             .tone = TONE_OWED,
                             .next = FLOW_LIMITS};
    char most[MONEY_TEXT_MAX];
    if (most_minor <= 0 || s->body.amount_minor <= most_minor)
        return false;
    words_money(facts, most_minor, most);
    snprintf(next.heading, sizeof next.heading, _("Limit reached: %s"),
             _(limit_text(LIMIT_RECEIPT)));
    snprintf(
        next.text, sizeof next.text,
        _("One receipt takes %s at most. If the paper says more, ask for a code; OK shows how. "
          "Then enter it."),
        most);
    effect_sound(effects, SOUND_ERROR);
    effect_go(effects, FLOW_NOTICE, &next);
    return true;
}

static bool is_doubtful(const struct state *s, const struct flow_facts *facts)
{
    int64_t most_minor = MONEY_MAX_MINOR;
    if (s->due_minor > 0)
        most_minor = s->due_minor * ODD_FACTOR;
    else if (facts->site->note_count > 0)
        most_minor = facts->site->notes_minor[0] * ODD_NOTES;
    return s->body.amount_minor > most_minor;
}

static void take_amount(struct state *s, const struct flow_facts *facts,
                        struct flow_effects *effects)
{
    bool again = s->doubted;
    s->doubted = false;
    if (money_parse(facts->site, s->amount.text, &s->body.amount_minor) != TILL_OK ||
        s->body.amount_minor <= 0) {
        refuse(s, _("Type the sum; * is the decimal point."), effects);
    } else if (is_above_limit(s, facts, effects)) {
        return;
    } else if (!again && is_doubtful(s, facts)) {
        s->doubted = true;
        effect_sound(effects, SOUND_ATTENTION);
    } else {
        s->step = STEP_TIME;
    }
}

static unsigned two_digits(const char *at)
{
    return (unsigned)(at[0] - '0') * 10 + (unsigned)(at[1] - '0');
}

/* Month, day, hour, minute of the last twelve months, in the site's zone. */
static bool read_time(const char *text, const struct flow_facts *facts, int64_t *at_out)
{
    struct civil now, c = {0};
    when_civil(facts->site->zone, facts->now_s, &now);
    if (strlen(text) != TIME_DIGITS || strspn(text, "0123456789") != TIME_DIGITS)
        return false;
    c.month = (uint8_t)two_digits(text);
    c.day = (uint8_t)two_digits(text + 2);
    c.hour = (uint8_t)two_digits(text + 4);
    c.minute = (uint8_t)two_digits(text + 6);
    c.year = (int16_t)(c.month > now.month ? now.year - 1 : now.year);
    if (!when_date_is_valid(c.year * 10000 + c.month * 100 + c.day) || c.hour > 23 || c.minute > 59)
        return false;
    *at_out = when_from_civil(facts->site->zone, &c);
    return true;
}

static void take_time(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    const struct fold_user *user = fold_current(facts->fold);
    int64_t *at_s = &s->body.taken_at_s;
    if (!read_time(s->time.text, facts, at_s) || *at_s > facts->now_s ||
        facts->now_s - *at_s > (int64_t)DAYS_MOST * DAY_S) {
        refuse(s, _("Month, day, hour, minute: 8 digits, not in the future, at most 60 days ago."),
               effects);
        return;
    }
    s->old = user && when_date(facts->site->zone, *at_s) < user->business_date;
    s->step = STEP_REASON;
}

static void ask_fee(struct state *s, int reason, struct flow_effects *effects)
{
    text_copy(s->body.reason, sizeof s->body.reason, _(reasons[reason]));
    struct flow_effect *effect = effect_add(effects, EFFECT_STOCK);
    effect->as.stock.question = STOCK_ASK_FEE;
    text_copy(effect->as.stock.account, ACCOUNT_MAX, s->body.account);
    effect->as.stock.amount_minor = s->body.amount_minor;
    effect->as.stock.at_s = s->body.taken_at_s;
    s->waiting = true;
}

static void commit(struct state *s, struct flow_effects *effects)
{
    struct body_anomaly anomaly = {.code = TILL_NOT_FOUND};
    s->entries.count = 1;
    s->status = entry_write_manual_receipt(&s->entries.list[0], &s->body);
    if (s->status == TILL_OK && (s->unissued || s->old)) {
        stock_odd_manual(s->body.number, s->unissued, s->old, anomaly.text, sizeof anomaly.text);
        s->status = entry_write_anomaly(&s->entries.list[s->entries.count++], &anomaly);
    }
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    effect_add(effects, EFFECT_COMMIT_ENTRIES)->as.entries = &s->entries;
    s->waiting = true;
}

/* ---- events ---------------------------------------------------------------------------------- */

static bool may_enter(const struct flow_facts *facts)
{
    const struct fold_user *user = fold_current(facts->fold);
    return facts->site && user && user->shift_open && !user->counting && !facts->training;
}

static void found(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                  struct flow_effects *effects)
{
    s->waiting = false;
    if (event->status != TILL_OK) {
        refuse(s, _("No such account in this book."), effects);
        return;
    }
    text_copy(s->body.account, sizeof s->body.account, event->as.customer->customer.account);
    text_copy(s->name, sizeof s->name, event->as.customer->customer.name);
    s->due_minor = event->as.customer->arrears.due_minor;
    offer_number(s, facts);
    s->step = STEP_NUMBER;
}

static void looked(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                   struct flow_effects *effects)
{
    const struct stock_view *view = event->as.stock;
    s->waiting = false;
    if (event->status != TILL_OK) {
        refuse(s, _(status_text(event->status)), effects);
    } else if (view->question == STOCK_ASK_NUMBER) {
        look_at_number(s, facts, view, effects);
    } else {
        s->body.late_fee_minor = view->amount_minor;
        s->step = STEP_CONFIRM;
    }
}

static void go_on(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    switch (s->step) {
    case STEP_ACCOUNT:
        if (s->account.length > 0)
            ask_customer(s, s->account.text, effects);
        break;
    case STEP_NUMBER:
        take_number(s, effects);
        break;
    case STEP_AMOUNT:
        take_amount(s, facts, effects);
        break;
    case STEP_TIME:
        take_time(s, facts, effects);
        break;
    case STEP_CONFIRM:
        commit(s, effects);
        break;
    case STEP_DONE:
        effect_back(effects, 1);
        break;
    default:
        break;
    }
}

static void type(struct state *s, const struct flow_event *event)
{
    if (s->step == STEP_ACCOUNT)
        typed_act(&s->account, event, ACCOUNT_MAX - 1);
    else if (s->step == STEP_NUMBER)
        (void)stock_type(&s->number, event, NUMBER_MOST);
    else if (s->step == STEP_AMOUNT)
        typed_act_amount(&s->amount, event, AMOUNT_MOST);
    else if (s->step == STEP_TIME)
        typed_act(&s->time, event, TIME_DIGITS);
}

static void act(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                const struct flow_event *event, struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    int digit = action == ACTION_DIGIT ? event->as.key.digit : 0;
    bool first = s->step == (args->account[0] ? STEP_NUMBER : STEP_ACCOUNT);
    s->wrong = NULL;
    s->status = TILL_OK;
    if (!may_enter(facts))
        effect_back(effects, 0);
    else if (action == ACTION_BACK && s->doubted)
        s->doubted = false;
    else if (action == ACTION_BACK && s->step != STEP_DONE && first)
        effect_back(effects, 0);
    else if (action == ACTION_BACK && s->step != STEP_DONE)
        s->step--;
    else if (action == ACTION_OK)
        go_on(s, facts, effects);
    else if (s->step == STEP_REASON && digit >= 1 && digit <= REASONS)
        ask_fee(s, digit - 1, effects);
    else {
        s->doubted = false;
        type(s, event);
    }
}

static void scanned(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    if (s->waiting)
        return;
    s->wrong = NULL;
    if (s->step == STEP_ACCOUNT && account_is_valid(event->as.scanned.text))
        ask_customer(s, event->as.scanned.text, effects);
    else if (s->step != STEP_NUMBER || !stock_scan(&s->number, event, NUMBER_MOST))
        refuse(s, _("This code is not asked for here."), effects);
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    switch (event->type) {
    case EVENT_START:
        if (args->account[0] && may_enter(facts))
            ask_customer(s, args->account, effects);
        break;
    case EVENT_CUSTOMER:
        found(s, facts, event, effects);
        break;
    case EVENT_STOCK:
        looked(s, facts, event, effects);
        break;
    case EVENT_COMMITTED:
        s->waiting = false;
        s->status = event->status;
        s->step = s->status == TILL_OK ? STEP_DONE : STEP_CONFIRM;
        effect_sound(effects, s->status == TILL_OK ? SOUND_OK : SOUND_ERROR);
        break;
    case EVENT_SCANNED:
        scanned(s, event, effects);
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

static void show_field(const struct state *s, struct screen *screen)
{
    switch (s->step) {
    case STEP_ACCOUNT:
        screen->keys = KEYS_DIGITS;
        screen_field(screen, _("Account"), s->account.text, "");
        break;
    case STEP_NUMBER:
        screen->keys = KEYS_NUMBER;
        screen_field(screen, _("Number of the paper"), s->number.text,
                     _("* dash, ▲ letter, or scan"));
        break;
    case STEP_AMOUNT:
        screen->keys = KEYS_AMOUNT;
        screen->fresh = s->doubted;
        screen_field(screen, _("Amount taken"), s->amount.text, "");
        break;
    default:
        screen->keys = KEYS_DIGITS;
        screen_field(screen, _("When: month day hour minute"), s->time.text, _("8 digits"));
        break;
    }
    if (s->doubted)
        screen_notice(screen, TONE_LOOK, _("Is this sum right?"),
                      _("It is far above what is owed. OK if it is; Cancel to correct it."));
    else if (s->wrong)
        screen_notice(screen, TONE_OWED, "", s->wrong);
    screen_key(screen, "OK", s->doubted ? _("It is right") : _("Next"));
    screen_key(screen, _("Clear"), _("Correct"));
}

/* What of it the office will ask about, and whether the bag is above its limit now. */
static void show_odd(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char text[SCREEN_LONG_MAX];
    int64_t most_minor = facts->limits.value[LIMIT_CASH];
    bool above =
        most_minor > 0 && facts->used.value[LIMIT_CASH] > most_minor - s->body.amount_minor;
    const char *heading = s->unissued && s->old
                              ? _("A number not issued here, and taken before this shift's day")
                          : s->unissued ? _("A number that was not issued here")
                          : s->old      ? _("Taken before this shift's day")
                                        : _("More cash than the limit");
    if (!s->unissued && !s->old && !above)
        return;
    snprintf(text, sizeof text, "%s%s%s",
             s->unissued || s->old ? _("It can be entered; the office will ask.") : "",
             (s->unissued || s->old) && above ? " " : "",
             above ? _("With it there is more cash in hand than the limit: hand cash in next.")
                   : "");
    screen_notice(screen, TONE_LOOK, heading, text);
}

static void show_marks(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    if (s->step == STEP_DONE)
        screen_notice(screen, TONE_ACCENT, _("√ Recorded"), _("The cash belongs into the bag."));
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not recorded"), _(status_text(s->status)));
    else
        show_odd(s, facts, screen);
}

static void show_confirm(const struct state *s, const struct flow_facts *facts,
                         struct screen *screen)
{
    char amount[MONEY_TEXT_MAX], at[WHEN_TEXT_MAX];
    screen->keys = KEYS_MESSAGE;
    screen->fresh = s->step == STEP_CONFIRM;
    words_money(facts, s->body.amount_minor, amount);
    show_large(screen, _("Taken in cash"), amount, TONE_NORMAL);
    if (s->body.late_fee_minor > 0) {
        words_money(facts, s->body.late_fee_minor, amount);
        screen_line(screen, _("of it late fee"), amount);
    }
    when_format_minute(facts->site->zone, s->body.taken_at_s, at);
    screen_line(screen, s->body.number, at);
    screen_line(screen, _("Reason"), s->body.reason);
    show_marks(s, facts, screen);
    screen_key(screen, "OK", s->step == STEP_DONE ? _("Go on") : _("Record it"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char aside[SCREEN_TEXT_MAX] = "";
    (void)args;
    screen_begin(screen, "manual", KEYS_MESSAGE);
    if (s->body.account[0])
        words_customer(s->name, s->body.account, aside, sizeof aside);
    screen_title(screen, _("Manual receipt"), aside[0] ? aside : facts->user_name);
    if (!may_enter(facts)) {
        screen_notice(screen, TONE_LOOK,
                      facts->training ? _("Not while training") : _("No shift is open"),
                      _("Manual receipts are entered in an open shift."));
        screen_key(screen, "OK", _("Back"));
        return;
    }
    if (s->step == STEP_REASON) {
        screen->keys = KEYS_MENU;
        screen_line(screen, _("Why by hand?"), "")->bold = true;
        for (int i = 0; i < REASONS; i++)
            choice_line(screen, i + 1, _(reasons[i]), "", false);
        if (s->wrong)
            screen_notice(screen, TONE_OWED, "", s->wrong);
        screen_key(screen, "1-5", _("Choose"));
    } else if (s->step >= STEP_CONFIRM) {
        show_confirm(s, facts, screen);
    } else {
        show_field(s, screen);
    }
    if (s->step != STEP_DONE)
        screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_manual = {"manual", sizeof(struct state), handle, show};
