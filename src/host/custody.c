#include "custody.h"

#include <string.h>

#include "bank.h"
#include "text.h"

const char *custody_state_text(enum custody_state state)
{
    static const char *const texts[] = {N_("open"), N_("done"), N_("disputed")};
    return texts[state];
}

static bool is_on(enum custody_list list, const struct store_custody *row)
{
    switch (list) {
    case CUSTODY_CLOSES:
        return row->kind == KIND_SHIFT_CLOSED || row->kind == KIND_CLOSED_IN_ABSENCE;
    case CUSTODY_HANDOVERS:
        return row->kind == KIND_HANDOVER_GIVEN ||
               (row->kind == KIND_CASH_DROP && !bank_is_deposit(row)) ||
               (row->kind == KIND_HANDOVER_TAKEN && row->other[0] == '\0');
    case CUSTODY_DEPOSITS:
        return bank_is_deposit(row);
    default:
        return (row->kind == KIND_DEPOSIT || row->kind == KIND_HANDOVER_TAKEN) &&
               row->amount_minor != row->expected_minor;
    }
}

/* ---- what became of it ----------------------------------------------------------------------- */

/* The owner answers on the terminal of the Z, later. */
static enum till_status look_at_absence(struct store *s, struct custody_view *view)
{
    struct store_custody row = view->row;
    enum till_status status = TILL_OK;
    view->state = CUSTODY_OPEN;
    do {
        status = store_custody_next(s, row.terminal, row.seq, &row);
        if (status != TILL_OK || strcmp(row.terminal, view->row.terminal) != 0) {
            return status == TILL_NOT_FOUND ? TILL_OK : status;
        }
    } while (row.kind != KIND_ABSENCE_ANSWERED || row.z != view->row.z);
    view->with = row;
    view->state = row.reason != 0 ? CUSTODY_DISPUTED : CUSTODY_DONE;
    return TILL_OK;
}

static enum till_status look_at_given(struct store *s, struct custody_view *view)
{
    struct store_custody again;
    enum till_status status = store_custody_naming(s, view->row.hash, "", 0, &view->with);
    if (status == TILL_NOT_FOUND) {
        view->with = (struct store_custody){0};
        view->state = CUSTODY_OPEN;
        view->open_minor = view->row.amount_minor;
        return TILL_OK;
    }
    if (status != TILL_OK) {
        return status;
    }
    status = store_custody_naming(s, view->row.hash, view->with.terminal, view->with.seq, &again);
    bool differs = view->with.expected_minor != view->row.amount_minor ||
                   strcmp(view->with.user, view->row.other) != 0;
    view->state = status == TILL_OK || differs ? CUSTODY_DISPUTED : CUSTODY_DONE;
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status look_at_variance(struct store *s, struct custody_view *view)
{
    int64_t explained_minor = 0;
    enum till_status status =
        store_custody_explained(s, view->row.terminal, view->row.seq, &explained_minor);
    view->open_minor = view->row.expected_minor - view->row.amount_minor - explained_minor;
    view->state = view->open_minor == 0 ? CUSTODY_DONE : CUSTODY_OPEN;
    return status;
}

static enum till_status look(struct store *s, enum custody_list list, struct custody_view *view)
{
    view->state = CUSTODY_DONE;
    switch (list) {
    case CUSTODY_CLOSES:
        return view->row.kind == KIND_CLOSED_IN_ABSENCE ? look_at_absence(s, view) : TILL_OK;
    case CUSTODY_HANDOVERS:
        if (view->row.kind != KIND_HANDOVER_TAKEN) {
            return look_at_given(s, view);
        }
        view->state = CUSTODY_OPEN;
        view->open_minor = -view->row.expected_minor;
        return TILL_OK;
    default:
        return view->row.kind == KIND_CASH_DROP ? TILL_OK : look_at_variance(s, view);
    }
}

/* One that was taken before its giver had told: since they have, it stands with theirs. */
static enum till_status pass_over_matched(struct store *s, enum custody_list list,
                                          const struct store_custody *row, bool *on)
{
    struct store_custody given;
    if (!*on || list != CUSTODY_HANDOVERS || row->kind != KIND_HANDOVER_TAKEN) {
        return TILL_OK;
    }
    enum till_status status = store_custody_of_hash(s, row->named, &given);
    *on = status == TILL_NOT_FOUND;
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status custody_next(struct store *s, enum custody_list list, const char *after_terminal,
                              uint64_t after_seq, struct custody_view *view_out)
{
    struct custody_view view = {.row = {.seq = after_seq}};
    enum till_status status = TILL_OK;
    text_copy(view.row.terminal, sizeof(view.row.terminal), after_terminal);
    bool on = false;
    do {
        status = store_custody_next(s, view.row.terminal, view.row.seq, &view.row);
        if (status == TILL_OK) {
            on = is_on(list, &view.row);
            status = pass_over_matched(s, list, &view.row, &on);
        }
    } while (status == TILL_OK && !on);
    if (status == TILL_OK) {
        status = look(s, list, &view);
    }
    *view_out = view;
    return status;
}
