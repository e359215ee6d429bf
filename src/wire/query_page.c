#include "query_page.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query_line.h"
#include "record.h"
#include "text.h"
#include "when.h"

enum { OF_NAME_MAX = 16, DATE_MOST = 99991231, KINDS_MOST = 31 };

/* ---- what is asked --------------------------------------------------------------------------- */

static const char *of_name(const struct query_page_ask *a)
{
    switch (a->of) {
    case QUERY_PAGE_EXCEPTIONS:
        return "exceptions";
    case QUERY_PAGE_SHIFTS:
        return "shifts";
    case QUERY_PAGE_ARREARS:
        return "arrears";
    case QUERY_PAGE_TAKINGS:
        break;
    }
    return query_by_name(a->by);
}

static bool of_named(const char *name, struct query_page_ask *a)
{
    static const enum query_page_of others[] = {QUERY_PAGE_EXCEPTIONS, QUERY_PAGE_SHIFTS,
                                                QUERY_PAGE_ARREARS};
    a->by = 0;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        a->of = others[i];
        if (strcmp(of_name(a), name) == 0) {
            return true;
        }
    }
    a->of = QUERY_PAGE_TAKINGS;
    return query_by_named(name, &a->by) && a->by <= QUERY_BY_TERMINAL;
}

void query_page_ask_write(const struct query_page_ask *a, char out[QUERY_PAGE_ASK_MAX])
{
    (void)snprintf(out, QUERY_PAGE_ASK_MAX, "%s/%d/%d/%" PRIu32 "/%" PRId64 "-%" PRIu32, of_name(a),
                   (int)a->from, (int)a->to, a->kinds, a->as_of_s, a->offset);
}

/* A number without zeros in front, at most `most`; false: it is none. */
static bool read_number(const char *text, size_t size, uint64_t most, uint64_t *out)
{
    enum { DIGITS_MOST = 18 };
    *out = 0;
    if (size == 0 || size > DIGITS_MOST || (text[0] == '0' && size > 1)) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        *out = *out * 10 + (uint64_t)(text[i] - '0');
    }
    return *out <= most;
}

bool query_page_ask_read(const char *of, const char *from, const char *to, const char *kinds,
                         const char *place, struct query_page_ask *out)
{
    uint64_t first, last, mask, as_of, offset;
    size_t dash = strcspn(place, "-");
    memset(out, 0, sizeof(*out));
    bool read =
        of_named(of, out) && read_number(from, strlen(from), DATE_MOST, &first) &&
        read_number(to, strlen(to), DATE_MOST, &last) &&
        read_number(kinds, strlen(kinds), UINT32_MAX, &mask) && place[dash] == '-' &&
        read_number(place, dash, WHEN_MAX_S, &as_of) &&
        read_number(place + dash + 1, strlen(place + dash + 1), QUERY_PAGE_TOTAL_MAX, &offset);
    if (!read || first > last || offset % QUERY_PAGE_ROWS_MAX != 0 ||
        (mask != 0 && out->of != QUERY_PAGE_EXCEPTIONS)) {
        return false;
    }
    out->from = (int32_t)first;
    out->to = (int32_t)last;
    out->kinds = (uint32_t)mask;
    out->as_of_s = (int64_t)as_of;
    out->offset = (uint32_t)offset;
    return when_date_is_valid(out->from) && when_date_is_valid(out->to);
}

bool query_page_same(const struct query_page_ask *a, const struct query_page_ask *b)
{
    return a->of == b->of && a->by == b->by && a->from == b->from && a->to == b->to &&
           a->kinds == b->kinds;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static const char *const owed_keys[QUERY_PAGE_AGES] = {"owed_0", "owed_1", "owed_2", "owed_3"};
static const char *const paid_keys[QUERY_PAGE_AGES] = {"paid_0", "paid_1", "paid_2", "paid_3"};

static void put_takings(struct record_writer *w, const struct query_report_row *row)
{
    record_put_text(w, "key", row->key);
    record_put_integer(w, "receipts", row->receipts);
    record_put_integer(w, "amount", row->amount_minor);
    record_put_integer(w, "reversals", row->reversals);
    record_put_integer(w, "reversed", row->reversed_minor);
}

static void put_exception(struct record_writer *w, const struct query_exception *e)
{
    record_put_text(w, "terminal", e->terminal);
    record_put_integer(w, "kind", e->kind);
    record_put_integer(w, "seq", (int64_t)e->seq);
    record_put_integer(w, "about", (int64_t)e->about);
    record_put_integer(w, "at_s", e->at_s);
    record_put_integer(w, "date", e->date);
    record_put_text(w, "user", e->user);
    record_put_text(w, "account", e->account);
    record_put_integer(w, "amount", e->hidden ? 0 : e->amount_minor);
    record_put_integer(w, "number", e->number);
    record_put_integer(w, "open", e->open ? 1 : 0);
    record_put_integer(w, "hidden", e->hidden ? 1 : 0);
}

static void put_shift(struct record_writer *w, const struct query_shift *s)
{
    record_put_text(w, "terminal", s->terminal);
    record_put_integer(w, "z", s->z);
    record_put_text(w, "user", s->user);
    record_put_integer(w, "date", s->date);
    record_put_integer(w, "since_s", s->since_s);
    record_put_integer(w, "state", s->state);
}

static void put_arrears(struct record_writer *w, const struct query_arrears *a)
{
    record_put_text(w, "key", a->meter_book);
    record_put_text(w, "name", a->name);
    record_put_integer(w, "customers", a->customers);
    record_put_integer(w, "owing", a->owing);
    for (size_t i = 0; i < QUERY_PAGE_AGES; i++) {
        record_put_integer(w, owed_keys[i], a->owed_minor[i]);
    }
    for (size_t i = 0; i < QUERY_PAGE_AGES; i++) {
        record_put_integer(w, paid_keys[i], a->paid_minor[i]);
    }
}

static enum till_status write_row(enum query_page_of of, const struct query_row *row,
                                  struct buffer *out)
{
    struct record_writer w;
    record_begin(&w, out);
    switch (of) {
    case QUERY_PAGE_EXCEPTIONS:
        put_exception(&w, &row->as.exception);
        break;
    case QUERY_PAGE_SHIFTS:
        put_shift(&w, &row->as.shift);
        break;
    case QUERY_PAGE_ARREARS:
        put_arrears(&w, &row->as.arrears);
        break;
    case QUERY_PAGE_TAKINGS:
        put_takings(&w, &row->as.takings);
        break;
    }
    return query_end_line(&w, out);
}

static bool has_sum(enum query_page_of of)
{
    return of == QUERY_PAGE_TAKINGS || of == QUERY_PAGE_ARREARS;
}

enum till_status query_page_write(const struct query_page *p, struct buffer *out)
{
    struct record_writer w;
    record_begin(&w, out);
    record_put_integer(&w, "at_s", p->at_s);
    record_put_integer(&w, "heard_at_s", p->heard_at_s);
    record_put_text(&w, "of", of_name(&p->ask));
    record_put_integer(&w, "from", p->ask.from);
    record_put_integer(&w, "to", p->ask.to);
    record_put_integer(&w, "kinds", p->ask.kinds);
    record_put_integer(&w, "terminals", p->terminals);
    record_put_integer(&w, "exceptions", p->exceptions);
    record_put_integer(&w, "unsettled", p->unsettled);
    record_put_integer(&w, "total", (int64_t)p->total);
    record_put_integer(&w, "left", (int64_t)p->left);
    record_put_integer(&w, "offset", p->ask.offset);
    record_put_integer(&w, "rows", (int64_t)p->count);
    enum till_status status = query_end_line(&w, out);
    if (status == TILL_OK && has_sum(p->ask.of)) {
        status = write_row(p->ask.of, &p->sum, out);
    }
    for (size_t i = 0; i < p->count && status == TILL_OK; i++) {
        status = write_row(p->ask.of, &p->rows[i], out);
    }
    return status;
}

static void take_takings(struct record *r, struct query_report_row *row)
{
    record_take_text(r, "key", row->key, sizeof(row->key));
    row->receipts = query_take_within(r, "receipts", 0, UINT32_MAX);
    row->amount_minor = record_take_integer(r, "amount");
    row->reversals = query_take_within(r, "reversals", 0, UINT32_MAX);
    row->reversed_minor = record_take_integer(r, "reversed");
}

static void take_exception(struct record *r, struct query_exception *e)
{
    record_take_text(r, "terminal", e->terminal, sizeof(e->terminal));
    e->kind = (int)query_take_within(r, "kind", 1, KINDS_MOST);
    e->seq = (uint64_t)query_take_within(r, "seq", 1, INT64_MAX);
    e->about = (uint64_t)query_take_within(r, "about", 0, INT64_MAX);
    e->at_s = query_take_within(r, "at_s", 0, WHEN_MAX_S);
    e->date = (int32_t)query_take_within(r, "date", 1, DATE_MOST);
    record_take_text(r, "user", e->user, sizeof(e->user));
    record_take_text(r, "account", e->account, sizeof(e->account));
    e->amount_minor = record_take_integer(r, "amount");
    e->number = record_take_integer(r, "number");
    e->open = query_take_within(r, "open", 0, 1) != 0;
    e->hidden = query_take_within(r, "hidden", 0, 1) != 0;
    r->bad = r->bad || (e->hidden && e->amount_minor != 0);
}

static void take_shift(struct record *r, struct query_shift *s)
{
    record_take_text(r, "terminal", s->terminal, sizeof(s->terminal));
    s->z = (uint32_t)query_take_within(r, "z", 1, UINT32_MAX);
    record_take_text(r, "user", s->user, sizeof(s->user));
    s->date = (int32_t)query_take_within(r, "date", 1, DATE_MOST);
    s->since_s = query_take_within(r, "since_s", 0, WHEN_MAX_S);
    s->state = (enum query_shift_state)query_take_within(r, "state", QUERY_SHIFT_HELD,
                                                         QUERY_SHIFT_WAITING);
}

static void take_arrears(struct record *r, struct query_arrears *a)
{
    record_take_text(r, "key", a->meter_book, sizeof(a->meter_book));
    record_take_text(r, "name", a->name, sizeof(a->name));
    a->customers = query_take_within(r, "customers", 0, UINT32_MAX);
    a->owing = query_take_within(r, "owing", 0, UINT32_MAX);
    for (size_t i = 0; i < QUERY_PAGE_AGES; i++) {
        a->owed_minor[i] = record_take_integer(r, owed_keys[i]);
    }
    for (size_t i = 0; i < QUERY_PAGE_AGES; i++) {
        a->paid_minor[i] = record_take_integer(r, paid_keys[i]);
    }
}

static enum till_status read_row(struct span *text, enum query_page_of of, struct query_row *row)
{
    struct record line;
    enum till_status status = query_next_line(text, &line);
    if (status != TILL_OK) {
        return status;
    }
    switch (of) {
    case QUERY_PAGE_EXCEPTIONS:
        take_exception(&line, &row->as.exception);
        break;
    case QUERY_PAGE_SHIFTS:
        take_shift(&line, &row->as.shift);
        break;
    case QUERY_PAGE_ARREARS:
        take_arrears(&line, &row->as.arrears);
        break;
    case QUERY_PAGE_TAKINGS:
        take_takings(&line, &row->as.takings);
        break;
    }
    return record_finish(&line);
}

static enum till_status read_head(struct span *text, struct query_page *out)
{
    struct record r;
    char of[OF_NAME_MAX];
    if (query_next_line(text, &r) != TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    out->at_s = query_take_within(&r, "at_s", 1, WHEN_MAX_S);
    out->heard_at_s = query_take_within(&r, "heard_at_s", 0, WHEN_MAX_S);
    record_take_text(&r, "of", of, sizeof(of));
    out->ask.from = (int32_t)query_take_within(&r, "from", 1, DATE_MOST);
    out->ask.to = (int32_t)query_take_within(&r, "to", 1, DATE_MOST);
    out->ask.kinds = (uint32_t)query_take_within(&r, "kinds", 0, UINT32_MAX);
    out->terminals = query_take_within(&r, "terminals", 0, UINT32_MAX);
    out->exceptions = query_take_within(&r, "exceptions", 0, UINT32_MAX);
    out->unsettled = query_take_within(&r, "unsettled", 0, UINT32_MAX);
    out->total = (size_t)query_take_within(&r, "total", 0, QUERY_PAGE_TOTAL_MAX);
    out->left = (size_t)query_take_within(&r, "left", 0, UINT32_MAX);
    out->ask.offset = (uint32_t)query_take_within(&r, "offset", 0, QUERY_PAGE_TOTAL_MAX);
    out->count = (size_t)query_take_within(&r, "rows", 0, QUERY_PAGE_ROWS_MAX);
    return record_finish(&r) == TILL_OK && of_named(of, &out->ask) ? TILL_OK : TILL_E_PROTOCOL;
}

/* A page is full, or the last. */
static bool fits(const struct query_page *p)
{
    size_t behind = p->total > p->ask.offset ? p->total - p->ask.offset : 0;
    size_t due = behind < QUERY_PAGE_ROWS_MAX ? behind : QUERY_PAGE_ROWS_MAX;
    return p->ask.offset % QUERY_PAGE_ROWS_MAX == 0 && p->count == due;
}

enum till_status query_page_read(struct span text, struct query_page *out)
{
    memset(out, 0, sizeof(*out));
    enum till_status status = read_head(&text, out);
    if (status == TILL_OK && !fits(out)) {
        status = TILL_E_PROTOCOL;
    }
    if (status == TILL_OK && has_sum(out->ask.of)) {
        status = read_row(&text, out->ask.of, &out->sum);
    }
    for (size_t i = 0; status == TILL_OK && i < out->count; i++) {
        status = read_row(&text, out->ask.of, &out->rows[i]);
    }
    return status == TILL_OK && text.size == 0 ? TILL_OK : TILL_E_PROTOCOL;
}
