#include "book.h"

#include <stdlib.h>
#include <string.h>

#include "book_check.h"
#include "book_file.h"
#include "book_rows.h"
#include "book_site.h"
#include "sql.h"

const char *const book_migrations[BOOK_MIGRATIONS] = {SQL_BOOK_TABLES};

/* Nothing is written; half a MiB of pages holds the list that is on the screen many times over. */
static const char READ_PRAGMAS[] = "PRAGMA query_only=ON; PRAGMA locking_mode=EXCLUSIVE;"
                                   "PRAGMA cache_size=-512; PRAGMA temp_store=MEMORY;";
/* Above it, checking everything at each start would be felt (about 20 ms for 8 MiB). */
#define CHECK_WHOLE_MAX (INT64_C(8) << 20)

static const char *const book_texts[BOOK_STATEMENTS] = {
    [BOOK_META] = SQL_BOOK_META,
    [BOOK_USER] = SQL_BOOK_USER,
    [BOOK_METER_BOOK_AT] = SQL_BOOK_METER_BOOK_AT,
    [BOOK_METER_BOOK] = SQL_BOOK_METER_BOOK,
    [BOOK_LINES] = SQL_BOOK_LINES,
    [BOOK_BILLS] = SQL_BOOK_BILLS,
    [BOOK_ROW_OF_ACCOUNT] = SQL_BOOK_ROW_OF_ACCOUNT,
    [BOOK_ROWS_OF_METER] = SQL_BOOK_ROWS_OF_METER,
    [BOOK_FIND] = SQL_BOOK_FIND,
};

/* ---- opening --------------------------------------------------------------------------------- */

bool book_meta_is_valid(const struct book_meta *m)
{
    uint64_t before = 0;

    if (!terminal_is_valid(m->terminal) || m->revision > INT64_MAX || m->applied_seq > INT64_MAX ||
        m->as_of_s < 0 || m->unapplied_count > BOOK_UNAPPLIED_MAX)
        return false;
    for (size_t i = 0; i < m->unapplied_count; i++) {
        if (m->unapplied[i] <= before || m->unapplied[i] > m->applied_seq)
            return false;
        before = m->unapplied[i];
    }
    return true;
}

static enum till_status check_whole(sqlite3 *db)
{
    int64_t pages = 0, faults = 0;
    enum till_status st = sqlite_integer(db, "PRAGMA page_count", &pages);

    if (st != TILL_OK || pages > CHECK_WHOLE_MAX / BOOK_PAGE_SIZE)
        return st;
    st = sqlite_integer(db, SQL_BOOK_QUICK_CHECK, &faults);
    return st == TILL_OK && faults > 0 ? TILL_E_CORRUPT : st;
}

static enum till_status read_unapplied(struct span packed, struct book_meta *meta)
{
    struct reader r;

    meta->unapplied_count = packed.size / sizeof(uint64_t);
    if (packed.size % sizeof(uint64_t) != 0 || meta->unapplied_count > BOOK_UNAPPLIED_MAX)
        return TILL_E_CORRUPT;
    reader_init(&r, packed);
    for (size_t i = 0; i < meta->unapplied_count; i++)
        meta->unapplied[i] = reader_u64(&r);
    return TILL_OK;
}

static enum till_status read_meta_row(const struct sqlite_use *use, struct book *b)
{
    struct book_meta *m = &b->meta;
    uint64_t as_of = 0, customers = 0, longest = 0;
    enum till_status st = sqlite_column_text(use, 0, m->terminal, sizeof(m->terminal));

    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 1, &m->revision);
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 2, &as_of);
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 3, &m->applied_seq);
    if (st == TILL_OK)
        st = read_unapplied(sqlite_column_span(use, 4), m);
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 5, &customers);
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 6, &longest);
    if (st == TILL_OK)
        st = sqlite_column_exact(use, 7, m->hash, sizeof(m->hash));
    if (st == TILL_OK)
        st = book_site_read(sqlite_column_span(use, 8), &b->site);
    if (st != TILL_OK)
        return st;
    m->as_of_s = (int64_t)as_of;
    m->customers = (uint32_t)customers;
    b->longest_account = (size_t)longest;
    return customers <= UINT32_MAX && book_meta_is_valid(m) ? TILL_OK : TILL_E_CORRUPT;
}

static enum till_status read_meta(struct book *b)
{
    struct sqlite_use use = sqlite_begin(b->statements[BOOK_META]);
    enum till_status st = sqlite_next(&use);

    if (st == TILL_OK)
        st = read_meta_row(&use, b);
    sqlite_end(&use);
    return st == TILL_NOT_FOUND ? TILL_E_CORRUPT : st;
}

enum till_status book_open(const char *path, const char *vfs, struct book **book_out)
{
    const struct sqlite_options options = {.path = path,
                                           .vfs = vfs,
                                           .page_size = BOOK_PAGE_SIZE,
                                           .application = BOOK_APPLICATION,
                                           .pragmas = READ_PRAGMAS,
                                           .migrations = book_migrations,
                                           .migration_count = BOOK_MIGRATIONS};
    struct book *b = calloc(1, sizeof(*b));
    enum till_status st;

    if (b == NULL)
        return TILL_E_MEMORY;
    st = sqlite_open(&options, NULL, &b->db);
    if (st == TILL_OK)
        st = check_whole(b->db);
    if (st == TILL_OK)
        st = sqlite_prepare(b->db, book_texts, b->statements, BOOK_STATEMENTS);
    if (st == TILL_OK)
        st = read_meta(b);
    if (st != TILL_OK) {
        book_close(b);
        if (st == TILL_NOT_FOUND)
            return TILL_NO_BOOK;
        /* A schema that SQLite can't read is damage like any other: fetch the book anew. */
        return st == TILL_E_DATABASE ? TILL_E_CORRUPT : st;
    }
    *book_out = b;
    return TILL_OK;
}

void book_close(struct book *b)
{
    if (b == NULL)
        return;
    sqlite_finalize(b->statements, BOOK_STATEMENTS);
    sqlite_close(b->db);
    free(b);
}

const struct book_meta *book_meta(const struct book *b)
{
    return &b->meta;
}

const struct site *book_site(const struct book *b)
{
    return &b->site;
}

/* ---- single rows ----------------------------------------------------------------------------- */

enum till_status book_find_user(struct book *b, const char *user, struct book_user *user_out)
{
    struct sqlite_use use = sqlite_begin(b->statements[BOOK_USER]);
    enum till_status st;

    sqlite_bind_text(&use, user);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = book_read_user(&use, user_out);
    sqlite_end(&use);
    return st;
}

enum till_status book_meter_book_at(struct book *b, size_t index, struct book_meter_book *out)
{
    struct sqlite_use use = sqlite_begin(b->statements[BOOK_METER_BOOK_AT]);
    enum till_status st;

    memset(out, 0, sizeof(*out));
    sqlite_bind_unsigned(&use, index < INT64_MAX ? (uint64_t)index + 1 : INT64_MAX);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = book_read_meter_book(&use, out);
    sqlite_end(&use);
    return st;
}

enum till_status book_row_of_account(struct book *b, const char *account, int64_t *row_out,
                                     int64_t *balance_out)
{
    struct sqlite_use use = sqlite_begin(b->statements[BOOK_ROW_OF_ACCOUNT]);
    enum till_status st;

    sqlite_bind_text(&use, account);
    st = sqlite_next(&use);
    if (st == TILL_OK) {
        *row_out = sqlite_column_integer(&use, 0);
        *balance_out = sqlite_column_integer(&use, 1);
    }
    sqlite_end(&use);
    return st;
}

/* ---- lines: customers with what they owe ----------------------------------------------------- */

static enum till_status read_line(const struct sqlite_use *use, struct book_line *out)
{
    uint64_t row = 0, owed = 0, months = 0;
    enum till_status st = sqlite_column_unsigned(use, 0, &row);

    if (st == TILL_OK)
        st = book_read_customer(use, 1, &out->customer);
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 1 + BOOK_CUSTOMER_COLUMNS, &owed);
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 2 + BOOK_CUSTOMER_COLUMNS, &months);
    if (st == TILL_OK && months > BILLS_MAX)
        st = TILL_E_CORRUPT;
    if (st != TILL_OK)
        return st;
    out->customer.row = (int64_t)row;
    out->owed_minor = (int64_t)owed;
    out->months = (uint16_t)months;
    return TILL_OK;
}

enum till_status book_read_lines(struct book *b, int64_t row, size_t count,
                                 struct book_line *lines_out)
{
    struct sqlite_use use = sqlite_begin(b->statements[BOOK_LINES]);
    enum till_status st = TILL_OK;

    sqlite_bind_integer(&use, row);
    sqlite_bind_integer(&use, row + (int64_t)count - 1);
    for (size_t i = 0; st == TILL_OK && i < count; i++) {
        st = sqlite_next(&use);
        if (st == TILL_OK)
            st = read_line(&use, &lines_out[i]);
        if (st == TILL_OK && lines_out[i].customer.row != row + (int64_t)i)
            st = TILL_E_CORRUPT;
    }
    sqlite_end(&use);
    return st == TILL_NOT_FOUND ? TILL_E_CORRUPT : st;
}

enum till_status book_customer(struct book *b, const char *account,
                               struct book_customer *customer_out)
{
    int64_t row = 0, balance_minor = 0;
    struct book_line line;
    enum till_status st = book_row_of_account(b, account, &row, &balance_minor);

    if (st == TILL_OK)
        st = book_read_lines(b, row, 1, &line);
    if (st == TILL_OK)
        *customer_out = line.customer;
    return st;
}

enum till_status book_arrears(struct book *b, const char *account, struct arrears *arrears_out)
{
    struct sqlite_use use = sqlite_begin(b->statements[BOOK_BILLS]);
    int64_t row = 0, balance_minor = 0;
    enum till_status st = book_row_of_account(b, account, &row, &balance_minor);

    memset(arrears_out, 0, sizeof(*arrears_out));
    if (st != TILL_OK)
        return st;
    arrears_out->balance_minor = balance_minor;
    sqlite_bind_integer(&use, row);
    st = book_read_bills(&use, arrears_out);
    return st == TILL_TOO_LARGE ? TILL_E_CORRUPT : st;
}

static enum till_status rows_of_meter_book(struct book *b, const char *id, int64_t *first_out,
                                           uint64_t *count_out)
{
    struct sqlite_use use = sqlite_begin(b->statements[BOOK_METER_BOOK]);
    enum till_status st;

    sqlite_bind_text(&use, id);
    st = sqlite_next(&use);
    if (st == TILL_OK) {
        *first_out = sqlite_column_integer(&use, 0);
        st = sqlite_column_unsigned(&use, 1, count_out);
    }
    sqlite_end(&use);
    return st;
}

enum till_status book_window(struct book *b, const char *meter_book, size_t offset,
                             struct book_line *lines_out, size_t capacity, size_t *count_out)
{
    int64_t first = 0;
    uint64_t customers = 0;
    size_t count;
    enum till_status st = rows_of_meter_book(b, meter_book, &first, &customers);

    *count_out = 0;
    if (st != TILL_OK || offset >= customers || capacity == 0)
        return st;
    count = customers - offset < capacity ? (size_t)(customers - offset) : capacity;
    st = book_read_lines(b, first + (int64_t)offset, count, lines_out);
    if (st == TILL_OK)
        *count_out = count;
    return st;
}
