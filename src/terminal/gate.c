#include "gate.h"

#include <stdio.h>
#include <string.h>

#include "printer.h"
#include "text.h"
#include "words.h"

/* A basket counts as one sum in all limits but that of a single receipt. */
static void check_limits(const struct flow_facts *facts, const struct gate_sum *sum,
                         struct gate *out)
{
    struct limits whole = facts->limits, single = {.serial = facts->limits.serial};
    struct limits_verdict verdict;
    whole.value[LIMIT_RECEIPT] = 0;
    single.value[LIMIT_RECEIPT] = facts->limits.value[LIMIT_RECEIPT];
    limits_check_collection(&whole, &facts->used, sum->amount_minor, sum->cash_minor, &verdict);
    if (!verdict.reached)
        limits_check_collection(&single, &facts->used, sum->largest_minor, 0, &verdict);
    if (verdict.reached)
        *out = (struct gate){TILL_LIMIT_REACHED, verdict.limit, verdict.left};
}

void gate_check(const struct flow_facts *facts, const struct gate_sum *sum, struct gate *out)
{
    *out = (struct gate){TILL_OK, LIMIT_NONE, 0};
    if (facts->fold->retired)
        out->status = TILL_REVOKED;
    else if (facts->read_only)
        out->status = TILL_READ_ONLY;
    else if (facts->stopped)
        out->status = TILL_STOPPED;
    else if (facts->battery_empty)
        out->status = TILL_BATTERY_LOW;
    else if (facts->printer != TILL_OK && facts->printer != TILL_BUSY)
        out->status = facts->printer;
    else if (fold_current(facts->fold) && fold_current(facts->fold)->counting)
        out->status = TILL_NO_SHIFT;
    else if (!facts->training)
        check_limits(facts, sum, out);
}

/* ---- words ----------------------------------------------------------------------------------- */

/* The way out that the person at the door has. */
static const char *way_out(enum limit limit)
{
    switch (limit) {
    case LIMIT_CASH:
        return _("Hand cash to a supervisor or into the bank, or ask for a code. OK shows how.");
    case LIMIT_UNSENT:
    case LIMIT_OFFLINE:
        return _(
            "Go where there is signal and send, use a stick, or ask for a code. OK shows how.");
    case LIMIT_RECEIPT:
        return _("Take less on one receipt, or ask for a code. OK shows how.");
    default:
        return _("Ask a supervisor or the office for a code. OK shows how.");
    }
}

/* How much still fits, where that helps. */
static void what_is_left(const struct flow_facts *facts, const struct gate *gate, char *out,
                         size_t capacity)
{
    char amount[MONEY_TEXT_MAX];
    bool money =
        gate->limit == LIMIT_CASH || gate->limit == LIMIT_RECEIPT || gate->limit == LIMIT_DAY;
    text_copy(out, capacity, "");
    if (!money || gate->left <= 0)
        return;
    words_money(facts, gate->left, amount);
    snprintf(out, capacity, _("%s can still be taken. "), amount);
}

void gate_words(const struct flow_facts *facts, const struct gate *gate, char *heading_out,
                char *text_out)
{
    char left[SCREEN_TEXT_MAX];
    if (gate->status == TILL_LIMIT_REACHED) {
        snprintf(heading_out, SCREEN_TEXT_MAX, _("Limit reached: %s"),
                 _(limit_text((int)gate->limit)));
        what_is_left(facts, gate, left, sizeof left);
        snprintf(text_out, SCREEN_LONG_MAX, "%s%s", left, way_out(gate->limit));
        return;
    }
    text_copy(heading_out, SCREEN_TEXT_MAX, _("Not taken"));
    if (gate->status == TILL_BATTERY_LOW)
        text_copy(text_out, SCREEN_LONG_MAX,
                  _("The battery is empty. Charge the terminal; what is recorded is safe."));
    else if (gate->status == TILL_REVOKED)
        text_copy(text_out, SCREEN_LONG_MAX, _("This terminal is retired. Enrol it anew."));
    else if (gate->status == facts->printer && gate->status != TILL_OK)
        snprintf(text_out, SCREEN_LONG_MAX, _("Without paper nothing is collected. %s"),
                 _(status_text(gate->status)));
    else
        text_copy(text_out, SCREEN_LONG_MAX, _(status_text(gate->status)));
}

bool gate_refuses(const struct flow_facts *facts, const struct gate_sum *sum,
                  struct flow_effects *effects)
{
    struct gate gate;
    struct flow_args args = {.digit = -1, .tone = TONE_OWED};
    gate_check(facts, sum, &gate);
    if (gate.status == TILL_OK)
        return false;
    gate_words(facts, &gate, args.heading, args.text);
    if (gate.status == TILL_LIMIT_REACHED)
        args.next = FLOW_LIMITS;
    effect_sound(effects, SOUND_ERROR);
    effect_go(effects, FLOW_NOTICE, &args);
    return true;
}

void gate_warning(const struct flow_facts *facts, char *out, size_t capacity)
{
    const struct limits_verdict *v = &facts->limit;
    text_copy(out, capacity, "");
    if (facts->battery_low)
        snprintf(out, capacity, _("Battery %u %%: charge soon"), (unsigned)facts->battery_percent);
    else if (v->limit != LIMIT_NONE && !facts->training)
        snprintf(out, capacity, _("%s: %d %% of the limit"), _(limit_text((int)v->limit)),
                 v->percent);
    else if (facts->printer_flags & PRINTER_PAPER_LOW)
        text_copy(out, capacity, _("The paper ends soon: have a roll ready"));
    else if (facts->printer_flags & PRINTER_WARM)
        text_copy(out, capacity, _("The print head is warm"));
}
