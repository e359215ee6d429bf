#include "book_row.h"

#include <string.h>

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
