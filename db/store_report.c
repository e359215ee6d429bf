#include "store_report.h"

#include <string.h>

#include "rows_use.h"
#include "store_backend.h"
#include "store_recover.h"
#include "store_rows.h"

static enum till_status count_terminals(struct store *s, int64_t heard_before_s,
                                        struct store_figures *out)
{
    struct rows_use use = rows_of(s, STORE_COUNT_TERMINALS);
    enum till_status st;
    bool bad = false;

    rows_bind_integer(&use, heard_before_s);
    while ((st = rows_next(&use)) == TILL_OK) {
        int64_t state = rows_column_within(&use, 0, TERMINAL_NEW, TERMINAL_RETIRED, &bad);

        out->terminals[state] += rows_column_integer(&use, 1);
        out->stopped += rows_column_integer(&use, 2);
        if (state == TERMINAL_ACTIVE)
            out->behind += rows_column_integer(&use, 3);
    }
    rows_end(&use);
    if (st == TILL_NOT_FOUND)
        st = TILL_OK;
    return st == TILL_OK && bad ? TILL_E_CORRUPT : st;
}

enum till_status store_figures(struct store *s, int64_t heard_before_s, struct store_figures *out)
{
    struct rows_use use;
    enum till_status st;

    memset(out, 0, sizeof(*out));
    st = count_terminals(s, heard_before_s, out);
    if (st != TILL_OK)
        return st;
    use = rows_of(s, STORE_COUNT_ALARMS);
    st = rows_next(&use);
    if (st == TILL_OK)
        out->alarms = rows_column_integer(&use, 0);
    rows_end(&use);
    return st == TILL_OK ? store_aside_count(s, &out->waiting, &out->closed) : st;
}

enum till_status store_entries_since(struct store *s, const char *terminal, uint64_t after,
                                     int64_t from_s, store_entry_seen *seen, void *context)
{
    struct rows_use use = rows_of(s, STORE_ENTRIES_SINCE);
    enum till_status st;

    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, after);
    rows_bind_integer(&use, from_s);
    while ((st = rows_next(&use)) == TILL_OK) {
        struct entry e = {0};

        st = store_rows_entry_take(&use, &e);
        if (st == TILL_OK)
            st = seen(context, &e);
        if (st != TILL_OK)
            break;
    }
    rows_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}
