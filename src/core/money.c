#include "money.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "bytes.h"

enum { TYPED_MAX = 40, DIGITS_MAX = 20 };

enum till_status money_add(int64_t a_minor, int64_t b_minor, int64_t *sum_out)
{
    int64_t sum = 0;
    if (__builtin_add_overflow(a_minor, b_minor, &sum)) {
        return TILL_E_OVERFLOW;
    }
    *sum_out = sum;
    return TILL_OK;
}

enum till_status money_sub(int64_t a_minor, int64_t b_minor, int64_t *difference_out)
{
    int64_t difference = 0;
    if (__builtin_sub_overflow(a_minor, b_minor, &difference)) {
        return TILL_E_OVERFLOW;
    }
    *difference_out = difference;
    return TILL_OK;
}

static uint64_t magnitude(int64_t amount_minor)
{
    return amount_minor < 0 ? 0 - (uint64_t)amount_minor : (uint64_t)amount_minor;
}

/* ---- figures --------------------------------------------------------------------------------- */

static void put_figures(struct buffer *b, const struct site *site, uint64_t amount, bool grouped)
{
    uint64_t unit = (uint64_t)site_unit_minor(site);
    char whole[DIGITS_MAX + 1];
    (void)snprintf(whole, sizeof(whole), "%llu", (unsigned long long)(amount / unit));
    size_t digits = strlen(whole);
    for (size_t i = 0; i < digits; i++) {
        if (grouped && i > 0 && (digits - i) % 3 == 0) {
            buffer_put_u8(b, ',');
        }
        buffer_put_u8(b, (uint8_t)whole[i]);
    }
    if (site->exponent > 0) {
        buffer_put_u8(b, '.');
    }
    for (uint64_t weight = unit / 10; weight > 0; weight /= 10) {
        buffer_put_u8(b, (uint8_t)('0' + amount / weight % 10));
    }
}

static void finish(struct buffer *b)
{
    buffer_put_u8(b, '\0');
    assert(!b->overflow);
}

void money_format(const struct site *site, int64_t amount_minor, bool grouped, char *out)
{
    struct buffer b;
    buffer_init(&b, out, MONEY_TEXT_MAX);
    if (amount_minor < 0) {
        buffer_put_u8(&b, '-');
    }
    put_figures(&b, site, magnitude(amount_minor), grouped);
    finish(&b);
}

void money_format_symbol(const struct site *site, int64_t amount_minor, char *out)
{
    struct buffer b;
    buffer_init(&b, out, MONEY_TEXT_MAX);
    if (amount_minor < 0) {
        buffer_put_u8(&b, '-');
    }
    buffer_put_text(&b, site->symbol);
    put_figures(&b, site, magnitude(amount_minor), true);
    finish(&b);
}

enum till_status money_parse(const struct site *site, const char *text, int64_t *amount_out)
{
    int64_t amount = 0;
    int decimals = -1; /* before the point */
    bool large = false;
    size_t size = strnlen(text, TYPED_MAX + 1);
    if (size == 0 || text[0] == '.') {
        return TILL_BAD_INPUT;
    }
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (text[i] < '0' || text[i] > '9') {
            return TILL_BAD_INPUT;
        }
        if (decimals >= 0 && ++decimals > site->exponent) {
            return TILL_BAD_INPUT;
        }
        large = large || amount > MONEY_MAX_MINOR;
        amount = large ? 0 : amount * 10 + (text[i] - '0');
    }
    for (int i = decimals < 0 ? 0 : decimals; i < site->exponent; i++) {
        large = large || amount > MONEY_MAX_MINOR;
        amount = large ? 0 : amount * 10;
    }
    if (large || size > TYPED_MAX || amount > MONEY_MAX_MINOR) {
        return TILL_TOO_LARGE;
    }
    *amount_out = amount;
    return TILL_OK;
}

/* ---- likely tenders -------------------------------------------------------------------------- */

struct likely {
    int64_t *sums;
    size_t count;
};

static int64_t round_up(int64_t due_minor, int64_t step_minor)
{
    int64_t over = due_minor % step_minor;
    return over == 0 ? due_minor : due_minor - over + step_minor;
}

static void add_likely(struct likely *l, int64_t sum)
{
    if (l->count < MONEY_LIKELY_MAX && (l->count == 0 || sum > l->sums[l->count - 1])) {
        l->sums[l->count++] = sum;
    }
}

size_t money_likely_tenders(const struct site *site, int64_t due_minor,
                            int64_t likely_out[MONEY_LIKELY_MAX])
{
    if (due_minor <= 0 || due_minor > MONEY_MAX_MINOR) {
        return 0;
    }
    int64_t unit = site_unit_minor(site);
    struct likely l = {.sums = likely_out};
    add_likely(&l, due_minor);
    add_likely(&l, round_up(due_minor, unit));
    add_likely(&l, round_up(due_minor, 10 * unit));
    if (site->note_count == 0) {
        return l.count;
    }
    if (due_minor > site->notes_minor[0]) {
        add_likely(&l, round_up(due_minor, site->notes_minor[0]));
        return l.count;
    }
    for (size_t i = site->note_count; i > 0; i--) {
        if (site->notes_minor[i - 1] >= due_minor) {
            add_likely(&l, site->notes_minor[i - 1]);
        }
    }
    return l.count;
}
