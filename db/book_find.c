#include <assert.h>
#include <string.h>

#include "book_check.h"
#include "book_file.h"
#include "bytes.h"

/* Every byte of a query may need its mark, then two wildcards and the end. */
enum { PATTERN_MAX = 2 * BOOK_QUERY_MAX + 3 };

/*
 * Is the query a whole number that only one customer can bear? An account that is as long as any
 * account, or a meter number that is longer still. TILL_NOT_FOUND: look further.
 */
static enum till_status find_whole(struct book *b, const char *query, int64_t *row_out)
{
    struct sqlite_use use = sqlite_begin(b->statements[BOOK_ROWS_OF_METER]);
    size_t size = strlen(query);
    int64_t balance_minor = 0;
    enum till_status st;

    if (size < b->longest_account)
        return TILL_NOT_FOUND;
    if (size == b->longest_account)
        return book_row_of_account(b, query, row_out, &balance_minor);
    sqlite_bind_text(&use, query);
    st = sqlite_next(&use);
    if (st == TILL_OK) {
        *row_out = sqlite_column_integer(&use, 0);
        /* Two customers of one meter: both are to be seen. */
        st = sqlite_next(&use);
        st = st == TILL_NOT_FOUND ? TILL_OK : st == TILL_OK ? TILL_NOT_FOUND : st;
    }
    sqlite_end(&use);
    return st;
}

/* A pattern of LIKE: the query between `before` and `after`, its own wildcards being themselves. */
static void make_pattern(const char *before, const char *query, const char *after,
                         char out[PATTERN_MAX])
{
    struct buffer b;

    buffer_init(&b, out, PATTERN_MAX - 1);
    buffer_put_text(&b, before);
    for (; *query != '\0'; query++) {
        if (*query == '%' || *query == '_' || *query == '!')
            buffer_put_u8(&b, '!');
        buffer_put(&b, query, 1);
    }
    buffer_put_text(&b, after);
    assert(!b.overflow);
    out[b.size] = '\0';
}

enum till_status book_find(struct book *b, const char *query, size_t offset,
                           struct book_line *lines_out, size_t capacity, size_t *count_out)
{
    struct sqlite_use use = sqlite_begin(b->statements[BOOK_FIND]);
    char same[PATTERN_MAX], ends[PATTERN_MAX], begins[PATTERN_MAX], within[PATTERN_MAX];
    int64_t row = 0;
    enum till_status st;

    *count_out = 0;
    if (query[0] == '\0' || !book_text_is_clean(query, BOOK_QUERY_MAX + 1))
        return TILL_BAD_INPUT;
    if (capacity == 0 || offset > b->meta.customers)
        return TILL_OK;
    st = find_whole(b, query, &row);
    if (st == TILL_OK && offset == 0)
        st = book_read_lines(b, row, 1, lines_out);
    if (st == TILL_OK)
        *count_out = offset == 0 ? 1 : 0;
    if (st != TILL_NOT_FOUND)
        return st;

    make_pattern("", query, "", same);
    make_pattern("%", query, "", ends);
    make_pattern("", query, "%", begins);
    make_pattern("%", query, "%", within);
    sqlite_bind_text(&use, same);
    sqlite_bind_text(&use, ends);
    sqlite_bind_text(&use, begins);
    sqlite_bind_text(&use, within);
    sqlite_bind_unsigned(&use, capacity);
    sqlite_bind_unsigned(&use, offset);
    while ((st = sqlite_next(&use)) == TILL_OK && *count_out < capacity) {
        st = book_read_lines(b, sqlite_column_integer(&use, 0), 1, &lines_out[*count_out]);
        if (st != TILL_OK)
            break;
        ++*count_out;
    }
    sqlite_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}
