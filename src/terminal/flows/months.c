/*
 * Which months are paid: OK marks one and takes the mark off, the sum stands below. What is chosen
 * goes on as the text that stands in the record, or as nothing where oldest first pays the same.
 */
#include <stdio.h>
#include <string.h>

#include "gate.h"
#include "table.h"
#include "text.h"
#include "when.h"
#include "words.h"

enum { ROWS = 4 };

struct state {
    struct customer_view view;
    bool chosen[BILLS_MAX];
    size_t selected, first;
    bool loaded;
    enum till_status status; /* of the look-up, or why what is chosen can't go on */
};

static size_t how_many(const struct state *s)
{
    size_t count = 0;
    for (size_t i = 0; i < s->view.arrears.count; i++)
        count += s->chosen[i];
    return count;
}

static int64_t sum_minor(const struct state *s)
{
    int64_t sum = 0;
    for (size_t i = 0; i < s->view.arrears.count; i++)
        if (s->chosen[i])
            sum += s->view.arrears.bills[i].amount_minor + s->view.arrears.bills[i].late_fee_minor;
    return sum; /* of what arrears_assess has summed */
}

/* A month is paid whole, whatever it has of bills. */
static void toggle(struct state *s)
{
    const struct arrears *a = &s->view.arrears;
    bool now = !s->chosen[s->selected];
    for (size_t i = 0; i < a->count; i++)
        if (a->bills[i].month == a->bills[s->selected].month)
            s->chosen[i] = now;
}

static void move(struct state *s, bool down)
{
    if (down && s->selected + 1 < s->view.arrears.count)
        s->selected++;
    else if (!down && s->selected > 0)
        s->selected--;
    if (s->selected < s->first)
        s->first = s->selected;
    if (s->selected >= s->first + ROWS)
        s->first = s->selected + 1 - ROWS;
}

static void go_on(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                  bool part, struct flow_effects *effects)
{
    struct flow_args next = {.digit = -1};
    struct allocation outcome;
    int64_t due_minor = 0;
    if (how_many(s) == 0) {
        s->status = TILL_BAD_INPUT;
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    s->status = allocation_write(&s->view.arrears, s->chosen, next.allocation, &due_minor);
    if (s->status == TILL_OK)
        s->status = arrears_allocate_chosen(&s->view.arrears, due_minor, next.allocation, &outcome);
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    const struct gate_sum sum = {part ? 0 : due_minor, 0, part ? 0 : due_minor};
    if (gate_refuses(facts, &sum, effects))
        return;
    text_copy(next.account, sizeof next.account, args->account);
    next.amount_minor = due_minor;
    next.late_fee_minor = outcome.late_fee_minor;
    effect_go(effects, part ? FLOW_AMOUNT : FLOW_TENDER, &next);
}

static void act(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                const struct flow_event *event, struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    s->status = TILL_OK;
    if (action == ACTION_OK && s->selected < s->view.arrears.count)
        toggle(s);
    else if (action == ACTION_UP || action == ACTION_DOWN)
        move(s, action == ACTION_DOWN);
    else if (action == ACTION_OPTION_2)
        go_on(s, args, facts, false, effects);
    else if (action == ACTION_OPTION_1)
        go_on(s, args, facts, true, effects);
    else if (action == ACTION_BACK)
        effect_back(effects, 0);
}

/* A new book may have other bills: the marks stand by month. */
static void take_view(struct state *s, const struct customer_view *view)
{
    bool chosen[BILLS_MAX] = {false};
    for (size_t i = 0; i < view->arrears.count; i++)
        for (size_t k = 0; k < s->view.arrears.count; k++)
            chosen[i] = chosen[i] || (s->chosen[k] && s->view.arrears.bills[k].month ==
                                                          view->arrears.bills[i].month);
    memcpy(s->chosen, chosen, sizeof chosen);
    s->view = *view;
    if (s->selected >= view->arrears.count)
        s->selected = s->first = 0;
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    switch (event->type) {
    case EVENT_RESUMED:
        if (event->as.resumed.value &&
            (event->as.resumed.from == FLOW_PAPER || event->as.resumed.from == FLOW_AMOUNT)) {
            effect_back(effects, event->as.resumed.value);
            break;
        }
        /* fall through */
    case EVENT_START:
    case EVENT_BOOK:
        text_copy(effect_add(effects, EFFECT_CUSTOMER)->as.account, ACCOUNT_MAX, args->account);
        break;
    case EVENT_CUSTOMER:
        s->status = event->status;
        s->loaded = event->status == TILL_OK;
        if (s->loaded)
            take_view(s, event->as.customer);
        break;
    case EVENT_ACTION:
        if (s->loaded && facts->site)
            act(s, args, facts, event, effects);
        else if (event->as.key.action == ACTION_BACK || event->as.key.action == ACTION_OK)
            effect_back(effects, 0);
        break;
    default:
        break;
    }
}

static void show_row(const struct bill *bill, bool chosen, const struct flow_facts *facts,
                     struct screen_row *row)
{
    char month[WHEN_TEXT_MAX], amount[MONEY_TEXT_MAX], date[WHEN_TEXT_MAX];
    when_format_month(bill->month, month);
    snprintf(row->name, sizeof row->name, "%s %s", chosen ? "■" : "□", month);
    words_money(facts, bill->amount_minor + bill->late_fee_minor, row->amount);
    when_format_date(bill->due_date, date);
    snprintf(row->place, sizeof row->place, _("due by %s"), date);
    if (bill->late_fee_minor > 0) {
        words_money(facts, bill->late_fee_minor, amount);
        snprintf(row->note, sizeof row->note, _("late fee %s"), amount);
    } else if (bill->type == BILL_LATE_FEE) {
        text_copy(row->note, sizeof row->note, _(bill_type_text(bill->type)));
    }
}

static void show_sum(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char text[SCREEN_TEXT_MAX], amount[MONEY_TEXT_MAX];
    if (s->status == TILL_TOO_LARGE) {
        screen_notice(screen, TONE_OWED, "",
                      _("Too many separate months for one receipt. Choose neighbours, or fewer."));
        return;
    }
    if (s->status != TILL_OK) {
        screen_notice(screen, TONE_OWED, "",
                      how_many(s) == 0 ? _("Choose a month with OK first.")
                                       : _(status_text(s->status)));
        return;
    }
    snprintf(text, sizeof text, _("%zu chosen"), how_many(s));
    words_money(facts, sum_minor(s), amount);
    screen_band(screen, text, amount);
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    const struct arrears *a = &s->view.arrears;
    char aside[SCREEN_TEXT_MAX];
    screen_begin(screen, "months", KEYS_LIST);
    words_customer(s->view.customer.name, args->account, aside, sizeof aside);
    screen_title(screen, _("Choose months"), aside);
    if (!s->loaded || a->count == 0) {
        screen_notice(screen, TONE_LOOK, _("Nothing to choose"),
                      s->status != TILL_OK ? _(status_text(s->status)) : _("No month is open."));
        screen_key(screen, _("Cancel"), _("Back"));
        return;
    }
    /* What is wrong needs the room of two rows. */
    size_t rows = s->status == TILL_OK ? ROWS : ROWS / 2;
    size_t first = s->selected - s->first < rows ? s->first : s->selected + 1 - rows;
    screen_list(screen, s->selected - first, first, a->count);
    for (size_t i = first; i < a->count && i < first + rows; i++)
        show_row(&a->bills[i], s->chosen[i], facts, screen_row(screen));
    show_sum(s, facts, screen);
    screen_key(screen, "OK", s->chosen[s->selected] ? _("Take out") : _("Choose"));
    screen_key(screen, "F2", _("Pay these"));
    screen_key(screen, "F1", _("Pay a part"));
}

const struct flow flow_months = {"months", sizeof(struct state), handle, show};
