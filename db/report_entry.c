/*
 * What an entry means for the reports. Who is at work, which shift is open and what is in whose
 * hands the fold says, which is run along; here stands what becomes a row.
 */
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "report_file.h"
#include "text.h"
#include "when.h"

/* Of a Z, more is damage. */
enum { CLOSES_MAX = 16 };

/* Of the entry that is being read: how things stood before it. */
struct moment {
    const struct report_source *from;
    const struct entry *e;
    char user[USER_MAX]; /* at work; "" = nobody */
    int64_t who;         /* number of the name; 0 = nobody */
    int32_t date;        /* business date */
    int64_t cash_minor;  /* of the user: in the bag, and held */
};

static int64_t cash_of(const struct fold_user *user)
{
    return user == NULL ? 0 : user->cash_minor + user->held_minor;
}

static enum till_status who_of(struct report *r, const char *user, int64_t *who_out)
{
    *who_out = 0;
    return user[0] == '\0' ? TILL_OK : report_number(r, user, who_out);
}

static enum till_status moment_of(struct report *r, const struct report_source *from,
                                  const struct entry *e, struct moment *out)
{
    const struct fold_user *user = fold_current(&r->fold);

    *out = (struct moment){.from = from, .e = e, .cash_minor = cash_of(user)};
    if (user != NULL)
        text_copy(out->user, sizeof out->user, user->user);
    out->date = user != NULL && user->shift_open ? user->business_date
                                                 : when_date(r->fold.enrolled.zone, e->at_s);
    return who_of(r, out->user, &out->who);
}

static const struct fold_user *user_named(const struct fold *f, const char *user)
{
    for (uint8_t i = 0; i < f->user_count; i++)
        if (strcmp(f->users[i].user, user) == 0)
            return &f->users[i];
    return NULL;
}

/* ---- exceptions ------------------------------------------------------------------------------ */

struct exception {
    enum report_exception_kind kind;
    uint64_t about;
    const char *account; /* NULL = of none */
    int64_t amount_minor, number;
    bool open;
};

static int64_t id_of(uint64_t seq, enum report_exception_kind kind)
{
    return (int64_t)(seq << REPORT_KINDS_BITS | (uint64_t)kind);
}

/* Of the user and date that are given, not of the moment's. */
static enum till_status note_of(struct report *r, const struct moment *m, int64_t who, int32_t date,
                                const struct exception *x)
{
    struct sqlite_use use = report_use(r, REPORT_ADD_EXCEPTION);

    sqlite_bind_integer(&use, id_of(m->e->seq, x->kind));
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

static enum till_status note(struct report *r, const struct moment *m, const struct exception *x)
{
    return note_of(r, m, m->who, m->date, x);
}

/* About a receipt: whose and how much stands in it. */
static enum till_status note_paper(struct report *r, const struct moment *m,
                                   enum report_exception_kind kind, uint64_t seq, int64_t number,
                                   bool open)
{
    struct entry receipt;
    struct entry_figures figures;
    enum till_status status = journal_read(m->from->journal, seq, &receipt, NULL);

    if (status != TILL_OK && status != TILL_NOT_FOUND)
        return status;
    memset(&figures, 0, sizeof figures);
    if (status == TILL_OK)
        entry_figures(&receipt, &figures);
    return note(r, m,
                &(struct exception){.kind = kind,
                                    .about = seq,
                                    .account = figures.account,
                                    .amount_minor = llabs(figures.amount_minor),
                                    .number = number,
                                    .open = open});
}

static enum till_status change_exception(struct report *r, enum report_statement which, int64_t id,
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
static enum till_status book_of(struct report *r, const struct moment *m, const char *account,
                                struct book_customer *customer, int64_t *book_out)
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
static enum till_status reading_before(const struct report *r, const struct moment *m,
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
static enum till_status look_late(struct report *r, const struct moment *m,
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
    return note(r, m,
                &(struct exception){.kind = REPORT_LATE_RECEIPT,
                                    .about = m->e->seq,
                                    .account = b->account,
                                    .amount_minor = b->amount_minor,
                                    .number = days});
}

/* The tighter of the terminal's limit and the user's own, as they are now. */
static int64_t cash_limit(const struct moment *m)
{
    struct book_user user;
    int64_t limit_minor = m->from->paper != NULL ? m->from->paper->cash_limit_minor : 0;
    int64_t own_minor = 0;

    if (m->from->book != NULL && book_find_user(m->from->book, m->user, &user) == TILL_OK)
        own_minor = user.cash_limit_minor;
    return own_minor > 0 && (limit_minor <= 0 || own_minor < limit_minor) ? own_minor : limit_minor;
}

static enum till_status look_cash(struct report *r, const struct moment *m,
                                  const struct body_collection *b)
{
    int64_t now_minor = cash_of(fold_current(&r->fold));

    if (now_minor <= m->cash_minor)
        return TILL_OK;
    int64_t limit_minor = cash_limit(m);
    if (limit_minor <= 0 || m->cash_minor >= limit_minor || now_minor < limit_minor)
        return TILL_OK;
    return note(r, m,
                &(struct exception){.kind = REPORT_CASH_LIMIT,
                                    .about = m->e->seq,
                                    .account = b->account,
                                    .amount_minor = now_minor,
                                    .number = limit_minor});
}

static enum till_status payment(struct report *r, const struct moment *m)
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
        status = note(r, m,
                      &(struct exception){.kind = REPORT_MANUAL,
                                          .about = m->e->seq,
                                          .account = b.account,
                                          .amount_minor = b.amount_minor});
    if (status == TILL_OK && m->from->book == NULL)
        r->progress.bookless++;
    return status == TILL_OK ? report_lay(r, m->from, b.account) : status;
}

static enum till_status reversal(struct report *r, const struct moment *m)
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
        status = note(r, m,
                      &(struct exception){.kind = REPORT_REVERSAL,
                                          .about = b.seq,
                                          .account = b.account,
                                          .amount_minor = b.amount_minor,
                                          .number = b.reason});
    return status == TILL_OK ? report_lay(r, m->from, b.account) : status;
}

/* ---- paper ----------------------------------------------------------------------------------- */

/* As the Z counts them: of a paper that was told whole afterwards the end is known. */
static enum till_status print_end(struct report *r, const struct moment *m)
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
        return note_paper(r, m, REPORT_UNCERTAIN, b.seq, b.copy, true);
    }
    if (m->e->kind == KIND_PRINT_DONE && doubtful) {
        int64_t id = id_of(p->doubt_seq, REPORT_UNCERTAIN);

        p->doubt_seq = 0;
        return change_exception(r, REPORT_END_DOUBT, id, 0);
    }
    return TILL_OK;
}

static enum till_status duplicate(struct report *r, const struct moment *m)
{
    struct body_print b;
    enum till_status status = entry_read_print(m->e, &b);

    return status == TILL_OK ? note_paper(r, m, REPORT_DUPLICATE, b.seq, b.copy, false) : status;
}

static enum till_status stationery(struct report *r, const struct moment *m)
{
    struct body_stock_ended ended;
    struct body_stock_adjusted adjusted;
    struct exception x = {.kind = REPORT_STATIONERY, .number = 1};
    enum till_status status = TILL_OK;

    if (m->e->kind == KIND_STATIONERY_ADJUSTED) {
        status = entry_read_stock_adjusted(m->e, &adjusted);
        if (status == TILL_OK)
            x.number = llabs((int64_t)adjusted.hand - (int64_t)adjusted.screen.number);
        return status == TILL_OK ? note(r, m, &x) : status;
    }
    status = entry_read_stock_ended(m->e, &ended);
    if (status == TILL_OK && ended.seq != 0)
        return note_paper(r, m, REPORT_STATIONERY, ended.seq, 1, false);
    return status == TILL_OK ? note(r, m, &x) : status;
}

/* ---- shifts ---------------------------------------------------------------------------------- */

static enum till_status shift_opened(struct report *r, const struct moment *m)
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

static enum till_status close_shift(struct report *r, const struct moment *m,
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
static enum till_status look_over_short(struct report *r, const struct moment *m, int64_t who,
                                        int32_t date, const struct body_shift_closed *z)
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
    return note_of(r, m, who, date,
                   &(struct exception){.kind = REPORT_OVER_SHORT,
                                       .amount_minor = z->expected_minor - z->counted_minor,
                                       .number = totals.reason});
}

static enum till_status shift_closed(struct report *r, const struct moment *m)
{
    struct body_shift_closed z;
    const struct fold_user *owner = user_named(&r->fold, m->user);
    enum till_status status = entry_read_shift_closed(m->e, &z);

    if (status == TILL_OK)
        status = close_shift(r, m, &z, false);
    if (status != TILL_OK || owner == NULL)
        return status;
    return look_over_short(r, m, m->who, owner->business_date, &z);
}

static enum till_status closed_in_absence(struct report *r, const struct moment *m)
{
    struct body_closed_in_absence b;
    int64_t who = 0;
    enum till_status status = entry_read_closed_in_absence(m->e, &b);

    if (status == TILL_OK)
        status = who_of(r, b.owner, &who);
    if (status != TILL_OK)
        return status;
    const struct body_shift_closed z = {.z = b.z,
                                        .shift = b.shift,
                                        .expected_minor = b.expected_minor,
                                        .counted_minor = b.counted_minor,
                                        .taken_minor = b.taken_minor,
                                        .receipts = b.receipts};
    const struct fold_user *owner = user_named(&r->fold, b.owner);
    int32_t date = owner != NULL ? owner->business_date : m->date;
    status = close_shift(r, m, &z, true);
    if (status == TILL_OK)
        status = look_over_short(r, m, who, date, &z);
    if (status == TILL_OK)
        status =
            note_of(r, m, who, date,
                    &(struct exception){
                        .kind = REPORT_ABSENCE, .amount_minor = b.counted_minor, .open = true});
    return status;
}

static enum till_status absence_answered(struct report *r, const struct moment *m)
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
    return change_exception(r, REPORT_ANSWER_ABSENCE, id_of(seq, REPORT_ABSENCE), b.disputed);
}

/* The date of the shift that is counted, and its owner's: not of who counts. */
static enum till_status counted(struct report *r, const struct moment *m)
{
    struct body_cash_count b;
    int64_t who = m->who;
    enum till_status status = entry_read_cash_count(m->e, &b);

    if (status != TILL_OK || b.attempt < 2)
        return status;
    const struct fold_user *owner = b.shift != 0 ? fold_shift(&r->fold, b.shift) : NULL;
    if (owner != NULL)
        status = who_of(r, owner->user, &who);
    if (status != TILL_OK)
        return status;
    return note_of(r, m, who, owner != NULL ? owner->business_date : m->date,
                   &(struct exception){.kind = REPORT_RECOUNT,
                                       .amount_minor = b.amount_minor,
                                       .number = b.attempt});
}

/* ---- hand-over and deposit ------------------------------------------------------------------- */

static enum till_status settle(struct report *r, const struct moment *m, uint32_t first,
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
static enum till_status went(struct report *r, const struct moment *m, const char *closes,
                             int source)
{
    const struct fold_user *user = user_named(&r->fold, m->user);
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

static enum till_status given(struct report *r, const struct moment *m)
{
    struct body_handover_given b;
    enum till_status status = entry_read_handover_given(m->e, &b);

    return status == TILL_OK ? went(r, m, b.closes, b.source) : status;
}

static enum till_status look_variance(struct report *r, const struct moment *m, uint64_t about,
                                      int64_t short_minor)
{
    if (short_minor == 0)
        return TILL_OK;
    return note(r, m,
                &(struct exception){.kind = REPORT_VARIANCE,
                                    .about = about,
                                    .amount_minor = short_minor,
                                    .number = short_minor,
                                    .open = true});
}

static enum till_status taken(struct report *r, const struct moment *m)
{
    struct body_handover_taken b;
    enum till_status status = entry_read_handover_taken(m->e, &b);

    return status == TILL_OK ? look_variance(r, m, b.seq, b.amount_minor - b.counted_minor)
                             : status;
}

static enum till_status deposited(struct report *r, const struct moment *m)
{
    struct body_deposit b;
    enum till_status status = entry_read_deposit(m->e, &b);

    if (status == TILL_OK)
        status = went(r, m, b.closes, b.source);
    return status == TILL_OK ? look_variance(r, m, 0, b.expected_minor - b.amount_minor) : status;
}

static enum till_status explained(struct report *r, const struct moment *m)
{
    struct body_variance_explained b;
    enum till_status status = entry_read_variance_explained(m->e, &b);

    return status == TILL_OK
               ? change_exception(r, REPORT_EXPLAIN, id_of(b.seq, REPORT_VARIANCE), b.amount_minor)
               : status;
}

/* ---- the terminal's own life ----------------------------------------------------------------- */

static enum till_status clock_changed(struct report *r, const struct moment *m)
{
    struct body_clock_changed b;
    enum till_status status = entry_read_clock_changed(m->e, &b);

    return status == TILL_OK
               ? note(r, m, &(struct exception){.kind = REPORT_CLOCK, .number = b.to_s - b.from_s})
               : status;
}

/* Under the number that was typed: nobody is at work yet, or it is an approver's. */
static enum till_status login_failed(struct report *r, const struct moment *m)
{
    struct body_login b;
    int64_t who = 0;
    enum till_status status = entry_read_login(m->e, &b);

    if (status == TILL_OK)
        status = who_of(r, b.user, &who);
    return status == TILL_OK
               ? note_of(r, m, who, m->date,
                         &(struct exception){.kind = REPORT_LOGIN_FAILED, .number = b.failures})
               : status;
}

static enum till_status limit_lifted(struct report *r, const struct moment *m)
{
    struct body_limit_lifted b;
    enum till_status status = entry_read_limit_lifted(m->e, &b);

    return status == TILL_OK
               ? note(r, m,
                      &(struct exception){
                          .kind = REPORT_LIMIT_LIFTED, .number = b.limit, .amount_minor = b.value})
               : status;
}

static enum till_status anomaly(struct report *r, const struct moment *m)
{
    struct body_anomaly b;
    enum till_status status = entry_read_anomaly(m->e, &b);

    return status == TILL_OK
               ? note(r, m, &(struct exception){.kind = REPORT_ANOMALY, .number = b.code})
               : status;
}

/* ---- long without the office ----------------------------------------------------------------- */

/* The first payment after that entry and before another; 0 = none. */
static enum till_status first_payment(struct journal *j, uint64_t after, uint64_t before,
                                      struct entry *out)
{
    static const uint16_t kinds[JOURNAL_KINDS] = {KIND_COLLECTION, KIND_ADVANCE,
                                                  KIND_MANUAL_RECEIPT};
    enum till_status status;

    out->seq = after;
    do {
        status = journal_next_of(j, out->seq, kinds, out);
    } while (status == TILL_OK && out->seq < before && kind_is_training(out->kind));
    return status == TILL_OK && out->seq >= before ? TILL_NOT_FOUND : status;
}

/*
 * A Z says how many entries the office had not confirmed: so far it had heard, and of the first
 * payment after that it had not for so long. Each Z of one gap tells it anew, in the place of what
 * the one before told.
 */
static enum till_status totals(struct report *r, const struct moment *m)
{
    struct body_shift_totals b;
    struct report_progress *p = &r->progress;
    struct entry first;
    enum till_status status = entry_read_shift_totals(m->e, &b);

    if (status != TILL_OK)
        return status;
    uint64_t before = m->e->seq - 1;
    uint64_t known = b.unsent < before ? before - b.unsent : 0;
    p->known_seq = known > p->known_seq ? known : p->known_seq;
    status = first_payment(m->from->journal, p->known_seq, m->e->seq, &first);
    if (status != TILL_OK || m->e->at_s - first.at_s < REPORT_OFFLINE_S)
        return status == TILL_NOT_FOUND ? TILL_OK : status;
    if (p->gap_seq == first.seq)
        status = change_exception(r, REPORT_DROP_EXCEPTION, p->gap_id, 0);
    p->gap_seq = first.seq;
    p->gap_id = id_of(m->e->seq, REPORT_OFFLINE);
    return status == TILL_OK ? note(r, m,
                                    &(struct exception){.kind = REPORT_OFFLINE,
                                                        .about = first.seq,
                                                        .number = m->e->at_s - first.at_s})
                             : status;
}

/* The gap that lasts, by what is acknowledged now: it goes when that comes. */
static enum till_status running_gap(struct report *r, const struct report_source *from)
{
    struct report_progress *p = &r->progress;
    uint64_t acked = journal_acknowledged(from->journal)->seq;
    struct entry first, last;
    struct moment m;
    enum till_status status = TILL_OK;

    if (p->running_id != 0)
        status = change_exception(r, REPORT_DROP_EXCEPTION, p->running_id, 0);
    p->running_id = 0;
    p->acked_seq = acked;
    if (status == TILL_OK)
        status = first_payment(from->journal, acked > p->known_seq ? acked : p->known_seq,
                               r->fold.seq + 1, &first);
    if (status != TILL_OK || r->fold.at_s - first.at_s < REPORT_OFFLINE_S ||
        first.seq == p->gap_seq || p->gap_id == id_of(r->fold.seq, REPORT_OFFLINE))
        return status == TILL_NOT_FOUND ? TILL_OK : status;
    status = journal_read(from->journal, r->fold.seq, &last, NULL);
    if (status == TILL_OK)
        status = moment_of(r, from, &last, &m);
    if (status != TILL_OK)
        return status;
    p->running_id = id_of(last.seq, REPORT_OFFLINE);
    return note(r, &m,
                &(struct exception){.kind = REPORT_OFFLINE,
                                    .about = first.seq,
                                    .number = last.at_s - first.at_s,
                                    .open = true});
}

/* ---- which of them --------------------------------------------------------------------------- */

static enum till_status money_of(struct report *r, const struct moment *m)
{
    switch (m->e->kind) {
    case KIND_COLLECTION:
    case KIND_ADVANCE:
    case KIND_MANUAL_RECEIPT:
        return payment(r, m);
    case KIND_REVERSAL:
        return reversal(r, m);
    case KIND_SHIFT_OPENED:
        return shift_opened(r, m);
    case KIND_SHIFT_CLOSED:
        return shift_closed(r, m);
    case KIND_CLOSED_IN_ABSENCE:
        return closed_in_absence(r, m);
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

static enum till_status mark_of(struct report *r, const struct moment *m)
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
    case KIND_ABSENCE_ANSWERED:
        return absence_answered(r, m);
    case KIND_CASH_COUNT:
        return counted(r, m);
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
        return TILL_OK;
    }
}

/* Training is folded, as its papers are, and told nowhere: its kinds are others. */
enum till_status report_entry(struct report *r, const struct report_source *from,
                              const struct entry *e)
{
    struct moment m;
    enum till_status status = moment_of(r, from, e, &m);

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
    return status == TILL_OK && all ? running_gap(r, from) : status;
}
