#include "takings_find.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "custody.h"
#include "report.h"
#include "takings_add.h"
#include "text.h"
#include "when.h"

enum { SLICE_ENTRIES = 200, WAITING_MAX = 64, SLACK_S = 3 * 86400, SLACK_ENTRIES = 5000 };

/* ---- rows ------------------------------------------------------------------------------------ */

struct query_row *takings_rows_add(struct takings_rows *rows)
{
    if (rows->count == rows->capacity) {
        size_t capacity = rows->capacity == 0 ? 64 : 2 * rows->capacity;
        struct query_row *list =
            rows->count >= TAKINGS_ROWS_MAX ? NULL : realloc(rows->list, capacity * sizeof(*list));
        if (list == NULL) {
            rows->left++;
            return NULL;
        }
        rows->list = list;
        rows->capacity = capacity;
    }
    struct query_row *row = &rows->list[rows->count++];
    memset(row, 0, sizeof(*row));
    return row;
}

enum till_status takings_begin_of(struct store *s, const char *terminal, int64_t from_s,
                                  uint64_t *after_out)
{
    struct store_terminal t;
    struct entry e;
    enum till_status status = store_terminal_get(s, terminal, &t);
    explicit_bzero(t.secret, sizeof(t.secret));
    uint64_t low = 0, high = status == TILL_OK ? t.head_seq : 0; /* low is before the span */
    while (status == TILL_OK && high - low > 1) {
        uint64_t middle = low + (high - low) / 2;
        status = store_entry_get(s, terminal, middle, &e);
        if (status == TILL_OK && e.at_s < from_s - SLACK_S) {
            low = middle;
        } else {
            high = middle;
        }
    }
    *after_out = low > SLACK_ENTRIES ? low - SLACK_ENTRIES : 0;
    return status;
}

/* ---- what waits to be counted ---------------------------------------------------------------- */

/* Hand-overs of a terminal that nobody has taken yet. */
struct waiting {
    struct waiting_one {
        char closes[CLOSES_TEXT_MAX];
        char user[USER_MAX]; /* who gave it */
        int64_t at_s;
    } list[WAITING_MAX];
    size_t count;
};

static enum till_status find_waiting(struct store *s, const char *terminal, struct waiting *w)
{
    struct custody_view view = {.row = {.seq = 0}};
    enum till_status status = TILL_OK;
    w->count = 0;
    text_copy(view.row.terminal, sizeof(view.row.terminal), terminal);
    while (status == TILL_OK && w->count < WAITING_MAX) {
        status = custody_step(s, CUSTODY_HANDOVERS, CUSTODY_WAITING, &view);
        if (status != TILL_OK || strcmp(view.row.terminal, terminal) != 0) {
            break;
        }
        if (view.row.kind == KIND_HANDOVER_GIVEN && view.state == CUSTODY_OPEN &&
            view.row.closes[0] != '\0') {
            struct waiting_one *one = &w->list[w->count++];
            text_copy(one->closes, sizeof(one->closes), view.row.closes);
            text_copy(one->user, sizeof(one->user), view.row.user);
            one->at_s = view.row.at_s;
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* Its cash is with its owner, or on its way to somebody who has not counted it. */
static enum till_status is_hidden(struct store *s, const char *terminal, const struct waiting *w,
                                  uint32_t z, bool *hidden_out)
{
    struct store_taking_close c;
    *hidden_out = false;
    for (size_t i = 0; i < w->count; i++) {
        *hidden_out = *hidden_out || closes_text_has(w->list[i].closes, z);
    }
    enum till_status status = store_taking_close_next(s, terminal, z - 1, &c);
    *hidden_out = *hidden_out || (status == TILL_OK && c.z == z && c.amount_minor > 0);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* ---- exceptions ------------------------------------------------------------------------------ */

/* Those of one terminal as they are found. */
struct finding {
    struct store *store;
    const char *terminal;
    const struct takings_span *span;
    uint32_t kinds;
    struct waiting waiting;
    struct takings_rows *rows;
    size_t begun;  /* rows that were there before */
    int64_t found; /* of the span, whatever their kind */
    enum till_status status;
};

static void found(void *context, const struct takings_found *f)
{
    struct finding *x = context;
    bool hidden = false;
    if (f->date < x->span->from || f->date > x->span->to) {
        return;
    }
    x->found++;
    if (x->kinds != 0 && (x->kinds & UINT32_C(1) << f->kind) == 0) {
        return;
    }
    if (x->status == TILL_OK && f->z > 0) {
        x->status = is_hidden(x->store, x->terminal, &x->waiting, f->z, &hidden);
    }
    struct query_row *row = takings_rows_add(x->rows);
    if (row == NULL) {
        return;
    }
    struct query_exception *e = &row->as.exception;
    *e = (struct query_exception){.kind = f->kind,
                                  .seq = f->entry->seq,
                                  .about = f->about,
                                  .at_s = f->entry->at_s,
                                  .date = f->date,
                                  .amount_minor = hidden ? 0 : f->amount_minor,
                                  .number = f->number,
                                  .hidden = hidden};
    text_copy(e->terminal, sizeof(e->terminal), x->terminal);
    text_copy(e->user, sizeof(e->user), f->user);
    text_copy(e->account, sizeof(e->account), f->account);
}

/* Who is at work and what an exception can be. */
static void kinds_text(char *out, size_t capacity)
{
    static const uint16_t kinds[] = {
        KIND_LOGIN,         KIND_LOGOUT,          KIND_USER_SWITCHED,       KIND_SHIFT_OPENED,
        KIND_SHIFT_CLOSED,  KIND_REVERSAL,        KIND_CLOSED_IN_ABSENCE,   KIND_MANUAL_RECEIPT,
        KIND_DUPLICATE,     KIND_PRINT_UNCERTAIN, KIND_CLOCK_CHANGED,       KIND_LOGIN_FAILED,
        KIND_LIMIT_LIFTED,  KIND_ANOMALY,         KIND_STATIONERY_SPOILED,  KIND_STATIONERY_VOIDED,
        KIND_CASH_COUNT,    KIND_CASH_OUT,        KIND_STATIONERY_ADJUSTED, KIND_DEPOSIT,
        KIND_HANDOVER_TAKEN};
    size_t used = 0;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        used += (size_t)snprintf(out + used, capacity - used, "%c%u", i == 0 ? '[' : ',',
                                 (unsigned)kinds[i]);
    }
    (void)snprintf(out + used, capacity - used, "]");
}

/* From one entry on, until as many are found as there must be, or there are no more. */
static enum till_status look_from(struct finding *x, struct takings_add *a, struct entry *entries,
                                  uint64_t after, int64_t expected)
{
    char kinds[256];
    size_t count = SLICE_ENTRIES;
    const struct store_taking_mark from = {.seq = 0};
    enum till_status status = TILL_OK;
    kinds_text(kinds, sizeof(kinds));
    takings_add_begin(a, &from);
    x->rows->count = x->begun;
    x->rows->left = 0;
    x->found = 0;
    while (status == TILL_OK && count == SLICE_ENTRIES && x->found < expected) {
        status = store_taking_entries(x->store, x->terminal, after, kinds, entries, SLICE_ENTRIES,
                                      &count);
        for (size_t i = 0; i < count && status == TILL_OK; i++) {
            a->teller.seq = entries[i].seq - 1; /* those between say nothing of it */
            status = takings_add_entry(a, &entries[i]);
            a->act_count = 0;
            after = entries[i].seq;
        }
    }
    return status == TILL_OK ? x->status : status;
}

/* How many the sums have: whoever has none is not looked through. */
static enum till_status expect(struct finding *x, int64_t *expected_out)
{
    char list[TERMINAL_MAX + 8];
    struct store_taking sum = {.receipts = 0};
    size_t count = 0, total = 0;
    (void)snprintf(list, sizeof(list), "[\"%s\"]", x->terminal);
    const struct store_taking_question q = {.terminals = list,
                                            .dimension = TAKING_EXCEPTION,
                                            .group = TAKING_IN_ONE,
                                            .from = x->span->from,
                                            .to = x->span->to};
    enum till_status status = store_takings(x->store, &q, &sum, 1, &count, &total);
    *expected_out = sum.receipts;
    return status;
}

/* A clock that went wrong may have misled the search: then from the first entry on. */
static enum till_status look(struct finding *x, struct takings_add *a, struct entry *entries)
{
    int64_t expected = 0;
    uint64_t after = 0;
    enum till_status status = expect(x, &expected);
    if (status != TILL_OK || expected == 0) {
        return status;
    }
    status = find_waiting(x->store, x->terminal, &x->waiting);
    if (status == TILL_OK) {
        status = takings_begin_of(x->store, x->terminal, x->span->from_s, &after);
    }
    if (status == TILL_OK) {
        status = look_from(x, a, entries, after, expected);
    }
    if (status == TILL_OK && x->found < expected && after > 0) {
        status = look_from(x, a, entries, 0, expected);
    }
    return status;
}

/* What has become of it since. */
static enum till_status follow_up(struct store *s, struct query_exception *e)
{
    struct store_custody row;
    struct custody_view view;
    if (e->kind != REPORT_VARIANCE && e->kind != REPORT_ABSENCE) {
        return TILL_OK;
    }
    enum till_status status = store_custody_get(s, e->terminal, e->seq, &row);
    if (status == TILL_OK && e->kind == REPORT_VARIANCE) {
        status = custody_open_minor(s, &row, &e->number);
        e->open = e->number != 0;
    } else if (status == TILL_OK) {
        status = custody_look(s, e->terminal, e->seq, &view);
        e->open = status == TILL_OK && view.state == CUSTODY_OPEN;
        e->number = status == TILL_OK && view.state == CUSTODY_DISPUTED ? 1 : 0;
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status takings_find_exceptions(struct store *s, const struct takings_team *t,
                                         const struct takings_span *span, uint32_t kinds,
                                         struct takings_rows *rows)
{
    char terminal[TERMINAL_MAX];
    enum till_status status = TILL_OK;
    struct takings_add *a = calloc(1, sizeof(*a));
    struct entry *entries = malloc(SLICE_ENTRIES * sizeof(*entries));
    struct finding *x = calloc(1, sizeof(*x));
    if (a == NULL || entries == NULL || x == NULL) {
        status = TILL_E_MEMORY;
    }
    for (size_t at = 0; status == TILL_OK && takings_team_next(t, &at, terminal);) {
        *a = (struct takings_add){
            .store = s, .terminal = terminal, .zone = span->zone, .found = found, .context = x};
        *x = (struct finding){.store = s,
                              .terminal = terminal,
                              .span = span,
                              .kinds = kinds,
                              .rows = rows,
                              .begun = rows->count};
        size_t left = rows->left;
        status = look(x, a, entries);
        rows->left += left;
    }
    for (size_t i = 0; status == TILL_OK && i < rows->count; i++) {
        status = follow_up(s, &rows->list[i].as.exception);
    }
    free(x);
    free(entries);
    free(a);
    return status;
}

/* ---- Zs that wait ---------------------------------------------------------------------------- */

static struct query_shift *add_shift(struct takings_rows *rows, const char *terminal, uint32_t z,
                                     const char *user, enum query_shift_state state)
{
    struct query_row *row = takings_rows_add(rows);
    if (row == NULL) {
        return NULL;
    }
    row->as.shift = (struct query_shift){.z = z, .state = state};
    text_copy(row->as.shift.terminal, TERMINAL_MAX, terminal);
    text_copy(row->as.shift.user, USER_MAX, user);
    return &row->as.shift;
}

/* One row for each Z of it. */
static void add_waiting(struct takings_rows *rows, const char *terminal, const char *zone,
                        const struct waiting_one *one)
{
    enum { ZS_MOST = 100 }; /* of one hand-over */
    const char *at = one->closes;
    for (int added = 0; *at != '\0' && added < ZS_MOST;) {
        char *end = NULL;
        uint32_t first = (uint32_t)strtoul(at, &end, 10), last = first;
        if (*end == '-') {
            last = (uint32_t)strtoul(end + 1, &end, 10);
        }
        for (uint32_t z = first; z >= first && z <= last && added < ZS_MOST; z++, added++) {
            struct query_shift *s = add_shift(rows, terminal, z, one->user, QUERY_SHIFT_WAITING);
            if (s != NULL) {
                s->since_s = one->at_s;
                s->date = when_date(zone, one->at_s);
            }
        }
        at = *end == ',' ? end + 1 : "";
    }
}

enum till_status takings_find_shifts(struct store *s, const struct takings_team *t,
                                     const char *zone, struct takings_rows *rows)
{
    char terminal[TERMINAL_MAX];
    struct waiting *w = malloc(sizeof(*w));
    enum till_status status = w == NULL ? TILL_E_MEMORY : TILL_OK;
    for (size_t at = 0; status == TILL_OK && takings_team_next(t, &at, terminal);) {
        struct store_taking_close c = {.z = 0};
        while ((status = store_taking_close_next(s, terminal, c.z, &c)) == TILL_OK) {
            struct query_shift *row = add_shift(
                rows, terminal, c.z, c.user, c.absent ? QUERY_SHIFT_UNANSWERED : QUERY_SHIFT_HELD);
            if (row != NULL) {
                row->date = c.date;
            }
        }
        if (status == TILL_NOT_FOUND) {
            status = find_waiting(s, terminal, w);
        }
        for (size_t i = 0; status == TILL_OK && i < w->count; i++) {
            add_waiting(rows, terminal, zone, &w->list[i]);
        }
    }
    free(w);
    return status;
}
