#include "chosen.h"

#include <stdlib.h>
#include <string.h>

enum { ITEMS_MOST = ALLOCATION_MAX };

/* The bills of the months named: the text was written by allocation_write. */
static void read_months(const struct arrears *a, const char *text, bool chosen[BILLS_MAX])
{
    memset(chosen, 0, BILLS_MAX * sizeof chosen[0]);
    for (int i = 0; i < ITEMS_MOST && *text; i++) {
        char *end;
        long from = strtol(text, &end, 10), to = from;
        if (*end == '-')
            to = strtol(end + 1, &end, 10);
        for (size_t k = 0; k < a->count; k++)
            if (a->bills[k].month >= from && a->bills[k].month <= to)
                chosen[k] = true;
        text += strcspn(text, ",");
        text += *text == ',';
    }
}

int64_t chosen_due_minor(const struct arrears *a, const char *text)
{
    bool chosen[BILLS_MAX];
    int64_t due_minor = 0;
    read_months(a, text, chosen);
    for (size_t i = 0; i < a->count; i++)
        if (chosen[i]) /* a part of what arrears_assess has summed */
            due_minor += a->bills[i].amount_minor + a->bills[i].late_fee_minor;
    return due_minor;
}

bool chosen_fit(const struct arrears *a, int64_t amount_minor, char text[ALLOCATION_MAX])
{
    bool chosen[BILLS_MAX];
    int64_t due_minor;
    if (text[0] == '\0')
        return true;
    read_months(a, text, chosen);
    return allocation_write_part(a, chosen, amount_minor, text, &due_minor) == TILL_OK;
}
