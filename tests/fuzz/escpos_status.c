/*
 * What a printer answers: any bytes, between questions, leave a status that a driver may report,
 * and flags that say no less. Automatic status is told as four bytes or not at all.
 *   input  0xFF n asks DLE EOT n mod 4 + 1, 0xFE begins anew as after a lost line; every other
 *          byte is the printer's
 */
#include "escpos_status.h"
#include "fuzz.h"

static void check(const struct escpos_status *s)
{
    unsigned flags = escpos_status_flags(s);
    enum till_status status = escpos_status_of(s);
    assert(s->asked_count <= ESCPOS_ASKED_MAX && s->automatic_size < sizeof s->automatic);
    assert((flags & ~(unsigned)PRINTER_FLAGS) == 0);
    switch (status) {
    case TILL_OK:
        assert((flags & (PRINTER_COVER | PRINTER_NO_PAPER | PRINTER_HOT | PRINTER_CUTTER |
                         PRINTER_BROKEN)) == 0);
        break;
    case TILL_COVER_OPEN:
        assert((flags & PRINTER_COVER) != 0);
        break;
    case TILL_PAPER_OUT:
        assert((flags & PRINTER_NO_PAPER) != 0);
        break;
    case TILL_PRINTER_HOT:
        assert((flags & PRINTER_HOT) != 0);
        break;
    case TILL_CUTTER_STUCK:
        assert((flags & PRINTER_CUTTER) != 0);
        break;
    case TILL_E_DEVICE:
        assert((flags & PRINTER_BROKEN) != 0);
        break;
    default:
        assert(status == TILL_DEVICE_OFFLINE && (s->offline || s->error));
        break;
    }
    assert(s->known == (s->told > 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = fuzz_span(data, size);
    struct escpos_status s;
    escpos_status_init(&s);
    while (input.size > 0) {
        uint8_t byte = fuzz_byte(&input);
        if (byte == 0xFF) {
            (void)escpos_status_ask(&s, (uint8_t)(fuzz_byte(&input) % 4 + 1));
        } else if (byte == 0xFE) {
            escpos_status_init(&s);
        } else {
            escpos_status_put(&s, byte);
        }
        check(&s);
    }
    return 0;
}
