#include <stdio.h>
#include <string.h>

#include "entry_inside.h"
#include "entry_shift.h"
#include "money.h"

/* ---- heaps: "10000:3,5000:2" ----------------------------------------------------------------- */

int64_t heaps_value(const struct heaps *h, int64_t of)
{
    for (size_t i = 0; i < h->count; i++) {
        if (h->list[i].of == of) {
            return h->list[i].value;
        }
    }
    return 0;
}

static bool heaps_are_valid(const struct heaps *h)
{
    if (h->count > HEAPS_MAX) {
        return false;
    }
    bool rising = h->count < 2 || h->list[1].of > h->list[0].of;
    for (size_t i = 0; i < h->count; i++) {
        const struct heap *heap = &h->list[i];
        if (!money_is_valid(heap->of, 0) || !money_is_valid(heap->value, 1)) {
            return false;
        }
        if (i > 0 && (heap->of == heap[-1].of || (heap->of > heap[-1].of) != rising)) {
            return false;
        }
    }
    return true;
}

enum till_status heaps_write(const struct heaps *h, char out[HEAPS_TEXT_MAX])
{
    size_t size = 0;
    out[0] = '\0';
    if (!heaps_are_valid(h)) {
        return TILL_BAD_INPUT;
    }
    for (size_t i = 0; i < h->count; i++) {
        int written = snprintf(out + size, HEAPS_TEXT_MAX - size, "%s%lld:%lld", i > 0 ? "," : "",
                               (long long)h->list[i].of, (long long)h->list[i].value);
        if (written < 0 || (size_t)written >= HEAPS_TEXT_MAX - size) {
            out[0] = '\0';
            return TILL_TOO_LARGE;
        }
        size += (size_t)written;
    }
    return TILL_OK;
}

/* Digits without a leading zero, at most twelve; *at is left behind them. */
static bool take_digits(const char **at, int64_t *value_out)
{
    enum { DIGITS_MAX = 12 };
    int digits = 0;
    int64_t value = 0;
    const char *first = *at;
    while (**at >= '0' && **at <= '9' && digits <= DIGITS_MAX) {
        value = value * 10 + (**at - '0');
        digits++;
        (*at)++;
    }
    *value_out = value;
    return digits >= 1 && digits <= DIGITS_MAX && (digits == 1 || *first != '0');
}

bool heaps_read(const char *text, struct heaps *heaps_out)
{
    *heaps_out = (struct heaps){0};
    if (text[0] == '\0') {
        return true;
    }
    for (const char *at = text;; at++) {
        struct heap heap;
        if (heaps_out->count == HEAPS_MAX || !take_digits(&at, &heap.of) || *at++ != ':' ||
            !take_digits(&at, &heap.value)) {
            return false;
        }
        heaps_out->list[heaps_out->count++] = heap;
        if (*at == '\0') {
            return heaps_are_valid(heaps_out);
        }
        if (*at != ',') {
            return false;
        }
    }
}

enum till_status heaps_add(struct heaps *h, int64_t of, int64_t value)
{
    size_t at = 0;
    while (at < h->count && h->list[at].of < of) {
        at++;
    }
    if (at < h->count && h->list[at].of == of) {
        if (money_add(h->list[at].value, value, &h->list[at].value) != TILL_OK) {
            return TILL_E_OVERFLOW;
        }
        if (h->list[at].value == 0) {
            memmove(&h->list[at], &h->list[at + 1], (h->count - at - 1) * sizeof(h->list[0]));
            h->count--;
        }
        return TILL_OK;
    }
    if (value == 0) {
        return TILL_OK;
    }
    if (h->count == HEAPS_MAX) {
        return TILL_TOO_LARGE;
    }
    memmove(&h->list[at + 1], &h->list[at], (h->count - at) * sizeof(h->list[0]));
    h->list[at] = (struct heap){of, value};
    h->count++;
    return TILL_OK;
}

enum till_status heaps_sum(const struct heaps *h, int64_t *sum_out)
{
    *sum_out = 0;
    for (size_t i = 0; i < h->count; i++) {
        if (money_add(*sum_out, h->list[i].value, sum_out) != TILL_OK) {
            return TILL_E_OVERFLOW;
        }
    }
    return TILL_OK;
}

enum till_status heaps_money(const struct heaps *h, int64_t *sum_out)
{
    *sum_out = 0;
    for (size_t i = 0; i < h->count; i++) {
        const struct heap *heap = &h->list[i];
        if (heap->of != 0 && heap->value > MONEY_MAX_MINOR / heap->of) {
            return TILL_E_OVERFLOW;
        }
        if (money_add(*sum_out, heap->of * heap->value, sum_out) != TILL_OK) {
            return TILL_E_OVERFLOW;
        }
    }
    return TILL_OK;
}

/* ---- closes: "12-14,16" ---------------------------------------------------------------------- */

struct closes_range {
    int64_t first, last;
};

/* The next range of the text; false: none or no such text. */
static bool next_range(const char **at, int64_t after, struct closes_range *range_out)
{
    if (!take_digits(at, &range_out->first) || range_out->first <= after) {
        return false;
    }
    range_out->last = range_out->first;
    if (**at == '-') {
        (*at)++;
        if (!take_digits(at, &range_out->last) || range_out->last <= range_out->first) {
            return false;
        }
    }
    return range_out->last <= UINT32_MAX;
}

bool closes_text_is_valid(const char *text)
{
    struct closes_range range = {0, 0};
    if (text[0] == '\0') {
        return true;
    }
    if (strnlen(text, CLOSES_TEXT_MAX) == CLOSES_TEXT_MAX) {
        return false;
    }
    for (const char *at = text;; at++) {
        int64_t before = range.last;
        /* Two that touch are one range: one spelling. */
        if (!next_range(&at, before == 0 ? 0 : before + 1, &range)) {
            return false;
        }
        if (*at != ',') {
            return *at == '\0';
        }
    }
}

bool closes_text_has(const char *text, uint32_t z)
{
    struct closes_range range = {0, 0};
    for (const char *at = text; *at != '\0'; at++) {
        if (!next_range(&at, range.last, &range)) {
            return false;
        }
        if (z >= range.first && z <= range.last) {
            return true;
        }
        if (*at != ',') {
            return false;
        }
    }
    return false;
}
