/* The report file against the entries: takings in every division, exceptions, shifts. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cut_vfs.h"
#include "days_check.h"
#include "receipt.h"
#include "report.h"

enum { ROWS_MAX = 400, FIRST_DATE = 20200101, LAST_DATE = 20991231, SLICE_MS = 50 };

/* What one row of a division must say. */
struct part {
    enum report_by by;
    char key[USER_MAX];
    int32_t number;
    uint32_t receipts, reversals;
    int64_t amount_minor, reversed_minor;
};

struct adding {
    const struct days_log *log;
    struct part parts[ROWS_MAX];
    size_t count;
    unsigned exceptions[REPORT_EXCEPTION_COUNT];
    unsigned shifts;
    struct {
        char user[USER_MAX];
        int32_t date;
    } dates[DAYS_PEOPLE_MAX]; /* business date of each user's latest shift */
};

static struct part *part_of(struct adding *a, enum report_by by, const char *key, int32_t number)
{
    for (size_t i = 0; i < a->count; i++) {
        struct part *p = &a->parts[i];
        if (p->by == by && p->number == number && strcmp(p->key, key) == 0) {
            return p;
        }
    }
    if (a->count == ROWS_MAX) {
        return &a->parts[ROWS_MAX - 1];
    }
    struct part *added = &a->parts[a->count++];
    *added = (struct part){.by = by, .number = number};
    (void)snprintf(added->key, sizeof(added->key), "%.16s", key);
    return added;
}

static int32_t *date_of(struct adding *a, const char *user)
{
    size_t at = 0;
    while (at + 1 < DAYS_PEOPLE_MAX && a->dates[at].user[0] != '\0' &&
           strcmp(a->dates[at].user, user) != 0) {
        at++;
    }
    (void)snprintf(a->dates[at].user, USER_MAX, "%.16s", user);
    return &a->dates[at].date;
}

static void add_whole(struct part *p, int64_t amount_minor, int64_t sign)
{
    p->amount_minor += sign * amount_minor;
    p->receipts += sign > 0;
    p->reversals += sign < 0;
    p->reversed_minor += sign < 0 ? amount_minor : 0;
}

static void add_payment(struct adding *a, const struct entry *payment, const char *user,
                        int64_t sign)
{
    struct body_collection b;
    struct days_paper paper;
    if (entry_read_payment(payment, &b, NULL) != TILL_OK) {
        return;
    }
    int64_t cash_minor = collection_cash_minor(&b), bills_minor = 0;
    add_whole(part_of(a, REPORT_BY_DAY, "", *date_of(a, user)), b.amount_minor, sign);
    add_whole(part_of(a, REPORT_BY_COLLECTOR, user, 0), b.amount_minor, sign);
    part_of(a, REPORT_BY_TENDER, "", TENDER_CASH)->amount_minor += sign * cash_minor;
    part_of(a, REPORT_BY_TENDER, "", b.tender)->amount_minor +=
        sign * (b.amount_minor - cash_minor);
    days_paper_of(a->log, payment, &paper);
    if (!paper.known) {
        bills_minor = b.amount_minor - b.late_fee_minor;
        part_of(a, REPORT_BY_TYPE, "", 0)->amount_minor += sign * bills_minor;
    }
    for (size_t i = 0; i < paper.count; i++) {
        bills_minor += paper.lines[i].amount_minor;
        part_of(a, REPORT_BY_TYPE, "", paper.lines[i].type)->amount_minor +=
            sign * paper.lines[i].amount_minor;
    }
    part_of(a, REPORT_BY_TYPE, "", REPORT_TYPE_FEE)->amount_minor += sign * b.late_fee_minor;
    part_of(a, REPORT_BY_TYPE, "", REPORT_TYPE_ADVANCE)->amount_minor +=
        sign * (b.amount_minor - b.late_fee_minor - bills_minor);
}

/* ---- exceptions ------------------------------------------------------------------------------ */

static enum report_exception_kind exception_of(const struct entry *e)
{
    union {
        struct body_cash_count count;
        struct body_deposit deposit;
        struct body_handover_taken taken;
    } b;
    switch (e->kind) {
    case KIND_REVERSAL:
        return REPORT_REVERSAL;
    case KIND_CLOCK_CHANGED:
        return REPORT_CLOCK;
    case KIND_LOGIN_FAILED:
        return REPORT_LOGIN_FAILED;
    case KIND_CLOSED_IN_ABSENCE:
        return REPORT_ABSENCE;
    case KIND_MANUAL_RECEIPT:
        return REPORT_MANUAL;
    case KIND_STATIONERY_SPOILED:
    case KIND_STATIONERY_VOIDED:
    case KIND_STATIONERY_ADJUSTED:
        return REPORT_STATIONERY;
    default:
        break;
    }
    if (entry_read_cash_count(e, &b.count) == TILL_OK && b.count.attempt > 1) {
        return REPORT_RECOUNT;
    }
    if (entry_read_deposit(e, &b.deposit) == TILL_OK) {
        return b.deposit.amount_minor != b.deposit.expected_minor ? REPORT_VARIANCE : 0;
    }
    if (entry_read_handover_taken(e, &b.taken) == TILL_OK) {
        return b.taken.amount_minor != b.taken.counted_minor ? REPORT_VARIANCE : 0;
    }
    return 0;
}

/* The other party's paper of a hand-over is no duplicate. */
static bool is_again(const struct days_log *log, const struct entry *e)
{
    struct body_print print;
    return e->kind == KIND_DUPLICATE && entry_read_print(e, &print) == TILL_OK &&
           paper_duplicate(days_log_at(log, print.seq)->kind, print.copy) > 0;
}

static bool is_over_or_short(const struct entry *e)
{
    struct body_shift_closed z;
    struct body_closed_in_absence absent;
    if (entry_read_shift_closed(e, &z) == TILL_OK) {
        return z.expected_minor != z.counted_minor;
    }
    return entry_read_closed_in_absence(e, &absent) == TILL_OK &&
           absent.expected_minor != absent.counted_minor;
}

static void add_one(struct adding *a, const struct entry *e, const char *user)
{
    struct body_shift_opened opened;
    struct body_reversal reversal;
    struct body_cash_move move;
    if (kind_is_training(e->kind)) {
        return;
    }
    a->exceptions[exception_of(e)]++;
    a->exceptions[REPORT_DUPLICATE] += is_again(a->log, e);
    a->exceptions[REPORT_OWN_OUT] += entry_read_cash_move(e, &move) == TILL_OK &&
                                     e->kind == KIND_CASH_OUT && strcmp(move.approver, user) == 0;
    a->exceptions[REPORT_OVER_SHORT] += is_over_or_short(e);
    if (entry_read_shift_opened(e, &opened) == TILL_OK) {
        *date_of(a, user) = opened.business_date;
        a->shifts++;
    } else if (entry_read_reversal(e, &reversal) == TILL_OK) {
        add_payment(a, days_log_at(a->log, reversal.seq), user, -1);
    } else {
        add_payment(a, e, user, 1);
    }
}

/* ---- comparing ------------------------------------------------------------------------------- */

static void check_part(struct report *r, const struct adding *a, const struct part *p,
                       struct days_fault *f)
{
    static struct report_row rows[ROWS_MAX];
    struct report_question question = {.by = p->by, .from = FIRST_DATE, .to = LAST_DATE};
    size_t count = 0, total = 0;
    const struct report_row *found = NULL;
    enum till_status status = report_takings(r, &question, 0, rows, ROWS_MAX, &count, &total, NULL);
    for (size_t i = 0; i < count; i++) {
        bool same = rows[i].number == p->number && strcmp(rows[i].key, p->key) == 0;
        found = same ? &rows[i] : found;
    }
    int64_t amount_minor = found == NULL ? 0 : found->amount_minor;
    bool whole = p->by == REPORT_BY_DAY || p->by == REPORT_BY_COLLECTOR;
    if (status != TILL_OK || amount_minor != p->amount_minor) {
        days_wrong(f, "%s: the report %d of %s%d says %" PRId64 ", the entries %" PRId64 " (%s)",
                   a->log->terminal, p->by, p->key, p->number, amount_minor, p->amount_minor,
                   status_name(status));
    } else if (whole &&
               (found == NULL || found->receipts != p->receipts ||
                found->reversals != p->reversals || found->reversed_minor != p->reversed_minor)) {
        days_wrong(f, "%s: the report %d of %s%d has not %u receipts and %u reversals",
                   a->log->terminal, p->by, p->key, p->number, p->receipts, p->reversals);
    }
}

/* Of one kind: how many, and what of them is open in minor units. */
static void check_exceptions(struct report *r, const struct adding *a, int kind,
                             int64_t *open_minor, struct days_fault *f)
{
    struct report_exception row;
    size_t count = 0, total = 0, offset = 0;
    enum till_status status = TILL_OK;
    *open_minor = 0;
    do {
        status = report_exceptions(r, FIRST_DATE, LAST_DATE, 1u << kind, "", offset, &row, 1,
                                   &count, &total);
        *open_minor += status == TILL_OK && count == 1 ? row.number : 0;
        offset++;
    } while (status == TILL_OK && kind == REPORT_VARIANCE && offset < total);
    if (status != TILL_OK || total != a->exceptions[kind]) {
        days_wrong(f, "%s: the report has %zu of \"%s\", the entries %u (%s)", a->log->terminal,
                   total, report_exception_text(kind), a->exceptions[kind], status_name(status));
    }
}

static void compare(struct report *r, const struct adding *a, struct days_fault *f)
{
    static const int kinds[] = {REPORT_REVERSAL,     REPORT_DUPLICATE,  REPORT_CLOCK,
                                REPORT_LOGIN_FAILED, REPORT_OVER_SHORT, REPORT_RECOUNT,
                                REPORT_ABSENCE,      REPORT_STATIONERY, REPORT_MANUAL,
                                REPORT_OWN_OUT,      REPORT_VARIANCE};
    struct days_tally tally;
    struct report_shift shift;
    size_t count = 0, total = 0;
    int64_t open_minor = 0, variance_minor = 0;
    for (size_t i = 0; i < a->count && days_right(f); i++) {
        check_part(r, a, &a->parts[i], f);
    }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && days_right(f); i++) {
        check_exceptions(r, a, kinds[i], &open_minor, f);
    }
    days_tally_make(&tally, a->log, f);
    for (size_t i = 0; i < tally.count; i++) {
        variance_minor += tally.people[i].variance_minor;
    }
    if (open_minor != variance_minor) {
        days_wrong(f, "%s: the report has %" PRId64 " not explained, the entries %" PRId64,
                   a->log->terminal, open_minor, variance_minor);
    }
    if (report_shifts(r, true, 0, &shift, 1, &count, &total) != TILL_OK || total != a->shifts) {
        days_wrong(f, "%s: the report has %zu shifts of %u", a->log->terminal, total, a->shifts);
    }
}

/* ---- the file -------------------------------------------------------------------------------- */

static enum till_status unpack(void *context, struct span packed,
                               struct allocation_line lines_out[BILLS_MAX], size_t *count_out)
{
    static struct receipt receipt;
    (void)context;
    enum till_status status = receipt_unpack(packed, &receipt);
    if (status == TILL_OK) {
        memcpy(lines_out, receipt.items, sizeof(receipt.items));
        *count_out = receipt.item_count;
    }
    return status;
}

void days_check_report(const struct days_log *log, struct journal *journal, const char *path,
                       struct days_fault *f)
{
    static struct adding a;
    struct report_paper paper = {.lines = unpack};
    struct report *r = NULL;
    bool done = false;
    if (!days_right(f)) {
        return;
    }
    enum till_status status = report_open(path, CUT_VFS, &r);
    while (status == TILL_OK && !done) {
        status = report_read(r, journal, NULL, &paper, SLICE_MS, &done);
    }
    if (status != TILL_OK || report_seq(r) != log->count) {
        days_wrong(f, "%s: the report is not read: %s", log->terminal, status_name(status));
    } else {
        memset(&a, 0, sizeof(a));
        a.log = log;
        for (size_t i = 0; i < log->count; i++) {
            add_one(&a, &log->entries[i], log->users[i]);
        }
        compare(r, &a, f);
    }
    report_close(r);
}
