#include "custody.h"

#include <string.h>

#include "bank.h"
#include "text.h"
#include "when.h"

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

/* Is the row on the list? Then what became of it. */
static enum till_status view_on(struct store *s, enum custody_list list, struct custody_view *view,
                                bool *on_out)
{
    *on_out = is_on(list, &view->row);
    view->open_minor = 0;
    view->with = (struct store_custody){0};
    enum till_status status = pass_over_matched(s, list, &view->row, on_out);
    return status == TILL_OK && *on_out ? look(s, list, view) : status;
}

enum till_status custody_step(struct store *s, enum custody_list list, enum custody_walk walk,
                              struct custody_view *view)
{
    bool on = false;
    enum till_status status = TILL_OK;
    while (status == TILL_OK && !on) {
        struct store_custody *row = &view->row;
        status = walk == CUSTODY_BY_TIME
                     ? store_custody_at(s, row->at_s, row->terminal, row->seq, row)
                 : walk == CUSTODY_WAITING ? store_custody_open(s, row->terminal, row->seq, row)
                                           : store_custody_next(s, row->terminal, row->seq, row);
        if (status == TILL_OK) {
            status = view_on(s, list, view, &on);
        }
    }
    return status;
}

enum till_status custody_next(struct store *s, enum custody_list list, const char *after_terminal,
                              uint64_t after_seq, struct custody_view *view_out)
{
    struct custody_view view = {.row = {.seq = after_seq}};
    text_copy(view.row.terminal, sizeof(view.row.terminal), after_terminal);
    enum till_status status = custody_step(s, list, CUSTODY_ALL, &view);
    *view_out = view;
    return status;
}

struct custody_span custody_span_of(const char *zone, int32_t date)
{
    enum { DAY_S = 86400, SHIFT_S = 7200 }; /* no clock is put by more */
    const struct civil midnight = {.year = (int16_t)(date / 10000),
                                   .month = (uint8_t)(date / 100 % 100),
                                   .day = (uint8_t)(date % 100)};
    int64_t utc_s = when_from_utc(&midnight);
    int64_t at_s = utc_s - when_offset_s(zone, utc_s);
    return (struct custody_span){at_s - SHIFT_S, at_s + DAY_S + SHIFT_S};
}

/* ---- marks ----------------------------------------------------------------------------------- */

static enum till_status is_waiting(struct store *s, const struct store_custody *row, bool *out)
{
    static const enum custody_list lists[] = {CUSTODY_CLOSES, CUSTODY_HANDOVERS, CUSTODY_VARIANCES};
    struct store_bank_line line;
    enum till_status status = TILL_OK;
    *out = false;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]) && status == TILL_OK && !*out; i++) {
        struct custody_view view = {.row = *row};
        bool on = false;
        status = view_on(s, lists[i], &view, &on);
        *out = on && view.state != CUSTODY_DONE;
    }
    if (status == TILL_OK && !*out && bank_is_deposit(row)) {
        status = store_bank_of(s, row->terminal, row->seq, &line);
        *out = status == TILL_NOT_FOUND;
        status = status == TILL_NOT_FOUND ? TILL_OK : status;
    }
    return status;
}

static enum till_status mark(struct store *s, const struct store_custody *row)
{
    bool waits = false;
    enum till_status status = is_waiting(s, row, &waits);
    return status == TILL_OK ? store_custody_mark(s, row->terminal, row->seq, waits) : status;
}

enum till_status custody_mark(struct store *s, const char *terminal, uint64_t seq)
{
    struct store_custody row;
    enum till_status status = store_custody_get(s, terminal, seq, &row);
    if (status == TILL_OK) {
        status = mark(s, &row);
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* Those who took it before it was given. */
static enum till_status mark_takers(struct store *s, const struct store_custody *given)
{
    struct store_custody taken = {0};
    enum till_status status;
    while ((status = store_custody_naming(s, given->hash, taken.terminal, taken.seq, &taken)) ==
           TILL_OK) {
        status = mark(s, &taken);
        if (status != TILL_OK) {
            return status;
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status custody_follow(struct store *s, const struct store_custody *row)
{
    struct store_custody other;
    enum till_status status = mark(s, row);
    if (status != TILL_OK) {
        return status;
    }
    switch (row->kind) {
    case KIND_HANDOVER_GIVEN:
    case KIND_CASH_DROP:
        return mark_takers(s, row);
    case KIND_HANDOVER_TAKEN:
        status = store_custody_of_hash(s, row->named, &other);
        break;
    case KIND_ABSENCE_ANSWERED:
        status = store_custody_absence(s, row->terminal, row->z, &other);
        break;
    case KIND_VARIANCE_EXPLAINED:
        return custody_mark(s, row->terminal, row->about);
    default:
        return TILL_OK;
    }
    if (status == TILL_OK) {
        status = mark(s, &other);
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}
