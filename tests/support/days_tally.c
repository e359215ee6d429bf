/* Who has which cash, by the entries. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "days_check.h"

struct following {
    const struct days_log *log;
    struct days_tally *tally;
    const struct entry *entry;
    struct days_fault *fault;
};

static struct days_person *person(struct days_tally *t, const char *user)
{
    for (size_t i = 0; i < t->count; i++) {
        if (strcmp(t->people[i].user, user) == 0) {
            return &t->people[i];
        }
    }
    if (t->count == DAYS_PEOPLE_MAX) {
        return NULL;
    }
    struct days_person *added = &t->people[t->count++];
    *added = (struct days_person){.bag_minor = 0};
    (void)snprintf(added->user, sizeof(added->user), "%.16s", user);
    return added;
}

const struct days_person *days_tally_of(const struct days_tally *t, const char *user)
{
    for (size_t i = 0; i < t->count; i++) {
        if (strcmp(t->people[i].user, user) == 0) {
            return &t->people[i];
        }
    }
    return NULL;
}

static void add_to(struct days_sum sums[DAYS_SUMS_MAX], const char *name, int64_t amount_minor)
{
    for (size_t i = 0; i < DAYS_SUMS_MAX; i++) {
        if (sums[i].name[0] == '\0') {
            (void)snprintf(sums[i].name, sizeof(sums[i].name), "%.16s", name);
        }
        if (strcmp(sums[i].name, name) == 0) {
            sums[i].amount_minor += amount_minor;
            return;
        }
    }
}

/* ---- at a stop ------------------------------------------------------------------------------- */

static void take(struct days_person *p, const struct body_collection *b, int64_t sign)
{
    int64_t cash_minor = collection_cash_minor(b);
    p->bag_minor += sign * cash_minor;
    p->taken_minor[TENDER_CASH] += sign * cash_minor;
    p->taken_minor[b->tender] += sign * (b->amount_minor - cash_minor);
    p->slips_bag_minor[b->tender] +=
        b->tender == TENDER_CASH ? 0 : sign * (b->amount_minor - cash_minor);
}

static void reverse(const struct following *f, struct days_person *p)
{
    struct body_reversal b;
    struct body_collection paid;
    bool read = entry_read_reversal(f->entry, &b) == TILL_OK;
    const struct entry *e = read ? days_log_at(f->log, b.seq) : NULL;
    if (e == NULL || entry_read_collection(e, &paid) != TILL_OK) {
        days_wrong(f->fault, "%s: reversal %" PRIu64 " is of nothing", f->log->terminal,
                   f->entry->seq);
        return;
    }
    take(p, &paid, -1);
}

static void move(const struct following *f, struct days_person *p)
{
    struct body_cash_move b;
    if (entry_read_cash_move(f->entry, &b) != TILL_OK) {
        return;
    }
    bool in = f->entry->kind == KIND_CASH_IN;
    p->bag_minor += in ? b.amount_minor : -b.amount_minor;
    *(in ? &p->paid_in_minor : &p->paid_out_minor) += b.amount_minor;
    (in ? f->tally->paid_in_minor : f->tally->paid_out_minor)[b.reason] += b.amount_minor;
}

static void drop(const struct following *f, struct days_person *p)
{
    struct body_cash_drop b;
    if (entry_read_cash_drop(f->entry, &b) == TILL_OK) {
        p->bag_minor -= b.amount_minor;
        p->dropped_minor += b.amount_minor;
        *(b.to == 1 ? &f->tally->given_minor : &f->tally->bank_drops_minor) += b.amount_minor;
    }
}

/* ---- slips ----------------------------------------------------------------------------------- */

/* What was counted beside the cash: the latest count of that shift, or (shift 0) the one before. */
static void counted_slips(const struct following *f, uint32_t shift, struct heaps *out,
                          int64_t *said_out)
{
    *out = (struct heaps){.count = 0};
    *said_out = 0;
    for (uint64_t seq = f->entry->seq - 1; seq > 0; seq--) {
        struct body_cash_count b;
        const struct entry *e = days_log_at(f->log, seq);
        if (e->kind == KIND_CASH_COUNT && entry_read_cash_count(e, &b) == TILL_OK &&
            (shift == 0 || b.shift == shift)) {
            bool read = heaps_read(b.tenders, out);
            *said_out = read ? b.slips_said_minor : 0;
            return;
        }
        if (shift == 0) {
            return;
        }
    }
}

static int64_t sum_of(const struct heaps *h)
{
    int64_t sum_minor = 0;
    return heaps_sum(h, &sum_minor) == TILL_OK ? sum_minor : 0;
}

/* Of the owner's bag into hand: as counted, where the Z says that it compared them. */
static void close_slips(const struct following *f, uint32_t shift, struct days_person *owner,
                        int64_t *hand_minor)
{
    struct body_shift_totals totals;
    struct heaps counted;
    int64_t said_minor = 0;
    const struct entry *before = days_log_at(f->log, f->entry->seq - 1);
    bool compared = entry_read_shift_totals(before, &totals) == TILL_OK && totals.slips_reason != 0;
    counted_slips(f, shift, &counted, &said_minor);
    for (int tender = 0; tender < DAYS_TENDERS; tender++) {
        int64_t taken_minor = owner->slips_bag_minor[tender];
        if (!tender_has_slip(tender)) {
            continue;
        }
        int64_t there_minor = compared ? heaps_value(&counted, tender) : taken_minor;
        *hand_minor += there_minor;
        *(tender == TENDER_CHEQUE ? &owner->cheques_short_minor
                                  : &f->tally->evidence_minor[tender]) += taken_minor - there_minor;
        owner->slips_bag_minor[tender] = 0;
    }
}

/* ---- the end of a shift ---------------------------------------------------------------------- */

static void close_own(const struct following *f, struct days_person *p)
{
    struct body_shift_closed b;
    if (entry_read_shift_closed(f->entry, &b) == TILL_OK) {
        p->short_minor += p->bag_minor - b.counted_minor;
        p->held_minor += b.counted_minor;
        p->bag_minor = 0;
        close_slips(f, b.shift, p, &p->slips_held_minor);
    }
}

static void close_absent(const struct following *f, struct days_person *p)
{
    struct body_closed_in_absence b;
    if (entry_read_closed_in_absence(f->entry, &b) != TILL_OK) {
        return;
    }
    struct days_person *owner = person(f->tally, b.owner);
    owner->short_minor += owner->bag_minor - b.counted_minor;
    owner->closed_by_minor += b.counted_minor;
    owner->bag_minor = 0;
    p->kept_minor += b.counted_minor;
    p->closed_for_minor += b.counted_minor;
    close_slips(f, b.shift, owner, &p->slips_kept_minor);
}

/* ---- on its way ------------------------------------------------------------------------------ */

static void give(const struct following *f, struct days_person *p)
{
    struct body_handover_given b;
    if (entry_read_handover_given(f->entry, &b) == TILL_OK) {
        *(b.source == CASH_KEPT ? &p->kept_minor : &p->held_minor) -= b.amount_minor;
        p->given_minor += b.amount_minor;
        f->tally->given_minor += b.amount_minor;
        *(b.source == CASH_KEPT ? &p->slips_kept_minor : &p->slips_held_minor) -= b.other_minor;
        f->tally->slips_given_minor += b.other_minor;
    }
}

static void receive(const struct following *f, struct days_person *p)
{
    struct body_handover_taken b;
    if (entry_read_handover_taken(f->entry, &b) == TILL_OK) {
        p->kept_minor += b.counted_minor;
        p->received_minor += b.counted_minor;
        p->variance_minor += b.amount_minor - b.counted_minor;
        *(b.seq != 0 ? &f->tally->taken_minor : &f->tally->elsewhere_minor) += b.amount_minor;
        struct heaps slips;
        int64_t said_minor = 0;
        counted_slips(f, 0, &slips, &said_minor);
        p->slips_kept_minor += sum_of(&slips);
        p->slips_variance_minor += said_minor - sum_of(&slips);
        f->tally->slips_taken_minor += said_minor;
    }
}

static void bring(const struct following *f, struct days_person *p)
{
    struct body_deposit b;
    if (entry_read_deposit(f->entry, &b) == TILL_OK) {
        *(b.source == CASH_KEPT ? &p->kept_minor : &p->held_minor) -= b.expected_minor;
        p->brought_minor += b.expected_minor;
        p->deposited_minor += b.amount_minor;
        p->variance_minor += b.expected_minor - b.amount_minor;
        add_to(f->tally->banks, b.bank, b.amount_minor);
        struct heaps slips;
        int64_t said_minor = 0, cheques_minor = b.other_minor;
        counted_slips(f, 0, &slips, &said_minor);
        *(b.source == CASH_KEPT ? &p->slips_kept_minor : &p->slips_held_minor) -= b.other_minor;
        for (size_t i = 0; i < slips.count; i++) {
            int64_t other = slips.list[i].of == TENDER_CHEQUE ? 0 : slips.list[i].value;
            f->tally->evidence_minor[slips.list[i].of] += other;
            cheques_minor -= other;
        }
        add_to(f->tally->clearing, b.bank, cheques_minor);
    }
}

static void explain(const struct following *f, struct days_person *p)
{
    struct body_variance_explained b;
    if (entry_read_variance_explained(f->entry, &b) == TILL_OK) {
        p->variance_minor -= b.amount_minor;
        p->explained_minor += b.amount_minor;
        add_to(f->tally->owners, b.owner, b.amount_minor);
    }
}

/* ---- entry by entry -------------------------------------------------------------------------- */

static void open(const struct following *f, struct days_person *p)
{
    struct body_shift_opened b;
    if (entry_read_shift_opened(f->entry, &b) == TILL_OK) {
        p->bag_minor += b.opening_minor;
        p->opening_minor += b.opening_minor;
    }
}

static void follow(const struct following *f, struct days_person *p)
{
    struct body_collection b;
    switch (f->entry->kind) { /* training's are other kinds */
    case KIND_SHIFT_OPENED:
        open(f, p);
        return;
    case KIND_REVERSAL:
        reverse(f, p);
        return;
    case KIND_CASH_IN:
    case KIND_CASH_OUT:
        move(f, p);
        return;
    case KIND_CASH_DROP:
        drop(f, p);
        return;
    case KIND_SHIFT_CLOSED:
        close_own(f, p);
        return;
    case KIND_CLOSED_IN_ABSENCE:
        close_absent(f, p);
        return;
    case KIND_HANDOVER_GIVEN:
        give(f, p);
        return;
    case KIND_HANDOVER_TAKEN:
        receive(f, p);
        return;
    case KIND_DEPOSIT:
        bring(f, p);
        return;
    case KIND_VARIANCE_EXPLAINED:
        explain(f, p);
        return;
    default:
        if (entry_read_payment(f->entry, &b, NULL) == TILL_OK &&
            !kind_is_training(f->entry->kind)) {
            take(p, &b, 1);
        }
    }
}

void days_tally_make(struct days_tally *t, const struct days_log *log, struct days_fault *f)
{
    *t = (struct days_tally){.count = 0};
    for (size_t i = 0; i < log->count && days_right(f); i++) {
        struct following one = {.log = log, .tally = t, .entry = &log->entries[i], .fault = f};
        const char *user = log->users[i];
        bool money = kind_is_money(one.entry->kind) && !kind_is_training(one.entry->kind);
        if (user[0] != '\0') {
            (void)person(t, user);
        } else if (money) {
            days_wrong(f, "%s: %s %" PRIu64 " is nobody's", log->terminal,
                       kind_name(one.entry->kind), one.entry->seq);
        }
        if (money && user[0] != '\0') {
            follow(&one, person(t, user));
        }
    }
}
