/* Numbered paper that was issued to users of the terminal: a few rows of the head, in many books
 * none. */
#include <string.h>

#include "book_file.h"
#include "book_write.h"
#include "sql.h"

static enum till_status insert_stock(struct book_writer *w, const struct book_stock *s)
{
    static const char *const text = SQL_BOOK_INSERT_STOCK;
    sqlite3_stmt *statement = NULL;
    enum till_status st = sqlite_execute(w->file, SQL_BOOK_STOCK_TABLE);

    if (st == TILL_OK)
        st = sqlite_prepare(w->file, &text, &statement, 1);
    if (st == TILL_OK) {
        struct sqlite_use use = sqlite_begin(statement);

        sqlite_bind_unsigned(&use, s->issue);
        sqlite_bind_integer(&use, s->type);
        sqlite_bind_text(&use, s->series);
        sqlite_bind_unsigned(&use, s->first);
        sqlite_bind_unsigned(&use, s->last);
        sqlite_bind_text(&use, s->user);
        sqlite_bind_text(&use, s->from);
        st = sqlite_run(&use);
    }
    sqlite_finalize(&statement, 1);
    return st;
}

enum till_status book_writer_stock(struct book_writer *w, const struct book_stock *s)
{
    if (w->failed != TILL_OK)
        return w->failed;
    return book_writer_noted(w, book_stock_is_valid(s) ? insert_stock(w, s) : TILL_E_PROTOCOL);
}

static enum till_status read_stock(const struct sqlite_use *use, void *item_out)
{
    struct book_stock *out = item_out;
    enum till_status st;
    int64_t type = sqlite_column_integer(use, 1);

    memset(out, 0, sizeof(*out));
    out->type = type > 0 && type < STOCK_TYPE_COUNT ? (int)type : 0;
    st = sqlite_column_unsigned(use, 0, &out->issue);
    if (st == TILL_OK)
        st = sqlite_column_text(use, 2, out->series, sizeof(out->series));
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 3, &out->first);
    if (st == TILL_OK)
        st = sqlite_column_unsigned(use, 4, &out->last);
    if (st == TILL_OK)
        st = sqlite_column_text(use, 5, out->user, sizeof(out->user));
    if (st == TILL_OK)
        st = sqlite_column_text(use, 6, out->from, sizeof(out->from));
    return st == TILL_OK && !book_stock_is_valid(out) ? TILL_E_CORRUPT : st;
}

enum till_status book_stock(struct book *b, struct book_stock *out, size_t capacity,
                            size_t *count_out)
{
    static const struct book_rows_of list = {"stock", SQL_BOOK_STOCK, read_stock,
                                             sizeof(struct book_stock)};

    return book_rows_read(b, &list, out, capacity, count_out);
}
