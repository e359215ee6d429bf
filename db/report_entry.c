/*
 * What an entry means for the reports. Who is at work, which shift is open and what is in whose
 * hands the fold says, which is run along; here stands what becomes a row.
 */
#include "report_entry.h"

#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "text.h"
#include "when.h"

static int64_t cash_of(const struct fold_user *user)
{
    return user == NULL ? 0 : user->cash_minor + user->held_minor;
}

enum till_status report_who(struct report *r, const char *user, int64_t *who_out)
{
    *who_out = 0;
    return user[0] == '\0' ? TILL_OK : report_number(r, user, who_out);
}

const struct fold_user *report_user(const struct report *r, const char *user)
{
    for (uint8_t i = 0; i < r->fold.user_count; i++)
        if (strcmp(r->fold.users[i].user, user) == 0)
            return &r->fold.users[i];
    return NULL;
}

enum till_status report_moment_of(struct report *r, const struct report_source *from,
                                  const struct entry *e, struct report_moment *out)
{
    const struct fold_user *user = fold_current(&r->fold);

    *out = (struct report_moment){.from = from, .e = e, .cash_minor = cash_of(user)};
    if (user != NULL)
        text_copy(out->user, sizeof out->user, user->user);
    out->date = user != NULL && user->shift_open ? user->business_date
                                                 : when_date(r->fold.enrolled.zone, e->at_s);
    return report_who(r, out->user, &out->who);
}

/* ---- exceptions ------------------------------------------------------------------------------ */

int64_t report_note_id(uint64_t seq, enum report_exception_kind kind)
{
    return (int64_t)(seq << REPORT_KINDS_BITS | (uint64_t)kind);
}

enum till_status report_note_of(struct report *r, const struct report_moment *m, int64_t who,
                                int32_t date, const struct report_note *x)
{
    struct sqlite_use use = report_use(r, REPORT_ADD_EXCEPTION);

    sqlite_bind_integer(&use, report_note_id(m->e->seq, x->kind));
    sqlite_bind_integer(&use, date);
    sqlite_bind_integer(&use, who);
    sqlite_bind_integer(&use, m->e->at_s);
    sqlite_bind_unsigned(&use, x->about);
    sqlite_bind_text(&use, x->account != NULL ? x->account : "");
    sqlite_bind_integer(&use, x->amount_minor);
    sqlite_bind_integer(&use, x->number);
    sqlite_bind_integer(&use, x->open);
    return sqlite_run(&use);
}

enum till_status report_note(struct report *r, const struct report_moment *m,
                             const struct report_note *x)
{
    return report_note_of(r, m, m->who, m->date, x);
}

enum till_status report_note_paper(struct report *r, const struct report_moment *m,
                                   const struct report_note *x)
{
    struct entry receipt;
    struct entry_figures figures;
    struct report_note full = *x;
    enum till_status status = journal_read(m->from->journal, x->about, &receipt, NULL);

    if (status != TILL_OK && status != TILL_NOT_FOUND)
        return status;
    memset(&figures, 0, sizeof figures);
    if (status == TILL_OK)
        entry_figures(&receipt, &figures);
    full.account = figures.account;
    full.amount_minor = llabs(figures.amount_minor);
    return report_note(r, m, &full);
}

enum till_status report_change(struct report *r, enum report_statement which, int64_t id,
                               int64_t value)
{
    struct sqlite_use use = report_use(r, which);

    sqlite_bind_integer(&use, id);
    if (which == REPORT_EXPLAIN || which == REPORT_ANSWER_ABSENCE)
        sqlite_bind_integer(&use, value);
    return sqlite_run(&use);
}

/* ---- payments -------------------------------------------------------------------------------- */

/* The meter book's number; the customer with what the book says, where it has them. */
static enum till_status book_of(struct report *r, const struct report_moment *m,
                                const char *account, struct book_customer *customer,
                                int64_t *book_out)
{
    enum till_status status = TILL_NOT_FOUND;

    memset(customer, 0, sizeof *customer);
    if (m->from->book != NULL)
        status = book_customer(m->from->book, account, customer);
    if (status != TILL_OK && status != TILL_NOT_FOUND)
        log_warning("the book's row of %s can't be read: %s", account, status_text(status));
    if (status != TILL_OK)
        memset(customer, 0, sizeof *customer);
    return report_number(r, customer->meter_book, book_out);
}

/* When the meter was read last before that entry: here, or by what the book says. 0: not known. */
static enum till_status reading_before(const struct report *r, const struct report_moment *m,
                                       const struct body_collection *b,
                                       const struct book_customer *customer, int32_t paid_date,
                                       int32_t *date_out)
{
    struct entry reading;
    uint64_t seq = 0;
    enum till_status status = journal_reading_before(m->from->journal, b->account, m->e->seq, &seq);

    *date_out = customer->last_reading_date <= paid_date ? customer->last_reading_date : 0;
    if (status == TILL_OK)
        status = journal_read(m->from->journal, seq, &reading, NULL);
    if (status == TILL_OK) {
        int32_t date = when_date(r->fold.enrolled.zone, reading.at_s);

        if (date > *date_out && date <= paid_date)
            *date_out = date;
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* Lapping looks like this: the money came long after the meter was read. An advance is for no
 * reading. */
static enum till_status look_late(struct report *r, const struct report_moment *m,
                                  const struct body_collection *b,
                                  const struct book_customer *customer, int64_t paid_at_s)
{
    int32_t after = m->from->book == NULL ? 0 : book_site(m->from->book)->late_receipt_days;
    int32_t read_on = 0, paid_on = when_date(r->fold.enrolled.zone, paid_at_s);

    if (after == 0 || m->e->kind == KIND_ADVANCE)
        return TILL_OK;
    enum till_status status = reading_before(r, m, b, customer, paid_on, &read_on);
    if (status != TILL_OK || !when_date_is_valid(read_on))
        return status;
    int32_t days = when_days_between(read_on, paid_on);
    if (days < after)
        return TILL_OK;
    return report_note(r, m,
                       &(struct report_note){.kind = REPORT_LATE_RECEIPT,
                                             .about = m->e->seq,
                                             .account = b->account,
                                             .amount_minor = b->amount_minor,
                                             .number = days});
}

/* The tighter of the terminal's limit and the user's own, as they are now. */
static int64_t cash_limit(const struct report_moment *m)
{
    struct book_user user;
    int64_t limit_minor = m->from->paper != NULL ? m->from->paper->cash_limit_minor : 0;
    int64_t own_minor = 0;

    if (m->from->book != NULL && book_find_user(m->from->book, m->user, &user) == TILL_OK)
        own_minor = user.cash_limit_minor;
    return own_minor > 0 && (limit_minor <= 0 || own_minor < limit_minor) ? own_minor : limit_minor;
}

static enum till_status look_cash(struct report *r, const struct report_moment *m,
                                  const struct body_collection *b)
{
    int64_t now_minor = cash_of(fold_current(&r->fold));

    if (now_minor <= m->cash_minor)
        return TILL_OK;
    int64_t limit_minor = cash_limit(m);
    if (limit_minor <= 0 || m->cash_minor >= limit_minor || now_minor < limit_minor)
        return TILL_OK;
    return report_note(r, m,
                       &(struct report_note){.kind = REPORT_CASH_LIMIT,
                                             .about = m->e->seq,
                                             .account = b->account,
                                             .amount_minor = now_minor,
                                             .number = limit_minor});
}

static enum till_status payment(struct report *r, const struct report_moment *m)
{
    struct body_collection b;
    struct book_customer customer;
    int64_t paid_at_s = 0, book = 0;
    enum till_status status = entry_read_payment(m->e, &b, &paid_at_s);

    if (status == TILL_OK)
        status = book_of(r, m, b.account, &customer, &book);
    if (status == TILL_OK)
        status = report_count(r, m->from, m->e, m->date, m->who, book, false);
    if (status == TILL_OK)
        status = look_late(r, m, &b, &customer, paid_at_s);
    if (status == TILL_OK)
        status = look_cash(r, m, &b);
    if (status == TILL_OK && m->e->kind == KIND_MANUAL_RECEIPT)
        status = report_note(r, m,
                             &(struct report_note){.kind = REPORT_MANUAL,
                                                   .about = m->e->seq,
                                                   .account = b.account,
                                                   .amount_minor = b.amount_minor});
    if (status == TILL_OK && m->from->book == NULL)
        r->progress.bookless++;
    return status == TILL_OK ? report_lay(r, m->from, m->e->seq, b.account) : status;
}

static enum till_status reversal(struct report *r, const struct report_moment *m)
{
    struct body_reversal b;
    struct book_customer customer;
    struct entry receipt;
    int64_t book = 0;
    enum till_status status = entry_read_reversal(m->e, &b);

    if (status == TILL_OK)
        status = journal_read(m->from->journal, b.seq, &receipt, NULL);
    if (status == TILL_OK)
        status = book_of(r, m, b.account, &customer, &book);
    if (status == TILL_OK)
        status = report_count(r, m->from, &receipt, m->date, m->who, book, true);
    if (status == TILL_OK)
        status = report_note(r, m,
                             &(struct report_note){.kind = REPORT_REVERSAL,
                                                   .about = b.seq,
                                                   .account = b.account,
                                                   .amount_minor = b.amount_minor,
                                                   .number = b.reason});
    return status == TILL_OK ? report_lay(r, m->from, m->e->seq, b.account) : status;
}

/* ---- paper ----------------------------------------------------------------------------------- */

/* What became of a paper is known: it was told whole, or its number has ended, so that somebody
 * held it. */
static enum till_status end_doubt(struct report *r, uint64_t receipt_seq)
{
    struct report_progress *p = &r->progress;

    if (receipt_seq == 0 || p->doubt_seq == 0 || p->doubt_of != receipt_seq)
        return TILL_OK;
    int64_t id = report_note_id(p->doubt_seq, REPORT_UNCERTAIN);

    p->doubt_seq = 0;
    return report_change(r, REPORT_END_DOUBT, id, 0);
}

/* As the Z counts them: of a paper that was told whole afterwards the end is known. */
static enum till_status print_end(struct report *r, const struct report_moment *m)
{
    struct body_print b;
    struct report_progress *p = &r->progress;
    enum till_status status = entry_read_print(m->e, &b);

    if (status != TILL_OK)
        return status;
    bool doubtful = p->doubt_seq != 0 && p->doubt_of == b.seq && p->doubt_copy == b.copy;
    if (m->e->kind == KIND_PRINT_UNCERTAIN && !doubtful) {
        p->doubt_seq = m->e->seq;
        p->doubt_of = b.seq;
        p->doubt_copy = b.copy;
        return report_note_paper(
            r, m,
            &(struct report_note){
                .kind = REPORT_UNCERTAIN, .about = b.seq, .number = b.copy, .open = true});
    }
    return m->e->kind == KIND_PRINT_DONE && doubtful ? end_doubt(r, b.seq) : TILL_OK;
}

static enum till_status duplicate(struct report *r, const struct report_moment *m)
{
    struct body_print b;
    struct entry paper = {0};
    enum till_status status = entry_read_print(m->e, &b);

    if (status == TILL_OK)
        status = journal_read(m->from->journal, b.seq, &paper, NULL);
    uint32_t number = paper_duplicate(paper.kind, b.copy);
    if (status != TILL_OK || number == 0)
        return status == TILL_NOT_FOUND ? TILL_OK : status;
    return report_note_paper(
        r, m,
        &(struct report_note){
            .kind = REPORT_DUPLICATE, .about = b.seq, .number = number, .open = false});
}

static enum till_status stationery(struct report *r, const struct report_moment *m)
{
    struct body_stock_ended ended;
    struct body_stock_adjusted adjusted;
    struct report_note x = {.kind = REPORT_STATIONERY, .number = 1};
    enum till_status status = TILL_OK;

    if (m->e->kind == KIND_STATIONERY_ADJUSTED) {
        status = entry_read_stock_adjusted(m->e, &adjusted);
        if (status == TILL_OK)
            x.number = llabs((int64_t)adjusted.hand - (int64_t)adjusted.screen.number);
        return status == TILL_OK ? report_note(r, m, &x) : status;
    }
    status = entry_read_stock_ended(m->e, &ended);
    if (status == TILL_OK)
        status = end_doubt(r, ended.seq);
    if (status == TILL_OK && ended.seq != 0)
        return report_note_paper(
            r, m,
            &(struct report_note){
                .kind = REPORT_STATIONERY, .about = ended.seq, .number = 1, .open = false});
    return status == TILL_OK ? report_note(r, m, &x) : status;
}

/* ---- the terminal's own life ----------------------------------------------------------------- */

static enum till_status clock_changed(struct report *r, const struct report_moment *m)
{
    struct body_clock_changed b;
    enum till_status status = entry_read_clock_changed(m->e, &b);

    return status == TILL_OK
               ? report_note(
                     r, m, &(struct report_note){.kind = REPORT_CLOCK, .number = b.to_s - b.from_s})
               : status;
}

/* Under the number that was typed: nobody is at work yet, or it is an approver's. */
static enum till_status login_failed(struct report *r, const struct report_moment *m)
{
    struct body_login b;
    int64_t who = 0;
    enum till_status status = entry_read_login(m->e, &b);

    if (status == TILL_OK)
        status = report_who(r, b.user, &who);
    return status == TILL_OK ? report_note_of(r, m, who, m->date,
                                              &(struct report_note){.kind = REPORT_LOGIN_FAILED,
                                                                    .number = b.failures})
                             : status;
}

static enum till_status limit_lifted(struct report *r, const struct report_moment *m)
{
    struct body_limit_lifted b;
    enum till_status status = entry_read_limit_lifted(m->e, &b);

    return status == TILL_OK ? report_note(r, m,
                                           &(struct report_note){.kind = REPORT_LIMIT_LIFTED,
                                                                 .number = b.limit,
                                                                 .amount_minor = b.value})
                             : status;
}

static enum till_status anomaly(struct report *r, const struct report_moment *m)
{
    struct body_anomaly b;
    enum till_status status = entry_read_anomaly(m->e, &b);

    return status == TILL_OK
               ? report_note(r, m, &(struct report_note){.kind = REPORT_ANOMALY, .number = b.code})
               : status;
}

/* ---- which of them --------------------------------------------------------------------------- */

static enum till_status money_of(struct report *r, const struct report_moment *m)
{
    switch (m->e->kind) {
    case KIND_COLLECTION:
    case KIND_ADVANCE:
    case KIND_MANUAL_RECEIPT:
        return payment(r, m);
    case KIND_REVERSAL:
        return reversal(r, m);
    default:
        return report_cash(r, m);
    }
}

static enum till_status totals(struct report *r, const struct report_moment *m)
{
    enum till_status status = report_slips(r, m);

    return status == TILL_OK ? report_totals(r, m) : status;
}

static enum till_status mark_of(struct report *r, const struct report_moment *m)
{
    switch (m->e->kind) {
    case KIND_PRINT_DONE:
    case KIND_PRINT_UNCERTAIN:
        return print_end(r, m);
    case KIND_DUPLICATE:
        return duplicate(r, m);
    case KIND_STATIONERY_SPOILED:
    case KIND_STATIONERY_VOIDED:
    case KIND_STATIONERY_ADJUSTED:
        return stationery(r, m);
    case KIND_SHIFT_TOTALS:
        return totals(r, m);
    case KIND_CLOCK_CHANGED:
        return clock_changed(r, m);
    case KIND_LOGIN_FAILED:
        return login_failed(r, m);
    case KIND_LIMIT_LIFTED:
        return limit_lifted(r, m);
    case KIND_ANOMALY:
        return anomaly(r, m);
    default:
        return report_cash(r, m);
    }
}

/* Training is folded, as its papers are, and told nowhere: its kinds are others. */
enum till_status report_entry(struct report *r, const struct report_source *from,
                              const struct entry *e)
{
    struct report_moment m;
    enum till_status status = report_moment_of(r, from, e, &m);

    if (status == TILL_OK)
        status = fold_apply_or_spoil(&r->fold, e, NULL);
    if (status != TILL_OK)
        return status;
    return kind_is_money(e->kind) ? money_of(r, &m) : mark_of(r, &m);
}

static enum till_status work_shift(struct report *r, const struct fold_user *user)
{
    struct sqlite_use use = report_use(r, REPORT_WORK_SHIFT);

    sqlite_bind_integer(&use, user->shift);
    sqlite_bind_integer(&use, user->receipts);
    sqlite_bind_integer(&use, user->taken_minor);
    sqlite_bind_integer(&use, user->counting);
    return sqlite_run(&use);
}

enum till_status report_entries_end(struct report *r, const struct report_source *from, bool all)
{
    enum till_status status = TILL_OK;

    for (uint8_t i = 0; i < r->fold.user_count && status == TILL_OK; i++)
        if (r->fold.users[i].shift_open)
            status = work_shift(r, &r->fold.users[i]);
    return status == TILL_OK && all ? report_running_gap(r, from) : status;
}
