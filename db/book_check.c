#include "book_check.h"

#include <string.h>

#include "distance.h"
#include "money.h"
#include "text.h"
#include "when.h"

enum { ROLE_MIN = ROLE_COLLECTOR, ROLE_MAX = ROLE_OFFICE };
/* Rounds beyond this would hold a login for minutes: no host asks for it. */
enum { ROUNDS_MAX = 10000000 };

bool book_text_is_clean(const char *text, size_t capacity)
{
    size_t size = strnlen(text, capacity);

    return size < capacity && text_is_clean(text, size);
}

static bool amount_is_valid(int64_t amount_minor)
{
    return amount_minor >= 0 && amount_minor <= MONEY_MAX_MINOR;
}

static bool id_is_valid(const char id[BOOK_ID_MAX])
{
    return id[0] != '\0' && book_text_is_clean(id, BOOK_ID_MAX) && strpbrk(id, ", ") == NULL;
}

bool book_user_is_valid(const struct book_user *u)
{
    return book_text_is_clean(u->user, sizeof(u->user)) && user_is_valid(u->user) &&
           book_text_is_clean(u->name, sizeof(u->name)) && u->role >= ROLE_MIN &&
           u->role <= ROLE_MAX && u->rounds <= ROUNDS_MAX && amount_is_valid(u->cash_limit_minor) &&
           user_deputy_is_valid(u);
}

bool book_meter_book_is_valid(const struct book_meter_book *m)
{
    return id_is_valid(m->id) && book_text_is_clean(m->name, sizeof(m->name));
}

bool book_customer_is_valid(const struct book_customer *c)
{
    return book_text_is_clean(c->account, sizeof(c->account)) && account_is_valid(c->account) &&
           book_text_is_clean(c->name, sizeof(c->name)) &&
           book_text_is_clean(c->address, sizeof(c->address)) &&
           book_text_is_clean(c->meter, sizeof(c->meter)) &&
           book_text_is_clean(c->phone, sizeof(c->phone)) && id_is_valid(c->meter_book) &&
           c->order >= 1 && c->order <= INT32_MAX &&
           (c->class == CUSTOMER_RESIDENT || c->class == CUSTOMER_OTHER) &&
           amount_is_valid(c->balance_minor) && amount_is_valid(c->last_paid_minor) &&
           (c->last_paid_date == 0 || when_date_is_valid(c->last_paid_date)) &&
           distance_can_be_from(c->latitude_e7, c->longitude_e7) && c->last_reading_cwh >= -1 &&
           (c->last_reading_date == 0 || when_date_is_valid(c->last_reading_date));
}

bool book_bill_is_valid(const struct bill *b)
{
    int32_t month = b->month % 100;

    return b->month >= 190000 && b->month <= 999912 && month >= 1 && month <= 12 && b->type >= 0 &&
           when_date_is_valid(b->due_date) && amount_is_valid(b->amount_minor);
}
