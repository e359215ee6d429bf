/* When a user is deputy of a supervisor: a few rows of the head beside its users, in most books
 * none. */
#include "book_file.h"
#include "book_rows.h"
#include "book_write.h"
#include "sql.h"

enum till_status book_writer_deputy(struct book_writer *w, const struct book_user *u)
{
    static const char *const text = SQL_BOOK_INSERT_DEPUTY;
    sqlite3_stmt *statement = NULL;
    enum till_status st;

    if (u->deputy_from == 0)
        return TILL_OK;
    st = sqlite_execute(w->file, SQL_BOOK_DEPUTY_TABLE);
    if (st == TILL_OK)
        st = sqlite_prepare(w->file, &text, &statement, 1);
    if (st == TILL_OK) {
        struct sqlite_use use = sqlite_begin(statement);

        sqlite_bind_text(&use, u->user);
        sqlite_bind_integer(&use, u->deputy_from);
        sqlite_bind_integer(&use, u->deputy_to);
        st = sqlite_run(&use);
    }
    sqlite_finalize(&statement, 1);
    return st;
}

enum till_status book_open_deputies(struct book *b)
{
    static const char *const text = SQL_BOOK_DEPUTY;
    bool has = false;
    enum till_status st = book_has_table(b->head->db, "deputy", &has);

    if (st != TILL_OK || !has)
        return st;
    return sqlite_prepare(b->head->db, &text, &b->deputy, 1);
}

static int32_t date_of(const struct sqlite_use *use, int column)
{
    int64_t value = sqlite_column_integer(use, column);

    return value > 0 && value <= INT32_MAX ? (int32_t)value : -1;
}

static enum till_status read_deputy(struct book *b, struct book_user *u)
{
    enum till_status st = TILL_NOT_FOUND;

    if (b->deputy != NULL) {
        struct sqlite_use use = sqlite_begin(b->deputy);

        sqlite_bind_text(&use, u->user);
        st = sqlite_next(&use);
        if (st == TILL_OK) {
            u->deputy_from = date_of(&use, 0);
            u->deputy_to = date_of(&use, 1);
        }
        sqlite_end(&use);
    }
    if (st != TILL_OK)
        return st == TILL_NOT_FOUND ? TILL_OK : st;
    return user_deputy_is_valid(u) ? TILL_OK : TILL_E_CORRUPT;
}

enum till_status book_read_user_row(struct book *b, const struct sqlite_use *use,
                                    struct book_user *out)
{
    enum till_status st = book_read_user(use, out);

    if (st != TILL_OK)
        return st;
    out->must_change_pin = sqlite_column_integer(use, 7) != 0;
    return read_deputy(b, out);
}
