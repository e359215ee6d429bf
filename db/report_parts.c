/*
 * Takings: each payment in the sums of its business date, by collector and meter book, and once
 * more by tender, bill type and age. Sums of one slice are gathered in memory: a day's receipts go
 * into few rows.
 */
#include <string.h>

#include "log.h"
#include "money.h"
#include "overlay.h"
#include "report_file.h"

/* ---- sums in memory -------------------------------------------------------------------------- */

static bool same_place(const struct report_part *a, const struct report_part *b)
{
    return a->what == b->what && a->date == b->date && a->who == b->who && a->book == b->book &&
           a->number == b->number;
}

static enum till_status add_to(struct report_part *sum, const struct report_part *part)
{
    enum till_status status = money_add(sum->amount_minor, part->amount_minor, &sum->amount_minor);

    if (status == TILL_OK)
        status = money_add(sum->late_fee_minor, part->late_fee_minor, &sum->late_fee_minor);
    if (status == TILL_OK)
        status = money_add(sum->advance_minor, part->advance_minor, &sum->advance_minor);
    if (status == TILL_OK)
        status = money_add(sum->reversed_minor, part->reversed_minor, &sum->reversed_minor);
    sum->receipts += part->receipts;
    sum->reversals += part->reversals;
    return status;
}

static enum till_status add(struct report *r, const struct report_part *part)
{
    /* The latest ones are the likeliest. */
    for (size_t i = r->part_count; i > 0; i--)
        if (same_place(&r->parts[i - 1], part))
            return add_to(&r->parts[i - 1], part);
    if (r->part_count == REPORT_PARTS_MAX) {
        enum till_status status = report_flush(r);
        if (status != TILL_OK)
            return status;
    }
    r->parts[r->part_count++] = *part;
    return TILL_OK;
}

static enum till_status write_part(struct report *r, const struct report_part *p)
{
    struct sqlite_use use = report_use(r, REPORT_ADD_PART);

    sqlite_bind_integer(&use, p->what);
    sqlite_bind_integer(&use, p->date);
    sqlite_bind_integer(&use, p->who);
    sqlite_bind_integer(&use, p->book);
    sqlite_bind_integer(&use, p->number);
    sqlite_bind_integer(&use, p->receipts);
    sqlite_bind_integer(&use, p->amount_minor);
    sqlite_bind_integer(&use, p->late_fee_minor);
    sqlite_bind_integer(&use, p->advance_minor);
    sqlite_bind_integer(&use, p->reversals);
    sqlite_bind_integer(&use, p->reversed_minor);
    enum till_status status = sqlite_run(&use);
    /* Columns are whole numbers of 64 bits: a sum beyond them is none. */
    return status == TILL_BAD_INPUT ? TILL_E_OVERFLOW : status;
}

enum till_status report_flush(struct report *r)
{
    enum till_status status = TILL_OK;

    for (size_t i = 0; i < r->part_count && status == TILL_OK; i++)
        status = write_part(r, &r->parts[i]);
    r->part_count = 0;
    return status;
}

/* ---- a payment ------------------------------------------------------------------------------- */

/* What is known of a payment while it is counted. */
struct counted {
    struct report *report;
    struct report_part place; /* date, who, book */
    bool reversal;
    struct body_collection body;
    struct allocation_line lines[BILLS_MAX];
    size_t count;
    bool known; /* the lines are */
    int64_t bills_minor, fees_minor, advance_minor;
};

/* One row's share of it; what a reversal takes off stands with the other sign. */
static enum till_status share(const struct counted *c, enum report_what what, int32_t number,
                              bool first, int64_t amount_minor)
{
    struct report_part part = c->place;

    part.what = what;
    part.number = number;
    part.receipts = first && !c->reversal;
    part.reversals = first && c->reversal;
    part.amount_minor = c->reversal ? -amount_minor : amount_minor;
    part.reversed_minor = c->reversal ? amount_minor : 0;
    if (what == PART_WHOLE) {
        part.late_fee_minor = c->reversal ? -c->fees_minor : c->fees_minor;
        part.advance_minor = c->reversal ? -c->advance_minor : c->advance_minor;
    } else if (what == PART_TYPE && number == REPORT_TYPE_FEE) {
        part.late_fee_minor = part.amount_minor;
    } else if (what == PART_TYPE && number == REPORT_TYPE_ADVANCE) {
        part.advance_minor = part.amount_minor;
    }
    return add(c->report, &part);
}

static enum till_status add_up(struct counted *c)
{
    enum till_status status = TILL_OK;

    for (size_t i = 0; i < c->count && status == TILL_OK; i++) {
        status = money_add(c->bills_minor, c->lines[i].amount_minor, &c->bills_minor);
        if (status == TILL_OK)
            status = money_add(c->fees_minor, c->lines[i].late_fee_minor, &c->fees_minor);
    }
    return status;
}

/* The lines, where the paper is there and is this receipt's. An advance has none. */
static enum till_status find_lines(const struct report_source *from, const struct entry *e,
                                   struct counted *c)
{
    enum till_status status =
        overlay_lines(from->journal, from->paper, e->seq, c->lines, &c->count);

    if (status == TILL_OK)
        status = add_up(c);
    c->known = status == TILL_OK && c->fees_minor == c->body.late_fee_minor;
    if (!c->known && from->paper != NULL && kind_base(e->kind) == KIND_COLLECTION)
        log_warning("the paper of %llu can't be read: %s", (unsigned long long)e->seq,
                    status_text(status == TILL_OK ? TILL_E_CORRUPT : status));
    if (c->known) {
        c->advance_minor = c->body.amount_minor - c->bills_minor - c->fees_minor;
        return TILL_OK;
    }
    bool advance = kind_base(e->kind) == KIND_ADVANCE;
    c->count = 0;
    c->fees_minor = c->body.late_fee_minor;
    c->bills_minor = advance ? 0 : c->body.amount_minor - c->fees_minor;
    c->advance_minor = advance ? c->body.amount_minor : 0;
    /* A paper may be lost; that the storage fails is another thing. */
    bool failed = status == TILL_E_IO || status == TILL_E_MEMORY || status == TILL_E_DATABASE;
    return failed ? status : TILL_OK;
}

/* Is line i the first of its type, or of its age? */
static bool is_first(const struct counted *c, size_t i, bool by_age)
{
    for (size_t k = 0; k < i; k++) {
        bool same = by_age ? report_age(c->place.date, c->lines[k].month) ==
                                 report_age(c->place.date, c->lines[i].month)
                           : c->lines[k].type == c->lines[i].type;
        if (same)
            return false;
    }
    return true;
}

static enum till_status share_bills(const struct counted *c)
{
    enum till_status status = TILL_OK;

    for (size_t i = 0; i < c->count && status == TILL_OK; i++) {
        const struct allocation_line *line = &c->lines[i];

        status = share(c, PART_TYPE, line->type, is_first(c, i, false), line->amount_minor);
        if (status == TILL_OK)
            status = share(c, PART_AGE, report_age(c->place.date, line->month),
                           is_first(c, i, true), line->amount_minor);
    }
    if (status == TILL_OK && !c->known && c->bills_minor != 0) {
        status = share(c, PART_TYPE, 0, true, c->bills_minor);
        if (status == TILL_OK)
            status = share(c, PART_AGE, 0, true, c->bills_minor);
    }
    return status;
}

static enum till_status share_all(const struct counted *c)
{
    int64_t cash_minor = collection_cash_minor(&c->body);
    int64_t other_minor = c->body.amount_minor - cash_minor;
    enum till_status status = share(c, PART_WHOLE, 0, true, c->body.amount_minor);

    if (status == TILL_OK && cash_minor != 0)
        status = share(c, PART_TENDER, TENDER_CASH, true, cash_minor);
    if (status == TILL_OK && other_minor != 0)
        status = share(c, PART_TENDER, c->body.tender, true, other_minor);
    if (status == TILL_OK)
        status = share_bills(c);
    if (status == TILL_OK && c->fees_minor != 0)
        status = share(c, PART_TYPE, REPORT_TYPE_FEE, true, c->fees_minor);
    if (status == TILL_OK && c->advance_minor != 0)
        status = share(c, PART_TYPE, REPORT_TYPE_ADVANCE, true, c->advance_minor);
    return status;
}

enum till_status report_count(struct report *r, const struct report_source *from,
                              const struct entry *e, int32_t date, int64_t who, int64_t book,
                              bool reversal)
{
    struct counted c = {
        .report = r, .place = {.date = date, .who = who, .book = book}, .reversal = reversal};
    enum till_status status = entry_read_payment(e, &c.body, NULL);

    if (status == TILL_OK)
        status = find_lines(from, e, &c);
    return status == TILL_OK ? share_all(&c) : status;
}
