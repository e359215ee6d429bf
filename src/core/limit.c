#include "limit.h"

#include "money.h"

enum { PERCENT_WHOLE = 100, PERCENT_MAX = 999 };

const char *limit_text(int limit)
{
    switch (limit) {
#define X(name, number, text)                                                                      \
    case number:                                                                                   \
        return text;
        LIMIT_LIST(X)
#undef X
    default:
        return "Other limit";
    }
}

void limits_tighten_cash(struct limits *l, int64_t cash_minor)
{
    if (cash_minor > 0 && (l->value[LIMIT_CASH] <= 0 || cash_minor < l->value[LIMIT_CASH])) {
        l->value[LIMIT_CASH] = cash_minor;
    }
}

/* used of value in percent, rounded down: 100 only where it is reached. */
static int percent_of(int64_t used, int64_t value)
{
    if (used <= 0) {
        return 0;
    }
    if (used / value > PERCENT_MAX / 100) {
        return PERCENT_MAX;
    }
    /* used * 100 / value without leaving 64 bits */
    int64_t percent = used <= INT64_MAX / 100 ? used * 100 / value : used / (value / 100);
    return percent < PERCENT_MAX ? (int)percent : PERCENT_MAX;
}

/* Saturating: a sum beyond 64 bits is beyond every limit. */
static int64_t plus(int64_t a, int64_t b)
{
    int64_t sum = 0;
    return money_add(a, b, &sum) == TILL_OK ? sum : INT64_MAX;
}

/* One limit, of which `after` would be used. */
static void consider(const struct limits *l, enum limit limit, int64_t used, int64_t after,
                     bool reached, struct limits_verdict *verdict)
{
    int64_t value = l->value[limit];
    int percent = percent_of(after, value);
    bool told = reached || percent >= LIMIT_WARN_PERCENT;
    bool nearer = verdict->limit == LIMIT_NONE || (reached && !verdict->reached) ||
                  (reached == verdict->reached && percent > verdict->percent);
    if (told && nearer) {
        *verdict = (struct limits_verdict){.limit = limit,
                                           .percent = percent,
                                           .reached = reached,
                                           .left = used < value ? value - used : 0};
    }
}

/* A sum that may just be filled up: reached where what is asked would pass it, or, where nothing
 * is asked, where no more fits. */
static void consider_sum(const struct limits *l, enum limit limit, int64_t used, int64_t more,
                         bool looking, struct limits_verdict *verdict)
{
    int64_t value = l->value[limit];
    if (value <= 0) {
        return;
    }
    used = used > 0 ? used : 0;
    int64_t after = plus(used, more);
    bool reached = looking ? used >= value : more > 0 && after > value;
    consider(l, limit, used, after, reached, verdict);
}

/* What a collection does not add to: records, time. */
static void consider_level(const struct limits *l, enum limit limit, int64_t used,
                           struct limits_verdict *verdict)
{
    if (l->value[limit] > 0) {
        consider(l, limit, used, used, used >= l->value[limit], verdict);
    }
}

void limits_check_collection(const struct limits *l, const struct limits_used *used,
                             int64_t amount_minor, int64_t cash_minor,
                             struct limits_verdict *verdict_out)
{
    bool looking = amount_minor == 0;
    int64_t receipt =
        used->value[LIMIT_RECEIPT] > amount_minor ? used->value[LIMIT_RECEIPT] : amount_minor;
    struct limits_verdict verdict = {.limit = LIMIT_NONE};
    consider_sum(l, LIMIT_CASH, used->value[LIMIT_CASH], cash_minor, looking, &verdict);
    consider_level(l, LIMIT_UNSENT, used->value[LIMIT_UNSENT], &verdict);
    consider_level(l, LIMIT_OFFLINE, used->value[LIMIT_OFFLINE], &verdict);
    consider_sum(l, LIMIT_DAY, used->value[LIMIT_DAY], amount_minor, looking, &verdict);
    /* Of a single receipt nothing is used up: no warning, only the stop. */
    if (l->value[LIMIT_RECEIPT] > 0 && receipt > l->value[LIMIT_RECEIPT]) {
        consider(l, LIMIT_RECEIPT, 0, receipt, true, &verdict);
    }
    *verdict_out = verdict;
}

void limits_check_reversal(const struct limits *l, const struct limits_used *used,
                           int64_t amount_minor, struct limits_verdict *verdict_out)
{
    bool looking = amount_minor == 0;
    struct limits_verdict verdict = {.limit = LIMIT_NONE};
    if (l->value[LIMIT_REVERSALS] == LIMIT_REVERSALS_NONE) {
        *verdict_out = (struct limits_verdict){
            .limit = LIMIT_REVERSALS, .percent = PERCENT_WHOLE, .reached = true};
        return;
    }
    consider_sum(l, LIMIT_REVERSALS, used->value[LIMIT_REVERSALS], looking ? 0 : 1, looking,
                 &verdict);
    consider_sum(l, LIMIT_REVERSED, used->value[LIMIT_REVERSED], amount_minor, looking, &verdict);
    *verdict_out = verdict;
}
