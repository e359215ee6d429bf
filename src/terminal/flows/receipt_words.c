#include "receipt_words.h"

#include <stdio.h>
#include <string.h>

#include "asking.h"
#include "text.h"
#include "when.h"

enum { NUMBER_MOST = 28 };

const char *paper_kind_text(uint16_t kind)
{
    switch (kind_base(kind)) {
    case KIND_ADVANCE:
        return _("Advance");
    case KIND_MANUAL_RECEIPT:
        return _("Manual receipt");
    case KIND_REVERSAL:
        return _("Reversal");
    case KIND_DISPUTE:
        return _("Dispute");
    case KIND_CORRECTION_REQUEST:
        return _("Correction request");
    case KIND_CASH_DROP:
        return _("Cash handed in");
    case KIND_CASH_IN:
        return _("Cash put in");
    case KIND_CASH_OUT:
        return _("Cash paid out");
    case KIND_SHIFT_CLOSED:
        return _("Day close");
    case KIND_CLOSED_IN_ABSENCE:
        return _("Day close in absence");
    case KIND_HANDOVER_GIVEN:
        return _("Handed over");
    case KIND_HANDOVER_TAKEN:
        return _("Taken over");
    case KIND_DEPOSIT:
        return _("Deposit");
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

/* Another record bears its number; of a number alone nobody can say more. */
static void show_other(const struct query_receipt *said, const struct receipt_view *view,
                       const struct flow_facts *facts, struct screen *screen)
{
    char at[WHEN_TEXT_MAX], text[SCREEN_LONG_MAX];
    if (view->proven || view->state != RECEIPT_FOREIGN) {
        screen_notice(screen, TONE_OWED, _("The office has another record of this number"),
                      _("This paper is not what was recorded. Keep it and call the office now."));
        return;
    }
    asking_at(facts, said->recorded_at_s, at);
    snprintf(text, sizeof text,
             _("It was made on %s. Scan the paper's code to see whether it is this one."), at);
    screen_notice(screen, TONE_LOOK, _("The office has a record of this number"), text);
}

void receipt_show_office(const struct query_receipt *said, const struct receipt_view *view,
                         const struct flow_facts *facts, struct screen *screen)
{
    static const struct {
        enum screen_tone tone;
        const char *heading, *text;
    } words[QUERY_STATES] = {
        [QUERY_UNKNOWN] = {TONE_LOOK, N_("It has not come to the office"),
                           N_("Its terminal may not have sent yet. Keep the paper; ask again "
                              "later.")},
        [QUERY_ACKNOWLEDGED] = {TONE_ACCENT, N_("√ Recorded and counted by the office"), ""},
        [QUERY_SET_ASIDE] = {TONE_LOOK, N_("Recorded, and looked at by the office"),
                             N_("Something in it must be settled first. The money is not lost.")},
        [QUERY_REVERSED] = {TONE_OWED, N_("Reversed already"),
                            N_("The money went back. It proves no payment.")},
        [QUERY_CORRECTING] = {TONE_LOOK, N_("A correction is under way"),
                              N_("The office has begun it; a second person must agree.")},
        [QUERY_CORRECTED] = {TONE_OWED, N_("Corrected"),
                             N_("Moved to another account. Here it pays nothing.")},
        [QUERY_REFUNDED] = {TONE_OWED, N_("Refunded"),
                            N_("The office gave it back. It proves no payment.")},
        [QUERY_CANCELLED] = {TONE_OWED, N_("Cancelled by the office"),
                             N_("It proves no payment.")}};
    char text[SCREEN_LONG_MAX], account[ACCOUNT_MAX + 16];
    if (said->state == QUERY_OTHER) {
        show_other(said, view, facts, screen);
        return;
    }
    const char *why = words[said->state].text;
    text_copy(text, sizeof text, why[0] ? _(why) : "");
    if (said->state == QUERY_CORRECTED && said->account[0]) {
        text_group_account(account, sizeof account, said->account);
        snprintf(text, sizeof text, _("Moved to account %s. Here it pays nothing."), account);
    }
    screen_notice(screen, words[said->state].tone, _(words[said->state].heading), text);
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

void show_reasons(bool over, struct screen *screen)
{
    for (int reason = VARIANCE_COUNTERFEIT; reason <= VARIANCE_OTHER; reason++)
        if (variance_reason_fits(reason, over))
            choice_line(screen, reason, _(variance_reason_text(reason)), "", false);
    screen_key(screen, over ? "3, 5" : "1-5", _("Choose"));
}
