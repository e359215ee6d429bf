/* What a team took in a period, as lines. */
#include <string.h>

#include "query.h"
#include "query_line.h"
#include "record.h"

enum { BY_NAME_MAX = 16 };
static const char *const by_names[QUERY_BYS] = {
    [QUERY_BY_DAY] = "day",
    [QUERY_BY_COLLECTOR] = "collector",
    [QUERY_BY_BOOK] = "book",
    [QUERY_BY_TENDER] = "tender",
    [QUERY_BY_TYPE] = "type",
    [QUERY_BY_TERMINAL] = "terminal",
    [QUERY_BY_EXCEPTION] = "exception",
    [QUERY_BY_CLOSE] = "close",
};

const char *query_by_name(enum query_by by)
{
    return by_names[by];
}

bool query_by_named(const char *name, enum query_by *by_out)
{
    for (int by = QUERY_BY_DAY; by < QUERY_BYS; by++) {
        if (strcmp(by_names[by], name) == 0) {
            *by_out = (enum query_by)by;
            return true;
        }
    }
    return false;
}

static void put_sums(struct record_writer *w, const struct query_report_row *row)
{
    record_put_integer(w, "receipts", row->receipts);
    record_put_integer(w, "amount", row->amount_minor);
    record_put_integer(w, "reversals", row->reversals);
    record_put_integer(w, "reversed", row->reversed_minor);
}

static enum till_status write_row(const struct query_report *r, const struct query_report_row *row,
                                  struct buffer *out)
{
    struct record_writer w;
    record_begin(&w, out);
    record_put_text(&w, "key", row->key);
    if (r->by == QUERY_BY_CLOSE) {
        record_put_text(&w, "user", row->user);
        record_put_integer(&w, "date", row->date);
        record_put_integer(&w, "amount", row->amount_minor);
        record_put_integer(&w, "absent", row->absent ? 1 : 0);
    } else {
        put_sums(&w, row);
    }
    return query_end_line(&w, out);
}

enum till_status query_report_write(const struct query_report *r, struct buffer *out)
{
    struct record_writer w;
    record_begin(&w, out);
    record_put_integer(&w, "at_s", r->at_s);
    record_put_integer(&w, "heard_at_s", r->heard_at_s);
    record_put_text(&w, "by", by_names[r->by]);
    record_put_integer(&w, "from", r->from);
    record_put_integer(&w, "to", r->to);
    record_put_integer(&w, "terminals", r->terminals);
    put_sums(&w, &r->sum);
    record_put_integer(&w, "exceptions", r->exceptions);
    record_put_integer(&w, "unsettled", r->unsettled);
    record_put_integer(&w, "unsettled_amount", r->unsettled_minor);
    record_put_integer(&w, "total", (int64_t)r->total);
    record_put_integer(&w, "rows", (int64_t)r->count);
    enum till_status status = query_end_line(&w, out);
    for (size_t i = 0; i < r->count && status == TILL_OK; i++) {
        status = write_row(r, &r->rows[i], out);
    }
    return status;
}

static void take_sums(struct record *r, struct query_report_row *row)
{
    row->receipts = query_take_within(r, "receipts", 0, INT64_MAX);
    row->amount_minor = record_take_integer(r, "amount");
    row->reversals = query_take_within(r, "reversals", 0, INT64_MAX);
    row->reversed_minor = record_take_integer(r, "reversed");
}

static enum till_status read_row(struct span *text, const struct query_report *r,
                                 struct query_report_row *row)
{
    struct record line;
    enum till_status status = query_next_line(text, &line);
    if (status != TILL_OK) {
        return status;
    }
    record_take_text(&line, "key", row->key, sizeof(row->key));
    if (r->by == QUERY_BY_CLOSE) {
        record_take_text(&line, "user", row->user, sizeof(row->user));
        row->date = (int32_t)query_take_within(&line, "date", 1, 99991231);
        row->amount_minor = record_take_integer(&line, "amount");
        row->absent = query_take_within(&line, "absent", 0, 1) != 0;
    } else {
        take_sums(&line, row);
    }
    return record_finish(&line);
}

enum till_status query_report_read(struct span text, struct query_report *out)
{
    struct record r;
    char by[BY_NAME_MAX];
    if (query_next_line(&text, &r) != TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    memset(out, 0, sizeof(*out));
    out->at_s = record_take_integer(&r, "at_s");
    out->heard_at_s = query_take_within(&r, "heard_at_s", 0, INT64_MAX);
    record_take_text(&r, "by", by, sizeof(by));
    out->from = (int32_t)query_take_within(&r, "from", 1, 99991231);
    out->to = (int32_t)query_take_within(&r, "to", 1, 99991231);
    out->terminals = query_take_within(&r, "terminals", 0, INT64_MAX);
    take_sums(&r, &out->sum);
    out->exceptions = query_take_within(&r, "exceptions", 0, INT64_MAX);
    out->unsettled = query_take_within(&r, "unsettled", 0, INT64_MAX);
    out->unsettled_minor = record_take_integer(&r, "unsettled_amount");
    out->total = (size_t)query_take_within(&r, "total", 0, INT32_MAX);
    out->count = (size_t)query_take_within(&r, "rows", 0, QUERY_REPORT_ROWS_MAX);
    if (record_finish(&r) != TILL_OK || !query_by_named(by, &out->by) || out->count > out->total) {
        return TILL_E_PROTOCOL;
    }
    for (size_t i = 0; i < out->count; i++) {
        if (read_row(&text, out, &out->rows[i]) != TILL_OK) {
            return TILL_E_PROTOCOL;
        }
    }
    return text.size == 0 ? TILL_OK : TILL_E_PROTOCOL;
}
