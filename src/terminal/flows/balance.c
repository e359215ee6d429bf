/*
 * What a customer owes now, by the office: asked over the line, beside what the book says. The book
 * is not changed by it; where the office has less, whoever takes money is asked once more.
 */
#include <stdio.h>

#include "asking.h"
#include "table.h"
#include "text.h"
#include "words.h"

struct state {
    struct customer_view view;
    bool loaded, answered;
    struct asking asking;
    /* of the answer */
    int64_t at_s, due_minor, late_fee_minor, balance_minor;
    size_t months;
    uint32_t flags;
};

static void look(const struct flow_args *args, struct flow_effects *effects)
{
    text_copy(effect_add(effects, EFFECT_CUSTOMER)->as.account, ACCOUNT_MAX, args->account);
}

static void take(struct state *s, const struct query_customer *said)
{
    s->answered = true;
    s->at_s = said->at_s;
    s->due_minor = said->arrears.due_minor;
    s->late_fee_minor = said->arrears.late_fee_minor;
    s->balance_minor = said->arrears.balance_minor;
    s->months = said->arrears.count;
    s->flags = said->flags;
}

static void act(struct state *s, const struct flow_args *args, const struct flow_event *event,
                struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    bool again = action == ACTION_OPTION_1 || (action == ACTION_OK && !s->answered);
    if (again)
        asking_begin(&s->asking, QUERY_CUSTOMER, args->account, effects);
    else if (action == ACTION_BACK || action == ACTION_OK)
        effect_back(effects, 0);
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)facts;
    switch (asking_event(&s->asking, event, effects)) {
    case ASKING_ANSWERED:
        take(s, event->as.answer.customer);
        return;
    case ASKING_STOPPED:
        effect_back(effects, 0);
        return;
    case ASKING_FAILED:
        s->answered = false;
        return;
    case ASKING_GOES_ON:
        return;
    case ASKING_OTHERS:
        break;
    }
    if (event->type == EVENT_START) {
        look(args, effects);
        asking_begin(&s->asking, QUERY_CUSTOMER, args->account, effects);
    } else if (event->type == EVENT_BOOK) {
        look(args, effects);
    } else if (event->type == EVENT_CUSTOMER) {
        s->loaded = event->status == TILL_OK;
        if (s->loaded)
            s->view = *event->as.customer;
    } else if (event->type == EVENT_ACTION) {
        act(s, args, event, effects);
    }
}

static void show_parts(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char text[SCREEN_TEXT_MAX], balance[MONEY_TEXT_MAX], fee[MONEY_TEXT_MAX];
    words_money(facts, s->balance_minor, balance);
    words_money(facts, s->late_fee_minor, fee);
    if (s->months == 1)
        snprintf(text, sizeof text, _("1 month open, late fee %s"), fee);
    else
        snprintf(text, sizeof text, _("%zu months open, late fee %s"), s->months, fee);
    struct screen_line *line = screen_line(screen, s->months > 0 ? text : _("nothing owed"), "");
    snprintf(line->right, sizeof line->right, _("advance %s"), balance);
    line->size = SIZE_SMALL;
    line->left_tone = line->right_tone = TONE_QUIET;
    if (s->flags & BOOK_CUSTOMER_DISPUTED) {
        line = screen_line(screen, _("disputed"), "");
        line->size = SIZE_SMALL;
        line->left_tone = TONE_LOOK;
    }
}

static void show_difference(const struct state *s, const struct flow_facts *facts,
                            struct screen *screen)
{
    char text[SCREEN_TEXT_MAX], amount[MONEY_TEXT_MAX];
    int64_t over_minor = s->due_minor - s->view.arrears.due_minor;
    words_money(facts, over_minor < 0 ? -over_minor : over_minor, amount);
    if (over_minor == 0) {
        screen_notice(screen, TONE_ACCENT, _("√ The same as in the book"), "");
    } else if (over_minor < 0) {
        snprintf(text, sizeof text, _("%s less than in the book"), amount);
        screen_notice(screen, TONE_LOOK, text,
                      _("Perhaps it was paid elsewhere: ask before you take money. This book "
                        "stays as it is; the next book will have it."));
    } else {
        snprintf(text, sizeof text, _("%s more than in the book"), amount);
        screen_notice(screen, TONE_LOOK, text,
                      s->view.paid_here
                          ? _("What was taken here may not have reached the office yet.")
                          : _("Collect by the book; the next book will have the rest."));
    }
}

static void show_answer(const struct state *s, const struct flow_facts *facts,
                        struct screen *screen)
{
    char text[SCREEN_TEXT_MAX], at[SCREEN_TEXT_MAX], amount[MONEY_TEXT_MAX];
    asking_at(facts, s->at_s, at);
    snprintf(text, sizeof text, _("office %.60s"), at);
    screen_line(screen, text, "");
    words_money(facts, s->due_minor, amount);
    struct screen_line *line = screen_line(screen, _("Due"), amount);
    line->size = SIZE_BIG;
    line->bold = true;
    show_parts(s, facts, screen);
    if (s->loaded) {
        screen_rule(screen);
        words_book_age(facts, text, sizeof text);
        words_money(facts, s->view.arrears.due_minor, amount);
        screen_line(screen, text, amount);
        show_difference(s, facts, screen);
    }
    screen_key(screen, "OK", _("Back"));
    screen_key(screen, "F1", _("Ask again"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char account[ACCOUNT_MAX + 16];
    screen_begin(screen, "balance", KEYS_CARD);
    text_group_account(account, sizeof account, args->account);
    screen_title(screen, s->loaded ? s->view.customer.name : _("Balance now"), account);
    if (s->asking.waiting) {
        asking_show_wait(screen);
        return;
    }
    if (s->answered) {
        show_answer(s, facts, screen);
        return;
    }
    asking_show_failed(&s->asking, _("Until then the book holds."), screen);
    screen_key(screen, "OK", _("Ask again"));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_balance = {"balance", sizeof(struct state), handle, show};
