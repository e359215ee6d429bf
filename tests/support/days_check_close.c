/* A Z against the entries of its shift, figure by figure. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "days_check.h"

enum { SUMS_MAX = 512, DOUBTS_MAX = 64 };

/* Sums by number. */
struct sums {
    int64_t of[SUMS_MAX], value[SUMS_MAX];
    size_t count;
};

/* One user's open shift. */
struct shift {
    bool open;
    char user[USER_MAX];
    struct body_shift_opened opened;
    uint64_t first_seq, first_receipt_seq, last_receipt_seq;
    int64_t paid_in_minor, paid_out_minor, dropped_minor, late_fee_minor, advance_minor;
    int64_t reversed_minor, taken_minor;
    uint32_t receipts, reversals, duplicates;
    uint64_t for_two_seq;
    struct sums tenders, types, months;
    struct body_print doubts[DOUBTS_MAX];
    size_t doubt_count;
    uint64_t count_seq; /* the latest count of it */
    int64_t counted_minor;
};

struct closing {
    const struct days_log *log;
    struct shift shifts[DAYS_PEOPLE_MAX];
    int64_t grand_minor;
    uint32_t zs;
    struct body_shift_totals totals; /* of the entry before, where that was one */
    uint64_t totals_seq;
    struct days_fault *fault;
};

static void add(struct sums *s, int64_t of, int64_t value)
{
    size_t at = 0;
    while (at < s->count && s->of[at] != of) {
        at++;
    }
    if (at == s->count && s->count < SUMS_MAX) {
        s->of[s->count++] = of;
        s->value[at] = 0;
    }
    s->value[at < SUMS_MAX ? at : SUMS_MAX - 1] += value;
}

static int64_t sum_of(const struct sums *s, int64_t of)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->of[i] == of) {
            return s->value[i];
        }
    }
    return 0;
}

/* What is listed is right, and under 0 stands all that is not. */
static bool is_told(const struct sums *s, const char *text, bool whole)
{
    struct heaps told;
    int64_t rest = 0;
    if (!heaps_read(text, &told)) {
        return false;
    }
    for (size_t i = 0; i < s->count; i++) {
        rest += s->value[i];
    }
    int64_t under_zero = 0;
    for (size_t i = 0; i < told.count; i++) {
        const struct heap *heap = &told.list[i];
        if (heap->of == 0 && !whole) {
            under_zero = heap->value;
        } else if (heap->value != sum_of(s, heap->of)) {
            return false;
        } else {
            rest -= heap->value;
        }
    }
    return rest == under_zero;
}

/* ---- receipts -------------------------------------------------------------------------------- */

static void count_lines(const struct closing *c, struct shift *s, const struct entry *payment,
                        const struct body_collection *b, int64_t sign)
{
    struct days_paper paper;
    int64_t bills_minor = 0;
    days_paper_of(c->log, payment, &paper);
    if (!paper.known) {
        bills_minor = b->amount_minor - b->late_fee_minor;
        add(&s->types, 0, sign * bills_minor);
        add(&s->months, 0, sign * bills_minor);
    }
    for (size_t i = 0; i < paper.count; i++) {
        bills_minor += paper.lines[i].amount_minor;
        add(&s->types, paper.lines[i].type, sign * paper.lines[i].amount_minor);
        add(&s->months, paper.lines[i].month, sign * paper.lines[i].amount_minor);
    }
    s->late_fee_minor += sign * b->late_fee_minor;
    s->advance_minor += sign * (b->amount_minor - b->late_fee_minor - bills_minor);
}

static void count_payment(struct closing *c, struct shift *s, const struct entry *payment,
                          int64_t sign)
{
    struct body_collection b;
    if (entry_read_payment(payment, &b, NULL) != TILL_OK) {
        days_wrong(c->fault, "%s: %" PRIu64 " is no payment", c->log->terminal, payment->seq);
        return;
    }
    int64_t cash_minor = collection_cash_minor(&b);
    add(&s->tenders, TENDER_CASH, sign * cash_minor);
    add(&s->tenders, b.tender, sign * (b.amount_minor - cash_minor));
    s->taken_minor += sign * b.amount_minor;
    c->grand_minor += sign * b.amount_minor;
    count_lines(c, s, payment, &b, sign);
    if (sign > 0) {
        s->receipts++;
        s->first_receipt_seq = s->first_receipt_seq == 0 ? payment->seq : s->first_receipt_seq;
        s->last_receipt_seq = payment->seq;
    } else {
        s->reversals++;
        s->reversed_minor += b.amount_minor;
    }
}

static void count_cash(struct shift *s, const struct entry *e)
{
    struct body_cash_move move;
    struct body_cash_drop drop;
    if (entry_read_cash_move(e, &move) == TILL_OK) {
        *(e->kind == KIND_CASH_IN ? &s->paid_in_minor : &s->paid_out_minor) += move.amount_minor;
    } else if (entry_read_cash_drop(e, &drop) == TILL_OK) {
        s->dropped_minor += drop.amount_minor;
    }
}

/* Papers whose end is not known: uncertain, and not told whole since. */
static void count_print(struct shift *s, const struct entry *e)
{
    struct body_print b;
    size_t at = 0;
    if (entry_read_print(e, &b) != TILL_OK) {
        return;
    }
    while (at < s->doubt_count && (s->doubts[at].seq != b.seq || s->doubts[at].copy != b.copy)) {
        at++;
    }
    if (e->kind == KIND_DUPLICATE) {
        s->duplicates += b.copy > 1 || b.seq != s->for_two_seq;
    } else if (e->kind == KIND_PRINT_UNCERTAIN && at == s->doubt_count && at < DOUBTS_MAX) {
        s->doubts[s->doubt_count++] = b;
    } else if (e->kind == KIND_PRINT_DONE && at < s->doubt_count) {
        s->doubts[at] = s->doubts[--s->doubt_count];
    }
}

/* ---- the Z ----------------------------------------------------------------------------------- */

static struct shift *shift_of(struct closing *c, uint32_t number)
{
    for (size_t i = 0; i < DAYS_PEOPLE_MAX; i++) {
        if (c->shifts[i].open && c->shifts[i].opened.shift == number) {
            return &c->shifts[i];
        }
    }
    return NULL;
}

#define SAME(what, is, should)                                                                     \
    do {                                                                                           \
        if ((int64_t)(is) != (int64_t)(should)) {                                                  \
            days_wrong(c->fault, "%s: %s of %" PRIu64 " says %" PRId64 ", the entries %" PRId64,   \
                       c->log->terminal, what, e->seq, (int64_t)(is), (int64_t)(should));          \
        }                                                                                          \
    } while (0)

static int64_t cash_of(const struct shift *s)
{
    return s->opened.opening_minor + sum_of(&s->tenders, TENDER_CASH) + s->paid_in_minor -
           s->paid_out_minor - s->dropped_minor;
}

static void check_totals(struct closing *c, const struct entry *e)
{
    struct body_shift_totals *b = &c->totals;
    const struct shift *s = NULL;
    if (entry_read_shift_totals(e, b) == TILL_OK) {
        s = shift_of(c, b->shift);
    }
    if (s == NULL) {
        days_wrong(c->fault, "%s: totals %" PRIu64 " of no open shift", c->log->terminal, e->seq);
        return;
    }
    c->totals_seq = e->seq;
    SAME("business date", b->business_date, s->opened.business_date);
    SAME("first entry", b->first_seq, s->first_seq);
    SAME("first receipt", b->first_receipt_seq, s->first_receipt_seq);
    SAME("last receipt", b->last_receipt_seq, s->last_receipt_seq);
    SAME("opening cash", b->opening_minor, s->opened.opening_minor);
    SAME("paid in", b->paid_in_minor, s->paid_in_minor);
    SAME("paid out", b->paid_out_minor, s->paid_out_minor);
    SAME("dropped", b->dropped_minor, s->dropped_minor);
    SAME("late fee", b->late_fee_minor, s->late_fee_minor);
    SAME("advance", b->advance_minor, s->advance_minor);
    SAME("reversals", b->reversals, s->reversals);
    SAME("reversed", b->reversed_minor, s->reversed_minor);
    SAME("duplicates", b->duplicates, s->duplicates);
    SAME("uncertain papers", b->uncertain, s->doubt_count);
    SAME("grand total", b->grand_minor, c->grand_minor);
    SAME("a reason", b->reason != 0, s->counted_minor != cash_of(s));
    SAME("more unsent than there is", b->unsent < e->seq, true);
    SAME("tenders", is_told(&s->tenders, b->tenders, true), true);
    SAME("bill types", is_told(&s->types, b->types, false), true);
    SAME("bill months", is_told(&s->months, b->months, false), true);
}

static void check_z(struct closing *c, const struct entry *e)
{
    struct body_shift_closed z;
    struct body_closed_in_absence absent;
    if (entry_read_closed_in_absence(e, &absent) == TILL_OK) {
        z = (struct body_shift_closed){
            absent.z,           absent.shift,   absent.expected_minor, absent.counted_minor,
            absent.taken_minor, absent.receipts};
    } else if (entry_read_shift_closed(e, &z) != TILL_OK) {
        return;
    }
    struct shift *s = shift_of(c, z.shift);
    if (s == NULL || c->totals_seq + 1 != e->seq || c->totals.shift != z.shift) {
        days_wrong(c->fault, "%s: Z %" PRIu64 " without its shift or totals", c->log->terminal,
                   e->seq);
        return;
    }
    if (e->kind == KIND_CLOSED_IN_ABSENCE) {
        SAME("the owner", strcmp(absent.owner, s->user), 0);
    }
    SAME("number of the Z", z.z, ++c->zs);
    SAME("expected cash", z.expected_minor, cash_of(s));
    SAME("counted cash", z.counted_minor, s->counted_minor);
    SAME("taken", z.taken_minor, s->taken_minor);
    SAME("receipts", z.receipts, s->receipts);
    *s = (struct shift){.open = false};
}

/* ---- entry by entry -------------------------------------------------------------------------- */

static void open(struct closing *c, const struct entry *e, const char *user)
{
    for (size_t i = 0; i < DAYS_PEOPLE_MAX; i++) {
        struct shift *s = &c->shifts[i];
        if (!s->open && entry_read_shift_opened(e, &s->opened) == TILL_OK) {
            s->open = true;
            s->first_seq = e->seq;
            (void)snprintf(s->user, sizeof(s->user), "%.16s", user);
            return;
        }
    }
}

static void count_one(struct closing *c, struct shift *s, const struct entry *e)
{
    struct body_reversal reversal;
    switch (e->kind) {
    case KIND_COLLECTION:
    case KIND_ADVANCE:
    case KIND_MANUAL_RECEIPT:
        count_payment(c, s, e, 1);
        return;
    case KIND_REVERSAL:
        if (entry_read_reversal(e, &reversal) == TILL_OK) {
            count_payment(c, s, days_log_at(c->log, reversal.seq), -1);
        }
        return;
    case KIND_HANDOVER_GIVEN:
    case KIND_HANDOVER_TAKEN:
        s->for_two_seq = e->seq; /* the latest paper of which one is for each party */
        return;
    case KIND_DUPLICATE:
    case KIND_PRINT_DONE:
    case KIND_PRINT_UNCERTAIN:
        count_print(s, e);
        return;
    default:
        count_cash(s, e);
    }
}

static void follow(struct closing *c, const struct entry *e, const char *user)
{
    struct body_cash_count count;
    if (e->kind == KIND_SHIFT_OPENED) {
        open(c, e, user);
    } else if (e->kind == KIND_CASH_COUNT && entry_read_cash_count(e, &count) == TILL_OK &&
               count.shift != 0) {
        struct shift *s = shift_of(c, count.shift);
        if (s != NULL) {
            s->counted_minor = count.amount_minor;
        }
    } else if (e->kind == KIND_SHIFT_TOTALS) {
        check_totals(c, e);
    } else if (e->kind == KIND_SHIFT_CLOSED || e->kind == KIND_CLOSED_IN_ABSENCE) {
        check_z(c, e);
    } else {
        for (size_t i = 0; i < DAYS_PEOPLE_MAX; i++) {
            if (c->shifts[i].open && strcmp(c->shifts[i].user, user) == 0) {
                count_one(c, &c->shifts[i], e);
            }
        }
    }
}

void days_check_closes(const struct days_log *log, unsigned *zs_out, struct days_fault *f)
{
    struct closing *c = calloc(1, sizeof(*c));
    if (c == NULL) {
        days_wrong(f, "no memory");
        return;
    }
    c->log = log;
    c->fault = f;
    for (size_t i = 0; i < log->count && days_right(f); i++) {
        follow(c, &log->entries[i], log->users[i]);
    }
    if (zs_out != NULL) {
        *zs_out = c->zs;
    }
    free(c);
}
