#include <stdio.h>
#include <string.h>

#include "entry.h"
#include "entry_inside.h"
#include "entry_shift.h"
#include "entry_stock.h"
#include "money.h"
#include "text.h"

#define CLOCK_MAX_S INT64_C(253402300799)

/* ---- texts ----------------------------------------------------------------------------------- */

#define TEXT_CASE(name, number, text)                                                              \
    case number:                                                                                   \
        return text;
#define KNOWN_CASE(name, number, text) case number:

const char *tender_text(int tender)
{
    switch (tender) {
        TENDER_LIST(TEXT_CASE)
    default:
        return "Other";
    }
}

bool tender_is_known(int tender)
{
    switch (tender) {
        TENDER_LIST(KNOWN_CASE)
        return true;
    default:
        return false;
    }
}

const char *reversal_reason_text(int reason)
{
    switch (reason) {
        REVERSAL_REASON_LIST(TEXT_CASE)
    default:
        return "Other reason";
    }
}

bool reversal_reason_is_known(int reason)
{
    switch (reason) {
        REVERSAL_REASON_LIST(KNOWN_CASE)
        return true;
    default:
        return false;
    }
}

const char *skip_reason_text(int reason)
{
    switch (reason) {
        SKIP_REASON_LIST(TEXT_CASE)
    default:
        return "Other reason";
    }
}

bool skip_reason_is_known(int reason)
{
    switch (reason) {
        SKIP_REASON_LIST(KNOWN_CASE)
        return true;
    default:
        return false;
    }
}

const char *cash_reason_text(int reason)
{
    switch (reason) {
        CASH_REASON_LIST(TEXT_CASE)
    default:
        return "Other reason";
    }
}

bool cash_reason_is_known(int reason)
{
    switch (reason) {
        CASH_REASON_LIST(KNOWN_CASE)
        return true;
    default:
        return false;
    }
}

const char *variance_reason_text(int reason)
{
    switch (reason) {
        VARIANCE_REASON_LIST(TEXT_CASE)
    default:
        return "Other reason";
    }
}

bool variance_reason_fits(int reason, bool over)
{
    return variance_reason_is_known(reason) &&
           (!over || reason == VARIANCE_CHANGE || reason == VARIANCE_OTHER);
}

bool paper_is_for_two(uint16_t kind)
{
    return kind_base(kind) == KIND_HANDOVER_GIVEN || kind_base(kind) == KIND_HANDOVER_TAKEN;
}

uint32_t paper_duplicate(uint16_t kind, uint32_t copy)
{
    return copy > 0 && paper_is_for_two(kind) ? copy - 1 : copy;
}

bool slips_reason_fits(int reason, bool over)
{
    return reason == VARIANCE_OTHER || (reason == VARIANCE_LOST && !over);
}

bool tender_has_slip(int tender)
{
    return tender == TENDER_CARD || tender == TENDER_CHEQUE || tender == TENDER_TRANSFER;
}

int64_t slips_short_minor(const struct heaps *taken, const struct heaps *slips, int tender)
{
    int64_t short_minor = 0;
    for (int i = TENDER_CARD; i <= TENDER_TRANSFER; i++) {
        if (tender_has_slip(i) && (tender < 0 || tender == i)) {
            short_minor += heaps_value(taken, i) - heaps_value(slips, i);
        }
    }
    return short_minor;
}

bool slips_differ(const struct heaps *taken, const struct heaps *slips)
{
    for (int i = TENDER_CARD; i <= TENDER_TRANSFER; i++) {
        if (slips_short_minor(taken, slips, i) != 0) {
            return true;
        }
    }
    return false;
}

bool variance_reason_is_known(int reason)
{
    switch (reason) {
        VARIANCE_REASON_LIST(KNOWN_CASE)
        return true;
    default:
        return false;
    }
}

const char *spoil_reason_text(int reason)
{
    switch (reason) {
        SPOIL_REASON_LIST(TEXT_CASE)
    default:
        return "Other reason";
    }
}

bool spoil_reason_is_known(int reason)
{
    switch (reason) {
        SPOIL_REASON_LIST(KNOWN_CASE)
        return true;
    default:
        return false;
    }
}

const char *stock_type_text(int type)
{
    switch (type) {
        STOCK_TYPE_LIST(TEXT_CASE)
    default:
        return "Other";
    }
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

bool terminal_is_valid(const char *terminal)
{
    size_t size = strnlen(terminal, TERMINAL_MAX);
    for (size_t i = 0; i < size; i++) {
        if (!is_digit(terminal[i]) && !is_upper(terminal[i])) {
            return false;
        }
    }
    return size >= 1 && size < TERMINAL_MAX;
}

bool account_is_valid(const char *account)
{
    enum { ACCOUNT_MIN = 4 };
    size_t size = strnlen(account, ACCOUNT_MAX);
    for (size_t i = 0; i < size; i++) {
        if (!is_digit(account[i]) && !is_upper(account[i]) && account[i] != '-') {
            return false;
        }
    }
    return size >= ACCOUNT_MIN && size < ACCOUNT_MAX;
}

bool user_is_valid(const char *user)
{
    size_t size = strnlen(user, USER_MAX);
    for (size_t i = 0; i < size; i++) {
        if (!is_digit(user[i]) && !is_upper(user[i]) && !is_lower(user[i])) {
            return false;
        }
    }
    return size >= 1 && size < USER_MAX;
}

void receipt_number_format(const char *terminal, uint64_t seq, char out[RECEIPT_NUMBER_MAX])
{
    (void)snprintf(out, RECEIPT_NUMBER_MAX, "%s-%07llu", terminal, (unsigned long long)seq);
}

bool text_is_valid(const char *text, size_t capacity, size_t least)
{
    size_t size = strnlen(text, capacity);
    return size < capacity && size >= least && text_is_clean(text, size);
}

bool currency_is_valid(const char *currency)
{
    return is_upper(currency[0]) && is_upper(currency[1]) && is_upper(currency[2]) &&
           currency[3] == '\0';
}

bool setting_is_valid(const char *key, size_t capacity)
{
    size_t size = strnlen(key, capacity);
    for (size_t i = 0; i < size; i++) {
        if (!is_digit(key[i]) && !is_lower(key[i]) && key[i] != '_') {
            return false;
        }
    }
    return size >= 1 && size < capacity;
}

bool clock_is_valid(int64_t at_s)
{
    return at_s >= 0 && at_s <= CLOCK_MAX_S;
}

bool money_is_valid(int64_t amount_minor, int64_t least_minor)
{
    return amount_minor >= least_minor && amount_minor <= MONEY_MAX_MINOR;
}

bool number_is_valid(uint64_t number, uint64_t least)
{
    return number >= least && number <= INT64_MAX;
}

int64_t collection_cash_minor(const struct body_collection *b)
{
    if (b->tender == TENDER_CASH) {
        return b->amount_minor;
    }
    return b->other_minor == 0 ? 0 : b->amount_minor - b->other_minor;
}
