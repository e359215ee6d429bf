#include "custody.h"

#include <string.h>

#include "bank.h"
#include "ledger.h"
#include "text.h"
#include "when.h"

const char *custody_state_text(enum custody_state state)
{
    static const char *const texts[] = {N_("open"), N_("done"), N_("disputed")};
    return texts[state];
}

/* May the row be on it? */
static bool is_on(enum custody_list list, const struct store_custody *row)
{
    switch (list) {
    case CUSTODY_CLOSES:
        return row->kind == KIND_SHIFT_CLOSED || row->kind == KIND_CLOSED_IN_ABSENCE;
    case CUSTODY_HANDOVERS:
        return row->kind == KIND_HANDOVER_GIVEN || row->kind == KIND_HANDOVER_TAKEN ||
               (row->kind == KIND_CASH_DROP && !bank_is_deposit(row));
    case CUSTODY_DEPOSITS:
        return bank_is_deposit(row);
    case CUSTODY_MOVES:
        return row->kind == KIND_CASH_IN || row->kind == KIND_CASH_OUT;
    default:
        return bank_is_deposit(row) || row->kind == KIND_HANDOVER_TAKEN;
    }
}

/* ---- what became of it ----------------------------------------------------------------------- */

static enum till_status is_settled(struct store *s, const struct store_custody *row,
                                   bool *settled_out, bool *undone_out)
{
    struct store_custody_settled settled;
    enum till_status status = store_custody_settled(s, row->terminal, row->seq, &settled);
    *settled_out = settled.settled;
    *undone_out = settled.undone_minor != 0;
    return status;
}

/* What was disputed is done with once the office has settled it. */
static enum till_status look_whether_settled(struct store *s, struct custody_view *view)
{
    bool settled = false, undone = false;
    if (view->state != CUSTODY_DISPUTED) {
        return TILL_OK;
    }
    enum till_status status = is_settled(s, &view->row, &settled, &undone);
    view->state = settled ? CUSTODY_DONE : CUSTODY_DISPUTED;
    return status;
}

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
    return look_whether_settled(s, view);
}

static enum till_status look_at_close(struct store *s, struct custody_view *view)
{
    struct ledger_slips slips;
    enum till_status status = ledger_slips_of(s, &view->row, &slips);
    view->slips_minor = slips.moved_minor;
    return status == TILL_OK && view->row.kind == KIND_CLOSED_IN_ABSENCE ? look_at_absence(s, view)
                                                                         : status;
}

enum till_status custody_takers(struct store *s, const uint8_t hash[HASH_SIZE], unsigned *count_out,
                                struct store_custody *first_out)
{
    struct store_custody taken = {0};
    enum till_status status;
    *count_out = 0;
    *first_out = (struct store_custody){0};
    while ((status = store_custody_naming(s, hash, taken.terminal, taken.seq, &taken)) == TILL_OK) {
        bool settled = false, undone = false;
        status = is_settled(s, &taken, &settled, &undone);
        if (status != TILL_OK) {
            return status;
        }
        if (!undone) {
            *first_out = *count_out == 0 ? taken : *first_out;
            ++*count_out;
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status look_at_given(struct store *s, struct custody_view *view)
{
    unsigned takers = 0;
    struct ledger_slips slips = {.known = false};
    bool is_handover = view->row.kind == KIND_HANDOVER_GIVEN; /* a drop has no slips */
    enum till_status status = custody_takers(s, view->row.hash, &takers, &view->with);
    view->open_minor = view->row.amount_minor;
    view->slips_minor = view->slips_open_minor = is_handover ? view->row.other_minor : 0;
    if (status != TILL_OK || takers == 0) {
        view->state = CUSTODY_OPEN;
        return status;
    }
    status = ledger_slips_of(s, &view->with, &slips);
    view->open_minor -= view->with.expected_minor;
    view->slips_open_minor -= slips.said_minor;
    if (status != TILL_OK || takers > 1) {
        view->state = CUSTODY_DISPUTED; /* until one of the takings is settled */
        return status;
    }
    /* Earlier software did not ask who received how many slips there were. */
    bool differs = view->open_minor != 0 || strcmp(view->with.user, view->row.other) != 0 ||
                   (slips.known && view->slips_open_minor != 0);
    view->state = differs ? CUSTODY_DISPUTED : CUSTODY_DONE;
    return look_whether_settled(s, view);
}

/* Taken of a giver who has not told, or after somebody else: it took out of transit what was not
 * there. */
static enum till_status look_at_taken(struct store *s, struct custody_view *view, bool known)
{
    bool settled = false, undone = false;
    struct ledger_slips slips = {.known = false};
    enum till_status status = is_settled(s, &view->row, &settled, &undone);
    if (status == TILL_OK && !undone) {
        status = ledger_slips_of(s, &view->row, &slips);
    }
    view->open_minor = undone ? 0 : -view->row.expected_minor;
    view->slips_minor = slips.moved_minor;
    view->slips_open_minor = -slips.said_minor;
    view->state = undone ? CUSTODY_DONE : known ? CUSTODY_DISPUTED : CUSTODY_OPEN;
    return status;
}

/* One that was taken before its giver had told: since they have, it stands with theirs, unless
 * somebody else's does. */
static enum till_status look_at_handover(struct store *s, struct custody_view *view, bool *on)
{
    struct store_custody given, first;
    unsigned takers = 0;
    if (view->row.kind != KIND_HANDOVER_TAKEN) {
        return look_at_given(s, view);
    }
    enum till_status status = store_custody_of_hash(s, view->row.named, &given);
    if (status == TILL_NOT_FOUND) {
        return look_at_taken(s, view, false);
    }
    if (status == TILL_OK) {
        status = custody_takers(s, view->row.named, &takers, &first);
    }
    *on = status == TILL_OK &&
          (strcmp(first.terminal, view->row.terminal) != 0 || first.seq != view->row.seq);
    if (*on) {
        view->with = given;
    }
    return *on ? look_at_taken(s, view, true) : status;
}

/* What the two sides differ by: as the record says itself, and as the bank says of it. */
static enum till_status difference(struct store *s, const struct store_custody *row,
                                   int64_t *difference_out)
{
    struct ledger_banked banked = {.gap_minor = 0};
    bool settled = false, undone = false;
    enum till_status status = bank_is_deposit(row) ? ledger_banked_of(s, row, &banked)
                                                   : is_settled(s, row, &settled, &undone);
    *difference_out = undone ? 0 : row->expected_minor - row->amount_minor + banked.gap_minor;
    return status;
}

/* The same of slips: those of a hand-over; what was explained of them. */
static enum till_status slips_difference(struct store *s, struct custody_view *view,
                                         int64_t *difference_out, int64_t *explained_out)
{
    struct ledger_slips slips;
    bool settled = false, undone = false;
    *difference_out = *explained_out = 0;
    enum till_status status = ledger_slips_of(s, &view->row, &slips);
    view->slips_minor = slips.moved_minor;
    if (status != TILL_OK || bank_is_deposit(&view->row)) {
        return status;
    }
    status = is_settled(s, &view->row, &settled, &undone);
    *difference_out = undone ? 0 : slips.short_minor;
    return status == TILL_OK
               ? store_custody_explained_slips(s, view->row.terminal, view->row.seq, explained_out)
               : status;
}

static enum till_status look_at_variance(struct store *s, struct custody_view *view, bool *on)
{
    int64_t difference_minor = 0, explained_minor = 0, slips_minor = 0, slips_explained_minor = 0;
    enum till_status status = difference(s, &view->row, &difference_minor);
    if (status == TILL_OK) {
        status = store_custody_explained(s, view->row.terminal, view->row.seq, &explained_minor);
    }
    if (status == TILL_OK) {
        status = slips_difference(s, view, &slips_minor, &slips_explained_minor);
    }
    *on = status == TILL_OK && (difference_minor != 0 || explained_minor != 0 || slips_minor != 0 ||
                                slips_explained_minor != 0);
    view->open_minor = difference_minor - explained_minor;
    view->slips_open_minor = slips_minor - slips_explained_minor;
    bool open = view->open_minor != 0 || view->slips_open_minor != 0;
    view->state = open ? CUSTODY_OPEN : CUSTODY_DONE;
    return status;
}

/* The bank's line of it; done once the bank has it, its cheques too, and nothing is left to be
 * explained. What differs by cheques is no shortage: they are in clearing. */
static enum till_status look_at_deposit(struct store *s, struct custody_view *view)
{
    bool on = false;
    struct ledger_slips slips;
    struct ledger_banked banked;
    enum till_status status = look_at_variance(s, view, &on);
    if (status == TILL_OK) {
        status = ledger_slips_of(s, &view->row, &slips);
    }
    int64_t returned_minor = 0;
    if (status == TILL_OK) {
        status = ledger_banked_of(s, &view->row, &banked);
    }
    if (status == TILL_OK) {
        status = ledger_returned_of(s, &view->row, &returned_minor);
    }
    if (status != TILL_OK) {
        return status;
    }
    bool there = view->line.reference[0] != '\0';
    view->slips_open_minor = slips.cheques_minor - banked.credited_minor - returned_minor;
    view->bank_minor = there ? view->row.amount_minor - banked.gap_minor : 0;
    bool cash = there || (view->row.amount_minor == 0 && slips.cheques_minor > 0);
    if (!cash || view->slips_open_minor != 0) {
        view->state = CUSTODY_OPEN;
    }
    return status;
}

static enum till_status look_at_bank(struct store *s, struct custody_view *view)
{
    if (!bank_is_deposit(&view->row)) {
        return TILL_OK;
    }
    enum till_status status = store_bank_of(s, view->row.terminal, view->row.seq, &view->line);
    if (status == TILL_NOT_FOUND) {
        view->line = (struct store_bank_line){0};
        return TILL_OK;
    }
    return status;
}

static enum till_status look(struct store *s, enum custody_list list, struct custody_view *view,
                             bool *on)
{
    enum till_status status;
    switch (list) {
    case CUSTODY_CLOSES:
        return look_at_close(s, view);
    case CUSTODY_HANDOVERS:
        return look_at_handover(s, view, on);
    case CUSTODY_MOVES:
        return TILL_OK;
    default:
        status = look_at_bank(s, view);
        break;
    }
    if (status != TILL_OK) {
        return status;
    }
    return list == CUSTODY_DEPOSITS ? look_at_deposit(s, view) : look_at_variance(s, view, on);
}

/* Is the row on the list? Then what became of it. */
static enum till_status view_on(struct store *s, enum custody_list list, struct custody_view *view,
                                bool *on_out)
{
    *on_out = is_on(list, &view->row);
    view->state = CUSTODY_DONE;
    view->open_minor = view->slips_minor = view->slips_open_minor = view->bank_minor = 0;
    view->with = (struct store_custody){0};
    view->line = (struct store_bank_line){0};
    return *on_out ? look(s, list, view, on_out) : TILL_OK;
}

enum till_status custody_open_minor(struct store *s, const struct store_custody *row,
                                    int64_t *open_minor_out)
{
    struct custody_view view = {.row = *row};
    bool on = false;
    enum till_status status = view_on(s, CUSTODY_VARIANCES, &view, &on);
    *open_minor_out = on ? view.open_minor : 0;
    return status;
}

enum till_status custody_open_slips_minor(struct store *s, const struct store_custody *row,
                                          int64_t *open_minor_out)
{
    struct custody_view view = {.row = *row};
    bool on = false;
    enum till_status status = view_on(s, CUSTODY_VARIANCES, &view, &on);
    *open_minor_out = on ? view.slips_open_minor : 0;
    return status;
}

/* The one that stands of two takings does not stand on the list by itself. */
static enum till_status look_at_one_of_many(struct store *s, struct custody_view *view)
{
    struct store_custody first;
    unsigned takers = 0;
    enum till_status status = custody_takers(s, view->row.named, &takers, &first);
    if (status == TILL_OK && takers > 1) {
        view->state = CUSTODY_DISPUTED;
        view->open_minor = -view->row.expected_minor;
    }
    return status;
}

enum till_status custody_look(struct store *s, const char *terminal, uint64_t seq,
                              struct custody_view *view_out)
{
    bool on = false;
    memset(view_out, 0, sizeof(*view_out));
    enum till_status status = store_custody_get(s, terminal, seq, &view_out->row);
    if (status != TILL_OK) {
        return status;
    }
    status = view_on(s, is_on(CUSTODY_CLOSES, &view_out->row) ? CUSTODY_CLOSES : CUSTODY_HANDOVERS,
                     view_out, &on);
    if (status == TILL_OK && !on && view_out->row.kind == KIND_HANDOVER_TAKEN) {
        status = look_at_one_of_many(s, view_out);
    }
    return status;
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
    static const enum custody_list lists[] = {CUSTODY_CLOSES, CUSTODY_HANDOVERS, CUSTODY_DEPOSITS,
                                              CUSTODY_VARIANCES};
    enum till_status status = TILL_OK;
    *out = false;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]) && status == TILL_OK && !*out; i++) {
        struct custody_view view = {.row = *row};
        bool on = false;
        status = view_on(s, lists[i], &view, &on);
        *out = on && view.state != CUSTODY_DONE;
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

/* Those who took it, one after the other or before it was given: which of them stands with it may
 * be another now. */
static enum till_status mark_takers(struct store *s, const uint8_t hash[HASH_SIZE])
{
    struct store_custody taken = {0};
    enum till_status status;
    while ((status = store_custody_naming(s, hash, taken.terminal, taken.seq, &taken)) == TILL_OK) {
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
        return mark_takers(s, row->hash);
    case KIND_HANDOVER_TAKEN:
        status = mark_takers(s, row->named);
        if (status == TILL_OK) {
            status = store_custody_of_hash(s, row->named, &other);
        }
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
