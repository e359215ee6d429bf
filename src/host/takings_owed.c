/* Arrears of a team's meter books by age, and what was paid of them to the team. */
#include <stdlib.h>
#include <string.h>

#include "custody.h"
#include "report.h"
#include "takings_find.h"
#include "text.h"
#include "when.h"

enum { BOOKS_MAX = 1000, MONTHS_MAX = 4000 };

/* The row of that meter book, new or not; NULL: no room. */
static struct query_arrears *row_of(struct takings_rows *rows, const char *meter_book)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (strcmp(rows->list[i].as.arrears.meter_book, meter_book) == 0) {
            return &rows->list[i].as.arrears;
        }
    }
    struct query_row *row = rows->count < BOOKS_MAX ? takings_rows_add(rows) : NULL;
    if (row == NULL) {
        return NULL;
    }
    text_copy(row->as.arrears.meter_book, BOOK_ID_MAX, meter_book);
    return &row->as.arrears;
}

static void add(int64_t *sum_minor, int64_t value_minor)
{
    if (__builtin_add_overflow(*sum_minor, value_minor, sum_minor)) {
        *sum_minor = INT64_MAX; /* nobody owes that much */
    }
}

/* The books that a terminal carries. */
static enum till_status add_assigned(struct store *s, const char *terminal,
                                     struct takings_rows *rows)
{
    char ids[STORE_ASSIGNED_TEXT_MAX], id[BOOK_ID_MAX];
    enum till_status status = store_assigned(s, terminal, ids, sizeof(ids));
    for (const char *at = ids; status == TILL_OK && *at != '\0';) {
        size_t size = strcspn(at, ",");
        if (size > 0 && size < sizeof(id)) {
            memcpy(id, at, size);
            id[size] = '\0';
            (void)row_of(rows, id);
        }
        at += size + (at[size] == ',' ? 1 : 0);
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* By age as of the moment at which somebody looks: a payment too, so that what it paid is told
 * under the age that is still owed of it. */
static enum till_status add_paid(struct store *s, const char *terminal,
                                 const struct takings_span *span, int32_t today,
                                 struct store_taking_month *months, struct takings_rows *rows)
{
    uint64_t after = 0;
    size_t count = 0;
    enum till_status status = takings_begin_of(s, terminal, span->from_s, &after);
    if (status == TILL_OK) {
        status = store_taking_paid(s, terminal, after, span->from_s, span->until_s, months,
                                   MONTHS_MAX, &count);
    }
    for (size_t i = 0; status == TILL_OK && i < count; i++) {
        struct query_arrears *a = row_of(rows, months[i].meter_book);
        if (a != NULL) {
            add(&a->paid_minor[report_age(today, months[i].month)], months[i].amount_minor);
        }
    }
    return status;
}

static enum till_status add_owed(struct store *s, int32_t today, struct store_taking_month *months,
                                 struct query_arrears *a)
{
    struct book_meter_book m;
    size_t count = 0;
    enum till_status status = store_meter_book_get(s, a->meter_book, &m);
    if (status == TILL_OK) {
        text_copy(a->name, sizeof(a->name), m.name);
    }
    status = store_taking_owing(s, a->meter_book, &a->customers, &a->owing);
    if (status == TILL_OK) {
        status = store_taking_owed(s, a->meter_book, months, MONTHS_MAX, &count);
    }
    for (size_t i = 0; status == TILL_OK && i < count; i++) {
        add(&a->owed_minor[report_age(today, months[i].month)], months[i].amount_minor);
    }
    return status;
}

enum till_status takings_find_arrears(struct store *s, const struct takings_team *t, int32_t today,
                                      const struct takings_span *span, struct takings_rows *rows)
{
    char terminal[TERMINAL_MAX];
    struct store_taking_month *months = malloc(MONTHS_MAX * sizeof(*months));
    enum till_status status = months == NULL ? TILL_E_MEMORY : TILL_OK;
    for (size_t at = 0; status == TILL_OK && takings_team_next(t, &at, terminal);) {
        status = add_assigned(s, terminal, rows);
        if (status == TILL_OK) {
            status = add_paid(s, terminal, span, today, months, rows);
        }
    }
    for (size_t i = 0; status == TILL_OK && i < rows->count; i++) {
        status = add_owed(s, today, months, &rows->list[i].as.arrears);
    }
    free(months);
    return status;
}
