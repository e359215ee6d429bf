#include "days_check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "days_stock.h"

/* ---- people ---------------------------------------------------------------------------------- */

static void same(const struct days_log *log, const char *user, const char *what, int64_t is,
                 int64_t should, struct days_fault *f)
{
    if (is != should) {
        days_wrong(f, "%s: %s of %s is %" PRId64 ", by the entries %" PRId64, log->terminal, what,
                   user, is, should);
    }
}

static void check_person(const struct days_log *log, const struct days_person *p,
                         const struct fold_user *u, struct days_fault *f)
{
    same(log, p->user, "the bag", u->cash_minor, p->bag_minor, f);
    same(log, p->user, "cash held", u->held_minor, p->held_minor, f);
    same(log, p->user, "cash kept", u->kept_minor, p->kept_minor, f);
    same(log, p->user, "the variance", u->variance_minor, p->variance_minor, f);
    int64_t in_minor = p->opening_minor + p->taken_minor[TENDER_CASH] + p->paid_in_minor +
                       p->received_minor + p->closed_for_minor;
    int64_t out_minor = p->paid_out_minor + p->dropped_minor + p->given_minor + p->brought_minor +
                        p->short_minor + p->closed_by_minor;
    same(log, p->user, "what came in less what went out",
         u->cash_minor + u->held_minor + u->kept_minor, in_minor - out_minor, f);
}

void days_check_people(const struct days_log *log, const struct fold *fold, struct days_fault *f)
{
    struct days_tally tally;
    days_tally_make(&tally, log, f);
    for (uint8_t i = 0; i < fold->user_count && days_right(f); i++) {
        const struct days_person *p = days_tally_of(&tally, fold->users[i].user);
        if (p == NULL) {
            days_wrong(f, "%s: %s never worked here", log->terminal, fold->users[i].user);
        } else {
            check_person(log, p, &fold->users[i], f);
        }
    }
    same(log, "all", "what is in transit", fold->transit_minor,
         tally.given_minor - tally.taken_minor, f);
}

/* ---- the whole ------------------------------------------------------------------------------- */

void days_check_money(const struct days_log *const *logs, size_t count, struct days_fault *f)
{
    int64_t in_minor = 0, there_minor = 0, transit_minor = 0, bank_minor = 0, open_minor = 0;
    int64_t explained_minor = 0, short_minor = 0;
    for (size_t i = 0; i < count && days_right(f); i++) {
        struct days_tally t;
        days_tally_make(&t, logs[i], f);
        transit_minor += t.given_minor - t.taken_minor - t.elsewhere_minor;
        bank_minor += t.bank_drops_minor;
        for (size_t k = 0; k < t.count; k++) {
            const struct days_person *p = &t.people[k];
            in_minor += p->opening_minor + p->taken_minor[TENDER_CASH] + p->paid_in_minor -
                        p->paid_out_minor;
            there_minor += p->bag_minor + p->held_minor + p->kept_minor;
            bank_minor += p->deposited_minor;
            open_minor += p->variance_minor;
            explained_minor += p->explained_minor;
            short_minor += p->short_minor;
        }
    }
    int64_t out_minor =
        there_minor + transit_minor + bank_minor + open_minor + explained_minor + short_minor;
    if (in_minor != out_minor) {
        days_wrong(f,
                   "money in %" PRId64 " is not what there is: in hand %" PRId64
                   ", transit %" PRId64 ", bank %" PRId64 ", variance %" PRId64
                   ", explained %" PRId64 ", short %" PRId64,
                   in_minor, there_minor, transit_minor, bank_minor, open_minor, explained_minor,
                   short_minor);
    }
}

/* ---- paper ----------------------------------------------------------------------------------- */

static void check_range(const struct days_log *log, const struct days_stock *stock,
                        const struct days_range *range, const struct fold_stock *kept,
                        struct days_fault *f)
{
    struct body_stock_counted b;
    days_stock_count(stock, range, &b);
    if (range->type != kept->type || strcmp(range->series, kept->series) != 0 ||
        range->next != kept->next || range->last != kept->last) {
        days_wrong(
            f, "%s: a range is %" PRIu64 " to %" PRIu64 ", by the entries %" PRIu64 " to %" PRIu64,
            log->terminal, kept->next, kept->last, range->next, range->last);
        return;
    }
    same(log, range->series, "used paper", kept->used, b.used, f);
    same(log, range->series, "voided paper", kept->voided, b.voided, f);
    same(log, range->series, "spoiled paper", kept->spoiled, b.spoiled, f);
}

void days_check_stock(const struct days_log *log, const struct fold *fold, struct days_fault *f)
{
    struct days_stock stock;
    days_stock_make(&stock, log, f);
    if (days_right(f) && stock.range_count != fold->stock_count) {
        days_wrong(f, "%s: %u ranges are kept, by the entries %zu", log->terminal,
                   fold->stock_count, stock.range_count);
    }
    for (size_t i = 0; i < stock.range_count && days_right(f); i++) {
        check_range(log, &stock, &stock.ranges[i], &fold->stock[i], f);
    }
    days_stock_free(&stock);
}

/* ---- the fold -------------------------------------------------------------------------------- */

void days_check_fold(const struct days_log *log, const struct fold *kept, struct days_fault *f)
{
    uint8_t memory[2][FOLD_PACKED_MAX];
    struct buffer again, before;
    struct fold fresh;
    fold_init(&fresh);
    for (size_t i = 0; i < log->count && days_right(f); i++) {
        enum till_status status = fold_apply(&fresh, &log->entries[i], NULL);
        if (status != TILL_OK) {
            days_wrong(f, "%s: %s %zu can't follow: %s", log->terminal,
                       kind_name(log->entries[i].kind), i + 1, status_name(status));
        }
    }
    buffer_init(&again, memory[0], sizeof(memory[0]));
    buffer_init(&before, memory[1], sizeof(memory[1]));
    if (days_right(f) &&
        (fold_pack(&fresh, &again) != TILL_OK || fold_pack(kept, &before) != TILL_OK ||
         again.size != before.size || memcmp(again.data, before.data, again.size) != 0)) {
        days_wrong(f, "%s: the fold gone over anew is another one", log->terminal);
    }
}

void days_check_journal(const struct days_log *log, const struct fold *kept, struct days_fault *f)
{
    days_check_fold(log, kept, f);
    days_check_closes(log, NULL, f);
    days_check_people(log, kept, f);
    days_check_stock(log, kept, f);
}
