#include "store_stock.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "book_check.h"
#include "log.h"
#include "record.h"
#include "rows_use.h"
#include "store_backend.h"
#include "text.h"

enum { ROW_BYTES = 320, LATE_DAYS_MOST = 100000 };
static const uint64_t NUMBER_LIMIT = UINT64_C(1000000000000);

/* ---- what is valid --------------------------------------------------------------------------- */

static bool numbers_are_valid(int type, const char *series, uint64_t first, uint64_t last)
{
    return type > 0 && type < STOCK_TYPE_COUNT && strnlen(series, SERIES_MAX) < SERIES_MAX &&
           (series[0] == '\0' || terminal_is_valid(series)) && first > 0 && first <= last &&
           last < NUMBER_LIMIT;
}

static bool user_or_none(const char *user)
{
    return user[0] == '\0' || strcmp(user, "-") == 0 || user_is_valid(user);
}

static bool terminal_or_none(const char *terminal)
{
    return terminal[0] == '\0' || terminal_is_valid(terminal);
}

static bool move_is_valid(const struct store_stock_move *m)
{
    return numbers_are_valid(m->type, m->series, m->first, m->last) && m->act >= STOCK_ISSUED &&
           m->act <= STOCK_GIVEN_ON && user_or_none(m->giver) && user_or_none(m->taker) &&
           user_or_none(m->by) && terminal_or_none(m->terminal) && m->seq <= INT64_MAX &&
           (m->seq == 0 || m->terminal[0] != '\0');
}

static bool range_is_valid(const struct store_stock_range *r)
{
    return numbers_are_valid(r->type, r->series, r->first, r->last) && r->issue > 0 &&
           r->issue <= INT64_MAX && r->holder[0] != '\0' && user_or_none(r->holder) &&
           user_or_none(r->giver) && terminal_or_none(r->terminal) &&
           (!r->taken || r->terminal[0] != '\0');
}

static bool number_is_right(const struct store_stock_number *n)
{
    return numbers_are_valid(n->type, n->series, n->first, n->last) && n->seq > 0 &&
           n->seq <= INT64_MAX && n->receipt <= INT64_MAX && n->ended <= INT64_MAX &&
           (int)n->state >= STOCK_USED && (int)n->state < STOCK_STATES &&
           (n->last == n->first || n->state == STOCK_SPOILED) && n->user[0] != '\0' &&
           user_or_none(n->user) && (n->account[0] == '\0' || account_is_valid(n->account));
}

/* ---- from hand to hand ----------------------------------------------------------------------- */

static enum till_status move_of_record(struct store *s, const struct store_stock_move *m,
                                       int64_t *id_out)
{
    struct rows_use use = rows_of(s, STORE_STOCK_MOVE_OF_RECORD);
    enum till_status st;

    rows_bind_text(&use, m->terminal);
    rows_bind_unsigned(&use, m->seq);
    st = rows_next(&use);
    if (st == TILL_OK)
        *id_out = rows_column_integer(&use, 0);
    rows_end(&use);
    return st == TILL_OK ? TILL_UNCHANGED : st;
}

enum till_status store_stock_move_put(struct store *s, const struct store_stock_move *m,
                                      int64_t *id_out)
{
    struct rows_use use;
    enum till_status st;

    assert(s->in_transaction);
    *id_out = 0;
    if (!move_is_valid(m))
        return TILL_BAD_INPUT;
    use = rows_of(s, STORE_PUT_STOCK_MOVE);
    rows_bind_integer(&use, m->at_s);
    rows_bind_integer(&use, m->act);
    rows_bind_integer(&use, m->type);
    rows_bind_text(&use, m->series);
    rows_bind_unsigned(&use, m->first);
    rows_bind_unsigned(&use, m->last);
    rows_bind_text(&use, m->giver);
    rows_bind_text(&use, m->taker);
    rows_bind_text(&use, m->terminal);
    rows_bind_unsigned(&use, m->seq);
    rows_bind_text(&use, m->by);
    rows_bind_integer(&use, m->unissued);
    st = rows_next(&use);
    if (st == TILL_OK)
        *id_out = rows_column_integer(&use, 0);
    rows_end(&use);
    return st == TILL_NOT_FOUND ? move_of_record(s, m, id_out) : st;
}

/* Columns of one row that are texts. */
struct text_column {
    int column;
    char *text;
    size_t capacity;
};

static enum till_status read_texts(const struct rows_use *use, const struct text_column *texts,
                                   size_t count)
{
    enum till_status st = TILL_OK;

    for (size_t i = 0; i < count && st == TILL_OK; i++)
        st = rows_column_text(use, texts[i].column, texts[i].text, texts[i].capacity);
    return st;
}

static enum till_status read_move(struct rows_use *use, struct store_stock_move *out)
{
    const struct text_column texts[] = {{4, out->series, sizeof(out->series)},
                                        {7, out->giver, sizeof(out->giver)},
                                        {8, out->taker, sizeof(out->taker)},
                                        {9, out->terminal, sizeof(out->terminal)},
                                        {11, out->by, sizeof(out->by)}};
    bool bad = false;
    enum till_status st = rows_next(use);

    memset(out, 0, sizeof(*out));
    if (st == TILL_OK)
        st = read_texts(use, texts, sizeof(texts) / sizeof(texts[0]));
    if (st == TILL_OK) {
        out->id = rows_column_integer(use, 0);
        out->at_s = rows_column_integer(use, 1);
        out->act = (enum stock_act)rows_column_within(use, 2, STOCK_ISSUED, STOCK_GIVEN_ON, &bad);
        out->type = (int)rows_column_within(use, 3, 1, STOCK_TYPE_COUNT - 1, &bad);
        out->first = (uint64_t)rows_column_within(use, 5, 1, INT64_MAX, &bad);
        out->last = (uint64_t)rows_column_within(use, 6, 1, INT64_MAX, &bad);
        out->seq = (uint64_t)rows_column_within(use, 10, 0, INT64_MAX, &bad);
        out->unissued = rows_column_integer(use, 12) != 0;
    }
    rows_end(use);
    return st == TILL_OK && bad ? TILL_E_CORRUPT : st;
}

enum till_status store_stock_move_next(struct store *s, int64_t after, struct store_stock_move *out)
{
    struct rows_use use = rows_of(s, STORE_STOCK_MOVE_ABOVE);

    rows_bind_integer(&use, after);
    return read_move(&use, out);
}

enum till_status store_stock_move_of(struct store *s, const struct stock_number *n, int64_t after,
                                     struct store_stock_move *out)
{
    struct rows_use use = rows_of(s, STORE_STOCK_MOVE_WITH);

    rows_bind_integer(&use, n->type);
    rows_bind_text(&use, n->series);
    rows_bind_unsigned(&use, n->number);
    rows_bind_integer(&use, after);
    return read_move(&use, out);
}

enum till_status store_stock_had(struct store *s, const struct stock_number *first, uint64_t last,
                                 const char *user, const char *terminal, bool *had_out)
{
    struct rows_use use = rows_of(s, STORE_STOCK_HAD);
    enum till_status st;

    *had_out = false;
    rows_bind_integer(&use, first->type);
    rows_bind_text(&use, first->series);
    rows_bind_unsigned(&use, first->number);
    rows_bind_unsigned(&use, last);
    rows_bind_text(&use, user);
    rows_bind_text(&use, terminal);
    st = rows_next(&use);
    if (st == TILL_OK)
        *had_out = rows_column_integer(&use, 0) != 0;
    rows_end(&use);
    return st;
}

/* ---- who has what ---------------------------------------------------------------------------- */

enum till_status store_stock_range_put(struct store *s, const struct store_stock_range *r)
{
    struct rows_use use;

    assert(s->in_transaction);
    if (!range_is_valid(r))
        return TILL_BAD_INPUT;
    use = rows_of(s, STORE_PUT_STOCK_RANGE);
    rows_bind_integer(&use, r->type);
    rows_bind_text(&use, r->series);
    rows_bind_unsigned(&use, r->first);
    rows_bind_unsigned(&use, r->last);
    rows_bind_unsigned(&use, r->issue);
    rows_bind_text(&use, r->holder);
    rows_bind_text(&use, r->giver);
    rows_bind_text(&use, r->terminal);
    rows_bind_integer(&use, r->taken);
    rows_bind_integer(&use, r->since_s);
    return rows_run(&use);
}

enum till_status store_stock_range_remove(struct store *s, int type, const char *series,
                                          uint64_t first)
{
    struct rows_use use = rows_of(s, STORE_REMOVE_STOCK_RANGE);
    enum till_status st;

    assert(s->in_transaction);
    rows_bind_integer(&use, type);
    rows_bind_text(&use, series);
    rows_bind_unsigned(&use, first);
    st = rows_run(&use);
    return st == TILL_OK && rows_changes(&use) == 0 ? TILL_UNCHANGED : st;
}

static enum till_status take_range(const struct rows_use *use, struct store_stock_range *out)
{
    const struct text_column texts[] = {{1, out->series, sizeof(out->series)},
                                        {5, out->holder, sizeof(out->holder)},
                                        {6, out->giver, sizeof(out->giver)},
                                        {7, out->terminal, sizeof(out->terminal)}};
    bool bad = false;
    enum till_status st;

    memset(out, 0, sizeof(*out));
    st = read_texts(use, texts, sizeof(texts) / sizeof(texts[0]));
    if (st != TILL_OK)
        return st;
    out->type = (int)rows_column_within(use, 0, 1, STOCK_TYPE_COUNT - 1, &bad);
    out->first = (uint64_t)rows_column_within(use, 2, 1, INT64_MAX, &bad);
    out->last = (uint64_t)rows_column_within(use, 3, 1, INT64_MAX, &bad);
    out->issue = (uint64_t)rows_column_within(use, 4, 1, INT64_MAX, &bad);
    out->taken = rows_column_integer(use, 8) != 0;
    out->since_s = rows_column_integer(use, 9);
    return bad ? TILL_E_CORRUPT : TILL_OK;
}

enum till_status store_stock_range_next(struct store *s, const struct store_stock_range *after,
                                        struct store_stock_range *out)
{
    struct rows_use use = rows_of(s, STORE_STOCK_RANGE_ABOVE);
    char series[SERIES_MAX];
    enum till_status st;

    text_copy(series, sizeof(series), after->series);
    rows_bind_integer(&use, after->type);
    rows_bind_text(&use, series);
    rows_bind_unsigned(&use, after->first);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = take_range(&use, out);
    rows_end(&use);
    return st;
}

enum till_status store_stock_overlapping(struct store *s, int type, const char *series,
                                         uint64_t first, uint64_t last,
                                         struct store_stock_range *out, size_t capacity,
                                         size_t *count_out)
{
    struct rows_use use = rows_of(s, STORE_STOCK_RANGES_OVER);
    enum till_status st = TILL_OK;

    *count_out = 0;
    rows_bind_integer(&use, type);
    rows_bind_text(&use, series);
    rows_bind_unsigned(&use, first);
    rows_bind_unsigned(&use, last);
    rows_bind_unsigned(&use, capacity + 1);
    while (st == TILL_OK && (st = rows_next(&use)) == TILL_OK) {
        if (*count_out == capacity) {
            st = TILL_TOO_LARGE;
            break;
        }
        st = take_range(&use, &out[(*count_out)++]);
    }
    rows_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

static enum till_status take_waiting(const struct rows_use *use, struct book_stock *out)
{
    const struct text_column texts[] = {{2, out->series, sizeof(out->series)},
                                        {5, out->user, sizeof(out->user)},
                                        {6, out->from, sizeof(out->from)}};
    bool bad = false;
    enum till_status st;

    memset(out, 0, sizeof(*out));
    st = read_texts(use, texts, sizeof(texts) / sizeof(texts[0]));
    if (st != TILL_OK)
        return st;
    out->issue = (uint64_t)rows_column_within(use, 0, 1, INT64_MAX, &bad);
    out->type = (int)rows_column_within(use, 1, 1, STOCK_TYPE_COUNT - 1, &bad);
    out->first = (uint64_t)rows_column_within(use, 3, 1, INT64_MAX, &bad);
    out->last = (uint64_t)rows_column_within(use, 4, 1, INT64_MAX, &bad);
    if (strcmp(out->from, "-") == 0)
        out->from[0] = '\0';
    return bad ? TILL_E_CORRUPT : TILL_OK;
}

/* One that no book can hold stops none: it stays with the office. */
static bool can_be_told(const struct book_stock *range)
{
    bool can = book_stock_is_valid(range);

    if (!can)
        log_warning("stock %" PRIu64 " (type %d, %" PRIu64 " to %" PRIu64
                    ") is in no book: its holder is no user",
                    range->issue, range->type, range->first, range->last);
    return can;
}

enum till_status store_stock_waiting(struct store *s, const char *terminal, struct book_stock *out,
                                     size_t capacity, size_t *count_out)
{
    struct rows_use use = rows_of(s, STORE_STOCK_WAITING);
    enum till_status st = TILL_OK;

    *count_out = 0;
    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, capacity);
    while (st == TILL_OK && *count_out < capacity && (st = rows_next(&use)) == TILL_OK) {
        st = take_waiting(&use, &out[*count_out]);
        *count_out += st == TILL_OK && can_be_told(&out[*count_out]) ? 1 : 0;
    }
    rows_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

/* ---- what became of numbers ------------------------------------------------------------------ */

/* One row of the list that the statement takes apart; the terminal is said once for all. */
static enum till_status put_row(struct buffer *list, const struct store_stock_number *n)
{
    struct record_writer w;

    record_begin(&w, list);
    record_put_integer(&w, "n", (int64_t)n->seq);
    record_put_integer(&w, "k", n->type);
    record_put_text(&w, "c", n->series);
    record_put_integer(&w, "f", (int64_t)n->first);
    record_put_integer(&w, "l", (int64_t)n->last);
    record_put_integer(&w, "s", n->state);
    record_put_integer(&w, "t", n->at_s);
    record_put_text(&w, "u", n->user);
    record_put_integer(&w, "r", (int64_t)n->receipt);
    record_put_integer(&w, "p", n->copy);
    record_put_text(&w, "a", n->account);
    record_put_integer(&w, "m", n->face_minor);
    record_put_integer(&w, "w", n->reason);
    record_put_integer(&w, "e", (int64_t)n->ended);
    record_put_integer(&w, "o", n->all_copies);
    record_put_integer(&w, "d", n->late_days);
    return record_end(&w);
}

enum till_status store_stock_numbers_put(struct store *s, const struct store_stock_number *rows,
                                         size_t count)
{
    enum till_status st = TILL_OK;
    size_t capacity = (count + 1) * ROW_BYTES;
    struct rows_use use;
    struct buffer list;
    uint8_t *memory;

    assert(s->in_transaction && count <= STOCK_PUT_MAX);
    for (size_t i = 0; i < count; i++)
        if (!number_is_right(&rows[i]) || !terminal_is_valid(rows[i].terminal) ||
            strcmp(rows[i].terminal, rows[0].terminal) != 0)
            return TILL_BAD_INPUT;
    if (count == 0)
        return TILL_OK;
    memory = malloc(capacity);
    if (memory == NULL)
        return TILL_E_MEMORY;
    buffer_init(&list, memory, capacity);
    for (size_t i = 0; i < count && st == TILL_OK; i++) {
        buffer_put_text(&list, i == 0 ? "[" : ",");
        st = put_row(&list, &rows[i]);
    }
    buffer_put(&list, "]", sizeof("]"));
    assert(st != TILL_OK || !list.overflow);
    if (st == TILL_OK) {
        use = rows_of(s, STORE_PUT_STOCK_NUMBERS);
        rows_bind_text(&use, rows[0].terminal);
        rows_bind_text(&use, (const char *)list.data);
        st = rows_run(&use);
    }
    free(memory);
    return st;
}

enum till_status store_stock_end(struct store *s, const struct stock_end *e)
{
    struct rows_use use;
    enum till_status st;

    assert(s->in_transaction);
    assert(e->state == STOCK_SPOILED || e->state == STOCK_VOIDED);
    use = rows_of(s, STORE_END_STOCK_NUMBER);
    rows_bind_text(&use, e->terminal);
    rows_bind_integer(&use, e->number->type);
    rows_bind_text(&use, e->number->series);
    rows_bind_unsigned(&use, e->number->number);
    rows_bind_integer(&use, e->state);
    rows_bind_unsigned(&use, e->ended);
    rows_bind_integer(&use, e->reason);
    rows_bind_integer(&use, e->all_copies);
    st = rows_run(&use);
    return st == TILL_OK && rows_changes(&use) == 0 ? TILL_NOT_FOUND : st;
}

enum till_status store_stock_restore(struct store *s, const char *terminal,
                                     const struct stock_number *first, uint64_t last)
{
    static const enum store_statement both[] = {STORE_RESTORE_STOCK_NUMBERS,
                                                STORE_SHORTEN_STOCK_NUMBER};
    enum till_status st = TILL_OK;

    assert(s->in_transaction);
    for (size_t i = 0; i < sizeof(both) / sizeof(both[0]) && st == TILL_OK; i++) {
        struct rows_use use = rows_of(s, both[i]);

        rows_bind_text(&use, terminal);
        rows_bind_integer(&use, first->type);
        rows_bind_text(&use, first->series);
        rows_bind_unsigned(&use, first->number);
        rows_bind_unsigned(&use, last);
        st = rows_run(&use);
    }
    return st;
}

static enum till_status take_number(const struct rows_use *use, struct store_stock_number *out)
{
    const struct text_column texts[] = {{0, out->terminal, sizeof(out->terminal)},
                                        {3, out->series, sizeof(out->series)},
                                        {8, out->user, sizeof(out->user)},
                                        {11, out->account, sizeof(out->account)}};
    bool bad = false;
    enum till_status st;

    memset(out, 0, sizeof(*out));
    st = read_texts(use, texts, sizeof(texts) / sizeof(texts[0]));
    if (st != TILL_OK)
        return st;
    out->seq = (uint64_t)rows_column_within(use, 1, 1, INT64_MAX, &bad);
    out->type = (int)rows_column_within(use, 2, 1, STOCK_TYPE_COUNT - 1, &bad);
    out->first = (uint64_t)rows_column_within(use, 4, 1, INT64_MAX, &bad);
    out->last = (uint64_t)rows_column_within(use, 5, 1, INT64_MAX, &bad);
    out->state = (enum stock_state)rows_column_within(use, 6, STOCK_USED, STOCK_STATES - 1, &bad);
    out->at_s = rows_column_integer(use, 7);
    out->receipt = (uint64_t)rows_column_within(use, 9, 0, INT64_MAX, &bad);
    out->copy = (uint32_t)rows_column_within(use, 10, 0, UINT32_MAX, &bad);
    out->face_minor = rows_column_integer(use, 12);
    out->reason = (int)rows_column_within(use, 13, 0, INT32_MAX, &bad);
    out->ended = (uint64_t)rows_column_within(use, 14, 0, INT64_MAX, &bad);
    out->all_copies = rows_column_integer(use, 15) != 0;
    out->counted = (uint64_t)rows_column_within(use, 16, 0, INT64_MAX, &bad);
    out->late_days = (int32_t)rows_column_within(use, 17, -LATE_DAYS_MOST, LATE_DAYS_MOST, &bad);
    return bad ? TILL_E_CORRUPT : TILL_OK;
}

static enum till_status read_number(struct rows_use *use, struct store_stock_number *out)
{
    enum till_status st = rows_next(use);

    if (st == TILL_OK)
        st = take_number(use, out);
    rows_end(use);
    return st;
}

enum till_status store_stock_number_next(struct store *s, const char *after_terminal,
                                         uint64_t after_seq, struct store_stock_number *out)
{
    struct rows_use use = rows_of(s, STORE_STOCK_NUMBER_ABOVE);
    char terminal[TERMINAL_MAX];

    text_copy(terminal, sizeof(terminal), after_terminal);
    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, after_seq);
    return read_number(&use, out);
}

enum till_status store_stock_number_of(struct store *s, const struct stock_number *n,
                                       const char *after_terminal, uint64_t after_seq,
                                       struct store_stock_number *out)
{
    struct rows_use use = rows_of(s, STORE_STOCK_NUMBER_WITH);
    char terminal[TERMINAL_MAX];

    text_copy(terminal, sizeof(terminal), after_terminal);
    rows_bind_integer(&use, n->type);
    rows_bind_text(&use, n->series);
    rows_bind_unsigned(&use, n->number);
    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, after_seq);
    return read_number(&use, out);
}

enum till_status store_stock_sums(struct store *s, int type, const char *series, uint64_t first,
                                  uint64_t last, struct stock_sums *out)
{
    struct rows_use use = rows_of(s, STORE_STOCK_SUMS);
    bool bad = false;
    enum till_status st;

    memset(out, 0, sizeof(*out));
    rows_bind_integer(&use, type);
    rows_bind_text(&use, series);
    rows_bind_unsigned(&use, first);
    rows_bind_unsigned(&use, last);
    while ((st = rows_next(&use)) == TILL_OK) {
        size_t state = (size_t)rows_column_within(&use, 0, STOCK_USED, STOCK_STATES - 1, &bad);

        out->numbers[state] = (uint64_t)rows_column_within(&use, 1, 0, INT64_MAX, &bad);
        out->face_minor[state] = rows_column_integer(&use, 2);
    }
    rows_end(&use);
    if (bad)
        return TILL_E_CORRUPT;
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}
