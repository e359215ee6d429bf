#include "store_told.h"

#include <assert.h>
#include <string.h>

#include "rows_use.h"
#include "store_backend.h"

enum { TAKERS_MOST = 2 }; /* of one hand-over, on the average */

/* ---- hand-overs ------------------------------------------------------------------------------ */

static enum till_status read_taken(struct rows_use *use, struct book_taken *out)
{
    enum till_status st = rows_column_unsigned(use, 0, &out->given);

    if (st == TILL_OK)
        st = rows_column_text(use, 1, out->terminal, sizeof(out->terminal));
    if (st == TILL_OK)
        st = rows_column_unsigned(use, 2, &out->seq);
    if (st == TILL_OK)
        st = rows_column_text(use, 3, out->user, sizeof(out->user));
    out->at_s = rows_column_integer(use, 4);
    if (st == TILL_OK && !user_is_valid(out->user)) /* only a paper of it is known */
        memset(out->user, 0, sizeof(out->user));
    return st == TILL_OK && !book_taken_is_valid(out) ? TILL_E_CORRUPT : st;
}

static void turn_round(struct book_taken *rows, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct book_taken row = rows[i];

        rows[i] = rows[count - 1 - i];
        rows[count - 1 - i] = row;
    }
}

enum till_status store_told_taken(struct store *s, const char *terminal, int64_t from_s,
                                  struct book_taken *out, size_t capacity, size_t *count_out)
{
    struct rows_use use = rows_of(s, STORE_TOLD_TAKEN);
    enum till_status st = TILL_OK;
    size_t count = 0;

    assert(capacity <= BOOK_TAKEN_MAX);
    rows_bind_text(&use, terminal);
    rows_bind_integer(&use, from_s);
    rows_bind_unsigned(&use, capacity * TAKERS_MOST);
    while (st == TILL_OK && count < capacity) {
        struct book_taken row = {.given = 0};

        st = rows_next(&use);
        if (st == TILL_OK)
            st = read_taken(&use, &row);
        /* The first of several: the office is asked which of them stands. */
        if (st == TILL_OK && (count == 0 || out[count - 1].given != row.given))
            out[count++] = row;
    }
    rows_end(&use);
    turn_round(out, count);
    *count_out = count;
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

/* ---- differences ----------------------------------------------------------------------------- */

/* One that the office has explained: open_minor as the terminal's record says, less what its others
 * explain. */
struct difference {
    struct book_explained row;
    int64_t open_minor;
    bool undone;
};

static enum till_status read_difference(struct rows_use *use, struct difference *out)
{
    enum till_status st = rows_column_unsigned(use, 0, &out->row.seq);

    if (st == TILL_OK)
        st = rows_column_text(use, 1, out->row.user, sizeof(out->row.user));
    out->open_minor = rows_column_integer(use, 2);
    out->row.amount_minor = rows_column_integer(use, 3);
    out->undone = rows_column_integer(use, 4) != 0;
    return st;
}

static enum till_status read_differences(struct store *s, const char *terminal,
                                         struct difference *out, size_t capacity, size_t *count_out)
{
    struct rows_use use = rows_of(s, STORE_TOLD_EXPLAINED);
    enum till_status st = TILL_OK;
    size_t count = 0;

    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, capacity);
    while (st == TILL_OK && count < capacity) {
        st = rows_next(&use);
        if (st == TILL_OK)
            st = read_difference(&use, &out[count]);
        count += st == TILL_OK ? 1 : 0;
    }
    rows_end(&use);
    *count_out = count;
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

/* The newest stand first. */
static enum till_status take_own_off(struct store *s, const char *terminal, struct difference *rows,
                                     size_t count)
{
    struct rows_use use = rows_of(s, STORE_TOLD_OWN);
    enum till_status st = TILL_OK;

    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, rows[count - 1].row.seq);
    /* Each step goes on to another row: it ends. */
    while (st == TILL_OK && (st = rows_next(&use)) == TILL_OK) {
        uint64_t about = 0;

        st = rows_column_unsigned(&use, 0, &about);
        for (size_t i = 0; i < count; i++)
            if (rows[i].row.seq == about)
                rows[i].open_minor -= rows_column_integer(&use, 1);
    }
    rows_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

/* No more than is open there: what the bank's line alone says the terminal does not know. */
static bool tell(const struct difference *d, struct book_explained *out)
{
    int64_t left_minor = d->undone ? 0 : book_explained_leaves(d->open_minor, d->row.amount_minor);

    *out = d->row;
    out->amount_minor = d->open_minor - left_minor;
    return book_explained_is_valid(out);
}

enum till_status store_told_explained(struct store *s, const char *terminal,
                                      struct book_explained *out, size_t capacity,
                                      size_t *count_out)
{
    struct difference rows[BOOK_EXPLAINED_MAX];
    size_t count = 0;
    enum till_status st;

    assert(capacity <= BOOK_EXPLAINED_MAX);
    *count_out = 0;
    st = read_differences(s, terminal, rows, capacity, &count);
    if (st == TILL_OK && count > 0)
        st = take_own_off(s, terminal, rows, count);
    for (size_t i = count; st == TILL_OK && i > 0; i--)
        *count_out += tell(&rows[i - 1], &out[*count_out]) ? 1 : 0;
    return st;
}
