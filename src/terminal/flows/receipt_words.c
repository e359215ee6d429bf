#include "receipt_words.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

enum { NUMBER_MOST = 28 };

const char *paper_kind_text(uint16_t kind)
{
    switch (kind_base(kind)) {
    case KIND_ADVANCE:
        return _("Advance");
    case KIND_REVERSAL:
        return _("Reversal");
    case KIND_DISPUTE:
        return _("Dispute");
    case KIND_CORRECTION_REQUEST:
        return _("Correction request");
    case KIND_CASH_DROP:
        return _("Cash handed in");
    default:
        return _("Receipt");
    }
}

void receipt_show_whose(const struct receipt_view *view, const struct flow_facts *facts,
                        struct screen *screen)
{
    char number[RECEIPT_NUMBER_MAX], account[ACCOUNT_MAX + 16], whose[SCREEN_TEXT_MAX];
    char amount[MONEY_TEXT_MAX];
    receipt_number_format(view->terminal, view->seq, number);
    words_money(facts, view->amount_minor, amount);
    screen_line(screen, number, amount)->bold = true;
    if (!view->account[0])
        return;
    text_group_account(account, sizeof account, view->account);
    snprintf(whose, sizeof whose, "%s%s%.60s", account, view->name[0] ? " · " : "", view->name);
    struct screen_line *line = screen_line(screen, whose, "");
    line->size = SIZE_SMALL;
    line->left_tone = TONE_QUIET;
}

void show_large(struct screen *screen, const char *label, const char *text, enum screen_tone tone)
{
    screen_line(screen, label, "");
    struct screen_line *line = screen_line(screen, "", text);
    line->size = SIZE_HUGE;
    line->bold = true;
    line->right_tone = tone;
}

const char *receipt_words_wrong(const struct receipt_view *view)
{
    if (view->state == RECEIPT_UNREADABLE && view->why == TILL_E_SIGNATURE)
        return _("This paper was altered: it is not what this terminal printed. Keep it and call "
                 "the office.");
    if (view->state == RECEIPT_UNREADABLE)
        return _("This is no receipt of this system. Scan the square code at the foot of the "
                 "receipt, or type its number.");
    if (view->state == RECEIPT_UNKNOWN && view->why == TILL_E_FORK)
        return _("It bears this terminal's signature and is not in its records. Keep the paper "
                 "and call the office now.");
    if (view->state == RECEIPT_UNKNOWN)
        return _("This terminal has no paper with that number. Check the number.");
    if (view->why != TILL_OK && view->state != RECEIPT_FOREIGN)
        return _(status_text(view->why));
    return NULL;
}

void receipt_number_key(struct typed *number, const struct flow_event *event)
{
    switch (event->as.key.action) {
    case ACTION_POINT:
        if (number->length > 0 && number->length < NUMBER_MOST && !strchr(number->text, '-')) {
            char text[sizeof number->text];
            snprintf(text, sizeof text, "%.30s-", number->text);
            typed_set(number, text, false);
        }
        break;
    default:
        typed_act(number, event, NUMBER_MOST);
        break;
    }
}

void choice_line(struct screen *screen, int digit, const char *text, const char *aside, bool off)
{
    char left[SCREEN_TEXT_MAX];
    snprintf(left, sizeof left, "%d  %.100s", digit, text);
    struct screen_line *line = screen_line(screen, left, aside);
    line->left_tone = off ? TONE_QUIET : TONE_NORMAL;
    line->right_tone = TONE_QUIET;
}
