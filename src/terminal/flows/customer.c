/*
 * One customer: what is owed, month by month, oldest first; OK takes all of it.
 */
#include <stdio.h>

#include "table.h"
#include "text.h"
#include "when.h"
#include "words.h"

enum { BILLS_SHOWN = 3 };

struct state {
    struct customer_view view;
    enum till_status status;
    bool loaded;
    size_t first; /* bill at the top */
};

static void collect_full(const struct state *s, const struct flow_facts *facts,
                         struct flow_effects *effects)
{
    const struct arrears *a = &s->view.arrears;
    struct allocation allocation;
    if (facts->stopped) {
        effect_notice(effects, TONE_OWED, _("Not taken"), _(status_text(TILL_STOPPED)));
        return;
    }
    struct flow_args args = {.digit = -1, .amount_minor = a->due_minor};
    text_copy(args.account, sizeof args.account, s->view.customer.account);
    if (a->due_minor <= 0) {
        effect_go(effects, FLOW_AMOUNT, &args);
        return;
    }
    enum till_status status = arrears_allocate(a, a->due_minor, &allocation);
    if (status != TILL_OK) {
        effect_notice(effects, TONE_OWED, _("Not taken"), _(status_text(status)));
        return;
    }
    args.late_fee_minor = allocation.late_fee_minor;
    effect_go(effects, FLOW_TENDER, &args);
}

static void act(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                const struct flow_event *event, struct flow_effects *effects)
{
    struct flow_args next = {.digit = -1};
    switch (event->as.key.action) {
    case ACTION_OK:
        collect_full(s, facts, effects);
        break;
    case ACTION_OPTION_2:
        text_copy(next.account, sizeof next.account, args->account);
        if (facts->stopped)
            effect_notice(effects, TONE_OWED, _("Not taken"), _(status_text(TILL_STOPPED)));
        else
            effect_go(effects, FLOW_AMOUNT, &next);
        break;
    case ACTION_DOWN:
        if (s->first + BILLS_SHOWN < s->view.arrears.count)
            s->first++;
        break;
    case ACTION_UP:
        if (s->first > 0)
            s->first--;
        break;
    case ACTION_BACK:
        effect_back(effects, 0);
        break;
    default:
        break;
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    switch (event->type) {
    case EVENT_START:
    case EVENT_BOOK:
        text_copy(effect_add(effects, EFFECT_CUSTOMER)->as.account, ACCOUNT_MAX, args->account);
        break;
    case EVENT_CUSTOMER:
        s->status = event->status;
        s->loaded = event->status == TILL_OK;
        if (s->loaded)
            s->view = *event->as.customer;
        break;
    case EVENT_RESUMED:
        if (event->as.resumed.value)
            effect_back(effects, event->as.resumed.value);
        break;
    case EVENT_ACTION:
        if (s->loaded)
            act(s, args, facts, event, effects);
        else if (event->as.key.action == ACTION_BACK || event->as.key.action == ACTION_OK)
            effect_back(effects, 0);
        break;
    default:
        break;
    }
}

static void show_bill(const struct bill *bill, size_t number, const struct flow_facts *facts,
                      struct screen *screen)
{
    char text[SCREEN_TEXT_MAX], month[WHEN_TEXT_MAX], amount[MONEY_TEXT_MAX];
    when_format_month(bill->month, month);
    snprintf(text, sizeof text, _("%zu. %s electricity"), number, month);
    words_money(facts, bill->amount_minor, amount);
    screen_line(screen, text, amount);
    if (bill->late_fee_minor > 0) {
        snprintf(text, sizeof text, _("    late fee, %d days"), (int)bill->late_days);
        words_money(facts, bill->late_fee_minor, amount);
        screen_line(screen, text, amount)->right_tone = TONE_OWED;
    }
}

/* The balance is what stands after this terminal's own payments; the last payment is the book's. */
static void show_last(const struct customer_view *view, const struct flow_facts *facts,
                      struct screen *screen)
{
    const struct book_customer *c = &view->customer;
    char left[SCREEN_TEXT_MAX], right[SCREEN_TEXT_MAX] = "";
    char amount[MONEY_TEXT_MAX], date[WHEN_TEXT_MAX];
    words_money(facts, view->arrears.balance_minor, amount);
    snprintf(left, sizeof left, _("advance balance %s"), amount);
    if (c->last_paid_date) {
        when_format_date(c->last_paid_date, date);
        words_money(facts, c->last_paid_minor, amount);
        snprintf(right, sizeof right, _("last %s %s"), date + 5, amount);
    }
    struct screen_line *line = screen_line(screen, left, right);
    line->size = SIZE_SMALL;
    line->left_tone = line->right_tone = TONE_QUIET;
}

static void show_arrears(const struct state *s, const struct flow_facts *facts,
                         struct screen *screen)
{
    const struct arrears *a = &s->view.arrears;
    char text[SCREEN_TEXT_MAX], due[MONEY_TEXT_MAX];
    for (size_t i = s->first; i < a->count && i < s->first + BILLS_SHOWN; i++)
        show_bill(&a->bills[i], i + 1, facts, screen);
    if (a->count > BILLS_SHOWN) {
        snprintf(text, sizeof text, _("▲▼ %zu months in all"), a->count);
        struct screen_line *line = screen_line(screen, text, "");
        line->size = SIZE_SMALL;
        line->left_tone = TONE_QUIET;
    }
    screen_rule(screen);
    words_money(facts, a->due_minor, due);
    struct screen_line *total = screen_line(screen, _("Due"), due);
    total->size = SIZE_BIG;
    total->bold = true;
    show_last(&s->view, facts, screen);
    if (s->view.paid_here)
        screen_notice(screen, TONE_LOOK, "",
                      _("A payment taken on this terminal is already counted in."));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    const struct book_customer *c = &s->view.customer;
    char account[ACCOUNT_MAX + 16], phone[32], age[SCREEN_TEXT_MAX], place[SCREEN_TEXT_MAX];
    screen_begin(screen, "customer", KEYS_CARD);
    text_group_account(account, sizeof account, args->account);
    if (!s->loaded) {
        screen_title(screen, _("Customer"), account);
        if (s->status != TILL_OK)
            screen_notice(screen, TONE_OWED, _("Can't be shown"), _(status_text(s->status)));
        screen_key(screen, _("Cancel"), _("Back"));
        return;
    }
    screen_title(screen, c->name, account);
    text_mask_phone(phone, sizeof phone, c->phone);
    words_book_age(facts, age, sizeof age);
    snprintf(place, sizeof place, c->phone[0] ? "%.80s · %s" : "%.80s", c->address, phone);
    struct screen_line *line = screen_line(screen, place, age);
    line->size = SIZE_SMALL;
    line->left_tone = line->right_tone = TONE_QUIET;
    show_arrears(s, facts, screen);
    bool owes = s->view.arrears.due_minor > 0;
    screen_key(screen, "OK", owes ? _("Full amount") : _("Advance"));
    screen_key(screen, "F2", owes ? _("Part / advance") : _("Advance"));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_customer = {"customer", sizeof(struct state), handle, show};
