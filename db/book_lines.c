/*
 * Customers of an open book, from either of its files: single ones, and windows of a meter book.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "book_check.h"
#include "book_file.h"
#include "book_rows.h"
#include "book_seal.h"
#include "book_term.h"
#include "log.h"

/* More are damage. */
enum { METER_BOOKS_MAX = 1 << 22 };

bool book_row_is_gone(const struct book *b, int64_t row)
{
    return b->gone != NULL && row < BOOK_DELTA_ROWS && (b->gone[row / 64] >> row % 64 & 1) != 0;
}

struct book_volume *book_volume_of(struct book *b, int64_t row)
{
    return row >= BOOK_DELTA_ROWS ? &b->delta : &b->base;
}

/* ---- one customer ---------------------------------------------------------------------------- */

/* Ids of all meter books by their numbers, once: rows bear only the number. */
static enum till_status load_ids(struct book *b)
{
    struct sqlite_use use = sqlite_begin(b->head->statements[BOOK_IDS]);
    enum till_status st;
    size_t room = 0;

    while ((st = sqlite_next(&use)) == TILL_OK) {
        int64_t number = sqlite_column_integer(&use, 0);

        if (number < 1 || number > METER_BOOKS_MAX) {
            st = TILL_E_CORRUPT;
            break;
        }
        if ((size_t)number >= room) {
            room = 2 * (size_t)number + 64;
            char(*more)[BOOK_ID_MAX] = realloc(b->ids, room * sizeof(*b->ids));
            if (more == NULL) {
                st = TILL_E_MEMORY;
                break;
            }
            b->ids = more;
        }
        for (; b->id_count <= (size_t)number; b->id_count++)
            b->ids[b->id_count][0] = '\0';
        st = sqlite_column_text(&use, 1, b->ids[number], BOOK_ID_MAX);
        if (st != TILL_OK)
            break;
    }
    sqlite_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

static enum till_status put_id(struct book *b, int64_t number, char id_out[BOOK_ID_MAX])
{
    if (b->ids == NULL) {
        enum till_status st = load_ids(b);
        if (st != TILL_OK)
            return st;
    }
    if ((size_t)number >= b->id_count)
        return TILL_E_CORRUPT;
    memcpy(id_out, b->ids[number], BOOK_ID_MAX);
    return TILL_OK;
}

static enum till_status check_seal(const struct book *b, const struct book_customer *c,
                                   struct span bills, struct span seal)
{
    uint8_t expected[BOOK_SEAL_SIZE];

    if (b->mac.mac == NULL)
        return TILL_OK;
    if (bills.size > BOOK_BILLS_SIZE_MAX)
        return TILL_E_CORRUPT;
    enum till_status st = book_seal(&b->mac, c, bills, expected);
    if (st == TILL_OK &&
        (seal.size != BOOK_SEAL_SIZE || memcmp(expected, seal.data, BOOK_SEAL_SIZE) != 0)) {
        log_error("the seal of account %s does not fit", c->account);
        st = TILL_E_CORRUPT;
    }
    return st;
}

static enum till_status read_row(struct book *b, const struct sqlite_use *use, int64_t row,
                                 struct book_customer *c, struct arrears *a)
{
    int64_t number = 0;
    struct span bills;
    enum till_status st = book_read_customer(use, c, &number);

    if (st == TILL_OK)
        st = put_id(b, number, c->meter_book);
    if (st == TILL_OK && !book_customer_is_valid(c))
        st = TILL_E_CORRUPT;
    if (st != TILL_OK) {
        log_error("row %lld of the book can't be read", (long long)row);
        return st;
    }
    c->row = row;
    bills = sqlite_column_span(use, BOOK_CUSTOMER_COLUMNS);
    st = check_seal(b, c, bills, sqlite_column_span(use, BOOK_CUSTOMER_COLUMNS + 1));
    return st == TILL_OK ? book_unpack_bills(bills, a) : st;
}

static void sum_up(const struct arrears *a, struct book_line *line)
{
    line->owed_minor = 0;
    line->months = 0;
    for (size_t i = 0; i < a->count; i++) {
        const struct bill *bill = &a->bills[i];

        line->owed_minor += bill->amount_minor;
        /* By month: another bill of the same month stands beside it. */
        if (bill->amount_minor == 0)
            continue;
        bool counted = false;
        for (size_t j = i; j-- > 0 && a->bills[j].month == bill->month;)
            counted = counted || a->bills[j].amount_minor > 0;
        line->months = (uint16_t)(line->months + (counted ? 0 : 1));
    }
}

enum till_status book_read_line(struct book *b, int64_t row, struct book_line *line_out,
                                struct arrears *arrears_out)
{
    struct sqlite_use use = sqlite_begin(book_volume_of(b, row)->statements[BOOK_LINE]);
    struct arrears own;
    struct arrears *a = arrears_out != NULL ? arrears_out : &own;
    enum till_status st;

    sqlite_bind_integer(&use, row % BOOK_DELTA_ROWS);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = read_row(b, &use, row, &line_out->customer, a);
    sqlite_end(&use);
    /* Whoever asks has this row from an index: that it is not there is damage. */
    if (st != TILL_OK)
        return st == TILL_NOT_FOUND ? TILL_E_CORRUPT : st;
    sum_up(a, line_out);
    line_out->match = BOOK_MATCH_NONE;
    line_out->distance_m = 0;
    return TILL_OK;
}

/* ---- by account ------------------------------------------------------------------------------ */

static enum till_status has_account(struct book_volume *v, int64_t row, const char *account)
{
    struct sqlite_use use = sqlite_begin(v->statements[BOOK_TEXTS]);
    enum till_status st;

    sqlite_bind_integer(&use, row);
    st = sqlite_next(&use);
    if (st == TILL_OK) {
        struct span text = sqlite_column_span(&use, 0);

        if (text.size != strlen(account) || memcmp(text.data, account, text.size) != 0)
            st = TILL_NOT_FOUND;
    } else if (st == TILL_NOT_FOUND) {
        st = TILL_E_CORRUPT;
    }
    sqlite_end(&use);
    return st;
}

/* Few rows have one hash: all are looked at. */
enum { ROWS_MOST = 16 };

enum till_status book_row_in(struct book_volume *v, const char *account, int64_t *row_out)
{
    int64_t rows[ROWS_MOST];
    size_t count = 0;
    enum till_status st =
        book_posting_rows(&v->postings, book_term_of_account(account), rows, ROWS_MOST, &count);

    for (size_t i = 0; i < count && st == TILL_OK; i++) {
        st = has_account(v, rows[i], account);
        if (st == TILL_OK) {
            *row_out = rows[i];
            return TILL_OK;
        }
        st = st == TILL_NOT_FOUND ? TILL_OK : st;
    }
    return st == TILL_OK ? TILL_NOT_FOUND : st;
}

enum till_status book_row_of_account(struct book *b, const char *account, int64_t *row_out)
{
    enum till_status st = TILL_NOT_FOUND;
    int64_t row = 0;

    if (b->delta.db != NULL) {
        st = book_row_in(&b->delta, account, &row);
        if (st == TILL_OK)
            *row_out = BOOK_DELTA_ROWS + row;
    }
    if (st != TILL_NOT_FOUND)
        return st;
    st = book_row_in(&b->base, account, &row);
    if (st == TILL_OK && book_row_is_gone(b, row))
        return TILL_NOT_FOUND;
    if (st == TILL_OK)
        *row_out = row;
    return st;
}

/* The rows of one file that may be of the account, each looked at as a whole. */
static enum till_status line_in(struct book *b, struct book_volume *v, const char *account,
                                struct book_line *line_out, struct arrears *arrears_out)
{
    int64_t offset = v == &b->delta ? BOOK_DELTA_ROWS : 0, rows[ROWS_MOST];
    size_t count = 0;
    enum till_status st =
        book_posting_rows(&v->postings, book_term_of_account(account), rows, ROWS_MOST, &count);

    for (size_t i = 0; i < count && st == TILL_OK; i++) {
        if (book_row_is_gone(b, offset + rows[i]))
            continue;
        st = book_read_line(b, offset + rows[i], line_out, arrears_out);
        if (st == TILL_OK && strcmp(line_out->customer.account, account) == 0)
            return TILL_OK;
    }
    return st == TILL_OK ? TILL_NOT_FOUND : st;
}

enum till_status book_line_of_account(struct book *b, const char *account,
                                      struct book_line *line_out, struct arrears *arrears_out)
{
    enum till_status st = TILL_NOT_FOUND;

    if (b->delta.db != NULL)
        st = line_in(b, &b->delta, account, line_out, arrears_out);
    return st == TILL_NOT_FOUND ? line_in(b, &b->base, account, line_out, arrears_out) : st;
}

enum till_status book_customer(struct book *b, const char *account,
                               struct book_customer *customer_out)
{
    struct book_line line;
    enum till_status st = book_line_of_account(b, account, &line, NULL);

    if (st == TILL_OK)
        *customer_out = line.customer;
    return st;
}

enum till_status book_arrears(struct book *b, const char *account, struct arrears *arrears_out)
{
    struct book_line line;

    memset(arrears_out, 0, sizeof(*arrears_out));
    enum till_status st = book_line_of_account(b, account, &line, arrears_out);
    if (st == TILL_OK)
        arrears_out->balance_minor = line.customer.balance_minor;
    return st;
}

/* ---- windows --------------------------------------------------------------------------------- */

struct shelf_place {
    int64_t number, first_row, rows;
    uint64_t customers;
    bool changed;
};

static enum till_status find_meter_book(struct book *b, const char *id, struct shelf_place *out)
{
    struct sqlite_use use = sqlite_begin(b->head->statements[BOOK_METER_BOOK]);
    enum till_status st;

    sqlite_bind_text(&use, id);
    st = sqlite_next(&use);
    if (st == TILL_OK) {
        out->number = sqlite_column_integer(&use, 0);
        out->first_row = sqlite_column_integer(&use, 1);
        out->rows = sqlite_column_integer(&use, 2);
        st = sqlite_column_unsigned(&use, 3, &out->customers);
        out->changed = sqlite_column_integer(&use, 4) != 0;
        if (st == TILL_OK && (out->rows < 0 || out->rows > b->base.rows ||
                              out->customers > (uint64_t)(b->base.rows + b->delta.rows)))
            st = TILL_E_CORRUPT;
    }
    sqlite_end(&use);
    return st;
}

/* The next row of one file with its place; TILL_NOT_FOUND past the last. */
static enum till_status next_place(struct book *b, struct sqlite_use *use, int64_t *row_out,
                                   int64_t *place_out)
{
    enum till_status st;

    do {
        st = sqlite_next(use);
        *row_out = st == TILL_OK ? sqlite_column_integer(use, 0) : 0;
    } while (st == TILL_OK && use->statement == b->base.statements[BOOK_PLACES] &&
             book_row_is_gone(b, *row_out));
    *place_out = st == TILL_OK ? sqlite_column_integer(use, 1) : INT64_MAX;
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

/* Both files' rows of a meter book in the order of their places, into b->order. */
static enum till_status merge_places(struct book *b, const struct shelf_place *m)
{
    struct sqlite_use base = sqlite_begin(b->base.statements[BOOK_PLACES]);
    struct sqlite_use delta = sqlite_begin(b->delta.statements[BOOK_DELTA_PLACES]);
    int64_t base_row, base_place, delta_row, delta_place;

    sqlite_bind_integer(&base, m->first_row);
    sqlite_bind_integer(&base, m->first_row + m->rows - 1);
    sqlite_bind_integer(&delta, m->number);
    b->order_count = 0;
    enum till_status st = next_place(b, &base, &base_row, &base_place);
    if (st == TILL_OK)
        st = next_place(b, &delta, &delta_row, &delta_place);
    while (st == TILL_OK && (base_place != INT64_MAX || delta_place != INT64_MAX)) {
        if (b->order_count == m->customers || base_place == delta_place) {
            st = TILL_E_CORRUPT;
        } else if (base_place < delta_place) {
            b->order[b->order_count++] = base_row;
            st = next_place(b, &base, &base_row, &base_place);
        } else {
            b->order[b->order_count++] = BOOK_DELTA_ROWS + delta_row;
            st = next_place(b, &delta, &delta_row, &delta_place);
        }
    }
    sqlite_end(&base);
    sqlite_end(&delta);
    return st == TILL_OK && b->order_count != m->customers ? TILL_E_CORRUPT : st;
}

static enum till_status load_order(struct book *b, const struct shelf_place *m)
{
    if (b->order != NULL && b->order_number == m->number)
        return TILL_OK;
    free(b->order);
    b->order = malloc(((size_t)m->customers + 1) * sizeof(*b->order));
    if (b->order == NULL)
        return TILL_E_MEMORY;
    b->order_number = m->number;
    enum till_status st = merge_places(b, m);
    if (st != TILL_OK) {
        free(b->order);
        b->order = NULL;
    }
    return st;
}

enum till_status book_window(struct book *b, const char *meter_book, size_t offset,
                             struct book_line *lines_out, size_t capacity, size_t *count_out)
{
    struct shelf_place m;
    enum till_status st = find_meter_book(b, meter_book, &m);

    *count_out = 0;
    if (st != TILL_OK || offset >= m.customers || capacity == 0)
        return st;
    if (m.changed)
        st = load_order(b, &m);
    size_t count = m.customers - offset < capacity ? (size_t)(m.customers - offset) : capacity;
    for (size_t i = 0; i < count && st == TILL_OK; i++) {
        int64_t row = m.changed ? b->order[offset + i] : m.first_row + (int64_t)(offset + i);

        st = book_read_line(b, row, &lines_out[i], NULL);
    }
    if (st == TILL_OK)
        *count_out = count;
    return st;
}
