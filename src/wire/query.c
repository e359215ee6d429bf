#include "query.h"

#include <string.h>

#include "query_line.h"
#include "record.h"

static const char *const state_names[QUERY_STATES] = {
    [QUERY_UNKNOWN] = "unknown",     [QUERY_ACKNOWLEDGED] = "acknowledged",
    [QUERY_SET_ASIDE] = "set_aside", [QUERY_OTHER] = "other",
    [QUERY_REVERSED] = "reversed",   [QUERY_CORRECTING] = "correcting",
    [QUERY_CORRECTED] = "corrected", [QUERY_REFUNDED] = "refunded",
    [QUERY_CANCELLED] = "cancelled",
};
enum { STATE_MAX = 16 };

/* ---- lines ----------------------------------------------------------------------------------- */

enum till_status query_end_line(struct record_writer *w, struct buffer *out)
{
    enum till_status status = record_end(w);
    if (status == TILL_OK) {
        buffer_put_text(out, "\n");
        status = out->overflow ? TILL_TOO_LARGE : TILL_OK;
    }
    return status;
}

enum till_status query_next_line(struct span *text, struct record *r)
{
    const uint8_t *end = text->size == 0 ? NULL : memchr(text->data, '\n', text->size);
    if (end == NULL) {
        return TILL_E_PROTOCOL;
    }
    struct span line = {text->data, (size_t)(end - text->data)};
    text->data = end + 1;
    text->size -= line.size + 1;
    return record_parse(line, r);
}

int64_t query_take_within(struct record *r, const char *key, int64_t least, int64_t most)
{
    int64_t value = record_take_integer(r, key);
    if (value < least || value > most) {
        r->bad = true;
        return least;
    }
    return value;
}

/* ---- customers ------------------------------------------------------------------------------- */

enum till_status query_customer_write(const struct query_customer *c, struct buffer *out)
{
    struct record_writer w;
    const struct arrears *a = &c->arrears;
    record_begin(&w, out);
    record_put_text(&w, "account", c->account);
    record_put_text(&w, "name", c->name);
    record_put_integer(&w, "at_s", c->at_s);
    record_put_integer(&w, "flags", c->flags);
    record_put_integer(&w, "balance", a->balance_minor);
    record_put_integer(&w, "owed", a->owed_minor);
    record_put_integer(&w, "late_fee", a->late_fee_minor);
    record_put_integer(&w, "due", a->due_minor);
    record_put_integer(&w, "bills", (int64_t)a->count);
    enum till_status status = query_end_line(&w, out);
    for (size_t i = 0; i < a->count && status == TILL_OK; i++) {
        const struct bill *b = &a->bills[i];
        record_begin(&w, out);
        record_put_integer(&w, "month", b->month);
        record_put_integer(&w, "type", b->type);
        record_put_integer(&w, "due_date", b->due_date);
        record_put_integer(&w, "amount", b->amount_minor);
        record_put_integer(&w, "late_fee", b->late_fee_minor);
        record_put_integer(&w, "late_days", b->late_days);
        status = query_end_line(&w, out);
    }
    return status;
}

static enum till_status read_bill(struct span *text, struct bill *b)
{
    struct record r;
    enum till_status status = query_next_line(text, &r);
    if (status != TILL_OK) {
        return status;
    }
    *b = (struct bill){0};
    b->month = (int32_t)query_take_within(&r, "month", 1, 999912);
    b->type = (int16_t)query_take_within(&r, "type", 1, INT16_MAX);
    b->due_date = (int32_t)query_take_within(&r, "due_date", 0, 99991231);
    b->amount_minor = record_take_integer(&r, "amount");
    b->late_fee_minor = query_take_within(&r, "late_fee", 0, INT64_MAX);
    b->late_days = (int32_t)query_take_within(&r, "late_days", 0, INT32_MAX);
    return record_finish(&r);
}

enum till_status query_customer_read(struct span text, struct query_customer *out)
{
    struct record r;
    struct query_customer c = {0};
    struct arrears *a = &c.arrears;
    enum till_status status = query_next_line(&text, &r);
    if (status != TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    record_take_text(&r, "account", c.account, sizeof(c.account));
    record_take_text(&r, "name", c.name, sizeof(c.name));
    c.at_s = record_take_integer(&r, "at_s");
    c.flags = (uint32_t)query_take_within(&r, "flags", 0, UINT32_MAX);
    a->balance_minor = query_take_within(&r, "balance", 0, INT64_MAX);
    a->owed_minor = record_take_integer(&r, "owed");
    a->late_fee_minor = query_take_within(&r, "late_fee", 0, INT64_MAX);
    a->due_minor = query_take_within(&r, "due", 0, INT64_MAX);
    a->count = (size_t)query_take_within(&r, "bills", 0, BILLS_MAX);
    status = record_finish(&r);
    for (size_t i = 0; i < a->count && status == TILL_OK; i++) {
        status = read_bill(&text, &a->bills[i]);
    }
    if (status != TILL_OK || text.size != 0 || !account_is_valid(c.account)) {
        return TILL_E_PROTOCOL;
    }
    *out = c;
    return TILL_OK;
}

/* ---- receipts -------------------------------------------------------------------------------- */

enum till_status query_receipt_write(const struct query_receipt *q, struct buffer *out)
{
    struct record_writer w;
    record_begin(&w, out);
    record_put_text(&w, "terminal", q->terminal);
    record_put_integer(&w, "seq", (int64_t)q->seq);
    record_put_text(&w, "state", state_names[q->state]);
    record_put_integer(&w, "at_s", q->at_s);
    record_put_integer(&w, "recorded_at_s", q->recorded_at_s);
    record_put_text(&w, "account", q->account);
    return query_end_line(&w, out);
}

enum till_status query_receipt_read(struct span text, struct query_receipt *out)
{
    struct record r;
    struct query_receipt q = {0};
    char state[STATE_MAX];
    if (query_next_line(&text, &r) != TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    record_take_text(&r, "terminal", q.terminal, sizeof(q.terminal));
    q.seq = (uint64_t)query_take_within(&r, "seq", 1, INT64_MAX);
    record_take_text(&r, "state", state, sizeof(state));
    q.at_s = record_take_integer(&r, "at_s");
    q.recorded_at_s = record_take_integer(&r, "recorded_at_s");
    record_take_text(&r, "account", q.account, sizeof(q.account));
    if (record_finish(&r) != TILL_OK || text.size != 0 || !terminal_is_valid(q.terminal)) {
        return TILL_E_PROTOCOL;
    }
    while (q.state < QUERY_STATES && strcmp(state_names[q.state], state) != 0) {
        q.state++;
    }
    if (q.state == QUERY_STATES) {
        return TILL_E_PROTOCOL;
    }
    *out = q;
    return TILL_OK;
}

/* ---- teams ----------------------------------------------------------------------------------- */

enum till_status query_team_write(const struct query_team *t, struct buffer *out)
{
    struct record_writer w;
    record_begin(&w, out);
    record_put_integer(&w, "at_s", t->at_s);
    record_put_integer(&w, "date", t->date);
    record_put_integer(&w, "terminals", (int64_t)t->count);
    enum till_status status = query_end_line(&w, out);
    for (size_t i = 0; i < t->count && status == TILL_OK; i++) {
        const struct query_takings *one = &t->terminals[i];
        record_begin(&w, out);
        record_put_text(&w, "terminal", one->terminal);
        record_put_text(&w, "user", one->user);
        record_put_integer(&w, "count", one->count);
        record_put_integer(&w, "cash", one->cash_minor);
        record_put_integer(&w, "other", one->other_minor);
        record_put_integer(&w, "reversed", one->reversed);
        record_put_integer(&w, "seen_at_s", one->seen_at_s);
        status = query_end_line(&w, out);
    }
    return status;
}

static enum till_status read_takings(struct span *text, struct query_takings *one)
{
    struct record r;
    enum till_status status = query_next_line(text, &r);
    if (status != TILL_OK) {
        return status;
    }
    record_take_text(&r, "terminal", one->terminal, sizeof(one->terminal));
    record_take_text(&r, "user", one->user, sizeof(one->user));
    one->count = (uint32_t)query_take_within(&r, "count", 0, UINT32_MAX);
    one->cash_minor = record_take_integer(&r, "cash");
    one->other_minor = record_take_integer(&r, "other");
    one->reversed = (uint32_t)query_take_within(&r, "reversed", 0, UINT32_MAX);
    one->seen_at_s = query_take_within(&r, "seen_at_s", 0, INT64_MAX);
    return terminal_is_valid(one->terminal) ? record_finish(&r) : TILL_E_PROTOCOL;
}

enum till_status query_team_read(struct span text, struct query_team *out)
{
    struct record r;
    if (query_next_line(&text, &r) != TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    *out = (struct query_team){0};
    out->at_s = record_take_integer(&r, "at_s");
    out->date = (int32_t)query_take_within(&r, "date", 1, 99991231);
    out->count = (size_t)query_take_within(&r, "terminals", 0, QUERY_TERMINALS_MAX);
    enum till_status status = record_finish(&r);
    for (size_t i = 0; i < out->count && status == TILL_OK; i++) {
        status = read_takings(&text, &out->terminals[i]);
    }
    return status == TILL_OK && text.size == 0 ? TILL_OK : TILL_E_PROTOCOL;
}
