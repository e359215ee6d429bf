#include "posting.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "money.h"

enum till_status posting_add(struct store_posting *p, int64_t amount_minor, const char *format, ...)
{
    char account[STORE_LEDGER_ACCOUNT_MAX];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(account, sizeof(account), format, arguments);
    va_end(arguments);
    if (size <= 0 || (size_t)size >= sizeof(account)) {
        return TILL_TOO_LARGE;
    }
    if (amount_minor == 0) {
        return TILL_OK;
    }
    for (size_t i = 0; i < p->count; i++) {
        if (strcmp(p->lines[i].account, account) == 0) {
            return money_add(p->lines[i].amount_minor, amount_minor, &p->lines[i].amount_minor);
        }
    }
    if (p->count == STORE_LINES_MAX) {
        return TILL_TOO_LARGE;
    }
    struct store_line *line = &p->lines[p->count++];
    memcpy(line->account, account, sizeof(line->account));
    line->amount_minor = amount_minor;
    return TILL_OK;
}

enum till_status posting_close(struct store *s, struct store_posting *p)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->count; i++) {
        if (p->lines[i].amount_minor != 0) {
            p->lines[kept++] = p->lines[i];
        }
    }
    p->count = kept;
    return kept > 0 ? store_post(s, p) : TILL_OK;
}
