/* Limits as a table: what each terminal may do before the office has heard of it. */
#include <stddef.h>
#include <string.h>

#include "import_rows.h"
#include "money.h"
#include "orders.h"
#include "text.h"

enum { LIMITS_TERMINAL, LIMITS_FIRST };

/* Columns from LIMITS_FIRST on, in this order. */
static const enum limit columns[] = {LIMIT_CASH, LIMIT_UNSENT,    LIMIT_OFFLINE, LIMIT_RECEIPT,
                                     LIMIT_DAY,  LIMIT_REVERSALS, LIMIT_REVERSED};
enum { COLUMN_COUNT = sizeof(columns) / sizeof(columns[0]), SECONDS_OF_HOUR = 3600 };

static bool read_limit(const struct site *site, enum limit limit, const char *text, int64_t *out)
{
    enum { COUNT_MOST = 1000000000 };
    switch (limit) {
    case LIMIT_REVERSALS:
        if (strcmp(text, "none") == 0) {
            *out = LIMIT_REVERSALS_NONE;
            return true;
        }
        return import_integer(text, COUNT_MOST, out);
    case LIMIT_UNSENT:
        return import_integer(text, COUNT_MOST, out);
    case LIMIT_OFFLINE:
        if (!import_integer(text, COUNT_MOST, out)) {
            return false;
        }
        *out *= SECONDS_OF_HOUR;
        return true;
    default:
        return money_parse(site, text, out) == TILL_OK;
    }
}

/* What is left empty stays as it is. */
static enum till_status limits_row(struct import_state *state, uint32_t line,
                                   const char *const *values, bool *changed_out,
                                   const char **reason_out)
{
    bool named[LIMIT_COUNT] = {false}, other = false;
    int64_t wanted[LIMIT_COUNT] = {0};
    struct orders now;
    (void)line;
    enum till_status status = terminal_is_valid(values[LIMITS_TERMINAL])
                                  ? orders_get(state->store, values[LIMITS_TERMINAL], &now)
                                  : TILL_BAD_INPUT;
    if (status == TILL_BAD_INPUT) {
        *reason_out = N_("no terminal has this number");
    }
    *changed_out = status == TILL_OK;
    if (status != TILL_OK && status != TILL_NOT_FOUND) {
        return status;
    }
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        const char *text = values[LIMITS_FIRST + i];
        enum limit limit = columns[i];
        named[limit] = text[0] != '\0';
        if (named[limit] && !read_limit(&state->site, limit, text, &wanted[limit])) {
            *reason_out = N_("a limit must be an amount, or a number");
            return TILL_BAD_INPUT;
        }
        other = other || (named[limit] && wanted[limit] != now.limits.value[limit]);
    }
    if (!other) {
        return TILL_UNCHANGED;
    }
    status = orders_set_limits(state->store, values[LIMITS_TERMINAL], named, wanted, state->now_s);
    if (status == TILL_NOT_FOUND) {
        *reason_out = N_("no terminal has this number");
        return TILL_BAD_INPUT;
    }
    return status;
}

const struct import_table import_limits_table = {"limits",
                                                 false,
                                                 {{"terminal", true, IMPORT_TEXT},
                                                  {"cash", false, IMPORT_AMOUNT},
                                                  {"unsent", false, IMPORT_TEXT},
                                                  {"hours", false, IMPORT_TEXT},
                                                  {"receipt", false, IMPORT_AMOUNT},
                                                  {"day", false, IMPORT_AMOUNT},
                                                  {"reversals", false, IMPORT_TEXT},
                                                  {"reversed", false, IMPORT_AMOUNT}},
                                                 limits_row,
                                                 NULL,
                                                 NULL};
