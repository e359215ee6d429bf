/*
 * A body that the check passes has one spelling too: what its reader gives, its writer turns into
 * the same bytes, so no two journals say the same thing differently.
 *   input  kind (2 bytes), body
 */
#include "entry.h"
#include "fuzz.h"

#define AGAIN(type, write)                                                                         \
    {                                                                                              \
        struct body_##type b;                                                                      \
        enum till_status read = entry_read_##type(e, &b);                                          \
        assert(read == TILL_OK);                                                                   \
        return write;                                                                              \
    }

/* TILL_UNCHANGED: a kind without a writer. */
static enum till_status write_new(const struct entry *e, struct entry *out)
{
    switch ((enum entry_kind)kind_base(e->kind)) {
    case KIND_SETTINGS_CHANGED:
        AGAIN(settings_changed, entry_write_settings_changed(out, &b))
    case KIND_RETIRED:
        AGAIN(retired, entry_write_retired(out, &b))
    case KIND_PIN_CHANGED:
        AGAIN(pin_changed, entry_write_pin_changed(out, &b))
    case KIND_LIMITS_APPLIED:
        AGAIN(limits_applied, entry_write_limits_applied(out, &b))
    case KIND_MESSAGE_SHOWN:
        AGAIN(message_shown, entry_write_message_shown(out, &b))
    case KIND_LIMIT_LIFTED:
        AGAIN(limit_lifted, entry_write_limit_lifted(out, &b))
    case KIND_REVERSAL:
        AGAIN(reversal, entry_write_reversal(out, &b))
    case KIND_DISPUTE:
        AGAIN(dispute, entry_write_dispute(out, &b))
    case KIND_CORRECTION_REQUEST:
        AGAIN(correction_request, entry_write_correction_request(out, &b))
    case KIND_STOP_SKIPPED:
        AGAIN(stop_skipped, entry_write_stop_skipped(out, &b))
    case KIND_NOTICE:
        AGAIN(notice, entry_write_notice(out, &b))
    case KIND_READING:
        AGAIN(reading, entry_write_reading(out, &b))
    case KIND_CASH_DROP:
        AGAIN(cash_drop, entry_write_cash_drop(out, &b))
    default:
        return TILL_UNCHANGED;
    }
}

static enum till_status write_again(const struct entry *e, struct entry *out)
{
    enum entry_kind kind = (enum entry_kind)kind_base(e->kind);
    switch (kind) {
    case KIND_ENROLLED:
        AGAIN(enrolled, entry_write_enrolled(out, &b))
    case KIND_OPENED:
        AGAIN(opened, entry_write_opened(out, &b))
    case KIND_LOGIN:
    case KIND_LOGIN_FAILED:
    case KIND_LOGOUT:
    case KIND_USER_SWITCHED:
        AGAIN(login, entry_write_login(out, kind, &b))
    case KIND_CLOCK_CHANGED:
        AGAIN(clock_changed, entry_write_clock_changed(out, &b))
    case KIND_ANOMALY:
        AGAIN(anomaly, entry_write_anomaly(out, &b))
    case KIND_TAIL_REPAIRED:
        AGAIN(tail_repaired, entry_write_tail_repaired(out, &b))
    case KIND_BOOK_APPLIED:
        AGAIN(book_applied, entry_write_book_applied(out, &b))
    case KIND_SHIFT_OPENED:
        AGAIN(shift_opened, entry_write_shift_opened(out, &b))
    case KIND_COLLECTION:
    case KIND_ADVANCE:
        AGAIN(collection, entry_write_collection(out, kind, &b))
    case KIND_PRINT_DONE:
    case KIND_PRINT_UNCERTAIN:
    case KIND_DUPLICATE:
        AGAIN(print, entry_write_print(out, kind, &b))
    default:
        return write_new(e, out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = fuzz_span(data, size);
    struct entry e = {.seq = 1, .at_s = 1795000000};
    e.kind = (uint16_t)(fuzz_byte(&input) << 8);
    e.kind |= fuzz_byte(&input);
    if (input.size > ENTRY_BODY_MAX) {
        return 0;
    }
    e.body_size = (uint16_t)input.size;
    if (input.size > 0) {
        memcpy(e.body, input.data, input.size);
    }
    if (entry_check_body(&e) != TILL_OK) {
        return 0;
    }
    struct entry again = {.seq = 1};
    enum till_status status = write_again(&e, &again);
    if (status != TILL_UNCHANGED) {
        assert(status == TILL_OK);
        assert(again.kind == kind_base(e.kind));
        assert(again.body_size == e.body_size && memcmp(again.body, e.body, e.body_size) == 0);
    }
    struct entry_figures figures;
    entry_figures(&e, &figures);
    assert(strnlen(figures.account, sizeof figures.account) < sizeof figures.account);
    return 0;
}
