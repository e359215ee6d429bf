#include "takings_page.h"

#include <stdlib.h>
#include <string.h>

#include "takings_find.h"
#include "text.h"
#include "when.h"

/* ---- order ----------------------------------------------------------------------------------- */

static int by_size(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int newest_first(const void *left, const void *right)
{
    const struct query_exception *a = left, *b = right;
    int order = by_size(b->at_s, a->at_s);
    order = order != 0 ? order : strcmp(a->terminal, b->terminal);
    order = order != 0 ? order : by_size((int64_t)b->seq, (int64_t)a->seq);
    return order != 0 ? order : a->kind - b->kind;
}

static int oldest_first(const void *left, const void *right)
{
    const struct query_shift *a = left, *b = right;
    int order = by_size(a->date, b->date);
    order = order != 0 ? order : strcmp(a->terminal, b->terminal);
    order = order != 0 ? order : by_size(a->z, b->z);
    return order != 0 ? order : (int)a->state - (int)b->state;
}

static int64_t sum_of(const int64_t minor[QUERY_PAGE_AGES])
{
    int64_t sum_minor = 0;
    for (size_t i = 0; i < QUERY_PAGE_AGES; i++) {
        if (__builtin_add_overflow(sum_minor, minor[i], &sum_minor)) {
            return INT64_MAX;
        }
    }
    return sum_minor;
}

static int most_owed_first(const void *left, const void *right)
{
    const struct query_arrears *a = left, *b = right;
    int order = by_size(sum_of(b->owed_minor), sum_of(a->owed_minor));
    return order != 0 ? order : strcmp(a->meter_book, b->meter_book);
}

/* ---- what it consists of --------------------------------------------------------------------- */

static void sum_arrears(const struct takings_rows *rows, struct query_arrears *sum)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct query_arrears *a = &rows->list[i].as.arrears;
        sum->customers += a->customers;
        sum->owing += a->owing;
        for (size_t k = 0; k < QUERY_PAGE_AGES; k++) {
            if (__builtin_add_overflow(sum->owed_minor[k], a->owed_minor[k], &sum->owed_minor[k]) ||
                __builtin_add_overflow(sum->paid_minor[k], a->paid_minor[k], &sum->paid_minor[k])) {
                sum->owed_minor[k] = INT64_MAX; /* nobody owes that much */
            }
        }
    }
}

static enum till_status find_takings(struct store *s, const struct takings_team *t,
                                     const struct query_report *r, enum query_by by,
                                     struct takings_rows *rows)
{
    size_t count = 0, total = 0;
    struct store_taking *found = malloc(QUERY_PAGE_TOTAL_MAX * sizeof(*found));
    enum till_status status =
        found == NULL ? TILL_E_MEMORY
                      : takings_rows(s, t, r, by, found, QUERY_PAGE_TOTAL_MAX, &count, &total);
    for (size_t i = 0; status == TILL_OK && i < count; i++) {
        struct query_row *row = takings_rows_add(rows);
        if (row == NULL) {
            break;
        }
        struct query_report_row *to = &row->as.takings;
        text_copy(to->key, sizeof(to->key), found[i].key);
        to->receipts = found[i].receipts;
        to->amount_minor = found[i].amount_minor;
        to->reversals = found[i].reversals;
        to->reversed_minor = found[i].reversed_minor;
    }
    rows->left += total - count;
    free(found);
    return status;
}

static int64_t midnight(const char *zone, int32_t date)
{
    const struct civil civil = {.year = (int16_t)(date / 10000),
                                .month = (uint8_t)(date / 100 % 100),
                                .day = (uint8_t)(date % 100)};
    return when_from_civil(zone, &civil);
}

static struct takings_span span_of(const char *zone, const struct query_page_ask *ask)
{
    enum { NEXT_NOON_S = 36 * 3600 }; /* whatever the clock did that night */
    int32_t after = when_date(zone, midnight(zone, ask->to) + NEXT_NOON_S);
    return (struct takings_span){.zone = zone,
                                 .from = ask->from,
                                 .to = ask->to,
                                 .from_s = midnight(zone, ask->from),
                                 .until_s = midnight(zone, after) - 1};
}

/* In their order. */
static enum till_status find(struct store *s, const struct takings_team *t, const struct site *site,
                             const struct query_report *r, struct query_page *head,
                             struct takings_rows *rows)
{
    const struct query_page_ask *ask = &head->ask;
    const struct takings_span span = span_of(site->zone, ask);
    int (*order)(const void *, const void *) = NULL;
    enum till_status status = TILL_OK;
    switch (ask->of) {
    case QUERY_PAGE_TAKINGS:
        return find_takings(s, t, r, ask->by, rows);
    case QUERY_PAGE_EXCEPTIONS:
        status = takings_find_exceptions(s, t, &span, ask->kinds, rows);
        order = newest_first;
        break;
    case QUERY_PAGE_SHIFTS:
        status = takings_find_shifts(s, t, site->zone, rows);
        order = oldest_first;
        break;
    case QUERY_PAGE_ARREARS:
        status = takings_find_arrears(s, t, when_date(site->zone, head->at_s), &span, rows);
        sum_arrears(rows, &head->sum.as.arrears);
        order = most_owed_first;
        break;
    }
    if (status == TILL_OK && rows->count > 0) {
        qsort(rows->list, rows->count, sizeof(rows->list[0]), order);
    }
    return status;
}

/* Zs that wait, now. */
static enum till_status count_shifts(struct store *s, const struct takings_team *t,
                                     const char *zone, int64_t *count_out)
{
    struct takings_rows rows = {.count = 0};
    enum till_status status = takings_find_shifts(s, t, zone, &rows);
    *count_out = (int64_t)(rows.count + rows.left);
    free(rows.list);
    return status;
}

enum till_status takings_page_make(struct store *s, const struct takings_team *t,
                                   const struct query_page_ask *ask, int64_t now_s,
                                   struct takings_page *out)
{
    struct takings_rows rows = {.count = 0};
    struct site site;
    struct query_report r = {.by = ask->of == QUERY_PAGE_TAKINGS ? ask->by : QUERY_BY_DAY,
                             .from = ask->from,
                             .to = ask->to};
    *out = (struct takings_page){.rows = NULL};
    enum till_status status = store_site_get(s, &site);
    if (status == TILL_OK) {
        status = takings_report(s, t, now_s, &r);
    }
    struct query_page *head = &out->head;
    head->ask = *ask;
    head->ask.as_of_s = 0;
    head->ask.offset = 0;
    head->at_s = r.at_s;
    head->heard_at_s = r.heard_at_s;
    head->terminals = r.terminals;
    head->exceptions = r.exceptions;
    if (ask->of == QUERY_PAGE_TAKINGS) {
        head->sum.as.takings = r.sum;
        head->sum.as.takings.key[0] = '\0';
    }
    if (status == TILL_OK) {
        status = find(s, t, &site, &r, head, &rows);
    }
    if (status == TILL_OK) {
        status = count_shifts(s, t, site.zone, &head->unsettled);
    }
    head->total = rows.count < QUERY_PAGE_TOTAL_MAX ? rows.count : QUERY_PAGE_TOTAL_MAX;
    head->left = rows.left + rows.count - head->total;
    out->rows = rows.list;
    if (status != TILL_OK) {
        takings_page_free(out);
    }
    return status;
}

void takings_page_free(struct takings_page *p)
{
    free(p->rows);
    p->rows = NULL;
}

void takings_page_cut(const struct takings_page *p, uint32_t offset, struct query_page *out)
{
    *out = p->head;
    out->ask.offset = offset;
    size_t behind = offset < p->head.total ? p->head.total - offset : 0;
    out->count = behind < QUERY_PAGE_ROWS_MAX ? behind : QUERY_PAGE_ROWS_MAX;
    if (out->count > 0) {
        memcpy(out->rows, &p->rows[offset], out->count * sizeof(out->rows[0]));
    }
}
