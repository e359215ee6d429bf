/*
 * What is outstanding: every customer of the book by meter book and age of the bill, with what was
 * paid here since laid off.
 *
 * A newer book is gone through in pieces into the other generation, first the book itself, then
 * what was paid; only when both are done it takes the place of the one that stands. From then on a
 * payment looks at its account alone: what that has in the sums beside the book's own is kept, so
 * that it can be taken back whole.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "book_file.h"
#include "log.h"
#include "money.h"
#include "overlay.h"
#include "report_file.h"
#include "when.h"

/* Between two looks at the clock. */
enum { CUSTOMERS_A_PIECE = 200, PAYMENTS_A_PIECE = 32, LINES_A_TIME = 8 };

/* What somebody, or a whole meter book, owes by age; also how far it differs. */
struct debt {
    int64_t owing; /* customers */
    int64_t age_minor[REPORT_AGES];
};

static enum till_status add_debt(struct debt *sum, const struct debt *more)
{
    enum till_status status = TILL_OK;

    sum->owing += more->owing;
    for (int i = 0; i < REPORT_AGES && status == TILL_OK; i++)
        status = money_add(sum->age_minor[i], more->age_minor[i], &sum->age_minor[i]);
    return status;
}

static struct debt less(const struct debt *a, const struct debt *b)
{
    struct debt d = {.owing = a->owing - b->owing};

    for (int i = 0; i < REPORT_AGES; i++)
        d.age_minor[i] = a->age_minor[i] - b->age_minor[i];
    return d;
}

static bool is_none(const struct debt *d)
{
    bool none = d->owing == 0;

    for (int i = 0; i < REPORT_AGES; i++)
        none = none && d->age_minor[i] == 0;
    return none;
}

/* Counted to the date of the book. */
static enum till_status debt_of(const struct arrears *a, int32_t date, struct debt *out)
{
    enum till_status status = TILL_OK;

    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < a->count && status == TILL_OK; i++) {
        int64_t *sum_minor = &out->age_minor[report_age(date, a->bills[i].month)];

        status = money_add(*sum_minor, a->bills[i].amount_minor, sum_minor);
        if (a->bills[i].amount_minor > 0)
            out->owing = 1;
    }
    return status;
}

static int32_t date_of(const struct report *r, const struct book *book)
{
    return when_date(r->fold.enrolled.zone, book_meta(book)->as_of_s);
}

/* ---- the file -------------------------------------------------------------------------------- */

static void bind_debt(struct sqlite_use *use, const struct debt *d)
{
    sqlite_bind_integer(use, d->owing);
    for (int i = 0; i < REPORT_AGES; i++)
        sqlite_bind_integer(use, d->age_minor[i]);
}

static enum till_status add_owed(struct report *r, uint8_t generation,
                                 const struct book_meter_book *book, uint32_t customers,
                                 const struct debt *d)
{
    int64_t number = 0;
    enum till_status status = report_number(r, book->id, &number);

    if (status != TILL_OK)
        return status;
    struct sqlite_use use = report_use(r, REPORT_ADD_OWED);
    sqlite_bind_integer(&use, generation);
    sqlite_bind_integer(&use, number);
    sqlite_bind_text(&use, book->name);
    sqlite_bind_integer(&use, customers);
    bind_debt(&use, d);
    status = sqlite_run(&use);
    return status == TILL_BAD_INPUT ? TILL_E_OVERFLOW : status;
}

/* *through_out 0: it was never looked at. */
static enum till_status read_laid(struct report *r, uint8_t generation, const char *account,
                                  struct debt *out, uint64_t *through_out)
{
    struct sqlite_use use = report_use(r, REPORT_LAID);

    memset(out, 0, sizeof *out);
    *through_out = 0;
    sqlite_bind_integer(&use, generation);
    sqlite_bind_text(&use, account);
    enum till_status status = sqlite_next(&use);
    if (status == TILL_OK)
        status = sqlite_column_unsigned(&use, 0, through_out);
    if (status == TILL_OK) {
        out->owing = sqlite_column_integer(&use, 1);
        for (int i = 0; i < REPORT_AGES; i++)
            out->age_minor[i] = sqlite_column_integer(&use, 2 + i);
    }
    sqlite_end(&use);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status put_laid(struct report *r, uint8_t generation, const char *account,
                                 const struct debt *d, uint64_t through)
{
    struct sqlite_use use = report_use(r, REPORT_PUT_LAID);

    sqlite_bind_integer(&use, generation);
    sqlite_bind_text(&use, account);
    sqlite_bind_unsigned(&use, through);
    bind_debt(&use, d);
    return sqlite_run(&use);
}

static enum till_status drop(struct report *r, uint8_t generation)
{
    static const enum report_statement both[] = {REPORT_DROP_OWED, REPORT_DROP_LAID};
    enum till_status status = TILL_OK;

    for (size_t i = 0; i < sizeof both / sizeof both[0] && status == TILL_OK; i++) {
        struct sqlite_use use = report_use(r, both[i]);

        sqlite_bind_integer(&use, generation);
        status = sqlite_run(&use);
    }
    return status;
}

/* ---- one account, the journal laid over it --------------------------------------------------- */

/* How far what the account owes differs from what the book says. A paper that is lost, or more
 * payments than anyone lists, leave it as the book has it. */
static enum till_status difference(const struct report *r, const struct report_source *from,
                                   const char *account, struct book_line *line, struct debt *out)
{
    struct arrears a;
    struct debt own, now;
    int32_t date = date_of(r, from->book);

    memset(&a, 0, sizeof a);
    memset(out, 0, sizeof *out);
    enum till_status status = book_line_of_account(from->book, account, line, &a);
    if (status != TILL_OK)
        return status;
    a.balance_minor = line->customer.balance_minor;
    status = debt_of(&a, date, &own);
    if (status != TILL_OK)
        return status;
    status = overlay_lay(from->journal, from->book, from->paper, &line->customer, &a, NULL);
    if (status == TILL_OK)
        status = debt_of(&a, date, &now);
    if (status == TILL_OK)
        *out = less(&now, &own);
    else
        log_warning("what %s owes is shown as the book has it: %s", account, status_text(status));
    return TILL_OK;
}

/* What the journal has of an account is laid over all at once: entries that follow and are in it
 * already are passed over. */
static enum till_status lay(struct report *r, const struct report_source *from, uint8_t generation,
                            uint64_t seq, const char *account)
{
    struct book_meter_book book = {0};
    struct book_line line;
    struct debt before, now;
    uint64_t through = 0;
    enum till_status status = read_laid(r, generation, account, &before, &through);

    if (status != TILL_OK || through >= seq)
        return status;
    status = difference(r, from, account, &line, &now);
    /* Not of this book, or its row is spoilt: in no sum either. */
    if (status != TILL_OK)
        return status == TILL_E_IO || status == TILL_E_MEMORY ? status : TILL_OK;
    struct debt change = less(&now, &before);
    memcpy(book.id, line.customer.meter_book, sizeof book.id);
    if (!is_none(&change))
        status = add_owed(r, generation, &book, 0, &change);
    uint64_t last = journal_fold(from->journal)->seq;
    return status == TILL_OK ? put_laid(r, generation, account, &now, last) : status;
}

static bool is_of(const struct report_edition *e, const struct book *book)
{
    const struct book_meta *meta = book_meta(book);

    return e->revision == meta->revision && memcmp(e->hash, meta->hash, HASH_SIZE) == 0;
}

enum till_status report_lay(struct report *r, const struct report_source *from, uint64_t seq,
                            const char *account)
{
    const struct report_progress *p = &r->progress;

    /* What is being made out of a newer book comes by here itself. */
    if (from->book == NULL || p->scan != SCAN_NONE || !is_of(&p->standing, from->book))
        return TILL_OK;
    return lay(r, from, p->generation, seq, account);
}

/* ---- the whole book -------------------------------------------------------------------------- */

static enum till_status add_customer(const struct report *r, const struct report_source *from,
                                     const struct book_line *line, struct debt *sum)
{
    struct book_line again;
    struct arrears a = {0};
    struct debt own = {0};
    enum till_status status = TILL_OK;

    if (line->owed_minor != 0)
        status = book_read_line(from->book, line->customer.row, &again, &a);
    if (status == TILL_OK)
        status = debt_of(&a, date_of(r, from->book), &own);
    return status == TILL_OK ? add_debt(sum, &own) : status;
}

/* The window from there on; where a row of it is spoilt, that row alone is passed over. */
static enum till_status read_window(const struct report_source *from, const char *id, size_t offset,
                                    struct book_line *lines, size_t *count_out)
{
    enum till_status status = book_window(from->book, id, offset, lines, LINES_A_TIME, count_out);

    if (status != TILL_E_CORRUPT)
        return status;
    for (size_t i = 0; i < LINES_A_TIME; i++) {
        size_t one = 0;

        memset(&lines[i], 0, sizeof lines[i]);
        status = book_window(from->book, id, offset + i, &lines[i], 1, &one);
        if (status == TILL_E_CORRUPT)
            lines[i].owed_minor = 0;
        else if (status != TILL_OK || one == 0)
            return status;
        *count_out = i + 1;
    }
    return TILL_OK;
}

/* A meter book's next customers; none left: the next meter book is to come. */
static enum till_status scan_customers(struct report *r, const struct report_source *from,
                                       const struct book_meter_book *book)
{
    struct report_progress *p = &r->progress;
    struct book_line *lines = malloc(LINES_A_TIME * sizeof *lines);
    struct debt sum = {0};
    uint32_t customers = 0;
    size_t count = LINES_A_TIME;
    enum till_status status = lines != NULL ? TILL_OK : TILL_E_MEMORY;

    while (status == TILL_OK && count == LINES_A_TIME && customers < CUSTOMERS_A_PIECE) {
        count = 0;
        status = read_window(from, book->id, p->scan_customer + customers, lines, &count);
        for (size_t i = 0; i < count && status == TILL_OK; i++)
            status = add_customer(r, from, &lines[i], &sum);
        customers += (uint32_t)count;
    }
    free(lines);
    if (status == TILL_OK)
        status = add_owed(r, (uint8_t)(1 - p->generation), book, customers, &sum);
    p->scan_customer += customers;
    if (count < LINES_A_TIME) {
        p->scan_book++;
        p->scan_customer = 0;
    }
    return status;
}

static enum till_status scan_book(struct report *r, const struct report_source *from)
{
    struct report_progress *p = &r->progress;
    struct book_meter_book book;
    const struct book_meta *meta = book_meta(from->book);
    enum till_status status = book_meter_book_at(from->book, p->scan_book, &book);

    if (status == TILL_OK)
        return scan_customers(r, from, &book);
    if (status != TILL_NOT_FOUND)
        return status;
    p->scan = SCAN_JOURNAL;
    p->scan_seq = meta->applied_seq;
    if (meta->unapplied_count > 0)
        p->scan_seq = meta->unapplied[0] - 1;
    return TILL_OK;
}

/* The new one stands. */
static enum till_status take_place(struct report *r, const struct report_source *from)
{
    struct report_progress *p = &r->progress;
    enum till_status status = drop(r, p->generation);

    p->generation = (uint8_t)(1 - p->generation);
    p->standing = p->next;
    p->as_of_s = book_meta(from->book)->as_of_s;
    p->scan = SCAN_NONE;
    memset(&p->next, 0, sizeof p->next);
    return status;
}

/* Payments that the book may not hold, one after the other, as far as entries were read. */
static enum till_status scan_payments(struct report *r, const struct report_source *from)
{
    static const uint16_t kinds[JOURNAL_KINDS] = {KIND_PAYMENTS, KIND_REVERSAL};
    struct report_progress *p = &r->progress;
    struct entry_figures figures;
    struct entry entry;
    enum till_status status = TILL_OK;

    for (int i = 0; i < PAYMENTS_A_PIECE && status == TILL_OK; i++) {
        status = journal_next_of(from->journal, p->scan_seq, kinds, &entry);
        if (status == TILL_NOT_FOUND || (status == TILL_OK && entry.seq > r->fold.seq))
            return take_place(r, from);
        if (status != TILL_OK)
            return status;
        entry_figures(&entry, &figures);
        if (!kind_is_training(entry.kind))
            status = lay(r, from, (uint8_t)(1 - p->generation), entry.seq, figures.account);
        p->scan_seq = entry.seq;
    }
    return status;
}

/* A book came, or another one while the last was gone through. */
static enum till_status begin_scan(struct report *r, const struct report_source *from)
{
    struct report_progress *p = &r->progress;
    const struct book_meta *meta = book_meta(from->book);

    p->next.revision = meta->revision;
    memcpy(p->next.hash, meta->hash, HASH_SIZE);
    p->scan = SCAN_BOOK;
    p->scan_book = 0;
    p->scan_customer = 0;
    return drop(r, (uint8_t)(1 - p->generation));
}

enum till_status report_scan(struct report *r, const struct report_source *from, bool *done_out)
{
    const struct report_progress *p = &r->progress;

    *done_out = from->book == NULL || (p->scan == SCAN_NONE && is_of(&p->standing, from->book));
    if (*done_out)
        return TILL_OK;
    if (p->scan == SCAN_NONE || !is_of(&p->next, from->book))
        return begin_scan(r, from);
    return p->scan == SCAN_BOOK ? scan_book(r, from) : scan_payments(r, from);
}
