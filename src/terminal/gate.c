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

/* Does a customer class get paper of that type here, by number? */
static bool class_takes(const struct flow_facts *facts, int class, int type)
{
    if (!facts->settings)
        return false;
    int paper = facts->site ? facts->site->papers[class] : SITE_PAPER_RECEIPT;
    bool invoice = facts->settings->numbered_invoices && paper != SITE_PAPER_RECEIPT;
    if (type == STOCK_INVOICE)
        return invoice;
    return facts->settings->numbered_receipts && (!invoice || paper == SITE_PAPER_BOTH);
}

/* The type that a class needs and that is used up; 0 = none. */
static int class_out(const struct flow_facts *facts, int class)
{
    for (int type = STOCK_RECEIPT; type <= STOCK_INVOICE; type++)
        if (class_takes(facts, class, type) && !fold_stock_next(facts->fold, type))
            return type;
    return 0;
}

int gate_numbers_out(const struct flow_facts *facts)
{
    int out = facts->training ? 0 : class_out(facts, 0);
    for (int class = 1; class < SITE_PAPERS_MAX && out != 0; class ++)
        if (class_out(facts, class) == 0)
            out = 0;
    return out;
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
    else if (facts->clock == CLOCK_BEHIND || facts->clock == CLOCK_OFF)
        out->status = TILL_CLOCK_WRONG;
    else if (facts->printer != TILL_OK && facts->printer != TILL_BUSY)
        out->status = facts->printer;
    else if (fold_current(facts->fold) && fold_current(facts->fold)->counting)
        out->status = TILL_NO_SHIFT;
    else if (gate_numbers_out(facts) != 0)
        out->status = TILL_PAPER_OUT;
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
    if (gate->status == TILL_CLOCK_WRONG)
        words_clock(facts, text_out, SCREEN_LONG_MAX);
    else if (gate->status == TILL_PAPER_OUT && facts->printer != TILL_PAPER_OUT)
        text_copy(text_out, SCREEN_LONG_MAX,
                  _("The numbered paper is used up. Take over the next range of numbers, or have a "
                    "supervisor switch to plain paper. OK goes there."));
    else if (gate->status == TILL_BATTERY_LOW)
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

/* How far a limit must be raised for that sum: what is used then. */
static int64_t needed(const struct flow_facts *facts, const struct gate_sum *sum, enum limit limit)
{
    int64_t used = facts->used.value[limit], more = 0;
    if (limit == LIMIT_RECEIPT)
        used = sum->largest_minor;
    else if (limit == LIMIT_CASH)
        more = sum->cash_minor;
    else if (limit == LIMIT_DAY)
        more = sum->amount_minor;
    return used > MONEY_MAX_MINOR - more ? MONEY_MAX_MINOR : used + more;
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
    if (gate.status == TILL_LIMIT_REACHED) {
        args.next = FLOW_LIMITS;
        args.digit = (int)gate.limit;
        args.amount_minor = needed(facts, sum, gate.limit);
    } else if (gate.status == TILL_CLOCK_WRONG && !facts->clock_due) {
        args.next = FLOW_CLOCK;
    } else if (gate.status == TILL_PAPER_OUT && facts->printer != TILL_PAPER_OUT) {
        args.next = FLOW_STOCK;
    }
    effect_sound(effects, SOUND_ERROR);
    effect_go(effects, FLOW_NOTICE, &args);
    return true;
}

bool gate_refuses_numbers(const struct flow_facts *facts, enum till_status status,
                          struct flow_effects *effects)
{
    struct flow_args args = {.digit = -1, .tone = TONE_OWED, .next = FLOW_STOCK};
    const struct gate gate = {TILL_PAPER_OUT, LIMIT_NONE, 0};
    if (status != TILL_PAPER_OUT || facts->printer == TILL_PAPER_OUT)
        return false;
    gate_words(facts, &gate, args.heading, args.text);
    effect_sound(effects, SOUND_ERROR);
    effect_go(effects, FLOW_NOTICE, &args);
    return true;
}

/* The type of which least is left, where it is little. */
static bool numbers_end_soon(const struct flow_facts *facts, int *type_out, uint64_t *left_out)
{
    enum { FEW = 20 };
    bool soon = false;
    *left_out = FEW;
    for (int type = STOCK_RECEIPT; type <= STOCK_INVOICE && !facts->training; type++) {
        uint64_t left = fold_stock_left(facts->fold, type);
        bool needed = false;
        for (int class = 0; class < SITE_PAPERS_MAX; class ++)
            needed = needed || class_takes(facts, class, type);
        if (!needed || left > *left_out)
            continue;
        soon = true;
        *left_out = left;
        *type_out = type;
    }
    return soon;
}

void gate_warning(const struct flow_facts *facts, char *out, size_t capacity)
{
    const struct limits_verdict *v = &facts->limit;
    uint64_t left;
    int type = 0;
    text_copy(out, capacity, "");
    if (facts->battery_low)
        snprintf(out, capacity, _("Battery %u %%: charge soon"), (unsigned)facts->battery_percent);
    else if (v->limit != LIMIT_NONE && !facts->training)
        snprintf(out, capacity, _("%s: %d %% of the limit"), _(limit_text((int)v->limit)),
                 v->percent);
    else if (numbers_end_soon(facts, &type, &left))
        snprintf(out, capacity, _("%s: %llu numbers left"), _(stock_type_text(type)),
                 (unsigned long long)left);
    else if (facts->printer_flags & PRINTER_PAPER_LOW)
        text_copy(out, capacity, _("The paper ends soon: have a roll ready"));
    else if (facts->printer_flags & PRINTER_WARM)
        text_copy(out, capacity, _("The print head is warm"));
}
