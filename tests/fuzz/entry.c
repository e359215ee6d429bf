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
        return TILL_UNCHANGED;
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
    return 0;
}
