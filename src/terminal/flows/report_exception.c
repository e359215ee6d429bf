/*
 * What an exception is about, in words.
 */
#include <stdio.h>

#include "report_words.h"
#include "text.h"
#include "words.h"

/* Differences are told by a word, not by a sign: which way round it is nobody knows by heart. */
static bool is_difference(const struct report_exception *e)
{
    return e->kind == REPORT_OVER_SHORT || e->kind == REPORT_VARIANCE || e->kind == REPORT_SLIPS;
}

/* Of limits of entries and of time the value is no money. */
static bool is_limit_of_money(int64_t limit)
{
    return limit == LIMIT_CASH || limit == LIMIT_RECEIPT || limit == LIMIT_DAY ||
           limit == LIMIT_REVERSED;
}

int64_t report_exception_amount(const struct report_exception *e)
{
    if (e->kind == REPORT_LIMIT_LIFTED && !is_limit_of_money(e->number))
        return 0;
    return is_difference(e) && e->amount_minor < 0 ? -e->amount_minor : e->amount_minor;
}

static void lifted_text(const struct report_exception *e, char *out, size_t capacity)
{
    const char *limit = _(limit_text((int)e->number));
    char age[48];
    if (is_limit_of_money(e->number)) {
        text_copy(out, capacity, limit);
    } else if (e->number == LIMIT_OFFLINE) {
        words_age(e->amount_minor, age, sizeof age);
        snprintf(out, capacity, "%s %s", limit, age);
    } else {
        snprintf(out, capacity, "%s %lld", limit, (long long)e->amount_minor);
    }
}

static void money_text(const struct flow_facts *facts, const char *format, int64_t amount_minor,
                       char *out, size_t capacity)
{
    char amount[MONEY_TEXT_MAX];
    words_money(facts, amount_minor < 0 ? -amount_minor : amount_minor, amount);
    snprintf(out, capacity, format, amount);
}

/* How long, of a clock that was set back with its sign. */
static void age_text(const struct report_exception *e, char *out, size_t capacity)
{
    char age[48];
    words_age(e->number < 0 ? -e->number : e->number, age, sizeof age);
    snprintf(out, capacity, "%s%s", e->kind != REPORT_CLOCK ? "" : e->number < 0 ? "-" : "+", age);
}

void report_exception_more(const struct flow_facts *facts, const struct flow_report_row *row,
                           char *out, size_t capacity)
{
    const struct report_exception *e = &row->as.exception;
    long long number = e->number;
    out[0] = '\0';
    if (number == 0 || (number < 0 && e->kind != REPORT_CLOCK && e->kind != REPORT_VARIANCE &&
                        e->kind != REPORT_ANOMALY))
        return;
    switch (e->kind) {
    case REPORT_REVERSAL:
        text_copy(out, capacity, _(reversal_reason_text((int)number)));
        break;
    case REPORT_OWN_OUT:
        text_copy(out, capacity, _(cash_reason_text((int)number)));
        break;
    case REPORT_OVER_SHORT:
    case REPORT_SLIPS:
        text_copy(out, capacity, _(variance_reason_text((int)number)));
        break;
    case REPORT_DUPLICATE:
    case REPORT_UNCERTAIN:
        snprintf(out, capacity, _("copy %lld"), number);
        break;
    case REPORT_RECOUNT:
        snprintf(out, capacity, _("count no. %lld"), number);
        break;
    case REPORT_LOGIN_FAILED:
        snprintf(out, capacity, _("%lld in a row"), number);
        break;
    case REPORT_LATE_RECEIPT:
        snprintf(out, capacity, ngettext("%lld day", "%lld days", (unsigned long)number), number);
        break;
    case REPORT_STATIONERY:
        snprintf(out, capacity, ngettext("%lld sheet", "%lld sheets", (unsigned long)number),
                 number);
        break;
    case REPORT_CLOCK:
    case REPORT_OFFLINE:
        age_text(e, out, capacity);
        break;
    case REPORT_CASH_LIMIT:
        money_text(facts, _("limit %s"), number, out, capacity);
        break;
    case REPORT_VARIANCE:
        money_text(facts, _("%s not explained"), number, out, capacity);
        break;
    case REPORT_LIMIT_LIFTED:
        lifted_text(e, out, capacity);
        break;
    case REPORT_ANOMALY: /* the reason says it better than a code */
        text_copy(out, capacity, row->reason[0] ? row->papers : _(status_text((int)number)));
        break;
    default:
        break;
    }
}

void report_exception_state(const struct report_exception *e, char *out, size_t capacity)
{
    const char *way = !is_difference(e) || e->amount_minor == 0 ? ""
                      : e->amount_minor > 0                     ? _("short")
                                                                : _("over");
    const char *state = "";
    if (e->kind == REPORT_VARIANCE)
        state = e->open ? _("not explained") : _("explained");
    else if (e->kind == REPORT_ABSENCE && e->number == 1)
        state = _("disputed");
    else if (e->kind == REPORT_ABSENCE)
        state = e->open ? _("not answered") : _("answered");
    else if (e->open)
        state = _("open");
    snprintf(out, capacity, "%s%s%s", way, way[0] && state[0] ? " · " : "", state);
}
