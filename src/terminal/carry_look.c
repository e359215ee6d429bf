/*
 * What a fold does not keep of the way from the bag to the bank: which Zs wait, what was given and
 * not taken over here, which differences are open, who can receive.
 *
 * Read from the latest records; from all where the open differences don't add up to the fold's.
 * What the office knows besides the book tells: hand-overs that were taken on another terminal,
 * differences that were explained there.
 */
#include <string.h>

#include "parts.h"
#include "text.h"

enum { LATEST = 20000 /* a month of 300 receipts a day */, OUT_MAX = 64 };

/* One look: whose, and how far back. */
struct look {
    struct app *app;
    const struct fold_user *user;
    uint64_t since;
    struct carry_view *view;
    /* while it goes over the records */
    char who[USER_MAX]; /* logged in at that record */
    int64_t slips_minor;
    uint32_t slips_shift; /* of the latest count */
    /* What found no room and may be covered or taken still. */
    uint32_t closes_out[OUT_MAX];
    uint64_t given_out[OUT_MAX];
    size_t closes_out_count, given_out_count;
    /* Of differences, as the journal alone has them: their sum; and what the office explained. */
    int64_t open_sum_minor;
    struct book_explained explained[BOOK_EXPLAINED_MAX];
    size_t explained_count;
};

/* ---- going over records ---------------------------------------------------------------------- */

static bool notes_login(struct look *l, const struct entry *e)
{
    struct body_login body;
    uint16_t kind = kind_base(e->kind);
    if (kind != KIND_LOGIN && kind != KIND_USER_SWITCHED)
        return false;
    if (entry_read_login(e, &body) == TILL_OK)
        text_copy(l->who, sizeof l->who, body.user);
    return true;
}

static bool is_own(const struct look *l)
{
    return strcmp(l->who, l->user->user) == 0;
}

typedef void look_visit(struct look *l, const struct entry *e);

static enum till_status go_over(struct look *l, const uint16_t kinds[JOURNAL_KINDS],
                                look_visit *visit)
{
    struct entry entry = {.seq = l->since};
    enum till_status status = receipt_who(l->app, l->since + 1, l->who);
    /* Each step goes on to a later entry: it ends. */
    while (status == TILL_OK) {
        status = journal_next_of(l->app->journal, entry.seq, kinds, &entry);
        if (status == TILL_OK && !notes_login(l, &entry) && !kind_is_training(entry.kind))
            visit(l, &entry);
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* ---- Zs -------------------------------------------------------------------------------------- */

static void add_close(struct look *l, const struct carry_close *close)
{
    struct carry_view *v = l->view;
    if (v->close_count == CARRY_CLOSES_MAX) { /* the oldest goes, its slips stay in hand */
        v->slips_left_minor[v->closes[0].source] += v->closes[0].slips_minor;
        l->closes_out[l->closes_out_count++ % OUT_MAX] = v->closes[0].z;
        memmove(&v->closes[0], &v->closes[1], --v->close_count * sizeof v->closes[0]);
    }
    v->closes[v->close_count++] = *close;
}

/* Slips of other tenders, counted beside the cash. */
static void note_count(struct look *l, const struct body_cash_count *count)
{
    struct heaps heaps;
    int64_t sum_minor = 0;
    if (!heaps_read(count->tenders, &heaps) || heaps_sum(&heaps, &sum_minor) != TILL_OK)
        sum_minor = 0;
    l->slips_minor = sum_minor;
    l->slips_shift = count->shift;
    if (count->purpose == COUNT_TAKEN && is_own(l))
        l->view->slips_left_minor[CASH_KEPT] += sum_minor;
}

static void visit_close(struct look *l, const struct entry *e)
{
    struct body_cash_count count;
    struct body_shift_closed own;
    struct body_closed_in_absence absent;
    struct carry_close close = {.seq = e->seq, .at_s = e->at_s};
    uint32_t shift = 0;
    if (entry_read_cash_count(e, &count) == TILL_OK) {
        note_count(l, &count);
        return;
    }
    if (!is_own(l))
        return;
    if (entry_read_shift_closed(e, &own) == TILL_OK) {
        shift = own.shift;
        close.z = own.z;
        close.counted_minor = own.counted_minor;
        close.source = CASH_HELD;
    } else if (entry_read_closed_in_absence(e, &absent) == TILL_OK) {
        shift = absent.shift;
        close.z = absent.z;
        close.counted_minor = absent.counted_minor;
        close.source = CASH_KEPT;
    }
    close.slips_minor = l->slips_shift == shift ? l->slips_minor : 0;
    if (close.z > 0 && close.counted_minor + close.slips_minor > 0)
        add_close(l, &close);
}

/* Of the slips, what did not go with it stays in hand. */
static void cover(struct look *l, const char *closes, int source, int64_t other_minor)
{
    struct carry_view *v = l->view;
    for (size_t i = 0; i < OUT_MAX; i++)
        if (l->closes_out[i] > 0 && closes_text_has(closes, l->closes_out[i]))
            l->closes_out[i] = 0;
    v->slips_left_minor[source] -= other_minor;
    for (size_t i = v->close_count; i > 0; i--) {
        if (!closes_text_has(closes, v->closes[i - 1].z))
            continue;
        v->slips_left_minor[source] += v->closes[i - 1].slips_minor;
        memmove(&v->closes[i - 1], &v->closes[i], (v->close_count-- - i) * sizeof v->closes[0]);
    }
}

/* ---- what was given -------------------------------------------------------------------------- */

static void add_given(struct look *l, const struct entry *e, const struct carry_given *given)
{
    struct carry_view *v = l->view;
    if (carry_is_elsewhere(l->app, e))
        return;
    if (v->given_count == CARRY_GIVEN_MAX) { /* the oldest goes */
        l->given_out[l->given_out_count++ % OUT_MAX] = v->given[0].seq;
        memmove(&v->given[0], &v->given[1], --v->given_count * sizeof v->given[0]);
    }
    v->given[v->given_count++] = *given;
}

static void take_out_given(struct look *l, uint64_t seq)
{
    struct carry_view *v = l->view;
    for (size_t i = 0; i < OUT_MAX; i++)
        if (l->given_out[i] == seq)
            l->given_out[i] = 0;
    for (size_t i = v->given_count; i > 0; i--)
        if (v->given[i - 1].seq == seq)
            memmove(&v->given[i - 1], &v->given[i], (v->given_count-- - i) * sizeof v->given[0]);
}

static void visit_given(struct look *l, const struct entry *e)
{
    enum { TO_SUPERVISOR = 1 };
    struct body_handover_given body;
    struct body_cash_drop drop;
    struct body_handover_taken taken;
    struct carry_given given = {.seq = e->seq, .at_s = e->at_s};
    text_copy(given.from, sizeof given.from, l->who);
    if (entry_read_handover_given(e, &body) == TILL_OK) {
        given.amount_minor = body.amount_minor;
        text_copy(given.to, sizeof given.to, body.receiver);
        add_given(l, e, &given);
        if (is_own(l))
            cover(l, body.closes, body.source, body.other_minor);
    } else if (entry_read_cash_drop(e, &drop) == TILL_OK && drop.to == TO_SUPERVISOR) {
        given.drop = true;
        given.amount_minor = drop.amount_minor;
        text_copy(given.to, sizeof given.to, drop.receiver);
        add_given(l, e, &given);
    } else if (entry_read_handover_taken(e, &taken) == TILL_OK && taken.seq > 0) {
        take_out_given(l, taken.seq);
    }
}

/* ---- what became of it ----------------------------------------------------------------------- */

/* By the office, of a difference of theirs. */
static int64_t explained_minor(const struct look *l, uint64_t seq)
{
    for (size_t i = 0; i < l->explained_count; i++)
        if (l->explained[i].seq == seq && strcmp(l->explained[i].user, l->user->user) == 0)
            return l->explained[i].amount_minor;
    return 0;
}

/* One of which the office leaves nothing takes no room. */
static void add_open(struct look *l, const struct entry *e, int64_t open_minor)
{
    struct carry_view *v = l->view;
    if (!is_own(l))
        return;
    l->open_sum_minor += open_minor; /* a part of what the fold has added up */
    if (book_explained_leaves(open_minor, explained_minor(l, e->seq)) != 0 &&
        v->open_count < CARRY_OPEN_MAX)
        v->open[v->open_count++] = (struct carry_open){
            .seq = e->seq, .kind = kind_base(e->kind), .at_s = e->at_s, .open_minor = open_minor};
}

static void explain(struct look *l, const struct body_variance_explained *body)
{
    struct carry_view *v = l->view;
    if (body->seq > l->since)
        l->open_sum_minor -= body->amount_minor;
    for (size_t i = v->open_count; i > 0; i--) {
        struct carry_open *open = &v->open[i - 1];
        if (open->seq != body->seq)
            continue;
        open->open_minor -= body->amount_minor;
        if (open->open_minor == 0)
            memmove(open, open + 1, (v->open_count-- - i) * sizeof *open);
    }
}

static void visit_outcome(struct look *l, const struct entry *e)
{
    struct body_handover_taken taken;
    struct body_deposit deposit;
    struct body_variance_explained explained;
    if (entry_read_handover_taken(e, &taken) == TILL_OK) {
        add_open(l, e, taken.amount_minor - taken.counted_minor);
    } else if (entry_read_deposit(e, &deposit) == TILL_OK) {
        add_open(l, e, deposit.expected_minor - deposit.amount_minor);
        if (is_own(l))
            cover(l, deposit.closes, deposit.source, deposit.other_minor);
    } else if (entry_read_variance_explained(e, &explained) == TILL_OK && is_own(l)) {
        explain(l, &explained);
    }
}

/* What the journal leaves open, less what the office explained of it. */
static void take_explained_off(struct look *l)
{
    struct carry_view *v = l->view;
    for (size_t i = v->open_count; i > 0; i--) {
        struct carry_open *open = &v->open[i - 1];
        open->open_minor = book_explained_leaves(open->open_minor, explained_minor(l, open->seq));
        if (open->open_minor == 0)
            memmove(open, open + 1, (v->open_count-- - i) * sizeof *open);
    }
}

/* ---- people ---------------------------------------------------------------------------------- */

static bool may_hold_cash(const struct book_user *user)
{
    return user->role == ROLE_COLLECTOR || user->role == ROLE_SUPERVISOR ||
           user->role == ROLE_AGENT;
}

enum till_status carry_person(struct app *app, const char *user, struct carry_person *out)
{
    struct book_user row;
    memset(out, 0, sizeof *out);
    text_copy(out->user, sizeof out->user, user);
    if (!app->book)
        return TILL_NO_BOOK;
    enum till_status status = book_find_user(app->book, user, &row);
    if (status != TILL_OK)
        return status;
    text_copy(out->name, sizeof out->name, row.name);
    out->role = row.role;
    bool cash = may_hold_cash(&row);
    crypto_wipe(&row, sizeof row);
    return cash ? TILL_OK : TILL_REFUSED;
}

static void name_of(struct app *app, const char *user, char out[BOOK_NAME_MAX])
{
    struct carry_person person;
    enum till_status status = carry_person(app, user, &person);
    bool known = status == TILL_OK || status == TILL_REFUSED;
    text_copy(out, BOOK_NAME_MAX, known ? person.name : "");
}

static void add_people(struct look *l, bool supervisors)
{
    const struct fold *fold = journal_fold(l->app->journal);
    struct carry_view *v = l->view;
    for (size_t i = 0; i < fold->user_count && v->people_count < CARRY_PEOPLE_MAX; i++) {
        struct carry_person *person = &v->people[v->people_count];
        if (&fold->users[i] != l->user &&
            carry_person(l->app, fold->users[i].user, person) == TILL_OK &&
            (person->role == ROLE_SUPERVISOR) == supervisors)
            v->people_count++;
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

static bool adds_up(const struct look *l)
{
    int64_t sum_minor = l->open_sum_minor;
    if (l->view->slips_left_minor[CASH_HELD] < 0 || l->view->slips_left_minor[CASH_KEPT] < 0)
        return false;                               /* they are of an earlier time */
    for (size_t i = 0; i < l->explained_count; i++) /* older ones are done with */
        if (l->explained[i].seq <= l->since && strcmp(l->explained[i].user, l->user->user) == 0)
            sum_minor += l->explained[i].amount_minor;
    return sum_minor == l->user->variance_minor;
}

static enum till_status look(struct look *l)
{
    static const uint16_t closes[JOURNAL_KINDS] = {KIND_LOGIN, KIND_USER_SWITCHED, KIND_CASH_COUNT,
                                                   KIND_SHIFT_CLOSED, KIND_CLOSED_IN_ABSENCE};
    static const uint16_t given[JOURNAL_KINDS] = {
        KIND_LOGIN, KIND_USER_SWITCHED, KIND_HANDOVER_GIVEN, KIND_CASH_DROP, KIND_HANDOVER_TAKEN};
    static const uint16_t outcome[JOURNAL_KINDS] = {
        KIND_LOGIN, KIND_USER_SWITCHED, KIND_HANDOVER_TAKEN, KIND_DEPOSIT, KIND_VARIANCE_EXPLAINED};
    memset(l->view, 0, sizeof *l->view);
    memset(l->closes_out, 0, sizeof l->closes_out);
    memset(l->given_out, 0, sizeof l->given_out);
    l->closes_out_count = l->given_out_count = 0;
    l->open_sum_minor = 0;
    enum till_status status = go_over(l, closes, visit_close);
    if (status == TILL_OK)
        status = go_over(l, given, visit_given);
    if (status == TILL_OK)
        status = go_over(l, outcome, visit_outcome);
    for (size_t i = 0; i < OUT_MAX; i++) {
        l->view->closes_more = l->view->closes_more || l->closes_out[i] > 0;
        l->view->given_more = l->view->given_more || l->given_out[i] > 0;
    }
    return status;
}

/* More may have gone than was counted: earlier software asked nobody. */
static void sum_slips(struct carry_view *v)
{
    for (int source = CASH_HELD; source <= CASH_KEPT; source++) {
        if (v->slips_left_minor[source] < 0)
            v->slips_left_minor[source] = 0;
        v->slips_minor[source] = v->slips_left_minor[source];
    }
    for (size_t i = 0; i < v->close_count; i++)
        v->slips_minor[v->closes[i].source] += v->closes[i].slips_minor;
}

enum till_status carry_look(struct app *app, struct carry_view *out)
{
    const struct fold *fold = app->journal ? journal_fold(app->journal) : NULL;
    struct look l = {.app = app, .user = fold ? fold_current(fold) : NULL, .view = out};
    memset(out, 0, sizeof *out);
    if (!l.user || !app->signed_in)
        return TILL_NOT_FOUND;
    l.since = fold->seq > LATEST ? fold->seq - LATEST : 0;
    carry_explained(app, l.explained, &l.explained_count);
    enum till_status status = look(&l);
    if (status == TILL_OK && l.since > 0 && !adds_up(&l)) {
        l.since = 0;
        status = look(&l);
    }
    if (status != TILL_OK)
        return status;
    sum_slips(out);
    take_explained_off(&l);
    for (size_t i = 0; i < out->given_count; i++) {
        name_of(app, out->given[i].from, out->given[i].from_name);
        name_of(app, out->given[i].to, out->given[i].to_name);
    }
    add_people(&l, true);
    add_people(&l, false);
    return TILL_OK;
}

enum till_status carry_taken(struct app *app, const uint8_t hash[HASH_SIZE], uint64_t *seq_out)
{
    static const uint16_t kinds[JOURNAL_KINDS] = {KIND_HANDOVER_TAKEN};
    struct entry entry = {.seq = 0};
    struct body_handover_taken body;
    enum till_status status;
    *seq_out = 0;
    /* Each step goes on to a later entry: it ends. */
    while ((status = journal_next_of(app->journal, entry.seq, kinds, &entry)) == TILL_OK) {
        if (!kind_is_training(entry.kind) && entry_read_handover_taken(&entry, &body) == TILL_OK &&
            memcmp(body.hash, hash, HASH_SIZE) == 0) {
            *seq_out = entry.seq;
            return TILL_OK;
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}
