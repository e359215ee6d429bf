#include "day.h"

#include <string.h>

#include "ledger.h"
#include "money.h"
#include "text.h"
#include "when.h"

struct walk {
    struct store *store;
    const char *zone;
    int32_t date;
    day_visit *visit;
    void *context;
    struct day_sums *sums;
};

static enum till_status add(int64_t *sum_minor, int64_t amount_minor)
{
    return money_add(*sum_minor, amount_minor, sum_minor);
}

/* Days since; nothing that is later than the date is on the sheet. */
static bool is_up_to(const struct walk *w, int32_t date, struct day_row *row)
{
    row->age_days = when_days_between(date, w->date);
    return row->age_days >= 0;
}

static enum till_status take_close(struct walk *w, struct day_row *row, bool *shown)
{
    const struct store_custody *c = &row->view.row;
    *shown = row->age_days == 0 || row->view.state != CUSTODY_DONE;
    if (row->age_days != 0) {
        return TILL_OK;
    }
    enum till_status status = add(&w->sums->expected_minor, c->expected_minor);
    return status == TILL_OK ? add(&w->sums->counted_minor, c->amount_minor) : status;
}

static enum till_status take_deposit(struct walk *w, struct day_row *row, bool *shown)
{
    const struct store_custody *c = &row->view.row;
    row->line = row->view.line;
    bool there = row->line.reference[0] != '\0';
    bool differs = there && row->view.bank_minor != c->amount_minor;
    *shown = row->age_days == 0 || !there || (differs && row->view.open_minor != 0) ||
             row->view.slips_open_minor != 0;
    if (row->age_days != 0) {
        return TILL_OK;
    }
    enum till_status status = add(&w->sums->deposited_minor, c->amount_minor);
    return status == TILL_OK && there ? add(&w->sums->bank_minor, row->view.bank_minor) : status;
}

static enum till_status take_move(struct walk *w, const struct day_row *row, bool *shown)
{
    const struct store_custody *c = &row->view.row;
    *shown = row->age_days == 0;
    if (!*shown) {
        return TILL_OK;
    }
    bool in = c->kind == KIND_CASH_IN;
    return add(in ? &w->sums->paid_in_minor : &w->sums->paid_out_minor, c->amount_minor);
}

static enum till_status take(struct walk *w, struct day_row *row, bool *shown)
{
    *shown = row->age_days == 0 || row->view.state != CUSTODY_DONE;
    switch (row->part) {
    case DAY_CLOSES:
        return take_close(w, row, shown);
    case DAY_HANDOVERS:
        return add(&w->sums->transit_minor, row->view.open_minor);
    case DAY_DEPOSITS:
        return take_deposit(w, row, shown);
    case DAY_MOVES:
        return take_move(w, row, shown);
    default:
        return add(&w->sums->variance_minor, row->view.open_minor);
    }
}

static const enum custody_list lists[] = {[DAY_CLOSES] = CUSTODY_CLOSES,
                                          [DAY_MOVES] = CUSTODY_MOVES,
                                          [DAY_HANDOVERS] = CUSTODY_HANDOVERS,
                                          [DAY_DEPOSITS] = CUSTODY_DEPOSITS,
                                          [DAY_VARIANCES] = CUSTODY_VARIANCES};

/* A row of the date, or one from before that waits. */
static enum till_status show(struct walk *w, struct day_row *row)
{
    bool shown = false;
    row->line = (struct store_bank_line){0};
    enum till_status status = take(w, row, &shown);
    return status == TILL_OK && shown ? w->visit(w->context, row) : status;
}

static enum till_status walk_date(struct walk *w, enum day_part part)
{
    struct day_row row = {.part = part};
    struct custody_span span = custody_span_of(w->zone, w->date);
    enum till_status status = TILL_OK;
    row.view.row.at_s = span.from_s;
    while ((status = custody_step(w->store, lists[part], CUSTODY_BY_TIME, &row.view)) == TILL_OK &&
           row.view.row.at_s <= span.until_s) {
        if (is_up_to(w, when_date(w->zone, row.view.row.at_s), &row) && row.age_days == 0) {
            status = show(w, &row);
        }
        if (status != TILL_OK) {
            return status;
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status walk_waiting(struct walk *w, enum day_part part)
{
    struct day_row row = {.part = part};
    enum till_status status = TILL_OK;
    while ((status = custody_step(w->store, lists[part], CUSTODY_WAITING, &row.view)) == TILL_OK) {
        if (is_up_to(w, when_date(w->zone, row.view.row.at_s), &row) && row.age_days > 0) {
            status = show(w, &row);
        }
        if (status != TILL_OK) {
            return status;
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* What is on its way and at the bank stands among hand-overs and deposits. */
static enum till_status take_slips(void *context, const struct slips_row *slips)
{
    struct walk *w = context;
    struct day_row row = {.part = DAY_SLIPS, .place = slips->place};
    bool later = slips->at_s != 0 && !is_up_to(w, when_date(w->zone, slips->at_s), &row);
    if (slips->place == SLIPS_IN_BAG || later) {
        return TILL_OK; /* as with cash: what nobody has counted yet is not on it */
    }
    if (slips->place == SLIPS_ON_WAY) {
        return add(&w->sums->slips_transit_minor, slips->amount_minor);
    }
    if (slips->place == SLIPS_AT_BANK) {
        return add(&w->sums->slips_bank_minor, slips->amount_minor);
    }
    enum till_status status = add(&w->sums->slips_hand_minor, slips->amount_minor);
    row.view.slips_minor = slips->amount_minor;
    row.view.state = CUSTODY_OPEN;
    row.view.row.seq = slips->seq;
    row.view.row.at_s = slips->at_s;
    text_copy(row.view.row.terminal, sizeof(row.view.row.terminal), slips->terminal);
    text_copy(row.view.row.user, sizeof(row.view.row.user), slips->user);
    return status == TILL_OK ? w->visit(w->context, &row) : status;
}

static enum till_status walk_slips(struct walk *w)
{
    enum till_status status = slips_walk(w->store, take_slips, w);
    return status == TILL_OK ? store_balance_prefix(w->store, LEDGER_SLIPS_VARIANCE,
                                                    &w->sums->slips_variance_minor)
                             : status;
}

static enum till_status walk_bank(struct walk *w)
{
    struct day_row row = {.part = DAY_BANK};
    enum till_status status = TILL_OK;
    while ((status = store_bank_open(w->store, row.line.bank, row.line.reference, &row.line)) ==
           TILL_OK) {
        if (row.line.amount_minor < 0 || !is_up_to(w, row.line.date, &row)) {
            continue;
        }
        status = add(&w->sums->unknown_minor, row.line.amount_minor);
        if (status == TILL_OK) {
            status = w->visit(w->context, &row);
        }
        if (status != TILL_OK) {
            return status;
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status day_walk(struct store *s, const char *zone, int32_t date, day_visit *visit,
                          void *context, struct day_sums *sums_out)
{
    struct walk w = {s, zone, date, visit, context, sums_out};
    enum till_status status = TILL_OK;
    *sums_out = (struct day_sums){0};
    for (int part = DAY_CLOSES; part < DAY_SLIPS && status == TILL_OK; part++) {
        status = walk_date(&w, (enum day_part)part);
        if (status == TILL_OK) {
            status = walk_waiting(&w, (enum day_part)part);
        }
    }
    if (status == TILL_OK) {
        status = walk_slips(&w);
    }
    return status == TILL_OK ? walk_bank(&w) : status;
}
