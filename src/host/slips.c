#include "slips.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger.h"
#include "text.h"

enum { HANDS_MAX = 20000 };

const char *slips_place_text(enum slips_place place)
{
    static const char *const texts[] = {N_("in the bag"), N_("in hand"), N_("received"),
                                        N_("on the way"), N_("at the bank")};
    return texts[place];
}

/* ---- in somebody's hands --------------------------------------------------------------------- */

/* "slips/0031/1001" -> terminal and user: the last two parts. */
static bool read_names(const char *account, struct slips_row *row)
{
    const char *user = strrchr(account, '/');
    const char *terminal = user;
    while (terminal != NULL && terminal > account && terminal[-1] != '/') {
        terminal--;
    }
    size_t size = user == NULL ? 0 : (size_t)(user - terminal);
    if (size == 0 || size >= sizeof(row->terminal) || strlen(user + 1) >= sizeof(row->user)) {
        return false;
    }
    memcpy(row->terminal, terminal, size);
    row->terminal[size] = '\0';
    text_copy(row->user, sizeof(row->user), user + 1);
    return true;
}

/* Does it bring slips to that place? */
static bool comes_in(const struct store_custody *row, const struct slips_row *at)
{
    uint16_t own = at->place == SLIPS_IN_HAND ? KIND_SHIFT_CLOSED : KIND_HANDOVER_TAKEN;
    bool kind =
        row->kind == own || (at->place == SLIPS_KEPT && row->kind == KIND_CLOSED_IN_ABSENCE);
    return kind && strcmp(row->user, at->user) == 0;
}

/* Over the records of that terminal: how much came in; with *left_minor, that of the oldest of them
 * of which something is left. */
static enum till_status go_over(struct store *s, struct slips_row *at, int64_t *in_minor,
                                int64_t gone_minor, bool look)
{
    struct store_custody row = {.seq = 0};
    struct ledger_slips slips;
    enum till_status status = TILL_OK;
    text_copy(row.terminal, sizeof(row.terminal), at->terminal);
    *in_minor = 0;
    while ((status = store_custody_next(s, row.terminal, row.seq, &row)) == TILL_OK &&
           strcmp(row.terminal, at->terminal) == 0) {
        if (!comes_in(&row, at)) {
            continue;
        }
        status = ledger_slips_of(s, &row, &slips);
        if (status != TILL_OK) {
            return status;
        }
        *in_minor += slips.moved_minor;
        if (look && *in_minor > gone_minor) {
            at->seq = row.seq;
            at->at_s = row.at_s;
            return TILL_OK;
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status find_oldest(struct store *s, struct slips_row *at)
{
    int64_t in_minor = 0;
    if (at->place == SLIPS_IN_BAG || at->amount_minor <= 0) {
        return TILL_OK;
    }
    enum till_status status = go_over(s, at, &in_minor, 0, false);
    return status == TILL_OK ? go_over(s, at, &in_minor, in_minor - at->amount_minor, true)
                             : status;
}

/* TENDER by number: those that leave a paper. */
static enum till_status walk_hands(struct store *s, const char *prefix, enum slips_place place,
                                   slips_visit *visit, void *context)
{
    size_t count = 0;
    struct store_line *hands = malloc(HANDS_MAX * sizeof(*hands));
    enum till_status status =
        hands == NULL ? TILL_E_MEMORY : store_balances_of(s, prefix, hands, HANDS_MAX, &count);
    for (size_t i = 0; i < count && status == TILL_OK; i++) {
        struct slips_row row = {.place = place, .amount_minor = hands[i].amount_minor};
        if (!read_names(hands[i].account, &row)) {
            continue;
        }
        status = find_oldest(s, &row);
        status = status == TILL_OK ? visit(context, &row) : status;
    }
    free(hands);
    return status;
}

/* ---- on their way ---------------------------------------------------------------------------- */

static enum till_status walk_records(struct store *s, enum custody_list list,
                                     enum slips_place place, slips_visit *visit, void *context)
{
    struct custody_view view = {.row = {.seq = 0}};
    enum till_status status = TILL_OK;
    while ((status = custody_step(s, list, CUSTODY_WAITING, &view)) == TILL_OK) {
        struct slips_row row = {.place = place,
                                .seq = view.row.seq,
                                .at_s = view.row.at_s,
                                .amount_minor = view.slips_open_minor};
        if (view.slips_open_minor == 0) {
            continue;
        }
        text_copy(row.terminal, sizeof(row.terminal), view.row.terminal);
        text_copy(row.user, sizeof(row.user), view.row.user);
        text_copy(row.other, sizeof(row.other), place == SLIPS_ON_WAY ? view.row.other : "");
        text_copy(row.bank, sizeof(row.bank), view.row.bank);
        text_copy(row.slip, sizeof(row.slip), view.row.slip);
        status = visit(context, &row);
        if (status != TILL_OK) {
            return status;
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status slips_walk(struct store *s, slips_visit *visit, void *context)
{
    static const struct {
        const char *prefix;
        enum slips_place place;
    } hands[] = {{"cheque/", SLIPS_IN_BAG},
                 {"tender/1/", SLIPS_IN_BAG},
                 {"tender/4/", SLIPS_IN_BAG},
                 {"slips/", SLIPS_IN_HAND},
                 {"slips_kept/", SLIPS_KEPT}};
    enum till_status status = TILL_OK;
    for (size_t i = 0; i < sizeof(hands) / sizeof(hands[0]) && status == TILL_OK; i++) {
        status = walk_hands(s, hands[i].prefix, hands[i].place, visit, context);
    }
    if (status == TILL_OK) {
        status = walk_records(s, CUSTODY_HANDOVERS, SLIPS_ON_WAY, visit, context);
    }
    return status == TILL_OK ? walk_records(s, CUSTODY_DEPOSITS, SLIPS_AT_BANK, visit, context)
                             : status;
}
