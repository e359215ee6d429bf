/* The table of payments: what a bank or another channel took, from its own file. */
#include <string.h>

#include "channel.h"
#include "import_rows.h"
#include "money.h"
#include "text.h"

enum { PAYMENTS_NUMBER, PAYMENTS_ACCOUNT, PAYMENTS_AMOUNT, PAYMENTS_PAID_AT, PAYMENTS_CHANNEL };

static const char *read_payment(const struct import_state *state, const char *const *values,
                                struct channel_row *row)
{
    if (!import_text(values[PAYMENTS_NUMBER], row->number, sizeof(row->number)) ||
        row->number[0] == '\0') {
        return N_("it has no number of its own");
    }
    if (!import_text(values[PAYMENTS_ACCOUNT], row->account, sizeof(row->account))) {
        return N_("the account number can't be read");
    }
    if (money_parse(&state->site, values[PAYMENTS_AMOUNT], &row->amount_minor) != TILL_OK) {
        return N_("an amount can't be read");
    }
    if (!channel_time(state->site.zone, values[PAYMENTS_PAID_AT], &row->paid_at_s)) {
        return N_("the time of payment can't be read");
    }
    return NULL;
}

static enum till_status payment_row(struct import_state *state, uint32_t line,
                                    const char *const *values, bool *changed_out,
                                    const char **reason_out)
{
    /* The reason outlives the row until it is told. */
    static _Thread_local char reason[STORE_REASON_MAX];
    struct channel_row row = {0};
    enum channel_result result = CHANNEL_BAD;
    const char *channel = values[PAYMENTS_CHANNEL][0] != '\0' ? values[PAYMENTS_CHANNEL]
                          : state->channel != NULL            ? state->channel
                                                              : "";
    (void)line;
    (void)changed_out;
    *reason_out = read_payment(state, values, &row);
    if (*reason_out != NULL) {
        return TILL_BAD_INPUT;
    }
    enum till_status status =
        channel_name_is_valid(channel)
            ? channel_take(state->store, channel, &row, state->now_s, &result, reason)
            : TILL_NOT_FOUND;
    if (status == TILL_NOT_FOUND) {
        *reason_out = N_("no channel has this name");
        return TILL_BAD_INPUT;
    }
    if (status != TILL_OK || result == CHANNEL_POSTED) {
        return status;
    }
    *reason_out = reason;
    return result == CHANNEL_UNCHANGED ? TILL_UNCHANGED : TILL_BAD_INPUT;
}

const struct import_table import_payments_table = {"payments",
                                                   false,
                                                   {{"number", true, IMPORT_TEXT},
                                                    {"account", true, IMPORT_TEXT},
                                                    {"amount", true, IMPORT_AMOUNT},
                                                    {"paid_at", true, IMPORT_TEXT},
                                                    {"channel", false, IMPORT_TEXT}},
                                                   payment_row,
                                                   NULL,
                                                   NULL};
