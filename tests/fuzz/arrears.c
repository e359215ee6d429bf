/*
 * Chosen months: the text in a body comes from a terminal and meets other bills than it was written
 * for. Whatever it says, no fen is lost or made, and no bill is paid more than it is owed.
 *   input  count of bills, per bill: month (1), amount (2), type (1); amount (3 bytes),
 *          balance (2), chosen bits (1), the text
 */
#include <stdio.h>

#include "fuzz.h"
#include "settle.h"

static int32_t month_of(uint8_t byte)
{
    return (2024 + byte / 12 % 4) * 100 + byte % 12 + 1;
}

static void take_bills(struct span *input, struct arrears *a)
{
    size_t count = fuzz_byte(input) % 8;
    for (size_t i = 0; i < count; i++) {
        struct bill *bill = &a->bills[a->count++];
        bill->month = month_of(fuzz_byte(input));
        bill->due_date = bill->month * 100 + 20;
        bill->amount_minor = fuzz_byte(input) << 8;
        bill->amount_minor += fuzz_byte(input);
        bill->type = fuzz_byte(input) % 2;
    }
}

static void check_sums(const struct arrears *a, int64_t amount_minor, const struct allocation *out)
{
    int64_t paid = 0;
    assert(out->count <= a->count);
    for (size_t i = 0; i < out->count; i++) {
        assert(out->lines[i].amount_minor >= 0 && out->lines[i].late_fee_minor >= 0);
        paid += out->lines[i].amount_minor + out->lines[i].late_fee_minor;
    }
    assert(paid == out->bills_minor + out->late_fee_minor);
    assert(paid + out->advance_minor - out->balance_used_minor == amount_minor);
    assert(paid + out->still_owed_minor == a->owed_minor + a->late_fee_minor);
    assert(out->balance_after_minor >= 0 && out->still_owed_minor >= 0);
}

/* What was written is understood, and pays what was chosen. */
static void write_and_read(const struct arrears *a, const bool chosen[BILLS_MAX], int64_t part)
{
    char text[ALLOCATION_MAX];
    struct allocation out;
    int64_t due = 0;
    if (allocation_write_part(a, chosen, part, text, &due) != TILL_OK || due == 0 || part == 0) {
        return;
    }
    int64_t amount = part < due ? part : due;
    enum till_status status = arrears_allocate_chosen(a, amount, text, &out);
    assert(status == TILL_OK);
    check_sums(a, amount, &out);
    assert(out.advance_minor == 0);
}

/* Whatever the text says, and whatever was paid meanwhile; a body's fee lies within its amount. */
static void settle_and_restore(const struct site *site, const struct arrears *a,
                               int64_t amount_minor, const char *text)
{
    struct body_collection body = {.amount_minor = amount_minor};
    struct arrears settled = *a;
    struct allocation out;
    struct settled what;
    (void)snprintf(body.allocation, sizeof body.allocation, "%s", text);
    bool kept = arrears_allocate_chosen(a, amount_minor, text, &out) == TILL_OK;
    if (kept && out.late_fee_minor > amount_minor) {
        return;
    }
    body.late_fee_minor = kept ? out.late_fee_minor : 0;
    if (settle_payment(site, CUSTOMER_OTHER, 20261122, &body, &settled, &what) != TILL_OK) {
        assert(amount_minor <= 0);
        return;
    }
    settle_apply(&what, &settled);
    assert(settled.balance_minor >= 0);
    if (kept) {
        assert(settled.balance_minor == out.balance_after_minor);
        enum till_status status = arrears_restore(&settled, out.lines, out.count,
                                                  out.advance_minor - out.balance_used_minor);
        assert(status == TILL_OK && settled.balance_minor >= 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = fuzz_span(data, size);
    struct arrears a = {.count = 0};
    struct site site;
    struct allocation out;
    bool chosen[BILLS_MAX] = {false};
    char text[64];
    site_default(&site);
    take_bills(&input, &a);
    int64_t amount = fuzz_byte(&input) << 16;
    amount += fuzz_byte(&input) << 8;
    amount += fuzz_byte(&input);
    a.balance_minor = fuzz_byte(&input) << 8;
    a.balance_minor += fuzz_byte(&input);
    uint8_t bits = fuzz_byte(&input);
    (void)snprintf(text, sizeof text, "%.*s", (int)(input.size < 63 ? input.size : 63),
                   (const char *)input.data);
    enum till_status status = arrears_assess(&site, CUSTOMER_OTHER, 20261122, &a);
    assert(status == TILL_OK);
    if (arrears_allocate_chosen(&a, amount, text, &out) == TILL_OK) {
        check_sums(&a, amount, &out);
    }
    settle_and_restore(&site, &a, amount, text);
    for (size_t i = 0; i < a.count; i++) {
        chosen[i] = (bits >> i & 1) != 0;
    }
    write_and_read(&a, chosen, INT64_MAX);
    write_and_read(&a, chosen, amount);
    return 0;
}
