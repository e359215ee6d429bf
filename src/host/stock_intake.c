#include "stock_intake_inside.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm.h"
#include "log.h"
#include "store_invoice.h"
#include "text.h"
#include "when.h"

enum {
    DAY_S = 86400,
    LATE_DAYS_MOST = 99999,
    ALARMS_MAX = 8 /* of one batch; what is beyond stands in the check */
};

/* Numbers that wait to be written together. */
struct pending {
    struct store_stock_number rows[STOCK_PUT_MAX];
    size_t count;
    bool any; /* some were written */
};

/* ---- gathering ------------------------------------------------------------------------------- */

static bool is_paper(const struct entry *e)
{
    switch (e->kind) {
    case KIND_STATIONERY_RECEIVED:
    case KIND_STATIONERY_USED:
    case KIND_STATIONERY_SPOILED:
    case KIND_STATIONERY_VOIDED:
    case KIND_STATIONERY_RETURNED:
    case KIND_STATIONERY_COUNTED:
    case KIND_STATIONERY_ADJUSTED:
    case KIND_INVOICE_REQUEST:
    case KIND_MANUAL_RECEIPT:
        return true;
    default:
        return false;
    }
}

enum till_status stock_intake_add(struct stock_intake *i, const struct entry *e, const char *user)
{
    if (!is_paper(e)) {
        return TILL_OK;
    }
    if (i->papers == NULL) {
        i->papers = calloc(i->entry_count, sizeof(*i->papers));
    }
    if (i->papers == NULL) {
        return TILL_E_MEMORY;
    }
    assert(i->paper_count < i->entry_count);
    struct stock_paper *paper = &i->papers[i->paper_count++];
    paper->entry = e;
    text_copy(paper->user, sizeof(paper->user), user);
    return TILL_OK;
}

void stock_intake_free(struct stock_intake *i)
{
    free(i->papers);
    i->papers = NULL;
    i->paper_count = 0;
}

/* ---- telling --------------------------------------------------------------------------------- */

enum till_status stock_intake_tell(struct stock_intake *i, const char *text)
{
    if (i->alarms > ALARMS_MAX) {
        return TILL_OK;
    }
    if (i->alarms++ == ALARMS_MAX) {
        text = N_("and more in the same batch: see `stock check`");
    }
    return alarm_put(i->store, i->now_s, i->terminal, "stationery", text);
}

struct stock_number stock_number_at(int type, const char *series, uint64_t number)
{
    struct stock_number n = {.type = type, .number = number};
    text_copy(n.series, sizeof(n.series), series);
    return n;
}

/* %5: the other record, the user, or the days. */
static const char *finding_words(enum stock_odd what)
{
    switch (what) {
    case STOCK_ODD_TWICE:
        return N_("%1 %2 of %3 in record %4: record %5 has the same number");
    case STOCK_ODD_NEVER_HAD:
        return N_("%1 %2 of %3 in record %4: neither %5 nor this terminal was ever given it");
    case STOCK_ODD_PAPERS:
        return N_("%1 %2 of %3 in record %4: that of record %5 stands for the same receipt");
    case STOCK_ODD_INVOICES:
        return N_("%1 %2 of %3 in record %4: the invoice of record %5 stands for the same bill");
    default:
        return N_("%1 %2 of %3 in record %4: recorded %5 days after it was written");
    }
}

static enum till_status tell_finding(struct stock_intake *i, const struct stock_finding *f)
{
    struct store_stock_number row;
    struct alarm_text text;
    char number[STOCK_TEXT_MAX];
    enum till_status status = store_stock_number_next(i->store, i->terminal, f->seq - 1, &row);
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND ? TILL_E_CORRUPT : status;
    }
    struct stock_number n = stock_number_at(row.type, row.series, row.first);
    stock_number_format(&n, number);
    bool late = f->what == STOCK_ODD_DATE;
    alarm_say(&text, late && row.late_days <= 0 ? N_("%1 %2 of %3 in record %4: written after it "
                                                     "was recorded (%5 days)")
                                                : finding_words(f->what));
    alarm_add_words(&text, stock_type_text(row.type));
    alarm_add_text(&text, number);
    alarm_add_text(&text, row.user);
    alarm_add_number(&text, row.seq);
    if (late) {
        alarm_add_number(&text, (uint64_t)labs((long)row.late_days));
    } else {
        alarm_add_text(&text, f->what == STOCK_ODD_NEVER_HAD ? row.user : f->other);
    }
    return stock_intake_tell(i, text.stored);
}

/* Of the records first..last. */
static enum till_status tell_findings(struct stock_intake *i, uint64_t first, uint64_t last)
{
    struct stock_finding list[STOCK_FINDINGS_MAX];
    uint64_t through = 0;
    size_t count = 0;
    enum till_status status =
        store_stock_findings(i->store, i->terminal, first, last, true, list, &count, &through);
    for (size_t at = 0; at < count && status == TILL_OK && i->alarms <= ALARMS_MAX; at++) {
        status = tell_finding(i, &list[at]);
    }
    return status;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static enum till_status flush(struct stock_intake *i, struct pending *p)
{
    size_t count = p->count;
    p->count = 0;
    p->any = p->any || count > 0;
    enum till_status status = store_stock_numbers_put(i->store, p->rows, count);
    if (status == TILL_BAD_INPUT) {
        /* Bodies were read strictly: this is a fault of ours, and no reason to refuse records. */
        log_error("terminal %s: numbers of paper can't be kept", i->terminal);
        return TILL_OK;
    }
    return status;
}

/* A new row; to be filled in by the caller before anything else is done. */
static enum till_status next_row(struct stock_intake *i, struct pending *p,
                                 const struct stock_paper *paper, struct store_stock_number **out)
{
    enum till_status status = p->count == STOCK_PUT_MAX ? flush(i, p) : TILL_OK;
    *out = &p->rows[p->count];
    if (status == TILL_OK) {
        **out = (struct store_stock_number){.seq = paper->entry->seq, .at_s = paper->entry->at_s};
        text_copy((*out)->terminal, sizeof((*out)->terminal), i->terminal);
        text_copy((*out)->user, sizeof((*out)->user), paper->user);
        p->count++;
    }
    return status;
}

static void set_numbers(struct store_stock_number *row, const struct stock_number *n, uint64_t last)
{
    row->type = n->type;
    text_copy(row->series, sizeof(row->series), n->series);
    row->first = n->number;
    row->last = last;
}

/* Whose payment the paper tells of, and how much it was; of other papers nothing. */
static enum till_status find_face(const struct stock_intake *i, struct store_stock_number *row)
{
    struct body_collection payment;
    struct entry stored;
    const struct entry *e = NULL;
    uint64_t from = i->entries[0].seq;
    enum till_status status = TILL_OK;
    if (row->receipt >= from && row->receipt - from < i->entry_count) {
        e = &i->entries[row->receipt - from];
    } else {
        status = store_entry_get(i->store, i->terminal, row->receipt, &stored);
        e = &stored;
    }
    if (status == TILL_OK && entry_read_payment(e, &payment, NULL) == TILL_OK) {
        text_copy(row->account, sizeof(row->account), payment.account);
        row->face_minor = payment.amount_minor;
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status take_used(struct stock_intake *i, struct pending *p,
                                  const struct stock_paper *paper)
{
    struct body_stock_used b;
    struct store_stock_number *row;
    enum till_status status = entry_read_stock_used(paper->entry, &b);
    if (status == TILL_OK) {
        status = next_row(i, p, paper, &row);
    }
    if (status != TILL_OK) {
        return status;
    }
    set_numbers(row, &b.number, b.number.number);
    row->state = STOCK_USED;
    row->receipt = b.seq;
    row->copy = b.copy;
    return find_face(i, row);
}

static enum till_status take_ended(struct stock_intake *i, struct pending *p,
                                   const struct stock_paper *paper)
{
    struct body_stock_ended b;
    struct store_stock_number *row;
    bool voided = paper->entry->kind == KIND_STATIONERY_VOIDED;
    enum till_status status = entry_read_stock_ended(paper->entry, &b);
    if (status == TILL_OK) {
        status = flush(i, p); /* it may be among those that wait */
    }
    if (status != TILL_OK) {
        return status;
    }
    struct stock_end end = {.terminal = i->terminal,
                            .number = &b.number,
                            .state = voided ? STOCK_VOIDED : STOCK_SPOILED,
                            .ended = paper->entry->seq,
                            .reason = b.reason,
                            .all_copies = b.all_copies};
    status = store_stock_end(i->store, &end);
    if (status == TILL_NOT_FOUND) {
        status = next_row(i, p, paper, &row);
        if (status == TILL_OK) {
            set_numbers(row, &b.number, b.number.number);
            row->state = end.state;
            row->receipt = b.seq;
            row->reason = b.reason;
            row->ended = end.ended;
            row->all_copies = b.all_copies;
            status = b.seq > 0 ? find_face(i, row) : TILL_OK;
        }
    }
    return status;
}

static enum till_status take_adjusted(struct stock_intake *i, struct pending *p,
                                      const struct stock_paper *paper)
{
    struct body_stock_adjusted b;
    struct store_stock_number *row;
    enum till_status status = entry_read_stock_adjusted(paper->entry, &b);
    if (status == TILL_OK && b.hand < b.screen.number) {
        struct stock_number first = b.screen;
        first.number = b.hand;
        status = flush(i, p);
        return status == TILL_OK
                   ? store_stock_restore(i->store, i->terminal, &first, b.screen.number - 1)
                   : status;
    }
    if (status == TILL_OK) {
        status = next_row(i, p, paper, &row);
    }
    if (status == TILL_OK) {
        set_numbers(row, &b.screen, b.hand - 1);
        row->state = STOCK_SPOILED;
        row->reason = b.reason;
        row->ended = paper->entry->seq;
    }
    return status;
}

/* Days between the hand that gave the money and the record, where they are too many. */
static int32_t late_days(int64_t taken_at_s, int64_t at_s)
{
    int64_t days = (at_s - taken_at_s) / DAY_S;
    if (taken_at_s > at_s) {
        days = days > -LATE_DAYS_MOST ? days - 1 : -LATE_DAYS_MOST;
        return (int32_t)days;
    }
    if (days < STOCK_LATE_DAYS) {
        return 0;
    }
    return (int32_t)(days < LATE_DAYS_MOST ? days : LATE_DAYS_MOST);
}

static enum till_status take_manual(struct stock_intake *i, struct pending *p,
                                    const struct stock_paper *paper)
{
    struct body_manual_receipt b;
    struct stock_number n;
    struct store_stock_number *row;
    enum till_status status = entry_read_manual_receipt(paper->entry, &b);
    if (status == TILL_OK && !stock_number_read(b.number, STOCK_MANUAL, &n)) {
        status = TILL_E_PROTOCOL;
    }
    if (status == TILL_OK) {
        status = next_row(i, p, paper, &row);
    }
    if (status == TILL_OK) {
        set_numbers(row, &n, n.number);
        row->state = STOCK_WRITTEN;
        row->receipt = paper->entry->seq;
        row->face_minor = b.amount_minor;
        row->late_days = late_days(b.taken_at_s, paper->entry->at_s);
        text_copy(row->account, sizeof(row->account), b.account);
    }
    return status;
}

/* ---- counts ---------------------------------------------------------------------------------- */

/* Where the range begins that this terminal took over and that has the number; else the number. */
static enum till_status begin_of_range(const struct stock_intake *i, const struct stock_number *n,
                                       uint64_t *first_out)
{
    struct store_stock_move m = {0};
    enum till_status status = TILL_OK;
    *first_out = n->number;
    while ((status = store_stock_move_of(i->store, n, m.id, &m)) == TILL_OK) {
        if (m.act == STOCK_TAKEN_OVER && strcmp(m.terminal, i->terminal) == 0) {
            *first_out = m.first;
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status take_counted(struct stock_intake *i, struct pending *p,
                                     const struct stock_paper *paper)
{
    struct body_stock_counted b;
    uint64_t first = 0;
    enum till_status status = entry_read_stock_counted(paper->entry, &b);
    if (status != TILL_OK) {
        return status;
    }
    struct store_stock_count c = {.seq = paper->entry->seq,
                                  .at_s = paper->entry->at_s,
                                  .date = when_date(i->site->zone, paper->entry->at_s),
                                  .type = b.next.type,
                                  .next = b.next.number,
                                  .used = b.used,
                                  .voided = b.voided,
                                  .spoiled = b.spoiled,
                                  .unused = b.unused,
                                  .face_minor = b.face_minor};
    text_copy(c.terminal, sizeof(c.terminal), i->terminal);
    text_copy(c.user, sizeof(c.user), paper->user);
    text_copy(c.series, sizeof(c.series), b.next.series);
    /* Of an empty range the next number is another's, or nobody's. */
    struct stock_number in = b.next;
    in.number -= b.unused == 0 && in.number > 1 ? 1 : 0;
    status = flush(i, p);
    if (status == TILL_OK) {
        status = begin_of_range(i, &in, &first);
    }
    if (status == TILL_OK) {
        status = store_stock_count_put(i->store, first, &c);
    }
    return status == TILL_UNCHANGED || status == TILL_BAD_INPUT ? TILL_OK : status;
}

/* ---- invoices -------------------------------------------------------------------------------- */

static enum till_status take_request(struct stock_intake *i, const struct stock_paper *paper)
{
    struct body_invoice_request b;
    struct store_invoice invoice = {
        .seq = paper->entry->seq, .at_s = paper->entry->at_s, .state = INVOICE_OPEN};
    enum till_status status = entry_read_invoice_request(paper->entry, &b);
    if (status != TILL_OK) {
        return status;
    }
    invoice.receipt = b.seq;
    invoice.electronic = b.electronic;
    text_copy(invoice.terminal, sizeof(invoice.terminal), i->terminal);
    text_copy(invoice.user, sizeof(invoice.user), paper->user);
    text_copy(invoice.account, sizeof(invoice.account), b.account);
    text_copy(invoice.title, sizeof(invoice.title), b.title);
    text_copy(invoice.tax_number, sizeof(invoice.tax_number), b.tax_number);
    text_copy(invoice.send_to, sizeof(invoice.send_to), b.send_to);
    return store_invoice_put(i->store, &invoice);
}

/* ---- all ------------------------------------------------------------------------------------- */

static enum till_status take(struct stock_intake *i, struct pending *p,
                             const struct stock_paper *paper)
{
    switch (paper->entry->kind) {
    case KIND_STATIONERY_USED:
        return take_used(i, p, paper);
    case KIND_STATIONERY_SPOILED:
    case KIND_STATIONERY_VOIDED:
        return take_ended(i, p, paper);
    case KIND_STATIONERY_ADJUSTED:
        return take_adjusted(i, p, paper);
    case KIND_MANUAL_RECEIPT:
        return take_manual(i, p, paper);
    case KIND_STATIONERY_COUNTED:
        return take_counted(i, p, paper);
    case KIND_STATIONERY_RECEIVED:
        return stock_hands_received(i, paper);
    case KIND_STATIONERY_RETURNED:
        return stock_hands_returned(i, paper);
    default:
        return take_request(i, paper);
    }
}

enum till_status stock_intake_finish(struct stock_intake *i)
{
    enum till_status status = TILL_OK;
    if (i->paper_count == 0) {
        return TILL_OK;
    }
    struct pending *p = calloc(1, sizeof(*p));
    if (p == NULL) {
        return TILL_E_MEMORY;
    }
    for (size_t at = 0; at < i->paper_count && status == TILL_OK; at++) {
        status = take(i, p, &i->papers[at]);
        /* A body that can't be read was set aside before. */
        status = status == TILL_E_PROTOCOL || status == TILL_BAD_INPUT ? TILL_OK : status;
    }
    if (status == TILL_OK) {
        status = flush(i, p);
    }
    if (status == TILL_OK && p->any) {
        status =
            tell_findings(i, i->papers[0].entry->seq, i->papers[i->paper_count - 1].entry->seq);
    }
    free(p);
    return status;
}
