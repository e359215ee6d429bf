/* Who carried a meter book before and has not reported: a few rows of the head, in most books none.
 */
#include <string.h>

#include "book_check.h"
#include "book_file.h"
#include "book_write.h"
#include "sql.h"

static bool holder_is_valid(const struct book_holder *h)
{
    return h->meter_book[0] != '\0' && book_text_is_clean(h->meter_book, sizeof(h->meter_book)) &&
           terminal_is_valid(h->terminal) && h->through_s >= 0;
}

static enum till_status insert(struct book_writer *w, const struct book_holder *h)
{
    static const char *const text = SQL_BOOK_INSERT_HOLDER;
    sqlite3_stmt *statement = NULL;
    enum till_status st = sqlite_execute(w->file, SQL_BOOK_HOLDER_TABLE);

    if (st == TILL_OK)
        st = sqlite_prepare(w->file, &text, &statement, 1);
    if (st == TILL_OK) {
        struct sqlite_use use = sqlite_begin(statement);

        sqlite_bind_text(&use, h->meter_book);
        sqlite_bind_text(&use, h->terminal);
        sqlite_bind_integer(&use, h->through_s);
        sqlite_bind_bytes(&use, h->journal_key, sizeof(h->journal_key));
        st = sqlite_run(&use);
    }
    sqlite_finalize(&statement, 1);
    return st;
}

enum till_status book_writer_holder(struct book_writer *w, const struct book_holder *h)
{
    if (w->failed != TILL_OK)
        return w->failed;
    return book_writer_noted(w, holder_is_valid(h) ? insert(w, h) : TILL_E_PROTOCOL);
}

static enum till_status read_holder(const struct sqlite_use *use, void *item_out)
{
    struct book_holder *out = item_out;
    enum till_status st;

    memset(out, 0, sizeof(*out));
    st = sqlite_column_text(use, 0, out->meter_book, sizeof(out->meter_book));
    if (st == TILL_OK)
        st = sqlite_column_text(use, 1, out->terminal, sizeof(out->terminal));
    if (st == TILL_OK)
        st = sqlite_column_exact(use, 3, out->journal_key, sizeof(out->journal_key));
    out->through_s = sqlite_column_integer(use, 2);
    return st == TILL_OK && !holder_is_valid(out) ? TILL_E_CORRUPT : st;
}

enum till_status book_holders(struct book *b, struct book_holder *out, size_t capacity,
                              size_t *count_out)
{
    static const struct book_rows_of list = {"holder", SQL_BOOK_HOLDERS, read_holder,
                                             sizeof(struct book_holder)};

    return book_rows_read(b, &list, out, capacity, count_out);
}
