/*
 * The check of numbered paper: everything that stands in the store, once more and together.
 */
#include <string.h>

#include "stock.h"
#include "store_office.h"
#include "text.h"

/* A copy begins in the transaction that ends the number before it: a receipt's and an invoice's. */
enum { COPY_WITHIN = 2 };

const char *stock_wrong_text(int what)
{
    static const char *const texts[STOCK_WRONGS] = {
        [STOCK_ODD_TWICE] = N_("number stands in two records"),
        [STOCK_ODD_NEVER_HAD] = N_("used by who never had it"),
        [STOCK_ODD_PAPERS] = N_("two papers for one receipt"),
        [STOCK_ODD_INVOICES] = N_("two invoices for one bill"),
        [STOCK_ODD_DATE] = N_("manual receipt recorded late"),
        [STOCK_ODD_REVERSED] = N_("invoice of a payment that was undone"),
        [STOCK_WRONG_UNISSUED] = N_("taken over without being issued"),
        [STOCK_WRONG_GAP] = N_("passed over without a record"),
        [STOCK_WRONG_FACE] = N_("amount is not the receipt's"),
        [STOCK_WRONG_COUNT] = N_("count and records differ"),
        [STOCK_WRONG_BARE] = N_("payment left without its paper")};
    return what > 0 && what < STOCK_WRONGS && texts[what] != NULL ? texts[what] : "?";
}

struct checking {
    struct store *store;
    stock_tell *tell;
    void *context;
    struct stock_verdict *verdict;
};

static void tell(struct checking *c, const struct stock_problem *problem)
{
    c->verdict->problems++;
    c->tell(c->context, problem);
}

static struct stock_problem problem_of(int what, int type, const char *series, uint64_t first,
                                       uint64_t last)
{
    struct stock_problem p = {.what = what, .type = type, .first = first, .last = last};
    text_copy(p.series, sizeof(p.series), series);
    return p;
}

static struct stock_problem problem_of_number(int what, const struct store_stock_number *n)
{
    struct stock_problem p = problem_of(what, n->type, n->series, n->first, n->last);
    text_copy(p.terminal, sizeof(p.terminal), n->terminal);
    text_copy(p.user, sizeof(p.user), n->user);
    p.seq = n->seq;
    return p;
}

/* ---- of each terminal ------------------------------------------------------------------------ */

static enum till_status tell_finding(struct checking *c, const char *terminal,
                                     const struct stock_finding *f)
{
    struct store_stock_number row;
    enum till_status status = store_stock_number_next(c->store, terminal, f->seq - 1, &row);
    if (status == TILL_OK) {
        struct stock_problem p = problem_of_number((int)f->what, &row);
        text_copy(p.other, sizeof(p.other), f->other);
        tell(c, &p);
    }
    return status;
}

static enum till_status check_findings(struct checking *c, const char *terminal)
{
    struct stock_finding list[STOCK_FINDINGS_MAX];
    uint64_t through = 0;
    enum till_status status = TILL_OK;
    while (status == TILL_OK && through < INT64_MAX) {
        size_t count = 0;
        status = store_stock_findings(c->store, terminal, through + 1, INT64_MAX, false, list,
                                      &count, &through);
        for (size_t i = 0; i < count && status == TILL_OK; i++) {
            status = tell_finding(c, terminal, &list[i]);
        }
    }
    return status;
}

static enum till_status check_gaps(struct checking *c, const char *terminal)
{
    struct stock_gap list[STOCK_GAPS_MAX], after = {0};
    size_t count = STOCK_GAPS_MAX;
    enum till_status status = TILL_OK;
    while (status == TILL_OK && count == STOCK_GAPS_MAX) {
        status = store_stock_gaps(c->store, terminal, &after, list, &count);
        for (size_t i = 0; i < count && status == TILL_OK; i++) {
            struct stock_problem p = problem_of(STOCK_WRONG_GAP, list[i].type, list[i].series,
                                                list[i].first, list[i].last);
            text_copy(p.terminal, sizeof(p.terminal), terminal);
            tell(c, &p);
            after = list[i];
        }
    }
    return status;
}

static enum till_status check_terminals(struct checking *c)
{
    struct store_terminal t = {0};
    enum till_status status;
    while ((status = store_terminal_next(c->store, t.terminal, &t)) == TILL_OK) {
        status = check_findings(c, t.terminal);
        if (status == TILL_OK) {
            status = check_gaps(c, t.terminal);
        }
        if (status != TILL_OK) {
            break;
        }
    }
    explicit_bzero(t.secret, sizeof(t.secret));
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* ---- of each number -------------------------------------------------------------------------- */

/* What the receipt says that the paper is of; a paper of something else has no face. */
static enum till_status check_face(struct checking *c, const struct store_stock_number *row)
{
    struct entry e;
    struct body_collection payment;
    int64_t amount_minor = 0;
    enum till_status status = store_entry_get(c->store, row->terminal, row->receipt, &e);
    if (status == TILL_OK && entry_read_payment(&e, &payment, NULL) == TILL_OK) {
        amount_minor = payment.amount_minor;
    }
    if (status != TILL_OK && status != TILL_NOT_FOUND) {
        return status;
    }
    if (amount_minor != row->face_minor || status == TILL_NOT_FOUND) {
        struct stock_problem p = problem_of_number(STOCK_WRONG_FACE, row);
        p.stated_minor = row->face_minor;
        p.known_minor = amount_minor;
        tell(c, &p);
    }
    return TILL_OK;
}

static enum till_status is_copied(struct checking *c, const struct store_stock_number *row,
                                  bool *copied_out)
{
    struct entry e;
    struct body_print print;
    enum till_status status = TILL_OK;
    *copied_out = false;
    for (uint64_t i = 1; i <= COPY_WITHIN && status == TILL_OK && !*copied_out; i++) {
        status = store_entry_get(c->store, row->terminal, row->ended + i, &e);
        *copied_out = status == TILL_OK && e.kind == KIND_DUPLICATE &&
                      entry_read_print(&e, &print) == TILL_OK && print.seq == row->receipt;
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* Only where no copy came with the end: the rows of that terminal are gone over. */
static enum till_status has_other(struct checking *c, const struct store_stock_number *row,
                                  bool *has_out)
{
    struct store_stock_number other = {.seq = row->receipt};
    enum till_status status = TILL_OK;
    text_copy(other.terminal, sizeof(other.terminal), row->terminal);
    *has_out = false;
    while (status == TILL_OK && !*has_out) {
        status = store_stock_number_next(c->store, other.terminal, other.seq, &other);
        if (status == TILL_OK && strcmp(other.terminal, row->terminal) != 0) {
            break;
        }
        *has_out = status == TILL_OK && other.receipt == row->receipt && other.state == STOCK_USED;
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* The number of a payment ends with its copy on the next one, or as the payment is undone. */
static enum till_status check_bare(struct checking *c, const struct store_stock_number *row)
{
    struct store_payment payment;
    bool proven = false;
    enum till_status status = store_payment_get(c->store, row->terminal, row->receipt, &payment);
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND ? TILL_OK : status;
    }
    if (payment.undone_by[0] != '\0') {
        return TILL_OK;
    }
    status = is_copied(c, row, &proven);
    if (status == TILL_OK && !proven) {
        status = has_other(c, row, &proven);
    }
    if (status == TILL_OK && !proven) {
        struct stock_problem p = problem_of_number(STOCK_WRONG_BARE, row);
        tell(c, &p);
    }
    return status;
}

static enum till_status check_numbers(struct checking *c)
{
    struct store_stock_number row = {0};
    enum till_status status;
    while ((status = store_stock_number_next(c->store, row.terminal, row.seq, &row)) == TILL_OK) {
        struct stock_sums *sums = &c->verdict->totals[row.type].sums;
        sums->numbers[row.state] += row.last - row.first + 1;
        sums->face_minor[row.state] += row.face_minor;
        bool stands = row.state == STOCK_USED || row.state == STOCK_WRITTEN;
        if (stands && row.receipt > 0) {
            status = check_face(c, &row);
        } else if (row.receipt > 0) {
            status = check_bare(c, &row);
        }
        if (status != TILL_OK) {
            return status;
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* ---- of hands and counts --------------------------------------------------------------------- */

static enum till_status check_moves(struct checking *c)
{
    struct store_stock_move m = {0};
    enum till_status status;
    while ((status = store_stock_move_next(c->store, m.id, &m)) == TILL_OK) {
        if (!m.unissued) {
            continue;
        }
        struct stock_problem p =
            problem_of(STOCK_WRONG_UNISSUED, m.type, m.series, m.first, m.last);
        text_copy(p.terminal, sizeof(p.terminal), m.terminal);
        text_copy(p.user, sizeof(p.user), m.taker);
        p.seq = m.seq;
        tell(c, &p);
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status stock_range_sums(struct store *s, const struct store_stock_range *range,
                                  struct stock_totals *out)
{
    uint64_t blank = range->last - range->first + 1;
    enum till_status status =
        store_stock_sums(s, range->type, range->series, range->first, range->last, &out->sums);
    for (int i = 0; i < STOCK_STATES && status == TILL_OK; i++) {
        blank -= out->sums.numbers[i] < blank ? out->sums.numbers[i] : blank;
    }
    out->unused = blank;
    return status;
}

static enum till_status check_ranges(struct checking *c)
{
    struct store_stock_range range = {0};
    struct stock_totals totals;
    enum till_status status;
    while ((status = store_stock_range_next(c->store, &range, &range)) == TILL_OK) {
        status = stock_range_sums(c->store, &range, &totals);
        if (status != TILL_OK) {
            return status;
        }
        c->verdict->totals[range.type].unused += totals.unused;
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* A paper of an earlier count that ended since is one ended more in this one, where its range is
 * not forgotten there. */
bool stock_count_agrees(const struct store_stock_count *c)
{
    uint64_t stated = (uint64_t)c->voided + c->spoiled;
    uint64_t known = (uint64_t)c->known_voided + c->known_spoiled;
    return c->used == c->known_used && stated >= known && stated <= known + c->known_ended &&
           c->face_minor == c->known_face_minor;
}

static enum till_status check_counts(struct checking *c)
{
    struct store_stock_count count = {0};
    enum till_status status;
    while ((status = store_stock_count_next(c->store, count.date, count.terminal, count.seq,
                                            &count)) == TILL_OK) {
        if (stock_count_agrees(&count)) {
            continue;
        }
        struct stock_problem p =
            problem_of(STOCK_WRONG_COUNT, count.type, count.series, count.next, count.next);
        text_copy(p.terminal, sizeof(p.terminal), count.terminal);
        text_copy(p.user, sizeof(p.user), count.user);
        p.seq = count.seq;
        p.stated_minor = count.face_minor;
        p.known_minor = count.known_face_minor;
        tell(c, &p);
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status stock_check(struct store *s, stock_tell *tell_problem, void *context,
                             struct stock_verdict *verdict_out)
{
    struct checking c = {
        .store = s, .tell = tell_problem, .context = context, .verdict = verdict_out};
    *verdict_out = (struct stock_verdict){0};
    enum till_status status = store_begin_whole(s);
    if (status != TILL_OK) {
        return status;
    }
    status = check_terminals(&c);
    if (status == TILL_OK) {
        status = check_moves(&c);
    }
    if (status == TILL_OK) {
        status = check_numbers(&c);
    }
    if (status == TILL_OK) {
        status = check_ranges(&c);
    }
    if (status == TILL_OK) {
        status = check_counts(&c);
    }
    store_rollback(s);
    return status;
}
