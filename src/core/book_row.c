#include "book_row.h"

#include <string.h>

#include "money.h"
#include "when.h"

/* Of stationery (entry_stock.h). */
#define NUMBER_LAST UINT64_C(999999999999)

bool user_deputy_is_valid(const struct book_user *u)
{
    if (u->deputy_from == 0 && u->deputy_to == 0) {
        return true;
    }
    return (u->role == ROLE_COLLECTOR || u->role == ROLE_AGENT) &&
           when_date_is_valid(u->deputy_from) && when_date_is_valid(u->deputy_to) &&
           u->deputy_from <= u->deputy_to;
}

int user_role_on(const struct book_user *u, int32_t date)
{
    bool deputy = u->deputy_from != 0 && u->deputy_from <= date && date <= u->deputy_to;
    return deputy && user_deputy_is_valid(u) ? ROLE_SUPERVISOR : u->role;
}

static bool series_is_valid(const char series[SERIES_MAX])
{
    return series[0] == '\0' ||
           (memchr(series, '\0', SERIES_MAX) != NULL && terminal_is_valid(series));
}

static bool user_name_is_valid(const char user[USER_MAX])
{
    return memchr(user, '\0', USER_MAX) != NULL && user_is_valid(user);
}

bool book_stock_is_valid(const struct book_stock *s)
{
    return s->issue >= 1 && s->issue <= INT64_MAX && s->type >= STOCK_RECEIPT &&
           s->type < STOCK_TYPE_COUNT && series_is_valid(s->series) && s->first >= 1 &&
           s->first <= s->last && s->last <= NUMBER_LAST && user_name_is_valid(s->user) &&
           (s->from[0] == '\0' || user_name_is_valid(s->from));
}

bool book_taken_is_valid(const struct book_taken *t)
{
    return t->given >= 1 && t->given <= INT64_MAX &&
           memchr(t->terminal, '\0', sizeof(t->terminal)) != NULL &&
           terminal_is_valid(t->terminal) && t->seq >= 1 && t->seq <= INT64_MAX &&
           (t->user[0] == '\0' || user_name_is_valid(t->user)) && t->at_s >= 0;
}

bool book_explained_is_valid(const struct book_explained *e)
{
    return e->seq >= 1 && e->seq <= INT64_MAX && user_name_is_valid(e->user) &&
           e->amount_minor != 0 && e->amount_minor >= -MONEY_MAX_MINOR &&
           e->amount_minor <= MONEY_MAX_MINOR;
}

int64_t book_explained_leaves(int64_t open_minor, int64_t explained_minor)
{
    if ((open_minor > 0) != (explained_minor > 0)) {
        return open_minor;
    }
    bool all = open_minor > 0 ? explained_minor >= open_minor : explained_minor <= open_minor;
    return all ? 0 : open_minor - explained_minor;
}
