#include "allocation.h"

#include <string.h>

#include "arrears.h"
#include "money.h"
#include "when.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool read_month(const char **at, int32_t *month_out)
{
    int32_t month = 0;
    for (int i = 0; i < 6; i++, (*at)++) {
        if (!is_digit(**at)) {
            return false;
        }
        month = month * 10 + (**at - '0');
    }
    *month_out = month;
    return when_date_is_valid(month * 100 + 1);
}

static bool read_amount(const char **at, int64_t *amount_out)
{
    int64_t amount_minor = 0;
    bool leading_zero = **at == '0';
    while (is_digit(**at) && amount_minor <= MONEY_MAX_MINOR) {
        amount_minor = amount_minor * 10 + (*(*at)++ - '0');
    }
    *amount_out = amount_minor;
    return !leading_zero && amount_minor >= 1 && amount_minor <= MONEY_MAX_MINOR;
}

static bool overlaps(const struct allocation_choice *choice, const struct allocation_item *item)
{
    for (size_t i = 0; i < choice->count; i++) {
        if (item->from <= choice->items[i].to && choice->items[i].from <= item->to) {
            return true;
        }
    }
    return false;
}

static bool read_item(const char **at, struct allocation_item *item)
{
    if (!read_month(at, &item->from)) {
        return false;
    }
    item->to = item->from;
    if (**at != '-') {
        return true;
    }
    (*at)++;
    return read_month(at, &item->to) && item->to > item->from;
}

bool allocation_read(const char *text, struct allocation_choice *choice_out)
{
    struct allocation_choice choice = {0};
    const char *at = text;
    if (strnlen(text, ALLOCATION_MAX) == ALLOCATION_MAX) {
        return false;
    }
    while (*at != '\0') {
        struct allocation_item item = {0};
        if (choice.count == ALLOCATION_ITEMS_MAX || !read_item(&at, &item) ||
            overlaps(&choice, &item)) {
            return false;
        }
        choice.items[choice.count++] = item;
        if (*at == ':') {
            at++;
            if (!read_amount(&at, &choice.last_minor) || *at != '\0') {
                return false;
            }
        } else if (*at == ',') {
            at++;
            if (*at == '\0') {
                return false;
            }
        } else if (*at != '\0') {
            return false;
        }
    }
    *choice_out = choice;
    return true;
}
