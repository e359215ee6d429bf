#include "takings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store_walk.h"
#include "takings_add.h"
#include "team.h"
#include "text.h"
#include "when.h"

enum { SLICE_ENTRIES = 500, MS_PER_S = 1000, NS_PER_MS = 1000000 };

/* ---- reading on ------------------------------------------------------------------------------ */

int64_t takings_until_ms(int64_t budget_ms)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS + budget_ms;
}

/* Its cash is on its way; where it was closed in absence it waits for its owner, too. */
static enum till_status carry(struct store *s, const char *terminal, const char *closes)
{
    struct store_taking_close c = {.z = 0};
    enum till_status status;
    while ((status = store_taking_close_next(s, terminal, c.z, &c)) == TILL_OK) {
        if (!closes_text_has(closes, c.z)) {
            continue;
        }
        c.amount_minor = 0;
        status =
            c.absent ? store_taking_close_put(s, &c) : store_taking_close_remove(s, terminal, c.z);
        if (status != TILL_OK) {
            return status;
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status answer(struct store *s, const char *terminal, uint32_t z)
{
    struct store_taking_close c;
    enum till_status status = store_taking_close_next(s, terminal, z - 1, &c);
    if (status != TILL_OK || c.z != z) {
        return status == TILL_NOT_FOUND ? TILL_OK : status;
    }
    c.absent = false;
    return c.amount_minor == 0 ? store_taking_close_remove(s, terminal, z)
                               : store_taking_close_put(s, &c);
}

static enum till_status do_act(struct store *s, const char *terminal, const struct takings_act *act)
{
    switch (act->what) {
    case TAKINGS_CLOSED:
        return store_taking_close_put(s, &act->row);
    case TAKINGS_CARRIED:
        return carry(s, terminal, act->closes);
    default:
        return answer(s, terminal, act->row.z);
    }
}

static enum till_status write_all(const struct takings_add *a)
{
    struct store_taking_mark mark;
    enum till_status status = TILL_OK;
    for (size_t i = 0; i < a->cell_count && status == TILL_OK; i++) {
        status = store_taking_add(a->store, a->terminal, &a->cells[i]);
    }
    for (size_t i = 0; i < a->act_count && status == TILL_OK; i++) {
        status = do_act(a->store, a->terminal, &a->acts[i]);
    }
    takings_add_mark(a, &mark);
    return status == TILL_OK ? store_taking_mark_put(a->store, a->terminal, &mark) : status;
}

static enum till_status read_mark(struct store *s, const char *terminal,
                                  struct store_taking_mark *mark_out)
{
    enum till_status status = store_taking_mark_get(s, terminal, mark_out);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* Once, by whoever is first: somebody else may be adding up the same. */
static enum till_status write_slice(const struct takings_add *a, uint64_t from_seq)
{
    struct store_taking_mark mark;
    enum till_status status = store_begin_terminal(a->store, a->terminal);
    if (status != TILL_OK) {
        return status;
    }
    status = read_mark(a->store, a->terminal, &mark);
    if (status == TILL_OK && mark.seq == from_seq) {
        return store_finish(a->store, write_all(a));
    }
    store_rollback(a->store);
    return status;
}

/* *more_out: the terminal's entries may go on. */
static enum till_status slice(struct takings_add *a, struct entry *entries, bool *more_out)
{
    struct store_taking_mark mark;
    size_t count = 0, used = 0;
    enum till_status status = read_mark(a->store, a->terminal, &mark);
    if (status == TILL_OK) {
        status =
            store_entries_above(a->store, a->terminal, mark.seq, entries, SLICE_ENTRIES, &count);
    }
    if (status != TILL_OK || count == 0) {
        *more_out = false;
        return status;
    }
    takings_add_begin(a, &mark);
    while (used < count && takings_add_has_room(a)) {
        if (entries[used].seq != a->teller.seq + 1) {
            return TILL_E_CORRUPT; /* the main branch has no gap */
        }
        status = takings_add_entry(a, &entries[used++]);
        if (status != TILL_OK) {
            return status;
        }
    }
    *more_out = used < count || count == SLICE_ENTRIES;
    return write_slice(a, mark.seq);
}

enum till_status takings_read_on(struct store *s, const char *terminal, int64_t until_ms,
                                 bool *done_out)
{
    struct site site;
    bool more = true;
    *done_out = false;
    enum till_status status = store_site_get(s, &site);
    if (status != TILL_OK) {
        return status;
    }
    struct takings_add *a = calloc(1, sizeof(*a));
    struct entry *entries = malloc(SLICE_ENTRIES * sizeof(*entries));
    if (a != NULL) {
        a->store = s;
        a->terminal = terminal;
        a->zone = site.zone;
    }
    status = a != NULL && entries != NULL ? TILL_OK : TILL_E_MEMORY;
    while (status == TILL_OK && more && takings_until_ms(0) < until_ms) {
        status = slice(a, entries, &more);
    }
    *done_out = status == TILL_OK && !more;
    free(entries);
    free(a);
    return status;
}

/* ---- who is asked about ---------------------------------------------------------------------- */

void takings_team_begin(struct takings_team *t)
{
    *t = (struct takings_team){.all_read = true, .heard_at_s = INT64_MAX};
}

void takings_team_free(struct takings_team *t)
{
    free(t->list);
    *t = (struct takings_team){.list = NULL};
}

/* "[]" with one more in it: numbers of terminals need no escapes. */
static enum till_status put_number(struct takings_team *t, const char *terminal)
{
    enum { ROOM = TERMINAL_MAX + 8, FIRST = 1024 };
    if (t->capacity - t->size < ROOM) {
        size_t capacity = t->capacity == 0 ? FIRST : 2 * t->capacity;
        char *list = realloc(t->list, capacity);
        if (list == NULL) {
            return TILL_E_MEMORY;
        }
        t->list = list;
        t->capacity = capacity;
    }
    size_t at = t->size == 0 ? 0 : t->size - 1; /* over the bracket */
    int size = snprintf(t->list + at, t->capacity - at, "%c\"%s\"]", at == 0 ? '[' : ',', terminal);
    t->size = at + (size_t)size;
    t->count++;
    return TILL_OK;
}

enum till_status takings_team_add(struct takings_team *t, struct store *s, const char *terminal,
                                  int64_t until_ms)
{
    struct store_terminal row;
    bool done = false;
    enum till_status status = store_terminal_get(s, terminal, &row);
    explicit_bzero(row.secret, sizeof(row.secret));
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND ? TILL_OK : status;
    }
    status = takings_read_on(s, terminal, until_ms, &done);
    t->all_read = t->all_read && done;
    t->heard_at_s = row.seen_at_s < t->heard_at_s ? row.seen_at_s : t->heard_at_s;
    return status == TILL_OK ? put_number(t, terminal) : status;
}

enum till_status takings_team_of(struct takings_team *t, struct store *s, const char *supervisor,
                                 int64_t until_ms)
{
    char members[STORE_VALUE_MAX], number[TERMINAL_MAX];
    enum till_status status = team_get(s, supervisor, members, sizeof(members));
    if (status == TILL_OK) {
        status = takings_team_add(t, s, supervisor, until_ms);
    }
    for (const char *at = members; status == TILL_OK && team_next(&at, number);) {
        status = takings_team_add(t, s, number, until_ms);
    }
    return status;
}

bool takings_team_next(const struct takings_team *t, size_t *at, char terminal_out[TERMINAL_MAX])
{
    const char *open = t->size <= *at ? NULL : strchr(t->list + *at, '"');
    size_t size = open == NULL ? 0 : strcspn(open + 1, "\"");
    if (size == 0 || size >= TERMINAL_MAX) {
        return false;
    }
    memcpy(terminal_out, open + 1, size);
    terminal_out[size] = '\0';
    *at = (size_t)(open - t->list) + size + 2; /* over both marks */
    return true;
}

/* ---- answers --------------------------------------------------------------------------------- */

static const struct {
    enum taking_dimension dimension;
    enum taking_group group;
} ways[QUERY_BYS] = {
    [QUERY_BY_DAY] = {TAKING_COLLECTOR, TAKING_BY_DATE},
    [QUERY_BY_COLLECTOR] = {TAKING_COLLECTOR, TAKING_BY_KEY},
    [QUERY_BY_BOOK] = {TAKING_BOOK, TAKING_BY_KEY},
    [QUERY_BY_TENDER] = {TAKING_TENDER, TAKING_BY_KEY},
    [QUERY_BY_TYPE] = {TAKING_TYPE, TAKING_BY_KEY},
    [QUERY_BY_TERMINAL] = {TAKING_COLLECTOR, TAKING_BY_TERMINAL},
    [QUERY_BY_EXCEPTION] = {TAKING_EXCEPTION, TAKING_BY_COUNT},
};

static void take_row(const struct store_taking *t, struct query_report_row *row)
{
    text_copy(row->key, sizeof(row->key), t->key);
    row->receipts = t->receipts;
    row->amount_minor = t->amount_minor;
    row->reversals = t->reversals;
    row->reversed_minor = t->reversed_minor;
}

static enum till_status ask(struct store *s, const struct store_taking_question *q,
                            struct query_report_row *rows, size_t capacity, size_t *count_out,
                            size_t *total_out)
{
    struct store_taking found[QUERY_REPORT_ROWS_MAX];
    enum till_status status = store_takings(s, q, found, capacity, count_out, total_out);
    for (size_t i = 0; status == TILL_OK && i < *count_out; i++) {
        take_row(&found[i], &rows[i]);
    }
    return status;
}

/* No terminal is a list too. */
static const char *list_of(const struct takings_team *t)
{
    return t->count == 0 ? "[]" : t->list;
}

enum till_status takings_rows(struct store *s, const struct takings_team *t,
                              const struct query_report *r, enum query_by by,
                              struct store_taking *rows_out, size_t capacity, size_t *count_out,
                              size_t *total_out)
{
    const struct store_taking_question q = {.terminals = list_of(t),
                                            .dimension = ways[by].dimension,
                                            .group = ways[by].group,
                                            .from = r->from,
                                            .to = r->to};
    return store_takings(s, &q, rows_out, capacity, count_out, total_out);
}

static enum till_status ask_closes(struct store *s, const struct takings_team *t,
                                   struct query_report *r)
{
    struct store_taking_close found[QUERY_REPORT_ROWS_MAX];
    size_t count = 0, total = 0;
    enum till_status status = store_taking_closes(s, list_of(t), found, QUERY_REPORT_ROWS_MAX,
                                                  &count, &total, &r->unsettled_minor);
    r->unsettled = (int64_t)total;
    if (status != TILL_OK || r->by != QUERY_BY_CLOSE) {
        return status;
    }
    r->count = count;
    r->total = total;
    for (size_t i = 0; i < count; i++) {
        struct query_report_row *row = &r->rows[i];
        (void)snprintf(row->key, sizeof(row->key), "%.12s/%u", found[i].terminal,
                       (unsigned)found[i].z);
        text_copy(row->user, sizeof(row->user), found[i].user);
        row->date = found[i].date;
        row->amount_minor = found[i].amount_minor;
        row->absent = found[i].absent;
    }
    return TILL_OK;
}

enum till_status takings_report(struct store *s, const struct takings_team *t, int64_t now_s,
                                struct query_report *r)
{
    struct query_report_row exceptions = {.receipts = 0};
    size_t count = 0, total = 0;
    bool asked = r->by > 0 && r->by < QUERY_BYS && when_date_is_valid(r->from) &&
                 when_date_is_valid(r->to) && r->from <= r->to;
    if (!asked) {
        return TILL_BAD_INPUT;
    }
    struct store_taking_question q = {.terminals = list_of(t),
                                      .dimension = TAKING_COLLECTOR,
                                      .group = TAKING_IN_ONE,
                                      .from = r->from,
                                      .to = r->to};
    r->at_s = now_s;
    r->heard_at_s = t->count == 0 ? 0 : t->heard_at_s;
    r->terminals = (int64_t)t->count;
    enum till_status status = ask(s, &q, &r->sum, 1, &count, &total);
    q.dimension = TAKING_EXCEPTION;
    if (status == TILL_OK) {
        status = ask(s, &q, &exceptions, 1, &count, &total);
        r->exceptions = exceptions.receipts;
    }
    if (status == TILL_OK) {
        status = ask_closes(s, t, r);
    }
    if (status != TILL_OK || r->by == QUERY_BY_CLOSE) {
        return status;
    }
    q.dimension = ways[r->by].dimension;
    q.group = ways[r->by].group;
    return ask(s, &q, r->rows, QUERY_REPORT_ROWS_MAX, &r->count, &r->total);
}
