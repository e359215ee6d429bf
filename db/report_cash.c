/*
 * Entries of shifts and of cash that is carried: which shifts are not settled, and what of it is an
 * exception.
 */
#include <stdlib.h>
#include <string.h>

#include "report_entry.h"

/* Of one text; more is damage. */
enum { CLOSES_MAX = 16 };

/* ---- shifts ---------------------------------------------------------------------------------- */

static enum till_status shift_opened(struct report *r, const struct report_moment *m)
{
    struct body_shift_opened b;
    enum till_status status = entry_read_shift_opened(m->e, &b);

    if (status != TILL_OK)
        return status;
    struct sqlite_use use = report_use(r, REPORT_OPEN_SHIFT);
    sqlite_bind_integer(&use, b.shift);
    sqlite_bind_integer(&use, m->who);
    sqlite_bind_integer(&use, b.business_date);
    sqlite_bind_integer(&use, m->e->at_s);
    return sqlite_run(&use);
}

static enum till_status close_shift(struct report *r, const struct report_moment *m,
                                    const struct body_shift_closed *z, bool absent)
{
    struct sqlite_use use = report_use(r, REPORT_CLOSE_SHIFT);

    sqlite_bind_integer(&use, z->shift);
    sqlite_bind_integer(&use, m->e->at_s);
    sqlite_bind_integer(&use, z->receipts);
    sqlite_bind_integer(&use, z->taken_minor);
    sqlite_bind_integer(&use, z->expected_minor);
    sqlite_bind_integer(&use, z->counted_minor);
    sqlite_bind_integer(&use, z->z);
    sqlite_bind_unsigned(&use, m->e->seq);
    sqlite_bind_integer(&use, m->who);
    sqlite_bind_integer(&use, absent);
    return sqlite_run(&use);
}

/* Why stands in the totals, the entry before. */
static enum till_status look_over_short(struct report *r, const struct report_moment *m,
                                        int64_t who, int32_t date,
                                        const struct body_shift_closed *z)
{
    struct entry before;
    struct body_shift_totals totals = {0};

    if (z->counted_minor == z->expected_minor)
        return TILL_OK;
    enum till_status status = journal_read(m->from->journal, m->e->seq - 1, &before, NULL);
    if (status == TILL_OK)
        status = entry_read_shift_totals(&before, &totals);
    if (status != TILL_OK)
        return status;
    return report_note_of(
        r, m, who, date,
        &(struct report_note){.kind = REPORT_OVER_SHORT,
                              .amount_minor = z->expected_minor - z->counted_minor,
                              .number = totals.reason});
}

static enum till_status shift_closed(struct report *r, const struct report_moment *m)
{
    struct body_shift_closed z;
    const struct fold_user *owner = report_user(r, m->user);
    enum till_status status = entry_read_shift_closed(m->e, &z);

    if (status == TILL_OK)
        status = close_shift(r, m, &z, false);
    if (status != TILL_OK || owner == NULL)
        return status;
    return look_over_short(r, m, m->who, owner->business_date, &z);
}

static enum till_status closed_in_absence(struct report *r, const struct report_moment *m)
{
    struct body_closed_in_absence b;
    int64_t who = 0;
    enum till_status status = entry_read_closed_in_absence(m->e, &b);

    if (status == TILL_OK)
        status = report_who(r, b.owner, &who);
    if (status != TILL_OK)
        return status;
    const struct body_shift_closed z = {.z = b.z,
                                        .shift = b.shift,
                                        .expected_minor = b.expected_minor,
                                        .counted_minor = b.counted_minor,
                                        .taken_minor = b.taken_minor,
                                        .receipts = b.receipts};
    const struct fold_user *owner = report_user(r, b.owner);
    int32_t date = owner != NULL ? owner->business_date : m->date;
    status = close_shift(r, m, &z, true);
    if (status == TILL_OK)
        status = look_over_short(r, m, who, date, &z);
    if (status == TILL_OK)
        status = report_note_of(r, m, who, date,
                                &(struct report_note){.kind = REPORT_ABSENCE,
                                                      .amount_minor = b.counted_minor,
                                                      .open = true});
    return status;
}

static enum till_status absence_answered(struct report *r, const struct report_moment *m)
{
    struct body_absence_answered b;
    uint64_t seq = 0;
    enum till_status status = entry_read_absence_answered(m->e, &b);

    if (status != TILL_OK)
        return status;
    struct sqlite_use use = report_use(r, REPORT_ANSWER);
    sqlite_bind_integer(&use, b.z);
    status = sqlite_run(&use);
    if (status != TILL_OK)
        return status;
    use = report_use(r, REPORT_Z_SEQ);
    sqlite_bind_integer(&use, b.z);
    status = sqlite_next(&use);
    if (status == TILL_OK)
        status = sqlite_column_unsigned(&use, 0, &seq);
    sqlite_end(&use);
    if (status != TILL_OK)
        return status == TILL_NOT_FOUND ? TILL_OK : status;
    return report_change(r, REPORT_ANSWER_ABSENCE, report_note_id(seq, REPORT_ABSENCE), b.disputed);
}

/* By who received: what the giver said stands in it where it is another sum. */
static enum till_status slips_taken(struct report *r, const struct report_moment *m,
                                    const struct body_cash_count *b)
{
    struct heaps slips;
    int64_t slips_minor = 0;

    if (b->purpose != COUNT_TAKEN || !heaps_read(b->tenders, &slips) ||
        heaps_sum(&slips, &slips_minor) != TILL_OK || slips_minor == b->slips_said_minor)
        return TILL_OK;
    return report_note(r, m,
                       &(struct report_note){.kind = REPORT_SLIPS,
                                             .about = m->e->seq + 1,
                                             .amount_minor = b->slips_said_minor - slips_minor});
}

/* The date of the shift that is counted, and its owner's: not of who counts. */
static enum till_status counted(struct report *r, const struct report_moment *m)
{
    struct body_cash_count b;
    int64_t who = m->who;
    enum till_status status = entry_read_cash_count(m->e, &b);

    if (status == TILL_OK)
        status = slips_taken(r, m, &b);
    if (status != TILL_OK || b.attempt < 2)
        return status;
    const struct fold_user *owner = b.shift != 0 ? fold_shift(&r->fold, b.shift) : NULL;
    if (owner != NULL)
        status = report_who(r, owner->user, &who);
    if (status != TILL_OK)
        return status;
    return report_note_of(r, m, who, owner != NULL ? owner->business_date : m->date,
                          &(struct report_note){.kind = REPORT_RECOUNT,
                                                .amount_minor = b.amount_minor,
                                                .number = b.attempt});
}

/* Of papers of other tenders, by the totals and the count that stands. The Z follows at once. */
enum till_status report_slips(struct report *r, const struct report_moment *m)
{
    struct entry e;
    struct body_shift_totals totals;
    struct body_cash_count count;
    struct heaps taken, slips;
    int64_t who = 0;
    enum till_status status = entry_read_shift_totals(m->e, &totals);

    if (status != TILL_OK || totals.slips_reason == 0)
        return status;
    const struct fold_user *owner = fold_shift(&r->fold, totals.shift);
    if (owner == NULL)
        return TILL_E_PROTOCOL;
    status = journal_read(m->from->journal, owner->count_seq, &e, NULL);
    if (status == TILL_OK)
        status = entry_read_cash_count(&e, &count);
    if (status == TILL_OK)
        status = report_who(r, owner->user, &who);
    if (status != TILL_OK)
        return status;
    if (!heaps_read(totals.tenders, &taken) || !heaps_read(count.tenders, &slips))
        return TILL_E_PROTOCOL;
    return report_note_of(
        r, m, who, owner->business_date,
        &(struct report_note){.kind = REPORT_SLIPS,
                              .about = m->e->seq + 1,
                              .amount_minor = slips_short_minor(&taken, &slips, -1),
                              .number = totals.slips_reason});
}

/* What nobody else agreed to. */
static enum till_status paid_out(struct report *r, const struct report_moment *m)
{
    struct body_cash_move b;
    enum till_status status = entry_read_cash_move(m->e, &b);

    if (status != TILL_OK || strcmp(b.approver, m->user) != 0)
        return status;
    return report_note(r, m,
                       &(struct report_note){.kind = REPORT_OWN_OUT,
                                             .about = m->e->seq,
                                             .amount_minor = b.amount_minor,
                                             .number = b.reason});
}

/* ---- hand-over and deposit ------------------------------------------------------------------- */

static enum till_status settle(struct report *r, const struct report_moment *m, uint32_t first,
                               uint32_t last, int source)
{
    struct sqlite_use use = report_use(r, REPORT_SETTLE);

    sqlite_bind_integer(&use, first);
    sqlite_bind_integer(&use, last);
    sqlite_bind_integer(&use, m->who);
    sqlite_bind_integer(&use, source == CASH_KEPT);
    return sqlite_run(&use);
}

/* Zs went with it by their list; and all, where nothing is left in that hand. */
static enum till_status went(struct report *r, const struct report_moment *m, const char *closes,
                             int source)
{
    const struct fold_user *user = report_user(r, m->user);
    enum till_status status = TILL_OK;
    const char *at = closes;

    for (int i = 0; i < CLOSES_MAX && *at != '\0' && status == TILL_OK; i++) {
        char *end;
        uint32_t first = (uint32_t)strtoul(at, &end, 10);
        uint32_t last = *end == '-' ? (uint32_t)strtoul(end + 1, &end, 10) : first;

        at = *end == ',' ? end + 1 : end;
        status = first > 0 ? settle(r, m, first, last, source) : TILL_OK;
    }
    bool empty = user != NULL && (source == CASH_KEPT ? user->kept_minor : user->held_minor) == 0;
    return status == TILL_OK && empty ? settle(r, m, 1, UINT32_MAX, source) : status;
}

static enum till_status given(struct report *r, const struct report_moment *m)
{
    struct body_handover_given b;
    enum till_status status = entry_read_handover_given(m->e, &b);

    return status == TILL_OK ? went(r, m, b.closes, b.source) : status;
}

static enum till_status look_variance(struct report *r, const struct report_moment *m,
                                      uint64_t about, int64_t short_minor)
{
    if (short_minor == 0)
        return TILL_OK;
    return report_note(r, m,
                       &(struct report_note){.kind = REPORT_VARIANCE,
                                             .about = about,
                                             .amount_minor = short_minor,
                                             .number = short_minor,
                                             .open = true});
}

static enum till_status taken(struct report *r, const struct report_moment *m)
{
    struct body_handover_taken b;
    enum till_status status = entry_read_handover_taken(m->e, &b);

    return status == TILL_OK ? look_variance(r, m, b.seq, b.amount_minor - b.counted_minor)
                             : status;
}

static enum till_status deposited(struct report *r, const struct report_moment *m)
{
    struct body_deposit b;
    enum till_status status = entry_read_deposit(m->e, &b);

    if (status == TILL_OK)
        status = went(r, m, b.closes, b.source);
    return status == TILL_OK ? look_variance(r, m, 0, b.expected_minor - b.amount_minor) : status;
}

static enum till_status explained(struct report *r, const struct report_moment *m)
{
    struct body_variance_explained b;
    enum till_status status = entry_read_variance_explained(m->e, &b);

    return status == TILL_OK ? report_change(r, REPORT_EXPLAIN,
                                             report_note_id(b.seq, REPORT_VARIANCE), b.amount_minor)
                             : status;
}

/* ---- which of them --------------------------------------------------------------------------- */

enum till_status report_cash(struct report *r, const struct report_moment *m)
{
    switch (m->e->kind) {
    case KIND_SHIFT_OPENED:
        return shift_opened(r, m);
    case KIND_CASH_COUNT:
        return counted(r, m);
    case KIND_CASH_OUT:
        return paid_out(r, m);
    case KIND_SHIFT_CLOSED:
        return shift_closed(r, m);
    case KIND_CLOSED_IN_ABSENCE:
        return closed_in_absence(r, m);
    case KIND_ABSENCE_ANSWERED:
        return absence_answered(r, m);
    case KIND_HANDOVER_GIVEN:
        return given(r, m);
    case KIND_HANDOVER_TAKEN:
        return taken(r, m);
    case KIND_DEPOSIT:
        return deposited(r, m);
    case KIND_VARIANCE_EXPLAINED:
        return explained(r, m);
    default:
        return TILL_OK;
    }
}
