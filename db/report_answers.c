/*
 * What the reports answer: windows of rows out of the sums and lists of the file.
 */
#include <stdlib.h>
#include <string.h>

#include "report_file.h"
#include "text.h"

/* A name's number to ask by: 0 = all, NOBODY where there is none of that name. */
enum { NOBODY = -1, RATE_ONE_PPM = 1000000 };

static enum till_status asked(struct report *r, const char *text, int64_t *number_out)
{
    *number_out = 0;
    if (text[0] == '\0')
        return TILL_OK;
    struct sqlite_use use = report_use(r, REPORT_NUMBER_OF);
    sqlite_bind_text(&use, text);
    enum till_status status = sqlite_next(&use);
    *number_out = status == TILL_OK ? sqlite_column_integer(&use, 0) : NOBODY;
    sqlite_end(&use);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status count_column(const struct sqlite_use *use, int column, uint32_t *out)
{
    uint64_t value = 0;
    enum till_status status = sqlite_column_unsigned(use, column, &value);

    *out = value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
    return status;
}

/* ---- takings --------------------------------------------------------------------------------- */

static enum till_status read_row(const struct sqlite_use *use, struct report_row *out)
{
    memset(out, 0, sizeof *out);
    enum till_status status = sqlite_column_text(use, 0, out->key, sizeof out->key);
    if (status == TILL_OK)
        status = count_column(use, 2, &out->receipts);
    if (status == TILL_OK)
        status = count_column(use, 6, &out->reversals);
    out->number = (int32_t)sqlite_column_integer(use, 1);
    out->amount_minor = sqlite_column_integer(use, 3);
    out->late_fee_minor = sqlite_column_integer(use, 4);
    out->advance_minor = sqlite_column_integer(use, 5);
    out->reversed_minor = sqlite_column_integer(use, 7);
    return status;
}

static void bind_question(struct sqlite_use *use, const struct report_question *q, int64_t who,
                          int64_t book)
{
    sqlite_bind_integer(use, q->from);
    sqlite_bind_integer(use, q->to);
    sqlite_bind_integer(use, who);
    sqlite_bind_integer(use, book);
}

static enum till_status keep_row(struct report_answer *a, const struct sqlite_use *use)
{
    if (a->count == REPORT_ROWS_MAX)
        return TILL_TOO_LARGE;
    if (a->count == a->room) {
        size_t more = a->room == 0 ? 32 : 2 * a->room;
        struct report_row *rows = realloc(a->rows, more * sizeof *rows);

        if (rows == NULL)
            return TILL_E_MEMORY;
        a->rows = rows;
        a->room = more;
    }
    return read_row(use, &a->rows[a->count++]);
}

static enum till_status read_rows(struct report *r, const struct report_question *q, int64_t who,
                                  int64_t book)
{
    struct report_answer *a = &r->answer;
    enum report_statement which = (enum report_statement)(REPORT_DAYS + q->by - REPORT_BY_DAY);
    struct sqlite_use use = report_use(r, which);
    enum till_status status;

    bind_question(&use, q, who, book);
    while ((status = sqlite_next(&use)) == TILL_OK) {
        status = keep_row(a, &use);
        if (status != TILL_OK)
            break;
    }
    sqlite_end(&use);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status read_sum(struct report *r, const struct report_question *q, int64_t who,
                                 int64_t book)
{
    struct sqlite_use use = report_use(r, REPORT_SUM);

    bind_question(&use, q, who, book);
    enum till_status status = sqlite_next(&use);
    if (status == TILL_OK)
        status = read_row(&use, &r->answer.sum);
    sqlite_end(&use);
    return status;
}

static bool same_question(const struct report_question *a, const struct report_question *b)
{
    return a->by == b->by && a->from == b->from && a->to == b->to &&
           strcmp(a->user, b->user) == 0 && strcmp(a->meter_book, b->meter_book) == 0;
}

/* Into r->answer, unless it is there from the page before. */
static enum till_status answer(struct report *r, const struct report_question *q)
{
    int64_t who = 0, book = 0;

    if (same_question(&r->answer.question, q))
        return TILL_OK;
    r->answer.count = 0; /* its room is used again */
    memset(&r->answer.question, 0, sizeof r->answer.question);
    enum till_status status = asked(r, q->user, &who);
    if (status == TILL_OK)
        status = asked(r, q->meter_book, &book);
    if (status == TILL_OK)
        status = read_rows(r, q, who, book);
    if (status == TILL_OK)
        status = read_sum(r, q, who, book);
    if (status == TILL_OK)
        r->answer.question = *q;
    return status;
}

enum till_status report_takings(struct report *r, const struct report_question *question,
                                size_t offset, struct report_row *rows_out, size_t capacity,
                                size_t *count_out, size_t *total_out, struct report_row *sum_out)
{
    *count_out = *total_out = 0;
    if (sum_out != NULL)
        memset(sum_out, 0, sizeof *sum_out);
    if (question->by < REPORT_BY_DAY || question->by >= REPORT_BY_COUNT ||
        question->from > question->to)
        return TILL_BAD_INPUT;
    if (!report_is_open(r))
        return TILL_OK;
    enum till_status status = answer(r, question);
    if (status != TILL_OK)
        return report_outcome(r, status);
    for (size_t i = offset; i < r->answer.count && *count_out < capacity; i++)
        rows_out[(*count_out)++] = r->answer.rows[i];
    *total_out = r->answer.count;
    if (sum_out != NULL)
        *sum_out = r->answer.sum;
    return TILL_OK;
}

/* ---- exceptions ------------------------------------------------------------------------------ */

const char *report_exception_text(int kind)
{
    switch (kind) {
#define X(name, number, text)                                                                      \
    case number:                                                                                   \
        return text;
        REPORT_EXCEPTION_LIST(X)
#undef X
    default:
        return N_("Other");
    }
}

static enum till_status read_exception(const struct sqlite_use *use, struct report_exception *out)
{
    uint64_t id = 0;

    memset(out, 0, sizeof *out);
    enum till_status status = sqlite_column_unsigned(use, 0, &id);
    if (status == TILL_OK)
        status = sqlite_column_text(use, 2, out->user, sizeof out->user);
    if (status == TILL_OK)
        status = sqlite_column_unsigned(use, 4, &out->about);
    if (status == TILL_OK)
        status = sqlite_column_text(use, 5, out->account, sizeof out->account);
    out->kind = (enum report_exception_kind)(id & ((1U << REPORT_KINDS_BITS) - 1));
    out->seq = id >> REPORT_KINDS_BITS;
    out->date = (int32_t)sqlite_column_integer(use, 1);
    out->at_s = sqlite_column_integer(use, 3);
    out->amount_minor = sqlite_column_integer(use, 6);
    out->number = sqlite_column_integer(use, 7);
    out->open = sqlite_column_integer(use, 8) != 0;
    return status;
}

/* What a list of exceptions is asked for. */
struct listing {
    int32_t from, to;
    uint32_t kinds;
    int64_t who;
};

static struct sqlite_use use_listing(struct report *r, enum report_statement which,
                                     const struct listing *l)
{
    struct sqlite_use use = report_use(r, which);

    sqlite_bind_integer(&use, l->from);
    sqlite_bind_integer(&use, l->to);
    sqlite_bind_integer(&use, l->kinds);
    sqlite_bind_integer(&use, l->who);
    return use;
}

static enum till_status keep_place(struct report_list *list, const struct sqlite_use *use)
{
    size_t at = list->total / REPORT_PLACES_APART;

    if (list->total++ % REPORT_PLACES_APART != 0)
        return TILL_OK;
    /* Grown whenever `at` is 0, 1, 2, 4, 8 …: twice the room each time. */
    if ((at & (at - 1)) == 0 || at == 0) {
        struct report_place *places =
            realloc(list->places, (at == 0 ? 1 : 2 * at) * sizeof *places);

        if (places == NULL)
            return TILL_E_MEMORY;
        list->places = places;
    }
    list->places[at] = (struct report_place){(int32_t)sqlite_column_integer(use, 0),
                                             sqlite_column_integer(use, 1)};
    return TILL_OK;
}

/* How many there are and where they stand, once a question. */
static enum till_status list_places(struct report *r, const struct listing *l, const char *user)
{
    struct report_list *list = &r->list;
    enum till_status status;

    if (list->known && list->from == l->from && list->to == l->to && list->kinds == l->kinds &&
        strcmp(list->user, user) == 0)
        return TILL_OK;
    free(list->places);
    *list = (struct report_list){.from = l->from, .to = l->to, .kinds = l->kinds};
    text_copy(list->user, sizeof list->user, user);
    struct sqlite_use use = use_listing(r, REPORT_EXCEPTION_PLACES, l);
    while ((status = sqlite_next(&use)) == TILL_OK) {
        status = keep_place(list, &use);
        if (status != TILL_OK)
            break;
    }
    sqlite_end(&use);
    list->known = status == TILL_NOT_FOUND;
    return list->known ? TILL_OK : status;
}

static enum till_status read_exceptions(struct report *r, const struct listing *l, size_t offset,
                                        struct report_exception *rows_out, size_t capacity,
                                        size_t *count_out)
{
    const struct report_place *place = &r->list.places[offset / REPORT_PLACES_APART];
    struct listing from_there = *l;
    enum till_status status = TILL_OK;

    from_there.to = place->date;
    struct sqlite_use use = use_listing(r, REPORT_EXCEPTIONS, &from_there);
    sqlite_bind_integer(&use, place->id);
    sqlite_bind_unsigned(&use, capacity);
    sqlite_bind_unsigned(&use, offset % REPORT_PLACES_APART);
    while (*count_out < capacity && (status = sqlite_next(&use)) == TILL_OK) {
        status = read_exception(&use, &rows_out[*count_out]);
        if (status != TILL_OK)
            break;
        (*count_out)++;
    }
    sqlite_end(&use);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status report_exceptions(struct report *r, int32_t from, int32_t to, uint32_t kinds,
                                   const char *user, size_t offset,
                                   struct report_exception *rows_out, size_t capacity,
                                   size_t *count_out, size_t *total_out)
{
    struct listing l = {from, to, kinds, 0};

    *count_out = *total_out = 0;
    if (from > to)
        return TILL_BAD_INPUT;
    if (!report_is_open(r))
        return TILL_OK;
    enum till_status status = asked(r, user, &l.who);
    if (status == TILL_OK)
        status = list_places(r, &l, user);
    if (status == TILL_OK && offset < r->list.total)
        status = read_exceptions(r, &l, offset, rows_out, capacity, count_out);
    if (status != TILL_OK) {
        *count_out = 0;
        return report_outcome(r, status);
    }
    *total_out = r->list.total;
    return TILL_OK;
}

/* ---- shifts ---------------------------------------------------------------------------------- */

enum { COLUMN_Z = 9, COLUMN_COUNTING = 11, COLUMN_ABSENT = 12, COLUMN_SETTLED = 13 };

static enum report_shift_state state_of(const struct sqlite_use *use)
{
    if (sqlite_column_integer(use, COLUMN_SETTLED) != 0)
        return REPORT_SHIFT_SETTLED;
    if (sqlite_column_integer(use, COLUMN_ABSENT) == 1)
        return REPORT_SHIFT_UNANSWERED;
    if (sqlite_column_integer(use, COLUMN_Z) != 0)
        return REPORT_SHIFT_HELD;
    return sqlite_column_integer(use, COLUMN_COUNTING) != 0 ? REPORT_SHIFT_COUNTING
                                                            : REPORT_SHIFT_OPEN;
}

static enum till_status read_shift(const struct sqlite_use *use, struct report_shift *out)
{
    memset(out, 0, sizeof *out);
    enum till_status status = count_column(use, 0, &out->shift);
    if (status == TILL_OK)
        status = sqlite_column_text(use, 1, out->user, sizeof out->user);
    if (status == TILL_OK)
        status = count_column(use, 5, &out->receipts);
    if (status == TILL_OK)
        status = count_column(use, COLUMN_Z, &out->z);
    if (status == TILL_OK)
        status = sqlite_column_unsigned(use, 10, &out->z_seq);
    out->state = state_of(use);
    out->date = (int32_t)sqlite_column_integer(use, 2);
    out->opened_at_s = sqlite_column_integer(use, 3);
    out->closed_at_s = sqlite_column_integer(use, 4);
    out->taken_minor = sqlite_column_integer(use, 6);
    out->expected_minor = sqlite_column_integer(use, 7);
    out->counted_minor = sqlite_column_integer(use, 8);
    return status;
}

static enum till_status count_shifts(struct report *r, bool settled_too, size_t *total_out)
{
    struct sqlite_use use =
        report_use(r, settled_too ? REPORT_SHIFT_TOTAL : REPORT_UNSETTLED_TOTAL);
    enum till_status status = sqlite_next(&use);

    if (status == TILL_OK)
        *total_out = (size_t)sqlite_column_integer(&use, 0);
    sqlite_end(&use);
    return status;
}

enum till_status report_shifts(struct report *r, bool settled_too, size_t offset,
                               struct report_shift *rows_out, size_t capacity, size_t *count_out,
                               size_t *total_out)
{
    *count_out = *total_out = 0;
    if (!report_is_open(r))
        return TILL_OK;
    enum till_status status = count_shifts(r, settled_too, total_out);
    struct sqlite_use use = report_use(r, settled_too ? REPORT_SHIFTS : REPORT_UNSETTLED);
    sqlite_bind_unsigned(&use, capacity);
    sqlite_bind_unsigned(&use, offset);
    while (status == TILL_OK && *count_out < capacity) {
        status = sqlite_next(&use);
        if (status == TILL_OK)
            status = read_shift(&use, &rows_out[*count_out]);
        *count_out += status == TILL_OK;
    }
    sqlite_end(&use);
    if (status == TILL_OK || status == TILL_NOT_FOUND)
        return TILL_OK;
    *count_out = *total_out = 0;
    return report_outcome(r, status);
}

/* ---- arrears --------------------------------------------------------------------------------- */

static int64_t sum_of(const int64_t age_minor[REPORT_AGES])
{
    int64_t sum_minor = 0;

    for (int i = 0; i < REPORT_AGES; i++)
        if (__builtin_add_overflow(sum_minor, age_minor[i], &sum_minor))
            return age_minor[i] < 0 ? INT64_MIN : INT64_MAX;
    return sum_minor;
}

/* More was taken back than came in: nothing was recovered. */
static int32_t rate_of(const struct report_recovery *row)
{
    int64_t recovered_minor = sum_of(row->recovered_minor);
    int64_t outstanding_minor = sum_of(row->outstanding_minor), due_minor = 0;

    if (recovered_minor < 0)
        recovered_minor = 0;
    if (outstanding_minor < 0)
        outstanding_minor = 0;
    if (__builtin_add_overflow(recovered_minor, outstanding_minor, &due_minor))
        due_minor = INT64_MAX;
    if (due_minor == 0)
        return -1;
    if (recovered_minor > INT64_MAX / RATE_ONE_PPM)
        return (int32_t)(recovered_minor / (due_minor / RATE_ONE_PPM));
    return (int32_t)(recovered_minor * RATE_ONE_PPM / due_minor);
}

static enum till_status read_recovery(const struct sqlite_use *use, struct report_recovery *out)
{
    memset(out, 0, sizeof *out);
    enum till_status status = sqlite_column_text(use, 0, out->meter_book, sizeof out->meter_book);
    if (status == TILL_OK)
        status = sqlite_column_text(use, 1, out->name, sizeof out->name);
    if (status == TILL_OK)
        status = count_column(use, 2, &out->customers);
    if (status == TILL_OK)
        status = count_column(use, 3, &out->owing);
    for (int i = 0; i < REPORT_AGES; i++) {
        out->outstanding_minor[i] = sqlite_column_integer(use, 4 + i);
        out->recovered_minor[i] = sqlite_column_integer(use, 4 + REPORT_AGES + i);
    }
    out->rate_ppm = rate_of(out);
    return status;
}

static struct sqlite_use use_recoveries(struct report *r, int32_t from, int32_t to, size_t capacity,
                                        size_t offset)
{
    struct sqlite_use use = report_use(r, REPORT_RECOVERIES);

    sqlite_bind_integer(&use, from);
    sqlite_bind_integer(&use, to);
    sqlite_bind_integer(&use, r->progress.generation);
    sqlite_bind_unsigned(&use, capacity);
    sqlite_bind_unsigned(&use, offset);
    return use;
}

static enum till_status add_recovery(struct report_recovery *sum, const struct report_recovery *row)
{
    sum->customers += row->customers;
    sum->owing += row->owing;
    for (int i = 0; i < REPORT_AGES; i++) {
        if (__builtin_add_overflow(sum->outstanding_minor[i], row->outstanding_minor[i],
                                   &sum->outstanding_minor[i]) ||
            __builtin_add_overflow(sum->recovered_minor[i], row->recovered_minor[i],
                                   &sum->recovered_minor[i]))
            return TILL_E_OVERFLOW;
    }
    return TILL_OK;
}

static enum till_status keep_recovery(struct report_recovered *kept, size_t *room,
                                      const struct report_recovery *row)
{
    if (kept->total++ >= REPORT_RECOVERIES_KEPT)
        return TILL_OK;
    if (kept->kept == *room) {
        size_t more = *room == 0 ? 8 : 2 * *room;
        struct report_recovery *rows = realloc(kept->rows, more * sizeof *rows);

        if (rows == NULL)
            return TILL_E_MEMORY;
        kept->rows = rows;
        *room = more;
    }
    kept->rows[kept->kept++] = *row;
    return TILL_OK;
}

/* How many there are, and the sum over them, once a question. */
static enum till_status sum_recoveries(struct report *r, int32_t from, int32_t to)
{
    struct report_recovered *kept = &r->recovered;
    struct report_recovery row;
    enum till_status status;
    size_t room = 0;

    if (kept->known && kept->from == from && kept->to == to)
        return TILL_OK;
    free(kept->rows);
    *kept = (struct report_recovered){.from = from, .to = to};
    struct sqlite_use use = use_recoveries(r, from, to, REPORT_ROWS_MAX, 0);
    while ((status = sqlite_next(&use)) == TILL_OK) {
        status = read_recovery(&use, &row);
        if (status == TILL_OK)
            status = add_recovery(&kept->sum, &row);
        if (status == TILL_OK)
            status = keep_recovery(kept, &room, &row);
        if (status != TILL_OK)
            break;
    }
    sqlite_end(&use);
    if (status != TILL_NOT_FOUND)
        return status;
    if (kept->total > REPORT_RECOVERIES_KEPT) {
        free(kept->rows);
        kept->rows = NULL;
        kept->kept = 0;
    }
    kept->sum.rate_ppm = rate_of(&kept->sum);
    kept->known = true;
    return TILL_OK;
}

/* A window of more than are kept. */
static enum till_status read_recoveries(struct report *r, size_t offset,
                                        struct report_recovery *rows_out, size_t capacity,
                                        size_t *count_out)
{
    struct sqlite_use use = use_recoveries(r, r->recovered.from, r->recovered.to, capacity, offset);
    enum till_status status = TILL_OK;

    while (status == TILL_OK && *count_out < capacity) {
        status = sqlite_next(&use);
        if (status == TILL_OK)
            status = read_recovery(&use, &rows_out[*count_out]);
        *count_out += status == TILL_OK;
    }
    sqlite_end(&use);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status report_recoveries(struct report *r, int32_t from, int32_t to, size_t offset,
                                   struct report_recovery *rows_out, size_t capacity,
                                   size_t *count_out, size_t *total_out,
                                   struct report_recovery *sum_out, int64_t *as_of_out)
{
    *count_out = *total_out = 0;
    *as_of_out = 0;
    if (sum_out != NULL)
        *sum_out = (struct report_recovery){.rate_ppm = -1};
    if (from > to)
        return TILL_BAD_INPUT;
    if (!report_is_open(r))
        return TILL_OK;
    enum till_status status = sum_recoveries(r, from, to);
    if (status == TILL_OK && r->recovered.total > r->recovered.kept)
        status = read_recoveries(r, offset, rows_out, capacity, count_out);
    if (status != TILL_OK) {
        *count_out = 0;
        return report_outcome(r, status);
    }
    for (size_t i = offset; i < r->recovered.kept && *count_out < capacity; i++)
        rows_out[(*count_out)++] = r->recovered.rows[i];
    *total_out = r->recovered.total;
    *as_of_out = r->progress.as_of_s;
    if (sum_out != NULL)
        *sum_out = r->recovered.sum;
    return TILL_OK;
}
