/*
 * Numbered paper, continued: what was counted, and what does not fit together.
 */
#include <assert.h>
#include <string.h>

#include "rows_use.h"
#include "store_backend.h"
#include "store_stock.h"
#include "text.h"
#include "when.h"

/* ---- counts ---------------------------------------------------------------------------------- */

/* The numbers that are counted for the first time. */
static enum till_status mark_counted(struct store *s, uint64_t first,
                                     const struct store_stock_count *c)
{
    struct rows_use use = rows_of(s, STORE_MARK_STOCK_COUNTED);

    rows_bind_text(&use, c->terminal);
    rows_bind_unsigned(&use, c->seq);
    rows_bind_integer(&use, c->type);
    rows_bind_text(&use, c->series);
    rows_bind_unsigned(&use, first);
    rows_bind_unsigned(&use, c->next);
    return rows_run(&use);
}

static bool count_is_valid(const struct store_stock_count *c)
{
    return terminal_is_valid(c->terminal) && c->seq > 0 && c->seq <= INT64_MAX && c->type > 0 &&
           c->type < STOCK_TYPE_COUNT && (c->series[0] == '\0' || terminal_is_valid(c->series)) &&
           c->next > 0 && c->next <= INT64_MAX && when_date_is_valid(c->date);
}

enum till_status store_stock_count_put(struct store *s, uint64_t first,
                                       const struct store_stock_count *c)
{
    struct rows_use use;
    enum till_status st;

    assert(s->in_transaction);
    if (!count_is_valid(c))
        return TILL_BAD_INPUT;
    st = mark_counted(s, first, c);
    if (st != TILL_OK)
        return st;
    use = rows_of(s, STORE_PUT_STOCK_COUNT);
    rows_bind_text(&use, c->terminal);
    rows_bind_unsigned(&use, c->seq);
    rows_bind_integer(&use, c->at_s);
    rows_bind_integer(&use, c->date);
    rows_bind_text(&use, c->user);
    rows_bind_integer(&use, c->type);
    rows_bind_text(&use, c->series);
    rows_bind_unsigned(&use, c->next);
    rows_bind_unsigned(&use, c->used);
    rows_bind_unsigned(&use, c->voided);
    rows_bind_unsigned(&use, c->spoiled);
    rows_bind_unsigned(&use, c->unused);
    rows_bind_integer(&use, c->face_minor);
    rows_bind_unsigned(&use, first);
    st = rows_run(&use);
    return st == TILL_OK && rows_changes(&use) == 0 ? TILL_UNCHANGED : st;
}

static enum till_status take_count(const struct rows_use *use, struct store_stock_count *out)
{
    uint32_t *const figures[] = {
        &out->used,       &out->voided,       &out->spoiled,       &out->unused,     NULL,
        &out->known_used, &out->known_voided, &out->known_spoiled, &out->known_ended};
    enum { FIGURES_FROM = 8 };
    bool bad = false;
    enum till_status st;

    memset(out, 0, sizeof(*out));
    st = rows_column_text(use, 0, out->terminal, sizeof(out->terminal));
    if (st == TILL_OK)
        st = rows_column_text(use, 4, out->user, sizeof(out->user));
    if (st == TILL_OK)
        st = rows_column_text(use, 6, out->series, sizeof(out->series));
    if (st != TILL_OK)
        return st;
    out->seq = (uint64_t)rows_column_within(use, 1, 1, INT64_MAX, &bad);
    out->at_s = rows_column_integer(use, 2);
    out->date = (int32_t)rows_column_within(use, 3, 0, INT32_MAX, &bad);
    out->type = (int)rows_column_within(use, 5, 1, STOCK_TYPE_COUNT - 1, &bad);
    out->next = (uint64_t)rows_column_within(use, 7, 1, INT64_MAX, &bad);
    out->face_minor = rows_column_integer(use, 12);
    out->known_face_minor = rows_column_integer(use, 17);
    for (int i = 0; i < (int)(sizeof(figures) / sizeof(figures[0])); i++)
        if (figures[i] != NULL)
            *figures[i] = (uint32_t)rows_column_within(use, FIGURES_FROM + i, 0, UINT32_MAX, &bad);
    return bad ? TILL_E_CORRUPT : TILL_OK;
}

enum till_status store_stock_count_next(struct store *s, int32_t date, const char *terminal,
                                        uint64_t seq, struct store_stock_count *out)
{
    struct rows_use use = rows_of(s, STORE_STOCK_COUNT_ABOVE);
    char from[TERMINAL_MAX];
    enum till_status st;

    text_copy(from, sizeof(from), terminal);
    rows_bind_integer(&use, date);
    rows_bind_text(&use, from);
    rows_bind_unsigned(&use, seq);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = take_count(&use, out);
    rows_end(&use);
    return st;
}

/* ---- what does not fit ----------------------------------------------------------------------- */

/* Of one statement, behind what the other one gave. */
static enum till_status read_findings(struct rows_use *use, size_t most, struct stock_finding *out,
                                      size_t *count_out)
{
    bool bad = false;
    enum till_status st = TILL_OK;

    *count_out = 0;
    while (st == TILL_OK && *count_out < most && (st = rows_next(use)) == TILL_OK) {
        struct stock_finding *f = &out[(*count_out)++];

        memset(f, 0, sizeof(*f));
        f->seq = (uint64_t)rows_column_within(use, 0, 1, INT64_MAX, &bad);
        f->what =
            (enum stock_odd)rows_column_within(use, 1, STOCK_ODD_TWICE, STOCK_ODD_KINDS, &bad);
        st = rows_column_text(use, 2, f->other, sizeof(f->other));
    }
    rows_end(use);
    if (bad)
        return TILL_E_CORRUPT;
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

/* Behind that record nothing was looked at: the list was full. */
static uint64_t whole_through(const struct stock_finding *list, size_t count, size_t most,
                              uint64_t through)
{
    uint64_t last = count == most ? list[count - 1].seq - 1 : through;

    return last < through ? last : through;
}

enum till_status store_stock_findings(struct store *s, const char *terminal, uint64_t from,
                                      uint64_t to, bool fresh,
                                      struct stock_finding out[STOCK_FINDINGS_MAX],
                                      size_t *count_out, uint64_t *through_out)
{
    enum { HALF = STOCK_FINDINGS_MAX / 2 };
    struct stock_finding invoices[HALF];
    struct rows_use use = rows_of(s, STORE_STOCK_FINDINGS);
    size_t papers = 0, count = 0, kept = 0;
    enum till_status st;

    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, from);
    rows_bind_unsigned(&use, to);
    rows_bind_unsigned(&use, HALF);
    st = read_findings(&use, HALF, out, &papers);
    if (st == TILL_OK) {
        use = rows_of(s, STORE_STOCK_INVOICE_FINDINGS);
        rows_bind_text(&use, terminal);
        rows_bind_unsigned(&use, from);
        rows_bind_unsigned(&use, to);
        rows_bind_integer(&use, fresh);
        rows_bind_unsigned(&use, HALF);
        st = read_findings(&use, HALF, invoices, &count);
    }
    *through_out = whole_through(out, papers, HALF, to);
    *through_out = whole_through(invoices, count, HALF, *through_out);
    while (papers > 0 && out[papers - 1].seq > *through_out)
        papers--;
    for (; kept < count && invoices[kept].seq <= *through_out; kept++)
        out[papers + kept] = invoices[kept];
    *count_out = st == TILL_OK ? papers + kept : 0;
    return st;
}

enum till_status store_stock_gaps(struct store *s, const char *terminal,
                                  const struct stock_gap *after,
                                  struct stock_gap out[STOCK_GAPS_MAX], size_t *count_out)
{
    struct rows_use use = rows_of(s, STORE_STOCK_GAPS);
    struct stock_gap behind = *after;
    bool bad = false;
    enum till_status st = TILL_OK;

    *count_out = 0;
    rows_bind_text(&use, terminal);
    rows_bind_integer(&use, behind.type);
    rows_bind_text(&use, behind.series);
    rows_bind_unsigned(&use, behind.first);
    rows_bind_unsigned(&use, STOCK_GAPS_MAX);
    while (st == TILL_OK && *count_out < STOCK_GAPS_MAX && (st = rows_next(&use)) == TILL_OK) {
        struct stock_gap *g = &out[(*count_out)++];

        memset(g, 0, sizeof(*g));
        g->type = (int)rows_column_within(&use, 0, 1, STOCK_TYPE_COUNT - 1, &bad);
        g->first = (uint64_t)rows_column_within(&use, 2, 1, INT64_MAX, &bad);
        g->last = (uint64_t)rows_column_within(&use, 3, 1, INT64_MAX, &bad);
        st = rows_column_text(&use, 1, g->series, sizeof(g->series));
    }
    rows_end(&use);
    if (bad)
        return TILL_E_CORRUPT;
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}
